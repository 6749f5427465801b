"""Points: shares between 0 and 1 for every uncertain parameter and for chance, lived as a world each."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.groups import CHANCE, groups, values_at
from calibration.sensitivity.questions import Question
from scenarios.catalogue import load_scenario
from scenarios.design import CENTRAL_DRAW, Task
from scenarios.worlds import simulate

Floats = NDArray[np.float64]

Told = Callable[[int, int], None]
"""Told how many of how many points are lived."""


@dataclass(frozen=True)
class Setting:
    """Where and how long worlds are lived.

    Attributes:
        area: area id.
        sample: share of the streets.
        years: years from the start of the scenarios.
        folder: where every finished point is kept.
        workers: processes.
    """

    area: str
    sample: float
    years: int
    folder: Path
    workers: int


@cache
def columns() -> tuple[str, ...]:
    """Return what every column of a table of shares is: the uncertain parameters, and chance last."""
    return (*(path for group in groups().values() for path in group.paths), CHANCE)


@cache
def column_groups() -> tuple[str, ...]:
    """Return the group of every column."""
    return (*(group.id for group in groups().values() for _ in group.paths), CHANCE)


@dataclass(frozen=True)
class Point:
    """One world.

    Attributes:
        shares: the shares of the parameters, in the order of the columns.
        seed: seed of the world.
    """

    shares: tuple[float, ...]
    seed: int

    @property
    def name(self) -> str:
        """Name of its file: equal names, equal points."""
        return hashlib.sha256(repr((self.shares, self.seed)).encode()).hexdigest()[:16]

    def changes(self) -> tuple[tuple[str, float], ...]:
        """Return the parameters by path."""
        at = values_at()
        return tuple(sorted((path, at[path](share)) for path, share in zip(columns(), self.shares, strict=False)))


def points_of(shares: Floats, seeds: Sequence[int]) -> list[Point]:
    """Return the points of a table of shares, of which the column of chance is replaced by seeds."""
    return [
        Point(tuple(round(float(share), 9) for share in row[:-1]), int(seed))
        for row, seed in zip(shares, seeds, strict=True)
    ]


def live(points: Sequence[Point], question: Question, setting: Setting, told: Told) -> dict[str, Floats]:
    """Live every point that is not in the folder yet, and return every difference at every point.

    Args:
        points: the worlds.
        question: what is asked of them.
        setting: where and how long.
        told: told how far it is.

    Returns:
        By id of a difference its values; not a number where the world or one of its scenarios failed.
    """
    setting.folder.mkdir(parents=True, exist_ok=True)
    jobs = [(point, question, setting) for point in dict.fromkeys(points)]
    left = [job for job in jobs if not _file(*job).exists()]
    told(len(jobs) - len(left), len(jobs))
    if left and setting.workers == 1:
        for done, job in enumerate(left, start=1):
            _job(job)
            told(len(jobs) - len(left) + done, len(jobs))
    elif left:
        with multiprocessing.get_context("spawn").Pool(setting.workers) as pool:
            for done, _ in enumerate(pool.imap_unordered(_job, left), start=1):
                told(len(jobs) - len(left) + done, len(jobs))
    found = [json.loads(_file(point, question, setting).read_text(encoding="utf-8")) for point in points]
    return {
        each.id: np.array([values.get(each.id, np.nan) for values in found], dtype=float)
        for each in question.differences
    }


def lived(point: Point, question: Question, setting: Setting) -> Mapping[str, Any]:
    """Live one point; return its differences, or under ``failed`` why there are none."""
    scenarios = tuple(load_scenario(name) for name in question.scenarios)
    # draw 0: what an area deviates from the country is left out, as all doubt is in the changes
    task = Task(setting.area, CENTRAL_DRAW, point.seed, setting.sample, setting.years, (), scenarios, point.changes())
    runs = simulate(task)
    failed = next((run.failure for run in runs if run.failure is not None), None)
    if failed is not None:
        return {"failed": f"{failed.type}: {' '.join(failed.message.split())}"}
    rows = {run.scenario: run.rows for run in runs}
    return {each.id: each.of(rows) for each in question.differences}


def failures(points: Sequence[Point], question: Question, setting: Setting) -> list[str]:
    """Return why points failed, one entry per failed point."""
    found = []
    for point in dict.fromkeys(points):
        values = json.loads(_file(point, question, setting).read_text(encoding="utf-8"))
        if "failed" in values:
            found.append(str(values["failed"]))
    return found


def _file(point: Point, question: Question, setting: Setting) -> Path:
    asked = hashlib.sha256(repr(sorted(each.id for each in question.differences)).encode()).hexdigest()[:8]
    return setting.folder / f"{question.id}-{asked}-{point.name}.json"


def _job(job: tuple[Point, Question, Setting]) -> None:
    point, question, setting = job
    target = _file(point, question, setting)
    found = lived(point, question, setting)
    draft = setting.folder / f".{target.stem}.{os.getpid()}"
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.rename(target)
