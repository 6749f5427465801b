"""``wijklab calibrate``: refuses what makes no sense, goes on where it was, writes what designs can read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import app.calibrate as command
from app.cli import main
from calibration import patterns
from calibration.fit import run as stages
from calibration.fit.space import place_of
from calibration.targets import fit_targets
from scenarios.design_file import parse_design
from scenarios.executors import ThisProcess
from sim.parameters import load_parameters

AREA = "vlaardingen-westwijk"
DEBTS, REGISTERED = "debts.first", "register.minor_registered"
SMALL = ["--area", AREA, "--first", "40", "--second", "4", "--members", "20", "--steps", "1"]


def _quick(
    area: str, sample: float, seed: int, draw: int = 0, changes: Mapping[str, float] | None = None
) -> dict[str, float]:
    p = load_parameters(draw, area).with_values(changes or {})
    level, debts = place_of(REGISTERED, p[REGISTERED]), place_of(DEBTS, p[DEBTS])
    noise = np.random.default_rng([seed, draw]).normal(0, 0.1, 2)
    return {
        "lived12plus_2023": 1e4, "suspects12plus_2023": 160 + 60 * (level - 0.7) + noise[0],
        "debt_signals_2023": 4.0 * 12 + 20 * (debts + 0.5) + noise[1], "residents_2023": 1e3,
    }  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def here(*asked: Any) -> Iterator[ThisProcess]:
        yield ThisProcess()

    monkeypatch.setattr(command, "workers_of", here)
    monkeypatch.setattr(patterns, "measures_of", _quick)
    monkeypatch.setattr(stages, "candidates", lambda: (REGISTERED, DEBTS))
    monkeypatch.setattr(stages, "table_rows", lambda name: [])
    monkeypatch.setattr(stages, "fit_targets", lambda: fit_targets(["P02", "P27a"]))


def test_a_fit_is_written_and_can_be_drawn_from(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fit"
    assert main(["calibrate", "--out", str(out), *SMALL, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["parameter"] for row in told["parameters"]} == {REGISTERED, DEBTS}
    assert [row["id"] for row in told["targets"]] == ["P02", "P27a"]
    text = f'schema = 2\nscenarios = ["integraal"]\nareas = ["{AREA}"]\ndraws = [1]\ndraws_from = "draws.parquet"\n'
    design = parse_design(text, "x", folder=out / "posterior")
    assert {path for path, _ in design.tasks()[0].changes} == {REGISTERED, DEBTS}
    assert main(["calibrate", "--out", str(out), *SMALL, "--language", "en"]) == 0
    assert "2 of 2 patterns" in capsys.readouterr().out


def test_a_world_that_fails_is_said_and_nothing_is_lost(
    quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lived = 0

    def fails(*given: Any, **more: Any) -> dict[str, float]:
        nonlocal lived
        lived += 1
        if lived == 30:
            raise MemoryError("full")
        return _quick(*given, **more)

    monkeypatch.setattr(patterns, "measures_of", fails)
    asked = ["calibrate", "--out", str(tmp_path / "fit"), *SMALL, "--language", "en"]
    assert main(asked) == 1
    assert "MemoryError" in capsys.readouterr().err
    kept = len(list((tmp_path / "fit" / "worlds").glob("*.json")))
    assert kept == 29
    assert main(asked) == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--members", "3"], "--members"),
        (["--steps", "0"], "--steps"),
        (["--first", "x"], "--first"),
        (["--sample", "2"], "sample"),
        (["--area", "vlaardingen"], "vlaardingen-westwijk"),
        (["--scheduler", "here"], "here"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_bad_requests_get_one_sentence(
    more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "--out", str(tmp_path / "fit"), *more, "--language", "en"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert not (tmp_path / "fit").exists()


def test_another_fit_is_not_mixed_in(quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "fit")
    assert main(["calibrate", "--out", out, *SMALL]) == 0
    assert main(["calibrate", "--out", out, *SMALL[:-1], "2", "--language", "en"]) == 2
    assert "steps: 1" in capsys.readouterr().err
