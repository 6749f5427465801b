"""Stands in for the model between its runs: says what a target would be, and how unsure that is.

Which parameters a target depends on is read from runs at prior draws; a Gaussian process of scikit-learn then learns
how. A place is implausible when the target lies further from what is said there than all errors together allow
(Craig et al. 1997; Vernon, Goldstein & Bower 2010).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from calibration.fit.errors import Observed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAMILY_ERROR = 0.05
"""Chance that any of all pairs of parameter and target seems to belong together without reason."""

MOST_FITTED = 15
"""Parameters fitted at most."""

WORTHWHILE = 0.1
"""A parameter is fitted when the targets are expected to take away this share of its prior variance."""

IMPLAUSIBLE = 3.0
"""A place is implausible when its second largest distance is more deviations than this (three-sigma rule)."""

RESTARTS = 1


def correlations(places: Floats, values: Floats) -> Floats:
    """Return rank correlations of parameters (rows) with targets (columns) over members."""
    x, y = (np.apply_along_axis(rankdata, 1, each) for each in (places, values))
    x, y = (each - each.mean(axis=1, keepdims=True) for each in (x, y))
    scale = np.sqrt(np.outer((x**2).sum(axis=1), (y**2).sum(axis=1)))
    return np.asarray((x @ y.T) / np.maximum(scale, 1e-12))


def seen(places: Floats, values: Floats) -> Bools:
    """Return which parameters belong to which targets beyond what chance among so many pairs would show."""
    pairs = places.shape[0] * values.shape[0]
    bar = norm.ppf(1 - FAMILY_ERROR / (2 * pairs)) / np.sqrt(places.shape[1] - 1)
    return np.asarray(np.abs(correlations(places, values)) > bar)


def expected_learning(places: Floats, values: Floats, observed: Observed) -> Floats:
    """Return the share of each parameter's prior variance that the targets would take away, were the model linear."""
    belongs = seen(places, values)
    slopes = np.zeros(belongs.T.shape)
    noise = np.zeros(values.shape[0])
    for row, one in enumerate(values):
        mine = np.flatnonzero(belongs[:, row])
        design = np.vstack([np.ones(one.size), places[mine]]).T
        fitted, *_ = np.linalg.lstsq(design, one, rcond=None)
        noise[row] = np.var(one - design @ fitted, ddof=min(design.shape[1], one.size - 1))
        slopes[row, mine] = fitted[1:]
    weight = 1 / (observed.error**2 + noise)
    left = np.linalg.inv(np.eye(places.shape[0]) + slopes.T @ (weight[:, None] * slopes))
    return np.asarray(1 - np.diag(left))


def choose(places: Floats, values: Floats, observed: Observed) -> tuple[list[int], Floats]:
    """Return which parameters to fit, those the targets say most about first, and what is expected of each."""
    learning = expected_learning(places, values, observed)
    order = [int(one) for one in np.argsort(-learning, kind="stable") if learning[one] >= WORTHWHILE]
    return order[:MOST_FITTED], learning


@dataclass(frozen=True)
class Emulator:
    """Gaussian processes, one per target.

    Attributes:
        models: the fitted processes.
        middle, spread: by which targets were standardised.
    """

    models: tuple[Any, ...]
    middle: Floats
    spread: Floats

    def predict(self, places: Floats) -> tuple[Floats, Floats]:
        """Return mean and standard deviation of the targets at places: arrays of targets by places."""
        means, sds = zip(*(one.predict(places.T, return_std=True) for one in self.models), strict=True)
        scale = self.spread[:, None]
        return self.middle[:, None] + scale * np.array(means), scale * np.array(sds)

    def implausibility(self, places: Floats, observed: Observed) -> Floats:
        """Return how implausible places are: the second largest distance over the targets, in deviations.

        The spread that is left in the process holds chance and the parameters that are not fitted.
        """
        mean, sd = self.predict(places)
        distance = np.abs(mean - observed.values[:, None]) / np.sqrt(observed.error[:, None] ** 2 + sd**2)
        return np.asarray(np.sort(distance, axis=0)[-2])


def learn(places: Floats, values: Floats) -> Emulator:
    """Return an emulator of the targets from members that were lived."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

    middle, spread = values.mean(axis=1), np.maximum(values.std(axis=1), 1e-12)
    models = []
    for one in (values - middle[:, None]) / spread[:, None]:
        kernel = (
            ConstantKernel(0.1, (1e-3, 1e2)) * DotProduct(1.0, (1e-2, 1e2))
            + ConstantKernel(0.1, (1e-4, 1e1)) * RBF(3.0, (0.5, 30.0))
            + WhiteKernel(0.5, (1e-3, 2.0))
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a target that hangs on nothing ends at a bound
            models.append(
                GaussianProcessRegressor(kernel, n_restarts_optimizer=RESTARTS, random_state=1).fit(places.T, one)
            )
    return Emulator(tuple(models), middle, spread)
