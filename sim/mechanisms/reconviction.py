"""Convictions, and yearly cohorts of convicted persons that are followed for 24 months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import year_of
from sim.draws import Rows
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

FOLLOW_UP = 24
ADULT = 18
JUVENILE, RECONVICTED, INSIDE = 1, 2, 4
"""Bits of ``cohort_state``."""


def convict(model: NeighbourhoodModel, rows: Rows) -> None:
    """Convict persons: mark open follow-ups as reconvicted, and enter them in this year's cohort.

    A conviction counts from the month in which its case began, as the monitor of the justice ministry does: how long
    courts take must not look like desistance.
    """
    people, month = model.people, model.month
    people.convictions[rows] = np.minimum(people.convictions[rows].astype(np.int64) + 1, 255)
    for slot in range(c.FOLLOW_UPS):
        index = people.cohort_month[slot, rows]
        began = people.summoned[rows]
        again = rows[(index >= 0) & (index < began) & (began - index <= FOLLOW_UP)]
        people.cohort_state[slot, again] |= RECONVICTED
    slot = year_of(month) % c.FOLLOW_UPS
    fresh = rows[people.cohort_month[slot, rows] < 0]
    people.cohort_month[slot, fresh] = month
    state = np.where(people.age[fresh] < ADULT, JUVENILE, 0)
    state |= np.where(people.status[fresh] == c.INSIDE, INSIDE, 0)
    people.cohort_state[slot, fresh] = state


def close_cohort(model: NeighbourhoodModel) -> None:
    """At the end of a year, count the cohort of two years ago; its follow-up of 24 months is complete.

    Who was convicted while living in the area counts for the place, wherever they live now. A cohort from before the
    scenario's start is counted as well, but reported only once its follow-up lies within the scenario.
    """
    people = model.people
    cohort_year = year_of(model.month) - 2
    slot = cohort_year % c.FOLLOW_UPS
    rows = np.flatnonzero(people.column("cohort_month")[slot] >= 0)
    rows = rows[people.cohort_month[slot, rows] // 12 == cohort_year]
    state = people.cohort_state[slot, rows]
    # a case that began in time and is yet to be judged counts: waiting for a court is no desistance
    began = people.summoned[rows] - people.cohort_month[slot, rows]
    pending = (people.trial[rows] >= 0) & (began > 0) & (began <= FOLLOW_UP)
    state = np.where(pending, state | RECONVICTED, state)
    for name, mine in (("juvenile", (state & JUVENILE) > 0), ("adult", (state & JUVENILE) == 0)):
        for view, here in (("place", (state & INSIDE) > 0), ("all", np.ones(state.size, dtype=bool))):
            followed = rows[mine & here]
            again = rows[mine & here & ((state & RECONVICTED) > 0)]
            model.counts.add(f"convicted_{name}_{view}", followed)
            model.counts.add(f"reconvicted_{name}_{view}", again)
    people.cohort_month[slot, rows] = c.LONG_AGO
    people.cohort_state[slot, rows] = 0
