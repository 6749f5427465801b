"""Personal traits: the joint distribution over domains (a Gaussian copula) and what follows from it.

The loadings are uncertain parameters. Margins come from the wijk; the copula only decides who they fall on together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from sim.areas import Area
from sim.draws import F32, Draws
from sim.parameters import ParameterSet
from sim.population.structure import Frame, income_noise

Floats = NDArray[np.float64]

OUT_OF_RANGE_Z = 6.0
QUANTILES = 4801
"""Points at which the gamma quantile function is tabulated between -6 and 6 SD."""

NATIONAL_LOW, NATIONAL_HIGH = 0.4, 0.8
"""The statistics say which share of persons falls in the national lowest 40 % and highest 20 % of incomes."""

SMALLEST_SHARE = 0.002
WIJKEN = 256
SCHOOL_AGES = (12, 27)
WORK_AGES = (15, 75)
HIGHER_EDGES = (22, 25, 45, 65, 76)
OLDER_EDGES = (28, 45, 65, 200)
NEWTON_ROUNDS = 60


@lru_cache(maxsize=64)
def _gamma_table(shape: float) -> tuple[Floats, Floats]:
    grid = np.linspace(-OUT_OF_RANGE_Z, OUT_OF_RANGE_Z, QUANTILES)
    return grid, gammaincinv(shape, ndtr(grid)) / shape


def gamma_multiplier(z: F32, shape: float) -> F32:
    """Return gamma multipliers with mean one for standard normal scores: skewed more as ``shape`` is smaller."""
    grid, values = _gamma_table(shape)
    return np.interp(z, grid, values).astype(np.float32)


def by_age(table: Floats, first: int, last_value: float | None = None, before: float = 0.0) -> Floats:
    """Spread a table by single years of age over ages 0 to 255."""
    spread = np.full(256, before)
    spread[first : first + table.size] = table
    spread[first + table.size :] = table[-1] if last_value is None else last_value
    return spread


@dataclass
class Calibration:
    """What ties persons to the margins of their wijk; fixed at the base year and indexed by wijk number.

    Attributes:
        work_logit: national log odds of working by sex and age (2, 256).
        work_shift: log odds added to the national pattern of employment, per wijk.
        higher: share with hbo or wo by wijk and age (256, 256).
        income_mean: mean income position in national SD units, per wijk.
        income_sd: its SD, per wijk.
    """

    work_logit: Floats
    work_shift: Floats
    higher: Floats
    income_mean: Floats
    income_sd: Floats


def unqualified_share(p: ParameterSet) -> Floats:
    """Return the share without start qualification by age 0 to 255."""
    older = p.table("school.no_qualification_older")
    share = by_age(1 - p.table("school.qualified"), SCHOOL_AGES[0], before=1.0)
    for low, high, value in zip(OLDER_EDGES[:-1], OLDER_EDGES[1:], older, strict=True):
        share[low:high] = value
    return share


def employed_logit(p: ParameterSet) -> Floats:
    """Return the national log odds of working by sex and age (2, 256) for somebody with a start qualification."""
    bands = p.table("work.employed").repeat(5)
    share = np.full(256, SMALLEST_SHARE / 100)
    share[WORK_AGES[0] : WORK_AGES[1]] = bands
    logit = np.log(share / (1 - share))
    return np.stack([logit, logit + p["work.women"]])


def calibrate(area: Area, ages: NDArray[np.int64], p: ParameterSet) -> Calibration:
    """Fit the constants of every wijk to its margins, from the counts by age and sex of the whole wijk."""
    count = len(area.wijken)
    result = Calibration(
        employed_logit(p), np.zeros(WIJKEN), np.zeros((WIJKEN, 256)), np.zeros(WIJKEN), np.ones(WIJKEN)
    )
    low_point, high_point = ndtri(NATIONAL_LOW), ndtri(NATIONAL_HIGH)
    for number, wijk in enumerate(area.wijken):
        figures = {name: figure.value for name, figure in wijk.figures.items()}
        low = ndtri(np.clip(figures["lowest40_income"], SMALLEST_SHARE, 1 - SMALLEST_SHARE))
        high = ndtri(1 - np.clip(figures["highest20_income"], SMALLEST_SHARE, 1 - SMALLEST_SHARE))
        sd = (high_point - low_point) / max(high - low, SMALLEST_SHARE)
        result.income_sd[number], result.income_mean[number] = sd, low_point - sd * low
        result.higher[number] = _higher_by_age(ages[number], figures["higher_educated"], p)
        result.work_shift[number] = _work_shift(ages[number], result.higher[number], figures["employed_15_75"], p)
    for values in (result.work_shift, result.income_mean, result.income_sd):
        values[count:] = values[:count].mean()
    result.higher[count:] = result.higher[:count].mean(axis=0)
    return result


def _higher_by_age(ages: NDArray[np.int64], target: float, p: ParameterSet) -> Floats:
    tilt = np.zeros(256)
    for low, high, value in zip(HIGHER_EDGES[:-1], HIGHER_EDGES[1:], p.table("school.higher_tilt"), strict=True):
        tilt[low:high] = value
    tilt[HIGHER_EDGES[-1] :] = tilt[HIGHER_EDGES[-1] - 1]
    persons = ages.sum(axis=1).astype(np.float64)
    window = slice(*WORK_AGES)
    room = 1.0 - unqualified_share(p)
    level = target
    for _ in range(NEWTON_ROUNDS):  # the cap at the qualified share binds at some ages
        share = np.minimum(level * tilt, 0.98 * room)
        reached = (share[window] * persons[window]).sum() / max(persons[window].sum(), 1.0)
        level *= target / max(reached, SMALLEST_SHARE)
    return share


def _work_shift(ages: NDArray[np.int64], higher: Floats, target: float, p: ParameterSet) -> float:
    """Solve for the shift at which the expected employed share at 15 to 74 is the wijk's."""
    logit = employed_logit(p)
    without = unqualified_share(p)
    parts = ((without, p["work.no_qualification"]), (1 - without - higher, 0.0), (higher, p["work.higher"]))
    window = slice(*WORK_AGES)
    persons = ages[window].T.astype(np.float64)
    low, high = -5.0, 5.0
    for _ in range(NEWTON_ROUNDS):
        shift = (low + high) / 2
        reached = sum(
            (persons * share[window] / (1 + np.exp(-(logit[:, window] + effect + shift)))).sum()
            for share, effect in parts
        )
        low, high = (shift, high) if reached < target * persons.sum() else (low, shift)
    return (low + high) / 2


