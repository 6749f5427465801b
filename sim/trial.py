"""What a trial found: two groups month by month, and the ratio or difference of their rates with its error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.draws import F64

Z_95 = 1.959963984540054
"""Half the width of a 95 % interval in standard errors."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of two rates.

    Attributes:
        value: treated over control.
        error: standard error of its logarithm, over persons.
    """

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return float(self.value * np.exp(-Z_95 * self.error))

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return float(self.value * np.exp(Z_95 * self.error))


@dataclass(frozen=True)
class Difference:
    """A difference of two means.

    Attributes:
        value: treated less control, in the unit of what was measured.
        error: its standard error over persons.
    """

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return float(self.value - Z_95 * self.error)

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return float(self.value + Z_95 * self.error)


@dataclass(frozen=True)
class TrialResult:
    """What two groups did, month by month.

    Attributes:
        treated: per measure the values by month and person.
        control: likewise without the treatment.
        paired: whether both groups are the same persons.
    """

    treated: Mapping[str, F64]
    control: Mapping[str, F64]
    paired: bool

    def ratio(self, first: int = 0, until: int | None = None, measure: str = "latent") -> Ratio:
        """Return the ratio of the mean rates over months ``first`` up to but not including ``until``.

        The error follows from each person's share in the logarithm of the ratio (the delta method).
        """
        top, rate = _shares(self.treated[measure][first:until])
        bottom, usual = _shares(self.control[measure][first:until])
        spread = ((top - bottom) ** 2).sum() if self.paired else (top**2).sum() + (bottom**2).sum()
        return Ratio(rate / usual, float(np.sqrt(spread)))

    def difference(self, first: int = 0, until: int | None = None, measure: str = "latent") -> Difference:
        """Return the difference of the means over months ``first`` up to but not including ``until``."""
        top, bottom = (of[measure][first:until].mean(axis=0) for of in (self.treated, self.control))
        spread = (top - bottom).var() / top.size if self.paired else top.var() / top.size + bottom.var() / bottom.size
        return Difference(float(top.mean() - bottom.mean()), float(np.sqrt(spread)))


def _shares(values: F64) -> tuple[F64, float]:
    """Return each person's share in the logarithm of the mean rate, and that rate."""
    at_risk = (~np.isnan(values)).sum(axis=0)
    total = np.nansum(values, axis=0)
    rate = float(total.sum() / at_risk.sum())
    return (total - rate * at_risk) / total.sum(), rate
