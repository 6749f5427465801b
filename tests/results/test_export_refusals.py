"""Exports that cannot be made: nothing half-written stays, and the reason is one sentence."""

import csv
import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from results.export import ExportError, coded_file, exporting, formats
from results.export.labels import LANGUAGES, catalogue
from results.export.names import unique_names
from results.export.safe_text import harmless, is_dangerous, original
from results.reading import Results
from tests.results.export_store import AWKWARD, make_store

ENDINGS = ("csv", "parquet", "xlsx", "sav", "dta")
STARTERS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return make_store(tmp_path_factory.mktemp("store") / "out")


def refused(results: Results, path: Path, **options: Any) -> ExportError:
    before = sorted(path.parent.iterdir()) if path.parent.is_dir() else None
    with pytest.raises(ExportError) as caught:
        results.export(path, **options)
    assert "\n" not in str(caught.value)
    assert before is None or sorted(path.parent.iterdir()) == before
    return caught.value


def limit(monkeypatch: pytest.MonkeyPatch, ending: str, **limits: int) -> None:
    monkeypatch.setitem(formats.FORMATS, ending, replace(formats.FORMATS[ending], **limits))


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"table": "outcome"}, "unknown", "did you mean 'outcomes'"),
        ({"shape": "broad"}, "unknown", "long, wide"),
        ({"measure": "mean"}, "unknown", "numerator"),
        ({"language": "fr"}, "unknown", "nl, en"),
        ({"dialect": "fr"}, "unknown", "standard, nl"),
        ({"outcome": "rates"}, "unknown", "did you mean 'rate'"),
        ({"area": ["@north", "north"]}, "unknown", "did you mean '@north'"),
        ({"year": 2052}, "unknown", "did you mean '2026'"),
        ({"year": "soon"}, "unknown", "allowed: 2025, 2026"),
        ({"view": "peple"}, "unknown", "did you mean 'people'"),
        ({"group": "al"}, "unknown", "did you mean 'all'"),
        ({"group": "wijken:"}, "unknown", "wijk:"),
        ({"draw": 1}, "unknown", "outcome, year, area, view, group"),
        ({"shape": "wide", "table": "runs"}, "wide", "--table outcomes only"),
        ({"measure": "expected"}, "measure", "--shape wide only"),
        ({"table": "draws", "year": 2025}, "filter", "allowed: --area"),
        ({"outcome": "count", "year": 2025}, "nothing", "no row fits"),
        ({"view": "people", "group": "wijk:", "outcome": "year"}, "nothing", "no row fits"),
    ],
)
def test_a_wish_that_cannot_be_met(
    results: Results, tmp_path: Path, options: dict[str, Any], code: str, said: str
) -> None:
    error = refused(results, tmp_path / "x.csv", **options)
    assert error.code == code
    assert said in str(error)


def test_places_that_cannot_be_written(results: Results, tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "folder.csv").mkdir()
    assert refused(results, tmp_path / "x.txt").code == "ending"
    assert refused(results, tmp_path / "x").code == "ending"
    assert refused(results, tmp_path / "there.csv").code == "exists"
    assert refused(results, tmp_path / "folder.csv", overwrite=True).code == "is_folder"
    assert refused(results, tmp_path / "none" / "x.csv").code == "no_folder"
    assert refused(results, tmp_path / "x.xlsx", dialect="nl").code == "dialect"
    assert refused(results, results.folder / "outcomes" / "0.0.0001.0001.parquet", overwrite=True).code == "own"
    assert (tmp_path / "there.csv").read_text() == "mine"
    results.export(tmp_path / "there.csv", overwrite=True)
    assert (tmp_path / "there.csv").read_text().startswith('"scenario"')


@pytest.mark.parametrize("ending", ["xlsx", "sav", "dta"])
@pytest.mark.parametrize("table", ["outcomes", "wide", "comparison"])
def test_a_table_too_long_is_refused_before_it_is_read(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, table: str
) -> None:
    options = {"shape": "wide"} if table == "wide" else {"table": table}
    limit(monkeypatch, ending, most_rows=10)
    monkeypatch.setattr(exporting, "_write", None)
    error = refused(results, tmp_path / f"x.{ending}", **options)
    assert error.code == "size"
    assert error.values["most_rows"] == 10
    assert error.values["rows"] > 10
    others = [f".{name}" for name in ENDINGS if name != ending]
    assert error.values["holding"] == ", ".join(others)


