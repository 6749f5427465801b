"""Who comes into view for a service, and in what order: signals of school, police, street and probation.

A signal is something a partner sees in its own work. Nothing here reads a latent trait or an offence that nobody saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import year_of
from sim.draws import Bools, Rows, threshold
from sim.population import columns as c
from sim.programme.catalogue import YOUTH_AGES
from sim.programme.services import open_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

JUST_RELEASED = 3
"""Months after custody within which a re-integration officer takes somebody on."""

JUVENILE_CUSTODY_AGE = 23
SEVERE_REGISTRATIONS = 3
PROLIFIC_REGISTRATIONS = 3
PROLIFIC_MONTHS = 24
GROUP_MONTHS = 24
FIRST_PROLIFIC_AGE = 16

MOST_PRIORITY = 15
"""Priorities lie between 0 and this; they stand in the highest four bits of a sorting key."""


@dataclass
class Found:
    """Persons who came into view.

    Attributes:
        rows: persons, in the order of rows.
        signals: how many partners reported each.
        risk: points of a risk instrument that reads what police and school have on file.
    """

    rows: Rows
    signals: NDArray[np.intp]
    risk: NDArray[np.intp]

    def where(self, chosen: Bools) -> Found:
        """Return part of them."""
        return Found(self.rows[chosen], self.signals[chosen], self.risk[chosen])


class Sight:
    """What the partners of an area see this month; each kind of view is made when it is first asked for."""

    def __init__(self, model: NeighbourhoodModel) -> None:
        self.model = model
        self._kept: dict[str, Found] = {}

    def found(self, kind: str) -> Found:
        """Return who is in view in one of the ways of :data:`sim.programme.catalogue.Found`."""
        if kind not in self._kept:
            self._kept[kind] = getattr(self, f"_{kind}")()
        return self._kept[kind]

    def everyone(self) -> Found:
        """Return all residents of the programme's ages."""
        return self._of(self._inside(*YOUTH_AGES))

    _everyone = everyone

    def _signals(self) -> Found:
        """Youths whom school, police, a street worker or probation reported."""
        model, p = self.model, self.model.p
        people = model.people
        young = self._inside_mask(*YOUTH_AGES)
        absent = (people.column("absence") >= np.float32(p["school.absence_signal"])) & people.column("enrolled")
        recent = people.column("last_registered") > max(model.month - int(p["programme.police_signal_months"]), 0)
        worked_with = open_of(model, "street_youth_work") | open_of(model, "youth_probation")
        rows = np.flatnonzero((absent | recent | worked_with) & young)
        count = np.zeros(rows.size, dtype=np.intp)
        for name, there in (("school", absent), ("police", recent)):
            seen = model.draws.happens(
                f"signal.{name}", people.life[rows], threshold(p["programme.sight"]), year_of(model.month)
            )
            count += seen & there[rows]
        count += worked_with[rows]  # who works with somebody knows them
        found = self._of(rows)
        found.signals = count
        return found.where(count > 0)

    def _street(self) -> Found:
        """Youths of whom a street worker knows that they go wrong."""
        model, people = self.model, self.model.people
        rows = self._inside(*YOUTH_AGES)
        rows = rows[people.events6[rows] > 0]
        sight = threshold(model.p["programme.street_sight"])
        return self._of(rows[model.draws.happens("signal.street", people.life[rows], sight, year_of(model.month))])

    def _severe(self) -> Found:
        """Youths on probation, or registered several times."""
        model, people = self.model, self.model.people
        found = self.found("signals")
        chosen = people.registrations[found.rows] >= SEVERE_REGISTRATIONS
        return found.where(chosen | open_of(model, "youth_probation")[found.rows])

    def _idle(self) -> Found:
        """Young adults without school or work whom the municipality knows."""
        model, people = self.model, self.model.people
        rows = self._inside(18, YOUTH_AGES[1])
        rows = rows[~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED)]
        sight = threshold(model.p["programme.sight"])
        return self._of(rows[model.draws.happens("signal.idle", people.life[rows], sight, year_of(model.month))])

    def _released(self) -> Found:
        """Residents back from custody."""
        month, people = self.model.month, self.model.people
        back = people.column("custody_until")
        return self._of(np.flatnonzero((back > month - JUST_RELEASED) & (back <= month) & (back > 0) & self._here()))

    def _detained(self) -> Found:
        """Residents in youth custody."""
        people = self.model.people
        held = (people.column("custody_until") > self.model.month) & self._here()
        return self._of(np.flatnonzero(held & (people.column("age") <= JUVENILE_CUSTODY_AGE)))

    def _group(self) -> Found:
        """Suspects of the last years with a friend who was one as well, and with whom they offended."""
        model, people = self.model, self.model.people
        since = model.month - GROUP_MONTHS
        rows = np.flatnonzero((people.column("last_registered") > max(since, 0)) & self._here())
        friends = people.friends[:, rows]
        seen = (friends >= 0) & (people.last_registered[friends] > max(since, 0))
        return self._of(rows[(seen & (people.together[:, rows] > max(since, 0))).any(axis=0)])

    def _prolific(self) -> Found:
        """Those registered most often who were registered lately."""
        model, people = self.model, self.model.people
        recent = people.column("last_registered") > max(model.month - PROLIFIC_MONTHS, 0)
        often = people.column("registrations") >= PROLIFIC_REGISTRATIONS
        return self._of(np.flatnonzero(recent & often & self._inside_mask(FIRST_PROLIFIC_AGE, YOUTH_AGES[1])))

    def _here(self) -> Bools:
        here: Bools = self.model.people.column("status") == c.INSIDE
        return here

    def _inside_mask(self, low: int, high: int) -> Bools:
        age = self.model.people.column("age")
        return (age >= low) & (age < high) & self._here()

    def _inside(self, low: int, high: int) -> Rows:
        return np.flatnonzero(self._inside_mask(low, high))

    def _of(self, rows: Rows) -> Found:
        return Found(rows, np.ones(rows.size, dtype=np.intp), self.risk(rows))

    def risk(self, rows: Rows) -> NDArray[np.intp]:
        """Return the points of a simple instrument: registrations count double, then family, absence, idleness."""
        model, people = self.model, self.model.people
        points = 2 * np.minimum(people.registrations[rows].astype(np.intp), 5)
        points += people.family_offender[rows]
        points += people.enrolled[rows] & (people.absence[rows] >= np.float32(model.p["school.absence_signal"]))
        points += ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED) & (people.age[rows] >= 16)
        recent = people.last_registered[rows] > max(model.month - int(model.p["programme.police_signal_months"]), 0)
        return np.minimum(points + 2 * recent, MOST_PRIORITY)
