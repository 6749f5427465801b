"""The care and welfare team of an area: mental care with a waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms.arrays import first_in_line
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PER = 1000.0


class CareTeam(mesa.Agent):
    """Care and welfare team.

    Sees: residents in poor mental health who seek help, or whom a partner refers. Can help: those of 12 and over.
    How many: treatments that can start in a month. Chooses: longest waiting first, after the time between referral
    and first talk. When full: people wait; some recover meanwhile. Treatment works less while creditors press.

    Attributes:
        residents: residents of the area at the base date, on which regular care is based.
    """

    STATE = ("residents",)
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float) -> None:
        super().__init__(model)
        self.residents = residents

    def work(self) -> None:
        """Finish treatments, and start with who waits longest."""
        self._finish()
        self._take_in()

    def _take_in(self) -> None:
        model, p, month = self.model, self.model.p, self.model.month
        people = model.people
        asked = people.column("asked_care")
        waits = np.flatnonzero(asked >= 0)
        waits = waits.compress(people.status[waits] == c.INSIDE)
        waits = waits.compress(model.alliance.ready(people.life[waits], asked[waits]))
        if model.alliance.works:
            waits = waits.compress(model.alliance.in_order(waits))
        starts = p["health.care_places"] * self.residents / PER / MONTHS_PER_YEAR * model.alliance.capacity
        free = int(starts + model.draws.scalar("care.starts", month))
        queue = model.draws.order("care.queue", people.life[waits])
        start = waits[first_in_line(asked[waits], queue, free)]
        model.alliance.count_wait(start, month - asked[start])
        people.asked_care[start] = c.LONG_AGO
        people.care_until[start] = month + int(p["health.care_months"])
        model.counts.add("treatments", start)

    def _finish(self) -> None:
        model, p, month = self.model, self.model.p, self.model.month
        people = model.people
        done = np.flatnonzero(people.column("care_until") == month)
        done = done[people.status[done] != c.FREE]
        works = p["health.care_works"] * np.where(people.strained[done], p["health.care_strained"], 1.0)
        well = model.draws.uniform("care.works", people.life[done], month) < works
        people.distressed[done.compress(well)] = False
        people.care_until[done] = c.LONG_AGO
