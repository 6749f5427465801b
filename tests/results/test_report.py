"""What a report is made of: the rows of one year, and money added over areas and years."""

import pandas as pd
import pytest

from results.codebook import Codebook, Intervention, Outcome
from results.comparison import compare
from results.report import bought, headline, latent, main_area, money
from results.tables import OUTCOMES, table

UNIT = {"nl": "euro", "en": "EUR"}
NAMES = ("rate", "programme_euros_spent", "programme_posts_filled")
CODEBOOK = Codebook(
    {name: Outcome(name, name[:4], UNIT, UNIT, "flow", ("place",), None, total=name != "rate") for name in NAMES},
    interventions={name: Intervention(name, UNIT, UNIT) for name in ("mentoring", "halt", "isd")},
)


def rows(
    scenario: str, area: str, draw: int, seed: int, amounts: list[float], group: str = "all"
) -> list[dict[str, object]]:
    return [
        {
            "scenario": scenario,
            "area": area,
            "draw": draw,
            "seed": seed,
            "year": 2025 + place,
            "view": "place",
            "group": group,
            "outcome": name,
            "value": amount,
            "expected": amount,
            "numerator": amount,
            "denominator": 1.0,
            "expected_numerator": amount,
        }
        for name in NAMES
        for place, amount in enumerate(amounts)
    ]


def spent(parts: list[list[dict[str, object]]], **more: object) -> pd.DataFrame:
    data = table([row for part in parts for row in part], OUTCOMES)
    return money(data, "new", "old", CODEBOOK, **more).set_index("outcome")  # type: ignore[arg-type]


def test_money_is_a_mean_over_years_and_a_total_of_differences() -> None:
    found = spent([rows("new", "a", 1, 1, [10, 30]), rows("old", "a", 1, 1, [4, 0])])
    row = found.loc["programme_euros_spent"]
    assert list(row) == [2, 20, 18, 36]
    assert pd.isna(found.loc["programme_posts_filled", "difference_total"])
    assert found.loc["programme_posts_filled", "scenario_year"] == 20
    assert "rate" not in found.index


def test_money_is_added_over_areas_then_averaged_over_seeds_then_a_median_over_draws() -> None:
    parts = []
    for draw, amount in ((1, 10.0), (2, 100.0), (3, 20.0)):
        for seed in (1, 2):
            for area in ("a", "b"):
                parts.append(rows("new", area, draw, seed, [amount + seed]))
                parts.append(rows("old", area, draw, seed, [0.0]))
    assert spent(parts).loc["programme_euros_spent", "difference_year"] == 2 * (20 + 1.5)


def test_a_draw_that_an_area_lost_does_not_count() -> None:
    parts = [rows(name, "a", draw, 1, [amount * draw]) for draw in (1, 2) for name, amount in (("new", 10), ("old", 1))]
    parts += [rows(name, "b", 1, 1, [amount]) for name, amount in (("new", 10), ("old", 1))]
    failed = [("new", "b", 2, 1), ("old", "b", 2, 1)]
    found = spent(parts, failed=failed, areas=["a", "b"])
    assert found.loc["programme_euros_spent", "difference_year"] == 18
    assert spent(parts, failed=failed, areas=["a", "b", "c"]).empty


@pytest.mark.parametrize(("areas", "expected"), [(["a"], "a"), (["a", "b"], "all")])
def test_a_report_is_about_the_sum_where_there_is_one(areas: list[str], expected: str) -> None:
    data = table([row for area in areas for name in ("new", "old") for row in rows(name, area, 1, 1, [1, 2])], OUTCOMES)
    found = compare(data, "new", "old", CODEBOOK)
    assert main_area(found) == expected
    assert list(headline(found, 2026, "place", expected, CODEBOOK)["outcome"]) == ["rate"]
    assert headline(found, 2026, "people", expected, CODEBOOK).empty


def test_two_areas_without_a_sum_have_no_main_area() -> None:
    assert main_area(pd.DataFrame({"area": ["a", "b"]})) is None


