"""Euros of different years made comparable: discounting, the balance of one run, and what two runs differ.

Gains are positive, costs negative. A flow falls in the middle of its year, on average, so it is discounted by half a
year more than the whole years since the start.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd

from results.comparison import EVERYBODY, PAIR_KEY, Run, complete_pairs, in_every_area, with_effect

PEOPLE = "people"
"""The view of every flow: the people of the start, wherever they live now."""

SOCIETY, PAYER = "flow_society_", "flow_payer_"
"""Beginnings of the flows of the two ledgers."""

RESIDENTS = "residents_at_start"
"""Residents at the start; those of the first year are what figures per resident are divided by."""

LATER = "programme_euros_on_later_residents"
"""Programme money on people who came later: outside the balance, shown beside it."""

NPV_SOCIETY, NPV_PAYER = "npv_society_per_resident", "npv_payer_"

LOW_RATE, HIGH_RATE = 0.016, 0.029
"""Discount rates at which a balance is shown too: public physical works, and risks that go with the economy."""

MID_YEAR = 0.5


def discount_factor(years: float, rate: float) -> float:
    """Return what a euro is worth at the start that falls in the middle of a year.

    Args:
        years: whole years since the start; 0 for the first year.
        rate: real discount rate a year.
    """
    return float((1 + rate) ** -(years + MID_YEAR))


def balance_rows(rows: Iterable[Mapping[str, Any]], rate: float) -> list[dict[str, Any]]:
    """Return the rows that a run's flows add to its outcome table: its discounted balances up to each year.

    Over areas they are combined like any other row: numerators are euros, and the denominator of the balance per
    resident is the number of residents at the start.

    Args:
        rows: the outcome rows of one run.
        rate: real discount rate a year.
    """
    of_people = [row for row in rows if row["view"] == PEOPLE and row["group"] == EVERYBODY]
    flows = [row for row in of_people if row["outcome"].startswith((SOCIETY, PAYER))]
    if not flows:
        return []
    first = min(row["year"] for row in flows)
    residents = sum(row["numerator"] for row in of_people if row["outcome"] == RESIDENTS and row["year"] == first)
    found = []
    if residents > 0:
        found += _balance(NPV_SOCIETY, [row for row in flows if row["outcome"].startswith(SOCIETY)], rate, residents)
    payers = dict.fromkeys(row["outcome"] for row in flows if row["outcome"].startswith(PAYER))
    for payer in payers:
        name = NPV_PAYER + payer.removeprefix(PAYER)
        found += _balance(name, [row for row in flows if row["outcome"] == payer], rate, 1.0)
    return found


def _balance(outcome: str, flows: Sequence[Mapping[str, Any]], rate: float, denominator: float) -> list[dict[str, Any]]:
    """Return one row a year: the discounted sum of the flows from the start to that year."""
    if not flows:
        return []
    first, last = (end(row["year"] for row in flows) for end in (min, max))
    years = range(first, last + 1)
    sums: dict[int, list[float]] = {year: [0.0, 0.0] for year in years}
    for row in flows:
        factor = discount_factor(row["year"] - first, rate)
        sums[row["year"]][0] += factor * row["numerator"]
        sums[row["year"]][1] += factor * _effect(row)
    numerators, expected = (accumulate([sums[year][place] for year in years]) for place in (0, 1))
    return [
        {
            "year": year,
            "view": PEOPLE,
            "group": EVERYBODY,
            "outcome": outcome,
            "value": numerator / denominator,
            "expected": effect / denominator,
            "numerator": numerator,
            "denominator": denominator,
            "expected_numerator": effect,
        }
        for year, numerator, effect in zip(years, numerators, expected, strict=True)
    ]


def _effect(row: Mapping[str, Any]) -> float:
    """Return the expected numerator, or the realised one of an outcome without an expectation."""
    expected = row["expected_numerator"]
    return float(row["numerator"] if expected is None or math.isnan(expected) else expected)


def differences(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    failed: Sequence[Run] = (),
    areas: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what the numerators of a scenario differ from its reference, pair by pair.

    Args:
        outcomes: rows of the outcome table of which the numerators mean something by themselves.
        scenario: id of the scenario.
        reference: id of what it is compared with.
        failed: runs known to have failed; their pairs are left out.
        areas: the areas that a draw and seed must have completed; those in the table unless given.

    Returns:
        One row per draw, seed, area, year, view and outcome; ``effect`` is the difference in expectations where there
        are any, ``future`` the realised one. What has no row on a side is nothing there.
    """
    rows = outcomes[(outcomes["group"] == EVERYBODY) & outcomes["scenario"].isin((scenario, reference))]
    rows = whole_worlds(rows, scenario, reference, failed, areas).rename(
        columns={"numerator": "future", "expected_numerator": "effect"}
    )
    cell = ["draw", "seed", "area", "year", "view", "outcome"]
    sides = [
        rows[rows["scenario"] == name].set_index(cell)[["effect", "future"]].sort_index()
        for name in (scenario, reference)
    ]
    # Subtracted row by row, so that equal sides differ by nothing at all and not by a rounding error.
    return sides[0].sub(sides[1], fill_value=0.0).reset_index()


def whole_worlds(
    rows: pd.DataFrame, scenario: str, reference: str, failed: Sequence[Run], areas: Sequence[str] | None
) -> pd.DataFrame:
    """Return the rows, with their effect, of every draw and seed that both sides and all areas completed."""
    if rows.empty:
        return rows
    rows = rows.merge(complete_pairs(rows, scenario, reference, failed), on=PAIR_KEY)
    return with_effect(in_every_area(rows, sorted(set(rows["area"])) if areas is None else areas))


def present_values(found: pd.DataFrame, first: int, rate: float, column: str = "effect") -> pd.DataFrame:
    """Return differences discounted and added over years and areas: a row per draw and seed, a column per outcome.

    Args:
        found: differences, as :func:`differences` returns them.
        first: the first year.
        rate: real discount rate a year.
        column: ``effect`` or ``future``.
    """
    factors = {year: discount_factor(year - first, rate) for year in sorted(set(found["year"]))}
    worth = found.assign(worth=found[column] * found["year"].map(factors))
    return worth.groupby(["draw", "seed", "outcome"])["worth"].sum().unstack("outcome").fillna(0.0)
