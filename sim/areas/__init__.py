"""The twenty areas: their statistics with sources, and the loader."""

from sim.areas.area import AGE_BANDS, WIJK_AGE_KEYS, Area, Figure, Source, UnknownArea, Wijk
from sim.areas.loader import area_ids, load_area, load_areas
from sim.areas.local import LocalNumbers, area_with
from sim.areas.tables import sources

__all__ = [
    "AGE_BANDS",
    "WIJK_AGE_KEYS",
    "Area",
    "Figure",
    "LocalNumbers",
    "Source",
    "UnknownArea",
    "Wijk",
    "area_ids",
    "area_with",
    "load_area",
    "load_areas",
    "sources",
]
