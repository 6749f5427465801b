"""A street or a school class at the start: who is there, by age band and role only, and how they are tied."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from scenarios.live.runs import LiveRun
from scenarios.live.work import branch, desk
from sim.networks.friends import AGES
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.draws import Rows
    from sim.model import NeighbourhoodModel

Kind = Literal["street", "class"]
KINDS: tuple[Kind, ...] = ("street", "class")
TIES = ("household", "friends", "together", "class")
"""Kinds of ties: one household; one names the other as a friend; friends who offended together; one class."""

OFFERED = 12
"""Streets, and classes, that can be chosen: spread evenly over all that are of a size to draw."""

SIZES: dict[Kind, tuple[int, int]] = {"street": (15, 40), "class": (10, 35)}
"""Persons from and to: fewer is nobody's street, more cannot be read."""

FEWEST_YOUTHS = 5
"""Of the ages at which friends are named: without them there are households alone, or nothing at all."""

BANDS = (12, 18, 25, 65)
"""First ages of the bands after the first."""

ADULT = 18


@dataclass(frozen=True)
class Person:
    """Somebody in a picture; nothing else of them is known there.

    Attributes:
        band: number of the age band, see :data:`BANDS`.
        role: ``child``, ``grown_child``, ``parent``, ``adult`` or ``pupil``.
    """

    band: int
    role: str


@dataclass(frozen=True)
class Circle:
    """A street or a class.

    Attributes:
        persons: who is there, in no order that says anything.
        ties: two numbers of persons and a kind of :data:`TIES`.
        outside: ties that lead out of it, by kind.
        offered: how many streets, or classes, can be chosen.
    """

    persons: tuple[Person, ...]
    ties: tuple[tuple[int, int, str], ...]
    outside: dict[str, int]
    offered: int


def circle(run: LiveRun, kind: Kind, number: int, place: int, shown: bool) -> Circle:
    """Return a street or a class as it is at the start of the scenarios.

    Args:
        run: a run in the world to look at.
        kind: street or class.
        number: which of those offered, from 0.
        place: place on the board.
        shown: whether somebody looks at the years so far; there are none.
    """
    model = branch(desk().cache, run)
    offered = _offered(model, kind)
    if not offered:
        return Circle((), (), {}, 0)
    column = model.people.column("street" if kind == "street" else "school_class")
    here = column == offered[min(max(number, 0), len(offered) - 1)]
    rows = np.flatnonzero(here & (model.people.column("status") == c.INSIDE))
    # by life id, which says nothing of who somebody is
    rows = rows[np.argsort(model.people.life[rows])]
    ties, outside = _ties(model, rows, kind)
    return Circle(tuple(_person(model, int(row), kind) for row in rows), ties, outside, len(offered))


def _offered(model: NeighbourhoodModel, kind: Kind) -> list[int]:
    """Return the numbers of the streets or classes that can be chosen."""
    people = model.people
    inside = people.column("status") == c.INSIDE
    groups = people.column("street" if kind == "street" else "school_class")
    there = inside & (groups >= 0)
    if not there.any():
        return []
    counts = np.bincount(groups[there])
    low, high = SIZES[kind]
    fits = (counts >= low) & (counts <= high)
    age = people.column("age")
    youths = there & (age >= AGES[0]) & (age < AGES[1])
    fits &= np.bincount(groups[youths], minlength=counts.size) >= FEWEST_YOUTHS
    found = np.flatnonzero(fits)
    chosen = np.unique(np.linspace(0, found.size - 1, min(OFFERED, found.size)).astype(np.intp))
    return [int(each) for each in found[chosen]]


def _person(model: NeighbourhoodModel, row: int, kind: Kind) -> Person:
    people, age = model.people, int(model.people.age[row])
    band = int(np.searchsorted(BANDS, age, side="right"))
    if kind == "class":
        return Person(band, "pupil")
    if people.position[row] == c.CHILD:
        return Person(band, "child" if age < ADULT else "grown_child")
    home = people.household[row]
    children = (people.column("household") == home) & (people.column("position") == c.CHILD)
    return Person(band, "parent" if home >= 0 and bool(children.any()) else "adult")


def _ties(model: NeighbourhoodModel, rows: Rows, kind: Kind) -> tuple[tuple[tuple[int, int, str], ...], dict[str, int]]:
    """Return the ties among persons, and how many lead out."""
    people = model.people
    number = {int(row): i for i, row in enumerate(rows)}
    ties: set[tuple[int, int, str]] = set()
    columns = {"household": people.household, "class": people.school_class}
    for name in ("household",) if kind == "class" else ("household", "class"):
        values = columns[name][rows]
        pairs = combinations(range(rows.size), 2)
        ties |= {(a, b, name) for a, b in pairs if values[a] >= 0 and values[a] == values[b]}
    out: set[tuple[int, int, str]] = set()
    for row in rows:
        for slot in range(c.FRIENDS):
            friend = int(people.friends[slot, row])
            if friend < 0 or not _stands(model, friend):
                continue
            lately = people.together[slot, row] >= max(model.month - c.WINDOW, 0)
            kinds = ["friends", "together"] if lately else ["friends"]
            if friend in number:
                a, b = sorted((number[int(row)], number[friend]))
                ties |= {(a, b, each) for each in kinds}
            else:
                out |= {(int(row), friend, each) for each in kinds}
    led_out = Counter(each for _, _, each in out)
    return tuple(sorted(ties)), {name: led_out[name] for name in ("friends", "together")}


def _stands(model: NeighbourhoodModel, friend: int) -> bool:
    """Say whether a friend still lives here, and the row was not given to somebody else."""
    people = model.people
    return bool(people.status[friend] == c.INSIDE and people.arrived[friend] <= model.friends_renewed)
