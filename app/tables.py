"""Tables on standard output: drawn on a terminal, plain columns when they go to a file or another program."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.settings import DONE

GAP = "  "


@dataclass(frozen=True)
class Table:
    """A table as plain text, for whatever shows it.

    Attributes:
        title: above it.
        headings: one per column; the first column holds names, the others numbers.
        rows: the cells; a row of one cell is a heading over the rows below it.
        notes: sentences below it.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def print_whole(table: Table | None) -> None:
    """Print a table with its title and notes; nothing where there is none."""
    if table is None:
        return
    print("\n" + table.title)
    print_table(table.headings, table.rows, right=range(1, len(table.headings)))
    for note in table.notes:
        print(note)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print a table.

    Args:
        headings: one per column.
        rows: the cells as text; a row of one cell is a heading over the rows below it.
        right: columns of numbers, set to the right.
    """
    if sys.stdout.isatty():
        _draw(headings, rows, right)
        return
    whole = [row for row in rows if len(row) == len(headings)]
    widths = [max(len(row[place]) for row in (headings, *whole)) for place in range(len(headings))]
    for row in (headings, *rows):
        if len(row) == 1 < len(headings):
            print(f"\n{row[0]}")
            continue
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(GAP.join(cells).rstrip())


def print_json(value: Any) -> None:
    """Print one JSON value on one line; no number is null."""
    print(json.dumps(plain(value), ensure_ascii=False, allow_nan=False))


def reader_has_left() -> int:
    """Keep Python from complaining about a pipe that its reader has closed; return the exit code for it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    whole = [row for row in rows if len(row) == len(headings)]
    for place, heading in enumerate(headings):
        # A heading may be broken over lines, a number may not.
        widest = max((len(row[place]) for row in whole), default=0) if place in right else None
        table.add_column(Text(heading), justify="right" if place in right else "left", min_width=widest)
    for row in rows:
        # Text, not strings: square brackets in a cell are no markup.
        style = "bold" if len(row) == 1 < len(headings) else ""
        table.add_row(*(Text(cell, style=style) for cell in row))
    Console().print(table)
