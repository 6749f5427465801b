"""The municipality holds the programme's money and the case management that decides who is enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import Rows, threshold
from sim.population import columns as c
from sim.programme.budget import BOUGHT, Stock, area_budget, divide
from sim.programme.services import NUMBER, OFFERED, YOUTH_AGES, open_cases, served_lately

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

BY_SIGNAL = ("mentoring", "cbt_at_school", "scared_straight")
"""Services for youths whom school or police reported; after-school hours are for every pupil."""

AT_SCHOOL = ("cbt_at_school", "after_school_hours")
PER = 1000.0
ASKED_PER_PLACE = 8
"""So many youths at the front of the queue are looked at first for each free place."""

MOST_SIGNALS = 3
SIGNAL_SHIFT = 62
"""Signals stand above this bit of the sorting key."""


class Municipality(mesa.Agent):
    """Buys services with programme money and, through its case managers, enrols youths.

    Rule: places go to willing youths who are known by a signal (absence at school, a registration by the police), the
    most signals first, then by a queue number; who had a place of the kind in the last year waits a turn. Case managers
    see a signal only in part and never a trait.
    """

    model: NeighbourhoodModel

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
        participants = p["programme.post_cost"] / p[f"services.{name}_cost"]  # that one post serves in a year
        per_post = participants * p[f"services.{name}_months"] / MONTHS_PER_YEAR
        return self.stocks[name].posts * per_post * p["programme.additionality"]

    def places(self, name: str) -> float:
        """Return all places of a service: regular ones, in every scenario, and those of the programme."""
        regular = self.model.p[f"services.{name}_regular"] * self.regular_youths / PER
        return regular + self.new_places(name)

    def find_and_enrol(self) -> None:
        """Fill the open places of every service."""
        model = self.model
        cases = model.cases
        taken = np.bincount(cases.column("service")[cases.column("open")], minlength=len(NUMBER))
        found: tuple[Rows, Rows] | None = None
        for name in OFFERED:
            # a fraction of a place is a place in some of the months
            free = self.places(name) - taken[NUMBER[name]] + model.draws.scalar(f"places.{name}", model.month)
            if free < 1:
                continue
            if name in BY_SIGNAL:
                found = self.signalled() if found is None else found
                self._enrol(name, int(free), *found)
            else:
                pupils = self._pupils(name)
                self._enrol(name, int(free), pupils, np.zeros(pupils.size, dtype=np.intp))

    def signalled(self) -> tuple[Rows, Rows]:
        """Return youths about whom the case managers know a signal, and how many signals of each."""
        model = self.model
        people, p = model.people, model.p
        age = people.column("age")
        young = (age >= YOUTH_AGES[0]) & (age < YOUTH_AGES[1]) & (people.column("status") == c.INSIDE)
        absent = people.column("absence") >= np.float32(p["school.absence_signal"])
        absent &= people.column("enrolled")
        since = model.month - int(p["programme.police_signal_months"])
        recent = people.column("last_registered") > max(since, 0)
        rows = np.flatnonzero((absent | recent) & young)
        count = np.zeros(rows.size, dtype=np.intp)
        for name, there in (("school", absent), ("police", recent)):
            seen = model.draws.happens(
                f"signal.{name}", people.life[rows], threshold(p["programme.sight"]), year_of(model.month)
            )
            count += seen & there[rows]
        return rows[count > 0], count[count > 0]

    def _pupils(self, name: str) -> Rows:
        """Return the pupils of the ages of a service that is for everyone."""
        people = self.model.people
        low, high = self.model.p.table(f"services.{name}_age")
        age = people.column("age")
        fits = (age >= int(low)) & (age <= int(high)) & people.column("enrolled")
        return np.flatnonzero(fits & (people.column("status") == c.INSIDE))

    def _enrol(self, name: str, free: int, who: Rows, known: Rows) -> None:
        """Enrol up to ``free`` youths: those with most signals first, then by queue number."""
        model = self.model
        # one number to sort by: signals in the highest bits, then the queue number
        queue = (np.uint64(MOST_SIGNALS) - known.astype(np.uint64)) << np.uint64(SIGNAL_SHIFT)
        queue |= model.draws.order(f"queue.{name}", model.people.life[who]) >> np.uint64(64 - SIGNAL_SHIFT)
        asked = ASKED_PER_PLACE * free  # the front of the queue will do, as a rule
        front = who[np.argpartition(queue, asked)[:asked]] if asked < who.size else who
        taken = self._who_takes_part(name, front)
        if taken.size < free and front.size < who.size:
            taken = self._who_takes_part(name, who)
        position = np.argsort(queue[np.searchsorted(who, taken)])
        taken = taken[position[:free]]
        open_cases(model, taken, name, round(model.p[f"services.{name}_months"]))
        model.counts.enrolled[name] += taken.size

    def _who_takes_part(self, name: str, who: Rows) -> Rows:
        """Return who of the youths is eligible and willing, in the order of rows."""
        model = self.model
        people, p = model.people, model.p
        who = np.sort(who)
        low, high = p.table(f"services.{name}_age")
        age = people.age[who]
        fits = (age >= low) & (age <= high) & (people.custody_until[who] <= model.month)
        served = np.zeros(people.used, dtype=bool)
        served[served_lately(model, name)] = True
        fits &= ~served[who]
        if name in AT_SCHOOL:
            fits &= people.enrolled[who]
        who = who[fits]
        accept = threshold(p[f"services.{name}_accept"])
        return who[model.draws.happens(f"accept.{name}", people.life[who], accept, year_of(model.month))]

    def halt_referrals(self) -> float:
        """Return referrals a month that the programme's money adds to Halt."""
        p = self.model.p
        posts = self.stocks["halt"].posts * p["programme.additionality"]
        return posts * p["programme.post_cost"] / p["services.halt_cost"] / MONTHS_PER_YEAR
