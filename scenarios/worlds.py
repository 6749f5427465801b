"""Lives one world under several scenarios: the one place where a batch meets the model."""

from __future__ import annotations

import gc
import threading
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any

from results.ledger import balance_rows
from scenarios.catalogue import REALISED, load_scenario
from scenarios.design import Task
from scenarios.runs import Failure, Run, failed_runs
from sim.calendar import MONTHS_PER_YEAR
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

DISCOUNT_RATE = "prices.discount_rate"
"""Parameter by which euros of later years are discounted, the same in every draw."""


def simulate(task: Task) -> list[Run]:
    """Build the world of a task, branch every scenario from it and count what happens.

    A process keeps its last world: the tasks of a sweep over levers share one.
    """
    started = perf_counter()
    try:
        world = _world(task)
    except Exception as error:
        return failed_runs(task, Failure.of("start", error), perf_counter() - started)
    building = (perf_counter() - started) / len(task.scenarios)
    return [_run(task, world, scenario, building) for scenario in task.scenarios]


class _Last(threading.local):
    """The last world that this thread built, and what it follows from."""

    key: tuple[Any, ...] | None = None
    world: NeighbourhoodModel | None = None


_last = _Last()


def _world(task: Task) -> NeighbourhoodModel:
    # Imported here: a worker needs the model, whoever only lists scenarios does not.
    from sim.world import start_world

    key = (task.area, task.draw, task.seed, task.sample, task.changes, task.local)
    if _last.key != key or _last.world is None:
        _last.key, _last.world = None, None
        gc.collect()  # a world is a ring of objects: without this a worker keeps dead ones of earlier tasks for long
        _last.world = start_world(
            task.area,
            task.draw,
            task.seed,
            task.sample,
            before=_realised(),
            changes=dict(task.changes),
            local=task.local,
        )
        _last.key = key
    return _last.world


@cache
def _realised() -> Scenario:
    """What was done before the start: every world lives its past under it."""
    return load_scenario(REALISED)


def _run(task: Task, world: NeighbourhoodModel, scenario: Scenario, building: float) -> Run:
    started = perf_counter()
    stage, rows, failure = "run", [], None
    try:
        model = world.branch(scenario)
        for _ in range(MONTHS_PER_YEAR * task.years):
            model.step()
        stage = "outcomes"
        counted = model.outcome_rows(task.groups)
        rows = [*counted, *balance_rows(counted, model.p[DISCOUNT_RATE])]
    except Exception as error:
        failure = Failure.of(stage, error)
    seconds = building + perf_counter() - started
    return Run(scenario.id, task.area, task.draw, task.seed, rows, seconds, task.attempt, failure)
