"""Scenarios side by side: what they do differently, what comes of it, for whom, at what cost, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import solara

from app.browser import session
from app.browser.compare_charts import LEVEL, WHATS, small_chart
from app.browser.compare_doubt import deciding_table, parts_table
from app.browser.compare_effects import effect_in, sentence
from app.browser.compare_levers import levers_table
from app.browser.compare_money import beside_table, money_tables
from app.browser.compare_sides import Key, Known, Side, added, sides_of, without
from app.browser.compare_tables import gains_table, headline_table, sure_table
from app.browser.pages.explore import outcome_options, plan_title
from app.browser.parts import Chart, Element, Form, Heading, Markup, Paragraph, Status, TableOf
from app.browser.templates import fill
from app.browser.told import HEADLINES, progress, shown_view
from app.browser.visit import FIRST_YEAR, HORIZONS, MOST_SIDE_BY_SIDE, Plan, library, library_scenario
from app.request import LARGEST_SEED
from scenarios.live.asking import DRAWS, Question, quick_sample
from scenarios.live.summary import Summary, live_codebook
from scenarios.live.turns import Stage
from sim.areas import area_ids, load_area
from sim.outcomes import OUTCOMES
from sim.scenario_errors import ScenarioError

KINDS = ("age", "start")
"""Groups for who gains and who loses."""

PLACE_OR_PEOPLE = ("place", "people")
STAGES = (Stage.INTERVAL,)
"""A comparison without interval says nothing here."""

Found = solara.Reactive[Known]
Event = Mapping[str, Any]


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
        with _section("choose"):
            _Choices(sides, made_too)
        if not sides:
            Paragraph(words("side_by_side.nothing"), "notice")
            return
        with _section("progress"):
            for side in sides:
                # another question is another component, so that no answer stands under a question that is not its own
                _Asked(side, sides, known).key(f"asked-{side.key}")
            _stands_on()
        with _section("differs"):
            _Differs(sides)
        there = {side.key: known.value[side.key] for side in sides if side.key in known.value}
        if not there:
            Paragraph(words("side_by_side.waiting"), "quiet")
            return
        _Together(sides, there).key(f"together-{visit.area}-{visit.years}")
        _UpClose(sides, there).key(f"close-{visit.area}-{visit.years}")


def _section(name: str) -> Element:
    """Return a section under its heading."""
    words = session.words()
    section = solara.v.Html(
        tag="section", class_=f"compare-{name}", attributes={"aria-label": words(f"side_by_side.{name}")}
    )
    with section:
        Heading(words(f"side_by_side.{name}"))
    return section


def _title(name: str) -> str:
    return session.words().of(library_scenario(name).title.model_dump())


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
            _add(chosen.value, problem)

    scenarios = [{"value": name, "label": _title(name)} for name in library()]
    years = [
        {"value": str(count), "label": words("explore.years_of", count=count, last=FIRST_YEAR + count - 1)}
        for count in HORIZONS
    ]
    areas = [{"value": name, "label": load_area(name).name} for name in area_ids()]
    frame: list[dict[str, Any]] = [
        {"id": "area", "kind": "select", "label": words("explore.area"), "options": areas, "value": visit.area},
        {
            "id": "against",
            "kind": "select",
            "label": words("explore.against"),
            "options": scenarios,
            "value": visit.reference,
        },
        {"id": "years", "kind": "select", "label": words("explore.years"), "options": years, "value": str(visit.years)},
    ]
    more: list[dict[str, Any]] = [
        {
            "id": "library",
            "kind": "select",
            "label": words("side_by_side.library"),
            "options": scenarios,
            "value": chosen.value,
        },
        {"id": "add", "kind": "button", "label": words("side_by_side.add"), "main": True},
        {"id": "made", "kind": "checkbox", "label": words("side_by_side.made_too"), "value": made_too.value},
    ]
    Form(name="beside", label=words("side_by_side.choose"), fields=[*frame, *more], event_press=press)
    _Listed(sides)
    if made_too.value and len(visit.kept) >= MOST_SIDE_BY_SIDE and visit.plan not in visit.kept:
        Paragraph(words("side_by_side.made_no_room", most=MOST_SIDE_BY_SIDE), "quiet")
    if problem.value:
        solara.v.Html(tag="p", children=[problem.value], class_="notice", attributes={"role": "alert"})


def _add(name: str, problem: solara.Reactive[str]) -> None:
    kept, words = session.visit.value.kept, session.words()
    more = added(kept, Plan(name))
    if more == kept:
        key = "already" if Plan(name) in kept else "full"
        problem.set(words(f"side_by_side.{key}", most=MOST_SIDE_BY_SIDE))
    session.change(kept=more)


@solara.component
def _Listed(sides: Sequence[Side]) -> None:  # noqa: N802
    """Show a button for each scenario that can be taken away."""
    words = session.words()

    def press(event: Event) -> None:
        number = str(event["id"]).removeprefix("remove-")
        session.change(kept=without(session.visit.value.kept, int(number) if number.isdigit() else None))

    fields = [
        {"id": f"remove-{side.place}", "kind": "button", "label": words("side_by_side.remove", name=side.title)}
        for side in sides
        if side.place is not None
    ]
    if fields:
        Form(name="kept", label=words("side_by_side.choose"), fields=fields, event_press=press)


@solara.component
def _Asked(side: Side, sides: Sequence[Side], known: Found) -> None:  # noqa: N802
    """Ask the question of one scenario, say how far it is, and hand over the answer."""
    words = session.words()
    question, failure = _question(side.plan)
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
    Status(words("side_by_side.progress_of", name=side.title, text=text))


def _question(plan: Plan) -> tuple[Question | None, str]:
    """Return the question of a plan, or why there is none."""
    try:
        return session.question_of(plan, KINDS), ""
    except ScenarioError as error:
        return None, error.sentence(session.visit.value.language)


def _stands_on() -> None:
    visit, words = session.visit.value, session.words()
    percent = words.percent(quick_sample(visit.area))
    Paragraph(
        words("side_by_side.stands_on", draws=DRAWS, percent=percent, first=FIRST_YEAR, last=visit.last_year), "quiet"
    )


@solara.component
def _Differs(sides: Sequence[Side]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()

    def table() -> Any:
        scenarios = []
        for side in sides:
            question, _ = _question(side.plan)
            scenarios += [] if question is None else [(side.title, question.scenario)]
        reference = (_title(visit.reference), library_scenario(visit.reference))
        return levers_table(scenarios, reference, visit.area, visit.last_year, words)

    found = solara.use_memo(table, [[(side.key, side.title) for side in sides], words.language])
    TableOf(found, words, file=f"wijklab-{visit.area}-knoppen", texts=True)


@solara.component
def _Together(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    """Show what is told of all scenarios at once."""
    visit, words = session.visit.value, session.words()
    year = solara.use_reactive(visit.last_year)
    every = solara.use_reactive(False)
    what = solara.use_reactive(LEVEL)
    codebook = live_codebook(visit.area)
    outcome = codebook.outcome(visit.outcome)

    def press(event: Event) -> None:
        _pressed(event, year)
        if event["id"] == "every":
            every.set(bool(event["value"]))
        elif event["id"] == "what" and event["value"] in WHATS:
            what.set(event["value"])

    with _section("plain"):
        Form(
            name="plain",
            label=words("side_by_side.plain"),
            fields=[_outcome_field(), _view_field(outcome.views)],
            event_press=press,
        )
        sentences = [
            (side.title, sentence(effect, words))
            for side in sides
            if side.key in there
            and (effect := effect_in(there[side.key], outcome, shown_view(outcome, visit.view), visit.last_year))
            is not None
        ]
        Markup(fill("compare_plain.html.jinja", words, sentences=sentences))
    with _section("main"):
        checkbox = {"id": "every", "kind": "checkbox", "label": words("side_by_side.every"), "value": every.value}
        fields = [_view_field(PLACE_OR_PEOPLE), _year_field(year.value), checkbox]
        Form(name="headline", label=words("side_by_side.main"), fields=fields, event_press=press)
        table = headline_table(sides, there, year.value, visit.view, every.value, codebook, words)
        TableOf(table, words, file=f"wijklab-{visit.area}-naast-elkaar", texts=True)
    with _section("over_years"):
        options = [{"value": one, "label": words(f"side_by_side.what_{one}")} for one in WHATS]
        field = {
            "id": "what",
            "kind": "select",
            "label": words("side_by_side.what"),
            "options": options,
            "value": what.value,
        }
        Form(name="multiples", label=words("side_by_side.over_years"), fields=[field], event_press=press)
        Paragraph(words("side_by_side.level_note"), "quiet")
        with solara.v.Html(tag="div", class_="multiples"):
            for name in dict.fromkeys((*HEADLINES, visit.outcome)):
                shown = codebook.outcome(name)
                Chart(small_chart(sides, there, shown, what.value, visit, _title(visit.reference), words), words).key(
                    f"chart-{name}"
                )
    with _section("money"):
        balance = solara.use_memo(
            lambda: beside_table(sides, there, visit.area, words),
            [list(there), [side.title for side in sides], words.language],
        )
        if balance is not None:
            TableOf(balance, words, file=f"wijklab-{visit.area}-kosten-baten", texts=True)


def _pressed(event: Event, year: solara.Reactive[int]) -> None:
    """Take what a field of these forms says; a page may send anything."""
    visit, name, value = session.visit.value, event["id"], event["value"]
    if name == "outcome" and value in OUTCOMES:
        session.change(outcome=value)
    elif name == "view" and value in ("place", "people", "exposed"):
        session.change(view=value)
    elif name == "year" and str(value).isdecimal() and FIRST_YEAR <= int(value) <= visit.last_year:
        year.set(int(value))


def _outcome_field() -> dict[str, Any]:
    visit, words = session.visit.value, session.words()
    options = outcome_options(words.language)
    return {
        "id": "outcome",
        "kind": "select",
        "label": words("side_by_side.plain_outcome"),
        "options": options,
        "value": visit.outcome,
    }


def _view_field(views: Sequence[str]) -> dict[str, Any]:
    view, words = session.visit.value.view, session.words()
    options = [{"value": one, "label": words(f"compare.view_{one}")} for one in views]
    shown = view if view in views else views[0]
    return {"id": "view", "kind": "select", "label": words("side_by_side.view"), "options": options, "value": shown}


def _year_field(year: int) -> dict[str, Any]:
    visit, words = session.visit.value, session.words()
    options = [{"value": str(one), "label": str(one)} for one in range(FIRST_YEAR, visit.last_year + 1)]
    return {"id": "year", "kind": "select", "label": words("side_by_side.year"), "options": options, "value": str(year)}


@solara.component
def _UpClose(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    """Show one scenario with all that is told of it."""
    visit, words = session.visit.value, session.words()
    ready = [side for side in sides if side.key in there]
    chosen = solara.use_reactive(0)
    year = solara.use_reactive(visit.last_year)
    side = ready[min(chosen.value, len(ready) - 1)]
    summary, codebook = there[side.key], live_codebook(visit.area)
    view = visit.view if visit.view in PLACE_OR_PEOPLE else PLACE_OR_PEOPLE[0]

    def press(event: Event) -> None:
        _pressed(event, year)
        if event["id"] == "which" and str(event["value"]).isdecimal() and int(event["value"]) < len(ready):
            chosen.set(int(event["value"]))

    with _section("detail"):
        options = [{"value": str(place), "label": each.title} for place, each in enumerate(ready)]
        field = {
            "id": "which",
            "kind": "select",
            "label": words("side_by_side.which"),
            "options": options,
            "value": str(ready.index(side)),
        }
        fields = [field, _view_field(PLACE_OR_PEOPLE), _year_field(year.value)]
        Form(name="close", label=words("side_by_side.detail"), fields=fields, event_press=press)
        Heading(words("side_by_side.who"), 3)
        gains = gains_table(summary, side.title, year.value, view, codebook, words)
        TableOf(gains, words, file=f"wijklab-{visit.area}-wie-wint", level=4, texts=True)
        Heading(words("side_by_side.doubt"), 3)
        _Doubt(side, summary, year.value)
        _Money(side, summary)


@solara.component
def _Money(side: Side, summary: Summary) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    tables = solara.use_memo(
        lambda: money_tables(summary, visit.area, visit.last_year, words), [side.key, words.language]
    )
    Heading(words("side_by_side.money_detail", scenario=side.title), 3)
    with solara.v.Html(tag="details"):
        solara.v.Html(tag="summary", children=[words("side_by_side.money_tables", count=len(tables))])
        for number, table in enumerate(tables):
            TableOf(table, words, file=f"wijklab-{visit.area}-geld-{number + 1}", level=4)


@solara.component
def _Doubt(side: Side, summary: Summary, year: int) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    codebook = live_codebook(visit.area)
    given = (side.title, year, codebook, words)
    TableOf(sure_table(summary, *given), words, file=f"wijklab-{visit.area}-zeker", level=4, texts=True)
    table = solara.use_memo(
        lambda: deciding_table(summary, side.title, visit.area, year, codebook, words),
        [side.key, side.title, year, words.language],
    )
    TableOf(table, words, file=f"wijklab-{visit.area}-aannames", level=4, texts=True)
    _Split(side, summary, year).key(f"split-{side.key}")


@solara.component
def _Split(side: Side, summary: Summary, year: int) -> None:  # noqa: N802
    """Show what of the spread is chance, once somebody asked: it takes as many runs again, with another seed."""
    words = session.words()
    asked = solara.use_reactive(False)
    question, _ = _question(side.plan)
    if question is not None:
        question = replace(question, seed=question.seed + (1 if question.seed < LARGEST_SEED else -1))
    answer = session.use_answer(question if asked.value else None, STAGES, (side.key, asked.value))

    def press(event: Event) -> None:
        asked.set(True)

    button = {
        "id": "split", "kind": "button", "label": words("side_by_side.split"), "disabled": asked.value,
        "help": words("side_by_side.split_help"),
    }  # fmt: skip
    Form(name="split", label=words("side_by_side.split"), fields=[button], event_press=press)
    if answer is None:
        return
    if answer.best is None:
        Status(progress(answer, words))
        return
    codebook = live_codebook(session.visit.value.area)
    table = parts_table([summary, answer.best], side.title, year, codebook, words)
    TableOf(table, words, file=f"wijklab-{session.visit.value.area}-toeval", level=4)
