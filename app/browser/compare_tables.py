"""Tables of scenarios side by side: the main outcomes, who gains and who loses, and where the model is sure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from app.browser.compare_effects import CLEAR, FUTURES, effect_in, verdict_of
from app.browser.compare_sides import Known, Side
from app.browser.speech import Speech
from app.browser.told import HEADLINES, shown_view
from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.tables import Table
from app.verdicts import verdict_sentence
from results.codebook import Codebook, Outcome
from results.comparison import EVERYBODY
from results.report import headline
from scenarios.live.summary import Summary

MAIN = (
    *HEADLINES[:2],
    "youths_hardened_share",
    "feels_unsafe_share",
    "early_school_leavers_share",
    "start_qualification_share",
    "employed_share",
    "low_financial_welfare_share",
    "problem_debt_share",
    "good_health_share",
    "weak_livability_homes_share",
    "stapeling_share",
)
"""Outcomes that are told first: one or two of each domain, and how problems pile up."""

DOMAINS: Mapping[str, str] = {
    "education": "early_school_leavers_share",
    "poverty": "low_financial_welfare_share",
    "health": "good_health_share",
    "work": "employed_share",
    "housing": "housing_in_red_share",
    "safety": "registered_suspects_12plus_per_10k",
}
"""One outcome per domain that is counted by age and by income."""

EDUCATION_OF_PEOPLE = "start_qualification_share"
"""Takes the place of school leavers among the people of the start, who are not counted by that."""

GROUPS: Mapping[str, str] = {
    "all": "group_all",
    "age:12-17": "group_12_17",
    "age:18-24": "group_18_24",
    "age:25+": "group_25",
    "start:low-income": "group_low_income",
    "start:other-income": "group_other_income",
}
"""Groups with the keys of their names."""

LEANS = "likely"
Rows = Mapping[tuple[str, str], dict[Any, Any]]

LIKELY = 0.8
"""Share of the futures that agree from which a gain or loss is called likely, though the interval holds zero."""


def headline_table(
    sides: Sequence[Side], known: Known, year: int, view: str, every: bool, codebook: Codebook, words: Speech
) -> Table:
    """Return outcomes in rows and scenarios in columns, each with difference, interval and share of better futures.

    Args:
        sides: the scenarios.
        known: answers that are there, of one at least.
        year: the year.
        view: who is counted, where an outcome has it.
        every: whether all outcomes of a report are shown; the main ones otherwise.
        codebook: of the area.
        words: the language.
    """
    found = [_rows(known[side.key], year) if side.key in known else None for side in sides]
    first = next(rows for rows in found if rows is not None)
    summary = next(known[side.key] for side in sides if side.key in known)
    names = _outcomes(summary, year, codebook) if every else list(MAIN)
    rows: list[list[str]] = []
    above = ""
    for name in names:
        outcome = codebook.outcome(name)
        if outcome.section != above:
            above = outcome.section
            rows.append([codebook.sections[above][words.language]])
        shown = shown_view(outcome, view)
        row = first.get((name, shown))
        reference = words("compare.nothing") if row is None else _level(row, "reference_value", outcome, words)
        cells = [_told(sides_rows, outcome, shown, words) for sides_rows in found]
        rows.append([_name(outcome, shown, view, words), reference, *cells])
    headings = [words("compare.outcome"), words("compare.reference"), *(side.title for side in sides)]
    title = words("side_by_side.headline", year=year, view=words(f"compare.view_{view}"))
    notes = [words(f"side_by_side.{note}") for note in ("headline_note", "interval_note")]
    return Table(title, headings, rows, [*notes, verdict_sentence(names, words)])


def _rows(summary: Summary, year: int) -> Rows:
    """Return the rows of everybody in one year, by outcome and view."""
    table = summary.table
    here = table[(table["year"] == year) & (table["group"] == EVERYBODY)]
    return {(row["outcome"], row["view"]): row for row in here.to_dict("records")}


def _outcomes(summary: Summary, year: int, codebook: Codebook) -> list[str]:
    """Return the outcomes of a report, in its order; those that are not counted in the view asked for as well."""
    area = summary.table["area"].iloc[0]
    return list(dict.fromkeys(headline(summary.table, year, "place", area, codebook)["outcome"]))


def _name(outcome: Outcome, shown: str, view: str, words: Speech) -> str:
    """Return the name, with who is counted where that is not what was asked for."""
    name = name_and_unit(outcome, words)
    return name if shown == view else f"{name} [{words(f'compare.view_{shown}')}]"


def _level(row: Mapping[Any, Any], column: str, outcome: Outcome, words: Speech) -> str:
    factor, sign = factor_of(outcome), "%" if is_share(outcome) else ""
    decimals = level_decimals(*(factor * row[name] for name in ("reference_value", "difference", "low", "high")))
    return words.number(factor * row[column], decimals) + sign


def _told(rows: Rows | None, outcome: Outcome, view: str, words: Speech) -> str:
    """Return the cell of one scenario: verdict, value, difference with interval, share of better futures."""
    if rows is None:
        return words("told.computing")
    row = rows.get((outcome.id, view))
    if row is None:
        return words("compare.nothing")
    factor = factor_of(outcome)
    reference, difference, low, high = (factor * row[name] for name in ("reference_value", "difference", "low", "high"))
    decimals = level_decimals(reference, difference, low, high)
    better = row["share_better"]
    return words(
        "side_by_side.cell" if math.isnan(better) else "side_by_side.cell_better",
        verdict=words(f"side_by_side.verdict_{verdict_of(row, outcome.better)}"),
        value=_level(row, "scenario_value", outcome, words),
        difference=words.number(difference, decimals, signed=True),
        interval=interval(low, high, decimals, words),
        count=0 if math.isnan(better) else round(FUTURES * better),
    )


def gains_table(summary: Summary, title: str, year: int, view: str, codebook: Codebook, words: Speech) -> Table:
    """Return who gains and who loses by one scenario: domains in rows, groups in columns.

    Args:
        summary: its answer, with groups by age and by income at the start.
        title: what the scenario is called.
        year: the year.
        view: ``place`` or ``people``; groups that are not counted in it are left out.
        codebook: of the area.
        words: the language.
    """
    table = summary.table
    here = table[(table["view"] == view) & (table["year"] == year)]
    groups = [group for group in GROUPS if (here["group"] == group).any()]
    rows = []
    for domain, name in DOMAINS.items():
        outcome = codebook.outcome(name)
        if view not in outcome.views:
            outcome = codebook.outcome(EDUCATION_OF_PEOPLE)
        cells = [_gain(here, outcome, group, words) for group in groups]
        rows.append([f"{words(f'area_now.{domain}')}: {name_and_unit(outcome, words)}", *cells])
    headings = [words("side_by_side.domain"), *(words(f"side_by_side.{GROUPS[group]}") for group in groups)]
    heading = words("side_by_side.gains", scenario=title, year=year, view=words(f"compare.view_{view}"))
    return Table(heading, headings, rows, [words("side_by_side.gains_note")])


def _gain(here: pd.DataFrame, outcome: Outcome, group: str, words: Speech) -> str:
    found = here[(here["outcome"] == outcome.id) & (here["group"] == group)].to_dict("records")
    if not found:
        return words("compare.nothing")
    row, factor = found[0], factor_of(outcome)
    reference, difference, low, high = (factor * row[name] for name in ("reference_value", "difference", "low", "high"))
    decimals = level_decimals(reference, difference, low, high)
    return words(
        "side_by_side.gain",
        verdict=words(f"side_by_side.verdict_{verdict_of(row, outcome.better)}"),
        difference=words.number(difference, decimals, signed=True),
        interval=interval(low, high, decimals, words),
    )


def sure_table(summary: Summary, title: str, year: int, codebook: Codebook, words: Speech) -> Table:
    """Return of the main outcomes how sure the model is of the direction, and from which year on."""
    rows = []
    for name in MAIN:
        outcome = codebook.outcome(name)
        effect = effect_in(summary, outcome, shown_view(outcome, "place"), year)
        if effect is None:
            continue
        share = effect.row["share_better"]
        sure = _sureness(effect.verdict in CLEAR, share)
        direction = f"verdict_{effect.verdict}"
        if sure == LEANS:
            direction = "lean_better" if share > 1 / 2 else "lean_worse"
        since = words("compare.nothing") if effect.since is None else str(effect.since)
        futures = words("compare.nothing") if math.isnan(share) else words.percent(share)
        told = [words(f"side_by_side.{key}") for key in (f"sure_{sure}", direction)]
        rows.append([outcome.name[words.language], *told, since, futures])
    headings = [words(f"side_by_side.{name}") for name in ("outcome", "sure", "direction", "since", "futures")]
    note = words("side_by_side.sure_note", likely=round(FUTURES * LIKELY))
    return Table(words("side_by_side.sure_title", scenario=title, year=year), headings, rows, [note])


def _sureness(clear: bool, share_better: float) -> str:
    if clear:
        return "yes"
    agree = 0.0 if math.isnan(share_better) else max(share_better, 1 - share_better)
    return LEANS if agree >= LIKELY else "no"
