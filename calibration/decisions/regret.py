"""Regret: what one would have had more with the option that turned out best, and who keeps the worst of it smallest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.decisions.gains import Floats


@dataclass(frozen=True)
class OptionRegret:
    """An option over the worlds.

    Attributes:
        option: id.
        mean_gain: mean worth beside the reference.
        mean_regret: mean regret.
        worst_regret: largest regret.
        best_in: worlds in which it is best; a world with several best ones counts for each of them in part.
    """

    option: str
    mean_gain: float
    mean_regret: float
    worst_regret: float
    best_in: float


@dataclass(frozen=True)
class RegretTable:
    """Options over worlds.

    Attributes:
        options: a row per option.
        worlds: number of worlds.
        choice: options whose worst regret is smallest; several where they are equal.
    """

    options: tuple[OptionRegret, ...]
    worlds: int
    choice: tuple[str, ...]


def regrets(euros: Floats) -> Floats:
    """Return the regret of every option in every world: worlds by options, nought for the best one.

    Args:
        euros: worth, worlds by options.
    """
    return np.asarray(euros.max(axis=1, keepdims=True) - euros)


def regret_table(options: Sequence[str], euros: Floats) -> RegretTable:
    """Return regrets by option, and the option that keeps the worst regret smallest.

    Args:
        options: ids in the order of the columns.
        euros: worth beside the reference, worlds by options.
    """
    found = regrets(euros)
    best = found == 0
    shares = (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    rows = tuple(
        OptionRegret(
            option,
            float(euros[:, place].mean()),
            float(found[:, place].mean()),
            float(found[:, place].max()),
            float(shares[place]),
        )
        for place, option in enumerate(options)
    )
    least = min(row.worst_regret for row in rows)
    return RegretTable(rows, len(euros), tuple(row.option for row in rows if row.worst_regret == least))
