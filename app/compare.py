"""``wijklab compare``: from a request to runs, a comparison, a report and, when asked, a folder of tables."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import DONE, INTERRUPTED, RUN_FAILED, RequestError, Settings
from app.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from results.codebook import Codebook
    from results.store import Store
    from scenarios.batch import Batch
    from scenarios.design import Design
    from sim.scenario import Scenario

ALL = "all"
DEFAULT_YEARS = 10
MOST_DRAWS = 10_000
MOST_SEEDS = 1_000
LARGEST_SEED = 2**31 - 1
MOST_WORKERS = 256
SMALLEST_SAMPLE = 0.001
VIEWS = ("place", "people", "exposed")
GROUPS = ("wijk", "age", "start")


@dataclass(frozen=True)
class Request:
    """What somebody asked to compare; ``None`` where they left the choice to us."""

    scenario: str
    against: str
    area: list[str]
    years: int | None
    draws: int
    replicates: int
    sample: float | None
    seed: int
    workers: int | None
    out: str | None
    overwrite: bool
    groups: list[str]


@dataclass(frozen=True)
class Comparison:
    """Everything a report is made of."""

    design: Design
    batch: Batch
    codebook: Codebook
    table: pd.DataFrame
    outcomes: pd.DataFrame
    fingerprint: str


def carry_out(request: Request, settings: Settings, year: int | None, view: str, as_json: bool) -> int:
    """Compare, show, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    words = settings.words
    _one_of("--view", view, VIEWS, words)
    design, workers = plan(request, words)
    _check_year(year, design, words)
    store, codebook, fingerprint = _prepare(request, design, workers, settings)
    batch = _run(design, workers, store, settings)
    if batch.interrupted:
        return _interrupted(batch, store, words)
    failed = _tell_failures(batch, words)
    comparison = _compare(design, batch, codebook, fingerprint)
    if comparison is None:
        return _nothing_left(batch, store, words)
    if store is not None:
        _keep(store, comparison)
    if as_json:
        from app.report_json import print_comparison

        print_comparison(comparison)
    else:
        from app.report import print_report

        print_report(comparison, words, year, view)
    if store is not None and not settings.quiet:
        _tell(words("note.written", folder=store.folder))
    return RUN_FAILED if failed else DONE


def plan(request: Request, words: Words) -> tuple[Design, int]:
    """Return the design a request asks for and the number of workers, every choice made and checked.

    Raises:
        RequestError: when something is impossible.
    """
    from scenarios.catalogue import load_scenario
    from scenarios.design import Design, numbered_draws, sample_that_answers
    from sim.areas import load_area

    scenario, reference = load_scenario(request.scenario), load_scenario(request.against)
    _check_scenarios(scenario, reference, words)
    areas = chosen_areas(request.area, words)
    years = _years(request.years, (scenario, reference), words)
    check_between("--draws", request.draws, 0, MOST_DRAWS, words)
    check_between("--replicates", request.replicates, 1, MOST_SEEDS, words)
    check_between("--seed", request.seed, 0, LARGEST_SEED, words)
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_sample(request.sample, words)
    sample = request.sample
    if sample is None:
        sample = sample_that_answers([load_area(area).figures["residents_2022"].value for area in areas])
    groups = _separate(request.groups)
    for group in groups:
        _one_of("--groups", group, GROUPS, words)
    seeds = tuple(range(request.seed, request.seed + request.replicates))
    draws = numbered_draws(request.draws)
    design = Design((scenario, reference), reference.id, areas, draws, seeds, sample, years, tuple(groups))
    return design, workers


def chosen_areas(asked: list[str], words: Words) -> tuple[str, ...]:
    """Return the area ids asked for, without repetition, ``all`` written out.

    Raises:
        RequestError: when none is given or one does not exist.
    """
    from sim.areas import UnknownArea, area_ids, load_area

    names = _separate(asked)
    if not names:
        raise RequestError(words("error.no_area", allowed=", ".join(area_ids())))
    if ALL in names:
        return area_ids()
    for name in names:
        try:
            load_area(name)
        except UnknownArea as error:
            near, allowed = error.nearest, ", ".join(area_ids())
            raise RequestError(
                words("error.unknown_area", found=name, nearest=near, allowed=allowed)
            ) from None
    return tuple(names)


def _check_scenarios(scenario: Scenario, reference: Scenario, words: Words) -> None:
    from sim.calendar import SCENARIO_START, month_label

    if scenario.id == reference.id:
        raise RequestError(words("error.same_scenario", found=scenario.id))
    for each in (scenario, reference):
        if each.start_month != SCENARIO_START:
            allowed = month_label(SCENARIO_START)
            raise RequestError(words("error.start", found=each.id, start=each.start, allowed=allowed))


def _years(asked: int | None, scenarios: tuple[Scenario, ...], words: Words) -> int:
    shortest = min(scenarios, key=lambda scenario: scenario.horizon_years)
    if asked is None:
        return min(DEFAULT_YEARS, shortest.horizon_years)
    if asked > shortest.horizon_years:
        allowed = shortest.horizon_years
        raise RequestError(words("error.horizon", found=asked, scenario=shortest.id, allowed=allowed))
    check_between("--years", asked, 1, shortest.horizon_years, words)
    return asked


