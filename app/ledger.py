"""The balance of a comparison as a policy officer reads it: for society, by payer, and what an outcome costs."""

from __future__ import annotations

import math

import pandas as pd

from app.compared import Compared
from app.figures import interval, line_name
from app.tables import Table
from app.words import Words, decimals_for
from results.balance import Balance, balance
from results.ledger import HIGH_RATE, LOW_RATE, SOCIETY

PER_RESIDENT_DIGITS = 3
CENTS = 2
RATE_DECIMALS = 2
FACTOR_DIGITS = 2


def balance_of(comparison: Compared) -> Balance | None:
    """Return the balance of a comparison, or ``None`` where the model booked no flows."""
    from scenarios.worlds import DISCOUNT_RATE

    if not comparison.outcomes["outcome"].str.startswith(SOCIETY).any():
        return None
    rate = comparison.codebook.parameter(DISCOUNT_RATE)
    given = (comparison.outcomes, comparison.scenario, comparison.reference, comparison.codebook)
    return balance(*given, rate, comparison.failed, comparison.areas)


def balance_tables(comparison: Compared, words: Words) -> list[Table]:
    """Return the balance for society, who pays and who gains, and what an outcome costs; none without flows."""
    found = balance_of(comparison)
    if found is None:
        return []
    tables = (_society(found, comparison, words), _payers(found, comparison, words), _goals(found, words))
    return [table for table in tables if table is not None]


def _society(found: Balance, comparison: Compared, words: Words) -> Table:
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
    headings = [words("balance.line"), words("balance.per_resident"), words("compare.interval"), words("balance.total")]
    at_low, at_high = (words.number(found.at_rates[rate], decimals, signed=True) for rate in (LOW_RATE, HIGH_RATE))
    low, high = (_rate(rate, words) for rate in (LOW_RATE, HIGH_RATE))
    notes = [
        words("balance.positive", share=words.percent(found.share_positive)),
        words("balance.rates", low=low, high=high, at_low=at_low, at_high=at_high),
        _break_even(found, words),
        *([words("balance.later", euros=words.number(found.later, signed=True))] if found.later else []),
        words("balance.note", rate=_rate(found.rate, words)),
    ]
    return Table(words("balance.title", start=found.first, end=found.last), headings, cells, notes)


def _break_even(found: Balance, words: Words) -> str:
    if math.isnan(found.break_even):
        return words("balance.no_costs")
    if math.isinf(found.break_even):
        return words("balance.no_gains")
    factor = words.number(found.break_even, decimals_for(found.break_even, digits=FACTOR_DIGITS))
    return words("balance.break_even", factor=factor)


def _payers(found: Balance, comparison: Compared, words: Words) -> Table | None:
    """Return the payers in three groups: who pays, who gains, and who notices nothing."""
    if found.payers.empty:
        return None
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
    headings = [
        words("payers.payer"),
        words("balance.total"),
        words("compare.interval"),
        words("payers.share"),
    ]
    return Table(words("payers.title", start=found.first, end=found.last), headings, cells, [words("payers.note")])


def _payer_cells(part: pd.DataFrame, comparison: Compared, words: Words) -> list[list[str]]:
    return [
        [
            line_name(comparison.codebook.outcome(row["outcome"]), words),
            words.number(row["total"], signed=True),
            interval(row["total_low"], row["total_high"], 0, words),
            words.percent(row["share_gains"]),
        ]
        for row in part.to_dict("records")
    ]


def _goals(found: Balance, words: Words) -> Table | None:
    """Return what one more of something good cost, where any was gained."""
    if found.goals.empty:
        return None
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
    headings = [words("goals.what"), words("goals.gained"), words("compare.interval"), words("goals.price")]
    return Table(words("goals.title", end=found.last), headings, cells, [words("goals.note")])


def _cents(*values: float) -> int:
    return decimals_for(*values, digits=PER_RESIDENT_DIGITS, most=CENTS)


def _rate(rate: float, words: Words) -> str:
    return words.percent(rate, RATE_DECIMALS)
