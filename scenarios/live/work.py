"""What a worker does with one run: out of the cache, or branched from the snapshot of its world and lived."""

from __future__ import annotations

import functools
import gc
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from results.comparison import EVERYBODY
from results.ledger import balance_rows
from results.store import outcome_bytes
from scenarios.catalogue import REALISED, load_scenario
from scenarios.executors import belong_to_the_parent
from scenarios.live.board import Board, Series, series_of
from scenarios.live.cache import Cache
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.live.stopped import Stopped
from scenarios.posterior import posterior_changes
from scenarios.worlds import DISCOUNT_RATE
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, year_of
from sim.scenario_errors import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path

    from sim.model import NeighbourhoodModel
    from sim.parameters import ParameterSet

log = logging.getLogger(__name__)

FIRST_YEAR = year_of(SCENARIO_START)
SCENARIO = "live"
"""What stands in the column ``scenario`` of a kept run: one run answers under many names, its reader knows which."""

MASKS = ("groups", "cells_of_view", "ages_within", "weight")
"""Parts of the counts that are the same for every outcome once the last month is over."""


@dataclass
class Desk:
    """What a process works with, set once when it starts."""

    cache: Cache
    board: Board


_desk: Desk | None = None


def start(folder: Path, limit: int, board: Board) -> None:
    """Make this process ready: import the model before the first run asks for it."""
    global _desk
    belong_to_the_parent()
    import sim.world  # noqa: F401
    from sim.parameters import load_parameters

    load_parameters(0, None)
    _desk = Desk(Cache(folder, limit), board)
    gc.freeze()  # what is imported stays: no need to look through it again and again


def desk() -> Desk:
    """Return what this process works with."""
    if _desk is None:
        raise RuntimeError("this process was not started as a worker")
    return _desk


def live(run: LiveRun, place: int, shown: bool) -> str:
    """Make sure the outcomes of a run are in the cache, and return their name.

    Args:
        run: the run.
        place: place on the board.
        shown: whether to write the years so far on the board.

    Raises:
        Stopped: when asked to.
    """
    cache, board = desk().cache, desk().board
    if cache.run(run.name).exists():
        cache.used(cache.run(run.name))
        return run.name
    model = branch(cache, run, lambda: board.stopped(place))
    for month in range(1, run.years * MONTHS_PER_YEAR + 1):
        if board.stopped(place):
            raise Stopped
        model.step()
        if shown and month % MONTHS_PER_YEAR == 0:
            years = month // MONTHS_PER_YEAR
            rows = _read_out(model)
            if years == run.years:
                rows += balance_rows(rows, model.p[DISCOUNT_RATE])
            board.write(place, series_of(rows, FIRST_YEAR, years))
    counted = _read_out(model, run.groups)
    rows = [*counted, *balance_rows(counted, model.p[DISCOUNT_RATE])]
    key = {"scenario": SCENARIO, "area": run.world.area, "draw": run.world.draw, "seed": run.world.seed}
    cache.put_run(run.name, outcome_bytes({**key, **row} for row in rows))
    return run.name


def kept_rows(run: LiveRun, place: int, shown: bool = False) -> pa.Table:
    """Return the outcome rows of a run: from the cache, or lived when they are not there or cannot be read."""
    cache = desk().cache
    try:
        return pq.read_table(cache.run(live(run, place, shown)))
    except FileNotFoundError:
        pass  # cleaned away at this moment
    except (OSError, pa.ArrowException):
        log.warning("the outcomes of run %s cannot be read; they are made anew", run.name)
        cache.forget(cache.run(run.name))
    return pq.read_table(cache.run(live(run, place, shown)))


def live_series(run: LiveRun, place: int, shown: bool) -> Series:
    """Do a run as :func:`live` does, and return its years for everybody."""
    whole = kept_rows(run, place, shown)
    return series_of(whole.filter(pc.equal(whole["group"], EVERYBODY)).to_pylist(), FIRST_YEAR, run.years)


def _read_out(model: NeighbourhoodModel, groups: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the outcome rows of a world; what is the same for every outcome is made once: three times as fast."""
    counts = model.counts
    for name in MASKS:
        setattr(counts, name, functools.cache(getattr(counts, name)))
    try:
        return model.outcome_rows(groups)
    finally:
        for name in MASKS:
            delattr(counts, name)


def branch(cache: Cache, run: LiveRun, stopped: Callable[[], bool] | None = None) -> NeighbourhoodModel:
    """Return the world of a run under its scenario, standing at the start.

    Args:
        cache: where its snapshot is kept, or will be.
        run: the run.
        stopped: says whether nobody waits for it any more.

    Raises:
        Stopped: when nobody does, while the world is made.
    """
    from sim.model import NeighbourhoodModel

    kept = cache.world(run.world.name)
    try:
        model = NeighbourhoodModel.restore(kept, run.scenario, parameters=_parameters(run.world))
    except ScenarioError:
        raise
    except Exception as error:  # none yet, just cleaned away; or damaged, which shows in many ways
        if kept.exists():
            log.warning("the world %s cannot be read (%s); it is made anew", kept.name, error)
            cache.forget(kept)
        return _found(cache, run.world, stopped).branch(run.scenario)
    cache.used(kept)
    model.begin()
    return model


def _parameters(key: WorldKey) -> ParameterSet:
    """Return the parameters of a world: of the shipped posterior where they were fitted, else of the prior."""
    from sim.parameters import load_parameters

    return load_parameters(key.draw, key.area).with_values(posterior_changes(key.draw, key.area))


def _found(cache: Cache, key: WorldKey, stopped: Callable[[], bool] | None) -> NeighbourhoodModel:
    """Build a world and keep its snapshot."""
    from scenarios.live.watched import WatchedModel

    world = WatchedModel(
        area=key.area,
        scenario=load_scenario(REALISED),
        rng=key.seed,
        sample=key.sample,
        draw=key.draw,
        parameters=_parameters(key),
        start=SCENARIO_START,
        stopped=stopped,
    )
    with suppress(OSError):  # somebody else was quicker, or the disk is full: the world is good for this once
        world.save(cache.world(key.name))
    cache.clean()
    return world
