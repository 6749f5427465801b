"""The first page: choose an area and a scenario, move levers, and see at once what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import solara

from app.browser import session
from app.browser.address import query_of
from app.browser.area_now import area_table
from app.browser.chart_specs import difference_spec, years_spec
from app.browser.keep_and_share import KeepAndShare
from app.browser.levers import lever_groups, moved_values
from app.browser.map_country import CountryMap
from app.browser.parts import LOCALES, Chart, Form, Heading, Levers, Markup, Paragraph, Status, TableOf
from app.browser.templates import fill
from app.browser.told import headlines, money_figures, progress, said, standing
from app.browser.visit import (
    FIRST_YEAR,
    HORIZONS,
    MONEY,
    Move,
    Plan,
    Visit,
    library,
    library_scenario,
)
from scenarios.design import CENTRAL_DRAW
from scenarios.live.asking import Answer, Question
from scenarios.live.summary import live_codebook
from sim.areas import area_ids, load_area
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES, SECTIONS
from sim.scenario import MOST_YEARS
from sim.scenario_errors import ScenarioError

LEVELS, DIFFERENCES = "levels", "differences"
"""What the chart shows."""


@solara.component
def Explore() -> None:  # noqa: N802
    """Show the page."""
    visit, words = session.visit.value, session.words()
    problem = solara.use_reactive("")
    try:
        question = session.question_of(visit.plan)
        failure = ""
    except ScenarioError as error:
        question, failure = None, error.sentence(visit.language)
    key = (visit.area, visit.plan, visit.reference, visit.years, visit.seed, failure)
    answer = session.use_answer(question, key=key)
    with solara.v.Html(tag="div", class_="explore"):
        with solara.v.Html(tag="div", class_="explore-head"):
            Heading(words("explore.title"), 1)
            Paragraph(words("explore.lead"), "lead")
        with solara.v.Html(tag="section", class_="choose", attributes={"aria-label": words("explore.choose")}):
            Heading(words("explore.choose"))
            _Choices(problem)
            if failure or problem.value:
                solara.v.Html(
                    tag="p", children=[failure or problem.value], class_="notice", attributes={"role": "alert"}
                )
            _LeverPanel(problem)
            KeepAndShare(problem)
        with solara.v.Html(tag="section", class_="seen", attributes={"aria-label": words("explore.seen")}):
            Heading(words("explore.seen"))
            _Seen(answer, question)


@solara.component
def _Choices(problem: solara.Reactive[str]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()

    def press(event: Mapping[str, Any]) -> None:
        problem.set("")
        name, value = event["id"], event["value"]
        if name == "base" and value in library():
            session.change(plan=Plan(value))
        elif name == "against" and value in library():
            session.change(reference=value)
        elif name == "area" and value in area_ids():
            session.change(area=value)
        elif name == "years" and str(value) in map(str, HORIZONS):
            session.change(years=int(value))

    def scenarios() -> list[dict[str, Any]]:
        return [{"value": name, "label": words.of(library_scenario(name).title.model_dump())} for name in library()]

    areas = [{"value": name, "label": load_area(name).name} for name in area_ids()]
    years = [
        {"value": str(count), "label": words("explore.years_of", count=count, last=FIRST_YEAR + count - 1)}
        for count in HORIZONS
    ]
    fields = [
        {"id": "area", "kind": "select", "label": words("explore.area"), "options": areas, "value": visit.area},
        {
            "id": "base",
            "kind": "select",
            "label": words("explore.base"),
            "options": scenarios(),
            "value": visit.plan.base,
        },
        {
            "id": "against",
            "kind": "select",
            "label": words("explore.against"),
            "options": scenarios(),
            "value": visit.reference,
        },
        {"id": "years", "kind": "select", "label": words("explore.years"), "options": years, "value": str(visit.years)},
    ]
    Form(name="choices", label=words("explore.choose"), fields=fields, event_press=press)
    with solara.v.Html(tag="details", class_="more"):
        solara.v.Html(tag="summary", children=[words("explore.on_map")])
        CountryMap(visit.area, lambda area: session.change(area=area), words)
    scenario = library_scenario(visit.plan.base)
    Markup(fill("explanation.html.jinja", words, text=words.of(scenario.explanation.model_dump())))


@solara.component
def _LeverPanel(problem: solara.Reactive[str]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    start = replace(visit.plan, moves=())
    groups = solara.use_memo(
        lambda: json.dumps(lever_groups(start.scenario(visit.area), visit.area, visit.language)),
        [start, visit.area, visit.language],
    )

    def move(changes: Sequence[Mapping[str, Any]]) -> None:
        plan = session.visit.value.plan
        for change in changes:
            found = read_move(change)
            if found is None:
                problem.set(words("explore.bad_move"))
                return
            plan = plan.moved(found)
        try:
            plan.scenario(visit.area)
        except ScenarioError as error:
            problem.set(error.sentence(visit.language))
            return
        problem.set("")
        if plan != session.visit.value.plan:
            session.begin(plan)
            session.change(plan=plan)

    def reset(event: Mapping[str, Any]) -> None:
        problem.set("")
        session.change(plan=session.visit.value.plan.without(str(event.get("path", ""))))

    Heading(words("explore.levers"), 3)
    Levers(
        groups=groups,
        values=moved_values(visit.plan),
        years=list(range(FIRST_YEAR, visit.last_year + 1)),
        words={**words.all("levers_page.say_"), "locale": LOCALES[words.language]},
        event_move=move,
        event_reset=reset,
    )


def read_move(change: Mapping[str, Any]) -> Move | None:
    """Return a move that a page sent, ``None`` when it is none: a page may be anybody's."""
    lever = declared_levers().get(str(change.get("path")))
    value: Any = change.get("value")
    first: Any = change.get("from")
    last: Any = change.get("until")
    if lever is None or not _is_number(value) or not lever.low <= value <= lever.high:
        return None
    if not _is_year(first) or not (last == 0 or (_is_year(last) and last >= first)):
        return None
    if not lever.path.endswith(MONEY) and (last or change.get("once")):  # only money ends
        return None
    return Move(lever.path, round(float(value), 6), int(first), int(last), bool(change.get("once")))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value < FIRST_YEAR + MOST_YEARS


