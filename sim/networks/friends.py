"""Friends of youths: named in the class, on the street, in the wijk; alike; renewed once a year.

Who is named is the candidate with the smallest key per pair, so that one more candidate changes few ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import F64, TWO32, U64, Bools, Rows, derive_ids, threshold
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

AGES = (10, 25)
"""Ages at which friends are named."""

CLASS_PLACES = 3
"""The first places are for classmates; then one for the street's surroundings, the rest for the wijk."""

STREET_PLACE = 3
STREET_AGE_SPAN = 5
"""Street friends come from the same group of five years of age."""



def youth_rows(model: NeighbourhoodModel) -> Rows:
    """Return the rows of residents of the ages at which friends are named."""
    people = model.people
    age = people.column("age")
    return np.flatnonzero((people.column("status") == c.INSIDE) & (age >= AGES[0]) & (age < AGES[1]))


def renew(model: NeighbourhoodModel, first: bool = False) -> None:
    """Renew the ties: open places are filled, and a share of the others is given to somebody new."""
    people, draws, month = model.people, model.draws, model.month
    rows = youth_rows(model)
    everyone = np.zeros(people.used, dtype=bool)
    everyone[rows] = True
    people.friends[:, : people.used][:, ~everyone] = -1
    life = people.life[rows]
    for place in range(c.FRIENDS):
        tie = people.friends[place, rows]
        replaced = draws.happens("friends.turnover", life, threshold(model.p["networks.turnover"]), month, place)
        asks = first | replaced | (tie < 0)
        group = _group(model, rows, place)
        people.friends[place, rows[asks]] = _name(model, rows, group, np.flatnonzero(asks), place)


def _group(model: NeighbourhoodModel, rows: Rows, place: int) -> U64:
    """Return the pool each youth names from, as one number; 0 for none."""
    people = model.people
    circle = _circle(model, rows)
    if place < CLASS_PLACES:
        school_class = people.school_class[rows].astype(np.int64)
        return np.where(school_class >= 0, (school_class + 1).astype(np.uint64), circle)
    if place == STREET_PLACE:
        span = people.age[rows].astype(np.uint64) // np.uint64(STREET_AGE_SPAN)
        return (np.uint64(1) << np.uint64(50)) + people.street[rows].astype(np.uint64) * np.uint64(64) + span
    return circle


def _circle(model: NeighbourhoodModel, rows: Rows) -> U64:
    """Return a circle of peers of one age in a wijk; who is in which one is fixed per person and year of age."""
    people = model.people
    wijk, age = people.wijk[rows].astype(np.int64), people.age[rows].astype(np.int64)
    number = np.maximum(model.circles[wijk], 1).astype(np.uint64)
    mixed = derive_ids(people.life[rows], "circle", age.astype(np.uint64)) % number
    base = np.uint64(1) << np.uint64(51)
    return base + ((wijk * 256 + age).astype(np.uint64) << np.uint64(16)) + mixed


def circles_per_wijk(model: NeighbourhoodModel) -> NDArray[np.int64]:
    """Return how many circles each wijk has at one age; fixed at the base date so that no birth reshuffles them."""
    people = model.people
    rows = youth_rows(model)
    per_age = np.bincount(people.wijk[rows], minlength=256) / (AGES[1] - AGES[0])
    return np.maximum(np.rint(per_age / model.p["networks.circle_size"]), 1).astype(np.int64)


def _name(model: NeighbourhoodModel, rows: Rows, group: U64, asking: Rows, place: int) -> NDArray[np.int64]:
    """Return a friend's row for each of the asking youths, -1 where the pool holds nobody else."""
    people, p = model.people, model.p
    order = np.argsort(group, kind="stable")
    sorted_group = group[order]
    first = np.searchsorted(sorted_group, group[asking])
    count = np.searchsorted(sorted_group, group[asking], side="right") - first
    start = np.cumsum(count) - count
    candidate = rows[order[np.repeat(first, count) + np.arange(int(count.sum())) - np.repeat(start, count)]]
    me = np.repeat(rows[asking], count)
    bits = model.draws.pair_bits("friends.choice", people.life[me], people.life[candidate], model.month, place)
    weight = _likeness(model, me, candidate, p["networks.same_sex"], p["networks.similar"])
    key = -np.log((bits + 0.5) / TWO32) * np.exp(-weight)
    blocked: Bools = candidate == me
    for earlier in range(place):
        blocked |= candidate == people.friends[earlier, me]
    key[blocked] = np.inf
    ranked = np.minimum.reduceat(key, start) if key.size else key
    best = np.flatnonzero(key == np.repeat(ranked, count))
    owner = np.repeat(np.arange(asking.size), count)[best]
    chosen = np.full(asking.size, -1, dtype=np.int64)
    finite = np.isfinite(key[best])
    # from back to front, so that of equal keys the first in the list stays
    chosen[owner[finite][::-1]] = candidate[best[finite][::-1]]
    return chosen


def _likeness(model: NeighbourhoodModel, me: Rows, other: Rows, same_sex: float, similar: float) -> F64:
    people = model.people
    alike = np.where(people.sex[me] == people.sex[other], same_sex, 0.0)
    distance = np.abs(people.propensity[me] - people.propensity[other]).astype(np.float64)
    return alike - similar * distance


def drop_ties(model: NeighbourhoodModel, gone: Rows) -> None:
    """Open the places that were held by persons who left or died."""
    people = model.people
    if gone.size == 0:
        return
    away = np.zeros(people.used + 1, dtype=bool)  # the last entry stands for open places (-1)
    away[gone] = True
    age = people.column("age")
    # a year more than the ages at which friends are named: ties of who grew out of them go in September
    rows = np.flatnonzero((people.column("status") == c.INSIDE) & (age >= AGES[0]) & (age <= AGES[1]))
    ties = people.friends[:, rows]
    ties[away[ties]] = -1
    people.friends[:, rows] = ties
    people.friends[:, gone] = -1
