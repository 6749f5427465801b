"""What an evaluator makes of two groups: the difference, its 95 % interval and p; nothing in here knows the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.draws import F64, Bools

LEVEL = 0.05
"""Two-sided chance of finding a difference where there is none."""

Z = float(stats.norm.ppf(1 - LEVEL / 2))


@dataclass(frozen=True)
class Seen:
    """One outcome as an evaluator sees it.

    Attributes:
        persons: persons counted, who won and who lost the lottery.
        totals: their totals: persons with the outcome, or a sum.
        means: share or mean of each group; ``nan`` where nobody is counted.
        difference: winners less losers.
        low: lower end of the 95 % interval.
        high: upper end.
        p: two-sided p of no difference.
    """

    persons: tuple[int, int]
    totals: tuple[float, float]
    means: tuple[float, float]
    difference: float
    low: float
    high: float
    p: float

    @property
    def detected(self) -> bool:
        """Whether the interval leaves out no difference."""
        return bool(self.low > 0 or self.high < 0)


def difference_of_shares(values: F64, won: Bools) -> Seen:
    """Compare shares: one and zero per person, not-a-number for who is not counted.

    The interval and p are those of Agresti and Caffo (2000, The American Statistician 54, 280-288): one person with and
    one without the outcome are added to each group, which keeps them right in small groups too.
    """
    (top, bottom), totals = _groups(values, won)
    if min(top.size, bottom.size) == 0:
        return _nothing(top, bottom)
    size = np.array([top.size, bottom.size], dtype=np.float64) + 2
    share = (np.array(totals) + 1) / size
    error = float(np.sqrt((share * (1 - share) / size).sum()))
    middle = float(share[0] - share[1])
    p = float(2 * stats.norm.sf(abs(middle) / error))
    means = (float(top.mean()), float(bottom.mean()))
    low, high = middle - Z * error, middle + Z * error
    return Seen((top.size, bottom.size), totals, means, means[0] - means[1], low, high, p)


def difference_of_means(values: F64, won: Bools) -> Seen:
    """Compare means with Welch's t; not-a-number for who is not counted."""
    (top, bottom), totals = _groups(values, won)
    if min(top.size, bottom.size) < 2 or top.var() + bottom.var() == 0:
        return _nothing(top, bottom)
    found = stats.ttest_ind(top, bottom, equal_var=False)
    interval = found.confidence_interval(1 - LEVEL)
    means = (float(top.mean()), float(bottom.mean()))
    difference, p = means[0] - means[1], float(found.pvalue)
    return Seen((top.size, bottom.size), totals, means, difference, float(interval.low), float(interval.high), p)


def _groups(values: F64, won: Bools) -> tuple[tuple[F64, F64], tuple[float, float]]:
    counted = ~np.isnan(values)
    top, bottom = values[counted & won], values[counted & ~won]
    return (top, bottom), (float(top.sum()), float(bottom.sum()))


def _nothing(top: F64, bottom: F64) -> Seen:
    """Return groups without a comparison: one is empty, or nothing differs between any two persons."""
    means = tuple(float(group.mean()) if group.size else float("nan") for group in (top, bottom))
    totals = (float(top.sum()), float(bottom.sum()))
    nan = float("nan")
    return Seen((top.size, bottom.size), totals, (means[0], means[1]), means[0] - means[1], nan, nan, nan)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share, spread = count / of, Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * np.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))
