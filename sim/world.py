"""Starting worlds: an area in a parameter draw and a seed, standing at the start of the scenarios."""

from __future__ import annotations

from collections.abc import Mapping

from sim.areas.local import LocalNumbers
from sim.calendar import SCENARIO_START
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.scenario import Scenario


def start_world(
    area: str,
    draw: int,
    seed: int,
    sample: float,
    before: Scenario | None = None,
    start: int = SCENARIO_START,
    changes: Mapping[str, float] | None = None,
    local: LocalNumbers | None = None,
) -> NeighbourhoodModel:
    """Return a world that has lived up to ``start``; every scenario branches from it.

    Args:
        area: area id.
        draw: parameter draw; 0 is the central set.
        seed: seed of the world.
        sample: share of the street segments.
        before: policy realised before the start.
        start: month at which scenarios take over.
        changes: values of parameters in place of those of the draw, by path.
        local: what the area knows itself; goes over everything else.

    Raises:
        ParameterError: when a path of ``changes`` does not exist.
    """
    parameters = load_parameters(draw, area).with_values(changes) if changes else None
    return NeighbourhoodModel(
        area=area, scenario=before, rng=seed, sample=sample, draw=draw, parameters=parameters, start=start, local=local
    )
