"""Euros of different years: half-year discounting, the balances of one run, pairs that differ by nothing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codebook import Codebook, Outcome
from results.comparison import compare
from results.ledger import balance_rows, differences, discount_factor, present_values
from results.tables import OUTCOMES, table

RATE = 0.0225


def row(outcome: str, year: int, numerator: float, **more: object) -> dict[str, object]:
    expected = more.pop("expected", numerator)
    return {
        "year": year,
        "view": "people",
        "group": "all",
        "outcome": outcome,
        "value": numerator,
        "expected": expected,
        "numerator": numerator,
        "denominator": 1.0,
        "expected_numerator": expected,
        **more,
    }


def run(residents: float = 100.0, **flows: list[float]) -> list[dict[str, object]]:
    """Return the rows of a run; a name such as society_crime is a flow, with a number for each year."""
    found = [row(f"flow_{name}", 2025 + t, euros) for name, years in flows.items() for t, euros in enumerate(years)]
    # after the first year some have died
    return [*found, row("residents_at_start", 2025, residents), row("residents_at_start", 2026, residents / 2)]


def named(rows: list[dict[str, object]]) -> dict[tuple[str, int], dict[str, object]]:
    return {(str(row["outcome"]), int(str(row["year"]))): row for row in rows}


def test_a_flow_falls_in_the_middle_of_its_year() -> None:
    assert discount_factor(0, 0.21) == pytest.approx(1 / 1.1)
    assert discount_factor(1, 0.21) == pytest.approx(1 / (1.21 * 1.1))
    assert discount_factor(3, 0.0) == 1


def test_the_balance_per_resident_adds_the_lines_up_to_each_year() -> None:
    rows = run(100.0, society_programme=[-1210.0, 0.0], society_crime=[110.0, 1331.0])
    found = named(balance_rows(rows, 0.21))
    assert set(found) == {("npv_society_per_resident", 2025), ("npv_society_per_resident", 2026)}
    first, second = found["npv_society_per_resident", 2025], found["npv_society_per_resident", 2026]
    assert first["numerator"] == pytest.approx(-1100 / 1.1)
    assert second["numerator"] == pytest.approx(-1000 + 1000)
    assert first["denominator"] == second["denominator"] == 100
    assert first["value"] == pytest.approx(-10)
    assert (first["view"], first["group"]) == ("people", "all")


def test_a_payer_has_a_total_of_its_own() -> None:
    rows = run(payer_uwv=[11.0, 0.0], payer_municipality=[-22.0, 13.31], society_work=[5.0])
    found = named(balance_rows(rows, 0.21))
    assert found["npv_payer_uwv", 2026]["value"] == pytest.approx(10)
    assert found["npv_payer_municipality", 2026]["value"] == pytest.approx(-10)
    assert found["npv_payer_municipality", 2026]["denominator"] == 1


def test_expectations_are_used_where_there_are_any() -> None:
    rows = [
        row("flow_society_crime", 2025, 100.0, expected=50.0),
        row("flow_society_care", 2025, 10.0, expected=math.nan),
        row("flow_society_work", 2025, 1.0, expected=None),
        row("residents_at_start", 2025, 2.0),
    ]
    (found,) = balance_rows(rows, 0.0)
    assert (found["numerator"], found["expected_numerator"], found["expected"]) == (111, 61, 30.5)


def test_other_groups_and_views_are_no_part_of_a_balance() -> None:
    rows = run(society_crime=[100.0])
    extra = [row("flow_society_crime", 2025, 7.0, group="start:low-income"), row("x", 2024, 1.0, view="place")]
    assert balance_rows([*rows, *extra], RATE) == balance_rows(rows, RATE)


def test_a_year_without_flows_keeps_the_balance() -> None:
    rows = [row("flow_payer_uwv", 2025, 1.0), row("flow_payer_uwv", 2027, 1.0)]
    values = [each["value"] for each in balance_rows(rows, 0.0)]
    assert values == [1, 1, 2]


def test_without_flows_or_residents_there_is_nothing_to_add() -> None:
    assert balance_rows([row("employed_share", 2025, 1.0), row("residents_at_start", 2025, 1.0)], RATE) == []
    assert balance_rows([row("flow_society_crime", 2025, 1.0)], RATE) == []


AMOUNTS = st.floats(-1e6, 1e6, allow_nan=False)
YEARS = st.integers(1, 6).flatmap(lambda size: st.tuples(*(st.lists(AMOUNTS, min_size=size, max_size=size),) * 2))


def last_value(crime: list[float], rate: float = RATE) -> float:
    return float(str(balance_rows(run(society_crime=crime), rate)[-1]["value"]))


@settings(max_examples=50, deadline=None)
@given(YEARS, st.floats(-5, 5), st.floats(0, 0.1))
def test_a_balance_is_linear_in_the_flows(flows: tuple[list[float], list[float]], times: float, rate: float) -> None:
    one, other = flows
    mixed = [times * a + b for a, b in zip(one, other, strict=True)]
    expected = times * last_value(one, rate) + last_value(other, rate)
    assert last_value(mixed, rate) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(YEARS)
def test_lines_add_up_to_the_balance_and_at_no_rate_nothing_is_lost(flows: tuple[list[float], list[float]]) -> None:
    one, other = flows
    together = balance_rows(run(society_crime=one, society_work=other), 0.0)[-1]["value"]
    assert together == pytest.approx((sum(one) + sum(other)) / 100, rel=1e-9, abs=1e-6)


UNIT = {"nl": "euro", "en": "EUR"}
NAMES = {"flow_society_crime": True, "residents_at_start": True, "npv_society_per_resident": False}
CODEBOOK = Codebook(
    {name: Outcome(name, name, UNIT, UNIT, "flow", ("people",), "higher", total=total) for name, total in NAMES.items()}
)


def keyed(scenario: str, area: str, rows: list[dict[str, object]], draw: int = 1, seed: int = 1) -> list[object]:
    return [{"scenario": scenario, "area": area, "draw": draw, "seed": seed, **row} for row in rows]


def with_balance(residents: float, crime: list[float]) -> list[dict[str, object]]:
    rows = run(residents, society_crime=crime)
    return [*rows, *balance_rows(rows, 0.0)]


def test_areas_add_by_euros_and_residents() -> None:
    parts = [
        *keyed("new", "a", with_balance(10.0, [100.0])),
        *keyed("old", "a", with_balance(10.0, [50.0])),
        *keyed("new", "b", with_balance(90.0, [0.0])),
        *keyed("old", "b", with_balance(90.0, [0.0])),
    ]
    found = compare(table(parts, OUTCOMES), "new", "old", CODEBOOK)  # type: ignore[arg-type]
    found = found[(found["outcome"] == "npv_society_per_resident") & (found["year"] == 2025)].set_index("area")
    assert found.loc["a", "difference"] == 5
    assert found.loc["b", "difference"] == 0
    assert found.loc["all", "difference"] == pytest.approx(0.5)
    assert found.loc["all", "share_better"] == 1


def test_equal_runs_differ_by_nothing_at_all() -> None:
    numbers = np.random.default_rng(1)
    parts: list[object] = []
    for draw in range(1, 6):
        rows = run(society_crime=list(numbers.normal(0, 1e6, 10)))
        parts += [*keyed("new", "a", rows, draw), *keyed("old", "a", rows, draw)]
    data = table(parts, OUTCOMES)  # type: ignore[arg-type]
    found = differences(data[data["outcome"] == "flow_society_crime"], "new", "old")
    assert (found["effect"] == 0).all()
    assert (present_values(found, 2025, RATE) == 0).all(axis=None)


def test_a_year_that_one_side_lacks_is_nothing_there() -> None:
    parts = [*keyed("new", "a", run(society_crime=[1.0, 2.0])), *keyed("old", "a", run(society_crime=[5.0]))]
    data = table(parts, OUTCOMES)  # type: ignore[arg-type]
    found = differences(data[data["outcome"] == "flow_society_crime"], "new", "old")
    assert list(found["effect"]) == [-4, 2]
    expected = -4 / 1.21**0.5 + 2 / 1.21**1.5
    assert present_values(found, 2025, 0.21)["flow_society_crime"].iloc[0] == pytest.approx(expected)


def test_no_rows_differ_by_no_rows() -> None:
    assert differences(pd.DataFrame(columns=list(OUTCOMES)), "new", "old").empty
