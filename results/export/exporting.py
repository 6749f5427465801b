"""Writing one table of a store to one file, with its description beside it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from results.export.coded_file import write_coded
from results.export.columns import Content
from results.export.csv_file import DIALECTS, write_csv
from results.export.descriptor import ENDING, descriptor_of
from results.export.errors import ExportError
from results.export.formats import Format, format_of
from results.export.labels import LANGUAGES, Labels
from results.export.parquet_file import write_parquet
from results.export.provenance import described, facts_of, lines_of, short_title, title_of
from results.export.selection import (
    LONG,
    MEASURES,
    OUTCOMES_TABLE,
    STANDARD,
    Given,
    Selection,
    check_place,
    select,
)
from results.export.tables import content_of
from results.export.whole_file import hidden_folder_beside
from results.export.xlsx_file import write_xlsx

if TYPE_CHECKING:
    from results.reading import Results

NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""When a store does not say when it was made."""


def export(
    results: Results,
    path: str | Path,
    *,
    table: str = OUTCOMES_TABLE,
    shape: str = LONG,
    measure: str = MEASURES[0],
    language: str = LANGUAGES[0],
    dialect: str = STANDARD,
    overwrite: bool = False,
    **wanted: Given,
) -> Path:
    """Write a table of a store to a file, and beside it ``FILE.datapackage.json``.

    Both appear when they are whole; after a failure neither is there, and what was there before still is.

    Args:
        results: the store.
        path: the file; its ending says in which format: csv, parquet, xlsx, sav or dta.
        table: outcomes, comparison, runs, failures, draws or codebook.
        shape: long, or wide with a column per outcome.
        measure: the column of the outcome table that the wide shape shows.
        language: of titles, descriptions, names of values: nl or en.
        dialect: for csv: standard, or nl with ``;`` and a decimal comma.
        overwrite: whether a file that exists may be replaced.
        wanted: rows to write, by ``outcome, year, area, view, group``; each a value or several. A group that ends in
            ``:`` stands for all of its kind.

    Returns:
        The file.

    Raises:
        ExportError: when something asked for is not there, does not fit the format or cannot be written.
    """
    path = Path(path)
    target = format_of(path)
    check_place(results, path, overwrite)
    choices = {"table": table, "shape": shape, "measure": measure, "language": language, "dialect": dialect}
    selection = select(results, target, wanted, **choices)
    labels = Labels(language, results.codebook)
    content = content_of(results, selection, labels, target)
    package = json.dumps(descriptor_of(results, selection, labels, content, path), ensure_ascii=False, indent=1)
    try:
        with hidden_folder_beside(path) as folder:
            _write(results, selection, labels, content, folder / path.name, target)
            beside = folder / f"{path.name}{ENDING}"
            beside.write_text(package + "\n", encoding="utf-8")
            os.replace(folder / path.name, path)
            os.replace(beside, path.with_name(beside.name))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError("not_written", f"{path} cannot be written: {reason}", file=path, reason=reason) from error
    return path


def _write(
    results: Results, selection: Selection, labels: Labels, content: Content, place: Path, target: Format
) -> None:
    if target.ending == "csv":
        write_csv(content, place, DIALECTS[selection.dialect])
        return
    title = title_of(selection, labels)
    said = described(results, selection, labels)
    if target.ending == "parquet":
        facts = {"title": title, "description": said, "language": labels.language, **facts_of(results, selection)}
        write_parquet(content, place, facts)
        return
    lines = lines_of(results, selection, labels)
    if target.ending == "xlsx":
        write_xlsx(content, place, labels, lines, title, _started(results))
        return
    notes = [said, *(f"{name}: {text}" for name, text in lines)]
    write_coded(content, place, target, results, labels, short_title(results, selection, labels), notes)


def _started(results: Results) -> datetime:
    try:
        return datetime.fromisoformat(str(results.manifest.get("started")))
    except ValueError:
        return NO_MOMENT
