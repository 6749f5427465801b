"""Employers of the regional labour market: they fill jobs, and an extra placement displaces somebody in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, TWO32, Rows, threshold, thresholds
from sim.mechanisms.trends import labour_market
from sim.mechanisms.welfare import support
from sim.mechanisms.work import FIRST_AGE, employment_chance
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel
    from sim.population.table import Table

MEMORY = 24
"""Months over which employability is averaged."""

BANDS, BAND_YEARS = 16, 5
"""Employability is compared at the same sex and five-year age band."""


LEAST = 1e-6


class Employers(mesa.Agent):
    """The demand side of the labour market that the area's residents share.

    Rule: a person's situation is settled anew at a steady rate, with the chance of their qualification, age, place and
    record. When the residents become more employable than those of the same sex and age were at the base date, the jobs
    do not grow along fully: a part of each extra placement (``work.displacement``) is taken from other seekers.

    Attributes:
        usual: mean employment chance by sex and age band, frozen at the base date (2, 16).
        level: present employability relative to it, averaged over two years.
        factor: this month's multiplier of everybody's chance.
    """

    STATE = ("level", "factor")

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel) -> None:
        super().__init__(model)
        self.usual: F64 = np.ones((2, BANDS))
        self.level = 1.0
        self.factor = 1.0

    def chances(self, rows: Rows) -> F64:
        """Return the chance of being employed once somebody's situation is settled anew."""
        model = self.model
        market = labour_market(model.p, model.month)
        return employment_chance(model.people, rows, model.calibration, model.p, model.usual_unwell, market)

    def freeze(self) -> None:
        """Take the residents of this moment as the usual ones (call once, at the base date)."""
        model = self.model
        people = model.people
        rows = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("age") >= FIRST_AGE))
        chance = np.floor(self.chances(rows) * TWO32)
        cell = _cell(people, rows)
        count = np.bincount(cell, minlength=2 * BANDS)
        total = np.bincount(cell, weights=chance, minlength=2 * BANDS) / TWO32
        self.usual = (total / np.maximum(count, 1)).reshape(2, BANDS)

    def settle(self, birthdays: Rows) -> Rows:
        """Settle the work of those whose turn it is, in their month of birth; of who is on welfare every month.

        Returns:
            Households in the area in which somebody began or ended work; may repeat.
        """
        model = self.model
        people, draws, month = model.people, model.draws, model.month
        seeks = people.column("welfare") & (people.column("work") != c.EMPLOYED) & (people.column("status") == c.INSIDE)
        monthly = np.flatnonzero(seeks)
        rows = np.concatenate([birthdays.compress(~(people.welfare[birthdays] & seeks[birthdays])), monthly])
        rows = rows.compress((people.age[rows] >= FIRST_AGE) & (people.custody_until[rows] <= month))
        chance = self.chances(rows)
        # a fair picture of the seekers is who has a birthday; who is on welfare is here every month
        fair = people.birthday[rows] == month % MONTHS_PER_YEAR
        self._close_market(model, rows.compress(fair), chance.compress(fair))
        yearly = model.turnover.yearly(people, rows, chance, month)
        yearly[seeks[rows]] /= MONTHS_PER_YEAR  # the same mean length of a spell
        turn = draws.happens("work.turn", people.life[rows], thresholds(yearly), month)
        rows, chance = rows.compress(turn), chance.compress(turn)
        works = draws.happens("work.settled", people.life[rows], thresholds(chance * self.factor), month)
        changed = works != (people.work[rows] == c.EMPLOYED)
        people.work[rows.compress(changed)] = np.where(works.compress(changed), c.EMPLOYED, c.NOT_WORKING)
        people.work_since[rows.compress(changed)] = month
        lasting = draws.happens("work.lasting", people.life[rows], threshold(model.p["work.lasting"]), month)
        people.secure_job[rows] = works & lasting
        support(model, rows.compress(changed))
        return people.household[rows.compress(changed & (people.status[rows] == c.INSIDE))].astype(np.intp)

    def _close_market(self, model: NeighbourhoodModel, rows: Rows, chance: F64) -> None:
        """Compare the employability of those whose turn it was with that of the base date."""
        people = model.people
        inside = people.status[rows] == c.INSIDE
        here = rows.compress(inside)
        # what the national labour market adds displaces nobody
        odds = self.usual / np.maximum(1 - self.usual, LEAST) * np.exp(labour_market(model.p, model.month))
        usual = (odds / (1 + odds)).take(_cell(people, here))
        # sums of whole numbers below 2**53: float64 holds them exactly, in any order
        total, expected = (int(np.floor(part * TWO32).sum()) for part in (chance.compress(inside), usual))
        if expected == 0:
            return
        self.level += (total / expected - self.level) / MEMORY
        self.factor = 1.0 - model.p["work.displacement"] * (self.level - 1.0)


def _cell(people: Table, rows: Rows) -> NDArray[np.uint8]:
    """Return the number of sex and age band together."""
    return people.sex[rows] * np.uint8(BANDS) + np.minimum(people.age[rows] // BAND_YEARS, BANDS - 1)
