"""The cells kept for validation, one by one. Only this module reads them, and never for a fit."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from importlib.resources import files

from calibration.targets import CHECK, HELD_OUT, NAMES_HELD_OUT, TargetError

TABLE, LEFT_OUT = "holdouts.csv", "holdouts_excluded.csv"
THE_FIT = "calibration.fit"
Z90 = 1.6448536269514722
"""Ranges of figures are read as 90 % intervals."""

OWN_LEVELS = ("area", "wijk", "trial")
"""Figures of the thing itself; those of a municipality or the country are translated to it."""


@dataclass(frozen=True)
class Holdout:
    """One figure that no fit saw.

    Attributes:
        id: number of the cell; cells with one number and different letters belong together.
        use: ``HOLDOUT``, or ``check`` where the figure is not independent of what was fitted.
        quantity: what is measured in the model, see ``quantities.toml``.
        scope: ``area:ID``, ``wijk:CODE``, ``set:ID`` (the areas of the cells with that number), ``any``, ``programme``
            or ``bench``.
        year: year of the figure.
        level: of what the published figure is: ``area``, ``wijk``, ``municipality``, ``country`` or ``trial``.
        value, low, high: the figure as the model should give it, with a 90 % range of its own doubt.
        n: persons or homes behind it.
        unit: unit of the value.
        national: the country, the first naive forecast; ``None`` where none is known.
        last: the last earlier figure, the second naive forecast; ``None`` where none is known.
        source, licence, note: where it comes from.
    """

    id: str
    use: str
    quantity: str
    scope: str
    year: int
    level: str
    value: float
    low: float
    high: float
    n: float
    unit: str
    national: float | None
    last: float | None
    source: str
    licence: str
    note: str

    @property
    def doubt(self) -> float:
        """Standard deviation of the doubt about the figure."""
        return (self.high - self.low) / (2 * Z90)

    @property
    def own(self) -> bool:
        """Whether it is a figure of the area, wijk or trial itself."""
        return self.level in OWN_LEVELS

    @property
    def group(self) -> str:
        """Number without its letter."""
        return self.id.rstrip("abcdefghijklmnopqrstuvwxyz")


def load_holdouts() -> tuple[Holdout, ...]:
    """Return the cells in the order of the file.

    Raises:
        TargetError: when a fit asks, or when the file holds a row that is no hold-out or check.
    """
    _refuse_a_fit()
    return tuple(_holdout(row) for row in _table(TABLE))


def left_out() -> tuple[dict[str, str], ...]:
    """Return the figures that are no hold-outs: ``figure``, ``scope``, ``source``, ``why`` and ``reason``."""
    return tuple(_table(LEFT_OUT))


def _holdout(row: dict[str, str]) -> Holdout:
    if row["use"] not in (HELD_OUT, CHECK) or NAMES_HELD_OUT.fullmatch(row["id"]) is None:
        raise TargetError(f"{row['id']} of use '{row['use']}' does not belong among the hold-outs")
    return Holdout(
        id=row["id"],
        use=row["use"],
        quantity=row["quantity"],
        scope=row["scope"],
        year=int(row["year"]),
        level=row["level"],
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        n=float(row["n"]),
        unit=row["unit"],
        national=float(row["national"]) if row["national"] else None,
        last=float(row["last"]) if row["last"] else None,
        source=row["source"],
        licence=row["licence"],
        note=row["note"],
    )


def _table(name: str) -> list[dict[str, str]]:
    text = files("calibration").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _refuse_a_fit() -> None:
    """Refuse whoever asks on behalf of a fit, however many calls away."""
    frame = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name == THE_FIT or name.startswith(f"{THE_FIT}."):
            raise TargetError(f"{name} is part of the fit; it may not read what is kept for validation")
        if frame.f_back is None:
            return
        frame = frame.f_back
