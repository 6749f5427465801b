"""``wijklab batch`` and ``wijklab merge``: designs to folders of results, one run at a time, resumable."""

from __future__ import annotations

import errno
import re
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.compare import not_written, tell
from app.request import MOST_WORKERS, check_between, processors
from app.settings import DONE, INTERRUPTED, RUN_FAILED, RequestError, Settings
from app.workers import check_scheduler, ended_as_interrupted, workers_of

if TYPE_CHECKING:
    from app.words import Words
    from scenarios.batch import Batch
    from scenarios.design import Design, Task
    from scenarios.local_data import LocalData

MEGABYTES_PER_GIGABYTE = 1000
SECONDS_PER_MINUTE = 60
MINUTES_SHOWN_FROM = 120.0
"""Seconds from which a time is told in minutes."""

MINUTES_PER_HOUR = 60
HOURS_SHOWN_FROM = 120.0
"""Minutes from which a time is told in hours."""

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says of a full disk, or of somebody's full part of it."""

_SHARD = re.compile(r"(\d{1,6})/(\d{1,6})\Z")


@dataclass(frozen=True)
class BatchRequest:
    """What somebody asked to run; ``None`` where they left the choice to us."""

    design: str
    out: str | None
    workers: int | None
    scheduler: str | None
    shard: str | None
    retry: bool
    dry_run: bool
    local_data: list[str]


