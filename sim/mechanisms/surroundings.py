"""Surroundings: disorder and cohesion of street segments. Nobody measures them; they are states of the model.

Disorder spreads over the streets of a block and wears cohesion down, which holds disorder in check (Utrecht panel,
M076). Disorder is not wired to violence (M075): it makes people feel unsafe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64
from sim.mechanisms.trust import mean_trust
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

LOWEST, HIGHEST = 0.2, 3.0
MOST_RELATIVE = 3.0
"""A street has at most so many times the usual crime or turnover."""

BASE_INDEX = 100.0


def wear(model: NeighbourhoodModel) -> None:
    """Let disorder and cohesion of every street move a month towards where its surroundings pull them."""
    streets, p = model.streets, model.p
    disorder, cohesion = (streets.column(name) for name in ("disorder", "cohesion"))
    towards, bonds = pulls(model)
    speed = np.float32(1 / p["surroundings.months"])
    disorder += speed * (np.clip(towards, LOWEST, HIGHEST).astype(np.float32) - disorder)
    cohesion += speed * (np.clip(bonds, LOWEST, HIGHEST).astype(np.float32) - cohesion)


def pulls(model: NeighbourhoodModel) -> tuple[F64, F64]:
    """Return the disorder and the cohesion towards which every street is pulled."""
    streets, p = model.streets, model.p
    residents = np.maximum(streets.column("residents").astype(np.float64), 1.0)
    minor = np.minimum(streets.column("minor_last_year") / residents / model.usual_minor, MOST_RELATIVE)
    moved = np.minimum(streets.column("moved_last_year") / residents / model.usual_moved, MOST_RELATIVE)
    disorder = streets.column("disorder").astype(np.float64)
    cohesion = streets.column("cohesion").astype(np.float64)
    towards = 1 + p["surroundings.crime"] * (minor - 1)
    towards += p["surroundings.homes"] * (streets.column("weak_homes") - model.usual_weak_homes)
    towards += p["surroundings.spreads"] * (block_mean(model, disorder) - 1)
    towards -= p["surroundings.control"] * (cohesion - 1)
    towards -= p["surroundings.greening"] * model.social.greened
    bonds = 1 - p["surroundings.turnover"] * (moved - 1) - p["surroundings.disorder"] * (disorder - 1)
    bonds += p["surroundings.trust"] * mean_trust(model) + p["surroundings.meeting"] * model.social.meeting
    return towards, bonds


def block_mean(model: NeighbourhoodModel, values: F64) -> F64:
    """Return the mean of the block of every street."""
    block = model.places.block
    count = np.bincount(block)
    # whole millionths: the same sum in any order
    total = np.bincount(block, weights=np.rint(values * MICRO))
    return np.asarray((total / MICRO / count)[block], dtype=np.float64)


MICRO = 1e6


def liveability(model: NeighbourhoodModel) -> F64:
    """Return a score of every street on five dimensions, in standard deviations of the base date; higher is better."""
    streets, p = model.streets, model.p
    usual, spread = (np.asarray(model.centres[f"liveability_{name}"]) for name in ("mean", "sd"))
    parts = (features(model) - usual[:, None]) / spread[:, None]
    return np.asarray((p.table("surroundings.weights")[:, None] * parts).sum(axis=0))[: streets.used]


def features(model: NeighbourhoodModel) -> F64:
    """Return the five dimensions of every street (5, streets): surroundings, homes, amenities, cohesion, nuisance.

    Physical surroundings and amenities are a lasting draw per block: nothing here is known about them.
    """
    streets, p = model.streets, model.p
    life = streets.column("life")
    first = np.zeros(int(model.places.block.max()) + 1, dtype=np.int64)
    first[model.places.block[::-1]] = np.arange(streets.used)[::-1]
    block_life = life[first[model.places.block]]
    physical = model.draws.normal("surroundings.physical", block_life).astype(np.float64)
    physical += p["surroundings.physical_greening"] * model.social.greened
    amenities = model.draws.normal("surroundings.amenities", block_life).astype(np.float64)
    residents = np.maximum(streets.column("residents").astype(np.float64), 1.0)
    crime = np.log((streets.column("crimes_last_year") + 1.0) / (residents + 1.0))
    of_disorder, of_crime, of_unsafe = p.table("surroundings.nuisance")
    nuisance = -of_disorder * streets.column("disorder").astype(np.float64) - of_crime * crime
    nuisance -= of_unsafe * _unsafe(model)
    return np.stack([physical, -streets.column("weak_homes"), amenities, streets.column("cohesion"), nuisance])


def _unsafe(model: NeighbourhoodModel) -> F64:
    """Return the share of the residents of every street who feel unsafe."""
    people, streets = model.people, model.streets
    inside = np.flatnonzero(people.column("status") == c.INSIDE)
    street = people.street[inside]
    count = np.maximum(np.bincount(street, minlength=streets.used), 1)
    return np.asarray(np.bincount(street.compress(people.unsafe[inside]), minlength=streets.used) / count)
