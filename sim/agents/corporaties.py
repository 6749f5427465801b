"""Corporaties own dwellings and let the vacant ones by a stated rule; the market lets the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.draws import Bools, Rows, derive_ids, threshold
from sim.population import columns as c
from sim.population.demography import move_people
from sim.population.donors import arrive
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MONTH_BITS, QUEUE_BITS = np.uint64(16), np.uint64(48)

CORPORATIES_PER_AREA = 3
"""Most focus areas have three to four larger corporaties; judgement."""


class Corporatie(mesa.Agent):
    """A housing corporation.

    Rule: of its vacant dwellings a share (parameter ``demography.local_share``) goes to residents of the area, longest
    registered first; the others, and what no resident takes, go to newcomers.
    """

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.let_local = 0
        self.let_newcomers = 0

    def order_seekers(self, seekers: Seekers) -> Rows:
        """Return the order in which seekers are served: longest registered first."""
        return seekers.longest_first()

    def allocate(self, vacant: Rows, local: Bools, seekers: Seekers) -> Rows:
        """Let this corporatie's vacant dwellings to residents; return those left for newcomers.

        Args:
            vacant: its vacant dwellings, longest vacant first.
            local: which of them go to residents.
            seekers: who looks for a dwelling.
        """
        left = let_to_residents(vacant, local, seekers, self.order_seekers(seekers))
        self.let_local += vacant.size - left.size
        self.let_newcomers += left.size
        return left


class Seekers:
    """Persons and households of the area who look for a dwelling this month.

    Attributes:
        person: rows of persons who want a dwelling of their own.
        home: rows of households that want another dwelling.
        taken: who has found one, in the order persons, households.
        found: the dwelling found.
    """

    def __init__(self, model: NeighbourhoodModel) -> None:
        people, households = model.people, model.households
        self.person = np.flatnonzero(people.column("seeking_since") >= 0)
        self.home = np.flatnonzero(households.column("seeking_since") >= 0)
        self.since = np.concatenate([people.seeking_since[self.person], households.seeking_since[self.home]])
        life = np.concatenate([people.life[self.person], households.life[self.home]])
        self.queue_number = model.draws.order("housing.queue", life)
        self.taken = np.zeros(self.since.size, dtype=bool)
        self.found = np.full(self.since.size, -1, dtype=np.intp)
        # one number to sort by: the month of registration, then the queue number
        self._order = np.argsort((self.since.astype(np.uint64) << QUEUE_BITS) | (self.queue_number >> MONTH_BITS))

    def longest_first(self) -> Rows:
        """Return the seekers without a dwelling yet, longest registered first."""
        return self._order[~self.taken[self._order]]

    def move(self, model: NeighbourhoodModel) -> None:
        """Move everybody who found a dwelling."""
        persons, homes = self.taken[: self.person.size], self.taken[self.person.size :]
        _start_households(model, self.person[persons], self.found[: self.person.size][persons])
        _move_households(model, self.home[homes], self.found[self.person.size :][homes])


def let_to_residents(vacant: Rows, local: Bools, seekers: Seekers, order: Rows) -> Rows:
    """Let the dwellings meant for residents to seekers in the given order; return the dwellings that are left."""
    offered = vacant[local]
    count = min(offered.size, order.size)
    served, homes = order[:count], offered[:count]
    seekers.taken[served] = True
    seekers.found[served] = homes
    return np.concatenate([vacant[~local], offered[count:]])


def _start_households(model: NeighbourhoodModel, persons: Rows, dwellings: Rows) -> None:
    """Let persons leave their household for a dwelling of their own."""
    people, households = model.people, model.households
    if persons.size == 0:
        return
    old = people.household[persons].copy()
    homes = households.allocate(persons.size)
    # an id derived from the dwelling and the month is unique: a dwelling is let once a month
    households.life[homes] = derive_ids(model.dwellings.life[dwellings], "starters", model.month)
    households.dwelling[homes] = dwellings
    households.standing[homes] = households.standing[old]
    households.shock[homes] = model.draws.normal("housing.start_shock", people.life[persons])
    households.head[homes] = persons
    households.low_income[homes] = households.low_income[old]
    _share_debts(model, persons, old, homes)
    model.occupy(dwellings, homes)
    was_partner = households.partner[old] == persons
    households.partner[old[was_partner]] = -1
    move_people(model, persons, homes)
    people.position[persons] = c.HEAD


def _share_debts(model: NeighbourhoodModel, persons: Rows, old: Rows, homes: Rows) -> None:
    """Let who separates take the debts along: both go on owing to the creditors of their time together."""
    households = model.households
    parted = households.partner[old] == persons
    mine, before = homes.compress(parted), old.compress(parted)
    for name in ("creditors", "problem_since"):
        getattr(households, name)[mine] = getattr(households, name)[before]
    households.owed[before] /= 2
    households.owed[mine] = households.owed[before]


def _move_households(model: NeighbourhoodModel, homes: Rows, dwellings: Rows) -> None:
    """Let households change dwellings within the area."""
    households = model.households
    if homes.size == 0:
        return
    left = households.dwelling[homes].copy()
    model.dwellings.household[left] = -1
    model.dwellings.vacant_since[left] = model.month
    households.dwelling[homes] = dwellings
    households.seeking_since[homes] = c.LONG_AGO
    model.occupy(dwellings, homes)
    _bring_members(model, homes)


def _bring_members(model: NeighbourhoodModel, homes: Rows) -> None:
    """Write the new street and wijk of households that moved to their members."""
    people, households = model.people, model.households
    rows = members_of(model, homes)
    dwelling = households.dwelling[people.household[rows]]
    people.street[rows] = street = model.dwellings.street[dwelling]
    np.add.at(model.streets.moved, street, np.uint16(1))
    people.wijk[rows] = model.dwellings.wijk[dwelling]
    model.counts.place(rows)


def let_vacant(model: NeighbourhoodModel) -> None:
    """Let what stands empty longer than the usual friction, down to the normal vacancy of the base date."""
    dwellings = model.dwellings
    vacant = np.flatnonzero(dwellings.column("household") < 0)
    ready = vacant.compress(dwellings.vacant_since[vacant] <= model.month - model.p["demography.friction"])
    free = max(vacant.size - model.normal_vacancy, 0)
    order = np.lexsort((dwellings.life[ready], dwellings.vacant_since[ready]))
    ready = ready[order[:free]]
    seekers = Seekers(model)
    levers, month = model.levers, model.month
    share = threshold(model.p["demography.local_share"] * levers.value("housing.local_priority", month))
    local = model.draws.happens("housing.local", dwellings.life[ready], share, model.month)
    landlord = dwellings.landlord[ready]
    left = []
    for corporatie in model.corporaties:
        own = landlord == corporatie.number
        left.append(corporatie.allocate(ready.compress(own), local.compress(own), seekers))
    market = landlord < 0
    left.append(let_to_residents(ready.compress(market), local.compress(market), seekers, seekers.longest_first()))
    seekers.move(model)
    arrive(model, np.sort(np.concatenate(left)), model.demography.joined)
