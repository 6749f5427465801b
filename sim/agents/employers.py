"""Employers of the regional labour market: they fill jobs, and an extra placement displaces somebody in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import BASE, MONTHS_PER_YEAR
from sim.draws import F64, TWO32, Rows, thresholds
from sim.mechanisms.work import employment_chance
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MEMORY = MONTHS_PER_YEAR
"""Months over which employability is averaged."""


class Employers(mesa.Agent):
    """The demand side of the labour market that the area's residents share.

    Rule: a person's situation is settled anew at a steady rate, with the chance of their qualification, age, place and
    record. When seekers as a whole become more employable than at the base date, the jobs do not grow along fully: a
    part of each extra placement (``work.displacement``) is taken from other seekers of the area.

    Attributes:
        level: employability of those whose turn it was, relative to their margins, averaged over a year.
        usual: the same at the base date, frozen.
        displaced: expected placements taken from others so far (negative: jobs left to others).
    """

    STATE = ("level", "usual", "displaced", "factor")

    def __init__(self, model: NeighbourhoodModel) -> None:
        super().__init__(model)
        self.level = 0.0
        self.usual = 0.0
        self.displaced = 0.0
        self.factor = 1.0

    def settle(self, birthdays: Rows) -> None:
        """Settle the work of those whose turn it is, in their month of birth."""
        model = self.model
        people, draws, month = model.people, model.draws, model.month
        rows = birthdays[(people.age[birthdays] >= 15) & (people.custody_until[birthdays] <= month)]
        turn = draws.happens("work.turn", people.life[rows], thresholds(np.array(model.p["work.turnover"])), month)
        rows = rows[turn]
        chance = employment_chance(people, rows, model.calibration, model.p)
        works = draws.happens("work.settled", people.life[rows], thresholds(chance * self.factor), month)
        changed = works != (people.work[rows] == c.EMPLOYED)
        people.work[rows] = np.where(works, c.EMPLOYED, c.NOT_WORKING)
        people.work_since[rows[changed]] = month
        self._close_market(model, rows, chance)

    def _close_market(self, model: NeighbourhoodModel, rows: Rows, chance: F64) -> None:
        """Compare this month's employability with that of the base date, at the same ages and places."""
        inside = model.people.status[rows] == c.INSIDE
        plain = employment_chance(model.people, rows[inside], model.calibration, model.p, with_record=False)
        total = int(np.floor(chance[inside] * TWO32).astype(np.int64).sum())
        expected = int(np.floor(plain * TWO32).astype(np.int64).sum())
        if expected == 0:
            return
        self.level += (total / expected - self.level) / MEMORY if self.level else total / expected
        if model.month < BASE or not self.usual:
            self.usual = self.level
        gain = self.level / self.usual - 1.0
        self.factor = 1.0 - model.p["work.displacement"] * gain
        self.displaced += model.p["work.displacement"] * gain * expected / TWO32
