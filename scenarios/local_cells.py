"""The numbers of an area that somebody may know better than the model: what each sets, its unit, range and footing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil, floor, log10
from typing import Any, Literal

import numpy as np

from scenarios.catalogue import load_scenario
from sim.areas import Area, load_area
from sim.areas.area import AGE_BANDS
from sim.areas.keys import area_keys
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, month_number, year_of
from sim.parameters import Parameter, declared_parameters
from sim.population.structure import MOST_CORPORATIE
from sim.programme.catalogue import LINES, OFFERED, Line

Text = Mapping[str, str]
"""A text by language."""

Sets = Literal["figure", "parameter", "line"]

ANNOUNCED = "huidig-beleid"
"""The scenario whose national amounts turn euros of an area into a share of the national money."""

PRESENT = year_of(SCENARIO_START)
"""The year a number is about unless somebody says otherwise."""

VACANCY = "population.vacancy"
CORPORATIE_SHARE = "corporatie_share"
MOST_TIMES = 10.0
"""An amount, or a number of places, may be so many times what the model assumes: more is a slip of the pen."""

PRICE_TIMES = 5.0
"""A price may be so many times higher or lower than what the model assumes."""

LEAST_HIGHEST = 10.0
"""Regular places per 1,000 youths that may always be filled in, however few the model assumes."""

RANGE_DIGITS = 3
"""Digits of the ends of a range, as a sheet shows them."""

DOUBT = (0.05, 0.95)
GRID = np.linspace(0.005, 0.995, 100)
"""Quantiles from which the doubt of a parameter is read that also differs by area."""

AGES_8_27 = {"5-9": 2 / 5, "10-14": 1.0, "15-19": 1.0, "20-24": 1.0, "25-29": 3 / 5}
AGES_12_17 = {"10-14": 3 / 5, "15-19": 3 / 5}
"""The part of each band of five years that lies within the ages."""

CELLS_KEPT = 128


@dataclass(frozen=True)
class Cell:
    """One number that may be filled in for an area. Values of the model times ``factor`` are as a person writes them.

    Attributes:
        name: its name in a sheet.
        sets: what it takes the place of: a figure of the area, a parameter, or what a line brings to the area.
        path: name of the figure, the parameter or the line.
        title: what it is.
        unit: what a person fills in.
        factor: from the unit of the model to that of the person; for a line from share to euros.
        assumed: what the model assumes now, in the unit of the person.
        doubt: 5th and 95th percentile of what the draws assume, in the unit of the person; none where they agree.
        low: lowest number accepted, in the unit of the person.
        high: highest number accepted.
        grade: how well founded the assumption is.
        why: what stands behind it.
        source: the source as the declaration names it.
    """

    name: str
    sets: Sets
    path: str
    title: Text
    unit: Text
    factor: float
    assumed: float
    doubt: tuple[float, float] | None
    low: float
    high: float
    grade: Text
    why: Text
    source: str


@cache
def declarations() -> Mapping[str, Any]:
    """Return the file that declares the cells."""
    return tomllib.loads(files("scenarios").joinpath("local_cells.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=CELLS_KEPT)
def area_cells(area_id: str, year: int = PRESENT, vacancy: float | None = None) -> Mapping[str, Cell]:
    """Return the cells of an area by name, in the order of a sheet.

    Args:
        area_id: area id.
        year: year the numbers are about; euros of a line are a share of the national amount of that year.
        vacancy: share of vacant dwellings where it is known: the rest are households.

    Raises:
        UnknownArea: when there is no such area.
    """
    area = load_area(area_id)
    sizes = _sizes(area, vacancy)
    cells = [*_listed(area, sizes), *_of_services(sizes), *_of_lines(area, year)]
    return {cell.name: cell for cell in cells}


def line_refused(area_id: str, line: str, year: int) -> Literal["line_in_scenario", "line_without_money"] | None:
    """Say why an amount for a line cannot be filled in, if it cannot."""
    if load_scenario(ANNOUNCED).schedule(area_id).is_set(f"programme.{line}.budget", _month(year)):
        return "line_in_scenario"
    return None if _national(line, year) > 0 else "line_without_money"


def _listed(area: Area, sizes: Mapping[str, float]) -> Iterator[Cell]:
    for name, entry in declarations()["cells"].items():
        unit = declarations()["units"][entry["unit"]]
        if entry.get("sets") == "figure":
            yield _figure(name, entry, unit, area)
        else:
            low, high = entry["low"], entry["high"]
            yield _parameter(name, entry["path"], entry["why"], unit, sizes, low, high)


def _of_services(sizes: Mapping[str, float]) -> Iterator[Cell]:
    service = declarations()["service"]
    for name in OFFERED:
        for what in ("places", "cost"):
            path = service[what]["path"].format(name=name)
            value = _scalar(declared_parameters()[path])
            low, high = value / PRICE_TIMES, value * PRICE_TIMES
            if what == "places":
                low, high = 0.0, max(value * MOST_TIMES, LEAST_HIGHEST)
            unit = declarations()["units"][service[what]["unit"]]
            yield _parameter(f"{name}_{what}", path, service[what]["why"], unit, sizes, low, high)


def _figure(name: str, entry: Mapping[str, Any], unit: Mapping[str, Any], area: Area) -> Cell:
    figure = area.figures[entry["path"]]
    high = entry["high"]
    if entry["path"] == CORPORATIE_SHARE:
        high = min(high, MOST_CORPORATIE * _rented(area))  # the model makes no more of them
    low, high = (_rounded(entry["low"] * unit["times"], floor), _rounded(high * unit["times"], floor))
    return Cell(
        name=name, sets="figure", path=entry["path"], title=entry["title"], unit=_text(unit), factor=unit["times"],
        assumed=min(figure.value * unit["times"], high), doubt=None, low=low, high=high,
        grade=declarations()["grades"][figure.status], why=entry["why"], source=figure.source,
    )  # fmt: skip


def _parameter(
    name: str, path: str, why: Text, unit: Mapping[str, Any], sizes: Mapping[str, float], low: float, high: float
) -> Cell:
    parameter = declared_parameters()[path]
    factor = unit.get("times", 1) * (sizes[unit["size"]] if "size" in unit else 1) / unit.get("per", 1)
    doubt = _doubt(parameter)
    return Cell(
        name=name, sets="parameter", path=path, title=parameter.description.model_dump(), unit=_text(unit),
        factor=factor, assumed=_scalar(parameter) * factor,
        doubt=None if doubt is None else (doubt[0] * factor, doubt[1] * factor),
        low=_rounded(low * factor, floor), high=_rounded(high * factor, ceil),
        grade=declarations()["grades"][parameter.grade], why=why, source=parameter.source,
    )  # fmt: skip


def _of_lines(area: Area, year: int) -> Iterator[Cell]:
    for line in LINES:
        if line_refused(area.id, line.name, year) is None:
            yield _line(line, area, year)


def _line(line: Line, area: Area, year: int) -> Cell:
    entry, national = declarations()["line"], _national(line.name, year)
    reach, key = declared_parameters()[line.reaches], area_keys(area.id)[line.key]
    doubt, share = _doubt(reach), _scalar(reach) * key
    names = {"nl": line.nl, "en": line.en}
    facts = {"year": year, "reach": f"{100 * _scalar(reach):g}"}
    whys = {
        language: entry["why"][language].format(
            **facts,
            national=_written(round(national), language),
            key=_written(round(100 * key, 1), language),
            by=declarations()["keys"][line.key][language],
        )
        for language in names
    }
    return Cell(
        name=f"{line.name}_budget", sets="line", path=line.name,
        title={language: entry["title"][language].format(**names) for language in names},
        unit=_text(declarations()["units"][entry["unit"]]), factor=national, assumed=share * national,
        doubt=None if doubt is None else (doubt[0] * key * national, doubt[1] * key * national),
        low=0.0, high=_rounded(min(MOST_TIMES * share, 1.0) * national, floor),
        grade=declarations()["grades"][reach.grade], why=whys, source=reach.source,
    )  # fmt: skip


def _doubt(parameter: Parameter) -> tuple[float, float] | None:
    """Return the 5th and 95th percentile over draws, in the unit of the model; as wide as to hold the central value.

    A central value may lie at an end of its distribution, outside those percentiles.
    """
    distribution, value = parameter.distribution, _scalar(parameter)
    if distribution.kind == "fixed" and not parameter.local_sd:
        return None
    if not parameter.local_sd:
        low, high = (distribution.quantile(share, value) for share in DOUBT)
        return min(low, value), max(high, value)
    from scipy.special import ndtri

    drawn = np.array([distribution.quantile(float(u), value) for u in GRID])
    low, high = np.quantile(np.outer(drawn, np.exp(parameter.local_sd * ndtri(GRID))), DOUBT)
    return min(float(low), value), max(float(high), value)


def _scalar(parameter: Parameter) -> float:
    assert not isinstance(parameter.value, list)
    return parameter.value


def _national(line: str, year: int) -> float:
    return load_scenario(ANNOUNCED).schedule("").value(f"programme.{line}.budget_national", _month(year))


def _month(year: int) -> int:
    """Return the last month of a year: what holds then was agreed for it."""
    return month_number(f"{year}-01") + MONTHS_PER_YEAR - 1


def _sizes(area: Area, vacancy: float | None) -> dict[str, float]:
    """Return the heads and homes over which numbers per head are divided."""
    residents = sum(wijk.residents for wijk in area.wijken)
    bands = dict(zip(AGE_BANDS, area.age_sex.sum(axis=1), strict=True))
    empty = _scalar(declared_parameters()[VACANCY]) if vacancy is None else vacancy
    return {
        "residents": residents,
        "households": sum(wijk.dwellings for wijk in area.wijken) * (1 - empty),
        "aged_8_27": residents * sum(part * float(bands[band]) for band, part in AGES_8_27.items()),
        "aged_12_17": residents * sum(part * float(bands[band]) for band, part in AGES_12_17.items()),
    }


def _rented(area: Area) -> float:
    """Return the share of the dwellings that is rented."""
    dwellings = sum(wijk.dwellings for wijk in area.wijken)
    return 1 - sum(wijk.figures["owner_occupied"].value * wijk.dwellings for wijk in area.wijken) / dwellings


def _rounded(value: float, towards: Any) -> float:
    """Return a value in a few digits, rounded outwards or inwards, so that a sheet shows the very limit."""
    if value == 0:
        return 0.0
    digits = RANGE_DIGITS - 1 - floor(log10(abs(value)))
    near = round(value, digits)  # spares 0.15 * 100 from becoming 15.1
    return (
        near if np.isclose(near, value) else float(round(towards(value * 10.0**digits) / 10.0**digits, max(digits, 0)))
    )


def _text(unit: Mapping[str, Any]) -> Text:
    return {"nl": unit["nl"], "en": unit["en"]}


def _written(value: float, language: str) -> str:
    text = f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text
