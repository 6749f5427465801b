"""Scores: what is known of them by hand and by theory."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from calibration.validation.holdouts import load_holdouts
from calibration.validation.scores import crps, score, score_of, score_of_naive, skill, spread_out, widened

CELLS = load_holdouts()
INFLOW = next(cell for cell in CELLS if cell.id == "H01a")
numbers = st.floats(-1e3, 1e3)


def test_one_member_scores_its_distance() -> None:
    assert crps(np.array([3.0]), 5.0) == pytest.approx(2.0)


def test_a_large_normal_ensemble_scores_as_the_formula_says() -> None:
    values = norm.ppf((np.arange(4000) + 0.5) / 4000, loc=1.0, scale=2.0)
    z = (2.5 - 1.0) / 2.0
    known = 2.0 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(values, 2.5) == pytest.approx(known, rel=1e-3)


@given(st.lists(numbers, min_size=1, max_size=30), numbers)
def test_a_score_is_never_below_nought_and_equals_the_double_sum(members: list[float], observed: float) -> None:
    values = np.array(members)
    double = np.abs(values - observed).mean() - np.abs(values[:, None] - values[None, :]).mean() / 2
    assert crps(values, observed) == pytest.approx(double, abs=1e-6)
    assert crps(values, observed) >= -1e-6


def test_doubt_about_the_figure_widens_the_forecast() -> None:
    values = np.linspace(0.08, 0.1, 21)
    assert widened(values, 0.0).std() == pytest.approx(values.std())
    assert widened(values, 0.05).std() == pytest.approx(np.hypot(values.std(), 0.05), rel=0.05)


def test_inside_and_z_say_where_the_figure_lies() -> None:
    found = score(spread_out(0.0, 1.0), 3.0)
    assert not found.inside
    assert found.z == pytest.approx(3.0, rel=0.05)
    assert score(spread_out(0.0, 1.0), -1.0).inside


def test_a_cell_that_comes_out_as_expected_is_inside_and_a_wrong_one_is_not() -> None:
    assert score_of(INFLOW, [INFLOW.value] * 20).inside
    assert not score_of(INFLOW, [INFLOW.value * 2] * 20).inside


def test_a_naive_forecast_has_a_doubt_from_the_other_cells_and_never_from_its_own() -> None:
    before = score_of_naive(INFLOW, "national", CELLS)
    absurd = [replace(cell, value=9.0, low=9.0, high=9.0) if cell.id == INFLOW.id else cell for cell in CELLS]
    assert score_of_naive(INFLOW, "national", absurd) == before
    assert before is not None
    assert before.high - before.low > 0.05


def test_where_nothing_is_known_there_is_no_naive_forecast() -> None:
    assert score_of_naive(INFLOW, "last", CELLS) is None


def test_skill_is_one_for_perfect_nought_for_equal_and_below_for_worse() -> None:
    assert skill([0.0, 0.0], [1.0, 2.0]) == 1
    assert skill([1.0, 2.0], [2.0, 1.0]) == 0
    assert skill([4.0], [2.0]) == -1
    assert skill([], []) is None
