"""What every option is worth in every world, beside the reference: the table that all of a decision is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.comparison import EVERYBODY
from results.ledger import NPV_SOCIETY, PEOPLE

Floats = NDArray[np.float64]

KEY = ["draw", "seed"]


class NothingLeft(ValueError):  # noqa: N818 - a state of the runs
    """No world was completed under every option."""


@dataclass(frozen=True)
class Gains:
    """Options in worlds, in euros per resident of the start, discounted, as expected values.

    Attributes:
        options: ids; the reference first.
        euros: worlds by options: what an option is worth more than the reference, of which the column is nought.
        residents: residents at the start by world.
        worlds: draw and seed of every world.
        dropped: worlds that are left out, because a run of one of the options failed there.
    """

    options: tuple[str, ...]
    euros: Floats
    residents: Floats
    worlds: tuple[tuple[int, int], ...]
    dropped: int = 0

    @property
    def draws(self) -> tuple[int, ...]:
        """The draws, in order."""
        return tuple(sorted({draw for draw, _ in self.worlds}))

    def per_draw(self) -> Floats:
        """Return draws by options: the mean over the seeds of a draw."""
        numbers = np.array([draw for draw, _ in self.worlds])
        return np.array([self.euros[numbers == draw].mean(axis=0) for draw in self.draws])


def gains_of(
    outcomes: pd.DataFrame, scenarios: Sequence[str], reference: str, areas: Sequence[str], worlds: int
) -> Gains:
    """Return what scenarios are worth more than their reference, world by world, over areas together.

    A world counts when every option and every area is there: what one option lacks is left out of all.

    Args:
        outcomes: rows of the outcome table with the balance for society; other rows are passed over.
        scenarios: ids of the options beside the reference.
        reference: id of the reference.
        areas: the areas that a world must have completed.
        worlds: number of worlds that were asked for.

    Raises:
        NothingLeft: when no world is whole.
    """
    rows = outcomes[
        (outcomes["outcome"] == NPV_SOCIETY) & (outcomes["view"] == PEOPLE) & (outcomes["group"] == EVERYBODY)
    ]
    rows = rows[rows["area"].isin(areas) & (rows["year"] == rows["year"].max())]
    options = (reference, *scenarios)
    effect = rows["expected_numerator"].fillna(rows["numerator"])
    cells = rows.assign(effect=effect).pivot_table(index=KEY, columns=["scenario", "area"], values="effect")
    cells = cells.reindex(columns=pd.MultiIndex.from_product([options, areas])).dropna()
    if cells.empty:
        raise NothingLeft("no world was completed under every option")
    people = rows[rows["scenario"] == reference].groupby(KEY)["denominator"].sum().loc[cells.index].to_numpy()
    of_reference = cells[reference]
    # area by area before they are added, so that equal sides differ by nothing at all
    euros = np.column_stack([(cells[option] - of_reference).sum(axis=1).to_numpy() for option in options])
    found = tuple((int(draw), int(seed)) for draw, seed in cells.index)
    return Gains(options, euros / people[:, np.newaxis], people.astype(float), found, worlds - len(found))
