"""Trust in police and authority: lost by stops, won by being helped or treated fairly, and fading back to usual.

What is kept is the distance from one's own usual trust, so that most people have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Rows
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

LARGEST = 2.0
"""Trust moves at most this many standard deviations from the usual."""

FORGOTTEN = 0.02
"""Below this many standard deviations trust is as usual again."""

PARTS = 1_000_000
"""Trust is added up in millionths, so that a mean does not depend on order."""


def moved(model: NeighbourhoodModel) -> Rows:
    """Return whose trust is not the usual one."""
    return np.flatnonzero(model.people.column("trust") != 0)  # comparing first is much faster than counting floats


def change_trust(model: NeighbourhoodModel, rows: Rows, by: float) -> None:
    """Change the trust of persons, each named once."""
    people = model.people
    if rows.size:
        people.trust[rows] = np.minimum(np.maximum(people.trust[rows] + np.float32(by), -LARGEST), LARGEST)


def fade(model: NeighbourhoodModel) -> Rows:
    """Let everybody's trust go back towards their usual by one month; return whose trust is not the usual one then."""
    rows = moved(model)
    trust = model.people.trust.take(rows) * np.float32(0.5 ** (1 / model.p["trust.half_life"]))
    trust[np.abs(trust) < FORGOTTEN] = 0
    model.people.trust[rows] = trust
    return rows.compress(trust != 0)


def mean_trust(model: NeighbourhoodModel) -> float:
    """Return the mean trust of the residents, in standard deviations from the usual."""
    people = model.people
    inside = people.column("status") == c.INSIDE
    parts = people.column("trust").astype(np.float64)
    parts *= PARTS
    np.rint(parts, out=parts)
    parts *= inside
    # whole numbers below 2**53: float64 adds them exactly, in any order
    return int(parts.sum()) / PARTS / max(int(np.count_nonzero(inside)), 1)
