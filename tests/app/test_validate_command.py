"""``wijklab validate``, ``wijklab score`` and the verdicts that travel with results."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.verdicts import verdict_sentence, verdict_word, verdicts_of
from app.words import Words
from calibration.forecasts import frozen as frozen_module
from calibration.forecasts.frozen import freeze, rows_of
from calibration.forecasts.lives import YEARS
from calibration.forecasts.naive import forecasted
from calibration.validation import run
from calibration.validation.behaviours import Behaviour, Found
from calibration.validation.holdouts import load_holdouts
from calibration.validation.lives import COUNTED
from scenarios.verdicts import verdicts

EN, NL = Words("en"), Words("nl")
HELD_OUT = sum(cell.use == "HOLDOUT" for cell in load_holdouts())


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = call(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err
    return err


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an area give whatever, at once."""

    def live(area: str, draw: int, sample: float | None) -> dict[str, float]:
        names = ("residents_base", "homes", "weak_base", *COUNTED, "minor_suspects_first")
        return dict.fromkeys(names, 10.0) | {"residents_end": 10.0 + draw, "weak_end": 9.0, "weak_end_without": 9.5}

    monkeypatch.setattr(run, "live_area", live)


def test_the_shipped_validation_says_how_many_were_held_out_and_what_it_is_good_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = call(capsys, "validate", "--shipped")
    assert (code, err) == (0, "")
    assert f" van {HELD_OUT} achtergehouden cijfers" in out
    assert "Waarvoor het model geschikt is" in out
    assert any(NL(f"verdict.{one.verdict}") in out for one in verdicts().values())
    assert "Leefbaarheid" in out


def test_as_json_it_is_one_line_with_cells_verdicts_and_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "validate", "--shipped", "--json", "--language", "en")
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["held_out"] == HELD_OUT
    assert len(found["cells"]) == len(load_holdouts())
    assert {one["family"] for one in found["verdicts"]} == set(verdicts())
    assert found["left_out"]
    assert all(one["use"] != "HOLDOUT" for one in found["behaviours"])


