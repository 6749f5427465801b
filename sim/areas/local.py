"""What the organisations of an area know themselves, in place of estimates: figures, parameters, shares of money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sim.areas.area import Area, Figure
from sim.areas.loader import load_area

LOCAL_SOURCE = "local-data"
"""Source of a figure that somebody filled in; it is no packaged source."""

LINE_KEY = "line:"
"""Before the name of a line: the share of an area in its national money, where the area knows that share itself."""

AREAS_KEPT = 32


@dataclass(frozen=True)
class LocalNumbers:
    """Numbers of one area in place of what the model assumes. Plain and hashable, so that it can cross to a worker.

    Attributes:
        area: area id.
        year: year the numbers are about.
        figures: names of figures of the area with their values.
        parameters: paths of parameters with the values that hold here, in every draw.
        line_shares: lines with the share of the national amount that reaches this area.
    """

    area: str
    year: int
    figures: tuple[tuple[str, float], ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    line_shares: tuple[tuple[str, float], ...] = ()

    @property
    def parameter_values(self) -> Mapping[str, float]:
        """The parameters by path."""
        return dict(self.parameters)

    @property
    def keys(self) -> Mapping[str, float]:
        """The shares of national money as keys of the budget."""
        return {f"{LINE_KEY}{line}": share for line, share in self.line_shares}


@lru_cache(maxsize=AREAS_KEPT)
def area_with(area_id: str, local: LocalNumbers | None) -> Area:
    """Return an area with local figures in place of the packaged ones.

    Args:
        area_id: area id.
        local: what is known there; ``None`` leaves the area as it is.

    Raises:
        UnknownArea: when there is no such area.
        ValueError: when the numbers are of another area, or name a figure the area does not have.
    """
    area = load_area(area_id)
    if local is None:
        return area
    if local.area != area_id:
        raise ValueError(f"the local numbers are of {local.area}, not of {area_id}")
    unknown = sorted(name for name, _ in local.figures if name not in area.figures)
    if unknown:
        raise ValueError(f"{area_id} has no figure '{unknown[0]}'")
    known = {name: Figure(value, "local", local.year, LOCAL_SOURCE) for name, value in local.figures}
    return replace(area, figures={**area.figures, **known})
