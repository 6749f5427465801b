"""``wijklab decide`` against a fake model: what it says, what it refuses, what it keeps."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import fake_ledger
import pytest

from app.cli import main
from calibration.decisions import packaged
from calibration.decisions.__main__ import main as make

ASKED = ["--area", "breda-noord", "--years", "2", "--workers", "1", "--draws", "20", "--sample", "0.1"]
PLAN = ["decide", "preventie-met-gezag", *ASKED]


@pytest.fixture(autouse=True)
def ledger(fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.api.simulate", fake_ledger.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_ledger.codebook_outcomes)
    monkeypatch.setattr("scenarios.codebook.parameter_entries", fake_ledger.parameters)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_choice_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, *PLAN)
    assert code == 0, err
    assert "Geen programma is beter dan Preventie met gezag in 100% van de toekomsten" in out
    assert "Geen onzekerheid gezien waarvan opheldering de keuze zou veranderen." in out
    assert "Spijt in 32 anders gebouwde werelden" in out
    assert "Wie de grootste spijt zo klein mogelijk houdt, kiest Geen programma." in out
    assert "Wat 100.000 euro per jaar erbij doet" in out
    code, out, _ = call(capsys, *PLAN, "--language", "en", "--parts", "draws")
    assert code == 0
    assert "No programme is better than" in out
    assert ["All", "gains", "together", "2.0", "times", "as", "large"] in [line.split() for line in out.splitlines()]
    assert "Regret" not in out
    few = ["--draws", "3", "--parts", "draws", "--language", "en"]
    assert "uncertainty whose clearing up would change the choice was not looked for" in call(capsys, *PLAN, *few)[1]


def test_json_holds_every_part_and_the_numbers_of_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, *PLAN, "--json")
    assert code == 0
    assert out.count("\n") == 1
    found = json.loads(out)
    # 11,000 a year out and 5,500 back, per thousand residents, at the rate of the fake
    factors = [(1 + fake_ledger.RATE) ** -(year + 0.5) for year in range(2)]
    net = -5.5 * sum(factors)
    draws = found["draws"]
    assert draws["break_even"]["preventie-met-gezag"]["net"] == pytest.approx(net)
    assert draws["break_even"]["preventie-met-gezag"]["gains_times"] == pytest.approx(2.0)
    assert draws["best"] == "geen-programma"
    assert draws["information"]["everything"] == 0.0
    regret = {one["option"]: one for one in found["structure"]["regret"]["options"]}
    assert regret["preventie-met-gezag"]["worst_regret"] == pytest.approx(-net)
    assert regret["geen-programma"]["best_in"] == 32
    assert len(found["next"]) == 6


def test_a_scenario_that_does_nothing_differs_by_nothing_anywhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "niets.toml").write_text(
        'schema = 1\nid = "niets"\nbase = "geen-programma"\nstart = "2025-01"\n'
        'title = { nl = "Niets", en = "Nothing" }\nexplanation = { nl = "Niets.", en = "Nothing." }\n',
        encoding="utf-8",
    )
    code, out, _ = call(capsys, "decide", "niets.toml", *ASKED, "--parts", "draws,structure", "--json")
    assert code == 0
    found = json.loads(out)
    for part in ("draws", "structure"):
        assert all(value == 0.0 for world in found[part]["euros_per_resident"] for value in world)
    assert found["draws"]["better_than_reference"] == {"niets": 0.5}
    assert found["draws"]["information"]["everything"] == 0.0
    assert found["structure"]["regret"]["choice"] == ["geen-programma", "niets"]
    code, out, _ = call(capsys, "decide", "niets.toml", *ASKED, "--parts", "draws")
    assert "Niets en Geen programma geven precies hetzelfde." in out


def test_several_options_are_weighed_together(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "decide", "preventie-met-gezag", "onderwijs", *ASKED, "--parts", "structure", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["scenarios"] == ["preventie-met-gezag", "onderwijs"]
    assert [one["option"] for one in found["structure"]["regret"]["options"]] == [
        "geen-programma",
        "preventie-met-gezag",
        "onderwijs",
    ]


def test_what_is_finished_is_not_repeated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [*PLAN, "--parts", "draws", "--out", str(tmp_path / "choice"), "--json"]
    first = call(capsys, *arguments)[1]

    def never(task: object) -> None:
        raise AssertionError("a finished run was repeated")

    monkeypatch.setattr("scenarios.api.simulate", never)
    code, again, _ = call(capsys, *arguments)
    assert code == 0
    assert again == first
    assert (tmp_path / "choice" / "draws" / "manifest.json").is_file()


def test_without_a_folder_nothing_is_left(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call(capsys, *PLAN, "--parts", "draws")[0] == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["geen-programma", *ASKED], "heten allebei"),
        (["preventie-met-gezagg", *ASKED], "preventie-met-gezag"),
        (["integraal", "--years", "2"], "--area ontbreekt"),
        (["integraal", *ASKED, "--parts", "draw"], "toegestaan: draws, structure, next"),
        (["integraal", *ASKED, "--draws", "-1"], "--draws"),
        (["integraal", *ASKED, "--years", "99"], "--years"),
        ([], "SCENARIO"),
    ],
)
def test_bad_requests_are_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = call(capsys, "decide", *arguments)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_the_packaged_tables_are_made_of_the_same_parts(tmp_path: Path) -> None:
    asked = ["--areas", "breda-noord", "--years", "2", "--draws", "12", "--workers", "1", "--to", str(tmp_path)]
    make(asked)
    rows = {
        name: list(csv.DictReader((tmp_path / name).read_text(encoding="utf-8").splitlines()))
        for name in (packaged.CHOICE, packaged.WORLDS, packaged.KNOWING, packaged.NEXT)
    }
    assert [len(each) for each in rows.values()][:2] == [1, 32]
    # the fake knows no alliance: both sides are the same
    assert rows[packaged.CHOICE][0]["better"] == "0.5000"
    assert {row["gain_per_resident"] for row in rows[packaged.WORLDS]} == {"0.0000"}
    assert rows[packaged.KNOWING][0]["per_resident"] == "0.0000"
    assert len(rows[packaged.NEXT]) == 6
    assert all(row["fingerprint"] for each in rows.values() for row in each)
