"""The worth of knowing: what a choice would gain if an uncertainty were cleared up before it is made, in euros.

Knowing everything (EVPI) is worth the mean of the best option of each draw, less the best mean. Knowing one thing
(EVPPI) is estimated from the same draws by regression: what an option is worth given that thing is its fitted value
(Strong, Oakley and Brennan 2014, Medical Decision Making 34). The regression is a Gaussian process with a quadratic
kernel, its noise chosen by leaving one draw out, infinite noise included: then nothing is known.

The best of several noisy means is too high, and among hundreds of parameters some fit by chance. So the same is done
with the draws shuffled, and something is said to be worth knowing only where it is worth more than the best of all of
them is in nearly every shuffling. With few draws that finds little, and what it finds is an upper bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from calibration.decisions.gains import Floats

SHUFFLES = 200
SHUFFLING_SEED = 20250101
"""Any number would do; with the same one the same draws say the same."""

FALSE_ALARMS = 0.025
"""Chance that a parameter is said to be worth knowing when none is; the same for groups, of which a fit is looser."""

NOISES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Noise tried, in variances of what is explained; and infinite noise."""

FEWEST_DRAWS = 10
"""Below this nothing is fitted: a curve through less says nothing."""

SMALLEST_GAIN = 0.02
"""Part by which a fit must predict left-out draws better than their mean before it is used."""


@dataclass(frozen=True)
class Worth:
    """What knowing something is worth.

    Attributes:
        name: parameter or group.
        euros: per resident, as the regression says it; an upper bound.
        seen: whether it is more than chance explains.
        turns_at: value of a parameter at which another option becomes best, where it does.
    """

    name: str
    euros: float
    seen: bool
    turns_at: float | None = None


@dataclass(frozen=True)
class Information:
    """What knowing is worth for one choice.

    Attributes:
        draws: draws it stands on.
        everything: worth of knowing everything (EVPI), per resident.
        bar: what the best parameter reaches by chance alone in nearly every shuffling.
        worths: parameters and groups, most worth first.
    """

    draws: int
    everything: float
    bar: float
    worths: tuple[Worth, ...]

    @property
    def seen(self) -> tuple[Worth, ...]:
        """What is worth knowing beyond chance."""
        return tuple(one for one in self.worths if one.seen)


def perfect(euros: Floats) -> float:
    """Return the worth of knowing everything: draws by options, in the unit of the options."""
    return float(_gain_of_choosing(euros[:, np.newaxis])[0])


def information(euros: Floats, values: Mapping[str, Floats], members: Mapping[str, Sequence[str]]) -> Information:
    """Return what knowing parameters, and groups of them, is worth.

    Args:
        euros: worth of every option, draws by options.
        values: by parameter its value in each of the draws; those that do not differ are passed over.
        members: by group its parameters.
    """
    scores = {path: _scores(drawn) for path, drawn in values.items() if np.ptp(drawn) > 0}
    things: dict[str, Floats] = {path: score[:, np.newaxis] for path, score in scores.items()}
    for group, paths in members.items():
        there = [scores[path] for path in paths if path in scores]
        if len(there) > 1:
            things[group] = np.column_stack(there)
    everything = perfect(euros)
    if len(euros) < FEWEST_DRAWS or not things or not np.ptp(euros, axis=0).any():
        return Information(len(euros), everything, 0.0, ())
    shuffled = _shuffled(euros)
    worths: list[Worth] = []
    bars = []
    for part in (list(scores), [name for name in things if name not in scores]):
        found, fits = {}, {}
        for name in part:
            fitted = _fitted(things[name], shuffled)
            found[name] = _gain_of_choosing(fitted)
            fits[name] = fitted[:, 0]
        chance = np.max([worth[1:] for worth in found.values()], axis=0) if found else np.zeros(1)
        bars.append(float(np.quantile(chance, 1 - FALSE_ALARMS)))
        worths += [_worth(name, float(worth[0]), bars[-1], values, fits[name]) for name, worth in found.items()]
    return Information(len(euros), everything, bars[0], tuple(sorted(worths, key=lambda one: -one.euros)))


