"""Money of the programme: what reaches the area, how it is divided, what posts it becomes (DESIGN D5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.areas.local import LINE_KEY
from sim.calendar import MONTHS_PER_YEAR
from sim.levers import LeverSchedule
from sim.parameters import ParameterSet
from sim.programme.catalogue import (
    BY_NAME,
    GEZAG,
    GEZAG_PILLARS,
    LINE_BY_NAME,
    LINES,
    Pillar,
    Quality,
    of_pillar,
)

PREFIX = f"programme.{GEZAG}."

FRAMEWORK: dict[Quality, float] = {"effective": 1.0, "promising": 0.5, "unproven": 0.0, "harmful": 0.0}
"""What a quality framework makes of the weight of an intervention."""


def framework_holds(schedule: LeverSchedule, month: int) -> bool:
    """Return whether a quality framework decides what may be bought, and for whom."""
    return schedule.value(PREFIX + "quality_framework", month) >= 1


def _reaches(schedule: LeverSchedule, month: int, line: str, local: str, national: str, share: float) -> float:
    """Return euros a year for the area: its own amount where it is set, else its share of the national one."""
    if schedule.is_set(f"programme.{line}.{local}", month):
        return schedule.value(f"programme.{line}.{local}", month)
    return schedule.value(f"programme.{line}.{national}", month) * share


Parts = dict[tuple[str, str], float]
"""Euros a year by line and intervention."""


def divide(schedule: LeverSchedule, month: int, keys: Mapping[str, float], p: ParameterSet) -> Parts:
    """Return euros a year for the area by line and intervention.

    Args:
        schedule: levers of the scenario for this area.
        month: month number.
        keys: share of the area in what reaches the twenty areas, by key.
        p: parameters; how much of the national budget lands in the twenty areas is uncertain.
    """
    parts = {(GEZAG, name): euros for name, euros in _divide_gezag(schedule, month, keys, p).items()}
    for line in LINES:
        if line.mix:
            budget = budget_of(schedule, month, line.name, keys, p)
            weights = {name: schedule.value(f"programme.{line.name}.mix.{name}", month) for name, _ in line.mix}
            total = sum(weights.values())
            for name, weight in weights.items():
                parts[line.name, name] = budget * weight / total if total > 0 else 0.0
    return parts


def budget_of(schedule: LeverSchedule, month: int, line: str, keys: Mapping[str, float], p: ParameterSet) -> float:
    """Return the budget of a line for the area, in euros a year."""
    return _reaches(schedule, month, line, "budget", "budget_national", share_of(line, keys, p))


def share_of(line: str, keys: Mapping[str, float], p: ParameterSet) -> float:
    """Return the share of an area in the national money of a line: what it knows itself, else what the key gives.

    Args:
        line: name of the line.
        keys: share of the area in what reaches the twenty areas, by key, and by line where the area knows it.
        p: parameters; how much of the national money lands in the twenty areas is uncertain.
    """
    known = keys.get(f"{LINE_KEY}{line}")
    return p[LINE_BY_NAME[line].reaches] * keys[LINE_BY_NAME[line].key] if known is None else known


def pay_alliance(parts: Parts, overhead: float, own: float) -> tuple[Parts, float]:
    """Take what the alliance costs from its own money first and then from all lines alike.

    Returns:
        What the lines keep, and the share of the overhead that is paid.
    """
    short = max(overhead - own, 0.0)
    total = sum(parts.values())
    if overhead == 0.0:
        return parts, 1.0
    if short == 0.0:
        return parts, 1.0
    taken = min(short, total)
    left = 1 - taken / total if total > 0 else 1.0
    return {key: euros * left for key, euros in parts.items()}, (own + taken) / overhead


def _divide_gezag(schedule: LeverSchedule, month: int, keys: Mapping[str, float], p: ParameterSet) -> dict[str, float]:
    """Divide the budget over the pillars and then by the weights of the mix.

    What a scenario sets for one pillar or one intervention comes on top.
    """
    share = share_of(GEZAG, keys, p)
    budget = _reaches(schedule, month, GEZAG, "budget", "budget_national", share)
    shares = pillar_shares(schedule, month)
    parts = {one.name: 0.0 for pillar in GEZAG_PILLARS for one in of_pillar(pillar)}
    for pillar in GEZAG_PILLARS:
        own = _reaches(schedule, month, GEZAG, f"pillar_euros.{pillar}", f"pillar_euros_national.{pillar}", share)
        weights = pillar_weights(schedule, month, pillar)
        total = sum(weights.values())
        for name, weight in weights.items():
            parts[name] += (shares[pillar] * budget + own) * weight / total if total > 0 else 0.0
    for name in parts:
        parts[name] += _reaches(schedule, month, GEZAG, f"euros.{name}", f"euros_national.{name}", share)
    return parts


def pillar_shares(schedule: LeverSchedule, month: int) -> dict[Pillar, float]:
    """Return the share of the budget for each pillar; perspective has what the others leave."""
    limits = schedule.value(PREFIX + "share_limits", month)
    authority = schedule.value(PREFIX + "share_authority", month)
    return {"perspective": max(1.0 - limits - authority, 0.0), "limits": limits, "authority": authority}


def pillar_weights(schedule: LeverSchedule, month: int, pillar: Pillar) -> dict[str, float]:
    """Return the weights within a pillar, after what a quality framework strikes out."""
    weights = {one.name: schedule.value(f"{PREFIX}mix.{one.name}", month) for one in of_pillar(pillar)}
    if not framework_holds(schedule, month):
        return weights
    allowed = {name: weight * FRAMEWORK[BY_NAME[name].quality] for name, weight in weights.items()}
    # a mix of nothing but unproven kinds is spent on the best the pillar has
    return allowed if any(allowed.values()) else {name: FRAMEWORK[BY_NAME[name].quality] for name in weights}


@dataclass(frozen=True)
class Division:
    """How the money is divided in the months in which no lever changes.

    Attributes:
        levers, p: levers and parameters that it follows from.
        first: month from which it holds.
        until: month before which it holds.
        parts: euros a year by line and intervention.
        own: euros a year of the alliance.
        structural: share of each line that is structural.
    """

    levers: LeverSchedule
    p: ParameterSet
    first: int
    until: int
    parts: Parts
    own: float
    structural: Mapping[str, float]


@dataclass
class Stock:
    """Posts of one intervention paid by the programme, as real numbers.

    Attributes:
        target: posts the money pays for.
        posts: posts filled.
    """

    target: float = 0.0
    posts: float = 0.0

    def staff(self, p: ParameterSet, euros_a_year: float, structural: float) -> None:
        """Hire towards what the money pays for, lose staff, and let posts above it run off at the same rate.

        Args:
            p: parameters.
            euros_a_year: money there is.
            structural: share of it that is structural; on incidental money people leave sooner.
        """
        self.target = euros_a_year / p["programme.post_cost"]
        leaving = p["programme.staff_turnover"] + (1 - structural) * p["programme.turnover_incidental"]
        self.posts *= 1 - leaving / MONTHS_PER_YEAR
        self.posts += p["programme.hire_rate"] * (self.target - self.posts)

    def euros(self, p: ParameterSet) -> float:
        """Return what the filled posts cost in a year."""
        return self.posts * p["programme.post_cost"]
