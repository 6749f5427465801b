"""Stand-ins for what is lived while somebody waits: functions that cross to a worker, and a pool done by hand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.live.board import Board, cells

PATIENCE = 60.0
"""Seconds after which something that was waited for will not come any more; nothing takes nearly as long."""

BREATH = 0.01


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait until something is so, and return it."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(BREATH)
    return found


def alive(pid: int) -> bool:
    """Say whether a process computes still: one that is dead and not yet buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


# --- what workers do

_board: Board | None = None


def start(folder: Path, limit: int, board: Board) -> None:
    """Make a process ready that imports no model: it is there five times sooner."""
    global _board
    _board = board


def say(folder: Path, text: str, place: int, shown: bool) -> str:
    """Add a line to a file, and return it: whoever was asked twice is heard twice."""
    with (folder / "said.txt").open("a", encoding="utf-8") as out:
        out.write(f"{text}\n")
    return text


def heard(folder: Path) -> list[str]:
    """Return what was said, in order."""
    place = folder / "said.txt"
    return place.read_text(encoding="utf-8").splitlines() if place.is_file() else []


def wait(folder: Path, name: str, place: int, shown: bool) -> str:
    """Wait until told to go on; look up as the model does between months."""
    return _wait(folder, name, place, shown, deaf=False)


def deaf(folder: Path, name: str, place: int, shown: bool) -> str:
    """Wait until told to go on; never look up."""
    return _wait(folder, name, place, shown, deaf=True)


def _wait(folder: Path, name: str, place: int, shown: bool, deaf: bool) -> str:
    if _board is None:
        from scenarios.live.work import desk

        board = desk().board
    else:
        board = _board
    if shown:
        board.write(place, np.full((2, len(cells())), float(len(name))))
    attempt = len(list(folder.glob(f"{name}.pid*")))
    draft = folder / f".{name}.{attempt}"
    draft.write_text(str(os.getpid()), encoding="utf-8")
    draft.replace(folder / f"{name}.pid{attempt}")
    end = time.monotonic() + PATIENCE
    while not (folder / f"{name}.go").exists():
        if not deaf and board.stopped(place):
            (folder / f"{name}.stopped").touch()
            raise InterruptedError
        assert time.monotonic() < end
        time.sleep(BREATH)
    say(folder, name, place, shown)
    return name


def pid_of(folder: Path, name: str, attempt: int = 0) -> int:
    """Return who does something, once somebody does."""
    place = folder / f"{name}.pid{attempt}"
    until(place.exists, f"attempt {attempt} at {name}")
    return int(place.read_text(encoding="utf-8"))


def go(folder: Path, *names: str) -> None:
    """Let those that wait go on."""
    for name in names:
        (folder / f"{name}.go").touch()


def go_wrong(place: int, shown: bool) -> None:
    """Fail as a program fails."""
    raise ZeroDivisionError("on purpose")


def who(place: int, shown: bool) -> int:
    """Return the process."""
    return os.getpid()


# --- a pool whose jobs are done by hand


@dataclass
class Call:
    """One call that was scheduled."""

    function: Callable[..., Any]
    args: Sequence[Any]
    timeout: float
    future: Future[Any] = field(default_factory=Future)

    @property
    def place(self) -> int:
        return int(self.args[-2])


class HandPool:
    """Stands where pebble's pool stands: every call waits until the test says what came of it."""

    made: list[HandPool]

    def __init__(self, max_workers: int, **how: Mapping[str, Any]) -> None:
        self.size, self.calls, self.ended, self.broken = max_workers, list[Call](), False, False
        type(self).made.append(self)

    def schedule(self, function: Callable[..., Any], args: Sequence[Any] = (), timeout: float = 0.0) -> Future[Any]:
        if self.broken:
            raise RuntimeError("Unexpected error within the Pool")
        call = Call(function, args, timeout)
        self.calls.append(call)
        return call.future

    @property
    def active(self) -> bool:
        return not self.broken

    @property
    def running(self) -> list[Call]:
        return [call for call in self.calls if not call.future.done()]

    def stop(self) -> None:
        self.ended = True
        for call in self.running:
            call.future.cancel()

    def join(self) -> None:
        assert self.ended


NEVER = 1e6
"""Seconds between looks at a pool done by hand: a look after the test would start real processes."""


def hand_pool(patch: Any, looks: float = NEVER) -> type[HandPool]:
    """Put a pool done by hand in the place of pebble's."""
    kind = type("HandPoolOfThisTest", (HandPool,), {"made": []})
    patch.setattr("pebble.ProcessPool", kind)
    patch.setattr("scenarios.live.turns.SECONDS_BETWEEN_LOOKS", looks)
    return kind
