"""The basic police teams of an area: hours to spend on cases decide how much is cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.calendar import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MEMORY = 6
"""Months over which the caseload is averaged: cases take a while."""

LOWEST_FACTOR, HIGHEST_FACTOR = 0.5, 1.6


class PoliceTeam(mesa.Agent):
    """The investigation side of the area's basic teams.

    Rule: the hours available are fixed by the residents at the start; each registered crime asks for hours by its
    kind. Clearance rises with hours per crime relative to the usual number in the twenty areas, with an elasticity.

    Attributes:
        hours: investigation hours a month.
        demand: hours asked for, averaged over the last months.
        clearance_factor: this month's multiplier of the chance to clear a crime inside the area.
    """

    STATE = ("hours", "demand", "clearance_factor", "asked")

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float, usual_demand: float) -> None:
        super().__init__(model)
        p = model.p
        self.hours = p["register.hours_per_resident"] * residents / MONTHS_PER_YEAR
        self._usual = p["register.usual_hours"] / MONTHS_PER_YEAR / max(usual_demand, 1e-9)
        self.demand = usual_demand * residents
        self.clearance_factor = 1.0
        self.asked = 0.0

    def plan(self) -> None:
        """Spread the hours over last month's caseload."""
        self.demand += (self.asked - self.demand) / MEMORY
        per_hour = self.hours / max(self.demand, 1e-9)
        factor = (per_hour / self._usual) ** self.model.p["register.hours_elasticity"]
        self.clearance_factor = min(max(factor, LOWEST_FACTOR), HIGHEST_FACTOR)

    def take_in(self, minor: int, serious: int) -> None:
        """Take in this month's registered crimes inside the area."""
        p = self.model.p
        self.asked = minor * p["register.hours_minor"] + serious * p["register.hours_serious"]
