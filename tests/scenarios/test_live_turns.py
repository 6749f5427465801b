"""The queue: who is served next, what ends when nobody waits for it any more, and what becomes of lost processes."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import live_tools
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from live_tools import Call, HandPool, alive, go, hand_pool, heard, pid_of, until
from pebble import ProcessExpired

from scenarios.live import turns as module
from scenarios.live.board import cells
from scenarios.live.turns import MOST_ATTEMPTS, MOST_BREAKS, Busy, Stage, Ticket, Turns

FIRST, INTERVAL, FULL = Stage
NO_LIMIT = 10**9
SECONDS = 30.0


def jobs(*names: str, shown: bool = False) -> list[tuple[str, Callable[..., Any], tuple[Any, ...], bool]]:
    return [(name, live_tools.who, (name,), shown) for name in names]


class HandTimer:
    """A timer whose time comes when the test says so."""

    set: list["HandTimer"]

    def __init__(self, seconds: float, function: Callable[[], None]) -> None:
        self.function, self.daemon = function, False
        type(self).set.append(self)

    def start(self) -> None:
        assert self.daemon


class Hands:
    """A queue whose workers are the test."""

    def __init__(
        self, patch: pytest.MonkeyPatch, workers: int = 1, most: int = 1_000, looks: float = live_tools.NEVER
    ) -> None:
        self.pools = hand_pool(patch, looks).made
        self.timers: list[HandTimer] = []
        patch.setattr(module.threading, "Timer", type("Timer", (HandTimer,), {"set": self.timers}))
        self.turns = Turns(workers, Path("nowhere"), NO_LIMIT, SECONDS, most)

    @property
    def pool(self) -> HandPool:
        return self.pools[-1]

    @property
    def running(self) -> list[str]:
        return [self.name(call) for call in self.pool.running]

    @staticmethod
    def name(call: Call) -> str:
        return str(call.args[0])

    def call(self, name: str) -> Call:
        return next(call for call in self.pool.running if self.name(call) == name)

    def finish(self, name: str) -> None:
        self.call(name).future.set_result(f"{name} done")

    def fail(self, name: str, error: BaseException) -> None:
        self.call(name).future.set_exception(error)

    def finish_all(self) -> list[str]:
        """Finish what runs, one at a time, and return the order in which everything was done."""
        order = []
        while self.running:
            order.append(self.running[0])
            self.finish(order[-1])
        return order

    def time_passes(self) -> None:
        while self.timers:
            self.timers.pop().function()

    def assert_empty(self) -> None:
        assert self.turns.counts() == {"questions": 0, "running": 0}
        assert self.turns._jobs == {}
        assert self.turns._tickets == []


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


LOST = ProcessExpired("gone", code=-9)


# --- who comes first


def test_first_before_interval_before_full(hands: Hands) -> None:
    hands.turns.ask("x", FIRST, jobs("in the way"))
    for stage in (FULL, INTERVAL, FIRST):
        hands.turns.ask("a", stage, jobs(stage.name))
    assert hands.finish_all() == ["in the way", "FIRST", "INTERVAL", "FULL"]
    hands.assert_empty()


def test_within_a_kind_who_came_first_is_served_first(hands: Hands) -> None:
    tickets = [hands.turns.ask(visitor, INTERVAL, jobs(f"{visitor}1", f"{visitor}2")) for visitor in "abc"]
    assert [hands.turns.ahead(ticket) for ticket in tickets] == [0, 1, 2]
    assert hands.finish_all() == ["a1", "a2", "b1", "b2", "c1", "c2"]


def test_the_second_question_of_a_visitor_waits_behind_the_first_of_everybody(hands: Hands) -> None:
    turns = hands.turns
    tickets = [turns.ask("a", INTERVAL, jobs(f"a{number}")) for number in range(3)]
    tickets += [turns.ask("b", INTERVAL, jobs(f"b{number}")) for number in range(2)]
    tickets += [turns.ask("c", INTERVAL, jobs("c0")), turns.ask("a", FULL, jobs("a full"))]
    assert [turns.ahead(ticket) for ticket in tickets] == [0, 3, 5, 1, 4, 2, 0]
    assert hands.finish_all() == ["a0", "b0", "c0", "a1", "b1", "a2", "a full"]


def test_whoever_was_served_waits_until_everybody_was(hands: Hands) -> None:
    """Two who ask again and again do not keep a third from a second question."""
    turns, order = hands.turns, list[str]()
    turns.ask("a", FULL, jobs("a0"))
    turns.ask("a", FULL, jobs("a1"))
    for visitor in "bc":
        turns.ask(visitor, FULL, jobs(f"{visitor}0"))
    for number in range(1, 5):
        for _ in range(2):
            name = hands.running[0]
            order.append(name)
            hands.finish(name)
            if name[0] in "bc":
                turns.ask(name[0], FULL, jobs(f"{name[0]}{number}"))
    assert order[:4] == ["a0", "b0", "c0", "a1"]
    hands.finish_all()
    turns.ask("a", FULL, jobs("a"))
    assert turns._served[FULL] == {}, "nobody is remembered for longer than somebody waits"


def test_taking_back_costs_nobody_a_turn(hands: Hands) -> None:
    turns = hands.turns
    turns.ask("x", FIRST, jobs("x"))
    for number in range(5):
        turns.cancel_all("a")
        last = turns.ask("a", FIRST, jobs(f"a{number}"))
    turns.ask("b", FIRST, jobs("b"))
    assert turns.ahead(last) == 1
    assert hands.finish_all() == ["x", "a4", "b"]


def test_ahead_counts_down_and_ends_at_nothing(hands: Hands) -> None:
    turns = hands.turns
    first, second, third = (turns.ask(visitor, FULL, jobs(visitor)) for visitor in "abc")
    turns.ask("d", FIRST, jobs("d"))
    assert turns.ahead(third) == 2, "a question of another kind is not in this line"
    hands.finish("a")
    assert (turns.ahead(first), turns.ahead(second), turns.ahead(third)) == (0, 0, 1)
    turns.cancel(second)
    assert turns.ahead(third) == 0


def test_a_question_that_goes_on_keeps_its_turn(hands: Hands) -> None:
    turns = hands.turns
    first = turns.ask("a", INTERVAL, jobs("a"))
    others = [turns.ask(visitor, INTERVAL, jobs(visitor)) for visitor in "bc"]
    hands.finish("a")  # b is under way now
    on = turns.ask("a", INTERVAL, jobs("a goes on"), after=first)
    assert turns.ahead(on) == 0
    assert [turns.ahead(other) for other in others] == [1, 2]
    assert hands.finish_all() == ["b", "a goes on", "c"]


def test_as_many_at_a_time_as_there_are_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, workers=3)
    hands.turns.ask("a", INTERVAL, jobs(*"12345"))
    hands.turns.ask("b", FIRST, jobs("b"))
    assert hands.running == ["1", "2", "3"]
    places = {hands.turns.board.slot(call.place) for call in hands.pool.running}
    assert places == {0, 1, 2}
    assert {call.timeout for call in hands.pool.running} == {SECONDS}
    hands.finish("2")
    assert hands.running == ["1", "3", "b"]
    hands.finish_all()
    hands.assert_empty()


def test_runs_of_every_street_leave_one_worker_free(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, workers=3)
    hands.turns.ask("a", FULL, jobs(*"12345"))
    assert hands.running == ["1", "2"]
    hands.turns.ask("b", FIRST, jobs("b"))
    assert hands.running == ["1", "2", "b"]
    hands.finish("b")
    assert hands.running == ["1", "2"]
    hands.finish_all()
    hands.assert_empty()


def test_a_single_worker_does_every_street_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, workers=1)
    hands.turns.ask("a", FULL, jobs("1"))
    assert hands.running == ["1"]


def test_too_many_questions_are_refused_and_there_is_room_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, most=2)
    kept = [hands.turns.ask(visitor, FIRST, jobs(visitor)) for visitor in "ab"]
    with pytest.raises(Busy):
        hands.turns.ask("c", FIRST, jobs("c"))
    hands.turns.cancel(kept[1])
    hands.turns.ask("c", FIRST, jobs("c"))
    assert hands.finish_all() == ["a", "c"]
    hands.assert_empty()


def test_a_question_without_jobs_is_answered_at_once(hands: Hands) -> None:
    assert hands.turns.ask("a", FIRST, []).finished
    hands.assert_empty()


# --- the same asked twice


def test_the_same_job_is_done_once_and_both_get_it(hands: Hands) -> None:
    one = hands.turns.ask("a", INTERVAL, jobs("same", "of a"))
    two = hands.turns.ask("b", INTERVAL, jobs("same", "of b"))
    early = hands.turns.ask("c", FIRST, jobs("same"))
    assert hands.finish_all() == ["same", "of a", "of b"]
    assert one.done == {"same": "same done", "of a": "of a done"}
    assert two.done == {"same": "same done", "of b": "of b done"}
    assert early.done == {"same": "same done"}
    assert one.finished
    assert two.finished
    assert not one.failure + two.failure + early.failure
    hands.assert_empty()


def test_a_job_that_is_done_is_done_again_when_asked_again(hands: Hands) -> None:
    for _ in range(2):
        hands.turns.ask("a", FIRST, jobs("again"))
        assert hands.finish_all() == ["again"]


def test_one_of_two_askers_leaving_does_not_stop_the_other(hands: Hands) -> None:
    one, two = (hands.turns.ask(visitor, FIRST, jobs("same", "next")) for visitor in "ab")
    place = hands.call("same").place
    hands.turns.cancel(one)
    assert not hands.turns.board.stopped(place)
    assert hands.finish_all() == ["same", "next"]
    assert two.done == {"same": "same done", "next": "next done"}
    assert one.done == {}
    hands.assert_empty()


def test_years_so_far_of_what_is_under_way(hands: Hands) -> None:
    ticket = hands.turns.ask("a", FIRST, jobs("one", "two", shown=True))
    seen = hands.turns.so_far(ticket, "one")
    assert seen is not None
    assert len(seen) == 0
    hands.turns.board.write(hands.call("one").place, np.ones((2, len(cells()))))
    seen = hands.turns.so_far(ticket, "one")
    assert seen is not None
    assert len(seen) == 2
    assert hands.turns.so_far(ticket, "two") is None
    hands.finish("one")
    assert hands.turns.so_far(ticket, "one") is None
    seen = hands.turns.so_far(ticket, "two")
    assert seen is not None
    assert len(seen) == 0, "the years of the run before at this place"


# --- taking back


def test_cancelling_asks_to_stop_and_what_was_not_begun_never_is(hands: Hands) -> None:
    ticket = hands.turns.ask("a", FIRST, jobs("begun", "not begun"))
    call = hands.call("begun")
    hands.turns.cancel(ticket)
    assert hands.turns.board.stopped(call.place)
    assert not call.future.done(), "it is given time to stop by itself"
    assert hands.turns.so_far(ticket, "begun") is None
    hands.fail("begun", RuntimeError("stopped"))
    assert hands.running == []
    assert not ticket.failure
    hands.assert_empty()
    hands.time_passes()
    hands.assert_empty()


def test_who_does_not_stop_is_ended_and_the_next_is_served(hands: Hands) -> None:
    ticket = hands.turns.ask("a", FIRST, jobs("deaf"))
    hands.turns.ask("b", FIRST, jobs("b"))
    call = hands.call("deaf")
    hands.turns.cancel(ticket)
    assert hands.running == ["deaf"]
    hands.time_passes()
    assert call.future.cancelled()
    assert hands.finish_all() == ["b"]
    hands.assert_empty()


def test_what_is_asked_again_while_it_stops_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, workers=2)
    hands.turns.cancel(hands.turns.ask("a", FIRST, jobs("same")))
    stopping = hands.call("same")
    again = hands.turns.ask("a", FIRST, jobs("same"))
    assert hands.running == ["same", "same"]
    stopping.future.set_exception(RuntimeError("stopped"))
    hands.finish("same")
    hands.time_passes()
    assert again.done == {"same": "same done"}
    hands.assert_empty()


def test_everything_of_a_visitor_is_taken_back(hands: Hands) -> None:
    for stage in Stage:
        hands.turns.ask("a", stage, jobs(f"a {stage.name}"))
    kept = hands.turns.ask("b", FULL, jobs("b", "a FULL"))
    hands.turns.cancel_all("a")
    hands.turns.cancel_all("nobody")
    assert hands.turns.counts()["questions"] == 1
    hands.fail("a FIRST", RuntimeError("stopped"))
    assert hands.finish_all() == ["b", "a FULL"]
    assert kept.finished
    hands.assert_empty()


# --- what goes wrong


@pytest.mark.parametrize("loss", [LOST, BrokenProcessPool("All workers expired"), CancelledError()])
def test_a_lost_job_is_done_once_more_before_others(hands: Hands, loss: BaseException) -> None:
    ticket = hands.turns.ask("a", FIRST, jobs("lost", "next"))
    other = hands.turns.ask("b", FIRST, jobs("other"))
    hands.fail("lost", loss)
    assert ticket.retried
    assert not other.retried
    assert hands.finish_all() == ["lost", "next", "other"]
    assert not ticket.failure
    assert ticket.done == {"lost": "lost done", "next": "next done"}
    hands.assert_empty()


@pytest.mark.parametrize("way", ["broken", "not taken"])
def test_a_job_that_the_processes_forgot_is_given_to_new_ones(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    # it may be looked at several times before the test goes on
    monkeypatch.setattr(module, "MOST_BREAKS", 1_000_000)
    hands = Hands(monkeypatch, looks=0.01)
    ticket = hands.turns.ask("a", FIRST, jobs("forgotten"))
    if way == "broken":
        hands.pool.broken = True
    else:
        monkeypatch.setattr(module, "SECONDS_TO_BEGIN", 0.0)
    until(lambda: len(hands.pools) > 1 and ticket.retried, "new processes")
    monkeypatch.setattr(module, "SECONDS_TO_BEGIN", 60.0)
    until(lambda: hands.running == ["forgotten"], "the job")
    assert hands.finish_all() == ["forgotten"]
    assert values(ticket) == ["forgotten done"]
    hands.assert_empty()
    hands.turns.close()


def test_processes_that_always_break_are_not_tried_for_ever(hands: Hands) -> None:
    ticket = hands.turns.ask("a", FIRST, jobs("lost"))
    for _ in range(MOST_BREAKS):
        assert hands.running == ["lost"]
        hands.fail("lost", BrokenProcessPool("All workers expired"))
    assert ticket.failure == "lost"
    hands.assert_empty()


@pytest.mark.parametrize(
    ("error", "times", "why"),
    [(LOST, MOST_ATTEMPTS, "lost"), (FutureTimeoutError(), 1, "time"), (ValueError("a fault"), 1, "error")],
)
def test_failures_have_a_name_and_take_nobody_along(
    hands: Hands, error: BaseException, times: int, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    both = [hands.turns.ask(visitor, FIRST, jobs("bad", f"of {visitor}")) for visitor in "ab"]
    other = hands.turns.ask("c", FIRST, jobs("c", "of b"))
    for _ in range(times):
        assert hands.running == ["bad"]
        hands.fail("bad", error)
    assert [ticket.failure for ticket in both] == [why, why]
    assert all(ticket.finished for ticket in both)
    assert hands.finish_all() == ["c", "of b"]
    assert other.done == {"c": "c done", "of b": "of b done"}
    assert other.failure == ""
    assert ("a fault" in caplog.text) == (why == "error")
    hands.assert_empty()


def test_a_failure_ends_what_else_was_under_way_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = Hands(monkeypatch, workers=2)
    hands.turns.ask("a", FIRST, jobs("bad", "good"))
    place = hands.call("good").place
    hands.fail("bad", FutureTimeoutError())
    assert hands.turns.board.stopped(place)
    hands.time_passes()
    hands.assert_empty()


def test_a_broken_pool_is_replaced(hands: Hands) -> None:
    broken = hands.pool
    broken.broken = True
    ticket = hands.turns.ask("a", FIRST, jobs("a", "b"))
    assert hands.pool is not broken
    assert len(hands.pools) == 2
    assert hands.finish_all() == ["a", "b"]
    assert ticket.finished
    until(lambda: broken.ended, "the end of the broken pool")
    hands.assert_empty()


def test_after_closing_nothing_is_taken(hands: Hands) -> None:
    hands.turns.ask("a", FIRST, jobs("a", "b"))
    hands.turns.close()
    assert hands.pool.ended
    assert hands.running == []
    with pytest.raises(Busy):
        hands.turns.ask("a", FIRST, jobs("c"))
    hands.assert_empty()


# --- whatever happens, in whatever order


NAMES = tuple("abcdefgh")


class AnyOrder(RuleBasedStateMachine):
    """Visitors ask and leave, jobs end well and badly: nothing is forgotten, and nothing is left behind."""

    @initialize(workers=st.integers(1, 3))
    def start(self, workers: int) -> None:
        self.patch = pytest.MonkeyPatch()
        self.hands = Hands(self.patch, workers)
        self.workers, self.tickets = workers, list[Ticket]()
        self.asked: dict[int, set[str]] = {}

    def waiting(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets if not ticket.finished and not ticket.cancelled]

    @rule(
        visitor=st.sampled_from("xyz"),
        stage=st.sampled_from(Stage),
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    )
    def ask(self, visitor: str, stage: Stage, names: list[str]) -> None:
        ticket = self.hands.turns.ask(visitor, stage, jobs(*names))
        self.tickets.append(ticket)
        self.asked[id(ticket)] = set(names)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.hands.turns.cancel(data.draw(st.sampled_from(self.tickets)))

    @rule(visitor=st.sampled_from("xyz"))
    def leave(self, visitor: str) -> None:
        self.hands.turns.cancel_all(visitor)
        assert not [ticket for ticket in self.waiting() if ticket.visitor == visitor]

    @precondition(lambda self: self.hands.running)
    @rule(data=st.data(), how=st.sampled_from(["well"] * 3 + ["lost", "time", "error"]))
    def end(self, data: st.DataObject, how: str) -> None:
        call = data.draw(st.sampled_from(self.hands.pool.running))
        if how == "well":
            call.future.set_result(f"{self.hands.name(call)} done")
        else:
            error = {"lost": LOST, "time": FutureTimeoutError(), "error": ValueError()}[how]
            call.future.set_exception(error)

    @rule()
    def time_passes(self) -> None:
        self.hands.time_passes()

    @rule()
    def break_pool(self) -> None:
        if not self.hands.running:  # as pebble: a pool breaks when a process ends that has no work
            self.hands.pool.broken = True

    @invariant()
    def nothing_is_forgotten(self) -> None:
        turns, running = self.hands.turns, self.hands.running
        assert turns.counts() == {"questions": len(self.waiting()), "running": len(running)}
        assert len(running) <= self.workers
        slots = [turns.board.slot(call.place) for call in self.hands.pool.running]
        assert len(set(slots)) == len(slots)
        wanted = {name for ticket in self.waiting() for name in self.asked[id(ticket)] - set(ticket.done)}
        assert set(turns._jobs) - set(running) <= wanted, "a job that nobody waits for"
        assert wanted <= set(turns._jobs)
        if wanted - set(running):
            only_full = all(ticket.stage is FULL for ticket in self.waiting() if ticket.waiting)
            kept_free = int(only_full and self.workers > 1)
            assert len(running) >= self.workers - kept_free, "somebody waits while there is room"

    @invariant()
    def everybody_is_answered_rightly(self) -> None:
        for ticket in self.tickets:
            assert all(value == f"{name} done" for name, value in ticket.done.items())
            if ticket.finished and not ticket.failure and not ticket.cancelled:
                assert set(ticket.done) == self.asked[id(ticket)]

    def teardown(self) -> None:
        if not hasattr(self, "hands"):
            return
        for ticket in self.tickets[::2]:
            self.hands.turns.cancel(ticket)
        self.hands.time_passes()
        self.hands.finish_all()
        assert self.waiting() == []
        self.hands.assert_empty()
        self.patch.undo()


AnyOrder.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase


def test_hundreds_of_questions_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    hands, chance = Hands(monkeypatch, workers=2), random.Random(1)
    asked: list[Ticket] = []
    for _ in range(400):
        names = chance.sample([f"job {number}" for number in range(30)], chance.randint(1, 6))
        visitor, stage = f"visitor {chance.randint(1, 20)}", chance.choice(list(Stage))
        asked.append(hands.turns.ask(visitor, stage, jobs(*names)))
        if chance.random() < 0.6:
            hands.turns.cancel(chance.choice(asked))
        if hands.running and chance.random() < 0.5:
            hands.finish(chance.choice(hands.running))
        if chance.random() < 0.1:
            hands.time_passes()
    for ticket in asked:
        hands.turns.cancel(ticket)
    hands.time_passes()
    hands.assert_empty()


# --- with real processes


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turns]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.work, "start", live_tools.start)
        queue = Turns(2, tmp_path_factory.mktemp("cache"), NO_LIMIT, SECONDS, 100)
        queue.warm()
        yield queue
        queue.close()


def ask(turns: Turns, function: Callable[..., Any], folder: Path, *names: str, shown: bool = False) -> Ticket:
    return turns.ask("somebody", FIRST, [(f"{folder}{name}", function, (folder, name), shown) for name in names])


def values(ticket: Ticket) -> list[Any]:
    until(lambda: ticket.finished, "an answer")
    assert not ticket.failure
    return [value for _, value in sorted(ticket.done.items())]


def test_jobs_are_done_in_other_processes(turns: Turns, tmp_path: Path) -> None:
    ticket = ask(turns, live_tools.wait, tmp_path, "one", "two", shown=True)
    pids = {pid_of(tmp_path, name) for name in ("one", "two")}
    assert len(pids) == 2
    assert os.getpid() not in pids
    for name in ("one", "two"):
        seen = turns.so_far(ticket, f"{tmp_path}{name}")
        assert seen is not None
        assert np.array_equal(seen, np.full((2, len(cells())), 3.0))
    assert turns.counts() == {"questions": 1, "running": 2}
    go(tmp_path, "one", "two")
    assert values(ticket) == ["one", "two"]
    assert turns.counts() == {"questions": 0, "running": 0}


def test_who_looks_up_stops_and_its_process_goes_on(turns: Turns, tmp_path: Path) -> None:
    ticket = ask(turns, live_tools.wait, tmp_path, "one")
    pid = pid_of(tmp_path, "one")
    turns.cancel(ticket)
    until((tmp_path / "one.stopped").exists, "the end of the work")
    until(lambda: turns.counts()["running"] == 0, "a free place")
    assert alive(pid)
    assert heard(tmp_path) == []


def test_who_does_not_look_up_is_ended_with_its_process(
    turns: Turns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_TO_STOP", 0.2)
    ticket = ask(turns, live_tools.deaf, tmp_path, "one")
    pid = pid_of(tmp_path, "one")
    turns.cancel(ticket)
    until(lambda: not alive(pid), "the end of the process")
    assert turns.counts() == {"questions": 0, "running": 0}
    assert values(ask(turns, live_tools.say, tmp_path, "next")) == ["next"]
    assert heard(tmp_path) == ["next"]


def test_a_killed_process_costs_nothing_but_time_the_first_time(turns: Turns, tmp_path: Path) -> None:
    once = ask(turns, live_tools.wait, tmp_path, "once")
    twice = ask(turns, live_tools.wait, tmp_path, "twice")
    for name in ("once", "twice"):
        os.kill(pid_of(tmp_path, name), signal.SIGKILL)
    os.kill(pid_of(tmp_path, "twice", attempt=1), signal.SIGKILL)
    until(lambda: twice.finished, "the end")
    assert twice.failure == "lost"
    pid_of(tmp_path, "once", attempt=1)
    assert once.retried
    assert values(ask(turns, live_tools.say, tmp_path, "next")) == ["next"]
    go(tmp_path, "once")
    assert values(once) == ["once"]
    assert sorted(heard(tmp_path)) == ["next", "once"]
    assert turns.counts() == {"questions": 0, "running": 0}


def test_what_takes_too_long_is_ended(turns: Turns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_seconds", 0.3)
    ticket = ask(turns, live_tools.deaf, tmp_path, "one")
    pid = pid_of(tmp_path, "one")
    until(lambda: ticket.finished, "the end")
    assert ticket.failure == "time"
    assert not ticket.retried
    until(lambda: not alive(pid), "the end of the process")


def test_a_fault_is_told_and_kills_nobody(turns: Turns, tmp_path: Path) -> None:
    ticket = turns.ask("somebody", FIRST, [("bad", live_tools.go_wrong, (), False)])
    until(lambda: ticket.finished, "the end")
    assert ticket.failure == "error"
    assert values(ask(turns, live_tools.say, tmp_path, "next")) == ["next"]


def test_processes_killed_while_they_wait_for_work_are_replaced(turns: Turns, tmp_path: Path) -> None:
    """Pebble's pool breaks for good then."""
    names = ["one", "two"]
    ticket = ask(turns, live_tools.wait, tmp_path, *names)
    pids = [pid_of(tmp_path, name) for name in names]
    go(tmp_path, *names)
    values(ticket)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: not alive(pid), "its end")
    time.sleep(0.5)  # for the pool to notice: asked earlier it may or may not have
    assert values(ask(turns, live_tools.say, tmp_path, "three", "four")) == ["four", "three"]


def test_closing_leaves_no_process(turns: Turns, tmp_path: Path) -> None:
    """Near the end: the queue is closed after it."""
    ask(turns, live_tools.deaf, tmp_path, "deaf")
    pid = pid_of(tmp_path, "deaf")
    assert pid in {process.pid for process in multiprocessing.active_children()}
    turns.close()
    assert not alive(pid)
    assert [process for process in multiprocessing.active_children() if process.name == "pebble_pool_worker"] == []


def test_closing_does_not_wait_for_a_burial_that_never_ends(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.live.turns.SECONDS_TO_BURY", 0.1)
    never = threading.Event()
    turns._burials.append(threading.Thread(target=never.wait, daemon=True))
    turns._burials[-1].start()
    closing = threading.Thread(target=turns.close, daemon=True)
    closing.start()
    closing.join(30.0)
    assert not closing.is_alive()
    assert not turns._looker.is_alive()
    never.set()
