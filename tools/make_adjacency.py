"""Make sim/areas/data/adjacency.csv: which wijken of one area share a border, and how long it is.

Run once, after a change of the polygons or of the wijken that count:

    .venv/bin/python tools/make_adjacency.py
"""

from __future__ import annotations

import csv
import itertools
import json
import math
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).parents[1] / "sim" / "areas" / "data"

METRES_PER_DEGREE = 111_320
MID_LATITUDE = 52.0

TOLERANCE_M = 5
"""The polygons are simplified and rounded: borders this close to each other count as one."""

SHORTEST_BORDER_M = 25
"""Shorter is a corner: two wijken that only touch in a point show twice the tolerance."""


def in_metres(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry in metres instead of degrees; accurate enough for lengths within one town."""
    east = METRES_PER_DEGREE * math.cos(math.radians(MID_LATITUDE))
    return shapely.transform(geometry, lambda degrees: degrees * (east, METRES_PER_DEGREE))


def shared_border(one: BaseGeometry, other: BaseGeometry) -> float:
    """Metres of border that two wijken share, the mean of the two sides."""
    return float(
        (
            one.boundary.intersection(other.buffer(TOLERANCE_M)).length
            + other.boundary.intersection(one.buffer(TOLERANCE_M)).length
        )
        / 2
    )


def adjacency(data: Path = DATA) -> list[dict[str, str | int]]:
    """The rows of the table: area, two wijk codes in order, metres of shared border."""
    collection = json.loads((data / "wijken.geojson").read_text(encoding="utf-8"))
    polygons: dict[str, dict[str, BaseGeometry]] = {}
    for feature in collection["features"]:
        area = polygons.setdefault(feature["properties"]["area_id"], {})
        area[feature["properties"]["code"]] = in_metres(shape(feature["geometry"]))
    rows: list[dict[str, str | int]] = []
    for area_id, wijken in sorted(polygons.items()):
        for one, other in itertools.combinations(sorted(wijken), 2):
            metres = shared_border(wijken[one], wijken[other])
            if metres >= SHORTEST_BORDER_M:
                rows.append({"area_id": area_id, "wijk_a": one, "wijk_b": other, "border_m": round(metres)})
    return rows


def main() -> None:
    """Write the table."""
    rows = adjacency()
    with (DATA / "adjacency.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} borders in {len({row['area_id'] for row in rows})} areas")


if __name__ == "__main__":
    main()
