"""Trials among areas: who gets the programme when, what an evaluator makes of it, and how sure that is.

Both designs estimate one number that is linear in the outcomes, by the areas' own years. So the same outcomes under
every other outcome of the lottery show how far chance alone can bring it: p and interval follow from the design.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from calibration.trials.estimate import LEVEL, Z
from calibration.trials.power import Z_POWER
from sim.draws import F64, Draws, text_ids, threshold

MATCHED, STEPPED = "matched", "stepped"

FEWEST_PAIRS = 6
"""With five pairs the smallest p that a lottery within pairs can give is 2 / 32, above 5 %."""

FEWEST_PER_STEP = 2
FEWEST_AREAS = {MATCHED: 2 * FEWEST_PAIRS, STEPPED: 8}
"""With eight areas in four steps of two there are 2,520 lotteries; with fewer a p below 5 % says little."""

STEPS = (2, 5)
"""Fewest and most steps."""

LOTTERIES = 2_000
"""Other outcomes of a stepped lottery that are tried; of pairs all are."""

HALF = 0.5
"""Chance of an area of a pair to get the programme."""

NEVER = 1_000_000
"""Start of an area that never gets the programme."""

HALVINGS = 60
"""Times the search for an end of the interval is halved."""

FARTHEST = 50.0
"""Width of that search, in spreads of the estimate by chance."""

ROUNDING = 1e-9


@dataclass(frozen=True)
class Assignments:
    """The lottery among areas as it came out, and as it could have come out.

    Attributes:
        starts: per lottery and area the number of the year in which the programme starts, ``NEVER`` for none; the
            first row is the lottery that was held.
        pairs: the pairs of areas of a matched design, by number.
        exact: whether these are all lotteries that there are.
    """

    starts: NDArray[np.int64]
    pairs: tuple[tuple[int, int], ...]
    exact: bool


def matched_pairs(likeness: F64) -> tuple[tuple[int, int], ...]:
    """Return the pairs of areas that are most alike together; with an odd number one area is left out.

    Args:
        likeness: measures of the areas before the start, standardised (areas, measures).
    """
    graph = nx.Graph()
    for one, other in itertools.combinations(range(likeness.shape[0]), 2):
        graph.add_edge(one, other, weight=float(((likeness[one] - likeness[other]) ** 2).sum()))
    return tuple(sorted((min(pair), max(pair)) for pair in nx.min_weight_matching(graph)))


def matched(areas: tuple[str, ...], likeness: F64, first: int, seed: int) -> Assignments:
    """Return lotteries within pairs: of each pair one area gets the programme.

    Args:
        areas: area ids.
        likeness: measures of the areas before the start.
        first: number of the year in which the programme starts.
        seed: seed of the lottery.
    """
    pairs, draws = matched_pairs(likeness), Draws(seed)
    names = np.array([text_ids("pair", areas[one], areas[other]) for one, other in pairs], dtype=np.uint64)
    lot = draws.happens("trial.pair", names, threshold(HALF))
    ways = np.array(list(itertools.product((False, True), repeat=len(pairs))))
    ways = np.concatenate([ways[(ways == lot).all(axis=1)], ways[~(ways == lot).all(axis=1)]])
    starts = np.full((len(ways), len(areas)), NEVER, dtype=np.int64)
    for number, pair in enumerate(pairs):
        starts[np.arange(len(ways)), np.where(ways[:, number], pair[0], pair[1])] = first
    return Assignments(starts, pairs, exact=True)


def stepped(areas: tuple[str, ...], steps: int, first: int, seed: int) -> Assignments:
    """Return lotteries over steps: the areas start one group after the other, the first a year after ``first``."""
    lives = np.array([text_ids("area", name) for name in areas], dtype=np.uint64)
    draws = Draws(seed)
    place = np.arange(len(areas)) * steps // len(areas)
    starts = np.empty((LOTTERIES + 1, len(areas)), dtype=np.int64)
    for number in range(LOTTERIES + 1):
        order = np.argsort(draws.order("trial.step", lives, occurrence=number), kind="stable")
        starts[number, order] = first + 1 + place
    return Assignments(starts, (), exact=False)


def exposure(starts: NDArray[np.int64], years: int) -> F64:
    """Return for each lottery, area and year whether the programme runs there."""
    return (np.arange(years) >= starts[..., None]).astype(np.float64)


def weights(assignments: Assignments, years: int, until: int) -> F64:
    """Return the weights of the estimate (lotteries, areas, years): it is their sum with the outcomes.

    Areas and years have levels of their own (two-way fixed effects); of pairs that is the change of the treated area
    less that of its pair, averaged.

    Args:
        assignments: the lotteries.
        years: years of the outcomes.
        until: number of the first year that is not used.
    """
    there = exposure(assignments.starts, years)
    used = np.zeros(there.shape[1:])
    members = [area for pair in assignments.pairs for area in pair] or list(range(there.shape[1]))
    used[members, :until] = 1.0
    part = there[:, members, :until]
    rest = part - part.mean(axis=2, keepdims=True) - part.mean(axis=1, keepdims=True)
    rest += part.mean(axis=(1, 2), keepdims=True)
    found = np.zeros_like(there)
    found[:, members, :until] = rest / (rest**2).sum(axis=(1, 2), keepdims=True)
    return found * used


@dataclass(frozen=True)
class Found:
    """What an evaluator of areas finds.

    Attributes:
        estimate: the effect in the unit of the outcome.
        low: lower end of the 95 % interval: effects that the lottery does not exclude.
        high: upper end.
        p: share of the lotteries with at least as large an estimate if the programme did nothing.
    """

    estimate: float
    low: float
    high: float
    p: float

    @property
    def detected(self) -> bool:
        """Whether p is below 5 %."""
        return self.p < LEVEL


def analyse(outcomes: F64, assignments: Assignments, until: int) -> Found:
    """Return what the evaluator makes of registered outcomes (areas, years)."""
    weight = weights(assignments, outcomes.shape[1], until)
    there = exposure(assignments.starts[0], outcomes.shape[1])
    by_lottery = (weight * outcomes).sum(axis=(1, 2))
    slope = (weight * there).sum(axis=(1, 2))

    def p_of(effect: float) -> float:
        size = np.abs(by_lottery - effect * slope)
        return float((size >= size[0] * (1 - ROUNDING)).mean())

    estimate = float(by_lottery[0])
    spread = float(by_lottery.std()) or abs(estimate) or 1.0
    ends = []
    for sign in (-1, 1):
        inside, outside = 0.0, FARTHEST * spread
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_of(estimate + sign * middle) >= LEVEL else (inside, middle)
        ends.append(estimate + sign * inside)
    return Found(estimate, ends[0], ends[1], p_of(0.0))


@dataclass(frozen=True)
class AreaPower:
    """What a design among areas can see.

    Attributes:
        expected: the estimate when nothing were left to chance.
        spread: standard deviation of the estimate over lotteries without the programme.
        power: chance to find the effect.
        areas: areas that are needed to find it four times out of five; ``None`` where there is nothing to find.
    """

    expected: float
    spread: float
    power: float
    areas: int | None


def area_power(expected: F64, without: F64, registered: F64, assignments: Assignments, until: int) -> AreaPower:
    """Return what a design can see.

    Args:
        expected: expected outcomes of each area, with the programme from its own start (areas, years).
        without: the same without the programme.
        registered: registered outcomes without the programme.
        assignments: the lotteries; the first is the one behind ``expected``.
        until: number of the first year that is not used.
    """
    weight = weights(assignments, expected.shape[1], until)
    effect = float((weight[0] * (expected - without)).sum())
    spread = float((weight * registered).sum(axis=(1, 2)).std())
    if spread == 0:
        return AreaPower(effect, spread, float(effect != 0), None)
    apart = abs(effect) / spread
    power = float(stats.norm.cdf(apart - Z) + stats.norm.cdf(-apart - Z))
    members = 2 * len(assignments.pairs) or expected.shape[0]
    needed = int(np.ceil(members * ((Z + Z_POWER) / apart) ** 2)) if effect else None
    return AreaPower(effect, spread, power, needed)
