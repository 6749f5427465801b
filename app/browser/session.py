"""One visitor's page: what was chosen, and the questions that are under way for it. Every page has its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import uuid4

import solara
import solara.lab

from app.browser.service import options, turns
from app.browser.speech import Speech, speech
from app.browser.visit import MONEY, Plan, Visit, library_scenario
from scenarios.live.asking import Answer, Asking, Question
from scenarios.live.turns import Busy, Stage
from sim.scenario_errors import ScenarioError

visit: solara.Reactive[Visit] = solara.reactive(Visit())
visitor: solara.Reactive[str] = solara.reactive("")
notices: solara.Reactive[tuple[str, ...]] = solara.reactive(())
"""Keys of sentences that wait to be read."""

SECONDS_BETWEEN_LOOKS = 0.025
FEW_QUESTIONS = 3
"""Questions at a time with which every page looks as often as it likes."""

SECONDS_OF_REST = 15.0
"""Without a new choice, after which every street is begun."""

SECONDS_BETWEEN_SIGHTS = 0.35
"""How often a page shows that it got further: every sight takes time from the runs themselves."""

BUSY = "busy"


def words() -> Speech:
    """Return the language of this page."""
    return speech(visit.value.language)


def change(**values: Any) -> None:
    """Change what was chosen."""
    before = visit.value
    now = replace(before, **values)
    said: tuple[str, ...] = ()
    if now.area != before.area and now.plan == before.plan:
        if now.plan.local:
            # a file says what holds in one area: in another it would be somebody else's money
            now = replace(now, plan=replace(now.plan, local=()))
            said = ("site.local_gone",)
        elif any(move.path.endswith(MONEY) for move in now.plan.moves):
            said = ("site.amounts_stay",)
    if notices.value != said:
        notices.set(said)
    visit.set(now)


def change_plan(**values: Any) -> None:
    """Change the scenario that is being made."""
    change(plan=replace(visit.value.plan, **values))


@solara.lab.on_kernel_start
def _arrive() -> Callable[[], None]:
    """Give a page a name in the queue, and take back what it asked when it ends."""
    name = uuid4().hex
    visitor.set(name)

    def leave() -> None:
        _begun.pop(name, None)
        for asking in list(_askings.pop(name, ())):
            asking.cancel()
        turns().cancel_all(name)

    return leave


def question_of(plan: Plan, kinds: tuple[str, ...] = ()) -> Question:
    """Return the question a plan asks here.

    Raises:
        ScenarioError: when the plan is no scenario.
    """
    here = visit.value
    return Question(plan.scenario(here.area), library_scenario(here.reference), here.area, here.years, here.seed, kinds)


_begun: dict[str, Asking] = {}
"""Questions that were asked before the page that shows their answer was drawn, by visitor."""


def begin(plan: Plan) -> None:
    """Ask what a plan asks at once: drawing a page takes as long as the first months of a run."""
    _begun.pop(visitor.value, None)
    for before in list(_askings.get(visitor.value, ())):
        before.cancel()
    with suppress(ScenarioError, Busy):  # the page says it
        _begun[visitor.value] = _ask(question_of(plan), tuple(Stage))


_askings: dict[str, set[Asking]] = {}
"""The questions that are under way, by visitor: they end with the page, whatever becomes of who follows them."""


def _ask(question: Question, stages: Sequence[Stage]) -> Asking:
    wanted = [stage for stage in stages if stage is not Stage.FULL or options().full]
    asking = Asking(turns(), visitor.value, question, wanted, SECONDS_OF_REST)
    _askings.setdefault(visitor.value, set()).add(asking)
    return asking


def _begun_or_asked(question: Question, stages: Sequence[Stage]) -> Asking:
    begun = _begun.pop(visitor.value, None)
    if begun is not None and begun.question == question and Stage.FIRST in stages:
        return begun
    if begun is not None:
        begun.cancel()
    return _ask(question, stages)


def use_answer(
    question: Question | None, stages: tuple[Stage, ...] = tuple(Stage), key: object = None
) -> Answer | None:
    """Ask a question and return what is known of it so far; another question cancels it.

    Args:
        question: what to ask; nothing when ``None``.
        stages: how far to go.
        key: what the question follows from; another key is another question.
    """
    answer: solara.Reactive[Answer | None] = solara.use_reactive(None)

    me = visitor.value

    async def follow() -> None:
        if question is None:
            answer.set(None)
            return
        try:
            asking = _begun_or_asked(question, stages)
        except Busy:
            answer.set(Answer(1.0, stage=None, failure=BUSY))
            return
        shown = 0.0
        try:
            while True:
                try:
                    found = asking.look()
                except Busy:
                    found = replace(answer.value or Answer(1.0), stage=None, failure=BUSY)
                # what was seen stays, marked as of the question before, until there is something new to see
                if found != answer.value and (answer.value is None or found.tells):
                    now, busy = monotonic(), crowd()
                    if now - shown >= busy * SECONDS_BETWEEN_SIGHTS or _matters(found, answer.value):
                        answer.set(found)
                        shown = now
                if found.stage is None or found.failure or asking.over:
                    return
                await asyncio.sleep(crowd() * SECONDS_BETWEEN_LOOKS)
        finally:
            asking.cancel()
            _askings.get(me, set()).discard(asking)

    use_while_shown(follow, [key])
    return answer.value


def use_while_shown(
    work: Callable[[], Coroutine[Any, Any, Any]], depends: Sequence[object], raises: bool = True
) -> Any:
    """Do something in the background as long as what asks for it is shown, anew when what it depends on changes.

    Args:
        work: a coroutine function; it is cancelled when it is not needed any more.
        depends: what it follows from.
        raises: whether its errors are errors of the page.

    Returns:
        The task, with ``pending`` and ``value``.
    """
    task: Any = solara.lab.use_task
    running = task(work, dependencies=list(depends), prefer_threaded=False, raise_error=raises)

    def leave() -> Callable[[], None]:
        def cancel() -> None:
            # a task outlives what asked for it unless it is told; of a page that is closed it cannot be told, and its
            # questions are taken back in its place
            with suppress(RuntimeError):
                if running.pending:
                    running.cancel()

        return cancel

    solara.use_effect(leave, [])
    return running


def crowd() -> float:
    """Return how many times as seldom a page looks and draws: all visitors share the time of one server."""
    return max(1.0, turns().counts()["questions"] / FEW_QUESTIONS)


def _matters(found: Answer, before: Answer | None) -> bool:
    """Say whether a page has to show this at once, and not only a little further on."""
    return before is None or (found.question, found.stage, found.failure) != (
        before.question,
        before.stage,
        before.failure,
    )


def sentence_of(error: Exception) -> str:
    """Return a failure as a sentence of this page's language."""
    if isinstance(error, ScenarioError):
        return error.sentence(visit.value.language)
    return words()("site.unexpected")
