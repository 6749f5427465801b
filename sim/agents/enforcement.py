"""Jeugdboa's of the municipality and the wijkagenten: people on foot whom the neighbourhood knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.calendar import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PER = 1000.0


class Jeugdboas(mesa.Agent):
    """The jeugdboa's and other boa's on foot.

    Rule: their number is the regular one and what the programme pays for. They walk the segments with most registered
    crimes of last year, and spend a fixed share of their hours with groups of youths.
    """

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float) -> None:
        super().__init__(model)
        self.regular = model.p["police.boa_regular"] * residents / PER

    def posts(self) -> float:
        """Return posts, regular and added."""
        return self.regular + self.model.municipality.active_euros("jeugdboa") / self.model.p["police.boa_post"]

    def hours(self) -> tuple[float, float]:
        """Return this month's hours on hot segments and with groups of youths."""
        p = self.model.p
        hours = self.posts() * p["police.boa_hours"] / MONTHS_PER_YEAR
        return hours * (1 - p["police.boa_youth_share"]), hours * p["police.boa_youth_share"]


class Wijkagenten(mesa.Agent):
    """The wijkagenten of the area.

    Rule: one for a fixed number of residents; the programme may add some. More of them means more contact, which
    residents answer with trust: they report more and speak up as witnesses. Crime itself does not follow (E40).

    Attributes:
        contact: trust that the added wijkagenten have brought, in standard deviations of a resident's trust.
    """

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float) -> None:
        super().__init__(model)
        self.usual = residents / model.p["police.wijkagent_residents"]
        self.contact = 0.0

    def plan(self) -> None:
        """Let contact grow or fade towards what the number of wijkagenten brings."""
        p = self.model.p
        price = p["police.police_hour"] * p["police.boa_hours"]
        added = self.model.municipality.active_euros("wijkagent") / price
        target = p["trust.wijkagent"] * added / max(self.usual, 1e-9)
        self.contact += (target - self.contact) * (1 - 0.5 ** (1 / p["trust.half_life"]))
