"""A folder of results: every file is written whole or not at all, and removed only as the manifest lists."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from results.codebook import Codebook
from results.tables import OUTCOMES, Columns, table, typed

SCHEMA = 2
MANIFEST = "manifest.json"
OUTCOMES_FOLDER = "outcomes"
CHECKSUMS = "checksums.sha256"
"""One line per file of outcomes, as the command ``sha256sum`` writes and checks them."""

_ARROW = {"str": pa.string(), "int64": pa.int64(), "float64": pa.float64()}


class StoreError(ValueError):
    """A folder of results cannot be made or read.

    Attributes:
        code: kind of failure, for messages in other languages.
        folder: the folder.
        details: what else a message in another language says.
    """

    def __init__(self, code: str, folder: Path, message: str, **details: str) -> None:
        super().__init__(message)
        self.code = code
        self.folder = folder
        self.details = details


class Store:
    """One folder of results.

    Every file is written beside its place under a name that starts with a dot and then moved, so that a file
    that is there is whole. The manifest is written first and lists a file before it is there.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._listed = set(manifest["files"])  # asked for every run that is written

    @classmethod
    def create(cls, folder: Path, facts: Mapping[str, Any], overwrite: bool = False) -> Store:
        """Start a new folder.

        Args:
            folder: where; must not exist, or hold hidden files only.
            facts: what the manifest says beside the schema number and the files.
            overwrite: when the folder exists, first remove the files its manifest lists, and nothing else.

        Raises:
            StoreError: when the folder exists and may not, or cannot, be emptied.
        """
        if folder.exists() and not _holds_only_hidden(folder):
            if not overwrite:
                message = f"{folder} exists; choose another folder or say --overwrite"
                raise StoreError("exists", folder, message)
            _remove_listed(folder)
        folder.mkdir(parents=True, exist_ok=True)
        store = cls(folder, {"schema": SCHEMA, **facts, "files": [MANIFEST]})
        store._write_manifest()
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open an existing folder for reading.

        Raises:
            StoreError: when it has no manifest, or one of a schema not known here.
        """
        return cls(folder, _read_manifest(folder))

    def note(self, **facts: Any) -> None:
        """Add facts to the manifest."""
        self.manifest.update(facts)
        self._write_manifest()

    def write_text(self, name: str, text: str) -> None:
        """Write a text file (UTF-8, line ends as they are)."""
        self.expect([name])
        write_whole(self.folder / name, text.encode("utf-8"))

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file that a person can read."""
        self.write_text(name, _json(content))

    def write_table(self, name: str, frame: pd.DataFrame, columns: Columns) -> None:
        """Write a table as Parquet, or as CSV with empty cells for no value where the name says so."""
        frame = typed(frame, columns)
        if name.endswith(".csv"):
            self.write_text(name, frame.to_csv(index=False, lineterminator="\n"))
            return
        self.expect([name])
        target = self.folder / name
        schema = arrow_schema(columns)
        content = pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata()
        write_whole(target, parquet_bytes(content))

    def write_outcomes(self, run_id: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """Write the outcome rows of one run; return the checksum of the file."""
        return self.write_part(run_id, outcome_bytes(rows))

    def write_part(self, run_id: str, content: bytes) -> str:
        """Write the outcomes of one run, a Parquet file made elsewhere; return its checksum."""
        name = outcomes_name(run_id)
        self.expect([name])
        write_whole(self.folder / name, content)
        return hashlib.sha256(content).hexdigest()

    def write_checksums(self, sums: Mapping[str, str]) -> None:
        """Write the checksums of the outcomes by run id."""
        self.write_text(CHECKSUMS, "".join(f"{sums[run]}  {outcomes_name(run)}\n" for run in sorted(sums)))

    def read_checksums(self) -> dict[str, str]:
        """Read the checksums of the outcomes by run id; none where they were not kept (schema 1)."""
        place = self.folder / CHECKSUMS
        if not place.is_file():
            return {}
        pairs = (line.split("  ", 1) for line in place.read_text(encoding="utf-8").splitlines())
        return {Path(name).name.removesuffix(".parquet"): value for value, name in pairs}

    def damaged(self, sums: Mapping[str, str]) -> Iterator[str]:
        """Yield the runs whose file of outcomes is not there or is not what was written."""
        for run, expected in sums.items():
            place = self.folder / outcomes_name(run)
            if not place.is_file() or hashlib.sha256(place.read_bytes()).hexdigest() != expected:
                yield run

    def read_table(self, name: str) -> pd.DataFrame:
        """Read one Parquet table."""
        return pq.read_table(self.folder / name).to_pandas()

    def read_outcomes(self) -> pd.DataFrame:
        """Read the outcome rows of all runs."""
        names = sorted(name for name in self.manifest["files"] if name.startswith(f"{OUTCOMES_FOLDER}/"))
        parts = [self.read_table(name) for name in names if (self.folder / name).is_file()]
        return typed(pd.concat(parts), OUTCOMES) if parts else table([], OUTCOMES)

    def codebook(self) -> Codebook:
        """Read the codebook."""
        return Codebook.read(self.folder / "codebook.json")

    def expect(self, names: Iterable[str]) -> None:
        """List files before they are written, all at once."""
        new = [name for name in names if name not in self._listed]
        if new:
            self._listed.update(new)
            self.manifest["files"].extend(new)
            self._write_manifest()

    def remove_leftovers(self) -> None:
        """Remove the halves of files that a killed writer left; only for who holds the lock of the folder."""
        for place in self.folder.rglob(".*"):
            if _LEFTOVER.fullmatch(place.name) and place.is_file():
                place.unlink()

    def finish(self, **facts: Any) -> None:
        """Add the last facts to the manifest and take out of its list what was never written."""
        self.manifest["files"] = [name for name in self.manifest["files"] if (self.folder / name).is_file()]
        self._listed = set(self.manifest["files"])
        self.note(**facts)

    def _write_manifest(self) -> None:
        write_whole(self.folder / MANIFEST, _json(self.manifest).encode("utf-8"))


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def arrow_schema(columns: Columns) -> pa.Schema:
    """Return the columns of a table as Arrow knows them."""
    return pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()])


