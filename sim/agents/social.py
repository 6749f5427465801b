"""Other social organisations (meeting places, sport, volunteers) and groups of residents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.draws import F64
from sim.programme.catalogue import STREET_MEASURES

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PER = 1000.0

class SocialOrganisations(mesa.Agent):
    """Meeting places, volunteers, watches of residents, and measures on the street.

    Sees: the streets. Can help: everybody who lives there. How many: what the programme pays for on top of what is
    there. Chooses: streets with most registered crime first for measures on the street; meeting is for the whole area;
    a watch is formed where residents come together, in the order of a queue number. When full: nothing more happens.

    Attributes:
        residents: residents of the area at the base date.
        meeting: posts for meeting per 1,000 residents, added by the programme.
        watched: share of the streets with a watch.
        segments: segments covered by each measure.
    """

    STATE = ("residents", "meeting", "watched")
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float) -> None:
        super().__init__(model)
        self.residents = residents
        self.meeting = 0.0
        self.watched = 0.0
        self.segments = dict.fromkeys(STREET_MEASURES, 0.0)
        self._queue: F64 | None = None

    def work(self) -> None:
        """Turn this month's money into meeting, watches and measures."""
        money, p = self.model.municipality.active_euros, self.model.p
        posts = money("meeting_places") / p["programme.post_cost"]
        self.meeting = posts / max(self.residents / PER, 1.0)
        streets = max(self.model.streets.used, 1)
        target = money("neighbourhood_watch") / p["services.neighbourhood_watch_cost"] / streets
        self.watched += (min(target, 1.0) - self.watched) / p["services.neighbourhood_watch_lag"]
        for name in STREET_MEASURES:
            self.segments[name] = money(name) / p[f"services.{name}_cost"]

    @property
    def greened(self) -> F64:
        """How far each street is covered by greening and cleaning."""
        return self.cover("greening")

    def cover(self, measure: str) -> F64:
        """Return how far each street is covered by a measure, those with most registered crime first."""
        rank = self.model.streets.column("rank").astype(np.float64)
        return np.asarray(np.clip(self.segments[measure] - rank, 0.0, 1.0), dtype=np.float64)

    def watches(self) -> F64:
        """Return which streets have a watch (0 to 1)."""
        streets = self.model.streets
        if self.watched == 0.0:
            return np.zeros(streets.used)
        if self._queue is None:
            self._queue = self.model.draws.uniform("social.watch", streets.column("life"))
        return np.asarray(self._queue < self.watched, dtype=np.float64)
