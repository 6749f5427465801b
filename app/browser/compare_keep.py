"""Scenarios side by side as a folder of results, for the page of results: to export, to report, to cite."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import solara

from app.browser import session
from app.browser.compare_sides import Side
from app.browser.jobs import use_jobs
from app.browser.parts import Form, Heading, Paragraph, Status
from app.browser.service import options
from app.browser.visit import Plan, Visit, library_scenario
from scenarios.design import Design, numbered_draws
from scenarios.design_file import parse_design
from scenarios.live.asking import DRAWS, EVERY_GROUP, quick_sample
from scenarios.live.keep import keep
from scenarios.posterior import shipped_draws
from sim.scenario import MOST_TITLE, Scenario

BEGINNING = "naast-elkaar"
"""Of the names of these folders."""

MOST_FOLDERS = 50
"""Folders that are made from here at most: whoever runs the server removes what is not needed any more."""

DIGEST_BYTES = 5
ROOM_FOR_NUMBER = 4


def scenarios_of(sides: Sequence[Side], visit: Visit) -> list[Scenario]:
    """Return the scenarios under ids of their own; the reference itself is left out.

    Raises:
        ScenarioError: when a plan is no scenario.
    """
    used = {visit.reference, *(side.plan.base for side in sides if not side.plan.changed)}
    found = []
    for side in sides:
        if side.plan == Plan(visit.reference):
            continue
        plan = side.plan
        if plan.changed:
            plan = _named(plan, side.title, used)
            used.add(plan.id())
        found.append(plan.scenario(visit.area))
    return found


def _named(plan: Plan, title: str, used: set[str]) -> Plan:
    """Return a plan under a name whose id is not in use."""
    stem = title[: MOST_TITLE - ROOM_FOR_NUMBER]
    named, number = replace(plan, name=stem), 1
    while named.id() in used:
        number += 1
        named = replace(plan, name=f"{number} {stem}")
    return named


def design_of(sides: Sequence[Side], visit: Visit) -> Design | None:
    """Return the design of what stands side by side, checked as every design is; ``None`` without a scenario.

    Raises:
        ScenarioError: when a plan is no scenario.
    """
    scenarios = scenarios_of(sides, visit)
    if not scenarios:
        return None
    every = (*scenarios, library_scenario(visit.reference))
    design = Design(
        scenarios=every,
        reference=visit.reference,
        areas=(visit.area,),
        draws=numbered_draws(DRAWS),
        seeds=(visit.seed,),
        sample=quick_sample(visit.area),
        years=visit.years,
        groups=EVERY_GROUP,
        drawn=shipped_draws(numbered_draws(DRAWS), (visit.area,)),
        id=BEGINNING,
    )
    return parse_design(design.to_toml(), BEGINNING, {each.id: each for each in every}.__getitem__)


def folder_name(design: Design) -> str:
    """Return the name of the folder of a design: equal designs, equal names."""
    content = "\n".join([design.to_toml(), *(scenario.to_toml() for scenario in design.scenarios)])
    digest = hashlib.blake2b(content.encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{BEGINNING}-{design.areas[0]}-{digest}"


def room_in(results: Path, name: str) -> bool:
    """Say whether a folder may be made: it is there already, or there are not too many yet."""
    if (results / name).is_dir():
        return True
    return not results.is_dir() or sum(1 for _ in results.glob(f"{BEGINNING}-*")) < MOST_FOLDERS


def writable(results: Path) -> bool:
    """Say whether a folder can be made under the folder of results, or that folder itself."""
    there = next(place for place in (results, *results.absolute().parents) if place.is_dir())
    return os.access(there, os.W_OK)


@solara.component
def Keep(sides: Sequence[Side]) -> None:  # noqa: N802
    """Show a button that writes what stands side by side as a folder of results.

    Args:
        sides: the scenarios, all of them answered.
    """
    visit, words = session.visit.value, session.words()
    design = design_of(sides, visit)
    asked = solara.use_reactive(False)
    name = "" if design is None else folder_name(design)
    results = options().results
    room = room_in(results, name)
    jobs = [(f"keep {name}", keep, (design, results / name))] if asked.value and room and design is not None else []
    work = use_jobs(jobs, (name, bool(jobs)), remember=False)
    Heading(words("side_by_side.keep"))
    if not writable(results):
        Paragraph(words("side_by_side.keep_closed"), "quiet")
        return
    Paragraph(words("side_by_side.keep_help"), "quiet")
    label = words("side_by_side.keep_button")
    button = {"id": "keep", "kind": "button", "label": label, "disabled": asked.value or design is None or not room}
    Form(name="keep-results", label=label, fields=[button], event_press=lambda event: asked.set(True))
    if not room:
        Paragraph(words("side_by_side.keep_full", most=MOST_FOLDERS), "notice")
        return
    if not jobs:
        return
    problem = (work.results or {}).get(f"keep {name}")
    if work.failure:
        Status(words(f"site.failure_{work.failure}"))
    elif problem is None:
        Status(words("side_by_side.keeping"))
    else:
        Status(words("side_by_side.keep_not" if problem else "side_by_side.kept", folder=name))
