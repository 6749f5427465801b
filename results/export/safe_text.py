"""Texts that no spreadsheet takes for a formula.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end can be carried out as a formula by the program
that opens a csv file. Such texts get an apostrophe in front, as OWASP advises ("CSV injection"). The same holds after
a character that another program may take for the end of a cell (a comma file opened where ``;`` is expected), with
quotes in between or not. Numbers are never changed. :func:`original` takes exactly those apostrophes out again.
"""

from __future__ import annotations

import re
from functools import lru_cache

STARTERS = "=+\\-@\t\r\n＝＋－＠"
"""What makes a program read a cell as a formula, the wide forms of East Asian keyboards too."""

ENDERS = ",;|\t\r\n"
"""What may be taken for the end of a cell."""

_DANGER = re.compile(rf"(?:\A|(?<=[{ENDERS}]))([\"']*)([{STARTERS}])")
_MARKED = re.compile(rf"(?:\A|(?<=[{ENDERS}]))([\"']*)'([{STARTERS}])")


def harmless(text: str) -> str:
    """Return a text with an apostrophe wherever a spreadsheet could begin to read a formula."""
    return _DANGER.sub(r"\1'\2", text)


def original(text: str) -> str:
    """Return the text that :func:`harmless` was given."""
    return _MARKED.sub(r"\1\2", text)


@lru_cache(maxsize=4096)
def is_dangerous(text: str) -> bool:
    """Say whether a spreadsheet could read part of a text as a formula."""
    return _DANGER.search(text) is not None
