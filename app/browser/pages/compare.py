"""Scenarios side by side: what they do differently, what comes of it, for whom, at what cost, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from app.browser import session
from app.browser.compare_close import UpClose
from app.browser.compare_keep import Keep
from app.browser.compare_levers import levers_table
from app.browser.compare_shared import STAGES, Event, Field, question_or_reason, section, title_of
from app.browser.compare_sides import Key, Known, Side, added, sides_of, without
from app.browser.compare_together import Together
from app.browser.pages.explore import plan_title
from app.browser.parts import Form, Heading, Paragraph, Status, TableOf
from app.browser.told import progress, said
from app.browser.visit import FIRST_YEAR, HORIZONS, MOST_SIDE_BY_SIDE, Plan, library, library_scenario
from app.tables import Table
from scenarios.live.asking import DRAWS, quick_sample
from sim.areas import area_ids, load_area

Found = solara.Reactive[Known]


@solara.component
def Compare() -> None:  # noqa: N802
    """Show the page."""
    visit, words = session.visit.value, session.words()
    known: Found = solara.use_reactive({})
    made_too = solara.use_reactive(True)
    sides = sides_of(visit, made_too.value, plan_title)
    with solara.v.Html(tag="div", class_="compare"):
        Heading(words("side_by_side.title"), 1)
        Paragraph(words("side_by_side.lead"), "lead")
        with section("choose"):
            _Choices(sides, made_too)
        if not sides:
            Paragraph(words("side_by_side.nothing"), "notice")
            return
        with section("progress"):
            for side in sides:
                # another question is another component, so that no answer stands under a question that is not its own
                _Asked(side, sides, known).key(f"asked-{side.key}")
            _stands_on()
        with section("differs"):
            _Differs(sides)
        there = {side.key: known.value[side.key] for side in sides if side.key in known.value}
        if not there:
            Paragraph(words("side_by_side.waiting"), "quiet")
            return
        Together(sides, there).key(f"together-{visit.area}-{visit.years}")
        UpClose(sides, there).key(f"close-{visit.area}-{visit.years}")
        if len(there) == len(sides):
            Keep(sides).key(f"keep-{[side.key for side in sides]}")


@solara.component
def _Choices(sides: Sequence[Side], made_too: solara.Reactive[bool]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    chosen = solara.use_reactive(library()[0])
    problem = solara.use_reactive("")

    def press(event: Event) -> None:
        problem.set("")
        name, value = event["id"], event["value"]
        if name == "area" and value in area_ids():
            session.change(area=value)
        elif name == "against" and value in library():
            session.change(reference=value)
        elif name == "years" and str(value) in map(str, HORIZONS):
            session.change(years=int(value))
        elif name == "library" and value in library():
            chosen.set(value)
        elif name == "made":
            made_too.set(bool(value))
        elif name == "add":
            problem.set(_add(chosen.value))

    fields = [*_frame_fields(), *_library_fields(chosen.value, made_too.value)]
    Form(name="beside", label=words("side_by_side.choose"), fields=fields, event_press=press)
    _Listed(sides)
    if made_too.value and len(visit.kept) >= MOST_SIDE_BY_SIDE and visit.plan not in visit.kept:
        Paragraph(words("side_by_side.made_no_room", most=MOST_SIDE_BY_SIDE), "quiet")
    if problem.value:
        solara.v.Html(tag="p", children=[problem.value], class_="notice", attributes={"role": "alert"})


def _frame_fields() -> list[Field]:
    """Return the fields of what all scenarios have in common."""
    visit, words = session.visit.value, session.words()
    areas = [{"value": name, "label": load_area(name).name} for name in area_ids()]
    years = [
        {"value": str(count), "label": words("explore.years_of", count=count, last=FIRST_YEAR + count - 1)}
        for count in HORIZONS
    ]
    chosen = (
        ("area", areas, visit.area),
        ("against", _scenarios(), visit.reference),
        ("years", years, str(visit.years)),
    )
    return [
        {"id": name, "kind": "select", "label": words(f"explore.{name}"), "options": options, "value": value}
        for name, options, value in chosen
    ]


def _library_fields(chosen: str, made_too: bool) -> list[Field]:
    """Return the fields that put a scenario beside the others."""
    words = session.words()
    label = words("side_by_side.library")
    return [
        {"id": "library", "kind": "select", "label": label, "options": _scenarios(), "value": chosen},
        {"id": "add", "kind": "button", "label": words("side_by_side.add"), "main": True},
        {"id": "made", "kind": "checkbox", "label": words("side_by_side.made_too"), "value": made_too},
    ]


def _scenarios() -> list[dict[str, Any]]:
    return [{"value": name, "label": title_of(name)} for name in library()]


def _add(name: str) -> str:
    """Put a scenario of the library beside the others; return why not, if not."""
    kept, words = session.visit.value.kept, session.words()
    more = added(kept, Plan(name))
    if more == kept:
        return words(f"side_by_side.{'already' if Plan(name) in kept else 'full'}", most=MOST_SIDE_BY_SIDE)
    session.change(kept=more)
    return ""


@solara.component
def _Listed(sides: Sequence[Side]) -> None:  # noqa: N802
    """Show a button for each scenario that can be taken away."""
    words = session.words()
    fields = [
        {"id": str(side.place), "kind": "button", "label": words("side_by_side.remove", name=side.title)}
        for side in sides
        if side.place is not None
    ]

    def press(event: Event) -> None:
        number = str(event["id"])
        kept = session.visit.value.kept
        session.change(kept=without(kept, int(number)) if number.isdecimal() else kept)

    if fields:
        Form(name="kept", label=words("side_by_side.choose"), fields=fields, event_press=press)


@solara.component
def _Asked(side: Side, sides: Sequence[Side], known: Found) -> None:  # noqa: N802
    """Ask the question of one scenario, say how far it is, and hand over the answer."""
    words = session.words()
    question, failure = question_or_reason(side.plan)
    answer = session.use_answer(question, STAGES, side.key)
    best = None if answer is None else answer.best

    def hand_over() -> None:
        if best is not None:
            wanted: set[Key] = {each.key for each in sides}
            known.set({**{key: one for key, one in known.peek().items() if key in wanted}, side.key: best})

    solara.use_effect(hand_over, [best is None])
    if failure:
        text = words("side_by_side.not_possible", name=side.title, reason=failure)
        solara.v.Html(tag="p", children=[text], class_="notice", attributes={"role": "alert"})
        return
    text = words("told.nothing_yet") if answer is None else progress(answer, words)
    spoken = text if answer is None else said(answer, words)
    told = [words("side_by_side.progress_of", name=side.title, text=each) for each in (text, spoken)]
    Status(told[0], told[1])


def _stands_on() -> None:
    """Say what the figures stand on."""
    visit, words = session.visit.value, session.words()
    percent = words.percent(quick_sample(visit.area))
    text = words("side_by_side.stands_on", draws=DRAWS, percent=percent, first=FIRST_YEAR, last=visit.last_year)
    Paragraph(text, "quiet")


@solara.component
def _Differs(sides: Sequence[Side]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()

    def table() -> Table:
        questions = [(side.title, question_or_reason(side.plan)[0]) for side in sides]
        scenarios = [(name, question.scenario) for name, question in questions if question is not None]
        reference = (title_of(visit.reference), library_scenario(visit.reference))
        return levers_table(scenarios, reference, visit.area, visit.last_year, words)

    found = solara.use_memo(table, [[(side.key, side.title) for side in sides], words.language])
    TableOf(found, words, file=f"wijklab-{visit.area}-knoppen", texts=True)
