"""Reading a folder of results: lazily, only the rows and columns that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from results.codebook import Codebook, CodebookError
from results.comparison import ALL_AREAS, PAIR_KEY, ComparisonError, Run, compare, paired_cells
from results.facts import runs_asked
from results.filters import FilterError, Wanted, chosen, expression
from results.spread import spread_of
from results.store import CHECKSUMS, OUTCOMES_FOLDER, Store, StoreError, arrow_schema, outcomes_name
from results.tables import COMPARISON, DRAWS, FAILURES, OUTCOMES, RUN_KEY, RUNS, table

ROWS_AT_ONCE = 1_500_000
"""Rows that a comparison holds in memory at a time; larger stores are compared a few outcomes at a time."""

DONE = "done"
POINT_MARK = "~"
"""Between the id of a scenario and the number of a point of a sweep."""


def open_results(folder: str | Path) -> Results:
    """Open a folder of results for reading; nothing but its manifest is read before it is asked for.

    Args:
        folder: what ``wijklab batch`` or ``wijklab compare --out`` wrote.

    Raises:
        StoreError: when it holds no results, or of a schema not known here.
    """
    return Results(Store.open(Path(folder)))


class Results:
    """A folder of results.

    Attributes:
        store: the folder as it lies on disk.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def __repr__(self) -> str:
        return f"<Results {self.folder}: {len(self._run_names)} runs>"

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

    # --- comparisons

    def compare(self, scenario: str | None = None, reference: str | None = None, **wanted: Wanted) -> pd.DataFrame:
        """Return the paired comparison of two scenarios, in the columns of ``comparison.csv``.

        Any two scenarios of the folder can be compared. Several areas get an area ``all`` with their sum. The table is
        read a few outcomes at a time where it is large.

        Args:
            scenario: id; the only one unless given. A point of a sweep is ``ID~0007``.
            reference: id of the other side; that of the design (at the same point of the sweep) unless given.
            wanted: rows to compare, as for :meth:`outcomes`; not by draw and seed, which are what is averaged over.
                Of some of the areas only there is no sum.

        Raises:
            ComparisonError: when there is no such scenario, or no pair of runs was completed.
            FilterError: when a value asked for is not there; with the nearest.
            StoreError: when the outcomes of a run are damaged.
        """
        found = self._compared(wanted)
        parts = [
            self._of_areas(compare(rows, *pair, self.codebook, self._failed, self._areas_of(found), pairs), found)
            for pair, rows, pairs in self._paired(scenario, reference, found)
        ]
        return self._in_order(pd.concat(parts, ignore_index=True)) if parts else table([], COMPARISON)

    def spread(self, scenario: str | None = None, reference: str | None = None, **wanted: Wanted) -> pd.DataFrame:
        """Return where the spread of every difference comes from, and what would narrow it (:mod:`results.spread`).

        Arguments and errors as for :meth:`compare`.
        """
        found = self._compared(wanted)
        parts = [
            spread_of(
                self._of_areas(
                    paired_cells(rows, *pair, self.codebook, self._failed, self._areas_of(found), pairs), found
                )
            )
            for pair, rows, pairs in self._paired(scenario, reference, found)
        ]
        return self._in_order(pd.concat(parts, ignore_index=True)) if parts else spread_of(None)

    def reference_of(self, scenario: str) -> str:
        """Return what a scenario is compared with: the reference, at the same point where that was swept as well."""
        _, mark, point = scenario.partition(POINT_MARK)
        swept = f"{self.reference}{mark}{point}"
        return swept if swept in self._known else self.reference

    # --- elsewhere

    def export(self, path: str | Path, **options: Any) -> Path:
        """Write a table to a file for another program, by its ending: csv, parquet, xlsx, sav, dta.

        Args:
            path: the file; ``FILE.datapackage.json`` beside it describes it.
            options: table, shape, language, rows: those of :func:`results.export.export`.

        Raises:
            ExportError: when something asked for is not there, does not fit the format or cannot be written.
        """
        from results.export import export

        return export(self, path, **options)

    # --- inside

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.runs["scenario"])

    @cached_property
    def _done(self) -> pd.DataFrame:
        return self.runs[self.runs["status"] == DONE]

    @cached_property
    def _run_names(self) -> tuple[str, ...]:
        return tuple(self._done["run_id"])

    @cached_property
    def _failed(self) -> list[Run]:
        failed = self.runs[self.runs["status"] != DONE]
        return list(failed[["scenario", *PAIR_KEY]].itertuples(index=False, name=None))

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

    def _compared(self, wanted: dict[str, Wanted]) -> dict[str, list[Any]]:
        """Return the filters of a comparison, checked."""
        for name in ("draw", "seed"):
            if wanted.get(name) is not None:
                message = f"{name}: a comparison is over all draws and seeds; read the outcomes to choose among them"
                raise FilterError(name, wanted[name], message)
        with self._whole():
            return chosen(wanted, self._values)

    def _areas_of(self, found: dict[str, list[Any]]) -> list[str]:
        return [area for area in self.areas if area in found.get("area", self.areas)]

    def _of_areas(self, rows: pd.DataFrame, found: dict[str, list[Any]]) -> pd.DataFrame:
        """Leave out the sum of some of the areas: ``all`` is that of all of them."""
        return rows if len(self._areas_of(found)) == len(self.areas) else rows[rows["area"] != ALL_AREAS]

    def _paired(
        self, scenario: str | None, reference: str | None, wanted: dict[str, list[Any]]
    ) -> Iterator[tuple[tuple[str, str], pd.DataFrame, pd.DataFrame]]:
        """Yield both ids, the rows of some outcomes of both, and their pairs of runs."""
        if scenario is None:
            if len(self.scenarios) != 1:
                raise ComparisonError("which", f"say which scenario: {', '.join(self.scenarios)}")
            scenario = self.scenarios[0]
        self._check_run(scenario)
        reference = self.reference_of(scenario) if reference is None else reference
        self._check_run(reference)
        areas = self._areas_of(wanted)
        pairs = self._pairs(scenario, reference, areas)
        wanted = {name: value for name, value in wanted.items() if name != "area"}
        for outcomes in self._portions((scenario, reference), wanted.pop("outcome", None)):
            asked = {**wanted, "scenario": (scenario, reference), "area": areas, "outcome": outcomes}
            rows = self.outcomes(None, **asked)
            if len(rows):
                yield (scenario, reference), rows, pairs

    def _check_run(self, name: Any) -> None:
        """Refuse a scenario that was not run as it stands."""
        if not isinstance(name, str):
            raise ComparisonError("several", f"a comparison is of one scenario with one other; found {name!r}")
        if name in self._known:
            return
        point = next((each for each in sorted(self._known) if each.startswith(name + POINT_MARK)), None)
        if point is not None:
            message = f"scenario '{name}' was run at points of a sweep only; choose one, as '{point}'"
            raise ComparisonError("points", message)
        raise ComparisonError("no_outcomes", f"there are no outcomes of scenario '{name}'")

    def _pairs(self, scenario: str, reference: str, areas: Sequence[str]) -> pd.DataFrame:
        """Return the (area, draw, seed) that both sides completed."""
        done = self._done[self._done["area"].isin(areas)]
        sides = [done.loc[done["scenario"] == name, PAIR_KEY] for name in (scenario, reference)]
        both = sides[0].merge(sides[1], on=PAIR_KEY).sort_values(PAIR_KEY, ignore_index=True)
        if both.empty:
            raise ComparisonError("no_pairs", "no pair of runs was completed")
        return both

    def _portions(self, scenarios: tuple[str, str], asked: list[str] | None) -> Iterator[list[str]]:
        """Divide the outcomes so that one portion of all runs of both scenarios fits in memory."""
        names = list(self.codebook.outcomes) if asked is None else list(dict.fromkeys(asked))
        runs = self._done.loc[self._done["scenario"].isin(scenarios), "run_id"]
        with self._whole():
            rows = pq.read_metadata(self._parts([runs.iloc[0]])[0]).num_rows * len(runs)
        portions = min(len(names), -(-rows // ROWS_AT_ONCE)) or 1
        size = -(-len(names) // portions)
        for first in range(0, len(names), size):
            yield names[first : first + size]

    def _in_order(self, found: pd.DataFrame) -> pd.DataFrame:
        """Sort as one table would be: by area (the sum last), view, group, outcome as in the codebook, year."""
        rank = found["outcome"].map({name: place for place, name in enumerate(self.codebook.outcomes)})
        order = found.assign(_sum=found["area"] == ALL_AREAS, _rank=rank)
        return order.sort_values(["_sum", "area", "view", "group", "_rank", "year"], ignore_index=True)[found.columns]


def unreadable(folder: Path, name: str) -> StoreError:
    """Return that a file of a folder cannot be read."""
    return StoreError("unreadable", folder, f"{folder}: the file {name} is damaged or not there", file=name)
