"""A question in its stages: what is asked when, what is told meanwhile, and that the answer is that of a comparison."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from live_tools import HandPool, hand_pool
from pebble import ProcessExpired

from results.comparison import HIGH, LOW
from scenarios.api import run
from scenarios.catalogue import load_scenario
from scenarios.design import CENTRAL_DRAW, PERSONS_AT_ONCE
from scenarios.live import asking as module
from scenarios.live import turns as turns_module
from scenarios.live import work
from scenarios.live.asking import DRAWS, EVERY_GROUP, WHOLE, Answer, Asking, Question, quick_sample
from scenarios.live.board import cells
from scenarios.live.cache import Cache
from scenarios.live.summary import REFERENCE, SCENARIO, Bands, Summary, summarise
from scenarios.live.turns import Busy, Stage, Turns
from scenarios.live.work import FIRST_YEAR, Desk, live, live_series
from scenarios.variants import vary
from sim.areas import area_ids, load_area

AREA = "vlaardingen-westwijk"
FIRST, INTERVAL, FULL = Stage
FEW, SMALL = 2, 0.02
"""Draws and share of the streets that these tests can afford."""

REFERENCE_OF_TESTS = load_scenario("geen-programma")
PLAN = vary(
    load_scenario("preventie-met-gezag"),
    "een-plan",
    {},
    {AREA: {"programme.preventie_met_gezag.budget": {"2025": 4_000_000.0}}},
)
QUESTION = Question(PLAN, REFERENCE_OF_TESTS, AREA, years=2, seed=5)


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Turns:
    """A queue whose one worker is this test."""
    hand_pool(monkeypatch)
    monkeypatch.setattr(turns_module.threading, "Timer", lambda seconds, function: _Never())
    return Turns(1, tmp_path / "cache", 10**9, 30.0, 100)


class _Never:
    daemon = False

    def start(self) -> None:
        """Nobody has to be ended here."""


def pool(turns: Turns) -> HandPool:
    found: HandPool = turns._pool
    return found


def made_up(years: int, value: float) -> np.ndarray:
    return np.full((years, len(cells())), value)


SUMMARY = Summary(pd.DataFrame(), {}, pd.DataFrame(), (1,))


def finish_one(turns: Turns, result: Any = None) -> tuple[Any, Any]:
    """Finish the call that is under way with something made up; return its function and its first argument."""
    (call,) = pool(turns).running
    usual = {live: "a name", summarise: SUMMARY, live_series: made_up(QUESTION.years, 3.0)}
    call.future.set_result(usual[call.function] if result is None else result)
    return call.function, call.args[0]


# --- how much at once


def test_a_quick_answer_has_enough_people_and_no_more_than_a_small_area_needs() -> None:
    samples = {area: quick_sample(area) for area in area_ids()}
    for area, sample in samples.items():
        residents = load_area(area).figures["residents_2022"].value
        assert 0.1 <= sample <= 1.0
        assert round(sample * 20, 6) == round(sample * 20), "steps of five per cent"
        assert residents * sample >= min(residents, PERSONS_AT_ONCE)
        assert sample == 0.1 or residents * (sample - 0.05) < PERSONS_AT_ONCE, area
    assert max(samples.values()) > 0.1 == min(samples.values())


# --- the stages


def test_stages_come_in_their_order_each_with_what_it_needs(turns: Turns) -> None:
    asking = Asking(turns, "a", QUESTION)
    quick = quick_sample(AREA)
    assert asking.look().stage is FIRST
    assert asking.look().asked == 2
    firsts = [finish_one(turns) for _ in range(2)]
    assert [function for function, _ in firsts] == [live_series, live_series]
    assert [(one.scenario, one.world.draw, one.world.sample) for _, one in firsts] == [
        (REFERENCE_OF_TESTS, CENTRAL_DRAW, quick),
        (PLAN, CENTRAL_DRAW, quick),
    ]
    for stage, sample in ((INTERVAL, quick), (FULL, WHOLE)):
        answer = asking.look()
        assert (answer.stage, answer.done, answer.asked) == (stage, 0, 2 * DRAWS)
        runs = []
        for number in range(2 * DRAWS):
            function, one = finish_one(turns)
            assert function is live
            runs.append(one)
            if number < 2 * DRAWS - 1:
                assert asking.look().done == number + 1
        assert {one.world.sample for one in runs} == {sample}
        assert [one.world.draw for one in runs] == [draw for draw in range(1, DRAWS + 1) for _ in range(2)]
        assert {(one.world.area, one.world.seed, one.years, one.groups) for one in runs} == {(AREA, 5, 2, EVERY_GROUP)}
        assert asking.look().stage is stage, "what was lived is still to be compared"
        function, pairs = finish_one(turns)
        assert function is summarise
        assert [one for both in pairs for one in both] == runs
    answer = asking.look()
    assert answer.stage is None
    assert answer.quick is answer.full is answer.best is SUMMARY
    assert asking.look() == answer
    assert turns.counts() == {"questions": 0, "running": 0}
    assert not answer.failure


def test_every_street_waits_until_a_visitor_rests(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    asking = Asking(turns, "a", QUESTION, (INTERVAL, FULL), rest=10.0)
    for _ in range(2 * DRAWS):
        finish_one(turns)
    asking.look()
    finish_one(turns)
    answer = asking.look()
    assert (answer.stage, answer.asked) == (FULL, 0)
    assert answer.quick is SUMMARY
    clock[0] = 109.9
    assert asking.look() == answer
    assert turns.counts() == {"questions": 0, "running": 0}
    clock[0] = 110.0
    assert asking.look().asked == 2 * DRAWS
    assert turns.counts()["questions"] == 1
    asking.cancel()


def test_only_the_stages_asked_for(turns: Turns) -> None:
    asking = Asking(turns, "a", QUESTION, (FIRST,))
    for _ in range(2):
        finish_one(turns)
    answer = asking.look()
    assert answer.stage is None
    assert answer.best is None
    assert pool(turns).running == []


def test_an_area_that_is_whole_at_once_is_not_done_twice(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "quick_sample", lambda area: WHOLE)
    asking = Asking(turns, "a", QUESTION)
    for _ in range(2 + 2 * DRAWS + 1):
        finish_one(turns)
        asking.look()
    answer = asking.look()
    assert answer.stage is None
    assert answer.quick is SUMMARY
    assert answer.full is None
    assert answer.sample == WHOLE
    assert turns.counts() == {"questions": 0, "running": 0}


def test_a_run_that_both_sides_ask_for_is_asked_for_once(turns: Turns) -> None:
    other = vary(REFERENCE_OF_TESTS, "anders-genoemd", {})
    asking = Asking(turns, "a", replace(QUESTION, scenario=other))
    assert asking.look().asked == 1
    finish_one(turns)
    answer = asking.look()
    assert answer.asked == DRAWS
    assert answer.scenario is answer.reference
    assert answer.years_lived == QUESTION.years


def test_years_are_seen_while_they_are_lived(turns: Turns) -> None:
    asking = Asking(turns, "a", QUESTION)
    assert (asking.look().years_lived, asking.look().scenario) == (0, None)
    (call,) = pool(turns).running
    assert call.args[-1] is True, "somebody looks"
    turns.board.write(call.place, made_up(1, 7.0))
    answer = asking.look()
    assert answer.years_lived == 0, "the other side has not begun"
    assert np.array_equal(answer.reference, made_up(1, 7.0))
    finish_one(turns)
    (call,) = pool(turns).running
    turns.board.write(call.place, made_up(1, 8.0))
    answer = asking.look()
    assert answer.years_lived == 1
    assert np.array_equal(answer.scenario, made_up(1, 8.0))
    assert np.array_equal(answer.reference, made_up(QUESTION.years, 3.0)), "what is done holds"


def test_what_is_ahead_is_told(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    first, second = (Asking(turns, visitor, replace(QUESTION, seed=seed)) for visitor, seed in (("a", 1), ("b", 2)))
    assert [one.look().ahead for one in (first, second)] == [0, 1]
    first.cancel()
    assert second.look().ahead == 1, "it is looked up now and then"
    clock[0] += 2 * module.SECONDS_BETWEEN_COUNTS
    assert second.look().ahead == 0


def test_runs_are_compared_before_the_runs_of_whoever_came_later(turns: Turns) -> None:
    first, second = (
        Asking(turns, visitor, replace(QUESTION, seed=seed), (INTERVAL,)) for visitor, seed in (("a", 1), ("b", 2))
    )
    for _ in range(2 * DRAWS):
        finish_one(turns)
    assert first.look().ahead == 0
    assert finish_one(turns)[0] is live, "this one was under way already"
    assert finish_one(turns)[0] is summarise
    assert first.look().quick is SUMMARY
    assert second.look().quick is None


def test_a_failure_is_told_and_nothing_more_is_asked(turns: Turns) -> None:
    asking = Asking(turns, "a", QUESTION)
    for _ in range(turns_module.MOST_ATTEMPTS):
        assert not asking.look().failure
        (call,) = pool(turns).running
        call.future.set_exception(ProcessExpired("gone"))
    answer = asking.look()
    assert answer.failure == "lost"
    assert asking.look() is answer
    assert pool(turns).running == []
    assert turns.counts() == {"questions": 0, "running": 0}


def test_a_retry_is_told_and_stays_told(turns: Turns) -> None:
    asking = Asking(turns, "a", QUESTION)
    (call,) = pool(turns).running
    call.future.set_exception(ProcessExpired("gone"))
    assert asking.look().retried
    finish_one(turns)
    finish_one(turns)
    assert asking.look().stage is INTERVAL
    assert asking.look().retried


def test_taking_back_ends_it_at_any_stage(turns: Turns) -> None:
    for finished in (0, 1, 2, 2 + 7, 2 + 2 * DRAWS):
        asking = Asking(turns, "a", QUESTION)
        for _ in range(finished):
            finish_one(turns)
            asking.look()
        (call,) = pool(turns).running
        asking.cancel()
        assert turns.board.stopped(call.place)
        call.future.set_exception(RuntimeError("stopped"))
        before = asking.look()
        assert asking.look() is before
        assert turns.counts() == {"questions": 0, "running": 0}
        assert turns._jobs == {}


def test_a_full_queue_is_told_by_whoever_asks(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_most", 0)
    with pytest.raises(Busy):
        Asking(turns, "a", QUESTION)
    assert turns.counts() == {"questions": 0, "running": 0}


def test_other_kinds_of_groups_are_another_summary_of_the_same_runs() -> None:
    pairs = QUESTION.pairs(0.1)
    names = {module._summary_name(pairs, kinds) for kinds in ((), ("age",), ("age", "wijk"))}
    names |= {module._summary_name(QUESTION.pairs(0.2), ()), module._summary_name(pairs[:3], ())}
    assert len(names) == 5
    assert module._summary_name(QUESTION.pairs(0.1), ()) in names


# --- the answer


@pytest.fixture
def few(turns: Turns, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Turns:
    """The same, with a desk, and with questions that are small enough to be answered here."""
    monkeypatch.setattr(module, "DRAWS", FEW)
    monkeypatch.setattr(module, "quick_sample", lambda area: SMALL)
    monkeypatch.setattr(work, "_desk", Desk(Cache(tmp_path / "cache"), turns.board))
    return turns


def answered(turns: Turns, question: Question, stages: tuple[Stage, ...]) -> tuple[Answer, int]:
    """Do the work of a question here; return its answer, and how many runs were lived."""
    asking, lived = Asking(turns, "a", question, stages), 0
    put = Cache.put_run

    def kept(self: Cache, name: str, content: bytes) -> None:
        nonlocal lived
        lived += 1
        put(self, name, content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cache, "put_run", kept)
        while asking.look().stage is not None:
            (call,) = pool(turns).running
            call.future.set_result(call.function(*call.args))
            assert not asking.look().failure
    return asking.look(), lived


KEY = ["area", "year", "view", "group", "outcome"]


def test_the_answer_is_that_of_a_comparison(few: Turns, tmp_path: Path) -> None:
    question = replace(QUESTION, kinds=("age",))
    answer, lived = answered(few, question, (FIRST, INTERVAL))
    assert lived == 2 + 2 * FEW
    assert answer.quick is not None
    results = run(PLAN, REFERENCE_OF_TESTS, [AREA], 2, FEW, sample=SMALL, seed=5, out=tmp_path / "out", groups=["age"])
    expected = results.compare(PLAN.id).sort_values(KEY, ignore_index=True)
    found = answer.quick.table.sort_values(KEY, ignore_index=True)
    assert set(found["scenario"]) == {SCENARIO}
    assert set(found["reference"]) == {REFERENCE}
    assert {group.partition(":")[0] for group in found["group"]} == {"all", "age"}
    assert (found["difference"].abs() > 0).sum() > 100
    sides = ["scenario", "reference"]
    pd.testing.assert_frame_equal(found.drop(columns=sides), expected.drop(columns=sides), check_exact=True)

    # the bands, from the outcomes of that batch
    rows = results.outcomes()
    rows = rows[(rows["group"] == "all") & (rows["denominator"] != 0)]
    rows["level"] = rows["expected_numerator"].fillna(rows["numerator"]) / rows["denominator"]
    for side, name in ((SCENARIO, PLAN.id), (REFERENCE, REFERENCE_OF_TESTS.id)):
        levels = rows[rows["scenario"] == name].groupby(["year", "outcome", "view"])["level"]
        bands: Bands = answer.quick.bands[side]
        for values, share in ((bands.low, LOW), (bands.median, 0.5), (bands.high, HIGH)):
            wanted = np.full((2, len(cells())), np.nan)
            for (year, outcome, view), level in levels.quantile(share).items():
                wanted[year - FIRST_YEAR, cells()[outcome, view]] = level
            np.testing.assert_allclose(values, wanted, rtol=1e-12, equal_nan=True)

    # the same once more, out of the cache; and beside itself
    again, lived = answered(few, question, (FIRST, INTERVAL))
    assert lived == 0
    assert again.quick is not None
    pd.testing.assert_frame_equal(again.quick.table, answer.quick.table)
    alone, lived = answered(few, replace(question, reference=PLAN), (FIRST, INTERVAL))
    assert lived == 0
    assert alone.quick is not None
    table = alone.quick.table
    # beside itself nothing is missing on the other side: at least what could be compared before is there
    compared = set(found[KEY].itertuples(index=False, name=None))
    assert compared <= set(table[KEY].itertuples(index=False, name=None))
    assert (table[["difference", "low", "high"]].fillna(0.0) == 0.0).all(axis=None)
    assert np.array_equal(alone.quick.bands[SCENARIO].median, alone.quick.bands[REFERENCE].median, equal_nan=True)

    # an outcome that is gone or damaged when it is compared is made anew
    gone, damaged = (pair[1].name for pair in question.pairs(SMALL)[:2])
    cache = work.desk().cache
    cache.run(gone).unlink()
    cache.run(damaged).write_bytes(b"")
    mended = summarise(question.pairs(SMALL), question.kinds, few.board.give(0), False)
    pd.testing.assert_frame_equal(mended.table, answer.quick.table)
    assert cache.run(gone).exists()
