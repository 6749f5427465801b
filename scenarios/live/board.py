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

NOBODY = -1
"""Whose a slot is when its run is asked to stop."""


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
    """One slot per worker; a run has a place in one of them, and a slot that is given again is another place.

    Args:
        places: how many runs are lived at a time.
    """

    def __init__(self, places: int) -> None:
        context = get_context("spawn")
        self.places, self.width = places, len(cells())
        self._values = context.RawArray("d", places * MOST_YEARS * self.width)
        self._written = context.RawArray("q", places)
        self._whose = context.RawArray("q", places)
        self._given = 0

    def give(self, slot: int) -> int:
        """Give a slot to the next run, and return the number of its place there.

        Whoever had the slot is stopped and writes no more: a process that is about to be ended may still be at work.
        """
        self._given += 1
        place = self._given * self.places + slot
        self._whose[slot] = NOBODY
        self._written[slot] = 0
        self._whose[slot] = place
        return place

    def slot(self, place: int) -> int:
        """Return the slot of a place."""
        return place % self.places

    def stop(self, place: int) -> None:
        """Ask the run at a place to stop."""
        if not self.stopped(place):
            self._whose[self.slot(place)] = NOBODY

    def stopped(self, place: int) -> bool:
        """Say whether the run at a place is asked to stop."""
        return self._whose[self.slot(place)] != place

    def write(self, place: int, series: Series) -> None:
        """Show the years so far, unless the run is asked to stop."""
        if self.stopped(place):
            return
        self._of(place)[: len(series)] = series
        self._written[self.slot(place)] = len(series)

    def read(self, place: int) -> Series:
        """Return a copy of the years so far."""
        return self._of(place)[: self._written[self.slot(place)]].copy()

    def _of(self, place: int) -> Series:
        size = MOST_YEARS * self.width
        whole = np.frombuffer(self._values, dtype=np.float64)  # a new view: a pickled board has new memory behind it
        slot = self.slot(place)
        return whole[slot * size : (slot + 1) * size].reshape(MOST_YEARS, self.width)
