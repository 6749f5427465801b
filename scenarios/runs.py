"""What a run gives back: its rows, or the failure that took their place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from results.store import outcome_bytes
from scenarios.design import Task, run_id

DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Failure:
    """Why a run gave nothing.

    Attributes:
        stage: where: ``start`` (building the world), ``run``, ``outcomes``, ``worker``.
        type: kind of error.
        message: what the error said.
        traceback: where in the code, for whoever mends it.
    """

    stage: str
    type: str
    message: str
    traceback: str = ""

    @classmethod
    def of(cls, stage: str, error: BaseException) -> Failure:
        """Return the failure an exception stands for."""
        return cls(stage, type(error).__name__, str(error), "".join(traceback.format_exception(error)))


@dataclass(frozen=True)
class Run:
    """One finished run: a scenario in an area, with a draw and a seed.

    Attributes:
        scenario: scenario id.
        area: area id.
        draw: parameter draw.
        seed: seed.
        rows: the outcome rows of the run, without the four above.
        seconds: time taken, a share of building the world included.
        attempt: 2 when the run was lost with its worker before.
        failure: why there are no rows.
        content: the rows as the bytes of a Parquet file, once they have crossed to the process that keeps them.
    """

    scenario: str
    area: str
    draw: int
    seed: int
    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    seconds: float
    attempt: int = 1
    failure: Failure | None = None
    content: bytes = field(default=b"", repr=False)

    @property
    def id(self) -> str:
        """Name of the run."""
        return run_id(self.scenario, self.area, self.draw, self.seed)

    def key(self) -> dict[str, Any]:
        """Return the columns that name the run."""
        return {"scenario": self.scenario, "area": self.area, "draw": self.draw, "seed": self.seed}

    def outcome_rows(self) -> list[dict[str, Any]]:
        """Return the rows with the columns that name the run."""
        key = self.key()
        return [{**key, **row} for row in self.rows]


Simulate = Callable[[Task], list[Run]]
"""Lives one world under every scenario of a task. Crosses to a worker, so it is a function of a module."""


def packed(simulate: Simulate, task: Task) -> list[Run]:
    """Do a task and turn the rows of its runs into bytes, where they were made: bytes cross and are kept for little.

    An error becomes a failure here as well: not every exception can cross to another process.
    """
    try:
        return [_packed(run) for run in simulate(task)]
    except Exception as error:
        return failed_runs(task, Failure.of("run", error))


def _packed(run: Run) -> Run:
    if run.failure is not None:
        return run
    try:
        return replace(run, rows=(), content=outcome_bytes(run.outcome_rows()))
    except Exception as error:
        return replace(run, rows=(), failure=Failure.of("outcomes", error))


def failed_runs(task: Task, failure: Failure, seconds: float = 0.0) -> list[Run]:
    """Return a failed run for every scenario of a task."""
    return [
        Run(scenario.id, task.area, task.draw, task.seed, (), seconds, task.attempt, failure)
        for scenario in task.scenarios
    ]
