"""An answer as what a page shows: headline figures, lines of a chart, money, and what all of it stands on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from app.browser.speech import Speech
from app.browser.visit import FIRST_YEAR, Visit
from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.words import decimals_for
from results.codebook import Codebook, Outcome
from results.comparison import EVERYBODY
from scenarios.live.asking import DRAWS, Answer
from scenarios.live.board import Series, cells
from scenarios.live.summary import REFERENCE, SCENARIO, Summary
from scenarios.live.turns import Stage

HEADLINES = (
    "registered_suspects_12_24_per_10k",
    "crimes_per_1000",
    "early_school_leavers_share",
    "problem_debt_share",
    "stapeling_share",
)
"""The figures that move with a lever; one of each kind of problem, and how they pile up."""

MONEY = (
    "programme_euros_budget",
    "programme_euros_spent",
    "programme_euros_idle",
    "programme_euros_replacing_regular",
    "programme_posts_filled",
    "programme_places",
    "programme_enrolled",
)

SCENARIO_COLOUR, REFERENCE_COLOUR = "#154273", "#b34a00"
"""Dark blue and burnt orange: apart for every kind of colour vision, and in grey."""

SOMETIMES, OFTEN = 0.6, 0.9
"""Shares of the futures from which a gain is told as likely, and as nearly certain."""

PLACE = "place"


@dataclass(frozen=True)
class Headline:
    """One figure with what it is compared with, as text.

    Attributes:
        name: the outcome with its unit.
        value: of the scenario.
        difference: to the reference.
        interval: of the difference; empty while there is none.
        said: in how many futures it is better, or what this is while there is no interval.
        mood: ``better``, ``worse`` or ``unclear``: never by colour alone.
    """

    name: str
    value: str
    difference: str
    interval: str
    said: str
    mood: str


def shown_view(outcome: Outcome, view: str) -> str:
    """Return who is counted: as asked where the outcome has it."""
    return view if view in outcome.views else outcome.views[0]


def headlines(answer: Answer, codebook: Codebook, words: Speech, last_year: int) -> list[Headline]:
    """Return the headline figures of the last year that is known."""
    return [_headline(answer, codebook.outcome(name), words, last_year) for name in HEADLINES]


def _headline(answer: Answer, outcome: Outcome, words: Speech, last_year: int) -> Headline:
    name = name_and_unit(outcome, words)
    view = shown_view(outcome, PLACE)
    if answer.best is not None:
        row = row_of(answer.best.table, outcome.id, view, last_year)
        if row is not None:
            return _of_row(name, row, outcome, words)
    value, reference = (_last(side, outcome.id, view) for side in (answer.scenario, answer.reference))
    if math.isnan(value) or math.isnan(reference):
        return Headline(name, words("told.computing"), "", "", "", "unclear")
    factor, sign = factor_of(outcome), "%" if is_share(outcome) else ""
    difference = factor * (value - reference)
    decimals = level_decimals(factor * reference, difference)
    return Headline(
        name,
        words.number(factor * value, decimals) + sign,
        words.number(difference, decimals, signed=True),
        "",
        words("told.preliminary", year=FIRST_YEAR + answer.years_lived - 1),
        "unclear",
    )


def _of_row(name: str, row: dict[Any, Any], outcome: Outcome, words: Speech) -> Headline:
    factor, sign = factor_of(outcome), "%" if is_share(outcome) else ""
    reference, value, difference, low, high = (
        factor * row[column] for column in ("reference_value", "scenario_value", "difference", "low", "high")
    )
    decimals = level_decimals(reference, difference, low, high)
    better = row["share_better"]
    mood = "unclear"
    if not math.isnan(better) and not math.isnan(low) and low * high > 0:
        mood = "better" if better > 1 / 2 else "worse"
    return Headline(
        name,
        words.number(value, decimals) + sign,
        words.number(difference, decimals, signed=True),
        interval(low, high, decimals, words),
        "" if math.isnan(better) else words("told.better_in", count=round(100 * better)),
        mood,
    )


def row_of(table: pd.DataFrame, outcome: str, view: str, year: int, group: str = EVERYBODY) -> dict[Any, Any] | None:
    """Return one row of a comparison, ``None`` where there is none."""
    found = table[
        (table["outcome"] == outcome) & (table["view"] == view) & (table["year"] == year) & (table["group"] == group)
    ]
    return None if found.empty else found.to_dict("records")[0]


def _last(series: Series | None, outcome: str, view: str) -> float:
    if series is None or not len(series):
        return math.nan
    return float(series[-1, cells()[outcome, view]])


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
    column, factor = cells()[outcome.id, view], factor_of(outcome)
    years = list(range(FIRST_YEAR, visit.last_year + 1))
    sides = []
    for side, name, colour, dash in (
        (SCENARIO, names[0], SCENARIO_COLOUR, "solid"),
        (REFERENCE, names[1], REFERENCE_COLOUR, "dashed"),
    ):
        if answer.best is not None:
            bands = answer.best.bands[side]
            parts = {
                "values": _listed(bands.median[:, column], factor),
                "low": _listed(bands.low[:, column], factor),
                "high": _listed(bands.high[:, column], factor),
            }
        else:
            series = answer.scenario if side == SCENARIO else answer.reference
            values = [] if series is None else _listed(series[:, column], factor)
            parts = {"values": values + [None] * (len(years) - len(values)), "low": [], "high": []}
        sides.append({"name": name, "color": colour, "dash": dash, "symbol": "circle" if dash == "solid" else "emptyCircle", **parts})
    shown = [value for one in sides for value in one["values"] if value is not None]
    decimals = decimals_for(*shown, digits=3) if shown else 0
    title = name_and_unit(outcome, words)
    bands_there = answer.best is not None
    columns = [words("told.year")]
    for one in sides:
        columns += [one["name"]]
        if bands_there:
            columns += [words("told.low_of", name=one["name"]), words("told.high_of", name=one["name"])]
    rows = []
    for place, year in enumerate(years):
        row: list[Any] = [str(year)]
        for one in sides:
            row += [one["values"][place]] + ([one["low"][place], one["high"][place]] if bands_there else [])
        rows.append(row)
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
        "table": {"columns": columns, "rows": rows},
        "height": 300,
    }


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


def standing(answer: Answer, words: Speech) -> str:
    """Say what the figures that are shown stand on."""
    percent = words.percent(answer.sample)
    if answer.full is not None:
        return words("told.full", draws=DRAWS)
    if answer.quick is not None:
        return words("told.quick", draws=DRAWS, percent=percent)
    if answer.years_lived:
        return words("told.first", percent=percent, year=FIRST_YEAR + answer.years_lived - 1)
    return words("told.nothing_yet")


def progress(answer: Answer, words: Speech) -> str:
    """Say what is being computed now."""
    if answer.failure:
        return words(f"site.failure_{answer.failure}")
    if answer.stage is None:
        return words("told.ready")
    if answer.stage is Stage.FIRST:
        text = words("told.computing_first", percent=words.percent(answer.sample))
    else:
        sample = 1.0 if answer.stage is Stage.FULL else answer.sample
        text = words("told.computing_draws", done=answer.done, asked=answer.asked, percent=words.percent(sample))
    if answer.ahead:
        text += " " + words("told.ahead", count=answer.ahead)
    return text + (" " + words("site.retried") if answer.retried else "")


def money_figures(answer: Answer, codebook: Codebook, words: Speech) -> list[tuple[str, str]]:
    """Return budget and what became of it in a mean year, as names with values: the scenario, and what it adds."""
    found = []
    for name in MONEY:
        outcome = codebook.outcome(name)
        value, reference = (_mean_year(answer, side, name) for side in (SCENARIO, REFERENCE))
        if math.isnan(value):
            continue
        found.append((outcome.name[words.language], _amount(value, outcome, words) + _added(value - reference, outcome, words)))
    unspent = _mean_year(answer, SCENARIO, MONEY[0]) - _mean_year(answer, SCENARIO, MONEY[1])
    if not math.isnan(unspent):
        found.insert(2, (words("told.unspent"), _amount(unspent, codebook.outcome(MONEY[0]), words)))
    return found


def _added(difference: float, outcome: Outcome, words: Speech) -> str:
    if math.isnan(difference):
        return ""
    sign = "+" if difference >= 0 else "\N{MINUS SIGN}"
    return f" ({sign}{_amount(abs(difference), outcome, words)})"


def _amount(value: float, outcome: Outcome, words: Speech) -> str:
    if outcome.unit["en"].startswith("EUR"):
        if abs(value) >= 1e6:
            return words("told.million", value=words.number(value / 1e6, 2))
        return words("told.thousand", value=words.number(value / 1e3, 0))
    return words.number(value, decimals_for(value, digits=3, most=1))


def _mean_year(answer: Answer, side: str, outcome: str) -> float:
    column = cells()[outcome, PLACE]
    if answer.best is not None:
        series: Any = answer.best.bands[side].median
    else:
        series = answer.scenario if side == SCENARIO else answer.reference
        if series is not None and answer.years_lived:
            series = series[: answer.years_lived]
    if series is None or not len(series):
        return math.nan
    return float(np.nanmean(series[:, column])) if not np.isnan(series[:, column]).all() else math.nan


def summary_of(answer: Answer | None) -> Summary | None:
    """Return the summary of most streets, if there is one."""
    return None if answer is None else answer.best
