"""Debts: household and members agree, nobody is helped without debts, signals and help follow their rules."""

import numpy as np
import pytest
from small_worlds import counted, everything, live, make_scenario, pay, unlike

from sim.calendar import BASE
from sim.mechanisms.debts import clear_debts, fall_behind, signals
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.population.members import members_of

MONTHS = 30


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def with_parameters(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.p.replace(**changes)
    return model


def living(model: NeighbourhoodModel) -> np.ndarray:
    return np.flatnonzero(model.households.column("size") > 0)


def check(model: NeighbourhoodModel) -> None:
    """Creditors, problem debt, help and the flags of the members say the same."""
    people, households, p, month = model.people, model.households, model.p, model.month
    homes = living(model)
    creditors, since = households.creditors[homes], households.problem_since[homes]
    assert np.array_equal(creditors >= p["debts.problem_from"], since >= 0)
    assert (since < month).all()
    assert creditors.max() <= p["debts.most"]
    helped = households.help_until[homes] > month
    assert (creditors[helped] > 0).all(), "in help without debts"
    waits = households.asked_help[homes] >= 0
    assert not (waits & helped).any()
    assert (households.asked_help[homes] < month).all()
    inside = np.flatnonzero(people.column("status") == c.INSIDE)
    home = people.household[inside]
    assert np.array_equal(people.creditors[inside], households.creditors[home])
    assert np.array_equal(people.strained[inside], households.creditors[home] > 0)
    assert np.array_equal(people.indebted[inside], households.problem_since[home] >= 0)
    away = np.flatnonzero(people.column("status") == c.ELSEWHERE)
    assert np.array_equal(people.strained[away], people.creditors[away] > 0)
    assert not (people.indebted[away] & ~people.strained[away]).any()
    empty = np.flatnonzero(households.column("size") == 0)
    for name in ("asked_help", "help_until", "problem_since"):
        assert (getattr(households, name)[empty] == c.LONG_AGO).all(), name


def test_households_and_members_agree_every_month_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    seen = np.zeros(3, dtype=bool)
    for _ in range(MONTHS):
        model.step()
        check(model)
        households, homes = model.households, living(model)
        seen |= [
            (households.help_until[homes] > model.month).any(),
            (households.asked_help[homes] >= 0).any(),
            (households.problem_since[homes] >= 0).any(),
        ]
    assert seen.all(), "nothing was proved"
    for series in ("debt_signals", "debts_solved", "debt_help_started", "problem_inflow"):
        assert counted(model, series) > 0, series


def test_who_leaves_problem_debt_and_who_comes_in_are_all_there_are(model: NeighbourhoodModel) -> None:
    """Over a month in which nobody moves or is helped: before + in - out = after."""
    households = model.households
    before = households.column("problem_since") >= 0
    fell = counted(model, "problem_inflow")
    fall_behind(model)
    after = households.column("problem_since") >= 0
    assert (after & ~before).sum() == counted(model, "problem_inflow") - fell > 0
    assert (before & ~after).sum() > 0
    assert (households.creditors[np.flatnonzero(before & ~after)] == 0).all()


def test_without_a_first_arrear_nobody_comes_in_and_without_further_ones_nobody_sinks(
    model: NeighbourhoodModel,
) -> None:
    households = model.households
    before = households.column("creditors").copy()
    fall_behind(with_parameters(model, debts__first=0.0, debts__next=0.0))
    after = households.column("creditors")
    assert (after <= before).all()
    assert (after < before).any()
    still = after.copy()
    model.month += 1
    fall_behind(with_parameters(model, debts__recovers=0.0, debts__leaves=0.0))
    assert np.array_equal(model.households.column("creditors"), still)


@pytest.mark.parametrize(
    ("risk", "column", "value"),
    [("low_income", "low_income", True), ("no_worker", "work", c.NOT_WORKING), ("children", "children", 1)],
)
def test_each_risk_brings_more_into_arrears_and_none_without_its_parameter(
    small_start: NeighbourhoodModel, risk: str, column: str, value: int
) -> None:
    def fallen(size: float, there: bool) -> int:
        model = small_start.branch(small_start.scenario)
        clear_debts(model, living(model))
        model.households.column("low_income")[:] = False
        model.households.column("children")[:] = 0
        model.people.column("work")[:] = c.EMPLOYED
        model.people.column("secure_job")[:] = True
        table = model.people if column == "work" else model.households
        if there:
            table.column(column)[:] = value
        with_parameters(model, **{f"debts__{risk}": size, "debts__first": 0.05})
        fall_behind(model)
        return int(np.count_nonzero(model.households.column("creditors")))

    assert fallen(0.7, True) > 1.5 * fallen(0.7, False)
    assert fallen(0.0, True) == fallen(0.0, False) > 0


def test_insecure_work_weighs_where_there_is_work(small_start: NeighbourhoodModel) -> None:
    def fallen(secure: bool, size: float) -> int:
        model = with_parameters(small_start.branch(small_start.scenario), debts__insecure=size, debts__first=0.05)
        clear_debts(model, living(model))
        model.people.column("work")[:] = c.EMPLOYED
        model.people.column("secure_job")[:] = secure
        fall_behind(model)
        return int(np.count_nonzero(model.households.column("creditors")))

    assert fallen(False, 0.6) > 1.3 * fallen(True, 0.6)
    assert fallen(False, 0.0) == fallen(True, 0.0)


def test_cold_homes_cost_more_and_bring_more_into_arrears(small_start: NeighbourhoodModel) -> None:
    def fallen(label: int, size: float) -> int:
        model = with_parameters(small_start.branch(small_start.scenario), debts__energy=size, debts__first=0.05)
        clear_debts(model, living(model))
        model.dwellings.column("label")[:] = label
        fall_behind(model)
        return int(np.count_nonzero(model.households.column("creditors")))

    assert fallen(6, 0.5) > fallen(2, 0.5) > fallen(0, 0.5)
    assert fallen(6, 0.0) == fallen(0, 0.0)


def test_signals_come_from_who_owes_and_is_not_in_help(model: NeighbourhoodModel) -> None:
    households = model.households
    with_parameters(model, debts__signal_first=1.0, debts__signal_again=1.0)
    before = counted(model, "debt_signals")
    sent = signals(model)
    owes = (households.column("creditors") > 0) & (households.column("help_until") <= model.month)
    assert np.array_equal(sent, np.flatnonzero(owes))
    assert counted(model, "debt_signals") - before == sent.size > 0
    model.month += 1
    again = counted(model, "debt_signals_again")
    once_more = signals(model)
    assert set(sent.tolist()) <= set(once_more.tolist())  # and those whose help ended
    assert sent.size <= counted(model, "debt_signals_again") - again <= once_more.size
    model.month += 1
    assert signals(with_parameters(model, debts__signal_first=0.0, debts__signal_again=0.0)).size == 0


# --- help


def asking(model: NeighbourhoodModel, places: float) -> np.ndarray:
    """Empty debt help, let many households wait since different months; return who waits."""
    households = model.households
    households.column("help_until")[:] = households.column("asked_help")[:] = c.LONG_AGO
    owes = np.flatnonzero(households.column("creditors") > 0)
    households.asked_help[owes] = model.month - 1 - np.arange(owes.size) % 9
    model.debt_help.places = places
    return owes


def test_who_waits_longest_is_helped_first_and_nobody_before_the_first_talk(model: NeighbourhoodModel) -> None:
    households, month = model.households, model.month
    owes = asking(model, 20.0)
    asked = households.column("asked_help").copy()
    waited = counted(model, "waited_months")
    model.debt_help._take_in()
    started = owes[households.help_until[owes] > month]
    assert 20 <= started.size <= 21
    intake = model.alliance.intake_months
    left = np.setdiff1d(owes, started)
    assert asked[started].max() <= asked[left].min() + 0
    assert (month - asked[started] >= intake).all()
    assert (households.help_until[started] == month + int(model.p["debts.help_months"])).all()
    assert (households.asked_help[started] == c.LONG_AGO).all()
    assert np.array_equal(households.asked_help[left], asked[left])
    assert counted(model, "waited_months") - waited == (month - asked[started]).sum()


@pytest.mark.parametrize("intake", [0.0, 3.0, 7.0])
def test_the_first_talk_comes_no_earlier_than_it_may(model: NeighbourhoodModel, intake: float) -> None:
    owes = asking(with_parameters(model, fragmentation__intake_months=intake, alliance__waiting=0.0), 1e6)
    asked = model.households.asked_help[owes].copy()
    model.debt_help._take_in()
    assert np.array_equal(model.households.help_until[owes] > model.month, model.month - asked >= intake)


def test_debts_that_went_by_themselves_need_no_help(model: NeighbourhoodModel) -> None:
    owes = asking(model, 1e6)
    clear_debts(model, owes[:30])
    started = counted(model, "debt_help_started")
    model.debt_help._take_in()
    households = model.households
    assert (households.asked_help[owes[:30]] == c.LONG_AGO).all()
    assert (households.help_until[owes[:30]] == c.LONG_AGO).all()
    assert counted(model, "debt_help_started") > started


@pytest.mark.parametrize(("works", "solved"), [(0.0, 0.0), (1.0, 1.0)])
def test_help_that_is_finished_ends_debts_as_often_as_it_works(
    model: NeighbourhoodModel, works: float, solved: float
) -> None:
    households = model.households
    owes = np.flatnonzero(households.column("creditors") > 0)
    households.help_until[owes] = model.month
    with_parameters(model, debts__help_works=works)
    model.debt_help._finish()
    assert (households.creditors[owes] == 0).mean() == solved
    rows = members_of(model, owes)
    assert (model.people.strained[rows] == (solved == 0.0)).all()


def test_drop_out_ends_help_and_keeps_the_debts(model: NeighbourhoodModel) -> None:
    households = model.households
    owes = np.flatnonzero(households.column("creditors") > 0)
    creditors = households.creditors[owes].copy()
    households.help_until[owes] = model.month + 5
    model.debt_help._finish()
    stays = households.help_until[owes] > model.month
    assert (~stays).mean() == pytest.approx(model.p["debts.help_drop_out"], abs=0.04)
    assert np.array_equal(households.creditors[owes], creditors)
    model.month += 1
    with_parameters(model, debts__help_drop_out=0.0)
    model.debt_help._finish()
    assert np.array_equal(households.help_until[owes] > model.month, stays)


def test_a_visit_persuades_more_than_a_letter_and_without_that_money_changes_nothing(
    small_start: NeighbourhoodModel,
) -> None:
    def answered(euros: float, visit: float) -> NeighbourhoodModel:
        model = with_parameters(
            small_start.branch(make_scenario({}, base="geen-programma")),
            debts__accept=0.05, debts__accept_visit=visit, debts__signal_first=1.0, debts__signal_again=1.0,
        )  # fmt: skip
        pay(model, "early_warning", euros)
        model.debt_help.work()
        return model

    few, many = (counted(answered(euros, 0.5), "signals_accepted") for euros in (0.0, 5_000_000.0))
    assert many > 2 * few
    same = [answered(euros, 0.05).households.column("asked_help") for euros in (0.0, 5_000_000.0)]
    assert np.array_equal(*same)


def test_the_fund_frees_the_young_alone(model: NeighbourhoodModel) -> None:
    households, people = model.households, model.people
    since = households.column("problem_since") >= 0
    young = since & (people.age[households.column("head")] >= 18) & (people.age[households.column("head")] < 28)
    assert 0 < young.sum() < since.sum()
    pay(model, "youth_debt_fund", 1e9)
    model.debt_help._buy_out()
    assert not (households.column("problem_since")[young] >= 0).any()
    assert (households.column("problem_since")[since & ~young] >= 0).all()


# --- newcomers


def test_the_debts_of_newcomers_are_as_old_as_those_of_their_donors(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(small_start.scenario)
    model.p = model.p.replace(debts__first=0.0, debts__next=0.0, debts__recovers=0.0, debts__leaves=0.0)
    pool = model.donors.arrays
    owing = pool["problem_since"] >= 0
    donors = set(zip(pool["creditors"][owing].tolist(), (BASE - pool["problem_since"][owing]).tolist(), strict=True))
    came = 0
    for _ in range(24):
        known = set(model.households.life[living(model)].tolist())
        model.step()
        households, people = model.households, model.people
        homes = living(model)
        new = homes[[life not in known for life in households.life[homes].tolist()]]
        new = new[people.arrived[households.head[new]] == model.month - 1]  # not who left home here
        owes = new[households.problem_since[new] >= 0]
        age = (model.month - 1) - households.problem_since[owes]
        found = set(zip(households.creditors[owes].tolist(), age.tolist(), strict=True))
        assert found <= donors
        came += owes.size
    assert came > 5, "nobody came with problem debt"


def test_what_debts_hang_on_is_kept_by_a_branch(small_start: NeighbourhoodModel) -> None:
    model = live(small_start.branch(everything()), 5)
    differ = {name for name in unlike(model, model.branch(model.scenario)) if name.startswith("households")}
    assert differ <= {"households.red", "households.red_known"}  # who is in the red is noted anew at a start
