"""A question in its stages: one draw of a sample at once, twenty draws for an interval, then every street."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from scenarios.design import CENTRAL_DRAW, PERSONS_AT_ONCE, numbered_draws
from scenarios.live.board import Series
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.live.summary import Summary, summarise
from scenarios.live.turns import Stage, Ticket, Turns
from scenarios.live.work import live, live_series
from sim.areas import load_area
from sim.scenario import Scenario

DRAWS = 20
"""Enough for an interval."""

SAMPLE = 0.1
"""Share of the streets that answers at once, in areas that are large enough."""

SECONDS_BETWEEN_COUNTS = 0.3
"""How often the place in the queue is looked up."""

SAMPLE_STEP = 0.05
WHOLE = 1.0

EVERY_GROUP = ("age", "arrival", "service", "start", "wijk")
"""Every run is kept with all its groups: another page of the same question needs no other run."""


_asked_sample: float | None = None


def answer_with(sample: float | None) -> None:
    """Let everybody here be answered at once with this share of the streets; ``None`` for what suits each area."""
    global _asked_sample
    _asked_sample = sample


def quick_sample(area: str) -> float:
    """Return the share of the streets that answers at once: a tenth, more where that is a handful of streets."""
    if _asked_sample is not None:
        return _asked_sample
    residents = load_area(area).figures["residents_2022"].value
    steps = -(-PERSONS_AT_ONCE // (residents * SAMPLE_STEP))
    return float(min(WHOLE, max(SAMPLE, round(steps * SAMPLE_STEP, 2))))


@dataclass(frozen=True)
class Question:
    """What somebody wants to know.

    Attributes:
        scenario: what is done.
        reference: what it is compared with.
        area: area id.
        years: years from the start.
        seed: seed of the worlds.
        kinds: kinds of groups to compare beside everybody.
    """

    scenario: Scenario
    reference: Scenario
    area: str
    years: int
    seed: int = 1
    kinds: tuple[str, ...] = ()

    def pair(self, draw: int, sample: float) -> tuple[LiveRun, LiveRun]:
        """Return the runs of reference and scenario in one draw."""
        world = WorldKey(self.area, draw, self.seed, sample)
        reference, scenario = (LiveRun(world, one, self.years, EVERY_GROUP) for one in (self.reference, self.scenario))
        return reference, scenario

    def pairs(self, sample: float) -> list[tuple[LiveRun, LiveRun]]:
        """Return the runs of every draw."""
        return [self.pair(draw, sample) for draw in numbered_draws(DRAWS)]


@dataclass(frozen=True)
class Answer:
    """What is known so far.

    Attributes:
        sample: share of the streets of the first two stages.
        scenario, reference: one draw by year, as far as it is lived.
        quick: twenty draws of the sample.
        full: twenty draws of every street.
        stage: what is being computed, ``None`` when everything is.
        done, asked: runs of that stage.
        ahead: questions that are served first.
        failure: why there will be no more: ``lost``, ``time``, ``error``; empty otherwise.
        retried: whether a process was lost and its run is done again.
        question: what this is the answer to.
    """

    sample: float
    scenario: Series | None = field(default=None, repr=False, compare=False)
    reference: Series | None = field(default=None, repr=False, compare=False)
    years_lived: int = 0
    quick: Summary | None = field(default=None, repr=False, compare=False)
    full: Summary | None = field(default=None, repr=False, compare=False)
    stage: Stage | None = Stage.FIRST
    done: int = 0
    asked: int = 0
    ahead: int = 0
    failure: str = ""
    retried: bool = False
    question: Question | None = field(default=None, repr=False)

    @property
    def tells(self) -> bool:
        """Whether there is anything in it to be seen."""
        return bool(self.years_lived or self.failure or self.best is not None or self.stage is not Stage.FIRST)

    @property
    def best(self) -> Summary | None:
        """The summary of most streets that there is."""
        return self.full or self.quick


class Asking:
    """One question on its way through the queue. :meth:`look` moves it on; somebody has to look now and then.

    Args:
        turns: the queue.
        visitor: who asks.
        question: what.
        stages: which stages to go through.
        rest: seconds without a new question before every street is begun: whoever moves a slider again soon would have
            to wait until a world of every street is put aside.

    Raises:
        Busy: when the queue is full.
    """

    def __init__(
        self,
        turns: Turns,
        visitor: str,
        question: Question,
        stages: Sequence[Stage] = tuple(Stage),
        rest: float = 0.0,
    ) -> None:
        self._turns, self._visitor, self.question = turns, visitor, question
        self._rest, self._resting, self._rested, self._resting_since = rest, False, False, 0.0
        self._left = list(stages)
        self._ticket: Ticket | None = None
        self._over = False
        self._comparing = False  # all runs of the stage are there
        self._counted: Ticket | None = None
        self._counted_at, self._place = 0.0, 0
        self._answer = Answer(quick_sample(question.area), stage=None, question=question)
        self._next()

    def look(self) -> Answer:
        """Return what is known now."""
        if not self._over and self._resting and monotonic() - self._resting_since >= self._rest:
            self._resting = False
            self._next()
        ticket, stage = self._ticket, self._answer.stage
        if ticket is None or stage is None or self._over:
            return self._answer
        if ticket.failure:
            self._over = True
            self._answer = replace(self._answer, failure=ticket.failure)
            return self._answer
        answer = replace(
            self._answer,
            done=self._answer.asked if self._comparing else len(ticket.done),
            asked=self._answer.asked if self._comparing else ticket.asked,
            ahead=self._ahead(ticket),
            retried=self._answer.retried or ticket.retried,
        )
        self._answer = self._seen(answer, ticket) if stage is Stage.FIRST else self._summed(answer, ticket, stage)
        return self._answer

    @property
    def over(self) -> bool:
        """Whether it was taken back."""
        return self._over or (self._ticket is not None and self._ticket.cancelled)

    def cancel(self) -> None:
        """Take the question back."""
        self._over = True
        if self._ticket is not None:
            self._turns.cancel(self._ticket)

    def _ahead(self, ticket: Ticket) -> int:
        """Return the place in the queue, looked up now and then: it takes a look at everybody's questions."""
        now = monotonic()
        if ticket is not self._counted or now - self._counted_at >= SECONDS_BETWEEN_COUNTS:
            self._counted, self._counted_at, self._place = ticket, now, self._turns.ahead(ticket)
        return self._place

    # --- the stages

    def _next(self) -> None:
        """Ask for the next stage."""
        if not self._left:
            self._ticket = None
            self._answer = replace(self._answer, stage=None, ahead=0)
            return
        self._comparing = False
        stage = self._left.pop(0)
        if stage is Stage.FULL and self._answer.sample == WHOLE:
            self._next()
            return
        if stage is Stage.FULL and self._rest and not self._rested:
            self._left.insert(0, stage)
            self._ticket, self._resting, self._rested, self._resting_since = None, True, True, monotonic()
            self._answer = replace(self._answer, stage=stage, done=0, asked=0, ahead=0)
            return
        if stage is Stage.FIRST:
            pair = self.question.pair(CENTRAL_DRAW, self._answer.sample)
            jobs: list[Any] = [_series_job(run) for run in pair]
        else:
            pairs = self.question.pairs(self._sample(stage))
            jobs = [_run_job(run) for both in pairs for run in both]
        # in the order of the draws, the reference first; equal runs are asked for once
        jobs = list({job[0]: job for job in jobs}.values())
        self._ticket = self._turns.ask(self._visitor, stage, jobs)
        self._answer = replace(self._answer, stage=stage, done=0, asked=len(jobs))

    def _seen(self, answer: Answer, ticket: Ticket) -> Answer:
        """Add the years of the one draw that are lived by now."""
        sides: list[Series | None] = []
        for run in self.question.pair(CENTRAL_DRAW, answer.sample):
            name = _series_job(run)[0]
            sides.append(ticket.done[name] if name in ticket.done else self._turns.so_far(ticket, name))
        lived = [0 if found is None else len(found) for found in sides]
        answer = replace(answer, reference=sides[0], scenario=sides[1], years_lived=min(lived))
        if ticket.finished:
            self._answer = answer
            self._next()
            return self._answer
        return answer

    def _summed(self, answer: Answer, ticket: Ticket, stage: Stage) -> Answer:
        """Compare when every run is there, and go on when that is done."""
        if not ticket.finished:
            return answer
        found = next((value for value in ticket.done.values() if isinstance(value, Summary)), None)
        if found is None:
            self._answer, self._comparing = answer, True
            pairs = self.question.pairs(self._sample(stage))
            name = _summary_name(pairs, self.question.kinds)
            self._ticket = self._turns.ask(
                self._visitor, stage, [(name, summarise, (pairs, self.question.kinds), False)], after=ticket
            )
            return answer
        self._answer = replace(answer, full=found) if stage is Stage.FULL else replace(answer, quick=found)
        self._next()
        return self._answer

    def _sample(self, stage: Stage) -> float:
        return WHOLE if stage is Stage.FULL else self._answer.sample


def _run_job(run: LiveRun) -> tuple[str, Any, tuple[Any, ...], bool]:
    return run.name, live, (run,), False


def _series_job(run: LiveRun) -> tuple[str, Any, tuple[Any, ...], bool]:
    return f"series {run.name}", live_series, (run,), True


def _summary_name(pairs: Sequence[tuple[LiveRun, LiveRun]], kinds: Sequence[str]) -> str:
    names = "\n".join([*kinds, *(run.name for both in pairs for run in both)])
    return "summary " + hashlib.blake2b(names.encode(), digest_size=16).hexdigest()
