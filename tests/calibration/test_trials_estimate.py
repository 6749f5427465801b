"""What an evaluator makes of two groups of persons, or of areas: intervals, p, power."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from calibration.trials.assign import (
    FEWEST_PAIRS,
    NEVER,
    Assignments,
    analyse,
    area_power,
    exposure,
    matched,
    matched_pairs,
    stepped,
    weights,
)
from calibration.trials.estimate import LEVEL, difference_of_means, difference_of_shares, wilson
from calibration.trials.power import persons_per_group, power_of, size_needed, smallest_seen

AREAS = tuple(f"area-{number}" for number in range(12))
YEARS = 6


def groups(top: int, of_top: int, bottom: int, of_bottom: int) -> tuple[np.ndarray, np.ndarray]:
    values = np.concatenate([np.arange(of_top) < top, np.arange(of_bottom) < bottom]).astype(float)
    return values, np.arange(of_top + of_bottom) < of_top


def test_shares_are_compared_as_agresti_and_caffo_say() -> None:
    seen = difference_of_shares(*groups(56, 70, 48, 80))
    assert seen.difference == pytest.approx(0.2)
    # their adjustment: 57/72 and 49/82
    error = math.sqrt(57 / 72 * 15 / 72 / 72 + 49 / 82 * 33 / 82 / 82)
    assert seen.low == pytest.approx(57 / 72 - 49 / 82 - 1.959964 * error, abs=1e-6)
    assert seen.detected
    assert seen.p < 0.01


def test_groups_without_any_event_give_no_verdict_of_a_difference() -> None:
    seen = difference_of_shares(*groups(0, 30, 0, 30))
    assert not seen.detected
    assert seen.p == pytest.approx(1.0)
    assert math.isnan(difference_of_shares(np.array([1.0]), np.array([True])).p)


def test_the_interval_of_shares_covers_what_it_should() -> None:
    generator = np.random.default_rng(1)
    held = []
    for _ in range(2000):
        values = np.concatenate([generator.random(40) < 0.1, generator.random(40) < 0.2]).astype(float)
        seen = difference_of_shares(values, np.arange(80) < 40)
        held.append(seen.low <= -0.1 <= seen.high)
    assert 0.94 <= np.mean(held) <= 0.98


def test_who_is_lost_is_not_counted() -> None:
    values, won = groups(5, 20, 5, 20)
    values[0] = np.nan
    seen = difference_of_means(values, won)
    assert seen.persons == (19, 20)
    assert seen.totals[0] == 4


def test_wilson_is_that_of_scipy() -> None:
    found = stats.binomtest(3, 20).proportion_ci(method="wilson")
    assert wilson(3, 20) == pytest.approx((found.low, found.high))


def test_the_size_is_that_of_the_textbook() -> None:
    # 20 % against 10 %, 80 % power at 5 % two-sided: 199 a group
    assert math.ceil(persons_per_group(0.2, 0.1)) == 199


def test_power_is_what_a_simulation_finds() -> None:
    generator = np.random.default_rng(2)
    found = 0
    for _ in range(1000):
        values = np.concatenate([generator.random(199) < 0.1, generator.random(199) < 0.2]).astype(float)
        found += difference_of_shares(values, np.arange(398) < 199).detected
    assert power_of(0.2, 0.1, 199, 199) == pytest.approx(0.8, abs=0.01)
    assert found / 1000 == pytest.approx(0.8, abs=0.04)


@given(st.floats(0.05, 0.6), st.floats(60, 5000))
def test_the_smallest_effect_that_can_be_seen_needs_just_that_size(usual: float, size: float) -> None:
    smallest = smallest_seen(usual, size, -1)
    if smallest is None:
        assert power_of(usual, 1e-6, size, size) < 0.8
    else:
        assert persons_per_group(usual, usual + smallest) == pytest.approx(size, rel=0.02)


def test_no_size_finds_nothing_and_lost_persons_cost() -> None:
    assert size_needed(0.2, 0.0, 0.1, 50, 2) is None
    one, two = size_needed(0.2, -0.1, 0.0, 100, 2), size_needed(0.2, -0.1, 0.5, 100, 2)
    assert one is not None
    assert two is not None
    assert one.persons == 398
    assert two.persons == pytest.approx(2 * one.persons, abs=1)
    assert (one.years, one.areas) == (pytest.approx(3.98), 2)


def noise(seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(300, 20, (len(AREAS), YEARS))


def likeness() -> np.ndarray:
    return np.repeat(np.arange(6.0), 2)[:, None]


def test_areas_alike_form_pairs_and_one_of_each_is_treated() -> None:
    lots = matched(AREAS, likeness(), 3, seed=1)
    assert lots.pairs == tuple((2 * number, 2 * number + 1) for number in range(6))
    assert lots.starts.shape == (64, 12)
    assert len(np.unique(lots.starts, axis=0)) == 64
    for one, other in lots.pairs:
        assert sorted(lots.starts[0, [one, other]]) == [3, NEVER]
    assert len(matched_pairs(np.arange(5.0)[:, None])) == 2


def test_the_estimate_of_pairs_is_the_difference_in_differences() -> None:
    lots, values = matched(AREAS, likeness(), 3, seed=1), noise()
    change = values[:, 3:].mean(axis=1) - values[:, :3].mean(axis=1)
    treated = lots.starts[0] < NEVER
    assert analyse(values, lots, YEARS).estimate == pytest.approx(change[treated].mean() - change[~treated].mean())


@pytest.mark.parametrize("lots", [matched(AREAS, likeness(), 3, seed=1), stepped(AREAS, 3, 2, seed=1)])
def test_a_constant_effect_without_noise_is_found(lots: Assignments) -> None:
    levels = np.arange(12.0)[:, None] * 10 + np.arange(YEARS) ** 2
    found = analyse(levels - 7 * exposure(lots.starts[0], YEARS), lots, YEARS)
    assert found.estimate == pytest.approx(-7)
    assert found.detected


def test_the_p_of_pairs_is_exact() -> None:
    lots, values = matched(AREAS, likeness(), 3, seed=1), noise()
    by_lottery = []
    for number in range(len(lots.starts)):
        order = np.roll(np.arange(len(lots.starts)), -number)
        by_lottery.append(analyse(values, Assignments(lots.starts[order], lots.pairs, True), YEARS).p)
    # over all lotteries a p of at most five per cent comes in at most five per cent of them
    assert np.mean(np.array(by_lottery) < LEVEL) <= LEVEL
    assert min(by_lottery) == pytest.approx(2 / 2**FEWEST_PAIRS)


def test_the_interval_holds_the_estimate_and_agrees_with_p() -> None:
    lots = matched(AREAS, likeness(), 3, seed=1)
    for seed in range(20):
        found = analyse(noise(seed), lots, YEARS)
        assert found.low <= found.estimate <= found.high
        assert found.detected == (found.low > 0 or found.high < 0)


def test_a_stepped_lottery_starts_equal_groups_a_year_apart() -> None:
    lots = stepped(AREAS, 4, 3, seed=2)
    assert sorted(lots.starts[0]) == [4] * 3 + [5] * 3 + [6] * 3 + [7] * 3
    assert (np.sort(lots.starts, axis=1) == np.sort(lots.starts[0])).all()
    again = stepped(AREAS, 4, 3, seed=2)
    assert (again.starts == lots.starts).all()
    assert (stepped(AREAS, 4, 3, seed=3).starts[0] != lots.starts[0]).any()


def test_power_of_areas_grows_with_the_effect_and_nothing_needs_no_areas() -> None:
    lots, values = matched(AREAS, likeness(), 3, seed=1), noise()
    there = exposure(lots.starts[0], YEARS)
    small, large = (area_power(values - size * there, values, values, lots, YEARS) for size in (5, 30))
    assert large.expected == pytest.approx(-30)
    assert small.power < large.power
    assert small.areas is not None
    assert large.areas is not None
    assert small.areas > large.areas
    assert area_power(values, values, values, lots, YEARS).areas is None


def test_levels_of_areas_and_years_do_not_count() -> None:
    for lots in (matched(AREAS, likeness(), 3, seed=1), stepped(AREAS, 3, 2, seed=1)):
        weight = weights(lots, YEARS, YEARS)
        levels = np.arange(12.0)[:, None] * 10 + np.arange(YEARS) ** 2
        assert np.abs((weight * levels).sum(axis=(1, 2))).max() < 1e-9
