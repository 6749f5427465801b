"""Careers: what people are remembered to have done, the stage that is read out of it, and who is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import Rows
from sim.mechanisms.arrays import runs
from sim.mechanisms.offending import MINOR_AGES, PEER_AGES, Offences
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

HARDENED = 3
"""The last career stage."""

REPEAT_EVENTS = 3
HARDENED_EVENTS = 10
HARDENED_SERIOUS = 3
"""Thresholds of the read-out over 24 months."""

HARDENED_ROLE_MONTHS = 6
"""Months in a role on the drug market after which somebody counts as hardened."""

PARTNER_AGE = 20
"""Living with a partner matters from this age on."""


def participants(offences: Offences) -> tuple[Rows, NDArray[np.uint8]]:
    """Return rows and kinds of all participations, co-offenders included, in the order of rows."""
    joint = np.flatnonzero(offences.partner >= 0)
    rows = np.concatenate([offences.row, offences.partner[joint]])
    kinds = np.concatenate([offences.kind, offences.kind[joint]])
    order = np.argsort(rows, kind="stable")
    return rows[order], kinds[order]


def tie(model: NeighbourhoodModel, offences: Offences) -> None:
    """Let offending together make ties: both remember the month, and who was asked names who asked."""
    people = model.people
    joint = np.flatnonzero(offences.partner >= 0)
    first, second = offences.row[joint], offences.partner[joint]
    for one, other in ((first, second), (second, first)):
        place = people.friends[:, one] == other
        named = place.any(axis=0)
        people.together[place.argmax(axis=0).compress(named), one.compress(named)] = model.month
    back = (people.friends[:, second] == first).any(axis=0)
    lives = (people.status[second] == c.INSIDE) & (people.status[first] == c.INSIDE)
    second, first = second[~back & lives], first[~back & lives]
    last = c.FRIENDS - 1
    free = people.together[last, second] < 0  # a tie of co-offending is not given up for another
    second, first = second[free], first[free]
    # of several who asked the smallest key stays, whatever the order of rows
    key = model.draws.pair_bits("careers.tie", people.life[second], people.life[first], model.month)
    order = np.lexsort((key, second))
    second, times = runs(second[order])
    people.friends[last, second] = first[order][np.cumsum(times) - times]
    people.together[last, second] = model.month


def home_risks(model: NeighbourhoodModel, rows: Rows) -> None:
    """Renew what comes with the household: a suspect among the other members, and living with a partner."""
    people, households = model.people, model.households
    rows = rows.compress((people.status[rows] == c.INSIDE) & (people.household[rows] >= 0))
    since = max(model.month - int(model.p["careers.family_years"] * MONTHS_PER_YEAR), 0)
    lately = people.column("last_registered") > since
    lately &= people.column("status") == c.INSIDE
    suspects = np.bincount(people.household[np.flatnonzero(lately)], minlength=households.used)
    home = people.household.take(rows)
    people.family_offender[rows] = suspects.take(home) > lately.take(rows)
    position = people.position.take(rows)
    together = (position == c.PARTNER) | ((position == c.HEAD) & (households.partner.take(home) >= 0))
    people.partnered[rows] = together & (people.age.take(rows) >= PARTNER_AGE)


def remember(model: NeighbourhoodModel, rows: Rows, kinds: NDArray[np.uint8]) -> None:
    """Move the windows of own recent offending on by one month and write this month's participations into them."""
    people, used, month = model.people, model.people.used, model.month
    now, year_ago, half_ago = (back % c.WINDOW for back in (month, month - 12, month - 6))
    minor, serious = people.minor_events, people.serious_events
    for window, total in ((minor, people.minor24), (serious, people.serious24)):
        total[:used] -= window[now, :used]
        window[now, :used] = 0
        people.events12[:used] -= window[year_ago, :used]
        people.events6[:used] -= window[half_ago, :used]
    limit = int(model.p["offending.burst_limit"])
    for kind, window, total in ((c.MINOR, minor, people.minor24), (c.SERIOUS, serious, people.serious24)):
        who, count = runs(rows.compress(kinds == kind))
        times = np.minimum(count, limit).astype(np.uint8)
        window[now, who] = times
        total[who] += times
        people.events12[who] += times
        people.events6[who] += times


def stages(people: Any, rows: Rows, month: int) -> NDArray[np.uint8]:
    """Read out the career stage: 0 none, 1 incidental, 2 repeat, 3 hardened (DESIGN section 5)."""
    role = people.role_since[rows]
    minor, serious = people.minor24[rows].astype(np.int16), people.serious24[rows].astype(np.int16)
    events = minor + serious
    stage = np.where(events > 0, 1, 0)
    stage[(events >= REPEAT_EVENTS) | (serious >= 1)] = 2
    stage[(events >= HARDENED_EVENTS) & (serious >= HARDENED_SERIOUS)] = HARDENED
    stage[(role >= 0) & (role <= month - HARDENED_ROLE_MONTHS)] = HARDENED
    return stage.astype(np.uint8)


def count_offenders(model: NeighbourhoodModel, rows: Rows) -> None:
    """Count who offends for the first time this year, and who becomes hardened for the first time.

    Args:
        model: the world.
        rows: everybody who took part in an offence this month, each once.
    """
    people, year = model.people, year_of(model.month)
    fresh = rows.compress(people.offended_year[rows] != year)
    people.offended_year[fresh] = year
    age = people.age[fresh]
    model.counts.add("offenders", fresh.compress((age >= MINOR_AGES[0]) & (age < MINOR_AGES[1])))
    hard = rows.compress(~people.hardened[rows])
    hard = hard.compress(stages(people, hard, model.month) == HARDENED)
    age = people.age[hard]
    hard = hard[(age >= MINOR_AGES[0]) & (age < PEER_AGES[1])]
    people.hardened[hard] = True
    model.counts.add("new_hardened", hard)
