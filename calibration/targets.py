"""The patterns the model must reproduce, and the wall between those a fit may see and all others.

Rows kept for validation are not in this file; they are refused if put there, and by name when a fit asks for one.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

HELD_OUT = "HOLDOUT"
CALIBRATE, CONSTRUCT, CHECK = "calibrate", "construct", "check"
USES = (CALIBRATE, CONSTRUCT, CHECK)
"""What a row of this file may be used for; ``construct`` is true by design and never counts as validation."""

NAMES_HELD_OUT = re.compile(r"H\d\d[a-z]*|P31[a-z]?|P36")
"""How the rows kept for validation are numbered; the rows themselves are read by the validation alone."""


class TargetError(ValueError):
    """The table of targets may not be used in this way."""


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
        domain: field of policy.
        confidence: ``high``, ``medium`` or ``low``.
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
    domain: str = ""
    confidence: str = ""


def load_targets(use: str | None = None) -> tuple[Target, ...]:
    """Return the targets in the order of the file, for measuring; a fit reads :func:`fit_targets`.

    Args:
        use: only the rows of this use; ``None`` for all.

    Raises:
        TargetError: when the file holds a row that is kept for validation or of an unknown use, or when such a use is
            asked for.
    """
    if use == HELD_OUT:
        raise TargetError(f"rows of use {HELD_OUT} are kept for validation; they are not among the targets")
    if use is not None and use not in USES:
        raise TargetError(f"there is no use '{use}'; choose from {', '.join(USES)}")
    return tuple(row for row in _rows() if use is None or row.use == use)


def fit_targets(ids: Sequence[str] | None = None) -> tuple[Target, ...]:
    """Return the targets a fit may see: those of use ``calibrate``, and never another.

    Args:
        ids: numbers of the patterns wanted, in this order; ``None`` for all that may be fitted.

    Raises:
        TargetError: when an id is of another use, is kept for validation, does not exist or is asked for twice.
    """
    rows = {row.id: row for row in _rows()}
    if ids is None:
        return tuple(row for row in rows.values() if row.use == CALIBRATE)
    found: list[Target] = []
    for name in ids:
        if NAMES_HELD_OUT.fullmatch(name):
            raise TargetError(f"{name} is kept for validation; a fit may not read it")
        if name not in rows:
            nearest = difflib.get_close_matches(name, rows, n=1, cutoff=0.0)[0]
            raise TargetError(f"there is no target '{name}'; the nearest is '{nearest}'")
        if rows[name].use != CALIBRATE:
            raise TargetError(f"{name} is of use '{rows[name].use}'; a fit reads only rows of use '{CALIBRATE}'")
        if rows[name] in found:
            raise TargetError(f"{name} is asked for twice")
        found.append(rows[name])
    return tuple(found)


def _rows() -> tuple[Target, ...]:
    text = files("calibration").joinpath("targets.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        if row["use"] == HELD_OUT or NAMES_HELD_OUT.fullmatch(row["id"]):
            raise TargetError(f"{row['id']} is kept for validation; calibration may not read it")
        if row["use"] not in USES:
            raise TargetError(f"{row['id']} is of use '{row['use']}'; choose from {', '.join(USES)}")
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
                domain=row["domain"],
                confidence=row["confidence"],
            )
        )
    return tuple(found)
