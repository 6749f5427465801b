"""Exports: every format, in both languages and both shapes, read back and equal to the store."""

import csv
import json
from pathlib import Path

import frictionless
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from results.export import original
from results.export.labels import Labels
from results.reading import Results, open_results
from results.tables import OUTCOMES
from tests.results.export_store import AREAS, AWKWARD, LOCAL, LONG, make_store, outcome_rows, wide_of

LANGUAGES = ("nl", "en")
SHAPES = ("long", "wide")
EXCEL_DIGITS = 1e-15
"""Excel files hold sixteen digits."""

SHEETS = {"nl": ["codeboek", "herkomst"], "en": ["codebook", "provenance"]}

SHORT = {"rate": "rate", LONG: "long_share", "count": "year_2"}
"""Names of the columns of the wide shape: the third outcome is called as a column that is there already."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return make_store(tmp_path_factory.mktemp("store") / "out")


@pytest.fixture
def local(tmp_path: Path) -> Results:
    return make_store(tmp_path / "local", LOCAL)


def expected(results: Results, shape: str) -> pd.DataFrame:
    return results.outcomes() if shape == "long" else wide_of(results).rename(columns=SHORT)


def same(found: pd.DataFrame, wanted: pd.DataFrame, rtol: float = 0.0) -> None:
    """Compare the columns of the store, in whatever order the rows are."""
    key = [name for name in OUTCOMES if name in wanted and OUTCOMES[name] != "float64"]
    sides = [frame[list(wanted)].sort_values(key, ignore_index=True) for frame in (found, wanted)]
    assert len(sides[1]) > 0
    kinds = {name: str(kind) for name, kind in sides[1].dtypes.items()}
    pd.testing.assert_frame_equal(
        sides[0].astype(kinds), sides[1], check_exact=rtol == 0, **({"rtol": rtol} if rtol else {})
    )


def labelled(found: pd.DataFrame, results: Results, language: str) -> None:
    """Check that the columns of names hold the names of the codebook."""
    labels = Labels(language, results.codebook)
    for column in ("scenario", "area", "view", "group", "outcome"):
        if column in found:
            assert found[f"{column}_label"].tolist() == [labels.label(column, each) for each in found[column]]
    if "outcome" in found:
        assert set(found["unit_label"]) == {
            {"nl": "aandeel", "en": "share"}[language],
            {"nl": "personen", "en": "persons"}[language],
        }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_parquet(results: Results, tmp_path: Path, shape: str, language: str) -> None:
    path = results.export(tmp_path / "x.parquet", shape=shape, language=language)
    found = pq.read_table(path)
    same(found.to_pandas(), expected(results, shape))
    labelled(found.to_pandas(), results, language)
    facts = json.loads(found.schema.metadata[b"wijklab"])
    assert facts["fingerprint"] == "f" * 64
    assert facts["local_data"] is None
    if shape == "wide":
        assert found.schema.field("long_share").metadata[b"id"] == LONG.encode()
        assert found.schema.field("long_share").metadata[b"title"] == f"=1+1 met een naam ({language})".encode()


@pytest.mark.parametrize("dialect", ["standard", "nl"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_csv(results: Results, tmp_path: Path, shape: str, language: str, dialect: str) -> None:
    path = results.export(tmp_path / "x.csv", shape=shape, language=language, dialect=dialect)
    separator, decimal = (",", ".") if dialect == "standard" else (";", ",")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=separator))
    found = pd.DataFrame(rows[1:], columns=rows[0])
    wanted = expected(results, shape)
    for name, kind in wanted.dtypes.items():
        if kind == "float64":
            assert not found[name].str.contains("'").any()
            found[name] = [float(cell.replace(decimal, ".")) if cell else np.nan for cell in found[name]]
        elif kind != "int64":
            found[name] = [original(cell) for cell in found[name]]
    same(found, wanted)
    labels = [name for name in found if name.endswith("_label")]
    labelled(found.assign(**{name: [original(cell) for cell in found[name]] for name in labels}), results, language)
    by_pandas = pd.read_csv(path, sep=separator, decimal=decimal)
    assert by_pandas["year"].tolist() == found["year"].astype(int).tolist()


@pytest.mark.parametrize("dialect", ["standard", "nl"])
@pytest.mark.parametrize("table", ["outcomes", "wide", "comparison", "runs", "failures", "draws", "codebook"])
def test_frictionless_reads_every_table(results: Results, tmp_path: Path, table: str, dialect: str) -> None:
    shape = {"shape": "wide"} if table == "wide" else {"table": table}
    path = results.export(tmp_path / "x.csv", dialect=dialect, **shape)
    beside = f"{path}.datapackage.json"
    report = frictionless.validate(beside)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    resource = frictionless.Package(beside).resources[0]
    rows = resource.read_rows()
    assert len(rows) > 0
    if table in ("outcomes", "wide"):
        wanted = expected(results, {"outcomes": "long"}.get(table, table))
        found = pd.DataFrame([row.to_dict() for row in rows])
        for name, kind in wanted.dtypes.items():
            if kind == "float64":
                found[name] = [np.nan if cell is None else float(cell) for cell in found[name]]
            elif kind != "int64":
                found[name] = [original(cell) for cell in found[name]]
        same(found, wanted)


def test_frictionless_finds_what_was_changed(results: Results, tmp_path: Path) -> None:
    path = results.export(tmp_path / "x.csv")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for broken in (lines[1].replace(",2025,", ",soon,"), lines[1]):
        path.write_text("".join([*lines[:2], broken, *lines[3:]]), encoding="utf-8")
        assert not frictionless.validate(f"{path}.datapackage.json").valid


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_spss_and_stata(results: Results, tmp_path: Path, ending: str, shape: str, language: str) -> None:
    path = results.export(tmp_path / f"x.{ending}", shape=shape, language=language)
    found, meta = (pyreadstat.read_sav if ending == "sav" else pyreadstat.read_dta)(path)
    labels = Labels(language, results.codebook)
    for name in ("scenario", "area", "view", "group", "outcome"):
        if name in found:
            codes = meta.variable_value_labels[name]
            ids = {
                code: label if label.endswith("]") is False else label[label.rindex(" [") + 2 : -1]
                for code, label in codes.items()
            }
            found[name] = found[name].map(ids)
            first = next(iter(codes))
            assert codes[first].startswith(labels.label(name, ids[first])[:60])
    same(found, expected(results, shape))
    titles = meta.column_names_to_labels
    assert titles["year"] == {"nl": "Jaar", "en": "Year"}[language]
    if shape == "wide":
        assert titles["long_share"].startswith(LONG)
        assert titles["year_2"] == f"count: Aantal; personen ({language}) ({UNIT[language]})"


UNIT = {"nl": "personen", "en": "persons"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_excel(results: Results, tmp_path: Path, shape: str, language: str) -> None:
    path = results.export(tmp_path / "x.xlsx", shape=shape, language=language)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["data", *SHEETS[language]]
    sheet = book["data"]
    rows = list(sheet.iter_rows(values_only=True))
    found = pd.DataFrame(rows[1:], columns=rows[0])
    texts = found.select_dtypes(exclude="number")
    found[texts.columns] = texts.map(
        lambda cell: openpyxl.utils.escape.unescape(cell) if isinstance(cell, str) else cell
    )
    same(found, expected(results, shape), rtol=EXCEL_DIGITS)
    labelled(found, results, language)
    assert not [cell for tab in book for row in tab.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet["A1"].font.bold
    assert sheet["E2"].number_format == "0"
    assert sheet.column_dimensions["A"].width > 20
    outcome = sheet.cell(2, rows[0].index("value" if shape == "long" else "rate") + 1)
    assert outcome.number_format == ("#,##0.00##" if shape == "long" else "0.00%")
    listed = {row[1]: row for row in book[SHEETS[language][0]].iter_rows(values_only=True)}
    assert listed["rate"][3] == f'Aandeel, "ë" ({language})'
    assert listed["a.b"][8] == 0.1
    said = dict(book[SHEETS[language][1]].iter_rows(values_only=True))
    assert said[{"nl": "Vingerafdruk van het model", "en": "Fingerprint of the model"}[language]] == "f" * 64
    assert "'=1+1'" not in said.values()


@pytest.mark.parametrize("table", ["comparison", "runs", "failures", "draws"])
def test_other_tables_are_those_of_the_store(results: Results, tmp_path: Path, table: str) -> None:
    wanted = {
        "comparison": lambda: pd.concat([results.compare(name) for name in results.scenarios], ignore_index=True),
        "runs": lambda: results.runs,
        "failures": lambda: results.failures,
        "draws": lambda: results.draws,
    }[table]()
    found = pq.read_table(results.export(tmp_path / "x.parquet", table=table)).to_pandas()
    assert len(wanted) > 0
    pd.testing.assert_frame_equal(found[list(wanted)].astype(wanted.dtypes.to_dict()), wanted, check_exact=True)
    for ending, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        coded, _ = read(results.export(tmp_path / f"x.{ending}", table=table))
        numbers = [name for name, kind in wanted.dtypes.items() if kind == "float64" and ":" not in name]
        assert len(coded) == len(wanted)
        np.testing.assert_array_equal(coded[numbers].to_numpy(), wanted[numbers].to_numpy())
    if table == "runs":
        assert "lever_programme_x" in coded


def test_the_codebook_is_a_table_of_its_own(results: Results, tmp_path: Path) -> None:
    found = pq.read_table(results.export(tmp_path / "x.parquet", table="codebook", language="en")).to_pandas()
    by_id = found.set_index(["part", "id"])
    assert by_id.loc[("outcome", LONG), "short"] == "long_share"
    assert by_id.loc[("parameter", "a.ages"), "values"] == "1.0; 2.5"
    assert by_id.loc[("intervention", "service:halt"), "name"] == "@halt"
    assert set(found["part"]) == {"outcome", "view", "scenario", "area", "intervention", "parameter", "source"}
    one = pq.read_table(results.export(tmp_path / "y.parquet", table="codebook", outcome="count")).to_pandas()
    assert one["id"].tolist() == ["count"]


def test_rows_are_chosen(results: Results, tmp_path: Path) -> None:
    wanted = {"outcome": ["rate", "year"], "year": 2026, "area": "@north", "view": "place", "group": ["all", "odd:"]}
    found = pq.read_table(results.export(tmp_path / "x.parquet", **wanted)).to_pandas()
    rows = results.outcomes(outcome=["rate", "count"], year=2026, area="@north", view="place", group=["all", "odd:"])
    assert 0 < len(rows) < len(results.outcomes())
    pd.testing.assert_frame_equal(found[list(OUTCOMES)].astype(dict(OUTCOMES)), rows)
    wide = pq.read_table(results.export(tmp_path / "y.parquet", shape="wide", view="people")).to_pandas()
    assert "long_share" not in wide
    assert set(wide["view"]) == {"people"}
    everywhere = pq.read_table(results.export(tmp_path / "z.parquet", area=["all"])).to_pandas()
    assert len(everywhere) == len(results.outcomes())


def test_the_wide_shape_can_show_another_measure(results: Results, tmp_path: Path) -> None:
    found = pq.read_table(results.export(tmp_path / "x.parquet", shape="wide", measure="denominator")).to_pandas()
    same(found, wide_of(results, "denominator").rename(columns=SHORT))
    assert not np.allclose(found["rate"].dropna(), wide_of(results)["rate"].dropna().to_numpy())


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("shape", SHAPES)
def test_equal_tables_are_equal_bytes(results: Results, tmp_path: Path, shape: str, ending: str) -> None:
    paths = [results.export(tmp_path / f"{number}.{ending}", shape=shape) for number in range(2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_size > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_local_numbers_are_marked_everywhere(local: Results, tmp_path: Path, language: str) -> None:
    mark = {"nl": "EIGEN CIJFERS", "en": "LOCAL NUMBERS"}[language]
    for ending in ("csv", "parquet", "xlsx", "sav", "dta"):
        path = local.export(tmp_path / f"x.{ending}", language=language)
        package = json.loads(Path(f"{path}.datapackage.json").read_text(encoding="utf-8"))
        assert package["provenance"]["local_data"] == LOCAL
        assert "licenses" not in package
        assert f"{LOCAL['file']} (3 " in package["description"]
        assert any(LOCAL["sha256"] in source["title"] for source in package["sources"])
        if ending in ("sav", "dta"):
            _, meta = (pyreadstat.read_sav if ending == "sav" else pyreadstat.read_dta)(path)
            assert meta.file_label.startswith(mark)
            assert ending == "dta" or "ab" * 32 in "".join(meta.notes)
    assert json.loads(pq.read_schema(tmp_path / "x.parquet").metadata[b"wijklab"])["local_data"] == LOCAL
    lines = dict(openpyxl.load_workbook(tmp_path / "x.xlsx")[SHEETS[language][1]].iter_rows(values_only=True))
    assert LOCAL["sha256"] in lines[{"nl": "Eigen cijfers", "en": "Local numbers"}[language]]


def test_several_sheets_of_local_numbers_are_all_named(tmp_path: Path) -> None:
    results = make_store(tmp_path / "out", [LOCAL, {**LOCAL, "file": "zuid.csv", "sha256": "cd" * 32}])
    path = results.export(tmp_path / "x.csv")
    package = json.loads(Path(f"{path}.datapackage.json").read_text(encoding="utf-8"))
    assert LOCAL["sha256"] in package["description"]
    assert "zuid.csv" in package["description"]


def test_the_description_says_what_a_table_is(results: Results, tmp_path: Path) -> None:
    path = results.export(tmp_path / "x.csv", shape="wide", language="en", outcome=["rate", LONG], view="place")
    package = json.loads(Path(f"{path}.datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["sources"][0] == {"title": "CBS: Kerncijfers", "licence": "CC BY 4.0", "attribution": "CBS"}
    assert package["version"] == "1.2.3"
    assert package["provenance"]["seeds"] == [1]
    assert package["provenance"]["command"] == ["wijklab", "compare", "=1+1"]
    assert package["provenance"]["selection"] == {"outcome": ["rate", LONG], "view": ["place"]}
    schema = package["resources"][0]["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["long_share"]["outcome"] == LONG
    assert fields["long_share"]["unit"] == "share"
    assert fields["draw"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["view"]["constraints"]["enum"] == ["place"]
    assert schema["primaryKey"] == ["scenario", "area", "draw", "seed", "year", "view", "group"]
    assert [outcome["id"] for outcome in package["outcomes"]] == ["rate", LONG, "count"]


def test_codes_do_not_depend_on_what_was_chosen(results: Results, tmp_path: Path) -> None:
    _, whole = pyreadstat.read_sav(results.export(tmp_path / "x.sav"))
    _, part = pyreadstat.read_sav(results.export(tmp_path / "y.sav", outcome="count", area="south, ë"))
    for name in ("outcome", "area", "scenario", "view"):
        assert part.variable_value_labels[name].items() <= whole.variable_value_labels[name].items()
    assert whole.variable_value_labels["group"][0] == "iedereen [all]"


def test_every_awkward_text_is_in_the_store(results: Results) -> None:
    groups = set(results.outcomes()["group"])
    assert {f"odd:{text}" for text in AWKWARD} < groups


def test_points_of_a_sweep_are_named_and_compared(tmp_path: Path) -> None:
    results = make_store(tmp_path / "out")
    runs = [results.runs]
    for place, scenario in enumerate(("new~0001", "new~0002", "old~0002")):
        for draw in (1, 2):
            run = f"9{place}.0.{draw:04}.0001"
            results.store.write_outcomes(run, outcome_rows(scenario, AREAS[0], draw, 1))
            runs.append(results.runs.iloc[[0]].assign(run_id=run, scenario=scenario, draw=draw, area=AREAS[0]))
    pd.concat(runs, ignore_index=True).to_parquet(results.folder / "runs.parquet")
    results = open_results(results.folder)
    found = pq.read_table(results.export(tmp_path / "x.parquet", table="comparison", language="en")).to_pandas()
    pairs = found[["scenario", "reference"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["new", "old"], ["new~0001", "old"], ["new~0002", "old~0002"], ["=1+1", "old"]]
    assert "=1+1 en, point 0002" in set(found["scenario_label"])
    coded, meta = pyreadstat.read_sav(results.export(tmp_path / "x.sav", table="comparison", language="en"))
    assert meta.variable_value_labels["scenario"][3.0] == "=1+1 en, point 0002 [new~0002]"
    assert len(coded) == len(found)
