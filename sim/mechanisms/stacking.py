"""Stapeling: the domains in which a household is in the red, read out once a year; a state, never a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Bools, Rows
from sim.mechanisms.homes import crowded
from sim.mechanisms.income import PENSION_AGE
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

STACKED = 3
"""Domains in the red from which problems pile up."""

DOMAINS = len(c.DOMAIN_BITS)
PUPIL_AGES = (4, 27)
OLD = 75
SUSPECT_YEARS = 2
"""Someone suspected so many years ago or less puts the household in the red for safety."""

COUNT_OF_BITS = np.array([bin(code).count("1") for code in range(2**DOMAINS)], dtype=np.uint8)


def households_in_red(model: NeighbourhoodModel) -> tuple[Rows, NDArray[np.uint8]]:
    """Return who heads a household (elsewhere: every adult), and the bits of the domains in which it is in the red."""
    people, households = model.people, model.households
    heads = np.flatnonzero(
        (people.column("position") == c.HEAD) & (people.column("status") != c.FREE) & (people.column("age") >= ADULT)
    )
    key = np.full(people.used, -1, dtype=np.int64)  # who speaks for each person's household
    inside = people.status[heads] == c.INSIDE
    speaker = np.full(households.used + 1, -1, dtype=np.int64)
    speaker[people.household[heads.compress(inside)]] = heads.compress(inside)
    key[:] = speaker[people.column("household")]
    key[heads.compress(~inside)] = heads.compress(~inside)
    everybody = np.flatnonzero(key >= 0)
    bits = np.zeros(people.used, dtype=np.uint8)
    for bit, where in enumerate(_persons_in_red(model, everybody)):
        bits[key[everybody.compress(where)]] |= np.uint8(1 << bit)  # named twice is set once
    bits[heads] |= _homes_in_red(model, heads)
    return heads, bits[heads]


ADULT = 18


def _persons_in_red(model: NeighbourhoodModel, rows: Rows) -> tuple[Bools, ...]:
    """Return which persons put their household in the red, by domain (work and housing are the household's)."""
    people, month = model.people, model.month
    age = people.age[rows]
    pupil = (age >= PUPIL_AGES[0]) & (age < PUPIL_AGES[1])
    signal, low = (np.float32(model.p[f"school.{name}"]) for name in ("absence_signal", "low_skill"))
    behind = people.enrolled[rows] & ((people.absence[rows] >= signal) | (people.skill[rows] < low))
    education = pupil & (behind | people.left_school[rows])
    education |= (
        (people.position[rows] == c.HEAD)
        & (age < PENSION_AGE)
        & ~people.enrolled[rows]
        & (people.qualification[rows] == c.NO_QUALIFICATION)
    )
    poverty = people.low_income[rows] | people.indebted[rows]
    head = people.position[rows] == c.HEAD
    health = head & (people.distressed[rows] | (people.ill[rows] & (age < OLD)))
    suspect = people.last_registered[rows] > max(month - SUSPECT_YEARS * MONTHS_PER_YEAR, 0)
    victim = (people.last_victim[rows] > month - MONTHS_PER_YEAR) & (people.last_victim[rows] >= 0)
    nobody = np.zeros(rows.size, dtype=bool)
    return education, poverty, health, nobody, nobody, suspect | victim | (people.unsafe[rows] & head)


def _homes_in_red(model: NeighbourhoodModel, heads: Rows) -> NDArray[np.uint8]:
    """Return the bits for work and housing, and for those elsewhere work alone."""
    people, households, dwellings = model.people, model.households, model.dwellings
    home, age = people.household[heads], people.age[heads]
    inside = people.status[heads] == c.INSIDE
    partner = np.where(inside, households.partner[home], -1)
    works = (people.work[heads] == c.EMPLOYED) | ((partner >= 0) & (people.work[partner] == c.EMPLOYED))
    idle = ~works & (age < PENSION_AGE) & ~people.enrolled[heads]
    place = households.dwelling[home]
    poor = dwellings.damp[place] | (dwellings.label[place] > c.WORST_LABEL_GOOD + 1) | crowded(model, home)
    bits = idle.astype(np.uint8) << c.DOMAIN_BITS.index("work")
    bits |= (poor & inside).astype(np.uint8) << c.DOMAIN_BITS.index("housing")
    return np.asarray(bits, dtype=np.uint8)


def if_independent(shares: NDArray[np.float64]) -> float:
    """Return the share in the red in three or more domains, were the domains independent."""
    chance = np.zeros(DOMAINS + 1)
    chance[0] = 1.0
    for share in shares:
        chance[1:] = chance[1:] * (1 - share) + chance[:-1] * share
        chance[0] *= 1 - share
    return float(chance[STACKED:].sum())


def take_stock(model: NeighbourhoodModel) -> None:
    """Read out stapeling at the end of a year, and who came in and out of it since the year before."""
    people, households, counts = model.people, model.households, model.counts
    heads, bits = households_in_red(model)
    number = COUNT_OF_BITS[bits]
    counts.add("households", heads)
    for bit, name in enumerate(c.DOMAIN_BITS):
        counts.add(f"red_{name}", heads.compress(bits >> bit & 1 > 0))
    for times in range(1, DOMAINS + 1):
        counts.add("domains_in_red", heads.compress(number >= times))
    counts.add("stapeling", heads.compress(number >= STACKED))
    inside = people.status[heads] == c.INSIDE
    here, bits, number = heads.compress(inside), bits.compress(inside), number.compress(inside)
    shares = np.array([(bits >> bit & 1).mean() if bits.size else 0.0 for bit in range(DOMAINS)])
    counts.add_area("stapeling_independent", round(if_independent(shares) * here.size))
    home = people.household[here]
    before = COUNT_OF_BITS[households.red[home]] >= STACKED
    known, now = households.red_known[home], number >= STACKED
    for name, which in (
        ("stapeling_before", known & before), ("stapeling_left", known & before & ~now),
        ("not_stapeling_before", known & ~before), ("stapeling_entered", known & ~before & now),
    ):  # fmt: skip
        counts.add(name, here.compress(which))
    households.red[home] = bits
    households.red_known[home] = True


def mark_start(model: NeighbourhoodModel) -> None:
    """Note who is in the red when a scenario starts, so that its first year has transitions."""
    people, households = model.people, model.households
    heads, bits = households_in_red(model)
    inside = people.status[heads] == c.INSIDE
    home = people.household[heads[inside]]
    households.red[home] = bits[inside]
    households.red_known[home] = True
