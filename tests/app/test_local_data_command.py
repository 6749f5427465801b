"""Own numbers on the command line: the sheet, what a run takes from it, and where it shows."""

import csv
import io
import json
from pathlib import Path

import fake_model
import openpyxl
import pyarrow.parquet as pq
import pytest

from app.cli import main
from app.local_data import own_numbers
from app.words import Words
from scenarios.local_template import template_csv

AREA = "breda-noord"
RUN = ["compare", "preventie-met-gezag", "--against", "geen-programma", "--workers", "1", "--area", AREA]
ONE = [*RUN, "--years", "2", "--draws", "3", "--language", "en"]

pytestmark = pytest.mark.usefixtures("fake")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = call(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("wijklab: ")
    return err


def sheet(path: Path, **values: str) -> Path:
    rows = list(csv.reader(io.StringIO(template_csv(AREA, "en", "f00d"))))
    for row in rows:
        row[-2:] = [values.pop(row[0]), "yearly report"] if row[0] in values else row[-2:]
    assert not values
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def test_the_template_goes_to_standard_output_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "areas", "template", AREA)
    assert (code, err) == (0, "")
    rows = {row["cel"]: row for row in csv.DictReader(io.StringIO(out), delimiter=";")}
    assert rows["area"]["uw waarde"] == AREA
    assert rows["post_cost"]["nu aangenomen"] == "75000"
    assert rows["debt_help_accepted"]["nu aangenomen"] == "4,2"
    assert len(rows["fingerprint"]["uw waarde"]) > 8


def test_the_template_as_a_workbook_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "areas", "template", AREA, "--to", "blad.xlsx", "--language", "en")
    assert (code, out) == (0, "")
    assert "--local-data" in err
    before = Path("blad.xlsx").read_bytes()
    assert openpyxl.load_workbook("blad.xlsx").sheetnames == ["Numbers", "Guide"]
    assert "bestaat al" in refused(capsys, "areas", "template", AREA, "--to", "blad.xlsx")
    assert Path("blad.xlsx").read_bytes() == before


def test_areas_alone_is_the_list_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "areas", "--language", "en")
    assert code == 0
    assert "Breda" in out
    assert "template" not in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["templat", AREA], "template"),
        (["template"], "one area"),
        (["template", "all"], "one area"),
        (["template", "breda"], "breda-noord"),
        (["template", AREA, "--to", "sheet.ods"], ".xlsx"),
        (["template", AREA, "--to", "nowhere/sheet.csv"], "cannot be written"),
        (["template", AREA, "--to", "sheet.csv", "--json"], "--json"),
        (["--to", "sheet.csv"], "template"),
    ],
)
def test_a_wrong_request_for_a_sheet_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert says in refused(capsys, "areas", *arguments, "--language", "en")
    assert not Path("sheet.csv").exists()


def test_own_numbers_reach_the_tasks_and_show_everywhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = []
    simulate = fake_model.simulate

    def watched(task):  # type: ignore[no-untyped-def]
        tasks.append(task)
        return simulate(task)

    monkeypatch.setattr("scenarios.worlds.simulate", watched)
    Path("kept").mkdir()
    path = sheet(Path("kept/own.csv"), corporatie_share="30", post_cost="78,000.5", preventie_met_gezag_budget="410000")
    code, out, _ = call(capsys, *ONE, "--local-data", str(path), "--out", "out")
    assert code == 0
    assert {task.local for task in tasks} != {None}
    (local,) = {task.local for task in tasks}
    assert (local.area, local.year, dict(local.parameters)) == (AREA, 2025, {"programme.post_cost": 78000.5})
    assert dict(local.figures) == {"corporatie_share": pytest.approx(0.3)}
    assert dict(local.line_shares) == {"preventie_met_gezag": 410_000 / 82_000_000}

    assert "Own numbers for Breda-Noord from own.csv (2025)" in out
    assert "78,000.5 euros a year per post (assumed: 75,000; source: yearly report)" in out
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    (facts,) = manifest["local_data"]
    assert manifest["options"]["local_data"] == ["own.csv"]
    assert (facts["file"], facts["area"], len(facts["sha256"])) == ("own.csv", AREA, 64)
    assert [cell["cell"] for cell in facts["cells"]] == ["corporatie_share", "post_cost", "preventie_met_gezag_budget"]
    assert facts["cells"][1]["value"] == 78000.5
    codebook = json.loads(Path("out/codebook.json").read_text(encoding="utf-8"))
    area = codebook["areas"][AREA]
    assert area["figures"]["corporatie_share"]["status"] == "local"
    assert area["figures"]["corporatie_share"]["source"] in codebook["sources"]
    assert area["local"]["parameters"] == {"programme.post_cost": 78000.5}
    drawn = pq.read_table("out/draws.parquet").to_pandas()
    here = drawn[(drawn["area"] == AREA) & (drawn["parameter"] == "programme.post_cost")]
    assert set(here["value"]) == {78000.5}
    # the file itself stays where it is
    assert not [found for found in Path("out").rglob("*") if found.suffix in (".csv", ".xlsx") and "own" in found.name]


