"""Does the fit find back what it is not told: a hundred small worlds with known parameters, fitted like real ones.

``python -m calibration.fit.recovery`` draws true values of six parameters from their priors, lives a small area under
each of them, hides the values and fits them from the patterns of that one world, in the same way as the real fit:
history matching with an emulator, then the ensemble smoother. A hundred fits with the model itself in every step would
take most of a day, so the emulator stands in for it inside the smoother, with the chance that it has; a few fits are
repeated with the model itself. Other ways to fit are measured on the same worlds, which is how this one was chosen.
Everything lived is kept under ``output/recovery``. Results: ``calibration/fit/recovery.csv`` and ``methods.csv``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.fit.emulator import IMPLAUSIBLE, Emulator, learn
from calibration.fit.errors import Observed
from calibration.fit.forward import Forward, Member
from calibration.fit.smoother import smooth
from calibration.fit.space import changes_of
from calibration.kept_tables import teller, write_table
from calibration.targets import Target, fit_targets
from scenarios.executors import Workers
from scenarios.runner import processes
from sim.fingerprint import fingerprint

Floats = NDArray[np.float64]
Live = Callable[[int, Floats], Floats]

AREA, SAMPLE = "vlaardingen-westwijk", 1.0
PARAMETERS = (
    "offending.level",
    "offending.group_share_minors",
    "debts.accept_visit",
    "debts.leaves",
    "demography.out_ratio",
    "work.turnover",
)
TRUTHS, WAVE = 100, 240
MEMBERS, STEPS, POOL = 80, 3, 4_000
WITH_THE_MODEL, MEMBERS_OF_MODEL = 2, 40
"""Fits repeated with the model itself, and the members of each."""

DOUBT = 0.15
"""Doubt of a figure in these worlds, as a share of its spread over the prior; less than real ones have, to be found."""

LOW, HIGH = 0.05, 0.95
ABC_KEPT = 0.02
"""Share of the pool that the nearest-neighbour way keeps."""

METHODS = ("way", "coverage", "width", "error", "runs", "fingerprint", "date")


@dataclass(frozen=True)
class Small:
    """The small problem: what was lived at prior draws, and what stands in for the model.

    Attributes:
        emulator: learned from the wave.
        pool: places of the prior: parameters by places.
        mean, sd: what the emulator says of the targets there.
        spread: spread of the targets over the wave.
    """

    emulator: Emulator
    pool: Floats
    mean: Floats
    sd: Floats
    spread: Floats


def prepare(places: Floats, values: Floats, size: int = POOL) -> Small:
    """Return the small problem from members that were lived at draws of the prior."""
    emulator = learn(places, values)
    pool = np.random.default_rng(11).standard_normal((places.shape[0], size))
    return Small(emulator, pool, *emulator.predict(pool), values.std(axis=1))


def observed_of(values: Floats, targets: Sequence[Target], spread: Floats, seed: int) -> Observed:
    """Return the figures of one world, with the doubt that figures have: they are moved by it, as real ones are."""
    doubt = DOUBT * spread
    seen = values + doubt * np.random.default_rng([7, seed]).standard_normal(values.size)
    nothing = np.zeros(values.size)
    return Observed(tuple(targets), seen, doubt, nothing, nothing)


# --- ways to fit: each returns places, parameters by members


def matched_and_smoothed(small: Small, observed: Observed, seed: int, live: Live | None = None) -> Floats:
    """The way of the real fit: what is implausible is left out, then the localised smoother."""
    plausible = small.pool[:, _implausibility(small, observed) <= IMPLAUSIBLE]
    if plausible.shape[1] < MEMBERS:  # a world far from the middle: the nearest places
        plausible = small.pool[:, np.argsort(_implausibility(small, observed), kind="stable")[:MEMBERS]]
    members = MEMBERS if live is None else MEMBERS_OF_MODEL
    return smooth(plausible[:, :members], observed, STEPS, live or _stand_in(small, seed), seed)


def smoothed_only(small: Small, observed: Observed, seed: int, localised: bool = True) -> Floats:
    """The smoother from the prior."""
    return smooth(small.pool[:, :MEMBERS], observed, STEPS, _stand_in(small, seed), seed, localised)


def smoothed_everywhere(small: Small, observed: Observed, seed: int) -> Floats:
    """The smoother from the prior without localisation."""
    return smoothed_only(small, observed, seed, localised=False)


def matched_only(small: Small, observed: Observed, seed: int) -> Floats:
    """History matching alone: whatever is not implausible."""
    left = small.pool[:, _implausibility(small, observed) <= IMPLAUSIBLE]
    return left if left.shape[1] >= 2 else small.pool[:, np.argsort(_implausibility(small, observed))[:2]]


def nearest(small: Small, observed: Observed, seed: int) -> Floats:
    """Approximate Bayesian computation by rejection: the places whose targets come out nearest (Beaumont 2002)."""
    drawn = small.mean + small.sd * np.random.default_rng([5, seed]).standard_normal(small.mean.shape)
    distance = (((drawn - observed.values[:, None]) / small.spread[:, None]) ** 2).sum(axis=0)
    return small.pool[:, np.argsort(distance, kind="stable")[: round(ABC_KEPT * distance.size)]]


WAYS: dict[str, tuple[Callable[[Small, Observed, int], Floats], int]] = {
    "matching-and-localised-smoother": (matched_and_smoothed, WAVE + MEMBERS * (STEPS + 1)),
    "localised-smoother": (smoothed_only, MEMBERS * (STEPS + 1)),
    "smoother": (smoothed_everywhere, MEMBERS * (STEPS + 1)),
    "matching": (matched_only, WAVE),
    "rejection-abc": (nearest, WAVE),
}
"""Ways by name, with the runs of the model that a fit of its own would need."""

CHOSEN = "matching-and-localised-smoother"


def _implausibility(small: Small, observed: Observed) -> Floats:
    distance = np.abs(small.mean - observed.values[:, None]) / np.hypot(observed.error[:, None], small.sd)
    return np.asarray(np.sort(distance, axis=0)[-2])


def _stand_in(small: Small, seed: int) -> Live:
    """Return the emulator as the model, every member with chance of its own that stays with it."""
    rng = np.random.default_rng([3, seed])
    chance: list[Floats] = []

    def live(step: int, places: Floats) -> Floats:
        mean, sd = small.emulator.predict(places)
        if not chance:
            chance.append(rng.standard_normal(mean.shape))
        return np.asarray(mean + sd * chance[0])

    return live


# --- the worlds


def truths_of(count: int) -> Floats:
    """Return the true places of the worlds: parameters by worlds."""
    return np.random.default_rng(2).standard_normal((len(PARAMETERS), count)).clip(-2.5, 2.5)


def lived(forward: Forward, places: Floats, targets: Sequence[Target], first: int) -> Floats:
    """Live members at places, everything else at its central value; targets by members."""
    members = [
        Member(0, {AREA: changes_of(PARAMETERS, places[:, column], 0)}, seed=first + column)
        for column in range(places.shape[1])
    ]
    return forward.targets(members, targets, teller())


def measured(small: Small, worlds: Floats, truths: Floats, targets: Sequence[Target], way: str) -> list[dict[str, str]]:
    """Fit every world in one way and return a row per world and parameter."""
    fit, _ = WAYS[way]
    rows = []
    for number in range(truths.shape[1]):
        observed = observed_of(worlds[:, number], targets, small.spread, number)
        rows += _rows(fit(small, observed, number), truths[:, number], number, way)
    return rows


def _rows(places: Floats, truth: Floats, number: int, way: str) -> list[dict[str, str]]:
    ends = np.quantile(places, (LOW, 0.5, HIGH), axis=1)
    today = datetime.now(UTC).date().isoformat()
    return [
        {
            "truth": str(number + 1), "parameter": path, "true": f"{true:.3f}", "low": f"{low:.3f}",
            "middle": f"{middle:.3f}", "high": f"{high:.3f}", "inside": "yes" if low <= true <= high else "no",
            "way": way, "fingerprint": fingerprint(), "date": today,
        }
        for path, true, low, middle, high in zip(PARAMETERS, truth, *ends, strict=True)
    ]  # fmt: skip


def summary(rows: Sequence[dict[str, str]], way: str) -> dict[str, str]:
    """Return how often the intervals of a way hold the truth, how wide they are, and how far its middle is off."""
    mine = [row for row in rows if row["way"] == way]
    inside = np.mean([row["inside"] == "yes" for row in mine])
    width = np.mean([float(row["high"]) - float(row["low"]) for row in mine])
    error = np.sqrt(np.mean([(float(row["middle"]) - float(row["true"])) ** 2 for row in mine]))
    return {
        "way": way, "coverage": f"{inside:.3f}", "width": f"{width:.3f}", "error": f"{error:.3f}",
        "runs": str(WAYS[way][1]), "fingerprint": mine[0]["fingerprint"], "date": mine[0]["date"],
    }  # fmt: skip


def informative(places: Floats, values: Floats) -> list[int]:
    """Return the targets that vary over the wave and can be measured in the small area everywhere."""
    good = ~np.isnan(values).any(axis=1)
    return [int(one) for one in np.flatnonzero(good & (values.std(axis=1) > 0))]


def everything(workers: Workers, folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Live all worlds and fit them in all ways; return the rows of both tables."""
    forward = Forward((AREA,), SAMPLE, folder, workers)
    listed = [one for one in fit_targets() if not one.scope.startswith("area:")]
    wave = np.random.default_rng(1).standard_normal((len(PARAMETERS), WAVE)).clip(-3, 3)
    truths = truths_of(TRUTHS)
    values, worlds = lived(forward, wave, listed, 1_000), lived(forward, truths, listed, 1)
    used = [one for one in informative(wave, values) if not np.isnan(worlds[one]).any()]
    targets = [listed[one] for one in used]
    small = prepare(wave, values[used])
    rows = [row for way in WAYS for row in measured(small, worlds[used], truths, targets, way)]
    ways = [summary(rows, way) for way in WAYS]
    again = []
    for number in range(WITH_THE_MODEL):
        observed = observed_of(worlds[used][:, number], targets, small.spread, number)

        def live(step: int, at: Floats, number: int = number) -> Floats:
            return lived(forward, at, listed, 10_000 * (number + 1))[used]

        again += _rows(matched_and_smoothed(small, observed, number, live), truths[:, number], number, "with-the-model")
    return [row for row in rows if row["way"] == CHOSEN] + again, ways


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    with processes(asked.workers) as workers:
        rows, ways = everything(workers, Path("output") / "recovery" / fingerprint()[:16])
    write_table("fit/recovery.csv", rows)
    write_table("fit/methods.csv", ways)
    for row in ways:
        print({name: row[name] for name in METHODS[:5]})


if __name__ == "__main__":
    main()
