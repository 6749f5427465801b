"""A model that looks up while it is founded: a past and a burn-in take seconds, and somebody may have moved on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scenarios.live.stopped import Stopped
from sim.model import NeighbourhoodModel


class WatchedModel(NeighbourhoodModel):
    """The model, which ends between two months when it is asked to.

    Args:
        stopped: says whether to end; never unless given.
        options: as for the model.

    Raises:
        Stopped: when asked to.
    """

    def __init__(self, stopped: Callable[[], bool] | None = None, **options: Any) -> None:
        self._stopped = stopped
        super().__init__(**options)
        self._stopped = None

    def grow_older(self) -> None:
        """Begin a month, unless nobody waits for it."""
        if self._stopped is not None and self._stopped():
            raise Stopped
        super().grow_older()
