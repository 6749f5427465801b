"""Every evidence row that is built, and how its study is replayed on the bench.

A row states a total effect. The trial has the source's persons, contrast and follow-up; what the model adds by other
ways (own recent offending, trust, school and work) is in it. What a row says is read from the parameters, so that a
changed prior is followed; the trial is compared with it at the central set and over draws of all parameters.
"""

# ruff: noqa: E501 - a row reads best on few lines
from __future__ import annotations

import gc
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bench import (
    DETAINED,
    NOT_DETAINED,
    TRIED,
    Bench,
    Eligible,
    Measure,
    StreetBench,
    Treatment,
    caught,
    detained,
    early_leaving,
    enrolled_in,
    finding_work,
    latent_offending,
    offending_at_liberty,
    serious_offending,
    setting,
    stopped,
    together,
)
from sim.calendar import BASE
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.loader import declared_parameters
from sim.population import columns as c
from sim.programme.catalogue import OFFERED
from sim.trial import Ratio

AREA, SAMPLE = "rotterdam-zuid", 0.4
"""Where the persons are copied from."""

PERSONS = 20_000
TOLERANCE = 0.01
"""A trial at the central parameters returns the row within this rate ratio, unless the row says otherwise."""

DRAWS = 40
PERSONS_PER_DRAW = 1_000
MONTHS_PER_DRAW = 4
WORLDS_KEPT = 8
"""Draws after which the memory of their worlds is freed."""

SAMPLING = 0.1
"""How far, in logarithms, the ends of what forty draws find may lie from the ends of what these draws say."""

EQUIVALENT = (0.97, 1.03)
"""A null is shown when the whole interval lies within these rate ratios."""

FOLLOW_UP = (12, 61)
"""Five years; the first is that of the sentence itself."""

SHORT_FOLLOW_UP = (18, 25)
"""Half a year in the second year, for many draws."""

PROCESSED = caught(then={"register.formal_share": 1.0})
AT_HALT = caught(then={"register.formal_share": 0.0})
RELEASED = caught()
FOUND_GUILTY = caught(serious=True, known=True, then=NOT_DETAINED)
SHORT_SENTENCE = {**DETAINED, "register.custody_days_adults": 30.0}
"""Custody of a month on average: next to nobody gets six months or more."""

LONG_MONTHS = 9
"""Months of a longer sentence, in the middle of what is served above six months."""

IN_THE_AREA = setting(wijk=0)
"""Supported work is for residents of an area."""


def source_area(sample: float = SAMPLE) -> NeighbourhoodModel:
    """Return the area from which persons are copied, as of January 2022."""
    return NeighbourhoodModel(AREA, rng=1, sample=sample, start=BASE)


def with_dose(parameters: ParameterSet) -> ParameterSet:
    """Return the parameters without drop-out: what a service does to who receives all of it."""
    return parameters.with_values({f"services.{name}_drop_out": 0.0 for name in OFFERED})


@dataclass(frozen=True)
class Row:
    """How one evidence row about persons is replayed.

    Attributes:
        id: number of the row.
        nl: what was done and to whom it was compared, in Dutch.
        en: the same in English.
        stem: parameters of its curve are ``services.STEM_...``.
        eligible: whom the source studied.
        treat: what was done.
        instead: the row's contrast.
        measure: what the row's ratio applies to.
        parameter: path of the parameter that holds the row; by default ``services.STEM_effect``.
        window: months of follow-up; by default those of the full effect, at most a year.
        draw_window: the same for the many draws; by default a third of a year.
        persons: persons on the bench.
        excess: how far, in logarithms, single draws may lie from the row because of other paths.
        tolerance: how far the central trial may lie from the row.
        null: whether the source found nothing, so that equivalence is shown.
    """

    id: str
    nl: str
    en: str
    stem: str
    eligible: Eligible
    treat: Treatment
    instead: Treatment | None = None
    measure: Measure = latent_offending
    parameter: str = ""
    window: tuple[int, int] | None = None
    draw_window: tuple[int, int] | None = None
    persons: int = PERSONS
    excess: float = 0.03
    tolerance: float = TOLERANCE
    null: bool = False

    @property
    def path(self) -> str:
        """Path of the parameter that holds the row."""
        return self.parameter or f"services.{self.stem}_effect"

    def months(self, p: ParameterSet) -> tuple[int, int]:
        """Return first and last-but-one month of the full effect."""
        if self.window is not None:
            return self.window
        held = p[f"services.{self.stem}_full_months"] or p[f"services.{self.stem}_months"]
        first = max(int(p[f"services.{self.stem}_lag"]), 1)
        return first, min(int(held), 12) + 1

    def draw_months(self, p: ParameterSet) -> tuple[int, int]:
        """Return the months measured in each of many draws."""
        if self.draw_window is not None:
            return self.draw_window
        first, until = self.months(p)
        return first, min(until, first + MONTHS_PER_DRAW)

    def bench(self, source: NeighbourhoodModel, persons: int | None = None) -> Bench:
        """Return a bench of the persons whom the source studied."""
        return Bench(self.eligible, persons or self.persons, with_dose(load_parameters()), source=source)

    def trial(self, bench: Bench, window: tuple[int, int] | None = None, same_luck: bool = True) -> Ratio:
        """Return what the trial finds on a bench, by default over the months of the full effect."""
        first, until = window or self.months(bench.parameters)
        return bench.trial(self.treat, until, {"it": self.measure}, self.instead, same_luck).ratio(first, until, "it")


