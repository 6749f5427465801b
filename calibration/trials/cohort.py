"""Who drew lots in a trial, and what became of each: what the registers hold and what truly happened.

Persons are known by their life id inside a world only; nothing that is returned holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from calibration.trials.design import (
    ADULT,
    CONVICTED,
    EMPLOYED,
    FIRST_CRIME_AGE,
    LEFT_SCHOOL,
    OFFENCES,
    PROBLEM_DEBT,
    REGISTRATIONS,
    SUSPECT,
)
from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, U64, Bools, Rows
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

BACK = 2 * MONTHS_PER_YEAR
"""Months before the lot over which the two groups are compared."""

BASELINE = ("age", "boys", "known", "offences_before")
"""What the groups are compared on before the start: age, sex, registered in two years, latent offences in a year."""

Values = dict[str, NDArray[Any]]


class Cohort:
    """The persons who drew lots, in the order in which they did.

    Args:
        follow: months each is followed.

    Attributes:
        life, row: who they are, and where they stand in this world.
        month: month of the lot.
        won: whether they may take part.
        treated: whether they do: who won, and who lost and crossed over.
    """

    def __init__(self, follow: int) -> None:
        self.follow = follow
        self.life: U64 = np.empty(0, dtype=np.uint64)
        self.row: Rows = np.empty(0, dtype=np.intp)
        self.month: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.won: Bools = np.empty(0, dtype=bool)
        self.treated: Bools = np.empty(0, dtype=bool)
        self._values: Values = {}

    def values(self, name: str) -> NDArray[Any]:
        """Return one measured value per person."""
        return self._values[name]

    def enter(self, model: NeighbourhoodModel, rows: Rows, won: Bools, treated: Bools) -> None:
        """Take in persons who drew a lot this month, with what is known of them before it."""
        people, new = model.people, rows.size
        self.life = np.concatenate([self.life, people.life[rows]])
        self.row = np.concatenate([self.row, rows])
        self.month = np.concatenate([self.month, np.full(new, model.month)])
        self.won = np.concatenate([self.won, won])
        self.treated = np.concatenate([self.treated, treated])
        fresh: Values = {
            "age": people.age[rows].astype(np.float64),
            "boys": (people.sex[rows] == c.MAN).astype(np.float64),
            "known": (people.last_registered[rows] > max(model.month - BACK, 0)).astype(np.float64),
            "offences_before": people.events12[rows].astype(np.float64),
            "pupil": people.enrolled[rows] & (people.qualification[rows] == c.NO_QUALIFICATION),
            "convictions": people.convictions[rows].astype(np.float64),
            "unseen": np.zeros(new),
            "moved": np.zeros(new, dtype=bool),
            "gone": np.zeros(new, dtype=bool),
            OFFENCES: np.zeros(new),
            REGISTRATIONS: np.zeros(new),
            "expected_registrations": np.zeros(new),
            **{name: np.full(new, np.nan) for name in (CONVICTED, LEFT_SCHOOL, EMPLOYED, PROBLEM_DEBT)},
        }
        known = self._values or {name: values[:0] for name, values in fresh.items()}
        self._values = {name: np.concatenate([known[name], fresh[name]]) for name in fresh}

    def holds(self, life: U64) -> Bools:
        """Return which of these lives drew a lot before."""
        return np.isin(life, self.life)

    def under_way(self, model: NeighbourhoodModel) -> Rows:
        """Return the numbers of those followed this month who are still alive and known."""
        due = np.flatnonzero((model.month - self.month < self.follow) & ~self._values["gone"])
        people, rows = model.people, self.row[due]
        here = (people.life[rows] == self.life[due]) & (people.status[rows] != c.FREE)
        self._values["gone"][due[~here]] = True
        return due[here]

    def expect(self, model: NeighbourhoodModel) -> None:
        """Add what is to be expected this month: offences, and the chance to be registered for one."""
        if self.life.size == 0:
            return
        at = self.under_way(model)
        rows, rates, people = self.row[at], model.rates, model.people
        chances = model.register.chances(model)
        chance = np.stack([table.take(chances.code(rows)) for table in chances.tables]).astype(np.float64)
        begun = rates.begin[:, rows].astype(np.float64)
        joined = rates.participations()[:, rows] - begun
        self._values[OFFENCES][at] += (begun + joined).sum(axis=0)
        # as the model counts expected suspects: geometric for what one begins, Poisson for what one is asked along for
        asked = (joined * chance).sum(axis=0) * model.p["register.partner_identified"]
        unseen = -asked - np.log1p(begun * chance).sum(axis=0)
        unseen[people.age[rows] < FIRST_CRIME_AGE] = 0.0
        self._values["unseen"][at] += unseen
        self._values["expected_registrations"][at] += -np.expm1(unseen)

    def see(self, model: NeighbourhoodModel) -> None:
        """Add what the registers hold of this month; where the follow-up ends, what they say then."""
        if self.life.size == 0:
            return
        at = self.under_way(model)
        people = model.people
        self._values[REGISTRATIONS][at] += people.last_registered[self.row[at]] == model.month
        ended = at[model.month - self.month[at] == self.follow - 1]
        rows = self.row[ended]
        values = self._values
        values["moved"][ended] = people.status[rows] == c.ELSEWHERE
        values[CONVICTED][ended] = people.convictions[rows] > values["convictions"][ended]
        early = people.left_school[rows] & (people.qualification[rows] == c.NO_QUALIFICATION)
        values[LEFT_SCHOOL][ended] = np.where(values["pupil"][ended], early, np.nan)
        values[EMPLOYED][ended] = np.where(people.age[rows] >= ADULT, people.work[rows] == c.EMPLOYED, np.nan)
        values[PROBLEM_DEBT][ended] = people.indebted[rows]

    def seen(self, name: str, national: bool) -> F64:
        """Return what the evaluator finds of each person; not-a-number for who is lost or does not count.

        Args:
            name: one of ``SHARES`` or ``REGISTRATIONS``.
            national: whether the register follows who moves out of the area.
        """
        found = self._values[REGISTRATIONS] if name in (SUSPECT, REGISTRATIONS) else self._values[name]
        found = (found > 0).astype(np.float64) if name == SUSPECT else found.astype(np.float64)
        lost = self._values["gone"] if national else self._values["gone"] | self._values["moved"]
        return np.where(lost, np.nan, found)

    def truly(self, name: str) -> F64:
        """Return what is truly to be expected of each person, wherever they live; or else what happened."""
        if name == SUSPECT:
            found: F64 = -np.expm1(self._values["unseen"])
        elif name == REGISTRATIONS:
            found = self._values["expected_registrations"]
        else:
            found = self._values[name].astype(np.float64)
        return np.where(self._values["gone"], np.nan, found)
