"""The balance of a comparison as a policy officer reads it: for society, by payer, and what an outcome costs."""

from __future__ import annotations

import math

import pandas as pd

from app.compare import Comparison
from app.figures import interval, line_name
from app.tables import print_table
from app.words import Words, decimals_for
from results.balance import Balance, balance
from results.ledger import HIGH_RATE, LOW_RATE, SOCIETY

PER_RESIDENT_DIGITS = 3
CENTS = 2
RATE_DECIMALS = 2
FACTOR_DIGITS = 2


def balance_of(comparison: Comparison) -> Balance | None:
    """Return the balance of a comparison, or ``None`` where the model booked no flows."""
    from scenarios.worlds import DISCOUNT_RATE

    if not comparison.outcomes["outcome"].str.startswith(SOCIETY).any():
        return None
    scenario, reference = (each.id for each in comparison.design.scenarios)
    rate = comparison.codebook.parameter(DISCOUNT_RATE)
    failed, areas = comparison.batch.failed_keys(), comparison.design.areas
    return balance(comparison.outcomes, scenario, reference, comparison.codebook, rate, failed, areas)


def print_balance(comparison: Comparison, words: Words) -> None:
    """Print the balance for society, who pays and who gains, and what an outcome costs."""
    found = balance_of(comparison)
    if found is None:
        return
    _print_society(found, comparison, words)
    _print_payers(found, comparison, words)
    _print_goals(found, words)


def _print_society(found: Balance, comparison: Comparison, words: Words) -> None:
    whole = [*found.society.to_dict("records"), found.net.to_dict()]
    decimals = _cents(*(row["per_resident"] for row in whole))
    cells = [
        [
            words("balance.net") if row is whole[-1] else line_name(comparison.codebook.outcome(row["outcome"]), words),
            words.number(row["per_resident"], decimals, signed=True),
            interval(row["per_resident_low"], row["per_resident_high"], decimals, words),
            words.number(row["total"], signed=True),
        ]
        for row in whole
    ]
    print("\n" + words("balance.title", start=found.first, end=found.last))
    headings = [words("balance.line"), words("balance.per_resident"), words("compare.interval"), words("balance.total")]
    print_table(headings, cells, right=(1, 2, 3))
    at_low, at_high = (words.number(found.at_rates[rate], decimals, signed=True) for rate in (LOW_RATE, HIGH_RATE))
    print(words("balance.positive", share=words.percent(found.share_positive)))
    low, high = (_rate(rate, words) for rate in (LOW_RATE, HIGH_RATE))
    print(words("balance.rates", low=low, high=high, at_low=at_low, at_high=at_high))
    print(_break_even(found, words))
    if found.later:
        print(words("balance.later", euros=words.number(found.later, signed=True)))
    print(words("balance.note", rate=_rate(found.rate, words)))


def _break_even(found: Balance, words: Words) -> str:
    if math.isnan(found.break_even):
        return words("balance.no_costs")
    if math.isinf(found.break_even):
        return words("balance.no_gains")
    factor = words.number(found.break_even, decimals_for(found.break_even, digits=FACTOR_DIGITS))
    return words("balance.break_even", factor=factor)


def _print_payers(found: Balance, comparison: Comparison, words: Words) -> None:
    """Print the payers in three groups: who pays, who gains, and who notices nothing."""
    if found.payers.empty:
        return
    total = found.payers["total"]
    cells: list[list[str]] = []
    for heading, part in (
        ("payers.pays", found.payers[total < 0].sort_values("total")),
        ("payers.gains", found.payers[total > 0].sort_values("total", ascending=False)),
        ("payers.neither", found.payers[total == 0]),
    ):
        if not part.empty:
            cells.append([words(heading)])
            cells += _payer_cells(part, comparison, words)
    print("\n" + words("payers.title", start=found.first, end=found.last))
    headings = [
        words("payers.payer"),
        words("balance.total"),
        words("compare.interval"),
        words("payers.share"),
    ]
    print_table(headings, cells, right=(1, 2, 3))
    print(words("payers.note"))


def _payer_cells(part: pd.DataFrame, comparison: Comparison, words: Words) -> list[list[str]]:
    return [
        [
            line_name(comparison.codebook.outcome(row["outcome"]), words),
            words.number(row["total"], signed=True),
            interval(row["total_low"], row["total_high"], 0, words),
            words.percent(row["share_gains"]),
        ]
        for row in part.to_dict("records")
    ]


def _print_goals(found: Balance, words: Words) -> None:
    """Print what one more of something good cost, where any was gained."""
    if found.goals.empty:
        return
    cells = []
    for row in found.goals.to_dict("records"):
        decimals = decimals_for(row["gained"], row["low"], row["high"], most=1)
        if row["gained"] <= 0:
            price = words("goals.no_gain")
        elif math.isnan(row["euros_per_one"]):
            price = words("goals.no_costs")
        else:
            price = words.number(row["euros_per_one"])
        gained = words.number(row["gained"], decimals, signed=True)
        name = words(f"goals.{row['outcome']}")
        cells.append([name, gained, interval(row["low"], row["high"], decimals, words), price])
    print("\n" + words("goals.title", end=found.last))
    headings = [words("goals.what"), words("goals.gained"), words("compare.interval"), words("goals.price")]
    print_table(headings, cells, right=(1, 2, 3))
    print(words("goals.note"))


def _cents(*values: float) -> int:
    return decimals_for(*values, digits=PER_RESIDENT_DIGITS, most=CENTS)


def _rate(rate: float, words: Words) -> str:
    return words.percent(rate, RATE_DECIMALS)
