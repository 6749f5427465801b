"""The evidence rows about school, work, welfare and health, and how the study of each is replayed."""

# ruff: noqa: E501 - a row reads best on few lines
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from calibration.measures import absence, distress_chance, out_of_work, skill
from calibration.replays import Row, StreetRow
from calibration.rows import IN_THE_AREA
from sim.bench import early_leaving, enrolled_in, finding_work, setting, together
from sim.calendar import BASE
from sim.draws import Bools, Rows
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.services import open_cases

STILL: Mapping[str, float] = {
    "income.shock_persistence": 1.0, "school.leaving_level": 0.0, "school.return": 0.0, "work.turnover": 1e-9,
    "debts.leaves": 0.0,
}  # fmt: skip
"""Nobody's income, school, work or debts change by themselves."""

OFTEN_ABSENT = 0.16
"""Share of school time from which absence is reported (``school.absence_signal``)."""

YEAR = 12
PRESCHOOL_AGO = 144
"""Months after which intensive pre-school shows in crime (E76)."""

AT_ONCE = (0, 1)


JANUARY = 0
"""Month of the trials that last one month: who was born in it has welfare and income settled anew meanwhile."""


def entitled_young(p: Any) -> Bools:
    """Who may have welfare at 18 to 26."""
    young: Bools = (p.age >= 18) & (p.age <= 26)
    idle: Bools = (p.work == c.NOT_WORKING) & ~p.enrolled
    return young & idle & (p.birthday != JANUARY)


def preschool_long_ago(model: NeighbourhoodModel, rows: Rows) -> None:
    """Treatment: went to intensive pre-school twelve years ago."""
    before = model.cases.used
    open_cases(model, rows, "intensive_preschool", round(model.p["services.intensive_preschool_months"]))
    new = np.arange(before, model.cases.used)
    model.cases.start[new] -= PRESCHOOL_AGO
    model.cases.end[new] -= PRESCHOOL_AGO


def one_account_cleared(model: NeighbourhoodModel, rows: Rows) -> None:
    """Treatment: one creditor less."""
    model.people.creditors[rows] -= np.uint8(1)


