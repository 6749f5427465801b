"""The runner: the same on one worker and on two, and whole when something breaks."""

import os
import pickle
import time

import fake_model
import pandas as pd
import pytest

from results.store import Store
from scenarios.batch import draw_table, open_store, run_design, write_tables
from scenarios.catalogue import load_scenario
from scenarios.design import Design, Task, numbered_draws, run_id, sample_that_answers
from scenarios.executors import ThisProcess, local_workers
from scenarios.runner import run_tasks
from scenarios.runs import Run
from sim.parameters import ParameterSet

NAMES = ("preventie-met-gezag", "geen-programma")


def design(draws: int = 3, seeds: tuple[int, ...] = (1, 2), areas: tuple[str, ...] = ("breda-noord",)) -> Design:
    scenarios = tuple(load_scenario(name) for name in NAMES)
    return Design(scenarios, NAMES[1], areas, numbered_draws(draws), seeds, 0.1, 2)


def test_draws_count_from_one_and_none_is_the_central_set() -> None:
    assert numbered_draws(3) == (1, 2, 3)
    assert numbered_draws(0) == (0,)


def test_tasks_come_draw_by_draw() -> None:
    tasks = design(2, (1, 2), ("a", "b")).tasks()
    assert [(task.draw, task.seed, task.area) for task in tasks] == [
        (draw, seed, area) for draw in (1, 2) for seed in (1, 2) for area in ("a", "b")
    ]


def test_a_sample_answers_in_time() -> None:
    assert sample_that_answers([5_000.0]) == 1.0
    assert sample_that_answers([70_000.0]) == 0.07
    assert 0 < sample_that_answers([60_000.0] * 20) < 0.05


def test_what_crosses_a_process_can_be_pickled() -> None:
    task = design().tasks()[0]
    assert pickle.loads(pickle.dumps(task)) == task
    assert pickle.loads(pickle.dumps(fake_model.failing(design().tasks()[4])))[0].failure is not None


def test_workers_do_not_change_the_results() -> None:
    alone = run_design(design(), fake_model.simulate, workers=1)
    together = run_design(design(), fake_model.simulate, workers=2)
    pd.testing.assert_frame_equal(alone.outcomes(), together.outcomes(), check_exact=True)
    assert len(alone.entries) == 12
    assert alone.failures == together.failures == []


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    run_design(design(2, (1,)), fake_model.simulate, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (2, 4), (4, 4)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_run_is_a_row(workers: int) -> None:
    batch = run_design(design(3, (1,)), fake_model.failing, workers=workers)
    failures = batch.failure_table().set_index("run_id")
    assert sorted(failures.index) == [
        run_id("geen-programma", "breda-noord", 2, 1),
        run_id("preventie-met-gezag", "breda-noord", 2, 1),
        run_id("preventie-met-gezag", "breda-noord", 3, 1),
    ]
    first = failures.loc[run_id("geen-programma", "breda-noord", 2, 1)]
    assert (first["stage"], first["type"]) == ("run", "ZeroDivisionError")
    assert "divides" in first["message"]
    assert "fake_model" in first["traceback"]
    assert sorted(batch.run_table()["status"]) == ["done"] * 3 + ["failed"] * 3
    assert len(batch.failed_keys()) == 3


def test_a_killed_worker_is_one_failure() -> None:
    batch = run_design(design(4, (1,)), fake_model.dying, workers=2)
    failures = batch.failure_table()
    assert set(failures["draw"]) == {2}
    assert set(failures["type"]) == {"WorkerLost"}
    assert set(failures["attempt"]) == {2}
    assert len(batch.entries) == 8


def test_a_run_lost_once_is_done_again_alone() -> None:
    batch = run_design(design(3, (1,)), fake_model.dying_once, workers=2)
    assert batch.failures == []
    attempts = batch.run_table().groupby("draw")["attempt"].max()
    assert attempts.to_dict() == {1: 1, 2: 2, 3: 1}
    pd.testing.assert_frame_equal(batch.outcomes(), run_design(design(3, (1,)), fake_model.simulate).outcomes())


def test_a_time_limit_is_a_failure() -> None:
    with local_workers(2, time_limit=5.0) as workers:
        found = [run for runs in run_tasks(design(2, (1,)).tasks(), fake_model.slow, workers) for run in runs]
    assert {run.draw: run.failure.type if run.failure else None for run in found} == {1: None, 2: "TimeLimit"}


def test_workers_use_one_thread_and_the_parent_keeps_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    with local_workers(2) as workers:
        done = run_tasks(design(2, (1,)).tasks(), fake_model.threads, workers)
        found = [run.scenario for runs in done for run in runs]
    assert found == ["1", "1"]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"


def test_an_interrupt_keeps_what_was_finished(tmp_path) -> None:
    store = Store.create(tmp_path / "out", {})
    batch = run_design(design(3, (1,)), fake_model.interrupted, store=store)
    assert batch.interrupted
    assert set(store.read_outcomes()["draw"]) == {1}
    write_tables(batch, store)
    assert set(store.read_table("runs.parquet")["draw"]) == {1}
    assert len(store.read_table("failures.parquet")) == 0


def test_an_interrupt_stops_the_workers_quickly() -> None:
    started = time.perf_counter()

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    batch = run_design(design(4, (1,)), fake_model.slow, workers=2, progress=stop)
    assert batch.interrupted
    assert set(batch.run_table()["draw"]) == {1}
    assert time.perf_counter() - started < 60


def test_every_run_is_kept_as_it_comes(tmp_path) -> None:
    store = Store.create(tmp_path / "out", {})
    open_store(store, design(3, (1,)))
    batch = run_design(design(3, (1,)), fake_model.failing, workers=2, store=store)
    write_tables(batch, store)
    kept = Store.open(tmp_path / "out").read_outcomes()
    key = ["scenario", "area", "draw", "seed", "year", "view", "group", "outcome"]
    pd.testing.assert_frame_equal(
        kept.sort_values(key, ignore_index=True), batch.outcomes().sort_values(key, ignore_index=True)
    )
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "design.toml",
        "scenarios",
        "outcomes",
        "runs.parquet",
        "failures.parquet",
        "manifest.json",
    } <= names


def test_the_draws_are_written_with_their_local_deviations(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(draw: int = 0, area: str | None = None) -> ParameterSet:
        return ParameterSet(draw, {"a.x": float(draw), "a.y": 2.0 + (area is not None)}, {})

    monkeypatch.setattr("sim.parameters.load_parameters", load)
    found = draw_table(design(1)).to_dict("records")
    assert found == [
        {"draw": 1, "area": "all", "parameter": "a.x", "value": 1.0},
        {"draw": 1, "area": "all", "parameter": "a.y", "value": 2.0},
        {"draw": 1, "area": "breda-noord", "parameter": "a.y", "value": 3.0},
    ]


def test_an_uncaught_error_of_the_model_names_every_scenario() -> None:
    def broken(task: Task) -> list[Run]:
        raise RuntimeError("no world")

    runs = next(run_tasks(design(1, (1,)).tasks(), broken, ThisProcess()))
    assert {run.scenario for run in runs} == set(NAMES)
