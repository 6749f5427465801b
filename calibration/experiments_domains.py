"""Experiments on debts, welfare, work, health and school: each switches one thing and returns what moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import ndtri

from calibration.findings import (
    Floats,
    Found,
    P,
    about,
    bench_of,
    exactly,
    inside,
    real_area,
)
from calibration.measures import absence, distress_chance, illness_chance, in_distress, poor_health, skill
from calibration.replays import EQUIVALENT
from calibration.rows_domains import STILL, YEAR
from sim import setup
from sim.bench import Eligible, early_leaving, enrolled_in, setting
from sim.draws import Rows
from sim.mechanisms.debts import _risk, _risk_table
from sim.mechanisms.work import Turnover
from sim.model import NeighbourhoodModel
from sim.population import columns as c

Side = Callable[[NeighbourhoodModel], None]
"""Puts a world in one of two states."""


def world_under(changes: Mapping[str, float]) -> NeighbourhoodModel:
    """Return a copy of a real area whose mechanisms follow other parameters; nothing has happened in it yet."""
    world = real_area().branch(None)
    world.p = P.with_values(changes)
    setup._mechanisms(world)
    world.turnover = Turnover(world.p)
    world.counts.place(np.arange(world.people.used))
    return world


def between(
    measure: Callable[[NeighbourhoodModel], Any], one: Side, other: Side, changes: Mapping[str, float]
) -> tuple[float, float]:
    """Return the mean of a measure with all residents in one state, and in another."""
    found = []
    for side in (one, other):
        world = world_under(changes)
        side(world)
        found.append(float(np.mean(measure(world))))
    return found[0], found[1]


def all_persons(**values: Any) -> Side:
    """Return a side in which every resident has these values."""

    def side(world: NeighbourhoodModel) -> None:
        rows = np.flatnonzero(world.people.column("status") == c.INSIDE)
        setting(**values)(world, rows)

    return side


# --- debts


def owing(world: NeighbourhoodModel) -> Floats:
    """Return how easily each household falls behind."""
    return _risk(world, np.flatnonzero(world.households.column("size") > 0), _risk_table(world.p))


def homes_with(**values: Any) -> Side:
    """Return a side in which every household has these values; ``work`` and ``secure_job`` are those of its adults."""

    def side(world: NeighbourhoodModel) -> None:
        homes, people = world.households, world.people
        for name, value in values.items():
            if name in ("work", "secure_job"):
                people.column(name)[:] = value
            elif name == "label":
                world.dwellings.column(name)[:] = value
            else:
                homes.column(name)[:] = value

    return side


LABEL_B, LABEL_E = 1, 4
WORKING: dict[str, Any] = {"work": c.EMPLOYED, "secure_job": True}
DEBT_SIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "low_income": ({"low_income": True}, {"low_income": False}),
    "no_worker": ({"work": c.NOT_WORKING, "secure_job": False}, WORKING),
    "children": ({"children": 1}, {"children": 0}),
    "insecure": ({**WORKING, "secure_job": False}, WORKING),
    "energy": ({"label": LABEL_E}, {"label": LABEL_B}),
}
"""With and without each risk of falling behind."""


def debt_risk(name: str) -> Found:
    """Give every household a risk of falling behind, and take it away; then with the mechanism off."""
    path = f"debts.{name}"
    one, other = (homes_with(**values) for values in DEBT_SIDES[name])
    on, without = between(owing, one, other, {})
    off, nothing = between(owing, one, other, {path: 0.0})
    size = 1.0
    if name == "energy":
        euros = P.table("homes.energy_euros")
        size = float(euros[LABEL_E] - euros[LABEL_B]) / 1000
    return about(on / without, float(np.exp(P[path] * size)), off / nothing)


# --- health


HEALTH_SIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "creditor": ({"creditors": 3}, {"creditors": 2}),
    "unsafe": ({"unsafe": True}, {"unsafe": False}),
    "idle": ({"enrolled": False, "work": c.NOT_WORKING}, {"enrolled": False, "work": c.EMPLOYED}),
    "illness": ({"ill": True}, {"ill": False}),
    "low_income": ({"low_income": True}, {"low_income": False}),
    "frailty": ({"frailty": -0.5}, {"frailty": -1.5}),
}
"""With and without each risk of poor mental health."""


def _of_working_age(measure: Callable[[NeighbourhoodModel], Any]) -> Callable[[NeighbourhoodModel], Any]:
    def here(world: NeighbourhoodModel) -> Any:
        people = world.people
        age = people.column("age")
        return measure(world)[(people.column("status") == c.INSIDE) & (age >= 20) & (age < 60)]

    return here


def health_risk(name: str, one: Side | None = None, other: Side | None = None, body: bool = False) -> Found:
    """Give every adult a risk of falling ill, and take it away; then with the mechanism off."""
    if one is None or other is None:
        one, other = (all_persons(**values) for values in HEALTH_SIDES[name])
    measure = _of_working_age(illness_chance if body else distress_chance)
    path = f"health.{name}"
    on, without = between(measure, one, other, {})
    off, nothing = between(measure, one, other, {path: 0.0})
    low, says, high = (float(np.exp(P[path] * size)) for size in (0.95, 1.0, 1.01))  # many risks at once are capped
    return inside(on / without, low, high, says, off / nothing)


def poor_homes(poor: bool) -> Side:
    """Return a side in which every home is damp, or dry and warm."""

    def side(world: NeighbourhoodModel) -> None:
        world.dwellings.column("damp")[:] = poor
        world.dwellings.column("label")[:] = LABEL_B

    return side


def poor_home_and_health(body: bool) -> Found:
    """Make every home damp, and none."""
    return health_risk("damp", poor_homes(True), poor_homes(False), body)


def stopped_and_health() -> Found:
    """Stop everybody, and nobody."""

    def everybody(world: NeighbourhoodModel) -> None:
        rows = np.arange(world.people.used)
        world.police.stop(rows, np.zeros(rows.size, dtype=bool))
        world.people.trust[:] = 0.0

    return health_risk("stopped", everybody, lambda world: None)


def treated(strained: bool, size: str) -> Found:
    """Treat people in poor mental health: how many more of them recover, by the end of the treatment."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        model.people.care_until[rows] = model.month
        model.people.strained[rows] = strained

    held = {**STILL, "health.distress_ends": 0.0}

    def recovered(changes: Mapping[str, float]) -> float:
        bench = bench_of(lambda p: (p.age >= 18) & p.distressed).under(P.with_values({**held, **changes}))
        untreated = setting(care_until=c.LONG_AGO, strained=strained)
        return -bench.trial(treat, 1, {"it": in_distress}, untreated).difference(0, 1, "it").value

    says = P["health.care_works"] * (P["health.care_strained"] if strained else 1.0)
    return exactly(recovered({}), says, recovered({size: 0.0}), within=0.01)


