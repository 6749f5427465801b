"""What can be wrong with a design file, each as one sentence in Dutch and English."""

from __future__ import annotations

from typing import Any

from scenarios.sentences import SentenceError, read_sentences
from sim.scenario_errors import nearest

SENTENCES = read_sentences("design_messages.toml")


class DesignError(SentenceError):
    """A design cannot be used; says in one sentence where, what was found and what is allowed."""

    sentences = SENTENCES

    def __init__(self, code: str, where: str, **details: Any) -> None:
        super().__init__(code, where, **{"key": "", "found": "", "allowed": "", **details})


__all__ = ["SENTENCES", "DesignError", "nearest"]
