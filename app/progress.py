"""Progress on standard error: only where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.words import Words

SECONDS_PER_MINUTE = 60
SPEED_WINDOW = 120.0
"""Seconds over which the rate is estimated: runs of large areas come in seldom."""


@contextmanager
def progress_bar(words: Words, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, how fast it goes and how long it will take, unless asked to be quiet or nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, speed_estimate_period=SPEED_WINDOW) as progress:
        bar = progress.add_task(words("progress.label"), total=None, rate="")
        known = 0

        def tell(done: int, total: int) -> None:
            nonlocal known
            if total == known:
                progress.update(bar, completed=done, rate=_rate(progress.tasks[0], words))
            else:
                # what was finished before says nothing about how fast it goes now
                progress.reset(bar, total=total, completed=done)
                known = total

        yield tell


def _rate(task: Any, words: Words) -> str:
    speed = task.speed
    return words("progress.rate", runs=words.number(speed * SECONDS_PER_MINUTE, 1)) if speed else ""
