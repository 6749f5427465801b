"""Numbers in a sheet as people write them: decimal commas, thousands apart, percentages."""

from __future__ import annotations

import math
import re
from typing import Any

from scenarios.local_cells import Cell
from scenarios.local_errors import LocalDataError
from scenarios.local_reading import FilledRow, one_line
from sim.scenario_errors import shown

LARGEST = 1e300
"""A whole number of a spreadsheet may be larger than any that can be counted with."""

_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?)\Z")
_TWO_MEANINGS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}\Z")
"""A whole number with thousands apart, or one with three decimals."""


def number_of(row: FilledRow, cell: Cell, where: str) -> float:
    """Return the number of a row, in the unit of its cell and within its range.

    Args:
        row: what stands in the sheet.
        cell: what it is about.
        where: name of the file, for messages.

    Raises:
        LocalDataError: when it is no number, may be two, or lies out of range.
    """
    if row.formula:
        raise LocalDataError("formula", where, path=cell.name)
    percent, value = row.percent, row.value
    if isinstance(value, str) and value.rstrip().endswith("%"):
        percent, value = True, value.rstrip()[:-1].rstrip()
    of_hundred = cell.unit["en"].startswith("%")
    found = None if percent and not of_hundred else _as_number(value, row.value, cell, where)
    if found is None or not math.isfinite(found):
        raise LocalDataError("not_a_number", where, path=cell.name, found=shown(_seen(row.value)), unit=cell.unit)
    if row.percent and not isinstance(row.value, str):
        found = round(found * cell.factor, 10)  # a sheet keeps 50 % as 0.5
    if not cell.low <= found <= cell.high:
        ends = {"low": _ends(cell.low), "high": _ends(cell.high)}
        raise LocalDataError("out_of_range", where, path=cell.name, found=shown(found), unit=cell.unit, **ends)
    return found


def _as_number(value: Any, seen: Any, cell: Cell, where: str) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) <= LARGEST else None
    if not isinstance(value, str):
        return None
    text = one_line(value).replace("\N{MINUS SIGN}", "-")
    if not text.isascii():
        return None
    if _TWO_MEANINGS.match(text):
        raise LocalDataError("two_meanings", where, path=cell.name, found=shown(one_line(seen)))
    if _PLAIN.match(text):
        return float(text.replace(",", "."))
    if _GROUPED.match(text):
        decimal = max(".,", key=text.rfind) if "." in text and "," in text else ""
        whole, _, rest = text.rpartition(decimal) if decimal else (text, "", "")
        return float(whole.replace(".", "").replace(",", "") + (f".{rest}" if rest else ""))
    return None


def _seen(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else one_line(value)


def _ends(value: float) -> dict[str, str]:
    """Return the end of a range as both languages write it."""
    text = f"{value:f}".rstrip("0").rstrip(".")
    return {"nl": text.replace(".", ","), "en": text}
