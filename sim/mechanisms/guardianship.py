"""Guardianship: the chance that an attempt on a street is stopped, from the hours that police and boa's spend there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64
from sim.programme.catalogue import STREET_MEASURES

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

LEAST_PRESENCE = 0.001
"""Ordinary presence relative to the usual one never falls to nothing: a street has passers-by."""

MOST_STOPPED = 0.9
"""No presence stops more than this share of the attempts."""


@dataclass
class Deployment:
    """Hours on the streets this month.

    Attributes:
        presence: ordinary presence relative to the usual one.
        hot_spots: hours on hot spots.
        problems: hours on problem-oriented work.
        boas: hours of jeugdboa's on foot.
    """

    presence: float = 1.0
    hot_spots: float = 0.0
    problems: float = 0.0
    boas: float = 0.0


def watch(model: NeighbourhoodModel, deployed: Deployment) -> None:
    """Set the chance that an attempt is stopped, street by street.

    The streets with most registered crimes of last year come first; how many follows from the hours that one takes.
    """
    p, streets = model.p, model.streets
    rank = streets.column("rank").astype(np.float64)
    on_hot = _level(rank, deployed.hot_spots / p["police.hot_spot_hours"])
    on_problem = _level(rank, deployed.problems / p["police.problem_hours"])
    on_foot = _level(rank, deployed.boas / p["police.hot_spot_hours"])
    hot, problem = streets.column("hot"), streets.column("problem")
    hot[:] = np.maximum(on_hot, hot * 0.5 ** (1 / p["police.hot_spots_half_life"]))
    grown = np.minimum(problem + on_problem / p["police.problem_lag"], on_problem)
    problem[:] = np.maximum(grown, problem * 0.5 ** (1 / p["police.problem_half_life"]))
    effect = np.log(p["police.hot_spots_effect"]) * hot
    effect = effect + np.log(p["police.problem_oriented_effect"]) * problem
    effect = effect + np.log(p["police.jeugdboa_effect"]) * on_foot
    effect = effect + _surroundings(model)
    effect = np.maximum(effect + _beside(model, effect), np.log(p["services.floor"]))
    passes = (
        (1 - p["police.usual_stop"]) * np.exp(effect) * max(deployed.presence, LEAST_PRESENCE) ** -p["police.presence"]
    )
    streets.column("stopped")[:] = np.minimum(np.maximum(1 - passes, 0.0), MOST_STOPPED)


def _surroundings(model: NeighbourhoodModel) -> F64:
    """Return what measures on the street, burglar-proof homes, watches and cohesion change, as a log ratio."""
    p, streets, social = model.p, model.streets, model.social
    effect = -p["surroundings.stops"] * (streets.column("cohesion").astype(np.float64) - 1)
    for name in STREET_MEASURES:
        if social.segments[name]:
            effect += np.log(p[f"services.{name}_effect"]) * social.cover(name)
    burglary = p["homes.burglary"]
    effect += np.log1p(-burglary * (1 - p["homes.secured"]) * streets.column("secured"))
    if model.residents_groups.watched:
        effect += np.log1p(-burglary * (1 - p["homes.watched"]) * model.residents_groups.watches())
    return np.asarray(effect, dtype=np.float64)


def _level(rank: F64, segments: float) -> F64:
    """Return how far each segment is covered when ``segments`` of them can be, the first in rank first."""
    return np.minimum(np.maximum(segments - rank, 0.0), 1.0)


def _beside(model: NeighbourhoodModel, effect: F64) -> F64:
    """Return what the other streets of the block pass on: benefits diffuse."""
    block = model.places.block
    count = np.bincount(block, minlength=1)
    total = np.bincount(block, weights=effect, minlength=1)
    others = (total[block] - effect) / np.maximum(count[block] - 1, 1)
    return model.p["places.diffusion"] * np.where(count[block] > 1, others, 0.0)
