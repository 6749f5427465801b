"""The levers as the page shows them: line by line, with a range, the announced amount, and what the evidence is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

from app.browser.speech import Speech, speech
from app.browser.visit import Plan, library_scenario
from sim.areas.keys import area_keys
from sim.calendar import SCENARIO_START
from sim.levers import Lever, LeverSchedule, declared_levers
from sim.parameters import declared_parameters, load_parameters
from sim.parameters.intervention_texts import ACTS_AS, ALSO, LABELS
from sim.programme.budget import budget_of
from sim.programme.catalogue import BY_NAME, GEZAG, GEZAG_PILLARS, LINES, Line, of_pillar
from sim.scenario import Scenario

MONEY_STEPS = 100
"""Steps of a slider over its range."""

MORE_THAN_ANNOUNCED = 2.5
"""The range of a slider ends at so many times the announced amount: what is asked for beyond that can be typed."""

SMALLEST_TOP = 500_000.0
"""Euros a year at the end of a slider where nothing was announced."""

EMPHASIS = ("share_limits", "share_authority", "targeting", "quality_framework")
WAYS = ("structural", "stop_intensity", "custody", "processing_threshold")
ALLIANCE = ("integrated", "coordinator", "data", "mayor")
POLICE = (
    "police.hours",
    "police.hours.uniform",
    "police.hours.hot_spot",
    "police.hours.problem_oriented",
    "police.hours.youth_groups",
)
HOUSES = (
    "housing.new_homes",
    "housing.new_owner_share",
    "housing.sale",
    "housing.work_required",
    "housing.local_priority",
)
SCHOOLS = ("schools.compulsory_18",)
TARGETS = 3

FOLDED = ("mix", "ways")
"""Parts that open when asked for: most people move the amount, the emphasis and the alliance."""


def announced(line: Line, area: str) -> float:
    """Return what was announced of a line for an area, in euros a year: as the scenario of that line has it."""
    scenario = library_scenario(line.name.replace("_", "-"))
    return _budget(scenario.schedule(area), line, area)


def _budget(schedule: LeverSchedule, line: Line, area: str) -> float:
    return budget_of(schedule, SCENARIO_START, line.name, area_keys(area), load_parameters(0, area))


@cache
def _announced(area: str) -> Mapping[str, float]:
    return {line.name: announced(line, area) for line in LINES}


def usual_values(base: Scenario, area: str) -> dict[str, float]:
    """Return what a scenario asks of an area at its start, by lever of the page."""
    schedule = base.schedule(area)
    found = {path: schedule.value(path, SCENARIO_START) for path in declared_levers()}
    for line in LINES:
        found[f"programme.{line.name}.budget"] = _budget(schedule, line, area)
    return found


def lever_groups(base: Scenario, area: str, language: str) -> list[dict[str, Any]]:
    """Return the levers of an area by line, each with what the base has."""
    words = speech(language)
    usual = usual_values(base, area)
    groups = [_line_group(line, area, usual, words) for line in LINES]
    rules = [
        {"id": name, "title": words(f"levers_page.{name}"), "levers": [_plain(path, usual, words) for path in paths]}
        for name, paths in (("police", POLICE), ("houses", HOUSES), ("schools", SCHOOLS))
    ]
    return [
        *groups,
        {"id": "rules", "title": words("levers_page.rules"), "text": words("levers_page.rules_text"), "parts": rules},
    ]


def moved_values(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the levers that were moved, as the page wants them."""
    return {
        move.path: {"value": move.value, "from": move.first, "until": move.last, "once": move.once}
        for move in plan.moves
    }


def _line_group(line: Line, area: str, usual: Mapping[str, float], words: Speech) -> dict[str, Any]:
    stem = f"programme.{line.name}."
    money = {"id": "money", "title": words("levers_page.money"), "levers": [_money(line, area, usual, words)]}
    parts = [money]
    if line.name == GEZAG:
        parts.append(_part("emphasis", [stem + name for name in EMPHASIS], usual, words))
        parts.append(_part("ways", [stem + name for name in WAYS], usual, words))
        for pillar in GEZAG_PILLARS:
            paths = [f"{stem}mix.{one.name}" for one in of_pillar(pillar)]
            parts.append(_part(f"mix_{pillar}", paths, usual, words))
    elif line.name == "alliantie":
        parts.append(_part("together", [stem + name for name in ALLIANCE], usual, words))
        parts.append(_part("ways", [stem + "structural"], usual, words))
    else:
        parts.append(_part("mix", [f"{stem}mix.{name}" for name, _ in line.mix], usual, words))
        parts.append(_part("ways", [stem + "structural"], usual, words))
    title = line.nl if words.language == "nl" else line.en
    return {
        "id": line.name,
        "title": title[:1].upper() + title[1:],
        "text": words(f"levers_page.line_{line.name}"),
        "parts": parts,
    }


