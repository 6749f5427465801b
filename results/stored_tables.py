"""The tables of a folder of results: lazily, only the rows and columns that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from results.codebook import Codebook, CodebookError
from results.facts import runs_asked
from results.filters import Wanted, chosen, expression
from results.store import CHECKSUMS, OUTCOMES_FOLDER, Store, StoreError, arrow_schema, outcomes_name
from results.tables import DRAWS, FAILURES, OUTCOMES, RUN_KEY, RUNS

DONE = "done"


class StoredTables:
    """The tables of a folder of results, read when they are asked for.

    Attributes:
        store: the folder as it lies on disk.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.folder}: {len(self._run_names)} runs>"

    # --- what travels with the tables

    @property
    def folder(self) -> Path:
        """Where the results lie."""
        return self.store.folder

    @property
    def manifest(self) -> dict[str, Any]:
        """Where they come from: version, fingerprint, command, options, seeds, machine, local data."""
        return self.store.manifest

    @cached_property
    def codebook(self) -> Codebook:
        """Names, units and directions of the outcomes; parameters, areas, scenarios."""
        try:
            return self.store.codebook()
        except CodebookError as error:
            raise StoreError("schema", self.folder, f"{self.folder}: {error}") from error
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise unreadable(self.folder, "codebook.json") from error

    @property
    def reference(self) -> str:
        """Id of the scenario that the others are compared with."""
        return str(self.manifest["reference"])

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios that are no reference; points of a sweep count as one."""
        return tuple(name for name in self.manifest["scenarios"] if name != self.reference)

    @property
    def areas(self) -> tuple[str, ...]:
        """Ids of the areas."""
        return tuple(self.manifest["areas"])

    # --- tables

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per finished run, with a column per swept lever or parameter."""
        return self._table("runs.parquet", RUNS)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row per failed run, with stage, type, message and traceback."""
        return self._table("failures.parquet", FAILURES)

    @property
    def runs_asked(self) -> int:
        """The number of runs of the whole design, also where this folder holds a part of them."""
        return runs_asked(self.manifest, len(self.runs))

    @property
    def runs_absent(self) -> int:
        """The number of runs of the design without outcomes here: not run, or failed."""
        return self.runs_asked - len(self._done)

    @property
    def draws(self) -> pd.DataFrame:
        """The value of every parameter in every draw, and in areas where it differs there."""
        return self._table("draws.parquet", DRAWS)

    @property
    def dataset(self) -> ds.Dataset:
        """The outcome table as a dataset of Arrow, for whoever wants to query it in another way."""
        return ds.dataset(self._parts(self._run_names), schema=arrow_schema(OUTCOMES), format="parquet")

    def outcomes(self, columns: Sequence[str] | None = None, **wanted: Wanted) -> pd.DataFrame:
        """Return rows of the outcome table.

        Args:
            columns: columns to read; all unless given.
            wanted: rows to read, by ``scenario, area, draw, seed, year, view, group, outcome``; each a value or
                several. A group that ends in ``:`` stands for all of its kind (``group="wijk:"``).

        Raises:
            FilterError: when a filter is no column of the table, or a value is not there; with the nearest.
            StoreError: when the outcomes of a run are damaged.
        """
        with self._whole():
            found = self._scan(wanted, columns).to_table().to_pandas()
        return found.astype({name: kind for name, kind in OUTCOMES.items() if name in found})

    def batches(self, columns: Sequence[str] | None = None, **wanted: Wanted) -> Iterator[pa.RecordBatch]:
        """Yield the same rows in parts, for tables that do not fit in memory."""
        with self._whole():
            yield from self._scan(wanted, columns).to_batches()

    def count(self, **wanted: Wanted) -> int:
        """Return the number of rows of the outcome table that fit."""
        with self._whole():
            return int(self._scan(wanted, None).count_rows())

    def check(self) -> None:
        """Check that the outcomes of every finished run are there, and are what was written.

        Folders of schema 1 kept no checksums: of those only whether the files are there.

        Raises:
            StoreError: when they are not (code ``damaged``; names the first run), or the checksums cannot be read.
        """
        try:
            sums = self.store.read_checksums()
        except (OSError, ValueError) as error:
            raise unreadable(self.folder, CHECKSUMS) from error
        if CHECKSUMS in self.manifest["files"] and not sums and len(self._run_names):
            raise unreadable(self.folder, CHECKSUMS)
        if sums:
            wrong = next(self.store.damaged({run: sums.get(run, "") for run in self._run_names}), None)
        else:
            places = zip(self._run_names, self._parts(self._run_names), strict=True)
            wrong = next((run for run, place in places if not Path(place).is_file()), None)
        if wrong is not None:
            message = f"the outcomes of run {wrong} in {self.folder} are damaged or gone; the same batch mends them"
            raise StoreError("damaged", self.folder, message, found=wrong)

    # --- inside

    @cached_property
    def _done(self) -> pd.DataFrame:
        return self.runs[self.runs["status"] == DONE]

    @cached_property
    def _run_names(self) -> tuple[str, ...]:
        return tuple(self._done["run_id"])

    def _table(self, name: str, columns: Any) -> pd.DataFrame:
        if not (self.folder / name).is_file():
            message = f"{self.folder} holds no {name}: the batch was not finished; the same command goes on with it"
            raise StoreError("unfinished", self.folder, message)
        try:
            found = self.store.read_table(name)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.folder, name) from error
        if not set(columns) <= set(found):
            raise unreadable(self.folder, name)
        return found.astype({name: kind for name, kind in columns.items() if name in found})

    def _parts(self, names: Sequence[str]) -> list[str]:
        return [str(self.folder / outcomes_name(name)) for name in names]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Say which run is damaged where outcomes cannot be read."""
        try:
            yield
        except (pa.ArrowException, OSError) as error:
            self.check()
            raise unreadable(self.folder, OUTCOMES_FOLDER) from error

    def _scan(self, wanted: dict[str, Wanted], columns: Sequence[str] | None) -> ds.Scanner:
        found, runs = chosen(wanted, self._values), self._done
        for name in RUN_KEY:
            if name in found:
                runs = runs[runs[name].isin(found[name])]
        return self._scanner(list(runs["run_id"]), columns, expression(found))

    def _scanner(self, runs: Sequence[str], columns: Sequence[str] | None, rows: ds.Expression | None) -> ds.Scanner:
        data = ds.dataset(self._parts(runs), schema=arrow_schema(OUTCOMES), format="parquet")
        return data.scanner(columns=list(columns) if columns else None, filter=rows)

    def _values(self, name: str, asked: Collection[Any]) -> Collection[Any]:
        """Return the values that this folder holds of a column; none where no run was finished."""
        if name == "area":
            return self.areas
        if name == "outcome":
            return self.codebook.outcomes
        if name == "view":
            return {view for outcome in self.codebook.outcomes.values() for view in outcome.views}
        if name in RUN_KEY:
            return set(self.runs[name])
        return self._within(name, asked)

    def _within(self, name: str, asked: Collection[Any]) -> set[Any]:
        """Return values of a column within the parts: of one run of every area, and of all where that is not enough."""
        found: set[Any] = set()
        for runs in (self._done.drop_duplicates("area")["run_id"], self._run_names):
            for batch in self._scanner(list(runs), [name], None).to_batches():
                found.update(batch.column(0).unique().to_pylist())
            if found.issuperset(asked):
                break
        return found


def unreadable(folder: Path, name: str) -> StoreError:
    """Return that a file of a folder cannot be read."""
    return StoreError("unreadable", folder, f"{folder}: the file {name} is damaged or not there", file=name)
