"""Work that takes a while, out of the way of the page: a few threads for all visitors together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from app.browser.results_stores import RefusedError
from app.browser.session import use_while_shown

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Folders that are read or written at a time: each may hold a table in memory. Others wait."""

UNEXPECTED = "site.unexpected"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Work(Generic[Found]):
    """How far some work is.

    Attributes:
        pending: whether it is still going on.
        value: what came of it, ``None`` while nothing did.
        problem: why nothing will.
    """

    pending: bool = False
    value: Found | None = None
    problem: RefusedError | None = None


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "stored")


def use_work(function: Callable[[], Found] | None, key: object) -> Work[Found]:
    """Have something done in a thread, and show how far it is.

    Args:
        function: the work; none for ``None``. It may raise :class:`RefusedError`.
        key: what it follows from; another key is other work, and what had not begun of the last is dropped.
    """

    async def follow() -> Work[Found]:
        if function is None:
            return Work()
        future: Future[Found] = _threads().submit(function)
        try:
            found = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except RefusedError as problem:
            return Work(problem=problem)
        except Exception:
            log.exception("a folder of results could not be handled")
            return Work(problem=RefusedError(UNEXPECTED))
        return Work(value=found)

    task = use_while_shown(follow, [key], raises=False)
    if task.pending or task.value is None:
        return Work(pending=function is not None)
    done: Work[Found] = task.value
    return done
