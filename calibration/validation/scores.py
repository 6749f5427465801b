"""How a forecast is scored: what came beside what was expected, and beside two naive forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from calibration.validation.holdouts import Holdout

Floats = NDArray[np.float64]

POINTS = 21
"""A normal doubt is spread out over so many equally likely points."""

LOW, HIGH = 5.0, 95.0
"""Percentiles of the interval that should hold nine figures in ten."""

SPREAD_ALONE = 0.25
"""Share of itself by which a naive forecast may miss where no other figures of its kind tell (judgement)."""

SPREAD_LEAST = 0.05
"""A naive forecast is never taken to be surer than this share of itself (judgement)."""


@dataclass(frozen=True)
class Score:
    """One forecast of one figure.

    Attributes:
        median: middle of the forecast.
        low, high: its 5th and 95th percentile.
        z: the figure less the mean, in standard deviations of the forecast.
        crps: continuous ranked probability score, in the unit of the figure; 0 is perfect.
        inside: whether the figure lies in the interval.
    """

    median: float
    low: float
    high: float
    z: float
    crps: float
    inside: bool


def spread_out(mean: float, sd: float) -> Floats:
    """Return equally likely points of a normal distribution."""
    return mean + sd * points()


def points() -> Floats:
    """Return equally likely points of the standard normal distribution."""
    return np.asarray(ndtri((np.arange(POINTS) + 0.5) / POINTS))


def widened(values: Floats, doubt: float) -> Floats:
    """Return an ensemble with a normal doubt added to every member."""
    return np.asarray((values[:, None] + doubt * points()[None, :]).ravel())


def crps(values: Floats, observed: float) -> float:
    """Return the continuous ranked probability score of an ensemble: E|X - y| - E|X - X'| / 2.

    Source: Gneiting and Raftery 2007, Strictly proper scoring rules, equation 21; the second term from the order
    statistics.

    Args:
        values: equally likely members (members,).
        observed: what came.
    """
    size = values.size
    away = float(np.mean(np.abs(values - observed)))
    ranks = 2 * np.arange(1, size + 1) - size - 1
    apart = 2 * float((ranks * np.sort(values)).sum()) / size**2
    return away - apart / 2


def score(values: Floats, observed: float) -> Score:
    """Return the score of an ensemble."""
    low, median, high = (float(one) for one in np.percentile(values, [LOW, 50, HIGH]))
    sd = float(values.std())
    z = (observed - float(values.mean())) / sd if sd else 0.0
    return Score(median, low, high, z, crps(values, observed), bool(low <= observed <= high))


def score_of(cell: Holdout, came: Sequence[float]) -> Score:
    """Return the score of what the draws gave for a cell; the doubt about the figure itself is added to it."""
    return score(widened(np.asarray(came, dtype=np.float64), cell.doubt), cell.value)


def score_of_naive(cell: Holdout, kind: str, cells: Sequence[Holdout]) -> Score | None:
    """Return the score of a naive forecast of a cell, or ``None`` where there is none.

    It gets a fair doubt of its own: how far the other cells of its number lie from their naive forecast (never the cell
    itself), beside the doubt about the figure.

    Args:
        cell: the hold-out.
        kind: ``national`` or ``last``.
        cells: all hold-outs.
    """
    forecast = getattr(cell, kind)
    if forecast is None:
        return None
    others = [
        each.value - getattr(each, kind)
        for each in cells
        if each.group == cell.group and each.id != cell.id and each.use == cell.use and getattr(each, kind) is not None
    ]
    size = abs(forecast) or abs(cell.doubt)
    spread = float(np.sqrt(np.mean(np.square(others)))) if others else SPREAD_ALONE * size
    sd = float(np.hypot(max(spread, SPREAD_LEAST * size), cell.doubt))
    return score(spread_out(forecast, sd), cell.value)


def skill(model: Sequence[float], naive: Sequence[float]) -> float | None:
    """Return how much better a score is than a naive one: 1 perfect, 0 as good, below 0 worse; ``None`` for nothing."""
    whole = sum(naive)
    return None if not naive or whole == 0 else 1 - sum(model) / whole
