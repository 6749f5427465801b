"""An answer as what a page shows: headline figures, lines of a chart, money, and what all of it stands on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from app.browser.speech import Speech
from app.browser.visit import FIRST_YEAR
from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.verdicts import verdict_word
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

BUDGET, SPENT = "programme_euros_budget", "programme_euros_spent"
MONEY = (
    BUDGET,
    SPENT,
    "programme_euros_idle",
    "programme_euros_replacing_regular",
    "programme_posts_filled",
    "programme_places",
    "programme_enrolled",
)

PLACE = "place"

HEADLINE_DECIMALS = 2
"""Of the headline figures: twenty draws of some of the streets do not carry more."""


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
        judged: what validation says of the family of the outcome.
    """

    name: str
    value: str
    difference: str
    interval: str
    said: str
    mood: str
    judged: str = ""


def shown_view(outcome: Outcome, view: str) -> str:
    """Return who is counted: as asked where the outcome has it."""
    return view if view in outcome.views else outcome.views[0]


def headlines(answer: Answer, codebook: Codebook, words: Speech, last_year: int) -> list[Headline]:
    """Return the headline figures of the last year that is known."""
    return [
        replace(_headline(answer, codebook.outcome(name), words, last_year), judged=verdict_word(name, words))
        for name in HEADLINES
    ]


def _headline(answer: Answer, outcome: Outcome, words: Speech, last_year: int) -> Headline:
    name = name_and_unit(outcome, words)
    view = shown_view(outcome, PLACE)
    if answer.best is not None:
        row = row_of(answer.best.table, outcome.id, view, last_year)
        if row is not None:
            return _of_row(name, row, outcome, words)
    value, reference = (
        _lived(side, answer.years_lived, outcome.id, view) for side in (answer.scenario, answer.reference)
    )
    if math.isnan(value) or math.isnan(reference):
        return Headline(name, words("told.computing"), "", "", "", "unclear")
    factor, sign = factor_of(outcome), "%" if is_share(outcome) else ""
    difference = factor * (value - reference)
    decimals = min(HEADLINE_DECIMALS, level_decimals(factor * reference, difference))
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
    decimals = min(HEADLINE_DECIMALS, level_decimals(reference, difference, low, high))
    better = row["share_better"]
    mood = "unclear"
    if not math.isnan(better) and not math.isnan(low) and low * high > 0:
        mood = "better" if better > 1 / 2 else "worse"
    return Headline(
        name,
        words.number(value, decimals) + sign,
        words.number(difference, decimals, signed=True),
        _interval(low, high, decimals, words),
        "" if math.isnan(better) else words("told.better_in", count=round(100 * better)),
        mood,
    )


def _interval(low: float, high: float, decimals: int, words: Speech) -> str:
    """Return an interval; an end on this side of nought is not shown as nought."""
    if math.isnan(low) or low * high <= 0:
        return interval(low, high, decimals, words)
    near, far = sorted((low, high), key=abs)
    if round(near, decimals):
        return interval(low, high, decimals, words)
    if not round(far, decimals):
        return words("told.all_below_nought" if far < 0 else "told.all_above_nought")
    end = words.number(far, decimals, signed=True)
    return words("told.below_nought" if far < 0 else "told.above_nought", end=end)


def row_of(table: pd.DataFrame, outcome: str, view: str, year: int, group: str = EVERYBODY) -> dict[Any, Any] | None:
    """Return one row of a comparison, ``None`` where there is none."""
    found = table[
        (table["outcome"] == outcome) & (table["view"] == view) & (table["year"] == year) & (table["group"] == group)
    ]
    return None if found.empty else found.to_dict("records")[0]


def _lived(series: Series | None, years: int, outcome: str, view: str) -> float:
    """Return the value of the last year that both sides have lived: one of them may be further."""
    if series is None or not years:
        return math.nan
    return float(series[years - 1, cells()[outcome, view]])


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
    if answer.stage is Stage.FULL and not answer.asked:
        return words("told.resting")
    if answer.stage is Stage.FIRST:
        text = words("told.computing_first", percent=words.percent(answer.sample))
    elif answer.asked == 1:  # every draw is there
        text = words("told.comparing")
    else:
        sample = 1.0 if answer.stage is Stage.FULL else answer.sample
        text = words("told.computing_draws", done=answer.done, asked=answer.asked, percent=words.percent(sample))
    if answer.ahead:
        text += " " + words("told.ahead", count=answer.ahead)
    return text + (" " + words("site.retried") if answer.retried else "")


def said(answer: Answer, words: Speech) -> str:
    """Say what is being computed now in words that stay the same while it is: for a screen reader."""
    if answer.failure or answer.stage is None or not answer.asked:
        return progress(answer, words)
    sample = 1.0 if answer.stage is Stage.FULL else answer.sample
    return words(f"told.said_{answer.stage.name.lower()}", percent=words.percent(sample), draws=DRAWS)


def money_figures(answer: Answer, codebook: Codebook, words: Speech) -> list[tuple[str, str, str]]:
    """Return budget and what became of it in a mean year: name, value in the scenario, what it has more or less."""
    found, added = [], {}
    for name in MONEY:
        outcome = codebook.outcome(name)
        value, reference = (_mean_year(answer, side, name) for side in (SCENARIO, REFERENCE))
        if math.isnan(value):
            continue
        added[name] = value - reference
        found.append(
            (words(f"told.{name}"), _amount(value, outcome, words), _signed(value - reference, outcome, words))
        )
    if BUDGET in added and SPENT in added:
        # the reference spends on what was promised before: what is not spent is a matter of the money that was added
        unspent = added[BUDGET] - added[SPENT]
        found.insert(2, (words("told.unspent"), _amount(unspent, codebook.outcome(BUDGET), words), ""))
    return found


def _signed(difference: float, outcome: Outcome, words: Speech) -> str:
    if math.isnan(difference):
        return ""
    sign = "+" if difference >= 0 else "\N{MINUS SIGN}"
    return f"{sign}{_amount(abs(difference), outcome, words)}"


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
