"""Files of a stored comparison: tables in every format of the export command, and the report."""

from __future__ import annotations

import base64
import shlex
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from app.browser.results_stores import Opened, RefusedError, refusal_of
from app.browser.results_told import ALL_YEARS, Asked
from app.browser.speech import Speech
from results.comparison import ALL_AREAS, EVERYBODY
from results.export.selection import DUTCH, FILTERS_OF, LONG, OUTCOMES_TABLE, SHAPES, STANDARD, WIDE

TABLES = ("comparison", OUTCOMES_TABLE, "runs", "draws", "codebook")
"""That of failures is left out: it says where on a machine something went wrong."""

FORMATS: dict[str, tuple[str, str]] = {
    "csv": ("csv", STANDARD),
    "csv_nl": ("csv", DUTCH),
    "xlsx": ("xlsx", STANDARD),
    "parquet": ("parquet", STANDARD),
    "sav": ("sav", STANDARD),
    "dta": ("dta", STANDARD),
}
"""Ending and dialect by what can be chosen."""

MEGABYTE = 1_000_000
MOST_BYTES = 30 * MEGABYTE
"""Largest file that a page passes on."""

MOST_ROWS_READ = 3_000_000
"""Rows of outcomes that are read for one file; half a minute's work."""

EARLIEST = (2000, 1, 1, 0, 0, 0)
"""Moment of the files in an archive: the same tables give the same bytes."""

_drawing = threading.Lock()
"""Charts are drawn one at a time: the settings of the library that draws them hold for the whole process."""


@dataclass(frozen=True)
class Wish:
    """The file somebody wants.

    Attributes:
        table: one of :data:`TABLES`, or the report.
        format: one of :data:`FORMATS`.
        shape: long, or wide with a column per outcome.
        every: all rows, in place of those that are shown.
    """

    table: str = TABLES[0]
    format: str = "xlsx"
    shape: str = LONG
    every: bool = False


@dataclass(frozen=True)
class Made:
    """A file that was made.

    Attributes:
        name: of the file.
        kind: media type.
        content: as base64.
        size: in bytes.
    """

    name: str
    kind: str
    content: str
    size: int


def shapes(table: str) -> tuple[str, ...]:
    """Return the shapes a table can have."""
    return SHAPES if table == OUTCOMES_TABLE else (LONG,)


def rows_wanted(asked: Asked, wish: Wish, outcomes: list[str]) -> dict[str, Any]:
    """Return the filters of a file: those of the page that its table has.

    Args:
        asked: what the page shows.
        wish: the file.
        outcomes: ids of the outcomes that the page shows.
    """
    if wish.every:
        return {}
    found: dict[str, Any] = {"outcome": outcomes, "view": asked.view, "group": asked.group}
    if asked.year != ALL_YEARS:
        found["year"] = asked.year
    if asked.area != ALL_AREAS:
        found["area"] = asked.area
    return {name: value for name, value in found.items() if name in FILTERS_OF[wish.table]}


def command_for(opened: Opened, wish: Wish, wanted: dict[str, Any], words: Speech) -> str:
    """Return the command that makes the same file."""
    ending, dialect = FORMATS[wish.format]
    parts = ["wijklab", "export", opened.name, "--to", f"{opened.name}-{wish.table}.{ending}", "--table", wish.table]
    if wish.shape == WIDE:
        parts += ["--shape", WIDE]
    if dialect != STANDARD:
        parts += ["--dialect", dialect]
    for name, value in wanted.items():
        parts += [f"--{name}", ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return shlex.join([*parts, "--language", words.language])


def make_table(opened: Opened, wish: Wish, wanted: dict[str, Any], words: Speech) -> Made:
    """Make a table with its data package, as one archive: for a thread.

    Raises:
        RefusedError: when it is too large for a page, or cannot be made.
    """
    from results.export import export

    ending, dialect = FORMATS[wish.format]
    command = command_for(opened, wish, wanted, words)
    results = opened.results
    try:
        if wish.table in ("comparison", OUTCOMES_TABLE):
            _check_rows(opened, wanted, command)
        with tempfile.TemporaryDirectory(prefix="wijklab-") as folder:
            place = Path(folder) / f"{opened.name}-{wish.table}.{ending}"
            choices: dict[str, Any] = {
                "table": wish.table,
                "shape": wish.shape,
                "dialect": dialect,
                "language": words.language,
            }
            export(results, place, **choices, **wanted)
            content = _archive(Path(folder))
    except Exception as error:
        raise refusal_of(error, opened.name) from error
    return _made(f"{opened.name}-{wish.table}-{ending}.zip", "application/zip", content, command)


def make_report(opened: Opened, asked: Asked, words: Speech) -> Made:
    """Make the report of a scenario, one page of HTML: for a thread.

    Raises:
        RefusedError: when it is too large for a page, or cannot be made.
    """
    from app.html.content import page
    from app.html.render import render

    year = None if asked.year == ALL_YEARS else asked.year
    command = report_command(opened, asked, words)
    try:
        _check_rows(opened, {"group": EVERYBODY}, command)
        with _drawing:
            content = render(page(opened.results, [asked.scenario], year, words)).encode("utf-8")
    except Exception as error:
        raise refusal_of(error, opened.name) from error
    return _made(f"{opened.name}-{asked.scenario.replace('~', '-')}.html", "text/html", content, command)


def report_command(opened: Opened, asked: Asked, words: Speech) -> str:
    """Return the command that makes the same report."""
    parts = ["wijklab", "report", opened.name, "--to", f"{opened.name}.html", "--scenario", asked.scenario]
    if asked.year != ALL_YEARS:
        parts += ["--year", str(asked.year)]
    return shlex.join([*parts, "--language", words.language])


def _check_rows(opened: Opened, wanted: dict[str, Any], command: str) -> None:
    if opened.results.count(**wanted) > MOST_ROWS_READ:
        raise RefusedError("results_page.too_many", most=MOST_ROWS_READ, command=command)


def _archive(folder: Path) -> bytes:
    """Return the files of a folder as one archive."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(place.name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, place.read_bytes())
    return held.getvalue()


def _made(name: str, kind: str, content: bytes, command: str) -> Made:
    if len(content) > MOST_BYTES:
        raise RefusedError("results_page.too_large", most=MOST_BYTES // MEGABYTE, command=command)
    return Made(name, kind, base64.b64encode(content).decode("ascii"), len(content))
