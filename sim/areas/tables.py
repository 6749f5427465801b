"""The packaged tables, read once as rows of text. What they mean is the loader's business."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from sim.areas.area import Source

Row = Mapping[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of one packaged table, by the name of its file without `.csv`."""
    text = (files("sim.areas") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def keyed(name: str, column: str) -> Mapping[str, Row]:
    """The rows of one packaged table, each under its value in that column."""
    return {row[column]: row for row in rows(name)}


@cache
def of_area(name: str, area_id: str) -> tuple[Row, ...]:
    """The rows of one packaged table that belong to an area."""
    return tuple(row for row in rows(name) if row["area_id"] == area_id)


@cache
def sources() -> Mapping[str, Source]:
    """Every source that a figure may point to, by id."""
    return {row["id"]: Source(**row) for row in rows("sources")}
