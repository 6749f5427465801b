"""Networks: the alliance with what it passes on year by year, and a street or a school class with its ties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import solara

from app.browser import session
from app.browser.circles_told import circle_spec, circle_table
from app.browser.graph_part import Graph
from app.browser.jobs import use_job, use_jobs
from app.browser.networks_told import (
    Side,
    alliance_spec,
    most_referrals,
    over_years_options,
    over_years_spec,
    tie_id,
    ties_table,
)
from app.browser.pages.explore import plan_title
from app.browser.parts import Chart, Form, Heading, Paragraph, Status, TableOf
from app.browser.visit import FIRST_YEAR
from scenarios.catalogue import load_scenario
from scenarios.design import CENTRAL_DRAW
from scenarios.live.asking import quick_sample
from scenarios.live.circles import KINDS, OFFERED, Kind, circle
from scenarios.live.networks import WORKING, alliance_years
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.live.summary import REFERENCE, SCENARIO, live_codebook
from sim.areas import area_ids, load_area
from sim.scenario_errors import ScenarioError

MOST_YEARS_HERE = 10
"""Years that are lived for this page: long enough for an alliance to grow, short enough to wait for."""

UNTOUCHED = 1e-9
"""Coordination below this is none."""


@solara.component
def Networks() -> None:  # noqa: N802
    """Show the page."""
    words = session.words()
    Heading(words("networks_page.title"), 1)
    Paragraph(words("networks_page.lead"), "lead")
    AreaChoice("networks-area")
    with solara.v.Html(tag="section", attributes={"aria-label": words("networks_page.alliance")}):
        Heading(words("networks_page.alliance"))
        Paragraph(words("networks_page.alliance_lead"))
        _Alliance()
    with solara.v.Html(tag="section", attributes={"aria-label": words("networks_page.circles")}):
        Heading(words("networks_page.circles"))
        Paragraph(words("networks_page.circles_lead"))
        _Circles()


@solara.component
def AreaChoice(name: str) -> None:  # noqa: N802
    """Show the field for the area."""
    visit, words = session.visit.value, session.words()

    def press(event: Mapping[str, Any]) -> None:
        if event["id"] == "area" and event["value"] in area_ids():
            session.change(area=event["value"])

    areas = [{"value": area, "label": load_area(area).name} for area in area_ids()]
    fields = [{"id": "area", "kind": "select", "label": words("explore.area"), "options": areas, "value": visit.area}]
    Form(name=name, label=words("networks_page.choose"), fields=fields, event_press=press)


def here(years: int) -> tuple[LiveRun, LiveRun]:
    """Return scenario and reference of this page, in one draw of the streets that answer at once.

    Args:
        years: most years to live.

    Raises:
        ScenarioError: when the plan is no scenario.
    """
    visit = session.visit.value
    world = WorldKey(visit.area, CENTRAL_DRAW, visit.seed, quick_sample(visit.area))
    both = (visit.plan.scenario(visit.area), load_scenario(visit.reference))
    scenario, reference = (LiveRun(world, one, min(visit.years, years)) for one in both)
    return scenario, reference


def reference_title() -> str:
    """Return what everything is compared with."""
    return session.words().of(load_scenario(session.visit.value.reference).title.model_dump())


@solara.component
def _Alliance() -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    problem = ""
    try:
        runs = here(MOST_YEARS_HERE)
        jobs = [(name, alliance_years, (run,)) for name, run in {f"alliance {run.name}": run for run in runs}.items()]
    except ScenarioError as error:
        runs, jobs, problem = None, [], error.sentence(visit.language)
    work = use_jobs(jobs, (visit.area, visit.plan, visit.reference, visit.years, visit.seed))
    if problem or runs is None:
        solara.v.Html(tag="p", children=[problem], class_="notice", attributes={"role": "alert"})
        return
    Status(work.said(words))
    if work.results is None:
        return
    titles = (plan_title(visit.plan), reference_title())
    sides = tuple(
        Side(name, title, work.results[f"alliance {run.name}"])
        for name, title, run in zip((SCENARIO, REFERENCE), titles, runs, strict=True)
    )
    percent = words.percent(runs[0].world.sample)
    Paragraph(words("networks_page.standing", percent=percent, years=runs[0].years, most=MOST_YEARS_HERE), "quiet")
    _AllianceSeen((sides[0], sides[1]))


@solara.component
def _AllianceSeen(sides: tuple[Side, Side]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    count = len(sides[0].years.outcomes[WORKING[0]])
    chosen = solara.use_reactive(count - 1)
    what = solara.use_reactive(WORKING[0])
    place = min(chosen.value, count - 1)
    codebook = live_codebook(visit.area)
    file = f"wijklab-{visit.area}-alliantie"
    known = {*WORKING, *(tie_id(tie) for tie in sides[0].years.ties if tie.referrals is not None)}

    def press(event: Mapping[str, Any]) -> None:
        value = event["value"]
        if event["id"] == "year" and isinstance(value, int | float):
            chosen.set(min(max(int(value) - FIRST_YEAR, 0), count - 1))
        elif event["id"] == "what" and value in known:
            what.set(value)

    if all(max(side.years.outcomes[WORKING[0]]) < UNTOUCHED for side in sides):
        Paragraph(words("networks_page.no_alliance"), "notice")
    year = FIRST_YEAR + place
    field = {
        "id": "year",
        "kind": "range",
        "label": words("told.year"),
        "min": FIRST_YEAR,
        "max": FIRST_YEAR + count - 1,
        "value": year,
        "spoken": str(year),
    }
    Form(name="networks-year", label=words("networks_page.choose_year"), fields=[field], event_press=press)
    most = most_referrals(sides)
    with solara.v.Html(tag="div", class_="columns"):
        for side in sides:
            Graph(alliance_spec(side, place, most, words, file), words)
    Paragraph(words("networks_page.thickness"), "quiet")
    TableOf(ties_table(sides, place, words), words, file=f"{file}-{year}")
    Heading(words("networks_page.over_years"), 3)
    options = over_years_options(sides[0].years, codebook, words)
    field = {
        "id": "what",
        "kind": "select",
        "label": words("networks_page.what"),
        "options": options,
        "value": what.value,
    }
    Form(name="networks-what", label=words("networks_page.over_years"), fields=[field], event_press=press)
    Chart({**over_years_spec(sides, what.value, codebook, words, file), "level": 4}, words)


@solara.component
def _Circles() -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    kind: solara.Reactive[Kind] = solara.use_reactive(KINDS[0])
    number = solara.use_reactive(0)
    world = WorldKey(visit.area, CENTRAL_DRAW, visit.seed, quick_sample(visit.area))
    run = LiveRun(world, load_scenario(visit.reference), 1)
    key = (visit.area, visit.reference, visit.seed, kind.value, number.value)
    work, found = use_job(
        f"circle {kind.value} {number.value} {run.name}", circle, (run, kind.value, number.value), key
    )

    def press(event: Mapping[str, Any]) -> None:
        value = str(event["value"])
        if event["id"] == "kind" and value in KINDS:
            kind.set(value)
            number.set(0)
        elif event["id"] == "number" and value in map(str, range(OFFERED)):
            number.set(int(value))

    kinds = [{"value": each, "label": words(f"networks_page.choose_{each}")} for each in KINDS]
    offered = found.offered if found is not None else number.value + 1
    numbers = [
        {"value": str(each), "label": words(f"networks_page.{kind.value}_title", number=each + 1)}
        for each in range(offered)
    ]
    fields = [
        {"id": "kind", "kind": "select", "label": words("networks_page.kind"), "options": kinds, "value": kind.value},
        {
            "id": "number",
            "kind": "select",
            "label": words("networks_page.number"),
            "options": numbers,
            "value": str(number.value),
        },
    ]
    Form(name="networks-circle", label=words("networks_page.circles"), fields=fields, event_press=press)
    Status(work.said(words))
    if found is None:
        return
    if not found.persons:
        Paragraph(words("networks_page.none_offered"), "notice")
        return
    shown = min(number.value, found.offered - 1)
    file = f"wijklab-{visit.area}-{words(f'networks_page.file_{kind.value}')}"
    with solara.v.Html(tag="div", class_="columns wide-left"):
        Graph(circle_spec(found, kind.value, shown, words, file), words)
        TableOf(circle_table(found, kind.value, shown, words), words, file=f"{file}-{shown + 1}")
