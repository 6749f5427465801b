"""The fit: it sees nothing held out, finds back what it is not told, and resumes as if never stopped."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import patterns
from calibration.fit import run as stages
from calibration.fit.emulator import choose, correlations, expected_learning, learn, seen
from calibration.fit.errors import Observed, observe
from calibration.fit.forward import FitError, Forward, Member
from calibration.fit.learned import (
    draw_rows,
    kept_members,
    parameter_rows,
    shipped_parameters,
    target_rows,
    write_posterior,
)
from calibration.fit.run import Settings, SettingsDifferError, calibrate
from calibration.fit.space import FURTHEST, NEVER_FITTED, candidates, changes_of, place_of, prior_places, value_at
from calibration.targets import Target, TargetError, fit_targets, load_targets
from scenarios.executors import ThisProcess
from scenarios.parameter_limits import limits_of
from sim.fingerprint import fingerprint
from sim.parameters import ParameterError, declared_parameters, load_parameters

AREA = "vlaardingen-westwijk"
LOCAL, LEVEL, DEBTS, PEERS = "offending.level", "register.minor_registered", "debts.first", "offending.peers"


# --- the wall


def test_a_fit_that_asks_for_what_is_held_out_fails(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="kept for validation"):
        calibrate(Settings(), tmp_path, ThisProcess(), targets=fit_targets(["P31"]))


def test_the_fit_sees_rows_to_be_calibrated_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(stages._Stages, "carry_out", lambda self: asked.extend(self.targets))
    calibrate(Settings(), tmp_path, ThisProcess())
    assert asked
    assert {one.use for one in asked} == {"calibrate"}
    assert {one.id for one in load_targets() if one.use == "calibrate"} == {one.id for one in asked}


def test_no_effect_of_a_programme_is_fitted() -> None:
    assert candidates()
    assert not [path for path in candidates() if path.partition(".")[0] in NEVER_FITTED]
    assert all(declared_parameters()[path].distribution.kind != "fixed" for path in candidates())


# --- the scale


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(candidates()), st.floats(-2.9, 2.9))
def test_places_and_values_are_inverse(path: str, z: float) -> None:
    value = value_at(path, z)
    low, high = limits_of(declared_parameters()[path])
    assert low <= value <= high
    assert value_at(path, place_of(path, value)) == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_prior_draws_come_back_from_their_places() -> None:
    paths = candidates()[:25]
    places = prior_places(paths, [1, 2, 3])
    assert np.abs(places).max() <= FURTHEST
    for column, draw in enumerate((1, 2, 3)):
        drawn = load_parameters(draw)
        for path, value in changes_of(paths, places[:, column], draw).items():
            assert value == pytest.approx(drawn[path], rel=1e-3, abs=1e-6)


def test_an_area_keeps_its_own_deviation() -> None:
    here = load_parameters(5, AREA)[LOCAL] / load_parameters(5)[LOCAL]
    (own,) = changes_of([LOCAL], np.array([0.0]), 5, AREA).values()
    (country,) = changes_of([LOCAL], np.array([0.0]), 5).values()
    assert own == pytest.approx(country * here)


# --- errors


def _target(**changes: Any) -> Target:
    facts: dict[str, Any] = {
        "id": "X1", "pattern": "", "scope": "programme", "use": "calibrate", "target": 10.0, "low": 8.0, "high": 12.0,
        "unit": "", "period": "2023", "provenance": "", "domain": "", "confidence": "high",
    }  # fmt: skip
    return Target(**facts | changes)


def test_what_sets_a_figure_apart_widens_its_error() -> None:
    plain, national, old, doubtful = (
        float(observe([_target(**changes)]).error[0])
        for changes in ({}, {"scope": "any"}, {"period": "2015 cohort"}, {"confidence": "low"})
    )
    assert plain == pytest.approx(4 / (2 * 1.6448536))
    assert min(national, old, doubtful) > plain


# --- the emulator


def _linear(size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    places = rng.standard_normal((6, size))
    slopes = np.zeros((2, 6))
    slopes[0, 0], slopes[1, 3] = 1.0, -2.0
    return places, slopes @ places + 0.1 * rng.standard_normal((2, size))


def _seen(values: np.ndarray) -> Observed:
    small = np.full(values.shape[0], 0.1)
    return Observed((_target(id="X1"), _target(id="X2")), np.array([0.5, -1.0]), small, small * 0, small * 0)


def test_what_the_targets_say_nothing_about_is_not_fitted() -> None:
    places, values = _linear(120)
    chosen, learning = choose(places, values, _seen(values))
    assert sorted(chosen) == [0, 3]
    assert learning[[1, 2, 4, 5]] == pytest.approx(0, abs=1e-9)


def test_noise_belongs_to_nothing() -> None:
    rng = np.random.default_rng(4)
    places, values = rng.standard_normal((60, 100)), rng.standard_normal((20, 100))
    assert seen(places, values).sum() <= 2
    assert np.abs(correlations(places, places).diagonal() - 1).max() < 1e-9


def test_a_clear_target_takes_away_doubt_and_a_vague_one_does_not() -> None:
    places, values = _linear(120)
    clear = _seen(values)
    vague = Observed(clear.targets, clear.values, clear.doubt * 1e4, clear.discrepancy, clear.chance)
    assert expected_learning(places, values, clear)[0] > 0.9
    assert expected_learning(places, values, vague)[0] < 0.01


def test_far_places_are_implausible() -> None:
    places, values = _linear(120)
    emulator = learn(places, values)
    right, wrong = np.zeros((6, 1)), np.zeros((6, 1))
    right[0], right[3] = 0.5, 0.5
    wrong[0], wrong[3] = -2, -2
    distance = emulator.implausibility(np.hstack([right, wrong]), _seen(values))
    assert distance[0] < 1 < 3 < distance[1]


# --- the whole, with a model that answers at once


def _quick(
    area: str, sample: float, seed: int, draw: int = 0, changes: Mapping[str, float] | None = None
) -> dict[str, float]:
    p = load_parameters(draw, area).with_values(changes or {})
    rng = np.random.default_rng([seed, draw])
    level, debts = place_of(LEVEL, p[LEVEL]), place_of(DEBTS, p[DEBTS])
    if p[PEERS] > 1e6:
        raise ParameterError("refused")
    noise = rng.normal(0, 0.1, 3)
    return {
        "lived12plus_2023": 1e4, "suspects12plus_2023": 160 + 60 * (level - 0.7) + noise[0],
        "debt_signals_2023": 4.0 * 12 + 20 * (debts + 0.5) + noise[1], "residents_2023": 1e3,
        "cleared": 0.25 + 0.001 * noise[2], "registered": 1.0,
    }  # fmt: skip


def _answer_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(patterns, "measures_of", _quick)
    patch.setattr(stages, "candidates", lambda: (LEVEL, DEBTS, "health.damp", "work.record"))
    patch.setattr(stages, "table_rows", lambda name: [])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer_at_once(monkeypatch)


SMALL = Settings(areas=(AREA,), sample=0.1, first=40, second=6, members=24, steps=2, repeats=3)
TARGETS = ("P02", "P27a", "P14")


def _fit(folder: Path, own: Settings = SMALL) -> stages.Fit:
    return calibrate(own, folder, ThisProcess(), targets=fit_targets(TARGETS))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, stages.Fit]:
    """One fit with its folder, for every test that only looks at it."""
    folder = tmp_path_factory.mktemp("fit")
    with pytest.MonkeyPatch.context() as patch:
        _answer_at_once(patch)
        return folder, _fit(folder)


def test_the_truth_is_found_back(quick: None, once: tuple[Path, stages.Fit]) -> None:
    _, fit = once
    assert set(fit.paths) == {LEVEL, DEBTS}
    middle = dict(zip(fit.paths, np.median(fit.places, axis=1), strict=True))
    assert middle[LEVEL] == pytest.approx(0.7, abs=0.5)
    assert middle[DEBTS] == pytest.approx(-0.5, abs=0.5)
    rows = {row["parameter"]: row for row in parameter_rows(fit)}
    assert rows["health.damp"]["shipped"] == "no"
    assert float(rows[LEVEL]["learned"]) > 0.3
    assert {row["id"]: row["in_range"] for row in target_rows(fit)} == dict.fromkeys(TARGETS, "yes")
    assert {path for _, _, path, _ in draw_rows(fit)} == set(shipped_parameters(fit)) == {LEVEL, DEBTS}
    assert len(draw_rows(fit)) == 2 * len(kept_members(fit))


def test_a_fit_that_was_stopped_ends_as_one_that_was_not(
    quick: None, once: tuple[Path, stages.Fit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    write_posterior(once[1], whole / "posterior", "2026-01-01")
    lived = 0

    def stops(*given: Any, **more: Any) -> dict[str, float]:
        nonlocal lived
        lived += 1
        if lived % 50 == 0:
            raise KeyboardInterrupt
        return _quick(*given, **more)

    monkeypatch.setattr(patterns, "measures_of", stops)
    stopped = 0
    while True:
        try:
            fit = _fit(parts)
            break
        except KeyboardInterrupt:
            stopped += 1
    assert stopped >= 2
    write_posterior(fit, parts / "posterior", "2026-01-01")
    for place in sorted((whole / "posterior").iterdir()):
        assert place.read_bytes() == (parts / "posterior" / place.name).read_bytes()


def test_nothing_is_lived_twice(quick: None, once: tuple[Path, stages.Fit], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, first = once

    def never(*given: Any, **more: Any) -> dict[str, float]:
        raise AssertionError("lived again")

    monkeypatch.setattr(patterns, "measures_of", never)
    assert np.array_equal(_fit(folder).values, first.values)


def test_another_fit_is_not_mixed_in(quick: None, once: tuple[Path, stages.Fit]) -> None:
    with pytest.raises(SettingsDifferError, match="members"):
        _fit(once[0], Settings(areas=(AREA,), first=40, second=6, members=25, steps=2, repeats=3))


def test_a_world_that_fails_is_no_impossible_parameter(
    quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **more: Any) -> dict[str, float]:
        raise RuntimeError("no memory")

    forward = Forward((AREA,), 0.1, tmp_path, ThisProcess())
    monkeypatch.setattr(patterns, "measures_of", broken)
    with pytest.raises(FitError, match="no memory"):
        forward.measures([Member(1)], lambda done, total: None)
    monkeypatch.setattr(patterns, "measures_of", _quick)
    (found,) = forward.measures([Member(1)], lambda done, total: None)
    assert found is not None


def test_a_refused_draw_is_left_out(quick: None, tmp_path: Path) -> None:
    forward = Forward((AREA,), 0.1, tmp_path, ThisProcess())
    members = [Member(1), Member(2, {AREA: {PEERS: 1e7}})]
    values = forward.targets(members, fit_targets(TARGETS), lambda done, total: None)
    assert np.isnan(values[:, 1]).all()
    assert not np.isnan(values[:, 0]).any()


# --- what is shipped


def rows(name: str) -> list[dict[str, str]]:
    text = files("calibration").joinpath("fit", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("name", ["parameters.csv", "targets.csv", "recovery.csv", "methods.csv", "checked.csv"])
def test_tables_are_fresh(name: str) -> None:
    import sys

    stale = {row["fingerprint"] for row in rows(name)} - {fingerprint()}
    if stale and sys.version_info[:2] != (3, 11):
        pytest.skip(f"{name} was made with another Python or NumPy")
    assert not stale, f"{name} is of another model"


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    found = [row for row in rows("recovery.csv") if row["way"] == "matching-and-localised-smoother"]
    assert len(found) == 600
    assert 0.80 <= np.mean([row["inside"] == "yes" for row in found]) <= 0.97


def test_most_patterns_are_in_range_over_the_twenty_areas_and_misses_are_explained() -> None:
    from calibration.fit.learned import fit_misses

    found, fitted = rows("checked.csv"), rows("targets.csv")
    assert [row["id"] for row in found] == [row["id"] for row in fitted] == [one.id for one in fit_targets()]
    for row in found:
        inside = float(row["low"]) <= float(row["middle"]) <= float(row["high"])
        assert inside == (row["in_range"] == "yes")
    missed = [{row["id"] for row in table if row["in_range"] == "no"} for table in (found, fitted)]
    assert max(len(one) for one in missed) <= 0.2 * len(found)
    assert set.union(*missed) == set(fit_misses())
    assert all(entry["nl"].strip() and entry["en"].strip() for entry in fit_misses().values())


def test_the_shipped_draws_are_of_this_fit() -> None:
    from calibration.fit.learned import packaged_facts
    from scenarios.posterior import posterior

    found, facts = posterior(), packaged_facts()
    assert found is not None
    shipped = {row["parameter"] for row in rows("parameters.csv") if row["shipped"] == "yes"}
    assert set(found.parameters) == shipped == set(facts["shipped"])
    assert len(found.rows) == facts["members"]
