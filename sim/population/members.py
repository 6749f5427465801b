"""Who belongs to some households."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Rows

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


def members_of(model: NeighbourhoodModel, homes: Rows) -> Rows:
    """Return the members of some households, in order of rows."""
    asked = np.zeros(model.households.used + 1, dtype=bool)  # the last entry is for who has no household (-1)
    asked[homes] = True
    return np.flatnonzero(asked.take(model.people.column("household"), mode="wrap"))
