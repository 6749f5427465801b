"""Reading a folder of results: lazily, only the rows and columns that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, reduce
from operator import and_, or_
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from results.codebook import Codebook
from results.comparison import ALL_AREAS, PAIR_KEY, ComparisonError, Run, compare, paired_cells
from results.spread import spread_of
from results.store import Store, StoreError, arrow_schema, outcomes_name
from results.tables import COMPARISON, DRAWS, FAILURES, OUTCOMES, RUNS, table

ROWS_AT_ONCE = 1_500_000
"""Rows that a comparison holds in memory at a time; larger stores are compared a few outcomes at a time."""

DONE = "done"
POINT_MARK = "~"
"""Between the id of a scenario and the number of a point of a sweep."""

Wanted = str | int | Collection[str] | Collection[int] | None
"""A value, several, or ``None`` for all; a text that ends in ``:`` stands for all groups of that kind."""

FILTERS = ("scenario", "area", "draw", "seed", "year", "view", "group", "outcome")


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
        return self.store.codebook()

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
            ValueError: when a filter is no column of the table.
        """
        found = self._scan(wanted, columns).to_table().to_pandas()
        return found.astype({name: kind for name, kind in OUTCOMES.items() if name in found})

    def batches(self, columns: Sequence[str] | None = None, **wanted: Wanted) -> Iterator[pa.RecordBatch]:
        """Yield the same rows in parts, for tables that do not fit in memory."""
        yield from self._scan(wanted, columns).to_batches()

    def count(self, **wanted: Wanted) -> int:
        """Return the number of rows of the outcome table that fit."""
        return int(self._scan(wanted, None).count_rows())

    # --- comparisons

    def compare(self, scenario: str | None = None, reference: str | None = None, **wanted: Wanted) -> pd.DataFrame:
        """Return the paired comparison of two scenarios, in the columns of ``comparison.csv``.

        Any two scenarios of the folder can be compared. Several areas get an area ``all`` with their sum. The table is
        read a few outcomes at a time where it is large.

        Args:
            scenario: id; the only one unless given. A point of a sweep is ``ID~0007``.
            reference: id of the other side; that of the design (at the same point of the sweep) unless given.
            wanted: rows to compare, as for :meth:`outcomes`; not by draw and seed, which are what is averaged over.

        Raises:
            ComparisonError: when there is no such scenario, or no pair of runs was completed.
        """
        parts = [
            compare(rows, *pair, self.codebook, self._failed, self._areas_of(wanted), pairs)
            for pair, rows, pairs in self._paired(scenario, reference, wanted)
        ]
        return self._in_order(pd.concat(parts, ignore_index=True)) if parts else table([], COMPARISON)

    def spread(self, scenario: str | None = None, reference: str | None = None, **wanted: Wanted) -> pd.DataFrame:
        """Return where the spread of every difference comes from, and what would narrow it (:mod:`results.spread`).

        Arguments and errors as for :meth:`compare`.
        """
        parts = [
            spread_of(paired_cells(rows, *pair, self.codebook, self._failed, self._areas_of(wanted), pairs))
            for pair, rows, pairs in self._paired(scenario, reference, wanted)
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
        found = self.store.read_table(name)
        return found.astype({name: kind for name, kind in columns.items() if name in found})

    def _parts(self, names: Sequence[str]) -> list[str]:
        return [str(self.folder / outcomes_name(name)) for name in names]

    def _scan(self, wanted: dict[str, Wanted], columns: Sequence[str] | None) -> ds.Scanner:
        runs = self._done
        for name in ("scenario", "area", "draw", "seed"):
            if wanted.get(name) is not None:
                runs = runs[runs[name].isin(_several(wanted[name]))]
        data = ds.dataset(self._parts(list(runs["run_id"])), schema=arrow_schema(OUTCOMES), format="parquet")
        return data.scanner(columns=list(columns) if columns else None, filter=_filter(wanted))

    def _areas_of(self, wanted: dict[str, Wanted]) -> list[str]:
        asked = wanted.get("area")
        return list(self.areas) if asked is None else [area for area in self.areas if area in _several(asked)]

    def _paired(
        self, scenario: str | None, reference: str | None, wanted: dict[str, Wanted]
    ) -> Iterator[tuple[tuple[str, str], pd.DataFrame, pd.DataFrame]]:
        """Yield both ids, the rows of some outcomes of both, and their pairs of runs."""
        if scenario is None:
            if len(self.scenarios) != 1:
                raise ComparisonError(f"say which scenario: {', '.join(self.scenarios)}")
            scenario = self.scenarios[0]
        reference = self.reference_of(scenario) if reference is None else reference
        for name in (scenario, reference):
            if name not in self._known:
                raise ComparisonError(f"there are no outcomes of scenario '{name}'")
        areas = self._areas_of(wanted)
        pairs = self._pairs(scenario, reference, areas)
        wanted = {name: value for name, value in wanted.items() if name != "area"}
        for outcomes in self._portions((scenario, reference), wanted.pop("outcome", None)):
            asked = {**wanted, "scenario": (scenario, reference), "area": areas, "outcome": outcomes}
            rows = self.outcomes(None, **asked)
            if len(rows):
                yield (scenario, reference), rows, pairs

    def _pairs(self, scenario: str, reference: str, areas: Sequence[str]) -> pd.DataFrame:
        """Return the (area, draw, seed) that both sides completed."""
        done = self._done[self._done["area"].isin(areas)]
        sides = [done.loc[done["scenario"] == name, PAIR_KEY] for name in (scenario, reference)]
        both = sides[0].merge(sides[1], on=PAIR_KEY).sort_values(PAIR_KEY, ignore_index=True)
        if both.empty:
            raise ComparisonError("no pair of runs was completed")
        return both

    def _portions(self, scenarios: tuple[str, str], asked: Wanted) -> Iterator[list[str]]:
        """Divide the outcomes so that one portion of all runs of both scenarios fits in memory."""
        names = list(self.codebook.outcomes) if asked is None else [str(name) for name in _several(asked)]
        for name in names:
            self.codebook.outcome(name)
        runs = self._done.loc[self._done["scenario"].isin(scenarios), "run_id"]
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


def _several(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | int) else list(value)


def _filter(wanted: dict[str, Wanted]) -> ds.Expression | None:
    """Return what rows have to satisfy, or ``None`` for all of them."""
    unknown = sorted(set(wanted) - set(FILTERS))
    if unknown:
        raise ValueError(f"there is no column '{unknown[0]}'; filters are: {', '.join(FILTERS)}")
    tests = [_one_of(name, _several(value)) for name, value in wanted.items() if value is not None]
    return reduce(and_, tests) if tests else None


def _one_of(name: str, values: list[Any]) -> ds.Expression:
    kinds = [value for value in values if name == "group" and str(value).endswith(":")]
    exact = [value for value in values if value not in kinds]
    tests = [ds.field(name).isin(exact)] if exact or not kinds else []
    tests += [pa.compute.starts_with(ds.field(name), kind) for kind in kinds]
    return reduce(or_, tests)
