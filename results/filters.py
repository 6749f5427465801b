"""Which rows somebody asks for: values of a column, checked against what a folder holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from results.comparison import ALL_AREAS, ARRIVAL_GROUP, SERVICE_GROUP, WIJK_GROUP

Wanted = str | int | Collection[str] | Collection[int] | None
"""A value, several, or ``None`` for all; a text that ends in ``:`` stands for all groups of that kind."""

FILTERS = ("scenario", "area", "draw", "seed", "year", "view", "group", "outcome")
NUMBERS = ("draw", "seed", "year")
KINDS = (WIJK_GROUP, SERVICE_GROUP, ARRIVAL_GROUP)
"""Kinds of groups that may be asked for where a folder holds none of them."""

MOST_SHOWN = 12
"""Values that a sentence names."""


class FilterError(ValueError):
    """Rows cannot be chosen as asked.

    Attributes:
        name: the filter.
        found: what was asked for.
        nearest: the nearest that is there; empty where nothing is near.
    """

    def __init__(self, name: str, found: object, message: str, nearest: str = "") -> None:
        super().__init__(message)
        self.name = name
        self.found = str(found)
        self.nearest = nearest


def chosen(wanted: Mapping[str, Any], known: Callable[[str, list[Any]], Collection[Any]]) -> dict[str, list[Any]]:
    """Return the values asked for by column; a column of which everything is asked for is not in it.

    Args:
        wanted: a value, several, or ``None``, by the name of a filter.
        known: gives the values that a folder holds of a column, of those asked for at least those that it holds; none
            where that cannot be known.

    Raises:
        FilterError: when a filter is no column, its values are of the wrong kind, or one of them is not there.
    """
    unknown = sorted(set(wanted) - set(FILTERS))
    if unknown:
        message = f"there is no column '{unknown[0]}'; filters are: {', '.join(FILTERS)}"
        raise FilterError(unknown[0], "", message)
    found = {name: several(name, value) for name, value in wanted.items() if value is not None}
    if ALL_AREAS in found.get("area", ()):
        del found["area"]
    for name, values in found.items():
        _check(name, values, known(name, values))
    return found


def several(name: str, value: Any) -> list[Any]:
    """Return the values of a filter as a list, each a text or a whole number as the column has it.

    Raises:
        FilterError: when they are of another kind, or there are none.
    """
    if isinstance(value, str | int | np.integer) or not isinstance(value, Iterable):
        value = [value]
    values = list(value)
    if not values:
        raise FilterError(name, "", f"{name}: an empty list chooses nothing; leave it out for all")
    return [_whole(name, each) if name in NUMBERS else _text(name, each) for each in values]


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise FilterError(name, value, f"{name}: found {value!r}; this has to be a whole number, without quotes")
    return int(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise FilterError(name, value, f"{name}: found {value!r}; this has to be a text, in quotes")
    return str(value)


def _check(name: str, values: list[Any], known: Collection[Any]) -> None:
    for value in values if known else ():
        if value in known or (name == "group" and _is_kind(value, known)):
            continue
        nearest = _nearest(value, known)
        meant = f"; did you mean '{nearest}'?" if nearest else ""
        shown = [str(each) for each in sorted(known)]
        allowed = ", ".join(shown if len(shown) <= MOST_SHOWN else [*shown[:MOST_SHOWN], "..."])
        raise FilterError(name, value, f"there is no {name} '{value}' here{meant}; there are: {allowed}", nearest)


def _is_kind(value: str, known: Collection[str]) -> bool:
    return value.endswith(":") and (value in KINDS or any(each.startswith(value) for each in known))


def _nearest(value: Any, known: Collection[Any]) -> str:
    if isinstance(value, int):
        return str(min(known, key=lambda each: (abs(each - value), each)))
    near = get_close_matches(value, [str(each) for each in known], n=1)
    return near[0] if near else ""


def expression(found: Mapping[str, list[Any]]) -> ds.Expression | None:
    """Return what rows have to satisfy, or ``None`` for all of them."""
    tests = [_one_of(name, values) for name, values in found.items()]
    return reduce(and_, tests) if tests else None


def _one_of(name: str, values: list[Any]) -> ds.Expression:
    kinds = [value for value in values if name == "group" and value.endswith(":")]
    exact = [value for value in values if value not in kinds]
    kind_of = pa.int64() if name in NUMBERS else pa.string()
    tests = [ds.field(name).isin(pa.array(exact, kind_of))] if exact else []
    tests += [pc.starts_with(ds.field(name), kind) for kind in kinds]
    return reduce(or_, tests)
