"""Whoever does the tasks, the bytes are the same; whatever goes wrong is a row, not the end of the batch."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fake_model
import pytest
from batch_tools import HERE, ROOT, assert_same, run_into, tiny_design

from scenarios.batch import run_design
from scenarios.executors import ExecutorWorkers, ThisProcess, Workers, dask_workers, is_private, local_workers

DESIGN = tiny_design(3)


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Workers of others do not get our search path by themselves."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(HERE))))
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", str(tmp_path / "count.txt"))
    monkeypatch.setenv("WIJKLAB_TEST_WRONG", str(tmp_path / "wrong.txt"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert run_into(out, DESIGN) == ("done", [])
    return out


@contextmanager
def threads() -> Iterator[Workers]:
    with ThreadPoolExecutor(2) as pool:
        yield ExecutorWorkers(pool, 2)


@contextmanager
def spawned() -> Iterator[Workers]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield ExecutorWorkers(pool, 2)


@contextmanager
def one() -> Iterator[Workers]:
    with local_workers(1) as workers:
        yield workers


@contextmanager
def two() -> Iterator[Workers]:
    with local_workers(2) as workers:
        yield workers


@pytest.mark.parametrize("kind", [threads, spawned, one, two])
def test_whoever_does_it_the_bytes_are_the_same(tmp_path: Path, undisturbed: Path, kind: Any) -> None:
    with kind() as workers:
        assert run_into(tmp_path / "out", DESIGN, fake_model.simulate, workers) == ("done", [])
    assert_same(tmp_path / "out", undisturbed)


def test_a_dask_cluster_gives_the_same_bytes(tmp_path: Path, undisturbed: Path) -> None:
    """Two processes of Dask, and among its tasks some that raise, also with errors that cannot cross."""
    distributed = pytest.importorskip("distributed")
    (tmp_path / "wrong.txt").write_text("2 raised\n3 odd\n")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, dask_workers(cluster.scheduler_address) as workers:
        assert workers.size == 2
        assert run_into(tmp_path / "out", DESIGN, fake_model.simulate, workers) == ("done", [])
        batch = run_design(DESIGN, fake_model.choosing, workers)
    assert_same(tmp_path / "out", undisturbed)
    assert {entry.type for entry in batch.failures} == {"ValueError", "OddError"}
    assert len(batch.failures) == 8


def test_an_encrypted_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates come from the configuration of Dask; without them nothing connects."""
    distributed = pytest.importorskip("distributed")
    pytest.importorskip("cryptography")
    import dask
    from distributed.security import Security

    security = Security.temporary()
    settings = {
        f"distributed.comm.tls.{role}.{part}": getattr(security, f"tls_{role}_{part}")
        for role in ("client", "scheduler", "worker")
        for part in ("key", "cert")
    }
    settings["distributed.comm.tls.ca-file"] = security.tls_ca_file
    cluster = distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tls://",
        security=security,
        dashboard_address=None,
        host="127.0.0.1",
    )
    with cluster:
        address = cluster.scheduler_address
        assert address.startswith("tls://")
        encrypted = dask.config.set({**settings, "distributed.comm.require-encryption": True})
        with encrypted, dask_workers(address) as workers:
            batch = run_design(tiny_design(1), fake_model.simulate, workers)
        assert len(batch.entries) == 4
        assert batch.failures == []
        with (
            dask.config.set({"distributed.comm.timeouts.connect": "2s"}),
            pytest.raises((OSError, TypeError, ValueError, asyncio.TimeoutError)),
            dask_workers(address),
        ):
            pass


def test_a_scheduler_that_is_not_there() -> None:
    pytest.importorskip("distributed")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(OSError, match=r"127\.0\.0\.1"),
        dask_workers("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("tls://cluster.example:8786", True),
        ("tcp://127.0.0.1:8786", True),
        ("tcp://localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("tcp://10.0.0.5:8786", False),
        ("tcp://127.0.0.1.example:8786", False),
        ("ws://cluster.example:80", False),
        ("cluster.example:8786", False),
    ],
)
def test_who_can_reach_a_scheduler_can_run_anything(address: str, private: bool) -> None:
    assert is_private(address) is private


def test_a_worker_with_another_version_of_the_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fingerprint crosses with the task; a machine with other sources says so, run by run."""
    import scenarios.executors as executors

    same = executors._same_model

    def elsewhere(simulate: Any, task: Any, expected: str) -> Any:
        return same(simulate, task, "of another version")

    monkeypatch.setattr(executors, "_same_model", elsewhere)
    with threads() as workers:
        batch = run_design(tiny_design(1), fake_model.simulate, workers)
    assert {(entry.stage, entry.type) for entry in batch.failures} == {("worker", "OtherVersion")}
    assert len(batch.failures) == 4


def test_an_executor_whose_pool_breaks_loses_no_finished_run(tmp_path: Path, undisturbed: Path) -> None:
    """A pool of the standard library does not survive a worker that dies; what it did not do is left to do."""
    (tmp_path / "wrong.txt").write_text("3 killed\n")
    with spawned() as workers:
        status, _ = run_into(tmp_path / "out", DESIGN, fake_model.choosing, workers)
    assert status == "interrupted"
    (tmp_path / "wrong.txt").write_text("")
    assert run_into(tmp_path / "out", DESIGN, fake_model.choosing) == ("done", [])
    assert_same(tmp_path / "out", undisturbed)


def test_rows_that_are_none_are_a_failure_of_that_run() -> None:
    """A row with a column too few is found where it was made, and is one failed run."""
    batch = run_design(tiny_design(1), fake_model.odd_rows, ThisProcess())
    assert {entry.stage for entry in batch.failures} == {"outcomes"}
    assert {entry.run.split(".")[0] for entry in batch.failures} == {"geen-programma"}
