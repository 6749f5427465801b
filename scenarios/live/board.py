"""A board that a worker writes on while it lives a run: the years so far. And the word to stop, the other way round.

Plain shared memory without locks: a process that is killed in the middle leaves nothing locked. A number is written
before the count that makes it visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes import OUTCOMES
from sim.scenario import MOST_YEARS

Series = NDArray[np.float64]
"""Values by year and cell (:func:`cells`); not a number where there is none."""


@cache
def cells() -> Mapping[tuple[str, str], int]:
    """Return the column of every outcome in every view, of everybody."""
    pairs = [(outcome.id, view) for outcome in OUTCOMES.values() for view in outcome.views]
    return {pair: number for number, pair in enumerate(pairs)}


def series_of(rows: Iterable[Mapping[str, Any]], first_year: int, years: int) -> Series:
    """Return the expected values of rows of the outcome table as series; groups are passed over."""
    found = np.full((years, len(cells())), np.nan)
    columns = cells()
    for row in rows:
        column = columns.get((row["outcome"], row["view"]))
        if row["group"] == "all" and column is not None and row["denominator"]:
            expected = row["expected_numerator"]
            top = row["numerator"] if expected is None else expected
            found[row["year"] - first_year, column] = top / row["denominator"]
    return found


class Board:
    """One place per worker.

    Args:
        places: how many runs are lived at a time.
    """

    def __init__(self, places: int) -> None:
        context = get_context("spawn")
        self.places, self.width = places, len(cells())
        self._values = context.RawArray("d", places * MOST_YEARS * self.width)
        self._written = context.RawArray("q", places)
        self._stopped = context.RawArray("q", places)

    def clear(self, place: int) -> None:
        """Make a place ready for the next run."""
        self._written[place] = 0
        self._stopped[place] = 0

    def stop(self, place: int) -> None:
        """Ask the run at a place to stop."""
        self._stopped[place] = 1

    def stopped(self, place: int) -> bool:
        """Say whether the run at a place is asked to stop."""
        return bool(self._stopped[place])

    def write(self, place: int, series: Series) -> None:
        """Show the years so far."""
        self._of(place)[: len(series)] = series
        self._written[place] = len(series)

    def read(self, place: int) -> Series:
        """Return a copy of the years so far."""
        return self._of(place)[: self._written[place]].copy()

    def _of(self, place: int) -> Series:
        size = MOST_YEARS * self.width
        whole = np.frombuffer(self._values, dtype=np.float64)  # a new view: a pickled board has new memory behind it
        return whole[place * size : (place + 1) * size].reshape(MOST_YEARS, self.width)
