"""Why something cannot be exported."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

MOST_SHOWN = 20
"""Choices that a sentence names; it always names the nearest."""


class ExportError(ValueError):
    """A table cannot be written as asked.

    Attributes:
        code: kind of failure, for messages in other languages.
        values: what those messages are about, by name.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.values = values


def check_choice(name: str, found: object, allowed: Sequence[object]) -> None:
    """Check that something is one of a few things.

    Args:
        name: the option it was given for.
        found: what was given.
        allowed: what it may be.

    Raises:
        ExportError: when it is not; says what is nearest.
    """
    if found in allowed:
        return
    names = [_on_one_line(each) for each in allowed]
    nearest, found = _nearest(found, allowed), _on_one_line(found)
    shown = ", ".join(names if len(names) <= MOST_SHOWN else [*names[:MOST_SHOWN], "..."])
    message = f"{name}: there is no '{found}' (did you mean '{nearest}'?); allowed: {shown}"
    raise ExportError("unknown", message, name=name, found=found, nearest=nearest, allowed=shown)


def _nearest(found: object, allowed: Sequence[object]) -> str:
    numbers = [each for each in allowed if isinstance(each, int)]
    if numbers and isinstance(found, int):
        return str(min(numbers, key=lambda each: abs(each - found)))
    names = [_on_one_line(each) for each in allowed]
    return (get_close_matches(_on_one_line(found), names, n=1, cutoff=0.0) or names[:1] or [""])[0]


def _on_one_line(text: object) -> str:
    return " ".join(str(text).split())
