"""``wijklab trial``: what it says, in both languages and as JSON, and what it refuses."""

import json
from pathlib import Path

import pytest

from app.cli import main
from calibration.trials.design import SMALLEST_CELL

SMALL = ["--sample", "0.5", "--enrol-years", "1", "--follow-years", "1", "--replicates", "1", "--workers", "1"]
LARGEST_COUNT = 10**7
"""Life ids are numbers of 64 bits: nothing that is told is as large."""


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["trial", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [each for item in value.values() for each in numbers(item)]
    if isinstance(value, list):
        return [each for item in value for each in numbers(item)]
    return [value] if isinstance(value, int | float) else []


def test_a_lottery_in_json_adds_up_keeps_no_identities_and_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["scared_straight", "--places", "60", *SMALL, "--json"]
    code, out, err = call(capsys, *asked)
    assert (code, err, out.count("\n")) == (0, "", 1)
    found = json.loads(out)
    (one,) = found["evaluations"]
    assert found["outcome"] == "suspect"
    assert found["summary"]["persons"] == one["winners"] + one["losers"] > 0
    assert all(abs(number) < LARGEST_COUNT for number in numbers(found))
    for name, seen in one["seen"].items():
        few = min(min(total, count - total) for total, count in zip(seen["totals"], seen["persons"], strict=True))
        if name != "registrations":
            assert seen["suppressed"] == (few < SMALLEST_CELL), name
    assert call(capsys, *asked)[1] == out


@pytest.mark.parametrize(("language", "won", "model"), [("nl", "ingeloot", "een model"), ("en", "won", "a model")])
def test_a_lottery_in_words(capsys: pytest.CaptureFixture[str], language: str, won: str, model: str) -> None:
    code, out, err = call(capsys, *SMALL, "--crossover", "0.2", "--register", "national", "--language", language)
    assert (code, err) == (0, "")
    assert won in out
    assert model in out
    assert f"<{SMALLEST_CELL}" in out
    assert "nan" not in out
    assert "20%" in out.splitlines()[2]


def test_nobody_to_draw_lots_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "cbt_in_detention", *SMALL, "--sample", "0.05", "--scenario", "geen-programma")
    assert code == 0
    assert "niemand om te loten" in out


def test_areas_in_words_and_in_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibration.trials.assign.FEWEST_AREAS", {"matched": 2, "stepped": 4})
    areas = ["--area", "vlaardingen-westwijk,delft-west,breda-noord,lelystad-oost"]
    few = ["--sample", "0.02", "--workers", "1"]
    pair = ["--area", "vlaardingen-westwijk,delft-west"]
    code, out, err = call(capsys, "huidig-beleid", "--design", "matched", "--years", "1", *pair, *few)
    assert (code, err) == (0, "")
    assert "delft-west" in out
    assert "Nagebootst is 2,0%" in out
    code, out, _ = call(capsys, "huidig-beleid", "--design", "stepped", "--steps", "2", *areas, *few, "--json")
    found = json.loads(out)
    assert code == 0
    assert sorted(found["starts"].values()) == [2026, 2026, 2027, 2027]
    assert list(found["power"]) == ["2026", "2027"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mentorin"], "(bedoelde u 'mentoring'?)"),
        (["halt"], "geen plaatsen per persoon"),
        (["--design", "lotery"], "(bedoelde u 'lottery'?)"),
        (["--area", "vlaardingen"], "vlaardingen-westwijk"),
        (["--area", "delft-west,breda-noord"], "--area"),
        (["--outcome", "suspects"], "(bedoelde u 'suspect'?)"),
        (["--places", "0"], "--places"),
        (["--crossover", "1.5"], "--crossover"),
        (["--register", "cbs"], "local, national"),
        (["--enrol-years", "15", "--follow-years", "15"], "30"),
        (["--steps", "3"], "--steps"),
        (["--replicates", "0"], "--replicates"),
        (["--design", "matched", "--places", "10"], "--places"),
        (["--design", "matched", "--area", "delft-west"], "12"),
        (["--design", "stepped", "--steps", "5", "--area", "delft-west,breda-noord"], "10"),
        (["--design", "stepped", "--years", "2"], "--years"),
        (["--design", "stepped", "--outcome", "suspect"], "--outcome"),
        (["geen-programma", "--design", "matched"], "geen-programma"),
        (["preventie", "--design", "matched"], "preventie-met-gezag"),
    ],
)
def test_a_wrong_request_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    code, out, err = call(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_an_option_that_a_file_holds_for_every_command_is_named_and_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = call(capsys, *SMALL, "--years", "4")
    assert (code, err.count("\n")) == (0, 1)
    assert "--years telt niet mee" in err
    assert out
