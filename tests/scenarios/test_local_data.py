"""Sheets of own numbers: what they offer, what is read, every mistake as one sentence, and what they change."""

from __future__ import annotations

import csv
import datetime
import io
import json
import pickle
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from scenarios.catalogue import load_scenario
from scenarios.design import Task
from scenarios.local_cells import MOST_TIMES, area_cells, declarations
from scenarios.local_data import numbers_from_facts, read_local_data, read_sheet
from scenarios.local_errors import SENTENCES, LocalDataError
from scenarios.local_parsing import number_of
from scenarios.local_reading import MOST_BYTES, MOST_PARTS, MOST_ROWS, FilledRow
from scenarios.local_template import brief, template_csv, template_xlsx
from scenarios.worlds import simulate
from sim.areas import LocalNumbers, area_ids
from sim.parameters import ParameterSet, load_parameters
from sim.programme.catalogue import LINES, OFFERED
from sim.world import start_world

AREA = "vlaardingen-westwijk"
HEADINGS = {"en": ("cell", "your value", "your source"), "nl": ("cel", "uw waarde", "uw bron")}
PMG = "preventie_met_gezag_budget"


def csv_sheet(path: Path, *rows: tuple[str, str], delimiter: str = ",", language: str = "en", **first: str) -> Path:
    """Write the least that is a sheet."""
    about = {"schema": "1", "area": AREA} | first
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADINGS[language])
        writer.writerows((name, value, "") for name, value in (*about.items(), *rows))
    return path


def book(path: Path, **values: object) -> Path:
    """Write the workbook of the template with values filled in; a pair is a value with its number format."""
    content = openpyxl.load_workbook(io.BytesIO(template_xlsx(AREA, "nl", "f00d")))
    numbers = content.worksheets[0]
    place = [cell.value for cell in numbers[1]].index("uw waarde") + 1
    for row in numbers.iter_rows(min_row=2):
        if row[0].value in values:
            value = values[row[0].value]
            cell = numbers.cell(row[0].row, place)
            cell.value, form = value if isinstance(value, tuple) else (value, "General")
            cell.number_format = form
    content.save(path)
    return path


def read(path: Path) -> dict[str, float]:
    return {one.cell.name: one.value for one in read_sheet(path).filled}


def refusal(path: Path, code: str, areas: list[str] | None = None, *more: Path) -> str:
    with pytest.raises(LocalDataError) as found:
        read_local_data([path, *more], areas)
    error = found.value
    assert error.code == code
    dutch, english = (error.sentence(language) for language in ("nl", "en"))
    assert dutch != english
    for sentence in (dutch, english):
        assert "\n" not in sentence
        assert "{" not in sentence.replace("[areas.", "")
        assert sentence.startswith(error.where)
        assert len(sentence) < 400
    assert pickle.loads(pickle.dumps(error)).sentence("nl") == dutch
    return english


# what is offered


@pytest.mark.parametrize("area", area_ids())
def test_what_the_model_assumes_lies_within_the_range_of_its_cell(area: str) -> None:
    for cell in area_cells(area).values():
        assert cell.low <= cell.assumed <= cell.high, cell.name
        if cell.doubt is not None:
            assert cell.low <= cell.doubt[0] < cell.doubt[1] <= cell.high, cell.name
            assert cell.doubt[0] <= cell.assumed <= cell.doubt[1], cell.name


def test_the_doubt_on_a_sheet_is_that_of_the_draws() -> None:
    cells, draws = area_cells(AREA), [load_parameters(draw, AREA) for draw in range(1, 121)]
    for name in ("investigation_hours", "post_cost", "debt_help_places", "hire_rate"):
        cell = cells[name]
        drawn = np.quantile([values[cell.path] * cell.factor for values in draws], (0.05, 0.95))
        width = cell.doubt[1] - cell.doubt[0]
        assert drawn == pytest.approx(cell.doubt, abs=0.2 * width), name


