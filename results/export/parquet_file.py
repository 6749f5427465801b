"""Tables as Parquet, with what is known of every column in the file itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from results.export.columns import Column, Content

ROWS_IN_GROUP = 131_072
"""Rows that are written, and later read, at a time: runs of a few hundred rows are put together."""

METADATA_KEY = "wijklab"


def write_parquet(content: Content, place: Path, facts: Mapping[str, Any]) -> None:
    """Write a table as Parquet, part by part; equal tables as equal bytes.

    Args:
        content: the table.
        place: the file.
        facts: title, provenance, local data: kept as JSON under the key ``wijklab``.
    """
    metadata = {METADATA_KEY: json.dumps(facts, ensure_ascii=False)}
    fields = [field.with_metadata(_known_of(column)) for field, column in _fields(content)]
    schema = pa.schema(fields, metadata=metadata)
    with pq.ParquetWriter(place, schema) as writer:
        for part in _parts(content):
            writer.write_table(part.cast(schema), row_group_size=ROWS_IN_GROUP)


def _fields(content: Content) -> Iterator[tuple[pa.Field, Column]]:
    return zip(content.schema, content.columns, strict=True)


def _known_of(column: Column) -> dict[str, str]:
    known = {"title": column.title, "description": column.description, "id": column.id, "unit": column.unit}
    return {name: text for name, text in known.items() if text}


def _parts(content: Content) -> Iterator[pa.Table]:
    """Put batches together until there are enough rows for a group."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in content.batches():
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_IN_GROUP:
            yield pa.Table.from_batches(waiting).combine_chunks()
            waiting, rows = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()
