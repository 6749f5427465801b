"""Lives: a handful of made-up persons followed through both worlds, which says nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import solara

from app.browser import session
from app.browser.jobs import use_jobs
from app.browser.lives_told import life_table, life_title, said_of, timeline
from app.browser.pages.explore import plan_title
from app.browser.pages.networks import AreaChoice, here, reference_title
from app.browser.parts import Form, Heading, Markup, Paragraph, Status, TableOf
from app.browser.templates import fill
from scenarios.live.lives import AGES, Coupling, lives
from scenarios.live.lives import Lives as Followed
from scenarios.live.runs import LiveRun
from sim.scenario_errors import ScenarioError

MOST_YEARS_HERE = 10
"""Years that are followed: from school into work."""

SHARED, APART = "shared", "apart"


@solara.component
def Lives() -> None:  # noqa: N802
    """Show the page."""
    words = session.words()
    Heading(words("lives_page.title"), 1)
    Markup(fill("lives_nobody.html.jinja", words))
    Paragraph(words("lives_page.lead"), "lead")
    AreaChoice("lives-area")
    visit = session.visit.value
    try:
        runs = here(MOST_YEARS_HERE)
    except ScenarioError as error:
        solara.v.Html(tag="p", children=[error.sentence(visit.language)], class_="notice", attributes={"role": "alert"})
        return
    _Followed(*runs).key(f"{runs[0].name} {runs[1].name}")


@solara.component
def _Followed(scenario: LiveRun, reference: LiveRun) -> None:  # noqa: N802
    words = session.words()
    coupling = solara.use_reactive(Coupling())
    both = f"{scenario.name} {reference.name}"
    first = use_jobs([(f"lives {both}", lives, (scenario, reference, Coupling(), ()))], both)
    usual: Followed | None = next(iter((first.results or {}).values()), None)
    chosen = coupling.value
    again = usual is not None and chosen != Coupling()
    followed = usual.followed if usual is not None else ()
    name = f"lives {both} {chosen.number} {chosen.apart} {followed}"
    jobs = [(name, lives, (scenario, reference, chosen, followed))] if again else []
    work = use_jobs(jobs, name if again else both)
    found = next(iter((work.results or {}).values()), None) if again else usual

    def press(event: Mapping[str, Any]) -> None:
        if event["id"] == "number":
            coupling.set(replace(coupling.value, number=coupling.value.number + 1))
        elif event["id"] == "back":
            coupling.set(Coupling())
        elif event["id"] == "coupling" and event["value"] in (SHARED, APART):
            coupling.set(replace(coupling.value, apart=event["value"] == APART))

    Heading(words("lives_page.coupling"))
    Paragraph(words("lives_page.coupling_lead"))
    ways = [{"value": way, "label": words(f"lives_page.coupling_{way}")} for way in (SHARED, APART)]
    fields: list[dict[str, Any]] = [
        {
            "id": "coupling",
            "kind": "select",
            "label": words("lives_page.coupling_how"),
            "options": ways,
            "value": APART if chosen.apart else SHARED,
        },
        {"id": "number", "kind": "button", "label": words("lives_page.other"), "main": True, "disabled": usual is None},
        {"id": "back", "kind": "button", "label": words("lives_page.back"), "disabled": chosen == Coupling()},
    ]
    Form(name="lives-coupling", label=words("lives_page.coupling"), fields=fields, event_press=press)
    Status((work if again else first).said(words))
    if found is not None:
        _Told(found, scenario, chosen)


@solara.component
def _Told(found: Followed, run: LiveRun, coupling: Coupling) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    titles = (plan_title(visit.plan), reference_title())
    Heading(words("lives_page.lives", number=coupling.number + 1))
    Paragraph(
        words(
            "lives_page.rule",
            youths=words.number(found.youths),
            percent=words.percent(run.world.sample),
            low=AGES[0],
            high=AGES[1] - 1,
            years=found.years,
        )
    )
    Paragraph(words("lives_page.differing", count=words.number(found.differing), youths=words.number(found.youths)))
    Paragraph(words("lives_page.worlds", scenario=titles[0], reference=titles[1]), "quiet")
    if not found.lives:
        Paragraph(words("lives_page.none"), "notice")
    for number, life in enumerate(found.lives, start=1):
        title = life_title(life, number, words)
        halves = timeline(life, words)
        Markup(
            fill("lives_told.html.jinja", words, title=title, said=said_of(life, words), halves=halves), tag="section"
        )
        file = f"wijklab-{visit.area}-{words('lives_page.file')}-{number}"
        summary = solara.v.Html(tag="summary", children=[words("parts.chart_as_table")])
        table = TableOf(life_table(life, number, words), words, file=file, level=4, texts=True)
        solara.v.Html(tag="details", children=[summary, table])
    Paragraph(words("lives_page.end"), "notice")
