"""What all visitors share: the queue with its workers, and what is known of a question already."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from scenarios.executors import ONE_THREAD
from scenarios.live.asking import answer_with
from scenarios.live.turns import Turns

SECONDS_PER_RUN = 120.0
"""Longest a run may take: forty times what a run at full scale takes here is a fault, not a run."""

MOST_QUESTIONS = 200
"""Questions in the queue; whoever asks then is told to come back."""


@dataclass(frozen=True)
class Options:
    """How the site is served.

    Attributes:
        workers: processes that simulate.
        cache: folder of the cache.
        cache_bytes: how much it may hold.
        results: folder in which stored batches are found.
        sample: share of the streets that answers at once; what suits each area when ``None``.
        full: whether every street follows when nobody else waits.
    """

    workers: int
    cache: Path
    cache_bytes: int
    results: Path
    sample: float | None = None
    full: bool = True


_lock = threading.Lock()
_options: Options | None = None
_turns: Turns | None = None


def open_service(options: Options) -> Turns:
    """Start the workers.

    Raises:
        OSError: when the cache cannot be made.
    """
    global _options, _turns
    os.environ.update(ONE_THREAD)  # for the processes that take the place of lost ones as well
    with _lock:
        options.cache.mkdir(parents=True, exist_ok=True)
        _options = options
        answer_with(options.sample)
        _turns = Turns(options.workers, options.cache, options.cache_bytes, SECONDS_PER_RUN, MOST_QUESTIONS)
        _turns.warm()
        return _turns


def turns() -> Turns:
    """Return the queue."""
    if _turns is None:
        raise RuntimeError("the service was not opened")
    return _turns


def options() -> Options:
    """Return how the site is served."""
    if _options is None:
        raise RuntimeError("the service was not opened")
    return _options


def close_service() -> None:
    """End the workers."""
    global _turns
    with _lock:
        if _turns is not None:
            _turns.close()
            _turns = None
