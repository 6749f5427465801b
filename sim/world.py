"""Starting worlds: an area in a parameter draw and a seed, standing at the start of the scenarios."""

from __future__ import annotations

from sim.calendar import SCENARIO_START
from sim.model import NeighbourhoodModel
from sim.scenario import Scenario


def start_world(
    area: str,
    draw: int,
    seed: int,
    sample: float,
    before: Scenario | None = None,
    start: int = SCENARIO_START,
) -> NeighbourhoodModel:
    """Return a world that has lived up to ``start``; every scenario branches from it.

    Args:
        area: area id.
        draw: parameter draw; 0 is the central set.
        seed: seed of the world.
        sample: share of the street segments.
        before: policy realised before the start.
        start: month at which scenarios take over.
    """
    return NeighbourhoodModel(area=area, scenario=before, rng=seed, sample=sample, draw=draw, start=start)
