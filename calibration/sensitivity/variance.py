"""Sobol's indices by groups: which part of the variance of a difference each group makes, alone and with others.

Beside them what single parameters say in the same runs: the points of Saltelli's two base matrices are independent, so
a rank correlation in them means something, where it is larger than the largest of all parameters is by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from calibration.groups import CHANCE
from calibration.sensitivity.screening import SEED, Floats, problem, whole

OTHER = "other"
"""All groups that are not looked at by themselves."""

SEEDS = 2**20
"""Seeds that chance chooses from."""

SHUFFLES = 1000
FALSE_ALARMS = 0.05
"""Chance that a single parameter is named when none matters."""


@dataclass(frozen=True)
class Share:
    """The part of a group in the variance.

    Attributes:
        group: id.
        alone: first-order index: what would go if the group were known.
        alone_error: half the width of its 95 per cent interval.
        total: total index: what would be left if everything else were known.
        total_error: half the width of its 95 per cent interval.
    """

    group: str
    alone: float
    alone_error: float
    total: float
    total_error: float


@dataclass(frozen=True)
class Single:
    """A parameter that goes together with a difference.

    Attributes:
        path: the parameter.
        correlation: rank correlation with the difference.
    """

    path: str
    correlation: float


def members_of(column_groups: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Return the group of every column where only some groups, and chance, are looked at by themselves."""
    return [group if group in chosen or group == CHANCE else OTHER for group in column_groups]


def block(members: Sequence[str]) -> int:
    """Return how many points one row of the base takes."""
    return len(set(members)) + 2


def saltelli(members: Sequence[str], size: int) -> Floats:
    """Return the points of Saltelli's design.

    Args:
        members: group of every column.
        size: rows of the base, a power of two.

    Raises:
        ModuleNotFoundError: without SALib (extra ``sensitivity``).
    """
    from SALib.sample import sobol

    points = sobol.sample(problem(members), size, calc_second_order=False, seed=SEED)
    return np.asarray(points, dtype=np.float64)


def seeds_of(shares: Floats) -> list[int]:
    """Return a seed for every point, from its last column, which is chance."""
    return [1 + int(share * (SEEDS - 1)) for share in shares[:, -1]]


def shares_of(members: Sequence[str], values: Floats) -> list[Share]:
    """Return the share of every group, the largest total first; rows with a point that failed are left out.

    A difference that never moves has no shares.

    Args:
        members: group of every column.
        values: the difference at each point of :func:`saltelli`, not a number where it failed.

    Raises:
        ValueError: when no whole row is left.
    """
    from SALib.analyze import sobol

    there = whole(values, block(members))
    if not there.any():
        raise ValueError("no row of the design is whole")
    kept = values[there]
    if np.ptp(kept) == 0:
        return []
    found = sobol.analyze(problem(members), kept, calc_second_order=False, seed=SEED)
    names = list(dict.fromkeys(members))
    listed = [
        Share(name, *(float(found[index][place]) for index in ("S1", "S1_conf", "ST", "ST_conf")))
        for place, name in enumerate(names)
    ]
    return sorted(listed, key=lambda one: -one.total)


def singles(columns: Sequence[str], members: Sequence[str], shares: Floats, values: Floats) -> list[Single]:
    """Return the parameters that go together with a difference beyond chance, closest first.

    Args:
        columns: parameter of every column, chance last.
        members: group of every column.
        shares: the points of :func:`saltelli`.
        values: the difference at each.
    """
    length = block(members)
    place = np.arange(len(values)) % length
    base = whole(values, length) & ((place == 0) | (place == length - 1))
    own = _ranks(values[base][np.newaxis])
    if own is None:
        return []
    ranks = _ranks(shares[base][:, :-1].T)
    assert ranks is not None
    found = (ranks @ own.T)[:, 0]
    shuffled = np.random.default_rng(SEED).permuted(np.tile(own, (SHUFFLES, 1)), axis=1)
    bar = np.quantile(np.abs(shuffled @ ranks.T).max(axis=1), 1 - FALSE_ALARMS)
    order = np.argsort(-np.abs(found), kind="stable")
    return [Single(columns[each], float(found[each])) for each in order if abs(found[each]) > bar]


def _ranks(rows: Floats) -> Floats | None:
    """Return ranks by row with mean nought and length one; nothing where a row does not differ."""
    if rows.shape[1] == 0 or (np.ptp(rows, axis=1) == 0).any():
        return None
    ranks = rankdata(rows, axis=1)
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    return np.asarray(ranks / np.linalg.norm(ranks, axis=1, keepdims=True), dtype=np.float64)
