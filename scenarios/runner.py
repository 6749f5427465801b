"""Runs tasks on this machine: in this process, or on workers of which each may be lost without the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

from pebble import ProcessExpired, ProcessPool

from scenarios.design import Task
from scenarios.runs import Failure, Run, Simulate, failed_runs

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
"""Workers share the machine by being many, not by each using many threads."""


def run_tasks(
    tasks: Sequence[Task], simulate: Simulate, workers: int = 1, time_limit: float | None = None
) -> Generator[list[Run], None, None]:
    """Yield the runs of every task as it finishes; a failure is a run with a failure, never an exception.

    The results do not depend on the number of workers, their order does. Closing the generator, or an
    interrupt, stops the workers.

    Args:
        tasks: what to do.
        simulate: does one task; a function of a module, so that it can cross to a worker.
        workers: 1 works in this process, one task after the other.
        time_limit: seconds a task may take on a worker; no limit unless given.
    """
    if workers == 1:
        for task in tasks:
            yield _in_this_process(task, simulate)
        return
    lost: list[Task] = []
    yield from _on_workers(tasks, simulate, workers, time_limit, lost)
    # Alone, so that whoever dies this time is the one to blame.
    for task in lost:
        again: list[Task] = []
        second = replace(task, attempt=task.attempt + 1)
        yield from _on_workers([second], simulate, 1, time_limit, again)
        for gone in again:
            yield failed_runs(gone, Failure("worker", "WorkerLost", "the worker process was lost twice"))


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let every process started meanwhile use one thread for linear algebra."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _in_this_process(task: Task, simulate: Simulate) -> list[Run]:
    try:
        return simulate(task)
    except Exception as error:
        return failed_runs(task, Failure.of("run", error))


def _on_workers(
    tasks: Sequence[Task], simulate: Simulate, workers: int, time_limit: float | None, lost: list[Task]
) -> Generator[list[Run], None, None]:
    """Yield what workers finish; tasks whose worker was lost are added to ``lost``."""
    with one_thread_each():
        pool: Any = ProcessPool(
            max_workers=min(workers, len(tasks)) or 1,
            context=get_context("spawn"),
            initializer=_leave_interrupts_to_the_parent,
        )
        try:
            futures: dict[Future[list[Run]], Task] = {
                pool.schedule(simulate, args=[task], timeout=time_limit): task for task in tasks
            }
            for future in as_completed(list(futures)):
                task = futures.pop(future)
                try:
                    yield future.result()
                except ProcessExpired:
                    lost.append(task)
                except FutureTimeoutError:
                    limit = Failure("worker", "TimeLimit", f"the run took more than {time_limit:g} seconds")
                    yield failed_runs(task, limit, time_limit or 0.0)
                except Exception as error:
                    yield failed_runs(task, Failure.of("run", error))
            pool.close()
        finally:
            pool.stop()
            pool.join()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
