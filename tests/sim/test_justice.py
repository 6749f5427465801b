"""The justice chain: every suspect ends somewhere, capacities hold, trials wait, and custody takes what it takes."""

import numpy as np
import pytest
from small_worlds import make_scenario, open_of, pay, residents

from sim.agents.justice import ISD_REGISTRATIONS, NEIGHBOURHOOD, ORDINARY, SHORT_MONTHS, SWIFT
from sim.calendar import DAYS_PER_MONTH
from sim.mechanisms.register import Suspects
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import KINDS, NUMBER, SANCTIONS
from sim.programme.services import open_cases, run_cases

CHAIN = ("halt", "prosecution", "swift_handling", "neighbourhood_court", "community_service", "youth_probation", "isd")
LONGEST = 120
"""Months after which every trial has been held."""


def world(start: NeighbourhoodModel, levers: dict[str, float] | None = None, **changes: float) -> NeighbourhoodModel:
    """Return a branch without cases, trials, custody or anything bought, under these parameters and levers."""
    own = {name: {"2025-01": value} for name, value in (levers or {}).items()}
    model = start.branch(make_scenario({}, own, base="geen-programma"))
    model.p = model.p.replace(**changes)
    for stock in model.municipality.stocks.values():
        stock.posts = 0.0
    model.cases.release(np.flatnonzero(model.cases.column("person") >= 0))
    people = model.people
    for name in ("trial", "custody_until", "summoned", "last_registered", "role_since"):
        people.column(name)[:] = c.LONG_AGO
    people.column("registrations")[:] = 0
    people.column("halt_done")[:] = False
    people.column("convictions")[:] = 0
    return model


def suspects(rows: np.ndarray, serious: bool = False, known: bool = False) -> Suspects:
    return Suspects(rows, np.full(rows.size, serious), np.full(rows.size, known))


def begun(model: NeighbourhoodModel, kind: str) -> np.ndarray:
    """Return the persons of all cases of a kind on the list."""
    cases = model.cases
    mine = (cases.column("service") == NUMBER[kind]) & (cases.column("person") >= 0)
    return cases.column("person")[mine].astype(np.intp)


def try_now(model: NeighbourhoodModel, rows: np.ndarray, serious: bool = False, place: int = ORDINARY) -> None:
    """Hold a trial of these persons this month."""
    people = model.people
    people.trial[rows] = people.summoned[rows] = model.month
    people.trial_serious[rows], people.trial_place[rows] = serious, place
    model.justice._hold_trials()


def held(model: NeighbourhoodModel) -> np.ndarray:
    return np.flatnonzero(model.people.column("custody_until") > model.month)


# --- at the station


def test_every_suspect_ends_somewhere(small_start: NeighbourhoodModel) -> None:
    """At Halt, before a judge, or let go: never in two of them, and whoever is summoned is tried in the end."""
    model = world(small_start)
    people = model.people
    rows = residents(model, 12, 40)
    mixed = Suspects(rows, np.arange(rows.size) % 3 == 0, np.arange(rows.size) % 2 == 0)
    model.p = model.p.replace(register__custody_minors=0.0, register__custody_adults=0.0, register__convicted=1.0)
    model.justice.handle(mixed)
    at_halt, summoned = people.halt_done[rows], people.summoned[rows] == model.month
    assert not (at_halt & summoned).any()
    minor = people.age[rows] < 18
    light = minor & ~mixed.serious & ~mixed.known
    assert (light[at_halt]).all(), "Halt is for minors' first minor offences"
    prosecuted = summoned[~light].mean()
    usual = np.where(minor, model.p["register.prosecuted_minors"], model.p["register.prosecuted_adults"])[~light].mean()
    assert abs(prosecuted - usual) < 4 * np.sqrt(usual * (1 - usual) / (~light).sum())
    assert abs(summoned[light].mean() - model.justice.formal_share()) < 4 * np.sqrt(0.25 / light.sum())
    for _ in range(LONGEST):
        model.month += 1
        model.justice._hold_trials()
    assert (people.column("trial") == c.LONG_AGO).all(), "nobody waits for ever"
    assert np.array_equal(people.convictions[rows] == 1, summoned), "each of them was tried once"
    assert set(begun(model, "processing").tolist()) == set(rows[minor & summoned].tolist())


