"""Takes the filled rows out of a sheet that comes from outside; nothing in it is run, fetched or unpickled."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.local_cells import declarations
from scenarios.local_errors import LocalDataError

MOST_BYTES = 1_000_000
MOST_UNPACKED = 20_000_000
"""Bytes of a workbook when unpacked: a small file can hold a very large one."""

MOST_PARTS = 200
"""Files inside a workbook."""

MOST_ROWS = 1_000
MOST_COLUMNS = 40
MOST_TEXT = 300
"""Characters of a source that are kept."""

ENCODINGS = ("utf-8-sig", "cp1252")
"""Of csv: what most programs write, and what a spreadsheet program writes that knows no better."""

MACROS = "vbaproject.bin"
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
"""What no workbook needs; with it a few bytes can grow into many."""

READ = ("cell", "value", "source")
"""Columns that are read; the others only inform."""

Value = Any
"""A number, a text or a moment, as it stands in a sheet."""


@dataclass(frozen=True)
class FilledRow:
    """A row in which somebody filled in a value.

    Attributes:
        number: row in the file, from 1.
        cell: name of the cell, as it stands there.
        value: what was filled in.
        source: where it comes from, on one line.
        percent: whether the sheet shows it as a percentage, with 1 for 100 %.
        formula: whether it is a formula of which the outcome was not saved.
    """

    number: int
    cell: str
    value: Value
    source: str
    percent: bool = False
    formula: bool = False


def filled_rows(path: Path) -> tuple[str, list[FilledRow]]:
    """Return the SHA-256 of a file and its rows with a value.

    Raises:
        LocalDataError: when the file is no sheet of local numbers.
    """
    content = _content(path)
    read = _xlsx if path.suffix.lower() == ".xlsx" else _csv
    return hashlib.sha256(content).hexdigest(), _filled(read(content, path.name), path.name)


def _content(path: Path) -> bytes:
    """Return the bytes of a file, looked at for size before anything else."""
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise LocalDataError("wrong_ending", path.name)
    try:
        if not path.is_file():
            raise LocalDataError("file_missing", path.name)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise LocalDataError("file_missing", path.name) from None
    if len(content) > MOST_BYTES:
        raise LocalDataError("too_large", path.name, allowed=MOST_BYTES)
    if not content.strip():
        raise LocalDataError("empty", path.name)
    return content


_Sheets = Iterator[list[list[tuple[Value, bool, bool]]]]
"""Tables of cells: value, shown as a percentage, formula without outcome."""


def _csv(content: bytes, where: str) -> _Sheets:
    text = _decoded(content, where)
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise LocalDataError("not_text", where) from None
    if len(rows) > MOST_ROWS:
        raise LocalDataError("too_many_rows", where, allowed=MOST_ROWS)
    yield [[(cell, False, False) for cell in row[:MOST_COLUMNS]] for row in rows]


def _decoded(content: bytes, where: str) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise LocalDataError("not_text", where)


def _xlsx(content: bytes, where: str) -> _Sheets:
    _look_inside(content, where)
    import openpyxl

    try:
        values, formulas = (
            openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=known, keep_links=False)
            for known in (True, False)
        )
        names = [name for name in values.sheetnames if hasattr(values[name], "iter_rows")]
        tables = [_cells(values[name], formulas[name], where) for name in names]
    except LocalDataError:
        raise
    except Exception:  # a broken workbook fails in as many ways as it has parts
        raise LocalDataError("not_xlsx", where) from None
    yield from tables


def _look_inside(content: bytes, where: str) -> None:
    """Refuse a workbook that is none, that grows too large, or that holds what is run or grows."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise LocalDataError("too_large_unpacked", where, allowed=MOST_UNPACKED)
            if any(part.filename.lower().endswith(MACROS) for part in parts):
                raise LocalDataError("macros", where)
            for part in parts:
                text = packed.read(part).replace(b"\0", b"").upper()  # no more than the size looked at above
                if any(mark in text for mark in DECLARATIONS):
                    raise LocalDataError("not_xlsx", where)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, LocalDataError):
            raise
        raise LocalDataError("not_xlsx", where) from None


def _cells(values: Any, formulas: Any, where: str) -> list[list[tuple[Value, bool, bool]]]:
    """Return the cells of a sheet; read twice, since only the other reading shows where a formula stands."""
    limits = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS}
    table = [
        [
            (
                known.value,
                "%" in str(getattr(known, "number_format", "") or ""),
                written.data_type == "f" and known.value is None,
            )
            for known, written in zip(row, other, strict=True)
        ]
        for row, other in zip(values.iter_rows(**limits), formulas.iter_rows(**limits), strict=True)
    ]
    if len(table) > MOST_ROWS and any(value is not None for value, _, _ in table[-1]):
        raise LocalDataError("too_many_rows", where, allowed=MOST_ROWS)
    return table


def _filled(sheets: _Sheets, where: str) -> list[FilledRow]:
    """Return the filled rows of the first sheet that has the columns."""
    for table in sheets:
        for above, row in enumerate(table):
            places = _places([value for value, _, _ in row])
            if "cell" in places and "value" in places:
                return list(_below(table[above + 1 :], above + 2, places))
    names = {column: declarations()["columns"][column] for column in ("cell", "value")}
    raise LocalDataError("no_columns", where, **names)


def _below(
    table: Sequence[Sequence[tuple[Value, bool, bool]]], first: int, places: dict[str, int]
) -> Iterator[FilledRow]:
    for number, row in enumerate(table, start=first):
        found = {column: row[place] for column, place in places.items() if place < len(row)}
        value, percent, formula = found.get("value", (None, False, False))
        if formula or one_line(value):
            name, source = (one_line(found.get(column, (None,))[0]) for column in ("cell", "source"))
            yield FilledRow(number, name, value, source[:MOST_TEXT], percent, formula)


def _places(row: Sequence[Value]) -> dict[str, int]:
    """Return where the columns stand, if this is the row with their names, in either language."""
    names = [one_line(value).casefold() for value in row]
    known = {column: set(declarations()["columns"][column].values()) for column in READ}
    return {
        column: next(place for place, name in enumerate(names) if name in texts)
        for column, texts in known.items()
        if any(name in texts for name in names)
    }


def one_line(value: Value) -> str:
    """Return a cell as text on one line, without control characters."""
    return "" if value is None else re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", str(value)).strip()
