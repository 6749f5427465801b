"""Conditional expectations beside the realised counts: effects are estimated from them with far fewer runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import year_of
from sim.draws import U32, Rows, below_one, thresholds
from sim.mechanisms.arrays import pairs, take_pairs
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
    tables = pairs(np.stack(chances.tables))

    def block(s: slice) -> None:
        chance = take_pairs(tables, chances.code(s))
        minor = rates.begin[c.MINOR, s] * chance[:, c.MINOR]
        serious = rates.begin[c.SERIOUS, s] * chance[:, c.SERIOUS]
        # any of both, 1 - 1 / ((1 + minor) (1 + serious)), without a difference of numbers near one
        some = minor * serious
        some += minor
        some += serious
        caught[s] = below_one(np.divide(some, some + np.float32(1), out=some))

    model.blocks(block, used)
    rows = rates.youths  # those also come along with friends
    identified = np.float32(model.p["register.partner_identified"])
    chance = take_pairs(tables, chances.code(rows)).T
    own = (rates.begin.take(rows, axis=1) * chance).astype(np.float64)
    invited = (rates.invited * chance).sum(axis=0, dtype=np.float64) * identified
    free = np.exp(-invited) / ((1 + own[c.MINOR]) * (1 + own[c.SERIOUS]))
    caught[rows] = thresholds((1 - free).astype(np.float32))
    caught[people.column("registered_year") == year] = 0
    model.counts.add_expected("suspects", cells, caught)
    return caught


def _expect_offenders(model: NeighbourhoodModel, rates: Rates, cells: Rows) -> None:
    """Add the chance to offend for the first time this year, of those of 12 to 17."""
    people, year = model.people, year_of(model.month)
    age = people.column("age")
    minors = (age - np.uint8(MINOR_AGES[0])) < np.uint8(MINOR_AGES[1] - MINOR_AGES[0])
    young = np.flatnonzero(minors & (people.column("offended_year") != year))
    invited = np.append(rates.invited, np.zeros((2, 1), dtype=np.float32), axis=1).take(rates.slot.take(young), axis=1)
    # of attempts in the area some are stopped
    completed = np.array([[model.places.completed(kind)] for kind in KINDS])
    done = np.where(people.status.take(young) == c.INSIDE, completed, 1.0)
    # no own offence: geometric; no invitation from any of several friends: Poisson, very nearly
    own = rates.begin.take(young, axis=1) * done
    free = np.exp(-(invited * done).sum(axis=0)) / ((1 + own[c.MINOR]) * (1 + own[c.SERIOUS]))
    chance = (1 - free).astype(np.float32)
    model.counts.add_expected("offenders", cells.take(young), thresholds(chance))
