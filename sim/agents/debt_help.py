"""Debt help of the municipality: early warning, intake, counselling and relief."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import year_of
from sim.draws import Rows, threshold
from sim.mechanisms.arrays import first_in_line
from sim.mechanisms.debts import clear_debts, signals
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PER = 1000.0
CENTS = 100
LEAST_PLACES = 1e-9
YOUNG = (18, 28)
"""Ages of the head for the youth debt fund."""


class DebtHelp(mesa.Agent):
    """The municipality's debt help.

    Sees: households that creditors report (early warning), that ask by themselves, or that a partner refers.
    Can help: households with arrears or problem debt that accept. How many: its places, scaled with what the
    programme adds. Chooses: longest waiting first, after the time between referral and first talk.
    When full: households wait, and their debts go on. A visit after a signal persuades more than a letter.

    Attributes:
        households: households of the area at the base date, on which regular places are based.
        visits: visits a month that the programme pays for.
        places: places in all.
    """

    STATE = ("households", "visits", "places")
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, households: float) -> None:
        super().__init__(model)
        self.households = households
        self.visits = 0.0
        self.places = 0.0

    def work(self) -> None:
        """Answer this month's signals, take in who waits, go on with who is in help."""
        model = self.model
        self.visits = model.municipality.new_cases("early_warning")
        regular = model.p["debts.help_places"] * self.households / PER
        self.places = (regular + model.municipality.new_places("debt_counselling")) * model.alliance.capacity
        self._finish()
        self._answer(signals(model))
        self._hear()
        self._take_in()
        self._buy_out()

    def _answer(self, homes: Rows) -> None:
        """Follow up signals: some by a visit, as many as are paid for, the others by letter."""
        model, p, month = self.model, self.model.p, self.model.month
        households = model.households
        waiting = households.asked_help[homes] >= 0
        homes = homes[~waiting]
        life = households.life[homes]
        order = np.argsort(model.draws.order("debt_help.visit", life, month), kind="stable")
        visited = np.zeros(homes.size, dtype=bool)
        count = int(self.visits + model.draws.scalar("debt_help.visits", month))
        visited[order[:count]] = True
        model.counts.add_money("used", float(visited.sum()), "early_warning")
        chance = np.where(visited, threshold(p["debts.accept_visit"]), threshold(p["debts.accept"]))
        accepts = homes[model.draws.happens("debt_help.accept", life, chance, month)]
        model.counts.add("signals_accepted", households.head[accepts])
        households.asked_help[accepts] = month

    def _hear(self) -> None:
        """Let households with problem debt ask by themselves."""
        model, month = self.model, self.model.month
        households = model.households
        free = (households.column("asked_help") < 0) & (households.column("help_until") <= month)
        rows = np.flatnonzero(free & (households.column("problem_since") >= 0))
        chance = threshold(model.p["debts.asks"])
        asks = rows[model.draws.happens("debt_help.asks", households.life[rows], chance, month)]
        households.asked_help[asks] = month

    def _take_in(self) -> None:
        """Start with who waits longest, as far as there are places."""
        model, month = self.model, self.model.month
        households = model.households
        asked = households.column("asked_help")
        settled = np.flatnonzero((asked >= 0) & (households.column("creditors") == 0))
        households.asked_help[settled] = c.LONG_AGO  # debts went by themselves
        waits = np.flatnonzero(asked >= 0)
        waits = waits.compress(model.alliance.ready(households.life[waits], asked[waits]))
        taken = int(np.count_nonzero(households.column("help_until") > month))
        free = int(self.places - taken + model.draws.scalar("debt_help.places"))
        queue = model.draws.order("debt_help.queue", households.life[waits])
        start = waits[first_in_line(asked[waits], queue, max(free, 0))]
        model.alliance.count_wait(households.head[start], month - asked[start])
        households.asked_help[start] = c.LONG_AGO
        households.help_until[start] = month + int(model.p["debts.help_months"])
        model.counts.add("debt_help_started", households.head[start])
        # what regular places cost is booked by the household; those of the programme are paid by it
        regular = model.p["debts.help_places"] * self.households / PER / max(self.places, LEAST_PLACES)
        cents = round(min(regular, 1.0) * model.p["prices.debt_help"] * CENTS)
        model.counts.add_sum("debt_help_cents", households.head[start], np.full(start.size, cents))

    def _finish(self) -> None:
        """Let households drop out of debt help, or finish it."""
        model, p, month = self.model, self.model.p, self.model.month
        households = model.households
        until = households.column("help_until")
        rows = np.flatnonzero(until >= month)
        life = households.life[rows]
        stays = until[rows] > month
        drop = p["debts.help_drop_out"] * model.alliance.drop_out(rows)
        out = stays & (model.draws.uniform("debt_help.drop_out", life, month) < drop)
        households.help_until[rows.compress(out)] = c.LONG_AGO
        done = rows[~stays]
        works = threshold(p["debts.help_works"])
        solved = done[model.draws.happens("debt_help.works", households.life[done], works, month)]
        solved = solved[households.creditors[solved] > 0]
        model.counts.add("debts_solved", households.head[solved])
        clear_debts(model, solved)

    def _buy_out(self) -> None:
        """Buy out the debts of young heads of household, as many as are paid for."""
        model, month = self.model, self.model.month
        count = int(model.municipality.new_cases("youth_debt_fund") + model.draws.scalar("debt_help.fund", month))
        if count == 0:
            return
        households, people = model.households, model.people
        rows = np.flatnonzero(households.column("problem_since") >= 0)
        age = people.age[households.head[rows]]
        rows = rows.compress((age >= YOUNG[0]) & (age < YOUNG[1]))
        queue = model.draws.order("debt_help.fund_queue", households.life[rows], year_of(month))
        chosen = rows[np.argsort(queue, kind="stable")[:count]]
        model.counts.add_money("used", float(chosen.size), "youth_debt_fund")
        model.counts.add("debts_solved", households.head[chosen])
        households.help_until[chosen] = households.asked_help[chosen] = c.LONG_AGO
        clear_debts(model, chosen)


def first_help(model: NeighbourhoodModel) -> None:
    """Put households into debt help at the base date, so that its places are as full as usual."""
    households, p = model.households, model.p
    rows = np.flatnonzero(households.column("problem_since") >= 0)
    count = int(p["debts.first_help"] * p["debts.help_places"] * model.debt_help.households / PER)
    order = np.argsort(model.draws.order("debt_help.base", households.life[rows]), kind="stable")
    start = rows[order[:count]]
    left = model.draws.uniform("debt_help.base_left", households.life[start]) * p["debts.help_months"]
    households.help_until[start] = model.month + 1 + left.astype(np.int16)
