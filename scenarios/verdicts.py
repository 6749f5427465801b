"""What the model is good for, by family of outcomes: what validation found, for whoever shows results."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TABLE = "verdicts.toml"
GOOD, CARE, NOT_GOOD = "good", "care", "not_good"


@dataclass(frozen=True)
class Judged:
    """The verdict on a family of outcomes.

    Attributes:
        family: id of the family.
        verdict: ``good``, ``care`` or ``not_good``.
        names: its name by language.
        reasons: why, by language.
        held_out, own, inside: figures held out, those of the areas themselves, those inside the model's interval.
    """

    family: str
    verdict: str
    names: dict[str, str]
    reasons: dict[str, str]
    held_out: int
    own: int
    inside: int


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(files("scenarios").joinpath(TABLE).read_text(encoding="utf-8"))


@cache
def verdicts() -> dict[str, Judged]:
    """Return the verdicts by family."""
    return {
        name: Judged(
            name,
            row["verdict"],
            {"nl": row["nl"], "en": row["en"]},
            {"nl": row["reason_nl"], "en": row["reason_en"]},
            row["held_out"],
            row["own"],
            row["inside"],
        )
        for name, row in _content()["families"].items()
    }


def verdict_of(outcome: str) -> Judged | None:
    """Return the verdict on an outcome, or ``None`` for an outcome that is not the model's own."""
    family = _content()["outcomes"].get(outcome)
    return None if family is None else verdicts()[family]


def verdict_facts() -> dict[str, Any]:
    """Return what the verdicts follow from: ``fingerprint``, ``posterior``, ``date``, ``draws``, ``held_out``."""
    return {name: value for name, value in _content().items() if name not in ("families", "outcomes")}
