"""What may be fitted, and the scale on which it is: every parameter as a standard normal number of its own prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scenarios.parameter_limits import limits_of
from sim.parameters import Parameter, declared_parameters, load_parameters

Floats = NDArray[np.float64]

NOT_OF_THE_PAST = ("offending.trend",)
"""What only years to come know."""

NEVER_FITTED = ("services", "programme", "alliance", "fragmentation", "prices", "trends")
"""Files whose parameters no figure of an area may change: effects and costs of programmes, and what lies ahead."""

FURTHEST = 3.0
"""A fitted parameter stays within so many deviations of its prior's middle (judgement)."""

SMALLEST = 1e-9


def candidates() -> tuple[str, ...]:
    """Return the paths of the uncertain parameters that a fit may move, in the order of the files."""
    return tuple(
        path
        for path, one in declared_parameters().items()
        if not isinstance(one.value, list)
        and one.distribution.kind != "fixed"
        and path.partition(".")[0] not in NEVER_FITTED
        and path not in NOT_OF_THE_PAST
    )


def value_at(path: str, z: float) -> float:
    """Return the value of a parameter so many deviations from the middle of its prior."""
    one = declared_parameters()[path]
    assert isinstance(one.value, float)
    low, high = limits_of(one)
    drawn = one.distribution.quantile(float(ndtr(np.clip(z, -FURTHEST, FURTHEST))), one.value)
    return float(min(max(drawn, low), high))


def place_of(path: str, value: float) -> float:
    """Return how many deviations from the middle of its prior a value lies: the inverse of :func:`value_at`."""
    one = declared_parameters()[path]
    low, high = -FURTHEST, FURTHEST
    rising = _rising(one)
    for _ in range(60):  # halving: past the digits of a float
        middle = (low + high) / 2
        if (value_at(path, middle) < value) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _rising(one: Parameter) -> bool:
    assert isinstance(one.value, float)
    return one.distribution.quantile(0.9, one.value) >= one.distribution.quantile(0.1, one.value)


def prior_places(paths: Sequence[str], draws: Sequence[int]) -> Floats:
    """Return where the prior draws lie: an array of parameters by draws, in deviations."""
    found = np.empty((len(paths), len(draws)))
    for column, draw in enumerate(draws):
        values = load_parameters(draw)
        found[:, column] = [place_of(path, values[path]) for path in paths]
    return found


def changes_of(paths: Sequence[str], places: Floats, draw: int, area: str | None = None) -> dict[str, float]:
    """Return parameters by path at the places of one member, with the deviations of its draw in an area."""
    changes = {path: value_at(path, float(z)) for path, z in zip(paths, places, strict=True)}
    return with_local(changes, draw, area)


def with_local(changes: Mapping[str, float], draw: int, area: str | None) -> dict[str, float]:
    """Return national values with the deviations that a draw has in an area."""
    declared = declared_parameters()
    if area is None or not any(declared[path].local_sd for path in changes):
        return dict(changes)
    country, here = load_parameters(draw), load_parameters(draw, area)
    return {
        path: value * here[path] / country[path] if abs(country[path]) > SMALLEST else value
        for path, value in changes.items()
    }


def quantile_of_prior(path: str, share: float) -> float:
    """Return a quantile of a parameter's prior."""
    return value_at(path, float(ndtri(share)))
