"""Numbers of an area that somebody filled in: read from sheets, checked, and kept with what they take the place of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scenarios.local_cells import PRESENT, VACANCY, Cell, Sets, area_cells, line_refused
from scenarios.local_errors import LocalDataError
from scenarios.local_parsing import number_of
from scenarios.local_reading import FilledRow, filled_rows, one_line
from scenarios.local_template import SHEET_SCHEMA, brief
from sim.areas import UnknownArea, load_area
from sim.areas.local import LocalNumbers
from sim.programme.catalogue import LINES
from sim.scenario import Scenario
from sim.scenario_errors import nearest, shown

FIRST_YEAR, LAST_YEAR = 2015, 2040
"""Years that numbers may be about."""

MOST_FINGERPRINT = 80
FIRST_ROWS = ("schema", "area", "year", "fingerprint")
"""Rows that say what the sheet is about."""


@dataclass(frozen=True)
class Filled:
    """One number that somebody filled in.

    Attributes:
        cell: what it is, with what the model assumes.
        value: the number in the unit of the cell.
        model: the same in the unit of the model.
        source: where it comes from, in the words of who filled it in.
    """

    cell: Cell
    value: float
    model: float
    source: str


@dataclass(frozen=True)
class LocalSheet:
    """One sheet as it was read.

    Attributes:
        file: name of the file, without its folder.
        sha256: hash of its content.
        area: area id.
        year: year the numbers are about.
        fingerprint: that of the model that made the sheet, as it stands there.
        filled: what was filled in.
    """

    file: str
    sha256: str
    area: str
    year: int
    fingerprint: str
    filled: tuple[Filled, ...]

    def facts(self) -> dict[str, Any]:
        """Return what a manifest says of the sheet: enough to repeat a run without the file."""
        cells = [
            {
                "cell": one.cell.name,
                "title": dict(one.cell.title),
                "value": one.value,
                "assumed": brief(one.cell.assumed),
                "unit": dict(one.cell.unit),
                "sets": one.cell.sets,
                "path": one.cell.path,
                "model_value": one.model,
                "source": one.source,
            }
            for one in self.filled
        ]
        return {
            "file": self.file,
            "sha256": self.sha256,
            "area": self.area,
            "year": self.year,
            "sheet_fingerprint": self.fingerprint,
            "cells": cells,
        }


@dataclass(frozen=True)
class LocalData:
    """All that was filled in for a run, one sheet per area."""

    sheets: tuple[LocalSheet, ...] = ()

    @cached_property
    def numbers(self) -> tuple[LocalNumbers, ...]:
        """What the model takes in place of its assumptions; areas of which nothing was filled in are not there."""
        return numbers_from_facts(self.facts())

    def facts(self) -> list[dict[str, Any]] | None:
        """Return what a manifest says of all sheets; ``None`` without any."""
        return [sheet.facts() for sheet in self.sheets] or None

    def check_areas(self, areas: Sequence[str]) -> None:
        """Refuse a sheet about an area that is not computed.

        Raises:
            LocalDataError: when there is one.
        """
        for sheet in self.sheets:
            if sheet.area not in areas:
                raise LocalDataError("other_area", sheet.file, found=sheet.area, allowed=", ".join(areas))

    def overruled(self, scenarios: Sequence[Scenario]) -> Iterator[tuple[LocalSheet, Filled, Scenario]]:
        """Yield the amounts of lines in whose place a scenario has one of its own for that area."""
        for sheet in self.sheets:
            for one in sheet.filled:
                for scenario in scenarios if one.cell.sets == "line" else ():
                    own = scenario.areas.get(sheet.area)
                    if own is not None and f"programme.{one.cell.path}.budget" in own.levers:
                        yield sheet, one, scenario


def read_local_data(paths: Sequence[str | Path], areas: Sequence[str] | None = None) -> LocalData:
    """Return what stands in sheets of local numbers (xlsx or csv).

    Args:
        paths: the files, at most one per area.
        areas: areas that are computed; a sheet about another one is refused. All areas unless given.

    Raises:
        LocalDataError: when a file cannot be used, in one sentence.
    """
    sheets: list[LocalSheet] = []
    for path in map(Path, paths):
        sheet = read_sheet(path)
        if sheet.area in (other.area for other in sheets):
            raise LocalDataError("area_twice", path.name, found=sheet.area)
        sheets.append(sheet)
    data = LocalData(tuple(sheets))
    if areas is not None:
        data.check_areas(areas)
    return data


def numbers_from_facts(sheets: Sequence[Mapping[str, Any]] | None) -> tuple[LocalNumbers, ...]:
    """Return the numbers that a manifest says were filled in (``local_data``): a run is repeated without the sheets."""

    def values(sheet: Mapping[str, Any], sets: Sets) -> tuple[tuple[str, float], ...]:
        own = ((cell["path"], cell["model_value"]) for cell in sheet["cells"] if cell["sets"] == sets)
        return tuple(sorted(own))

    return tuple(
        LocalNumbers(
            sheet["area"],
            sheet["year"],
            figures=values(sheet, "figure"),
            parameters=values(sheet, "parameter"),
            line_shares=values(sheet, "line"),
        )
        for sheet in sheets or ()
        if sheet["cells"]
    )


def read_sheet(path: Path) -> LocalSheet:
    """Return one sheet.

    Raises:
        LocalDataError: when it cannot be used, in one sentence.
    """
    where = path.name
    sha256, rows = filled_rows(path)
    by_name = _by_name(rows, where)
    _check_schema(by_name, where)
    area, year = _area(by_name, where), _year(by_name, where)
    given = {name: row for name, row in by_name.items() if name not in FIRST_ROWS}
    cells = area_cells(area, year)
    for name, row in given.items():
        if name not in cells:
            raise _refusal(name, row, area, year, where)
    values = {name: number_of(row, cells[name], where) for name, row in given.items()}
    vacancy = next((values[name] / cells[name].factor for name in values if cells[name].path == VACANCY), None)
    # places per household are counted over the homes that are not empty here
    final = area_cells(area, year, vacancy)
    filled = tuple(
        Filled(cell, values[name], values[name] / final[name].factor, given[name].source)
        for name, cell in cells.items()
        if name in values
    )
    fingerprint = one_line(by_name["fingerprint"].value)[:MOST_FINGERPRINT] if "fingerprint" in by_name else ""
    return LocalSheet(where, sha256, area, year, fingerprint, filled)


def _by_name(rows: Sequence[FilledRow], where: str) -> Mapping[str, FilledRow]:
    found: dict[str, FilledRow] = {}
    for row in rows:
        if not row.cell:
            raise LocalDataError("value_without_cell", where, row=row.number, found=shown(row.value))
        if row.cell in found:
            raise LocalDataError("twice", where, row=row.number, path=_short(row.cell))
        found[row.cell] = row
    return found


def _check_schema(rows: Mapping[str, FilledRow], where: str) -> None:
    found = _first_row("schema", rows, where)
    if one_line(found).removesuffix(".0") != str(SHEET_SCHEMA):
        raise LocalDataError("bad_schema", where, found=shown(found), allowed=SHEET_SCHEMA)


def _area(rows: Mapping[str, FilledRow], where: str) -> str:
    found = one_line(_first_row("area", rows, where))
    try:
        return load_area(found).id
    except UnknownArea as error:
        raise LocalDataError("unknown_area", where, found=shown(found), nearest=error.nearest) from None


def _year(rows: Mapping[str, FilledRow], where: str) -> int:
    if "year" not in rows:
        return PRESENT
    found = _first_row("year", rows, where)
    text = one_line(found).removesuffix(".0")
    if not re.fullmatch(r"\d{4}", text, flags=re.ASCII) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        span = {"nl": f"{FIRST_YEAR} tot en met {LAST_YEAR}", "en": f"{FIRST_YEAR} to {LAST_YEAR}"}
        raise LocalDataError("bad_year", where, found=shown(found), allowed=span)
    return int(text)


def _first_row(name: str, rows: Mapping[str, FilledRow], where: str) -> Any:
    if name not in rows:
        raise LocalDataError("no_row", where, path=name)
    if rows[name].formula:
        raise LocalDataError("formula", where, path=name)
    return rows[name].value


def _refusal(name: str, row: FilledRow, area: str, year: int, where: str) -> LocalDataError:
    """Return why a cell that is not there is not there."""
    for line in LINES:
        if name == f"{line.name}_budget":
            code = line_refused(area, line.name, year)
            allowed = f'[areas.{area}.levers."programme.{line.name}.budget"]'
            if code is not None:
                return LocalDataError(code, where, path=name, found=year, allowed=allowed)
    near = nearest(name, (*area_cells(area, year), *FIRST_ROWS))
    return LocalDataError("unknown_cell", where, row=row.number, found=shown(name), nearest=near)


def _short(name: str) -> str:
    return shown(name).strip("'")
