"""Lives members of an ensemble and returns their targets; everything that was lived is kept and never lived again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.patterns import BEFORE, value_of
from calibration.probe_domains import Measures
from calibration.targets import Target
from scenarios.catalogue import load_scenario
from scenarios.design import Task
from scenarios.executors import Workers
from scenarios.runner import run_tasks
from scenarios.runs import Failure, Run, failed_runs
from sim.calendar import SCENARIO_START, year_of
from sim.parameters import ParameterError
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

LAST_YEAR = year_of(SCENARIO_START) - 1
"""The last of the years that are lived under realised policy."""

NAME_LETTERS = 24


class FitError(RuntimeError):
    """A world of the fit could not be lived."""


@dataclass(frozen=True)
class Member:
    """One set of parameters to be lived.

    Attributes:
        draw: draw of the parameters that are not fitted.
        changes: by area the values of the parameters that are fitted.
        seed: seed of its worlds; the draw unless given.
    """

    draw: int
    changes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seed: int | None = None

    def of(self, area: str) -> tuple[tuple[str, float], ...]:
        """Return the changes in an area."""
        return tuple(sorted(self.changes.get(area, {}).items()))


@dataclass(frozen=True)
class Forward:
    """The model as a function from members to targets.

    Attributes:
        areas: areas that are lived.
        sample: share of their streets.
        folder: where finished worlds are kept.
        workers: who lives them.
        scale: by what a target is multiplied where these areas stand for all twenty; empty for nothing.
        seed: added to the draw to make the seed of a world.
    """

    areas: tuple[str, ...]
    sample: float
    folder: Path
    workers: Workers
    scale: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def targets(self, members: Sequence[Member], targets: Sequence[Target], progress: Progress) -> Floats:
        """Return the targets of members: an array of targets by members.

        It has NaN for a draw that the model refuses, and for a target with nobody to be measured on.

        Raises:
            FitError: when a world failed for another reason than its parameters; what was lived is kept.
        """
        found = self.measures(members, progress)
        values = np.full((len(targets), len(members)), np.nan)
        for column, by_area in enumerate(found):
            if by_area is not None:
                values[:, column] = [self._value(target, by_area) for target in targets]
        return values

    def measures(self, members: Sequence[Member], progress: Progress) -> list[dict[str, Measures] | None]:
        """Return the measures of members by area, ``None`` for a draw that the model refuses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        tasks = [(member, area, self._task(member, area)) for member in members for area in self.areas]
        missing = {self._place(task): task for _, _, task in tasks if not self._place(task).exists()}
        done = len(tasks) - len(missing)
        progress(done, len(tasks))
        places = {task.runs[0]: place for place, task in missing.items()}
        if len(places) < len(missing):
            raise ValueError("two members have one draw and seed: their worlds could not be told apart")
        for runs in run_tasks(missing.values(), simulate_measures, self.workers):
            for run in runs:
                _keep(run, places[run.id])
            done += 1
            progress(done, len(tasks))
        return [self._read(member) for member in members]

    def _task(self, member: Member, area: str) -> Task:
        seed = member.draw + self.seed if member.seed is None else member.seed
        return Task(area, member.draw, seed, self.sample, 1, (), (_realised(),), member.of(area))

    def _name(self, task: Task) -> str:
        told = repr((task.area, task.draw, task.seed, task.sample, task.changes))
        return hashlib.sha256(told.encode()).hexdigest()[:NAME_LETTERS]

    def _place(self, task: Task) -> Path:
        return self.folder / f"{self._name(task)}.json"

    def _read(self, member: Member) -> dict[str, Measures] | None:
        found = {}
        for area in self.areas:
            kept = json.loads(self._place(self._task(member, area)).read_text(encoding="utf-8"))
            if "refused" in kept:
                return None
            found[area] = kept
        return found

    def _value(self, target: Target, by_area: Mapping[str, Measures]) -> float:
        value, _ = value_of(target, by_area)
        return np.nan if value is None else value * self.scale.get(target.id, 1.0)


@cache
def _realised() -> Scenario:
    return load_scenario(BEFORE)


def simulate_measures(task: Task) -> list[Run]:
    """Live the years under realised policy in the world of a task and return what was measured, a row a measure."""
    from calibration.patterns import measures_of

    started = perf_counter()
    try:
        found = measures_of(task.area, task.sample, task.seed, task.draw, dict(task.changes))
    except Exception as error:
        return failed_runs(task, Failure.of("run", error), perf_counter() - started)
    rows = [_row(name, value) for name, value in sorted(found.items())]
    (scenario,) = task.scenarios
    return [Run(scenario.id, task.area, task.draw, task.seed, rows, perf_counter() - started, task.attempt)]


def _row(name: str, value: float) -> dict[str, Any]:
    """Return a measure in the form of an outcome, which every worker can send."""
    return {
        "year": LAST_YEAR, "view": "place", "group": "all", "outcome": name, "value": value, "expected": value,
        "numerator": value, "denominator": 1.0, "expected_numerator": value,
    }  # fmt: skip


def _keep(run: Run, place: Path) -> None:
    if run.failure is not None and run.failure.type != ParameterError.__name__:
        raise FitError(f"{run.area}, draw {run.draw}: {run.failure.type}: {run.failure.message}")
    kept = {"refused": run.failure.message} if run.failure is not None else _measures_in(run.content)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    draft.write_text(json.dumps(kept), encoding="utf-8")
    draft.rename(place)


def _measures_in(content: bytes) -> Measures:
    import pyarrow.parquet as pq

    table = pq.read_table(BytesIO(content), columns=["outcome", "value"]).to_pydict()
    return dict(zip(table["outcome"], table["value"], strict=True))