@solara.component
def _Seen(answer: Answer | None, question: Question | None) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    if answer is None:
        Status(words("told.nothing_yet"))
        return
    codebook = live_codebook(visit.area)
    share = 100 * answer.done / answer.asked if answer.asked else 100.0
    fresh = answer.question == question
    shown, names = _as_asked(answer, fresh)
    if fresh:
        Status(progress(answer, words), said(answer, words))
    else:
        Status(words("told.updating"))
    Markup(fill("money.html.jinja", words, money=money_figures(answer, codebook, words)), classes=["stay"])
    Markup(
        fill(
            "headlines.html.jinja",
            words,
            standing=standing(answer, words),
            stage=_stage(answer),
            share=round(share),
            busy=answer.stage is not None and not answer.failure,
            fresh=fresh,
            run=question.pair(CENTRAL_DRAW, answer.sample)[1].name if fresh and question is not None else "",
            years=answer.years_lived,
            asked=query_of(visit),
            figures=headlines(answer, codebook, words, shown.last_year),
            reference=names[1],
            year=shown.last_year,
        )
    )
    _YearsChart(answer, shown, names)
    start = answer.reference if fresh and answer.years_lived else None
    TableOf(area_table(visit.area, start, words), words, file=f"wijklab-{visit.area}-nu", texts=True)


def _as_asked(answer: Answer, fresh: bool) -> tuple[Visit, tuple[str, str]]:
    """Return the choices that an answer is about, and what its scenario and reference are called."""
    visit = session.visit.value
    if fresh or answer.question is None:
        return visit, (plan_title(visit.plan), _title(visit.reference))
    asked = answer.question
    of = session.words().of
    names = (of(asked.scenario.title.model_dump()), of(asked.reference.title.model_dump()))
    return replace(visit, area=asked.area, years=asked.years), names


def _stage(answer: Answer) -> str:
    if answer.full is not None:
        return "full"
    return "quick" if answer.quick is not None else "first"


def _title(name: str) -> str:
    return session.words().of(library_scenario(name).title.model_dump())


def plan_title(plan: Plan) -> str:
    """Return what a plan is called."""
    if plan.name and plan.changed:  # a scenario of the library has its own name
        return plan.name
    title = _title(plan.base)
    return session.words()("explore.changed", title=title) if plan.changed else title


@solara.component
def _YearsChart(answer: Answer, shown: Visit, names: tuple[str, str]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    outcome = live_codebook(visit.area).outcome(visit.outcome)
    shows = solara.use_reactive(LEVELS)

    def press(event: Mapping[str, Any]) -> None:
        if event["id"] == "outcome" and event["value"] in OUTCOMES:
            session.change(outcome=event["value"])
        elif event["id"] == "view" and event["value"] in ("place", "people", "exposed"):
            session.change(view=event["value"])
        elif event["id"] == "what":
            shows.set(event["value"])

    views = [{"value": view, "label": words(f"compare.view_{view}")} for view in outcome.views]
    fields = [
        {
            "id": "outcome",
            "kind": "select",
            "label": words("explore.outcome"),
            "options": outcome_options(words.language),
            "value": visit.outcome,
        },
        {
            "id": "view",
            "kind": "select",
            "label": words("explore.view"),
            "options": views,
            "value": visit.view if visit.view in outcome.views else outcome.views[0],
        },
    ]
    kinds = [{"value": kind, "label": words(f"explore.{kind}")} for kind in (LEVELS, DIFFERENCES)]
    fields.append(
        {"id": "what", "kind": "select", "label": words("explore.what"), "options": kinds, "value": shows.value}
    )
    Heading(words("explore.over_years"), 3)
    Form(name="chart", label=words("explore.over_years"), fields=fields, event_press=press)
    spec = difference_spec if shows.value == DIFFERENCES else years_spec
    Chart({**spec(answer, outcome, words, shown, names), "level": 4}, words)


def outcome_options(language: str) -> list[dict[str, Any]]:
    """Return every outcome under the heading of its section."""
    place = 0 if language == "nl" else 1
    groups = []
    for section, titles in SECTIONS.items():
        names = [
            {"value": one.id, "label": one.name_nl if language == "nl" else one.name_en}
            for one in OUTCOMES.values()
            if one.section == section
        ]
        groups.append({"label": titles[place], "options": names})
    return groups
