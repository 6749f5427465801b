"""Verdicts follow from the rules, and the packaged result is whole, fresh and explained."""

import sys
from pathlib import Path
from typing import Any

import pytest

from calibration.validation.behaviours import behaviours
from calibration.validation.holdouts import load_holdouts
from calibration.validation.page import PAGES, page
from calibration.validation.run import posterior_mark
from calibration.validation.table import failed_groups, notes, packaged_rows, verdicts_text
from calibration.validation.verdicts import CARE, FEW_OWN, GOOD, NOT_GOOD, families, family_of, verdict_of, verdicts
from scenarios.verdicts import verdict_facts
from scenarios.verdicts import verdict_of as shown_of
from scenarios.verdicts import verdicts as shown
from sim.fingerprint import fingerprint
from sim.outcomes import OUTCOMES

DOCS = Path(__file__).parents[3] / "docs"
ROWS = packaged_rows()


def cells(
    inside: int, outside: int = 0, own: bool = True, use: str = "HOLDOUT", better: bool = True
) -> list[dict[str, Any]]:
    one = {"family": "work", "use": use, "own": own, "median": 1.0, "value": 1.0, "crps": 0.1 if better else 0.3}
    naive = {"crps_national": 0.2, "crps_last": None}
    return [one | naive | {"inside": place < inside} for place in range(inside + outside)]


@pytest.mark.parametrize(
    ("rows", "word", "reason"),
    [
        ([], CARE, "untested"),
        (cells(4), GOOD, "held"),
        (cells(4, better=False), CARE, "naive"),
        (cells(FEW_OWN - 1), CARE, "few_own"),
        (cells(9, own=False), CARE, "few_own"),
        (cells(3, 1), CARE, "coverage"),
        (cells(1, 2), NOT_GOOD, "missed"),
        (cells(9, use="check"), CARE, "untested"),
        (cells(9, use="construct"), CARE, "untested"),
        ([*cells(0, 3), *cells(9, use="check")], NOT_GOOD, "missed"),
    ],
)
def test_a_verdict_follows_from_held_out_figures_alone(rows: list[dict[str, Any]], word: str, reason: str) -> None:
    found = verdict_of("work", rows)
    assert (found.verdict, found.reason) == (word, reason)


def test_cells_that_were_not_lived_do_not_count() -> None:
    assert verdict_of("work", [row | {"median": None} for row in cells(0, 3)]).reason == "untested"


def test_every_outcome_has_one_family_and_is_in_the_file_that_reports_read() -> None:
    for name, outcome in OUTCOMES.items():
        judged = shown_of(name)
        assert judged is not None
        assert judged.family == family_of(name, outcome.section)
    assert set(shown()) == set(families())


def test_the_file_of_verdicts_is_the_generated_one() -> None:
    place = DOCS.parent / "scenarios" / "verdicts.toml"
    assert place.read_text(encoding="utf-8") == verdicts_text(verdicts(ROWS), ROWS)
    assert verdict_facts()["fingerprint"] == ROWS[0]["fingerprint"]


def test_the_table_is_fresh_and_has_every_cell() -> None:
    assert [row["id"] for row in ROWS] == [cell.id for cell in load_holdouts()]
    stale = {row["fingerprint"] for row in ROWS} - {fingerprint()}
    # another NumPy or Python is another fingerprint by contract: results are only promised equal on one of them
    if stale and sys.version_info[:2] != (3, 11):
        pytest.skip("validation.csv was made with another Python or NumPy")
    assert not stale, "validation.csv is of other sources; run python -m calibration.validation"
    assert {row["posterior"] for row in ROWS} == {posterior_mark()}, "validation.csv is of another posterior"


def test_the_table_says_of_each_figure_what_the_cells_say() -> None:
    for row, cell in zip(ROWS, load_holdouts(), strict=True):
        assert (row["value"], row["low"], row["high"]) == pytest.approx((cell.value, cell.low, cell.high), rel=1e-3)
        assert row["use"] == cell.use
        assert row["inside"] == (row["q05"] <= row["value"] <= row["q95"])


def test_every_miss_is_an_open_row_and_every_open_row_a_miss() -> None:
    assert set(notes()) == set(failed_groups(ROWS))
    assert all(entry["nl"].strip() and entry["en"].strip() for entry in notes().values())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_the_generated_ones(language: str) -> None:
    made = page(ROWS, notes(), language)
    assert made == page(packaged_rows(), notes(), language)
    assert (DOCS / PAGES[language]).read_bytes() == made.encode("utf-8"), "run python -m calibration.validation --page"
    assert f"{sum(row['use'] == 'HOLDOUT' for row in ROWS)} " in made


def test_behaviours_hold_and_none_counts_as_validation() -> None:
    found = behaviours()
    assert {one.use for one in found} <= {"construct", "check"}
    assert all(one.holds for one in found)
    named = {each.id for one in found for each in one.found}
    assert {"P34", "P34-before", "P20", "P10", "P11"} <= named
    assert named.isdisjoint(row["id"] for row in ROWS)
