"""The statistics of a comparison: pairs, added areas, draws, ties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codebook import Codebook, CodebookError, Outcome
from results.comparison import ComparisonError, compare
from results.tables import COMPARISON, OUTCOMES, table

UNIT = {"nl": "aandeel", "en": "share"}


def outcome(name: str, better: str | None = "lower", **more: bool) -> Outcome:
    return Outcome(name, name[:4], {"nl": name, "en": name}, UNIT, "flow", ("place",), better, **more)  # type: ignore[arg-type]


CODEBOOK = Codebook(
    {
        entry.id: entry
        for entry in (
            outcome("rate"),
            outcome("count", total=True),
            outcome("neutral", None),
            outcome("jobs", "higher"),
            outcome("again", can_be_empty=True),
        )
    }
)


def row(
    scenario: str, draw: int, seed: int, numerator: float, denominator: float = 1.0, **more: object
) -> dict[str, object]:
    expected = more.pop("expected", numerator)
    return {
        "scenario": scenario,
        "area": "a",
        "draw": draw,
        "seed": seed,
        "year": 2030,
        "view": "place",
        "group": "all",
        "outcome": "rate",
        "value": numerator / denominator if denominator else np.nan,
        "expected": float(expected) / denominator if denominator else np.nan,  # type: ignore[arg-type]
        "numerator": numerator,
        "denominator": denominator,
        "expected_numerator": expected,
        **more,
    }


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return table(rows, OUTCOMES)


def both(draw: int, seed: int, new: float, old: float, **more: object) -> list[dict[str, object]]:
    return [row("new", draw, seed, new, **more), row("old", draw, seed, old, **more)]


def result(rows: list[dict[str, object]], **more: object) -> pd.DataFrame:
    return compare(frame(rows), "new", "old", CODEBOOK, **more)  # type: ignore[arg-type]


def test_the_columns_are_those_of_the_contract() -> None:
    found = result(both(1, 1, 2.0, 3.0))
    assert list(found.columns) == list(COMPARISON)
    assert {name: str(kind) for name, kind in found.dtypes.items()} == dict(COMPARISON)
    assert found.loc[0, "unit"] == "share"


def test_mean_over_seeds_then_median_over_draws() -> None:
    # Draw 1: -1 and -3, mean -2; draw 2: -10; draw 3: 0 and -8, mean -4. Median of -2, -10, -4 is -4.
    rows = (
        both(1, 1, 0, 1)
        + both(1, 2, 0, 3)
        + both(2, 1, 0, 10)
        + both(2, 2, 0, 10)
        + both(3, 1, 0, 0)
        + both(3, 2, 0, 8)
    )
    found = result(rows).iloc[0]
    assert found["difference"] == -4
    assert found["draws"] == 3
    assert found["seeds"] == 2


def test_effects_come_from_expectations_and_futures_from_what_happened() -> None:
    rows = []
    for draw in range(1, 21):
        rows += [row("new", draw, 1, 5.0, expected=4.0), row("old", draw, 1, 5.0, expected=6.0)]
    found = result(rows).iloc[0]
    assert (found["difference"], found["low"], found["high"]) == (-2, -2, -2)
    assert (found["reference_value"], found["scenario_value"]) == (6, 4)
    assert (found["future_low"], found["future_high"]) == (0, 0)
    assert found["share_better"] == 0.5


def test_without_an_expectation_the_realised_value_counts_in_every_row() -> None:
    rows = both(1, 1, 3.0, 5.0) + both(2, 1, 3.0, 5.0)
    rows[0]["expected_numerator"] = np.nan
    rows[3]["expected_numerator"] = 100.0
    assert result(rows).iloc[0]["difference"] == -2


def test_twenty_draws_give_an_interval_and_nineteen_do_not() -> None:
    rows = [part for draw in range(1, 21) for part in both(draw, 1, float(draw), 0.0)]
    found = result(rows).iloc[0]
    assert found["low"] == pytest.approx(np.quantile(np.arange(1, 21), 0.05))
    assert found["high"] == pytest.approx(np.quantile(np.arange(1, 21), 0.95))
    assert found["draws"] == 20
    fewer = result(rows[:-2]).iloc[0]
    assert fewer[["low", "high", "future_low", "future_high"]].isna().all()
    assert fewer["difference"] == 10
    assert fewer["draws"] == 19


def test_single_futures_are_wider_than_the_expected_effect() -> None:
    rows = []
    for draw in range(1, 21):
        rows += both(draw, 1, 10.0, 0.0) + both(draw, 2, -10.0, 0.0)
    found = result(rows).iloc[0]
    assert (found["low"], found["high"]) == (0, 0)
    assert (found["future_low"], found["future_high"]) == (-10, 10)


@pytest.mark.parametrize(("name", "share"), [("rate", 0.625), ("jobs", 0.375), ("neutral", None)])
def test_ties_count_half_and_no_direction_says_nothing(name: str, share: float | None) -> None:
    rows = []
    for draw, (new, old) in enumerate([(0, 1), (0, 2), (5, 5), (2, 1)], start=1):
        rows += both(draw, 1, new, old, outcome=name)
    found = result(rows).iloc[0]["share_better"]
    assert np.isnan(found) if share is None else found == share


def test_areas_are_added_never_averaged() -> None:
    rows = []
    for scenario, small, large in (("new", 1.0, 300.0), ("old", 3.0, 400.0)):
        rows.append(row(scenario, 1, 1, small, 10.0, area="small"))
        rows.append(row(scenario, 1, 1, large, 1000.0, area="large"))
        rows.append(row(scenario, 1, 1, small, area="small", outcome="count"))
        rows.append(row(scenario, 1, 1, large, area="large", outcome="count"))
    found = result(rows).set_index(["area", "outcome"])
    assert found.loc[("all", "rate"), "difference"] == pytest.approx(301 / 1010 - 403 / 1010)
    assert found.loc[("all", "count"), "reference_value"] == 403
    assert found.loc[("all", "count"), "difference"] == -102
    assert found.loc[("small", "count"), "difference"] == -2


def test_one_area_has_no_sum() -> None:
    assert set(result(both(1, 1, 1, 2))["area"]) == {"a"}


def test_a_wijk_is_not_added_over_areas() -> None:
    rows = both(1, 1, 1, 2) + both(1, 1, 1, 2, area="b") + both(1, 1, 1, 2, group="wijk:WK000001")
    found = result(rows)
    assert set(found.loc[found["group"] == "all", "area"]) == {"a", "b", "all"}
    assert set(found.loc[found["group"] != "all", "area"]) == {"a"}


def test_a_missing_run_is_an_error_unless_it_failed() -> None:
    rows = [*both(1, 1, 1, 2), row("new", 2, 1, 9.0)]
    with pytest.raises(ComparisonError, match="run of 'old' in a, draw 2, seed 1 is missing"):
        result(rows)
    assert result(rows, failed=[("old", "a", 2, 1)]).iloc[0]["draws"] == 1


def test_the_sum_leaves_out_pairs_that_an_area_lost() -> None:
    rows = both(1, 1, 1, 2) + both(1, 1, 1, 2, area="b") + both(2, 1, 5, 2)
    found = result(rows, failed=[("new", "b", 2, 1), ("old", "b", 2, 1)]).set_index("area")
    assert found.loc["all", "draws"] == 1
    assert found.loc["a", "draws"] == 2
    assert found.loc["all", "difference"] == pytest.approx(2 / 2 - 4 / 2)


def test_an_area_without_any_run_gives_no_sum() -> None:
    found = result(both(1, 1, 1, 2), areas=["a", "b"])
    assert set(found["area"]) == {"a"}


def test_a_missing_row_is_an_error_unless_nobody_can_be_left() -> None:
    rows = [*both(1, 1, 1, 2), row("new", 1, 1, 1.0, outcome="jobs")]
    with pytest.raises(ComparisonError, match=r"a row of 'old' is missing.*jobs"):
        result(rows)
    rows = [
        *both(1, 1, 1, 2),
        row("new", 1, 1, 1.0, outcome="again"),
        *both(2, 1, 1, 2),
        *both(2, 1, 3, 2, outcome="again"),
    ]
    found = result(rows).set_index("outcome")
    assert found.loc["again", "draws"] == 1
    assert found.loc["rate", "draws"] == 2


def test_a_row_absent_on_both_sides_is_just_absent() -> None:
    assert set(result(both(1, 1, 1, 2) + both(1, 1, 1, 2, year=2031, outcome="again"))["outcome"]) == {
        "rate",
        "again",
    }


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ComparisonError, match="twice"):
        result(both(1, 1, 1, 2) + both(1, 1, 1, 2))
    with pytest.raises(ComparisonError, match="no outcomes of scenario 'old'"):
        result([row("new", 1, 1, 1.0)])
    with pytest.raises(ComparisonError, match="holds no number"):
        result(both(1, 1, np.nan, 2))
    with pytest.raises(ComparisonError, match="no pair"):
        result([row("new", 1, 1, 1.0), row("old", 2, 1, 1.0)], failed=[("new", "a", 2, 1), ("old", "a", 1, 1)])
    with pytest.raises(CodebookError, match="no outcome 'strange'"):
        result(both(1, 1, 1, 2, outcome="strange"))


TABLES = st.tuples(st.integers(0, 10_000), st.sampled_from(["a", "ab", "abc"]), st.sampled_from([2, 20]))
"""Seed of the numbers, areas, draws."""


def numbered(seed: int, areas: str, draws: int) -> pd.DataFrame:
    numbers = np.random.default_rng(seed)
    rows = []
    for area in areas:
        for draw in range(1, draws + 1):
            for replicate in (1, 2):
                for name in ("rate", "count"):
                    size = 1.0 if name == "count" else float(numbers.integers(1, 1000))
                    for scenario in ("new", "old"):
                        realised, expected = numbers.integers(-9, 9), numbers.normal(0, 1000)
                        more = {"area": area, "outcome": name, "expected": expected}
                        rows.append(row(scenario, draw, replicate, float(realised), size, **more))
    return frame(rows)


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_turning_the_sides_round_turns_the_signs(made: tuple[int, str, int]) -> None:
    data = numbered(*made)
    there = compare(data, "new", "old", CODEBOOK)
    back = compare(data, "old", "new", CODEBOOK)
    close = {"rtol": 1e-9, "atol": 1e-6}
    np.testing.assert_allclose(there["difference"], -back["difference"], **close)
    np.testing.assert_allclose(there["low"], -back["high"], **close)
    np.testing.assert_allclose(there["future_high"], -back["future_low"], **close)
    np.testing.assert_allclose(there["share_better"], 1 - back["share_better"], **close)
    np.testing.assert_array_equal(there["reference_value"], back["scenario_value"])


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_the_order_of_rows_changes_no_bit(made: tuple[int, str, int]) -> None:
    data = numbered(*made)
    mixed = data.sample(frac=1.0, random_state=made[0])
    there, again = (compare(rows, "new", "old", CODEBOOK) for rows in (data, mixed))
    pd.testing.assert_frame_equal(there, again, check_exact=True)


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_the_sum_is_made_of_numerators(made: tuple[int, str, int]) -> None:
    data = numbered(*made)
    found = compare(data, "new", "old", CODEBOOK)
    sums = data.groupby(["scenario", "draw", "seed", "outcome"])[["expected_numerator", "denominator"]].sum()
    sums.loc[(slice(None), slice(None), slice(None), "count"), "denominator"] = 1.0
    effect = sums["expected_numerator"] / sums["denominator"]
    difference = (effect["new"] - effect["old"]).groupby(["draw", "outcome"]).mean().groupby("outcome").median()
    area = "all" if data["area"].nunique() > 1 else "a"
    mine = found[found["area"] == area].set_index("outcome")["difference"]
    pd.testing.assert_series_equal(
        mine.sort_index(), difference.sort_index(), check_names=False, check_index_type=False
    )
