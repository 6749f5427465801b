"""The patterns the model must reproduce. Rows kept for validation are not in this file and are refused if put there."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

HELD_OUT = "HOLDOUT"


class TargetError(ValueError):
    """The table of targets may not be used."""


@dataclass(frozen=True)
class Target:
    """One pattern: one quantity with its range and scope.

    Attributes:
        id: number of the pattern.
        pattern: what it says.
        scope: ``programme`` (all twenty areas together), ``area:ID``, ``any`` or ``bench``.
        use: ``calibrate``, ``check`` or ``construct``.
        target, low, high: value and acceptable range.
        unit: unit of the value.
        period: year or years it describes.
        provenance: where it comes from.
        confidence: how sure the figure is: ``high``, ``medium`` or ``low``.
    """

    id: str
    pattern: str
    scope: str
    use: str
    target: float
    low: float
    high: float
    unit: str
    period: str
    provenance: str
    confidence: str


def load_targets() -> tuple[Target, ...]:
    """Return the targets in the order of the file.

    Raises:
        TargetError: when the file holds a row that is kept for validation.
    """
    text = files("calibration").joinpath("targets.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        if row["use"] == HELD_OUT:
            raise TargetError(f"{row['id']} is kept for validation; calibration may not read it")
        found.append(
            Target(
                id=row["id"],
                pattern=row["pattern"],
                scope=row["scope"],
                use=row["use"],
                target=float(row["target"]),
                low=float(row["low"]),
                high=float(row["high"]),
                unit=row["unit"],
                period=row["period"],
                provenance=row["provenance"],
                confidence=row["confidence"],
            )
        )
    return tuple(found)
