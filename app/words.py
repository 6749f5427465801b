"""What the doors say, in Dutch and English: the message catalogue and the way numbers are written."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("nl", "en")
DEFAULT_LANGUAGE = "nl"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every message of a language by key (``section.name``)."""
    text = files("app").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(text)
    return {f"{section}.{name}": words for section, entries in sections.items() for name, words in entries.items()}


class Words:
    """The messages and numbers of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its names filled in."""
        return self._catalogue[key].format(**values)

    def number(self, value: float, decimals: int = 0, signed: bool = False) -> str:
        """Return a number as the language writes it, with thousands apart."""
        text = f"{value:{'+' if signed else ''},.{decimals}f}"
        if not float(text.replace(",", "")):
            text = f"{0:,.{decimals}f}"
        if self.language == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return text.replace("-", "\N{MINUS SIGN}")

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share as a percentage."""
        return f"{self.number(100 * share, decimals)}%"


def decimals_for(*values: float, digits: int = 2, most: int = 3) -> int:
    """Return the decimals that show the largest of the values with so many digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return 0
    return min(most, max(0, digits - 1 - math.floor(math.log10(largest))))
