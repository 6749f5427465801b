"""Conditional expectations beside the realised counts: effects are estimated from them with far fewer runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import year_of
from sim.draws import U32, Rows, below_one, thresholds
from sim.mechanisms.offending import KINDS, MINOR_AGES, Rates
from sim.mechanisms.register import Chances
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


def count_expectations(model: NeighbourhoodModel, rates: Rates, chances: Chances) -> U32:
    """Add the conditional expectations of offenders and registered suspects to the counts; return the latter.

    Counted only for who is not yet counted this year: summed over the months this is an unbiased estimate of the
    number of different persons.
    """
    people, used, year = model.people, model.people.used, year_of(model.month)
    cells = model.counts.cells()
    _expect_offenders(model, rates, cells)
    caught = np.empty(used, dtype=np.uint32)

    def block(s: slice) -> None:
        code = chances.code(s)
        free = rates.begin[c.MINOR, s] * chances.tables[c.MINOR].take(code)
        free += 1
        other = rates.begin[c.SERIOUS, s] * chances.tables[c.SERIOUS].take(code)
        other += 1
        free *= other
        np.divide(np.float32(-1), free, out=free)
        free += 1
        caught[s] = below_one(free)

    model.blocks(block, used)
    rows = rates.youths  # those also come along with friends
    identified = np.float32(model.p["register.partner_identified"])
    code = chances.code(rows)
    free, invited = np.ones(rows.size), np.zeros(rows.size)
    for kind in KINDS:
        chance = chances.tables[kind].take(code)
        free *= 1 + rates.begin[kind].take(rows) * chance
        invited += rates.invited[kind] * (identified * chance)
    caught[rows] = thresholds((1 - np.exp(-invited) / free).astype(np.float32))
    caught[people.column("registered_year") == year] = 0
    model.counts.add_expected("suspects", cells, caught)
    return caught


def _expect_offenders(model: NeighbourhoodModel, rates: Rates, cells: Rows) -> None:
    """Add the chance to offend for the first time this year, of those of 12 to 17."""
    people, year = model.people, year_of(model.month)
    age = people.column("age")
    young = np.flatnonzero((age >= MINOR_AGES[0]) & (age < MINOR_AGES[1]) & (people.column("offended_year") != year))
    place = rates.slot.take(young)
    invited = np.append(rates.invited, np.zeros((2, 1), dtype=np.float32), axis=1)
    # no own offence: geometric; no invitation from any of several friends: Poisson, very nearly
    inside = people.status[young] == c.INSIDE
    free, invitations = np.ones(young.size), np.zeros(young.size)
    for kind in KINDS:
        done = np.where(inside, model.places.completed(kind), 1.0)  # of attempts some are stopped
        free *= 1 + rates.begin[kind].take(young) * done
        invitations += invited[kind].take(place) * done
    chance = (1 - np.exp(-invitations) / free).astype(np.float32)
    model.counts.add_expected("offenders", cells.take(young), thresholds(chance))
