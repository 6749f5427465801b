"""Loading areas from the packaged tables: lazily, once, and with a helpful refusal of an unknown name."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import cache
from typing import cast

from sim.areas.area import Area, Certainty, Figure, UnknownArea, Wijk
from sim.areas.figures import age_sex_shares, area_figures, wijk_figures
from sim.areas.tables import Row, keyed, of_area


@cache
def area_ids() -> tuple[str, ...]:
    """The ids of the twenty areas, sorted."""
    return tuple(sorted(keyed("areas", "id")))


@cache
def load_area(area_id: str) -> Area:
    """One area, with its budget key among its figures.

    Raises:
        UnknownArea: There is no area of that name.
    """
    area = _without_key(area_id)
    return replace(area, figures={**area.figures, "budget_key": _budget_key(area)})


def load_areas() -> tuple[Area, ...]:
    """All twenty areas, in the order of their ids."""
    return tuple(load_area(area_id) for area_id in area_ids())


@cache
def _without_key(area_id: str) -> Area:
    if area_id not in area_ids():
        raise UnknownArea(area_id, _nearest(area_id), area_ids())
    row = keyed("areas", "id")[area_id]
    municipality = keyed("municipalities", "code")[row["municipality_code"]]
    wijken = of_area("wijken", area_id)
    age_sex = age_sex_shares(of_area("age_sex", area_id))
    return Area(
        id=area_id,
        name=row["name"],
        municipality=municipality["name"],
        municipality_code=municipality["code"],
        province=municipality["province"],
        certainty=cast(Certainty, row["certainty"]),
        certainty_note=row["certainty_note_en"],
        certainty_note_nl=row["certainty_note_nl"],
        wijken=tuple(_wijk(wijk, municipality) for wijk in wijken),
        age_sex=age_sex,
        adjacency=_adjacency(area_id, [wijk["code"] for wijk in wijken]),
        figures=area_figures(row, municipality, wijken, age_sex),
    )


def _wijk(row: Row, municipality: Row) -> Wijk:
    weight = float(row["weight_share"])
    return Wijk(
        code=row["code"],
        name=row["name"],
        weight=weight,
        membership=row["membership"],
        residents=float(row["residents_2022"]) * weight,
        dwellings=float(row["dwellings_2022"]) * weight,
        figures=wijk_figures(row, municipality),
    )


def _adjacency(area_id: str, codes: list[str]) -> tuple[tuple[int, int], ...]:
    borders = of_area("adjacency", area_id)
    return tuple(sorted((codes.index(row["wijk_a"]), codes.index(row["wijk_b"])) for row in borders))


def _budget_key(area: Area) -> Figure:
    """The area's share of a national budget: its youth suspects over those of the twenty areas."""
    suspects = area.figures["youth_suspects"]
    total = sum(_without_key(area_id).figures["youth_suspects"].value for area_id in area_ids())
    note = "youth suspects of the area over those of the twenty"
    return Figure(suspects.value / total, "estimated", suspects.year, suspects.source, note)


def _nearest(asked: str) -> str:
    """The id whose own name, or that of its area or municipality, looks most like what was asked."""
    names: dict[str, str] = {}
    for row in keyed("areas", "id").values():
        for name in (row["id"], _slug(row["name"]), _slug(_municipality(row))):
            names.setdefault(name, row["id"])
    return names[difflib.get_close_matches(_slug(asked), names, n=1, cutoff=0.0)[0]]


def _municipality(row: Row) -> str:
    return keyed("municipalities", "code")[row["municipality_code"]]["name"]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
