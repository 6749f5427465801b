"""What a report of a comparison is made of, as numbers: one year of outcomes, and the money."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from results.codebook import Codebook
from results.comparison import ALL_AREAS, EVERYBODY, Run, complete_pairs, in_every_area

PLACE = "place"
PROGRAMME = "programme_"
"""Outcomes that say what a programme got and did, not what came of it."""

LEVELS = ("programme_posts_filled", "programme_places")
"""Levels that hold during a year: added over years they mean nothing."""

MONEY_COLUMNS = ["reference_year", "scenario_year", "difference_year", "difference_total"]


def main_area(comparison: pd.DataFrame) -> str | None:
    """Return the area a report is about: the sum where there are several, ``None`` without such a sum."""
    areas = list(dict.fromkeys(comparison["area"]))
    if ALL_AREAS in areas:
        return ALL_AREAS
    return str(areas[0]) if len(areas) == 1 else None


def headline(comparison: pd.DataFrame, year: int, view: str, area: str) -> pd.DataFrame:
    """Return the rows of one year, view and area for everybody, without those of the programme itself."""
    rows = comparison[
        (comparison["year"] == year)
        & (comparison["view"] == view)
        & (comparison["area"] == area)
        & (comparison["group"] == EVERYBODY)
        & ~comparison["outcome"].str.startswith(PROGRAMME)
    ]
    return rows.reset_index(drop=True)


def money(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what the programme got and did: per year, and the difference over all years.

    Areas are added where all of them completed a draw and seed. The mean is over years and seeds, the median
    over draws. One row per outcome, with its id in ``outcome``, in the order of the codebook.
    """
    rows = outcomes[
        outcomes["outcome"].str.startswith(PROGRAMME) & (outcomes["view"] == PLACE) & (outcomes["group"] == EVERYBODY)
    ]
    rows = rows.merge(complete_pairs(rows, scenario, reference, failed), on=["area", "draw", "seed"])
    rows = in_every_area(rows, sorted(set(rows["area"])) if areas is None else areas)
    if rows.empty:
        return pd.DataFrame(columns=["outcome", *MONEY_COLUMNS])
    per_year = rows.groupby(["scenario", "outcome", "draw", "seed", "year"])["numerator"].sum()
    over_years = per_year.groupby(["scenario", "outcome", "draw", "seed"]).agg(["mean", "sum"])
    new, old = over_years.loc[scenario], over_years.loc[reference]
    found = pd.DataFrame(
        {
            "reference_year": old["mean"],
            "scenario_year": new["mean"],
            "difference_year": new["mean"] - old["mean"],
            "difference_total": new["sum"] - old["sum"],
        }
    )
    per_draw = found.groupby(["outcome", "draw"]).mean()
    result = per_draw.groupby("outcome").median()
    result.loc[result.index.isin(LEVELS), "difference_total"] = float("nan")
    order = [name for name in codebook.outcomes if name in result.index]
    return result.loc[order, MONEY_COLUMNS].rename_axis("outcome").reset_index()
