"""The sheet on which somebody fills in numbers of an area: what the model assumes, why, and room for what they know."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from math import floor, isclose, log10

from scenarios.local_cells import PRESENT, Cell, area_cells, declarations

SHEET_SCHEMA = 1
DIGITS = 4
"""Digits of a number that the model assumes."""

MOST_DECIMALS = 2
"""Of numbers from 1: exactly three decimals could be read as thousands."""

WIDTHS = {"cell": 26, "title": 44, "unit": 30, "grade": 22, "why": 60, "reference": 40, "value": 16, "source": 40}
USUAL_WIDTH = 12
GUIDE_WIDTH = 110
YELLOW, GREY = "#FFF2CC", "#EEEEEE"
FILLED = ("value", "source")
"""Columns that are to be filled in."""


def template_csv(area: str, language: str, fingerprint: str) -> str:
    """Return the sheet as csv: in Dutch with ``;`` and decimal commas, as Dutch spreadsheets read it.

    Args:
        area: area id.
        language: ``nl`` or ``en``.
        fingerprint: that of the model, kept on the sheet.
    """
    text = io.StringIO()
    dutch = language == "nl"
    writer = csv.writer(text, delimiter=";" if dutch else ",", lineterminator="\n")
    writer.writerow(_headings(language).values())
    for row in _rows(area, language, fingerprint):
        cells = (_plain(row.get(column)) for column in declarations()["columns"])
        writer.writerow(
            cell.replace(".", ",") if dutch and isinstance(row.get(column), float) else cell
            for column, cell in zip(declarations()["columns"], cells, strict=True)
        )
    return text.getvalue()


def template_xlsx(area: str, language: str, fingerprint: str) -> bytes:
    """Return the sheet as a workbook: the columns to fill in are yellow and open, the rest is locked, and a guide."""
    import xlsxwriter

    content, columns = io.BytesIO(), list(declarations()["columns"])
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    sheet = book.add_worksheet(declarations()["sheets"]["numbers"][language])
    heading = book.add_format({"bold": True, "bg_color": GREY, "text_wrap": True, "valign": "top", "border": 1})
    fixed = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"valign": "top", "num_format": "#,##0.####"})
    to_fill = book.add_format({"bg_color": YELLOW, "locked": False, "valign": "top", "border": 1, "text_wrap": True})
    for place, (column, name) in enumerate(_headings(language).items()):
        sheet.set_column(place, place, WIDTHS.get(column, USUAL_WIDTH))
        sheet.write_string(0, place, name, heading)
    cells = area_cells(area)
    for line, row in enumerate(_rows(area, language, fingerprint), start=1):
        for place, column in enumerate(columns):
            value = row.get(column, "")
            shape = to_fill if column in FILLED else number if isinstance(value, float) else fixed
            sheet.write(line, place, value, shape)
        if row["cell"] in cells:
            between = {"minimum": row["lowest"], "maximum": row["highest"]}
            check = {"validate": "decimal", "criteria": "between", "error_type": "warning", **between}
            sheet.data_validation(line, columns.index("value"), line, columns.index("value"), check)
    sheet.freeze_panes(1, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    guide = book.add_worksheet(declarations()["sheets"]["guide"][language])
    guide.set_column(0, 0, GUIDE_WIDTH)
    for line, sentence in enumerate(declarations()["guide"][language]):
        guide.write_string(line, 0, sentence, fixed)
    book.close()
    return content.getvalue()


def template_rows(area: str, language: str, fingerprint: str) -> list[Mapping[str, str | int | float]]:
    """Return the rows of the sheet as plain data, by the names of the columns in the code."""
    return list(_rows(area, language, fingerprint))


def brief(value: float) -> float:
    """Return a number in as many digits as mean something."""
    if value == 0 or isclose(value, round(value)):
        return float(round(value))
    decimals = DIGITS - 1 - floor(log10(abs(value)))
    return round(value, min(decimals, MOST_DECIMALS) if abs(value) >= 1 else decimals)


def _headings(language: str) -> Mapping[str, str]:
    return {column: names[language] for column, names in declarations()["columns"].items()}


def _rows(area: str, language: str, fingerprint: str) -> Iterator[Mapping[str, str | int | float]]:
    first: dict[str, str | int] = {
        "schema": SHEET_SCHEMA, "area": area, "year": PRESENT, "fingerprint": fingerprint,
    }  # fmt: skip
    for name, value in first.items():
        yield {"cell": name, "title": declarations()["rows"][name][language], "value": value}
    for cell in area_cells(area).values():
        yield _row(cell, language)


def _row(cell: Cell, language: str) -> Mapping[str, str | int | float]:
    doubt = {} if cell.doubt is None else {"doubt_low": brief(cell.doubt[0]), "doubt_high": brief(cell.doubt[1])}
    return {
        "cell": cell.name,
        "title": cell.title[language],
        "unit": cell.unit[language],
        "assumed": brief(cell.assumed),
        **doubt,
        "grade": cell.grade[language],
        "why": cell.why[language],
        "reference": cell.source,
        "lowest": cell.low,
        "highest": cell.high,
    }


def _plain(value: str | int | float | None) -> str:
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)
