"""Tables for SPSS and Stata: what has a name is a number with a label, as is usual there."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from results.export.columns import OUTCOME, Column, Content
from results.export.formats import Format, check_text
from results.export.labels import ALL, POINT_MARK, Labels, known_views
from results.export.names import unique_names

if TYPE_CHECKING:
    from results.reading import Results

SPSS = "sav"
MOST_BYTES = {
    SPSS: {"file": 64, "variable": 256, "value": 120},
    "dta": {"file": 80, "variable": 80, "value": 32_000},
}
"""Room for labels in bytes; Stata counts characters, of which there are never more."""

NOTE_WIDTH = 80
"""Bytes of a line of notes in SPSS."""

CUT = "..."
INT32 = "int32"
LARGEST_INT32 = 2**31 - 1
SPSS_FORMATS = {"int64": "F10.0", "float64": "F16.4"}


@dataclass(frozen=True)
class Codes:
    """Numbers for values that have names.

    Attributes:
        number: by value.
        label: by number: the name, and between brackets the id.
    """

    number: Mapping[str, int]
    label: Mapping[int | float, str]


def write_coded(
    content: Content, place: Path, target: Format, results: Results, labels: Labels, title: str, notes: Sequence[str]
) -> None:
    """Write a table for SPSS or Stata; pyreadstat wants it in memory as a whole.

    Args:
        content: the table.
        place: the file.
        target: ``sav`` or ``dta``.
        results: the store, for the order of codes.
        labels: names in one language.
        title: what the file is, marked where local data were used; cut to fit.
        notes: where it comes from; SPSS keeps them inside the file.

    Raises:
        ExportError: when a text is too long for the format.
    """
    import pyreadstat

    whole = pa.Table.from_batches(content.batches(), schema=content.schema)
    names = dict(zip(whole.column_names, unique_names(whole.column_names), strict=True))
    room = MOST_BYTES[target.ending]
    cells: dict[str, Any] = {}
    values: dict[str, dict[int | float, str]] = {}
    for column in content.columns:
        name, found = names[column.name], whole.column(column.name)
        if column.named:
            codes = codes_of(column.name, pc.unique(found).to_pylist(), results, labels, room["value"])
            cells[name] = found.to_pandas().map(codes.number).astype(INT32)
            values[name] = dict(codes.label)
        else:
            cells[name] = _plain(found, column, target)
    described = {
        names[each.name]: _fitting(_said_of(each, names[each.name]), room["variable"]) for each in content.columns
    }
    common: Any = {
        "file_label": _fitting([title], room["file"]),
        "column_labels": described,
        "variable_value_labels": values,
    }
    try:
        if target.ending == SPSS:
            pyreadstat.write_sav(pd.DataFrame(cells), place, **common, **_for_spss(content, names, notes))
        else:
            pyreadstat.write_dta(pd.DataFrame(cells), place, **common)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise OSError(str(error)) from error


def _for_spss(content: Content, names: Mapping[str, str], notes: Sequence[str]) -> dict[str, Any]:
    """Return what only SPSS keeps: notes, how numbers are shown, and what can be counted with."""
    formats = {names[each.name]: SPSS_FORMATS[each.kind] for each in content.columns if each.kind in SPSS_FORMATS}
    texts = {names[each.name] for each in content.columns if each.named or each.kind == "str"}
    return {
        "note": [line for note in notes for line in textwrap.wrap(_ascii(note), NOTE_WIDTH)],
        "variable_format": formats,
        "variable_measure": {name: "nominal" if name in texts else "scale" for name in names.values()},
    }


def codes_of(column: str, found: Sequence[str], results: Results, labels: Labels, most: int) -> Codes:
    """Number the values of a column.

    Outcomes, areas, scenarios and views keep their number in every export of a store (``all`` is 0); groups are
    numbered within the file.

    Args:
        column: name of the column.
        found: the values in the file.
        results: the store.
        labels: names in one language.
        most: bytes of a label.
    """
    known = _known(column, results)
    others = sorted(set(found) - set(known) - {ALL})
    number = {ALL: 0, **{value: place for place, value in enumerate([*known, *others], start=1)}}
    number = {value: number[value] for value in sorted(found, key=number.__getitem__)}
    return Codes(number, {code: _fitting(_value_labels(column, value, labels), most) for value, code in number.items()})


def _known(column: str, results: Results) -> list[str]:
    """Return the values of a column that have a fixed place in the store."""
    if column == OUTCOME:
        return list(results.codebook.outcomes)
    if column == "area":
        return list(results.areas)
    if column == "view":
        return known_views(results.codebook)
    if column in ("scenario", "reference"):
        place = {name: number for number, name in enumerate(results.manifest["scenarios"])}
        base = {name: name.partition(POINT_MARK)[0] for name in [*place, *results.runs["scenario"].unique()]}
        return sorted(base, key=lambda name: (place.get(base[name], len(place)), name))
    return []


def _value_labels(column: str, value: str, labels: Labels) -> list[str]:
    """Return what a value may be called, the fullest first; its id always stands behind it in brackets."""
    name = labels.label(column, value)
    if name == value:
        return [value]
    unit = labels.unit(value) if column == OUTCOME else ""
    with_unit = [f"{name}, {unit} [{value}]"] if unit else []
    return [*with_unit, f"{name} [{value}]"]


def _said_of(column: Column, name: str) -> list[str]:
    """Return what a variable may be called, the fullest first; the full id stands in front where it is shortened."""
    if column.id:
        unit = f" ({column.unit})" if column.unit else ""
        return [f"{column.id}: {column.title}{unit}", f"{column.id}: {column.title}"]
    return [column.title if name == column.name else f"{column.name}: {column.title}"]


def _fitting(choices: Sequence[str], most: int) -> str:
    """Return the first text that fits in so many bytes, or the last one shortened (before its brackets)."""
    for text in choices:
        if len(text.encode()) <= most:
            return text
    name, mark, behind = choices[-1].rpartition(" [")
    name, behind = (name, mark + behind) if behind.endswith("]") else (choices[-1], "")
    room = max(0, most - len((CUT + behind).encode()))
    return name.encode()[:room].decode(errors="ignore") + CUT + behind


def _plain(cells: pa.ChunkedArray, column: Column, target: Format) -> Any:
    """Return a column whose values are what they are."""
    if column.kind == "str":
        longest = pc.max(pc.binary_length(cells)).as_py() or 0
        check_text(target, longest, column.name)
        return cells.to_pandas().fillna("").astype(object)
    series = cells.to_pandas()
    if column.kind == "int64" and len(series) and series.abs().max() <= LARGEST_INT32:
        return series.astype(INT32)
    return series


def _ascii(text: str) -> str:
    """Return a text in which a character is a byte: notes of SPSS are cut at bytes."""
    return text.encode("ascii", errors="backslashreplace").decode("ascii")
