"""The basic police teams of an area: hours for cases decide what is cleared, hours on the street what is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.agents.enforcement import Jeugdboas, Wijkagenten
from sim.calendar import MONTHS_PER_YEAR
from sim.draws import U32, Bools, Rows, threshold, thresholds
from sim.mechanisms.guardianship import Deployment, watch
from sim.mechanisms.trust import change_trust, mean_trust
from sim.population import columns as c
from sim.programme.budget import PREFIX
from sim.programme.catalogue import HOUR_RULES
from sim.programme.services import held_by, open_cases

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MEMORY = 6
"""Months over which the caseload is averaged: cases take a while."""

LOWEST_FACTOR, HIGHEST_FACTOR = 0.5, 1.6
USUAL_UNIFORM = 0.75
"""Usual share of the hours on the street that is spread evenly: the default of its lever."""

STOP_AGES = (12, 28)
STOP_AGAIN = 12
"""Months within which another stop of the same person opens no second case."""

PER = 1000.0


class PoliceTeam(mesa.Agent):
    """The basic teams of the area.

    Rule, cases: the hours for investigation are fixed by the residents at the start; each registered crime asks for
    hours by its kind. Clearance rises with hours per crime relative to the usual number in the twenty areas, and with
    the trust of residents, who are the witnesses.

    Rule, street: hours follow the residents; a part of them moves with the area's share of the city's workload, so that
    where crime falls hours go elsewhere. They are spent by the weights of four rules: evenly; on the segments with most
    registered crimes of last year; on solving problems there; with groups of youths. On hot spots and with groups
    youths are stopped, the known and the male more often; a stop costs trust, less so by officers trained in fair
    treatment.

    Attributes:
        hours: investigation hours a month.
        demand: hours asked for, averaged over the last months.
        base_demand: the same at the base date, 0 before.
        clearance_factor: this month's multiplier of the chance to clear a crime inside the area.
        discovery: this month's multiplier of the registration of minor offences.
        reporting: this month's multiplier of registration by residents' trust.
        trained: officers trained in procedural justice.
        contacts: hours this month on hot spots and with youths, in which stops are made.
    """

    STATE = ("hours", "demand", "base_demand", "clearance_factor", "discovery", "reporting", "asked", "trained")

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, residents: float, usual_demand: float) -> None:
        super().__init__(model)
        p = model.p
        self.residents = residents
        self.hours = p["register.hours_per_resident"] * residents / MONTHS_PER_YEAR
        self._usual = p["register.usual_hours"] / MONTHS_PER_YEAR / max(usual_demand, 1e-9)
        self.demand = usual_demand * residents
        self.base_demand = 0.0
        self.clearance_factor = self.discovery = self.reporting = 1.0
        self.asked = self.trained = self.contacts = 0.0
        self.boas = Jeugdboas(model, residents)
        self.wijkagenten = Wijkagenten(model, residents)

    def plan(self) -> None:
        """Spread the hours over last month's caseload and over the streets."""
        model, p = self.model, self.model.p
        self.demand += (self.asked - self.demand) / MEMORY
        per_hour = self.hours * self._lever("police.hours") / max(self.demand, 1e-9)
        self.wijkagenten.plan()
        trust = mean_trust(model) + self.wijkagenten.contact
        factor = (per_hour / self._usual) ** p["register.hours_elasticity"] * np.exp(p["trust.witnesses"] * trust)
        self.clearance_factor = float(min(max(factor, LOWEST_FACTOR), HIGHEST_FACTOR))
        self.reporting = float(np.exp(p["trust.reporting"] * trust))
        self._train()
        self._patrol()

    def freeze(self) -> None:
        """Take the caseload of this moment as the usual one (call once, at the base date)."""
        self.base_demand = self.demand

    def _lever(self, path: str) -> float:
        return self.model.levers.value(path, self.model.month)

    def street_hours(self) -> float:
        """Return the hours on the street this month that the regular budget pays for."""
        p = self.model.p
        busy = self.demand / self.base_demand if self.base_demand > 0 else 1.0
        shared = 1 + p["police.shared"] * (busy - 1)
        return p["police.street_hours"] * self.residents / MONTHS_PER_YEAR * self._lever("police.hours") * shared

    def bought_hours(self, name: str) -> float:
        """Return the hours this month that the programme adds to a way of policing."""
        return self.model.municipality.active_euros(name) / self.model.p["police.police_hour"] / MONTHS_PER_YEAR

    def _patrol(self) -> None:
        p = self.model.p
        weights = {rule: self._lever(f"police.hours.{rule}") for rule in HOUR_RULES}
        total = max(sum(weights.values()), 1e-9)
        regular = self.street_hours()
        by_rule = {rule: regular * weight / total for rule, weight in weights.items()}
        by_rule["hot_spot"] += self.bought_hours("hot_spots")
        by_rule["problem_oriented"] += self.bought_hours("problem_oriented")
        usual = p["police.street_hours"] * self.residents / MONTHS_PER_YEAR
        on_foot, with_youths = self.boas.hours()
        deployed = Deployment(
            presence=by_rule["uniform"] / (USUAL_UNIFORM * usual),
            hot_spots=by_rule["hot_spot"],
            problems=by_rule["problem_oriented"],
            boas=on_foot,
        )
        watch(self.model, deployed)
        self.contacts = by_rule["hot_spot"] + by_rule["youth_groups"] + with_youths
        self.discovery = float((max(sum(by_rule.values()), 1e-9) / usual) ** p["police.discovery"])

    def _train(self) -> None:
        p = self.model.p
        self.trained *= 1 - 1 / (MONTHS_PER_YEAR * p["police.training_lasts"])
        euros = self.model.municipality.active_euros("procedural_justice")
        self.trained += euros / p["police.training_cost"] / MONTHS_PER_YEAR

    def fair_share(self) -> float:
        """Return the share of officers and boa's trained in fair treatment."""
        return float(min(self.trained / max(self.model.p["police.officers"] * self.residents / PER, 1e-9), 1.0))

    def stop_youths(self) -> None:
        """Stop as many youths as the hours of this month allow."""
        model, p = self.model, self.model.p
        people = model.people
        expected = self.contacts * p["police.stops_per_hour"] * self._lever(PREFIX + "stop_intensity")
        if expected <= 0:
            return
        of_age = (people.column("age") - np.uint8(STOP_AGES[0])) < np.uint8(STOP_AGES[1] - STOP_AGES[0])
        free = people.column("custody_until") <= model.month
        rows = np.flatnonzero(of_age & free & (people.column("status") == c.INSIDE))
        if rows.size == 0:
            return
        stopped = rows.compress(
            model.draws.happens("police.stop", people.life.take(rows), self._chances(rows, expected), model.month)
        )
        fair = model.draws.happens("police.fair", people.life[stopped], threshold(self.fair_share()), model.month)
        self.stop(stopped, fair)

    def stop(self, rows: Rows, fair: Bools) -> None:
        """Stop these persons: trust is lost at once, less by fair treatment; what else it does to them is a case."""
        model, p = self.model, self.model.p
        change_trust(model, rows[~fair], -p["trust.stop"])
        change_trust(model, rows[fair], -p["trust.stop"] * (1 - p["trust.fair_share"]))
        fresh = ~held_by(model, "stop", STOP_AGAIN)[rows]
        open_cases(model, rows[fresh], "stop", 0)
        open_cases(model, rows[fresh & fair], "fair_stop", 0)
        model.counts.add("stops", rows)

    def _chances(self, rows: Rows, expected: float) -> U32:
        """Return thresholds of being stopped, which add up to the stops that the hours allow."""
        model, p = self.model, self.model.p
        people = model.people
        known = people.last_registered.take(rows) >= max(model.register.known_from(model), 0)
        group = 2 * known.astype(np.intp) + (people.sex.take(rows) == c.MAN)
        weight = np.outer([1.0, p["police.stop_known"]], [1.0, p["police.stop_men"]]).ravel()  # by group
        total = float((weight * np.bincount(group, minlength=weight.size)).sum())
        return thresholds(np.minimum(weight * (expected / total), 1.0)).take(group)

    def take_in(self, minor: int, serious: int) -> None:
        """Take in this month's registered crimes inside the area."""
        p = self.model.p
        self.asked = minor * p["register.hours_minor"] + serious * p["register.hours_serious"]
