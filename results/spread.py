"""Where the spread of a difference comes from, and what would narrow it.

A difference is taken per pair of runs (draw, seed). Between the draws it differs because we do not know the
parameters, between the seeds of one draw by chance alone. Analysis of variance with one factor tells the two apart:
the variance within draws is chance, and what the means of draws vary more than chance explains is parameter doubt.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from results.comparison import CELL

SPREAD = {
    "draws": "int64",
    "seeds": "int64",
    "mean_difference": "float64",
    "sd_parameters": "float64",
    "sd_chance": "float64",
    "share_chance": "float64",
    "sd_future_chance": "float64",
    "standard_error": "float64",
    "draws_to_halve_error": "float64",
    "seeds_to_halve_interval": "float64",
}
"""What is told of each cell.

``mean_difference``: over draws, where a comparison gives the median. ``seeds``: the fewest of any draw.
``sd_parameters`` and ``sd_chance``: standard deviations of the expected effect, between draws and within one;
``share_chance`` of the variance of the mean over seeds. ``sd_future_chance``: of one realised future within a draw.
``standard_error``: of the mean difference over draws. ``draws_to_halve_error``: draws in all (same seeds) at which that
error is half as large. ``seeds_to_halve_interval``: seeds per draw at which the interval over draws is half as wide;
empty where no number of seeds does, since what we do not know about the parameters remains.
"""

TINY = 1e-24
"""Variance below which there is none: what floating point leaves of a difference of equal numbers."""

HALVED = 4.0
"""A standard deviation halves when its variance is a quarter."""


def spread_of(cells: pd.DataFrame | None) -> pd.DataFrame:
    """Return the parts of the spread of every cell.

    Args:
        cells: one row per pair and cell, from :func:`results.comparison.paired_cells`; ``None`` for an empty table.
    """
    if cells is None or cells.empty:
        return pd.DataFrame(columns=[*CELL, *SPREAD])
    cells = cells.assign(
        difference=cells["effect"] - cells["effect_reference"],
        future=cells["realised"] - cells["realised_reference"],
    )
    per_draw = cells.groupby([*CELL, "draw"]).agg(
        mean=("difference", "mean"),
        within=("difference", "var"),
        future_within=("future", "var"),
        seeds=("seed", "nunique"),
    )
    per_draw["of_one"] = 1.0 / per_draw["seeds"]
    found = per_draw.groupby(level=CELL).agg(
        mean_difference=("mean", "mean"),
        between=("mean", "var"),
        chance=("within", "mean"),
        future_chance=("future_within", "mean"),
        seeds=("seeds", "min"),
        share_of_seed=("of_one", "mean"),
        draws=("mean", "size"),
    )
    return _told(found).reset_index()[[*CELL, *SPREAD]].astype({"draws": "int64", "seeds": "int64"})


def _told(found: pd.DataFrame) -> pd.DataFrame:
    draws, between, chance = (found[name].astype(float) for name in ("draws", "between", "chance"))
    # With one seed chance and doubt cannot be told apart, with one draw there is no doubt to be seen.
    # Where runs failed draws have unequal numbers of seeds: a mean over seeds varies by chance / seeds, draw by draw.
    of_seeds = chance * found["share_of_seed"]
    parameters = (between - of_seeds).clip(lower=0.0)
    left = between / HALVED - parameters
    wanted = np.ceil(chance / left.where((left > 0) & (chance > TINY)))
    return found.assign(
        sd_parameters=np.sqrt(parameters),
        sd_chance=np.sqrt(chance),
        share_chance=(of_seeds / between.where(between > TINY)).clip(upper=1.0),
        sd_future_chance=np.sqrt(found["future_chance"]),
        standard_error=np.sqrt(between / draws),
        draws_to_halve_error=(HALVED * draws).where(between > TINY),
        seeds_to_halve_interval=wanted,
    )
