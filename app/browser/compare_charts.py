"""Charts of scenarios side by side over the years: levels with the reference, or differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.browser.compare_sides import REFERENCE_LOOK, Dash, Known, Side
from app.browser.speech import Speech
from app.browser.told import shown_view
from app.browser.visit import FIRST_YEAR, Visit
from app.figures import factor_of, name_and_unit
from app.words import decimals_for
from results.codebook import Outcome
from results.comparison import EVERYBODY
from scenarios.live.board import cells
from scenarios.live.summary import REFERENCE, SCENARIO, Summary

LEVEL, DIFFERENCE = "level", "difference"
WHATS = (LEVEL, DIFFERENCE)
"""What a chart shows."""

HEIGHT = 240
Values = list[float | None]


def small_chart(
    sides: Sequence[Side], known: Known, outcome: Outcome, what: str, visit: Visit, reference: str, words: Speech
) -> dict[str, Any]:
    """Return the chart of one outcome with every scenario whose answer is there, and the reference.

    Args:
        sides: the scenarios.
        known: answers that are there, of one at least.
        outcome: the outcome.
        what: ``level`` or ``difference``.
        visit: what was chosen.
        reference: what the reference is called.
        words: the language.
    """
    view = shown_view(outcome, visit.view)
    years = list(range(FIRST_YEAR, visit.last_year + 1))
    there = [(side, known[side.key]) for side in sides if side.key in known]
    if what == LEVEL:
        lines = [_line(side.title, side.look, _level(summary, SCENARIO, outcome, view)) for side, summary in there]
        lines.append(_line(reference, REFERENCE_LOOK, _level(there[0][1], REFERENCE, outcome, view)))
    else:
        lines = [_line(side.title, side.look, *_difference(summary, outcome, view, years)) for side, summary in there]
    values = [value for line in lines for value in line["values"] if value is not None]
    decimals = decimals_for(*values, digits=3) if values else 0
    title = name_and_unit(outcome, words)
    return {
        "kind": "lines",
        "title": title,
        "subtitle": f"{words(f'side_by_side.shows_{what}')}. {words(f'compare.view_{view}')}",
        "spoken": _spoken(title, what, lines, years, decimals, words),
        "years": years,
        "series": lines,
        "decimals": decimals,
        "zero_line": what == DIFFERENCE,
        "file": f"wijklab-{visit.area}-{outcome.id}-{what}",
        "table": _table(lines, years, what, words),
        "height": HEIGHT,
        "level": 3,
    }


def _line(
    name: str, look: tuple[str, Dash, str], values: Values, low: Values | None = None, high: Values | None = None
) -> dict[str, Any]:
    colour, dash, symbol = look
    return {
        "name": name,
        "color": colour,
        "dash": list(dash) if isinstance(dash, tuple) else dash,
        "symbol": symbol,
        "values": values,
        "low": low or [],
        "high": high or [],
    }


def _level(summary: Summary, side: str, outcome: Outcome, view: str) -> Values:
    return _listed(factor_of(outcome) * summary.bands[side].median[:, cells()[outcome.id, view]])


def _difference(summary: Summary, outcome: Outcome, view: str, years: Sequence[int]) -> tuple[Values, Values, Values]:
    table = summary.table
    rows = table[(table["outcome"] == outcome.id) & (table["view"] == view) & (table["group"] == EVERYBODY)]
    found = rows.set_index("year").reindex(list(years))
    factor = factor_of(outcome)
    middle, low, high = (_listed(factor * found[name].to_numpy()) for name in ("difference", "low", "high"))
    return middle, low, high


def _listed(values: np.ndarray[Any, Any]) -> Values:
    return [None if math.isnan(value) else float(value) for value in values]


def _table(lines: Sequence[dict[str, Any]], years: Sequence[int], what: str, words: Speech) -> dict[str, Any]:
    columns = [words("told.year")]
    parts: list[Values] = []
    for line in lines:
        columns.append(line["name"])
        parts.append(line["values"])
        if what == DIFFERENCE:
            columns += [words("told.low_of", name=line["name"]), words("told.high_of", name=line["name"])]
            parts += [line["low"], line["high"]]
    rows = [[str(year), *(part[place] for part in parts)] for place, year in enumerate(years)]
    return {"columns": columns, "rows": rows}


def _spoken(
    title: str, what: str, lines: Sequence[dict[str, Any]], years: Sequence[int], decimals: int, words: Speech
) -> str:
    told = [f"{title}, {words(f'side_by_side.shows_{what}')}"]
    for line in lines:
        there = [(year, value) for year, value in zip(years, line["values"], strict=True) if value is not None]
        if there:
            (first, start), (last, end) = there[0], there[-1]
            texts = [words.number(value, decimals, signed=what == DIFFERENCE) for value in (start, end)]
            told.append(words("told.spoken", name=line["name"], start=texts[0], first=first, end=texts[1], last=last))
    return ". ".join(told)
