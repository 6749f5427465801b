"""Counts the six domains at the end of a year: stocks of persons, households and homes, and the latent indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64
from sim.mechanisms.health import good_health
from sim.mechanisms.homes import crowded, in_poor_state
from sim.mechanisms.income import components, social_minimum
from sim.mechanisms.schooling import skill_of
from sim.mechanisms.stacking import take_stock
from sim.mechanisms.surroundings import liveability
from sim.mechanisms.trust import mean_trust
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MILLI = 1000
BASE_INDEX = 100
LEARNERS = (4, 23)
NEET_AGES = (15, 27)
WORKING_AGES = (18, 67)
HOUSEHOLD_AGE = 18


def close_domains(model: NeighbourhoodModel) -> None:
    """Count the year's end."""
    _persons(model)
    _households(model)
    _homes(model)
    _indices(model)
    take_stock(model)


def _persons(model: NeighbourhoodModel) -> None:
    people, counts = model.people, model.counts
    known, age = people.column("status") != c.FREE, people.column("age")
    pupils = np.flatnonzero(known & (age >= LEARNERS[0]) & (age < LEARNERS[1]))
    counts.add("learners", pupils)
    counts.add_sum("skill", pupils, np.rint(skill_of(people, pupils) * MILLI).astype(np.int64))
    counts.add("qualified", np.flatnonzero(known & (people.column("qualification") > c.NO_QUALIFICATION)))
    young = np.flatnonzero(known & (age >= NEET_AGES[0]) & (age < NEET_AGES[1]))
    counts.add("aged_15_26", young)
    counts.add("neet", young[~people.enrolled[young] & (people.work[young] != c.EMPLOYED)])
    grown = np.flatnonzero(known & (age >= WORKING_AGES[0]) & (age < WORKING_AGES[1]))
    counts.add("aged_18_66", grown)
    counts.add("welfare", grown[people.welfare[grown]])
    counts.add("secure_job", np.flatnonzero(people.column("secure_job") & (people.column("work") == c.EMPLOYED)))
    counts.add("good_health", good_health(model))
    counts.add("distressed", np.flatnonzero(people.column("distressed")))


def _households(model: NeighbourhoodModel) -> None:
    people, households, counts = model.people, model.households, model.counts
    heads = np.flatnonzero(
        (people.column("status") != c.FREE)
        & (people.column("position") == c.HEAD)
        & (people.column("age") >= HOUSEHOLD_AGE)
    )
    counts.add("problem_debt", heads[people.indebted[heads]])
    counts.add("arrears", heads[people.strained[heads]])
    inside = heads[people.status[heads] == c.INSIDE]
    home = people.household[inside].astype(np.intp)
    counts.add("crowded", inside[crowded(model, home)])
    income = np.asarray(sum(components(model, home).values()))
    counts.add_sum("income_euros", inside, np.rint(income).astype(np.int64))
    counts.add("below_minimum", inside[income < social_minimum(model, home) - 1])
    counts.add("households_here", inside)
    deep = households.problem_since[home] >= 0
    counts.add("in_problem_debt", inside[deep])
    counts.add_sum("owed_euros", inside[deep], np.rint(households.owed[home[deep]].astype(np.float64)).astype(np.int64))
    known = households.known[home] > 0
    planned = households.plan_until[home] > model.month
    several = (households.known[home] & (households.known[home] - np.uint16(1))) > 0
    counts.add("known", inside[known])
    counts.add("double_known", inside[several & ~planned])
    counts.add("shared_plans", inside[planned])


def _homes(model: NeighbourhoodModel) -> None:
    """Count homes where they stand: by wijk, not by who lives in them."""
    dwellings, counts = model.dwellings, model.counts
    counts.add_homes("homes", np.bincount(dwellings.column("wijk")))
    counts.add_homes("weak_homes", np.bincount(dwellings.column("wijk")[in_poor_state(dwellings)]))
    weak = liveability(model) < model.centres["liveability_line"]
    at = dwellings.column("wijk")[weak[dwellings.column("street")]]
    counts.add_homes("weak_livability", np.bincount(at))
    vacancies = model.schools_of_area.vacancies()[:-1]
    counts.add_area("teacher_posts_open", round(float(vacancies.mean()) * MILLI))
    counts.add_area("teacher_posts", MILLI)


def _indices(model: NeighbourhoodModel) -> None:
    """Count the latent indices in thousandths: they have no data, and stand at 100 at the start."""
    counts = model.counts
    trust = BASE_INDEX * (1 + mean_trust(model))
    values = {
        name: _mean(model, getattr(model.streets, name)[: model.streets.used]) for name in ("cohesion", "disorder")
    }
    for name, value in values.items():
        counts.add_area(f"{name}_index", round(BASE_INDEX * MILLI * value / counts.index_base[name]))
    counts.add_area("trust_index", round(MILLI * trust))
    counts.add_area("coordination_index", round(BASE_INDEX * MILLI * model.alliance.coordination))
    counts.add_area("index_base", MILLI)


def index_base(model: NeighbourhoodModel) -> dict[str, float]:
    """Return what the indices are measured against: their mean at the start."""
    return {name: _mean(model, getattr(model.streets, name)[: model.streets.used]) for name in ("cohesion", "disorder")}


def _mean(model: NeighbourhoodModel, values: F64) -> float:
    """Return the mean over streets."""
    return float(
        np.rint(values.astype(np.float64) * MILLI * MILLI).sum() / (MILLI * MILLI) / max(model.streets.used, 1)
    )
