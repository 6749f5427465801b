"""Errors that say in one sentence, in Dutch or English, what is wrong with a file somebody wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, ClassVar

from sim.scenario_errors import NEAREST

Sentences = Mapping[str, Mapping[str, str]]
"""Per kind of failure one sentence by language."""


def read_sentences(name: str) -> Sentences:
    """Return the sentences of a file of this package."""
    return tomllib.loads(files("scenarios").joinpath(name).read_text(encoding="utf-8"))


class SentenceError(ValueError):
    """Something cannot be used; says where, what was found and what is allowed.

    Attributes:
        code: kind of failure, a key of ``sentences``.
        where: name of the file.
        details: what the sentence names; a text that differs by language is a table by language.
    """

    sentences: ClassVar[Sentences]

    def __init__(self, code: str, where: str, **details: Any) -> None:
        self.code, self.where, self.details = code, where, details
        super().__init__(self.sentence("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.where, self.details)

    def sentence(self, language: str) -> str:
        """Return the failure as one sentence in ``nl`` or ``en``."""
        details = {name: text[language] if isinstance(text, dict) else text for name, text in self.details.items()}
        near = details.pop("nearest", None)
        nearest = NEAREST[language].format(name=near) if near else ""
        return self.sentences[self.code][language].format(where=self.where, nearest=nearest, **details)


def _rebuild(kind: type[SentenceError], code: str, where: str, details: dict[str, Any]) -> SentenceError:
    return kind(code, where, **details)
