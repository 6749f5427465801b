"""Runs a design from start to end, keeping every finished run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from results.store import Store, outcomes_name
from results.tables import DRAWS, FAILURES, OUTCOMES, RUNS, table
from scenarios.design import Design, run_id
from scenarios.runner import run_tasks
from scenarios.runs import DONE, FAILED, Run, Simulate

Progress = Callable[[int, int], None]
"""Told how many of how many tasks are finished."""


@dataclass
class Batch:
    """What came out of a design so far.

    Attributes:
        design: what was asked.
        runs: the finished runs, in order of arrival.
        interrupted: whether somebody stopped it before the end.
        seconds: time taken.
    """

    design: Design
    runs: list[Run] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def failures(self) -> list[Run]:
        """The runs that failed, by name."""
        return sorted((run for run in self.runs if run.failure is not None), key=lambda run: run.id)

    def failed_keys(self) -> list[tuple[str, str, int, int]]:
        """Return scenario, area, draw and seed of the runs that failed."""
        return [(run.scenario, run.area, run.draw, run.seed) for run in self.failures]

    def whole_pairs(self) -> list[tuple[str, int, int]]:
        """Return area, draw and seed of the worlds in which every scenario was finished."""
        done = Counter((run.area, run.draw, run.seed) for run in self.runs if run.failure is None)
        return sorted(world for world, count in done.items() if count == len(self.design.scenarios))

    def outcomes(self) -> pd.DataFrame:
        """Return the outcome table of all finished runs, in one order whatever the order of arrival."""
        rows: Iterator[dict[str, Any]] = (
            row for run in sorted(self.runs, key=lambda run: run.id) for row in run.outcome_rows()
        )
        return table(rows, OUTCOMES)

    def run_table(self) -> pd.DataFrame:
        """Return one row per finished run."""
        rows = (
            {
                "run_id": run.id,
                **run.key(),
                "sample": self.design.sample,
                "years": self.design.years,
                "status": FAILED if run.failure else DONE,
                "seconds": run.seconds,
                "attempt": run.attempt,
            }
            for run in sorted(self.runs, key=lambda run: run.id)
        )
        return table(rows, RUNS)

    def failure_table(self) -> pd.DataFrame:
        """Return one row per failed run."""
        rows = ({"run_id": run.id, **run.key(), "attempt": run.attempt, **vars(run.failure)} for run in self.failures)
        return table(rows, FAILURES)


def run_design(
    design: Design,
    simulate: Simulate,
    workers: int = 1,
    store: Store | None = None,
    progress: Progress = lambda done, total: None,
) -> Batch:
    """Run every task of a design.

    An interrupt (Ctrl-C) stops the workers and returns what was finished, marked as interrupted.

    Args:
        design: what to run.
        simulate: lives the world of one task.
        workers: processes; 1 works in this process.
        store: where to keep every run as soon as it is finished.
        progress: told after every task.
    """
    batch, started = Batch(design), time.perf_counter()
    tasks = design.tasks()
    if store is not None:
        _open_store(store, design)
    progress(0, len(tasks))
    try:
        with closing(run_tasks(tasks, simulate, workers)) as results:
            for done, runs in enumerate(results, start=1):
                for run in runs:
                    if store is not None and run.failure is None:
                        store.write_outcomes(run.id, run.outcome_rows())
                batch.runs.extend(runs)
                progress(done, len(tasks))
    except KeyboardInterrupt:
        batch.interrupted = True
    batch.seconds = time.perf_counter() - started
    if store is not None:
        store.write_table("runs.parquet", batch.run_table(), RUNS)
        store.write_table("failures.parquet", batch.failure_table(), FAILURES)
    return batch


def _open_store(store: Store, design: Design) -> None:
    """List every file that will come, and write what is known before the first run."""
    store.expect(
        outcomes_name(run_id(scenario.id, task.area, task.draw, task.seed))
        for task in design.tasks()
        for scenario in task.scenarios
    )
    store.write_text("design.toml", design.to_toml())
    for scenario in design.scenarios:
        store.write_text(f"scenarios/{scenario.id}.toml", scenario.to_toml())


def draw_table(design: Design) -> pd.DataFrame:
    """Return the value of every parameter in every draw, and in an area where it deviates there."""
    from sim.parameters import load_parameters

    rows: list[dict[str, Any]] = []
    for draw in design.draws:
        national = load_parameters(draw=draw, area=None).values
        rows += _draw_rows(draw, "all", national)
        for area in design.areas:
            local = load_parameters(draw=draw, area=area).values
            rows += _draw_rows(draw, area, {path: v for path, v in local.items() if v != national[path]})
    return table(rows, DRAWS)


def _draw_rows(draw: int, area: str, values: Any) -> list[dict[str, Any]]:
    return [{"draw": draw, "area": area, "parameter": path, "value": value} for path, value in values.items()]
