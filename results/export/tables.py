"""The tables that can be exported, each with its columns, its rows and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from results.comparison import NOTHING, ComparisonError
from results.export.codebook_table import CODEBOOK, codebook_rows
from results.export.columns import Content, columns_of, schema_of, with_labels
from results.export.errors import ExportError
from results.export.formats import Format, check_size
from results.export.labels import ALL, POINT_MARK, Labels
from results.export.selection import WIDE, Selection
from results.export.wide import wide_content
from results.tables import COMPARISON, DRAWS, FAILURES, OUTCOMES, ROW_KEY, RUN_KEY, RUNS, Columns, table

if TYPE_CHECKING:
    from results.reading import Results

DONE = "done"
ROWS_IN_BATCH = 65_536

FILLED = ("value", "numerator", "denominator", "difference", "run_id", "parameter", "part", "id")
"""Columns without empty cells, beside whole numbers and what has a name."""

KEYS = {
    "comparison": ("scenario", "reference", "area", *ROW_KEY),
    "runs": ("run_id",),
    "draws": ("draw", "area", "parameter"),
    "codebook": ("part", "id"),
}


def content_of(results: Results, selection: Selection, labels: Labels, target: Format) -> Content:
    """Return the table that was selected.

    Raises:
        ExportError: when no row fits, or more than the format holds; before they are read where that can be known.
    """
    content = _plain(results, selection, labels, target)
    if not target.coded:
        content = with_labels(content, labels)
    check_size(target, content.rows, len(content.columns))
    if not content.rows and selection.wanted:
        raise ExportError("nothing", "no row fits all that was asked for together")
    return content


def _plain(results: Results, selection: Selection, labels: Labels, target: Format) -> Content:
    name = selection.table
    if name == "outcomes":
        if selection.shape == WIDE:
            return wide_content(results, selection, labels, target)
        return _long(results, selection, labels)
    if name == "comparison":
        return _of_frame(name, _comparison(results, selection, target), COMPARISON, labels)
    if name == "codebook":
        rows = codebook_rows(labels, selection.wanted.get("outcome"))
        return _of_frame(name, table(rows, CODEBOOK), CODEBOOK, labels)
    if name == "draws":
        return _of_frame(name, _of_areas(results.draws, selection, ALL), DRAWS, labels)
    frame, kinds = (results.runs, RUNS) if name == "runs" else (results.failures, FAILURES)
    return _of_frame(name, _of_areas(frame, selection), _with_swept(frame, kinds), labels)


def _long(results: Results, selection: Selection, labels: Labels) -> Content:
    columns = columns_of(OUTCOMES, labels, FILLED)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from (batch for batch in results.batches(**selection.wanted) if batch.num_rows)

    return Content("outcomes", columns, (*RUN_KEY, *ROW_KEY), results.count(**selection.wanted), batches)


def _of_frame(name: str, frame: pd.DataFrame, kinds: Columns, labels: Labels) -> Content:
    """Return a table that is in memory already."""
    columns = columns_of(kinds, labels, FILLED)
    frame = frame[list(kinds)].astype(dict(kinds))
    whole = pa.Table.from_pandas(frame, schema=schema_of(columns), preserve_index=False).replace_schema_metadata()
    return Content(name, columns, KEYS.get(name, ()), len(frame), lambda: iter(whole.to_batches(ROWS_IN_BATCH)))


def _of_areas(frame: pd.DataFrame, selection: Selection, *always: str) -> pd.DataFrame:
    asked = selection.wanted.get("area")
    return frame if asked is None else frame[frame["area"].isin([*asked, *always])]


def _with_swept(frame: pd.DataFrame, kinds: Columns) -> Columns:
    """Add the columns of what was swept."""
    kind_of = {"int64": "int64", "float64": "float64"}
    return {**kinds, **{name: kind_of.get(str(frame[name].dtype), "str") for name in frame if name not in kinds}}


def _comparison(results: Results, selection: Selection, target: Format) -> pd.DataFrame:
    """Return the comparison of every scenario, and every point of a sweep, with its reference."""
    parts, rows = [], 0
    for scenario in _compared(results):
        try:
            part = results.compare(scenario, None, **selection.wanted)
        except ComparisonError as error:
            if error.code not in NOTHING:
                raise
            # no pair of runs was completed: an absent row, as everywhere; the failures say why
            continue
        parts.append(part)
        rows += len(part)
        check_size(target, rows, len(COMPARISON))
    if not parts:
        raise ExportError("no_pairs", f"{results.folder}: no pair of runs was completed", folder=results.folder)
    return pd.concat(parts, ignore_index=True)


def _compared(results: Results) -> list[str]:
    """Return the scenarios that are no reference, in the order of the design, points in theirs."""
    place = {name: number for number, name in enumerate(results.scenarios)}
    known = {name: name.partition(POINT_MARK)[0] for name in results.runs["scenario"].unique()}
    return sorted((name for name in known if known[name] in place), key=lambda name: (place[known[name]], name))
