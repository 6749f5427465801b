"""What is forecast, and what two naive forecasters would say: the country, and the last figure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LAST_YEAR = 2024
"""The last figures are of this year or before it."""

SD_PER_YEAR = 0.03
"""Share of itself by which a last figure grows less sure with each year (judgement)."""


@dataclass(frozen=True)
class Forecasted:
    """An outcome that is forecast.

    Attributes:
        outcome: id of the outcome.
        national: the figure of the country.
        last: the last figure where an area has none of its own.
        sd_share: how far a naive forecast may miss, as a share of itself.
        lowest, highest: what a new figure can be at all.
        source: where the figures come from.
        areas: last figures of single areas.
    """

    outcome: str
    national: float
    last: float
    sd_share: float
    lowest: float
    highest: float
    source: str
    areas: Mapping[str, float]

    def naive(self, kind: str, area: str, year: int) -> tuple[float, float]:
        """Return mean and standard deviation of a naive forecast (``national`` or ``last``)."""
        if kind == "national":
            return self.national, self.sd_share * self.national
        mean = self.areas.get(area, self.last)
        # who has a figure of its own is not as unsure as who borrows one
        share = SD_PER_YEAR if area in self.areas else self.sd_share
        return mean, mean * (share**2 + (SD_PER_YEAR * (year - LAST_YEAR)) ** 2) ** 0.5


@cache
def forecasted() -> dict[str, Forecasted]:
    """Return the outcomes that are forecast, by id."""
    text = files("calibration.forecasts").joinpath("forecast_list.toml").read_text(encoding="utf-8")
    return {
        name: Forecasted(
            name, row["national"], row["last"], row["sd_share"], row["lowest"], row["highest"], row["source"],
            row.get("areas", {}),
        )
        for name, row in tomllib.loads(text).items()
    }  # fmt: skip
