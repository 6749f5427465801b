"""Money of the programme: what reaches the area, how it is divided, what posts and places it becomes (DESIGN D5)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.calendar import MONTHS_PER_YEAR
from sim.levers import LeverSchedule
from sim.parameters import ParameterSet
from sim.programme.services import OFFERED

PREFIX = "programme.preventie_met_gezag."
BOUGHT = (*OFFERED, "halt")
"""What the programme can buy: the services of the pillar perspective, and Halt and diversion for limits."""


def area_budget(schedule: LeverSchedule, month: int, key: float, p: ParameterSet) -> float:
    """Return euros a year for the area: its own budget where that is set, else its share of the national one.

    Args:
        schedule: levers of the scenario for this area.
        month: month number.
        key: share of the area in what reaches the twenty areas.
        p: parameters; how much of the national budget lands in the twenty areas is uncertain.
    """
    if schedule.is_set(PREFIX + "budget", month):
        return schedule.value(PREFIX + "budget", month)
    return schedule.value(PREFIX + "budget_national", month) * p["programme.share_reaching"] * key


def divide(schedule: LeverSchedule, month: int, budget: float) -> dict[str, float]:
    """Divide euros over what is bought: a share for limits, the rest by the weights of the mix."""
    limits = schedule.value(PREFIX + "share_limits", month)
    weights = {name: schedule.value(f"{PREFIX}mix.{name}", month) for name in OFFERED}
    total = sum(weights.values())
    parts = {name: (1 - limits) * budget * weight / total if total > 0 else 0.0 for name, weight in weights.items()}
    parts["halt"] = limits * budget
    return parts


@dataclass
class Stock:
    """Posts of one service paid by the programme, as real numbers.

    Attributes:
        target: posts the money pays for.
        posts: posts filled.
        euros: euros spent since the start of the year.
    """

    target: float = 0.0
    posts: float = 0.0
    euros: float = 0.0

    def staff(self, p: ParameterSet, euros_a_year: float) -> None:
        """Hire towards what the money pays for, lose staff, and let posts above it run off at the same rate."""
        self.target = euros_a_year / p["programme.post_cost"]
        self.posts *= 1 - p["programme.staff_turnover"] / MONTHS_PER_YEAR
        self.posts += p["programme.hire_rate"] * (self.target - self.posts)

    def cost(self, p: ParameterSet) -> float:
        """Return this month's euros."""
        return self.posts * p["programme.post_cost"] / MONTHS_PER_YEAR
