"""Work that a page asks of a worker: any function of a module, in the queue with everything else."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import solara

from app.browser import session
from app.browser.service import turns
from app.browser.speech import Speech
from scenarios.live.turns import Busy, Stage

Job = tuple[str, Callable[..., Any], tuple[Any, ...]]
"""Name (equal names, equal results), a function of a module, and arguments; it is called with place and shown, too."""


MOST_KEPT = 100
"""Results that are kept for whoever asks the same again, as another language does. Each is a few kilobytes."""

_kept: OrderedDict[str, Any] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Work:
    """What has become of the jobs of a page.

    Attributes:
        key: what was asked; another key is another question.
        results: by name of the job, once all are there.
        ahead: questions that are served first.
        failure: why there is no result: ``lost``, ``time``, ``error``, ``busy``; empty otherwise.
        retried: whether a process was lost and its work is done again.
        done: whether the results are there.
    """

    key: object = None
    results: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)
    ahead: int = 0
    failure: str = ""
    retried: bool = False
    done: bool = False

    def said(self, words: Speech) -> str:
        """Say what is going on."""
        if self.failure:
            return words(f"site.failure_{self.failure}")
        if self.done:
            return words("told.ready")
        text = words("networks_page.busy")
        if self.ahead:
            text += " " + words("told.ahead", count=self.ahead)
        return text + (" " + words("site.retried") if self.retried else "")


def use_jobs(jobs: Sequence[Job], key: object, remember: bool = True) -> Work:
    """Have jobs with small results done in workers, and return what is known so far; another key takes them back.

    Args:
        jobs: what to do; none when empty.
        key: what the jobs follow from.
        remember: whether equal names give equal results for ever; what writes something is done anew.
    """
    work: solara.Reactive[Work] = solara.use_reactive(Work())

    async def follow() -> None:
        await follow_jobs(jobs, key, work, remember)

    session.use_while_shown(follow, [key])
    return work.value if work.value.key == key else Work(key)


async def follow_jobs(jobs: Sequence[Job], key: object, work: solara.Reactive[Work], remember: bool = True) -> None:
    """Ask for jobs and write down what becomes of them; whoever stops following takes them back."""
    known = _known([name for name, _, _ in jobs]) if remember else {}
    left = [job for job in jobs if job[0] not in known]
    if not left:
        work.set(Work(key, known, done=True))
        return
    work.set(Work(key))
    queue = turns()
    try:
        ticket = queue.ask(session.visitor.value, Stage.INTERVAL, [(*job, False) for job in left])
    except Busy:
        work.set(Work(key, failure=session.BUSY))
        return
    try:
        while not ticket.finished and not ticket.cancelled:
            seen = Work(key, None, queue.ahead(ticket), retried=ticket.retried)
            if seen != work.value:
                work.set(seen)
            await asyncio.sleep(session.SECONDS_BETWEEN_LOOKS)
        found = None if ticket.failure else {**known, **ticket.done}
        if remember:
            _keep(ticket.done)
        work.set(Work(key, found, failure=ticket.failure, done=found is not None))
    finally:
        queue.cancel(ticket)


def _known(names: Sequence[str]) -> dict[str, Any]:
    with _lock:
        found = {name: _kept[name] for name in names if name in _kept}
        for name in found:
            _kept.move_to_end(name)
        return found


def _keep(results: Mapping[str, Any]) -> None:
    with _lock:
        _kept.update(results)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def use_job(name: str, function: Callable[..., Any], args: tuple[Any, ...], key: object) -> tuple[Work, Any]:
    """Have one job done as :func:`use_jobs` does; return what became of it, and its result or ``None``."""
    work = use_jobs([(name, function, args)], key)
    return work, (work.results or {}).get(name)
