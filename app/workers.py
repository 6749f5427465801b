"""Who does the work of a command: processes on this machine, or the workers of a scheduler."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from app.settings import RequestError, Settings

if TYPE_CHECKING:
    from app.words import Words
    from scenarios.executors import Workers

_ADDRESS = re.compile(r"(tls|tcp|ws|wss|ucx|inproc)://\S+\Z")


def check_scheduler(scheduler: str | None, words: Words) -> None:
    """Refuse what is no address of a scheduler.

    Raises:
        RequestError: when it is none.
    """
    if scheduler is not None and not _ADDRESS.match(scheduler):
        raise RequestError(words("batch.bad_scheduler", found=scheduler))


@contextmanager
def workers_of(scheduler: str | None, count: int, settings: Settings) -> Iterator[Workers]:
    """Give the workers that were asked for: those of a scheduler, or processes on this machine.

    Raises:
        RequestError: when the scheduler cannot be used.
    """
    from scenarios.executors import dask_workers, is_private, local_workers

    words = settings.words
    if scheduler is None:
        # one worker is a process as well: a run that is killed must not take the batch with it
        with local_workers(count) as workers:
            yield workers
        return
    if not is_private(scheduler):
        print(words("batch.open_scheduler", address=scheduler), file=sys.stderr)
    with ExitStack() as stack:
        try:
            workers = stack.enter_context(dask_workers(scheduler))
        except ModuleNotFoundError:
            raise RequestError(words("batch.no_dask")) from None
        except (OSError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise RequestError(words("batch.no_scheduler", address=scheduler, reason=reason)) from error
        yield workers


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """Let the signal with which schedulers end a job stop a batch as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
