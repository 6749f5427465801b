"""The justice chain: Halt, diversion, prosecution, trial and sanctions, in capacities shared with city and country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH
from sim.draws import F64, Bools, Rows, threshold, thresholds
from sim.mechanisms.drug_market import lose_roles
from sim.mechanisms.reconviction import convict
from sim.mechanisms.register import Suspects
from sim.population import columns as c
from sim.programme.budget import PREFIX
from sim.programme.services import open_cases, open_count, open_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

ADULT = 18
USUAL_THRESHOLD = 0.5
"""At this value of the lever the usual share of minor first offences is processed formally."""

ORDINARY, SWIFT, NEIGHBOURHOOD = 0, 1, 2
"""Codes of the place of trial."""

ISD_REGISTRATIONS = 10
"""The ISD measure is for adults registered at least this often."""

LONG_RECORD = 4
"""From so many registrations on the record weighs in a sentence."""

SHORT_MONTHS = 6
"""A prison sentence up to this long is short: community service can take its place."""

PER = 1000.0


class JusticeChain(mesa.Agent):
    """Decides about suspects.

    Rule, at the station: a minor's first offence, if minor, goes to Halt while there is room; a share (lever
    ``processing_threshold``) is processed formally, and room that the programme pays for diverts some of those as well.
    Others are prosecuted in part; money for prosecution takes on some who would be let go.

    Rule, in court: a trial follows after some months; minor cases go to a neighbourhood court and others to swift
    handling while those have room. Of those guilty of a serious offence some are detained while there are places (lever
    ``custody``), those with a long record more often: the young in youth custody, adults in short or longer prison.
    Community service replaces short prison as far as the programme pays. The most registered adults go to an ISD place
    while there is one. The young who are found guilty are put on youth probation while it has room. Custody ends roles
    on the drug market, and often school or work.

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
        """Decide about this month's suspects, then hold this month's trials."""
        people, p = self.model.people, self.model.p
        young = people.age[suspects.rows] < ADULT
        light = young & ~suspects.serious & ~suspects.known
        formal = self._divert(suspects.rows[light])
        others, serious = suspects.rows[~light], suspects.serious[~light]
        minor = people.age[others] < ADULT
        tried = self._happens(
            "justice.prosecuted",
            others,
            np.where(minor, p["register.prosecuted_minors"], p["register.prosecuted_adults"]),
        )
        more = self._bought(np.flatnonzero(~tried), others, "prosecution")
        tried[more] = True
        rows = np.concatenate([formal, others[tried]])
        self._summon(rows, np.concatenate([np.zeros(formal.size, dtype=bool), serious[tried]]))
        self._hold_trials()

    def _room(self, name: str) -> int:
        """Return how many cases of a kind the programme adds this month; a fraction is a case in some months."""
        added = self.model.municipality.new_cases(name)
        return int(np.floor(added + self.model.draws.scalar(f"places.{name}", self.model.month)))

    def _first(self, at: Rows, rows: Rows, queue: str, room: int) -> Rows:
        """Return those of the places ``at`` in the list who come first in a queue, as many as there is room for."""
        at = at[self.model.people.status[rows[at]] == c.INSIDE]  # who lives elsewhere takes no place of the area
        if room <= 0 or at.size == 0:
            return at[:0]
        key = self.model.draws.order(f"queue.{queue}", self.model.people.life[rows[at]], self.model.month)
        return at[np.argsort(key, kind="stable")[:room]]

    def _bought(self, at: Rows, rows: Rows, name: str) -> Rows:
        """Return those of the places ``at`` who come first for the cases that the programme pays for this month."""
        chosen = self._first(at, rows, name, self._room(name))
        self.model.counts.add_money("used", float(chosen.size), name)
        return chosen

    def _happens(self, decision: str, rows: Rows, chance: float | F64) -> Bools:
        limits = threshold(chance) if isinstance(chance, float) else thresholds(chance)
        return self.model.draws.happens(decision, self.model.people.life[rows], limits, self.model.month)

    def _divert(self, rows: Rows) -> Rows:
        """Send minor first offenders to Halt while there is room; return who is processed formally."""
        model = self.model
        people = model.people
        if rows.size == 0:
            return rows
        regular = model.p["register.halt_capacity"] * self.minors / PER
        added = model.municipality.new_cases("halt")
        dither = model.draws.scalar("places.halt", model.month)
        share = np.where(people.status[rows] == c.INSIDE, self.formal_share(), model.p["register.formal_share"])
        formal = self._happens("justice.formal", rows, share)
        room = int(np.floor(regular + added + dither))
        at_halt = self._first(np.flatnonzero(~formal), rows, "halt", room)
        # money for diversion reaches further: some who would be processed formally
        spare = min(room - at_halt.size, int(np.floor(added + dither)))
        diverted = self._first(np.flatnonzero(formal), rows, "halt", spare)
        processed = formal.copy()
        processed[diverted] = False
        sent = rows[np.concatenate([at_halt, diverted])]
        people.halt_done[sent] = True
        model.counts.add_money("used", diverted.size + max(at_halt.size - regular, 0.0), "halt")
        open_cases(model, sent, "halt", 0)
        model.counts.add("halt", sent)
        return rows[processed]

    def _summon(self, rows: Rows, serious: Bools) -> None:
        """Set a trial for who has none pending; a pending one takes the new case along."""
        model, people, p = self.model, self.model.people, self.model.p
        pending = people.trial[rows] >= 0
        again = rows[pending & serious]
        people.trial_serious[again] = True
        rows, serious = rows[~pending], serious[~pending]
        if rows.size == 0:
            return
        place = np.full(rows.size, ORDINARY, dtype=np.uint8)
        local = self._bought(np.flatnonzero(~serious), rows, "neighbourhood_court")
        place[local] = NEIGHBOURHOOD
        swift = self._bought(np.flatnonzero(place == ORDINARY), rows, "swift_handling")
        place[swift] = SWIFT
        mean = np.where(
            place == SWIFT, min(p["register.swift_months"], p["register.trial_months"]), p["register.trial_months"]
        )
        wait = -np.log(model.draws.uniform("justice.wait", people.life[rows], model.month)) * mean
        wait += model.draws.uniform("justice.wait_part", people.life[rows], model.month) * (mean > 0)
        people.trial[rows] = model.month + np.floor(wait).astype(np.int16)
        people.summoned[rows] = model.month
        people.trial_serious[rows] = serious
        people.trial_place[rows] = place

    def _hold_trials(self) -> None:
        """Hold the trials of this month."""
        people, month = self.model.people, self.model.month
        trial = people.column("trial")
        rows = np.flatnonzero((trial >= 0) & (trial <= month))
        if rows.size:
            people.trial[rows] = c.LONG_AGO
            self._judge(rows, people.trial_serious[rows], people.trial_place[rows])

    def _judge(self, rows: Rows, serious: Bools, place: NDArray[np.uint8]) -> None:
        """Convict most; detain some; put the others under the sanction of their age and place of trial."""
        model, people, p = self.model, self.model.people, self.model.p
        young = people.age[rows] < ADULT
        guilty = self._happens("justice.convicted", rows, p["register.convicted"])
        convict(model, rows[guilty])
        isd = np.zeros(rows.size, dtype=bool)
        often = guilty & ~young & (people.registrations[rows] >= ISD_REGISTRATIONS) & ~open_of(model, "isd")[rows]
        isd[self._first(np.flatnonzero(often), rows, "isd", self._free("isd"))] = True
        # policy of the area is not felt by who lives elsewhere
        more = np.where(people.status[rows] == c.INSIDE, model.levers.value(PREFIX + "custody", model.month), 1.0)
        chance = np.where(young, p["register.custody_minors"], p["register.custody_adults"]) * serious * more
        weighs = np.where(young, p["register.custody_record_minors"], p["register.custody_record"])
        chance = np.where(people.registrations[rows] >= LONG_RECORD, chance * weighs, chance)
        sent = guilty & ~isd & self._happens("justice.custody", rows, np.minimum(chance, 1.0))
        sent = self._within_places(rows, sent)
        months = self._terms(
            rows, np.where(young, p["register.custody_days_minors"], p["register.custody_days_adults"])
        )
        short = sent & ~young & (months < SHORT_MONTHS)
        served = self._bought(np.flatnonzero(short), rows, "community_service")
        sent[served] = short[served] = False
        model.counts.add("community_service", rows[served])
        model.counts.add("formally_processed", rows[young])
        open_cases(model, rows[young & ~sent], "processing", 0)
        open_cases(model, rows[place == SWIFT], "swift_handling", 0)
        open_cases(model, rows[place == NEIGHBOURHOOD], "neighbourhood_court", 0)
        self.detain(rows[sent & young], "youth_custody", months[sent & young])
        self.detain(rows[short], "short_prison", months[short])
        longer = sent & ~young & ~short
        self.detain(rows[longer], "long_prison", months[longer])
        self.detain(rows[isd], "isd", np.full(int(isd.sum()), int(p["services.isd_months"]), dtype=np.int16))
        self._supervise(rows[guilty & young])

    def _terms(self, rows: Rows, mean_days: F64) -> NDArray[np.int16]:
        """Return the months a sentence to custody lasts; a part of a month by chance."""
        life, draws, month = self.model.people.life[rows], self.model.draws, self.model.month
        days = -np.log(draws.uniform("justice.days", life, month)) * mean_days
        return np.floor(days / DAYS_PER_MONTH + draws.uniform("justice.part_month", life, month)).astype(np.int16)

    def _free(self, name: str) -> int:
        """Return free places of a measure, regular and added."""
        model, p = self.model, self.model.p
        places = self.regular_places(name) + model.municipality.active_euros(name) / p[f"services.{name}_cost"]
        # a fraction of a place is a place in some worlds: drawn anew each month it would be given out for keeps
        return int(places - open_count(model, name) + model.draws.scalar(f"places.{name}"))

    def regular_places(self, name: str) -> float:
        """Return the regular places of a measure."""
        population = self.minors if name == "youth_probation" else self.older
        return self.model.p[f"services.{name}_regular"] * population / PER

    def _supervise(self, rows: Rows) -> None:
        """Put the young who were found guilty on youth probation while it has room."""
        model = self.model
        rows = rows[~open_of(model, "youth_probation")[rows]]
        chosen = self._first(np.arange(rows.size), rows, "youth_probation", self._free("youth_probation"))
        open_cases(model, rows[chosen], "youth_probation", round(model.p["services.youth_probation_months"]))

    def _within_places(self, rows: Rows, sent: Bools) -> Bools:
        """Keep as many sentences to custody as there are places; the others stay free."""
        model = self.model
        if not sent.any():
            return sent
        inside = model.people.column("status") == c.INSIDE
        # ISD has places of its own
        held = inside & (model.people.column("custody_until") > model.month) & ~open_of(model, "isd")
        places = model.p["register.custody_places"] * self.older / PER
        free = int(places - np.count_nonzero(held) + model.draws.scalar("places.custody"))
        here = np.flatnonzero(sent & (model.people.status[rows] == c.INSIDE))
        kept = sent.copy()
        kept[here] = False
        kept[self._first(here, rows, "custody", free)] = True
        return kept

    def detain(self, rows: Rows, kind: str, months: NDArray[np.int16]) -> None:
        """Take persons into custody for so many months beyond this one: school, work and roles may be lost."""
        model = self.model
        people = model.people
        if rows.size == 0:
            return
        # who serves a longer sentence already is not set free by a shorter one
        people.custody_until[rows] = np.maximum(people.custody_until[rows], model.month + 1 + months)
        lost = rows[self._happens("justice.job_loss", rows, model.p["register.custody_job_loss"])]
        working = lost[people.work[lost] == c.EMPLOYED]
        people.work[working] = c.NOT_WORKING
        people.work_since[working] = model.month
        people.secure_job[working] = False
        pupils = lost[people.enrolled[lost] & (people.age[lost] >= 16)]
        people.enrolled[pupils] = False
        people.left_school[pupils] |= people.qualification[pupils] == c.NO_QUALIFICATION
        open_cases(model, rows, kind, int(model.p["services.isd_months"]) if kind == "isd" else 0)
        lose_roles(model, rows)

    def count_custody(self) -> None:
        """Count who is in custody this month: before its trials, since who is sentenced now is held from the next."""
        people = self.model.people
        held = np.flatnonzero((people.column("custody_until") > self.model.month) & (people.column("status") != c.FREE))
        self.model.counts.add("custody", held)
