"""The command ``export``: what goes where, exit codes, sentences in both languages."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pyarrow.parquet as pq
import pytest

from app.cli import main
from app.export import sentence
from app.words import LANGUAGES, Words, catalogue
from results.export import ExportError
from results.reading import open_results

STORE = Path(__file__).parents[1] / "results" / "store-schema-1"
ROOT = Path(__file__).parents[2]
SPENT = "programme_euros_spent"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["export", str(STORE), *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = call(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("wijklab: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def rows(place: str, delimiter: str = ",") -> list[dict[str, str]]:
    with Path(place).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_a_table_goes_to_a_file_and_nothing_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "--to", "x.csv")
    assert (code, out) == (0, "")
    assert err == "De tabel staat in x.csv; de beschrijving staat ernaast.\n"
    assert len(rows("x.csv")) == open_results(STORE).count()
    assert call(capsys, "--to", "y.csv", "--quiet") == (0, "", "")


def test_labels_are_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "--to", "nl.csv")
    call(capsys, "--to", "en.csv", "--language", "en")
    assert rows("nl.csv")[0]["outcome_label"] == "Geregistreerde verdachten van 12 tot en met 24 jaar"
    assert rows("en.csv")[0]["outcome_label"] == "Registered suspects aged 12 to 24"
    assert [row["value"] for row in rows("nl.csv")] == [row["value"] for row in rows("en.csv")]


def test_rows_are_chosen_with_commas_or_by_repeating(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "--to", "a.csv", "--outcome", f"crimes_per_1000,{SPENT}", "--view", "place", "--group", "all")
    call(capsys, "--to", "b.csv", "--outcome", "crimes", "--outcome", "spent", "--view", "place", "--group", "all")
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert {row["outcome"] for row in rows("a.csv")} == {"crimes_per_1000", SPENT}
    assert {row["group"] for row in rows("a.csv")} == {"all"}
    call(capsys, "--to", "c.csv", "--group", "service:", "--year", "2025", "--area", "vlaardingen-westwijk")
    assert {row["group"].partition(":")[0] for row in rows("c.csv")} == {"service"}


def test_shape_measure_dialect_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "--to", "w.csv", "--shape", "wide", "--measure", "denominator", "--dialect", "nl")
    found = open_results(STORE).outcomes(outcome="crimes_per_1000", group="all")
    wide = [row for row in rows("w.csv", ";") if row["group"] == "all" and row["view"] == "place"]
    assert [float(row["crimes"].replace(",", ".")) for row in wide] == found["denominator"].tolist()
    assert call(capsys, "--to", "r.parquet", "--table", "runs")[0] == 0
    assert pq.read_table("r.parquet").num_rows == 2


def test_an_existing_file_is_kept_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.csv").write_text("mine")
    assert "x.csv bestaat al" in refused(capsys, "--to", "x.csv")
    assert Path("x.csv").read_text() == "mine"
    assert call(capsys, "--to", "x.csv", "--overwrite")[0] == 0
    assert len(rows("x.csv")) > 1


@pytest.mark.parametrize(
    ("arguments", "nl", "en"),
    [
        (["--to", "x.doc"], "gevonden '.doc'", "found '.doc'"),
        (["--to", "nowhere/x.csv"], "de map nowhere bestaat niet", "the folder nowhere does not exist"),
        (["--to", "x.csv", "--outcome", "crime"], "bedoelde u 'crimes_per_1000'", "did you mean 'crimes_per_1000'"),
        (["--to", "x.csv", "--year", "2099"], "toegestaan: 2025", "allowed: 2025"),
        (["--to", "x.csv", "--area", "vlaardingen"], "bedoelde u 'vlaardingen-westwijk'", "did you mean"),
        (["--to", "x.csv", "--view", "exposd"], "bedoelde u 'exposed'", "did you mean 'exposed'"),
        (["--to", "x.csv", "--group", "wijk:"], "--group", "--group"),
        (["--to", "x.csv", "--table", "run"], "bedoelde u 'runs'", "did you mean 'runs'"),
        (["--to", "x.csv", "--table", "runs", "--year", "2025"], "hoort niet bij --table runs", "does not go with"),
        (["--to", "x.csv", "--table", "runs", "--shape", "wide"], "alleen voor --table outcomes", "outcomes only"),
        (["--to", "x.sav", "--dialect", "nl"], "eindigt op .csv", "ends in .csv"),
        (["--to", "x.csv", "--measure", "expected"], "--shape wide", "--shape wide"),
        (["--to", "x.csv", "--outcome", "crimes", "--view", "people"], "geen enkele regel", "no line fits"),
        ([], "--to ontbreekt", "--to is missing"),
    ],
)
def test_a_wrong_request_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], nl: str, en: str
) -> None:
    assert nl in refused(capsys, *arguments)
    assert en in refused(capsys, *arguments, "--language", "en")
    assert list(Path().iterdir()) == []


def test_a_folder_without_results_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        assert main(["export", str(folder), "--to", "x.csv"]) == 2
        assert f"de map {folder} bevat geen resultaten" in capsys.readouterr().err
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "manifest.json").write_text(json.dumps({"schema": 99, "files": []}))
    assert main(["export", str(tmp_path / "new"), "--to", "x.csv"]) == 2
    assert "andere versie" in capsys.readouterr().err


def test_a_batch_that_is_not_finished_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text((STORE / "manifest.json").read_text())
    assert main(["export", str(tmp_path), "--to", "x.csv"]) == 2
    assert "niet af" in capsys.readouterr().err


def test_options_may_stand_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wijklab.toml").write_text('[export]\nto = "x.csv"\nyear = 2025\nview = "place"\ngroup = ["all"]\n')
    assert call(capsys)[0] == 0
    found = rows("x.csv")
    assert {(row["year"], row["view"], row["group"]) for row in found} == {("2025", "place", "all")}


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    import inspect
    import re

    from results.export import errors, exporting, formats, selection, tables

    source = "".join(inspect.getsource(module) for module in (errors, exporting, formats, selection, tables))
    codes = set(re.findall(r'ExportError\(\s*"(\w+)"', source))
    assert len(codes) > 10
    for language in LANGUAGES:
        texts = catalogue(language)
        for code in codes:
            names = {name for _, name, _, _ in Formatter().parse(texts[f"export.{code}"]) if name}
            values = dict.fromkeys(names, 2_000_000)
            assert ExportError(code, "", **values).values == values
            shown = sentence(ExportError(code, "", **values), Words(language))
            assert "{" not in shown
            assert "2000000" not in shown


def test_help_answers_without_what_only_writing_needs() -> None:
    program = (
        "import sys; from app.cli import main; main(['export', '--help']);"
        "print(sorted({'pandas', 'pyarrow', 'pyreadstat', 'xlsxwriter'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "datapackage.json" in done.stdout