def outcome_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows of the outcome table as the bytes of a Parquet file, equal rows as equal bytes.

    Raises:
        ValueError: when a row has a column too many or too few.
    """
    listed = list(rows)
    for row in listed:
        if len(row) != len(OUTCOMES) or row.keys() != OUTCOMES.keys():
            odd = ", ".join(sorted(row.keys() ^ OUTCOMES.keys()))
            raise ValueError(f"a row does not have the columns of its table: {odd}")
    columns = {name: [row[name] for row in listed] for name in OUTCOMES}
    return parquet_bytes(pa.table(columns, schema=arrow_schema(OUTCOMES)))


def parquet_bytes(content: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink)
    return sink.getvalue().to_pybytes()


def outcomes_name(run_id: str) -> str:
    """Return the name of the file with the outcomes of a run."""
    return f"{OUTCOMES_FOLDER}/{run_id}.parquet"


_LEFTOVER = re.compile(r"\..+\.(parquet|json|toml|csv|sha256)\.\d+")
"""What a hidden name looks like, see below."""


def _hidden(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}")


def write_whole(target: Path, content: bytes) -> None:
    """Write a file under a hidden name and move it into place, so that it is whole or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = _hidden(target)
    try:
        hidden.write_bytes(content)
        os.replace(hidden, target)
    except BaseException:
        # on a full disk half a file only takes room from the whole ones
        hidden.unlink(missing_ok=True)
        raise


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise StoreError("no_manifest", folder, f"{folder} holds no manifest of results") from None
    if isinstance(content, dict) and content.get("schema") == 1:
        content = _without_checksums(content)
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA or not isinstance(content.get("files"), list):
        message = f"{folder} has results of schema {schema}; this version reads schema {SCHEMA} and below"
        raise StoreError("schema", folder, message)
    return dict(content)


def _without_checksums(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Bring schema 1 up to date: it kept no checksums and knew no local data."""
    return {"local_data": None, **manifest, "schema": 2}


def _holds_only_hidden(folder: Path) -> bool:
    return folder.is_dir() and all(entry.name.startswith(".") for entry in folder.iterdir())


def _remove_listed(folder: Path) -> None:
    """Remove the files a folder's manifest lists, the manifest last, and the folders that are empty then."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    listed = _read_manifest(folder)["files"]
    inside = folder.resolve()
    places = []
    for name in listed:
        place = folder / str(name)
        if not place.parent.resolve().is_relative_to(inside):
            raise StoreError("outside", folder, f"the manifest of {folder} lists a file outside it: {name}")
        places.append(place)
    for place in sorted(places, key=lambda place: place.name == MANIFEST):
        if place.is_file() or place.is_symlink():
            place.unlink()
    for parent in sorted({place.parent for place in places}, reverse=True):
        if parent != folder and parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
