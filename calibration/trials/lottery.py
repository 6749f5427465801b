"""A lottery at the counter of a service: of those whom it would take in next, half get in and half are held out.

Everything else goes on as in the model. The lot of a person is a named draw, so it hangs neither on order nor on
blocks, threads or processes. Whoever drew a lot is not asked for the service again.
"""

from __future__ import annotations

import mesa
import numpy as np

from calibration.trials.cohort import Cohort
from calibration.trials.design import LotteryPlan
from sim.agents.municipality import EVERYONE, PICKED, PRIORITY_SHIFT, RISK, Municipality
from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Bools, Rows, threshold
from sim.model import NeighbourhoodModel
from sim.programme.catalogue import BY_NAME
from sim.programme.finding import MOST_PRIORITY, Found, Sight
from sim.programme.services import open_count

HALF = 0.5
"""Chance of one more winner where an odd number draws lots; added before rounding down."""


class LotteryOffice(Municipality):
    """The municipality of a world in which one service is given out by lot."""

    model: LotteryWorld

    def __init__(self, model: LotteryWorld, before: Municipality) -> None:
        super().__init__(model, before.keys, before.regular_youths)
        self.stocks, self.budget = before.stocks, before.budget
        self._let_in = 0

    def _capacity(self, name: str) -> float:
        if name == self.model.trial.service and self.model.trial.places is not None and self.model.drawing:
            # room for one more: how many there are is counted by the year, in _places_now
            return float(open_count(self.model, name) + 1)
        return super()._capacity(name)

    def _enrol(self, name: str, free: int, pool: Found, sight: Sight) -> None:
        """Enrol as always; in the service on trial by lot while lots are drawn, and never who drew one before."""
        model = self.model
        if name != model.trial.service:
            super()._enrol(name, free, pool, sight)
            return
        pool = pool.where(~model.cohort.holds(model.people.life[pool.rows]))
        if not model.drawing:
            super()._enrol(name, free, pool, sight)
        elif model.follows is None:
            self._hold_lottery(name, self._places_now(free), pool, sight)

    def _places_now(self, free: int) -> int:
        """Return how many may be let in now: as many as are free, or what the year's number allows by now."""
        model = self.model
        if model.trial.places is None:
            return free
        elapsed = model.month - model.start + self._months_between()
        due = model.trial.places * model.fraction * min(elapsed, model.trial.enrol_months) / MONTHS_PER_YEAR
        return int(due + HALF) - self._let_in

    def _months_between(self) -> int:
        rounds = BY_NAME[self.model.trial.service].rounds
        return int(self.model.p["programme.intake_months"]) if rounds else 1

    def _hold_lottery(self, name: str, places: int, pool: Found, sight: Sight) -> None:
        """Let lots decide among twice as many persons as there are places."""
        model = self.model
        asked = self._first_in_line(name, 2 * places, pool, sight)
        if asked.size == 0:
            return
        won = draw_lots(model, asked)
        share = threshold(model.trial.crossover)
        crossed = ~won & model.draws.happens("trial.crossover", model.people.life[asked], share)
        self._let_in += int(won.sum())
        model.cohort.enter(model, asked, won, won | crossed)
        taken = asked[won | crossed]
        if taken.size:
            super()._enrol(name, taken.size, pool.where(np.isin(pool.rows, taken)), sight)

    def _first_in_line(self, name: str, count: int, pool: Found, sight: Sight) -> Rows:
        """Return whom the service would take in next, eligible and willing, in the order of its own list."""
        if count <= 0 or pool.rows.size == 0:
            return np.empty(0, dtype=np.intp)
        model, who, way, targeting = self.model, pool.rows, BY_NAME[name].found, self.targeting()
        by_risk = way == "prolific" or (targeting == RISK and way in PICKED)
        first = sight.risk(who) if by_risk else np.minimum(pool.signals, MOST_PRIORITY)
        if targeting == EVERYONE and way == "signals":
            first = np.zeros(who.size, dtype=np.intp)
        queue = (MOST_PRIORITY - first).astype(np.uint64) << np.uint64(PRIORITY_SHIFT)
        queue |= model.draws.order(f"queue.{name}", model.people.life[who]) >> np.uint64(64 - PRIORITY_SHIFT)
        taken = self._who_takes_part(name, who, np.arange(who.size), sight)
        return who[taken[np.argsort(queue[taken])][:count]]


class LotteryWorld(NeighbourhoodModel):
    """A world with a trial in it.

    Attributes:
        trial: what is tried.
        cohort: who drew lots here.
        follows: the cohort of another world whose lots hold here, while nobody is let in; ``None`` to draw lots here.
        drawing: whether lots are drawn this month.
    """

    trial: LotteryPlan
    cohort: Cohort
    follows: Cohort | None

    def hold(self, trial: LotteryPlan, follows: Cohort | None = None) -> None:
        """Begin a trial this month.

        Args:
            trial: what is tried.
            follows: a cohort whose lots hold here without anybody being let in.
        """
        self.trial, self.follows = trial, follows
        self.cohort = Cohort(trial.follow_months)
        before = self.municipality
        before.remove()
        self.municipality = LotteryOffice(self, before)
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # as the model does: no agent is made after this

    @property
    def drawing(self) -> bool:
        """Whether lots are drawn this month."""
        return self.month - self.start < self.trial.enrol_months

    @property
    def on_trial(self) -> bool:
        """Whether a trial was begun; the years before it are lived as always."""
        return hasattr(self, "trial")

    def run_cases(self) -> None:
        """Where the lots of another world hold, its persons enter first; then live the part as always."""
        if self.on_trial and self.follows is not None:
            self._enter_like(self.follows)
        super().run_cases()

    def _enter_like(self, other: Cohort) -> None:
        mine = np.flatnonzero(other.month == self.month)
        if mine.size == 0:
            return
        used = self.people.used
        order = np.argsort(self.people.life[:used], kind="stable")
        at = np.searchsorted(self.people.life[:used], other.life[mine], sorter=order)
        rows = order[np.minimum(at, used - 1)]
        self.cohort.enter(self, rows, other.won[mine], np.zeros(mine.size, dtype=bool))
        # who is not in this world at that moment is followed in neither
        self.cohort.life[-mine.size :] = other.life[mine]

    def offend(self) -> None:
        """Live the part of the month as always, then keep what was to be expected."""
        super().offend()
        if self.on_trial:
            self.cohort.expect(self)

    def count(self) -> None:
        """Count the month as always, then keep what the registers hold."""
        super().count()
        if self.on_trial:
            self.cohort.see(self)


def draw_lots(model: NeighbourhoodModel, rows: Rows) -> Bools:
    """Return who of the persons wins: the half with the lowest lots; with an odd number a draw decides on one more."""
    lots = model.draws.order("trial.lot", model.people.life[rows])
    odd = rows.size % 2 == 1 and model.draws.scalar("trial.odd", model.month) < HALF
    winners = rows.size // 2 + int(odd)
    won = np.zeros(rows.size, dtype=bool)
    won[np.argsort(lots, kind="stable")[:winners]] = True
    return won
