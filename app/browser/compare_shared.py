"""What the parts of the comparison share: sections, questions and fields."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from app.browser import session
from app.browser.pages.explore import outcome_options
from app.browser.parts import Element, Heading, Status, TableOf
from app.browser.visit import FIRST_YEAR, Plan, library_scenario
from app.tables import Table
from scenarios.live.asking import Question
from scenarios.live.turns import Stage
from sim.outcomes import OUTCOMES
from sim.scenario_errors import ScenarioError

KINDS = ("age", "start")
"""Groups for who gains and who loses."""

PLACE_OR_PEOPLE = ("place", "people")
STAGES = (Stage.INTERVAL,)
"""A comparison without interval says nothing here."""

Event = Mapping[str, Any]
Field = dict[str, Any]


def section(name: str) -> Element:
    """Return a section under its heading."""
    words = session.words()
    found = solara.v.Html(
        tag="section", class_=f"compare-{name}", attributes={"aria-label": words(f"side_by_side.{name}")}
    )
    with found:
        Heading(words(f"side_by_side.{name}"))
    return found


def title_of(name: str) -> str:
    """Return what a scenario of the library is called."""
    return session.words().of(library_scenario(name).title.model_dump())


def question_or_reason(plan: Plan) -> tuple[Question | None, str]:
    """Return the question of a plan, or why there is none."""
    try:
        return session.question_of(plan, KINDS), ""
    except ScenarioError as error:
        return None, error.sentence(session.visit.value.language)


@solara.component
def Computed(  # noqa: N802
    make: Callable[[], Sequence[Table]], depends: Sequence[object], file: str, level: int, texts: bool = False
) -> None:
    """Show tables that take a moment to make; the page does not wait for them.

    Args:
        make: makes them.
        depends: what they follow from.
        file: name of their files, without number and ending.
        level: level of their headings.
        texts: whether no column holds numbers alone.
    """
    words = session.words()

    async def in_a_thread() -> Sequence[Table]:
        # the page is drawn by the event loop: a task that is a thread itself would draw it from there
        return await asyncio.to_thread(make)

    made = session.use_while_shown(in_a_thread, depends)
    if made.value is None or made.pending:
        Status(words("told.computing"))
        return
    for number, table in enumerate(made.value):
        TableOf(table, words, file=f"{file}-{number + 1}", level=level, texts=texts)


def pressed(event: Event, year: solara.Reactive[int]) -> None:
    """Take what a field of these forms says; a page may send anything."""
    visit, name, value = session.visit.value, event["id"], event["value"]
    if name == "outcome" and value in OUTCOMES:
        session.change(outcome=value)
    elif name == "view" and value in ("place", "people", "exposed"):
        session.change(view=value)
    elif name == "year" and str(value) in [str(one) for one in range(FIRST_YEAR, visit.last_year + 1)]:
        year.set(int(value))


def outcome_field() -> Field:
    """Return a field for the outcome."""
    visit, words = session.visit.value, session.words()
    label, options = words("side_by_side.plain_outcome"), outcome_options(words.language)
    return {"id": "outcome", "kind": "select", "label": label, "options": options, "value": visit.outcome}


def view_field(views: Sequence[str]) -> Field:
    """Return a field for who is counted."""
    view, words = session.visit.value.view, session.words()
    options = [{"value": one, "label": words(f"compare.view_{one}")} for one in views]
    shown = view if view in views else views[0]
    return {"id": "view", "kind": "select", "label": words("side_by_side.view"), "options": options, "value": shown}


def year_field(year: int) -> Field:
    """Return a field for the year."""
    visit, words = session.visit.value, session.words()
    options = [{"value": str(one), "label": str(one)} for one in range(FIRST_YEAR, visit.last_year + 1)]
    return {"id": "year", "kind": "select", "label": words("side_by_side.year"), "options": options, "value": str(year)}