def test_a_sheet_without_numbers_changes_no_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(Path("empty.csv"))
    assert call(capsys, *ONE, "--out", "without")[0] == 0
    code, out, _ = call(capsys, *ONE, "--local-data", str(path), "--out", "with")
    assert code == 0
    assert "Nothing is filled in for Breda-Noord in empty.csv" in out
    for name in ("comparison.csv", "codebook.json", "draws.parquet"):
        assert Path("with", name).read_bytes() == Path("without", name).read_bytes()
    assert json.loads(Path("without/manifest.json").read_text(encoding="utf-8"))["local_data"] is None


def test_json_says_what_was_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(Path("own.csv"), hire_rate="25")
    found = json.loads(call(capsys, *ONE, "--local-data", str(path), "--json")[1])
    assert found["local_data"][0]["cells"][0]["model_value"] == 0.25


def test_a_wrong_sheet_is_one_sentence_before_anything_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(Path("own.csv"), hire_rate="2500")
    dutch = refused(capsys, *RUN, "--local-data", str(path), "--out", "out")
    assert "own.csv: hire_rate: gevonden 2500; toegestaan: 2 tot en met 90 (% per maand)" in dutch
    assert not Path("out").exists()
    other = ["compare", "preventie-met-gezag", "--area", "delft-west", "--language", "en"]
    assert "breda-noord, which is not computed here; these are: delft-west" in refused(
        capsys, *other, "--local-data", str(sheet(Path("own.csv")))
    )
    twice = [*ONE, "--local-data", str(path), "--local-data", str(path)]
    sheet(path)
    assert "one sheet per area" in refused(capsys, *twice)


def test_an_amount_that_a_scenario_sets_itself_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "eigen.toml"
    own.write_text(
        'schema = 1\nid = "eigen"\ntitle = { nl = "Eigen", en = "Own" }\nexplanation = { nl = "x", en = "x" }\n'
        f'base = "geen-programma"\nstart = "2025-01"\n[areas.{AREA}.levers]\n'
        '"programme.preventie_met_gezag.budget" = { "2025" = 500000 }\n',
        encoding="utf-8",
    )
    path = sheet(Path("own.csv"), preventie_met_gezag_budget="410000")
    arguments = ["compare", str(own), *ONE[2:], "--local-data", str(path)]
    code, _, err = call(capsys, *arguments)
    assert code == 0
    assert "preventie_met_gezag_budget does not hold in the scenario eigen" in err


def test_the_file_may_stand_in_the_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    sheet(Path("own.csv"), hire_rate="25")
    Path("wijklab.toml").write_text('[compare]\nlocal_data = "own.csv"\n', encoding="utf-8")
    assert "own.csv" in call(capsys, *ONE)[1]


def test_what_a_manifest_says_becomes_a_sentence_in_both_languages() -> None:
    cell = {
        "title": {"nl": "Kosten", "en": "Cost"}, "unit": {"nl": "euro", "en": "euros"},
        "value": 1234.5, "assumed": 1000.0, "source": "",
    }  # fmt: skip
    sheets = [{"file": "a.csv", "area": AREA, "year": 2024, "cells": [cell]}]
    (dutch,), (english,) = (own_numbers(sheets, Words(language)) for language in ("nl", "en"))
    assert "Kosten: 1.234,5 euro (aangenomen: 1.000)" in dutch
    assert "Cost: 1,234.5 euros (assumed: 1,000)" in english
    assert own_numbers(None, Words("nl")) == []
