"""What can be wrong with a design file, each as one sentence in Dutch and English."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from sim.scenario_errors import NEAREST, nearest

SENTENCES: dict[str, dict[str, str]] = tomllib.loads(
    files("scenarios").joinpath("design_messages.toml").read_text(encoding="utf-8")
)
"""Per kind of failure one sentence by language."""


class DesignError(ValueError):
    """A design cannot be used; says in one sentence where, what was found and what is allowed.

    Attributes:
        code: kind of failure, a key of ``SENTENCES``.
    """

    def __init__(self, code: str, where: str, **details: Any) -> None:
        self.code, self.where, self.details = code, where, details
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Return the failure as one sentence in ``nl`` or ``en``."""
        details: dict[str, Any] = {"key": "", "found": "", "allowed": "", "nearest": None, **self.details}
        name = details["nearest"]
        details["nearest"] = NEAREST[language].format(name=name) if name else ""
        if isinstance(details["allowed"], dict):
            details["allowed"] = details["allowed"][language]
        return SENTENCES[self.code][language].format(where=self.where, **details)


__all__ = ["DesignError", "nearest"]
