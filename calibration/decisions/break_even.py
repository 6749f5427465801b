"""What must be true for a choice to be right: how much more gain, how much less cost, which part of the balance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from results.balance import COSTS, Balance


@dataclass(frozen=True)
class Line:
    """A line of the balance that could turn it.

    Attributes:
        outcome: id of the line.
        per_resident: what it is, in euros per resident.
        factor: by what it must be multiplied for the balance to be nought, all else as it is.
    """

    outcome: str
    per_resident: float
    factor: float


@dataclass(frozen=True)
class BreakEven:
    """What must be true for a scenario to be worth as much as its reference.

    Attributes:
        net: balance per resident.
        gains_times: factor by which all gains must grow or may shrink; infinite without gains, NaN without costs.
        costs_times: factor by which all costs must shrink or may grow; NaN without costs, nought without gains.
        lines: lines that turn the balance when they alone change, the smallest change first.
    """

    net: float
    gains_times: float
    costs_times: float
    lines: tuple[Line, ...]


def break_even_of(found: Balance) -> BreakEven:
    """Return what must be true, from a balance."""
    gains, costs = found.gains, found.costs
    costs_times = math.nan if costs >= 0 else max(gains, 0.0) / -costs
    net = float(found.net["per_resident"])
    return BreakEven(net, found.break_even, costs_times, tuple(_lines(found.society, net)))


def _lines(society: pd.DataFrame, net: float) -> list[Line]:
    lines = []
    for row in society.to_dict("records"):
        value = float(row["per_resident"])
        factor = 1 - net / value if value else math.nan
        # a cost that would have to turn into a gain, or the other way round, is no price anybody can think of
        if math.isfinite(factor) and factor >= 0 and net:
            lines.append(Line(str(row["outcome"]), value, factor))
    return sorted(lines, key=lambda line: (abs(line.factor - 1), line.outcome not in COSTS))
