"""What is to be run: scenarios by areas by parameter draws by seeds."""

from __future__ import annotations

from dataclasses import dataclass

import tomlkit

from sim.scenario import Scenario

SCHEMA = 1
CENTRAL_DRAW = 0
"""The draw in which every parameter has its central value."""

PERSONS_AT_ONCE = 5_000
"""Simulated residents of one area that answer in about a minute: 20 draws, 2 seeds, 10 years, two cores."""

FEWEST_PERSONS = 1_500
"""Simulated residents per area below which a sample says little of its streets."""

SAMPLE_STEP = 0.005


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
        attempt: 1, or 2 when a worker was lost before.
    """

    area: str
    draw: int
    seed: int
    sample: float
    years: int
    groups: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    attempt: int = 1


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
    """

    scenarios: tuple[Scenario, ...]
    reference: str
    areas: tuple[str, ...]
    draws: tuple[int, ...]
    seeds: tuple[int, ...]
    sample: float
    years: int
    groups: tuple[str, ...] = ()

    def tasks(self) -> list[Task]:
        """Return the tasks, draw by draw, so that what is finished when somebody stops is whole draws."""
        return [
            Task(area, draw, seed, self.sample, self.years, self.groups, self.scenarios)
            for draw in self.draws
            for seed in self.seeds
            for area in self.areas
        ]

    def to_toml(self) -> str:
        """Return the design as a file."""
        document = tomlkit.document()
        document["schema"] = SCHEMA
        document["scenarios"] = [scenario.id for scenario in self.scenarios]
        document["reference"] = self.reference
        document["areas"] = list(self.areas)
        document["draws"] = list(self.draws)
        document["seeds"] = list(self.seeds)
        document["sample"] = self.sample
        document["years"] = self.years
        document["groups"] = list(self.groups)
        return tomlkit.dumps(document)


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
