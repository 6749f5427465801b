"""Runs a design from start to end, keeping every finished run: in memory, or in a folder that can be resumed."""

from __future__ import annotations

import errno
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Protocol

import pandas as pd
import pyarrow.parquet as pq

from results.journal import Entry, Journal
from results.reading import Results
from results.store import Store, StoreError, outcomes_name
from results.tables import COMPARISON, DRAWS, FAILURES, OUTCOMES, RUNS, table, typed
from scenarios.design import Design, Task
from scenarios.executors import Workers, WorkersGone
from scenarios.runner import processes, run_tasks
from scenarios.runs import DONE, FAILED, Failure, Run, Simulate

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

Progress = Callable[[int, int], None]
"""Told how many of how many runs are finished."""


class Keeper(Protocol):
    """Keeps the outcomes of finished runs."""

    def keep(self, run: Run) -> str:
        """Keep what a run gave; return its checksum, empty where there is none."""

    def read(self, run: str) -> pd.DataFrame:
        """Return the outcome rows of a run that was kept."""


class InMemory:
    """Keeps runs in memory, for a comparison that writes nothing."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def keep(self, run: Run) -> str:
        """Keep what a run gave."""
        self._contents[run.id] = run.content
        return ""

    def read(self, run: str) -> pd.DataFrame:
        """Return the outcome rows of a run."""
        return pq.read_table(BytesIO(self._contents[run])).to_pandas()


class InFolder:
    """Keeps runs in a folder: first the outcomes, then a line in the journal, so that a line means a whole file."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = Journal(store.folder)

    def keep(self, run: Run) -> str:
        """Write what a run gave.

        Raises:
            StoreError: when it cannot be written (code ``full``); what was written before is whole.
        """
        try:
            checksum = "" if run.failure else self.store.write_part(run.id, run.content)
            self.journal.add(entry_of(run, checksum))
        except OSError as error:
            folder, reason = self.store.folder, error.strerror or str(error)
            code = "full" if error.errno in NO_ROOM else "not_kept"
            raise StoreError(code, folder, f"{folder} cannot be written: {reason}", reason=reason) from error
        return checksum

    def read(self, run: str) -> pd.DataFrame:
        """Return the outcome rows of a run."""
        return self.store.read_table(outcomes_name(run))


@dataclass
class Batch:
    """What came out of a design so far.

    Attributes:
        design: what was asked.
        keeper: holds the outcomes.
        entries: what is known of every finished run, by run id.
        interrupted: whether it was stopped before the end.
        gone: why nobody was left to do the rest; empty where somebody stopped it.
        seconds: time taken.
    """

    design: Design
    keeper: Keeper
    entries: dict[str, Entry] = field(default_factory=dict)
    interrupted: bool = False
    gone: str = ""
    seconds: float = 0.0

    @property
    def failures(self) -> list[Entry]:
        """The runs that failed, by name."""
        return [entry for _, entry in sorted(self.entries.items()) if entry.failed]

    def failed_keys(self) -> list[tuple[str, str, int, int]]:
        """Return scenario, area, draw and seed of the runs that failed."""
        return [_key(facts) for run, facts in self.design.runs() if (found := self.entries.get(run)) and found.failed]

    def whole_pairs(self) -> list[tuple[str, int, int]]:
        """Return area, draw and seed of the worlds in which every scenario was finished."""
        done: Counter[tuple[str, int, int]] = Counter()
        expected: Counter[tuple[str, int, int]] = Counter()
        for run, facts in self.design.runs():
            world = _key(facts)[1:]
            expected[world] += 1
            done[world] += run in self.entries and not self.entries[run].failed
        return sorted(world for world, count in done.items() if count == expected[world])

    def outcomes(self) -> pd.DataFrame:
        """Return the outcome table of all finished runs, in one order whatever the order of arrival."""
        parts = [self.keeper.read(run) for run, entry in sorted(self.entries.items()) if not entry.failed]
        return typed(pd.concat(parts), OUTCOMES) if parts else table([], OUTCOMES)

    def run_table(self) -> pd.DataFrame:
        """Return one row per finished run, with the values of what was swept."""
        rows = [
            {
                "run_id": run,
                **{name: float("nan") for name in self.design.swept_columns},
                **facts,
                "status": FAILED if entry.failed else DONE,
                "seconds": entry.seconds,
                "attempt": entry.attempt,
            }
            for run, facts in self.design.runs()
            if (entry := self.entries.get(run))
        ]
        return table(sorted(rows, key=lambda row: row["run_id"]), run_columns(self.design))

    def failure_table(self) -> pd.DataFrame:
        """Return one row per failed run."""
        keys = {run: _key(facts) for run, facts in self.design.runs()}
        names = ("scenario", "area", "draw", "seed")
        rows = [
            {
                "run_id": entry.run,
                **dict(zip(names, keys[entry.run], strict=True)),
                "attempt": entry.attempt,
                "stage": entry.stage,
                "type": entry.type,
                "message": entry.message,
                "traceback": entry.traceback,
            }
            for entry in self.failures
        ]
        return table(rows, FAILURES)


def run_columns(design: Design) -> dict[str, str]:
    """Return the columns of the table of runs: those of every design, and one per swept quantity before the status."""
    names = list(RUNS)
    place = names.index("status")
    swept = dict.fromkeys(design.swept_columns, "float64")
    return {**{name: RUNS[name] for name in names[:place]}, **swept, **{name: RUNS[name] for name in names[place:]}}


