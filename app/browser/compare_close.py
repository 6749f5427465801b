"""One scenario of the comparison up close: who gains and loses, how sure that is, and its money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import solara

from app.browser import session
from app.browser.compare_decides import Choice, decision_tables
from app.browser.compare_doubt import deciding_table, parts_table
from app.browser.compare_money import money_tables
from app.browser.compare_shared import (
    PLACE_OR_PEOPLE,
    STAGES,
    Computed,
    Event,
    pressed,
    question_or_reason,
    section,
    title_of,
    view_field,
    year_field,
)
from app.browser.compare_sides import Known, Side
from app.browser.compare_tables import gains_table, sure_table
from app.browser.parts import Form, Heading, Paragraph, Status, TableOf
from app.browser.told import progress, said
from app.request import LARGEST_SEED
from app.tables import Table
from scenarios.live.summary import Summary, live_codebook


@solara.component
def UpClose(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    """Show one scenario, chosen here, with all that is told of it.

    Args:
        sides: the scenarios.
        there: the answers that are there, one at least.
    """
    visit, words = session.visit.value, session.words()
    ready = [side for side in sides if side.key in there]
    chosen: solara.Reactive[object] = solara.use_reactive(None)
    year = solara.use_reactive(visit.last_year)
    side = next((each for each in ready if each.key == chosen.value), ready[0])
    summary, codebook = there[side.key], live_codebook(visit.area)
    view = visit.view if visit.view in PLACE_OR_PEOPLE else PLACE_OR_PEOPLE[0]

    def press(event: Event) -> None:
        pressed(event, year)
        if event["id"] == "which" and event["value"] in [str(place) for place in range(len(ready))]:
            chosen.set(ready[int(event["value"])].key)

    with section("detail"):
        options = [{"value": str(place), "label": each.title} for place, each in enumerate(ready)]
        label, value = words("side_by_side.which"), str(ready.index(side))
        which = {"id": "which", "kind": "select", "label": label, "options": options, "value": value}
        fields = [which, view_field(PLACE_OR_PEOPLE), year_field(year.value)]
        Form(name="close", label=words("side_by_side.detail"), fields=fields, event_press=press)
        Heading(words("side_by_side.who"), 3)
        gains = gains_table(summary, side.title, year.value, view, codebook, words)
        TableOf(gains, words, file=f"wijklab-{visit.area}-wie-wint", level=4, texts=True)
        Heading(words("side_by_side.doubt"), 3)
        _Doubt(side, summary, year.value)
        _Decides(side, summary)
        _Money(side, summary)


@solara.component
def _Money(side: Side, summary: Summary) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()

    def make() -> list[Table]:
        return money_tables(summary, visit.area, visit.last_year, words)

    Heading(words("side_by_side.money_detail", scenario=side.title), 3)
    with solara.v.Html(tag="details"):
        solara.v.Html(tag="summary", children=[words("side_by_side.money_tables")])
        Computed(make, [side.key, words.language], f"wijklab-{visit.area}-geld", 4)


@solara.component
def _Decides(side: Side, summary: Summary) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    scenario = "" if side.plan.changed else side.plan.base
    given = (visit.area, visit.last_year, scenario, visit.reference, side.title, title_of(visit.reference))
    choice = Choice(summary, *given)

    def make() -> list[Table]:
        return decision_tables(choice, words)

    Heading(words("what_decides.title"), 3)
    with solara.v.Html(tag="details"):
        solara.v.Html(tag="summary", children=[words("what_decides.show")])
        Computed(make, [side.key, words.language], f"wijklab-{visit.area}-beslist", 4)


@solara.component
def _Doubt(side: Side, summary: Summary, year: int) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    codebook = live_codebook(visit.area)
    sure = sure_table(summary, side.title, year, codebook, words)
    TableOf(sure, words, file=f"wijklab-{visit.area}-zeker", level=4, texts=True)
    _Deciding(side, [summary], year)
    _Split(side, summary, year).key(f"split-{side.key}")


@solara.component
def _Deciding(side: Side, summaries: Sequence[Summary], year: int) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    table = solara.use_memo(
        lambda: deciding_table(summaries, side.title, visit.area, year, live_codebook(visit.area), words),
        [side.key, side.title, len(summaries), year, words.language],
    )
    if table.rows:
        TableOf(table, words, file=f"wijklab-{visit.area}-aannames", level=4, texts=True)
    else:
        Heading(table.title, 4)
        Paragraph(table.notes[0])


@solara.component
def _Split(side: Side, summary: Summary, year: int) -> None:  # noqa: N802
    """Show what of the spread is chance, once somebody asked: it takes as many runs again, with another seed."""
    visit, words = session.visit.value, session.words()
    asked = solara.use_reactive(False)
    question, _ = question_or_reason(side.plan)
    if question is not None:
        question = replace(question, seed=question.seed + (1 if question.seed < LARGEST_SEED else -1))
    answer = session.use_answer(question if asked.value else None, STAGES, (side.key, asked.value))
    button = {
        "id": "split",
        "kind": "button",
        "label": words("side_by_side.split"),
        "disabled": asked.value,
        "help": words("side_by_side.split_help"),
    }
    Form(name="split", label=words("side_by_side.split"), fields=[button], event_press=lambda event: asked.set(True))
    if answer is None:
        return
    if answer.best is None:
        Status(progress(answer, words), said(answer, words))
        return
    both = [summary, answer.best]
    table = parts_table(both, side.title, year, live_codebook(visit.area), words)
    TableOf(table, words, file=f"wijklab-{visit.area}-toeval", level=4)
    Paragraph(words("side_by_side.with_both"))
    _Deciding(side, both, year)