# --- welfare and work


def work_position(name: str) -> Found:
    """Give everybody a burden at the labour market: its weight among what decides, in standard deviations."""
    column = {"garnishment": "indebted", "illness": "ill", "distress": "distressed"}[name]

    def shift(changes: Mapping[str, float]) -> float:
        found = []
        for value in (True, False):
            world = world_under(changes)
            people = world.people
            people.column(column)[:] = value
            age = people.column("age")
            rows = np.flatnonzero((people.column("status") == c.INSIDE) & (age >= 25) & (age < 60))
            found.append(ndtri(world.employers.chances(rows)).mean())
        lasting = P["work.persistence"]
        return float(found[0] - found[1]) * np.sqrt(1 - lasting**2) / lasting

    path = f"work.{name}"
    return exactly(shift({}), P[path], shift({path: 0.0}))


SHORT_SPELL, LONG_SPELL = 6, 48
"""Months without work that are compared: below one year, and above three."""


def duration_dependence() -> Found:
    """Compare how soon work is found after a long spell and after a short one, for the same persons."""

    def ratio(changes: Mapping[str, float]) -> float:
        world = world_under(changes)
        people = world.people
        age = people.column("age")
        people.column("work")[:] = c.NOT_WORKING
        rows = np.flatnonzero((people.column("status") == c.INSIDE) & (age >= 25) & (age < 60))
        chance = world.employers.chances(rows)
        found = []
        for months in (LONG_SPELL, SHORT_SPELL):
            people.work_since[rows] = world.month - months
            found.append(float((world.turnover.yearly(people, rows, chance, world.month) * chance).sum()))
        return found[0] / found[1]

    return inside(ratio({}), 0.2, 0.8, 8 / 22, ratio({"work.duration_floor": 1.0}))


def insecure_jobs() -> Found:
    """Compare how often jobs without and with a lasting contract are settled anew."""

    def ratio(changes: Mapping[str, float]) -> float:
        turnover = Turnover(P.with_values(changes))
        return turnover.insecure / turnover.secure

    return about(ratio({}), P["work.insecure_ratio"], ratio({"work.insecure_ratio": 1.0}), within=0.05)


def lasting_jobs() -> Found:
    """Settle everybody's work anew: the share of those at work then who have a lasting contract."""

    def share(changes: Mapping[str, float]) -> float:
        world = world_under({"work.turnover": 10.0, **changes})  # everybody's situation is settled anew
        people = world.people
        rows = np.flatnonzero(people.column("status") == c.INSIDE)
        people.column("work")[:], people.column("secure_job")[:] = c.NOT_WORKING, False
        people.column("welfare")[:] = False
        people.work_since[rows] = world.month
        world.employers.settle(rows)
        works = rows[people.work[rows] == c.EMPLOYED]
        return float(people.secure_job[works].mean())

    return exactly(share({}), P["work.lasting"], share({"work.lasting": 0.0}), within=0.02)


