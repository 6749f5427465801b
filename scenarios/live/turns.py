"""Who is served next: a queue in front of a few worker processes, with turns, limits and cancellation.

pebble does the processes (a killed worker is one lost job, who is cancelled is ended); here is only who comes first.
Tickets of one kind are served in rounds, in order of arrival within a round, a visitor once in each: of a visitor with
several tickets the second waits behind the first tickets of everybody else, whenever they came.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from time import monotonic
from typing import Any

from scenarios.executors import SpawnContext, one_thread_each
from scenarios.live import work
from scenarios.live.board import Board, Series

log = logging.getLogger(__name__)

SECONDS_TO_BURY = 10.0
"""How long closing waits for what is left of a broken pool: a thread of it may never end."""

SECONDS_TO_STOP = 2.0
"""After which a job that was asked to stop is ended with its process: building a world does not look up."""

MOST_ATTEMPTS = 2
"""A job whose process was lost is tried again once."""

MOST_BREAKS = 5
"""A job that had to wait for new processes, because all of them were lost, is tried again so often."""

SECONDS_BETWEEN_LOOKS = 0.5
"""A pool that breaks may forget a job without a word, so somebody has to look whether it is still there."""

SECONDS_TO_BEGIN = 20.0
"""After which a job that no process took is given to new ones: a process that is killed while it takes a job keeps the
lock that the others need."""


class Stage(IntEnum):
    """Kinds of questions, in the order in which they are served."""

    FIRST = 0
    INTERVAL = 1
    FULL = 2


class Busy(RuntimeError):  # noqa: N818 - reads as what it is
    """There are too many questions already."""


@dataclass(eq=False)
class Job:
    """One call in a worker.

    Attributes:
        name: equal names, equal results: whoever asks for what is under way waits for it, too.
        work: a function of a module, called with ``args``, the place on the board and whether to show years there.
        args: what it is called with.
        shown: whether somebody looks at the years so far.
    """

    name: str
    work: Callable[..., Any]
    args: tuple[Any, ...]
    shown: bool = False
    tickets: set[Ticket] = field(default_factory=set, repr=False)
    place: int = -1
    attempts: int = 0
    breaks: int = 0
    future: Future[Any] | None = field(default=None, repr=False)
    pool: Any = field(default=None, repr=False)
    asked_at: float = 0.0
    stopping: bool = False


@dataclass(eq=False)
class Ticket:
    """A question that waits for jobs.

    Attributes:
        visitor: who asks.
        stage: kind of question.
        round: of its kind; in each round every visitor is served once.
        number: in order of arrival.
        asked: how many jobs it had.
        done: results by name of the job.
        failure: why it will not be answered.
    """

    visitor: str
    stage: Stage
    round: int
    number: int
    asked: int
    waiting: list[Job] = field(default_factory=list, repr=False)
    open: set[str] = field(default_factory=set, repr=False)
    done: dict[str, Any] = field(default_factory=dict, repr=False)
    failure: str = ""
    cancelled: bool = False
    retried: bool = False

    @property
    def finished(self) -> bool:
        """Whether every job is done, or one failed."""
        return bool(self.failure) or not self.open


class Turns:
    """The queue and its workers.

    Args:
        workers: processes.
        cache: folder of the cache.
        limit: bytes it may hold.
        seconds: a job may take.
        most_tickets: questions that may wait at a time.
    """

    def __init__(self, workers: int, cache: Path, limit: int, seconds: float, most_tickets: int) -> None:
        self.board = Board(workers)
        self._free = set(range(workers))
        self._seconds, self._most = seconds, most_tickets
        self._lock = threading.RLock()
        self._tickets: list[Ticket] = []
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count()
        self._served: dict[Stage, dict[str, int]] = {stage: {} for stage in Stage}
        self._closed = False
        self._start_with = (cache, limit, self.board)
        self._pool = self._new_pool()
        self._end = threading.Event()
        self._burials: list[threading.Thread] = []
        self._looker = threading.Thread(target=self._look_after, daemon=True)
        self._looker.start()

    def warm(self) -> None:
        """Start the processes before somebody waits for them."""
        with one_thread_each():
            for _ in range(self.board.places):
                self._pool.schedule(_nothing)

    def ask(
        self,
        visitor: str,
        stage: Stage,
        jobs: Sequence[tuple[str, Callable[..., Any], tuple[Any, ...], bool]],
        after: Ticket | None = None,
    ) -> Ticket:
        """Put a question in the queue.

        Args:
            visitor: who asks.
            stage: kind of question.
            jobs: name, function, arguments, and whether somebody looks at the years so far.
            after: a finished question that this one goes on from, and whose turn it keeps.

        Raises:
            Busy: when the queue is full.
        """
        with self._lock:
            if len(self._tickets) >= self._most or self._closed:
                raise Busy
            if after is None:
                ticket = Ticket(visitor, stage, self._round(visitor, stage), next(self._numbers), len(jobs))
            else:
                ticket = Ticket(visitor, stage, after.round, after.number, len(jobs))
            for name, function, args, shown in jobs:
                job = self._jobs.get(name)
                if job is None or job.stopping:
                    job = Job(name, function, args, shown)
                    self._jobs[name] = job
                job.shown = job.shown or shown
                job.tickets.add(ticket)
                ticket.open.add(name)
                ticket.waiting.append(job)
            if ticket.open:
                self._tickets.append(ticket)
            self._serve()
            return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Take a question back; what nobody else waits for ends."""
        with self._lock:
            ticket.cancelled = True
            self._leave(ticket)
            self._serve()

    def cancel_all(self, visitor: str) -> None:
        """Take everything back that a visitor asked."""
        with self._lock:
            for ticket in [ticket for ticket in self._tickets if ticket.visitor == visitor]:
                self.cancel(ticket)

    def ahead(self, ticket: Ticket) -> int:
        """Return how many questions of the same kind are served before this one."""
        with self._lock:
            order = [each for each in self._in_order() if each.stage == ticket.stage]
            return order.index(ticket) if ticket in order else 0

    def so_far(self, ticket: Ticket, name: str) -> Series | None:
        """Return the years so far of a job that is under way."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.place < 0 or job.stopping:
                return None
            return self.board.read(job.place)

    def counts(self) -> dict[str, int]:
        """Return how many questions wait and how many jobs are under way, for whoever looks after the server."""
        with self._lock:
            return {"questions": len(self._tickets), "running": self.board.places - len(self._free)}

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._closed = True
            self._tickets.clear()
            self._jobs.clear()
        self._end.set()
        self._looker.join(SECONDS_TO_BURY)  # first: it may be about to bury one more pool
        self._pool.stop()
        self._pool.join()
        for thread in self._burials:
            thread.join(SECONDS_TO_BURY)

    # --- under the lock

    def _in_order(self) -> list[Ticket]:
        """Return the tickets in the order in which they are served."""
        return sorted(self._tickets, key=lambda ticket: (ticket.stage, ticket.round, ticket.number))

    def _round(self, visitor: str, stage: Stage) -> int:
        """Return the round of a new ticket: the one that is being served, or the one after the visitor's last.

        A question that was taken back does not count: moving on costs nobody a turn.
        """
        asked = [ticket for ticket in self._tickets if ticket.stage == stage]
        now = min((ticket.round for ticket in asked), default=0)
        done = {who: last for who, last in self._served[stage].items() if asked and last >= now}
        self._served[stage] = done
        own = [ticket.round for ticket in asked if ticket.visitor == visitor]
        return max(now, *(last + 1 for last in (*own, done.get(visitor, -1))))

    def _serve(self) -> None:
        for ticket in self._in_order():
            while self._free and ticket.waiting and not self._keeps_one_free(ticket.stage):
                job = ticket.waiting.pop(0)
                if job.future is None and job.name in ticket.open and not job.stopping:
                    self._start(job)

    def _keeps_one_free(self, stage: Stage) -> bool:
        """Say whether a job of this kind has to wait so that one process is left for somebody who moves a slider.

        A world of every street takes seconds to build and does not look up meanwhile. A single process has no choice.
        """
        return stage is Stage.FULL and self.board.places > 1 and len(self._free) == 1

    def _start(self, job: Job) -> None:
        job.place = self.board.give(self._free.pop())
        job.future = self._schedule(job.work, [*job.args, job.place, job.shown])
        job.pool, job.asked_at = self._pool, monotonic()
        job.future.add_done_callback(lambda future: self._ended(job, future))

    def _new_pool(self) -> Any:
        from pebble import ProcessPool

        context: Any = SpawnContext()
        with one_thread_each():
            return ProcessPool(
                max_workers=self.board.places, context=context, initializer=work.start, initargs=self._start_with
            )

    def _schedule(self, function: Callable[..., Any], args: list[Any]) -> Future[Any]:
        with one_thread_each():
            try:
                return self._pool.schedule(function, args=args, timeout=self._seconds)
            except RuntimeError:
                self._renew()
                return self._pool.schedule(function, args=args, timeout=self._seconds)

    def _renew(self) -> None:
        """Start the processes again: one that is killed while it waits for work breaks its pool for good."""
        log.warning("the processes are started again")
        broken, self._pool = self._pool, self._new_pool()
        forgotten = [job.future for job in self._jobs.values() if job.future is not None and job.pool is broken]
        self._burials = [thread for thread in self._burials if thread.is_alive()]
        self._burials.append(threading.Thread(target=_bury, args=(broken, forgotten), daemon=True))
        self._burials[-1].start()

    def _look_after(self) -> None:
        """Notice that no process takes the jobs that are under way, until the queue is closed."""
        while not self._end.wait(SECONDS_BETWEEN_LOOKS):
            with self._lock:
                if not self._closed and self._stuck():
                    self._renew()

    def _stuck(self) -> bool:
        """Say whether there is a job that the processes of now will never do."""
        given = [(job, job.future) for job in self._jobs.values() if job.future is not None and job.pool is self._pool]
        late = monotonic() - SECONDS_TO_BEGIN
        if any(job.asked_at < late and not (future.running() or future.done()) for job, future in given):
            return True
        return bool(given) and not self._pool.active

    def _ended(self, job: Job, future: Future[Any]) -> None:
        with self._lock:
            self._free.add(self.board.slot(job.place))
            job.place, job.future = -1, None
            if self._jobs.get(job.name) is job and not self._try_again(job, future):
                del self._jobs[job.name]
            if not self._closed:
                self._serve()

    def _try_again(self, job: Job, future: Future[Any]) -> bool:
        """Tell the tickets what came of a job; return whether it is to be done again."""
        from pebble import ProcessExpired

        if job.stopping or not job.tickets:
            return False
        try:
            result = future.result()
        except (ProcessExpired, BrokenExecutor, CancelledError) as loss:
            if isinstance(loss, ProcessExpired):
                job.attempts += 1
            else:  # it may never have begun
                job.breaks += 1
            if job.attempts < MOST_ATTEMPTS and job.breaks < MOST_BREAKS:
                for ticket in job.tickets:
                    ticket.retried = True
                    ticket.waiting.insert(0, job)
                return True
            self._fail(job, "lost")
        except FutureTimeoutError:
            self._fail(job, "time")
        except Exception:
            log.exception("a run failed")
            self._fail(job, "error")
        else:
            for ticket in job.tickets:
                ticket.done[job.name] = result
                ticket.open.discard(job.name)
                if not ticket.open:
                    self._tickets.remove(ticket)
                    self._served[ticket.stage][ticket.visitor] = ticket.round
        return False

    def _fail(self, job: Job, why: str) -> None:
        for ticket in list(job.tickets):
            ticket.failure = why
            self._leave(ticket, but=job)

    def _leave(self, ticket: Ticket, but: Job | None = None) -> None:
        """Take a ticket out of the queue, and end what nobody else waits for."""
        if ticket in self._tickets:
            self._tickets.remove(ticket)
        ticket.waiting.clear()
        for name in list(ticket.open):
            job = self._jobs.get(name)
            if job is None or ticket not in job.tickets:
                continue
            job.tickets.discard(ticket)
            if job.tickets or job is but:
                continue
            if job.future is None:
                del self._jobs[name]
            else:
                self._stop(job)

    def _stop(self, job: Job) -> None:
        """Ask a running job to stop, and end its process when it does not."""
        job.stopping = True
        self.board.stop(job.place)
        future = job.future

        def end() -> None:
            if future is not None and not future.done():
                future.cancel()

        timer = threading.Timer(SECONDS_TO_STOP, end)
        timer.daemon = True
        timer.start()


def _bury(pool: Any, forgotten: Sequence[Future[Any]]) -> None:
    """End what is left of a broken pool; it waits for threads that may wait for the queue."""
    for future in forgotten:
        future.cancel()
    pool.stop()
    pool.join()


def _nothing() -> None:
    """Do nothing, in a process that has to be there first."""
