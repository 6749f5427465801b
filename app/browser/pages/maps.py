"""The map: the twenty areas in the country, and the wijken of one area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import solara

from app.browser import session
from app.browser.map_country import MapOf
from app.browser.map_now import FIGURES, now_map
from app.browser.map_places import country_geometry, wijk_geometry
from app.browser.map_runs import Country, use_country
from app.browser.map_spec import MapAndTable
from app.browser.map_told import DIFFERENCE, SIDES, Asked, country_map, outcome_options
from app.browser.map_wijken import views_of, wijk_map, wijk_rows
from app.browser.pages.explore import plan_title
from app.browser.parts import Form, Heading, Paragraph, Status, TableOf
from app.browser.speech import Speech
from app.browser.told import progress, said, shown_view, standing
from app.browser.visit import FIRST_YEAR, library_scenario
from results.codebook import Outcome
from scenarios.live.summary import live_codebook
from scenarios.live.turns import Stage
from sim.areas import area_ids, load_area
from sim.outcomes import OUTCOMES
from sim.scenario_errors import ScenarioError

NOW = "now"
SHOWN = (NOW, *SIDES)


@solara.component
def Maps() -> None:  # noqa: N802
    """Show the page."""
    visit, words = session.visit.value, session.words()
    year = solara.use_reactive(visit.last_year)
    scenario, reference = _names(words)
    Heading(words("site.map"), 1)
    Paragraph(words("map_page.lead"), "lead")
    Paragraph(words("map_page.about_scenario", scenario=scenario, reference=reference), "quiet")
    _Country(year)
    _Wijken(year)


def _names(words: Speech) -> tuple[str, str]:
    """Return what scenario and reference are called."""
    visit = session.visit.value
    return plan_title(visit.plan), words.of(library_scenario(visit.reference).title.model_dump())


def _choose(area: str) -> None:
    if area in area_ids():
        session.change(area=area)


def _year(year: solara.Reactive[int]) -> int:
    """Return the chosen year, no later than what is simulated."""
    return min(year.value, session.visit.value.last_year)


@solara.component
def _Country(year: solara.Reactive[int]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    shown, figure, wanted = solara.use_reactive(NOW), solara.use_reactive(next(iter(FIGURES))), solara.use_reactive(0)
    try:
        question, failure = session.question_of(visit.plan), ""
    except ScenarioError as error:
        question, failure = None, error.sentence(visit.language)
    # a scenario that was changed was changed for one area
    key = (visit.plan, visit.area if visit.plan.changed else "", visit.reference, visit.years, visit.seed, failure)
    asked_for: solara.Reactive[object] = solara.use_reactive(None)
    found = use_country(question, key, wanted.value if asked_for.value == key else 0)

    def press(event: Mapping[str, Any]) -> None:
        name, value = event["id"], event["value"]
        if name == "show" and value in SHOWN:
            shown.set(value)
        elif name == "figure" and value in FIGURES:
            figure.set(value)
        elif name == "compute" and found.area:
            asked_for.set(None)
        elif name == "compute":
            asked_for.set(key)
            wanted.set(wanted.value + 1)
        else:
            _change(name, value, year)

    outcome = live_codebook(visit.area).outcome(visit.outcome)
    shows = [{"value": name, "label": words(f"map_page.show_{name}")} for name in SHOWN]
    fields = [_select("show", words("map_page.show"), shows, shown.value)]
    if shown.value == NOW:
        figures = [{"value": name, "label": words(f"map_page.now_{name}")} for name in FIGURES]
        fields.append(_select("figure", words("map_page.figure"), figures, figure.value))
    else:
        fields += _fields(outcome_options(words), outcome, outcome.views, year, words)
    with solara.v.Html(tag="section", attributes={"aria-label": words("map_page.country")}):
        Heading(words("map_page.country"))
        Paragraph(words("map_page.country_help"))
        Form(name="country", label=words("map_page.country"), fields=fields, event_press=press)
        if shown.value == NOW:
            both = now_map(figure.value, visit.area, words, _choose)
        else:
            if failure:
                solara.v.Html(tag="p", children=[failure], class_="notice", attributes={"role": "alert"})
            _Computing(found, press)
            asked = Asked(outcome, visit.view, shown.value, _year(year), _names(words))
            both = country_map(found.pairs, asked, visit.area, words, _choose)
        _Both(both, country_geometry())


@solara.component
def _Computing(found: Country, press: Any) -> None:  # noqa: N802
    """Show how far the twenty areas are, with the button that starts or stops them."""
    visit, words = session.visit.value, session.words()
    if visit.plan.changed:
        Paragraph(words("map_page.only_here", area=load_area(visit.area).name), "quiet")
    # one button, so that who pressed it stays where they are
    button = {
        "id": "compute",
        "kind": "button",
        "label": words("map_page.cancel" if found.area else "map_page.compute"),
        "main": not found.area,
        "disabled": found.complete and not found.failed,
    }
    Form(name="computing", label=words("map_page.compute"), fields=[button], event_press=press)
    if not found.complete:
        Paragraph(words("map_page.compute_help"), "quiet")
    Status(told_of(found, words), words("map_page.computing") if found.area else told_of(found, words))


def told_of(found: Country, words: Speech) -> str:
    """Say how far the twenty areas are."""
    parts = []
    counts = {"done": found.ready, "total": len(area_ids())}
    if found.failure:
        parts.append(words(f"site.failure_{found.failure}"))
    if found.area:
        parts.append(words("map_page.progress", area=load_area(found.area).name, **counts))
    else:
        parts.append(words("map_page.idle", **counts))
    if found.ahead:
        parts.append(words("told.ahead", count=found.ahead))
    if found.retried:
        parts.append(words("site.retried"))
    if found.failed:
        parts.append(words("map_page.failed", areas=", ".join(load_area(area).name for area in found.failed)))
    return " ".join(parts)


@solara.component
def _Wijken(year: solara.Reactive[int]) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    side = solara.use_reactive(DIFFERENCE)
    try:
        question, failure = session.question_of(visit.plan, ("wijk",)), ""
    except ScenarioError as error:
        question, failure = None, error.sentence(visit.language)
    key = (visit.area, visit.plan, visit.reference, visit.years, visit.seed, failure)
    answer = session.use_answer(question, (Stage.INTERVAL,), key)
    if answer is not None and not answer.failure and answer.question != question:
        answer = None  # of a choice before, maybe of another area
    summary = None if answer is None else answer.best
    rows = solara.use_memo(lambda: None if summary is None else wijk_rows(summary.table), [id(summary)])

    def press(event: Mapping[str, Any]) -> None:
        name, value = event["id"], event["value"]
        if name == "area":
            _choose(value)
        elif name == "side" and value in SIDES:
            side.set(value)
        else:
            _change(name, value, year)

    area = load_area(visit.area)
    title = words("map_page.wijken", area=area.name)
    with solara.v.Html(tag="section", attributes={"aria-label": title}):
        Heading(title)
        Paragraph(words("map_page.wijken_help"))
        if len(area.wijken) == 1:
            Paragraph(words("map_page.one_wijk"))
        if failure:
            solara.v.Html(tag="p", children=[failure], class_="notice", attributes={"role": "alert"})
        areas = [{"value": name, "label": load_area(name).name} for name in area_ids()]
        fields = [_select("area", words("map_page.area"), areas, visit.area)]
        codebook = live_codebook(visit.area)
        outcome = codebook.outcome(visit.outcome)
        if rows is None or answer is None:
            Form(name="wijken", label=title, fields=fields, event_press=press).key("wijken-form")
            if answer is None:
                Status(words("told.nothing_yet"))
            else:
                Status(progress(answer, words), said(answer, words))
            return
        views = views_of(rows)
        shown = outcome if outcome.id in views else next(one for one in codebook.outcomes.values() if one.id in views)
        view = visit.view if visit.view in views[shown.id] else views[shown.id][0]
        sides = [{"value": name, "label": words(f"map_page.show_{name}")} for name in SIDES]
        fields.append(_select("side", words("map_page.show"), sides, side.value))
        fields += _fields(outcome_options(words, set(views)), shown, views[shown.id], year, words)
        Form(name="wijken", label=title, fields=fields, event_press=press).key("wijken-form")
        Status(progress(answer, words), said(answer, words))
        if shown is not outcome:
            names = {"outcome": outcome.name[words.language], "shown": shown.name[words.language]}
            Paragraph(words("map_page.no_wijken", **names), "notice")
        asked = Asked(shown, view, side.value, _year(year), _names(words))
        both = wijk_map(rows, asked, visit.area, answer.sample, words, standing(answer, words))
        _Both(both, wijk_geometry(visit.area))


@solara.component
def _Both(both: MapAndTable, geometry: str) -> None:  # noqa: N802
    """Show a map and its table side by side."""
    visit, words = session.visit.value, session.words()
    choose = both.choose

    def row(number: int) -> None:
        if choose is not None and 0 <= number < len(both.rows):
            choose(both.rows[number])

    chosen = {"chosen": both.rows.index(visit.area)} if visit.area in both.rows else {}
    with solara.v.Html(tag="div", class_="columns"):
        MapOf(both.whole_spec(), geometry, words, choose)
        TableOf(both.table, words, file=both.spec["file"], choose=None if choose is None else row, **chosen)


def _select(name: str, label: str, options: Sequence[Mapping[str, Any]], value: str) -> dict[str, Any]:
    return {"id": name, "kind": "select", "label": label, "options": options, "value": value}


def _fields(
    options: Sequence[Mapping[str, Any]],
    outcome: Outcome,
    views: Sequence[str],
    year: solara.Reactive[int],
    words: Speech,
) -> list[dict[str, Any]]:
    """Return the fields of both maps: outcome, who is counted, year."""
    visit, now = session.visit.value, _year(year)
    names = [{"value": view, "label": words(f"compare.view_{view}")} for view in views]
    view = visit.view if visit.view in views else shown_view(outcome, views[0])
    return [
        _select("outcome", words("map_page.outcome"), options, outcome.id),
        _select("view", words("map_page.view"), names, view),
        {
            "id": "year",
            "kind": "range",
            "label": words("map_page.year"),
            "min": FIRST_YEAR,
            "max": visit.last_year,
            "value": now,
            "spoken": str(now),
        },
    ]


def _change(name: str, value: Any, year: solara.Reactive[int]) -> None:
    """Change what both maps show; a page may send anything."""
    if name == "outcome" and value in OUTCOMES:
        session.change(outcome=value)
    elif name == "view" and value in ("place", "people", "exposed"):
        session.change(view=value)
    elif name == "year" and isinstance(value, int | float) and FIRST_YEAR <= value <= session.visit.value.last_year:
        year.set(int(value))