def run_batch(request: BatchRequest, settings: Settings) -> int:
    """Run a design, or say what it would cost, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    from scenarios.design_file import load_design
    from scenarios.local_data import read_local_data

    words = settings.words
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_scheduler(request.scheduler, words)
    local = read_local_data(request.local_data)
    design = load_design(request.design, local.numbers)
    local.check_areas(design.areas)
    if request.dry_run:
        return _dry_run(design, _shard(design, request.shard), workers, settings)
    out = Path(request.out) if request.out else Path("output") / design.id
    with ExitStack() as stack:
        from results.lock import FolderLock

        try:
            stack.enter_context(FolderLock(out))
        except OSError as error:
            raise _refused(out, error, words) from error
        stack.enter_context(ended_as_interrupted())
        return _run(request, design, local, workers, out, settings)


def merge_folders(folders: list[str], to: str | None, settings: Settings) -> int:
    """Join folders of one design and return the exit code.

    Raises:
        RequestError: when fewer than two folders are named.
    """
    from scenarios.folders import FAILURES, merge

    words = settings.words
    if len(folders) + (to is not None) < 2:
        raise RequestError(words("batch.merge_two"))
    if len({Path(folder).resolve() for folder in folders}) < len(folders):
        raise RequestError(words("batch.merge_twice"))
    try:
        found = merge([Path(folder) for folder in folders], Path(to) if to else None)
    except OSError as error:
        raise _refused(error.filename or to or folders[0], error, words) from error
    if found.damaged:
        tell(words("batch.merge_damaged", count=len(found.damaged), first=found.damaged[0]))
    if found.missing:
        tell(words("batch.merge_missing", count=len(found.missing), first=found.missing[0], folder=found.folder))
    elif not settings.quiet:
        tell(words(f"batch.status_{found.status}", folder=found.folder))
    print(found.folder)
    return RUN_FAILED if found.status == FAILURES or found.damaged else DONE


def _refused(folder: str | Path, error: OSError, words: Words) -> Exception:
    """Return what to raise when a folder cannot be written; a full disk is no fault of the request."""
    from results.store import StoreError

    if error.errno in FULL:
        return StoreError("full", Path(folder), f"{folder} cannot be written: {error.strerror}")
    return RequestError(not_written(folder, error, words))


def _dry_run(design: Design, tasks: list[Task], workers: int, settings: Settings) -> int:
    from app.tables import print_table
    from scenarios.estimate import estimate

    words, found = settings.words, estimate(design, tasks, workers)
    others = [each.id for each in design.scenarios if each.id != design.reference]
    points = len(design.sweep.points) if design.sweep else 0
    cells = [
        ("scenarios", ", ".join(others)),
        ("reference", design.reference),
        ("areas", ", ".join(design.areas)),
        ("points", words.number(points) if design.sweep else words("compare.nothing")),
        ("draws", words.number(len(design.draws))),
        ("seeds", words.number(len(design.seeds))),
        ("sample", words.percent(design.sample, 1)),
        ("years", words.number(design.years)),
        ("runs", words.number(found.runs)),
        ("worlds", words.number(found.worlds)),
        ("time", _duration(found.seconds, settings)),
        ("memory", words("batch.gigabytes", size=words.number(found.megabytes / MEGABYTES_PER_GIGABYTE, 1))),
        ("disk", _size(found.disk_megabytes, settings)),
    ]
    headings = [words("batch.what"), words("batch.amount")]
    print_table(headings, [[words(f"batch.{name}", workers=workers), text] for name, text in cells])
    print(words("batch.estimate_note"))
    return DONE


def _duration(seconds: float, settings: Settings) -> str:
    words = settings.words
    if seconds < MINUTES_SHOWN_FROM:
        return words("batch.seconds", time=words.number(seconds))
    minutes = seconds / SECONDS_PER_MINUTE
    if minutes < HOURS_SHOWN_FROM:
        return words("batch.minutes", time=words.number(minutes))
    return words("batch.hours", time=words.number(minutes / MINUTES_PER_HOUR, 1))


def _size(megabytes: float, settings: Settings) -> str:
    words = settings.words
    if megabytes < MEGABYTES_PER_GIGABYTE:
        return words("batch.megabytes", size=words.number(megabytes, 1))
    return words("batch.gigabytes", size=words.number(megabytes / MEGABYTES_PER_GIGABYTE, 1))


def _run(request: BatchRequest, design: Design, local: LocalData, workers: int, out: Path, settings: Settings) -> int:
    from app.local_data import tell_overruled
    from app.progress import progress_bar
    from scenarios import worlds
    from scenarios.batch import run_design
    from scenarios.codebook import build_codebook
    from scenarios.folders import finish_batch, open_batch, without_failures
    from scenarios.provenance import manifest_facts
    from sim.fingerprint import fingerprint

    words = settings.words
    tasks = _shard(design, request.shard)
    tell_overruled(local, design.scenarios, settings)
    # of sheets the name only: they stay where they are, and what they say stands in the manifest
    sheets = [Path(name).name for name in request.local_data]
    options: dict[str, Any] = {**asdict(request), "workers": workers, "local_data": sheets, "language": words.language}
    facts = manifest_facts(design, fingerprint(), ["wijklab", *sys.argv[1:]], options, local.facts())
    try:
        opened = open_batch(out, design, facts, build_codebook(design.scenarios, design.areas, design.local))
    except OSError as error:
        raise _refused(out, error, words) from error
    if request.retry:
        opened = without_failures(opened)
    for run in opened.damaged:
        tell(words("batch.damaged", run=run))
    _tell_start(tasks, opened.finished, workers, request, settings)
    with ExitStack() as stack:
        hands = stack.enter_context(workers_of(request.scheduler, workers, settings))
        progress = stack.enter_context(progress_bar(words, settings.quiet))
        batch = run_design(design, worlds.simulate, hands, opened.store, progress, opened.finished, tasks)
    try:
        status = finish_batch(batch, opened.store, whole=request.shard is None)
    except OSError as error:
        raise _refused(out, error, words) from error
    return _tell_end(batch, status, out, settings)


def _tell_start(
    tasks: list[Task], finished: dict[str, Any], workers: int, request: BatchRequest, settings: Settings
) -> None:
    words = settings.words
    if settings.quiet:
        return
    runs = [run for task in tasks for run in task.runs]
    where = request.scheduler or words("batch.here", workers=workers)
    tell(words("batch.start", runs=words.number(len(runs)), where=where))
    before = sum(run in finished for run in runs)
    if before:
        tell(words("batch.resumed", count=words.number(before)))


def _tell_end(batch: Batch, status: str, out: Path, settings: Settings) -> int:
    from app.compare import tell_failures
    from scenarios.folders import INTERRUPTED as STOPPED

    words = settings.words
    failed = tell_failures(batch, words)
    if batch.gone:
        tell(words("error.prefix", sentence=words("batch.workers_gone", reason=batch.gone, folder=out)))
        return RUN_FAILED
    if batch.interrupted:
        tell(words("error.prefix", sentence=words("batch.interrupted", folder=out)))
        return INTERRUPTED
    if not settings.quiet:
        tell(words(f"batch.status_{status}", folder=out))
    print(out)
    return RUN_FAILED if failed or status == STOPPED else DONE


def _shard(design: Design, asked: str | None) -> list[Task]:
    """Return the tasks of a part of a design: every so many, so that parts take equally long."""
    from scenarios.design_errors import DesignError

    tasks = design.tasks()
    if asked is None:
        return tasks
    found = _SHARD.match(asked)
    number, parts = (int(text) for text in found.groups()) if found else (0, 0)
    if not 1 <= number <= parts:
        raise DesignError("shard", "--shard", found=f"'{asked}'")
    return tasks[number - 1 :: parts]
