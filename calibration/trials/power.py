"""How many persons a lottery needs, and what it can see at the size it has: two shares, two-sided at 5 %.

The formulas are those of Fleiss, Levin and Paik (2003, Statistical Methods for Rates and Proportions, chapter 4),
without correction for continuity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats
from scipy.optimize import brentq

from calibration.trials.estimate import Z

POWER = 0.8
"""Chance of finding an effect that is there, at which an evaluation counts as large enough."""

Z_POWER = float(stats.norm.ppf(POWER))

NEARLY = 1e-6
"""Distance kept from shares of nought and one when the smallest effect that can be seen is looked for."""

ERRORS_FROM_NOTHING = 2.0
"""A true effect closer to nothing than so many of its own errors is called none: no size follows from it."""


@dataclass(frozen=True)
class Size:
    """How large an evaluation must be.

    Attributes:
        persons: persons who draw lots, both groups together, those who will be lost included.
        years: years of drawing lots at the pace of this area.
        areas: areas like this one, in the years of drawing lots that were planned.
    """

    persons: int
    years: float
    areas: int


def persons_per_group(usual: float, treated: float, power: float = POWER) -> float:
    """Return persons per group to find the difference of two shares with a chance of ``power``."""
    mean = (usual + treated) / 2
    z_power = float(stats.norm.ppf(power))
    spread = Z * math.sqrt(2 * mean * (1 - mean))
    spread += z_power * math.sqrt(usual * (1 - usual) + treated * (1 - treated))
    return (spread / (treated - usual)) ** 2


def power_of(usual: float, treated: float, winners: float, losers: float) -> float:
    """Return the chance that groups of these sizes find the difference of two shares."""
    if min(winners, losers) <= 0:
        return 0.0
    mean = (winners * treated + losers * usual) / (winners + losers)
    error_none = math.sqrt(mean * (1 - mean) * (1 / winners + 1 / losers))
    error = math.sqrt(usual * (1 - usual) / losers + treated * (1 - treated) / winners)
    if error == 0:
        return 0.0
    apart = abs(treated - usual)
    return float(stats.norm.cdf((apart - Z * error_none) / error) + stats.norm.cdf((-apart - Z * error_none) / error))


def smallest_seen(usual: float, per_group: float, sign: int) -> float | None:
    """Return the smallest difference that groups of this size find four times out of five; ``None`` when there is none.

    Args:
        usual: share without the service.
        per_group: persons counted in each group.
        sign: -1 for a lower share, 1 for a higher one.
    """
    if per_group < 1 or not NEARLY < usual < 1 - NEARLY:
        return None

    def short(treated: float) -> float:
        return power_of(usual, treated, per_group, per_group) - POWER

    end = NEARLY if sign < 0 else 1 - NEARLY
    if short(end) < 0:
        return None
    return float(brentq(short, usual + sign * NEARLY, end)) - usual


def size_needed(usual: float, effect: float, lost: float, per_year: float, years: float) -> Size | None:
    """Return how large a lottery must be to find an effect; ``None`` where no size is large enough.

    Args:
        usual: share without the service.
        effect: what offering the service changes in that share.
        lost: share of the persons whom the evaluator loses.
        per_year: persons who draw lots in a year in this area, both groups together.
        years: years of drawing lots that were planned.
    """
    treated = min(max(usual + effect, 0.0), 1.0)
    if effect == 0 or treated == usual or lost >= 1 or per_year <= 0:
        return None
    persons = math.ceil(2 * persons_per_group(usual, treated) / (1 - lost))
    return Size(persons, persons / per_year, math.ceil(persons / (per_year * years)))