def run_design(
    design: Design,
    simulate: Simulate,
    workers: int | Workers = 1,
    store: Store | None = None,
    progress: Progress = lambda done, total: None,
    finished: Mapping[str, Entry] | None = None,
    tasks: Iterable[Task] | None = None,
) -> Batch:
    """Run every task of a design that is not finished yet.

    An interrupt (Ctrl-C) stops the workers and returns what was finished, marked as interrupted.

    Args:
        design: what to run.
        simulate: lives the world of one task.
        workers: a number of processes, of which 1 is this process; or who does the tasks.
        store: where to keep every run as soon as it is finished; in memory unless given.
        progress: told after every task.
        finished: what is known of runs that were finished before; they are not repeated.
        tasks: those of the design to do; all unless given.

    Raises:
        StoreError: when a run cannot be written; what was written before is whole.
    """
    batch, started = Batch(design, InMemory() if store is None else InFolder(store)), time.perf_counter()
    batch.entries.update(finished or {})
    asked = list(design.tasks() if tasks is None else tasks)
    left = list(_left(asked, batch.entries))
    total = sum(len(task.scenarios) for task in asked)
    done = total - sum(len(task.scenarios) for task in left)
    progress(done, total)
    try:
        with ExitStack() as stack:
            hands = stack.enter_context(processes(workers)) if isinstance(workers, int) else workers
            for runs in stack.enter_context(closing(run_tasks(left, simulate, hands))):
                for run in runs:
                    batch.entries[run.id] = entry_of(run, batch.keeper.keep(run))
                done += len(runs)
                progress(done, total)
    except KeyboardInterrupt:
        batch.interrupted = True
    except WorkersGone as error:
        batch.interrupted, batch.gone = True, str(error)
    batch.seconds = time.perf_counter() - started
    return batch


def open_store(store: Store, design: Design) -> None:
    """List every file that will come, and write what is known before the first run."""
    store.expect(outcomes_name(run) for run, _ in design.runs())
    store.write_text("design.toml", design.to_toml())
    for scenario in design.scenarios:
        store.write_text(f"scenarios/{scenario.id}.toml", scenario.to_toml())
    store.write_table("draws.parquet", draw_table(design), DRAWS)


def write_tables(batch: Batch, store: Store) -> None:
    """Write the tables of what is finished; the journal has served its time."""
    store.write_table("runs.parquet", batch.run_table(), run_columns(batch.design))
    store.write_table("failures.parquet", batch.failure_table(), FAILURES)
    store.write_checksums({run: entry.checksum for run, entry in batch.entries.items() if not entry.failed})
    Journal(store.folder).remove()


def write_comparison(design: Design, store: Store) -> pd.DataFrame | None:
    """Compare every scenario that is not swept with the reference; ``None`` where there is nothing to compare.

    Points of a sweep are many and stand on few draws each: they are compared when somebody asks
    (:meth:`results.reading.Results.compare`).
    """
    results = Results(store)
    parts = []
    for scenario in design.unswept:
        pairs = results.runs[results.runs["status"] == DONE].groupby(["area", "draw", "seed"])["scenario"].agg(set)
        if any({scenario, design.reference} <= names for names in pairs):
            parts.append(results.compare(scenario))
    if not parts:
        return None
    found = pd.concat(parts, ignore_index=True)
    store.write_table("comparison.csv", found, COMPARISON)
    return found


def draw_table(design: Design) -> pd.DataFrame:
    """Return the value of every parameter in every draw, and in an area where it deviates there."""
    from sim.parameters import load_parameters

    local = {numbers.area: numbers.parameter_values for numbers in design.local}
    rows: list[dict[str, Any]] = []
    for draw in design.draws:
        drawn = design.drawn.of(draw, "all") if design.drawn else {}
        national = {**load_parameters(draw=draw, area=None).values, **drawn}
        rows += _draw_rows(draw, "all", national)
        for area in design.areas:
            own = design.drawn.of(draw, area) if design.drawn else {}
            here = {**load_parameters(draw=draw, area=area).values, **own, **local.get(area, {})}
            rows += _draw_rows(draw, area, {path: v for path, v in here.items() if v != national[path]})
    return table(rows, DRAWS)


def entry_of(run: Run, checksum: str) -> Entry:
    """Return what is kept of a run beside its outcomes."""
    failure = run.failure or Failure("", "", "")
    return Entry(run.id, run.seconds, run.attempt, checksum, **vars(failure))


def _left(tasks: Iterable[Task], finished: Mapping[str, Entry]) -> Iterator[Task]:
    """Yield tasks with only the scenarios that are not finished."""
    for task in tasks:
        scenarios = tuple(
            scenario for scenario, run in zip(task.scenarios, task.runs, strict=True) if run not in finished
        )
        if scenarios:
            yield replace(task, scenarios=scenarios)


def _key(facts: Mapping[str, Any]) -> tuple[str, str, int, int]:
    return facts["scenario"], facts["area"], facts["draw"], facts["seed"]


def _draw_rows(draw: int, area: str, values: Any) -> list[dict[str, Any]]:
    return [{"draw": draw, "area": area, "parameter": path, "value": value} for path, value in values.items()]