def _gain_of_choosing(euros: Floats) -> Floats:
    """Return by repetition what the best option of each draw gives more than the one that is best in the mean.

    Draw by draw before the mean is taken: where one option is best in every draw that is nothing at all.
    """
    usual = euros.mean(axis=0).argmax(axis=1)[np.newaxis, :, np.newaxis]
    return np.asarray((euros.max(axis=2) - np.take_along_axis(euros, usual, axis=2)[:, :, 0]).mean(axis=0))


def _worth(name: str, euros: float, bar: float, values: Mapping[str, Floats], fitted: Floats) -> Worth:
    seen = euros > bar and euros > 0
    turns = turning_point(values[name], fitted) if seen and name in values else None
    return Worth(name, max(euros, 0.0), seen, turns)


def turning_point(drawn: Floats, fitted: Floats) -> float | None:
    """Return the value at which another option becomes best, half way between two draws; nothing where none does."""
    order = np.argsort(drawn, kind="stable")
    best = fitted[order].argmax(axis=1)
    places = np.flatnonzero(np.diff(best))
    if len(places) != 1:  # never, or to and fro: no one value decides
        return None
    below, above = drawn[order][places[0]], drawn[order][places[0] + 1]
    return float((below + above) / 2)


def _shuffled(euros: Floats) -> Floats:
    """Return draws by (as it is, and shufflings) by options; options of a draw stay together."""
    generator = np.random.default_rng(SHUFFLING_SEED)
    orders = [np.arange(len(euros)), *(generator.permutation(len(euros)) for _ in range(SHUFFLES))]
    return np.stack([euros[order] for order in orders], axis=1)


def _scores(drawn: Floats) -> Floats:
    """Return normal scores: any rising scale of a parameter says the same."""
    return np.asarray(ndtri((rankdata(drawn) - 0.5) / len(drawn)))


def _fitted(features: Floats, targets: Floats) -> Floats:
    """Return what every target is expected to be given the features; its mean where they predict nothing.

    Args:
        features: draws by features.
        targets: draws by repetitions by options.
    """
    count = len(features)
    columns = targets.reshape(count, -1)
    mean = columns.mean(axis=0)
    centred = columns - mean
    sizes, vectors = _kernel(features)
    along = vectors.T @ centred
    nothing = ((centred * count / (count - 1)) ** 2).sum(axis=0)
    least, best = (1 - SMALLEST_GAIN) * nothing, np.zeros_like(centred)
    for noise in NOISES:
        shrunk = sizes / (sizes + noise)
        fitted = vectors @ (shrunk[:, np.newaxis] * along)
        leverage = (vectors**2 @ shrunk) + 1.0 / count
        error = (((centred - fitted) / (1.0 - leverage)[:, np.newaxis]) ** 2).sum(axis=0)
        better = error < least
        least = np.where(better, error, least)
        best = np.where(better, fitted, best)
    return np.asarray(best + mean).reshape(targets.shape)


def _kernel(features: Floats) -> tuple[Floats, Floats]:
    """Return sizes and directions of a kernel that is linear and quadratic in the features, of mean size one."""
    count = len(features)
    if features.shape[1] == 1:  # two directions are all there are
        both = np.column_stack([features, features**2 / np.sqrt(2)])
        vectors, singular, _ = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
        return singular**2 * count / (singular**2).sum(), vectors
    product = features @ features.T / features.shape[1]
    kernel = product + product**2 / 2
    kernel = kernel - kernel.mean(axis=0) - kernel.mean(axis=1)[:, np.newaxis] + kernel.mean()
    sizes, vectors = np.linalg.eigh(kernel * count / np.trace(kernel))
    return np.clip(sizes, 0.0, None), vectors
