"""Keeping and sharing a scenario: its name, its file, its address, its lines in Python."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import solara

from app.browser import session
from app.browser.address import fits
from app.browser.parts import Form, Heading, Markup, Open, Paragraph, Save
from app.browser.speech import Speech
from app.browser.templates import fill
from app.browser.visit import MOST_SIDE_BY_SIDE, Plan, Visit, library_scenario, plan_of_file
from scenarios.catalogue import check_past
from scenarios.live.asking import quick_sample
from sim.calendar import SCENARIO_START, month_label
from sim.scenario import MOST_TITLE, parse_scenario
from sim.scenario_errors import ScenarioError
from sim.scenario_text import MOST_BYTES

MOST_FILE_NAME = 60
"""Letters of the name of a file that a sentence repeats."""


@solara.component
def KeepAndShare(problem: solara.Reactive[str]) -> None:  # noqa: N802
    """Name a scenario, put it aside, save it, open one, share it, repeat it.

    Args:
        problem: the sentence on what could not be done.
    """
    visit, words = session.visit.value, session.words()

    def press(event: Mapping[str, Any]) -> None:
        if event["id"] == "name":
            session.change(plan=replace(visit.plan, name=printable(str(event["value"]))))
        elif event["id"] == "keep" and len(visit.kept) < MOST_SIDE_BY_SIDE:
            session.change(kept=(*visit.kept, visit.plan))
        elif event["id"] == "new":
            problem.set("")
            session.change(plan=Plan(visit.plan.base))

    def opened(event: Mapping[str, Any]) -> None:
        text, name = event.get("text"), printable(str(event.get("name", "")))[:MOST_FILE_NAME]
        if not isinstance(text, str):
            problem.set(words("explore.too_large", most=MOST_BYTES))
            return
        try:
            plan = plan_of_text(text, name, visit.area)
        except ScenarioError as error:
            problem.set(error.sentence(visit.language))
            return
        if plan is None:
            problem.set(words("explore.other_start", start=month_label(SCENARIO_START)))
            return
        problem.set("")
        session.change(plan=plan)

    Heading(words("explore.keep"), 3)
    kept = visit.plan in visit.kept or len(visit.kept) >= MOST_SIDE_BY_SIDE
    fields = [
        {"id": "name", "kind": "text", "label": words("explore.name"), "value": visit.plan.name, "most": MOST_TITLE},
        {"id": "keep", "kind": "button", "label": words("explore.put_aside"), "main": True, "disabled": kept},
        {"id": "new", "kind": "button", "label": words("explore.start_again"), "disabled": not visit.plan.changed},
    ]
    Form(name="keep", label=words("explore.keep"), fields=fields, event_press=press)
    Paragraph(words("explore.kept", count=len(visit.kept), most=MOST_SIDE_BY_SIDE), "quiet")
    _save(visit, words)
    Open("open-scenario", words("explore.open"), ".toml", MOST_BYTES, opened, words("explore.open_help"))
    Paragraph(words("explore.share" if fits(visit) else "explore.share_not"), "quiet")
    _repeat(visit, words)


def _save(visit: Visit, words: Speech) -> None:
    """Offer the scenario as a file, unless it cannot be one."""
    with suppress(ScenarioError):
        Save(
            f"{visit.plan.id()}.toml",
            words("explore.save"),
            visit.plan.scenario(visit.area).to_toml(),
            "application/toml",
        )


def _repeat(visit: Visit, words: Speech) -> None:
    """Show the lines in Python that give the same."""
    lines = fill(
        "python.txt.jinja",
        words,
        visit=visit,
        moves=visit.plan.moves,
        changed=visit.plan.changed,
        file=f"{visit.plan.id()}.toml",
        sample=quick_sample(visit.area),
    )
    Markup(fill("repeat.html.jinja", words, lines=lines))


def printable(text: str) -> str:
    """Return a name without what cannot be shown, no longer than it may be."""
    return "".join(letter for letter in text if letter.isprintable())[:MOST_TITLE].strip()


def plan_of_text(text: str, name: str, area: str) -> Plan | None:
    """Return the scenario of a file as a plan, ``None`` when it begins at another time than all others.

    Args:
        text: content of the file.
        name: its name, for messages.
        area: the area it is opened for.

    Raises:
        ScenarioError: when it cannot be used.
    """
    scenario = parse_scenario(text, name, library_scenario)
    if scenario.start_month != SCENARIO_START:
        return None
    check_past(scenario, name)
    plan = plan_of_file(scenario, area)
    plan.scenario(area)
    return plan
