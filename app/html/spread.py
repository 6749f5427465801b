"""Where the spread of a difference comes from, in sentences and a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from app.figures import name_and_unit
from app.html.parts import Grid, Part, Text
from app.tables import Table
from results.comparison import EVERYBODY, FEWEST_DRAWS
from results.report import PLACE

if TYPE_CHECKING:
    from app.html.told import Told
    from app.words import Words
    from results.reading import Results


def where_from(results: Results, found: Told, outcomes: list[str], area: str, words: Words) -> list[Part]:
    """Return how much of the spread is chance, how much doubt, and what would narrow it."""
    if not outcomes:
        return []
    rows = results.spread(
        found.scenario, found.reference, group=EVERYBODY, view=PLACE, year=found.year, outcome=outcomes
    )
    shown = rows[rows["area"] == area].to_dict("records")
    if not shown:
        return []
    if shown[0]["draws"] < FEWEST_DRAWS:
        return [Text(words("html.spread_few", draws=shown[0]["draws"], fewest=FEWEST_DRAWS))]
    sentences = [Text(_sentence(shown[0], found, words)), Text(words("html.spread_how"))]
    cells = [[name_and_unit(found.codebook.outcome(row["outcome"]), words), *_numbers(row, words)] for row in shown]
    headings = [words("compare.outcome"), *(words(f"html.{name}") for name in ("chance", "halve_draws", "halve_seeds"))]
    return [*sentences, Grid(Table(words("html.spread_table", year=found.year), headings, cells))]


def _sentence(row: dict[Any, Any], found: Told, words: Words) -> str:
    """Return it of the first outcome, as one would say it."""
    name = name_and_unit(found.codebook.outcome(row["outcome"]), words)
    if row["seeds"] < 2:
        return words("html.spread_unknown", outcome=name, draws=row["draws"], seeds=row["seeds"])
    if math.isnan(row["share_chance"]):
        return words("html.spread_same", outcome=name)
    chance = row["share_chance"]
    told = words(
        "html.spread",
        outcome=name,
        chance=words.percent(chance),
        parameters=words.percent(1 - chance),
        draws=words.number(row["draws_to_halve_error"]),
        now=row["draws"],
    )
    if math.isnan(row["seeds_to_halve_interval"]):
        return f"{told} {words('html.spread_no_seeds')}"
    return f"{told} {words('html.spread_seeds', seeds=words.number(row['seeds_to_halve_interval']))}"


def _numbers(row: dict[Any, Any], words: Words) -> list[str]:
    nothing = words("compare.nothing")
    if row["draws"] < FEWEST_DRAWS:
        return [nothing] * 3
    share, draws, seeds = (row[name] for name in ("share_chance", "draws_to_halve_error", "seeds_to_halve_interval"))
    return [
        nothing if math.isnan(share) else words.percent(share),
        nothing if math.isnan(draws) else words.number(draws),
        nothing if math.isnan(seeds) else words.number(seeds),
    ]
