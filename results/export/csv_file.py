"""Tables as csv: texts in quotes and harmless to spreadsheets, numbers as they are, in either of two dialects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from results.export.columns import Content
from results.export.safe_text import harmless
from results.export.selection import DUTCH, STANDARD


@dataclass(frozen=True)
class Dialect:
    """How a csv file is written.

    Attributes:
        delimiter: between cells.
        decimal: in numbers.
        mark: before everything else; what tells Excel that the text is UTF-8.
    """

    delimiter: str
    decimal: str
    mark: str = ""


DIALECTS = {STANDARD: Dialect(",", "."), DUTCH: Dialect(";", ",", "\ufeff")}
"""``nl`` is what a spreadsheet that is set to Dutch opens with a double click."""


def write_csv(content: Content, place: Path, dialect: Dialect) -> None:
    """Write a table as csv in UTF-8, part by part.

    Every text stands in quotes, so that no part of it can begin a cell. A number is the shortest text that reads back
    as the same number; no value is an empty cell. ``results.export.original`` undoes the apostrophes before texts that
    a spreadsheet could take for a formula.

    Args:
        content: the table.
        place: the file.
        dialect: how to write it.
    """
    with place.open("w", encoding="utf-8", newline="") as file:
        file.write(dialect.mark)
        file.write(dialect.delimiter.join(_quoted(column.name) for column in content.columns) + "\n")
        for batch in content.batches():
            file.writelines(_lines(batch, dialect))


def _lines(batch: pa.RecordBatch, dialect: Dialect) -> Iterator[str]:
    cells = [_cells(column, dialect) for column in batch.columns]
    for row in zip(*cells, strict=True):
        yield dialect.delimiter.join(row) + "\n"


def _cells(column: pa.Array, dialect: Dialect) -> list[str]:
    if pa.types.is_string(column.type):
        coded = column.dictionary_encode()
        texts = [_quoted(text) for text in coded.dictionary.to_pylist()]
        return ["" if place is None else texts[place] for place in coded.indices.to_pylist()]
    write: Callable[[Any], str] = str if pa.types.is_integer(column.type) else repr
    cells = ["" if _is_empty(value) else write(value) for value in column.to_pylist()]
    return cells if dialect.decimal == "." else [cell.replace(".", dialect.decimal) for cell in cells]


def _quoted(text: str) -> str:
    return '"' + harmless(text).replace('"', '""') + '"'


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
