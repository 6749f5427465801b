"""The balance of a comparison against numbers worked out by hand, without discounting unless said."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.balance import Balance, balance
from results.codebook import Codebook, Outcome
from results.ledger import HIGH_RATE, LOW_RATE
from results.tables import OUTCOMES, table

UNIT = {"nl": "euro", "en": "EUR"}
NAMES = (
    "flow_society_programme",
    "flow_society_overhead",
    "flow_society_crime",
    "flow_society_homes",
    "flow_payer_municipality",
    "flow_payer_uwv",
    "residents_at_start",
    "programme_euros_on_later_residents",
    "crimes_per_1000",
    "problem_debt_share",
    "start_qualification_share",
    "employed_share",
)
CODEBOOK = Codebook({name: Outcome(name, name, UNIT, UNIT, "flow", ("people",), None, total=True) for name in NAMES})
SHORT = {name.removeprefix("flow_society_").removeprefix("flow_"): name for name in NAMES}


def rows(
    scenario: str,
    draw: int = 1,
    seed: int = 1,
    area: str = "a",
    residents: float = 10.0,
    realised: float | None = None,
    **amounts: list[float],
) -> list[dict[str, object]]:
    """Return the rows of a run; ``realised`` is what happened with crime where it is not what was expected."""
    found = []
    for short, years in {"residents_at_start": [residents], **amounts}.items():
        for number, amount in enumerate(years):
            happened = realised if short == "crime" and realised is not None else amount
            found.append(
                {
                    "scenario": scenario,
                    "area": area,
                    "draw": draw,
                    "seed": seed,
                    "year": 2025 + number,
                    "view": "place" if short == "crimes_per_1000" else "people",
                    "group": "all",
                    "outcome": SHORT[short],
                    "value": happened,
                    "expected": amount,
                    "numerator": happened,
                    "denominator": 1.0,
                    "expected_numerator": amount,
                }
            )
    return found


def pair(draw: int = 1, seed: int = 1, area: str = "a", **amounts: list[float]) -> list[dict[str, object]]:
    """Return a scenario with these flows and a reference with none."""
    nothing = {name: [0.0] * len(years) for name, years in amounts.items()}
    return rows("new", draw, seed, area, **amounts) + rows("old", draw, seed, area, **nothing)


def of(parts: list[dict[str, object]], rate: float = 0.0, **more: object) -> Balance:
    found = balance(table(parts, OUTCOMES), "new", "old", CODEBOOK, rate, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def line(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame.set_index("outcome").loc[name]


def test_lines_payers_and_their_sum() -> None:
    found = of(
        pair(
            programme=[-100.0, -100.0],
            overhead=[-50.0, 0.0],
            crime=[0.0, 400.0],
            payer_municipality=[-150.0, -100.0],
            payer_uwv=[0.0, 30.0],
        )
    )
    assert list(found.society["outcome"]) == [
        "flow_society_programme",
        "flow_society_overhead",
        "flow_society_crime",
    ]
    assert list(found.society["total"]) == [-200, -50, 400]
    assert list(found.society["per_resident"]) == [-20, -5, 40]
    assert (found.net["total"], found.net["per_resident"]) == (150, 15)
    assert (found.gains, found.costs) == (400, -250)
    assert found.break_even == 250 / 400
    assert found.share_positive == 1
    assert (found.first, found.last, found.draws) == (2025, 2026, 1)
    municipality = line(found.payers, "flow_payer_municipality")
    assert (municipality["total"], municipality["share_gains"]) == (-250, 0)
    assert line(found.payers, "flow_payer_uwv")["total"] == 30


def test_euros_are_discounted_at_the_rate_and_shown_at_two_others() -> None:
    found = of(pair(crime=[0.0, 1000.0]), rate=0.0225)
    assert found.net["per_resident"] == pytest.approx(100 / 1.0225**1.5)
    assert found.at_rates == pytest.approx({rate: 100 / (1 + rate) ** 1.5 for rate in (0.0225, LOW_RATE, HIGH_RATE)})


def test_mean_over_seeds_then_median_over_draws() -> None:
    parts = []
    for draw, amounts in ((1, (10.0, 30.0)), (2, (100.0, 100.0)), (3, (-50.0, 0.0))):
        for seed, amount in enumerate(amounts, start=1):
            parts += pair(draw, seed, crime=[amount])
    found = of(parts)
    assert found.net["total"] == 20
    assert found.draws == 3
    # 4 of the 6 futures gain, one is a tie
    assert found.share_positive == pytest.approx(4.5 / 6)
    assert math.isnan(found.net["total_low"])
    assert math.isnan(found.society["per_resident_high"].iloc[0])


def test_twenty_draws_give_an_interval() -> None:
    found = of([row for draw in range(1, 21) for row in pair(draw, crime=[float(draw)], payer_uwv=[float(draw)])])
    assert (found.net["total_low"], found.net["total_high"]) == pytest.approx((1.95, 19.05))
    assert found.net["per_resident_low"] == pytest.approx(0.195)
    assert found.payers["total_high"].iloc[0] == pytest.approx(19.05)


def test_effects_are_expected_and_futures_are_what_happened() -> None:
    found = of([*rows("new", crime=[10.0], realised=-5.0), *rows("old", crime=[4.0], realised=0.0)])
    assert found.net["total"] == 6
    assert found.share_positive == 0


def test_areas_are_added_where_all_completed_a_draw() -> None:
    parts = pair(1, area="a", crime=[10.0]) + pair(1, area="b", crime=[30.0]) + pair(2, area="a", crime=[99.0])
    failed = [("new", "b", 2, 1), ("old", "b", 2, 1)]
    found = of(parts, failed=failed, areas=["a", "b"])
    assert (found.net["total"], found.net["per_resident"], found.draws) == (40, 2, 1)


def test_residents_are_those_of_the_reference_on_both_sides() -> None:
    # the balances of both sides are large: another number of residents would drown what they differ
    found = of([*rows("new", crime=[-9990.0], residents=9.0), *rows("old", crime=[-10000.0], residents=10.0)])
    assert found.net["per_resident"] == 1


@pytest.mark.parametrize(
    ("amounts", "factor"),
    [
        ({"programme": [-100.0], "crime": [50.0]}, 2.0),
        ({"programme": [-60.0], "overhead": [-20.0], "homes": [-20.0], "crime": [200.0]}, 0.5),
        ({"programme": [-100.0], "crime": [0.0]}, math.inf),
        ({"programme": [-100.0], "crime": [-50.0]}, math.inf),
        ({"programme": [0.0], "crime": [50.0]}, math.nan),
        ({"programme": [100.0], "crime": [-50.0]}, math.nan),
    ],
)
def test_gains_that_would_pay_for_the_costs(amounts: dict[str, list[float]], factor: float) -> None:
    assert of(pair(**amounts)).break_even == pytest.approx(factor, nan_ok=True)


def test_the_factor_is_a_median_over_draws_and_no_costs_need_no_gains() -> None:
    parts = pair(1, programme=[-100.0], crime=[50.0]) + pair(2, programme=[-100.0], crime=[-1.0])
    assert of(parts).break_even == math.inf
    parts += pair(3, programme=[5.0], crime=[50.0])
    assert of(parts).break_even == 2


def test_what_an_outcome_costs() -> None:
    found = of(
        pair(
            programme=[-1000.0, -1000.0],
            crime=[10.0, 0.0],
            crimes_per_1000=[-3000.0, -1000.0],
            problem_debt_share=[7.0, -5.0],
            start_qualification_share=[3.0, -2.0],
            employed_share=[0.0, 0.0],
        )
    ).goals.set_index("outcome")
    assert list(found.loc["crimes_per_1000", ["gained", "euros_per_one"]]) == [4, 500]
    assert list(found.loc["problem_debt_share", ["gained", "euros_per_one"]]) == [5, 400]
    assert found.loc["start_qualification_share", "gained"] == -2
    assert math.isnan(found.loc["start_qualification_share", "euros_per_one"])
    assert math.isnan(found.loc["employed_share", "euros_per_one"])


def test_what_costs_nothing_has_no_price() -> None:
    found = of(pair(programme=[0.0], employed_share=[5.0])).goals.set_index("outcome")
    assert found.loc["employed_share", "gained"] == 5
    assert math.isnan(found.loc["employed_share", "euros_per_one"])


def test_money_on_later_residents_stands_beside_the_balance() -> None:
    found = of(pair(programme=[-100.0], programme_euros_on_later_residents=[25.0]))
    assert (found.later, found.net["total"]) == (25, -100)
    assert of(pair(programme=[-100.0])).later == 0


def test_without_flows_there_is_no_balance() -> None:
    data = table(pair(employed_share=[1.0]), OUTCOMES)
    assert balance(data, "new", "old", CODEBOOK, 0.0) is None


def test_the_content_is_plain() -> None:
    content = of(pair(programme=[-100.0], crime=[50.0])).content()
    assert content["net"]["total"] == -50
    assert content["society"][0]["outcome"] == "flow_society_programme"
    assert {entry["rate"] for entry in content["at_rates"]} == {0.0, LOW_RATE, HIGH_RATE}


EUROS = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=2)


@settings(max_examples=12, deadline=None)
@given(EUROS, EUROS, EUROS, st.floats(-3, 3))
def test_a_balance_is_the_sum_of_its_lines_and_grows_with_them(
    programme: list[float], crime: list[float], homes: list[float], times: float
) -> None:
    lines = {"programme": programme, "crime": crime, "homes": homes}
    found = of(pair(**lines), rate=0.0225)
    grown = of(pair(**{name: [times * euros for euros in years] for name, years in lines.items()}), rate=0.0225)
    close = {"rel": 1e-9, "abs": 1e-4}
    assert found.net["total"] == pytest.approx(found.society["total"].sum(), **close)
    assert found.net["total"] == pytest.approx(found.gains + found.costs, **close)
    assert grown.net["total"] == pytest.approx(times * found.net["total"], **close)


@settings(max_examples=12, deadline=None)
@given(EUROS, EUROS)
def test_turning_the_sides_round_turns_the_balance(new: list[float], old: list[float]) -> None:
    data = table([*rows("new", crime=new), *rows("old", crime=old)], OUTCOMES)
    there, back = (balance(data, *names, CODEBOOK, 0.0225) for names in (("new", "old"), ("old", "new")))
    assert there is not None
    assert back is not None
    assert there.net["total"] == -back.net["total"]
    assert there.share_positive == 1 - back.share_positive
