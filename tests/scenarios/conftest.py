"""What tests of scenarios have in common; workers can import the fake model, with the search path of their parent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.live import work
from scenarios.live.board import Board
from scenarios.live.cache import Cache

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[work.Desk]:
    """This process works as a worker of the live pages does."""
    before = work._desk
    found = work._desk = work.Desk(Cache(tmp_path_factory.mktemp("cache")), Board(1))
    yield found
    work._desk = before
