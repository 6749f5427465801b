"""Synthesises the population of an area at the base date: persons, households, dwellings, streets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.areas import Area
from sim.calendar import BASE
from sim.draws import Draws, threshold, thresholds
from sim.mechanisms.homes import first_homes
from sim.mechanisms.work import SEARCH_AGE, Turnover, employment_chance
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.structure import Frame, build_frame, income_noise
from sim.population.table import Table
from sim.population.traits import (
    SCHOOL_AGES,
    Calibration,
    by_age,
    calibrate,
    draw_traits,
    gamma_multiplier,
    unqualified_share,
)

ROOM = 1.3
"""Rows to start with, relative to the residents: newcomers, births and followed leavers need some."""

LAST_STUDENT_AGE = 27
LONGEST_SPELL = 40
"""Years of a spell at work or without that are told apart."""

FRAMES_KEPT = 4


@dataclass
class Population:
    """The tables of an area and the constants that tie them to its statistics.

    Attributes:
        fraction: residents in the tables over residents of the whole area.
    """

    people: Table
    households: Table
    dwellings: Table
    streets: Table
    calibration: Calibration
    fraction: float


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(area: Area, seed: int, sample: float, p_key: tuple[tuple[str, float], ...]) -> Frame:
    # areas are kept and compared as objects: equal statistics are the same object
    from sim.parameters import load_parameters

    parameters = load_parameters().with_values(dict(p_key))
    return build_frame(area, Draws(seed), parameters, sample)


def frame_of(area: Area, draws: Draws, p: ParameterSet, sample: float) -> Frame:
    """Return the frame of an area; the last few are kept, since parameter draws of one seed share it."""
    names = (
        "vacancy",
        "children_per_family",
        "single_parent_share",
        "single_parent_women",
        "tenure_clustering",
        "residents_per_street",
    )
    key = tuple((f"population.{name}", p[f"population.{name}"]) for name in names)
    return _frame(area, draws.seed, float(sample), key)


def synthesise(area: Area, draws: Draws, p: ParameterSet, sample: float = 1.0) -> Population:
    """Return the population of an area on the base date, without a past.

    Args:
        area: the area with its statistics.
        draws: the named draws of the world.
        p: the parameter set; the loadings of the copula differ between parameter draws.
        sample: share of the street segments, above 0 up to 1.
    """
    frame = frame_of(area, draws, p, sample)
    streets = _streets(frame, draws, p)
    dwellings = _dwellings(frame)
    first_homes(dwellings, draws, p)
    households = _households(frame, area, draws, p)
    calibration = calibrate(area, frame.ages, p)
    people = _people(frame, dwellings, streets)
    _set_standing(households, dwellings, frame, calibration, draws)
    _set_traits(people, frame, calibration, draws, p)
    population = Population(people, households, dwellings, streets, calibration, frame.fraction)
    recount_households(people, households)
    return population


def _streets(frame: Frame, draws: Draws, p: ParameterSet) -> Table:
    table = Table(c.STREET, frame.street_life.size)
    table.allocate(frame.street_life.size)
    table.life[:] = frame.street_life
    table.wijk[:] = frame.street_wijk
    spread = p["places.opportunity_spread"]
    table.opportunity[:] = np.exp(spread * draws.normal("synthesis.opportunity", frame.street_life) - spread**2 / 2)
    return table


def _dwellings(frame: Frame) -> Table:
    count = frame.dwelling_life.size
    table = Table(c.DWELLING, count)
    table.allocate(count)
    table.life[:] = frame.dwelling_life
    table.street[:] = frame.dwelling_street
    table.wijk[:] = frame.street_wijk[frame.dwelling_street]
    table.tenure[:] = frame.dwelling_tenure
    table.household[frame.household_dwelling] = np.arange(frame.household_dwelling.size)
    table.vacant_since[table.household < 0] = BASE - 1
    return table


def _households(frame: Frame, area: Area, draws: Draws, p: ParameterSet) -> Table:
    count = frame.household_life.size
    table = Table(c.HOUSEHOLD, int(count * ROOM) + 1)
    table.allocate(count)
    table.life[:count] = frame.household_life
    table.dwelling[:count] = frame.household_dwelling
    table.shock[:count] = draws.normal("synthesis.shock", frame.household_life)
    return table


def _people(frame: Frame, dwellings: Table, streets: Table) -> Table:
    count = frame.person_life.size
    table = Table(c.PERSON, int(count * ROOM) + 1)
    table.allocate(count)
    now = slice(0, count)
    table.life[now] = frame.person_life
    table.status[now] = c.INSIDE
    table.born[now] = frame.person_born
    table.birthday[now] = frame.person_born % 12
    table.age[now] = (BASE - frame.person_born) // 12
    table.sex[now] = frame.person_sex
    table.household[now] = frame.person_household
    table.position[now] = frame.person_position
    table.effect[now] = 1.0
    street = frame.dwelling_street[frame.household_dwelling[frame.person_household]]
    table.street[now] = street
    table.wijk[now] = frame.street_wijk[street]
    return table


def _set_standing(households: Table, dwellings: Table, frame: Frame, calibration: Calibration, draws: Draws) -> None:
    wijk = dwellings.wijk[frame.household_dwelling]
    noise = income_noise(frame.household_life, draws)
    households.standing[: households.used] = calibration.income_mean[wijk] + calibration.income_sd[wijk] * noise


def _set_traits(people: Table, frame: Frame, calibration: Calibration, draws: Draws, p: ParameterSet) -> None:
    count, life = people.used, frame.person_life
    now = slice(0, count)
    traits = draw_traits(frame, draws, p)
    people.skill[now] = traits.skill
    people.employability[now] = traits.employability
    # wijken with lower incomes have less healthy residents, beyond what varies within a wijk
    people.frailty[now] = traits.frailty - p["health.composition"] * calibration.income_mean[people.wijk[now]]
    set_propensity(people, np.arange(count), traits.propensity, p)
    age = people.age[now]
    position = ndtr(traits.skill.astype(np.float64))
    without = unqualified_share(p)[age]
    left = by_age(p.table("school.left_early"), SCHOOL_AGES[0], before=0.0)[age]
    young = age <= LAST_STUDENT_AGE
    people.left_school[now] = young & (position < left)
    studying = by_age(p.table("school.enrolled"), SCHOOL_AGES[0], last_value=0.0)[age]
    chance = np.where(age < SCHOOL_AGES[0], (age >= 4) * 1.0, studying / np.maximum(1 - left, 0.01))
    goes = draws.happens("synthesis.enrolled", life, thresholds(chance))
    people.enrolled[now] = goes & ~people.left_school[now]
    qualified = position >= without
    # who is young, out of school and did not leave early has finished
    qualified |= young & (age >= 16) & ~people.enrolled[now] & ~people.left_school[now]
    people.qualification[now] = np.where(qualified, c.START_QUALIFICATION, c.NO_QUALIFICATION)
    higher = position >= 1 - calibration.higher[people.wijk[now], age]
    people.qualification[now][higher & qualified] = c.HIGHER_EDUCATED
    _set_work(people, calibration, draws, p)


def _set_work(people: Table, calibration: Calibration, draws: Draws, p: ParameterSet) -> None:
    now = slice(0, people.used)
    chance = employment_chance(people, np.arange(people.used), calibration, p)
    works = draws.happens("synthesis.work", people.life[now], thresholds(chance))
    people.work[now] = works
    # spells in progress: the time since the last settling of the work situation is geometric
    years = np.log(draws.uniform("synthesis.work_since", people.life[now])) / np.log(1 - p["work.turnover"])
    turnover = Turnover(p)
    idle = ~works
    u = draws.uniform("synthesis.idle_since", people.life[now])
    years[idle] = turnover.elapsed(chance[idle], u[idle]) + u[idle]
    most = np.maximum(people.age[now].astype(np.int64) - SEARCH_AGE, 0)
    people.work_since[now] = BASE - np.minimum((12 * years).astype(np.int64), 12 * np.minimum(most, LONGEST_SPELL))
    lasting = p["work.lasting"] / turnover.secure
    share = lasting / (lasting + (1 - p["work.lasting"]) / turnover.insecure)
    people.secure_job[now] = works & draws.happens("synthesis.lasting", people.life[now], threshold(share))


def set_propensity(people: Table, rows: NDArray[np.intp], propensity: NDArray[np.float32], p: ParameterSet) -> None:
    """Set the latent propensity of persons and the multipliers of offending that follow from it."""
    people.propensity[rows] = propensity
    people.minor_rate[rows] = gamma_multiplier(propensity, p["offending.minor_shape"])
    people.serious_rate[rows] = gamma_multiplier(propensity, p["offending.serious_shape"])


def recount_households(people: Table, households: Table) -> None:
    """Set head, partner, size and children of every household from the persons in it."""
    rows = np.flatnonzero(people.column("status") == c.INSIDE)
    home = people.household[rows]
    count = households.used
    households.size[:count] = np.bincount(home, minlength=count)
    households.children[:count] = np.bincount(home[people.age[rows] < 18], minlength=count)
    households.head[:count] = -1
    households.partner[:count] = -1
    position = people.position[rows]
    heads = rows[position == c.HEAD]
    households.head[people.household[heads]] = heads
    partners = rows[position == c.PARTNER]
    households.partner[people.household[partners]] = partners