def _part(name: str, paths: list[str], usual: Mapping[str, float], words: Speech) -> dict[str, Any]:
    levers = [_plain(path, usual, words) for path in paths]
    return {"id": name, "title": words(f"levers_page.{name}"), "levers": levers, "folded": name.startswith(FOLDED)}


def _money(line: Line, area: str, usual: Mapping[str, float], words: Speech) -> dict[str, Any]:
    path = f"programme.{line.name}.budget"
    lever, said = declared_levers()[path], _announced(area)[line.name]
    top = _round_up(max(MORE_THAN_ANNOUNCED * said, usual[path], SMALLEST_TOP))
    step = top / MONEY_STEPS
    info = [words("levers_page.money_info"), words("levers_page.announced_info", scenario=line.name.replace("_", "-"))]
    bought = [_evidence(name, words) for name, _ in line.mix] or (
        [_evidence(one.name, words) for pillar in GEZAG_PILLARS for one in of_pillar(pillar)]
        if line.name == GEZAG
        else []
    )
    html = "".join(f"<p>{escape(text)}</p>" for text in info)
    if bought:
        rows = "".join(f"<li>{text}</li>" for text in bought)
        html += f"<p>{escape(words('levers_page.buys'))}</p><ul>{rows}</ul>"
    return {
        **_frame(path, words("levers_page.budget"), "amount", usual[path], lever, words),
        "high": top, "step": step, "announced": round(said), "unit": words("levers_page.unit_euro"), "info": html,
    }  # fmt: skip


def _plain(path: str, usual: Mapping[str, float], words: Speech) -> dict[str, Any]:
    """Return a lever that is no money."""
    lever = declared_levers()[path]
    kind, high, step = "number", lever.high, 1.0
    options: list[dict[str, Any]] = []
    if lever.unit.startswith("0 no,"):
        kind = "switch"
    elif path.endswith(".targeting"):
        kind = "choice"
        options = [{"value": value, "label": words(f"levers_page.target_{value}")} for value in range(TARGETS)]
    elif lever.unit in ("share", "relative weight") or lever.unit.startswith("0 none"):
        kind, step = "share", 0.01
    elif lever.unit == "ratio":
        step = 0.05
    elif lever.unit == "homes per year":
        high, step = 200.0, 5.0
    texts = [words.of(lever.description)]
    name = path.rpartition(".")[2]
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)
    if ".mix." in path:
        html += f"<p>{_evidence(name, words)}</p>"
    else:
        html += f"<p>{escape(words('levers_page.judged'))}</p>"
    label = words.of(lever.title)
    if ".mix." in path:
        own = BY_NAME[name].nl if words.language == "nl" else BY_NAME[name].en
        label = own[:1].upper() + own[1:]
    return {
        **_frame(path, label, kind, usual[path], lever, words),
        "high": max(high, usual[path]), "step": step, "announced": None,
        "unit": _unit(lever, kind, words), "info": html, "options": options,
    }  # fmt: skip


def _frame(path: str, label: str, kind: str, value: float, lever: Lever, words: Speech) -> dict[str, Any]:
    return {
        "path": path, "label": label, "kind": kind, "low": lever.low, "most": lever.high,
        "factor": 100.0 if kind == "share" else 1.0,
        "usual": {"value": value, "from": 2025, "until": 0, "once": False},
    }  # fmt: skip


def _unit(lever: Lever, kind: str, words: Speech) -> str:
    if kind == "share":
        return "%"
    return words("levers_page.unit_homes") if lever.unit == "homes per year" else words("levers_page.unit_ratio")


def _evidence(name: str, words: Speech) -> str:
    """Return what is known of an intervention in one sentence, as HTML."""
    one = BY_NAME[name]
    called = one.nl if words.language == "nl" else one.en
    label = LABELS[one.quality][words.language == "nl"]
    paths = [
        f"police.{name}_effect",
        f"services.{ACTS_AS.get(name, name)}_effect",
        *(path for path, *_ in ALSO.get(name, ())),
    ]
    parameter = next((declared_parameters()[path] for path in paths if path in declared_parameters()), None)
    if parameter is None:
        known = escape(words("levers_page.no_effect"))
    else:
        source = f'<span lang="en">{escape(parameter.source)}</span>'
        known = words("levers_page.grade", grade=escape(words(f"html.grade_{parameter.grade}")), source=source)
    return f"<strong>{escape(called[:1].upper() + called[1:])}</strong>: {escape(label)}. {known}"


def _round_up(value: float) -> float:
    """Return the next 1, 2 or 5 with zeros behind it."""
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * size >= value)
