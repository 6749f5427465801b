"""Homes: energy label, damp, rooms; what they cost, how they age and are kept up, and what an improvement changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, Bools, Draws, Rows, threshold, thresholds
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.table import Table

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

TENURES = ("owner", "corporatie", "private")
FEWEST_ROOMS = 1
SHARED = 1
"""Rooms that two persons share."""


def first_homes(dwellings: Table, draws: Draws, p: ParameterSet) -> None:
    """Give every dwelling of the base date a label, rooms, and damp or not, by its tenure."""
    furnish(dwellings, np.arange(dwellings.used), draws, p)


def furnish(dwellings: Table, rows: Rows, draws: Draws, p: ParameterSet) -> None:
    """Give dwellings a label, rooms, and damp or not, by their tenure."""
    life, tenure = dwellings.life[rows], dwellings.tenure[rows]
    bounds = np.stack([np.cumsum(p.table(f"homes.labels_{name}"))[:-1] for name in TENURES])
    u = draws.uniform("homes.label", life)
    dwellings.label[rows] = (u[:, None] >= bounds[tenure]).sum(axis=1)
    chance = p.table("homes.damp")[dwellings.label[rows]] * p.table("homes.damp_tenure")[tenure]
    dwellings.damp[rows] = draws.happens("homes.damp", life, thresholds(chance))
    rooms = np.rint(p.table("homes.rooms")[tenure] + draws.normal("homes.rooms", life))
    dwellings.rooms[rows] = np.maximum(rooms, FEWEST_ROOMS)


def in_poor_state(dwellings: Table) -> Bools:
    """Return which dwellings are damp or have a label below D."""
    return np.asarray(dwellings.column("damp") | (dwellings.column("label") > c.WORST_LABEL_GOOD))


def energy_euros(model: NeighbourhoodModel, homes: Rows) -> F64:
    """Return the energy costs of households in euros a year."""
    label = model.dwellings.label[model.households.dwelling[homes]]
    return np.asarray(model.p.table("homes.energy_euros")[label], dtype=np.float64)


def crowded(model: NeighbourhoodModel, homes: Rows) -> Bools:
    """Return which households have more persons than rooms, where two can share one."""
    households = model.households
    return np.asarray(households.size[homes] > model.dwellings.rooms[households.dwelling[homes]] + SHARED)


def keep_up(model: NeighbourhoodModel) -> None:
    """Let damp appear and be mended, and labels get better by the national trend: a twelfth of the homes a month."""
    dwellings, draws, p, month = model.dwellings, model.draws, model.p, model.month
    part = dwellings.column("life") % np.uint64(MONTHS_PER_YEAR) == month % MONTHS_PER_YEAR
    rows = np.flatnonzero(part)
    life, damp = dwellings.life[rows], dwellings.damp[rows]
    expected = p.table("homes.damp")[dwellings.label[rows]] * p.table("homes.damp_tenure")[dwellings.tenure[rows]]
    # appears more easily where there is more of it, so that every kind of home keeps its share
    comes = p["homes.damp_goes"] * expected / np.maximum(1 - expected, FEW)
    chance = np.where(damp, p["homes.damp_goes"], comes)
    turns = draws.happens("homes.damp_turns", life, thresholds(chance), month)
    dwellings.damp[rows.compress(turns)] = ~damp.compress(turns)
    better = rows.compress(draws.happens("homes.renewal", life, threshold(p["homes.renewal"]), month))
    better = better[dwellings.label[better] > 0]
    dwellings.label[better] -= np.uint8(1)


FEW = 0.1


def improve(model: NeighbourhoodModel, dwellings: Rows) -> None:
    """Finish the improvement of homes: warm, dry and burglar-proof."""
    table, p = model.dwellings, model.p
    table.label[dwellings] = np.minimum(table.label[dwellings], np.uint8(p["homes.new_label"]))
    table.damp[dwellings] = False
    table.secured[dwellings] = True
    table.improved_at[dwellings] = c.LONG_AGO


def survey_streets(model: NeighbourhoodModel) -> None:
    """Count, at the turn of the year, which share of the homes of a street is in poor state, or burglar-proof."""
    dwellings, streets = model.dwellings, model.streets
    street = dwellings.column("street")
    homes = np.maximum(np.bincount(street, minlength=streets.used), 1)
    for name, which in (("weak_homes", in_poor_state(dwellings)), ("secured", dwellings.column("secured"))):
        getattr(streets, name)[: streets.used] = np.bincount(street.compress(which), minlength=streets.used) / homes
