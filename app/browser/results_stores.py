"""The stored batches that the site offers: by name only, and only those that lie where the server was told to look."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.browser.service import options
from app.stored import run_scenarios
from results.comparison import ALL_AREAS, ARRIVAL_GROUP, EVERYBODY, NOTHING, SERVICE_GROUP, ComparisonError
from results.export.errors import ExportError
from results.filters import FilterError
from results.lock import LOCK
from results.store import MANIFEST, StoreError
from results.stored_tables import DONE

if TYPE_CHECKING:
    from app.words import Words
    from results.reading import Results

MOST_LISTED = 500
"""Folders in the list; more belong in folders of their own."""

MOST_OPEN = 6
"""Folders that stay open for whoever asks next; what one holds in memory is its tables of runs and its codebook."""

RUNS_FILE = "runs.parquet"
NEEDED = {
    "version": str, "fingerprint": str, "started": str, "status": str, "reference": str, "scenarios": list,
    "areas": list, "years": int, "draws": list, "seeds": list, "sample": (int, float),
}  # fmt: skip
"""What the page tells of a folder, and of which kind it has to be in a manifest."""

OUTSIDE = ("/", "\\")
"""What the name of a run never has: it would lead elsewhere."""


class RefusedError(ValueError):
    """Something cannot be shown, as the key of a sentence with what it is about."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, words: Words) -> str:
        """Return why, in the language of the reader."""
        values = {name: words.number(value) if isinstance(value, int) else value for name, value in self.values.items()}
        if "reason_key" in values:
            values["reason"] = words(str(values.pop("reason_key")))
        text = words(self.key, **values)
        return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Choices:
    """What a folder holds, to choose from.

    Attributes:
        scenarios: ids, points of a sweep included.
        areas: ids; the sum last where there are several.
        views: who is counted.
        groups: everybody first.
        years: from first to last.
        outcomes: ids in the order of the codebook.
    """

    scenarios: tuple[str, ...]
    areas: tuple[str, ...]
    views: tuple[str, ...]
    groups: tuple[str, ...]
    years: tuple[int, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """A folder that was opened and checked.

    Attributes:
        name: what it is called here.
        results: its tables.
        choices: what it holds.
        writing: whether a batch is going on with it.
    """

    name: str
    results: Results
    choices: Choices
    writing: bool


def stored_names() -> list[str]:
    """Return the names of the folders with results, those that lead elsewhere left out."""
    try:
        found = [entry.name for entry in options().results.iterdir() if _holds_results(entry)]
    except OSError:
        return []
    return sorted(found)[:MOST_LISTED]


def _holds_results(folder: Path) -> bool:
    name = folder.name
    if name.startswith(".") or not name.isprintable():
        return False
    try:
        manifest = folder / MANIFEST
        return not folder.is_symlink() and folder.is_dir() and manifest.is_file() and not manifest.is_symlink()
    except OSError:
        return False


_open: OrderedDict[tuple[object, ...], Opened] = OrderedDict()
_lock = threading.Lock()


def open_named(name: str) -> Opened:
    """Open one of the folders of the list, and check that it is whole. Takes a while: for a thread of its own.

    Raises:
        RefusedError: when there is no such folder, or it cannot be read.
    """
    if name not in stored_names():  # the only way to a folder is a name that we gave
        raise RefusedError("results_page.store_gone", folder=name)
    folder = options().results / name
    try:
        key = (str(folder), *(_stamp(folder / file) for file in (MANIFEST, RUNS_FILE)))
        with _lock:
            known = _open.get(key)
        if known is None:
            known = _opened(name, folder)
            with _lock:
                _open[key] = known
                while len(_open) > MOST_OPEN:
                    _open.popitem(last=False)
        return known
    except OSError as error:
        raise RefusedError("results_page.store_unreadable", folder=name, file=MANIFEST) from error


def _stamp(file: Path) -> tuple[int, int]:
    """Return what changes with a file; the same for one that is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _opened(name: str, folder: Path) -> Opened:
    from results.reading import open_results

    if _leads_out(folder):
        raise RefusedError("results_page.store_links", folder=name)
    try:
        results = open_results(folder)
        _check_manifest(name, results.manifest)
        writing = (folder / LOCK).exists()
        runs = results.runs
        if runs.empty:
            raise RefusedError("results_page.store_unfinished", folder=name)
        if runs["run_id"].map(lambda run: any(part in str(run) for part in OUTSIDE)).any():
            raise RefusedError("results_page.store_unreadable", folder=name, file=RUNS_FILE)
        results.check()
        return Opened(name, results, _choices(results), writing)
    except StoreError as error:
        raise refusal_of(error, name, folder) from error


def _leads_out(folder: Path) -> bool:
    """Say whether something in a folder is a link: its files might be anybody's."""
    for place, folders, files in os.walk(folder):
        if any(os.path.islink(os.path.join(place, name)) for name in (*folders, *files)):
            return True
    return False


def _check_manifest(name: str, manifest: dict[str, Any]) -> None:
    wrong = [key for key, kind in NEEDED.items() if not isinstance(manifest.get(key), kind)]  # type: ignore[arg-type]
    texts = (*manifest["scenarios"], *manifest["areas"]) if not wrong else ()
    if wrong or not (manifest["seeds"] and manifest["areas"]) or not all(isinstance(text, str) for text in texts):
        raise RefusedError("results_page.store_unreadable", folder=name, file=MANIFEST)


def _choices(results: Results) -> Choices:
    """Return what there is to choose from, read off one run of every area: runs differ in numbers, not in rows."""
    import pandas as pd

    done = results.runs[results.runs["status"] == DONE].drop_duplicates("area")
    key = ["scenario", "area", "draw", "seed"]
    columns = ["year", "view", "group", "outcome"]
    parts = [results.outcomes(columns, **run).drop_duplicates() for run in done[key].to_dict("records")]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    groups = sorted(group for group in set(rows["group"]) if not group.startswith((SERVICE_GROUP, ARRIVAL_GROUP)))
    views, outcomes = set(rows["view"]), set(rows["outcome"])
    known = dict.fromkeys(view for outcome in results.codebook.outcomes.values() for view in outcome.views)
    return Choices(
        tuple(run_scenarios(results)),
        (*results.areas, ALL_AREAS) if len(results.areas) > 1 else results.areas,
        tuple(view for view in known if view in views),
        (*(group for group in groups if group == EVERYBODY), *(group for group in groups if group != EVERYBODY)),
        tuple(sorted(int(year) for year in set(rows["year"]))),
        tuple(name for name in results.codebook.outcomes if name in outcomes),
    )


def refusal_of(error: Exception, name: str, folder: Path | None = None) -> RefusedError:
    """Return a failure of reading, comparing or exporting as a sentence in which a folder has its name only.

    Raises:
        Exception: the failure itself, when it is none of these.
    """
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, StoreError):
        code = error.code
        if code == "unfinished" and folder is not None and (folder / LOCK).exists():
            code = "locked"
        return RefusedError(f"results_page.store_{code}", folder=name, **error.details)
    if isinstance(error, ComparisonError):
        if error.code in NOTHING:
            return RefusedError("results_page.no_pairs", folder=name)
        return RefusedError("error.outcomes_wrong", folder=name, reason_key=f"error.outcomes_{error.code}")
    if isinstance(error, FilterError):
        return RefusedError("results_page.no_rows")
    if isinstance(error, ExportError):
        values = {key: value.name if isinstance(value, Path) else value for key, value in error.values.items()}
        return RefusedError(f"export.{error.code}", **values)
    raise error
