"""The municipality holds the programme's money and the case management that decides who is enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import Bools, Rows, threshold
from sim.population import columns as c
from sim.programme.budget import BOUGHT, Stock, area_budget, divide
from sim.programme.services import NUMBER, OFFERED, YOUTH_AGES, open_cases

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

BY_SIGNAL = ("mentoring", "cbt_at_school", "scared_straight")
"""Services for youths whom school or police reported; after-school hours are for every pupil."""

AT_SCHOOL = ("cbt_at_school", "after_school_hours")
PER = 1000.0


class Municipality(mesa.Agent):
    """Buys services with programme money and, through its case managers, enrols youths.

    Rule: places go to willing youths who are known by a signal (absence at school, a registration by the police), the
    most signals first, then by a queue number. Case managers see a signal only in part and never a trait.
    """

    def __init__(self, model: NeighbourhoodModel, budget_key: float, youths: float) -> None:
        super().__init__(model)
        self.budget_key = budget_key
        self.regular_youths = youths
        self.stocks = {name: Stock() for name in BOUGHT}
        self.budget = 0.0

    def plan(self) -> None:
        """Turn this month's money into posts."""
        model = self.model
        self.budget = area_budget(model.levers, model.month, self.budget_key, model.p) * model.fraction
        for name, euros in divide(model.levers, model.month, self.budget).items():
            self.stocks[name].staff(model.p, euros)
            self.stocks[name].euros += self.stocks[name].cost(model.p)

    def new_places(self, name: str) -> float:
        """Return places the programme adds; the part of its posts that only replaces regular budget adds none."""
        p = self.model.p
        per_post = p["programme.post_cost"] / p[f"services.{name}_cost"]
        return self.stocks[name].posts * per_post * p["programme.additionality"]

    def places(self, name: str) -> float:
        """Return all places of a service: regular ones, in every scenario, and those of the programme."""
        regular = self.model.p[f"services.{name}_regular"] * self.regular_youths / PER
        return regular + self.new_places(name)

    def find_and_enrol(self) -> None:
        """Fill the open places of every service."""
        model = self.model
        people = model.people
        youths = np.flatnonzero(
            (people.column("status") == c.INSIDE)
            & (people.column("age") >= min(YOUTH_AGES[0], 6))
            & (people.column("age") < YOUTH_AGES[1])
        )
        youths = youths[people.custody_until[youths] <= model.month]
        signals = self.signals(youths)
        busy = self._busy()
        for name in OFFERED:
            self._enrol(name, youths, signals, busy)

    def signals(self, youths: Rows) -> Rows:
        """Return how many signals about each youth the case managers know."""
        model = self.model
        people, p = model.people, model.p
        absent = people.enrolled[youths] & (people.absence[youths] >= p["school.absence_signal"])
        recent = people.last_registered[youths] > model.month - p["programme.police_signal_months"]
        recent &= people.last_registered[youths] >= 0
        count = np.zeros(youths.size, dtype=np.intp)
        for name, there in (("school", absent), ("police", recent)):
            at = np.flatnonzero(there)
            seen = model.draws.happens(
                f"signal.{name}", people.life[youths[at]], threshold(p["programme.sight"]), year_of(model.month)
            )
            count[at[seen]] += 1
        return count

    def _busy(self) -> Bools:
        """Return, by service and person, who has an open case."""
        cases = self.model.cases
        busy = np.zeros((len(OFFERED), self.model.people.used), dtype=bool)
        rows = np.flatnonzero(cases.column("open"))
        busy[cases.service[rows], cases.person[rows]] = True
        return busy

    def _enrol(self, name: str, youths: Rows, signals: Rows, busy: Bools) -> None:
        model = self.model
        people, p, draws = model.people, model.p, model.draws
        number = NUMBER[name]
        places = self.places(name)
        taken = int(busy[number].sum())
        # a fraction of a place is a place in some of the months
        free = int(np.floor(places - taken + draws.scalar(f"places.{name}", model.month)))
        if free <= 0:
            return
        low, high = p.table(f"services.{name}_age")
        age = people.age[youths]
        fits = (age >= low) & (age <= high) & ~busy[number][youths]
        if name in BY_SIGNAL:
            fits &= signals > 0
        if name in AT_SCHOOL:
            fits &= people.enrolled[youths]
        who, known = youths[fits], signals[fits]
        life = people.life[who]
        willing = draws.happens(f"accept.{name}", life, threshold(p[f"services.{name}_accept"]), year_of(model.month))
        who, known, life = who[willing], known[willing], life[willing]
        order = np.lexsort((draws.order(f"queue.{name}", life), -known))
        months = int(round(p[f"services.{name}_months"]))
        open_cases(model, who[order[:free]], name, months)
        model.counts.enrolled[name] += min(free, who.size)

    def halt_referrals(self) -> float:
        """Return referrals a month that the programme's money adds to Halt."""
        p = self.model.p
        posts = self.stocks["halt"].posts * p["programme.additionality"]
        return posts * p["programme.post_cost"] / p["services.halt_cost"] / MONTHS_PER_YEAR
