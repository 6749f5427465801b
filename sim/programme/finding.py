"""Who comes into view for a service, and in what order: signals of school, police, street and probation.

A signal is something a partner sees in its own work. Nothing here reads a latent trait; offences that the police
never saw are known to street workers alone, and to them in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import year_of
from sim.draws import Bools, Rows, threshold
from sim.mechanisms.income import PENSION_AGE
from sim.population import columns as c
from sim.programme.catalogue import NUMBER, YOUTH_AGES
from sim.programme.services import open_of, served_lately

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

JUST_RELEASED = 3
"""Months after custody within which a re-integration officer takes somebody on."""

ADULT = 18
JUVENILE_CUSTODY_AGE = 23
SEVERE_REGISTRATIONS = 3
PROLIFIC_REGISTRATIONS = 3
PROLIFIC_MONTHS = 24
GROUP_MONTHS = 24
FIRST_PROLIFIC_AGE = 16

BEHIND_STEPS = 6.0
"""Who is furthest behind gets tutoring first, in steps of a sixth of an SD."""

TODDLERS = (2, 4)
LONG_IDLE = 12
MOST_PRIORITY = 15
"""Priorities lie between 0 and this; they stand in the highest four bits of a sorting key."""


@dataclass
class Found:
    """Persons who came into view.

    Attributes:
        rows: persons, in the order of rows.
        signals: how many partners reported each.
    """

    rows: Rows
    signals: NDArray[np.uint8]

    def where(self, chosen: Bools) -> Found:
        """Return part of them."""
        at = np.flatnonzero(chosen)  # places are taken faster than a mask is applied twice
        return Found(self.rows.take(at), self.signals.take(at))


class Sight:
    """What the partners of an area see this month; each kind of view is made when it is first asked for."""

    def __init__(self, model: NeighbourhoodModel) -> None:
        self.model = model
        self._kept: dict[str, Found] = {}
        self._young: Rows | None = None
        self._served: tuple[NDArray[np.uint8], NDArray[np.int32]] | None = None

    def served(self, service: str) -> NDArray[np.int32]:
        """Return who is in a service, or was until less than a year ago."""
        if self._served is None:
            self._served = served_lately(self.model)
        kind, person = self._served
        return person.compress(kind == NUMBER[service])

    def found(self, kind: str) -> Found:
        """Return who is in view in one of the ways of :data:`sim.programme.catalogue.Found`."""
        if kind not in self._kept:
            self._kept[kind] = getattr(self, f"_{kind}")()
        return self._kept[kind]

    @property
    def young(self) -> Rows:
        """Residents of the programme's ages."""
        if self._young is None:
            people = self.model.people
            low, high = YOUTH_AGES
            of_age = (people.column("age") - np.uint8(low)) < np.uint8(high - low)
            self._young = np.flatnonzero(of_age & (people.column("status") == c.INSIDE))
        return self._young

    def of_ages(self, low: int, high: int) -> Found:
        """Return all residents of some ages: the way of being found that is called ``everyone``."""
        age = self.model.people.column("age")
        return _found(np.flatnonzero(self._here() & (age >= low) & (age <= high)))

    def _signals(self) -> Found:
        """Youths whom school, police, a street worker or probation reported."""
        model, p = self.model, self.model.p
        people, rows = model.people, self.young
        absent = (people.absence.take(rows) >= np.float32(p["school.absence_signal"])) & people.enrolled.take(rows)
        recent = people.last_registered.take(rows) > self._since(p["programme.police_signal_months"])
        worked_with = (open_of(model, "street_youth_work") | open_of(model, "youth_probation")).take(rows)
        at = np.flatnonzero(absent | recent | worked_with)
        rows, absent, recent = rows.take(at), absent.take(at), recent.take(at)
        life = people.life.take(rows)
        count = worked_with.take(at).astype(np.uint8)  # who works with somebody knows them
        for name, there in (("school", absent), ("police", recent)):
            sight = threshold(p["programme.sight"] * model.alliance.reach)
            seen = model.draws.happens(f"signal.{name}", life, sight, year_of(model.month))
            count += seen & there
        return Found(rows, count).where(count > 0)

    def _behind(self) -> Found:
        """Pupils of schools inside with the lowest skill of their age: teachers know who is behind."""
        people = self.model.people
        rows = np.flatnonzero((people.column("school") >= 0) & people.column("enrolled"))
        skill, behind_from = people.skill[rows], np.float32(self.model.p["programme.behind_from"])
        return Found(
            rows, np.clip(np.floor(BEHIND_STEPS * (behind_from - skill)), 0, MOST_PRIORITY).astype(np.uint8)
        ).where(skill < behind_from)

    def _absent(self) -> Found:
        """Pupils of schools inside who are often absent."""
        people = self.model.people
        rows = np.flatnonzero((people.column("school") >= 0) & people.column("enrolled"))
        return _found(rows.compress(people.absence[rows] >= np.float32(self.model.p["school.absence_signal"])))

    def _toddlers(self) -> Found:
        """Children of two and three."""
        people = self.model.people
        age = people.column("age")
        return _found(np.flatnonzero((age >= TODDLERS[0]) & (age < TODDLERS[1]) & self._here()))

    def _poor_toddlers(self) -> Found:
        """Children of two and three in households with a low income."""
        rows = self.found("toddlers").rows
        return _found(rows[self.model.people.low_income[rows]])

    def _long_idle(self) -> Found:
        """Adults on welfare without work for a year and more."""
        people = self.model.people
        idle = (people.column("work") != c.EMPLOYED) & people.column("welfare") & self._here()
        rows = np.flatnonzero(idle & ~people.column("enrolled") & (people.column("age") >= ADULT))
        return _found(rows[people.work_since[rows] <= self.model.month - LONG_IDLE])

    def _jobless(self) -> Found:
        """Adults without work or school whom the municipality knows."""
        people = self.model.people
        idle = (people.column("work") != c.EMPLOYED) & ~people.column("enrolled") & self._here()
        age = people.column("age")
        rows = np.flatnonzero(idle & (age >= ADULT) & (age < PENSION_AGE))
        sight = threshold(self.model.p["programme.sight"])
        known = self.model.draws.happens("signal.jobless", people.life[rows], sight, year_of(self.model.month))
        return _found(rows.compress(known | people.welfare[rows]))

    def _unwell_jobless(self) -> Found:
        """Adults in mental care, or waiting for it, without work or school."""
        people = self.model.people
        in_care = (people.column("care_until") > self.model.month) | (people.column("asked_care") >= 0)
        idle = (people.column("work") != c.EMPLOYED) & ~people.column("enrolled")
        return _found(np.flatnonzero(in_care & idle & self._here() & (people.column("age") >= ADULT)))

    def _street(self) -> Found:
        """Youths of whom a street worker knows that they go wrong."""
        model, people = self.model, self.model.people
        rows = self.young.compress(people.events6.take(self.young) > 0)
        sight = threshold(model.p["programme.street_sight"])
        known = model.draws.happens("signal.street", people.life[rows], sight, year_of(model.month))
        return _found(rows.compress(known))

    def _severe(self) -> Found:
        """Youths reported by somebody who are on probation, or were registered several times."""
        model, people = self.model, self.model.people
        found = self.found("signals")
        chosen = people.registrations[found.rows] >= SEVERE_REGISTRATIONS
        return found.where(chosen | open_of(model, "youth_probation")[found.rows])

    def _idle(self) -> Found:
        """Young adults without school or work whom the municipality knows."""
        model, people = self.model, self.model.people
        idle = ~people.enrolled.take(self.young) & (people.work.take(self.young) != c.EMPLOYED)
        rows = self.young.compress(idle & (people.age.take(self.young) >= ADULT))
        sight = threshold(model.p["programme.sight"])
        return _found(rows.compress(model.draws.happens("signal.idle", people.life[rows], sight, year_of(model.month))))

    def _released(self) -> Found:
        """Residents back from custody."""
        month, people = self.model.month, self.model.people
        back = people.column("custody_until")
        return _found(np.flatnonzero((back > month - JUST_RELEASED) & (back <= month) & (back > 0) & self._here()))

    def _detained(self) -> Found:
        """Residents in youth custody."""
        people = self.model.people
        held = (people.column("custody_until") > self.model.month) & self._here()
        return _found(np.flatnonzero(held & (people.column("age") <= JUVENILE_CUSTODY_AGE)))

    def _group(self) -> Found:
        """Suspects of the last years with a friend who was one as well, and with whom they offended."""
        people = self.model.people
        since = self._since(GROUP_MONTHS)
        rows = self.young.compress(people.last_registered.take(self.young) > since)
        friends = people.friends[:, rows]
        # a friend who left since September counts no more, whoever has that row by now
        there = (people.status[friends] == c.INSIDE) & (people.arrived[friends] <= self.model.friends_renewed)
        seen = (friends >= 0) & there & (people.last_registered[friends] > since)
        return _found(rows[(seen & (people.together[:, rows] > since)).any(axis=0)])

    def _prolific(self) -> Found:
        """Those registered most often who were registered lately."""
        people = self.model.people
        recent = people.last_registered.take(self.young) > self._since(PROLIFIC_MONTHS)
        rows = self.young.compress(recent)
        often = people.registrations[rows] >= PROLIFIC_REGISTRATIONS
        return _found(rows[often & (people.age[rows] >= FIRST_PROLIFIC_AGE)])

    def _here(self) -> Bools:
        here: Bools = self.model.people.column("status") == c.INSIDE
        return here

    def _since(self, months: float) -> int:
        return max(self.model.month - int(months), 0)

    def risk(self, rows: Rows) -> NDArray[np.intp]:
        """Return the points of a simple instrument: registrations count double, then family, absence, idleness."""
        model, people = self.model, self.model.people
        points = 2 * np.minimum(people.registrations[rows].astype(np.intp), 5)
        points += people.family_offender[rows]
        points += people.enrolled[rows] & (people.absence[rows] >= np.float32(model.p["school.absence_signal"]))
        points += ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED) & (people.age[rows] >= 16)
        recent = people.last_registered[rows] > self._since(model.p["programme.police_signal_months"])
        return np.minimum(points + 2 * recent, MOST_PRIORITY)


def _found(rows: Rows) -> Found:
    return Found(rows, np.ones(rows.size, dtype=np.uint8))
