"""How far the model may lie from a target: the doubt of the figure, and what sets figure and model apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.targets import Target

Floats = NDArray[np.float64]

Z90 = 1.6448536269514722
"""Half the width of a 90 % interval in deviations: so the ranges of the targets are read."""

NATIONAL_FOR_AREA = 0.05
"""Share of its value by which a national figure may miss these areas (judgement)."""

PER_YEAR_APART = 0.01
"""The same for each year that a figure is older than the years that are lived (judgement)."""

LOW_CONFIDENCE = 1.5
"""Ranges of targets of low confidence are widened so many times (judgement)."""

FIRST_YEAR = 2022
"""The first year that is lived."""


@dataclass(frozen=True)
class Observed:
    """The targets of a fit as numbers.

    Attributes:
        targets: the targets.
        values: what was observed.
        doubt: standard deviation of the figure itself.
        discrepancy: standard deviation of what sets the figure apart from what the model gives.
        chance: standard deviation of a run from chance alone, at the scale of the fit.
    """

    targets: tuple[Target, ...]
    values: Floats
    doubt: Floats
    discrepancy: Floats
    chance: Floats

    @property
    def ids(self) -> tuple[str, ...]:
        """Numbers of the targets."""
        return tuple(one.id for one in self.targets)

    @property
    def error(self) -> Floats:
        """Standard deviation of doubt and discrepancy together."""
        return np.sqrt(self.doubt**2 + self.discrepancy**2)


def observe(targets: Sequence[Target], chance: Floats | None = None) -> Observed:
    """Return targets with their errors."""
    values = np.array([one.target for one in targets])
    return Observed(
        targets=tuple(targets),
        values=values,
        doubt=np.array([_doubt(one) for one in targets]),
        discrepancy=np.abs(values) * np.array([_apart(one) for one in targets]),
        chance=np.zeros(len(targets)) if chance is None else chance,
    )


def _doubt(target: Target) -> float:
    widened = LOW_CONFIDENCE if target.confidence == "low" else 1.0
    return widened * (target.high - target.low) / (2 * Z90)


def _apart(target: Target) -> float:
    national = NATIONAL_FOR_AREA if target.scope == "any" else 0.0
    years = [int(found) for found in re.findall(r"(?:19|20)\d\d", target.period)]
    gap = max(0, FIRST_YEAR - max(years)) if years else 0
    return float(np.hypot(national, PER_YEAR_APART * gap))
