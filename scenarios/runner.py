"""Does tasks with whatever does them: keeps a few under way, tries a lost one again alone, says every failure."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import replace

from scenarios.design import Task
from scenarios.executors import Lost, ThisProcess, Workers, local_workers
from scenarios.runs import Failure, Run, Simulate, failed_runs

UNDER_WAY = 2
"""Tasks handed out per worker: one it does and one that waits, so that memory does not grow with the tasks."""

TWICE = Failure("worker", "WorkerLost", "the worker process was lost twice: killed, out of memory, or crashed")


def run_tasks(tasks: Iterable[Task], simulate: Simulate, workers: Workers) -> Generator[list[Run], None, None]:
    """Yield the runs of every task as it finishes; a failure is a run with a failure, never an exception.

    The results do not depend on the workers, their order does. Closing the generator cancels what is under way.

    Args:
        tasks: what to do.
        simulate: does one task; a function of a module, so that it can cross to a worker.
        workers: who does them.
    """
    lost: list[Task] = []
    yield from _pass(iter(tasks), simulate, workers, lost)
    # Alone, so that whoever dies this time is the one to blame.
    for task in lost:
        again: list[Task] = []
        yield from _pass(iter([replace(task, attempt=task.attempt + 1)]), simulate, workers, again)
        for gone in again:
            yield failed_runs(gone, TWICE)


@contextmanager
def processes(count: int, time_limit: float | None = None) -> Iterator[Workers]:
    """Return workers for a number of processes; 1 works in this process, one task after the other."""
    if count == 1:
        yield ThisProcess()
        return
    with local_workers(count, time_limit) as workers:
        yield workers


def _pass(
    tasks: Iterator[Task], simulate: Simulate, workers: Workers, lost: list[Task]
) -> Generator[list[Run], None, None]:
    """Yield what workers finish; tasks whose worker was lost are added to ``lost``."""
    under_way: dict[Future[list[Run]], Task] = {}
    try:
        while True:
            while len(under_way) < _most(workers) and (task := next(tasks, None)) is not None:
                under_way[workers.submit(simulate, task)] = task
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                task = under_way.pop(future)
                result = workers.result(task, future)
                if isinstance(result, Lost):
                    lost.append(task)
                else:
                    yield result
    finally:
        for future in under_way:
            future.cancel()


def _most(workers: Workers) -> int:
    """Return how many tasks may be under way: in this process a submitted task is a finished one."""
    return 1 if isinstance(workers, ThisProcess) else UNDER_WAY * workers.size
