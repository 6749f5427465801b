"""Leaving: who dies is gone, who leaves the area may be followed elsewhere; what remains is put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Rows, threshold
from sim.mechanisms.arrays import runs
from sim.population import columns as c
from sim.population.members import members_of
from sim.population.rates import ADULT
from sim.programme.services import close_cases_of, end_cases_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

ONE = np.uint8(1)
"""One person, in the type of the counts of a household: adding an integer of Python there is far slower."""

GUARDIAN_AGE = 16
"""Children without anybody of this age in the household leave to live with others."""

RANK_OF_POSITION = np.array([2, 0, 1])
"""First comes the head, then the partner, then the oldest child."""


def settle_households(model: NeighbourhoodModel, homes: Rows, leaving: Rows, dead: Rows, moving: Rows) -> None:
    """Carry out this month's exits.

    Args:
        model: the world.
        homes: households touched (moving ones included); may repeat.
        leaving: persons who die or leave on their own; a person may be in ``moving`` as well.
        dead: those of ``leaving`` who die.
        moving: households that leave as a whole.
    """
    people, households = model.people, model.households
    homes = runs(np.sort(homes))[0]
    members = members_of(model, homes)
    dies, goes = np.zeros(people.used, dtype=bool), np.zeros(people.used, dtype=bool)
    dies[dead] = goes[leaving] = True
    whole = np.zeros(households.used, dtype=bool)
    whole[moving] = True
    leaves = goes[members] | whole[people.household[members]]
    orphans = _reorder(model, homes, members.compress(~leaves))
    leavers = np.concatenate([members.compress(leaves & ~dies[members]), orphans])
    exit_people(model, np.sort(leavers), dead)
    model.vacate(homes.compress(households.size[homes] == 0))


def _reorder(model: NeighbourhoodModel, homes: Rows, stays: Rows) -> Rows:
    """Give the touched households a head, partner and counts; return children left without an adult."""
    people, households = model.people, model.households
    home = people.household[stays]
    households.size[homes] = 0
    households.children[homes] = 0
    households.head[homes] = -1
    households.partner[homes] = -1
    rank = RANK_OF_POSITION.take(people.position[stays])
    # one number to sort by: household, rank, oldest first, and the life id among those of one age
    key = (home.astype(np.int64) * 4 + rank) * 256 + (255 - people.age[stays].astype(np.int64))
    order = np.argsort((key << 16) + (people.life[stays] >> np.uint64(48)).astype(np.int64))
    stays, home, rank = stays[order], home[order], rank[order]
    first = np.ones(stays.size, dtype=bool)
    first[1:] = home[1:] != home[:-1]
    head = stays[first]
    orphaned = np.zeros(households.used, dtype=bool)
    orphaned[home[first]] = people.age[head] < GUARDIAN_AGE
    lost = orphaned[home]
    orphans = stays[lost]
    keeps = ~lost
    stays, home, rank, first = stays[keeps], home[keeps], rank[keeps], first[keeps]
    np.add.at(households.size, home, ONE)
    np.add.at(households.children, home[people.age[stays] < ADULT], ONE)
    head = stays[first]
    people.position[head] = c.HEAD
    people.seeking_since[head] = c.LONG_AGO
    households.head[home[first]] = head
    partner = (rank == 1) & ~first
    households.partner[home[partner]] = stays[partner]
    return orphans


def exit_people(model: NeighbourhoodModel, leavers: Rows, dead: Rows) -> None:
    """Take persons out of the area; a fixed share of the leavers is followed elsewhere."""
    people = model.people
    model.counts.add("outflow", leavers)
    model.counts.add("deaths", dead[people.status[dead] == c.INSIDE])
    followed = model.draws.bits("elsewhere.followed", people.life[leavers]) < threshold(model.elsewhere_share)
    stays_known = leavers.compress(followed)
    released = np.concatenate([leavers[~followed], dead])
    close_cases_of(model, released)
    end_cases_of(model, stays_known)
    people.status[stays_known] = c.ELSEWHERE
    # who leaves alone heads a household of their own; of a household that leaves whole everybody keeps their place
    alone = model.households.head[people.household[stays_known]] >= 0
    people.household[stays_known] = -1
    people.position[stays_known.compress(alone)] = c.HEAD
    people.wijk[stays_known] = c.NOWHERE
    people.street[stays_known] = -1
    people.school[stays_known] = -1
    people.school_class[stays_known] = -1
    people.seeking_since[stays_known] = c.LONG_AGO
    people.due[stays_known] = people.asked_care[stays_known] = c.LONG_AGO
    people.friends[:, stays_known] = -1
    people.together[:, stays_known] = c.LONG_AGO
    # home is not followed: elsewhere it is as usual for the age
    people.family_offender[stays_known] = people.partnered[stays_known] = False
    model.counts.place(stays_known)
    # most have not offended for two years: nothing is in their windows
    people.release(released, released.compress((people.minor24[released] > 0) | (people.serious24[released] > 0)))
