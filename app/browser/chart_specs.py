"""Charts over the years, as the chart component wants them."""

from __future__ import annotations

import math
from typing import Any

from app.browser.speech import Speech
from app.browser.told import row_of, shown_view, standing
from app.browser.visit import FIRST_YEAR, Visit
from app.figures import factor_of, name_and_unit
from app.words import decimals_for
from results.codebook import Outcome
from scenarios.live.asking import Answer
from scenarios.live.board import Series, cells
from scenarios.live.summary import REFERENCE, SCENARIO

SCENARIO_COLOUR, REFERENCE_COLOUR = "#154273", "#b34a00"
"""Dark blue and burnt orange: apart for every kind of colour vision, and in grey."""

LOOKS = (
    (SCENARIO, SCENARIO_COLOUR, "solid", "circle"),
    (REFERENCE, REFERENCE_COLOUR, "dashed", "emptyCircle"),
)
"""How the line of each side is drawn: never by colour alone."""

HEIGHT = 300


def years_spec(answer: Answer, outcome: Outcome, words: Speech, visit: Visit, names: tuple[str, str]) -> dict[str, Any]:
    """Return a chart of an outcome over the years: reference and scenario, with bands where there are twenty draws.

    Args:
        answer: what is known.
        outcome: the outcome.
        words: the language.
        visit: what was chosen.
        names: what scenario and reference are called.
    """
    view = shown_view(outcome, visit.view)
    years = list(range(FIRST_YEAR, visit.last_year + 1))
    sides = [
        _line(answer, side, outcome, view, len(years)) | {"name": name, "color": colour, "dash": dash, "symbol": symbol}
        for (side, colour, dash, symbol), name in zip(LOOKS, names, strict=True)
    ]
    shown = [value for one in sides for value in one["values"] if value is not None]
    decimals = decimals_for(*shown, digits=3) if shown else 0
    title = name_and_unit(outcome, words)
    bands_there = answer.best is not None
    return {
        "kind": "lines",
        "title": title,
        "subtitle": f"{words(f'compare.view_{view}')}. {standing(answer, words)}",
        "spoken": _spoken(title, years, sides, decimals, words),
        "years": years,
        "series": sides,
        "decimals": decimals,
        "note": words("told.bands") if bands_there else "",
        "file": f"wijklab-{visit.area}-{outcome.id}",
        "table": _years_table(years, sides, bands_there, words),
        "height": HEIGHT,
    }


def _line(answer: Answer, side: str, outcome: Outcome, view: str, years: int) -> dict[str, Any]:
    """Return the values of one side by year, with a band where there are twenty draws."""
    column, factor = cells()[outcome.id, view], factor_of(outcome)
    if answer.best is not None:
        bands = answer.best.bands[side]
        parts = {"values": bands.median, "low": bands.low, "high": bands.high}
        return {name: _listed(values[:, column], factor) for name, values in parts.items()}
    series = answer.scenario if side == SCENARIO else answer.reference
    values = [] if series is None else _listed(series[:, column], factor)
    return {"values": values + [None] * (years - len(values)), "low": [], "high": []}


def _years_table(years: list[int], sides: list[dict[str, Any]], bands_there: bool, words: Speech) -> dict[str, Any]:
    """Return what the chart shows as columns and rows."""
    columns = [words("told.year")]
    for one in sides:
        columns.append(one["name"])
        if bands_there:
            columns += [words("told.low_of", name=one["name"]), words("told.high_of", name=one["name"])]
    parts = ("values", "low", "high") if bands_there else ("values",)
    lines = [one[part] for one in sides for part in parts]
    return {"columns": columns, "rows": [[str(year), *row] for year, *row in zip(years, *lines, strict=True)]}


def difference_spec(
    answer: Answer, outcome: Outcome, words: Speech, visit: Visit, names: tuple[str, str]
) -> dict[str, Any]:
    """Return a chart of the difference between scenario and reference over the years (arguments as above)."""
    view, factor = shown_view(outcome, visit.view), factor_of(outcome)
    years = list(range(FIRST_YEAR, visit.last_year + 1))
    middle: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    for place, year in enumerate(years):
        row = row_of(answer.best.table, outcome.id, view, year) if answer.best is not None else None
        if row is not None:
            values = [row["difference"], row["low"], row["high"]]
        else:
            values = [_preliminary(answer, outcome, view, place), math.nan, math.nan]
        for kept, value in zip((middle, low, high), values, strict=True):
            kept.append(None if math.isnan(value) else factor * value)
    known = [value for value in (*middle, *low, *high) if value is not None]
    decimals = decimals_for(*known, digits=2) if known else 0
    title = words("told.difference_of", outcome=name_and_unit(outcome, words))
    has_band = any(value is not None for value in low)
    name = words("told.difference_name", scenario=names[0], reference=names[1])
    series = {"name": name, "color": SCENARIO_COLOUR, "dash": "solid", "values": middle}
    series |= {"low": low, "high": high} if has_band else {"low": [], "high": []}
    rows = [[str(year), *values] for year, *values in zip(years, middle, low, high, strict=True)]
    return {
        "kind": "lines",
        "title": title,
        "subtitle": f"{words(f'compare.view_{view}')}. {standing(answer, words)}",
        "spoken": _spoken(title, years, [series], decimals, words),
        "years": years,
        "series": [series],
        "zero_line": True,
        "decimals": decimals,
        "note": words("told.difference_band") if has_band else words("told.no_band"),
        "file": f"wijklab-{visit.area}-{outcome.id}-difference",
        "table": {"columns": [words(f"told.{name}") for name in ("year", "difference", "low", "high")], "rows": rows},
        "height": HEIGHT,
    }


def _preliminary(answer: Answer, outcome: Outcome, view: str, place: int) -> float:
    if answer.scenario is None or answer.reference is None or place >= answer.years_lived:
        return math.nan
    column = cells()[outcome.id, view]
    return float(answer.scenario[place, column] - answer.reference[place, column])


def _spoken(title: str, years: list[int], sides: list[dict[str, Any]], decimals: int, words: Speech) -> str:
    parts = [title]
    for side in sides:
        known = [(year, value) for year, value in zip(years, side["values"], strict=True) if value is not None]
        if known:
            (first, start), (last, end) = known[0], known[-1]
            parts.append(
                words(
                    "told.spoken",
                    name=side["name"],
                    start=words.number(start, decimals),
                    first=first,
                    end=words.number(end, decimals),
                    last=last,
                )
            )
    return ". ".join(parts)


def _listed(values: Series, factor: float) -> list[float | None]:
    return [None if math.isnan(value) else float(factor * value) for value in values]
