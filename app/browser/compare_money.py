"""Costs and benefits of scenarios side by side, and of one of them with everything the reports have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from app.browser.compare_sides import Known, Side
from app.browser.speech import Speech
from app.figures import interval, line_name
from app.ledger import balance_of, balance_tables
from app.report import bought_table, money_table
from app.split import split_table
from app.tables import Table
from app.words import decimals_for
from results.balance import Balance
from results.codebook import Codebook
from results.comparison import Run
from scenarios.live.summary import REFERENCE, SCENARIO, Summary, live_codebook

DIGITS, CENTS = 3, 2


@dataclass(frozen=True)
class Pair:
    """A scenario and its reference, as the reports want them (:class:`app.compared.Compared`)."""

    summary: Summary
    area: str
    scenario: str = SCENARIO
    reference: str = REFERENCE
    failed: Sequence[Run] = field(default_factory=list)

    @property
    def areas(self) -> Sequence[str]:
        """The one area."""
        return (self.area,)

    @property
    def draws(self) -> Sequence[int]:
        """Numbers of the draws."""
        return self.summary.draws

    @property
    def codebook(self) -> Codebook:
        """Names, units, directions."""
        return live_codebook(self.area)

    @property
    def table(self) -> pd.DataFrame:
        """The comparison."""
        return self.summary.table

    @property
    def outcomes(self) -> pd.DataFrame:
        """The rows of the money."""
        return self.summary.outcomes

    @cached_property
    def balance(self) -> Balance | None:
        """Its balance; ``None`` without flows."""
        return balance_of(self)


def money_tables(summary: Summary, area: str, year: int, words: Speech) -> list[Table]:
    """Return what the reports have on the money of one scenario, and where its difference comes from."""
    pair = Pair(summary, area)
    tables = [*balance_tables(pair, words), money_table(pair, words), bought_table(pair, words)]
    return [table for table in [*tables, split_table(pair, words, year)] if table is not None]


def beside_table(sides: Sequence[Side], known: Known, area: str, words: Speech) -> Table | None:
    """Return the balances side by side: net per resident, how sure, and what each payer pays or gains."""
    pairs = [Pair(known[side.key], area) if side.key in known else None for side in sides]
    found = [None if pair is None else pair.balance for pair in pairs]
    first = next((balance for balance in found if balance is not None), None)
    if first is None:
        return None
    rows = [
        [words("side_by_side.net"), *(_net(balance, words) for balance in found)],
        [words("side_by_side.net_total"), *(_total(balance, words) for balance in found)],
        [words("side_by_side.positive"), *(_positive(balance, words) for balance in found)],
        [words("side_by_side.by_payer")],
    ]
    codebook = live_codebook(area)
    for name in first.payers["outcome"]:
        rows.append([line_name(codebook.outcome(name), words), *(_payer(balance, name, words) for balance in found)])
    headings = [words("balance.line"), *(side.title for side in sides)]
    title = words("side_by_side.balance_title", start=first.first, end=first.last)
    return Table(title, headings, rows, [words("side_by_side.balance_note")])


def _net(balance: Balance | None, words: Speech) -> str:
    if balance is None:
        return words("told.computing")
    value, low, high = (float(balance.net[f"per_resident{end}"]) for end in ("", "_low", "_high"))
    decimals = decimals_for(value, digits=DIGITS, most=CENTS)
    return f"{words.number(value, decimals, signed=True)} ({interval(low, high, decimals, words)})"


def _total(balance: Balance | None, words: Speech) -> str:
    return words("told.computing") if balance is None else words.number(float(balance.net["total"]), signed=True)


def _positive(balance: Balance | None, words: Speech) -> str:
    return words("told.computing") if balance is None else words.percent(balance.share_positive)


def _payer(balance: Balance | None, name: str, words: Speech) -> str:
    if balance is None:
        return words("told.computing")
    row = balance.payers.set_index("outcome").loc[name]
    low, high = float(row["total_low"]), float(row["total_high"])
    return f"{words.number(float(row['total']), signed=True)} ({interval(low, high, 0, words)})"
