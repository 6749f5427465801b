"""The data sheet (``docs/data-sheet.md``): what is packaged, from where, under which licence, and what it lacks."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files

from app.documents.fill import filled
from sim.areas import load_areas
from sim.areas.area import Area, Figure
from sim.areas.tables import Row, rows, sources

TABLES = {
    "areas": "the areas: name, municipality, residents, and how certain it is which wijken make them up",
    "wijken": "the CBS wijken of 2022 that make up an area, the share of each that counts, and their indicators",
    "municipalities": "indicators of the whole municipality: a stand-in where an area has none",
    "age_sex": "five-year age bands by sex, from postcodes",
    "adjacency": "which wijken of an area border on each other, and over how many metres",
    "reference": "figures of the country or of the areas together, and judgement with its range",
    "sources": "every source",
}
"""The tables of the areas, and what stands in each."""

OF_PLACES = ("areas", "wijken", "municipalities")
"""Tables in which a blank is a figure that was not found."""

SHAPES = {
    ("sim.areas", "data/wijken.geojson"): "polygons of the wijken (WGS84, simplified)",
    ("app.browser", "geo/areas.geojson"): "polygons of the areas, for the map of the country",
    ("app.browser", "geo/provinces.geojson"): "polygons of the provinces, as ground for that map",
}

STATUSES = ("observed", "municipality", "country", "estimated")
"""How a figure was come by."""

FIGURES_OF_COUNTRY = "country.toml"


def page() -> str:
    """Return the whole page."""
    areas = load_areas()
    return filled(
        "data_sheet",
        tables=[(f"`sim/areas/data/{name}.csv`", str(len(rows(name))), what) for name, what in TABLES.items()],
        shapes=[_shape(package, path, what) for (package, path), what in SHAPES.items()],
        sources=[_source(one) for one in sources()],
        figures=_figures([area.figures for area in areas]),
        wijk_figures=_figures([wijk.figures for area in areas for wijk in area.wijken]),
        areas=[_area(one) for one in areas],
        certainty=Counter(one.certainty for one in areas),
        blanks=list(_blanks()),
        reference=[_reference(row) for row in rows("reference")],
        country=list(_country()),
    )


def _shape(package: str, path: str, what: str) -> tuple[str, str, str]:
    count = len(json.loads(files(package).joinpath(path).read_text(encoding="utf-8"))["features"])
    return (f"`{package.replace('.', '/')}/{path}`", str(count), what)


def _source(name: str) -> tuple[str, ...]:
    one = sources()[name]
    title = f"{one.title} ({one.table})" if one.table else one.title
    return (f"`{name}`", one.publisher, title, one.year, one.licence, one.attribution, one.obtained, one.note)


def _figures(places: list[Mapping[str, Figure]]) -> list[tuple[str, ...]]:
    """Return for each figure in how many places it was come by in which way, and its sources."""
    found = []
    for name in places[0]:
        every = [place[name] for place in places]
        counts = Counter[str](one.status for one in every)
        used = ", ".join(f"`{source}`" for source in sorted({one.source for one in every}))
        found.append((f"`{name}`", *(str(counts[status] or "") for status in STATUSES), used))
    return found


def _area(area: Area) -> tuple[str, ...]:
    residents = sum(wijk.residents for wijk in area.wijken)
    parts = sum(wijk.weight < 1 for wijk in area.wijken)
    wijken = f"{len(area.wijken)}, of which {parts} in part" if parts else str(len(area.wijken))
    return (area.name, area.municipality, f"{residents:,.0f}", wijken, area.certainty, area.certainty_note)


def _blanks() -> Iterator[tuple[str, str, str]]:
    """Yield the columns of figures in which some are missing, with how many of the rows."""
    for name in OF_PLACES:
        every = rows(name)
        for column in every[0]:
            there = [row[column] for row in every if row[column]]
            if len(there) < len(every) and all(map(_is_number, there)):
                yield (f"`{name}.csv`", f"`{column}`", f"{len(every) - len(there)} of {len(every)}")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _reference(row: Row) -> tuple[str, ...]:
    span = f"{row['low']} to {row['high']}" if row["low"] else ""
    return (f"`{row['figure']}`", row["scope"], row["year"], row["value"], span, row["unit"], f"`{row['source']}`")


def _country() -> Iterator[tuple[str, str, str, str]]:
    """Yield the published figures of the country with which the first page of the browser compares an area."""
    text = files("app.browser").joinpath(FIGURES_OF_COUNTRY).read_text(encoding="utf-8")
    for name, entry in tomllib.loads(text).items():
        yield (f"`{name}`", str(entry["value"]), str(entry["year"]), entry["source"])
