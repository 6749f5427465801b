"""The balance of a comparison: costs and gains for society, who pays and who gains, and what an outcome costs.

Everything is paired by draw and seed, added over areas, averaged over the seeds of a draw and summarised over draws, as
in a comparison (:mod:`results.comparison`). Euros are discounted to the start (:mod:`results.ledger`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from results.codebook import Codebook
from results.comparison import EVERYBODY, FEWEST_DRAWS, HIGH, LOW, TIE, Run
from results.ledger import (
    HIGH_RATE,
    LATER,
    LOW_RATE,
    PAYER,
    PEOPLE,
    RESIDENTS,
    SOCIETY,
    differences,
    present_values,
    whole_worlds,
)

COSTS = tuple(SOCIETY + line for line in ("programme", "overhead", "homes"))
"""What is paid for the programme; every other line is what comes of it, good or bad."""


@dataclass(frozen=True)
class Goal:
    """Something good of which a report tells what one more costs.

    Attributes:
        outcome: id of the outcome.
        view: whose outcome.
        sign: 1 where more is good, -1 where less is.
        scale: what one is in the numerator.
        over_years: whether all years add up; otherwise the last one counts.
    """

    outcome: str
    view: str
    sign: int
    scale: float = 1.0
    over_years: bool = False


GOALS = (
    Goal("crimes_per_1000", "place", -1, scale=1000.0, over_years=True),
    Goal("problem_debt_share", PEOPLE, -1),
    Goal("start_qualification_share", PEOPLE, 1),
    Goal("employed_share", PEOPLE, 1),
)
"""A crime avoided, a household out of problem debt, a person with a start qualification, a person in work."""

GOAL_COLUMNS = ["outcome", "gained", "low", "high", "euros_per_one"]
LEDGER_COLUMNS = ["outcome", "total", "total_low", "total_high"]
SOCIETY_COLUMNS = [*LEDGER_COLUMNS, "per_resident", "per_resident_low", "per_resident_high"]
PAYER_COLUMNS = [*LEDGER_COLUMNS, "share_gains"]


@dataclass(frozen=True)
class Balance:
    """The balance of a comparison, in euros discounted to the start; gains are positive, costs negative.

    Attributes:
        rate: the discount rate.
        draws: draws it stands on; below twenty no interval is given.
        first, last: the years it covers.
        society: a row per line (columns ``SOCIETY_COLUMNS``), medians over draws with their interval.
        net: the sum over the lines, in the same columns: the net present value.
        share_positive: share of the futures (draw and seed) in which the realised sum is above zero; a tie counts half.
        at_rates: net present value per resident at the other discount rates.
        gains, costs: medians of the sums of the lines that come of the programme, and that are paid for it.
        break_even: factor by which the gains would have to grow to pay for the costs; infinite where there are no
            gains, NaN where there are no costs.
        payers: a row per payer (columns ``PAYER_COLUMNS``).
        later: programme money on people who came later, which is in no line.
        goals: what one of each goal costs (columns ``GOAL_COLUMNS``); NaN where nothing is gained, or nothing paid.
    """

    rate: float
    draws: int
    first: int
    last: int
    society: pd.DataFrame
    net: pd.Series
    share_positive: float
    at_rates: dict[float, float]
    gains: float
    costs: float
    break_even: float
    payers: pd.DataFrame
    later: float
    goals: pd.DataFrame

    def content(self) -> dict[str, Any]:
        """Return the balance as plain data."""
        tables = {name: getattr(self, name).to_dict("records") for name in ("society", "payers", "goals")}
        rates = [{"rate": rate, "per_resident": value} for rate, value in self.at_rates.items()]
        return {**vars(self), **tables, "net": self.net.drop("outcome").to_dict(), "at_rates": rates}


def balance(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    rate: float,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> Balance | None:
    """Return the balance of a scenario against its reference, or ``None`` where no flows were counted.

    Args:
        outcomes: the outcome table, with rows of both scenarios.
        scenario: id of the scenario.
        reference: id of what it is compared with.
        codebook: gives the order of lines and payers.
        rate: real discount rate a year.
        failed: runs known to have failed; their pairs are left out.
        areas: the areas that a draw and seed must have completed; those in the table unless given.
    """
    given = (scenario, reference, failed, areas)
    of_people = outcomes[outcomes["view"] == PEOPLE]
    found = differences(of_people[of_people["outcome"].str.startswith((SOCIETY, PAYER))], *given)
    residents = _residents(of_people, *given)
    if found.empty or residents.empty:
        return None
    first, last = int(found["year"].min()), int(found["year"].max())
    there = set(found["outcome"])
    names = [name for name in codebook.outcomes if name in there]
    lines = [name for name in names if name.startswith(SOCIETY)]
    payers = [name for name in names if name.startswith(PAYER)]
    worth = present_values(found, first, rate)[names]
    futures = present_values(found, first, rate, "future")[names]
    paid = [name for name in lines if name in COSTS]
    came = [name for name in lines if name not in COSTS]
    gains, costs = (worth[part].sum(axis=1).groupby("draw").mean() for part in (came, paid))
    net = worth[lines].sum(axis=1).to_frame("net")
    return Balance(
        rate=rate,
        draws=len(gains),
        first=first,
        last=last,
        society=_of_society(worth[lines], residents),
        net=_of_society(net, residents).iloc[0],
        share_positive=_share_above_zero(futures[lines].sum(axis=1).to_frame("net"))["net"],
        at_rates={
            other: _net_per_resident(found, first, other, lines, residents) for other in (LOW_RATE, rate, HIGH_RATE)
        },
        gains=float(gains.median()),
        costs=float(costs.median()),
        break_even=_break_even(gains, costs),
        payers=_of_payers(worth[payers], futures[payers]),
        later=_later(of_people, given, first, rate),
        goals=_goals(outcomes, given, -costs),
    )


def _residents(
    of_people: pd.DataFrame, scenario: str, reference: str, failed: Sequence[Run], areas: Sequence[str] | None
) -> pd.Series:
    """Return the residents at the start by draw and seed, the same for both sides: those of the reference."""
    rows = of_people[(of_people["outcome"] == RESIDENTS) & (of_people["group"] == EVERYBODY)]
    rows = whole_worlds(rows, scenario, reference, failed, areas)
    rows = rows[(rows["scenario"] == reference) & (rows["year"] == rows["year"].min())]
    added = rows.groupby(["draw", "seed"])["numerator"].sum()
    return added[added > 0]


def _over_draws(values: pd.DataFrame) -> pd.DataFrame:
    """Return median and interval over draws of the mean over seeds; a row per column of the values."""
    per_draw = values.groupby("draw").mean()
    found = pd.DataFrame({"": per_draw.median(), "_low": per_draw.quantile(LOW), "_high": per_draw.quantile(HIGH)})
    if len(per_draw) < FEWEST_DRAWS:
        found[["_low", "_high"]] = np.nan
    return found


def _of_society(worth: pd.DataFrame, residents: pd.Series) -> pd.DataFrame:
    total = _over_draws(worth).add_prefix("total")
    per_resident = _over_draws(worth.div(residents, axis=0)).add_prefix("per_resident")
    return total.join(per_resident).rename_axis("outcome").reset_index()[SOCIETY_COLUMNS]


def _of_payers(worth: pd.DataFrame, futures: pd.DataFrame) -> pd.DataFrame:
    found = _over_draws(worth).add_prefix("total")
    found["share_gains"] = _share_above_zero(futures)
    return found.rename_axis("outcome").reset_index()[PAYER_COLUMNS]


def _share_above_zero(values: pd.DataFrame) -> pd.Series:
    return ((values > 0) + TIE * (values == 0)).mean()


def _net_per_resident(found: pd.DataFrame, first: int, rate: float, lines: list[str], residents: pd.Series) -> float:
    net = present_values(found, first, rate)[lines].sum(axis=1) / residents
    return float(net.groupby("draw").mean().median())


def _break_even(gains: pd.Series, costs: pd.Series) -> float:
    """Return the median over draws of the factor by which gains would have to grow to pay for the costs."""
    if costs.median() >= 0:
        return math.nan
    factor = (-costs / gains).where(gains > 0, np.inf)
    return float(factor.where(costs < 0, 0.0).median())


def _later(
    of_people: pd.DataFrame,
    given: tuple[str, str, Sequence[Run], Sequence[str] | None],
    first: int,
    rate: float,
) -> float:
    found = differences(of_people[of_people["outcome"] == LATER], *given)
    if found.empty:
        return 0.0
    return float(present_values(found, first, rate)[LATER].groupby("draw").mean().median())


def _goals(
    outcomes: pd.DataFrame,
    given: tuple[str, str, Sequence[Run], Sequence[str] | None],
    costs: pd.Series,
) -> pd.DataFrame:
    """Return how much of each goal was gained, and what one cost where the median gain and the median cost are some."""
    rows = []
    for goal in GOALS:
        found = differences(outcomes[(outcomes["outcome"] == goal.outcome) & (outcomes["view"] == goal.view)], *given)
        if found.empty:
            continue
        if not goal.over_years:
            found = found[found["year"] == found["year"].max()]
        gained = goal.sign / goal.scale * found.groupby(["draw", "seed"])["effect"].sum()
        middle, low, high = _over_draws(gained.to_frame(goal.outcome)).iloc[0]
        paid = float(costs.median())
        euros = paid / middle if middle > 0 and paid > 0 else math.nan
        rows.append([goal.outcome, middle, low, high, euros])
    return pd.DataFrame(rows, columns=GOAL_COLUMNS)
