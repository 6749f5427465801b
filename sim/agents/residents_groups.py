"""Groups of residents: watches that form where people come together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.draws import F64

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


class ResidentsGroups(mesa.Agent):
    """Residents who keep an eye on their street together.

    Sees: the own street. Can help: who lives there. How many: as many streets as the programme pays signs and a
    coordinator for, after some months. Chooses: a queue number of the street. When full:
    nothing more happens. Regular watches are part of the base date.

    Attributes:
        watched: share of the streets with a watch that the programme added.
    """

    STATE = ("watched",)
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel) -> None:
        super().__init__(model)
        self.watched = 0.0
        self._queue: F64 | None = None

    def work(self) -> None:
        """Form watches towards what the money pays for."""
        model, p = self.model, self.model.p
        paid = model.municipality.active_euros("neighbourhood_watch") / p["services.neighbourhood_watch_cost"]
        share = min(paid / max(model.streets.used, 1), 1.0)
        self.watched += (share - self.watched) / p["services.neighbourhood_watch_lag"]

    def watches(self) -> F64:
        """Return which streets have a watch (0 to 1)."""
        streets = self.model.streets
        if self.watched == 0.0:
            return np.zeros(streets.used)
        if self._queue is None:
            self._queue = self.model.draws.uniform("social.watch", streets.column("life"))
        return np.asarray(self._queue < self.watched, dtype=np.float64)
