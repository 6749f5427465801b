"""Morris's screening by groups: how far a difference moves when all that is in a group moves through its doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = 4
SEED = 20250101
"""Of the choice of points and of bootstraps: any number would do, and the same gives the same."""


@dataclass(frozen=True)
class Effect:
    """How far a group moves a difference.

    Attributes:
        group: id.
        effect: mean absolute elementary effect (mu*): from one end of its doubt to the other, the rest anywhere.
        error: half the width of its 95 per cent interval.
    """

    group: str
    effect: float
    error: float


def problem(members: Sequence[str]) -> dict[str, Any]:
    """Return the problem as SALib wants it: every column between 0 and 1, with its group."""
    names = [f"c{number}" for number in range(len(members))]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names), "groups": list(members)}


def trajectories(members: Sequence[str], count: int) -> Floats:
    """Return the points of so many trajectories: each moves every group once.

    Args:
        members: group of every column.
        count: number of trajectories.

    Raises:
        ModuleNotFoundError: without SALib (extra ``sensitivity``).
    """
    from SALib.sample import morris

    return np.asarray(morris.sample(problem(members), count, num_levels=LEVELS, seed=SEED), dtype=np.float64)


def seeds_of(shares: Floats, length: int) -> list[int]:
    """Return a seed for every point: each trajectory has luck of its own, which changes when chance moves.

    Args:
        shares: the points; the last column is chance.
        length: points of one trajectory.
    """
    level = np.rint(shares[:, -1] * (LEVELS - 1)).astype(int)
    return [1 + (number // length) * LEVELS + int(own) for number, own in enumerate(level)]


def whole(values: Floats, length: int) -> NDArray[np.bool_]:
    """Return which points belong to a trajectory, or row of a design, that is there as a whole."""
    there = np.isfinite(values).reshape(-1, length).all(axis=1)
    return np.repeat(there, length)


def effects(members: Sequence[str], shares: Floats, values: Floats) -> list[Effect]:
    """Return the effect of every group, the largest first; trajectories with a point that failed are left out.

    Args:
        members: group of every column.
        shares: the points of :func:`trajectories`.
        values: the difference at each, not a number where it failed.

    Raises:
        ValueError: when no whole trajectory is left.
    """
    from SALib.analyze import morris

    length = len(set(members)) + 1
    there = whole(values, length)
    if not there.any():
        raise ValueError("no trajectory is whole")
    found = morris.analyze(problem(members), shares[there], values[there], num_levels=LEVELS, seed=SEED)
    rows = zip(found["names"], found["mu_star"], found["mu_star_conf"], strict=True)
    listed = [Effect(str(group), float(effect), float(error)) for group, effect, error in rows]
    return sorted(listed, key=lambda one: -one.effect)