def test_halt_takes_no_more_than_its_capacity(small_start: NeighbourhoodModel) -> None:
    for monthly in (0.0, 5.0):
        model = world(small_start, {"processing_threshold": 0.0})
        pay(model, "halt", monthly * 12 * model.p["services.halt_cost"])
        rows = residents(model, 12, 18)
        regular = model.p["register.halt_capacity"] * model.justice.minors / 1000
        model.justice.handle(suspects(rows))
        assert regular + monthly - 1 <= model.people.halt_done[rows].sum() <= regular + monthly + 1
        assert np.array_equal(np.unique(begun(model, "halt")), rows[model.people.halt_done[rows]])
        assert not (model.people.trial[rows] >= 0).any(), "below the threshold nobody is processed formally"


def test_money_for_halt_diverts_from_court(small_start: NeighbourhoodModel) -> None:
    formal, diverted = [], []
    for monthly in (0.0, 10.0):
        model = world(small_start, {"processing_threshold": 1.0})
        pay(model, "halt", monthly * 12 * model.p["services.halt_cost"])
        rows = residents(model, 12, 18)
        model.justice.handle(suspects(rows))
        diverted.append(int(model.people.halt_done[rows].sum()))
        formal.append(int((model.people.summoned[rows] == model.month).sum()))
    assert diverted[0] == 0, "all are processed formally, and there is no money to divert them"
    assert 9 <= diverted[1] <= 11
    assert formal[0] == rows.size
    assert formal[1] == rows.size - diverted[1]


def test_prosecution_that_is_bought_takes_on_who_would_be_let_go(small_start: NeighbourhoodModel) -> None:
    summoned = []
    for monthly in (0.0, 7.0):
        model = world(small_start, register__prosecuted_adults=0.5)
        pay(model, "prosecution", monthly * 12 * model.p["services.prosecution_cost"])
        rows = residents(model, 20, 40)
        model.justice.handle(suspects(rows))
        summoned.append(set(rows[model.people.summoned[rows] == model.month].tolist()))
    assert summoned[0] < summoned[1]
    assert 7 <= len(summoned[1]) - len(summoned[0]) <= 8


# --- the wait


