"""What is to be run: scenarios by areas by parameter draws by seeds, and by the points of a sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import tomlkit

from scenarios.sweeps import Point, Quantity
from scenarios.variants import at_point
from sim.areas import LocalNumbers
from sim.scenario import Scenario

SCHEMA = 2
"""Of design files. From 2 on a design that does not say where its draws come from takes the shipped posterior."""

CENTRAL_DRAW = 0
"""The draw in which every parameter has its central value."""

PRIOR = "prior"
"""Draws from the distributions of the parameter files."""

POSTERIOR = "posterior"
"""Draws of the shipped posterior (:mod:`scenarios.posterior`)."""

PERSONS_AT_ONCE = 5_000
"""Simulated residents of one area that answer in about a minute: 20 draws, 2 seeds, 10 years, two cores."""

FEWEST_PERSONS = 1_500
"""Simulated residents per area below which a sample says little of its streets."""

SAMPLE_STEP = 0.005

SCENARIOS_AT_ONCE = 8
"""Scenarios that one task branches from its world at most: more would make tasks long, and a kill cost more of them."""

Values = tuple[tuple[str, float], ...]
"""Values by path, in a form that can be compared and crosses to a worker."""


@dataclass(frozen=True)
class Task:
    """One world, lived under every scenario: what one worker does at a time.

    Attributes:
        area: area id.
        draw: parameter draw.
        seed: seed of the world.
        sample: share of the streets that is simulated.
        years: years to live from the start of the scenarios.
        groups: kinds of groups to report beside everybody.
        scenarios: what to branch from the same start.
        changes: parameters with the values they have in place of those of the draw.
        local: what the area knows itself.
        attempt: 1, or 2 when a worker was lost before.
    """

    area: str
    draw: int
    seed: int
    sample: float
    years: int
    groups: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    changes: Values = ()
    local: LocalNumbers | None = None
    attempt: int = 1

    @property
    def runs(self) -> list[str]:
        """The names of the runs it gives."""
        return [run_id(scenario.id, self.area, self.draw, self.seed) for scenario in self.scenarios]


@dataclass(frozen=True)
class Drawn:
    """Parameter draws made elsewhere, such as a fitted posterior.

    Attributes:
        file: where they were read.
        sha256: checksum of that file.
        values: by draw and area (``all`` for the country) the parameters with values of their own.
    """

    file: str
    sha256: str
    values: Mapping[tuple[int, str], Values] = field(repr=False)

    def of(self, draw: int, area: str) -> dict[str, float]:
        """Return the values of a draw in an area."""
        return {**dict(self.values.get((draw, ALL_AREAS), ())), **dict(self.values.get((draw, area), ()))}


ALL_AREAS = "all"


@dataclass(frozen=True)
class Sweep:
    """The points a design goes through.

    Attributes:
        method: how they were chosen.
        size: the number asked for, where the method samples.
        seed: seed of the choice.
        quantities: what is swept.
        points: the points.
    """

    method: str
    size: int
    seed: int
    quantities: tuple[Quantity, ...]
    points: tuple[Point, ...]

    @property
    def moves_parameters(self) -> bool:
        """Whether every point is another world, which the reference has to live in as well."""
        return any(one.kind == "parameter" for one in self.quantities)

    @cached_property
    def checksum(self) -> str:
        """Checksum of the points: another version of the library that chose them may choose others."""
        told = "\n".join(f"{point.number} {sorted(point.columns().items())!r}" for point in self.points)
        return hashlib.sha256(told.encode()).hexdigest()

    def facts(self) -> dict[str, Any]:
        """Return the sweep as it stands in a file."""
        facts: dict[str, Any] = {"method": self.method, "points_sha256": self.checksum}
        if self.size:
            facts |= {"size": self.size, "seed": self.seed}
        for kind in ("lever", "parameter"):
            own = {one.path: _range(one) for one in self.quantities if one.kind == kind}
            if own:
                facts[f"{kind}s"] = own
        return facts


def _range(quantity: Quantity) -> Any:
    if quantity.values:
        return list(quantity.values)
    return {} if quantity.quantile is not None else {"low": quantity.low, "high": quantity.high}


@dataclass(frozen=True)
class Design:
    """A batch of runs.

    Attributes:
        scenarios: the scenarios, the reference last.
        reference: id of the scenario the others are compared with.
        areas: area ids.
        draws: parameter draws; 0 is the central set.
        seeds: seeds per draw.
        sample: share of the streets, the same in every area so that areas can be added.
        years: years to live.
        groups: kinds of groups to report beside everybody.
        local: what areas know themselves, at most one per area.
        drawn: draws of a posterior, shipped or made elsewhere; from the prior unless given.
        sweep: what is swept.
        id: name of the design.
    """

    scenarios: tuple[Scenario, ...]
    reference: str
    areas: tuple[str, ...]
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    sample: float
    years: int
    groups: tuple[str, ...] = ()
    local: tuple[LocalNumbers, ...] = ()
    drawn: Drawn | None = None
    sweep: Sweep | None = None
    id: str = ""

    def tasks(self) -> list[Task]:
        """Return the tasks, draw by draw, so that what is finished when somebody stops is whole draws."""
        return [
            self._task(area, draw, seed, scenarios, changes)
            for draw in self.draws
            for seed in self.seeds
            for area in self.areas
            for scenarios, changes in self._portions
        ]

    def runs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the name of every run with the columns that the table of runs has of it, in the order of the tasks."""
        for task in self.tasks():
            for scenario, run in zip(task.scenarios, task.runs, strict=True):
                swept = self._swept.get(scenario.id, {})
                key = {"scenario": scenario.id, "area": task.area, "draw": task.draw, "seed": task.seed}
                yield run, {**key, "sample": self.sample, "years": self.years, **swept}

    @property
    def swept_columns(self) -> list[str]:
        """Names of the columns of the swept quantities in the table of runs."""
        return [one.column for one in self.sweep.quantities] if self.sweep else []

    @property
    def unswept(self) -> list[str]:
        """Ids of the scenarios that are compared as they are: none where all of them are swept."""
        return [] if self.sweep else [each.id for each in self.scenarios if each.id != self.reference]

    def to_toml(self) -> str:
        """Return the design as a file, with every choice written out."""
        document = tomlkit.document()
        document["schema"] = SCHEMA
        if self.id:
            document["id"] = self.id
        document["scenarios"] = [scenario.id for scenario in self.scenarios]
        document["reference"] = self.reference
        document["areas"] = list(self.areas)
        document["draws"] = list(self.draws)
        document["draws_from"] = PRIOR if self.drawn is None else self.drawn.file
        if self.drawn is not None:
            document["draws_sha256"] = self.drawn.sha256
        document["seeds"] = list(self.seeds)
        document["sample"] = self.sample
        document["years"] = self.years
        document["groups"] = list(self.groups)
        if self.sweep is not None:
            document["sweep"] = self.sweep.facts()
        return tomlkit.dumps(document)

    def _task(self, area: str, draw: int, seed: int, scenarios: tuple[Scenario, ...], changes: Values) -> Task:
        drawn = self.drawn.of(draw, area) if self.drawn is not None else {}
        local = next((numbers for numbers in self.local if numbers.area == area), None)
        both = tuple(sorted({**drawn, **dict(changes)}.items()))
        return Task(area, draw, seed, self.sample, self.years, self.groups, scenarios, both, local)

    @cached_property
    def _portions(self) -> list[tuple[tuple[Scenario, ...], Values]]:
        """What is lived in each world: some scenarios, in a world in which some parameters were changed."""
        if self.sweep is None:
            return [(self.scenarios, ())]
        *others, reference = self.scenarios
        if not self.sweep.moves_parameters:
            swept = [self._at(each, point) for point in self.sweep.points for each in others]
            return [(part, ()) for part in _parts([reference, *swept])]
        return [
            (part, point.parameters)
            for point in self.sweep.points
            for part in _parts([*(self._at(each, point) for each in others), _renamed(reference, point)])
        ]

    @cached_property
    def _swept(self) -> dict[str, dict[str, float]]:
        """By scenario the values of the swept quantities, as far as they hold for it."""
        found: dict[str, dict[str, float]] = {}
        for point in self.sweep.points if self.sweep else ():
            for scenario in self.scenarios:
                values = point.columns()
                if scenario.id == self.reference:
                    values = {name: value for name, value in values.items() if name.startswith("parameter:")}
                found[point_id(scenario.id, point)] = values
        return found

    def _at(self, scenario: Scenario, point: Point) -> Scenario:
        if not point.levers:
            return _renamed(scenario, point)
        return at_point(scenario, point_id(scenario.id, point), dict(point.levers), self.areas)


