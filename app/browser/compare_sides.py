"""What stands side by side: the scenarios that were put aside and the one being made, each with a look of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.browser.chart_specs import REFERENCE_COLOUR
from app.browser.visit import MOST_SIDE_BY_SIDE, Plan, Visit
from scenarios.live.summary import Summary

Dash = str | tuple[int, ...]

LOOKS: tuple[tuple[str, Dash, str], ...] = (
    ("#154273", "solid", "circle"),
    ("#00665e", (3, 3), "rect"),
    ("#7b1f6b", (14, 3, 3, 3), "triangle"),
    ("#6b5200", (14, 3, 3, 3, 3, 3), "diamond"),
)
"""Colour, dash and symbol: any one of the three tells the lines apart."""

REFERENCE_LOOK: tuple[str, Dash, str] = (REFERENCE_COLOUR, "dashed", "emptyCircle")

Key = tuple[str, Plan, str, int, int]
"""What an answer follows from: area, plan, reference, years, seed."""


@dataclass(frozen=True)
class Side:
    """A scenario in its column.

    Attributes:
        plan: the scenario.
        title: what it is called here; no two have the same.
        place: its number among those that were put aside, ``None`` for the one being made.
        look: colour, dash, symbol.
        key: what its answer follows from.
    """

    plan: Plan
    title: str
    place: int | None
    look: tuple[str, Dash, str]
    key: Key


Known = Mapping[Key, Summary]
"""The answers that are there."""


def sides_of(visit: Visit, made_too: bool, title: Callable[[Plan], str]) -> list[Side]:
    """Return what stands side by side, four at most.

    Args:
        visit: what was chosen.
        made_too: whether the scenario being made is shown where there is room.
        title: names a plan.
    """
    plans: list[tuple[Plan, int | None]] = [(plan, place) for place, plan in enumerate(visit.kept)]
    if made_too and visit.plan not in visit.kept and visit.plan != Plan(visit.reference):
        plans.append((visit.plan, None))
    found: list[Side] = []
    for (plan, place), look in zip(plans[:MOST_SIDE_BY_SIDE], LOOKS, strict=False):
        key = (visit.area, plan, visit.reference, visit.years, visit.seed)
        found.append(Side(plan, _unused(title(plan), [side.title for side in found]), place, look, key))
    return found


def _unused(title: str, used: list[str]) -> str:
    number, wanted = 1, title
    while wanted in used:
        number += 1
        wanted = f"{title} ({number})"
    return wanted


def added(kept: tuple[Plan, ...], plan: Plan) -> tuple[Plan, ...]:
    """Return what is put aside with one more; as it was when that is there already, or there is no room."""
    return kept if plan in kept or len(kept) >= MOST_SIDE_BY_SIDE else (*kept, plan)


def without(kept: tuple[Plan, ...], place: Any) -> tuple[Plan, ...]:
    """Return what is put aside without one of it; a page may ask for anything."""
    if not isinstance(place, int) or not 0 <= place < len(kept):
        return kept
    return kept[:place] + kept[place + 1 :]
