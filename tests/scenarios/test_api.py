"""The door for Python: a scenario from another, run, compared and written, in a few lines."""

from __future__ import annotations

from pathlib import Path

import fake_model
import pandas as pd
import pytest
from batch_tools import contents

from results.lock import FolderLock
from results.store import StoreError
from scenarios import api
from scenarios.api import load_design, load_scenario, run, run_design_in, vary
from scenarios.design_errors import DesignError
from scenarios.executors import ThisProcess
from sim.scenario import ScenarioError

SHARE = "programme.preventie_met_gezag.share_limits"
QUICK = {"areas": ["breda-noord", "heerlen-noord"], "years": 2, "draws": 2, "sample": 0.1}


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(api, "simulate", fake_model.counting)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_model.codebook_outcomes)
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", str(tmp_path / "count.txt"))


def counted(tmp_path: Path) -> int:
    place = tmp_path / "count.txt"
    return len(place.read_text().splitlines()) if place.exists() else 0


def test_a_scenario_of_ones_own_is_compared_and_not_run_twice(tmp_path: Path) -> None:
    plan = vary(load_scenario("preventie-met-gezag"), "fewer-limits", {SHARE: 0.05})
    results = run([plan, "integraal"], out=tmp_path / "out", **QUICK)
    assert results.scenarios == ("fewer-limits", "integraal")
    assert results.reference == "geen-programma"
    assert counted(tmp_path) == 3 * 2 * 2
    compared = pd.concat([results.compare(name) for name in results.scenarios], ignore_index=True)
    kept = pd.read_csv(tmp_path / "out/comparison.csv")
    assert list(kept["scenario"].unique()) == ["fewer-limits", "integraal"]
    pd.testing.assert_series_equal(kept["difference"], compared["difference"])
    assert set(compared["area"]) == {"breda-noord", "heerlen-noord", "all"}
    before = contents(tmp_path / "out")
    run([plan, "integraal"], out=tmp_path / "out", **QUICK)
    assert counted(tmp_path) == 12
    assert contents(tmp_path / "out") == before


def test_workers_may_be_ones_own(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    one = run("integraal", out=tmp_path / "a", progress=lambda *at: told.append(at), **QUICK)
    other = run("integraal", out=tmp_path / "b", workers=ThisProcess(), **QUICK)
    assert contents(one.folder) == contents(other.folder)
    assert told[0] == (0, 8)
    assert told[-1] == (8, 8)


def test_without_a_folder_it_is_a_temporary_one_that_stays() -> None:
    found = run("integraal", **{**QUICK, "areas": "breda-noord", "draws": 0})
    assert found.folder.is_dir()
    assert set(found.runs["draw"]) == {0}
    assert found.compare()["low"].isna().all()


def test_another_scenario_under_the_same_name_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    base = load_scenario("preventie-met-gezag")
    run(vary(base, "plan", {SHARE: 0.05}), out=tmp_path / "out", **QUICK)
    with pytest.raises(StoreError) as caught:
        run(vary(base, "plan", {SHARE: 0.06}), out=tmp_path / "out", **QUICK)
    assert caught.value.details == {"found": "scenarios/plan.toml"}
    with FolderLock(tmp_path / "busy"), pytest.raises(StoreError, match="another process"):
        run("integraal", out=tmp_path / "busy", **QUICK)


def test_mistakes_are_errors_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ValueError, match="areas"):
        run("integraal", out=out)
    with pytest.raises(ScenarioError, match="integraal"):
        run("integral", out=out, **QUICK)
    with pytest.raises(DesignError, match="sample"):
        run("integraal", out=out, **{**QUICK, "sample": 2.0})
    with pytest.raises(DesignError, match="years"):
        run("integraal", out=out, **{**QUICK, "years": 0})
    with pytest.raises(DesignError, match="geen-programma"):
        run("geen-programma", out=out, **QUICK)
    with pytest.raises(ValueError, match="breda"):
        run("integraal", out=out, **{**QUICK, "areas": ["breda-nord"]})
    with pytest.raises(ScenarioError):
        vary(load_scenario("integraal"), "x", {"programme.no_such_lever": 1.0})
    assert not out.exists()


def test_an_interrupt_is_told_and_what_was_finished_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(api, "simulate", fake_model.interrupted)
        with pytest.raises(KeyboardInterrupt):
            run("integraal", out=tmp_path / "out", **QUICK)
    found = run("integraal", out=tmp_path / "out", **QUICK)
    assert counted(tmp_path) == 4
    assert len(found.runs) == 8
    assert found.manifest["status"] == "done"


def test_a_design_that_was_read_is_run(tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_text(
        'schema = 1\nscenarios = ["integraal"]\nareas = ["breda-noord"]\ndraws = 1\nyears = 1\nsample = 0.1\n'
        f'[sweep]\nmethod = "grid"\n[sweep.levers]\n"{SHARE}" = [0.1, 0.2]\n'
    )
    found = run_design_in(load_design(tmp_path / "d.toml"), tmp_path / "out")
    assert found.runs[f"lever:{SHARE}"].dropna().tolist() == [0.1, 0.2]
    assert set(found.compare("integraal~0002")["reference"]) == {"geen-programma"}