def point_id(scenario: str, point: Point) -> str:
    """Return the name of a scenario at a point of a sweep."""
    return f"{scenario}~{point.number:04d}"


def numbered_draws(draws: int) -> tuple[int, ...]:
    """Return the draws asked for: they count from 1; none asked for is the central set alone."""
    return tuple(range(1, draws + 1)) if draws else (CENTRAL_DRAW,)


def run_id(scenario: str, area: str, draw: int, seed: int) -> str:
    """Return the name of one run, which is also that of its file."""
    return f"{scenario}.{area}.{draw:04d}.{seed:04d}"


def sample_that_answers(residents: list[float]) -> float:
    """Return a sample at which an area of this size answers within about a minute; several take longer."""
    wanted = max(PERSONS_AT_ONCE, FEWEST_PERSONS * len(residents)) / sum(residents)
    return min(1.0, max(SAMPLE_STEP, round(round(wanted / SAMPLE_STEP) * SAMPLE_STEP, 3)))


def _renamed(scenario: Scenario, point: Point) -> Scenario:
    return scenario.model_copy(update={"id": point_id(scenario.id, point)})


def _parts(scenarios: Iterable[Scenario]) -> list[tuple[Scenario, ...]]:
    listed = list(scenarios)
    return [tuple(listed[first : first + SCENARIOS_AT_ONCE]) for first in range(0, len(listed), SCENARIOS_AT_ONCE)]
