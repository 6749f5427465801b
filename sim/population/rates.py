"""Yearly chances of births, deaths and moves by age, from the parameters."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim.draws import F64, Bools, Rows
from sim.parameters import ParameterSet
from sim.population.traits import NATIONAL_HIGH, by_age

ADULT = 18
FIRST_ADULT_AGE = 17
FERTILE = (15, 50)
PARTNERING = (20, 50)
YOUNG_FAMILY_HEAD = 45
OLDEST = 110
NATIONAL_HIGH_Z = float(ndtri(NATIONAL_HIGH))
"""Income position at which the national top fifth begins."""


def death_chances(p: ParameterSet) -> F64:
    """Return the yearly chance of dying by sex and age (2, 256), a Gompertz curve."""
    age = np.minimum(np.arange(256), OLDEST)
    levels = (p["demography.death_level_men"], p["demography.death_level_women"])
    curves = [p["demography.death_child"] + level * np.exp(p["demography.death_slope"] * age) for level in levels]
    return np.minimum(np.stack(curves), 1.0)


def move_chances(p: ParameterSet) -> F64:
    """Return the yearly chance of an address change by age 0 to 255 (M104)."""
    return np.interp(np.arange(256), p.table("demography.move_ages"), p.table("demography.moves"))


def birth_chances(p: ParameterSet) -> F64:
    """Return the yearly chance of a birth by age of a woman with a partner; zero outside 15 to 49."""
    return by_age(p.table("demography.fertility").repeat(5), FERTILE[0], last_value=0.0)


def leave_home_chances(p: ParameterSet) -> F64:
    """Return the yearly chance that a child living at home leaves, by age."""
    return by_age(p.table("demography.leave_home"), FIRST_ADULT_AGE)


def out_table(p: ParameterSet) -> F64:
    """Return the yearly chance that a household leaves the area by age of its head (2, 256): others, rich families."""
    chance = p["demography.out_ratio"] * move_chances(p)
    return np.minimum(np.stack([chance, chance * np.exp(p["demography.out_family_income"])]), 1.0)


def is_rich_family(age: Rows, children: Rows, standing: F64) -> Bools:
    """Return which households are young families with a high income, by their head's age, children and standing."""
    return (children > 0) & (age < YOUNG_FAMILY_HEAD) & (standing >= NATIONAL_HIGH_Z)


def out_chances(p: ParameterSet, age: Rows, children: Rows, standing: F64) -> F64:
    """Return the yearly chance that a household leaves the area, from its head's age, children and income."""
    return out_table(p)[is_rich_family(age, children, standing).astype(np.intp), age]
