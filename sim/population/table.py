"""Columns of equal length that are declared once, with rows that can be given out and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Rows

GROWTH = 1.25
"""A full table grows by a quarter."""

LONG = 12
"""Columns with so many values per row are long: emptying them again and again would cost more than all others."""


@dataclass(frozen=True)
class Column:
    """One declared column.

    Attributes:
        name: attribute under which the array is found.
        dtype: NumPy dtype name, the smallest that holds the meaning.
        unit: unit of the values, or ``code``, ``id``, ``row``.
        meaning: one line for the codebook.
        empty: value of a row that nobody uses.
        depth: number of values per row (0: one value); deep columns have shape ``(depth, rows)``.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    empty: int = 0
    depth: int = 0


class Table:
    """Rows with declared columns; every column is an attribute holding a NumPy array.

    ``used`` is the number of rows from the start within which all rows in use lie. Arrays are replaced when the
    table grows, so do not keep a reference to one over a call to :meth:`allocate`.

    Args:
        columns: the declaration.
        capacity: rows to start with.
    """

    def __init__(self, columns: Sequence[Column], capacity: int) -> None:
        self.columns = tuple(columns)
        self.capacity = max(int(capacity), 1)
        self.used = 0
        self._free: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._lay_out(self.capacity)

    def _lay_out(self, capacity: int) -> None:
        """Make empty columns; those of one dtype lie in one block, so that rows are emptied in one go per dtype.

        Long columns lie in blocks of their own. All blocks lie in one piece of memory: the system gives a large one
        large pages, so that rows far apart are reached faster.
        """
        kinds = list(dict.fromkeys((np.dtype(column.dtype), column.depth >= LONG) for column in self.columns))
        kinds.sort(key=lambda kind: -kind[0].itemsize)  # the widest first, so that every block is aligned
        width = sum(np.dtype(column.dtype).itemsize * (column.depth or 1) for column in self.columns)
        memory = np.empty(width * capacity, dtype=np.uint8)
        self._blocks: list[tuple[NDArray[Any], NDArray[Any], bool]] = []
        for dtype, long in kinds:
            same = [column for column in self.columns if column.dtype == dtype and (column.depth >= LONG) == long]
            empty = np.concatenate([np.full(column.depth or 1, column.empty, dtype=dtype) for column in same])[:, None]
            block = memory[: empty.nbytes * capacity].view(dtype).reshape(empty.size, capacity)
            memory = memory[empty.nbytes * capacity :]
            block[:] = empty
            self._blocks.append((block, empty, long))
            first = 0
            for column in same:
                rows = block[first : first + column.depth] if column.depth else block[first]
                setattr(self, column.name, rows)
                first += column.depth or 1

    def __getattr__(self, name: str) -> NDArray[Any]:  # only reached for names that are not there
        raise AttributeError(f"this table has no column '{name}'")

    def column(self, name: str) -> NDArray[Any]:
        """Return the array of a column, up to the last used row."""
        values: NDArray[Any] = getattr(self, name)
        return values[..., : self.used]

    def allocate(self, count: int) -> Rows:
        """Give out ``count`` empty rows, the lowest first."""
        reused = self._free[:count]
        self._free = self._free[count:]
        fresh = count - reused.size
        if self.used + fresh > self.capacity:
            self._grow(self.used + fresh)
        rows = np.concatenate([reused, np.arange(self.used, self.used + fresh, dtype=np.int64)])
        self.used += fresh
        return rows.astype(np.intp, copy=False)

    def release(self, rows: Rows, filled: Rows | None = None) -> None:
        """Take rows back and empty them.

        Args:
            rows: the rows.
            filled: those of them that may hold something in long columns; by default all.
        """
        if rows.size == 0:
            return
        for block, empty, long in self._blocks:
            block[:, filled if long and filled is not None else rows] = empty
        self._free = np.sort(np.concatenate([self._free, rows.astype(np.int64)]))

    def _grow(self, needed: int) -> None:
        old = self._blocks
        self.capacity = max(needed, int(self.capacity * GROWTH) + 1)
        self._lay_out(self.capacity)
        for (block, *_), (before, *_) in zip(self._blocks, old, strict=True):
            block[:, : self.used] = before[:, : self.used]

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of everything that makes this table, by name."""
        kept = {column.name: self.column(column.name).copy() for column in self.columns}
        kept["_free"] = self._free.copy()
        return kept

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take over a state made by :meth:`state`."""
        self._free = state["_free"].astype(np.int64, copy=True)
        first = state[self.columns[0].name]
        self.used = int(first.shape[-1])
        self.capacity = max(self.used, 1)
        self._lay_out(self.capacity)
        for column in self.columns:
            getattr(self, column.name)[..., : self.used] = state[column.name]
