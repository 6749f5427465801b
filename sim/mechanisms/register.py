"""The second layer: what is reported, registered and cleared, and who becomes a registered suspect (DESIGN D7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import F32, F64, Bools, Rows, threshold, thresholds
from sim.mechanisms.arrays import runs
from sim.mechanisms.offending import Offences
from sim.mechanisms.places import Crimes
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.table import Table

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

SUSPECT_AGE = 12
FIRST_LISTED_AGE = 10
"""``register.age_ratio`` begins at this age."""


@dataclass
class Suspects:
    """Who is registered as a suspect this month.

    Attributes:
        rows: persons, each once.
        serious: whether for a serious offence.
        known: whether registered before.
    """

    rows: Rows
    serious: Bools
    known: Bools


@dataclass
class Chances:
    """Chances of registration, as tables by a code of place, being known and age.

    Attributes:
        people: the persons.
        tables: per kind, by code.
        known_from: month from which on a registration makes somebody known.
    """

    people: Table
    tables: tuple[F32, F32]
    known_from: int

    def code(self, rows: slice | Rows) -> NDArray[np.uint16]:
        """Return the code of the given rows."""
        people = self.people
        known = people.last_registered[rows] >= self.known_from
        code = (people.status[rows] & np.uint8(c.ELSEWHERE) | known.view(np.uint8)).astype(np.uint16)
        code <<= 8
        code |= people.age[rows]
        return code


class Register:
    """Chances of registration and clearance, as tables.

    The chance of a known suspect is ``known_ratio`` times that of an unknown one; both are spread around the overall
    clearance with the share of offences by known persons frozen at the base year.
    """

    def __init__(self, p: ParameterSet, known_share: float) -> None:
        self.p = p
        self.registered = np.array([p["register.minor_registered"], p["register.serious_registered"]])
        self.cleared = np.array([p["register.minor_cleared"], p["register.serious_cleared"]])
        ages = p.table("register.age_ratio")
        age = np.ones(256)
        age[: FIRST_LISTED_AGE + ages.size] = np.concatenate([np.zeros(FIRST_LISTED_AGE), ages])
        age[:SUSPECT_AGE] = 0.0
        self.memory = int(p["register.memory"] * MONTHS_PER_YEAR)
        ratio = p["register.known_ratio"]
        unknown = 1 / (1 + known_share * (ratio - 1))
        self.detection: F64 = np.stack([age * unknown, age * unknown * ratio])  # by known, age

    def known_from(self, model: NeighbourhoodModel) -> int:
        """Return the month from which on a registration still counts as known."""
        return model.month - self.memory

    def chances(self, model: NeighbourhoodModel) -> Chances:
        """Return per kind the chance that an attempt leads to registration as a suspect, for everybody.

        Inside the area some attempts are stopped, and registration and clearance follow residents and police there;
        elsewhere both are the national ones.
        """
        share = self.p["places.inside_share"]
        tables = []
        for kind, seen in enumerate(self.registered_here(model)):
            flow = model.places.flow[kind]
            away = share * flow.away + 1 - share
            here = share * flow.here * seen / self.registered[kind] * model.police.clearance_factor + away
            detection = np.concatenate([self.detection.ravel() * here, self.detection.ravel()])
            tables.append((self.registered[kind] * self.cleared[kind] * detection).astype(np.float32))
        return Chances(model.people, (tables[0], tables[1]), self.known_from(model))

    def registered_here(self, model: NeighbourhoodModel) -> F64:
        """Return the chance of registration inside the area, by kind: reporting and what police discover."""
        factor = np.array([model.police.reporting * model.police.discovery, model.police.reporting])
        return np.minimum(self.registered * factor, 1.0)

    def process(self, model: NeighbourhoodModel, offences: Offences, crimes: Crimes) -> Suspects:
        """Register and clear the month's crimes; return the suspects."""
        draws = model.draws
        inside = crimes.street >= 0
        seen = np.stack([self.registered, self.registered_here(model)])
        registered = draws.happens(
            "register.reported", crimes.key, thresholds(seen)[inside.astype(np.intp), crimes.kind]
        )
        detection = np.ones(crimes.kind.size)
        detection[: crimes.residents] = self._detection_of(model, offences.row)
        police = np.where(inside, model.police.clearance_factor, 1.0)
        effort = self.cleared[crimes.kind] * police
        luck = draws.bits("register.cleared", crimes.key)
        cleared = registered & (luck < thresholds(effort * detection))
        self._count(model, crimes, registered, cleared)
        # a co-offender is found by the same luck, at their own chance of detection
        joint = np.flatnonzero(offences.partner >= 0)
        found = thresholds(effort[joint] * self._detection_of(model, offences.partner[joint]))
        identified = draws.happens(
            "register.partner", crimes.key[joint], threshold(self.p["register.partner_identified"])
        )
        joint = joint[registered[joint] & (luck[joint] < found) & identified]
        return self._suspects(model, offences, np.flatnonzero(cleared[: crimes.residents]), joint)

    def _detection_of(self, model: NeighbourhoodModel, rows: Rows) -> F64:
        known = (model.people.last_registered[rows] >= self.known_from(model)).astype(np.intp)
        return np.asarray(self.detection[known, model.people.age[rows]])

    def _count(self, model: NeighbourhoodModel, crimes: Crimes, registered: Bools, cleared: Bools) -> None:
        inside = crimes.street >= 0
        here = inside & registered
        street = crimes.street.compress(here)
        model.streets.registered[:] += np.bincount(street, minlength=model.streets.used).astype(np.uint16)
        minor, serious = (int((here & (crimes.kind == kind)).sum()) for kind in (c.MINOR, c.SERIOUS))
        expected = [
            int(share * whole)
            for share, whole in zip(self.registered_here(model), model.counts.last_expected("crimes"), strict=True)
        ]
        model.counts.add_area("registered_crimes", minor + serious, (expected[0], expected[1]))
        model.counts.add_area("cleared_crimes", int((here & cleared).sum()))
        model.police.take_in(minor, serious)

    def _suspects(self, model: NeighbourhoodModel, offences: Offences, at: Rows, joint: Rows) -> Suspects:
        """Register who began the offences ``at`` and who came along on the offences ``joint``."""
        people, year = model.people, year_of(model.month)
        rows = np.concatenate([offences.row[at], offences.partner[joint]])
        kinds = np.concatenate([offences.kind[at], offences.kind[joint]])
        old_enough = people.age[rows] >= SUSPECT_AGE
        rows, kinds = rows[old_enough], kinds[old_enough]
        order = np.argsort(rows, kind="stable")
        rows, kinds = rows[order], kinds[order]
        who, times = runs(rows)
        serious = np.maximum.reduceat(kinds, np.cumsum(times) - times) == c.SERIOUS if who.size else who > 0
        known = people.last_registered[who] >= self.known_from(model)
        people.registrations[who] = np.minimum(people.registrations[who].astype(np.int64) + 1, 255)
        people.last_registered[who] = model.month
        fresh = people.registered_year[who] != year
        people.registered_year[who] = year
        model.counts.add("suspects", who[fresh])
        model.counts.add("known_suspects", who[fresh & known])
        return Suspects(who, serious, known)