@dataclass
class Traits:
    """Standard normal scores per person, and the common factor per household."""

    skill: F32
    employability: F32
    propensity: F32
    frailty: F32


def _mixed(loading: float, common: F32, own: F32) -> F32:
    return (loading * common + np.sqrt(1 - loading**2) * own).astype(np.float32)


def draw_traits(frame: Frame, draws: Draws, p: ParameterSet) -> Traits:
    """Draw the copula: a factor common to the domains, partly shared in the household, and own parts."""
    home, life = frame.person_household, frame.person_life
    income = income_noise(frame.household_life, draws)
    factor = _mixed(p["population.load_income"], income, draws.normal("traits.household", frame.household_life))
    shared = np.sqrt(p["population.family_common"])
    common = _mixed(float(shared), factor[home], draws.normal("traits.common", life))
    family = draws.normal("traits.family", frame.household_life)[home]
    own = _mixed(float(np.sqrt(p["population.family_propensity"])), family, draws.normal("traits.propensity", life))
    return Traits(
        skill=_mixed(p["population.load_education"], common, draws.normal("traits.skill", life)),
        employability=_mixed(p["population.load_work"], common, draws.normal("traits.work", life)),
        propensity=_mixed(-p["population.load_propensity"], common, own),
        frailty=_mixed(-p["health.load"], common, draws.normal("traits.frailty", life)),
    )
