"""Reading a folder of results: lazily, only the rows and columns that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from results.comparison import ALL_AREAS, PAIR_KEY, ComparisonError, Run, compare, paired_cells
from results.filters import FilterError, Wanted, chosen
from results.spread import spread_of
from results.store import Store
from results.stored_tables import DONE, StoredTables
from results.tables import COMPARISON, table

ROWS_AT_ONCE = 1_500_000
"""Rows that a comparison holds in memory at a time; larger stores are compared a few outcomes at a time."""

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


class Results(StoredTables):
    """A folder of results: its tables, and the comparisons of its scenarios.

    Attributes:
        store: the folder as it lies on disk.
    """

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
    def _failed(self) -> list[Run]:
        failed = self.runs[self.runs["status"] != DONE]
        return list(failed[["scenario", *PAIR_KEY]].itertuples(index=False, name=None))

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
