"""What somebody wants of a store: which table, which rows, in which shape; every impossible wish refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from results.export.errors import ExportError, check_choice
from results.export.formats import Format
from results.export.labels import ALL, LANGUAGES, known_views

if TYPE_CHECKING:
    from results.reading import Results

LONG, WIDE = "long", "wide"
SHAPES = (LONG, WIDE)
MEASURES = ("value", "expected", "numerator", "denominator", "expected_numerator")
STANDARD, DUTCH = "standard", "nl"
DIALECTS = (STANDARD, DUTCH)
OUTCOMES_TABLE = "outcomes"

FILTERS_OF: dict[str, tuple[str, ...]] = {
    OUTCOMES_TABLE: ("outcome", "year", "area", "view", "group"),
    "comparison": ("outcome", "year", "area", "view", "group"),
    "runs": ("area",),
    "failures": ("area",),
    "draws": ("area",),
    "codebook": ("outcome",),
}
"""The tables, and what their rows can be chosen by."""

TABLES = tuple(FILTERS_OF)
FILTERS = FILTERS_OF[OUTCOMES_TABLE]

Given = str | int | Collection[str] | Collection[int] | None


@dataclass(frozen=True)
class Selection:
    """What is to be written.

    Attributes:
        table: one of :data:`TABLES`.
        shape: ``long``, or ``wide`` with a column per outcome.
        measure: the column of the outcome table that the wide shape shows.
        language: of labels.
        dialect: how csv is written.
        wanted: chosen values by column; a column without any is not in it.
    """

    table: str = OUTCOMES_TABLE
    shape: str = LONG
    measure: str = MEASURES[0]
    language: str = LANGUAGES[0]
    dialect: str = STANDARD
    wanted: dict[str, list[Any]] = field(default_factory=dict)


def select(results: Results, target: Format, given: dict[str, Given], **choices: Any) -> Selection:
    """Return what somebody wants, checked.

    Args:
        results: the store.
        target: the format.
        given: values by the name of a filter; nothing or ``None`` for all.
        choices: table, shape, measure, language, dialect.

    Raises:
        ExportError: when something is not there, or does not go together.
    """
    chosen = Selection(**choices)
    for name, allowed in (
        ("language", LANGUAGES),
        ("table", TABLES),
        ("shape", SHAPES),
        ("measure", MEASURES),
        ("dialect", DIALECTS),
    ):
        check_choice(f"--{name}", getattr(chosen, name), allowed)
    if chosen.shape == WIDE and chosen.table != OUTCOMES_TABLE:
        raise ExportError("wide", f"--shape wide is for --table {OUTCOMES_TABLE} only", table=OUTCOMES_TABLE)
    if chosen.measure != MEASURES[0] and chosen.shape != WIDE:
        raise ExportError("measure", "--measure is for --shape wide only: the long shape has all of them")
    if chosen.dialect != STANDARD and target.ending != "csv":
        raise ExportError("dialect", "--dialect is for a file that ends in .csv only")
    check_choice("filter", next((name for name in given if name not in FILTERS), FILTERS[0]), FILTERS)
    asked = {name: _several(values) for name, values in given.items()}
    wanted = {name: _checked(results, chosen.table, name, values) for name, values in asked.items() if values}
    chosen.wanted.update({name: values for name, values in wanted.items() if values})
    return chosen


def check_place(results: Results, path: Path, overwrite: bool) -> None:
    """Check that a file may be written.

    Raises:
        ExportError: when it exists and may not be replaced, is a folder, lies in none, or belongs to the store.
    """
    if not path.parent.is_dir():
        raise ExportError("no_folder", f"the folder {path.parent} does not exist", folder=path.parent)
    own = {(results.folder / str(name)).resolve() for name in results.manifest["files"]}
    if path.resolve() in own:
        raise ExportError("own", f"{path} is a file of the results themselves; choose another", file=path)
    if path.is_dir():
        raise ExportError("is_folder", f"{path} is a folder; give a file", file=path)
    if path.exists() and not overwrite:
        raise ExportError("exists", f"{path} exists; choose another or say --overwrite", file=path)


def _several(values: Given) -> list[Any]:
    if values is None:
        return []
    return [values] if isinstance(values, str | int) else list(values)


def _checked(results: Results, table: str, name: str, values: list[Any]) -> list[Any]:
    if name not in FILTERS_OF[table]:
        allowed = ", ".join(f"--{each}" for each in FILTERS_OF[table])
        message = f"--{name} does not go with --table {table}; allowed: {allowed}"
        raise ExportError("filter", message, name=f"--{name}", table=table, allowed=allowed)
    if name == "area" and ALL in values:
        return []
    if name == "outcome":
        shorts = {outcome.short: key for key, outcome in results.codebook.outcomes.items()}
        values = [value if value in results.codebook.outcomes else shorts.get(value, value) for value in values]
    if name == "year":
        values = [int(value) if str(value).isdecimal() else value for value in values]
    known = _known(results, name)
    for value in values:
        check_choice(f"--{name}", value, known)
    return list(dict.fromkeys(values))


def _known(results: Results, name: str) -> list[Any]:
    """Return the values that a filter can have, in the order in which to show them."""
    if name == "outcome":
        return list(results.codebook.outcomes)
    if name == "area":
        return list(results.areas)
    if name == "view":
        return known_views(results.codebook)
    found = sorted(_distinct(results, name))
    kinds = dict.fromkeys(f"{value.partition(':')[0]}:" for value in found if ":" in str(value))
    return [*kinds, *found]


def _distinct(results: Results, name: str) -> set[Any]:
    found: set[Any] = set()
    for batch in results.batches(columns=[name]):
        found.update(batch.column(0).unique().to_pylist())
    return found
