"""The columns of every table, with their types, as the contracts give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

Columns = Mapping[str, str]
"""Names with pandas types, in order."""

RUN_KEY = ("scenario", "area", "draw", "seed")
ROW_KEY = ("year", "view", "group", "outcome")

OUTCOMES: Columns = {
    "scenario": "str",
    "area": "str",
    "draw": "int64",
    "seed": "int64",
    "year": "int64",
    "view": "str",
    "group": "str",
    "outcome": "str",
    "value": "float64",
    "expected": "float64",
    "numerator": "float64",
    "denominator": "float64",
    "expected_numerator": "float64",
}

COMPARISON: Columns = {
    "scenario": "str",
    "reference": "str",
    "area": "str",
    "year": "int64",
    "view": "str",
    "group": "str",
    "outcome": "str",
    "unit": "str",
    "draws": "int64",
    "seeds": "int64",
    "reference_value": "float64",
    "scenario_value": "float64",
    "difference": "float64",
    "low": "float64",
    "high": "float64",
    "future_low": "float64",
    "future_high": "float64",
    "share_better": "float64",
}

RUNS: Columns = {
    "run_id": "str",
    "scenario": "str",
    "area": "str",
    "draw": "int64",
    "seed": "int64",
    "sample": "float64",
    "years": "int64",
    "status": "str",
    "seconds": "float64",
    "attempt": "int64",
}

FAILURES: Columns = {
    "run_id": "str",
    "scenario": "str",
    "area": "str",
    "draw": "int64",
    "seed": "int64",
    "attempt": "int64",
    "stage": "str",
    "type": "str",
    "message": "str",
    "traceback": "str",
}

DRAWS: Columns = {"draw": "int64", "area": "str", "parameter": "str", "value": "float64"}


def table(rows: Iterable[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Return rows as a table with exactly these columns and types.

    Raises:
        ValueError: when a row has a column too many or too few.
    """
    listed = list(rows)
    for row in listed:
        if row.keys() != columns.keys():
            odd = ", ".join(sorted(row.keys() ^ columns.keys()))
            raise ValueError(f"a row does not have the columns of its table: {odd}")
    return typed(pd.DataFrame(listed, columns=list(columns)), columns)


def typed(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Return the columns of a table in order, each with its type."""
    return frame[list(columns)].astype(dict(columns)).reset_index(drop=True)
