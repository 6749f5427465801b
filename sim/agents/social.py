"""Other social organisations: meeting places, sport, volunteers, and measures on the street."""

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
    """Meeting places, volunteers, and measures on the street.

    Sees: the streets. Can help: everybody who lives there. How many: what the programme pays for on top of what is
    there. Chooses: streets with most registered crime first for measures on the street; meeting is for the whole
    area. When full: nothing more happens.

    Attributes:
        residents: residents of the area at the base date.
        meeting: posts for meeting per 1,000 residents, added by the programme.
        segments: segments covered by each measure.
    """

    STATE = ("residents", "meeting")
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float) -> None:
        super().__init__(model)
        self.residents = residents
        self.meeting = 0.0
        self.segments = dict.fromkeys(STREET_MEASURES, 0.0)

    def work(self) -> None:
        """Turn this month's money into meeting, watches and measures."""
        money, p = self.model.municipality.active_euros, self.model.p
        posts = money("meeting_places") / p["programme.post_cost"]
        self.meeting = posts / max(self.residents / PER, 1.0)
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
