"""Experiments with levers: who is reached, and what every lever moves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.experiments_streets import change, schedule, year_under
from calibration.findings import MANY, Found, inside, small_area
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES
from sim.programme.budget import PREFIX
from sim.programme.catalogue import GEZAG, LINES, NUMBER
from sim.programme.finding import Sight

# --- who is reached, and every lever

MUCH = 1_500_000.0
"""Euros a year for the smallest area, several times what it gets."""

SCARCE = 300_000.0
"""The same where it matters who comes first: there are fewer places than youths in view."""

TWO_YEARS = 24
ALLIANCE = "programme.alliantie."
ALLIED = {ALLIANCE + "integrated": 1.0}


def reached(service: str, levers: Mapping[str, float]) -> dict[str, float]:
    """Return the mean registrations and risk points of those enrolled in a service in two years."""
    world = small_area().branch(None)
    world._schedule = schedule({PREFIX + "budget": SCARCE, **levers})
    seen: dict[str, list[float]] = {"registrations": [], "risk": []}
    for _ in range(TWO_YEARS):
        world.step()
        cases = world.cases
        mine = (cases.column("start") == world.month - 1) & (cases.column("service") == NUMBER[service])
        rows = cases.column("person")[mine & (cases.column("person") >= 0)].astype(np.intp)
        seen["registrations"] += world.people.registrations[rows].tolist()
        seen["risk"] += Sight(world).risk(rows).tolist()
    return {name: float(np.mean(values)) if values else 0.0 for name, values in seen.items()} | {
        "number": float(len(seen["risk"]))
    }


def targeting(value: float, against: float) -> Found:
    """Aim mentoring otherwise: risk points of who is enrolled."""
    one, other = (reached("mentoring", {PREFIX + "targeting": aim}) for aim in (value, against))
    return inside(one["risk"] / other["risk"], 1.1, MANY)


def framework_reaches() -> Found:
    """Switch on the quality framework: risk points of who gets a mentor."""
    one, other = (reached("mentoring", {PREFIX + "quality_framework": on}) for on in (1.0, 0.0))
    return inside(one["risk"] / other["risk"], 1.1, MANY)


def framework_and_harm() -> Found:
    """Switch on the quality framework: youths sent to scared-straight lessons, against without it."""
    mix = {PREFIX + "mix.scared_straight": 0.3}
    one, other = (reached("scared_straight", mix | {PREFIX + "quality_framework": on}) for on in (1.0, 0.0))
    return inside(one["number"] / max(other["number"], 1.0), 0.0, 0.0, 0.0)


MONEY = ("programme_euros", "programme_posts")
"""Outcomes whose names begin so move with any money: they do not show that a lever does something."""

OF_GEZAG_MONEY = ("share_limits", "share_authority", "targeting", "quality_framework", "structural")
"""Levers of Preventie met gezag that do something only where it has money."""

NATIONAL = 400_000_000.0
"""Euros a year for the country: the most that a lever allows."""

NEW_HOMES = 100.0
"""Homes built a year, where it matters which."""

NAMED = 3
"""Outcomes named beside a lever."""


def lever_against(path: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return two sets of levers that differ in one: with it, and without it."""
    lever = declared_levers()[path]
    if lever.unit == "EUR per year":
        own = {path: min(NATIONAL if "national" in path else MUCH, lever.high)}
        return (own | ALLIED, ALLIED) if path.startswith(ALLIANCE) else (own, {})
    given = _needed_by(path)
    if ".mix." in path:
        return given | {path: 1.0}, given | {path: 0.0}
    if not given:
        return {path: lever.high}, {path: lever.low}
    other = lever.high if lever.default < lever.high else lever.low
    return given | {path: other}, given | {path: lever.default}


def _needed_by(path: str) -> dict[str, float]:
    """Return other levers without which this one has nothing to act on."""
    if path == "housing.new_owner_share":
        return {"housing.new_homes": NEW_HOMES}
    if path.startswith(ALLIANCE) and path != ALLIANCE + "integrated":
        return {**ALLIED, ALLIANCE + "budget": MUCH}
    for line in LINES:
        name = path.removeprefix(f"programme.{line.name}.")
        if name == path:
            continue
        if line.name != GEZAG or name in OF_GEZAG_MONEY or name.startswith("mix."):
            return {f"programme.{line.name}.budget": MUCH}
    return {}


def lever(path: str) -> Found:
    """Pull one lever for two years; count the outcomes that differ, other than those of money itself."""
    one, other = (year_under(levers, TWO_YEARS, small_area()) for levers in lever_against(path))
    moved = {
        name: abs(one[name] - other[name]) / max(abs(one[name]), abs(other[name]))
        for name in one.keys() & other.keys()
        if not name.startswith(MONEY) and one[name] != other[name]
    }
    most = sorted(moved, key=lambda name: (-moved[name], name))[:NAMED]
    detail = "; ".join(f"{name}={change(one[name], other[name])}" for name in most)
    return inside(float(len(moved)), 1.0, float(len(OUTCOMES)), nothing=0.0, detail=detail)


def formal_share() -> Found:
    """Pull the processing threshold from nothing to everybody: minors formally processed."""
    path = PREFIX + "processing_threshold"
    one, other = (year_under({path: value}) for value in (1.0, 0.0))
    return inside(one["formally_processed_minors"] / other["formally_processed_minors"], 1.1, MANY)
