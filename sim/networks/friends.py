"""Friends of youths: named in the class, on the street, in the wijk; alike; renewed once a year.

Ties hold until the next renewal; a tie to somebody who left or died in between counts for nothing. Who is named is the
candidate with the smallest key per pair, so that one more candidate changes few ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import TWO32, Bools, Rows, derive_ids, join_pairs, threshold
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

AGES = (10, 25)
"""Ages at which friends are named."""

CLASS_PLACES = 3
"""The first places are for classmates; then one for the street's surroundings, the rest for the wijk."""

STREET_PLACE = 3
SEAT_GROUPS = 3
"""Parts of a class that sit together: one names friends among about eight classmates."""

CIRCLE_CODES = 1 << 40
"""Codes of circles lie above those of classes."""

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
    # a friend who left, died, or whose row was given to somebody else is lost
    stays = everyone & (people.column("arrived") <= model.friends_renewed)
    ties = people.friends[:, rows]
    ties[~stays.take(ties)] = -1
    people.friends[:, rows] = ties
    life = people.life[rows]
    circle = _Pool(model, rows, _circle(model, rows))
    school_class = _Pool(model, rows, _classmates(model, rows, circle.code))
    street = _Pool(model, rows, _street(model, rows))
    for place in range(c.FRIENDS):
        pool = school_class if place < CLASS_PLACES else street if place == STREET_PLACE else circle
        tie = people.friends[place, rows]
        replaced = draws.happens("friends.turnover", life, threshold(model.p["networks.turnover"]), month, place)
        asking = np.flatnonzero(first | replaced | (tie < 0))
        people.friends[place, rows[asking]] = -1
        people.friends[place, rows[asking]] = pool.name(model, asking, place)
    model.friends_renewed = month


def _classmates(model: NeighbourhoodModel, rows: Rows, circle: Rows) -> Rows:
    """Return the pool at school: the part of the class one sits with, or the circle of peers without a class."""
    people = model.people
    school_class = people.school_class[rows].astype(np.int64)
    seat = derive_ids(people.life[rows], "seat", (school_class + 1).astype(np.uint64)) % np.uint64(SEAT_GROUPS)
    return np.where(school_class >= 0, SEAT_GROUPS * school_class + seat.astype(np.int64), circle + CIRCLE_CODES)


def _street(model: NeighbourhoodModel, rows: Rows) -> Rows:
    """Return the pool on the street: those of about the same age."""
    people = model.people
    return people.street[rows].astype(np.int64) * 64 + people.age[rows] // STREET_AGE_SPAN


def _circle(model: NeighbourhoodModel, rows: Rows) -> Rows:
    """Return a circle of peers of one age in a wijk; who is in which one is fixed per person and year of age."""
    people = model.people
    wijk, age = people.wijk[rows].astype(np.int64), people.age[rows].astype(np.int64)
    number = np.maximum(model.circles[wijk], 1).astype(np.uint64)
    mixed = (derive_ids(people.life[rows], "circle", age.astype(np.uint64)) % number).astype(np.int64)
    return ((wijk * 256 + age) << 16) + mixed


class _Pool:
    """Youths in the order of the pool they name from, with what decides who is named.

    Args:
        model: the world.
        rows: all youths.
        code: number of the pool of each.
    """

    def __init__(self, model: NeighbourhoodModel, rows: Rows, code: Rows) -> None:
        people = model.people
        self.rows, self.code = rows, code
        self.order = np.argsort(code, kind="stable")
        self.place = np.empty(rows.size, dtype=np.intp)
        self.place[self.order] = np.arange(rows.size)
        ordered = code[self.order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        sizes = np.diff(np.append(starts, ordered.size))
        self.first, self.size = np.empty(rows.size, dtype=np.intp), np.empty(rows.size, dtype=np.intp)
        self.first[self.order], self.size[self.order] = np.repeat(starts, sizes), np.repeat(sizes, sizes)
        sorted_rows = rows[self.order]
        self.row = sorted_rows
        self.life = people.life[sorted_rows]
        self.sex = people.sex[sorted_rows]
        # exp(similar * |a - b|) is the larger of up(a) * down(b) and up(b) * down(a)
        self.up = np.exp(model.p["networks.similar"] * people.propensity[sorted_rows]).astype(np.float32)
        self.down = 1 / self.up

    def name(self, model: NeighbourhoodModel, asking: Rows, place: int, check: bool = False) -> NDArray[np.int64]:
        """Return a friend's row for each of the asking youths, -1 where the pool holds nobody else.

        Nobody is named twice: the few who would be are named again with ``check``, among those not yet named.
        """
        people, p = model.people, model.p
        count = self.size[asking]
        start = np.cumsum(count) - count
        at = np.arange(int(count.sum()), dtype=np.intp) + np.repeat(self.first[asking] - start, count)
        me = self.rows[asking]
        prepared = model.draws.objects("friends.choice", self.life, model.month, place)
        bits = join_pairs(np.repeat(people.life[me], count), prepared.take(at))
        own = self.place[asking]
        key = -np.log((bits.astype(np.float32) + np.float32(0.5)) * np.float32(1 / TWO32))
        key *= np.maximum(
            np.repeat(self.up[own], count) * self.down.take(at), np.repeat(self.down[own], count) * self.up.take(at)
        )
        key[np.repeat(people.sex[me], count) == self.sex.take(at)] *= np.exp(-p["networks.same_sex"])
        blocked: Bools = at == np.repeat(own, count)
        candidate = self.row.take(at)
        if check:
            for other in range(c.FRIENDS):
                blocked |= candidate == np.repeat(people.friends[other, me], count)
        key[blocked] = np.inf
        lowest = np.minimum.reduceat(key, start) if key.size else key
        hit = np.flatnonzero((key == np.repeat(lowest, count)) & ~blocked)
        chosen = np.full(asking.size, -1, dtype=np.int64)
        # from back to front, so that of equal keys the first in the list stays
        chosen[np.repeat(np.arange(asking.size), count)[hit][::-1]] = candidate[hit][::-1]
        if not check:
            twice = np.flatnonzero(((people.friends[:, me] == chosen) & (chosen >= 0)).any(axis=0))
            if twice.size:
                chosen[twice] = self.name(model, asking[twice], place, check=True)
        return chosen


def circles_per_wijk(model: NeighbourhoodModel) -> NDArray[np.int64]:
    """Return how many circles each wijk has at one age; fixed at the base date so that no birth reshuffles them."""
    people = model.people
    rows = youth_rows(model)
    per_age = np.bincount(people.wijk[rows], minlength=256) / (AGES[1] - AGES[0])
    return np.maximum(np.rint(per_age / model.p["networks.circle_size"]), 1).astype(np.int64)
