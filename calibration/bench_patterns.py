"""Patterns that are measured on a bench of persons or partners alone, apart from any area."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import mesa
import numpy as np

from calibration.probe_domains import Measures
from sim.agents.alliance import Alliance
from sim.bench import Bench, BenchWorld, Treatment
from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, Rows
from sim.levers import LeverSchedule
from sim.mechanisms.schooling import skill_of
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.programme.services import open_cases

BENCH = "bench"
"""Name under which these measures stand beside those of the areas."""

PUPILS = 4_000
SMALL_SAMPLE = 0.2
"""Share of the area from which the pupils of the lottery are copied."""

SCHOOL_YEAR = 10
"""Months of a school year."""

HOURS_YEARS = 3
WORKS_HALF = 0.5
"""Coordination counts as working from half of its full effect on."""

LONGEST = 50
"""Years after which an alliance is taken never to work."""

PROVED_BY = {"P34": "P34", "P35": "P35-serious-2", "P37": "P37"}
"""Proofs by the pattern that they measure."""

STRUCTURAL = {
    f"programme.alliantie.{name}": 1.0 for name in ("integrated", "structural", "coordinator", "data", "mayor")
}
"""An alliance with everything it needs."""


def measure_bench() -> Measures:
    """Return the values of the patterns of the bench by their number."""
    pupils = _pupils()
    return {
        "P19": _gain(pupils, "tutoring", SCHOOL_YEAR),
        "P20": _gain(pupils, "extended_hours", HOURS_YEARS * MONTHS_PER_YEAR),
        "P40": years_until_it_works(),
        **_proved(),
    }


def _proved() -> Measures:
    """Return the patterns that a proof replays already."""
    from calibration.proofs import declared_proofs  # slow to load, and only the bench needs it

    proofs = {proof.id: proof for proof in declared_proofs()}
    return {pattern: proofs[proof].measure().value for pattern, proof in PROVED_BY.items()}


def _pupils() -> Bench:
    """Return pupils of the ages at which both services are offered."""
    p = load_parameters()
    ages = np.array([p.table(f"services.{name}_age") for name in ("tutoring", "extended_hours")])
    low, high = ages[:, 0].max(), ages[:, 1].min()
    return Bench(lambda who: who.enrolled & (who.age >= low) & (who.age <= high), PUPILS, p, sample=SMALL_SAMPLE)


def _gain(pupils: Bench, service: str, months: int) -> float:
    """Return what a service adds to the skill of those who win a place, in SD, after some months.

    The same pupils are lived with and without a place, so that no luck of the lottery is left.
    """
    found = pupils.trial(_held(service, months), months + 1, {"it": skill})
    return float((found.treated["it"][months] - found.control["it"][months]).mean())


def _held(service: str, months: int) -> Treatment:
    """Return a treatment: a place in a service for so many months."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        open_cases(model, rows, service, months)

    return treat


def skill(world: BenchWorld) -> F64:
    """Return everybody's skill, with what help at school added to it."""
    return skill_of(world.people, np.arange(world.people.used))


def years_until_it_works() -> float:
    """Return the years until an alliance on structural money works for more than half.

    Coordination is lived alone: no partner has any work to do.
    """
    surroundings: Any = mesa.Model(rng=1)
    surroundings.p, surroundings.month = load_parameters(), 0
    surroundings.levers = LeverSchedule({path: ((0, value),) for path, value in STRUCTURAL.items()})
    surroundings.care = SimpleNamespace(residents=0.0)
    alliance = Alliance(cast(NeighbourhoodModel, surroundings))
    alliance.paid = 1.0
    while alliance.works <= WORKS_HALF and surroundings.month < LONGEST * MONTHS_PER_YEAR:
        alliance.mature()
        surroundings.month += 1
    return float(surroundings.month / MONTHS_PER_YEAR)
