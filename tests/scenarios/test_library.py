"""What the library says of money: what is compared is equal where it should be, and stops where it was announced to."""

import pytest

from results.ledger import discount_factor
from scenarios.catalogue import REALISED, load_scenario, scenario_ids
from sim.calendar import month_number
from sim.programme.catalogue import GEZAG, LINES

RATE = 0.0225
FIRST, LAST = 2025, 2044
AREAS = ("heerlen-noord", "breda-noord")
NATIONAL = {line.name: f"programme.{line.name}.budget_national" for line in LINES}
OWN = f"programme.{GEZAG}.budget"
ALONE = {
    "preventie-met-gezag": GEZAG,
    "jeugdcriminaliteit-keten": "jeugdcriminaliteit_keten",
    "volkshuisvesting": "volkshuisvesting",
    "armoede-en-schulden": "armoede_en_schulden",
    "onderwijs": "onderwijs",
    "sport-en-ontmoeting": "sport_en_ontmoeting",
    "alliantie": "alliantie",
}
"""Scenarios in which one line has money."""


def value(name: str, path: str, year: int, area: str = "breda-noord") -> float:
    return load_scenario(name).schedule(area).value(path, month_number(str(year)))


def total(name: str, line: str) -> float:
    return sum(value(name, NATIONAL[line], year) for year in range(FIRST, LAST + 1))


def present_value(name: str, path: str, area: str) -> float:
    years = range(FIRST, LAST + 1)
    return sum(value(name, path, year, area) * discount_factor(year - FIRST, RATE) for year in years)


@pytest.mark.parametrize("name", scenario_ids())
def test_no_scenario_changes_the_past(name: str) -> None:
    done = load_scenario(REALISED)
    for area in AREAS:
        mine, real = load_scenario(name).schedule(area), done.schedule(area)
        for path in {*mine.steps, *real.steps}:
            for month in range(month_number("2022"), month_number("2025")):
                assert mine.value(path, month) == real.value(path, month), path


def test_without_a_programme_there_is_no_money() -> None:
    for area in AREAS:
        for path in (*NATIONAL.values(), OWN):
            assert value("geen-programma", path, FIRST, area) == value("geen-programma", path, LAST, area) == 0
    assert value("geen-programma", "programme.alliantie.integrated", FIRST) == 0


@pytest.mark.parametrize(("name", "line"), ALONE.items())
def test_a_line_alone_has_the_only_money(name: str, line: str) -> None:
    assert [other for other in NATIONAL if total(name, other) > 0] == [line]


def test_amounts_given_once_add_up() -> None:
    assert total("volkshuisvesting", "volkshuisvesting") == 600e6
    early_warning = 2.6e6
    assert total("armoede-en-schulden", "armoede_en_schulden") == pytest.approx(20e6 + 4 * early_warning)
    granted = sum(value(REALISED, NATIONAL["volkshuisvesting"], year) for year in range(2022, LAST + 1))
    assert granted == 600e6


def test_together_both_justice_lines_are_what_was_announced() -> None:
    both = [sum(value(REALISED, NATIONAL[line], year) for line in (GEZAG, "jeugdcriminaliteit_keten"))
            for year in range(2022, 2026)]  # fmt: skip
    assert both == [60e6, 103e6, 123e6, 143e6]


def test_integrated_and_fragmented_differ_by_the_alliance_alone() -> None:
    apart, together = load_scenario("versnipperd"), load_scenario("integraal")
    assert apart.areas == together.areas
    changed = {path for path in together.levers if together.levers[path] != apart.levers.get(path)}
    assert changed == {"programme.alliantie.integrated"}
    assert total("integraal", "alliantie") == 0


def test_announced_money_stops_and_structural_money_goes_on() -> None:
    for line in ("onderwijs", "armoede_en_schulden", "alliantie"):
        assert value("huidig-beleid", NATIONAL[line], 2028) > 0 == value("huidig-beleid", NATIONAL[line], 2029)
        kept = value("huidig-beleid-doorgezet", NATIONAL[line], LAST)
        assert kept == value("huidig-beleid", NATIONAL[line], 2028)
    assert value("huidig-beleid", NATIONAL[GEZAG], LAST) == 82e6
    assert value("huidig-beleid", "programme.alliantie.integrated", 2029) == 0
    assert value("huidig-beleid-doorgezet", "programme.alliantie.integrated", LAST) == 1


def test_incidental_money_is_worth_as_much_as_structural() -> None:
    """Rounding to whole euros is all that is left."""
    paths = [("breda-noord", path) for path in NATIONAL.values()] + [("heerlen-noord", OWN)]
    for area, path in paths:
        apart = present_value("incidenteel", path, area) - present_value("structureel", path, area)
        assert abs(apart) < 10
    assert [year for year in range(FIRST, LAST + 1) if value("incidenteel", NATIONAL[GEZAG], year) == 0] == [
        2029, 2034, 2039, 2044,
    ]  # fmt: skip


def test_the_broad_programme_lasts_four_years_and_is_in_every_line() -> None:
    for line in NATIONAL.values():
        assert value("vogelaar", line, 2028) > 0 == value("vogelaar", line, 2029)
