"""``wijklab compare``: from a request to runs, a comparison, a report and, when asked, a folder of tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.local_data import tell_overruled
from app.request import VIEWS, Request, check_year, one_of, plan
from app.settings import DONE, INTERRUPTED, RUN_FAILED, RequestError, Settings
from app.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from results.codebook import Codebook
    from results.comparison import Run
    from results.store import Store
    from scenarios.batch import Batch
    from scenarios.design import Design
    from scenarios.local_data import LocalData


@dataclass(frozen=True)
class Comparison:
    """Everything a report is made of."""

    design: Design
    batch: Batch
    codebook: Codebook
    table: pd.DataFrame
    outcomes: pd.DataFrame
    fingerprint: str
    local_data: list[dict[str, Any]] | None = None

    @property
    def scenario(self) -> str:
        """Id of the scenario."""
        return self.design.scenarios[0].id

    @property
    def reference(self) -> str:
        """Id of what it is compared with."""
        return self.design.scenarios[1].id

    @property
    def areas(self) -> tuple[str, ...]:
        """Ids of the areas."""
        return self.design.areas

    @property
    def draws(self) -> tuple[int, ...]:
        """Numbers of the draws that were asked for."""
        return self.design.draws

    @property
    def failed(self) -> list[Run]:
        """Runs that failed."""
        return self.batch.failed_keys()


def carry_out(request: Request, settings: Settings, year: int | None, view: str, as_json: bool) -> int:
    """Compare, show, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    words = settings.words
    one_of("--view", view, VIEWS, words)
    design, workers, local = plan(request, words)
    check_year(year, design, words)
    with _one_writer(request.out, words):
        return _carried_out(request, design, workers, local, settings, year, view, as_json)


@contextmanager
def _one_writer(out: str | None, words: Words) -> Iterator[None]:
    """Hold the folder to be written, if there is one."""
    if out is None:
        yield
        return
    from results.lock import FolderLock

    with ExitStack() as stack:
        try:
            stack.enter_context(FolderLock(Path(out)))
        except OSError as error:
            raise RequestError(not_written(out, error, words)) from error
        yield


def not_written(folder: str | Path, error: OSError, words: Words) -> str:
    """Return the sentence that a folder cannot be written."""
    return words("error.out_not_written", folder=folder, reason=error.strerror or str(error))


def _carried_out(
    request: Request,
    design: Design,
    workers: int,
    local: LocalData,
    settings: Settings,
    year: int | None,
    view: str,
    as_json: bool,
) -> int:
    words = settings.words
    tell_overruled(local, design.scenarios, settings)
    store, codebook, fingerprint = _prepare(request, design, workers, local, settings)
    batch = _run(design, workers, store, settings)
    if store is not None:
        from scenarios.batch import write_tables

        write_tables(batch, store)
    if batch.interrupted:
        return _interrupted(batch, store, words)
    failed = tell_failures(batch, words)
    comparison = _compare(design, batch, codebook, fingerprint, local)
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
        tell(words("note.written", folder=store.folder))
    return RUN_FAILED if failed else DONE


def _prepare(
    request: Request, design: Design, workers: int, local: LocalData, settings: Settings
) -> tuple[Store | None, Codebook, str]:
    """Make the folder, if asked for, before anything is computed; return it with codebook and fingerprint."""
    from results.codebook import Codebook
    from results.store import Store
    from scenarios.batch import open_store
    from scenarios.codebook import build_codebook
    from scenarios.provenance import manifest_facts
    from sim.fingerprint import fingerprint

    content = build_codebook(design.scenarios, design.areas, design.local)
    codebook, print_of_model = Codebook.from_content(content), fingerprint()
    if request.out is None:
        return None, codebook, print_of_model
    names = [sheet.file for sheet in local.sheets]  # the folder in which somebody keeps a sheet is nobody's business
    asked = replace(request, sample=design.sample, years=design.years, workers=workers, local_data=names)
    options = asdict(asked)
    options |= {"language": settings.words.language, "config": settings.config}
    facts = manifest_facts(design, print_of_model, ["wijklab", *sys.argv[1:]], options, local.facts())
    try:
        store = Store.create(Path(request.out), facts, request.overwrite)
        store.write_json("codebook.json", content)
        open_store(store, design)
    except OSError as error:
        raise RequestError(not_written(request.out, error, settings.words)) from error
    return store, codebook, print_of_model


def _run(design: Design, workers: int, store: Store | None, settings: Settings) -> Batch:
    from app.progress import progress_bar
    from scenarios import worlds
    from scenarios.batch import run_design

    words = settings.words
    if not settings.quiet:
        areas = ", ".join(design.areas) if len(design.areas) <= 3 else str(len(design.areas))
        tell(
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
    with progress_bar(words, settings.quiet) as progress:
        return run_design(design, worlds.simulate, workers, store, progress)


def _compare(design: Design, batch: Batch, codebook: Codebook, fingerprint: str, local: LocalData) -> Comparison | None:
    """Return the comparison, or ``None`` when failures left no pair of runs."""
    from results.comparison import compare

    whole = batch.whole_pairs()
    if not whole:
        return None
    outcomes, failed = batch.outcomes(), batch.failed_keys()
    scenario, reference = (each.id for each in design.scenarios)
    table = compare(outcomes, scenario, reference, codebook, failed, design.areas)
    return Comparison(design, batch, codebook, table, outcomes, fingerprint, local.facts())


def _keep(store: Store, comparison: Comparison) -> None:
    from results.tables import COMPARISON

    store.write_table("comparison.csv", comparison.table, COMPARISON)
    status = "failures" if comparison.batch.failures else "done"
    store.finish(status=status, seconds=round(comparison.batch.seconds, 3))


def _nothing_left(batch: Batch, store: Store | None, words: Words) -> int:
    if store is not None:
        store.finish(status="failures", seconds=round(batch.seconds, 3))
    failure = batch.failures[0]
    reason = " ".join(failure.message.split())
    tell(words("error.prefix", sentence=words("error.nothing_left", type=failure.type, reason=reason)))
    return RUN_FAILED


def _interrupted(batch: Batch, store: Store | None, words: Words) -> int:
    sentence = words("error.interrupted")
    if store is not None:
        store.finish(status="interrupted", seconds=round(batch.seconds, 3))
        sentence = words("error.interrupted_kept", folder=store.folder)
    tell(words("error.prefix", sentence=sentence))
    return INTERRUPTED


def tell_failures(batch: Batch, words: Words) -> bool:
    """Say how many runs failed, and how the first did; return whether any."""
    failures = batch.failures
    if failures:
        first = failures[0]
        tell(
            words(
                "note.failed",
                count=len(failures),
                total=len(batch.entries),
                run=first.run,
                type=first.type,
                reason=" ".join(first.message.split()),
            )
        )
    return bool(failures)


def tell(sentence: str) -> None:
    """Say something beside the results."""
    print(sentence, file=sys.stderr)
