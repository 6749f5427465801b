"""The levers of a scenario file: names, periods and values checked, and one set laid over another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationInfo
from pydantic_core import PydanticCustomError

from sim.calendar import BASE, MONTHS_PER_YEAR, month_label, month_number
from sim.levers import Steps, declared_levers, join_steps
from sim.scenario_errors import nearest, shown

Levers = dict[str, dict[str, Annotated[float, Field(strict=True, allow_inf_nan=False)]]]
"""Per lever path a value by period."""


def refusal(code: str, **details: Any) -> PydanticCustomError:
    """Return an error for pydantic, which :mod:`sim.scenario` turns into the sentence of ``code``."""
    return PydanticCustomError("wijklab", "{code}", {"code": code, "details": details})


def check_names(levers: Any, where: str, scope: str) -> None:
    """Refuse levers that do not exist or may not be set here, with the nearest that may."""
    for path in levers if isinstance(levers, dict) else ():
        lever = declared_levers().get(path)
        shown_path = f'{where}."{shown(path)[1:-1]}"'
        usable = [name for name, other in declared_levers().items() if other.scope in (scope, "any")]
        if lever is None:
            raise refusal("unknown_lever", path=shown_path, nearest=nearest(path, usable))
        if lever.scope not in (scope, "any"):
            raise refusal(f"{lever.scope}_lever", path=shown_path, nearest=nearest(path, usable))


def in_order(levers: Levers, where: str, info: ValidationInfo) -> Levers:
    """Return the levers with every period checked, written as a month and put in order of time."""
    if "start" not in info.data or "horizon_years" not in info.data:
        return levers
    end = month_number(info.data["start"]) + MONTHS_PER_YEAR * info.data["horizon_years"]
    return {path: _periods_in_order(path, levers[path], f'{where}."{path}"', end) for path in sorted(levers)}


def _periods_in_order(path: str, periods: Mapping[str, float], where: str, end: int) -> dict[str, float]:
    lever = declared_levers()[path]
    if not periods:
        raise refusal("no_period", path=where)
    months: dict[int, float] = {}
    for period, value in periods.items():
        try:
            month = month_number(period)
        except ValueError:
            raise refusal("bad_period", path=where, found=shown(period)) from None
        if not BASE <= month < end:
            allowed = f"{month_label(BASE)} .. {month_label(end - 1)}"
            raise refusal("period_outside", path=where, found=shown(period), allowed=allowed)
        if month in months:
            raise refusal("period_twice", path=where, found=month_label(month))
        if not lever.low <= value <= lever.high:
            allowed = f"{shown(lever.low)} .. {shown(lever.high)} ({lever.unit})"
            raise refusal("out_of_range", path=f'{where}."{period}"', found=shown(value), allowed=allowed)
        months[month] = float(value)
    return {month_label(month): months[month] for month in sorted(months)}


def merged(base: Levers, own: Levers) -> Levers:
    """Return the levers of a base until the first period of one's own, lever by lever."""
    return {
        path: {
            month_label(month): value
            for month, value in join_steps(steps_of(base.get(path, {})), steps_of(own.get(path, {})))
        }
        for path in sorted({*base, *own})
    }


def steps_of(periods: Mapping[str, float]) -> Steps:
    """Return periods as month numbers, in the same order."""
    return tuple((month_number(period), value) for period, value in periods.items())