DOMAIN_ROWS: tuple[Row, ...] = (
    Row(
        "E02", "mentor, jongeren van 8-18 die delicten pleegden: vaardigheid (SD)", "mentor, youths of 8-18 who offended: skill (SD)",
        "mentoring", lambda p: (p.age >= 8) & (p.age <= 18) & (p.events12 > 0), enrolled_in("mentoring"),
        measure=skill, parameter="services.mentoring_skill", difference=True,
    ),
    Row(
        "E04", "gedragstraining op school, jongens van 13-17: kans om voortijdig school te verlaten",
        "CBT at school, boys of 13-17: chance of early school leaving",
        "cbt_at_school", lambda p: (p.age >= 13) & (p.age <= 17) & (p.sex == c.MAN) & p.enrolled, enrolled_in("cbt_at_school"),
        measure=early_leaving, parameter="services.cbt_at_school_leaving", excess=0.1, tolerance=0.02,
    ),
    Row(
        "E35", "IPS, volwassenen in geestelijke zorg zonder werk: kans om werk te vinden",
        "IPS, adults in mental care without work: chance to find work",
        "ips", lambda p: (p.age >= 18) & (p.age <= 60) & p.distressed & (p.work == c.NOT_WORKING) & ~p.enrolled,
        together(IN_THE_AREA, enrolled_in("ips")), IN_THE_AREA, finding_work, "services.ips_employment", (0, YEAR), (0, YEAR),
        persons=100_000, excess=0.12, tolerance=0.03,  # people found work, which is counted and not expected
    ),
    Row(
        "E64", "intensieve bijles, leerlingen van 6-16 die achterliggen, na een schooljaar (SD)",
        "high-dosage tutoring, pupils of 6-16 who are behind, after a school year (SD)",
        "tutoring", lambda p: (p.age >= 6) & (p.age <= 16) & p.enrolled & (p.skill < -0.5), enrolled_in("tutoring"),
        measure=skill, parameter="services.tutoring_skill", difference=True,
    ),
    Row(
        "E68", "kleine klassen en zorg (lwoo), vmbo-leerlingen: kans om voortijdig school te verlaten",
        "small classes and support (lwoo), pupils in vmbo: chance of early school leaving",
        "small_classes", lambda p: (p.age >= 12) & (p.age <= 17) & p.enrolled & (p.track <= 1), enrolled_in("small_classes"),
        measure=early_leaving, parameter="services.small_classes_leaving", excess=0.1, tolerance=0.02,
    ),
    Row(
        "E73", "aanpak van verzuim, leerlingen die vaak ontbreken: gemiste schooltijd",
        "truancy intervention, pupils often absent: school time missed",
        "truancy", lambda p: (p.age >= 10) & (p.age <= 18) & p.enrolled & (p.absence >= OFTEN_ABSENT), enrolled_in("truancy"),
        measure=absence, parameter="services.truancy_absence",
    ),
    Row(
        "E74", "brieven over verzuim, leerlingen die vaak ontbreken: gemiste schooltijd",
        "attendance letters, pupils often absent: school time missed",
        "attendance_letters", lambda p: (p.age >= 6) & (p.age <= 18) & p.enrolled & (p.absence >= OFTEN_ABSENT),
        enrolled_in("attendance_letters"), measure=absence, parameter="services.attendance_letters_absence",
    ),
    Row(
        "E75", "voorschool (vve), kinderen van 2-3 (SD)", "pre-school (vve), children of 2-3 (SD)",
        "vve", lambda p: (p.age >= 2) & (p.age <= 3), enrolled_in("vve"), measure=skill,
        parameter="services.vve_skill", difference=True,
    ),
    Row(
        "E76", "intensieve voorschool (Perry), twaalf jaar later, 14-17 jaar", "intensive pre-school (Perry), twelve years later, ages 14-17",
        "intensive_preschool", lambda p: (p.age >= 14) & (p.age < 18), preschool_long_ago, window=(1, 7), draw_window=(1, 5),
        excess=0.05,
    ),
    Row(
        "E77", "bijstand, 18-26 jaar zonder werk, zolang zij duurt", "welfare, ages 18-26 without work, while it lasts",
        "", entitled_young, setting(supported=True),
        setting(supported=False), parameter="welfare.supported", window=AT_ONCE, draw_window=AT_ONCE, held=STILL,
    ),
    Row(
        "E81", "één schuldeiser minder, mensen met schulden: kans op psychische klachten",
        "one account cleared, people in debt: chance of poor mental health",
        "", lambda p: (p.age >= 18) & (p.creditors >= 2) & (p.creditors <= 6), one_account_cleared, measure=distress_chance,
        parameter="health.creditor", window=AT_ONCE, draw_window=AT_ONCE, says=lambda value: float(np.exp(-value)), held=STILL,
    ),
    Row(
        "E86", "basisbaan, een jaar of langer in de bijstand: zonder werk na een jaar",
        "basic job, a year or longer on welfare: without work after a year",
        "basic_job", lambda p: (p.age >= 23) & (p.age < 65) & p.welfare & (p.work == c.NOT_WORKING) & ~p.enrolled & (p.work_since <= BASE - YEAR),
        together(IN_THE_AREA, enrolled_in("basic_job")), IN_THE_AREA, out_of_work, "services.basic_job_unemployment", (11, 12), (11, 12),
        excess=0.2,  # how soon the others find work differs by draw
        tolerance=0.03,
    ),
    Row(
        "E88", "omscholing en activering, volwassenen zonder werk: zonder werk na afloop",
        "retraining and activation, adults without work: without work afterwards",
        "retraining", lambda p: (p.age >= 20) & (p.age <= 60) & (p.work == c.NOT_WORKING) & ~p.enrolled,
        together(IN_THE_AREA, enrolled_in("retraining")), IN_THE_AREA, out_of_work, "services.retraining_unemployment", (8, 9), (8, 9),
        excess=0.06, tolerance=0.02,
    ),
)  # fmt: skip
"""Rows about persons."""

MEASURE_ROWS: tuple[StreetRow, ...] = (
    StreetRow("E45", "straatverlichting", "street lighting", "street_lighting"),
    StreetRow("E46", "cameratoezicht", "camera surveillance", "camera_watch"),
    StreetRow("E47", "groen en schoon", "greening and cleaning", "greening"),
)
"""Rows about measures on the street."""
