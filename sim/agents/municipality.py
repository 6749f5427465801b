"""The municipality holds the programme's money and the case management that decides who is enrolled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import Rows, threshold
from sim.mechanisms.trust import change_trust
from sim.mechanisms.welfare import entitled, tell_members
from sim.programme.budget import PREFIX, Division, Parts, Stock, budget_of, divide, framework_holds, pay_alliance
from sim.programme.catalogue import BOUGHT, BY_NAME, GRANT, LINES, MEASURES, OFFERED, STREET_MEASURES
from sim.programme.finding import MOST_PRIORITY, Found, Sight
from sim.programme.services import open_cases, open_counts

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

EVERYONE, SIGNALS, RISK = 0, 1, 2
"""Values of the lever ``targeting``."""

ALLIANCE = "alliantie"
PICKED = ("signals", "severe")
"""Ways of being found in which targeting decides who comes first."""

CONTACTS_USED = ("early_warning", "youth_debt_fund", "income_support")
PER = 1000.0
ASKED_PER_PLACE = 8
"""So many youths at the front of the queue are looked at first for each free place."""

CLAIMS_FRONT = (16, 4, 1)
"""One in so many households stands at the front of the queue for help with claims; more are looked at if need be."""

PRIORITY_SHIFT = 60
"""Priorities stand above this bit of the sorting key."""


class Municipality(mesa.Agent):
    """Buys interventions with programme money and, through its case managers, enrols people in services.

    Rule: money becomes posts, posts become places (``plan``). A free place goes to somebody eligible and willing who
    came into view (:mod:`sim.programme.finding`). With targeting on *signals* those whom most partners reported come
    first, on *risk* those with most points of the risk instrument, and for *everyone* the place is open to all of the
    age; then a queue number decides. A quality framework aims at risk. Who had a place of the kind in the last year
    waits a turn. Most services take people in by rounds. Being picked by risk costs a little trust (stigma).

    Attributes:
        budget: programme euros a year for the area, all interventions together.
        stocks: posts by line and intervention.
        by_line: budget by line, in euros a year.
        overhead: what the alliance is paid, in euros a year.
        overhead_of_jenv: share of it that comes from lines of the ministry of justice and security.
        granted: grants for homes, in euros a year.
    """

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, keys: Mapping[str, float], youths: float) -> None:
        super().__init__(model)
        self.keys = keys
        self.regular_youths = youths
        self.stocks: dict[tuple[str, str], Stock] = {}
        self.by_line = dict.fromkeys((line.name for line in LINES), 0.0)
        self.budget = 0.0
        self.overhead = 0.0
        self.overhead_of_jenv = 0.0
        self.granted = 0.0
        self._active = dict.fromkeys(BOUGHT, 0.0)
        self._division: Division | None = None

    def plan(self) -> None:
        """Turn this month's money into posts."""
        model, p = self.model, self.model.p
        parts, own, structural = self._divided()
        overhead = model.alliance.overhead()
        total = sum(parts.values()) + own
        parts, model.alliance.paid = pay_alliance(parts, overhead, own)
        self.overhead = overhead * model.alliance.paid
        self.by_line = {line.name: 0.0 for line in LINES}
        for (line, _), euros in parts.items():
            self.by_line[line] += euros
        self.by_line[ALLIANCE] = max(own, self.overhead)
        jenv = {line.name for line in LINES if line.payer == "rijk_jenv"}
        taken = max(self.overhead - own, 0.0)
        lines = sum(euros for name, euros in self.by_line.items() if name != ALLIANCE)
        share = sum(self.by_line[name] for name in jenv) / lines if lines else 0.0
        self.overhead_of_jenv = taken / self.overhead * share if self.overhead else 0.0
        self.budget = total
        self.granted = 0.0
        self._active = dict.fromkeys(BOUGHT, 0.0)
        for key, euros in parts.items():
            line, name = key
            if name == GRANT:
                self.granted += euros
                continue
            stock = self.stocks.get(key)
            if stock is None:
                if euros == 0.0:
                    continue
                stock = self.stocks[key] = Stock()
            stock.staff(p, euros, structural[line])
            self._active[name] += stock.euros(p) * p["programme.additionality"]

    def _divided(self) -> tuple[Parts, float, Mapping[str, float]]:
        """Return euros a year by line and intervention, those of the alliance, and by line what is structural of them.

        Kept until a lever changes: well over a hundred of them are read.
        """
        model, month = self.model, self.model.month
        levers, p = model.levers, model.p
        kept = self._division
        if kept is None or kept.levers is not levers or kept.p is not p or not kept.first <= month < kept.until:
            parts = {key: euros * model.fraction for key, euros in divide(levers, month, self.keys, p).items()}
            own = budget_of(levers, month, ALLIANCE, self.keys, p) * model.fraction
            structural = {line.name: levers.value(f"programme.{line.name}.structural", month) for line in LINES}
            kept = Division(levers, p, month, levers.next_change(month), parts, own, structural)
            self._division = kept
        return kept.parts, kept.own, kept.structural

    def active_euros(self, name: str) -> float:
        """Return euros a year of an intervention that are new activity; the rest only replaces regular budget."""
        return self._active[name]

    def new_places(self, name: str) -> float:
        """Return places that the programme adds to a service."""
        p = self.model.p
        participants = self.active_euros(name) / p[f"services.{name}_cost"]  # served in a year
        return participants * p[f"services.{name}_months"] / MONTHS_PER_YEAR

    def new_cases(self, name: str) -> float:
        """Return cases a month that the programme adds to the justice chain."""
        return self.active_euros(name) / self.model.p[f"services.{name}_cost"] / MONTHS_PER_YEAR

    def places(self, name: str) -> float:
        """Return all places of a service: regular ones, in every scenario, and those of the programme."""
        regular = self.model.p[f"services.{name}_regular"] * self.regular_youths / PER
        return (regular + self.new_places(name)) * self.model.alliance.capacity

    def _capacity(self, name: str) -> float:
        """Return how many may be in a service at once, such that all are served whom the places pay for.

        Where people come in by rounds, a place that falls free stays empty until the next.
        """
        months, p = self.model.p[f"services.{name}_months"], self.model.p
        rounds = p["programme.intake_months"] if BY_NAME[name].rounds else 1.0
        return self.places(name) * rounds * float(np.ceil(months / rounds)) / months

    def use(self, name: str, taken: Mapping[str, int]) -> tuple[float, float]:
        """Return this month's added capacity of an intervention, and how much of it was used.

        Regular places are full first; below them use is negative, so that a year adds up to what was used. Hours on the
        street and training are used by definition; cases of the justice chain are counted by the chain.

        Args:
            name: the intervention.
            taken: open cases by kind.
        """
        one, p = BY_NAME[name], self.model.p
        if name in OFFERED:
            regular = p[f"services.{name}_regular"] * self.regular_youths / PER
            return self.new_places(name), taken[name] - regular
        if name in MEASURES:
            regular = self.model.justice.regular_places(name)
            return self.active_euros(name) / p[f"services.{name}_cost"], taken[name] - regular
        if name in CONTACTS_USED:
            return self.new_cases(name), 0.0  # counted when they are made
        if one.delivery == "chain":
            return self.new_cases(name), 0.0
        return self._use_of_others(name)

    def _use_of_others(self, name: str) -> tuple[float, float]:
        """Return capacity and use of what is neither a place for a person, nor a contact, nor a case of the chain."""
        model, p = self.model, self.model.p
        if name == "debt_counselling":
            helped = float(np.count_nonzero(model.households.column("help_until") > model.month))
            return self.new_places(name), helped - (model.debt_help.places - self.new_places(name))
        if name == "teachers":
            posts = self.active_euros(name) / p["services.teachers_cost"]
            return posts, min(posts, p["school.vacancies"] * model.schools_of_area.posts)
        if name in STREET_MEASURES:
            segments = model.social.segments[name]
            return segments, min(segments, float(model.streets.used))
        if name == "neighbourhood_watch":
            streets = self.active_euros(name) / p["services.neighbourhood_watch_cost"]
            return streets, min(streets, float(model.streets.used))
        return 1.0, 1.0

    def targeting(self) -> int:
        """Return for whom places are: everyone, who has most signals, or who is at the highest visible risk."""
        schedule, month = self.model.levers, self.model.month
        if framework_holds(schedule, month):
            return RISK
        return int(schedule.value(PREFIX + "targeting", month))

    def find_and_enrol(self) -> None:
        """Fill the open places of every service whose turn it is."""
        model = self.model
        taken = open_counts(model)
        sight = Sight(model)
        rounds = int(model.p["programme.intake_months"])
        for number, name in enumerate(OFFERED):
            if BY_NAME[name].rounds and (model.month + number) % rounds:
                continue
            # a fraction of a place is a place in some worlds: drawn anew each month it would be given out for keeps
            free = int(self._capacity(name) - taken[name] + model.draws.scalar(f"places.{name}"))
            if free >= 1:
                self._enrol(name, free, self._pool(name, sight), sight)

    def _pool(self, name: str, sight: Sight) -> Found:
        """Return who may be asked for a service."""
        way = BY_NAME[name].found
        if way == "signals" and self.targeting() == EVERYONE:
            way = "everyone"
        low, high = (int(age) for age in self.model.p.table(f"services.{name}_age"))
        if way == "everyone":
            return sight.of_ages(low, high)
        pool = sight.found(str(way))
        age = self.model.people.age[pool.rows]
        return pool.where((age >= low) & (age <= high))

    def _enrol(self, name: str, free: int, pool: Found, sight: Sight) -> None:
        """Enrol up to ``free`` persons of the pool, by priority and then by queue number."""
        model = self.model
        targeting = self.targeting()
        who = pool.rows
        way = BY_NAME[name].found
        by_risk = way == "prolific" or (targeting == RISK and way in PICKED)
        first = sight.risk(who) if by_risk else np.minimum(pool.signals, MOST_PRIORITY)
        if targeting == EVERYONE and way == "signals":
            first = np.zeros(who.size, dtype=np.intp)
        # one number to sort by: priority in the highest bits, then the queue number
        queue = (MOST_PRIORITY - first).astype(np.uint64) << np.uint64(PRIORITY_SHIFT)
        queue |= model.draws.order(f"queue.{name}", model.people.life[who]) >> np.uint64(64 - PRIORITY_SHIFT)
        asked = ASKED_PER_PLACE * free  # the front of the queue will do, as a rule
        front = np.argpartition(queue, asked)[:asked] if asked < who.size else np.arange(who.size)
        taken = self._who_takes_part(name, who, front, sight)
        if taken.size < free and front.size < who.size:
            taken = self._who_takes_part(name, who, np.arange(who.size), sight)
        chosen = who[taken[np.argsort(queue[taken])][:free]]
        open_cases(model, chosen, name, round(model.p[f"services.{name}_months"]))
        model.counts.enrol(name, chosen)
        if by_risk:
            change_trust(model, chosen, -model.p["trust.stigma"])

    def _who_takes_part(self, name: str, who: Rows, at: Rows, sight: Sight) -> Rows:
        """Return which of the persons at these places of the list are eligible and willing."""
        model = self.model
        people, p = model.people, model.p
        rows = who[at]
        held = people.custody_until[rows] > model.month
        fits = held if BY_NAME[name].found == "detained" else ~held
        served = np.zeros(people.used, dtype=bool)
        served[sight.served(name)] = True
        fits &= ~served[rows]
        if BY_NAME[name].at_school:
            fits &= people.enrolled[rows]
        if BY_NAME[name].pillar == "jobs" and model.alliance.works:
            fits &= model.alliance.in_order(rows)
        at, rows = at.compress(fits), rows.compress(fits)
        accept = threshold(p[f"services.{name}_accept"])
        return at.compress(model.draws.happens(f"accept.{name}", people.life[rows], accept, year_of(model.month)))

    def help_with_claims(self) -> None:
        """Help households with a right to welfare that do not claim it, as many as are paid for."""
        model, p, month = self.model, self.model.p, self.model.month
        count = int(self.new_cases("income_support") + model.draws.scalar("claims.count", month))
        if count == 0:
            return
        households = model.households
        free = (households.column("size") > 0) & (households.column("welfare_since") < 0)
        queue = model.draws.order("claims.queue", households.column("life"), month)
        # few have a right to it, and to look that up for everybody takes long: the front of the queue will do
        for part in CLAIMS_FRONT:
            front = np.flatnonzero(free & (queue <= np.uint64((2**64 - 1) // part)))
            front = front.compress(entitled(model, front))
            if front.size >= count:
                break
        asked = front[np.argsort(queue[front], kind="stable")[:count]]
        model.counts.add_money("used", float(asked.size), "income_support")
        works = threshold(p["services.income_support_works"])
        # one answer a year: who is asked again says the same
        helped = asked[model.draws.happens("claims.works", households.life[asked], works, year_of(month))]
        households.welfare_since[helped] = month
        tell_members(model, helped)
