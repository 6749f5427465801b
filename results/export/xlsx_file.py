"""Tables as a workbook: the data, the codebook, where it comes from; no text in it is ever a formula."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from results.export.codebook_table import CODEBOOK, codebook_rows, column_rows
from results.export.columns import Column, Content
from results.export.formats import FORMATS, check_text
from results.export.labels import Labels
from results.export.safe_text import is_dangerous

BUTTON = 3
"""Characters that the button of a filter takes from a heading."""

NARROWEST = 8
NUMBER_WIDTH = 14
TEXT_WIDTH = 14
TEXT_WIDTHS = {
    "scenario": 26,
    "reference": 20,
    "area": 24,
    "group": 22,
    "outcome": 34,
    "unit": 26,
    "run_id": 44,
    "parameter": 40,
    "message": 60,
    "id": 40,
    "name": 44,
    "source": 44,
    "description": 80,
}
"""Widths of columns in characters."""

LABEL_WIDTHS = {
    ("scenario", "label"): 30,
    ("reference", "label"): 24,
    ("area", "label"): 26,
    ("view", "label"): 26,
    ("group", "label"): 30,
    ("outcome", "label"): 44,
    ("outcome", "unit"): 26,
}
FACT_WIDTHS = (30, 100)

WHOLE, SHARE, NUMBER = "0", "0.00%", "#,##0.00##"
"""How Excel shows numbers; the cells hold all digits, and Excel writes points and commas as it is set."""

HEADING = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "top", "border": 1}


def write_xlsx(
    content: Content,
    place: Path,
    labels: Labels,
    facts: Sequence[tuple[str, str]],
    title: str,
    started: datetime,
) -> None:
    """Write a table as a workbook, row by row.

    Args:
        content: the table.
        place: the file.
        labels: the language of the codebook and the names of sheets.
        facts: lines for the sheet with provenance.
        title: of the workbook.
        started: moment that the workbook says it was made: that of the results, so that equal tables are equal files.

    Raises:
        ExportError: when a text is too long for a cell.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "tmpdir": str(place.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(place), options)
    book.set_properties({"title": title, "author": "Wijklab", "created": started})
    sheets = _Sheets(book, labels)
    sheets.table("data", content.columns, _rows(content))
    lines = column_rows(content.columns) + codebook_rows(labels)
    columns = [Column(name, kind, labels.column(name)[0]) for name, kind in CODEBOOK.items()]
    sheets.table("codebook", columns, (tuple(line[name] for name in CODEBOOK) for line in lines))
    sheets.facts("provenance", facts)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _rows(content: Content) -> Iterator[Sequence[Any]]:
    for batch in content.batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


class _Sheets:
    """The sheets of one workbook and the formats they share."""

    def __init__(self, book: Any, labels: Labels) -> None:
        self.book = book
        self.labels = labels
        self.heading = book.add_format({**HEADING, "text_wrap": False})
        self.text = book.add_format({"valign": "top"})
        # as if somebody had typed an apostrophe first: a text stays a text when the cell is edited
        self.quoted = book.add_format({"valign": "top", "quote_prefix": True})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.bold = book.add_format({"valign": "top", "bold": True})
        self.numbers = {kind: book.add_format({"num_format": kind, "valign": "top"}) for kind in (WHOLE, SHARE, NUMBER)}

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
        """Write a sheet with headings that stay in view and can be filtered."""
        sheet = self.book.add_worksheet(self.labels.word("sheets", name))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column))
            self._write_text(sheet, 0, place, column.name, column, self.heading)
            if column.title and column.title != column.name:
                sheet.write_comment(0, place, "\n".join(part for part in (column.title, column.unit) if part))
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(sheet, last, place, column, value)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def facts(self, name: str, facts: Sequence[tuple[str, str]]) -> None:
        """Write a sheet with lines of a name and a text."""
        sheet = self.book.add_worksheet(self.labels.word("sheets", name))
        for place, width in enumerate(FACT_WIDTHS):
            sheet.set_column(place, place, width)
        column = Column(name, "str", name)
        for row, (fact, text) in enumerate(facts):
            self._write_text(sheet, row, 0, fact, column, self.bold)
            self._write_text(sheet, row, 1, text, column, self.wrapped)

    def _write(self, sheet: Any, row: int, place: int, column: Column, value: Any) -> None:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return
        if column.kind == "str":
            self._write_text(sheet, row, place, value, column, self.quoted if is_dangerous(value) else self.text)
        else:
            sheet.write_number(row, place, value, self.numbers[_style(column)])

    def _write_text(self, sheet: Any, row: int, place: int, text: str, column: Column, style: Any) -> None:
        check_text(FORMATS["xlsx"], len(text.encode()), column.name)
        if text:
            sheet.write_string(row, place, text, style)


def _style(column: Column) -> str:
    if column.kind == "int64":
        return WHOLE
    return SHARE if column.share else NUMBER


def _width(column: Column) -> int:
    """Return the width of a column: known beforehand, since rows are written as they come."""
    heading = len(column.name) + BUTTON
    if column.kind != "str":
        return max(heading, NARROWEST if column.kind == "int64" else NUMBER_WIDTH)
    if column.label_of is not None:
        return max(heading, LABEL_WIDTHS.get(column.label_of, TEXT_WIDTH))
    return max(heading, TEXT_WIDTHS.get(column.name, TEXT_WIDTH))
