"""Attendance, skill, qualification and early leaving of pupils."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from sim.draws import F64, Rows, threshold, thresholds
from sim.mechanisms.homes import crowded
from sim.mechanisms.offending import saturating
from sim.mechanisms.trends import trend
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.table import Table
from sim.population.traits import SCHOOL_AGES, by_age

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

LEAVING_AGES = (12, 23)
"""Early leaving is counted under 23."""

HIGHEST_ABSENCE = 0.9
LEAST_ABSENCE = 1e-4
COMPULSORY = 18
"""Age up to which a start qualification or school is compulsory."""

FIRST_SCHOOL_AGE = 4
RETURN_AGE = 23


def skill_of(people: Table, rows: Rows) -> F64:
    """Return the skill of pupils with what help at school added to it."""
    return np.asarray(people.skill[rows].astype(np.float64) + people.skill_gain[rows])


def absence_of(people: Table, rows: Rows) -> F64:
    """Return the share of school time that pupils miss, with what help changes in it."""
    return np.asarray(people.absence[rows] * np.exp(people.absence_log[rows].astype(np.float64)))


class Schooling:
    """Yearly chances of the school career, as tables by age."""

    def __init__(self, p: ParameterSet) -> None:
        self.p = p
        enrolled = by_age(p.table("school.enrolled"), SCHOOL_AGES[0], last_value=0.0, before=1.0)
        self.stays: F64 = np.ones(256)
        self.stays[1:] = np.divide(enrolled[1:], enrolled[:-1], out=np.zeros(255), where=enrolled[:-1] > 0)
        qualified = by_age(p.table("school.qualified"), SCHOOL_AGES[0])
        left = by_age(p.table("school.left_early"), SCHOOL_AGES[0])
        room = np.maximum(1 - qualified - left, 0.05)
        self.qualifies: F64 = np.zeros(256)
        self.qualifies[1:] = np.clip((qualified[1:] - qualified[:-1]) / room[:-1], 0.0, 1.0)
        self.leaves = by_age(p.table("school.leaving"), LEAVING_AGES[0], last_value=0.0)

    def new_year(self, model: NeighbourhoodModel) -> None:
        """August: pupils start, qualify or finish; absence and skill are settled; classes are formed."""
        people, draws, month = model.people, model.draws, model.month
        age = people.column("age")
        starting = np.flatnonzero(
            (people.column("status") != c.FREE) & ~people.column("enrolled")
            & (age >= FIRST_SCHOOL_AGE) & (age < SCHOOL_AGES[0])
        )  # fmt: skip
        people.enrolled[starting] = True
        pupils = np.flatnonzero(people.column("enrolled"))
        life = people.life[pupils]
        without = people.qualification[pupils] == c.NO_QUALIFICATION
        lucky = draws.happens("school.qualifies", life, thresholds(self.qualifies[people.age[pupils]]), month)
        people.qualification[pupils[without & lucky]] = c.START_QUALIFICATION
        going = ~draws.happens("school.stays", life, thresholds(self.stays[people.age[pupils]]), month)
        going &= people.age[pupils] >= 16
        done = going & (people.qualification[pupils] > c.NO_QUALIFICATION)
        too_old = (people.age[pupils] >= SCHOOL_AGES[1]) | (going & ~without)
        gone = pupils[done | too_old]
        people.enrolled[gone] = False
        if model.levers.value("schools.compulsory_18", month):
            people.enrolled[pupils[(people.age[pupils] < COMPULSORY) & without & ~lucky]] = True
        self._learn(model, np.flatnonzero(people.column("enrolled")))
        self.choose_track(model, pupils[people.age[pupils] == SCHOOL_AGES[0]])
        self._graduate(model, gone)
        model.schools_of_area.form_classes(model)

    def _graduate(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Give those who finish with enough skill a degree of hbo or wo."""
        people = model.people
        higher = model.calibration.higher[people.wijk[rows], np.maximum(people.age[rows], 25)]
        able = ndtr(skill_of(people, rows)) >= 1 - higher
        able &= people.qualification[rows] == c.START_QUALIFICATION
        people.qualification[rows[able & (people.age[rows] >= 20)]] = c.HIGHER_EDUCATED

    def _learn(self, model: NeighbourhoodModel, pupils: Rows) -> None:
        """Settle the new year's absence and let skill follow last year's teaching and attendance.

        Both changes are measured from their frozen usual value, so that an ordinary year changes nobody's rank.
        """
        people, p = model.people, self.p
        short = model.schools_of_area.vacancies()[people.school[pupils]] - p["school.vacancies"]
        missed = absence_of(people, pupils) - p["school.absence_mean"]
        usual = model.usual_pupil
        home = people.household[pupils]
        dwelling = model.households.dwelling[home]
        poor = model.dwellings.damp[dwelling] | (model.dwellings.label[dwelling] > c.WORST_LABEL_GOOD)
        change = p["school.skill_shortage"] * short + p["school.skill_absence"] * missed
        change += p["school.skill_strain"] * (people.strained[pupils] - usual[0])
        inside = people.status[pupils] == c.INSIDE
        change += p["school.skill_crowded"] * (np.where(inside, crowded(model, home), usual[1]) - usual[1])
        change += p["school.skill_quality"] * (np.where(inside, poor, usual[2]) - usual[2])
        people.skill[pupils] += change
        self.settle_absence(model, pupils)

    def choose_track(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Give pupils who come to secondary school a track, by skill and some chance."""
        people, p = model.people, self.p
        noise = p["school.track_noise"] * model.draws.normal("school.track", people.life[rows])
        place = ndtr((skill_of(people, rows) + noise) / np.sqrt(1 + p["school.track_noise"] ** 2))
        people.track[rows] = np.searchsorted(p.table("school.tracks"), place, side="right")

    def settle_absence(self, model: NeighbourhoodModel, pupils: Rows) -> None:
        """Draw the share of school time that pupils will miss this year."""
        people, p = model.people, self.p
        spread = p["school.absence_spread"]
        noise = model.draws.normal("school.absence", people.life[pupils], model.month)
        fixed = p["school.absence_propensity"] * people.propensity[pupils].astype(np.float64)
        poor = p["school.absence_low_income"] * (people.low_income[pupils] - model.usual_low_income)
        log = spread * noise - (spread**2 + p["school.absence_propensity"] ** 2) / 2 + fixed + poor
        people.absence[pupils] = np.minimum(p["school.absence_mean"] * np.exp(log), HIGHEST_ABSENCE)

    def leave_early(self, model: NeighbourhoodModel, birthdays: Rows) -> None:
        """Let pupils without a start qualification leave, in their month of birth; some come back."""
        people, p, draws, month = model.people, self.p, model.draws, model.month
        age = people.age[birthdays]
        young = birthdays.compress((age >= LEAVING_AGES[0]) & (age < RETURN_AGE))
        pupils = young.compress(people.enrolled[young] & (people.age[young] < LEAVING_AGES[1]))
        model.counts.add("pupils", pupils)
        at_risk = pupils.compress(people.qualification[pupils] == c.NO_QUALIFICATION)
        chance = thresholds(self._leaving_chance(model, at_risk))
        if model.levers.value("schools.compulsory_18", month):
            chance[people.age[at_risk] < COMPULSORY] = 0
        leaves = at_risk[draws.happens("school.leaves", people.life[at_risk], chance, month)]
        model.counts.add("early_leavers", leaves)
        model.counts.add_expected("early_leavers", model.counts.cells_of(at_risk), chance)
        out = young[people.left_school[young]]
        people.enrolled[leaves] = False
        people.left_school[leaves] = True
        back = out[draws.happens("school.returns", people.life[out], threshold(p["school.return"]), month)]
        people.left_school[back] = False
        people.enrolled[back] = True

    def _leaving_chance(self, model: NeighbourhoodModel, rows: Rows) -> F64:
        people, p = model.people, self.p
        missed = np.maximum(absence_of(people, rows), LEAST_ABSENCE)
        absence = np.log(missed / p["school.absence_mean"]) / p["school.absence_spread"]
        short = model.schools_of_area.vacancies()[people.school[rows]] - p["school.vacancies"]
        log = p["school.leaving_skill"] * skill_of(people, rows) + people.leaving_log[rows]
        log += p.table("school.leaving_track")[people.track[rows]]
        log += p["school.leaving_absence"] * absence + p["school.leaving_shortage"] * short
        log += p["school.leaving_offending"] * (saturating(people.events12[rows]) - model.usual_own_recent)
        log += np.log(p["services.halt_school"]) * people.halt_done[rows]
        risk = self.leaves[people.age[rows]] * p["school.leaving_level"] * np.exp(log - model.usual_leaving_log)
        risk *= float(np.exp(trend(p, "school", model.month)))
        return np.asarray(np.minimum(risk, 0.9), dtype=np.float64)
