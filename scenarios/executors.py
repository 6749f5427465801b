"""Where tasks are done: one narrow door to this process, to workers on this machine, to a cluster, to any executor.

Everything behind the door is a library's: pebble for processes (a killed worker is one lost task, not a broken pool),
``dask.distributed`` for many machines. There is no scheduler of our own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from types import ModuleType
from typing import Any, Protocol

from scenarios.design import Task
from scenarios.runs import Failure, Run, Simulate, failed_runs, packed

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
"""Workers share the machine by being many, not by each using many threads."""

SAFE_SCHEMES = ("tls", "inproc")
SECONDS_BETWEEN_COUNTS = 2.0
"""How often a scheduler is asked how many workers it has."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class WorkersGone(RuntimeError):  # noqa: N818 - reads as what it is
    """Nobody is left to do tasks: a broken pool, a scheduler that does not answer. Nothing is known of the tasks."""


class Lost:
    """A task that was lost with its worker: nobody knows whether by its own fault."""


Result = list[Run] | Lost


class Workers(Protocol):
    """Who does tasks.

    Attributes:
        size: how many are done at a time.
    """

    @property
    def size(self) -> int:
        """How many tasks are done at a time."""

    def submit(self, simulate: Simulate, task: Task) -> Future[list[Run]]:
        """Start a task; the future may be cancelled."""

    def result(self, task: Task, future: Future[list[Run]]) -> Result:
        """Return what came of a finished future; errors are values, only interrupts are raised."""


class ThisProcess:
    """Does every task at once, here: nothing crosses a process, and nothing survives one that kills it."""

    size = 1

    def submit(self, simulate: Simulate, task: Task) -> Future[list[Run]]:
        """Do a task and return its finished future."""
        future: Future[list[Run]] = Future()
        try:
            future.set_result(packed(simulate, task))
        except Exception as error:
            future.set_exception(error)
        return future

    def result(self, task: Task, future: Future[list[Run]]) -> Result:
        """Return what came of a finished future."""
        return _result(task, future, ())


class _Processes:
    def __init__(self, pool: Any, size: int, time_limit: float | None) -> None:
        self._pool, self.size, self._time_limit = pool, size, time_limit

    def submit(self, simulate: Simulate, task: Task) -> Future[list[Run]]:
        future: Future[list[Run]] = self._pool.schedule(packed, args=[simulate, task], timeout=self._time_limit)
        return future

    def result(self, task: Task, future: Future[list[Run]]) -> Result:
        from pebble import ProcessExpired

        return _result(task, future, (ProcessExpired,), self._time_limit)


class ExecutorWorkers:
    """Any executor of :mod:`concurrent.futures`, which the caller owns and closes.

    Args:
        executor: does the tasks; its processes must be able to import Wijklab in the same version.
        size: how many tasks it does at a time.
        lost: errors that mean that a worker was lost.
    """

    def __init__(
        self, executor: Executor, size: int, lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
    ) -> None:
        self._executor, self._size, self._lost = executor, size, lost

    @property
    def size(self) -> int:
        """How many tasks are done at a time."""
        return self._size

    def submit(self, simulate: Simulate, task: Task) -> Future[list[Run]]:
        """Hand a task to the executor.

        Raises:
            WorkersGone: when it takes no more tasks.
        """
        from sim.fingerprint import fingerprint

        try:
            return self._executor.submit(_same_model, simulate, task, fingerprint())
        except (RuntimeError, OSError) as error:  # a pool that lost a worker is broken for good, and says so here
            raise WorkersGone(f"{type(error).__name__}: {error}") from error

    def result(self, task: Task, future: Future[list[Run]]) -> Result:
        """Return what came of a finished future."""
        return _result(task, future, (*self._lost, CancelledError))


class _DaskWorkers(ExecutorWorkers):
    """The workers of a scheduler, of which there may be more or fewer as time goes by."""

    def __init__(self, client: Any, executor: Executor, lost: tuple[type[BaseException], ...]) -> None:
        super().__init__(executor, 1, lost)
        self._client, self._asked = client, 0.0

    @property
    def size(self) -> int:
        now = time.monotonic()
        if now - self._asked > SECONDS_BETWEEN_COUNTS:
            try:
                self._size, self._asked = max(1, sum(self._client.nthreads().values())), now
            except OSError as error:
                raise WorkersGone(f"{type(error).__name__}: {error}") from error
        return self._size


@contextmanager
def local_workers(count: int, time_limit: float | None = None) -> Iterator[Workers]:
    """Start processes on this machine; they end with the block, and with this process however it ends.

    Args:
        count: how many.
        time_limit: seconds a task may take; no limit unless given.
    """
    from pebble import ProcessPool

    with one_thread_each():
        context: Any = SpawnContext()
        pool: Any = ProcessPool(max_workers=count, context=context, initializer=belong_to_the_parent)
        try:
            yield _Processes(pool, count, time_limit)
            pool.close()
        finally:
            pool.stop()
            pool.join()


@contextmanager
def dask_workers(address: str) -> Iterator[Workers]:
    """Use the workers of a Dask scheduler, also those that come later.

    Certificates for ``tls://`` come from Dask's own configuration (``distributed.comm.tls``).

    Args:
        address: of the scheduler, ``tls://host:port``.

    Raises:
        ModuleNotFoundError: without the extra ``cluster``.
        OSError: when the scheduler does not answer.
    """
    from distributed import Client, KilledWorker
    from distributed.comm import CommClosedError

    connect: Any = Client  # which carries no types
    with connect(address, set_as_default=False) as client:
        # A lost task comes back to us at once: whoever tries it again tries it alone.
        executor: Any = client.get_executor(pure=False, retries=0)
        yield _DaskWorkers(client, executor, (KilledWorker, CommClosedError))


def is_private(address: str) -> bool:
    """Say whether a scheduler's address is encrypted or on this machine: whoever reaches it can run any code."""
    scheme, _, rest = address.partition("://")
    return scheme in SAFE_SCHEMES or rest.rpartition(":")[0] in LOOPBACK


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


def _result(
    task: Task,
    future: Future[list[Run]],
    lost: tuple[type[BaseException], ...],
    time_limit: float | None = None,
) -> Result:
    try:
        return future.result()
    except lost:
        return Lost()
    except FutureTimeoutError as error:
        if time_limit is None:
            return failed_runs(task, Failure.of("run", error))
        limit = Failure("worker", "TimeLimit", f"the run took more than {time_limit:g} seconds")
        return failed_runs(task, limit, time_limit)
    except Exception as error:
        return failed_runs(task, Failure.of("run", error))


def _same_model(simulate: Simulate, task: Task, expected: str) -> list[Run]:
    """Do a task, unless this machine has another version of the model than the one that asks."""
    from sim.fingerprint import fingerprint

    if fingerprint() != expected:
        message = f"this worker has another version of the model, of Python or of NumPy ({fingerprint()[:12]})"
        return failed_runs(task, Failure("worker", "OtherVersion", message))
    return packed(simulate, task)


def belong_to_the_parent() -> None:
    """Leave interrupts to the parent, and end with it: in the middle of a task nobody else would tell a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_starting = threading.Lock()


class WorkerProcess(SpawnProcess):
    """A spawned process that does not run the script that started it.

    Spawned processes import the main script again, to find functions that are defined there. Ours stand in modules; a
    script or a notebook without a guard around its last lines would start its batch anew in every worker.
    """

    def start(self) -> None:
        """Start the process while there is no main script to be seen."""
        with _starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class SpawnContext:
    """The context of the spawn method, with our kind of process."""

    Process = WorkerProcess

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)
