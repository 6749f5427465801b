"""Reads new figures to score a frozen forecast with; one clear sentence for every mistake."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calibration.forecasts.frozen import Frozen
from calibration.forecasts.naive import forecasted

NEEDED, ALLOWED = ("area", "outcome", "year", "value"), ("area", "outcome", "year", "value", "n")
MOST_BYTES = 2_000_000
DECIMAL_COMMA = ","


class FigureError(ValueError):
    """New figures cannot be used.

    Attributes:
        code: which message says why.
        details: what it names.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(f"{code}: {details}")
        self.code, self.details = code, details


@dataclass(frozen=True)
class Figure:
    """One new figure: what was measured, of how many (``None`` where it is not told)."""

    area: str
    outcome: str
    year: int
    value: float
    n: float | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What the figure is about."""
        return self.area, self.outcome, self.year


def read_figures(path: Path, frozen: Frozen) -> tuple[Figure, ...]:
    """Return the new figures of a file.

    Args:
        path: csv with the columns area, outcome, year, value and perhaps n.
        frozen: the forecast they will be held beside.

    Raises:
        FigureError: with the first mistake found.
    """
    rows = _rows(path)
    known: dict[str, set[str]] = {name: {str(row[name]) for row in frozen.rows} for name in ("area", "outcome", "year")}
    found: dict[tuple[str, str, int], Figure] = {}
    for line, row in rows:
        figure = _figure(line, row, known)
        if figure.key in found:
            raise FigureError("twice", line=line, area=figure.area, outcome=figure.outcome, year=figure.year)
        found[figure.key] = figure
    return tuple(found.values())


def _rows(path: Path) -> list[tuple[int, Mapping[str, str]]]:
    try:
        content = path.read_bytes()
    except OSError:
        raise FigureError("missing", file=path) from None
    if len(content) > MOST_BYTES:
        raise FigureError("large", file=path, most=MOST_BYTES // 1_000_000)
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise FigureError("encoding", file=path) from None
    reader = csv.DictReader(lines)
    head = [str(name).strip() for name in reader.fieldnames or ()]
    absent = [name for name in NEEDED if name not in head]
    strange = [name for name in head if name not in ALLOWED]
    if absent:
        raise FigureError("column_absent", name=absent[0], columns=", ".join(ALLOWED))
    if strange or len(set(head)) < len(head):
        raise FigureError("column_strange", name=strange[0] if strange else head[-1], columns=", ".join(ALLOWED))
    reader.fieldnames = head
    rows: list[tuple[int, Mapping[str, str]]] = [(reader.line_num, row) for row in reader]
    if not rows:
        raise FigureError("empty", file=path)
    for line, row in rows:
        if not all(isinstance(cell, str) for pair in row.items() for cell in pair):
            raise FigureError("cells", line=line)
    return rows


def _figure(line: int, row: Mapping[str, str], known: Mapping[str, Sequence[str] | set[str]]) -> Figure:
    cells = {name: (value or "").strip() for name, value in row.items()}
    for name in ("area", "outcome", "year"):
        if cells[name] not in known[name]:
            nearest = difflib.get_close_matches(cells[name], sorted(known[name]), n=1, cutoff=0.0)[0]
            raise FigureError(f"unknown_{name}", line=line, found=cells[name], nearest=nearest)
    value = _number(line, "value", cells["value"])
    _check_range(line, cells["outcome"], value)
    n = _number(line, "n", cells["n"]) if cells.get("n") else None
    if n is not None and n <= 0:
        raise FigureError("no_people", line=line, found=cells["n"])
    return Figure(cells["area"], cells["outcome"], int(cells["year"]), value, n)


def _number(line: int, column: str, text: str) -> float:
    if DECIMAL_COMMA in text:
        raise FigureError("comma", line=line, column=column, found=text)
    try:
        value = float(text)
    except ValueError:
        raise FigureError("number", line=line, column=column, found=text) from None
    if not math.isfinite(value):
        raise FigureError("number", line=line, column=column, found=text)
    return value


def _check_range(line: int, outcome: str, value: float) -> None:
    what = forecasted()[outcome]
    if what.lowest <= value <= what.highest:
        return
    if what.highest == 1 and 1 < value <= 100:
        raise FigureError("per_cent", line=line, outcome=outcome, found=f"{value:g}", share=f"{value / 100:g}")
    raise FigureError("range", line=line, outcome=outcome, found=f"{value:g}", low=what.lowest, high=what.highest)