# --- school


def learnt(side: Side, changes: Mapping[str, float]) -> float:
    """Return the mean change in skill of pupils inside over one school year with all of them in a state."""
    world = world_under(changes)
    people = world.people
    at_school = people.column("enrolled") & (people.column("school") >= 0)
    pupils = np.flatnonzero((people.column("status") == c.INSIDE) & at_school)
    side(world)
    before = people.skill[pupils].copy()
    world.schooling._learn(world, pupils)
    return float((people.skill[pupils] - before).mean())


def _rooms(number: int) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        world.dwellings.column("rooms")[:] = number

    return side


def shortage(share: float) -> Side:
    """Return a side in which so large a share of the teaching posts is open at every school."""

    def side(world: NeighbourhoodModel) -> None:
        for school in world.schools_of_area.schools:
            school.vacancy = share

    return side


SKILL_SIDES: dict[str, tuple[Side, Side]] = {
    "skill_strain": (all_persons(strained=True), all_persons(strained=False)),
    "skill_crowded": (_rooms(0), _rooms(200)),
    "skill_quality": (poor_homes(True), poor_homes(False)),
    "skill_absence": (all_persons(absence=1.0), all_persons(absence=0.0)),
    "skill_shortage": (shortage(1.0), shortage(0.0)),
}
"""With and without what slows learning."""

SINGLE = 0.0005
"""Skill is single precision."""


def learning(name: str) -> Found:
    """Put all pupils in a state that slows learning, and none: the difference in skill after a year."""
    path = f"school.{name}"

    def differ(changes: Mapping[str, float]) -> float:
        one, other = (learnt(side, changes) for side in SKILL_SIDES[name])
        return one - other

    # persons who live alone are never crowded, and skill fades towards its usual value
    return inside(differ({}), P[path] - SINGLE, 0.6 * P[path], P[path], differ({path: 0.0}), nothing=0.0)


def shortage_and_skill() -> Found:
    """E70: no open teaching posts at all, against the usual shortage: the difference in skill after a year."""
    usual = P["school.vacancies"]
    found = learnt(shortage(0.0), {}) - learnt(shortage(usual), {})
    off = {"school.skill_shortage": 0.0}
    # 0.05 to 0.075 SD per SD of teacher quality (halved), and 0.2 to 0.5 SD of quality lost by the shortage
    return inside(found, 0.01, 0.0375, 0.022, learnt(shortage(0.0), off) - learnt(shortage(usual), off), nothing=0.0)


def leaving_by_track() -> Found:
    """Put all pupils in the lowest track, and in the highest: the chance to leave school early."""
    low, high = P.table("school.leaving_track")[[0, -1]]
    pupils = bench_of(lambda p: p.enrolled & (p.age >= 13) & (p.age <= 18))
    found = pupils.trial(setting(track=0), 1, {"it": early_leaving}, setting(track=3)).ratio(0, 1, "it")
    return about(found, float(np.exp(low - high)), within=0.02)


# --- what must not work


PUPILS: Eligible = lambda p: (p.age >= 6) & (p.age <= 16) & p.enrolled  # noqa: E731 - who takes part reads best so
SMALL_SKILL = 0.05
"""A null on skill is shown when the whole interval lies within so many standard deviations."""


def no_skill_from(service: str, eligible: Eligible = PUPILS) -> Found:
    """Enrol pupils in a service; their skill after a year, with luck of their own in the control group."""
    found = bench_of(eligible).trial(enrolled_in(service), YEAR, {"it": skill}, same_luck=False)
    return inside(found.difference(YEAR - 1, YEAR, "it"), -SMALL_SKILL, SMALL_SKILL, 0.0, whole=True)


def no_attendance_from(service: str) -> Found:
    """E17: enrol pupils in after-school hours; the school time they miss."""
    bench = bench_of(PUPILS)
    found = bench.trial(enrolled_in(service), YEAR, {"it": absence}, same_luck=False).ratio(6, YEAR, "it")
    return inside(found, 0.96, 1.04, 1.0, whole=True)


def no_health_from_sport() -> Found:
    """E15: members of a sports club; poor health after two years."""
    bench = bench_of(lambda p: (p.age >= 6) & (p.age <= 18))
    found = bench.trial(enrolled_in("sport_membership"), 2 * YEAR, {"it": poor_health}).ratio(YEAR, None, "it")
    return inside(found, *EQUIVALENT, says=1.0, whole=True)
