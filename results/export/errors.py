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
    names = [str(each) for each in allowed]
    nearest = (get_close_matches(str(found), names, n=1, cutoff=0.0) or names[:1] or [""])[0]
    shown = ", ".join(names if len(names) <= MOST_SHOWN else [*names[:MOST_SHOWN], "..."])
    message = f"{name}: there is no '{found}' (did you mean '{nearest}'?); allowed: {shown}"
    raise ExportError("unknown", message, name=name, found=str(found), nearest=nearest, allowed=shown)
