"""The small tables that long commands leave in the package: written, read, and told about on the way."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

Row = dict[str, str]
Told = Callable[[int, int], None]

STEPS = 20
"""How often it is told how far a part is."""


def write_table(name: str, rows: Sequence[Mapping[str, Any]], folder: Path | None = None) -> None:
    """Write a table, in the package unless a folder is given.

    Args:
        name: its place below ``calibration/``, or in the folder.
        rows: at least one; the columns are those of the first.
        folder: where else to write it.
    """
    target = Path(str(files("calibration").joinpath(name))) if folder is None else folder / name
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@cache
def packaged_table(name: str) -> tuple[Row, ...]:
    """Return the rows of a packaged table; none where it has not been made."""
    place = files("calibration").joinpath(name)
    if not place.is_file():
        return ()
    return tuple(csv.DictReader(place.read_text(encoding="utf-8").splitlines()))


def teller(part: str = "", steps: int = STEPS) -> Told:
    """Return what says on standard error how far a part is, so many times."""
    before = f"{part}: " if part else ""

    def tell(done: int, total: int) -> None:
        if done == total or done % max(total // steps, 1) == 0:
            print(f"{before}{done} of {total}", file=sys.stderr)

    return tell
