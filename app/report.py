"""A comparison as a policy officer reads it: outcomes of one year, the balance, the money, and how sure this is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from app.breakeven import break_even_sentence, is_about_the_alliance
from app.compare import Comparison
from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.ledger import print_balance
from app.settings import RequestError
from app.split import print_split
from app.tables import print_table
from app.words import Words, decimals_for
from results.codebook import Outcome
from results.comparison import FEWEST_DRAWS
from results.report import BOUGHT, bought, headline, latent, main_area, money
from sim.areas import load_area

COUNT_DIGITS = 3

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
        print("\n" + words("compare.headline", view=words(f"compare.view_{view}"), year=shown_year))
        _print_outcomes(rows, comparison, words)
        for note in ("better_note", "points_note", "median_note"):
            print(words(f"compare.{note}"))
        _print_stacking(rows, words)
    print_balance(comparison, words)
    print_split(comparison, words, shown_year)
    if len(comparison.design.areas) > 1:
        _print_areas(comparison, words, shown_year, view)
    _print_break_even(comparison, words)
    _print_money(comparison, words)
    _print_bought(comparison, words)
    if area is not None:
        _print_latent(comparison, words, shown_year, area)
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


def _print_outcomes(rows: pd.DataFrame, comparison: Comparison, words: Words) -> None:
    """Print the outcomes under the headings of their sections."""
    sections, above = comparison.codebook.sections, ""
    cells: list[list[str]] = []
    for row in rows.to_dict("records"):
        outcome = comparison.codebook.outcome(row["outcome"])
        if outcome.section != above and outcome.section in sections:
            cells.append([sections[outcome.section][words.language]])
        above = outcome.section
        cells.append([name_and_unit(outcome, words) + _fewer(row, comparison, words), *_numbers(row, outcome, words)])
    names = ("outcome", "reference", "scenario", "difference", "interval", "better")
    print_table([words(f"compare.{name}") for name in names], cells, right=(1, 2, 3, 4, 5))


def _print_stacking(rows: pd.DataFrame, words: Words) -> None:
    """Put the households with several problems beside as many as chance alone would give."""
    values = rows.set_index("outcome")["scenario_value"]
    if STACKING in values and INDEPENDENT in values:
        shares = (words.percent(values[name], 1) for name in (STACKING, INDEPENDENT))
        print(words("compare.stacking_note", share=next(shares), independent=next(shares)))


def _print_latent(comparison: Comparison, words: Words, year: int, area: str) -> None:
    """Print the states of the model for which there are no data, apart from all that can be checked."""
    rows = latent(comparison.table, year, area, comparison.codebook)
    if rows.empty:
        return
    print("\n" + words("compare.latent_title", year=year))
    _print_outcomes(rows, comparison, words)
    print(words("compare.latent_note"))


def _print_areas(comparison: Comparison, words: Words, year: int, view: str) -> None:
    """Print the first outcome of every area, with the warning that belongs to it."""
    parts = [headline(comparison.table, year, view, area, comparison.codebook) for area in comparison.design.areas]
    rows = pd.concat([part.head(1) for part in parts])
    if rows.empty:
        return
    outcome = comparison.codebook.outcome(rows["outcome"].iloc[0])
    cells = [[load_area(row["area"]).name, *_numbers(row, outcome, words)] for row in rows.to_dict("records")]
    name = name_and_unit(outcome, words)
    print("\n" + words("per_area.title", outcome=name, year=year))
    names = ("reference", "scenario", "difference", "interval", "better")
    headings = [words("per_area.area"), *(words(f"compare.{name}") for name in names)]
    print_table(headings, cells, right=(1, 2, 3, 4, 5))
    print(words("footer.care"))


def _numbers(row: dict[Any, Any], outcome: Outcome, words: Words) -> list[str]:
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


def _fewer(row: dict[Any, Any], comparison: Comparison, words: Words) -> str:
    """Return how many draws a row stands on, where it is fewer than were made."""
    if row["draws"] == len(comparison.design.draws):
        return ""
    return " " + words("compare.fewer", draws=row["draws"])


def _print_money(comparison: Comparison, words: Words) -> None:
    scenario, reference = (each.id for each in comparison.design.scenarios)
    failed = comparison.batch.failed_keys()
    areas = comparison.design.areas
    rows = money(comparison.outcomes, scenario, reference, comparison.codebook, failed, areas)
    if rows.empty:
        return
    years = comparison.table["year"]
    print("\n" + words("money.title", start=int(years.min()), end=int(years.max())))
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
    print_table(headings, cells, right=(1, 2, 3, 4))
    print(words("money.note"))


def _print_bought(comparison: Comparison, words: Words) -> None:
    """Print by intervention what the money bought in a mean year, pillar by pillar."""
    scenario, reference = (each.id for each in comparison.design.scenarios)
    codebook, failed = comparison.codebook, comparison.batch.failed_keys()
    rows = bought(comparison.outcomes, scenario, reference, codebook, failed, comparison.design.areas)
    if rows.empty:
        return
    cells: list[list[str]] = []
    above = ""
    for row in rows.to_dict("records"):
        intervention = codebook.interventions[row["intervention"]]
        pillar = intervention.pillar[words.language]
        if pillar != above:
            cells.append([pillar[0].upper() + pillar[1:]])
        above = pillar
        cells.append([intervention.name[words.language], *(_two_sides(row, what, words) for what in BOUGHT)])
    print("\n" + words("bought.title"))
    headings = [words("bought.intervention"), *(words(f"bought.{what}") for what in BOUGHT)]
    print_table(headings, cells, right=range(1, len(headings)))
    print(words("bought.note"))


def _two_sides(row: dict[Any, Any], what: str, words: Words) -> str:
    """Return the scenario with the reference in brackets."""
    reference, scenario = row[f"{what}_reference"], row[f"{what}_scenario"]
    if math.isnan(scenario):
        return words("compare.nothing")
    decimals = decimals_for(reference, scenario, most=1)
    return f"{words.number(scenario, decimals)} ({words.number(reference, decimals)})"


def _footer(comparison: Comparison, words: Words) -> list[str]:
    design = comparison.design
    areas = [load_area(name) for name in design.areas]
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
    if len(design.draws) < FEWEST_DRAWS:
        sentences.append(words("footer.few", fewest=FEWEST_DRAWS))
    for area in areas if len(areas) == 1 else ():
        estimated = sum(figure.status != "observed" for figure in area.figures.values())
        certainty = words(f"areas.{area.certainty}")
        figures = len(area.figures)
        sentences.append(
            words("footer.certainty", area=area.name, certainty=certainty, estimated=estimated, figures=figures)
        )
    return [*sentences, words("footer.no_forecast")]
