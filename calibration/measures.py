"""What is measured each month of persons on a bench, in the domains beside crime."""

from __future__ import annotations

import numpy as np

from sim.bench import BenchWorld
from sim.draws import F64
from sim.mechanisms.schooling import absence_of, skill_of
from sim.model import NeighbourhoodModel
from sim.population import columns as c


def _rows(world: NeighbourhoodModel) -> np.ndarray:
    return np.arange(world.people.used)


def skill(world: BenchWorld) -> F64:
    """Return skill in standard deviations, with what help at school added."""
    return skill_of(world.people, _rows(world))


def absence(world: BenchWorld) -> F64:
    """Return the share of school time missed, of pupils."""
    people = world.people
    return np.where(people.column("enrolled"), absence_of(people, _rows(world)), np.nan)


def out_of_work(world: BenchWorld) -> F64:
    """Return 1 for who has no work."""
    return np.asarray(world.people.column("work") != c.EMPLOYED, dtype=np.float64)


def poor_health(world: BenchWorld) -> F64:
    """Return 1 for who has complaints of mind or body."""
    people = world.people
    return np.asarray(people.column("distressed") | people.column("ill"), dtype=np.float64)


def in_distress(world: BenchWorld) -> F64:
    """Return 1 for who is in poor mental health."""
    return np.asarray(world.people.column("distressed"), dtype=np.float64)


def distress_chance(world: NeighbourhoodModel) -> F64:
    """Return the yearly chance of coming into poor mental health, by person."""
    rows, health = _rows(world), world.health
    log = health._distress_risk(world, rows, health._damp(world, rows))
    return np.asarray(health.distress[world.people.age[rows]] * np.exp(log))


def illness_chance(world: NeighbourhoodModel) -> F64:
    """Return the yearly chance of coming to have physical complaints, by person."""
    rows, health = _rows(world), world.health
    log = health._illness_risk(world, rows, health._damp(world, rows))
    return np.asarray(health.illness[world.people.age[rows]] * np.exp(log))
