"""From scores to words: what the model is good for, what asks for care, and what it is not good for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from calibration.targets import HELD_OUT
from calibration.validation.scores import skill

GOOD, CARE, NOT_GOOD = "good", "care", "not_good"

FEW_OWN = 3
"""With fewer figures of the areas themselves than this, no family is ever good."""

COVERED_WELL = 0.8
"""Share of the figures inside the 90 % interval from which a family can be good."""

COVERED_BADLY = 0.5
"""Share below which a family is not good for use."""

LEAST_SKILL = 0.0
"""A family is good only when it forecasts better than both naive forecasts."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Family:
    """Outcomes that share a verdict: its names, sections and single outcomes."""

    id: str
    nl: str
    en: str
    sections: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What a family of outcomes can be used for.

    Attributes:
        family: id of the family.
        verdict: ``good``, ``care`` or ``not_good``.
        cells, own, inside: figures held out, those of the areas themselves, those inside the interval.
        skill_national, skill_last: against the naive forecasts; ``None`` where there are none.
        reason: why: ``untested``, ``missed``, ``few_own``, ``coverage``, ``naive`` or ``held``.
    """

    family: str
    verdict: str
    cells: int
    own: int
    inside: int
    skill_national: float | None
    skill_last: float | None
    reason: str


@cache
def families() -> dict[str, Family]:
    """Return the families by id."""
    text = files("calibration.validation").joinpath("families.toml").read_text(encoding="utf-8")
    return {
        name: Family(name, row["nl"], row["en"], tuple(row.get("sections", ())), tuple(row.get("outcomes", ())))
        for name, row in tomllib.loads(text).items()
    }


def family_of(outcome: str, section: str) -> str:
    """Return the family of an outcome: by name, else by its section."""
    for family in families().values():
        if outcome in family.outcomes:
            return family.id
    return next(family.id for family in families().values() if section in family.sections)


def verdict_of(family: str, rows: Sequence[Row]) -> Verdict:
    """Return the verdict of a family from the rows of the hold-outs; rows of another use do not count."""
    mine = [row for row in rows if row["use"] == HELD_OUT and row["family"] == family and row["median"] is not None]
    own = sum(bool(row["own"]) for row in mine)
    inside = sum(bool(row["inside"]) for row in mine)
    skills = {kind: _skill(mine, kind) for kind in ("national", "last")}
    word, reason = _judge(len(mine), own, inside, tuple(skills.values()))
    return Verdict(family, word, len(mine), own, inside, skills["national"], skills["last"], reason)


def _judge(cells: int, own: int, inside: int, skills: Sequence[float | None]) -> tuple[str, str]:
    if not cells:
        return CARE, "untested"
    if inside / cells < COVERED_BADLY:
        return NOT_GOOD, "missed"
    if inside / cells < COVERED_WELL:
        return CARE, "coverage"
    if own < FEW_OWN:
        return CARE, "few_own"
    if any(one is not None and one <= LEAST_SKILL for one in skills):
        return CARE, "naive"
    return GOOD, "held"


def _skill(rows: Sequence[Row], kind: str) -> float | None:
    """Return the skill against a naive forecast; figures of all units count in shares of themselves."""
    scored = [row for row in rows if row[f"crps_{kind}"] is not None and row["value"]]
    return skill(
        [row["crps"] / abs(row["value"]) for row in scored], [row[f"crps_{kind}"] / abs(row["value"]) for row in scored]
    )


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Return the verdicts of all families."""
    return [verdict_of(family, rows) for family in families()]
