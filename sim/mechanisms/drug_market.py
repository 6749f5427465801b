"""Roles on the drug market: a number that demand sets, who leaves them, and who is recruited into them.

Hardened offenders recruit where they are met: in the family at 12 to 17, in the school class at 17 to 22. A role that
custody vacates is taken over at once or closed for a while; other vacancies are always filled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, TWO32, Bools, Rows, threshold
from sim.mechanisms.careers import HARDENED, stages
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

RECRUITED_AGES = (14, 25)
FAMILY_AGES, CLASS_AGES = (12, 18), (17, 23)
"""Ages at which one meets recruiters in the family and in the school class (M067)."""

ATTRACTS = ("exposure", "poor", "idle", "active", "recruit_strained")
"""Parameters that add to the weight of a candidate."""


def holders(model: NeighbourhoodModel) -> Rows:
    """Return who holds a role."""
    return np.flatnonzero(model.people.column("role_since") >= 0)


def lose_roles(model: NeighbourhoodModel, detained: Rows) -> None:
    """Take the roles of who goes into custody: some are taken over at once, the others close for a while."""
    people = model.people
    lost = detained[people.role_since[detained] >= 0]
    people.role_since[lost] = c.LONG_AGO
    kept = model.draws.happens(
        "market.replaced", people.life[lost], threshold(model.p["careers.replacement"]), model.month
    )
    model.closed_roles += float((~kept).sum())


def turn_over(model: NeighbourhoodModel) -> None:
    """Let some leave their role, open closed roles again, and recruit into what is open."""
    people, p = model.people, model.p
    there = holders(model)
    leaving = p["careers.role_leaving"] / MONTHS_PER_YEAR
    stops = model.draws.happens("market.stop", people.life[there], threshold(leaving), model.month)
    stops |= people.status[there] != c.INSIDE
    people.role_since[there[stops]] = c.LONG_AGO
    model.closed_roles *= 1 - p["careers.reopening"]
    room = model.roles - model.closed_roles - float((~stops).sum())
    recruits = int(np.floor(room + model.draws.scalar("market.open")))
    if recruits > 0:
        chosen = _recruit(model, recruits)
        people.role_since[chosen] = model.month
        model.counts.add("recruited", chosen)


def _recruit(model: NeighbourhoodModel, number: int) -> Rows:
    """Return who is recruited: a candidate's key falls with exposure and poor prospects; the smallest keys win."""
    people = model.people
    of_age = (people.column("age") - np.uint8(RECRUITED_AGES[0])) < np.uint8(RECRUITED_AGES[1] - RECRUITED_AGES[0])
    young = of_age & (people.column("status") == c.INSIDE)
    free = (people.column("role_since") < 0) & (people.column("custody_until") <= model.month)
    rows = np.flatnonzero(young & free)
    bits = model.draws.bits("market.recruit", people.life.take(rows), model.month)
    key = -np.log((bits + 0.5) / TWO32)
    if number < rows.size:
        # who could not win even with everything that attracts need not be looked at
        most = np.exp(sum(max(model.p[f"careers.{name}"], 0.0) for name in ATTRACTS))
        near = key <= np.partition(key, number)[number] * most
        rows, key = rows.compress(near), key.compress(near)
    key *= np.exp(-_attraction(model, rows))
    chosen: Rows = rows[np.argpartition(key, number)[:number]] if number < rows.size else rows
    return chosen


def _attraction(model: NeighbourhoodModel, rows: Rows) -> F64:
    """Return the logarithm of a candidate's weight."""
    people, p = model.people, model.p
    idle = ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED)
    weight = p["careers.exposure"] * exposed(model, rows)
    weight = weight + p["careers.poor"] * people.low_income[rows] + p["careers.idle"] * idle
    weight += p["careers.recruit_strained"] * people.strained[rows]
    return np.asarray(weight + p["careers.active"] * (people.events12[rows] > 0))


def exposed(model: NeighbourhoodModel, rows: Rows) -> Bools:
    """Return who meets a hardened offender in the family or in the school class."""
    people = model.people
    somebody = np.flatnonzero((people.column("serious24") >= HARDENED) | (people.column("role_since") >= 0))
    somebody = somebody[people.status[somebody] == c.INSIDE]
    hard = somebody.compress(stages(people, somebody, model.month) == HARDENED)
    mark = np.zeros(people.used, dtype=bool)
    mark[hard] = True
    age, own = people.age[rows], mark[rows]
    family = _others(people.household, rows, hard) > own
    family &= (age >= FAMILY_AGES[0]) & (age < FAMILY_AGES[1])
    school = _others(people.school_class, rows, hard) > own
    school &= (age >= CLASS_AGES[0]) & (age < CLASS_AGES[1])
    return np.asarray(family | school)


def _others(circle: NDArray[np.int32], rows: Rows, hard: Rows) -> Rows:
    """Return how many hardened offenders are in the circle (household, class) of each row, -1 being no circle."""
    counted = np.bincount(circle[hard][circle[hard] >= 0], minlength=int(circle[rows].max(initial=0)) + 1)
    return np.where(circle[rows] >= 0, counted[circle[rows]], 0)
