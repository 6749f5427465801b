"""Friends of youths: named in the class, on the street, in the wijk; alike; renewed once a year.

Ties hold until the next renewal; a tie to somebody who left or died in between counts for nothing. Who is named is the
candidate with the smallest key per pair, so that one more candidate changes few ties. Friends who offended together
stay friends for some time (``networks.co_offending_years``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F32, U32, U64, Bools, Rows, derive_ids, join_pairs, threshold
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

AGES = (10, 25)
"""Ages at which friends are named."""

CLASS_PLACES, STREET_PLACES, WIJK_PLACES = (0, 1, 2), (3,), (4,)
"""The first places are for classmates; then one for the street's surroundings, the rest for the wijk."""

SEAT_GROUPS = 3
"""Parts of a class that sit together: one names friends among about eight classmates."""

CIRCLE_CODES = 1 << 40
"""Codes of circles lie above those of classes."""

NOBODY = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Rank of a candidate who cannot be named: oneself, or who is a friend already."""

PLACE_BITS = np.uint64(32)
PLACE_MASK = np.uint64(0xFFFFFFFF)

STREET_AGE_SPAN = 5
"""Street friends come from the same group of five years of age."""


def youth_rows(model: NeighbourhoodModel) -> Rows:
    """Return the rows of residents of the ages at which friends are named."""
    people = model.people
    of_age = (people.column("age") - np.uint8(AGES[0])) < np.uint8(AGES[1] - AGES[0])
    return np.flatnonzero((people.column("status") == c.INSIDE) & of_age)


def renew(model: NeighbourhoodModel, first: bool = False) -> None:
    """Renew the ties: open places are filled, and a share of the others is given to somebody new."""
    people = model.people
    rows = youth_rows(model)
    youths = _Youths(model, rows)
    together = people.together.take(rows, axis=1)
    ties = _standing_ties(model, rows)
    asks = (ties == rows.size) | (_replaced(model, youths.life, together) if not first else True)
    np.copyto(ties, rows.size, where=asks)
    np.copyto(together, c.LONG_AGO, where=asks)
    circle = _circle(model, rows)
    codes = (_classmates(model, rows, circle), _street(model, rows), circle)
    for number, (code, places) in enumerate(zip(codes, (CLASS_PLACES, STREET_PLACES, WIJK_PLACES), strict=True)):
        _Pool(model, youths, code, number).fill(ties, asks, places)
    friend = np.append(rows, -1).take(ties)
    for column, empty, values in ((people.friends, -1, friend), (people.together, c.LONG_AGO, together)):
        column[:, : people.used] = empty
        for place in range(c.FRIENDS):
            column[place][rows] = values[place]
    model.friends_renewed = model.month


def _standing_ties(model: NeighbourhoodModel, rows: Rows) -> Rows:
    """Return each youth's friends as places in ``rows``; their number stands for an open place.

    A friend who left, died, or whose row was given to somebody else is lost.
    """
    people = model.people
    place = np.full(people.used + 1, rows.size, dtype=np.intp)
    known = np.flatnonzero(people.arrived.take(rows) <= model.friends_renewed)
    place[rows[known]] = known
    return place.take(people.friends.take(rows, axis=1), mode="wrap")  # -1 wraps to the last place: nobody


def _replaced(model: NeighbourhoodModel, life: U64, together: NDArray[np.int16]) -> Bools:
    """Return which ties are given up for somebody new: some, but not with whom one offended not long ago."""
    p, month = model.p, model.month
    chance = threshold(p["networks.turnover"])
    given_up = [model.draws.happens("friends.turnover", life, chance, month, place) for place in range(c.FRIENDS)]
    return np.stack(given_up) & (together <= month - MONTHS_PER_YEAR * p["networks.co_offending_years"])


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


class _Youths:
    """What decides whom youths name: identity, sex and propensity.

    Args:
        model: the world.
        rows: all youths.
    """

    def __init__(self, model: NeighbourhoodModel, rows: Rows) -> None:
        people = model.people
        self.life: U64 = people.life.take(rows)
        self.sex: NDArray[np.uint8] = people.sex.take(rows)
        # likeness counts by the difference of two such numbers
        self.score: F32 = (model.p["networks.similar"] * people.propensity.take(rows)).astype(np.float32)


class _Pool:
    """Youths in the order of the pools they name from; those of one pool name each other.

    Args:
        model: the world.
        youths: all youths.
        code: number of the pool of each.
        number: number of this kind of pool, for its draws.
    """

    def __init__(self, model: NeighbourhoodModel, youths: _Youths, code: Rows, number: int) -> None:
        self.youths = youths
        # by code, then row: plain integers sort much faster than a stable order of them
        bits = code.size.bit_length()
        ordered = np.sort((code << bits) + np.arange(code.size))
        self.order = ordered & ((1 << bits) - 1)
        ordered >>= bits
        starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        starts = np.concatenate([[0], starts]) if code.size else starts
        sizes = np.append(starts, code.size)[1:] - starts
        self.place, self.first, self.size = (np.empty(code.size, dtype=np.intp) for _ in range(3))
        self.place[self.order] = np.arange(code.size)
        self.first[self.order], self.size[self.order] = np.repeat(starts, sizes), np.repeat(sizes, sizes)
        self.candidates = model.draws.objects("friends.choice", youths.life.take(self.order), model.month, number)
        self.sex, self.score = youths.sex.take(self.order), youths.score.take(self.order)
        self.same_sex = np.float32(model.p["networks.same_sex"])

    def fill(self, ties: Rows, asks: Bools, places: tuple[int, ...]) -> None:
        """Fill the open places of a kind, each with the best candidate who is not a friend yet.

        Args:
            ties: friends by place, as numbers of youths; changed here.
            asks: which places are open.
            places: the places that are filled from this pool.
        """
        asking = np.flatnonzero(asks[list(places)].any(axis=0))
        if asking.size == 0:
            return
        count, first = self.size[asking], self.first[asking]
        start = np.cumsum(count) - count
        pair = start - first  # plus a place in the pool: the number of the pair
        who = np.repeat(np.arange(asking.size), count)
        rank = self._rank(asking.take(who), np.arange(who.size) - pair.take(who))
        rank[pair + self.place[asking]] = NOBODY
        self._leave_out_friends(ties.take(asking, axis=1), first, pair, rank)
        for place in places:
            best = np.minimum.reduceat(rank, start)
            found = np.flatnonzero(asks[place].take(asking) & (best != NOBODY))
            chosen = (best[found] & PLACE_MASK).astype(np.intp)
            ties[place][asking[found]] = self.order[chosen]
            rank[pair[found] + chosen] = NOBODY

    def _rank(self, who: Rows, place: Rows) -> U64:
        """Return the rank of each pair: its key, the smallest first, and the place of the candidate in the low bits.

        The key is exponential with the pair's weight as its rate: who is alike is named more often.

        Args:
            who: the youth who asks, of each pair.
            place: the place of the candidate in the pool.
        """
        youths = self.youths
        bits: U32 = join_pairs(youths.life.take(who), self.candidates.take(place))
        bits >>= np.uint32(9)  # 23 bits and a half are exact in float32
        key = bits.view(np.int32).astype(np.float32)
        key += np.float32(0.5)
        key *= np.float32(2.0**-23)
        np.log(key, out=key)
        apart = youths.score.take(who)
        apart -= self.score.take(place)
        np.abs(apart, out=apart)
        apart += self.same_sex * (youths.sex.take(who) != self.sex.take(place))
        key *= -np.exp(apart, out=apart)
        rank = key.view(np.uint32).astype(np.uint64)  # positive floats are in the order of their bits
        rank <<= PLACE_BITS
        rank |= place.view(np.uint64)
        return rank

    def _leave_out_friends(self, friends: Rows, first: Rows, pair: Rows, rank: U64) -> None:
        """Give the last rank to candidates who are friends already."""
        nowhere = np.append(self.place, -1)
        pool = np.append(self.first, -1)  # a pool is known by where it begins
        for friend in friends:
            same = np.flatnonzero(pool.take(friend) == first)
            rank[pair[same] + nowhere.take(friend[same])] = NOBODY


def circles_per_wijk(model: NeighbourhoodModel) -> NDArray[np.int64]:
    """Return how many circles each wijk has at one age; fixed at the base date so that no birth reshuffles them."""
    people = model.people
    rows = youth_rows(model)
    per_age = np.bincount(people.wijk[rows], minlength=256) / (AGES[1] - AGES[0])
    return np.maximum(np.rint(per_age / model.p["networks.circle_size"]), 1).astype(np.int64)
