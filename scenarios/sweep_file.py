"""Reads the ``[sweep]`` of a design file: a method, and the levers and parameters that vary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from scenarios.design import Sweep
from scenarios.design_errors import DesignError, nearest
from scenarios.parameter_limits import limits_of
from scenarios.sweeps import LISTED, METHODS, POWERS_OF_TWO, Kind, Quantity, number_of_points, points_of
from sim.levers import declared_levers
from sim.parameters import declared_parameters
from sim.parameters.loader import Parameter
from sim.scenario_errors import shown

KEYS = ("method", "size", "seed", "levers", "parameters", "points_sha256")
MOST_POINTS = 1_000_000
LARGEST_SEED = 2**31 - 1
LEAST, MOST = 0.05, 0.95
"""The part of a distribution that a sweep goes through when it is asked for the whole range."""

NUMBERS = {"nl": "een lijst van getallen", "en": "a list of numbers"}
TABLE = {"nl": "een tabel", "en": "a table"}


def read_sweep(content: Any, where: str) -> Sweep | None:
    """Return the sweep of a design, ``None`` where it has none.

    Args:
        content: what stands under ``sweep``.
        where: name of the file, for messages.

    Raises:
        DesignError: one sentence on the first thing that is wrong.
    """
    if content is None:
        return None
    if not isinstance(content, Mapping):
        raise DesignError("wrong_type", where, key="sweep", found=shown(content), allowed=TABLE)
    for key in content:
        if key not in KEYS:
            near = nearest(key, KEYS)
            raise DesignError("unknown_key", where, key=f"sweep.{key}", nearest=near, allowed=", ".join(KEYS))
    if "method" not in content:
        raise DesignError("missing_key", where, key="sweep.method")
    method = content["method"]
    if method not in METHODS:
        raise DesignError("out_of_range", where, key="sweep.method", found=shown(method), allowed=", ".join(METHODS))
    quantities = (*_quantities(content, "lever", method, where), *_quantities(content, "parameter", method, where))
    if not quantities:
        raise DesignError("sweep_empty", where)
    _check_lengths(method, quantities, where)
    size, seed = _size(content, method, where), _whole(content, "seed", 1, 0, LARGEST_SEED, where)
    count = number_of_points(method, quantities, size)
    if count > MOST_POINTS:  # before they are made: a grid grows fast
        raise DesignError("too_many", where, found=f"{count:g}", allowed=MOST_POINTS)
    try:
        points = points_of(method, quantities, size, seed)
    except ModuleNotFoundError:
        raise DesignError("no_salib", where) from None
    sweep = Sweep(method, size, seed, quantities, points)
    if content.get("points_sha256", sweep.checksum) != sweep.checksum:
        raise DesignError("points_changed", where)
    return sweep


def _quantities(content: Mapping[str, Any], kind: Kind, method: str, where: str) -> list[Quantity]:
    entries = content.get(f"{kind}s", {})
    if not isinstance(entries, Mapping):
        raise DesignError("wrong_type", where, key=f"sweep.{kind}s", found=shown(entries), allowed=TABLE)
    return [_quantity(kind, path, entry, method, where) for path, entry in entries.items()]


def _quantity(kind: Kind, path: str, entry: Any, method: str, where: str) -> Quantity:
    key = f'sweep.{kind}s."{path}"'
    known: Mapping[str, Any] = declared_levers() if kind == "lever" else _scalars()
    if path not in known:
        raise DesignError(f"unknown_{kind}", where, key=key, nearest=nearest(path, known))
    low, high = (known[path].low, known[path].high) if kind == "lever" else limits_of(known[path])
    if method in LISTED:
        if not isinstance(entry, list) or not entry:
            raise DesignError("values_wanted", where, key=key, found=method)
        return Quantity(kind, path, values=tuple(_number(value, key, low, high, where) for value in entry))
    if not isinstance(entry, Mapping):
        raise DesignError("range_wanted", where, key=key, found=method)
    return _ranged(kind, path, entry, (low, high), key, method, where)


def _ranged(
    kind: Kind, path: str, entry: Mapping[str, Any], limits: tuple[float, float], key: str, method: str, where: str
) -> Quantity:
    unknown = [name for name in entry if name not in ("low", "high")]
    if unknown:
        raise DesignError("unknown_key", where, key=f"{key}.{unknown[0]}", allowed="low, high")
    if not entry:
        if kind == "lever":
            return Quantity(kind, path, low=limits[0], high=limits[1])
        parameter = _scalars()[path]
        if parameter.distribution.kind == "fixed":
            raise DesignError("no_distribution", where, key=key)
        return Quantity(kind, path, quantile=partial(_inside, parameter))
    if len(entry) == 1:
        raise DesignError("range_wanted", where, key=key, found=method)
    low, high = (_number(entry[name], f"{key}.{name}", *limits, where) for name in ("low", "high"))
    if not low < high:
        raise DesignError("low_above_high", where, key=key, found=f"{low:g}", allowed=f"{high:g}")
    return Quantity(kind, path, low=low, high=high)


def _inside(parameter: Parameter, share: float) -> float:
    """Return the value at a share of the way through the middle of a parameter's distribution."""
    assert isinstance(parameter.value, float)
    return parameter.distribution.quantile(LEAST + share * (MOST - LEAST), parameter.value)


def _scalars() -> Mapping[str, Parameter]:
    return {path: one for path, one in declared_parameters().items() if not isinstance(one.value, list)}


def _check_lengths(method: str, quantities: tuple[Quantity, ...], where: str) -> None:
    if method != "list":
        return
    first = len(quantities[0].values)
    for one in quantities:
        if len(one.values) != first:
            key = f'sweep.{one.kind}s."{one.path}"'
            raise DesignError("unequal", where, key=key, found=len(one.values), allowed=first)


def _size(content: Mapping[str, Any], method: str, where: str) -> int:
    if method in LISTED:
        if "size" in content:
            allowed = ", ".join(name for name in METHODS if name not in LISTED)
            raise DesignError("out_of_range", where, key="sweep.size", found=method, allowed=f"method {allowed}")
        return 0
    if "size" not in content:
        raise DesignError("missing_key", where, key="sweep.size")
    size = _whole(content, "size", 1, 1, MOST_POINTS, where)
    if method in POWERS_OF_TWO and size & (size - 1):
        raise DesignError("power_of_two", where, key=method, found=size, allowed=2 ** round(math.log2(size)))
    return size


def _whole(content: Mapping[str, Any], name: str, usual: int, low: int, high: int, where: str) -> int:
    found = content.get(name, usual)
    if not isinstance(found, int) or isinstance(found, bool):
        allowed = {"nl": "een geheel getal", "en": "a whole number"}
        raise DesignError("wrong_type", where, key=f"sweep.{name}", found=shown(found), allowed=allowed)
    if not low <= found <= high:
        raise DesignError("out_of_range", where, key=f"sweep.{name}", found=found, allowed=f"{low} .. {high}")
    return found


def _number(value: Any, key: str, low: float, high: float, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise DesignError("wrong_type", where, key=key, found=shown(value), allowed=NUMBERS)
    if not low <= value <= high:
        raise DesignError("out_of_range", where, key=key, found=f"{value:g}", allowed=f"{low:g} .. {high:g}")
    return float(value)
