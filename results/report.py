"""What a report of a comparison is made of, as numbers: one year of outcomes, and the money."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from results.codebook import Codebook
from results.comparison import ALL_AREAS, EVERYBODY, SERVICE_GROUP, Run, complete_pairs, in_every_area

PLACE = "place"
PROGRAMME = "programme_"
"""Outcomes that say what a programme got and did, not what came of it."""

LEDGER = "ledger"
"""Section of the flows and balances, which are told as a balance (:mod:`results.balance`)."""

LEVELS = ("programme_posts_filled", "programme_places")
"""Levels that hold during a year: added over years they mean nothing."""

BOUGHT = {
    "spent": "programme_euros_spent",
    "idle": "programme_euros_idle",
    "posts": "programme_posts_filled",
    "places": "programme_places",
    "enrolled": "programme_enrolled",
}
"""What is told of each intervention, with the outcome it comes from."""

BOUGHT_COLUMNS = [f"{name}_{side}" for name in BOUGHT for side in ("reference", "scenario")]

MONEY_COLUMNS = ["reference_year", "scenario_year", "difference_year", "difference_total"]


def main_area(comparison: pd.DataFrame) -> str | None:
    """Return the area a report is about: the sum where there are several, ``None`` without such a sum."""
    areas = list(dict.fromkeys(comparison["area"]))
    if ALL_AREAS in areas:
        return ALL_AREAS
    return str(areas[0]) if len(areas) == 1 else None


def headline(comparison: pd.DataFrame, year: int, view: str, area: str, codebook: Codebook) -> pd.DataFrame:
    """Return the rows of one year, view and area for everybody that a report begins with.

    Those of the programme itself and of the ledgers have tables of their own, and states that nobody measures come last
    (:func:`latent`). Sections come in the order of the codebook, outcomes within one in the order of the comparison.
    """
    rows = _for_everybody(comparison, year, view, area)
    rows = rows[~rows["outcome"].str.startswith(PROGRAMME)]
    known = [codebook.outcome(name) for name in rows["outcome"]]
    shown = np.array([not outcome.latent and outcome.section != LEDGER for outcome in known], dtype=bool)
    rank = {name: place for place, name in enumerate(codebook.sections)}
    rows = rows.assign(rank=[rank.get(outcome.section, len(rank)) for outcome in known])[shown]
    return rows.sort_values("rank", kind="stable", ignore_index=True).drop(columns="rank")


def latent(comparison: pd.DataFrame, year: int, area: str, codebook: Codebook) -> pd.DataFrame:
    """Return the rows of one year and area of the states that nobody measures: states of the place."""
    rows = _for_everybody(comparison, year, PLACE, area)
    shown = np.array([codebook.outcome(name).latent for name in rows["outcome"]], dtype=bool)
    return rows[shown].reset_index(drop=True)


def _for_everybody(comparison: pd.DataFrame, year: int, view: str, area: str) -> pd.DataFrame:
    return comparison[
        (comparison["year"] == year)
        & (comparison["view"] == view)
        & (comparison["area"] == area)
        & (comparison["group"] == EVERYBODY)
    ]


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
    rows = _of_programme(outcomes, scenario, reference, failed, areas)
    rows = rows[rows["group"] == EVERYBODY]
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


def bought(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what the money bought, by intervention: a mean year of either side.

    Added and averaged as in :func:`money`. One row for each intervention that cost something, or in which more or
    fewer people were enrolled than in the reference; its id in ``intervention``, in the order of the codebook. NaN
    stands where neither side has any: an intervention without places has none.
    """
    rows = _of_programme(outcomes, scenario, reference, failed, areas)
    worlds = rows[["draw", "seed"]].drop_duplicates()
    years = max(rows["year"].nunique(), 1)
    rows = rows[rows["group"].str.startswith(SERVICE_GROUP) & rows["outcome"].isin(BOUGHT.values())]
    if rows.empty:
        return pd.DataFrame(columns=["intervention", *BOUGHT_COLUMNS])
    per_year = rows.groupby(["draw", "seed", "group", "outcome", "scenario"])["numerator"].sum() / years
    # a world in which nothing was bought counts as nothing, not as a gap
    by_world = per_year.unstack(["group", "outcome", "scenario"]).reindex(pd.MultiIndex.from_frame(worlds)).fillna(0.0)
    median = by_world.groupby("draw").mean().median().unstack(["outcome", "scenario"])
    found = pd.DataFrame({"intervention": median.index.str.removeprefix(SERVICE_GROUP)}, index=median.index)
    for what, outcome in BOUGHT.items():
        sides = median.reindex(columns=[(outcome, reference), (outcome, scenario)])
        sides = sides.fillna(0.0).where(sides.notna().any(axis=1), other=float("nan"), axis=0)
        found[[f"{what}_reference", f"{what}_scenario"]] = sides.to_numpy()
    paid = found[["spent_reference", "spent_scenario"]].max(axis=1) > 0
    changed = found["enrolled_scenario"].sub(found["enrolled_reference"]).abs() > 0
    order = {name: place for place, name in enumerate(codebook.interventions)}
    return found[paid | changed].sort_values("intervention", key=lambda names: names.map(order), ignore_index=True)


def _of_programme(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    failed: Sequence[Run],
    areas: Sequence[str] | None,
) -> pd.DataFrame:
    """Return what the programme got and did in the worlds that both sides and all areas completed."""
    rows = outcomes[outcomes["outcome"].str.startswith(PROGRAMME) & (outcomes["view"] == PLACE)]
    rows = rows.merge(complete_pairs(rows, scenario, reference, failed), on=["area", "draw", "seed"])
    return in_every_area(rows, sorted(set(rows["area"])) if areas is None else areas)
