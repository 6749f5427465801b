"""Sweeps: which values of levers and parameters a design goes through."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["lever", "parameter"]
Method = Literal["grid", "list", "latin-hypercube", "sobol", "saltelli"]
METHODS: tuple[Method, ...] = ("grid", "list", "latin-hypercube", "sobol", "saltelli")
LISTED: tuple[Method, ...] = ("grid", "list")
"""Methods that go through values that are written out; the others sample ranges."""

POWERS_OF_TWO: tuple[Method, ...] = ("sobol", "saltelli")
"""Methods whose points lie evenly only when their number is a power of two."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """What is swept.

    Attributes:
        kind: a lever or a parameter.
        path: its path.
        values: the values to go through (methods ``grid`` and ``list``).
        low: lowest value (the other methods).
        high: highest value.
        quantile: value at a share of the way, in place of ``low`` and ``high``: a parameter's own distribution.
    """

    kind: Kind
    path: str
    values: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    quantile: Callable[[float], float] | None = None

    @property
    def column(self) -> str:
        """Name of its column in the table of runs."""
        return f"{self.kind}:{self.path}"

    def at(self, share: float) -> float:
        """Return the value at a share between 0 and 1 of the way."""
        if self.quantile is not None:
            return self.quantile(share)
        assert self.low is not None
        assert self.high is not None
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True)
class Point:
    """One combination of values.

    Attributes:
        number: counts from 1.
        levers: value by path.
        parameters: value by path.
    """

    number: int
    levers: tuple[tuple[str, float], ...]
    parameters: tuple[tuple[str, float], ...]

    def columns(self) -> dict[str, float]:
        """Return the values by name of their column in the table of runs."""
        sides: tuple[tuple[Kind, tuple[tuple[str, float], ...]], ...] = (
            ("lever", self.levers),
            ("parameter", self.parameters),
        )
        return {f"{kind}:{path}": value for kind, pairs in sides for path, value in pairs}


def number_of_points(method: Method, quantities: Sequence[Quantity], size: int) -> int:
    """Return how many points a sweep has, without making them; arguments as for :func:`points_of`."""
    if method == "grid":
        return math.prod(len(one.values) for one in quantities)
    if method == "list":
        return len(quantities[0].values)
    return size * (len(quantities) + 2) if method == "saltelli" else size


def points_of(method: Method, quantities: Sequence[Quantity], size: int, seed: int) -> tuple[Point, ...]:
    """Return the points of a sweep, the same for the same arguments.

    Args:
        method: how to choose them. ``saltelli`` is the design for Sobol indices of first and total order.
        quantities: what is swept.
        size: number of points of ``latin-hypercube`` and ``sobol``, base number of ``saltelli``, which has
            ``size * (quantities + 2)`` of them; of no meaning for the other methods.
        seed: for the methods that sample.

    Raises:
        ModuleNotFoundError: when ``saltelli`` is asked for without SALib (extra ``sensitivity``).
    """
    if method == "grid":
        rows: Sequence[Sequence[float]] = list(product(*(one.values for one in quantities)))
    elif method == "list":
        rows = list(zip(*(one.values for one in quantities), strict=True))
    else:
        shares = _shares(method, len(quantities), size, seed)
        rows = [[one.at(float(share)) for one, share in zip(quantities, row, strict=True)] for row in shares]
    return tuple(_point(number, quantities, row) for number, row in enumerate(rows, start=1))


def _shares(method: Method, dimensions: int, size: int, seed: int) -> Matrix:
    from scipy.stats import qmc  # half a second, which only sweeps need to wait for

    if method == "latin-hypercube":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(size))
    if method == "sobol":
        return np.asarray(qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random(size))
    from SALib.sample import sobol

    names = [str(number) for number in range(dimensions)]
    problem: Mapping[str, object] = {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}
    return np.asarray(sobol.sample(problem, size, calc_second_order=False, seed=seed))


def _point(number: int, quantities: Sequence[Quantity], row: Sequence[float]) -> Point:
    both = list(zip(quantities, (float(value) for value in row), strict=True))
    return Point(
        number,
        tuple((one.path, value) for one, value in both if one.kind == "lever"),
        tuple((one.path, value) for one, value in both if one.kind == "parameter"),
    )
