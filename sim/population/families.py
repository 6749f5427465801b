"""Who lives with whom: partners of about the same age, children with parents of possible ages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws
from sim.population import columns as c

Ints = NDArray[np.int64]

YEAR = 12
COUPLE_AGE_SPREAD = 3 * YEAR
"""SD of the noise in the matching of partners, in months."""

COUPLE_AGE_GAP = 2 * YEAR
"""Men are on average about two years older than their partner."""

PARENT_AGE_SPREAD = 3 * YEAR
MOTHER_AGE = (16 * YEAR, 46 * YEAR)
FATHER_AGE = (17 * YEAR, 60 * YEAR)
"""Lowest and highest age of a parent at a child's birth, in months."""

EXTRA_CHILD_WEIGHTS = (1.0, 0.45, 0.15, 0.05)
"""Relative chance of a second to fifth child at home; shape of CBS family sizes, judgement."""

LIVES_ALONE = 17 * YEAR
REPAIR_ROUNDS = 40
EXCHANGE_STRIDE = 7919
"""A prime: the rounds try partners far apart in the list."""


def match_couples(men: Ints, women: Ints, age: Ints, life: NDArray[np.uint64], draws: Draws) -> tuple[Ints, Ints]:
    """Return men and women in the order in which they form couples, by rank of age with some noise."""

    def ranked(rows: Ints, shift: int) -> Ints:
        noise = draws.normal("synthesis.couple", life[rows]) * COUPLE_AGE_SPREAD
        ordered: Ints = rows[np.argsort(age[rows] - shift + noise, kind="stable")]
        return ordered

    return ranked(men, COUPLE_AGE_GAP), ranked(women, 0)


def match_children(
    children: Ints, parents: Ints, age: Ints, sex: Ints, life: NDArray[np.uint64], draws: Draws
) -> tuple[Ints, Ints]:
    """Give every child a parent; every family gets at least one child while there are enough.

    Returns:
        The parent's index for every child, and the ages. For whom no possible parent was left the index is -1 from 17
        years on (they live on their own), and younger children have the nearest possible age.
    """
    if children.size == 0 or parents.size == 0:
        return parents[:0].repeat(0), age
    places = _places(children.size, parents, life, draws)
    noise = draws.normal("synthesis.child", life[children]) * PARENT_AGE_SPREAD
    parent_of = np.empty(children.size, dtype=np.int64)
    by_age = np.argsort(age[children] + noise, kind="stable")
    parent_of[by_age] = places[np.argsort(age[places], kind="stable")]
    low, high = (np.where(sex == c.MAN, FATHER_AGE[i], MOTHER_AGE[i]) for i in (0, 1))
    _swap_impossible(children, parent_of, age, low, high)
    gap = age[parent_of] - age[children]
    possible = (gap >= low[parent_of]) & (gap <= high[parent_of])
    alone = ~possible & (age[children] >= LIVES_ALONE)
    fixed = age.copy()
    nearest = np.maximum(age[parent_of] - np.clip(gap, low[parent_of], high[parent_of]), 0)
    fixed[children] = np.where(possible | alone, age[children], nearest)
    return np.where(alone, -1, parent_of), fixed


def _places(count: int, parents: Ints, life: NDArray[np.uint64], draws: Draws) -> Ints:
    """Return one parent per child at home: everybody once, then by the chance of further children."""
    if count <= parents.size:
        order = np.argsort(draws.order("synthesis.first_child", life[parents]), kind="stable")
        return parents[order[:count]]
    keys, owners = [], []
    for number, weight in enumerate(EXTRA_CHILD_WEIGHTS):
        u = draws.uniform("synthesis.extra_child", life[parents], occurrence=number)
        keys.append(-np.log(u) / weight)
        owners.append(parents)
    key, owner = np.concatenate(keys), np.concatenate(owners)
    extra = owner[np.argsort(key, kind="stable")[: count - parents.size]]
    short = count - parents.size - extra.size
    return np.concatenate([parents, extra, np.resize(parents, max(short, 0))])


def _swap_impossible(
    children: Ints, parent_of: Ints, age: Ints, low: NDArray[np.int64], high: NDArray[np.int64]
) -> None:
    """Exchange parents between children until ages are possible, or nothing more can be gained."""

    def wrong(child: Ints, parent: Ints) -> NDArray[np.bool_]:
        gap = age[parent] - age[children[child]]
        return (gap < low[parent]) | (gap > high[parent])

    everyone = np.arange(children.size)
    for round_number in range(REPAIR_ROUNDS):
        bad = everyone[wrong(everyone, parent_of)]
        if bad.size == 0:
            return
        bad, other = _exchanges(bad, children.size, round_number)  # only gains are kept
        before = wrong(bad, parent_of[bad]).astype(int) + wrong(other, parent_of[other])
        after = wrong(bad, parent_of[other]).astype(int) + wrong(other, parent_of[bad])
        better = after < before
        bad, other = bad[better], other[better]
        parent_of[bad], parent_of[other] = parent_of[other].copy(), parent_of[bad].copy()


def _exchanges(bad: Ints, size: int, round_number: int) -> tuple[Ints, Ints]:
    """Return misfits and, for each, somebody else to try an exchange with, at a distance that changes each round."""
    other = (bad + (round_number + 1) * EXCHANGE_STRIDE) % size
    keep = np.unique(other, return_index=True)[1]
    bad, other = bad[keep], other[keep]
    fresh = ~np.isin(other, bad)
    return bad[fresh], other[fresh]


def exchange_young_partners(household: Ints, position: Ints, children: Ints, parent_of: Ints, age: Ints) -> None:
    """Exchange partners between families until they are old enough for the eldest child there, where possible.

    Children were given to the parent who heads the family; this looks after the other one. Partners who are too young
    change places with partners of families with younger children.
    """
    partners = np.flatnonzero(position == c.PARTNER)
    eldest = np.zeros(int(household.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(eldest, household[parent_of], age[children])
    partners = partners[eldest[household[partners]] > 0]
    lowest = FATHER_AGE[0]
    for round_number in range(REPAIR_ROUNDS):
        gap = age[partners] - eldest[household[partners]]
        bad = np.flatnonzero(gap < lowest)
        if bad.size == 0:
            return
        bad, other = (partners[side] for side in _exchanges(bad, partners.size, round_number))
        fits = (age[bad] - eldest[household[other]] >= lowest) & (age[other] - eldest[household[bad]] >= lowest)
        bad, other = bad[fits], other[fits]
        household[bad], household[other] = household[other].copy(), household[bad].copy()
