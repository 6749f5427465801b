"""One run that somebody waits for, and the name under which its outcome is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scenarios.catalogue import REALISED
from scenarios.posterior import posterior_changes
from sim.fingerprint import fingerprint
from sim.scenario import Scenario

SCHEMA = 2
"""Of what is kept; another number is another name, so that nothing old is ever read."""

DIGEST_BYTES = 16


@dataclass(frozen=True)
class WorldKey:
    """A world at the start of the scenarios.

    Attributes:
        area: area id.
        draw: parameter draw.
        seed: seed of the world.
        sample: share of the streets that is simulated.
    """

    area: str
    draw: int
    seed: int
    sample: float

    @property
    def name(self) -> str:
        """Name of its snapshot: equal names, equal worlds."""
        fitted = sorted(posterior_changes(self.draw, self.area).items())
        return _digest(["world", _past(), self.area, self.draw, self.seed, self.sample, fitted])


@dataclass(frozen=True)
class LiveRun:
    """A world lived under a scenario.

    Attributes:
        world: the world.
        scenario: the scenario.
        years: years from the start of the scenario.
        groups: kinds of groups to report beside everybody.
    """

    world: WorldKey
    scenario: Scenario
    years: int
    groups: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its outcomes: scenarios that ask the same of the area have one name, whatever they are called."""
        schedule = self.scenario.schedule(self.world.area)
        levers = [[path, list(steps)] for path, steps in sorted(schedule.steps.items())]
        return _digest(["run", self.world.name, self.scenario.start, levers, self.years, sorted(self.groups)])


@cache
def _past() -> list[str | int]:
    """Everything a world follows from beside its key: the model, and what was done before the start."""
    realised = files("scenarios").joinpath("library", f"{REALISED}.toml").read_bytes()
    return [SCHEMA, fingerprint(), hashlib.sha256(realised).hexdigest()]


def _digest(content: list[object]) -> str:
    return hashlib.blake2b(json.dumps(content).encode(), digest_size=DIGEST_BYTES).hexdigest()