def test_outcomes_come_section_by_section_and_keep_their_order_within_one() -> None:
    entries = {
        name: Outcome(name, name, UNIT, UNIT, "flow", ("place",), None, section=section)
        for name, section in (("a", "second"), ("b", "first"), ("c", "none"), ("d", "second"), ("e", "first"))
    }
    codebook = Codebook(entries, {"first": UNIT, "second": UNIT})
    found = pd.DataFrame({"year": 2030, "view": "place", "area": "x", "group": "all", "outcome": list(entries)})
    assert list(headline(found, 2030, "place", "x", codebook)["outcome"]) == ["b", "e", "a", "d", "c"]


def test_ledgers_and_states_that_nobody_measures_are_no_headline() -> None:
    entries = {
        name: Outcome(name, name, UNIT, UNIT, "flow", ("place",), None, section=section, latent=section == "index")
        for name, section in (("a", "crime"), ("flow_society_crime", "ledger"), ("trust_mean", "index"))
    }
    codebook = Codebook(entries, dict.fromkeys(("crime", "index", "ledger"), UNIT))
    found = pd.DataFrame({"year": 2030, "view": "place", "area": "x", "group": "all", "outcome": list(entries)})
    assert list(headline(found, 2030, "place", "x", codebook)["outcome"]) == ["a"]
    assert list(latent(found, 2030, "x", codebook)["outcome"]) == ["trust_mean"]
    assert latent(found, 2031, "x", codebook).empty


def bought_of(parts: list[list[dict[str, object]]], **more: object) -> pd.DataFrame:
    data = table([row for part in parts for row in part], OUTCOMES)
    return bought(data, "new", "old", CODEBOOK, **more).set_index("intervention")  # type: ignore[arg-type]


def test_what_was_bought_is_a_mean_year_of_both_sides() -> None:
    parts = [rows(name, "a", 1, 1, [10, 30]) for name in ("new", "old")]
    parts += [rows("new", "a", 1, 1, [4, 8], "service:mentoring"), rows("new", "a", 1, 1, [6], "service:halt")]
    parts += [rows("old", "a", 1, 1, [2, 2], "service:mentoring")]
    found = bought_of(parts)
    assert list(found.index) == ["mentoring", "halt"]
    assert list(found.loc["mentoring", ["spent_reference", "spent_scenario"]]) == [2, 6]
    # a year without a row is a year of nothing, and so is a whole side
    assert list(found.loc["halt", ["posts_reference", "posts_scenario"]]) == [0, 3]
    assert found[["places_scenario", "enrolled_scenario"]].isna().all(axis=None)


def test_what_was_bought_is_added_over_areas_and_is_nothing_where_it_has_no_row() -> None:
    parts = [rows(name, area, draw, 1, [1]) for name in ("new", "old") for area in ("a", "b") for draw in (1, 2, 3)]
    for draw, amount in ((1, 10.0), (2, 100.0)):
        parts += [rows("new", area, draw, 1, [amount], "service:isd") for area in ("a", "b")]
    assert bought_of(parts).loc["isd", "spent_scenario"] == 20
    assert bought_of(parts, areas=["a", "b", "c"]).empty
    assert bought_of(parts[:-4]).empty


def test_what_nobody_paid_for_and_what_is_equal_is_not_told() -> None:
    parts = [rows(name, "a", 1, 1, [1], group) for name in ("new", "old") for group in ("all", "service:isd")]
    for part in parts:
        for row in part:
            if row["group"] == "service:isd":
                row["outcome"] = "programme_enrolled" if row["outcome"] == "rate" else row["outcome"]
                row["numerator"] = 1.0 if row["outcome"] == "programme_enrolled" else 0.0
    assert bought_of(parts).empty
    parts[1][0]["numerator"] = 3.0
    assert list(bought_of(parts).loc["isd", ["enrolled_reference", "enrolled_scenario"]]) == [1, 3]


@pytest.mark.parametrize("group", ["service:halt", "arrival:since"])
def test_single_interventions_and_arrivals_are_no_part_of_a_comparison(group: str) -> None:
    data = table(
        [row for name in ("new", "old") for row in rows(name, "a", 1, 1, [1])] + rows("new", "a", 1, 1, [1], group),
        OUTCOMES,
    )
    assert set(compare(data, "new", "old", CODEBOOK)["group"]) == {"all"}
