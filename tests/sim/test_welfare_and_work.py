"""Welfare and work: who works how often, who is on welfare, what services do, and what they take from others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import everything, live, make_scenario, pay, residents

from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms.income import PENSION_AGE
from sim.mechanisms.placement import place_in_work
from sim.mechanisms.welfare import entitled, review_welfare, tell_members
from sim.mechanisms.work import FIRST_AGE, Turnover, employment_chance
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.population import columns as c
from sim.population.table import Table
from sim.programme.services import open_cases

MONTHS = 30
YEARS = 150
"""Years of a spell that are looked at one by one; after them its end is as likely every year."""


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def with_parameters(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.p.replace(**changes)
    return model


# --- how often somebody works


def hazards(p: ParameterSet, chance: float) -> tuple[float, float, np.ndarray]:
    """Return the chance a year that the situation is settled anew: in both kinds of job, and by years without work."""
    people = Table(c.PERSON, YEARS + 2)
    rows = people.allocate(YEARS + 2)
    people.age[rows] = 250  # school is long behind
    month = MONTHS_PER_YEAR * (YEARS + 1)
    people.work[rows[:2]], people.secure_job[rows[0]] = c.EMPLOYED, True
    people.work_since[rows[2:]] = month - MONTHS_PER_YEAR * np.arange(1, YEARS + 1)
    found = Turnover(p).yearly(people, rows, np.full(rows.size, chance), month)
    return float(found[0]), float(found[1]), found[2:]


def share_of_life(p: ParameterSet, chance: float) -> float:
    """Return the share of years that somebody works in the long run: two states, each settled with its own hazard."""
    secure, insecure, out = hazards(p, chance)
    lasting = p["work.lasting"]
    begins = np.array([lasting, 1 - lasting])
    stays = np.diag([1 - secure, 1 - insecure]) + np.outer([secure, insecure], begins) * chance
    job = float((begins @ np.linalg.inv(np.eye(2) - stays)).sum())
    alive = np.concatenate([[1.0], np.cumprod(1 - out * chance)[:-1]])
    without = float(alive.sum() + alive[-1] * (1 - out[-1] * chance) / (out[-1] * chance))
    return job / (job + without)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(chance=st.floats(0.05, 0.97), draw=st.integers(0, 200))
def test_the_share_of_life_somebody_works_is_their_chance(chance: float, draw: int) -> None:
    """The norm of duration dependence keeps the margin, whatever the chance and the parameters."""
    assert share_of_life(load_parameters(draw), chance) == pytest.approx(chance, abs=0.015)


def test_spells_without_work_grow_longer_the_longer_they_last() -> None:
    p = load_parameters()
    _, _, out = hazards(p, 0.6)
    assert (np.diff(out) <= 1e-12).all()
    assert out[0] > 1.5 * out[10]
    secure, insecure, _ = hazards(p, 0.6)
    assert insecure > secure > 0


def test_what_pulls_people_down_pulls_around_the_usual_share(model: NeighbourhoodModel) -> None:
    """A risk that everybody has in its usual share changes nothing; more of it lowers the chance."""
    people, rows = model.people, residents(model, 25, 60)
    for name in ("convictions", "indebted", "ill", "distressed"):
        people.column(name)[:] = 0
    neutral = employment_chance(people, rows, model.calibration, model.p)
    usual = employment_chance(people, rows, model.calibration, model.p, np.zeros(4))
    assert np.array_equal(neutral, usual)
    for name in ("convictions", "indebted", "ill", "distressed"):
        people.column(name)[:] = 1
        assert (employment_chance(people, rows, model.calibration, model.p, np.zeros(4)) < usual).all(), name
        people.column(name)[:] = 0
    none = model.p.replace(work__record=0.0, work__garnishment=0.0, work__illness=0.0, work__distress=0.0)
    people.column("ill")[:] = people.column("indebted")[:] = True
    assert np.array_equal(employment_chance(people, rows, model.calibration, none, np.full(4, 0.3)), neutral)


# --- states fit together


def test_work_and_welfare_fit_together_every_month_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    people, households = model.people, model.households
    for _ in range(MONTHS):
        model.step()
        inside = np.flatnonzero(people.column("status") == c.INSIDE)
        home = people.household[inside]
        assert np.array_equal(people.welfare[inside], households.welfare_since[home] >= 0)
        works = people.column("work") == c.EMPLOYED
        assert not (people.column("secure_job") & ~works).any()
        assert not works[people.column("age") < FIRST_AGE].any()
        assert (people.column("work_since") < model.month).all()
        lives = np.flatnonzero(households.column("size") > 0)
        assert (households.welfare_since[lives] < model.month).all()
        supported = people.column("supported")
        assert not (supported & (works | ~people.column("welfare"))).any()


def test_who_leaves_does_not_take_welfare_along_for_life(small_start: NeighbourhoodModel) -> None:
    """Elsewhere nobody lives on welfare beside a job of their own for longer than a year."""
    model = live(small_start.branch(make_scenario({}, base="geen-programma")), 24)
    people = model.people
    away = np.flatnonzero((people.column("status") == c.ELSEWHERE) & (people.column("age") >= 18))
    both = away[people.welfare[away] & (people.work[away] == c.EMPLOYED)]
    assert away.size > 100
    assert (people.work_since[both] >= model.month - MONTHS_PER_YEAR).all()
    assert people.welfare[away].any()


# --- welfare


def heads_of(model: NeighbourhoodModel) -> tuple[np.ndarray, np.ndarray]:
    homes = np.flatnonzero(model.households.column("size") > 0)
    return homes, model.households.head[homes]


def test_a_right_is_for_who_has_no_work_in_the_household_and_is_of_age(model: NeighbourhoodModel) -> None:
    homes, head = heads_of(model)
    people, partner = model.people, model.households.partner[homes]
    with_parameters(model, welfare__other_benefit=0.0)
    people.column("work_since")[:] = model.month - 60
    right = entitled(model, homes)
    works = people.work[head] == c.EMPLOYED
    works |= (partner >= 0) & (people.work[partner] == c.EMPLOYED)
    age = people.age[head]
    by_hand = ~works & (age >= 18) & (age < PENSION_AGE) & ~people.enrolled[head]
    assert np.array_equal(right, by_hand)
    assert 0.05 < right.mean() < 0.5
    people.column("work_since")[:] = model.month - 1
    assert not entitled(model, homes).any(), "unemployment benefit comes first"


def test_who_finds_work_leaves_welfare_and_who_does_not_ask_does_not_come_in(model: NeighbourhoodModel) -> None:
    homes, head = heads_of(model)
    people, households = model.people, model.households
    households.welfare_since[homes] = model.month - 20
    tell_members(model, homes)
    people.work[head] = c.EMPLOYED
    review_welfare(model, homes)
    assert (households.welfare_since[homes] == c.LONG_AGO).all()
    assert not people.welfare[head].any()
    people.work[head] = c.NOT_WORKING
    people.column("work")[:] = c.NOT_WORKING
    people.column("work_since")[:] = model.month - 60
    review_welfare(with_parameters(model, welfare__take_up=0.0, welfare__other_benefit=0.0), homes)
    assert (households.welfare_since[homes] == c.LONG_AGO).all()
    review_welfare(with_parameters(model, welfare__take_up=1.0), homes)
    assert np.array_equal(households.welfare_since[homes] >= 0, entitled(model, homes))
    assert (households.welfare_since[homes] >= 0).mean() > 0.4


def test_help_with_claims_reaches_as_many_as_are_paid_for_and_only_who_has_a_right(
    model: NeighbourhoodModel,
) -> None:
    with_parameters(model, services__income_support_works=1.0)
    homes, _ = heads_of(model)
    households = model.households
    could = homes[entitled(model, homes) & (households.welfare_since[homes] < 0)]
    assert could.size > 10
    model.municipality.stocks.clear()
    model.municipality._active["income_support"] = 0.0
    model.municipality.help_with_claims()
    assert (households.welfare_since[could] < 0).all()
    cost = model.p["services.income_support_cost"]
    pay(model, "income_support", 5 * MONTHS_PER_YEAR * cost)
    model.municipality.help_with_claims()
    helped = could[households.welfare_since[could] >= 0]
    assert 5 <= helped.size <= 6
    assert np.array_equal(np.flatnonzero(households.column("welfare_since") == model.month), np.sort(helped))


# --- services for work


@pytest.mark.parametrize(("kind", "part"), [("basic_job", "unemployment"), ("retraining", "unemployment"),
                                            ("supported_work", "employment"), ("ips", "employment")])  # fmt: skip
def test_services_for_work_bring_people_to_work_and_without_effect_nobody(
    small_start: NeighbourhoodModel, kind: str, part: str
) -> None:
    def placed(ratio: float) -> tuple[int, int]:
        model = with_parameters(
            small_start.branch(make_scenario({}, base="geen-programma")), **{f"services__{kind}_{part}": ratio}
        )
        model.cases.release(np.flatnonzero(model.cases.column("person") >= 0))
        people = model.people
        rows = residents(model, 20, 60)
        rows = rows[(people.work[rows] != c.EMPLOYED) & ~people.enrolled[rows]]
        open_cases(model, rows, kind, 24)
        works = int(np.count_nonzero(people.column("work") == c.EMPLOYED))
        for _ in range(6):
            place_in_work(model)
            model.month += 1
        now = people.column("work") == c.EMPLOYED
        lost = sum(year.money.get("jobs_displaced", 0.0) for year in model.counts.years.values())
        assert not (people.column("supported") & now).any()
        assert int(now[rows].sum()) >= int(np.count_nonzero(now)) - works
        return int(now[rows].sum()), int(lost)

    strong = 0.3 if part == "unemployment" else 3.0
    some, displaced = placed(strong)
    assert some > 10
    assert displaced == pytest.approx(some * small_start.p["work.displacement"], abs=4 * np.sqrt(some))
    assert placed(1.0) == (0, 0)


def test_where_nobody_is_displaced_every_placement_is_one_more_at_work(small_start: NeighbourhoodModel) -> None:
    model = with_parameters(small_start.branch(make_scenario({}, base="geen-programma")), work__displacement=0.0)
    people = model.people
    rows = residents(model, 20, 60)
    rows = rows[people.work[rows] != c.EMPLOYED]
    open_cases(model, rows, "basic_job", 24)
    before = int(np.count_nonzero(people.column("work") == c.EMPLOYED))
    place_in_work(model)
    placed = int(np.count_nonzero(people.work[rows] == c.EMPLOYED))
    assert int(np.count_nonzero(people.column("work") == c.EMPLOYED)) - before == placed > 0
    assert (people.work_since[rows[people.work[rows] == c.EMPLOYED]] == model.month).all()


def test_money_for_work_puts_more_people_to_work(small_start: NeighbourhoodModel) -> None:
    found = []
    for euros in (0.0, 3e6):
        stem = "programme.armoede_en_schulden"
        names = ("early_warning", "debt_counselling", "youth_debt_fund", "income_support", "ips")
        own = {f"{stem}.budget": {"2025-01": euros}} | {f"{stem}.mix.{name}": {"2025-01": 0.0} for name in names}
        model = live(small_start.branch(make_scenario({}, own, base="geen-programma")), 30)
        rows = residents(model, 20, 65)
        found.append(float((model.people.work[rows] == c.EMPLOYED).mean()))
    assert found[1] > found[0] + 0.003
