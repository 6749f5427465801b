"""What can be wrong with a scenario file, each as one sentence in Dutch and English."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

MOST_FOUND = 60
"""Characters of a found value that a sentence repeats."""

SENTENCES: dict[str, dict[str, str]] = tomllib.loads(
    files("sim").joinpath("scenario_messages.toml").read_text(encoding="utf-8")
)
"""Per kind of failure one sentence by language."""

NEAREST = {"nl": " (bedoelde u '{name}'?)", "en": " (did you mean '{name}'?)"}
TYPES = {
    "nl": {
        "text": "tekst",
        "integer": "een geheel getal",
        "number": "een eindig getal",
        "table": "een tabel",
    },
    "en": {"text": "text", "integer": "a whole number", "number": "a finite number", "table": "a table"},
}


class ScenarioError(ValueError):
    """A scenario cannot be used; says in one sentence where, what was found and what is allowed.

    Attributes:
        code: kind of failure, a key of ``SENTENCES``.
    """

    def __init__(self, code: str, where: str, **details: Any) -> None:
        self.code = code
        self.where = where
        self.details = details
        super().__init__(self.sentence("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.code, self.where, self.details)

    def sentence(self, language: str) -> str:
        """Return the failure as one sentence in ``nl`` or ``en``."""
        details: dict[str, Any] = {"path": "", "found": "", "allowed": "", "nearest": None, **self.details}
        name = details["nearest"]
        details["nearest"] = NEAREST[language].format(name=name) if name else ""
        details["allowed"] = TYPES[language].get(details["allowed"], details["allowed"])
        return SENTENCES[self.code][language].format(where=self.where, **details)


def _rebuild(code: str, where: str, details: dict[str, Any]) -> ScenarioError:
    return ScenarioError(code, where, **details)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or ``None`` when none is alike."""
    names = list(known)
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if found:
        return found[0]
    for parts in (2, 1):  # a name without its folder: the last words decide
        tails = {_tail(known_name, parts): known_name for known_name in reversed(names)}
        found = difflib.get_close_matches(_tail(name, parts), tails, n=1, cutoff=0.6)
        if found:
            return tails[found[0]]
    return None


def _tail(name: str, parts: int) -> str:
    return ".".join(name.split(".")[-parts:])


def shown(value: object) -> str:
    """Return a found value as a sentence repeats it: short, on one line, without control characters."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"'{value}'" if isinstance(value, str) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= MOST_FOUND else text[: MOST_FOUND - 1] + "…"
