"""Experiments on the drug market, on streets and with the police of a real area."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.experiments import idle_of
from calibration.findings import Found, P, inside, real_area, whole_area
from sim import setup
from sim.bench import StreetBench
from sim.calendar import MONTHS_PER_YEAR
from sim.levers import LeverSchedule, declared_levers
from sim.mechanisms.drug_market import RECRUITED_AGES, exposed, holders, turn_over
from sim.model import NeighbourhoodModel
from sim.outcomes import OUTCOMES
from sim.population import columns as c
from sim.programme.budget import PREFIX

# --- the drug market


WEIGHTS = ("exposure", "poor", "idle", "active")
RECRUITS = 150
"""Recruits a month in the proof: many more than there are, so that shares among them can be told."""

RECRUITING_MONTHS = 24


def recruitment(weight: str) -> Found:
    """Recruit with one weight only, and look at the odds that the recruited have what it weighs."""

    def odds(size: float) -> float:
        world = real_area().branch(None)
        world.p = P.with_values({f"careers.{name}": size * (name == weight) for name in WEIGHTS})
        people = world.people
        age = people.column("age")
        rows = np.flatnonzero(
            (people.column("status") == c.INSIDE) & (age >= RECRUITED_AGES[0]) & (age < RECRUITED_AGES[1])
        )
        rows = rows[people.role_since[rows] < 0]
        has = {
            "exposure": exposed(world, rows),
            "poor": people.low_income[rows],
            "idle": idle_of(people, rows),
            "active": people.events12[rows] > 0,
        }[weight]
        before = people.role_since.copy()
        counts = np.zeros((2, 2))
        for _ in range(RECRUITING_MONTHS):
            world.roles = float(holders(world).size + RECRUITS)
            turn_over(world)
            new = people.role_since[rows] == world.month
            for chosen in (0, 1):
                counts[chosen] += np.bincount(has[new == bool(chosen)], minlength=2)
            people.role_since[:] = before  # every month begins as the first
            world.month += 1
        return float(counts[1, 1] * counts[0, 0] / counts[1, 0] / counts[0, 1])

    size = P[f"careers.{weight}"]
    found, off = odds(size), odds(0.0)
    says = float(np.exp(size))
    return Found(
        found,
        found,
        found,
        says * 0.8,
        says * 1.25,
        says,
        off,
        agrees=bool(0.8 < found / says < 1.25 and 0.8 < off < 1.25),
    )


def roles_after_custody(replacement: float, low: float, high: float) -> Found:
    """Detain everybody who holds a role for a year; look at the crime of role holders in that year."""
    crime, filled = [], []
    for detain in (False, True):
        world = whole_area().branch(None)
        world.p = P.replace(careers__replacement=replacement)
        if detain:
            held = holders(world)
            world.justice.detain(held, "long_prison", np.full(held.size, MONTHS_PER_YEAR, dtype=np.int16))
        crime.append(0.0)
        filled.append(0.0)
        for _ in range(MONTHS_PER_YEAR):
            world.step()
            crime[-1] += float(world.rates.participations()[:, holders(world)].sum())
            filled[-1] += holders(world).size
    return inside(crime[1] / crime[0], low, high, detail=f"drug_market_roles={change(filled[1], filled[0])}")


# --- streets


MOST_HIT = 20
"""One street in so many is a hot spot in the proof of regression to the mean."""


def regression_to_the_mean() -> Found:
    """Follow the streets with most registered crimes of a year in the next year, with nothing done to them."""
    world = StreetBench(whole_area(), 1).untreated()
    registered = []
    for _ in range(2):
        while world.month % MONTHS_PER_YEAR != MONTHS_PER_YEAR - 1:
            world.step()
        registered.append(world.streets.column("registered").astype(np.float64))  # January to November
        world.step()
    first, then = registered
    hot = np.argsort(-first, kind="stable")[: first.size // MOST_HIT]
    usual = float(then.sum() / first.sum())
    return inside(float(then[hot].sum() / first[hot].sum()) / usual, 0.0, 0.97)


WATCHED = 60
"""Hot spots that are policed in the proof of displacement."""


def displacement(share: float) -> Found:
    """Police hot spots while a share of the stopped attempts is made elsewhere; against none made elsewhere."""

    def prevented(elsewhere: float) -> float:
        bench = StreetBench(real_area(), WATCHED).under(P.replace(places__displacement=elsewhere))
        completed = []
        for world in (bench.untreated(), bench.treated("hot_spots")):
            total = 0.0
            for _ in range(MONTHS_PER_YEAR // 2):
                world.step()
                total += sum(world.places.completed(kind) for kind in (c.MINOR, c.SERIOUS))
            completed.append(total)
        return completed[0] - completed[1]

    found = prevented(share) / prevented(0.0)
    # some attempts made elsewhere are stopped there
    return inside(found, 1 - share, 1 - 0.7 * share, 1 - share)


# --- a real area under other levers


def lived(
    levers: Mapping[str, float],
    months: int = MONTHS_PER_YEAR,
    source: NeighbourhoodModel | None = None,
    changes: Mapping[str, float] | None = None,
) -> NeighbourhoodModel:
    """Return an area after some months under levers.

    Args:
        levers: values that hold from the beginning.
        months: months to live.
        source: the area to begin from; a part of a large one by default.
        changes: parameters with other values from then on.
    """
    world = (source or real_area()).branch(None)
    if changes:
        with_effect = world.with_effect
        world.p = world.p.with_values(changes)
        setup._mechanisms(world)
        world.with_effect = with_effect
        world.counts.place(np.arange(world.people.used))
        world.begin()
    world._schedule = schedule(levers)
    for _ in range(months):
        world.step()
    return world


def year_under(
    levers: Mapping[str, float], months: int = MONTHS_PER_YEAR, source: NeighbourhoodModel | None = None
) -> dict[str, float]:
    """Return the outcomes of an area over its last complete year under levers, from expectations where there are."""
    return outcomes(lived(levers, months, source))


def change(one: float, other: float) -> str:
    """Return how much one is above the other, in words."""
    return f"{(one / other - 1) * 100:+.2g} %" if other else f"{one:.3g} (0)"


def schedule(levers: Mapping[str, float]) -> LeverSchedule:
    """Return a schedule in which levers hold from the beginning.

    Raises:
        ValueError: when a value lies outside what a scenario may set.
    """
    for path, value in levers.items():
        lever = declared_levers()[path]
        if not lever.low <= value <= lever.high:
            raise ValueError(f"{path} may not be {value}")
    return LeverSchedule({path: ((0, value),) for path, value in levers.items()})


def outcomes(world: NeighbourhoodModel, view: str = "place") -> dict[str, float]:
    """Return the outcomes of the last complete year in a view."""
    rows = [row for row in world.outcome_rows() if row["group"] == "all" and row["view"] == view]
    last = max(row["year"] for row in rows)
    found = {}
    for row in rows:
        if row["year"] == last:
            found[row["outcome"]] = row["expected"] if OUTCOMES[row["outcome"]].expectation else row["value"]
    return found


def police_hours(outcome: str, low: float, high: float, of: str | None = None) -> Found:
    """Give the basic team half as many hours again, for a year; the outcome itself or as a share of another."""
    usual, more = (year_under({"police.hours": hours}) for hours in (1.0, 1.5))
    base = more[of] / usual[of] if of else 1.0
    return inside(more[outcome] / usual[outcome] / base, low, high)


def elasticity_of_police() -> Found:
    """E44: crime against the number of police."""
    usual, more = (year_under({"police.hours": hours}) for hours in (1.0, 1.1))
    found = float(np.log(more["crimes_per_1000"] / usual["crimes_per_1000"]) / np.log(1.1))
    return inside(found, -0.34, 0.0, -0.17)


WIJKAGENTEN = {PREFIX + "euros.wijkagent": 2_000_000.0}


def wijkagenten_and_crime() -> Found:
    """E40: more wijkagenten, and crime."""
    usual, more = year_under({}, 24), year_under(WIJKAGENTEN, 24)
    return inside(more["crimes_per_1000"] / usual["crimes_per_1000"], 0.98, 1.02, 1.0)


def wijkagenten_and_trust() -> Found:
    """E40: more wijkagenten, and the residents' trust."""
    world = real_area().branch(None)
    world._schedule = schedule(WIJKAGENTEN)
    for _ in range(24):
        world.step()
    return inside(world.police.wijkagenten.contact, 0.001, 1.0, nothing=0.0)
