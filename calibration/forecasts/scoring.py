"""Scores a frozen forecast with new figures, beside two naive forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from calibration.forecasts.figures import Figure
from calibration.forecasts.frozen import NAIVE, QUANTILES, Frozen, chance
from calibration.validation.scores import skill
from sim.outcomes import OUTCOMES

LEVELS = tuple(q / 100 for q in QUANTILES)
INTERVALS = {50: (25, 75), 90: (5, 95)}
"""Intervals whose coverage is told: per cent, and the percentiles at their ends."""


@dataclass(frozen=True)
class Scored:
    """One figure beside its forecast.

    Attributes:
        area, outcome, year, unit: what it is about.
        value: the new figure.
        quantiles: the forecast by percentile.
        crps: score of the forecast, in the unit of the figure; 0 is perfect.
        crps_national, crps_last: those of the naive forecasts.
        inside_50, inside_90: whether the figure lies in these intervals.
    """

    area: str
    outcome: str
    year: int
    unit: str
    value: float
    quantiles: Mapping[int, float]
    crps: float
    crps_national: float
    crps_last: float
    inside_50: bool
    inside_90: bool


@dataclass(frozen=True)
class Summary:
    """Scores of many figures together: of one outcome, or of ``all``.

    Attributes:
        outcome: which.
        figures: how many.
        crps: mean score as a share of the figure's forecast middle, so that outcomes can be added.
        skill_national, skill_last: against the naive forecasts; above 0 is better than they are.
        covered_50, covered_90: share of the figures inside these intervals.
    """

    outcome: str
    figures: int
    crps: float
    skill_national: float | None
    skill_last: float | None
    covered_50: float
    covered_90: float


def crps_of_quantiles(quantiles: Sequence[float], observed: float) -> float:
    """Return the CRPS of a forecast known by its quantiles at :data:`LEVELS`: twice the mean quantile loss.

    This is the weighted interval score of Bracher, Ray, Gneiting and Reich 2021 (Evaluating epidemic forecasts in an
    interval format, equations 2 and 5), which tends to the CRPS as quantiles are added. The naive forecasts are scored
    by the same quantiles.
    """
    q, tau = np.asarray(quantiles, dtype=np.float64), np.asarray(LEVELS)
    loss = np.where(observed < q, (1 - tau) * (q - observed), tau * (observed - q))
    return float(2 * loss.mean())


def score_figures(frozen: Frozen, figures: Sequence[Figure]) -> tuple[Scored, ...]:
    """Return every figure beside its forecast, in the order of the figures."""
    rows = {(row["area"], row["outcome"], row["year"]): row for row in frozen.rows}
    return tuple(_scored(rows[figure.key], figure) for figure in figures)


def _scored(row: Mapping[str, Any], figure: Figure) -> Scored:
    q = {number: float(row[f"q{number:02d}"]) for number in QUANTILES}
    naive = {kind: crps_of_quantiles(_naive_quantiles(row, kind, figure), figure.value) for kind in NAIVE}
    inside = {name: q[low] <= figure.value <= q[high] for name, (low, high) in INTERVALS.items()}
    return Scored(
        figure.area, figure.outcome, figure.year, str(row["unit"]), figure.value, q,
        crps_of_quantiles(list(q.values()), figure.value), naive["national"], naive["last"], inside[50], inside[90],
    )  # fmt: skip


def _naive_quantiles(row: Mapping[str, Any], kind: str, figure: Figure) -> list[float]:
    """Return the quantiles of a naive forecast: normal, with the chance of small numbers as the model has it."""
    mean = float(row[kind])
    by_chance = chance(mean, figure.n or float(row["n"]), OUTCOMES[figure.outcome].scale)
    sd = float(np.hypot(float(row[f"{kind}_sd"]), by_chance))
    return [mean + sd * float(ndtri(level)) for level in LEVELS]


def summaries(scored: Sequence[Scored]) -> tuple[Summary, ...]:
    """Return the scores by outcome, and of all together last."""
    names = list(dict.fromkeys(one.outcome for one in scored))
    found = [_summary(name, [one for one in scored if one.outcome == name]) for name in names]
    return (*found, _summary("all", scored))


def _summary(name: str, mine: Sequence[Scored]) -> Summary:
    size = [abs(one.quantiles[50]) or 1.0 for one in mine]
    model, national, last = (
        [getattr(one, kind) / whole for one, whole in zip(mine, size, strict=True)]
        for kind in ("crps", "crps_national", "crps_last")
    )
    return Summary(
        name, len(mine), float(np.mean(model)), skill(model, national), skill(model, last),
        float(np.mean([one.inside_50 for one in mine])), float(np.mean([one.inside_90 for one in mine])),
    )  # fmt: skip
