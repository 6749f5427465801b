"""The justice chain: Halt, diversion, prosecution and custody, in capacities shared with city and country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.draws import F64, Bools, Rows, thresholds
from sim.mechanisms.reconviction import convict
from sim.mechanisms.register import Suspects
from sim.population import columns as c
from sim.programme.budget import PREFIX
from sim.programme.services import open_cases

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

ADULT = 18
USUAL_THRESHOLD = 0.5
"""At this value of the lever the usual share of minor first offences is processed formally."""

DAYS_PER_MONTH = 365.25 / 12
PER = 1000.0


class JusticeChain(mesa.Agent):
    """Decides about suspects.

    Rule: a minor's first offence, if minor, goes to Halt while there is room; a share (lever ``processing_threshold``)
    is processed formally, and room that the programme pays for diverts some of those as well. Others are prosecuted in
    part; of those found guilty of a serious offence some are detained while there are places.

    Attributes:
        minors: residents of 12 to 17 when regular capacity was set.
        older: residents of 12 and over then.
    """

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, minors: float, older: float) -> None:
        super().__init__(model)
        self.minors = minors
        self.older = older

    def formal_share(self) -> float:
        """Return the share of minor first offences of minors that is processed formally."""
        usual = self.model.p["register.formal_share"]
        lever = self.model.levers.value(PREFIX + "processing_threshold", self.model.month)
        if lever <= USUAL_THRESHOLD:
            return usual * lever / USUAL_THRESHOLD
        return usual + (1 - usual) * (lever - USUAL_THRESHOLD) / (1 - USUAL_THRESHOLD)

    def handle(self, suspects: Suspects) -> None:
        """Decide about this month's suspects."""
        people = self.model.people
        young = people.age[suspects.rows] < ADULT
        light = young & ~suspects.serious & ~suspects.known
        formal = self._divert(suspects.rows[light])
        others = suspects.rows[~light]
        minor = people.age[others] < ADULT
        p = self.model.p
        chance = np.where(minor, p["register.prosecuted_minors"], p["register.prosecuted_adults"])
        tried = self._happens("justice.prosecuted", others, chance)
        self._process(formal, np.zeros(formal.size, dtype=bool))
        self._process(others[tried], suspects.serious[~light][tried])

    def _happens(self, decision: str, rows: Rows, chance: float | F64) -> Bools:

        limits = thresholds(np.broadcast_to(np.asarray(chance, dtype=np.float64), rows.shape))
        return self.model.draws.happens(decision, self.model.people.life[rows], limits, self.model.month)

    def _divert(self, rows: Rows) -> Rows:
        """Send minor first offenders to Halt while there is room; return who is processed formally."""
        model = self.model
        people = model.people
        regular = model.p["register.halt_capacity"] * self.minors / PER
        added = model.municipality.halt_referrals()
        dither = model.draws.scalar("places.halt", model.month)
        formal = self._happens("justice.formal", rows, self.formal_share())
        queue = rows[np.argsort(model.draws.order("queue.halt", people.life[rows], model.month), kind="stable")]
        formal_of = np.zeros(people.used, dtype=bool)
        formal_of[rows[formal]] = True
        first, second = queue[~formal_of[queue]], queue[formal_of[queue]]
        room = int(np.floor(regular + added + dither))
        at_halt = first[:room]
        spare = min(room - at_halt.size, int(np.floor(added + dither)))  # money for diversion reaches further
        diverted = second[: max(spare, 0)]
        at_halt = np.concatenate([at_halt, diverted])
        people.halt_done[at_halt] = True
        open_cases(model, at_halt, "halt", 0)
        model.counts.halt += at_halt.size
        model.counts.halt_added += min(at_halt.size, added)
        return second[max(spare, 0) :]

    def _process(self, rows: Rows, serious: Bools) -> None:
        """Process formally: labels the young; convicts most; detains some."""
        model = self.model
        people, p = model.people, model.p
        young = people.age[rows] < ADULT
        guilty = self._happens("justice.convicted", rows, p["register.convicted"])
        convict(model, rows[guilty])
        chance = np.where(young, p["register.custody_minors"], p["register.custody_adults"]) * serious
        sent = guilty & self._happens("justice.custody", rows, chance)
        sent = self._within_places(rows, sent)
        open_cases(model, rows[young & ~sent], "processing", 0)
        self._detain(rows[sent & young], "youth_custody", p["register.custody_days_minors"])
        self._detain(rows[sent & ~young], "adult_custody", p["register.custody_days_adults"])

    def _within_places(self, rows: Rows, sent: Bools) -> Bools:
        """Keep as many sentences to custody as there are places; the others become community service."""
        model = self.model
        inside = model.people.column("status") == c.INSIDE
        held = int((inside & (model.people.column("custody_until") > model.month)).sum())
        free = int(max(model.p["register.custody_places"] * self.older / PER - held, 0) + 0.5)
        here = np.flatnonzero(sent & (model.people.status[rows] == c.INSIDE))
        order = np.argsort(
            model.draws.order("queue.custody", model.people.life[rows[here]], model.month), kind="stable"
        )
        kept = sent.copy()
        kept[here[order[free:]]] = False
        return kept

    def _detain(self, rows: Rows, kind: str, mean_days: float) -> None:
        model = self.model
        people = model.people
        if rows.size == 0:
            return
        life = people.life[rows]
        days = -np.log(model.draws.uniform("justice.days", life, model.month)) * mean_days
        part = model.draws.uniform("justice.part_month", life, model.month)
        months = np.floor(days / DAYS_PER_MONTH + part).astype(np.int16)  # a part of a month by chance
        people.custody_until[rows] = model.month + 1 + months
        lost = rows[self._happens("justice.job_loss", rows, model.p["register.custody_job_loss"])]
        working = lost[people.work[lost] == c.EMPLOYED]
        people.work[working] = c.NOT_WORKING
        people.work_since[working] = model.month
        pupils = lost[people.enrolled[lost] & (people.age[lost] >= 16)]
        people.enrolled[pupils] = False
        people.left_school[pupils] |= people.qualification[pupils] == c.NO_QUALIFICATION
        open_cases(model, rows, kind, 0)

    def count_custody(self) -> None:
        """Count the persons in custody this month."""
        people = self.model.people
        held = np.flatnonzero((people.column("custody_until") > self.model.month) & (people.column("status") != c.FREE))
        self.model.counts.add("custody", held)
