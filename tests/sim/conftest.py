"""Lets the tests, and the processes they start, import what the proofs of the engine share."""

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from small_worlds import make_world  # noqa: E402

from sim.calendar import SCENARIO_START  # noqa: E402
from sim.model import NeighbourhoodModel  # noqa: E402


@pytest.fixture(scope="session")
def small_start() -> NeighbourhoodModel:
    """A third of the small area at the start of the scenarios, after three years of realised policy.

    Shared: branch from it, do not step it.
    """
    return make_world(sample=0.3, start=SCENARIO_START)


@pytest.fixture(scope="session")
def whole_base() -> NeighbourhoodModel:
    """The whole small area at the base date. Shared: branch from it, do not step it."""
    return make_world(sample=1.0)