def test_the_wide_shape_is_counted_by_its_own_rows(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = len(results.outcomes()[["scenario", "area", "draw", "seed", "year", "view", "group"]].drop_duplicates())
    assert rows < results.count()
    limit(monkeypatch, "xlsx", most_rows=rows)
    book = openpyxl.load_workbook(results.export(tmp_path / "x.xlsx", shape="wide"))
    assert book["data"].max_row == rows + 1
    limit(monkeypatch, "xlsx", most_rows=rows - 1)
    error = refused(results, tmp_path / "y.xlsx", shape="wide")
    assert error.values["rows"] == rows


def test_too_many_columns_or_cells(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "xlsx", most_columns=13)
    assert refused(results, tmp_path / "x.xlsx").code == "size"
    limit(monkeypatch, "dta", most_cells=100)
    error = refused(results, tmp_path / "x.dta")
    assert error.values["most_rows"] == 100 // 13
    assert ".csv" in str(error.values["holding"])


@pytest.mark.parametrize("ending", ["xlsx", "sav", "dta"])
def test_a_text_too_long_is_refused(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    limit(monkeypatch, ending, most_text=12)
    error = refused(results, tmp_path / f"x.{ending}", table="failures")
    assert error.code == "text"
    assert error.values["holding"] == ", ".join(f".{name}" for name in ENDINGS if name != ending)


def test_the_limits_are_those_of_the_programs() -> None:
    assert formats.FORMATS["xlsx"].most_rows == 1_048_575
    assert formats.FORMATS["xlsx"].most_columns == 16_384
    assert formats.FORMATS["dta"].most_columns == 32_767


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_leaves_nothing_behind(results: Results, tmp_path: Path, ending: str) -> None:
    resource = pytest.importorskip("resource")
    path = results.export(tmp_path / f"x.{ending}", language="en")
    before = path.read_bytes()
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        error = refused(results, path, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert error.code == "not_written"
    assert path.read_bytes() == before


def test_an_export_that_is_broken_off_leaves_nothing_behind(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting.os, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        results.export(tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet="=+-@\t\r\n'\",;|ab＝"))
@example("'=1")
@example("''=1")
@example("\t=1")
@example(";'=1")
def test_what_is_made_harmless_can_be_undone(text: str) -> None:
    safe = harmless(text)
    assert original(safe) == text
    assert not safe.startswith((*STARTERS, "＝"))
    for ender in ",;|\t\n":
        cells = [cell.lstrip("\"'") if not cell.lstrip('"').startswith("'") else cell for cell in safe.split(ender)]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_ordinary_texts_stay_as_they_are() -> None:
    for text in ("Woningen, 3-kamer", "e-mail", "a = b", "12+", "1, -2", "it's", "ë", ""):
        assert harmless(text) == text
        assert not is_dangerous(text)


@pytest.mark.parametrize("dialect", ["standard", "nl"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_csv_begins_a_formula(results: Results, tmp_path: Path, dialect: str, separator: str) -> None:
    # whatever a program takes for the end of a cell
    for table in ("failures", "outcomes", "codebook"):
        path = results.export(tmp_path / f"{table}.csv", table=table, dialect=dialect)
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]
        risky = [cell for cell in cells if cell.lstrip('"').startswith(STARTERS)]
        assert not [cell for cell in risky if not _is_number(cell)]
    with (tmp_path / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        messages = [row["message"] for row in csv.DictReader(file, delimiter=";" if dialect == "nl" else ",")]
    assert messages[:5] == ["'=1+1", "'+31 6", "'-2", "'@SUM(A1)", "'\ttab"]
    assert [original(message) for message in messages] == AWKWARD


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def test_no_cell_of_excel_is_a_formula(results: Results, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(results.export(tmp_path / "x.xlsx", table="failures"))
    cells = list(book["data"]["I"])[1:]
    assert [openpyxl.utils.escape.unescape(cell.value) for cell in cells] == AWKWARD
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value: cell.quotePrefix for cell in cells}["=1+1"]
    assert not {cell.value: cell.quotePrefix for cell in cells}["twee\nregels"]


def test_labels_that_do_not_fit_are_cut_before_the_id(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = {"file": 30, "variable": 40, "value": 80}
    monkeypatch.setitem(coded_file.MOST_BYTES, "sav", room)
    _, meta = pyreadstat.read_sav(results.export(tmp_path / "x.sav"))
    for codes in meta.variable_value_labels.values():
        assert all(len(label.encode()) <= 80 for label in codes.values())
    assert meta.variable_value_labels["outcome"][1] == 'Aandeel, "ë" (nl), aandeel [rate]'
    assert meta.variable_value_labels["area"][2].endswith("[south, ë]")
    assert len(meta.file_label) <= 30


def test_names_fit_everywhere_and_differ() -> None:
    names = unique_names(["lever:a.b", "lever:a_b", "with", "2025", "x" * 50, "X" * 50, "", "Year"], ["year"])
    assert names == ["lever_a_b", "lever_a_b_2", "with_2", "v_2025", "x" * 32, "X" * 30 + "_2", "v", "Year_2"]


def test_every_label_is_there_in_both_languages() -> None:
    for section, entries in catalogue().items():
        for name, entry in entries.items():
            wanted = {*LANGUAGES, *(f"about_{language}" for language in LANGUAGES if section == "columns")}
            assert set(entry) == wanted, f"{section}.{name}"
            assert all(entry.values())


def test_a_comparison_without_pairs_is_refused(tmp_path: Path) -> None:
    results = make_store(tmp_path / "out")
    runs = results.runs
    runs.loc[runs["scenario"] == "old", "status"] = "failed"
    runs.to_parquet(results.folder / "runs.parquet")
    error = refused(type(results)(results.store), tmp_path / "x.csv", table="comparison")
    assert error.code == "no_pairs"


def test_the_description_follows_the_file(results: Results, tmp_path: Path) -> None:
    first = results.export(tmp_path / "x.csv")
    second = results.export(tmp_path / "x.xlsx")
    paths = [
        json.loads(Path(f"{path}.datapackage.json").read_text())["resources"][0]["path"] for path in (first, second)
    ]
    assert paths == ["x.csv", "x.xlsx"]
