"""Sensitivity of differences: the methods on functions with a known answer, and a small world lived through them."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.groups import CHANCE, groups, source_of_draws, values_at
from calibration.kept_tables import packaged_table
from calibration.sensitivity import screening, tables, variance
from calibration.sensitivity.__main__ import main
from calibration.sensitivity.points import Point, Setting, column_groups, columns, failures, live, lived, points_of
from calibration.sensitivity.questions import (
    LATENT,
    LINES,
    NOTHING,
    QUESTIONS,
    REPEAT,
    SUSPECTS,
    Difference,
    Question,
    difference,
)
from calibration.sensitivity.tables import Standing, race_rows, screening_rows
from results.ledger import NPV_SOCIETY
from scenarios.catalogue import scenario_ids
from scenarios.design import Task
from scenarios.runs import Failure, Run
from sim.fingerprint import fingerprint
from sim.outcomes import OUTCOMES

pytest.importorskip("SALib")

MEMBERS = ["much"] * 3 + ["some"] * 2 + ["none"] * 4 + [CHANCE]
SETTING = Setting("vlaardingen-westwijk", 0.02, 1, Path("unused"), 1)


def toy(shares: Any) -> Any:
    return 10 * shares[:, 0] - 6 * shares[:, 1] + 2 * shares[:, 3] + 0.5 * shares[:, 9]


# --- the methods


def test_screening_ranks_groups_as_they_matter() -> None:
    shares = screening.trajectories(MEMBERS, 10)
    found = screening.effects(MEMBERS, shares, toy(shares))
    assert [one.group for one in found] == ["much", "some", CHANCE, "none"]
    assert found[0].effect > 3 * found[1].effect
    assert found[2].effect == pytest.approx(0.5)
    assert found[3].effect == 0.0


def test_a_trajectory_with_a_failed_point_is_left_out_as_a_whole() -> None:
    shares = screening.trajectories(MEMBERS, 6)
    values = toy(shares)
    values[7] = np.nan
    length = len(set(MEMBERS)) + 1
    assert screening.whole(values, length).sum() == 5 * length
    left = np.r_[0:length, 2 * length : 6 * length]
    whole = screening.effects(MEMBERS, shares[left], values[left])
    assert screening.effects(MEMBERS, shares, values) == whole
    with pytest.raises(ValueError, match="no trajectory"):
        screening.effects(MEMBERS, shares, np.full(len(shares), np.nan))


def test_every_trajectory_has_luck_of_its_own_that_changes_with_chance_alone() -> None:
    shares = screening.trajectories(MEMBERS, 5)
    length = len(set(MEMBERS)) + 1
    seeds = np.array(screening.seeds_of(shares, length)).reshape(5, length)
    assert all(len(set(row)) == 2 for row in seeds.tolist())
    assert not set(seeds[0]) & set(seeds[1])


def test_shares_of_variance_are_those_of_the_function() -> None:
    shares = variance.saltelli(MEMBERS, 256)
    found = {one.group: one for one in variance.shares_of(MEMBERS, toy(shares))}
    parts = {"much": 136.0, "some": 4.0, CHANCE: 0.25, "none": 0.0}
    for group, part in parts.items():
        assert found[group].total == pytest.approx(part / sum(parts.values()), abs=0.04)
        assert found[group].alone == pytest.approx(part / sum(parts.values()), abs=0.08)
    assert variance.shares_of(MEMBERS, np.zeros(len(shares))) == []


def test_a_row_of_the_base_with_a_failed_point_is_left_out_as_a_whole() -> None:
    shares = variance.saltelli(MEMBERS, 8)
    values, length = toy(shares), variance.block(MEMBERS)
    values[length] = np.nan
    assert screening.whole(values, length).sum() == 7 * length
    left = np.r_[0:length, 2 * length : 8 * length]
    assert variance.shares_of(MEMBERS, values) == variance.shares_of(MEMBERS, values[left])


def test_single_parameters_stand_out_where_they_matter_and_noise_does_not() -> None:
    names = [f"p{number}" for number in range(9)] + [CHANCE]
    shares = variance.saltelli(MEMBERS, 32)
    found = variance.singles(names, MEMBERS, shares, toy(shares))
    assert [one.path for one in found] == ["p0", "p1"]
    assert found[0].correlation > 0 > found[1].correlation
    noise = np.random.default_rng(1).normal(size=len(shares))
    assert variance.singles(names, MEMBERS, shares, noise) == []
    assert variance.singles(names, MEMBERS, shares, np.zeros(len(shares))) == []


def test_groups_that_are_not_chosen_are_one() -> None:
    found = variance.members_of(column_groups(), ["alliance", "prices"])
    assert set(found) == {"alliance", "prices", CHANCE, variance.OTHER}
    assert found[-1] == CHANCE


# --- what is asked


def row(outcome: str, view: str, year: int, top: float, bottom: float, expected: float | None) -> dict[str, Any]:
    return {
        "outcome": outcome, "view": view, "group": "all", "year": year, "numerator": top, "denominator": bottom,
        "expected_numerator": expected,
    }  # fmt: skip


def test_a_difference_adds_years_and_takes_expectations() -> None:
    one = Difference("d", "plan", "base", "o", "place")
    rows = {
        "plan": [row("o", "place", 2025, 9.0, 10.0, 2.0), row("o", "place", 2026, 9.0, 30.0, 6.0)],
        "base": [row("o", "place", 2025, 4.0, 10.0, None), row("o", "place", 2026, 8.0, 30.0, None)],
    }
    assert one.of(rows) == pytest.approx(8 / 40 - 12 / 40)
    last = Difference("d", "plan", "base", "o", "place", whole=False)
    assert last.of(rows) == pytest.approx(6 / 30 - 8 / 30)


def test_who_is_ahead_is_measured_against_the_best_other() -> None:
    levels = {"plan": 7.0, "base": 10.0, "better": 5.0, "worse": 12.0}
    rows = {name: [row("o", "place", 2025, level, 1.0, None)] for name, level in levels.items()}
    one = Difference("d", "plan", "base", "o", "place", best_of=("better", "worse"))
    assert one.of(rows) == pytest.approx(-3.0 - -5.0)


def test_questions_are_about_scenarios_and_outcomes_that_exist() -> None:
    for question in QUESTIONS:
        assert set(question.scenarios) <= set(scenario_ids())
        assert set(question.closer) <= {each.id for each in question.differences}
        for each in question.differences:
            assert each.view in OUTCOMES[each.outcome].views
            assert difference(each.id) == each
    assert {*LINES, NOTHING} == set(QUESTIONS[1].scenarios)


# --- points


def test_a_point_moves_every_uncertain_parameter_and_nothing_else() -> None:
    assert columns()[:-1] == tuple(path for group in groups().values() for path in group.paths)
    shares = np.full((1, len(columns())), 0.5)
    (point,) = points_of(shares, [7])
    changes = dict(point.changes())
    assert set(changes) == set(columns()[:-1])
    assert point.seed == 7
    (other,) = points_of(shares + 0.01, [7])
    assert other.name != point.name


def test_a_lived_point_is_kept_and_not_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fake(point: Point, question: Question, setting: Setting) -> dict[str, Any]:
        calls.append(point.seed)
        return {"failed": "ParameterError: too much"} if point.seed == 2 else {"d": float(point.seed)}

    monkeypatch.setattr("calibration.sensitivity.points.lived", fake)
    question = Question("q", (Difference("d", "plan", "base", "o", "place"),), 1, 2)
    setting = Setting("a", 1.0, 1, tmp_path, 1)
    points = [Point((0.5,), seed) for seed in (1, 2, 3, 1)]
    told = []
    found = live(points, question, setting, lambda done, total: told.append((done, total)))
    assert calls == [1, 2, 3]
    assert told[-1] == (3, 3)
    assert found["d"][[0, 2, 3]].tolist() == [1.0, 3.0, 1.0]
    assert np.isnan(found["d"][1])
    assert failures(points, question, setting) == ["ParameterError: too much"]
    again = live(points, question, setting, lambda done, total: None)
    assert calls == [1, 2, 3]
    assert np.array_equal(again["d"], found["d"], equal_nan=True)


def middle() -> Point:
    return points_of(np.full((1, len(columns())), 0.5), [1])[0]


def test_a_real_world_answers_the_same_twice_and_a_choice_of_the_same_differs_by_nothing() -> None:
    both = (*QUESTIONS[0].differences, Difference("same", "integraal", "integraal", NPV_SOCIETY, "people"))
    question = Question("alliance", both, 1, 2)
    found = lived(middle(), question, SETTING)
    assert found["integrated_balance"] != 0.0
    assert np.isfinite(found["integrated_balance"])
    assert found["same"] == 0.0
    assert lived(middle(), question, SETTING) == found


def test_a_world_that_the_model_refuses_is_a_failure_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = values_at()
    monkeypatch.setattr(
        "calibration.sensitivity.points.values_at", lambda: {**usual, "offending.peers": lambda share: 3.0}
    )
    found = lived(middle(), QUESTIONS[0], SETTING)
    assert set(found) == {"failed"}
    assert "reproduction" in found["failed"]


# --- tables


def test_rows_say_how_often_a_scenario_is_better_and_what_they_stand_on() -> None:
    standing = Standing(points=5, failed=1, kept=1)
    values = np.array([-1.0, -2.0, 3.0, 0.0, np.nan])
    question = QUESTIONS[1]
    found = [screening.Effect("prices", 2.0, 1.0)]
    (one,) = screening_rows(question, "preventie_met_gezag_suspects", values, found, standing, SETTING)
    assert float(one["better"]) == pytest.approx((2 + 0.5) / 4)
    assert (one["failed"], one["kept"], one["effect"]) == ("1", "1", "2")
    (one,) = screening_rows(QUESTIONS[0], "integrated_balance", values, found, standing, SETTING)
    assert float(one["better"]) == pytest.approx((1 + 0.5) / 4)


def test_the_line_that_lowers_most_wins_and_nobody_wins_without_an_effect() -> None:
    values = {f"{line.replace('-', '_')}_{end}": np.zeros(4) for line in LINES for end in ("suspects", "repeat")}
    values["onderwijs_suspects"] = np.array([-1.0, -1.0, 2.0, np.nan])
    values["volkshuisvesting_suspects"] = np.array([-1.0, 0.0, 2.0, 0.0])
    found = {(row["outcome"], row["line"]): row for row in race_rows(values, Standing(4, 1, 3), SETTING)}
    suspects, repeat = "registered_suspects_12_24_per_10k", "youths_repeat_share"
    assert float(found[suspects, "onderwijs"]["best"]) == pytest.approx(0.5, abs=1e-4)
    assert float(found[suspects, "volkshuisvesting"]["best"]) == pytest.approx(0.1667, abs=1e-4)
    assert sum(float(found[repeat, line]["best"]) for line in LINES) == 0.0


def two_that_matter(task: Task) -> list[Run]:
    """Integrated gains by one price; youths by their peers and by luck; worlds of much luck and peers fail."""
    changes = dict(task.changes)
    peers, price = changes["offending.peers"], changes["prices.minor_offence"]
    failure = Failure("start", "ParameterError", "too much") if peers > 0.19 and task.seed % 4 == 0 else None
    runs = []
    for scenario in task.scenarios:
        gain = price if scenario.id == "integraal" else 0.0
        helped = (5 + 40 * peers + 0.1 * (task.seed % 7)) * (scenario.id == "preventie-met-gezag")
        rows = [row(NPV_SOCIETY, "people", 2034, 0.0, 1.0, gain)]
        rows += [row(name, "exposed", 2034, 0.0, 1.0, -helped) for name in (SUSPECTS, LATENT, REPEAT)]
        runs.append(Run(scenario.id, task.area, task.draw, task.seed, rows, 0.0, failure=failure))
    return runs


def test_the_whole_command_finds_what_matters_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("calibration.sensitivity.points.simulate", two_that_matter)
    asked = ["--trajectories", "4", "--size", "8", "--workers", "1", "--to", str(tmp_path)]
    main(asked)

    def found(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((tmp_path / name).read_text(encoding="utf-8").splitlines()))

    first = {name: found(name) for name in (tables.SCREENING, tables.VARIANCE, tables.RACE)}
    most = {one["difference"]: one["group"] for one in reversed(first[tables.SCREENING])}
    assert most["integrated_balance"] == "prices"
    assert most["preventie_met_gezag_suspects"] == "offending"
    shares = [one for one in first[tables.VARIANCE] if one["difference"] == "integrated_balance"]
    assert shares[0]["thing"] == "prices"
    assert ("parameter", "prices.minor_offence") in {(one["kind"], one["thing"]) for one in shares}
    assert {one["line"]: one["best"] for one in first[tables.RACE]}["preventie-met-gezag"] == "1.0000"
    failed = {int(one["failed"]) for one in first[tables.SCREENING]}
    assert max(failed) > 0

    def never(task: Task) -> list[Run]:
        raise AssertionError("a world was lived twice")

    monkeypatch.setattr("calibration.sensitivity.points.simulate", never)
    main(asked)
    assert {name: found(name) for name in first} == first


@pytest.mark.parametrize("name", [tables.SCREENING, tables.VARIANCE, tables.RACE])
def test_the_packaged_table_is_fresh(name: str) -> None:
    rows = packaged_table(name)
    assert rows, f"{name} has not been made; run python -m calibration.sensitivity"
    if sys.version_info[:2] != (3, 11):
        pytest.skip("made on another Python")
    stale = {(one["fingerprint"], one["posterior"]) for one in rows} - {(fingerprint(), source_of_draws())}
    assert not stale, f"{name} is of another model or posterior; run python -m calibration.sensitivity"
