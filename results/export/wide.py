"""The wide shape: one row per run, year, view and group, one column per outcome; made run by run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from results.export.columns import Column, Content, columns_of, outcome_column, schema_of
from results.export.formats import Format
from results.export.labels import Labels
from results.export.names import unique_names
from results.export.selection import Selection
from results.tables import OUTCOMES, ROW_KEY, RUN_KEY

if TYPE_CHECKING:
    from results.reading import Results

OUTCOME = "outcome"
WITHIN = tuple(name for name in ROW_KEY if name != OUTCOME)
KEY = (*RUN_KEY, *WITHIN)


def wide_content(results: Results, selection: Selection, labels: Labels, target: Format) -> Content:
    """Return the outcome table with one column per outcome.

    An outcome that does not exist for a row (a view it has not, a year too early) is an empty cell.

    Args:
        results: the store.
        selection: which rows, and what of every outcome.
        labels: what columns are called.
        target: the format: rows are counted exactly only where it has a limit that they may reach.
    """
    outcomes = _outcomes(labels, selection)
    key = columns_of({name: OUTCOMES[name] for name in KEY}, labels)
    taken = [name for column in key for name in (column.name, f"{column.name}_label")]
    shorts = unique_names([labels.codebook.outcomes[name].short for name in outcomes], taken)
    columns = (*key, *(outcome_column(short, name, labels) for short, name in zip(shorts, outcomes, strict=True)))
    wanted = {**selection.wanted, OUTCOME: outcomes}
    most = results.count(**wanted)
    limited = target.most_rows is not None and (most > target.most_rows or target.most_cells is not None)
    rows = sum(_rows_of(run) for run in _runs(results, [*KEY], wanted)) if limited else most

    def batches() -> Iterator[pa.RecordBatch]:
        for run in _runs(results, [*KEY, OUTCOME, selection.measure], wanted):
            yield _wide(run, outcomes, columns, selection.measure)

    return Content(selection.table, columns, KEY, rows, batches)


def _outcomes(labels: Labels, selection: Selection) -> list[str]:
    """Return the outcomes asked for that exist for the views asked for, as the codebook orders them."""
    asked, views = selection.wanted.get(OUTCOME), selection.wanted.get("view")
    return [
        name
        for name, outcome in labels.codebook.outcomes.items()
        if (asked is None or name in asked) and (views is None or set(views) & set(outcome.views))
    ]


def _runs(results: Results, columns: Sequence[str], wanted: dict[str, Any]) -> Iterator[pa.Table]:
    """Yield the rows of one run at a time; those of a run lie together in the store."""
    parts: list[pa.RecordBatch] = []
    current: tuple[Any, ...] | None = None
    for batch in results.batches(columns, **wanted):
        if not batch.num_rows:
            continue
        run = tuple(batch.column(name)[0].as_py() for name in RUN_KEY)
        if parts and run != current:
            yield pa.Table.from_batches(parts)
            parts = []
        current = run
        parts.append(batch)
    if parts:
        yield pa.Table.from_batches(parts)


def _rows_of(run: pa.Table) -> int:
    return run.select(WITHIN).group_by(list(WITHIN)).aggregate([]).num_rows


def _wide(run: pa.Table, outcomes: Sequence[str], columns: Sequence[Column], measure: str) -> pa.RecordBatch:
    frame = run.to_pandas()
    number, cells = _numbered(frame)
    values = np.full((len(cells), len(outcomes)), np.nan)
    values[number, pd.Index(outcomes).get_indexer(frame[OUTCOME])] = frame[measure].to_numpy()
    found: dict[str, Any] = {name: [frame[name].iloc[0]] * len(cells) for name in RUN_KEY}
    found.update({name: cells[name] for name in WITHIN})
    names = [column.name for column in columns[len(KEY) :]]
    found.update({name: values[:, place] for place, name in enumerate(names)})
    schema = schema_of(columns)
    arrays = [pa.array(found[field.name], field.type, from_pandas=True) for field in schema]
    return pa.record_batch(arrays, schema=schema)


def _numbered(frame: pd.DataFrame) -> tuple[Any, pd.DataFrame]:
    """Return the number of the row every value goes to, and the rows: by year, then as the store orders them."""
    cells = frame[list(WITHIN)].drop_duplicates()
    cells = cells.sort_values("year", kind="stable", ignore_index=True)
    number = pd.MultiIndex.from_frame(cells).get_indexer(pd.MultiIndex.from_frame(frame[list(WITHIN)]))
    return number, cells
