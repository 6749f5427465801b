"""What differs between two scenarios: levers whose value is not the same at some time, and the points of a sweep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.html.parts import Grid, Part, Text
from app.stored import points_of
from app.tables import Table
from app.words import Words, catalogue
from results.stored_tables import unreadable
from results.tables import RUNS

if TYPE_CHECKING:
    from results.reading import Results

Periods = Mapping[str, float]
"""A value by the month from which it holds (``YYYY-MM``)."""

COUNTRY = ""
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Difference:
    """One lever from one month on."""

    path: str
    area: str
    since: str
    reference: float | None
    scenario: float | None


def differences(scenario: Mapping[str, Any], reference: Mapping[str, Any], areas: tuple[str, ...]) -> list[Difference]:
    """Return every lever and month from which two scenario files ask for something else, here or in the country.

    Args:
        scenario: a scenario file with everything written out.
        reference: the other.
        areas: areas to look at.
    """
    found = []
    for area in (COUNTRY, *areas):
        new, old = _levers(scenario, area), _levers(reference, area)
        for path in sorted({*new, *old}):
            found += _steps(path, area, new.get(path, {}), old.get(path, {}))
    return found


def _levers(content: Mapping[str, Any], area: str) -> Mapping[str, Periods]:
    where = content if area == COUNTRY else content.get("areas", {}).get(area, {})
    levers: Mapping[str, Periods] = where.get("levers", {})
    return levers


def _steps(path: str, area: str, new: Periods, old: Periods) -> list[Difference]:
    """Return the months from which the two values in force differ, or are the same again."""
    found: list[Difference] = []
    last: tuple[float | None, float | None] = (None, None)
    for month in sorted({*new, *old}):
        values = (_at(old, month), _at(new, month))
        if values != last and (values[0] != values[1] or last[0] != last[1]):
            found.append(Difference(path, area, month, *values))
        last = values
    return found


def _at(periods: Periods, month: str) -> float | None:
    past = [since for since in sorted(periods) if since <= month]
    return float(periods[past[-1]]) if past else None


def what_differs(results: Results, scenario: str, reference: str, words: Words) -> list[Part]:
    """Return the levers in which two scenarios of a folder differ."""
    swept = _point(results, scenario, words)
    files = [_read(results, name) for name in (scenario, reference)]
    if None in files:
        return [*swept, Text(words("html.no_scenario_file"))]
    found = differences(files[0] or {}, files[1] or {}, results.areas)
    if not found and not swept:
        return [Text(words("html.no_difference"))]
    known = results.codebook.content
    rows = []
    for one in found:
        lever = known["levers"].get(one.path, {})
        title = lever.get("title", {}).get(words.language, one.path)
        name = f"{title} ({unit_name(lever['unit'], words)})" if lever.get("unit") else title
        where = known["areas"].get(one.area, {}).get("name", one.area) if one.area else words("html.country")
        values = [
            words("html.not_set") if value is None else number(value, words) for value in (one.reference, one.scenario)
        ]
        rows.append([name, where, one.since, *values])
    headings = [words(f"html.{name}") for name in ("lever", "where", "since")]
    headings += [words("compare.reference"), words("compare.scenario")]
    table = Table(words("html.levers_title"), headings, rows, [words("html.levers_note")])
    return [*swept, *([Grid(table, wide=True)] if found else [])]


def unit_name(unit: str, words: Words) -> str:
    """Return the unit of a lever in the language; as the codebook has it where it is one we have no word for."""
    plain = re.sub(r"[^a-z0-9]+", "_", unit.lower()).strip("_")
    return catalogue(words.language).get(f"html.unit_{plain}", unit)


def _read(results: Results, scenario: str) -> dict[str, Any] | None:
    """Return a scenario of the folder as it was run; a point of a sweep is that scenario with its swept levers."""
    place = results.folder / "scenarios" / f"{scenario.partition('~')[0]}.toml"
    if not place.is_file():
        return None
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except ValueError as error:  # no text, or no TOML
        raise unreadable(results.folder, f"scenarios/{place.name}") from error


def swept_columns(results: Results) -> list[str]:
    """Return the columns of the table of runs that hold swept levers and parameters."""
    return [name for name in results.runs.columns if name not in RUNS]


def quantity_name(results: Results, column: str, words: Words) -> str:
    """Return what a swept lever or parameter is called."""
    _, _, path = column.partition(":")
    content = results.codebook.content
    if path in content["levers"]:
        return str(content["levers"][path]["title"][words.language])
    return str(content["parameters"].get(path, {}).get("description", {}).get(words.language, path))


def _point(results: Results, scenario: str, words: Words) -> list[Part]:
    """Return the values at a point of a sweep."""
    if "~" not in scenario:
        return []
    row = results.runs[results.runs["scenario"] == scenario].iloc[0]
    rows = [
        [quantity_name(results, name, words), number(float(row[name]), words)]
        for name in swept_columns(results)
        if row[name] == row[name]  # not swept here
    ]
    table = Table(words("html.point_title"), [words("html.swept"), words("html.value")], rows)
    return [Grid(table)] if rows else []


def has_points(results: Results, scenario: str) -> bool:
    """Say whether a scenario was run at points of a sweep, and not as it stands."""
    return bool(points_of(results, scenario)) and scenario not in set(results.runs["scenario"])


def number(value: float, words: Words) -> str:
    """Return a value of a lever or parameter with the decimals it has, four at most."""
    decimals = len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2])
    return words.number(value, decimals)


def scenario_file(results: Results, scenario: str) -> dict[str, Any]:
    """Return a scenario of the folder as it was run; empty where the folder holds no such file."""
    return _read(results, scenario) or {}
