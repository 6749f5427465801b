"""The report as one page: whole, safe, without requests, and with the numbers of the comparison."""

import contextlib
import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import fake_ledger
import fake_model
import html_page
import pandas as pd
import pytest
from html_page import Element

from app.cli import main
from app.html.differs import Difference, differences, unit_name
from app.words import LANGUAGES, Words, catalogue
from results.reading import open_results
from results.store import Store
from results.tables import RUNS
from sim.levers import declared_levers
from sim.parameters import declared_parameters

REPORT = Path(__file__).parents[2] / "app" / "html"
PAIR = ["compare", "preventie-met-gezag", "--against", "geen-programma", "--workers", "1", "--quiet"]
ONE = ["--area", "breda-noord", "--years", "2"]
TWO = ["--area", "breda-noord,leeuwarden-oost", "--years", "2"]
SECTIONS = ("question", "s1", "failures", "assumptions", "provenance", "repeat", "limits", "judged")
OF_A_SCENARIO = (
    "differs", "headline", "harms", "over_years", "per_area", "people", "costs", "money", "latent", "spread",
)  # fmt: skip
HOSTILE = "</title><script>alert('1')</script> & \"x\" $\\frac{1}"


@pytest.fixture(autouse=True)
def ledger(fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_ledger.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_ledger.codebook_outcomes)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that knows no money, no people and no states without data."""
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_model.codebook_outcomes)


@dataclass(frozen=True)
class Whole:
    """Results with an interval, of two areas, with the page about them in both languages and what was printed."""

    folder: str
    text: dict[str, str]
    page: dict[str, Element]
    printed: str


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    place = tmp_path_factory.mktemp("whole")
    folder, text, printed = str(place / "out"), {}, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setattr("scenarios.worlds.simulate", fake_ledger.simulate)
        patch.setattr("scenarios.codebook.outcome_entries", fake_ledger.codebook_outcomes)
        with contextlib.redirect_stdout(printed):
            assert main([*PAIR, *TWO, "--draws", "20", "--out", folder]) == 0
        for language in LANGUAGES:
            assert main(["report", folder, "--to", f"{language}.html", "--language", language, "--quiet"]) == 0
            text[language] = Path(f"{language}.html").read_text(encoding="utf-8")
    pages = {language: html_page.read(content) for language, content in text.items()}
    return Whole(folder, text, pages, printed.getvalue())


def stored(*arguments: str) -> str:
    assert main([*PAIR, *arguments, "--out", "out", "--overwrite"]) in (0, 1)
    return "out"


def text_of(*arguments: str) -> str:
    assert main(["report", "out", "--to", "page.html", "--overwrite", "--quiet", *arguments]) == 0
    return Path("page.html").read_text(encoding="utf-8")


def page(*arguments: str) -> Element:
    return html_page.read(text_of(*arguments))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(list(arguments)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def swept(points: dict[str, float | None]) -> None:
    """Write the results of one scenario again as those of several, or of several points."""
    old = Store.open(Path("out"))
    manifest = old.manifest
    names = dict.fromkeys(point.partition("~")[0] for point in points)
    new = Store.create(Path("swept"), {**manifest, "scenarios": [*names, manifest["reference"]]})
    content = json.loads(Path("out/codebook.json").read_text(encoding="utf-8"))
    content["scenarios"] |= dict.fromkeys(names, content["scenarios"]["preventie-met-gezag"])
    new.write_json("codebook.json", content)
    runs, rows = old.read_table("runs.parquet"), old.read_outcomes()
    column, kept = f"lever:{fake_model.BUDGET}", []
    for name, value in {**points, manifest["reference"]: None}.items():
        source = name if name == manifest["reference"] else "preventie-met-gezag"
        for run in runs[runs["scenario"] == source].to_dict("records"):
            run_id = run["run_id"].replace(source, name)
            own = rows[
                (rows[["scenario", "area", "draw", "seed"]] == [source, run["area"], run["draw"], run["seed"]]).all(
                    axis=1
                )
            ]
            new.write_outcomes(run_id, own.assign(scenario=name).to_dict("records"))
            kept.append({**run, "run_id": run_id, "scenario": name, column: value})
    import pandas as pd

    new.write_table("runs.parquet", pd.DataFrame(kept), {**RUNS, column: "float64"})
    new.write_table("failures.parquet", old.read_table("failures.parquet"), dict.fromkeys([], ""))
    Path("out").rename("before")
    Path("swept").rename("out")


# --- the page is whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_there_in_both_languages(whole: Whole, language: str) -> None:
    found = whole.page[language]
    words = Words(language)
    (root,) = found.all("html")
    assert root.attributes["lang"] == language
    assert [each.text for each in found.all("h1")] == [found.all("title")[0].text]
    for name in SECTIONS:
        assert found.one(name).tag == "section"
        assert found.one(name).text
    for name in OF_A_SCENARIO:
        section = found.one(f"s1-{name}")
        assert section.all("h3")[0].text == words(f"html.{name}_title")
        assert len(section.children) > 2
    assert [each.tag for each in root.walk() if each.tag in ("header", "nav", "main", "footer")] == [
        "header", "nav", "main", "footer",
    ]  # fmt: skip


def test_tables_and_charts_can_be_read_without_seeing_them(whole: Whole) -> None:
    found = whole.page["nl"]
    tables = found.all("table")
    assert tables
    for table in tables:
        assert table.all("caption")[0].text
        assert all(cell.attributes.get("scope") in ("col", "row", "rowgroup") for cell in table.all("th"))
        widths = {
            sum(int(cell.attributes.get("colspan") or 1) for cell in row.all("th", "td")) for row in table.all("tr")
        }
        assert len(widths) == 1
    charts = found.all("svg")
    assert len(charts) > 5
    for chart in charts:
        title, spoken = (found.one(name) for name in str(chart.attributes["aria-labelledby"]).split())
        assert chart.attributes["role"] == "img"
        assert title.text
        assert "90%-interval" in spoken.text
        assert re.search(r"\d", spoken.text)


def test_names_in_the_page_occur_once_and_every_reference_has_one(whole: Whole) -> None:
    found = whole.page["nl"]
    names = [each.attributes["id"] for each in found.walk() if "id" in each.attributes]
    assert len(names) == len(set(names))
    for each in found.walk():
        for key, value in each.attributes.items():
            if key in ("href", "aria-labelledby"):
                assert {part.removeprefix("#") for part in str(value).split()} <= set(names)
            assert set(re.findall(r"url\(#([^)]*)\)", str(value))) <= set(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_from_elsewhere(whole: Whole, language: str) -> None:
    text = whole.text[language]
    assert "http:" not in text
    assert "https:" not in text
    assert "@import" not in text
    assert "xmlns" not in text
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    found = whole.page[language]
    tags = {each.tag for each in found.walk()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "audio", "video", "image"}
    for each in found.walk():
        assert not any(name in each.attributes for name in ("src", "srcset", "data", "action", "style-src"))
        assert not any(name.startswith("on") for name in each.attributes)
        assert str(each.attributes.get("href", "#")).startswith("#")


def test_equal_results_give_equal_bytes() -> None:
    stored(*ONE, "--draws", "3")
    assert text_of() == text_of()


# --- the numbers


def test_the_numbers_are_those_of_the_comparison(whole: Whole) -> None:
    found, words = whole.page["nl"], Words("nl")
    table = open_results(whole.folder).compare(group="all", view="place")
    row = table[(table["area"] == "all") & (table["year"] == 2026) & (table["outcome"] == "new_hardened")].iloc[0]
    cells = found.one("s1-headline").rows()["new_hardened (nl) (personen)"]
    assert cells[:3] == [
        words.number(row["reference_value"], 1),
        words.number(row["scenario_value"], 1),
        words.number(row["difference"], 1, signed=True),
    ]
    low, high = (words.number(row[name], 1, signed=True) for name in ("low", "high"))
    assert cells[3] == f"{low} tot {high}"
    assert cells[4] == words.percent(row["share_better"])


def test_the_page_says_what_the_printed_report_says(whole: Whole) -> None:
    printed = [[cell.strip() for cell in re.split(r"\s{2,}", line)] for line in whole.printed.splitlines()]
    rows = [[cell.text for cell in row.all("th", "td")] for row in whole.page["nl"].all("tr")]
    names = {row[0] for row in rows}
    told = [cells for cells in printed if len(cells) > 3 and cells[0] in names]
    assert len(told) > 12
    for cells in told:
        assert cells in rows


def test_charts_tell_the_differences_of_the_comparison(whole: Whole) -> None:
    table = open_results(whole.folder).compare(group="all", view="place", outcome="registered_suspects_12_24_per_10k")
    rows = table[table["area"] == "all"].set_index("year")
    spoken = whole.page["en"].one("s1-over_years").all("desc")[0].text
    words = Words("en")
    for year in (2025, 2026):
        value, low, high = (words.number(rows.at[year, name], 1, signed=True) for name in ("difference", "low", "high"))
        assert f"{year}: {value} ({low} to {high})" in spoken
    areas = whole.page["nl"].one("s1-per_area").all("desc")[0].text
    assert "Breda-Noord: " in areas
    assert "alle 2 gebieden samen: " in areas


def test_with_few_draws_there_is_no_interval_and_the_page_says_so() -> None:
    stored(*ONE, "--draws", "3")
    found = page()
    assert "Minder dan 20 trekkingen" in found.one("question").text
    assert "te weinig om te zeggen" in found.one("s1-headline").text
    assert "Minder dan 20 trekkingen" in found.one("s1-over_years").text
    chart = found.one("s1-over_years").all("svg")[0]
    assert "90%-interval van het verschil" not in " ".join(each.text for each in chart.all("text"))


def test_another_year_can_be_told() -> None:
    stored(*ONE, "--draws", "3")
    found = page("--year", "2025")
    assert "Wie er woont, 2025" in found.one("s1-headline").text
    assert "2026" not in found.one("s1-headline").text


@pytest.mark.usefixtures("plain")
def test_sections_without_data_say_so() -> None:
    stored(*ONE, "--draws", "3")
    found, words = page(), Words("nl")
    for name in ("harms", "per_area", "people", "costs", "latent"):
        assert words(f"html.{name}_none") in found.one(f"s1-{name}").text
    assert words("html.no_local") in found.one("assumptions").text
    assert words("html.no_failures", total=12) in found.one("failures").text


def test_where_the_spread_comes_from() -> None:
    stored(*ONE, "--draws", "20", "--replicates", "2")
    section = page().one("s1-spread").text
    spread = open_results("out").spread(
        outcome="registered_suspects_12_24_per_10k", year=2026, group="all", view="place"
    )
    share = Words("nl").percent(spread["share_chance"].iloc[0])
    assert f"{share} van de spreiding komt door toeval" in section
    assert "Met 80 trekkingen (nu 20)" in section


def test_from_few_draws_nothing_is_claimed_about_the_spread() -> None:
    stored(*ONE, "--draws", "3", "--replicates", "2")
    told = page().one("s1-spread").text
    assert "Te weinig om te zeggen: trekkingen: 3. Vanaf 20 trekkingen" in told
    assert "%" not in told


def test_one_seed_tells_no_chance_from_doubt() -> None:
    stored(*ONE, "--draws", "20", "--replicates", "1")
    assert "minstens twee seeds nodig" in page().one("s1-spread").text


def test_assumptions_are_counted_by_grade_and_judgement_is_listed() -> None:
    stored(*ONE, "--draws", "3")
    parameters = json.loads(Path("out/codebook.json").read_text(encoding="utf-8"))["parameters"]
    judged = [path for path, entry in parameters.items() if entry["grade"] == "judgement"]
    found = page()
    assert found.one("assumptions").rows()["oordeel"][0] == str(len(judged))
    (details,) = found.one("judged").all("details")
    assert len(details.all("tr")) == len(judged) + 1
    assert judged[0] in details.text


def changed(folder: str, **facts: object) -> None:
    """Change what a manifest says."""
    place = Path(folder) / "manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text(encoding="utf-8")) | facts), encoding="utf-8")


def test_a_folder_with_a_design_is_repeated_by_its_design() -> None:
    stored(*ONE, "--draws", "3")
    sheet = {"file": "mine.xlsx", "sha256": "ab", "area": "breda-noord", "year": 2025, "cells": []}
    kernel = ["/home/me/.venv/ipykernel_launcher.py", "-f", "/home/me/secret/kernel-1.json", r"--to=C:\\me\\x"]
    changed("out", command=kernel, local_data=[sheet])
    found = page()
    told = found.one("repeat").text
    assert "wijklab batch design.toml --out OUT --local-data mine.xlsx" in told
    assert "wijklab report OUT --to report.html" in told
    for name in ("scenarios/geen-programma.toml", "scenarios/preventie-met-gezag.toml"):
        assert name in told
    assert 'id = "geen-programma"' in told
    assert "/home" not in found.text
    assert "C:" not in found.text


def test_runs_that_are_not_there_are_counted_the_same_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    stored(*ONE, "--draws", "3")
    assert "Niet alle runs" not in page().text
    changed("out", runs=18, status="part")
    found = page()
    assert "Niet alle runs" in found.text
    failures = found.one("failures").text
    assert "6 van de 18 runs zijn er niet" in failures
    assert "Alle 12 runs die er wel zijn, zijn gelukt" in failures
    assert "een deel van een batch" in found.one("provenance").text
    capsys.readouterr()
    line = "Let op: van de 18 runs zijn er 6 niet (niet uitgevoerd of mislukt)."
    assert main(["chart", "out", "--to", "c.svg", "--quiet"]) == 0
    assert capsys.readouterr().err.splitlines() == [line]
    assert "6 of 18" in Path("c.svg").read_text(encoding="utf-8")
    assert main(["export", "out", "--to", "c.csv", "--table", "runs", "--quiet"]) == 0
    assert capsys.readouterr().err.splitlines() == [line]
    package = json.loads(Path("c.csv.datapackage.json").read_text(encoding="utf-8"))
    assert line in package["description"]
    assert (package["provenance"]["runs"], package["provenance"]["runs_absent"]) == (18, 6)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["part", "table"])
def test_a_damaged_folder_is_one_sentence(capsys: pytest.CaptureFixture[str], how: str, language: str) -> None:
    stored(*ONE, "--draws", "3")
    parts = sorted(Path("out/outcomes").glob("*.parquet"))
    if how == "part":
        parts[1].write_bytes(parts[0].read_bytes())
    else:
        Path("out/runs.parquet").write_bytes(b"PAR1 no more")
    named = parts[1].stem if how == "part" else "runs.parquet"
    mends = {"nl": "dezelfde wijklab batch maakt", "en": "the same wijklab batch mends"}[language]
    for command, file in (("export", "a.csv"), ("report", "a.html"), ("chart", "a.svg")):
        said = refused(capsys, command, "out", "--to", file, "--language", language)
        assert named in said
        assert mends in said
        assert "Arrow" not in said
        assert len(said.splitlines()) == 1
    assert not list(Path().glob("a.*"))


def rewritten(rows: pd.DataFrame, run: str) -> None:
    """Replace the outcomes of a run, with the checksum that belongs to them."""
    store = Store.open(Path("out"))
    sums = store.read_checksums()
    rows.to_parquet(Path("out/outcomes") / f"{run}.parquet", index=False)
    sums[run] = hashlib.sha256((Path("out/outcomes") / f"{run}.parquet").read_bytes()).hexdigest()
    store.write_checksums(sums)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", ["twice", "no_number", "missing_row"])
def test_wrong_outcomes_are_no_absent_pair(capsys: pytest.CaptureFixture[str], wrong: str, language: str) -> None:
    stored(*ONE, "--draws", "3")
    run = open_results("out").runs["run_id"].iloc[0]
    rows = pd.read_parquet(Path("out/outcomes") / f"{run}.parquet")
    if wrong == "twice":
        rows = pd.concat([rows, rows])
    elif wrong == "no_number":
        rows["numerator"] = float("nan")
    else:
        rows = rows[rows["group"] != "all"]
    rewritten(rows, run)
    reason = catalogue(language)[f"error.outcomes_{wrong}"]
    for arguments in (["export", "out", "--to", "a.csv", "--table", "comparison"], ["report", "out", "--to", "a.html"],
                      ["chart", "out", "--to", "a.svg"]):  # fmt: skip
        said = refused(capsys, *arguments, "--language", language)
        assert reason in said
        assert len(said.splitlines()) == 1
    assert not list(Path().glob("a.*"))


def test_a_folder_of_compare_is_repeated_by_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/opt/somebody/bin/wijklab", *PAIR, *ONE, "--out", "out"])
    stored(*ONE, "--draws", "3")
    told = page().one("repeat").text
    assert f"wijklab {' '.join(PAIR)}" in told
    assert "wijklab report out --to" in told
    assert "/opt" not in told


def test_where_it_comes_from_and_how_to_repeat_it() -> None:
    stored(*ONE, "--draws", "3")
    manifest = open_results("out").manifest
    found = page()
    for fact in (manifest["fingerprint"], manifest["version"], manifest["commit"], manifest["started"]):
        assert fact in found.one("provenance").text
    assert "1-3" in found.one("provenance").text
    assert 'areas = ["breda-noord"]' in found.one("repeat").text


# --- scenarios and levers


def test_levers_that_differ_are_told_from_when_until_when() -> None:
    new = {"levers": {"a": {"2022-01": 1, "2025-01": 5, "2030-01": 2}, "b": {"2025-01": 3}}}
    old = {"levers": {"a": {"2022-01": 1, "2025-01": 2}, "b": {"2025-01": 3}}}
    assert differences(new, old, ("x",)) == [
        Difference("a", "", "2025-01", 2.0, 5.0),
        Difference("a", "", "2030-01", 2.0, 2.0),
    ]


def test_levers_of_areas_are_told_for_the_areas_of_the_run_only() -> None:
    new = {"levers": {}, "areas": {"x": {"levers": {"a": {"2025-01": 1}}}, "y": {"levers": {"a": {"2025-01": 1}}}}}
    assert differences(new, {"levers": {}}, ("x",)) == [Difference("a", "x", "2025-01", None, 1.0)]


def test_the_page_names_the_levers_that_differ_and_no_others() -> None:
    stored(*ONE, "--draws", "3")
    rows = page().one("s1-differs").rows()
    assert rows["Landelijk budget Preventie met gezag (euro per jaar)"] == [
        "heel Nederland",
        "2025-01",
        "0",
        "82.000.000",
    ]
    assert len(rows) == 4
    assert not any("onderwijs" in name.lower() for name in rows)


def test_every_unit_of_a_lever_has_a_name_in_both_languages() -> None:
    for lever in declared_levers().values():
        key = "html.unit_" + re.sub(r"[^a-z0-9]+", "_", lever.unit.lower()).strip("_")
        assert all(key in catalogue(language) for language in LANGUAGES), lever.unit


def test_every_message_of_the_page_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in REPORT.glob("*.py"))
    for key in catalogue("nl"):
        section, _, name = key.partition(".")
        stem = re.sub(r"_(title|none)$", "", name)
        known = name.startswith(("unit_", "grade_", "status_")) or any(
            re.search(f"[\"']{word}[\"']", code) for word in (key, name, stem)
        )
        assert section != "html" or known, key


def test_units_of_judgements_are_dutch() -> None:
    units = {one.unit for one in declared_parameters().values() if one.grade == "judgement"}
    keys = {"unit_" + re.sub(r"[^a-z0-9]+", "_", unit.lower()).strip("_") for unit in units}
    assert {f"html.{key}" for key in keys} <= set(catalogue("nl"))
    assert unit_name("per month", Words("nl")) == "per maand"


def test_every_number_says_under_which_heading_it_stands() -> None:
    """On a narrow screen a row becomes lines, with the difference first: the headings then stand before the numbers."""
    stored(*ONE, "--draws", "3")
    table = page().one("s1-headline").all("table")[0]
    row = next(row for row in table.all("tr") if row.all("td"))
    headings = [cell.text for cell in table.all("thead")[0].all("th")]
    assert [cell.attributes["data-name"] for cell in row.all("td")] == headings[1:]
    assert headings[3] == "Verschil"
    assert ["lead" in cell.attributes["class"] for cell in row.all("td")] == [False, False, True, False, False]
    style = (REPORT / "report.css").read_text(encoding="utf-8")
    assert "td.lead { order: -1" in style


def test_text_of_others_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = json.dumps(HOSTILE)
    Path("own.toml").write_text(
        f'schema = 1\nid = "own"\ntitle = {{nl = {quoted}, en = {quoted}}}\n'
        f"explanation = {{nl = {quoted}, en = {quoted}}}\n"
        f'base = "geen-programma"\nstart = "2025-01"\n[levers]\n"{fake_model.BUDGET}" = {{2025-01 = 5}}\n',
        encoding="utf-8",
    )
    assert main(["compare", "own.toml", *ONE, "--draws", "3", "--workers", "1", "--quiet", "--out", "out"]) == 0
    text = text_of()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    found = html_page.read(text)
    assert HOSTILE in found.all("h1")[0].text
    assert HOSTILE in found.one("question").text
    assert not found.all("script")
    assert main(["chart", "out", "--to", "c.svg", "--quiet"]) == 0
    assert "<script" not in Path("c.svg").read_text(encoding="utf-8")


def test_all_scenarios_of_a_folder_are_told_one_after_another() -> None:
    stored(*ONE, "--draws", "3")
    swept({"een": None, "twee": None})
    found = page()
    assert found.one("s1-headline").rows() == found.one("s2-headline").rows()
    assert Words("nl")("html.no_scenario_file") in found.one("s1-differs").text
    assert "s2" not in text_of("--scenario", "twee").split("<main>")[0]


def test_points_of_a_sweep_are_a_table_and_one_of_them_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    stored(*ONE, "--draws", "3")
    swept({"x~0001": 5e6, "x~0002": 10e6})
    Path("out/scenarios").mkdir()
    for name in ("x", "geen-programma"):
        Path(f"out/scenarios/{name}.toml").write_text("[levers]\n", encoding="utf-8")
    rows = page().one("s1").rows()
    assert rows["1"][0] == "5.000.000"
    assert rows["2"][0] == "10.000.000"
    assert rows["1"][1] == rows["2"][1]
    one = page("--scenario", "x~0002")
    assert one.one("s1-differs").rows()["Landelijk budget Preventie met gezag"] == ["10.000.000"]
    assert "punt 2" in one.all("h1")[0].text
    several = refused(capsys, "chart", "out", "--to", "c.svg")
    assert several.endswith("toegestaan: x~0001, x~0002.\n")
    whole = refused(capsys, "chart", "out", "--to", "c.svg", "--scenario", "x")
    assert whole.endswith("kies een punt, bijvoorbeeld --scenario x~0001.\n")
    assert main(["chart", "out", "--to", "c.svg", "--scenario", "x~0001", "--quiet"]) == 0
    assert "punt 1" in Path("c.svg").read_text(encoding="utf-8")


# --- what went wrong, and what is one's own


def test_failed_runs_are_counted_with_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.failing)
    stored(*ONE, "--draws", "4")
    section = page().one("failures")
    assert "mislukten" in section.text
    assert section.rows()["nothing to count"] == ["ValueError", "outcomes", "2"]
    assert "ZeroDivisionError" in section.text
    assert "Niet alle runs" in page().all("header")[0].text


def test_numbers_of_ones_own_are_marked_at_the_top() -> None:
    stored(*ONE, "--draws", "3")
    store = Store.open(Path("out"))
    cell = {
        "cell": "c", "title": {"nl": "Aandeel <b>huur</b>", "en": "Share of rent"}, "value": 0.4, "assumed": 0.5,
        "unit": {"nl": "aandeel", "en": "share"}, "source": "gemeente",
    }  # fmt: skip
    store.note(local_data=[{"file": "eigen.csv", "area": "breda-noord", "year": 2024, "cells": [cell]}])
    found = page()
    assert "eigen cijfers" in found.all("header")[0].text
    assert "Aandeel <b>huur</b>" in found.one("assumptions").text
    assert "eigen.csv" in found.one("assumptions").text
    assert main(["chart", "out", "--to", "c.svg", "--quiet"]) == 0
    assert "eigen.csv" in Path("c.svg").read_text(encoding="utf-8")


# --- the commands


def test_wrong_requests_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    stored(*ONE, "--draws", "3")
    Path("there.html").write_text("mine", encoding="utf-8")
    report = ["report", "out", "--to"]
    assert "eindigen op .html" in refused(capsys, *report, "page.pdf")
    assert "bestaat al" in refused(capsys, *report, "there.html")
    assert Path("there.html").read_text(encoding="utf-8") == "mine"
    assert "bestaat niet" in refused(capsys, *report, "nowhere/page.html")
    assert not Path("nowhere").exists()
    assert "2025 tot en met 2026" in refused(capsys, *report, "a.html", "--year", "2031")
    assert "'preventie-met-gezag'?" in refused(capsys, *report, "a.html", "--scenario", "preventie-met-geza")
    assert "geen resultaten" in refused(capsys, "report", "nowhere", "--to", "a.html")
    assert "--to ontbreekt" in refused(capsys, "report", "out")
    chart = ["chart", "out", "--to"]
    assert ".svg, .png, .pdf" in refused(capsys, *chart, "a.gif")
    assert "years, areas, views" in refused(capsys, *chart, "a.svg", "--kind", "pie")
    assert "60 tot en met 400" in refused(capsys, *chart, "a.svg", "--width", "10")
    assert "'employed_share'?" in refused(capsys, *chart, "a.svg", "--outcome", "employed_shar")
    assert "--group: 'wijk:x' staat niet in deze map" in refused(
        capsys, *chart, "a.svg", "--group", "wijk:x", "--outcome", "employed_share"
    )
    assert "--area: 'leeuwarden-oost'" in refused(capsys, *chart, "a.svg", "--area", "leeuwarden-oost")
    assert not list(Path().glob("a.*"))


@pytest.mark.parametrize("kind", ["years", "areas", "views"])
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_chart_of_every_kind_in_every_format(
    whole: Whole, kind: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["chart", whole.folder, "--to", f"c.{ending}", "--kind", kind, "--outcome", "problem_debt_share"]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert f"c.{ending}" in said.err
    first = Path(f"c.{ending}").read_bytes()
    fingerprint = open_results(whole.folder).manifest["fingerprint"]
    assert fingerprint.encode() in first
    assert main([*arguments, "--overwrite", "--quiet"]) == 0
    assert Path(f"c.{ending}").read_bytes() == first


def test_a_chart_is_dutch_or_english(whole: Whole) -> None:
    descriptions = []
    for language in LANGUAGES:
        assert main(["chart", whole.folder, "--to", "c.svg", "--overwrite", "--quiet", "--language", language]) == 0
        descriptions.append(Path("c.svg").read_text(encoding="utf-8"))
    assert "vergeleken met" in descriptions[0]
    assert "compared with" in descriptions[1]
