"""How each hold-out follows from what the areas gave."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from calibration.probe_domains import Measures
from calibration.validation.holdouts import Holdout
from sim.areas import area_ids, load_area

ByArea = Mapping[str, Measures]
Worked = Callable[[Holdout, ByArea, Sequence[Holdout]], "float | None"]

BIG_CITIES = ("Amsterdam", "Rotterdam", "Den Haag", "Utrecht")
OTHER_LARGE = (
    "Arnhem", "Breda", "Delft", "Dordrecht", "Eindhoven", "Groningen", "Leeuwarden", "Tilburg", "Zaanstad",
)  # fmt: skip
"""Municipalities of 100,000 residents and over, the four big cities apart (CBS 37230ned, 2017)."""

YEARS_LIVED, YEARS_OF_P31 = 3, 6
LEAST_CHANGE = 0.01
"""Of a smaller change in share nobody asks what it is made of."""

MST_PROOF = "E09-register"
"""The proof that lives the trial of P36."""


@dataclass(frozen=True)
class Quantity:
    """What a hold-out is about: its names and the family whose verdict it decides."""

    id: str
    family: str
    nl: str
    en: str


@cache
def quantities() -> dict[str, Quantity]:
    """Return the quantities by id."""
    text = files("calibration.validation").joinpath("quantities.toml").read_text(encoding="utf-8")
    return {name: Quantity(name, row["family"], row["nl"], row["en"]) for name, row in tomllib.loads(text).items()}


def value_of(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
    """Return what the model gives for a cell, or ``None`` where the areas it needs were not lived.

    Args:
        cell: the hold-out.
        by_area: measures of the areas that were lived.
        cells: all hold-outs, of which those of its number make up a set.
    """
    if cell.quantity not in WORKED:
        raise KeyError(f"nothing says how {cell.quantity} of {cell.id} is measured")
    return WORKED[cell.quantity](cell, by_area, cells)


def needs(cell: Holdout, cells: Sequence[Holdout]) -> tuple[str, ...]:
    """Return the areas a cell needs."""
    if cell.scope == "bench":
        return ()
    if cell.quantity.endswith("_relative") or "_relative_" in cell.quantity:
        if cell.scope.startswith("wijk:"):
            return (_area_of_wijk(cell.scope),)
        return _set(cell.group, cells)
    if cell.scope.startswith("set:"):
        return _set(cell.scope.removeprefix("set:"), cells)
    if cell.scope.startswith("wijk:"):
        return (_area_of_wijk(cell.scope),)
    if cell.scope.startswith("area:") and cell.quantity != "low_welfare_rank":
        return (cell.scope.removeprefix("area:"),)
    return area_ids()


def _set(group: str, cells: Sequence[Holdout]) -> tuple[str, ...]:
    return tuple(each.scope.removeprefix("area:") for each in cells if each.group == group)


def _area_of_wijk(scope: str) -> str:
    code = scope.removeprefix("wijk:")
    return next(name for name in area_ids() if code in {wijk.code for wijk in load_area(name).wijken})


def over(part: str, whole: str) -> Worked:
    """Return how one measure over another is worked out, in the scope of the cell."""

    def worked(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
        mine = needs(cell, cells)
        if not set(mine) <= set(by_area):
            return None
        bottom = sum(by_area[name][whole] for name in mine)
        return sum(by_area[name][part] for name in mine) / bottom if bottom else None

    return worked


def outcome(name: str) -> Worked:
    """Return how an outcome of the model is worked out, in its own unit."""
    return over(f"{name}:part", f"{name}:whole")


def relative(name: str) -> Worked:
    """Return how an outcome is worked out over the mean of the cells of the same number."""

    def worked(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
        if not set(needs(cell, cells)) <= set(by_area):
            return None
        values = {each.id: _rate(name, each.scope, by_area) for each in cells if each.group == cell.group}
        mean = float(np.mean(list(values.values())))
        return values[cell.id] / mean if mean else None

    return worked


def _rate(name: str, scope: str, by_area: ByArea) -> float:
    if scope.startswith("wijk:"):
        area, key = _area_of_wijk(scope), f"{name}:{scope}"
    else:
        area, key = scope.removeprefix("area:"), name
    return by_area[area][f"{key}:part"] / by_area[area][f"{key}:whole"]


def _of_wijk(name: str) -> Worked:
    def worked(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
        return _rate(name, cell.scope, by_area) if _area_of_wijk(cell.scope) in by_area else None

    return worked


def _rank(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
    """Return the rank of an area from the lowest of the twenty."""
    if set(by_area) < set(area_ids()):
        return None
    shares = {name: _rate("low_financial_welfare_share", f"area:{name}", by_area) for name in area_ids()}
    mine = shares[cell.scope.removeprefix("area:")]
    return 1.0 + sum(share < mine for share in shares.values())


def _big_cities(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
    if set(by_area) < set(area_ids()):
        return None

    def leaving(municipalities: Sequence[str]) -> float:
        mine = [by_area[name] for name in area_ids() if load_area(name).municipality in municipalities]
        part, whole = (sum(m[f"early_school_leavers_share:{end}"] for m in mine) for end in ("part", "whole"))
        return part / whole

    return leaving(BIG_CITIES) / leaving(OTHER_LARGE)


def _change(end: str) -> Worked:
    """Return how the change in weak liveability since the base date is worked out, over the six years of P31."""

    def worked(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
        if set(by_area) < set(area_ids()):
            return None
        before, after, homes = (sum(m[key] for m in by_area.values()) for key in ("weak_base", end, "homes"))
        return (after - before) / homes * YEARS_OF_P31 / YEARS_LIVED

    return worked


def _without_policy(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
    """Return the share of the change that is there without any programme; ``None`` where next to nothing changed."""
    whole = _change("weak_end")(cell, by_area, cells)
    alone = _change("weak_end_without")(cell, by_area, cells)
    return None if whole is None or alone is None or abs(whole) < LEAST_CHANGE else alone / whole


def _mst(cell: Holdout, by_area: ByArea, cells: Sequence[Holdout]) -> float | None:
    """Return what the proof found that lives this trial, at the central parameters."""
    text = files("calibration").joinpath("proofs.csv").read_text(encoding="utf-8")
    return next(float(row["value"]) for row in csv.DictReader(text.splitlines()) if row["id"] == MST_PROOF)


WORKED: dict[str, Worked] = {
    "inflow_12plus_share": over("inflow_12plus", "lived_12plus"),
    "residents_growth": over("residents_end", "residents_base"),
    "problem_debt_relative": relative("problem_debt_share"),
    "problem_debt_level": outcome("problem_debt_share"),
    "registered_crimes_relative": relative("registered_crimes_per_1000"),
    "registered_crimes_level": outcome("registered_crimes_per_1000"),
    "welfare_wijk_share": _of_wijk("welfare_share"),
    "low_welfare_wijk_relative": relative("low_financial_welfare_share"),
    "minor_first_suspects_share": over("minor_suspects_first", "minor_suspects"),
    "victims_15_24_share": over("victims_15_24", "lived_15_24"),
    "victims_25plus_share": over("victims_25plus", "lived_25plus"),
    "early_leavers_big_cities": _big_cities,
    "low_welfare_rank": _rank,
    "young_suspects_per_10k": outcome("registered_suspects_12_24_per_10k"),
    "neet_share": outcome("neet_share"),
    "suspects_relative_2018": relative("registered_suspects_12plus_per_10k"),
    "suspects_relative_2023": relative("registered_suspects_12plus_per_10k"),
    "child_poverty_share": outcome("child_poverty_share"),
    "weak_livability_change": _change("weak_end"),
    "weak_livability_without_policy": _without_policy,
    "mst_register_ratio": _mst,
}
"""By quantity how it is worked out."""
