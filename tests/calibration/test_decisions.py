"""What decides a choice: the arithmetic of regret, of knowing and of break-even, on tables small enough to check."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.decisions import packaged
from calibration.decisions.break_even import break_even_of
from calibration.decisions.gains import Gains, NothingLeft, gains_of
from calibration.decisions.information import information, perfect, turning_point
from calibration.decisions.next_euros import EUROS, lines, more_for, next_design, same_amounts
from calibration.decisions.regret import regret_table, regrets
from calibration.decisions.structure import structural_design, switches, worlds
from calibration.decisions.study import Part, drawn, in_worlds, worth_of_knowing
from calibration.groups import CHANCE, group_of, groups, source_of_draws, uncertain, values_at
from calibration.kept_tables import packaged_table
from scenarios.catalogue import load_scenario
from scenarios.design import CENTRAL_DRAW
from scenarios.parameter_limits import limits_of
from sim.areas.keys import area_keys
from sim.calendar import MONTHS_PER_YEAR
from sim.fingerprint import fingerprint
from sim.parameters import declared_parameters, load_parameters
from sim.programme.budget import divide

AREA = "heerlen-noord"


def worth(scenario: str, draw: int, euros: float, area: str = "a", residents: float = 10.0) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "area": area,
        "draw": draw,
        "seed": 1,
        "year": 2034,
        "view": "people",
        "group": "all",
        "outcome": "npv_society_per_resident",
        "numerator": euros * residents + 1,
        "expected_numerator": euros * residents,
        "denominator": residents,
    }


# --- what an option is worth


def test_worth_is_beside_the_reference_from_expectations_over_areas_together() -> None:
    rows = [worth("base", 1, 5.0), worth("plan", 1, 8.0), worth("base", 1, 1.0, "b", 30.0)]
    rows.append(worth("plan", 1, 0.0, "b", 30.0))
    found = gains_of(pd.DataFrame(rows), ["plan"], "base", ["a", "b"], 1)
    assert found.options == ("base", "plan")
    assert found.residents.tolist() == [40.0]
    assert found.euros.tolist() == [[0.0, (3 * 10 - 1 * 30) / 40]]


def test_a_world_that_one_option_lacks_is_left_out_of_all() -> None:
    rows = [worth(name, draw, draw) for name in ("base", "plan", "other") for draw in (1, 2, 3)]
    rows = [row for row in rows if (row["scenario"], row["draw"]) != ("other", 2)]
    found = gains_of(pd.DataFrame(rows), ["plan", "other"], "base", ["a"], 3)
    assert found.draws == (1, 3)
    assert found.dropped == 1
    with pytest.raises(NothingLeft):
        gains_of(pd.DataFrame(rows), ["plan"], "base", ["a", "b"], 3)


# --- regret


def test_regrets_of_a_small_table() -> None:
    euros = np.array([[0.0, 4.0], [0.0, -1.0], [0.0, 0.0]])
    assert regrets(euros).tolist() == [[4.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    table = regret_table(("base", "plan"), euros)
    base, plan = table.options
    assert (base.worst_regret, plan.worst_regret) == (4.0, 1.0)
    assert (base.best_in, plan.best_in) == (1.5, 1.5)
    assert plan.mean_gain == pytest.approx(1.0)
    assert plan.mean_regret == pytest.approx(1 / 3)
    assert table.choice == ("plan",)


def test_options_that_are_the_same_have_no_regret_and_no_preference() -> None:
    table = regret_table(("base", "plan"), np.zeros((32, 2)))
    assert table.choice == ("base", "plan")
    assert [one.best_in for one in table.options] == [16.0, 16.0]
    assert all(one.worst_regret == one.mean_regret == one.mean_gain == 0.0 for one in table.options)


# --- worlds built differently


def test_there_are_thirty_two_worlds_of_parameters_that_exist_and_may_be_so() -> None:
    found = worlds()
    assert len(found) == 32
    assert len({tuple(sorted(world.parameters.items())) for world in found}) == 32
    for world in found:
        for path, value in world.parameters.items():
            low, high = limits_of(declared_parameters()[path])
            assert low <= value <= high
    assert len({frozenset(switch.first) for switch in switches()}) == 5
    assert all(switch.first != switch.second for switch in switches())


def test_the_design_of_the_worlds_moves_the_reference_as_well() -> None:
    scenario, reference = load_scenario("integraal"), load_scenario("versnipperd")
    design = structural_design([scenario], reference, [AREA], 2, (1,), 0.01)
    tasks = design.tasks()
    assert len(tasks) == 32
    assert all({one.id.partition("~")[0] for one in task.scenarios} == {"integraal", "versnipperd"} for task in tasks)
    for task, world in zip(tasks, worlds(), strict=True):
        assert dict(task.changes) == pytest.approx(dict(world.parameters))


def test_the_worlds_of_a_switch_are_told_apart() -> None:
    second = [world.second["peers"] for world in worlds()]
    euros = np.column_stack([np.zeros(32), np.where(second, -1.0, 3.0)])
    numbers = tuple((world.number, 1) for world in worlds())
    found = in_worlds(Part(Gains(("base", "plan"), euros, np.ones(32), numbers), 0))
    assert found.by_switch["peers", False] == (0.0, 3.0)
    assert found.by_switch["peers", True] == (0.0, -1.0)
    assert found.by_switch["trend", False] == (0.0, 1.0)
    assert [one.best_in for one in found.regret.options] == [16.0, 16.0]
    assert found.regret.choice == ("plan",)


# --- what knowing is worth


def noise(names: int, draws: int, seed: int = 1) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    return {f"p{number}": generator.normal(size=draws) for number in range(names)}


def test_knowing_everything_is_worth_the_mean_of_the_best_less_the_best_mean() -> None:
    assert perfect(np.array([[0.0, 3.0], [0.0, -1.0]])) == pytest.approx(0.5)
    assert perfect(np.array([[0.0, -3.0], [0.0, -1.0]])) == 0.0


def test_the_one_parameter_that_decides_is_worth_much_and_the_others_nothing() -> None:
    draws = 60
    values = noise(100, draws)
    plan = 4.0 * values["p7"] - 0.5 + 0.3 * np.random.default_rng(2).normal(size=draws)
    euros = np.column_stack([np.zeros(draws), plan])
    members = {"decides": ["p6", "p7"], "does not": ["p8", "p9", "p10"]}
    found = information(euros, values, members)
    assert {one.name for one in found.seen} == {"p7", "decides"}
    worths = {one.name: one for one in found.worths}
    assert worths["p7"].euros == pytest.approx(found.everything, rel=0.1)
    assert worths["p7"].turns_at == pytest.approx(0.125, abs=0.2)
    assert worths["does not"].euros < found.everything / 4


def test_of_noise_hardly_ever_anything_is_worth_knowing() -> None:
    named = 0
    for seed in range(30):
        plan = np.random.default_rng(1000 + seed).normal(size=20)
        members = {f"g{part}": [f"p{10 * part + one}" for one in range(10)] for part in range(10)}
        found = information(np.column_stack([np.zeros(20), plan]), noise(100, 20, seed), members)
        named += bool(found.seen)
    assert named <= 4


@pytest.mark.parametrize("plan", [np.zeros(20), np.linspace(1.0, 2.0, 20)])
def test_nothing_is_worth_knowing_where_the_choice_never_changes(plan: Any) -> None:
    values = noise(5, 20) | {"rises": np.arange(20.0), "the same": np.ones(20)}
    found = information(np.column_stack([np.zeros(20), plan]), values, {})
    assert found.everything == 0.0
    assert not found.seen


def test_a_choice_that_goes_to_and_fro_has_no_turning_point() -> None:
    drawn = np.arange(6.0)
    fitted = np.column_stack([np.zeros(6), [1.0, 1.0, -1.0, -1.0, 1.0, 1.0]])
    assert turning_point(drawn, fitted) is None
    assert turning_point(drawn[:4], fitted[:4]) == 1.5


def test_values_of_an_area_go_before_those_of_the_country() -> None:
    rows = [
        {"draw": draw, "area": area, "parameter": "offending.peers", "value": value}
        for draw, area, value in ((1, "all", 0.1), (2, "all", 0.2), (2, AREA, 0.3))
    ]
    table = pd.DataFrame(rows)
    assert drawn(table, [AREA], (1, 2))["offending.peers"].tolist() == [0.1, 0.3]
    assert drawn(table, [AREA, "breda-noord"], (2,))["offending.peers"].tolist() == [0.2]


def test_real_parameters_can_be_worth_knowing() -> None:
    draws = range(1, 31)
    sets = [load_parameters(draw).values for draw in draws]
    values = {path: np.array([one[path] for one in sets]) for path in ("offending.peers", "prices.minor_offence")}
    plan = np.where(values["offending.peers"] > np.median(values["offending.peers"]), 5.0, -5.0)
    found = worth_of_knowing(np.column_stack([np.zeros(30), plan]), values)
    assert [one.name for one in found.seen] == ["offending.peers"]


# --- break-even


def balance(gains: float, costs: float, lines_of: dict[str, float]) -> Any:
    society = pd.DataFrame({"outcome": list(lines_of), "per_resident": list(lines_of.values())})
    net = pd.Series({"per_resident": sum(lines_of.values())})
    factor = math.nan if costs >= 0 else (-costs / gains if gains > 0 else math.inf)
    return SimpleNamespace(gains=gains, costs=costs, society=society, net=net, break_even=factor)


def test_break_even_says_by_how_much_each_must_change() -> None:
    found = break_even_of(balance(50.0, -200.0, {"flow_society_crime": 50.0, "flow_society_programme": -200.0}))
    assert found.net == -150.0
    assert found.gains_times == 4.0
    assert found.costs_times == 0.25
    assert {line.outcome: line.factor for line in found.lines} == pytest.approx(
        {"flow_society_crime": 4.0, "flow_society_programme": 0.25}
    )
    assert found.lines[0].outcome == "flow_society_programme"


def test_what_costs_and_gains_nothing_has_no_break_even() -> None:
    found = break_even_of(balance(0.0, 0.0, {"flow_society_crime": 0.0}))
    assert found.net == 0.0
    assert math.isnan(found.gains_times)
    assert math.isnan(found.costs_times)
    assert found.lines == ()


# --- the next euros


@pytest.mark.parametrize("name", ["integraal", "onderwijs"])
def test_more_money_goes_to_one_line_and_nothing_else_changes(name: str) -> None:
    scenario, years = load_scenario(name), 6
    parameters, keys = load_parameters(CENTRAL_DRAW, AREA), area_keys(AREA)

    def by_line(one: Any, month: int) -> dict[str, float]:
        found: dict[str, float] = {}
        for (line, _), euros in divide(one.schedule(AREA), month, keys, parameters).items():
            found[line] = found.get(line, 0.0) + euros
        return found

    base, more = same_amounts(scenario, AREA, years), more_for(scenario, AREA, years, "onderwijs")
    for month in range(scenario.start_month, scenario.start_month + years * MONTHS_PER_YEAR, 6):
        usual = by_line(scenario, month)
        assert by_line(base, month) == pytest.approx(usual)
        assert by_line(more, month) == pytest.approx({**usual, "onderwijs": usual["onderwijs"] + EUROS})


def test_every_line_has_its_turn_in_one_design() -> None:
    design = next_design(load_scenario("versnipperd"), AREA, 2, (1, 2), 0.01)
    assert [one.id for one in design.scenarios[:-1]] == [f"more-{line.replace('_', '-')}" for line in lines()]
    assert design.reference == "versnipperd"


# --- groups


def test_every_uncertain_parameter_is_in_one_group() -> None:
    known = [path for path, one in declared_parameters().items() if uncertain(one)]
    listed = [path for group in groups().values() for path in group.paths]
    assert sorted(listed) == sorted(known)
    assert not groups()[CHANCE].paths
    assert group_of("offending.trend").id == "trends"
    assert group_of("offending.peers").id == "offending"
    with pytest.raises(KeyError):
        group_of("no.parameter")


def test_values_rise_with_the_share_and_stay_within_the_doubt() -> None:
    for path, at in values_at().items():
        low, middle, high = at(0.0), at(0.5), at(1.0)
        assert low <= middle <= high, path
        assert low < high, path


# --- what travels with the package


def test_rows_of_the_worlds_come_back_as_means_by_switch() -> None:
    euros = np.column_stack([np.zeros(32), [1.0 if world.second["trend"] else 3.0 for world in worlds()]])
    numbers = tuple((world.number, 1) for world in worlds())
    rows = packaged.worlds_rows(in_worlds(Part(Gains(("base", "plan"), euros, np.ones(32), numbers), 0)))
    assert len(rows) == 32
    means = packaged.switch_means(rows)
    assert means["trend", False] == 3.0
    assert means["trend", True] == 1.0
    assert means["peers", True] == 2.0


@pytest.mark.parametrize("name", [packaged.CHOICE, packaged.WORLDS, packaged.KNOWING, packaged.NEXT])
def test_the_packaged_table_is_fresh(name: str) -> None:
    rows = packaged_table(name)
    assert rows, f"{name} has not been made; run python -m calibration.decisions"
    if sys.version_info[:2] != (3, 11):
        pytest.skip("made on another Python")
    stale = {(one["fingerprint"], one["posterior"]) for one in rows} - {(fingerprint(), source_of_draws())}
    assert not stale, f"{name} is of another model or posterior; run python -m calibration.decisions"