def test_what_a_line_brings_is_what_the_model_gives_it() -> None:
    world = start_world(AREA, draw=0, seed=1, sample=0.02).branch(load_scenario("huidig-beleid"))
    world.step()
    cells = area_cells(AREA)
    for line in ("preventie_met_gezag", "jeugdcriminaliteit_keten", "volkshuisvesting"):
        paid = sum(euros for (of, _), euros in world.municipality._division.parts.items() if of == line)
        assert paid / world.fraction == pytest.approx(cells[f"{line}_budget"].assumed)


def test_places_of_the_area_are_those_of_the_model_within_a_tenth() -> None:
    world = start_world(AREA, draw=0, seed=1, sample=0.02)
    cells, town = area_cells(AREA), world.municipality
    assert town.regular_youths / world.fraction == pytest.approx(1000 * cells["mentoring_places"].factor, rel=0.1)
    minors = world.justice.minors / world.fraction
    assert minors == pytest.approx(1000 * cells["youth_probation_places"].factor, rel=0.1)
    assert world.debt_help.households / world.fraction == pytest.approx(1000 * cells["debt_help_places"].factor)
    assert world.care.residents / world.fraction == pytest.approx(1000 * cells["care_starts"].factor)


def test_every_cell_is_in_both_languages_and_no_text_is_a_formula() -> None:
    cells = area_cells(AREA)
    assert {f"{name}_{what}" for name in OFFERED for what in ("places", "cost")} < set(cells)
    for cell in cells.values():
        for texts in (cell.title, cell.unit, cell.why, cell.grade):
            assert all(texts[language].strip() for language in ("nl", "en"))
    for language in ("nl", "en"):
        delimiter = ";" if language == "nl" else ","
        for row in csv.reader(io.StringIO(template_csv(AREA, language, "f00d")), delimiter=delimiter):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_sentences_and_texts_are_in_both_languages() -> None:
    assert all(set(sentence) == {"nl", "en"} for sentence in SENTENCES.values())
    assert len(declarations()["guide"]["nl"]) == len(declarations()["guide"]["en"])


def test_a_line_without_announced_money_or_with_its_own_amount_is_not_offered() -> None:
    assert "sport_en_ontmoeting_budget" not in area_cells(AREA)
    assert PMG not in area_cells("heerlen-noord")
    assert "onderwijs_budget" not in area_cells(AREA, 2030)
    assert PMG in area_cells(AREA, 2030)


# what is read


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_template_is_read_back_with_nothing_filled_in(tmp_path: Path, language: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(template_xlsx(AREA, language, "f00d"))
    (tmp_path / "a.csv").write_text(template_csv(AREA, language, "f00d"), encoding="utf-8-sig")
    for name in ("a.xlsx", "a.csv"):
        sheet = read_sheet(tmp_path / name)
        assert (sheet.area, sheet.year, sheet.fingerprint, sheet.filled) == (AREA, 2025, "f00d", ())
        assert read_local_data([tmp_path / name]).numbers == ()


def test_every_number_of_a_sheet_may_be_filled_in_as_it_is_shown(tmp_path: Path) -> None:
    """The numbers that the model assumes, copied into the column to fill in, are read as themselves."""
    for language, delimiter in (("nl", ";"), ("en", ",")):
        rows = list(csv.reader(io.StringIO(template_csv(AREA, language, "f00d")), delimiter=delimiter))
        filled = [(*row[:-2], row[-2] or row[3], "") for row in rows]
        with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=delimiter).writerows([rows[0], *filled[1:]])
        sheet = read_sheet(tmp_path / "a.csv")
        assert len(sheet.filled) == len(area_cells(AREA))
        for one in sheet.filled:
            assert one.value == brief(one.cell.assumed), one.cell.name
            assert one.model == pytest.approx(one.cell.assumed / one.cell.factor, rel=0.02)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("75000", 75000.0),
        ("75 000", None),
        ("78.500,5", 78500.5),
        ("78,500.5", 78500.5),
        ("78500,25", 78500.25),
        ("  80000 ", 80000.0),
        ("80e3", None),
        ("nan", None),
        ("inf", None),
        ("1" * 400, None),
        ("zestig", None),
        ("75000%", None),
        ("８００００", None),
        ("=75000", None),
    ],
)
def test_numbers_are_read_as_people_write_them(tmp_path: Path, text: str, value: float | None) -> None:
    path = csv_sheet(tmp_path / "a.csv", ("post_cost", text))
    if value is None:
        refusal(path, "not_a_number")
    else:
        assert read(path) == {"post_cost": value}


