"""Lotteries in one world: fair, conserved, repeatable; nothing comes from nothing, and what there is is found."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.trials import lottery
from calibration.trials.design import CONVICTED, OFFENCES, SUSPECT, LotteryPlan, main_outcome
from calibration.trials.evaluation import Evaluation, _world, evaluate, evaluations
from calibration.trials.lottery import LotteryOffice, LotteryWorld, draw_lots
from calibration.trials.summary import summarise, true_effect
from scenarios.catalogue import load_scenario
from sim.programme.catalogue import NUMBER
from sim.programme.finding import Found, Sight
from sim.snapshot import take

PLAN = LotteryPlan("mentoring", enrol_months=12, follow_months=12, places=60, sample=0.6)
NULL = replace(PLAN, service="sport_membership")
STRONG = replace(
    PLAN, service="scared_straight", national=True, sample=1.0, places=100,
    changes=(("services.scared_straight_effect", 6.0), ("services.scared_straight_full_months", 12.0)),
)  # fmt: skip
"""Harm has no floor: with six times the offences a hundred persons are enough."""


@pytest.fixture(scope="module")
def world() -> LotteryWorld:
    return _world(PLAN, 0, 1)


def held(world: LotteryWorld, plan: LotteryPlan, months: int) -> LotteryWorld:
    twin = world.branch(load_scenario(plan.scenario))
    assert isinstance(twin, LotteryWorld)
    twin.hold(plan)
    for _ in range(months):
        twin.step()
    return twin


def served(world: LotteryWorld) -> set[int]:
    """Return the lives of those who were in the service since the start."""
    cases = world.cases
    mine = (cases.column("service") == NUMBER["mentoring"]) & (cases.column("start") >= world.start)
    return set(world.people.life[cases.column("person")[mine & (cases.column("person") >= 0)]].tolist())


@pytest.fixture(scope="module")
def lived(world: LotteryWorld) -> LotteryWorld:
    return held(world, PLAN, 14)


def test_a_trial_in_which_no_lots_are_drawn_changes_no_bit(world: LotteryWorld) -> None:
    scenario = load_scenario(PLAN.scenario)
    plain, other = world.branch(scenario), held(world, replace(PLAN, enrol_months=0), 6)
    for _ in range(6):
        plain.step()
    one, two = take(plain), take(other)
    assert one.facts == two.facts
    assert all(np.array_equal(one.arrays[name], two.arrays[name]) for name in one.arrays)


def test_the_line_at_the_counter_is_that_of_the_service(world: LotteryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[set[int]] = []
    usual = LotteryOffice._enrol

    def spy(self: LotteryOffice, name: str, free: int, pool: Found, sight: Sight) -> None:
        if name == "mentoring" and self.model.trial.enrol_months == 0:
            first.append(set(self.model.people.life[self._first_in_line(name, free, pool, sight)].tolist()))
        usual(self, name, free, pool, sight)

    monkeypatch.setattr(lottery.LotteryOffice, "_enrol", spy)
    twin = held(world, replace(PLAN, enrol_months=0), 4)
    assert first
    assert set().union(*first) == served(twin)


def test_half_win_and_only_they_are_served(lived: LotteryWorld) -> None:
    cohort = lived.cohort
    assert cohort.won.sum() + (~cohort.won).sum() == cohort.life.size
    assert abs(int(cohort.won.sum()) - int((~cohort.won).sum())) <= np.unique(cohort.month).size
    assert np.unique(cohort.life).size == cohort.life.size
    losers, winners = (set(cohort.life[who].tolist()) for who in (~cohort.won, cohort.won))
    taken = served(lived)
    assert not losers & taken
    # who moved out or whose help has faded is off the list; nobody outside the lottery was let in while lots were drawn
    assert len(winners & taken) > 0.8 * len(winners)
    assert int(cohort.won.sum()) == pytest.approx(PLAN.places * lived.fraction, abs=1)


def test_lots_hang_neither_on_order_nor_on_blocks_and_threads(lived: LotteryWorld) -> None:
    rows = lived.youths.rows[:101]
    won = set(rows[draw_lots(lived, rows)])
    assert len(won) in (50, 51)
    assert won == set(rows[::-1][draw_lots(lived, rows[::-1])])
    other = LotteryWorld._of_state(take(_world(PLAN, 0, 1)), load_scenario(PLAN.scenario), threads=2, block_rows=1000)
    assert isinstance(other, LotteryWorld)
    other.begin()
    other.hold(PLAN)
    for _ in range(14):
        other.step()
    assert np.array_equal(other.cohort.life, lived.cohort.life)
    assert np.array_equal(other.cohort.won, lived.cohort.won)


def test_lots_hang_on_nothing_about_the_person(lived: LotteryWorld) -> None:
    rows = np.flatnonzero(lived.people.column("status") == 1)
    won = draw_lots(lived, rows)
    people = lived.people
    for trait in ("age", "sex", "registrations", "events12", "skill", "low_income"):
        values = getattr(people, trait)[rows].astype(float)
        error = values.std() * 2 / np.sqrt(rows.size)
        assert abs(values[won].mean() - values[~won].mean()) < 4 * error, trait


def test_as_many_cross_over_as_stated(world: LotteryWorld) -> None:
    cohort = held(world, replace(PLAN, crossover=0.4), 12).cohort
    crossed = cohort.treated & ~cohort.won
    share = crossed.sum() / (~cohort.won).sum()
    assert abs(share - 0.4) < 4 * np.sqrt(0.24 / (~cohort.won).sum())
    assert (cohort.treated[cohort.won]).all()


@pytest.fixture(scope="module")
def one() -> Evaluation:
    return evaluate(PLAN)


def test_the_local_register_loses_who_moves_and_the_national_one_nobody_alive(one: Evaluation) -> None:
    national = evaluate(replace(PLAN, national=True))
    for side, persons in enumerate((one.winners, one.losers)):
        assert national.seen[CONVICTED].persons[side] == persons - one.gone[side]
        assert one.seen[CONVICTED].persons[side] == persons - one.gone[side] - one.moved[side]
    assert sum(one.moved) > 0


def test_a_service_that_does_nothing_does_nothing_to_anybody() -> None:
    null = evaluate(NULL)
    assert null.persons > 40
    for name, truth in null.truth.items():
        assert truth.winners > 0, name
        assert truth.on_winners == truth.on_losers == 0.0, name
    summary = summarise(NULL, [null], SUSPECT)
    assert summary is not None
    assert summary.size is None


def test_the_same_twice_and_in_other_processes(one: Evaluation) -> None:
    again, other = evaluations(PLAN, [(0, 1), (0, 2)], workers=2)
    assert repr(again) == repr(one)
    assert repr(other) != repr(one)


@pytest.fixture(scope="module")
def strong() -> list[Evaluation]:
    return evaluations(STRONG, [(0, seed) for seed in (1, 2, 3)])


def test_an_effect_that_is_there_is_found_by_enough_people(strong: list[Evaluation]) -> None:
    offences = true_effect(strong, OFFENCES, crossover=False)
    assert offences.on_winners > offences.usual
    effect = true_effect(strong, SUSPECT, crossover=False)
    assert effect.is_there
    assert effect.offered > 0.1
    # all evaluations together: the evaluator's difference lies within its interval around the truth
    seen = [each.seen[SUSPECT] for each in strong]
    totals, persons = (np.array([getattr(each, what) for each in seen]).sum(axis=0) for what in ("totals", "persons"))
    shares = totals / persons
    error = np.sqrt((shares * (1 - shares) / persons).sum())
    assert abs(shares[0] - shares[1] - effect.offered) < 1.96 * error
    assert shares[0] - shares[1] > 1.96 * error


def test_the_summary_adds_up(strong: list[Evaluation]) -> None:
    summary = summarise(STRONG, strong, SUSPECT)
    assert summary is not None
    assert summary.persons == pytest.approx(np.mean([each.winners + each.losers for each in strong]))
    assert summary.size is not None
    assert summary.size.years == pytest.approx(summary.size.persons / summary.persons)
    assert 0.3 < summary.power <= 1
    assert summary.found > 0
    assert summary.wrong_way == 0
    for name in ("age", "boys", "known", "offences_before"):
        balance = summary.balance[name]
        assert balance.difference == pytest.approx(balance.winners - balance.losers, abs=0.05 * abs(balance.winners))


def test_nobody_to_find_is_nothing_to_summarise() -> None:
    plan = replace(PLAN, service="cbt_in_detention", sample=0.05, places=0.5, enrol_months=1, follow_months=1)
    assert summarise(plan, [evaluate(plan)], SUSPECT) is None


def test_a_service_is_judged_on_what_it_is_for() -> None:
    assert [main_outcome(name) for name in ("mentoring", "tutoring", "ips", "supported_work")] == [
        "suspect", "left_school", "employed", "employed",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no service with places"):
        LotteryPlan("halt")
