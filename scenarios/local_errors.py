"""What can be wrong with a sheet of local numbers, each as one sentence in Dutch and English."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from sim.scenario_errors import NEAREST

SENTENCES: dict[str, dict[str, str]] = tomllib.loads(
    files("scenarios").joinpath("local_messages.toml").read_text(encoding="utf-8")
)
"""Per kind of failure one sentence by language."""


class LocalDataError(ValueError):
    """A sheet of local numbers cannot be used; says in one sentence where, what was found and what is allowed.

    Attributes:
        code: kind of failure, a key of ``SENTENCES``.
        where: name of the file.
        details: what the sentence names; a text that differs by language is a table by language.
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
        details = {name: text[language] if isinstance(text, dict) else text for name, text in self.details.items()}
        near = details.pop("nearest", None)
        nearest = NEAREST[language].format(name=near) if near else ""
        return SENTENCES[self.code][language].format(where=self.where, nearest=nearest, **details)


def _rebuild(code: str, where: str, details: dict[str, Any]) -> LocalDataError:
    return LocalDataError(code, where, **details)
