"""Small helpers on arrays: runs of equal values, and counting within them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import F32, F64, U64, Rows

RANK_SHIFT = np.uint64(48)
"""Ranks stand above this bit of the sorting key."""


def runs(sorted_rows: Rows) -> tuple[Rows, Rows]:
    """Return the different values of a sorted array and how often each occurs."""
    begins = np.ones(sorted_rows.size + 1, dtype=bool)  # where a run begins; the last one ends the others
    np.not_equal(sorted_rows[1:], sorted_rows[:-1], out=begins[1:-1])
    edges = np.flatnonzero(begins)
    return sorted_rows[edges[:-1]], edges[1:] - edges[:-1]


def first_in_line(rank: NDArray[Any], queue: U64, count: int) -> Rows:
    """Return the places of those who come first: the lowest rank (0 to 65,535), then the lowest queue number.

    One number to sort by, with the rank in its highest bits: sorting by two takes much longer.
    """
    key = (rank.astype(np.uint64) << RANK_SHIFT) | (queue >> (np.uint64(64) - RANK_SHIFT))
    if count >= key.size:
        return np.argsort(key)
    front = np.argpartition(key, count)[:count]
    return front[np.argsort(key[front])]


def counters(times: Rows) -> Rows:
    """Return 0, 1, ... up to each number, one after the other."""
    ends = np.cumsum(times)
    return np.arange(int(ends[-1]) if ends.size else 0) - np.repeat(ends - times, times)


def pairs(table: F32) -> F64:
    """Return a table of two numbers per code (2, codes) as one 64-bit number per code, for :func:`take_pairs`."""
    return np.ascontiguousarray(table.T).view(np.float64).ravel()


def take_pairs(paired: F64, code: NDArray[Any]) -> F32:
    """Return the two numbers (..., 2) of each code, all of which the table has: one look-up instead of two."""
    return paired.take(code, mode="wrap").view(np.float32).reshape(*code.shape, 2)