def waits(model: NeighbourhoodModel, serious: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return for prosecuted suspects the months until trial, and the place of trial."""
    model.p = model.p.replace(register__prosecuted_adults=1.0)
    rows = residents(model, 18, 90)
    people = model.people
    model.justice.handle(suspects(rows, serious))
    pending = rows[people.summoned[rows] == model.month]
    months = np.where(people.trial[pending] >= 0, people.trial[pending] - model.month, 0)
    return months, people.trial_place[pending]


def test_a_trial_comes_after_as_many_months_as_is_stated(small_start: NeighbourhoodModel) -> None:
    for mean in (3.0, 5.0, 7.0):
        months, place = waits(world(small_start, register__trial_months=mean))
        assert (place == ORDINARY).all()
        assert (months >= 0).all()
        assert months.mean() == pytest.approx(mean, abs=4 * mean / np.sqrt(months.size))
    months, _ = waits(world(small_start, register__trial_months=0.0))
    assert (months == 0).all()


def test_swift_handling_is_shorter_and_has_its_room(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    pay(model, "swift_handling", 300 * 12 * model.p["services.swift_handling_cost"])
    months, place = waits(model)
    swift = place == SWIFT
    assert 299 <= swift.sum() <= 301
    assert months[swift].mean() == pytest.approx(model.p["register.swift_months"], abs=0.3)
    assert months[~swift].mean() > 3 * months[swift].mean()


def test_a_neighbourhood_court_takes_minor_cases_within_its_room(small_start: NeighbourhoodModel) -> None:
    for serious, least, most in ((False, 39, 41), (True, 0, 0)):
        model = world(small_start)
        pay(model, "neighbourhood_court", 40 * 12 * model.p["services.neighbourhood_court_cost"])
        _, place = waits(model, serious)
        assert least <= (place == NEIGHBOURHOOD).sum() <= most


def test_who_waits_for_a_trial_takes_a_new_case_along(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, register__prosecuted_adults=1.0)
    rows, people = residents(model, 30, 40, 30), model.people
    people.trial[rows] = model.month + 4
    people.summoned[rows] = model.month - 2
    people.trial_serious[rows] = False
    model.justice.handle(suspects(rows[:15], serious=True))
    assert (people.trial[rows] == model.month + 4).all()
    assert people.trial_serious[rows[:15]].all()
    assert not people.trial_serious[rows[15:]].any()
    model.justice.handle(suspects(rows, serious=False))
    assert not people.trial_serious[rows[15:]].any()
    assert people.trial_serious[rows[:15]].all(), "a minor case does not make it lighter"


# --- the sentence


def test_custody_follows_the_lever_within_the_places(small_start: NeighbourhoodModel) -> None:
    sent = []
    for lever in (0.0, 1.0, 2.0, 3.0):
        model = world(small_start, {"custody": lever}, register__custody_places=1e6)
        rows = residents(model, 18, 80)
        try_now(model, rows, serious=True)
        sent.append(held(model).size)
        chance = model.p["register.convicted"] * model.p["register.custody_adults"] * lever
        assert abs(sent[-1] / rows.size - min(chance, 0.9)) < 4 * np.sqrt(0.25 / rows.size)
    assert sent[0] == 0
    assert sent == sorted(sent)
    model = world(small_start, {"custody": 3.0})
    try_now(model, residents(model, 18, 80), serious=True)
    places = model.p["register.custody_places"] * model.justice.older / 1000
    assert places - 1 <= held(model).size <= places + 1


def test_places_that_are_taken_are_not_given_out_again(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, {"custody": 3.0})
    rows = residents(model, 18, 60)
    places = model.p["register.custody_places"] * model.justice.older / 1000
    taken = rows[: int(places) + 2]
    model.people.custody_until[taken] = model.month + 9
    try_now(model, rows[500:900], serious=True)
    assert np.array_equal(held(model), np.sort(taken))


def test_minor_cases_bring_nobody_into_custody(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, {"custody": 3.0}, register__custody_places=1e6)
    try_now(model, residents(model, 12, 80), serious=False)
    assert held(model).size == 0


def test_who_is_sent_where(small_start: NeighbourhoodModel) -> None:
    model = world(
        small_start, register__custody_places=1e6, register__convicted=1.0, register__custody_minors=1.0,
        register__custody_adults=1.0,
    )  # fmt: skip
    rows, people = residents(model, 12, 80), model.people
    try_now(model, rows, serious=True)
    minor = people.age[rows] < 18
    months = people.custody_until[rows] - model.month - 1
    assert set(begun(model, "youth_custody").tolist()) == set(rows[minor].tolist())
    assert set(begun(model, "short_prison").tolist()) == set(rows[~minor & (months < SHORT_MONTHS)].tolist())
    assert set(begun(model, "long_prison").tolist()) == set(rows[~minor & (months >= SHORT_MONTHS)].tolist())
    assert begun(model, "processing").size == 0, "who is detained is not labelled twice"
    days = model.p["register.custody_days_adults"] / DAYS_PER_MONTH
    assert months[~minor].mean() == pytest.approx(days, rel=4 / np.sqrt((~minor).sum()))


def test_a_shorter_sentence_sets_nobody_free(small_start: NeighbourhoodModel) -> None:
    model = world(
        small_start, register__custody_places=1e6, register__convicted=1.0, register__custody_adults=1.0,
        register__custody_days_adults=5.0,
    )  # fmt: skip
    rows = residents(model, 30, 40, 20)
    model.people.custody_until[rows] = model.month + 20
    try_now(model, rows, serious=True)
    assert (model.people.custody_until[rows] >= model.month + 20).all()


def test_custody_ends_roles_and_often_work_and_school(small_start: NeighbourhoodModel) -> None:
    model = world(
        small_start, register__custody_places=1e6, register__convicted=1.0, register__custody_adults=1.0,
        register__custody_job_loss=1.0,
    )  # fmt: skip
    rows, people = residents(model, 20, 25), model.people
    people.role_since[rows[::2]] = model.month - 10
    closed = model.closed_roles
    try_now(model, rows, serious=True)
    assert held(model).size == rows.size
    assert (people.role_since[rows] == c.LONG_AGO).all()
    assert (people.work[rows] == c.NOT_WORKING).all()
    assert not people.enrolled[rows].any()
    assert closed < model.closed_roles < closed + rows[::2].size, "some roles are taken over, some close"


def test_isd_is_for_the_most_registered_adults_within_its_places(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    places = 3.0
    pay(model, "isd", places * model.p["services.isd_cost"])
    rows, people = residents(model, 16, 40), model.people
    people.registrations[rows[::2]] = ISD_REGISTRATIONS
    people.registrations[rows[1::2]] = ISD_REGISTRATIONS - 1
    total = places + model.p["services.isd_regular"] * model.justice.older / 1000
    for _ in range(6):
        try_now(model, rows[people.custody_until[rows] <= model.month])
        inside = open_of(model, "isd")
        assert inside.size <= total + 1
        assert np.unique(inside).size == inside.size
        model.month += 1
    assert inside.size >= total - 1
    assert (people.registrations[inside] >= ISD_REGISTRATIONS).all()
    assert (people.age[inside] >= 18).all()
    for _ in range(int(model.p["services.isd_months"])):
        model.month += 1
        run_cases(model)
    assert open_of(model, "isd").size == 0
    assert (people.custody_until[inside] <= model.month + 1).all(), "the placement and its case end together"


def test_community_service_takes_the_place_of_short_prison_as_far_as_it_is_paid(
    small_start: NeighbourhoodModel,
) -> None:
    detained = []
    for monthly in (0.0, 6.0):
        model = world(small_start, {"custody": 2.0}, register__custody_places=1e6)
        pay(model, "community_service", monthly * 12 * model.p["services.community_service_cost"])
        rows = residents(model, 18, 80)
        try_now(model, rows, serious=True)
        detained.append(held(model))
        served = model.counts.year.counts.get("community_service", np.zeros(1)).sum()
        assert monthly <= served <= monthly + 1
    assert set(detained[1].tolist()) < set(detained[0].tolist())
    assert 6 <= detained[0].size - detained[1].size <= 7
    short = np.setdiff1d(detained[0], detained[1])
    assert not np.isin(short, begun(model, "short_prison")).any()


def test_youth_probation_has_its_places_and_nobody_has_two(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    pay(model, "youth_probation", 5 * model.p["services.youth_probation_cost"])
    places = 5 + model.p["services.youth_probation_regular"] * model.justice.minors / 1000
    rows = residents(model, 12, 24)
    for _ in range(4):
        try_now(model, rows)
        known = open_of(model, "youth_probation")
        assert known.size <= places + 1
        assert np.unique(known).size == known.size
        assert (model.people.age[known] < 18).all()
        assert (model.people.convictions[known] > 0).all(), "only who was found guilty"
        model.month += 1
    assert known.size >= places - 1
    pay(model, "youth_probation", 1e4 * model.p["services.youth_probation_cost"])
    for _ in range(3):
        try_now(model, rows)  # with room for all
        known = open_of(model, "youth_probation")
        assert np.unique(known).size == known.size > places + 1


def test_the_young_before_a_judge_are_labelled(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    rows = residents(model, 12, 30)
    try_now(model, rows)
    young = rows[model.people.age[rows] < 18]
    assert np.array_equal(np.sort(begun(model, "processing")), young)
    for place, kind in ((SWIFT, "swift_handling"), (NEIGHBOURHOOD, "neighbourhood_court")):
        model = world(small_start)
        try_now(model, rows, place=place)
        assert np.array_equal(np.sort(begun(model, kind)), rows)


def test_leavers_are_tried_elsewhere_and_take_no_place_of_the_area(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, register__convicted=1.0, register__prosecuted_adults=0.0)
    people = model.people
    away = np.flatnonzero(people.column("status") == c.ELSEWHERE)
    assert away.size > 20
    people.age[away[::2]] = 15
    people.age[away[1::2]] = 30
    people.registrations[away] = ISD_REGISTRATIONS
    for name in CHAIN:
        pay(model, name, 1e7)
    model.justice.handle(suspects(away))
    assert not people.halt_done[away].any()
    try_now(model, away, serious=True)
    assert (people.convictions[away] > 0).all()
    assert not model.cases.column("open").any()
    assert not begun(model, "isd").size
    assert model.counts.year.counts.get("community_service", np.zeros(1)).sum() == 0


def test_custody_elsewhere_takes_no_places_here(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, {"custody": 3.0})
    away = np.flatnonzero(model.people.column("status") == c.ELSEWHERE)
    model.people.custody_until[away] = model.month + 9
    try_now(model, residents(model, 18, 80), serious=True)
    places = model.p["register.custody_places"] * model.justice.older / 1000
    here = held(model)
    assert (model.people.status[here] == c.INSIDE).sum() >= places - 1


def test_what_detention_ends_and_what_not(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    rows = residents(model, 14, 18, 2)
    for name in ("mentoring", "youth_probation", "cbt_in_detention", "focused_deterrence"):
        open_cases(model, rows, name, 12)
    model.effects.drop_out[:] = 0
    model.people.custody_until[rows[0]] = model.month + 4
    model.month += 1
    run_cases(model)
    for name, ends in (("mentoring", True), ("focused_deterrence", True), ("youth_probation", False)):
        assert (rows[0] not in open_of(model, name)) == ends, name
        assert rows[1] in open_of(model, name), name
    assert rows[0] in open_of(model, "cbt_in_detention")


def test_a_conviction_counts_from_when_its_case_began(small_start: NeighbourhoodModel) -> None:
    """A trial that comes late is no desistance: what counts is the month of the summons."""
    model = world(small_start, register__convicted=1.0)
    people = model.people
    people.column("cohort_month")[:] = c.LONG_AGO
    people.column("cohort_state")[:] = 0
    rows = residents(model, 30, 40, 2)
    start = model.month
    try_now(model, rows)
    assert not (people.cohort_state[:, rows] & 2).any()
    model.month = start + 30
    people.trial[rows] = model.month
    people.summoned[rows] = [start + 20, start + 28]
    model.justice._hold_trials()
    again = (people.cohort_state[:, rows] & 2).any(axis=0)
    assert again.tolist() == [True, False]


def test_sanctions_are_kinds_of_case_and_are_open_only_while_they_last(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, {"custody": 2.0}, register__custody_places=1e6)
    rows, people = residents(model, 12, 60), model.people
    people.registrations[rows] = ISD_REGISTRATIONS
    try_now(model, rows, serious=True)
    cases = model.cases
    kinds = {KINDS[number] for number in cases.column("service")[cases.column("open")]}
    assert kinds <= {"isd", "youth_probation"} <= set(SANCTIONS)
