"""National trends of a parameter draw: a slope that fades, the same in every scenario and never credited to policy."""

from __future__ import annotations

from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START
from sim.parameters import ParameterSet


def trend(p: ParameterSet, name: str, month: int) -> float:
    """Return how far a domain has moved since the scenarios' usual start, on the scale of its parameter.

    Args:
        p: parameters.
        name: ``work``, ``debts``, ``health`` or ``school``.
        month: month number.
    """
    return p[f"trends.{name}"] * faded(max(month - SCENARIO_START, 0) / MONTHS_PER_YEAR, p["trends.years"])


def faded(years: float, fade: float) -> float:
    """Return the years a slope counts for when it fades linearly to nothing."""
    lived = min(years, fade)
    return lived - lived**2 / (2 * fade)


def labour_market(p: ParameterSet, month: int) -> float:
    """Return the log odds of working that the national labour market adds to those of the base date."""
    lived = min(max(month - BASE, 0), SCENARIO_START - BASE) / MONTHS_PER_YEAR
    return p["trends.work_realised"] * lived + trend(p, "work", month)
