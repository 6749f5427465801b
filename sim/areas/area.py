"""What is known of an area: its wijken, and figures that know where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Status = Literal["observed", "municipality", "country", "estimated", "local"]
"""How a figure was come by: measured for this place, taken from municipality or country, estimated, or filled in by
somebody who works there (:mod:`sim.areas.local`)."""

Certainty = Literal["high", "medium", "low"]
"""How certain it is which wijken make up an area."""

AGE_BANDS = (*(f"{age}-{age + 4}" for age in range(0, 95, 5)), "95+")
"""The rows of `Area.age_sex`."""

WIJK_AGE_KEYS = ("age_0_14", "age_15_24", "age_25_44", "age_45_64", "age_65plus")
"""The figures of a wijk that divide its residents by age."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were found.

    Attributes:
        id: The name by which figures point to it.
        publisher: Who published it.
        title: What it is called.
        table: The number of the StatLine table, or empty.
        year: The year or years it is about.
        licence: Under which licence.
        attribution: What to print when passing it on.
        obtained: How it was obtained.
        note: What to mind.
    """

    id: str
    publisher: str
    title: str
    table: str
    year: str
    licence: str
    attribution: str
    obtained: str
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about a place, with where it comes from.

    Attributes:
        value: The number; shares run from 0 to 1.
        status: How it was come by.
        year: The year it is about.
        source: The id of its source, a key of `sources()`.
        note: What was done to it, where it is not simply what the source says.
    """

    value: float
    status: Status
    year: int
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wijk:
    """A CBS wijk of 2022, as far as it counts for the area.

    Attributes:
        code: The code of CBS.
        name: The name of CBS.
        weight: The share of the wijk that counts, above 0 and at most 1.
        membership: Whether it belongs whole, in part or probably to the area.
        residents: Residents of the part that counts, 1 January 2022.
        dwellings: Dwellings of the part that counts, 2022.
        figures: Shares between 0 and 1 of the whole wijk (`woz_keur` in thousands of euros).
    """

    code: str
    name: str
    weight: float
    membership: str
    residents: float
    dwellings: float
    figures: Mapping[str, Figure]

    @property
    def age_shares(self) -> tuple[float, ...]:
        """The five age bands of `WIJK_AGE_KEYS`, made to sum to 1 (published percentages are rounded)."""
        shares = [self.figures[key].value for key in WIJK_AGE_KEYS]
        return tuple(share / sum(shares) for share in shares)


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One of the twenty areas.

    Attributes:
        id: Its name in commands and tables.
        name: Its name for people.
        municipality: The municipality it lies in.
        municipality_code: The code of CBS.
        province: The province it lies in.
        certainty: How certain it is which wijken make up the area.
        certainty_note: Why, in English.
        certainty_note_nl: Why, in Dutch.
        wijken: Its wijken, in the order of their codes.
        age_sex: Share of the residents by age band (rows, `AGE_BANDS`) and sex (columns: men, women), summing
            to 1; estimated from postcodes (source `cbs-pc4-2021`).
        adjacency: Which wijken share a border, as pairs of places in `wijken`, the lower first.
        figures: What is known or estimated of the area as a whole.
    """

    id: str
    name: str
    municipality: str
    municipality_code: str
    province: str
    certainty: Certainty
    certainty_note: str
    certainty_note_nl: str
    wijken: tuple[Wijk, ...]
    age_sex: npt.NDArray[np.float64]
    adjacency: tuple[tuple[int, int], ...]
    figures: Mapping[str, Figure]

    def rings(self) -> list[list[int]]:
        """Return for each wijk the places in `wijken` of itself and of those that border on it."""
        found: list[list[int]] = [[number] for number in range(len(self.wijken))]
        for one, other in self.adjacency:
            found[one].append(other)
            found[other].append(one)
        return found


class UnknownArea(ValueError):  # noqa: N818 - reads as what it is
    """There is no area of that name.

    Attributes:
        asked: The name asked for.
        nearest: The id that looks most like it.
        known: All ids.
    """

    def __init__(self, asked: str, nearest: str, known: Sequence[str]) -> None:
        self.asked, self.nearest, self.known = asked, nearest, tuple(known)
        super().__init__(
            f"There is no area {asked!r}; the nearest name is {nearest!r}, all areas are: {', '.join(known)}."
        )

    def __reduce__(self) -> tuple[type[UnknownArea], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.asked, self.nearest, self.known)
