"""A folder of results out of runs that are kept already: what was looked at can be opened, exported and cited."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from results.lock import FolderLock
from results.store import StoreError
from results.tables import RUN_KEY
from scenarios.batch import run_design
from scenarios.codebook import build_codebook
from scenarios.design import Design, Task
from scenarios.folders import DESIGN, finish_batch, open_batch
from scenarios.live.asking import EVERY_GROUP
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.live.work import kept_rows, live
from scenarios.provenance import manifest_facts
from scenarios.runs import Run
from sim.fingerprint import fingerprint
from sim.scenario import Scenario

NOT_WRITTEN = "not_written"


def keep(design: Design, folder: Path, place: int, shown: bool) -> str:
    """Write a design as a folder of results; runs that are not kept any more are lived again first.

    Args:
        design: of the kept runs, with all their groups.
        folder: where; gone on with when a part of the same design is there.
        place: place on the board.
        shown: not used here.

    Returns:
        Why it could not be written: the code of a :class:`results.store.StoreError`, or ``not_written``; empty when
        all is there.

    Raises:
        Stopped: when asked to; nothing was written then.
    """
    for task in design.tasks():
        for scenario in task.scenarios:
            live(_live_run(task, scenario), place, False)
    facts = manifest_facts(design, fingerprint(), ["wijklab", "batch", DESIGN], {})
    try:
        with FolderLock(folder):
            codebook = build_codebook(design.scenarios, design.areas)
            opened = open_batch(folder, design, facts, codebook)
            batch = run_design(design, partial(_kept, place), 1, opened.store, finished=opened.finished)
            finish_batch(batch, opened.store, whole=True)
    except StoreError as error:
        return error.code
    except OSError:
        return NOT_WRITTEN
    return ""


def _kept(place: int, task: Task) -> list[Run]:
    """Return the runs of a task as they are kept."""
    return [_run(task, scenario, place) for scenario in task.scenarios]


def _run(task: Task, scenario: Scenario, place: int) -> Run:
    rows = kept_rows(_live_run(task, scenario), place).drop_columns(list(RUN_KEY)).to_pylist()
    return Run(scenario.id, task.area, task.draw, task.seed, rows, 0.0, task.attempt)


def _live_run(task: Task, scenario: Scenario) -> LiveRun:
    return LiveRun(WorldKey(task.area, task.draw, task.seed, task.sample), scenario, task.years, EVERY_GROUP)
