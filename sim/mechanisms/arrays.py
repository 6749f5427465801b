"""Small helpers on sorted arrays."""

from __future__ import annotations

import numpy as np

from sim.draws import Rows


def runs(sorted_rows: Rows) -> tuple[Rows, Rows]:
    """Return the different values of a sorted array and how often each occurs."""
    first = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
    return sorted_rows[first], np.diff(np.append(first, sorted_rows.size))
