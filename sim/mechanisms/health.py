"""Health: poor mental health and physical complaints come and go in the month of birth.

The level of the country by age is a parameter; what the people here have more of (debts, unsafety, poor homes, no work)
moves the chance of falling ill around it. Recovery is a rate; care speeds it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64, Rows, threshold, thresholds
from sim.mechanisms.offending import IDLE_AGES
from sim.mechanisms.trends import trend
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.programme.services import held_by

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MOST_RISK = 3.0
"""Risks of one person together multiply the chance of falling ill by at most e to this power."""

MOST_SICK = 0.95
STOP_MONTHS = 12
CHILD_AGE = 12
"""Poor mental health is counted from this age on."""

_CREDITORS, _UNSAFE, _IDLE, _HOME, _ILL, _POOR = range(6)
MOST_CREDITORS = 6
"""Creditors beyond these weigh no further."""


class Health:
    """National chances by single year of age, made once from the parameters.

    Attributes:
        distress: yearly chance of coming into poor mental health.
        illness: yearly chance of coming to have physical complaints.
        share_distressed, share_ill: national shares.
    """

    def __init__(self, p: ParameterSet) -> None:
        self.p = p
        self.share_distressed = _by_age(p, "national_distressed")
        self.share_ill = _by_age(p, "national_ill")
        # the national shares hold with the usual care
        self.distress_ends = p["health.distress_ends"] + p["health.seeks"] * p["health.care_works"]
        self.distress = _onset(self.share_distressed, self.distress_ends)
        self.illness = _onset(self.share_ill, p["health.illness_ends"])
        # somebody of mean frailty is below the mean risk: the mean of a lognormal is above its median
        self.usual_frailty = p["health.frailty"] ** 2 / 2

    def begin(self, model: NeighbourhoodModel) -> None:
        """Give everybody a state of health at the base date: the state the yearly chances would hold."""
        people, p = model.people, self.p
        rows = np.arange(people.used)
        life, age = people.life[rows], people.age[rows]
        damp = self._damp(model, rows)
        for column, share, ends, risk in (
            (people.ill, self.share_ill, p["health.illness_ends"], self._illness_risk(model, rows, damp)),
            (people.distressed, self.share_distressed, self.distress_ends, None),
        ):
            log = self._distress_risk(model, rows, damp) if risk is None else risk
            falls = _onset(share, ends)[age] * np.exp(log)
            held = falls / (falls + ends)
            column[rows] = model.draws.happens("health.base", life, thresholds(held), 0, int(risk is None))

    def live(self, model: NeighbourhoodModel, birthdays: Rows) -> None:
        """Let people fall ill and recover in their month of birth; who is in need seeks care."""
        people, draws, p, month = model.people, model.draws, self.p, model.month
        rows = birthdays
        life, age = people.life[rows], people.age[rows]
        national = float(np.exp(trend(p, "health", month)))
        damp = self._damp(model, rows)
        falls = np.minimum(self.illness[age] * national * np.exp(self._illness_risk(model, rows, damp)), MOST_SICK)
        chance = np.where(people.ill[rows], p["health.illness_ends"], falls)
        turns = draws.happens("health.illness", life, thresholds(chance), month)
        falls = np.minimum(self.distress[age] * national * np.exp(self._distress_risk(model, rows, damp)), MOST_SICK)
        chance = np.where(people.distressed[rows], p["health.distress_ends"], falls)
        changes = draws.happens("health.distress", life, thresholds(chance), month)
        people.ill[rows] ^= turns
        people.distressed[rows] ^= changes
        people.asked_care[rows.compress(~people.distressed[rows])] = c.LONG_AGO
        self._seek_care(model, rows)
        self._care_elsewhere(model, rows)

    def _care_elsewhere(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Let who lives elsewhere have the usual care, without a waiting list."""
        people, p, month = model.people, self.p, model.month
        rows = rows.compress(people.distressed[rows] & (people.status[rows] == c.ELSEWHERE))
        life = people.life[rows]
        served = rows.compress(model.draws.happens("health.seeks", life, threshold(p["health.seeks"]), month))
        model.counts.add("treatments", served)
        works = threshold(p["health.care_works"])
        people.distressed[served.compress(model.draws.happens("care.works", people.life[served], works, month))] = False

    def _seek_care(self, model: NeighbourhoodModel, rows: Rows) -> None:
        people = model.people
        mine = people.distressed[rows] & (people.status[rows] == c.INSIDE) & (people.asked_care[rows] < 0)
        rows = rows.compress(mine & (people.care_until[rows] <= model.month))
        seeks = threshold(self.p["health.seeks"])
        asks = rows.compress(model.draws.happens("health.seeks", people.life[rows], seeks, model.month))
        people.asked_care[asks] = model.month

    def _damp(self, model: NeighbourhoodModel, rows: Rows) -> F64:
        """Return what a poor home adds to the log of either risk, against the national mean."""
        return np.asarray(
            self.p["health.damp"] * (_poor_home(model, rows) - self.p.table("health.national_risk")[_HOME])
        )

    def _illness_risk(self, model: NeighbourhoodModel, rows: Rows, damp: F64) -> F64:
        """Return the log of the risk of physical complaints, against the national mean."""
        p, national = self.p, self.p.table("health.national_risk")
        log = p["health.frailty"] * model.people.frailty[rows].astype(np.float64) - self.usual_frailty
        log += damp
        log += p["health.low_income"] * (model.people.low_income[rows] - national[_POOR])
        return np.asarray(np.minimum(log, MOST_RISK), dtype=np.float64)

    def _distress_risk(self, model: NeighbourhoodModel, rows: Rows, damp: F64) -> F64:
        """Return the log of the risk of poor mental health, against the national mean."""
        people, p, national = model.people, self.p, self.p.table("health.national_risk")
        age = people.age[rows]
        idle = ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED)
        idle &= (age >= IDLE_AGES[0]) & (age < IDLE_AGES[1])
        log = p["health.frailty"] * people.frailty[rows].astype(np.float64) - self.usual_frailty
        log += p["health.creditor"] * (np.minimum(people.creditors[rows], MOST_CREDITORS) - national[_CREDITORS])
        log += p["health.unsafe"] * (people.unsafe[rows] - national[_UNSAFE])
        log += p["health.idle"] * (idle - national[_IDLE])
        log += damp
        log += p["health.illness"] * (people.ill[rows] - national[_ILL])
        log += p["health.low_income"] * (people.low_income[rows] - national[_POOR])
        if model.cases.used:
            log += p["health.stopped"] * held_by(model, "stop", STOP_MONTHS)[rows]
        return np.asarray(np.minimum(log, MOST_RISK), dtype=np.float64)


def good_health(model: NeighbourhoodModel) -> Rows:
    """Return the rows of who calls their own health good: without complaints of mind or body."""
    people = model.people
    fine = ~people.column("distressed") & ~people.column("ill") & (people.column("status") != c.FREE)
    return np.flatnonzero(fine)


def _poor_home(model: NeighbourhoodModel, rows: Rows) -> F64:
    """Return whether persons live in a home that is damp or hard to heat; elsewhere it is as usual for the country."""
    home, dwellings = model.people.household[rows], model.dwellings
    dwelling = model.households.dwelling[home]
    poor = dwellings.damp[dwelling] | (dwellings.label[dwelling] > c.WORST_LABEL_GOOD)
    return np.where(home >= 0, poor, model.p.table("health.national_risk")[_HOME])


def _by_age(p: ParameterSet, name: str) -> F64:
    first = p.table("health.ages").astype(int)
    return np.asarray(p.table(f"health.{name}")[np.searchsorted(first, np.arange(256), side="right") - 1])


def _onset(share: F64, ends: float) -> F64:
    """Return the yearly chance of falling ill that holds a share against recovery."""
    return np.asarray(share * ends / (1 - share), dtype=np.float64)
