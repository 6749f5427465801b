"""The split of an effect on a place as a policy officer reads it: lives, residents, place."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from app.compared import Compared
from app.figures import factor_of, name_and_unit
from app.tables import Table
from app.words import Words, decimals_for
from results.codebook import Outcome
from results.decomposition import SPLIT, split_effect

SHOWN = (
    "registered_suspects_12_24_per_10k",
    "start_qualification_share",
    "employed_share",
    "problem_debt_share",
    "good_health_share",
    "stapeling_share",
)
"""The outcomes whose split is printed, one of each domain where there is one; JSON holds them all."""


def split_of(comparison: Compared, year: int) -> pd.DataFrame:
    """Return the split of every outcome that has one, in one year."""
    given = (comparison.outcomes, comparison.scenario, comparison.reference, comparison.codebook)
    return split_effect(*given, year, comparison.failed, comparison.areas)


def split_table(comparison: Compared, words: Words, year: int) -> Table | None:
    """Return the split of the main outcomes of one year, or ``None`` where there is none."""
    found = split_of(comparison, year)
    found = found[found["outcome"].isin(SHOWN)]
    if found.empty:
        return None
    columns = ("difference", *SPLIT)
    cells = []
    for row in found.to_dict("records"):
        outcome = comparison.codebook.outcome(row["outcome"])
        cells.append([name_and_unit(outcome, words), *(_cell(row, name, outcome, words) for name in columns)])
    headings = [words("compare.outcome"), *(words(f"split.{name}") for name in columns)]
    return Table(words("split.title", year=year), headings, cells, [words("split.note")])


def _cell(row: dict[Any, Any], name: str, outcome: Outcome, words: Words) -> str:
    """Return a part with its interval in brackets, where there is one."""
    factor = factor_of(outcome)
    decimals = decimals_for(factor * row["difference"], *(factor * row[part] for part in SPLIT))
    value, low, high = (
        words.number(factor * row[f"{name}{end}"], decimals, signed=True) for end in ("", "_low", "_high")
    )
    if math.isnan(row[f"{name}_low"]):
        return value
    return words("split.cell", value=value, low=low, high=high)
