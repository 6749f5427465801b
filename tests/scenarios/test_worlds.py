"""A task against the real model: small, but the whole way."""

import pandas as pd

from results.tables import OUTCOMES, table
from scenarios.batch import run_design
from scenarios.catalogue import load_scenario
from scenarios.design import Design, Task
from scenarios.worlds import simulate
from sim.scenario import Scenario

AREA, SAMPLE = "vlaardingen-westwijk", 0.05


def named(name: str, other: str | None = None) -> Scenario:
    scenario = load_scenario(name)
    return scenario.model_copy(update={"id": other}) if other else scenario


def rows(run) -> pd.DataFrame:
    assert run.failure is None, run.failure
    return table(run.outcome_rows(), OUTCOMES).drop(columns="scenario")


def test_equal_levers_are_one_world_and_the_order_does_not_matter() -> None:
    three = (named("preventie-met-gezag"), named("geen-programma"), named("geen-programma", "zelfde"))
    first, second, third = simulate(Task(AREA, 1, 1, SAMPLE, 1, (), three))
    pd.testing.assert_frame_equal(rows(second), rows(third), check_exact=True)
    (alone,) = simulate(Task(AREA, 1, 1, SAMPLE, 1, (), three[1:2]))
    pd.testing.assert_frame_equal(rows(second), rows(alone), check_exact=True)
    money = rows(first).set_index("outcome")["value"]
    assert money["programme_euros_budget"] > 0
    assert rows(second).set_index("outcome")["value"]["programme_euros_budget"] == 0
    assert set(rows(first)["year"]) == {2025}


def test_two_workers_give_the_same_bits() -> None:
    scenarios = (named("preventie-met-gezag"), named("geen-programma"))
    design = Design(scenarios, "geen-programma", (AREA,), (0, 1), (3,), SAMPLE, 1)
    alone, together = (run_design(design, simulate, workers) for workers in (1, 2))
    assert not alone.failures
    pd.testing.assert_frame_equal(alone.outcomes(), together.outcomes(), check_exact=True)


def test_a_world_that_cannot_be_built_fails_for_every_scenario() -> None:
    found = simulate(Task("nergens", 1, 1, SAMPLE, 1, (), (named("geen-programma"), named("preventie-met-gezag"))))
    assert [run.failure.stage for run in found if run.failure] == ["start", "start"]
