"""The formats that tables can be written in, and how much each can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from results.export.errors import ExportError


@dataclass(frozen=True)
class Format:
    """One format; ``None`` where it has no limit.

    Attributes:
        ending: of the name of the file, without the dot.
        most_rows: rows, the header not counted.
        most_columns: columns.
        most_cells: cells of a table that is written in one piece from memory.
        most_text: bytes of one text.
        coded: whether texts that name something are numbers with labels; else the labels are columns of their own.
    """

    ending: str
    most_rows: int | None = None
    most_columns: int | None = None
    most_cells: int | None = None
    most_text: int | None = None
    coded: bool = False


CELLS_IN_MEMORY = 100_000_000
"""pyreadstat writes from one frame: eight bytes a cell, and a copy while it writes."""

FORMATS: dict[str, Format] = {
    each.ending: each
    for each in (
        Format("csv"),
        Format("parquet"),
        Format("xlsx", most_rows=1_048_576 - 1, most_columns=16_384, most_text=32_767),
        Format("sav", 2**31 - 1, 2**31 - 1, CELLS_IN_MEMORY, most_text=32_767, coded=True),
        Format("dta", 2**31 - 1, 32_767, CELLS_IN_MEMORY, most_text=2_045, coded=True),
    )
}
"""By ending. Excel and Stata: their own specifications; SPSS: 2,147,483,647 cases and variables."""


def format_of(path: Path) -> Format:
    """Return the format that the ending of a file asks for.

    Raises:
        ExportError: when no format has that ending.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        allowed = ", ".join(f".{each}" for each in FORMATS)
        message = f"{path}: a file cannot end in '{path.suffix}'; allowed: {allowed}"
        raise ExportError("ending", message, file=path, found=path.suffix, allowed=allowed)
    return FORMATS[ending]


def check_size(target: Format, rows: int, columns: int) -> None:
    """Check that a table fits.

    Raises:
        ExportError: when it does not; names the formats that hold it.
    """
    if _fits(target, rows, columns):
        return
    holding = _named([each for each in FORMATS.values() if _fits(each, rows, columns)])
    most_rows, most_columns = _most(target, columns)
    message = (
        f".{target.ending} holds at most {most_rows:,} rows and {most_columns:,} columns; "
        f"this table has {rows:,} rows and {columns:,} columns; it fits in {holding}"
    )
    values = {"most_rows": most_rows, "most_columns": most_columns, "rows": rows, "columns": columns}
    raise ExportError("size", message, ending=target.ending, holding=holding, **values)


def check_text(target: Format, longest: int, column: str) -> None:
    """Check that the longest text of a column fits.

    Args:
        target: the format.
        longest: its length in bytes.
        column: name of the column.

    Raises:
        ExportError: when it does not; names the formats that hold it.
    """
    if target.most_text is None or longest <= target.most_text:
        return
    holding = _named([each for each in FORMATS.values() if each.most_text is None or longest <= each.most_text])
    message = (
        f".{target.ending} holds texts of at most {target.most_text:,} bytes; "
        f"'{column}' has one of {longest:,}; it fits in {holding}"
    )
    values = {"most": target.most_text, "column": column, "longest": longest}
    raise ExportError("text", message, ending=target.ending, holding=holding, **values)


def _fits(target: Format, rows: int, columns: int) -> bool:
    limits = ((rows, target.most_rows), (columns, target.most_columns), (rows * columns, target.most_cells))
    return all(most is None or found <= most for found, most in limits)


def _most(target: Format, columns: int) -> tuple[int, int]:
    """Return the rows of so many columns, and the columns, that a format with limits holds."""
    rows, most_columns = target.most_rows or 0, target.most_columns or 0
    if target.most_cells is not None:
        rows = min(rows, target.most_cells // columns)
    return rows, most_columns


def _named(formats: Sequence[Format]) -> str:
    return ", ".join(f".{each.ending}" for each in formats)
