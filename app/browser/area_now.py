"""What an area is like now, beside the country: observed, borrowed and estimated figures, each marked as what it is."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from app.browser.speech import Speech
from app.tables import Table
from scenarios.live.board import Series, cells
from sim.areas import load_area
from sim.areas.area import Area


@cache
def country() -> Mapping[str, Mapping[str, Any]]:
    """Return the figures of the country by name: value, year, source."""
    return tomllib.loads(files("app.browser").joinpath("country.toml").read_text(encoding="utf-8"))


def area_table(area_id: str, start: Series | None, words: Speech) -> Table:
    """Return the six domains of an area beside the country.

    Args:
        area_id: the area.
        start: series of the reference, for what only the model can tell; its first year is used.
        words: the language.
    """
    area = load_area(area_id)
    suspects, crimes = area.figures["suspects_per_10k_12plus"], area.figures["crimes_per_1000"]
    poor, debt = area.figures["low_income"], area.figures["problem_debt"]
    rows = [
        _row("education", "early_school_leavers", _of_model(start, "early_school_leavers_share"), "model", 0, words),
        _row("poverty", "low_income", poor.value, poor.status, poor.year, words),
        _row("poverty", "problem_debt", debt.value, debt.status, debt.year, words),
        _row("health", "good_health", _of_model(start, "good_health_share"), "model", 0, words),
        _row("work", "employed", _weighted(area, "employed_15_75"), "observed", 2022, words),
        _row("housing", "weak_livability", _of_model(start, "weak_livability_homes_share"), "model", 0, words),
        _row("safety", "suspects", suspects.value, suspects.status, suspects.year, words),
        _row("safety", "crimes", crimes.value, crimes.status, crimes.year, words),
    ]
    headings = [words(f"area_now.{name}") for name in ("figure", "here", "status", "country")]
    certainty = words("area_now.certainty", certainty=words(f"areas.{area.certainty}"))
    note = area.certainty_note_nl if words.language == "nl" else area.certainty_note
    return Table(
        words("area_now.title", area=area.name), headings, rows, [f"{certainty} {note}.", words("area_now.note")]
    )


def _row(domain: str, name: str, value: float, status: str, year: int, words: Speech) -> list[str]:
    found = country().get(name)
    when = f", {year}" if year else ""
    return [
        f"{words(f'area_now.{domain}')}: {words(f'area_now.{name}')}",
        _text(value, words),
        words(f"area_now.status_{status}") + when,
        f"{_text(found['value'], words)} ({found['year']})" if found else words("area_now.health_gap"),
    ]


def _text(value: float, words: Speech) -> str:
    if math.isnan(value):
        return words("area_now.computing")
    return words.percent(value, 1) if value < 1 else words.number(value)


def _of_model(start: Series | None, outcome: str) -> float:
    column = cells()[outcome, "place"]
    return math.nan if start is None or not len(start) else float(start[0, column])


def _weighted(area: Area, name: str) -> float:
    """Return a figure of the wijken, by their residents."""
    total = sum(wijk.residents for wijk in area.wijken)
    return sum(wijk.figures[name].value * wijk.residents for wijk in area.wijken) / total
