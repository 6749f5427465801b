"""Stored results in the pages: which folders can be opened, what is shown of them, what can be taken along."""

import base64
import csv
import io
import json
import os
import re
import shlex
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import fake_ledger
import fake_model
import pandas as pd
import pyreadstat
import pytest

import app.browser.service as service
from app.browser import results_files
from app.browser.about_evidence import GRADES, NO_EFFECT, evidence, evidence_rows, grade_counts, size_text
from app.browser.about_told import fit_sentences, misses_table, patterns
from app.browser.results_choices import filter_fields, open_checked, values_of
from app.browser.results_files import FORMATS, TABLES, Made, Wish, command_for, make_report, make_table, rows_wanted
from app.browser.results_stores import Opened, RefusedError, open_named, stored_names
from app.browser.results_told import (
    ALL_YEARS,
    EVERY,
    MOST_ROWS_SHOWN,
    chart_specs,
    compared,
    comparison_table,
    facts,
    shown_outcomes,
    usual,
)
from app.browser.speech import speech
from app.cli import main
from app.report import outcome_numbers
from app.words import LANGUAGES
from calibration.patterns import known_misses
from results.reading import open_results
from tests.browser.browser_tools import NARROW, WIDE, chromium_path, new_visitor, running_browser, running_site

ROOT = Path(__file__).parents[2]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NL, EN = speech("nl"), speech("en")
NAME = "mijn-batch"
COMPARE = ["compare", "preventie-met-gezag", "--against", "geen-programma", "--workers", "1", "--quiet"]
SIZE = [
    "--area",
    "breda-noord,leeuwarden-oost",
    "--years",
    "2",
    "--draws",
    "20",
    "--replicates",
    "1",
    "--sample",
    "0.1",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored comparison of two areas, made once."""
    folder = tmp_path_factory.mktemp("stored") / NAME
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenarios.worlds.simulate", fake_ledger.simulate)
        patch.setattr("scenarios.codebook.outcome_entries", fake_ledger.codebook_outcomes)
        assert main([*COMPARE, *SIZE, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def results(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the site looks, with the comparison in it."""
    folder = tmp_path / "results"
    shutil.copytree(made, folder / NAME)
    monkeypatch.setattr(service, "_options", service.Options(1, tmp_path / "cache", 1, folder))
    monkeypatch.chdir(folder)
    return folder


def refused(name: str = NAME) -> str:
    """Return why a folder cannot be opened, and check how that is said."""
    with pytest.raises(RefusedError) as caught:
        open_checked(name)
    sentences = [caught.value.sentence(words) for words in (NL, EN)]
    for sentence in sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert str(Path.cwd().parent) not in sentence, "a path of the machine"
    assert sentences[0] != sentences[1]
    return sentences[1]


# --- which folders


def test_folders_with_results_are_listed_by_name(results: Path) -> None:
    (results / "empty").mkdir()
    (results / ".hidden").mkdir()
    shutil.copy(results / NAME / "manifest.json", results / ".hidden")
    shutil.copy(results / NAME / "manifest.json", results)
    assert stored_names() == [NAME]


def test_without_a_folder_of_results_there_are_none(results: Path) -> None:
    shutil.rmtree(results)
    assert stored_names() == []


@pytest.mark.parametrize(
    "name", ["../outside", "..", ".", "", "/etc", f"{NAME}/../../outside", f"./{NAME}", f"{NAME}/", "a\0b", "no-such"]
)
def test_names_that_were_not_listed_never_reach_the_disk(
    results: Path, made: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(made, results.parent / "outside")
    monkeypatch.setattr("results.reading.open_results", lambda folder: pytest.fail("it was opened"))
    assert "no longer there" in refused(name)


def test_links_are_not_followed(results: Path, made: Path) -> None:
    shutil.copytree(made, results.parent / "outside")
    (results / "link").symlink_to(results.parent / "outside")
    assert stored_names() == [NAME]
    assert "no longer there" in refused("link")
    shutil.copytree(made, results / "inner")
    part = next((results / "inner" / "outcomes").iterdir())
    part.unlink()
    part.symlink_to(next((made / "outcomes").iterdir()))
    assert "links to other places" in refused("inner")
    shutil.rmtree(results / NAME / "scenarios")
    (results / NAME / "scenarios").symlink_to(made / "scenarios")
    assert "links to other places" in refused()


def test_folders_that_cannot_be_shown_say_why(results: Path) -> None:
    part = next((results / NAME / "outcomes").iterdir())
    whole = part.read_bytes()
    part.write_bytes(whole[:-8])
    assert f"run {part.stem} is damaged" in refused()
    part.write_bytes(whole)
    (results / NAME / "codebook.json").write_text("{", encoding="utf-8")
    assert "codebook.json is damaged" in refused()
    (results / NAME / "runs.parquet").rename(results / NAME / "later")
    assert "not finished" in refused()
    (results / NAME / ".lock").touch()
    assert "still being computed" in refused()


@pytest.mark.parametrize("part", ["name", "unit", "section", "title"])
def test_codebooks_that_lack_something_say_so(results: Path, part: str) -> None:
    place = results / NAME / "codebook.json"
    content = json.loads(place.read_text(encoding="utf-8"))
    for entry in (content["scenarios"] if part == "title" else content["outcomes"]).values():
        entry[part] = {"fr": "?"} if part in ("name", "unit") else [] if part == "section" else None
    place.write_text(json.dumps(content), encoding="utf-8")
    assert "codebook.json is damaged" in refused()


def test_fields_offer_what_the_folder_holds_and_nothing_else(results: Path) -> None:
    opened = open_checked(NAME)
    for language in LANGUAGES:
        for field in filter_fields(opened, usual(opened), speech(language)):
            offered = values_of(field["options"])
            assert field["value"] in offered
            assert len(set(offered)) == len(offered)
        assert set(offered) == {"main", EVERY, *opened.choices.outcomes}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": 99}, "newer or another version"),
        ({"years": "many"}, "manifest.json is damaged"),
        ({"areas": []}, "manifest.json is damaged"),
        ({"scenarios": [1, None]}, "manifest.json is damaged"),
        ({"fingerprint": None}, "manifest.json is damaged"),
        ({"files": 3}, "newer or another version"),
    ],
)
def test_manifests_that_are_none_say_so(results: Path, change: dict[str, Any], said: str) -> None:
    place = results / NAME / "manifest.json"
    place.write_text(json.dumps({**json.loads(place.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    assert said in refused()


def test_runs_that_lead_elsewhere_are_refused(results: Path) -> None:
    place = results / NAME / "runs.parquet"
    runs = pd.read_parquet(place)
    runs.loc[0, "run_id"] = "../../outside"
    runs.to_parquet(place)
    assert "runs.parquet is damaged" in refused()


def test_a_folder_is_read_once_and_again_when_it_changed(results: Path) -> None:
    first = open_named(NAME)
    assert open_named(NAME) is first
    os.utime(results / NAME / "runs.parquet", ns=(1, 1))
    assert open_named(NAME) is not first


def test_a_batch_that_goes_on_is_shown_as_such(results: Path) -> None:
    (results / NAME / ".lock").touch()
    assert open_named(NAME).writing


def test_a_folder_of_the_first_schema_opens(results: Path) -> None:
    shutil.copytree(ROOT / "tests" / "results" / "store-schema-1", results / "old")
    opened = open_named("old")
    table = compared(opened, usual(opened))
    assert comparison_table(opened, usual(opened), table, NL).rows


# --- what is shown


def test_facts_hold_what_the_manifest_holds_and_no_path(results: Path) -> None:
    shown = dict(facts(open_named(NAME), EN))
    assert shown["Areas"] == "Breda-Noord, Leeuwarden-Oost"
    assert shown["Runs that are done"] == "80 of 80"
    assert shown["Years"] == "2025 to 2026"
    assert not any("/" in value for value in shown.values())


def test_everything_that_can_be_chosen_gives_rows_or_none(results: Path) -> None:
    opened = open_named(NAME)
    first = usual(opened)
    assert first.area == "all"
    for area in opened.choices.areas:
        for view in opened.choices.views:
            for group in opened.choices.groups:
                asked = replace(first, area=area, view=view, group=group)
                table = compared(opened, asked)
                assert set(table["area"]) <= {area}
                expected = opened.results.compare(view=view, group=group, **({} if area == "all" else {"area": area}))
                assert len(table) == (expected["area"] == area).sum()


def test_one_outcome_is_told_by_year_with_both_worlds_and_the_difference(results: Path) -> None:
    opened = open_named(NAME)
    outcome = opened.choices.outcomes[0]
    asked = replace(usual(opened), outcome=outcome, year=ALL_YEARS)
    table = compared(opened, asked)
    shown = comparison_table(opened, asked, table, EN)
    assert [row[0] for row in shown.rows] == ["2025", "2026"]
    levels, difference = chart_specs(opened, asked, table, EN)
    assert [one["name"] for one in levels["series"]] != [one["name"] for one in difference["series"]]
    (line,) = difference["series"]
    factor = 100 if "share" in str(opened.results.codebook.outcome(outcome).unit["en"]) else 1
    assert line["values"] == [factor * value for value in table["difference"]]
    assert line["low"] == [factor * value for value in table["low"]]
    assert difference["table"]["rows"][0] == ["2025", line["values"][0], line["low"][0], line["high"][0]]
    assert len(difference["table"]["columns"]) == 4


def test_with_few_draws_there_is_no_band_and_that_is_said(results: Path, made: Path) -> None:
    shutil.copytree(ROOT / "tests" / "results" / "store-schema-1", results / "old")
    opened = open_named("old")
    asked = replace(usual(opened), outcome=opened.choices.outcomes[0])
    _, difference = chart_specs(opened, asked, compared(opened, asked), EN)
    assert difference["series"][0]["low"] == []
    assert "too few draws" in difference["note"]


def test_long_tables_are_cut_and_say_so(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_named(NAME)
    asked = replace(usual(opened), outcome=EVERY, year=ALL_YEARS)
    table = compared(opened, asked)
    whole = [row for row in comparison_table(opened, asked, table, EN).rows if len(row) > 1]
    assert len(whole) == len(table) <= MOST_ROWS_SHOWN
    monkeypatch.setattr("app.browser.results_told.MOST_ROWS_SHOWN", 3)
    cut = comparison_table(opened, asked, table, EN)
    assert [row for row in cut.rows if len(row) > 1] == whole[:3]
    assert f"first 3 of {len(table)} rows" in cut.notes[0]


# --- what is taken along


def files_of(made: Made) -> dict[str, bytes]:
    content = base64.b64decode(made.content)
    assert len(content) == made.size
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table_of(opened: Opened, wish: Wish, wanted: dict[str, Any], place: Path) -> Path:
    files = files_of(make_table(opened, wish, wanted, EN))
    ending = FORMATS[wish.format][0]
    name = f"{NAME}-{wish.table}.{ending}"
    assert set(files) == {name, f"{name}.datapackage.json"}
    (place / name).write_bytes(files[name])
    assert json.loads(files[f"{name}.datapackage.json"])["resources"][0]["path"] == name
    return place / name


def test_figures_of_a_file_are_those_of_the_page_and_of_the_command(results: Path, tmp_path: Path) -> None:
    opened = open_named(NAME)
    asked = replace(usual(opened), area="breda-noord")
    table = compared(opened, asked)
    outcomes = shown_outcomes(opened, asked, table)
    wanted = rows_wanted(asked, Wish(), outcomes)
    wish = Wish(format="csv")
    found = pd.read_csv(table_of(opened, wish, wanted, tmp_path))
    shown = table[(table["year"] == asked.year) & table["outcome"].isin(outcomes)].set_index("outcome")
    assert set(found["area"]) == {"breda-noord"}
    assert found.set_index("outcome")["difference"].to_dict() == pytest.approx(shown["difference"].to_dict())
    assert main([*shlex.split(command_for(opened, wish, wanted, EN))[1:], "--quiet"]) == 0
    assert Path(f"{NAME}-comparison.csv").read_bytes() == (tmp_path / f"{NAME}-comparison.csv").read_bytes()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", FORMATS)
def test_every_table_comes_in_every_format(results: Path, tmp_path: Path, table: str, kind: str) -> None:
    opened = open_named(NAME)
    place = table_of(opened, Wish(table, kind, every=True), {}, tmp_path)
    with place.open("rb") as file:
        head = file.read(4)
    if kind == "csv":
        rows = len(pd.read_csv(place))
    elif kind == "csv_nl":
        rows = len(pd.read_csv(place, sep=";", decimal=","))
    elif kind == "xlsx":
        assert head == b"PK\x03\x04"
        rows = len(pd.read_excel(place))
    elif kind == "parquet":
        rows = len(pd.read_parquet(place))
    else:
        rows = len({"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[kind](place)[0])
    expected = {
        "comparison": lambda: len(opened.results.compare()), "outcomes": opened.results.count, "runs": lambda: 80,
        "draws": lambda: len(opened.results.draws), "codebook": lambda: rows,
    }  # fmt: skip
    assert rows == expected[table]() > 0


def test_the_wide_shape_has_a_column_for_each_outcome(results: Path, tmp_path: Path) -> None:
    opened = open_named(NAME)
    place = table_of(opened, Wish("outcomes", "csv", "wide", True), {}, tmp_path)
    key = ["scenario", "area", "draw", "seed", "year", "view", "group"]
    assert len(pd.read_csv(place)) == len(opened.results.outcomes(key).drop_duplicates())
    header = next(csv.reader(io.StringIO(place.read_text(encoding="utf-8-sig"))))
    shorts = {opened.results.codebook.outcome(name).short for name in opened.choices.outcomes}
    assert shorts <= set(header)


def test_what_is_too_large_names_the_command(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_named(NAME)
    for limit, said in (("MOST_BYTES", "larger than"), ("MOST_ROWS_READ", "rows would have to be read")):
        with monkeypatch.context() as patch:
            patch.setattr(results_files, limit, 10)
            for make in (lambda: make_table(opened, Wish(), {}, EN), lambda: make_report(opened, usual(opened), EN)):
                with pytest.raises(RefusedError) as caught:
                    make()
                sentence = caught.value.sentence(EN)
                assert said in sentence
                command = sentence.rpartition("command line: ")[2]
                assert main([*shlex.split(command)[1:], "--quiet", "--overwrite"]) == 0


def test_a_filter_without_rows_is_a_sentence(results: Path) -> None:
    opened = open_named(NAME)
    with pytest.raises(RefusedError) as caught:
        make_table(opened, Wish(), {"outcome": ["nothing"]}, NL)
    assert "geen cijfers" in caught.value.sentence(NL)


def test_the_report_is_that_of_the_command(results: Path) -> None:
    opened = open_named(NAME)
    made = make_report(opened, usual(opened), EN)
    assert main(["report", NAME, "--to", "x.html", "--year", "2026", "--language", "en", "--quiet"]) == 0
    assert base64.b64decode(made.content).decode() == Path("x.html").read_text(encoding="utf-8")
    assert made.kind == "text/html"


def test_nothing_stays_behind(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / "held"
    held.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(held))
    before = sorted(results.rglob("*"))
    opened = open_named(NAME)
    make_table(opened, Wish(), {}, NL)
    with pytest.raises(RefusedError):
        make_table(opened, Wish(format="sav"), {"outcome": ["nothing"]}, NL)
    assert list(held.iterdir()) == []
    assert sorted(results.rglob("*")) == before


def test_a_model_without_money_or_people_can_be_opened(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_model.codebook_outcomes)
    assert main([*COMPARE, "--area", "breda-noord", "--years", "1", "--draws", "2", "--out", "plain"]) == 0
    opened = open_named("plain")
    for outcome in ("main", EVERY):
        asked = replace(usual(opened), outcome=outcome)
        table = compared(opened, asked)
        assert comparison_table(opened, asked, table, NL).headings
        assert isinstance(chart_specs(opened, asked, table, NL), list)
    assert "Klaar" not in make_report(opened, usual(opened), NL).name


# --- about


def test_evidence_is_that_of_the_page_of_interventions() -> None:
    page = (ROOT / "docs" / "interventions.md").read_text(encoding="utf-8")
    bought, _, sanctions = page.partition("## What police and justice do to a person")
    for one in evidence():
        part = bought if one.heading else sanctions
        (row,) = re.findall(rf"^\|[^|]*\| `{one.id}` \|.*$", part.rpartition("## What can be bought")[2], re.MULTILINE)
        cells = [cell.strip() for cell in row.split("|")]
        assert one.grade in cells or (one.grade == NO_EFFECT and not set(GRADES) & set(cells)), one.id
        assert one.source in row
        for path, (en, nl) in one.parts:
            if re.fullmatch(r"[\d.]+ \([\d.]+ to [\d.]+\)", size := size_text(one, path, EN)):
                assert f"{size} {en}" in row, one.id
            assert nl in row, one.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_can_be_filtered_by_grade(language: str) -> None:
    words = speech(language)
    every = [row for row in evidence_rows("", words) if len(row) > 1]
    assert len(every) == len(evidence())
    by_grade = [[row for row in evidence_rows(grade, words) if len(row) > 1] for grade in (*GRADES, NO_EFFECT)]
    assert sorted(row for rows in by_grade for row in rows) == sorted(every)
    assert all(len({row[2] for row in rows}) == 1 for rows in by_grade)


def test_parameters_are_counted_by_grade() -> None:
    counts = grade_counts()
    text = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert all(counts.values())
    assert str(sum(counts.values())) in text


def test_misses_are_told_with_their_reasons() -> None:
    table = misses_table(EN)
    assert table is not None
    missed = [one.id for one in patterns() if one.value is not None and not one.inside]
    assert [row[0] for row in table.rows] == [f"{known_misses()[one]['name_en']} ({one})" for one in missed]
    assert {row[3] for row in table.rows} == {texts["en"] for texts in known_misses().values()}
    inside = sum(one.inside for one in patterns())
    assert f"{inside} lie in their range" in fit_sentences(EN)[0]


# --- in a browser


@pytest.mark.slow
def test_a_stored_batch_is_opened_filtered_and_taken_along(made: Path, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    chromium_path()
    folder = tmp_path / "results"
    shutil.copytree(made, folder / NAME)
    shutil.copytree(made, folder / "broken")
    next((folder / "broken" / "outcomes").iterdir()).unlink()
    place = folder / NAME / "manifest.json"
    place.write_text(json.dumps({**json.loads(place.read_text(encoding="utf-8")), "fingerprint": "0" * 64}))
    results = open_results(folder / NAME)
    with running_site(tmp_path / "cache", folder) as site, running_browser() as browser:
        for language, width in (("nl", NARROW), ("en", WIDE)):
            words = speech(language)
            visitor = new_visitor(site, browser, width)
            visitor.go("results", lang=language)
            page = visitor.page
            page.select_option("#stores-store", "broken")
            page.wait_for_selector("[role=alert]")
            assert "broken" in page.inner_text("[role=alert]")
            assert str(folder) not in page.content()
            page.select_option("#stores-store", NAME)
            visitor.says(words("results_page.other_model"))
            page.wait_for_selector(".table table")
            page.select_option("#filter-area", "breda-noord")
            outcome = page.eval_on_selector("#filter-outcome optgroup option", "option => option.value")
            page.select_option("#filter-outcome", outcome)
            page.select_option("#filter-year", "0")
            page.wait_for_selector(".table tbody th:text-is('2026')")
            assert page.locator(".chart svg").count() >= 2
            row = results.compare(area="breda-noord", outcome=outcome, view="place", group="all", year=2026).iloc[0]
            known = results.codebook.outcome(outcome)
            shown = page.locator(".table tbody tr", has_text="2026").locator("td").all_inner_texts()
            assert shown == outcome_numbers(row.to_dict(), known, words)
            page.select_option("#files-format", "csv")
            with page.expect_download() as download:
                page.click(f"button:text-is('{words('results_page.file_make')}')")
            with zipfile.ZipFile(download.value.path()) as archive, archive.open(f"{NAME}-comparison.csv") as file:
                taken = pd.read_csv(file)
            assert taken.set_index("year").at[2026, "difference"] == pytest.approx(row["difference"])
            visitor.says(download.value.suggested_filename)
            with page.expect_download() as download:
                page.click(f"button:text-is('{words('results_page.report_make')}')")
            assert f'lang="{language}"' in Path(download.value.path()).read_text(encoding="utf-8")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
            visitor.check()
            page.context.close()
        assert "Traceback" not in site.logged()
