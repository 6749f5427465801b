"""Where things are on the maps: provinces as ground, the twenty areas, and the wijken of an area."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

COUNTRY = "country"
"""Name under which the browser knows the map of the country."""

Point = tuple[float, float]
"""Degrees east and north."""


@cache
def country_geometry() -> str:
    """Return provinces and areas as GeoJSON; an area goes by its id."""
    ground = _read("app.browser", "geo/provinces.geojson")
    areas = [_named(each, each["properties"]["id"]) for each in _read("app.browser", "geo/areas.geojson")]
    return _collection([*ground, *areas])


@cache
def province_names() -> tuple[str, ...]:
    """Return the regions of the map that are ground."""
    return tuple(each["properties"]["name"] for each in _read("app.browser", "geo/provinces.geojson"))


@cache
def area_points() -> dict[str, Point]:
    """Return the place of the marker of every area."""
    return {each["properties"]["id"]: _middle(each["geometry"]) for each in _read("app.browser", "geo/areas.geojson")}


@cache
def wijk_geometry(area: str) -> str:
    """Return the wijken of an area as GeoJSON; a wijk goes by its code."""
    wijken = [each for each in _read("sim.areas", "data/wijken.geojson") if each["properties"]["area_id"] == area]
    return _collection([_named(each, each["properties"]["code"]) for each in wijken])


def _read(package: str, path: str) -> list[dict[str, Any]]:
    text = files(package).joinpath(path).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["features"]
    return found


def _named(feature: dict[str, Any], name: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": feature["geometry"]}


def _collection(features: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False)


def _middle(geometry: dict[str, Any]) -> Point:
    """Return the middle of the box around a polygon or polygons."""
    points = list(_points(geometry["coordinates"]))
    east, north = ([point[axis] for point in points] for axis in (0, 1))
    return (min(east) + max(east)) / 2, (min(north) + max(north)) / 2


def _points(nested: Sequence[Any]) -> Iterator[Sequence[float]]:
    if isinstance(nested[0], int | float):
        yield nested
        return
    for part in nested:
        yield from _points(part)
