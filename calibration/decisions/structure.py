"""Thirty-two worlds that are built differently: five things on which the literature differs, each two ways.

Each is a switch of parameters. Peers on or off; stopped crimes not displaced, or for three in ten; a vacated role in
the drug market left empty, or taken over at once; an alliance that works only above a threshold, or little by little;
the national trend flat, or falling. All else is at its central value. Peers are their influence on offending: who is
friends with whom, and who offends together, stays as it is. Little by little is the curve of the model stretched from
no coordination to full: it has no straight line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from scenarios.design import CENTRAL_DRAW, Design, Sweep
from scenarios.design_file import ALWAYS, parse_design
from scenarios.sweeps import Quantity, points_of
from sim.parameters import declared_parameters
from sim.scenario import Scenario

DISPLACED = 0.3
"""Share of stopped attempts made elsewhere: the upper end of what mechanisms.md C1 allows."""


@dataclass(frozen=True)
class Switch:
    """Something that may be two ways.

    Attributes:
        id: what it is.
        first: parameters that make it the first way, by path; the central values where none are named.
        second: the same for the other way.
    """

    id: str
    first: Mapping[str, float]
    second: Mapping[str, float]


def switches() -> tuple[Switch, ...]:
    """Return the five."""
    declared = declared_parameters()
    falling = declared["offending.trend"].distribution.p05
    central = {path: declared[path].value for path in ("offending.peers", "alliance.threshold", "alliance.mature")}
    peers, threshold, mature = (value for value in central.values() if isinstance(value, float))
    assert falling is not None
    return (
        Switch("peers", {"offending.peers": peers}, {"offending.peers": 0.0}),
        Switch("displacement", {"places.displacement": 0.0}, {"places.displacement": DISPLACED}),
        Switch("replacement", {"careers.replacement": 0.0}, {"careers.replacement": 1.0}),
        Switch(
            "alliance",
            {"alliance.threshold": threshold, "alliance.mature": mature},
            {"alliance.threshold": 0.0, "alliance.mature": 1.0},
        ),
        Switch("trend", {"offending.trend": 0.0}, {"offending.trend": falling}),
    )


@dataclass(frozen=True)
class World:
    """One of the worlds.

    Attributes:
        number: counts from 1, as the point of the sweep.
        second: by switch whether it is the second way.
        parameters: values by path.
    """

    number: int
    second: Mapping[str, bool]
    parameters: Mapping[str, float]


def worlds() -> tuple[World, ...]:
    """Return all combinations, in order."""
    known = switches()
    found = []
    for number, chosen in enumerate(product((False, True), repeat=len(known)), start=1):
        parameters: dict[str, float] = {}
        for switch, second in zip(known, chosen, strict=True):
            parameters |= switch.second if second else switch.first
        second_of = {switch.id: second for switch, second in zip(known, chosen, strict=True)}
        found.append(World(number, second_of, parameters))
    return tuple(found)


def structural_design(
    scenarios: Sequence[Scenario],
    reference: Scenario,
    areas: Sequence[str],
    years: int,
    seeds: Sequence[int],
    sample: float,
) -> Design:
    """Return the design that lives every option in every world, at central parameters for all else.

    Args:
        scenarios: the options beside the reference.
        reference: the reference.
        areas: area ids.
        years: years to live.
        seeds: seeds of every world.
        sample: share of the streets.
    """
    found = worlds()
    paths = list(found[0].parameters)
    quantities = tuple(
        Quantity("parameter", path, values=tuple(world.parameters[path] for world in found)) for path in paths
    )
    listed = (*scenarios, reference)
    design = Design(
        listed,
        reference.id,
        tuple(areas),
        (CENTRAL_DRAW,),
        tuple(seeds),
        sample,
        years,
        ALWAYS,
        sweep=Sweep("list", 0, 1, quantities, points_of("list", quantities, 0, 1)),
        id="structure",
    )
    return parse_design(design.to_toml(), "structure", {one.id: one for one in listed}.__getitem__)