@dataclass(frozen=True)
class StreetRow:
    """How one evidence row about places is replayed: a lottery among the hot spots of a real area.

    Attributes:
        id: number of the row.
        nl: what was done, in Dutch.
        en: the same in English.
        way: intervention of the catalogue.
        first: first month of the full effect.
        excess: how far, in logarithms, single draws may lie from the row because of other paths.
        tolerance: how far the central trial may lie from the row.
    """

    id: str
    nl: str
    en: str
    way: str
    first: int = 1
    excess: float = 0.06
    tolerance: float = 0.015

    @property
    def path(self) -> str:
        """Path of the parameter that holds the row."""
        return f"police.{self.way}_effect"

    def trial(self, bench: StreetBench) -> Ratio:
        """Return the ratio of crime at the streets that won the lottery, with and without."""
        return bench.trial(self.way)[0].ratio(self.first, None, "it")


def stated(path: str) -> tuple[float, float, float]:
    """Return what a row says: median, 5th and 95th percentile."""
    parameter = declared_parameters()[path]
    distribution = parameter.distribution
    assert distribution is not None
    assert distribution.p05 is not None
    assert distribution.p95 is not None
    return load_parameters()[path], distribution.p05, distribution.p95


def _make_room(draw: int) -> None:
    """Free the memory of old worlds now and then: a world and its agents hold each other, so that it stays."""
    if draw % WORLDS_KEPT == 0:
        gc.collect()


