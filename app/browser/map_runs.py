"""The twenty areas under one scenario and its reference: one draw of a sample each, one area after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import solara

from app.browser import session
from app.browser.service import turns
from scenarios.design import CENTRAL_DRAW
from scenarios.live.asking import Question, quick_sample
from scenarios.live.board import Series
from scenarios.live.runs import LiveRun
from scenarios.live.turns import Busy, Stage
from scenarios.live.work import live_series
from sim.areas import area_ids

Pair = tuple[Series, Series]
"""Series of reference and scenario."""


@dataclass(frozen=True)
class Country:
    """What is known of the twenty areas.

    Attributes:
        key: what was asked; another key is another question.
        pairs: reference and scenario by area, as far as they are computed.
        ready: how many those are.
        area: the area that is being computed; empty when none is.
        ahead: questions that are served first.
        failed: areas that could not be computed.
        failure: why nothing more will come; empty when it will, or when all is done.
        retried: whether a process was lost and its run is done again.
    """

    key: object = None
    pairs: Mapping[str, Pair] = field(default_factory=dict, repr=False, compare=False)
    ready: int = 0
    area: str = ""
    ahead: int = 0
    failed: tuple[str, ...] = ()
    failure: str = ""
    retried: bool = False

    @property
    def complete(self) -> bool:
        """Whether every area was tried."""
        return self.ready + len(self.failed) == len(area_ids())


def runs_of(question: Question, area: str) -> tuple[LiveRun, LiveRun]:
    """Return the runs of reference and scenario of a question in another area."""
    return replace(question, area=area).pair(CENTRAL_DRAW, quick_sample(area))


def use_country(question: Question | None, key: object, wanted: int) -> Country:
    """Compute the twenty areas and return what is known so far; another key, or leaving the page, cancels it.

    Args:
        question: scenario, reference, years and seed; nothing is computed when ``None``.
        key: what the question follows from.
        wanted: how often it was asked for; nothing is computed at 0.
    """
    state: solara.Reactive[Country] = solara.use_reactive(Country())

    async def follow() -> None:
        kept = state.value if state.value.key == key else Country(key)
        state.set(replace(kept, area="", ahead=0, failed=(), failure="", retried=False))
        if question is None or not wanted:
            return
        for area in area_ids():
            if area not in state.value.pairs and not await _compute(question, area, state):
                return

    session.use_while_shown(follow, [key, wanted])
    return state.value if state.value.key == key else Country(key)


async def _compute(question: Question, area: str, state: solara.Reactive[Country]) -> bool:
    """Compute one area; return whether to go on with the next one.

    Every area is a question of its own, so that others have their turn in between.
    """
    queue = turns()
    runs = runs_of(question, area)
    # the names under which the first page asks for the same; equal runs are asked for once
    jobs = {f"series {run.name}": (live_series, (run,)) for run in runs}
    state.set(replace(state.value, area=area))
    try:
        asked = [(name, function, args, False) for name, (function, args) in jobs.items()]
        ticket = queue.ask(session.visitor.value, Stage.FULL, asked)
    except Busy:
        state.set(replace(state.value, area="", failure=session.BUSY))
        return False
    try:
        while not ticket.finished and not ticket.cancelled:
            seen = replace(state.value, ahead=queue.ahead(ticket), retried=state.value.retried or ticket.retried)
            if (seen.ahead, seen.retried) != (state.value.ahead, state.value.retried):
                state.set(seen)
            await asyncio.sleep(session.SECONDS_BETWEEN_LOOKS)
    finally:
        queue.cancel(ticket)
    if not ticket.finished:  # the page was closed
        return False
    if ticket.failure:
        state.set(replace(state.value, area="", ahead=0, failed=(*state.value.failed, area)))
        return True
    reference, scenario = (ticket.done[f"series {run.name}"] for run in runs)
    pairs = {**state.value.pairs, area: (reference, scenario)}
    state.set(replace(state.value, area="", ahead=0, pairs=pairs, ready=len(pairs)))
    return True
