"""What an effect on a place is made of: changed lives, other residents, and a changed place.

A share or rate of those who live somewhere is a mean over two kinds of them: those who lived there at the start already
(S, group ``arrival:before``) and those who came since (W, ``arrival:since``), each with its share w of the denominator
and its own rate r:

    rate of the place = w_S r_S + w_W r_W

A scenario changes all four. With d for scenario minus reference, mean() for the mean of the two, and r_P for the rate
of the people of the start wherever they live now (view ``people``), the difference of a place is the sum of

    lives      mean(w_S) d r_P
               people's own lives went otherwise
    residents  d w_S mean(r_S) + d w_W mean(r_W) + mean(w_S) (d r_S - d r_P)
               others stayed, left or came
    place      mean(w_W) d r_W
               who came fares, or is, otherwise

d r_S is not all change of lives: who stays is a choice out of the people of the start, and a scenario may change who
does. That part, d r_S - d r_P, belongs to the residents. The sum is exact in every pair of runs. Who came differs
between the two sides too, so ``place`` holds both what the place does to newcomers and who they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from results.codebook import Codebook, Outcome
from results.comparison import ARRIVAL_GROUP, EVERYBODY, FEWEST_DRAWS, HIGH, LOW, Run
from results.ledger import PEOPLE, whole_worlds

PLACE = "place"
START, NEWCOMER = f"{ARRIVAL_GROUP}before", f"{ARRIVAL_GROUP}since"

SPLIT = ("lives", "residents", "place")
"""The three parts, which add up to ``difference``."""

SPLIT_COLUMNS = ["outcome", *(f"{name}{end}" for name in ("difference", *SPLIT) for end in ("", "_low", "_high"))]

PAIR = ["outcome", "draw", "seed"]


def split_effect(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    year: int,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the split of the effect on each outcome of a year, areas added.

    The mean is over seeds, the median over draws, as in a comparison; medians of parts add up only nearly.

    Args:
        outcomes: the outcome table, with rows of both scenarios and of the groups by arrival.
        scenario: id of the scenario.
        reference: id of what it is compared with.
        codebook: says which outcomes exist for place and people, and gives their order.
        year: the year.
        failed: runs known to have failed; their pairs are left out.
        areas: the areas that a draw and seed must have completed; those in the table unless given.

    Returns:
        One row per outcome with columns ``SPLIT_COLUMNS``; no interval below twenty draws.
    """
    pairs = split_pairs(outcomes, scenario, reference, codebook, year, failed, areas)
    if pairs.empty:
        return pd.DataFrame(columns=SPLIT_COLUMNS)
    per_draw = pairs.groupby(["outcome", "draw"])[["difference", *SPLIT]].mean()
    draws = per_draw.groupby("outcome")
    ends = {"": draws.median(), "_low": draws.quantile(LOW), "_high": draws.quantile(HIGH)}
    few = draws.size() < FEWEST_DRAWS
    found = pd.concat([part.mask(few).add_suffix(end) if end else part for end, part in ends.items()], axis=1)
    order = [name for name in codebook.outcomes if name in found.index]
    return found.loc[order].rename_axis("outcome").reset_index()[SPLIT_COLUMNS]


def split_pairs(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    year: int,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the split of each pair of runs: outcome, draw, seed, difference and the three parts that add up to it.

    Arguments are those of :func:`split_effect`. A pair in which nobody of the start is left to measure has no row.
    """
    rows = outcomes[
        (outcomes["year"] == year)
        & (
            ((outcomes["view"] == PLACE) & outcomes["group"].isin((START, NEWCOMER)))
            | ((outcomes["view"] == PEOPLE) & (outcomes["group"] == EVERYBODY))
        )
        & outcomes["scenario"].isin((scenario, reference))
    ]
    splittable = {name for name in set(rows["outcome"]) if _has_split(codebook.outcome(name))}
    rows = whole_worlds(rows[rows["outcome"].isin(splittable)], scenario, reference, failed, areas)
    if rows.empty:
        return pd.DataFrame(columns=[*PAIR, "difference", *SPLIT])
    rows = rows.assign(who=rows["group"].where(rows["view"] == PLACE, PEOPLE))
    added = rows.groupby([*PAIR, "scenario", "who"])[["expected_numerator", "denominator"]].sum()
    size = added["denominator"].unstack(["scenario", "who"])
    whole = pd.MultiIndex.from_product([(scenario, reference), (START, NEWCOMER, PEOPLE)])
    size = size.reindex(columns=whole)
    rate = (added["expected_numerator"] / added["denominator"]).unstack(["scenario", "who"]).reindex(columns=whole)
    sides = [_weights_and_rates(size[name], rate[name]) for name in (scenario, reference)]
    new, old = (_of_the_other(mine, other) for mine, other in (sides, sides[::-1]))
    return _parts(new, old).dropna(subset=["difference", *SPLIT]).reset_index()


def _has_split(outcome: Outcome) -> bool:
    return not outcome.total and PLACE in outcome.views and PEOPLE in outcome.views


def _weights_and_rates(size: pd.DataFrame, rate: pd.DataFrame) -> pd.DataFrame:
    """Return the shares and rates of one side; a kind of which there is nobody has no share and no rate."""
    here = size[[START, NEWCOMER]].fillna(0.0)
    total = here.sum(axis=1)
    rate = rate.where(size > 0)
    return pd.DataFrame(
        {
            "w_start": here[START] / total,
            "w_newcomer": here[NEWCOMER] / total,
            "r_start": rate[START],
            "r_newcomer": rate[NEWCOMER],
            "r_people": rate[PEOPLE],
        }
    )


def _of_the_other(mine: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Fill in the rate of nobody: that of the other side, or any. With a share of zero it weighs nothing.

    The difference is then one of who lives there, not of how they fare.
    """
    kinds = ["r_start", "r_newcomer"]
    return mine.assign(**{kind: mine[kind].fillna(other[kind]).fillna(0.0) for kind in kinds})


def _parts(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    change, middle = new - old, (new + old) / 2
    selected = change["r_start"] - change["r_people"]
    came_and_left = change["w_start"] * middle["r_start"] + change["w_newcomer"] * middle["r_newcomer"]
    sums = (side["w_start"] * side["r_start"] + side["w_newcomer"] * side["r_newcomer"] for side in (new, old))
    return pd.DataFrame(
        {
            "difference": next(sums) - next(sums),
            "lives": middle["w_start"] * change["r_people"],
            "residents": came_and_left + middle["w_start"] * selected,
            "place": middle["w_newcomer"] * change["r_newcomer"],
        }
    )