def test_semicolons_and_decimal_commas_are_read_and_so_are_tabs(tmp_path: Path) -> None:
    for delimiter in ";\t":
        path = csv_sheet(tmp_path / "a.csv", ("hire_rate", "12,5"), delimiter=delimiter, language="nl")
        assert read(path) == {"hire_rate": 12.5}


def test_a_text_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"cel;uw waarde;uw bron\nschema;1;\narea;{AREA};\nhire_rate;12,5;reünie\n".encode("cp1252"))
    assert read_sheet(path).filled[0].source == "reünie"


def test_a_percentage_is_the_same_however_it_is_kept(tmp_path: Path) -> None:
    """A spreadsheet keeps 14 % as 0.14 and shows it; read as it stands it would be a hundred times too small."""
    kept = read(book(tmp_path / "a.xlsx", teacher_vacancies=(0.14, "0%"), hire_rate="25 %", vacancy=3))
    assert kept == {"teacher_vacancies": 14.0, "hire_rate": 25.0, "vacancy": 3.0}
    assert read(csv_sheet(tmp_path / "a.csv", ("teacher_vacancies", "14%"))) == {"teacher_vacancies": 14.0}
    refusal(book(tmp_path / "b.xlsx", post_cost=(0.8, "0%")), "not_a_number")


def test_places_of_households_follow_the_vacancy_that_is_filled_in(tmp_path: Path) -> None:
    path = csv_sheet(tmp_path / "a.csv", ("debt_help_places", "150"), ("vacancy", "6"))
    (numbers,) = read_local_data([path]).numbers
    world = start_world(AREA, draw=0, seed=1, sample=0.02, local=numbers)
    per_household = world.p["debts.help_places"] / 1000
    assert per_household * world.debt_help.households / world.fraction == pytest.approx(150)


def test_a_line_becomes_its_share_of_the_national_money_of_that_year(tmp_path: Path) -> None:
    for year, national in (("2025", 82_000_000), ("2023", 65_000_000)):
        (numbers,) = read_local_data([csv_sheet(tmp_path / "a.csv", (PMG, "300000"), year=year)]).numbers
        assert numbers.year == int(year)
        assert dict(numbers.line_shares) == {"preventie_met_gezag": 300_000 / national}


def test_the_facts_hold_values_name_and_checksum_and_no_folder(tmp_path: Path) -> None:
    data = read_local_data([csv_sheet(tmp_path / "a.csv", ("hire_rate", "25"))])
    (facts,) = data.facts() or []
    assert facts["file"] == "a.csv"
    assert str(tmp_path) not in str(facts)
    assert facts["cells"][0] | {"title": 0, "unit": 0} == {
        "cell": "hire_rate", "title": 0, "value": 25.0, "assumed": 20.0, "unit": 0, "sets": "parameter",
        "path": "programme.hire_rate", "model_value": 0.25, "source": "",
    }  # fmt: skip
    assert read_local_data([]).facts() is None


def test_a_run_is_repeated_from_what_the_manifest_says(tmp_path: Path) -> None:
    rows = (("hire_rate", "25"), ("corporatie_share", "31"), (PMG, "300000"))
    data = read_local_data([csv_sheet(tmp_path / "a.csv", *rows)])
    (numbers,) = numbers_from_facts(json.loads(json.dumps(data.facts())))
    assert (numbers,) == data.numbers
    assert numbers == LocalNumbers(
        AREA,
        2025,
        figures=(("corporatie_share", 0.31),),
        parameters=(("programme.hire_rate", 0.25),),
        line_shares=(("preventie_met_gezag", 300_000 / 82_000_000),),
    )


# what is refused


