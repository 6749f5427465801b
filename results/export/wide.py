"""The wide shape: one row per run, year, view and group, one column per outcome; made some runs at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from results.export.columns import Column, Content, columns_of, outcome_column, schema_of
from results.export.formats import Format
from results.export.labels import ALL, Labels, known_views
from results.export.names import unique_names
from results.export.selection import Selection
from results.tables import OUTCOMES, ROW_KEY, RUN_KEY

if TYPE_CHECKING:
    from results.reading import Results

Ints = NDArray[np.int64]

ROWS_AT_ONCE = 65_536
"""Rows of the store that are turned at a time, or those of one run."""

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
    views = known_views(labels.codebook)
    rows = (
        sum(_cells(runs, pa.concat_tables(runs), views)[0] for runs in _portions(results, KEY, wanted))
        if limited
        else most
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for runs in _portions(results, [*KEY, OUTCOME, selection.measure], wanted):
            yield _wide(runs, outcomes, columns, selection.measure, views)

    return Content(selection.table, columns, KEY, rows, batches)


def _outcomes(labels: Labels, selection: Selection) -> list[str]:
    """Return the outcomes asked for that exist for the views asked for, as the codebook orders them."""
    asked, views = selection.wanted.get(OUTCOME), selection.wanted.get("view")
    return [
        name
        for name, outcome in labels.codebook.outcomes.items()
        if (asked is None or name in asked) and (views is None or set(views) & set(outcome.views))
    ]


def _portions(results: Results, columns: Sequence[str], wanted: dict[str, Any]) -> Iterator[list[pa.Table]]:
    """Yield the rows of some runs at a time, a table per run."""
    waiting: list[pa.Table] = []
    rows = 0
    for run in _runs(results, columns, wanted):
        waiting.append(run)
        rows += run.num_rows
        if rows >= ROWS_AT_ONCE:
            yield waiting
            waiting, rows = [], 0
    if waiting:
        yield waiting


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


def _wide(
    runs: Sequence[pa.Table], outcomes: Sequence[str], columns: Sequence[Column], measure: str, views: Sequence[str]
) -> pa.RecordBatch:
    """Return some runs in the wide shape: by run, year, view and group, everybody first."""
    whole = pa.concat_tables(runs)
    cells, first, row = _cells(runs, whole, views)
    values = np.full((len(outcomes), cells), np.nan)
    values[_places(whole.column(OUTCOME), {name: place for place, name in enumerate(outcomes)}), row] = whole.column(
        measure
    ).to_numpy()
    found: dict[str, Any] = {name: whole.column(name).take(pa.array(first)).combine_chunks() for name in KEY}
    names = [column.name for column in columns[len(KEY) :]]
    found.update({name: pa.array(values[place], from_pandas=True) for place, name in enumerate(names)})
    schema = schema_of(columns)
    return pa.record_batch([found[field.name] for field in schema], schema=schema)


def _cells(runs: Sequence[pa.Table], whole: pa.Table, views: Sequence[str]) -> tuple[int, Ints, Ints]:
    """Return the number of rows of the wide shape, a long row for each of them, and the wide row of every long one."""
    groups = sorted(pc.unique(whole.column("group")).to_pylist(), key=lambda group: (group != ALL, group))
    views = list(dict.fromkeys([*views, *sorted(pc.unique(whole.column("view")).to_pylist())]))
    parts = [
        np.repeat(np.arange(len(runs)), [run.num_rows for run in runs]),
        whole.column("year").to_numpy() - pc.min(whole.column("year")).as_py(),
        _places(whole.column("view"), {view: place for place, view in enumerate(views)}),
        _places(whole.column("group"), {group: place for place, group in enumerate(groups)}),
    ]
    key = np.zeros(len(whole), dtype=np.int64)
    for part in parts:
        key = key * (int(part.max()) + 1) + part
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    return len(first), first, row


def _places(column: pa.ChunkedArray, places: Mapping[str, int]) -> Ints:
    """Return the place of every text of a column."""
    coded = column.combine_chunks().dictionary_encode()
    return np.array([places[text] for text in coded.dictionary.to_pylist()])[coded.indices.to_numpy()]
