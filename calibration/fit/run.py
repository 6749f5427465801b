"""The fit, stage by stage: chance and scale, history matching in waves, the ensemble smoother, what came out.

Every stage follows from the settings alone, and every world that was lived is kept: a fit that was stopped goes on
where it was and ends as one that was not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.fit.emulator import IMPLAUSIBLE, Emulator, choose, learn
from calibration.fit.errors import Observed, observe
from calibration.fit.forward import Forward, Member
from calibration.fit.smoother import NoFitError, smooth
from calibration.fit.space import candidates, changes_of, prior_places
from calibration.patterns import TABLE, table_rows
from calibration.targets import Target, fit_targets
from scenarios.executors import Workers
from sim.fingerprint import fingerprint

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

AREAS = ("arnhem-oost", "den-haag-zuidwest", "groningen-noord", "rotterdam-zuid", "utrecht-overvecht")
"""The areas with targets of their own."""

POOL = 20_000
"""Places of the prior among which those that are not implausible are looked for."""

OUT_OF_REACH = 3.0
"""A target is out of reach when every run at prior draws lies further than this from it, on one side, in deviations."""

FEWEST_LEFT = 200
"""Fewer places of the pool than this leave too little to go on with."""

SETTINGS = "settings.json"


class SettingsDifferError(ValueError):
    """A folder holds a fit with other settings, or of another model."""


@dataclass(frozen=True)
class Settings:
    """What a fit follows from.

    Attributes:
        areas: areas that are lived.
        sample: share of their streets.
        first, second: runs of the two waves of history matching.
        members: members of the ensemble.
        steps: assimilations.
        repeats: runs at the central values, for chance and scale.
        seed: of everything that is drawn.
    """

    areas: tuple[str, ...] = AREAS
    sample: float = 0.1
    first: int = 160
    second: int = 64
    members: int = 80
    steps: int = 3
    repeats: int = 5
    seed: int = 1


@dataclass(frozen=True)
class Fit:
    """What came of a fit.

    Attributes:
        settings: what it follows from.
        observed: the targets it used, with their errors.
        out_of_reach: targets that no run at prior draws came near: they took no part.
        paths: parameters that were fitted.
        expected: for every candidate the share of its prior variance the targets were expected to take away.
        left: share of the prior that is not implausible after each wave.
        before: all targets in the first wave: targets by draws.
        places: parameters by members, in deviations of their prior.
        values: all targets by members after the fit.
        draws: draw of each member.
        left_out: draws that the model refused, or in which some target has nobody to be measured on.
        targets: all targets, in the order of ``before`` and ``values``.
    """

    settings: Settings
    observed: Observed
    out_of_reach: tuple[str, ...]
    paths: tuple[str, ...]
    expected: Mapping[str, float]
    left: tuple[float, ...]
    before: Floats
    places: Floats
    values: Floats
    draws: tuple[int, ...]
    left_out: tuple[int, ...]
    targets: tuple[Target, ...]


def calibrate(
    settings: Settings,
    folder: Path,
    workers: Workers,
    progress: Progress = lambda stage, done, total: None,
    targets: Sequence[Target] | None = None,
) -> Fit:
    """Fit the parameters to the targets; what was lived before in the folder is not lived again.

    Args:
        settings: what to do.
        folder: where worlds are kept.
        workers: who lives them.
        progress: told stage, worlds done and worlds to do.
        targets: the targets of a fit unless given.

    Raises:
        SettingsDifferError: when the folder holds another fit.
        FitError: when a world failed; what was lived is kept.
    """
    hold(folder, settings)
    listed = fit_targets() if targets is None else tuple(targets)
    forward = Forward(settings.areas, settings.sample, folder / "worlds", workers)
    stages = _Stages(settings, listed, forward, progress)
    return stages.carry_out()


def hold(folder: Path, settings: Settings) -> None:
    """Make a folder that of a fit, or see that it is.

    Raises:
        SettingsDifferError: when it is another one's.
    """
    told = json.loads(json.dumps({"fingerprint": fingerprint(), **asdict(settings)}))
    place = folder / SETTINGS
    if place.exists():
        kept = json.loads(place.read_text(encoding="utf-8"))
        other = [name for name in told if kept.get(name) != told[name]]
        if other:
            raise SettingsDifferError(", ".join(f"{name}: {kept.get(name)}" for name in other))
        return
    folder.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


class _Stages:
    def __init__(self, settings: Settings, targets: tuple[Target, ...], forward: Forward, progress: Progress) -> None:
        self.settings, self.targets, self.forward, self.progress = settings, targets, forward, progress
        self.left_out: list[int] = []

    def carry_out(self) -> Fit:
        own = self.settings
        chance = self._chance_and_scale()
        observed = observe(self.targets, chance)
        paths, draws = candidates(), range(1, own.first + 1)
        everything = prior_places(paths, draws)
        before = self._live("first wave", (), draws, np.empty((0, own.first)))
        good = ~np.isnan(before).any(axis=0)
        reach = self._reach(before[:, good], observed)
        used = _part(observed, reach)
        chosen, expected = choose(everything[:, good], before[reach][:, good], used)
        fitted = tuple(paths[one] for one in chosen)
        places, values = everything[chosen][:, good], before[reach][:, good]
        emulator = learn(places, values)
        pool = np.random.default_rng([own.seed, 1]).standard_normal((len(fitted), POOL))
        plausible, left = self._left(emulator, pool, used)
        second = range(own.first + 1, own.first + own.second + 1)
        more = plausible[:, : own.second]
        lived = self._live("second wave", fitted, second, more)[reach]
        fine = ~np.isnan(lived).any(axis=0)
        places, values = np.hstack([places, more[:, fine]]), np.hstack([values, lived[:, fine]])
        plausible, again = self._left(learn(places, values), pool, used)
        members = range(1, own.members + 1)

        def live(step: int, at: Floats) -> Floats:
            return self._live(f"step {step + 1} of {own.steps}", fitted, members, at)[reach]

        after = smooth(plausible[:, : own.members], used, own.steps, live, own.seed)
        ended = self._live("after", fitted, members, after)
        return Fit(
            own, used, tuple(one.id for one, kept in zip(self.targets, reach, strict=True) if not kept), fitted,
            dict(zip(paths, expected.tolist(), strict=True)), (left, again), before[:, good], after, ended,
            tuple(members), tuple(sorted(set(self.left_out))), self.targets,
        )  # fmt: skip

    def _chance_and_scale(self) -> Floats:
        """Learn how the areas stand for all twenty, and how far a run lies from the mean by chance."""
        whole = {row["id"]: float(row["value"]) for row in table_rows(TABLE) if row["value"]}
        found = np.array([
            replace(self.forward, seed=repeat).targets(
                [Member(0)], self.targets, lambda done, total: self.progress("chance", done, total)
            )[:, 0]
            for repeat in range(1, self.settings.repeats + 1)
        ])  # fmt: skip
        mean, spread = found.mean(axis=0), found.std(axis=0, ddof=1)
        scale = {
            one.id: whole[one.id] / here
            for one, here in zip(self.targets, mean, strict=True)
            if not one.scope.startswith("area:") and one.id in whole and here
        }
        self.forward = replace(self.forward, scale=scale)
        return spread * np.array([abs(scale.get(one.id, 1.0)) for one in self.targets])

    def _live(self, stage: str, paths: Sequence[str], draws: Sequence[int], places: Floats) -> Floats:
        members = [
            Member(draw, {area: changes_of(paths, places[:, column], draw, area) for area in self.settings.areas})
            for column, draw in enumerate(draws)
        ]
        values = self.forward.targets(members, self.targets, lambda done, total: self.progress(stage, done, total))
        self.left_out += [draw for column, draw in enumerate(draws) if np.isnan(values[:, column]).any()]
        return values

    def _reach(self, before: Floats, observed: Observed) -> NDArray[np.bool_]:
        distance = (before - observed.values[:, None]) / observed.error[:, None]
        return np.asarray(~((distance > OUT_OF_REACH).all(axis=1) | (distance < -OUT_OF_REACH).all(axis=1)))

    def _left(self, emulator: Emulator, pool: Floats, observed: Observed) -> tuple[Floats, float]:
        """Return the places of the pool that are not implausible, and their share."""
        distance = emulator.implausibility(pool, observed)
        good = distance <= IMPLAUSIBLE
        if good.sum() < FEWEST_LEFT:
            raise NoFitError(
                f"history matching leaves {good.sum()} of {POOL} places; "
                f"the nearest is {distance.min():.2f} deviations away, {IMPLAUSIBLE:g} is the most"
            )
        return pool[:, good], float(good.mean())


def _part(observed: Observed, which: NDArray[np.bool_]) -> Observed:
    """Return the observed targets that take part."""
    return Observed(
        tuple(one for one, kept in zip(observed.targets, which, strict=True) if kept),
        observed.values[which], observed.doubt[which], observed.discrepancy[which], observed.chance[which],
    )  # fmt: skip


def facts_of(fit: Fit) -> dict[str, Any]:
    """Return what a posterior says of the fit it comes from."""
    return {
        "fingerprint": fingerprint(),
        "settings": {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(fit.settings).items()
        },
        "targets": len(fit.observed.ids),
        "out_of_reach": list(fit.out_of_reach),
        "left_after_waves": [round(one, 4) for one in fit.left],
        "left_out_draws": list(fit.left_out),
    }
