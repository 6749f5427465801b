"""Keys by which national money of a line is divided over the twenty areas."""

from __future__ import annotations

from functools import cache

from sim.areas.loader import area_ids, load_area

SCHOOL_AGES = slice(0, 4)
"""Rows of the age table with those below 20."""


@cache
def _amounts() -> dict[str, dict[str, float]]:
    """Return what every area has of each key."""
    found: dict[str, dict[str, float]] = {}
    for name in area_ids():
        area = load_area(name)
        residents = sum(wijk.residents for wijk in area.wijken)
        found[name] = {
            "suspects": area.figures["budget_key"].value,
            "residents": residents,
            "dwellings": sum(wijk.dwellings for wijk in area.wijken),
            "poor": residents * area.figures["low_income"].value,
            "pupils": residents * float(area.age_sex[SCHOOL_AGES].sum()),
        }
    return found


@cache
def area_keys(area: str) -> dict[str, float]:
    """Return the share of an area in what reaches the twenty areas, by key.

    ``suspects`` young suspects, ``residents``, ``dwellings``, ``poor`` residents of low financial welfare, ``pupils``
    residents below 20.
    """
    amounts = _amounts()
    keys = amounts[area]
    shares = {key: own / sum(other[key] for other in amounts.values()) for key, own in keys.items()}
    return shares | {"suspects": keys["suspects"]}
