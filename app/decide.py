"""``wijklab decide``: what must be true for a choice to be right, how wrong it can be, and what is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.compare import tell
from app.progress import progress_bar
from app.request import Request, plan
from app.settings import DONE, RUN_FAILED, RequestError, Settings

if TYPE_CHECKING:
    from calibration.decisions.gains import Gains
    from calibration.decisions.next_euros import NextEuros
    from calibration.decisions.study import InDraws, InWorlds
    from scenarios.design import Design

PARTS = ("draws", "structure", "next")
"""What can be asked for: over draws, over worlds built differently, and the next euros."""

ID = "decide"


@dataclass(frozen=True)
class DecideRequest:
    """A choice: ids or paths of the options, and the options of a comparison."""

    scenarios: list[str]
    against: str
    area: list[str]
    years: int | None
    draws: int
    replicates: int
    sample: float | None
    seed: int
    workers: int | None
    out: str | None
    parts: str


@dataclass(frozen=True)
class Decision:
    """What came out.

    Attributes:
        design: options, areas, draws, years.
        draws: the choice over draws, if asked for.
        worlds: the choice over worlds built differently, if asked for.
        more: what more money for a line does, if asked for and there is one area.
    """

    design: Design
    draws: InDraws | None
    worlds: InWorlds | None
    more: list[NextEuros] | None

    @property
    def failed(self) -> int:
        """Runs that failed."""
        return sum(part.part.failed for part in (self.draws, self.worlds) if part is not None)

    def content(self) -> dict[str, Any]:
        """Return the decision as plain data."""
        design = self.design
        return {
            "schema": 1,
            "scenarios": [each.id for each in design.scenarios[:-1]],
            "reference": design.reference,
            "areas": design.areas,
            "years": design.years,
            "sample": design.sample,
            "draws": None if self.draws is None else _of_draws(self.draws),
            "structure": None if self.worlds is None else _of_worlds(self.worlds),
            "next": None if self.more is None else [asdict(one) for one in self.more],
        }


def _of_draws(found: InDraws) -> dict[str, Any]:
    return {
        **_of_gains(found.part.gains, found.part.failed),
        "better_than_reference": found.better,
        "best": found.best,
        "break_even": {option: asdict(one) for option, one in found.break_even.items()},
        "information": asdict(found.known),
    }


def _of_worlds(found: InWorlds) -> dict[str, Any]:
    return {
        **_of_gains(found.part.gains, found.part.failed),
        "regret": asdict(found.regret),
        "by_switch": [
            {"switch": switch, "second": second, "mean": list(means)}
            for (switch, second), means in found.by_switch.items()
        ],
    }


def _of_gains(gains: Gains, failed: int) -> dict[str, Any]:
    return {
        "options": gains.options,
        "euros_per_resident": gains.euros.tolist(),
        "worlds": gains.worlds,
        "residents": float(gains.residents.mean()),
        "dropped": gains.dropped,
        "failed": failed,
    }


def decide(request: DecideRequest, settings: Settings, as_json: bool) -> int:
    """Run what is asked, show it, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    from calibration.decisions.gains import NothingLeft

    design, workers = _design(request, settings)
    parts = _parts(request.parts, settings)
    with _folder(request.out) as folder:
        try:
            found = _run(design, parts, folder, workers, settings)
        except NothingLeft:
            words = settings.words
            tell(words("error.prefix", sentence=words("decide.nothing_left")))
            return RUN_FAILED
    if as_json:
        from app.tables import print_json

        print_json(found.content())
    else:
        from app.decide_told import print_decision

        print_decision(found, settings.words)
    if request.out is not None and not settings.quiet:
        tell(settings.words("note.written", folder=request.out))
    return RUN_FAILED if found.failed else DONE


def _run(design: Design, parts: tuple[str, ...], folder: Path, workers: int, settings: Settings) -> Decision:
    from calibration.decisions import study

    words, made = settings.words, study.designs(design)
    draws, worlds, more = None, None, None
    for part in parts:
        if not settings.quiet:
            tell(words(f"decide.running_{part}"))
        with progress_bar(words, settings.quiet) as progress:
            if part == study.DRAWS:
                draws = study.run_draws(made[part](), folder / part, workers, progress)
            elif part == study.STRUCTURE:
                worlds = study.run_structure(made[part](), folder / part, workers, progress)
            elif len(design.areas) == 1:
                given = (design.scenarios[0], design.areas[0], design)
                more = study.run_next(*given, folder / part, workers, progress)
    return Decision(design, draws, worlds, more)


def _design(request: DecideRequest, settings: Settings) -> tuple[Design, int]:
    """Return the options with everything that is checked of a comparison, and the number of workers."""
    words = settings.words
    names = list(dict.fromkeys(request.scenarios))
    plans = [
        plan(
            Request(
                name,
                request.against,
                request.area,
                request.years,
                request.draws,
                request.replicates,
                request.sample,
                request.seed,
                request.workers,
                request.out,
                False,
                [],
            ),
            words,
        )
        for name in names
    ]
    design, workers, _ = plans[0]
    scenarios = [each.scenarios[0] for each, _, _ in plans]
    ids = [each.id for each in scenarios]
    for found in ids:
        if ids.count(found) > 1:
            raise RequestError(words("decide.twice", found=found))
    years = min(each.years for each, _, _ in plans)
    return replace(design, scenarios=(*scenarios, design.scenarios[-1]), years=years, id=ID), workers


def _parts(asked: str, settings: Settings) -> tuple[str, ...]:
    from app.request import one_of

    names = [part.strip() for part in asked.split(",") if part.strip()] or list(PARTS)
    for name in names:
        one_of("--parts", name, PARTS, settings.words)
    return tuple(part for part in PARTS if part in names)


@contextmanager
def _folder(out: str | None) -> Iterator[Path]:
    """Yield where the runs are kept: a folder that is gone on with, or one that is gone afterwards."""
    if out is not None:
        yield Path(out)
        return
    with TemporaryDirectory(prefix="wijklab-") as name:
        yield Path(name)
