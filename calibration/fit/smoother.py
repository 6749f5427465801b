"""The ensemble smoother with multiple data assimilation, with localisation: from members before to members after.

The work is that of ``iterative_ensemble_smoother`` (Emerick & Reynolds 2013). A parameter moves for a target only where
the two belong together over the ensemble; the library's rule keeps correlations beyond three over the root of its size.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calibration.fit.errors import Observed
from calibration.fit.space import FURTHEST

Floats = NDArray[np.float64]
Live = Callable[[int, Floats], Floats]
"""Lives members at their places in a step and returns their targets: targets by members."""


class NoFitError(ValueError):
    """The targets and the model leave nothing to go on with."""


def smooth(places: Floats, observed: Observed, steps: int, live: Live, seed: int, localised: bool = True) -> Floats:
    """Return the members' places after all steps.

    Args:
        places: parameters by members, as deviations of the prior.
        observed: targets with their errors.
        steps: assimilations; the errors are inflated by their number in each.
        live: the model. A member that it refuses has NaN and stays out of the update.
        seed: of the perturbations of the targets.
        localised: whether to keep to pairs that belong together.

    Raises:
        NoFitError: when fewer than three members are left.
    """
    from iterative_ensemble_smoother import ESMDA, AdaptiveESMDA

    kind = AdaptiveESMDA if localised else ESMDA
    smoother = kind(covariance=observed.error**2, observations=observed.values, alpha=steps, seed=seed)
    places = places.copy()
    for step in range(smoother.num_assimilations()):
        values = live(step, places)
        good = ~np.isnan(values).any(axis=0)
        if good.sum() < 3:
            raise NoFitError("fewer than three members of the ensemble can be lived")
        smoother.prepare_assimilation(Y=values[:, good])
        more = {"n_jobs": 1} if localised else {}
        places[:, good] = smoother.assimilate_batch(X=places[:, good], **more)
        np.clip(places, -FURTHEST, FURTHEST, out=places)
    return places