def _check_year(year: int | None, design: Design, words: Words) -> None:
    from sim.calendar import year_of

    first = year_of(design.scenarios[0].start_month)
    last = first + design.years - 1
    if year is not None and not first <= year <= last:
        raise RequestError(words("error.year", found=year, low=first, high=last))


def _prepare(
    request: Request, design: Design, workers: int, settings: Settings
) -> tuple[Store | None, Codebook, str]:
    """Make the folder, if asked for, before anything is computed; return it with codebook and fingerprint."""
    from results.codebook import Codebook
    from results.store import Store
    from results.tables import DRAWS
    from scenarios.batch import draw_table
    from scenarios.codebook import build_codebook
    from scenarios.provenance import manifest_facts
    from sim.fingerprint import fingerprint

    content = build_codebook(design.scenarios, design.areas)
    codebook, print_of_model = Codebook.from_content(content), fingerprint()
    if request.out is None:
        return None, codebook, print_of_model
    options = asdict(replace(request, sample=design.sample, years=design.years, workers=workers))
    options |= {"language": settings.words.language, "config": settings.config}
    facts = manifest_facts(design, print_of_model, ["wijklab", *sys.argv[1:]], options)
    try:
        store = Store.create(Path(request.out), facts, request.overwrite)
        store.write_json("codebook.json", content)
        store.write_table("draws.parquet", draw_table(design), DRAWS)
    except OSError as error:
        reason = error.strerror or str(error)
        sentence = settings.words("error.out_not_written", folder=request.out, reason=reason)
        raise RequestError(sentence) from error
    return store, codebook, print_of_model


def _run(design: Design, workers: int, store: Store | None, settings: Settings) -> Batch:
    from app.progress import progress_bar
    from scenarios import worlds
    from scenarios.batch import run_design

    words = settings.words
    if not settings.quiet:
        areas = ", ".join(design.areas) if len(design.areas) <= 3 else str(len(design.areas))
        _tell(
            words(
                "note.design",
                areas=areas,
                draws=len(design.draws),
                replicates=len(design.seeds),
                percent=words.percent(design.sample, 1),
                years=design.years,
                workers=workers,
            )
        )
    with progress_bar(words("progress.label"), settings.quiet) as progress:
        return run_design(design, worlds.simulate, workers, store, progress)


def _compare(design: Design, batch: Batch, codebook: Codebook, fingerprint: str) -> Comparison | None:
    """Return the comparison, or ``None`` when failures left no pair of runs."""
    from results.comparison import compare

    whole = batch.whole_pairs()
    if not whole:
        return None
    outcomes, failed = batch.outcomes(), batch.failed_keys()
    scenario, reference = (each.id for each in design.scenarios)
    table = compare(outcomes, scenario, reference, codebook, failed, design.areas)
    return Comparison(design, batch, codebook, table, outcomes, fingerprint)


def _keep(store: Store, comparison: Comparison) -> None:
    from results.tables import COMPARISON

    store.write_table("comparison.csv", comparison.table, COMPARISON)
    status = "failures" if comparison.batch.failures else "done"
    store.finish(status=status, seconds=round(comparison.batch.seconds, 3))


def _nothing_left(batch: Batch, store: Store | None, words: Words) -> int:
    if store is not None:
        store.finish(status="failures", seconds=round(batch.seconds, 3))
    failure = batch.failures[0].failure
    assert failure is not None
    reason = " ".join(failure.message.split())
    _tell(words("error.prefix", sentence=words("error.nothing_left", type=failure.type, reason=reason)))
    return RUN_FAILED


def _interrupted(batch: Batch, store: Store | None, words: Words) -> int:
    sentence = words("error.interrupted")
    if store is not None:
        store.finish(status="interrupted", seconds=round(batch.seconds, 3))
        sentence = words("error.interrupted_kept", folder=store.folder)
    _tell(words("error.prefix", sentence=sentence))
    return INTERRUPTED


def _tell_failures(batch: Batch, words: Words) -> bool:
    failures = batch.failures
    if failures:
        first = failures[0]
        assert first.failure is not None
        _tell(
            words(
                "note.failed",
                count=len(failures),
                total=len(batch.runs),
                run=first.id,
                type=first.failure.type,
                reason=" ".join(first.failure.message.split()),
            )
        )
    return bool(failures)


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _one_of(name: str, found: str, allowed: tuple[str, ...], words: Words) -> None:
    if found not in allowed:
        raise RequestError(words("error.choice", name=name, found=f"'{found}'", allowed=", ".join(allowed)))


def check_sample(sample: float | None, words: Words) -> None:
    """Refuse a sample that is no share of the streets."""
    if sample is not None and not SMALLEST_SAMPLE <= sample <= 1:
        raise RequestError(words("error.range", name="--sample", found=sample, low=SMALLEST_SAMPLE, high=1))


def check_between(name: str, found: int, low: int, high: int, words: Words) -> None:
    """Refuse a whole number outside its range."""
    if not low <= found <= high:
        raise RequestError(words("error.range", name=name, found=found, low=low, high=high))


def _separate(given: list[str]) -> list[str]:
    """Return what was given, once each: repeated, or with commas in between."""
    parts = (part.strip() for text in given for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
