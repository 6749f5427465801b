"""The alliance: partners who see different things, the ties along which problems travel, and coordination.

Fragmented and integrated are two settings of one mechanism. Integration changes reach, waiting, double work and order,
and nothing else (DESIGN D6); below a threshold of coordination it changes nothing at all, and it costs staff time and
money in either case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, U64, Bools, Rows, derive_ids, threshold, thresholds
from sim.mechanisms.arrays import first_in_line
from sim.population import columns as c
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PREFIX = "programme.alliantie."
PER = 1000.0
YEAR = MONTHS_PER_YEAR
BIT = {name: np.uint16(1 << number) for number, name in enumerate(c.KNOWN_BY)}
TIES = {
    "debt_help": ("corporatie", "municipality", "care"),
    "care": ("school", "corporatie", "police", "municipality", "debt_help"),
    "municipality": ("school", "police"),
}
"""Who owns a kind of problem, and who may see it in its own work: debts, poor mental health, youths going wrong."""

COUNT_OF_BITS = np.array([bin(code).count("1") for code in range(2 ** len(c.KNOWN_BY))], dtype=np.uint8)
ADULT = 18
LIFE_BITS = 32
"""So many of the highest bits of a life id put the members of a household in order."""


class Alliance(mesa.Agent):
    """The partners of an area together, under the mayor.

    Sees: what each partner knows from its own work, household by household, once a year (in the month of birth of who
    heads it). Can help: by passing a problem on to who owns it, and by one plan per household. How many: plans as
    coordination allows. Chooses: households known to most partners first, then a queue number. When full: households
    stay with several partners at once, and cost hours twice.

    Attributes:
        coordination: stock between 0 and 1; matures over years, erodes with turnover.
        paid: share of the overhead that is paid.
        works: how far coordination works, from 0 (below the threshold) to 1.
        capacity: what is left of staff time after meetings and double work, relative to the fragmented state.
        double: share of the known households that several partners know without a shared plan.
        ties: who passes problems on to whom; the strength of a tie multiplies what it carries.
        planned: share of the known households with a shared plan, beyond those of the fragmented state.
    """

    STATE = ("coordination", "paid", "works", "capacity", "double", "planned")
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel) -> None:
        super().__init__(model)
        self.coordination = 0.0
        self.paid = 0.0
        self.works = 0.0
        self.capacity = 1.0
        self.double = 0.0
        self.planned = 0.0
        self.ties = _ties()

    # --- coordination

    @property
    def integrated(self) -> bool:
        """Whether partners work as one under the scenario."""
        return self.model.levers.value(PREFIX + "integrated", self.model.month) > 0

    def overhead(self) -> float:
        """Return what bureau and meetings cost, in euros a year for the residents simulated."""
        if not self.integrated:
            return 0.0
        return self.model.p["alliance.overhead_euros"] * self.model.care.residents

    def mature(self) -> None:
        """Let coordination grow towards what its conditions allow, and erode as staff leaves."""
        model, p, month = self.model, self.model.p, self.model.month
        level, reachable = model.levers.value, 0.0
        structural = level(PREFIX + "structural", month)
        if self.integrated:
            reachable = self.paid
            for name in ("structural", "coordinator", "data", "mayor"):
                held = level(PREFIX + name, month)
                reachable *= held + (1 - held) * p[f"alliance.without_{name}"]
        leaving = p["alliance.turnover"] + (1 - structural) * p["alliance.incidental_turnover"]
        step = (reachable - self.coordination) / p["alliance.maturation"]
        step -= p["alliance.erosion"] * leaving * self.coordination
        self.coordination = min(max(self.coordination + step / YEAR, 0.0), 1.0)
        low, high = p["alliance.threshold"], p["alliance.mature"]
        x = min(max((self.coordination - low) / (high - low), 0.0), 1.0)
        self.works = x * x * (3 - 2 * x)
        saved = p["alliance.double_work"] * p["fragmentation.double_hours"] * self.planned
        meetings = p["alliance.staff_time"] * self.coordination * self.paid if self.integrated else 0.0
        self.capacity = (1 - meetings) * (1 + saved)

    # --- what it changes, and nothing else

    @property
    def reach(self) -> float:
        """By what referrals and sight of partners are multiplied."""
        p = self.model.p
        return float(np.exp(p["alliance.reach"] * self.works))

    def more_need(self, owner: str) -> float:
        """By what referrals to care are multiplied beyond reach: teams in the wijk find more need, which costs care."""
        return float(np.exp(self.model.p["alliance.found"] * self.works)) if owner == "care" else 1.0

    @property
    def intake_months(self) -> float:
        """Months between a referral and the first talk."""
        p = self.model.p
        return float(p["fragmentation.intake_months"] * np.exp(p["alliance.waiting"] * self.works))

    def ready(self, life: U64, asked: NDArray[np.int16]) -> Bools:
        """Return who asked so long ago that the first talk can be; part of a month is a month for part of them."""
        u = self.model.draws.uniform("alliance.intake", derive_ids(life, "asked", asked.astype(np.uint64)))
        return np.asarray(asked + np.floor(self.intake_months + u) <= self.model.month)

    def in_order(self, rows: Rows) -> Bools:
        """Return which persons may begin therapy or look for work through a service: debts come first under a plan.

        Under a shared plan, and as far as the alliance works, who has unpaid creditors first gets debt help.
        """
        home = self.model.people.household[rows]
        households = self.model.households
        until = np.append(households.column("plan_until"), c.LONG_AGO)[home]  # the last is for who has no household
        held = (until > self.model.month) & self.model.people.strained[rows]
        held &= np.append(households.column("help_until"), c.LONG_AGO)[home] <= self.model.month
        share = threshold(self.model.p["alliance.order"] * self.works)
        return ~(held & self.model.draws.happens("alliance.order", self.model.people.life[rows], share))

    def drop_out(self, homes: Rows) -> F64:
        """Return by what the drop-out from help is multiplied, for households: other under a shared plan."""
        until = np.append(
            self.model.households.column("plan_until"), c.LONG_AGO
        )  # the last is for who has no household
        planned = until[homes] > self.model.month
        change = float(np.exp(self.model.p["alliance.sequence"] * self.works))
        return np.where(planned, change, 1.0)

    # --- the month

    def meet(self) -> None:
        """Partners look at the households whose turn it is, pass problems on, and make plans."""
        model = self.model
        self.mature()
        people = model.people
        turn = model.birthday_rows
        heads = turn.compress((people.position[turn] == c.HEAD) & (people.status[turn] == c.INSIDE))
        homes = people.household[heads].astype(np.intp)
        members = members_of(model, homes)
        model.households.known[homes] = self._who_knows(homes, members)
        self._refer_debts(homes)
        self._refer_distress(homes, members)
        self._plan()

    def _who_knows(self, homes: Rows, members: Rows) -> np.ndarray:
        """Return the partners that know each household from their own work, as bits."""
        model, month = self.model, self.model.month
        people, households = model.people, model.households
        home = people.household[members]
        signal = np.float32(model.p["school.absence_signal"])
        inside = people.school[members] >= 0
        seen = {
            "school": people.enrolled[members] & inside & (people.absence[members] >= signal),
            "police": people.last_registered[members] > max(month - YEAR, 0),
            "municipality": people.welfare[members],
            "care": (people.care_until[members] > month) | (people.asked_care[members] >= 0),
        }
        known = np.zeros(households.used, dtype=np.uint16)
        for name, mine in seen.items():
            known[home.compress(mine)] |= BIT[name]
        tenant = model.dwellings.tenure[households.dwelling[homes]] == c.CORPORATIE
        known[homes.compress(tenant & (households.creditors[homes] > 0))] |= BIT["corporatie"]
        helped = (households.help_until[homes] > month) | (households.asked_help[homes] >= 0)
        known[homes.compress(helped)] |= BIT["debt_help"]
        return known[homes]

    def _arrives(self, decision: str, homes: Rows, owner: str, sees: float) -> Rows:
        """Return the households whose problem somebody saw and passed on to its owner, and that arrived."""
        model = self.model
        households = model.households
        lost = np.ones(homes.size)  # the chance that no tie carries it
        known = households.known[homes]
        for seer, _, tie in self.ties.in_edges(owner, data=True):
            carried = model.p["fragmentation.referral"] * tie["strength"] * self.reach * self.more_need(owner)
            lost *= np.where(known & BIT[seer], 1 - min(sees * carried, 1.0), 1.0)
        chance = thresholds(1 - lost)
        found = homes.compress(model.draws.happens(decision, households.life[homes], chance, model.month))
        model.counts.add("referrals", households.head[found])
        return found

    def _refer_debts(self, homes: Rows) -> None:
        model, households = self.model, self.model.households
        free = (households.asked_help[homes] < 0) & (households.help_until[homes] <= model.month)
        homes = homes.compress(free & (households.creditors[homes] > 0))
        found = self._arrives("alliance.debts", homes, "debt_help", model.p["fragmentation.sees_debt"])
        households.asked_help[found] = model.month

    def _refer_distress(self, homes: Rows, members: Rows) -> None:
        """Refer one person of a household: the one whose number is lowest among those in poor mental health."""
        model, people = self.model, self.model.people
        rows = members.compress(people.distressed[members] & (people.asked_care[members] < 0))
        rows = rows.compress(people.care_until[rows] <= model.month)
        # one number to sort by: household, then life
        key = (people.household[rows] << LIFE_BITS) | (people.life[rows] >> np.uint64(64 - LIFE_BITS)).astype(np.int64)
        rows = rows[np.argsort(key)]
        home = people.household[rows]
        first = np.ones(rows.size, dtype=bool)
        first[1:] = home[1:] != home[:-1]
        rows, home = rows.compress(first), home.compress(first)
        found = self._arrives("alliance.distress", home, "care", model.p["fragmentation.sees_distress"])
        arrived = np.zeros(model.households.used, dtype=bool)
        arrived[found] = True
        people.asked_care[rows.compress(arrived[home])] = model.month

    def _plan(self) -> None:
        """Give a plan to households known to several partners; count who is known, and to how many."""
        model, month = self.model, self.model.month
        households, p = model.households, model.p
        lives = households.column("size") > 0
        known = COUNT_OF_BITS[households.column("known")] * lives
        in_plan = lives & (households.column("plan_until") > month)
        regular = p["fragmentation.shared_plans"] * model.debt_help.households / PER
        room = regular + p["alliance.plans"] * self.works * model.debt_help.households / PER
        wants = np.flatnonzero((known > 1) & ~in_plan)
        queue = model.draws.order("alliance.plan", households.life[wants])
        count = max(int(room - np.count_nonzero(in_plan) + model.draws.scalar("alliance.room")), 0)
        chosen = wants[first_in_line(len(BIT) - known[wants], queue, count)]
        households.plan_until[chosen] = month + int(p["alliance.plan_months"])
        in_plan[chosen] = True
        total = max(int(np.count_nonzero(known)), 1)
        self.double = float(np.count_nonzero((known > 1) & ~in_plan)) / total
        usual = min(regular, float(np.count_nonzero(in_plan)))
        # only who would be known to several now can be spared double work by a plan
        spared = float(np.count_nonzero(in_plan & (known > 1)))
        self.planned = max(spared - usual, 0.0) / total if self.works > 0 else 0.0

    def count_wait(self, rows: Rows, months: Rows) -> None:
        """Count how long people waited for help that starts now."""
        self.model.counts.add("waited", rows)
        self.model.counts.add_sum("waited_months", rows, months)

    def graph(self) -> nx.DiGraph:
        """Return who passes problems on to whom, with the chance a year that one arrives and the months it takes."""
        p = self.model.p
        graph = self.ties.copy()
        graph.graph |= {"kind": "alliance", "coordination": self.coordination, "works": self.works}
        sees = {
            "debt_help": p["fragmentation.sees_debt"],
            "care": p["fragmentation.sees_distress"],
            "municipality": p["programme.sight"],
        }
        for _, owner, tie in graph.edges(data=True):
            carried = p["fragmentation.referral"] if owner != "municipality" else 1.0
            tie["chance"] = min(sees[owner] * carried * tie["strength"] * self.reach * self.more_need(owner), 1.0)
            tie["months"] = self.intake_months
        return graph


def _ties() -> nx.DiGraph:
    """Return the ties between partners along which problems are passed on, all equally strong."""
    graph = nx.DiGraph()
    graph.add_nodes_from(c.KNOWN_BY)
    for owner, seers in TIES.items():
        graph.add_edges_from((seer, owner, {"strength": 1.0}) for seer in seers)
    return graph
