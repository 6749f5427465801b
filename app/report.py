"""A comparison as a policy officer reads it: outcomes of one year, the balance, the money, and how sure this is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from app.breakeven import break_even_sentence, is_about_the_alliance
from app.compare import Comparison
from app.compared import Compared
from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.ledger import balance_tables
from app.local_data import own_numbers
from app.settings import RequestError
from app.split import split_table
from app.tables import Table, print_whole
from app.verdicts import verdict_sentence
from app.words import Words, decimals_for
from results.codebook import Codebook, Outcome
from results.comparison import FEWEST_DRAWS, Run
from results.report import BOUGHT, bought, headline, latent, main_area, money
from scenarios.design import POSTERIOR, PRIOR
from sim.areas import area_with, load_area

COUNT_DIGITS = 3
SURE = ("observed", "local")
"""Statuses of figures that are no estimate."""

STACKING, INDEPENDENT = "stapeling_share", "stapeling_independent_share"


def print_report(comparison: Comparison, words: Words, year: int | None, view: str) -> None:
    """Print the tables and notes of a comparison.

    Raises:
        RequestError: when there is nothing for that year and view.
    """
    table, area = comparison.table, main_area(comparison.table)
    shown_year = int(table["year"].max()) if year is None else year
    print(_title(comparison, words))
    if area is not None:
        rows = headline(table, shown_year, view, area, comparison.codebook)
        if rows.empty:
            raise RequestError(words("error.no_rows", view=view, year=shown_year))
        print_whole(headline_table(rows, comparison, words, shown_year, view))
    for part in balance_tables(comparison, words):
        print_whole(part)
    print_whole(split_table(comparison, words, shown_year))
    print_whole(areas_table(comparison, words, shown_year, view))
    _print_break_even(comparison, words)
    print_whole(money_table(comparison, words))
    print_whole(bought_table(comparison, words))
    if area is not None:
        print_whole(latent_table(comparison, words, shown_year, area))
    print()
    for sentence in _footer(comparison, words):
        print(sentence)


def _print_break_even(comparison: Comparison, words: Words) -> None:
    """Print the headline of integrated against fragmented work, where the scenarios differ in that."""
    if is_about_the_alliance(*comparison.design.scenarios):
        print("\n" + break_even_sentence(words))


def _title(comparison: Comparison, words: Words) -> str:
    design = comparison.design
    scenario, reference = (getattr(each.title, words.language) for each in design.scenarios)
    first = int(comparison.table["year"].min())
    several = words("compare.all_areas", count=len(design.areas))
    areas = several if len(design.areas) > 1 else load_area(design.areas[0]).name
    where = words("compare.where", areas=areas, years=f"{first}-{first + design.years - 1}")
    return f"{words('compare.title', scenario=scenario, reference=reference)}\n{where}"


def headline_table(rows: pd.DataFrame, comparison: Compared, words: Words, year: int, view: str) -> Table:
    """Return the outcomes that a report begins with, with how to read them."""
    title = words("compare.headline", view=words(f"compare.view_{view}"), year=year)
    notes = [words(f"compare.{note}") for note in ("better_note", "points_note", "median_note")]
    told = verdict_sentence(rows["outcome"], words, several_areas=len(comparison.areas) > 1)
    notes += _stacking(rows, words) + ([told] if told else [])
    return Table(title, outcome_headings(words), outcome_cells(rows, comparison, words), notes)


def outcome_headings(words: Words) -> list[str]:
    """Return the headings over :func:`outcome_cells`."""
    names = ("outcome", "reference", "scenario", "difference", "interval", "better")
    return [words(f"compare.{name}") for name in names]


def outcome_cells(rows: pd.DataFrame, comparison: Compared, words: Words) -> list[list[str]]:
    """Return the outcomes under the headings of their sections."""
    sections, above = comparison.codebook.sections, ""
    cells: list[list[str]] = []
    for row in rows.to_dict("records"):
        outcome = comparison.codebook.outcome(row["outcome"])
        if outcome.section != above and outcome.section in sections:
            cells.append([sections[outcome.section][words.language]])
        above = outcome.section
        cells.append(
            [name_and_unit(outcome, words) + _fewer(row, comparison, words), *outcome_numbers(row, outcome, words)]
        )
    return cells


def _stacking(rows: pd.DataFrame, words: Words) -> list[str]:
    """Put the households with several problems beside as many as chance alone would give."""
    values = rows.set_index("outcome")["scenario_value"]
    if STACKING not in values or INDEPENDENT not in values:
        return []
    share, independent = (words.percent(values[name], 1) for name in (STACKING, INDEPENDENT))
    return [words("compare.stacking_note", share=share, independent=independent)]


def latent_table(comparison: Compared, words: Words, year: int, area: str) -> Table | None:
    """Return the states of the model for which there are no data, apart from all that can be checked."""
    rows = latent(comparison.table, year, area, comparison.codebook)
    if rows.empty:
        return None
    cells = outcome_cells(rows, comparison, words)
    return Table(
        words("compare.latent_title", year=year), outcome_headings(words), cells, [words("compare.latent_note")]
    )


def areas_table(comparison: Compared, words: Words, year: int, view: str) -> Table | None:
    """Return the first outcome of every area, with the warning that belongs to it; ``None`` of one area."""
    parts = [headline(comparison.table, year, view, area, comparison.codebook) for area in comparison.areas]
    rows = pd.concat([part.head(1) for part in parts])
    if rows.empty or len(comparison.areas) == 1:
        return None
    outcome = comparison.codebook.outcome(rows["outcome"].iloc[0])
    cells = [[load_area(row["area"]).name, *outcome_numbers(row, outcome, words)] for row in rows.to_dict("records")]
    title = words("per_area.title", outcome=name_and_unit(outcome, words), year=year)
    return Table(title, [words("per_area.area"), *outcome_headings(words)[1:]], cells, [words("footer.care")])


def outcome_numbers(row: dict[Any, Any], outcome: Outcome, words: Words) -> list[str]:
    """Return reference, scenario, difference, interval and share of better futures as text."""
    factor = factor_of(outcome)
    reference, scenario, difference, low, high = (
        factor * row[name] for name in ("reference_value", "scenario_value", "difference", "low", "high")
    )
    decimals = level_decimals(reference, difference, low, high)
    sign = "%" if is_share(outcome) else ""
    better = row["share_better"]
    return [
        words.number(reference, decimals) + sign,
        words.number(scenario, decimals) + sign,
        words.number(difference, decimals, signed=True),
        interval(low, high, decimals, words),
        words("compare.nothing") if math.isnan(better) else words.percent(better),
    ]


def _fewer(row: dict[Any, Any], comparison: Compared, words: Words) -> str:
    """Return how many draws a row stands on, where it is fewer than were made."""
    if row["draws"] == len(comparison.draws):
        return ""
    return " " + words("compare.fewer", draws=row["draws"])


def money_table(comparison: Compared, words: Words) -> Table | None:
    """Return what the programme got and did, or ``None`` where there was none."""
    rows = money(*_given(comparison))
    if rows.empty:
        return None
    years = comparison.table["year"]
    columns = ("reference_year", "scenario_year", "difference_year", "difference_total")
    cells = []
    for row in rows.to_dict("records"):
        outcome = comparison.codebook.outcome(row["outcome"])
        values = [row[name] for name in columns]
        decimals = decimals_for(*values[:3], digits=COUNT_DIGITS, most=1)
        numbers = [
            words("compare.nothing")
            if math.isnan(value)
            else words.number(value, decimals, signed=name.startswith("difference"))
            for name, value in zip(columns, values, strict=True)
        ]
        cells.append([name_and_unit(outcome, words), *numbers])
    headings = [words("money.what"), *(words(f"money.{name}") for name in columns)]
    title = words("money.title", start=int(years.min()), end=int(years.max()))
    return Table(title, headings, cells, [words("money.note")])


def bought_table(comparison: Compared, words: Words) -> Table | None:
    """Return by intervention what the money bought in a mean year, pillar by pillar; ``None`` where nothing."""
    codebook, rows = comparison.codebook, bought(*_given(comparison))
    if rows.empty:
        return None
    cells: list[list[str]] = []
    above = ""
    for row in rows.to_dict("records"):
        intervention = codebook.interventions[row["intervention"]]
        pillar = intervention.pillar[words.language]
        if pillar != above:
            cells.append([pillar[0].upper() + pillar[1:]])
        above = pillar
        cells.append([intervention.name[words.language], *(_two_sides(row, what, words) for what in BOUGHT)])
    headings = [words("bought.intervention"), *(words(f"bought.{what}") for what in BOUGHT)]
    return Table(words("bought.title"), headings, cells, [words("bought.note")])


def _given(comparison: Compared) -> tuple[pd.DataFrame, str, str, Codebook, Sequence[Run], Sequence[str]]:
    """Return what the tables of money are computed from."""
    both = (comparison.scenario, comparison.reference)
    return comparison.outcomes, *both, comparison.codebook, comparison.failed, comparison.areas


def _two_sides(row: dict[Any, Any], what: str, words: Words) -> str:
    """Return the scenario with the reference in brackets."""
    reference, scenario = row[f"{what}_reference"], row[f"{what}_scenario"]
    if math.isnan(scenario):
        return words("compare.nothing")
    decimals = decimals_for(reference, scenario, most=1)
    return f"{words.number(scenario, decimals)} ({words.number(reference, decimals)})"


def source_of_draws(name: str, words: Words) -> str:
    """Return where parameter draws come from, as a sentence: the shipped posterior, the prior, or a table."""
    if name in (PRIOR, POSTERIOR):
        return words("footer.from_posterior" if name == POSTERIOR else "footer.from_prior")
    return words("footer.from_table", table=name)


def _footer(comparison: Comparison, words: Words) -> list[str]:
    design = comparison.design
    known = {one.area: one for one in design.local}
    areas = [area_with(name, known.get(name)) for name in design.areas]
    residents = sum(area.figures["residents_2022"].value for area in areas)
    central = design.draws == (0,)
    sentences = [
        words(
            "footer.central" if central else "footer.sample",
            percent=words.percent(design.sample, 1),
            persons=words.number(residents * design.sample),
            draws=len(design.draws),
            seeds=len(design.seeds),
            seed=design.seeds[0],
        )
    ]
    if not central:
        sentences.append(source_of_draws(PRIOR if design.drawn is None else design.drawn.file, words))
    if len(design.draws) < FEWEST_DRAWS:
        sentences.append(words("footer.few", fewest=FEWEST_DRAWS))
    for area in areas if len(areas) == 1 else ():
        estimated = sum(figure.status not in SURE for figure in area.figures.values())
        certainty = words(f"areas.{area.certainty}")
        figures = len(area.figures)
        sentences.append(
            words("footer.certainty", area=area.name, certainty=certainty, estimated=estimated, figures=figures)
        )
    return [*sentences, *own_numbers(comparison.local_data, words), words("footer.no_forecast")]
