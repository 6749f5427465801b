"""Work: everybody's situation is settled anew now and then, by qualification, age, place, record, health, debts, luck.

How soon depends on where somebody stands: lasting jobs are settled anew less often than others, and who has been
without work for long less often than who has just lost it. Both are normed so that the share of one's life that
somebody works is the chance with which the situation is settled: the margin of the wijk holds by construction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64
from sim.parameters import ParameterSet
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.population.table import Table
    from sim.population.traits import Calibration

FIRST_AGE, LAST_AGE = 15, 75
UNWELL = ("record", "garnishment", "illness", "distress")
"""What pulls people down on the labour market: a record, attached wages, complaints of body and of mind."""

SEARCH_AGE = 22
GRID = 129
"""Chances for which the norm of duration dependence is worked out."""

LONGEST = 60
"""Years of a spell that are told apart."""

MOST_TURNS = 0.95
MOST_RAISED = 1e4
"""Above ``1 / work.duration_floor`` in every draw: raised so far, every spell is short enough."""

ROUNDS = 40


def employment_chance(
    people: Table,
    rows: NDArray[np.intp],
    calibration: Calibration,
    p: ParameterSet,
    usual: F64 | None = None,
    market: float = 0.0,
) -> NDArray[np.float64]:
    """Return the chance of being employed once somebody's situation is settled anew, one per row.

    The margin by age, sex, qualification and wijk is kept; within it the lasting position on the labour market
    decides in part, and a criminal record, problem debt (wages are attached) and poor health pull it down.

    Args:
        people: the persons.
        rows: which of them.
        calibration: what ties them to the margins of their wijk.
        p: parameters.
        usual: frozen shares at working age of what pulls people down (:data:`UNWELL`); nothing but the lasting
            position counts without them.
        market: log odds that the national labour market adds.
    """
    age = people.age[rows]
    by_age, by_qualification = calibration.work_logit.ravel(), (p["work.no_qualification"], 0.0, p["work.higher"])
    logit = by_age.take(people.sex[rows] * np.uint16(256) + age)
    logit += calibration.work_shift.take(people.wijk[rows]) + market
    logit += np.array(by_qualification).take(people.qualification[rows])
    margin = 1 / (1 + np.exp(-logit))
    lasting = p["work.persistence"]
    position = people.employability[rows].astype(np.float64)
    if usual is not None:
        convicted = people.convictions[rows] > 0
        states = (convicted, people.indebted[rows], people.ill[rows], people.distressed[rows])
        for name, state, share in zip(UNWELL, states, usual, strict=True):
            position = position + p[f"work.{name}"] * (state - share)
    chance = ndtr((ndtri(margin) + lasting * position) / np.sqrt(1 - lasting**2))
    return np.where((age >= FIRST_AGE) & (age < LAST_AGE), chance, 0.0)


class Turnover:
    """How often situations are settled anew, a year.

    Args:
        p: parameters.
    """

    def __init__(self, p: ParameterSet) -> None:
        self.p = p
        turns, lasting, ratio = p["work.turnover"], p["work.lasting"], p["work.insecure_ratio"]
        self.secure = turns * (lasting + (1 - lasting) / ratio)
        self.insecure = min(self.secure * ratio, MOST_TURNS)
        years = np.arange(LONGEST)
        floor = p["work.duration_floor"]
        self.by_years: F64 = floor + (1 - floor) * np.exp(-years / p["work.duration_years"])
        self.norm = self._norm(turns)
        self._slope = np.diff(self.norm) / np.diff(np.linspace(0, 1, GRID))

    def _norm(self, turns: float) -> F64:
        """Return by chance (a grid from 0 to 1) by what the rate is raised so that spells are as long as without."""
        chance = np.linspace(0, 1, GRID)
        wanted = 1 / np.maximum(turns * chance, turns / GRID)
        low, high = np.full(GRID, 0.1), np.full(GRID, MOST_RAISED)
        for _ in range(ROUNDS):
            middle = (low + high) / 2
            turn = np.minimum(turns * middle * self.by_years[:, None], MOST_TURNS)
            hazard = turn * np.maximum(chance, 1 / GRID)
            alive = np.cumprod(1 - hazard, axis=0)
            mean = 1 + alive[:-1].sum(axis=0) + alive[-1] / hazard[-1]
            low, high = np.where(mean > wanted, middle, low), np.where(mean > wanted, high, middle)
        return np.asarray((low + high) / 2)

    def _raised(self, chance: F64) -> F64:
        """Return the norm at some chances: linear between points of the grid, without a search for the nearest."""
        place = np.minimum((chance * (GRID - 1)).astype(np.intp), GRID - 2)
        return np.asarray(self._slope.take(place) * (chance - place / (GRID - 1)) + self.norm.take(place))

    def elapsed(self, chance: F64, u: F64) -> F64:
        """Return the years that people without work have been so, in the state that holds itself.

        Args:
            chance: their chance of being employed once their situation is settled anew.
            u: a uniform number each.
        """
        grid = np.maximum(np.linspace(0, 1, GRID), 1 / GRID)
        hazard = np.minimum(self.p["work.turnover"] * self.norm * self.by_years[:, None], MOST_TURNS) * grid
        alive = np.vstack([np.ones(GRID), np.cumprod(1 - hazard, axis=0)[:-1]])
        share = np.cumsum(alive, axis=0) / alive.sum(axis=0)
        place = np.rint(chance * (GRID - 1)).astype(np.intp)
        years = np.empty(chance.size)
        for column in range(GRID):
            mine = place == column
            years[mine] = np.searchsorted(share[:, column], u[mine])
        return years

    def yearly(self, people: Table, rows: NDArray[np.intp], chance: F64, month: int) -> F64:
        """Return the chance a year that the situation of persons is settled anew.

        Args:
            people: the persons.
            rows: which of them.
            chance: their chance of being employed then.
            month: now.
        """
        # years without work count once school is behind one; until then everybody is at the mean rate
        grown = people.age[rows].astype(np.intp) - SEARCH_AGE
        # the first settling comes up to a year after work was lost
        out = np.minimum((month - people.work_since[rows] - 1) // MONTHS_PER_YEAR, grown)
        slow = self.by_years.take(out, mode="clip") * self._raised(chance)
        slow = np.where(grown < 0, 1.0, slow)
        works = people.work[rows] == c.EMPLOYED
        of_job = np.where(people.secure_job[rows], self.secure, self.insecure)
        return np.asarray(np.where(works, of_job, np.minimum(self.p["work.turnover"] * slow, MOST_TURNS)))