def test_files_that_are_no_sheets(tmp_path: Path) -> None:
    def file(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    refusal(tmp_path / "none.csv", "file_missing")
    (tmp_path / "folder.csv").mkdir()
    refusal(tmp_path / "folder.csv", "file_missing")
    refusal(file("a.ods", b"x"), "wrong_ending")
    refusal(file("a.xlsm", b"x"), "wrong_ending")
    refusal(file("a.xlsx", b""), "empty")
    refusal(file("a.csv", b" \n"), "empty")
    refusal(file("a.xlsx", b"cell,your value\n"), "not_xlsx")
    refusal(file("a.csv", b"\x00\x01\x02" * 40), "not_text")
    refusal(file("a.csv", b'cell,your value\n"open'), "not_text")
    refusal(file("a.csv", b"a,b\n1,2\n"), "no_columns")
    refusal(file("a.csv", b"x" * (MOST_BYTES + 1)), "too_large")
    refusal(file("a.csv", b"cell,your value\n" + b",\n" * MOST_ROWS), "too_many_rows")
    whole = template_xlsx(AREA, "en", "f00d")
    refusal(file("half.xlsx", whole[: len(whole) // 2]), "not_xlsx")
    spoiled = whole[:300] + b"\xff" * 40 + whole[340:]
    refusal(file("spoiled.xlsx", spoiled), "not_xlsx")


def test_workbooks_that_grow_or_run_are_refused(tmp_path: Path) -> None:
    def packed(name: str, **parts: bytes) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as book_:
            for part, content in parts.items():
                book_.writestr(part, content)
        return tmp_path / name

    bomb = packed("bomb.xlsx", a=b"\0" * 30_000_000)
    assert bomb.stat().st_size < MOST_BYTES
    refusal(bomb, "too_large_unpacked")
    refusal(packed("many.xlsx", **{f"part{number}": b"" for number in range(MOST_PARTS + 1)}), "too_large_unpacked")
    refusal(packed("macros.xlsx", **{"xl/vbaProject.bin": b"x"}), "macros")
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "b">]><x>&a;</x>'
    refusal(packed("laughs.xlsx", **{"xl/workbook.xml": laughs}), "not_xlsx")
    refusal(packed("laughs16.xlsx", **{"xl/workbook.xml": laughs.decode().encode("utf-16")}), "not_xlsx")


def test_rows_that_say_what_the_sheet_is_about(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    refusal(csv_sheet(path, schema=""), "no_row")
    refusal(csv_sheet(path, area=""), "no_row")
    assert "'2'" in refusal(csv_sheet(path, schema="2"), "bad_schema")
    assert "'vlaardingen-westwijk'" in refusal(csv_sheet(path, area="vlaardingen-west"), "unknown_area")
    for year in ("1999", "20255", "soon", "2025,5", "２０２５"):
        refusal(csv_sheet(path, year=year), "bad_year")
    refusal(csv_sheet(path), "other_area", ["delft-west"])
    refusal(csv_sheet(path), "area_twice", [AREA], csv_sheet(tmp_path / "b.csv"))
    assert read_sheet(csv_sheet(path)).year == 2025
    refusal(book(tmp_path / "a.xlsx", year="=2020+5"), "formula")


def test_cells_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert "'hire_rate'" in refusal(csv_sheet(path, ("hire_rat", "20")), "unknown_cell")
    assert "row 4" in refusal(csv_sheet(path, ("hire_rat", "20")), "unknown_cell")
    refusal(csv_sheet(path, ("hire_rate", "20"), ("hire_rate", "20")), "twice")
    refusal(csv_sheet(path, ("", "20")), "value_without_cell")
    refusal(csv_sheet(path, (PMG, "300.000")), "two_meanings")
    assert "2 to 90 (% a month)" in refusal(csv_sheet(path, ("hire_rate", "90.1")), "out_of_range")
    refusal(csv_sheet(path, ("hire_rate", "-5")), "out_of_range")
    thousands = area_cells(AREA)[PMG].assumed * MOST_TIMES * 1.1
    refusal(csv_sheet(path, (PMG, f"{thousands:.0f}")), "out_of_range")
    refusal(csv_sheet(path, ("sport_en_ontmoeting_budget", "1000")), "line_without_money")
    refusal(csv_sheet(path, ("onderwijs_budget", "1000"), year="2030"), "line_without_money")
    here = refusal(csv_sheet(path, (PMG, "1458000"), area="heerlen-noord"), "line_in_scenario")
    assert '[areas.heerlen-noord.levers."programme.preventie_met_gezag.budget"]' in here


def test_cells_of_a_workbook_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    refusal(book(path, hire_rate="=20+5"), "formula")
    refusal(book(path, hire_rate=True), "not_a_number")
    refusal(book(path, hire_rate=(datetime.datetime(2025, 2, 1), "dd-mm-yyyy")), "not_a_number")
    refusal(book(path, hire_rate="#DIV/0!"), "not_a_number")
    with pytest.raises(LocalDataError, match="allowed: a number"):
        number_of(FilledRow(1, "hire_rate", 10**400, ""), area_cells(AREA)["hire_rate"], "a.xlsx")


def test_a_formula_with_its_outcome_is_the_outcome(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as content:
        sheet = content.add_worksheet()
        sheet.write_row(0, 0, HEADINGS["en"])
        sheet.write_row(1, 0, ("schema", 1))
        sheet.write_row(2, 0, ("area", AREA))
        sheet.write_string(3, 0, "hire_rate")
        sheet.write_formula(3, 1, "=20+5", value=25)
    assert read(tmp_path / "a.xlsx") == {"hire_rate": 25.0}


# what it changes


def test_every_cell_sets_what_the_model_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    read_paths: set[str] = set()
    look_up = ParameterSet.__getitem__

    def watched(self: ParameterSet, path: str) -> float:
        read_paths.add(path)
        return look_up(self, path)

    monkeypatch.setattr(ParameterSet, "__getitem__", watched)
    world = start_world(AREA, draw=0, seed=2, sample=0.02).branch(load_scenario("huidig-beleid"))
    for _ in range(12):
        world.step()
    cells = area_cells(AREA).values()
    assert {cell.path for cell in cells if cell.sets == "parameter"} <= read_paths
    assert {cell.path for cell in cells if cell.sets == "figure"} == {"corporatie_share"}  # see tests/sim
    assert {cell.path for cell in cells if cell.sets == "line"} <= {line.name for line in LINES}


FIRST_YEAR = 2025
SCENARIOS = tuple(load_scenario(name) for name in ("preventie-met-gezag", "geen-programma"))
LITTLE = {"area": AREA, "seed": 1, "sample": 0.01, "years": 1, "groups": (), "scenarios": SCENARIOS}
DRAWS = range(1, 13)
"""Enough to see how wide an interval is."""


def lived(path: Path | None, draws: Iterable[int]) -> list[list[list[dict[str, Any]]]]:
    """Return the rows of scenario and reference by draw, with the numbers of a sheet or without any."""
    numbers = () if path is None else read_local_data([path], [AREA]).numbers
    local = next(iter(numbers), None)
    return [[run.outcome_rows() for run in simulate(Task(draw=draw, local=local, **LITTLE))] for draw in draws]


def width(outcome: str, worlds: list[list[list[dict[str, Any]]]]) -> float:
    """Return how wide the 90 % interval of a difference is."""

    def value(rows: list[dict[str, Any]]) -> float:
        kept = (outcome, "all", FIRST_YEAR)
        return next(row["expected"] for row in rows if (row["outcome"], row["group"], row["year"]) == kept)

    low, high = np.quantile([value(scenario) - value(reference) for scenario, reference in worlds], (0.05, 0.95))
    return float(high - low)


def test_a_sheet_without_numbers_gives_the_same_rows(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text(template_csv(AREA, "nl", "f00d"), encoding="utf-8")
    assert lived(empty, (3,)) == lived(None, (3,))


@pytest.mark.slow
def test_what_is_filled_in_makes_the_interval_narrower(tmp_path: Path) -> None:
    rows = (
        (PMG, "300000"), ("post_cost", "78000"), ("hire_rate", "25"), ("staff_turnover", "14"),
        ("mentoring_places", "20"), ("street_youth_work_places", "60"),
    )  # fmt: skip
    known, assumed = lived(csv_sheet(tmp_path / "own.csv", *rows), DRAWS), lived(None, DRAWS)
    assert width("programme_euros_spent", assumed) > 50_000
    assert width("programme_euros_spent", known) < 1
    assert width("programme_places", known) < 0.9 * width("programme_places", assumed)
