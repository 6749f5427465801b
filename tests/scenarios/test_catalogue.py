"""The library of scenarios, and files beside it."""

import tomllib
from pathlib import Path

import pytest

from scenarios.catalogue import load_scenario, scenario_ids
from sim.calendar import month_number
from sim.scenario import parse_scenario
from sim.scenario_errors import ScenarioError

NATIONAL = "programme.preventie_met_gezag.budget_national"
OWN = "programme.preventie_met_gezag.budget"
FILE = """
schema = 1
id = "{id}"
title = {{ nl = "Proef", en = "Trial" }}
explanation = {{ nl = "Uitleg", en = "Explanation" }}
base = "{base}"
start = "2025-01"
[levers]
{levers}
"""


def write(folder: Path, name: str, base: str, levers: str = "") -> str:
    path = folder / f"{name}.toml"
    path.write_text(FILE.format(id=name, base=base, levers=levers), encoding="utf-8")
    return str(path)


SPENT = ("do-it-badly", "limits-first", "perspective-first", "preventie-met-gezag", "quality-framework")
"""Scenarios that spend the money of Preventie met gezag, each in its own way."""

LINES_ALONE = (
    "jeugdcriminaliteit-keten", "volkshuisvesting", "armoede-en-schulden", "onderwijs", "sport-en-ontmoeting",
    "alliantie",
)  # fmt: skip
ALL_LINES = (
    "versnipperd", "integraal", "huidig-beleid", "huidig-beleid-doorgezet", "structureel", "incidenteel", "vogelaar",
)  # fmt: skip


def test_the_library_holds_the_reference_what_was_done_and_ways_to_spend() -> None:
    names = ["geen-programma", "gerealiseerd-beleid", *SPENT, *LINES_ALONE, *ALL_LINES]
    assert sorted(scenario_ids()) == sorted(names)


@pytest.mark.parametrize("name", scenario_ids())
def test_a_library_scenario_loads_and_writes_itself_out(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.id == name
    again = parse_scenario(scenario.to_toml(), "again")
    assert again == scenario.model_copy(update={"base": None})
    assert "base" not in tomllib.loads(scenario.to_toml())


def test_every_way_to_spend_has_the_same_money() -> None:
    later = month_number("2031-05")
    names = ("geen-programma", "gerealiseerd-beleid", *SPENT)
    amounts = {name: load_scenario(name).schedule("heerlen-noord").value(NATIONAL, later) for name in names}
    assert amounts == {"geen-programma": 0, "gerealiseerd-beleid": 82e6} | dict.fromkeys(SPENT, 82e6)
    heerlen = {name: load_scenario(name).schedule("heerlen-noord").value(OWN, later) for name in names}
    assert heerlen == {"geen-programma": 0, "gerealiseerd-beleid": 1_458_000} | dict.fromkeys(SPENT, 1_458_000)


def test_a_file_of_ones_own_over_the_library(tmp_path: Path) -> None:
    path = write(tmp_path, "mijn", "geen-programma", f'"{NATIONAL}" = {{ "2027" = 10_000_000 }}')
    schedule = load_scenario(path).schedule("breda-noord")
    assert schedule.value(NATIONAL, month_number("2026-12")) == 0
    assert schedule.value(NATIONAL, month_number("2027-01")) == 10e6


def test_a_base_may_lie_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, "onder", "geen-programma", f'"{NATIONAL}" = {{ "2027" = 10_000_000 }}')
    path = write(tmp_path, "boven", "onder")
    assert load_scenario(path).schedule("breda-noord").value(NATIONAL, month_number("2028")) == 10e6


def test_bases_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "een", "twee")
    path = write(tmp_path, "twee", "een")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.code == "base_cycle"


@pytest.mark.parametrize("name", ["preventie-met-gezg", "geen programma", "../geen-programma", ""])
def test_an_unknown_scenario_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(ScenarioError, match="geen-programma") as caught:
        load_scenario(name)
    assert caught.value.code == "unknown_scenario"


def test_the_nearest_name_is_given() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'preventie-met-gezag'"):
        load_scenario("preventie-met-gezg")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(tmp_path / "weg.toml"))
    assert caught.value.code == "file_missing"


def test_the_past_cannot_be_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "mijn", "gerealiseerd-beleid", f'"{NATIONAL}" = {{ "2023" = 1 }}')
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.code == "past_changed"
    assert "65000000" in str(caught.value)
