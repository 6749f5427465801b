"""A run adds its discounted balances to the rows that the model counted."""

from types import SimpleNamespace

from scenarios.catalogue import load_scenario
from scenarios.design import Task
from scenarios.worlds import DISCOUNT_RATE, _run

SCENARIO = load_scenario("geen-programma")
TASK = Task("breda-noord", 1, 1, 0.1, 1, (), (SCENARIO,))


def row(outcome: str, numerator: float) -> dict[str, object]:
    return {
        "year": 2025,
        "view": "people",
        "group": "all",
        "outcome": outcome,
        "value": numerator,
        "expected": numerator,
        "numerator": numerator,
        "denominator": 1.0,
        "expected_numerator": numerator,
    }


def world(prices: dict[str, float]) -> SimpleNamespace:
    counted = [row("flow_society_crime", -121.0), row("residents_at_start", 10.0)]
    model = SimpleNamespace(step=lambda: None, outcome_rows=lambda groups: counted, p=prices)
    return SimpleNamespace(branch=lambda scenario: model)


def test_balances_are_discounted_at_the_rate_of_the_parameters() -> None:
    run = _run(TASK, world({DISCOUNT_RATE: 0.21}), SCENARIO, 0.0)  # type: ignore[arg-type]
    assert run.failure is None
    assert [found["outcome"] for found in run.rows] == [
        "flow_society_crime",
        "residents_at_start",
        "npv_society_per_resident",
    ]
    assert round(run.rows[-1]["value"], 6) == -11


def test_a_run_that_cannot_be_discounted_has_no_rows() -> None:
    run = _run(TASK, world({}), SCENARIO, 0.0)  # type: ignore[arg-type]
    assert run.failure is not None
    assert run.failure.stage == "outcomes"
    assert run.rows == []
