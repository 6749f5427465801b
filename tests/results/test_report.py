"""What a report is made of: the rows of one year, and money added over areas and years."""

import pandas as pd
import pytest

from results.codebook import Codebook, Outcome
from results.comparison import compare
from results.report import headline, main_area, money
from results.tables import OUTCOMES, table

UNIT = {"nl": "euro", "en": "EUR"}
NAMES = ("rate", "programme_euros_spent", "programme_posts_filled")
CODEBOOK = Codebook(
    {name: Outcome(name, name[:4], UNIT, UNIT, "flow", ("place",), None, total=name != "rate") for name in NAMES}
)


def rows(scenario: str, area: str, draw: int, seed: int, amounts: list[float]) -> list[dict[str, object]]:
    return [
        {
            "scenario": scenario,
            "area": area,
            "draw": draw,
            "seed": seed,
            "year": 2025 + place,
            "view": "place",
            "group": "all",
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
    assert list(headline(found, 2026, "place", expected)["outcome"]) == ["rate"]
    assert headline(found, 2026, "people", expected).empty


def test_two_areas_without_a_sum_have_no_main_area() -> None:
    assert main_area(pd.DataFrame({"area": ["a", "b"]})) is None