@pytest.mark.usefixtures("pretended")
def test_some_areas_test_some_cells_and_the_rest_stays_open(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(
        capsys, "validate", "--area", "heerlen-noord", "--draws", "3", "--sample", "0.1", "--workers", "1", "--json"
    )
    rows = {row["id"]: row for row in json.loads(out)["cells"]}
    assert rows["H01c"]["median"] == pytest.approx(1.0)
    assert rows["H01c"]["draws"] == 3
    assert rows["H01a"]["median"] is None


@pytest.mark.usefixtures("pretended")
@pytest.mark.parametrize(("draws", "code"), [("19", 0), ("20", 1)])
def test_a_miss_that_nobody_explained_is_loud_once_there_are_draws_enough(
    draws: str, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calibration.validation.table.notes", dict)
    asked = ("validate", "--area", "heerlen-noord", "--draws", draws, "--workers", "1", "--language", "en")
    found, out, err = call(capsys, *asked)
    assert found == code
    assert "What the model is good for" in out
    assert ("without an explanation" in err and "H01" in err) == bool(code)


@pytest.mark.usefixtures("pretended")
def test_a_miss_that_is_explained_is_told_and_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "validate", "--area", "heerlen-noord", "--draws", "20", "--workers", "1")
    assert (code, err) == (0, "")
    assert "NEE" in out


def test_a_behaviour_that_no_longer_holds_is_loud(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Behaviour("check", "Niets doet iets", "Nothing does something", (Found("E14", 0.5, 0.97, 1.03, False),))
    monkeypatch.setattr("calibration.validation.behaviours.behaviours", lambda: (one,))
    code, _, err = call(capsys, "validate", "--shipped", "--language", "en")
    assert code == 1
    assert "Nothing does something" in err


@pytest.mark.usefixtures("pretended")
def test_parts_are_kept_only_where_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    few = ("validate", "--area", "delft-west", "--draws", "2", "--workers", "1", "--json")
    call(capsys, *few)
    assert not list(tmp_path.iterdir())
    call(capsys, *few, "--out", "kept")
    assert len(list((tmp_path / "kept").glob("*/delft-west-*.json"))) == 2


@pytest.mark.parametrize("kind", [".md", ".csv", ".json"])
def test_the_report_goes_to_a_file(kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / f"report{kind}"
    assert call(capsys, "validate", "--shipped", "--to", str(target), "--language", "en")[0] == 0
    text = target.read_text(encoding="utf-8")
    if kind == ".md":
        assert text.startswith("# Validation")
    elif kind == ".csv":
        assert len(list(csv.DictReader(text.splitlines()))) == len(load_holdouts())
    else:
        assert json.loads(text)["schema"] == 1
    assert "bestaat al" in refused(capsys, "validate", "--shipped", "--to", str(target))
    assert call(capsys, "validate", "--shipped", "--to", str(target), "--overwrite")[0] == 0


def test_wrong_requests_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert ".md" in refused(capsys, "validate", "--to", "x.doc")
    assert "delft-west" in refused(capsys, "validate", "--area", "delft")
    assert "--draws" in refused(capsys, "validate", "--draws", "0")
    assert "--sample" in refused(capsys, "validate", "--sample", "2")
    assert "nergens" in refused(capsys, "validate", "--shipped", "--to", str(tmp_path / "nergens" / "x.md"))


# --- scores


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    facts = {"date": "2026-11-22", "commit": "c", "fingerprint": "f", "posterior": "prior"}
    parts: Any = {
        ("delft-west", draw): {f"{what}:{year}": (0.5 + draw / 100, 5000.0) for what in forecasted() for year in YEARS}
        for draw in range(1, 21)
    }
    place = tmp_path / "frozen"
    place.mkdir()
    freeze("2026-11", rows_of(parts), facts, place)
    monkeypatch.setattr(frozen_module, "here", lambda: place)
    return place


def new_figures(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "new.csv"
    path.write_text("\n".join(["area,outcome,year,value", *lines]) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("frozen")
def test_new_figures_are_scored_beside_two_naive_forecasts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = new_figures(tmp_path, "delft-west,employed_share,2026,0.6", "delft-west,inflow_share,2026,0.6")
    code, out, _ = call(capsys, "score", file, "--language", "en")
    assert code == 0
    assert "Forecast 2026-11, frozen on 2026-11-22" in out
    assert "Employed, aged 15 to 74" in out
    assert "All outcomes" in out
    found = json.loads(call(capsys, "score", file, "--json")[1])
    assert found["forecast"] == "2026-11"
    assert [one["figures"] for one in found["summary"]] == [1, 1, 2]
    assert found["figures"][0]["inside_90"] is True
    assert found["summary"][-1]["skill_national"] > 0


@pytest.mark.usefixtures("frozen")
def test_scores_go_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file, target = new_figures(tmp_path, "delft-west,employed_share,2026,0.6"), tmp_path / "scores.csv"
    assert call(capsys, "score", file, "--to", str(target))[0] == 0
    (row,) = csv.DictReader(target.read_text(encoding="utf-8").splitlines())
    assert float(row["crps"]) >= 0
    assert row["q50"]


def test_mistakes_in_figures_are_one_sentence(frozen: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = refused(capsys, "score", new_figures(tmp_path, "delft-west,employed_share,2026,62"))
    assert "percentage" in told
    assert "0.62" in told
    assert "delft-west" in refused(capsys, "score", new_figures(tmp_path, "delft,employed_share,2026,0.6"))
    assert "bestaat niet" in refused(capsys, "score", str(tmp_path / "none.csv"))
    assert "2026-11" in refused(capsys, "score", str(tmp_path / "none.csv"), "--forecast", "2025-01")
    table = frozen / "2026-11.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("5000", "9000"), encoding="utf-8")
    assert "veranderd" in refused(capsys, "score", new_figures(tmp_path, "delft-west,employed_share,2026,0.6"))


def test_without_a_frozen_forecast_that_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_module, "here", lambda: tmp_path)
    assert "nog geen voorspelling" in refused(capsys, "score", "x.csv")


# --- verdicts beside results


def test_a_sentence_names_the_families_of_what_is_shown_once() -> None:
    told = verdict_sentence(["welfare_share", "neet_share", "unknown"], EN)
    assert told.count("work and welfare") == 1
    assert EN(f"verdict.{verdicts()['work'].verdict}") in told
    assert "differences between areas" not in told
    assert "differences between areas" in verdict_sentence(["welfare_share"], EN, several_areas=True)
    assert verdict_sentence(["unknown"], EN) == ""


def test_an_outcome_has_a_word_and_a_reason_and_an_unknown_one_has_none() -> None:
    assert verdict_word("welfare_share", NL).startswith("Toetsing: ")
    assert verdict_word("unknown", NL) == ""
    assert set(verdicts_of(["welfare_share", "unknown"])) == {"welfare_share"}