def over_draws(
    row: Row, source: NeighbourhoodModel, draws: int = DRAWS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the row says and what its trial finds, in each of many draws of all parameters."""
    people = row.bench(source, PERSONS_PER_DRAW)
    drawn, found = np.empty(draws), np.empty(draws)
    for draw in range(1, draws + 1):
        parameters = with_dose(load_parameters(draw))
        drawn[draw - 1] = parameters[row.path]
        found[draw - 1] = row.trial(people.under(parameters), row.draw_months(parameters)).value
        _make_room(draw)
    return drawn, found


def streets_over_draws(
    row: StreetRow, bench: StreetBench, draws: int = DRAWS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the same for a row about places."""
    drawn, found = np.empty(draws), np.empty(draws)
    for draw in range(1, draws + 1):
        parameters = load_parameters(draw)
        drawn[draw - 1] = parameters[row.path]
        found[draw - 1] = row.trial(bench.under(parameters)).value
        _make_room(draw)
    return drawn, found


ROWS: tuple[Row, ...] = (
    Row(
        "E01", "mentor, jongeren van 8-18 die delicten pleegden", "mentor, youths of 8-18 who offended",
        "mentoring", lambda p: (p.age >= 8) & (p.age <= 18) & (p.events12 > 0), enrolled_in("mentoring"),
    ),
    Row(
        "E03", "gedragstraining op school, jongens van 13-17", "CBT at school, boys of 13-17",
        "cbt_at_school", lambda p: (p.age >= 13) & (p.age <= 17) & (p.sex == c.MAN) & p.enrolled,
        enrolled_in("cbt_at_school"),
    ),
    Row(
        "E05", "gedragstraining in jeugddetentie, tegenover detentie zonder", "CBT in youth custody, against custody without",
        "cbt_in_detention", lambda p: (p.age >= 14) & (p.age < 18) & (p.serious24 > 0),
        together(caught(serious=True, known=True, then=DETAINED), enrolled_in("cbt_in_detention")),
        caught(serious=True, known=True, then=DETAINED), offending_at_liberty, window=(2, 19), draw_window=(4, 12),
    ),
    Row(
        "E07", "bijbaan met mentor, ernstige delicten", "side job with a mentor, serious offences",
        "side_job", lambda p: (p.age >= 15) & (p.age <= 19) & p.enrolled, enrolled_in("side_job"),
        measure=serious_offending,
    ),
    Row(
        "E09", "MST, jongeren van 12-18 met ernstige problemen", "MST, youths of 12-18 with severe problems",
        "mst", lambda p: (p.age >= 12) & (p.age <= 18) & (p.registrations > 0), enrolled_in("mst"),
    ),
    Row(
        "E09f", "gezinstherapie (FFT), dezelfde jongeren", "functional family therapy (FFT), the same youths",
        "fft", lambda p: (p.age >= 12) & (p.age <= 18) & (p.registrations > 0), enrolled_in("fft"),
    ),
    Row(
        "E13", "sport met een methode, jongeren van 10-18 die delicten pleegden",
        "sport with a method, youths of 10-18 who offended",
        "sport_with_method", lambda p: (p.age >= 10) & (p.age <= 18) & (p.events12 > 0), enrolled_in("sport_with_method"),
    ),
    Row(
        "E16", "activiteiten na school, leerlingen van 6-18", "after-school hours, pupils of 6-18",
        "after_school_hours", lambda p: (p.age >= 6) & (p.age <= 18) & p.enrolled, enrolled_in("after_school_hours"),
        null=True,
    ),
    Row(
        "E18", "jongerenwerk op straat, met het vertrouwen dat het oplevert",
        "street youth work, with the trust it brings",
        "street_youth_work", lambda p: (p.age >= 10) & (p.age <= 27) & (p.events6 > 0), enrolled_in("street_youth_work"),
    ),
    Row(
        "E19", "afschriklessen, jongeren van 12-18 die delicten pleegden", "scared-straight lessons, youths who offended",
        "scared_straight", lambda p: (p.age >= 12) & (p.age <= 18) & (p.events12 > 0), enrolled_in("scared_straight"),
    ),
    Row(
        "E22", "formele afdoening van een eerste licht feit, tegenover niets",
        "formal processing of a first minor offence, against nothing",
        "processing", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), PROCESSED, RELEASED,
    ),
    Row(
        "E23", "Halt na een eerste licht feit, tegenover niets", "Halt after a first minor offence, against nothing",
        "halt", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), AT_HALT, RELEASED,
        null=True,
    ),
    Row(
        "E24", "Halt: kans om voortijdig school te verlaten", "Halt: chance of early school leaving",
        "halt", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), AT_HALT, RELEASED,
        early_leaving, "services.halt_school", (0, 12), (0, 6),
        excess=0.1,  # those most at risk leave first, so that the two groups grow alike
        tolerance=0.02,
    ),
    Row(
        "E25", "snelle afdoening, volwassenen met een strafblad, tegenover de gewone zitting",
        "swift handling, adults with a record, against an ordinary trial",
        "swift_handling", lambda p: (p.age >= 18) & (p.age < 50) & (p.convictions > 0),
        caught(known=True, then=TRIED, room="swift_handling"), caught(known=True, then=TRIED), null=True,
    ),
    Row(
        "E27", "jeugddetentie, tegenover schuldig zonder detentie", "youth custody, against guilty without custody",
        "youth_custody", lambda p: (p.age >= 14) & (p.age < 18) & (p.serious24 > 0),
        caught(serious=True, known=True, then=DETAINED), caught(serious=True, known=True, then=NOT_DETAINED),
        offending_at_liberty, window=FOLLOW_UP, draw_window=SHORT_FOLLOW_UP,
        excess=0.12,  # loss of school and work adds to it; some of the others are detained later
        tolerance=0.015,
    ),
    Row(
        "E28", "langere gevangenisstraf, volwassenen zonder werk, tegenover geen detentie",
        "longer prison, adults without work, against no custody",
        "long_prison",
        lambda p: (p.age >= 18) & (p.age < 50) & (p.serious24 > 0) & (p.work == c.NOT_WORKING) & ~p.enrolled,
        detained("long_prison", LONG_MONTHS), FOUND_GUILTY, offending_at_liberty,
        window=FOLLOW_UP, draw_window=FOLLOW_UP, excess=0.06,
    ),
    Row(
        "E29", "taakstraf in plaats van een korte celstraf, volwassenen", "community service instead of short prison, adults",
        "short_prison", lambda p: (p.age >= 18) & (p.age < 50) & (p.serious24 > 0),
        caught(serious=True, known=True, then=SHORT_SENTENCE, room="community_service"),
        caught(serious=True, known=True, then=SHORT_SENTENCE), offending_at_liberty,
        "services.community_service_effect", FOLLOW_UP, FOLLOW_UP,
        excess=0.11,  # how many of the others meet prison later differs by draw
    ),
    Row(
        "E30", "ISD, volwassenen met tien of meer registraties, tegenover de gewone straf",
        "ISD placement, adults with ten or more registrations, against the usual sentence",
        "isd", lambda p: (p.age >= 18) & (p.age < 60) & (p.registrations >= 10),
        caught(serious=True, known=True, then=TRIED, room="isd"), caught(serious=True, known=True, then=TRIED),
        offending_at_liberty, window=(26, 50), draw_window=(26, 50),
        excess=0.18,  # how often the others are detained meanwhile differs by draw
    ),
    Row(
        "E33", "re-integratieofficier, na detentie, 18-27 jaar", "re-integration officer, after custody, ages 18-27",
        "reintegration", lambda p: (p.age >= 18) & (p.age <= 27) & (p.convictions > 0), enrolled_in("reintegration"),
    ),
    Row(
        "E34", "begeleid werk, 18-27 jaar zonder school of werk: kans om werk te vinden",
        "supported work, ages 18-27 without school or work: chance to find work",
        "supported_work", lambda p: (p.age >= 18) & (p.age <= 27) & (p.work == c.NOT_WORKING) & ~p.enrolled,
        together(IN_THE_AREA, enrolled_in("supported_work")), IN_THE_AREA, finding_work,
        "services.supported_work_employment", (0, 12), (0, 12), persons=100_000, excess=0.12,
        tolerance=0.03,  # people found work, which is counted and not expected
    ),
    Row(
        "E36", "groepsaanpak, verdachten van 14-27, ernstige delicten", "focused deterrence, suspects of 14-27, serious offences",
        "focused_deterrence", lambda p: (p.age >= 14) & (p.age <= 27) & (p.registrations > 0),
        enrolled_in("focused_deterrence"), measure=serious_offending,
        excess=0.06,  # custody ends it for some
    ),
    Row(
        "E41", "eerlijke bejegening bij een staandehouding, tegenover een gewone",
        "fair treatment in a stop, against a usual stop",
        "fair_stop", lambda p: (p.age >= 12) & (p.age < 28), stopped(fair=True), stopped(),
    ),
    Row(
        "E42", "staandehouding, met het vertrouwen dat het kost", "a stop, with the trust it costs",
        "stop", lambda p: (p.age >= 12) & (p.age < 28), stopped(),
    ),
    Row(
        "E97", "wijkrechtspraak, tegenover de gewone rechter", "neighbourhood court, against the ordinary court",
        "neighbourhood_court", lambda p: (p.age >= 18) & (p.age < 50) & (p.registrations > 0),
        caught(known=True, then=TRIED, room="neighbourhood_court"), caught(known=True, then=TRIED),
    ),
)  # fmt: skip
"""Rows about persons."""

STREET_ROWS: tuple[StreetRow, ...] = (
    StreetRow("E37", "politie op hot spots", "hot-spot policing", "hot_spots"),
    StreetRow("E38", "probleemgericht politiewerk op hot spots", "problem-oriented policing of hot spots", "problem_oriented", 6),
    StreetRow("E39", "jeugdboa's te voet op hot spots", "jeugdboa's on foot on hot spots", "jeugdboa"),
)  # fmt: skip
"""Rows about places."""

BY_ID = {row.id: row for row in ROWS}
