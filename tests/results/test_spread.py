"""Where the spread of a difference comes from: known variances are found again, and advice does what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from results.comparison import CELL
from results.spread import SPREAD, spread_of


def cells(doubt: float, chance: float, draws: int, seeds: int, number: int = 1, future: float = 0.0) -> pd.DataFrame:
    """Pairs whose effect is 10, with normal doubt per draw and normal chance per seed."""
    rng = np.random.default_rng(number)
    draw, seed = np.repeat(np.arange(draws), seeds), np.tile(np.arange(seeds), draws)
    effect = 10 + np.repeat(rng.normal(0, doubt, draws), seeds) + rng.normal(0, chance, draws * seeds)
    cell = {"area": "a", "year": 2030, "view": "place", "group": "all", "outcome": "rate"}
    return pd.DataFrame({name: [cell[name]] * len(draw) for name in CELL}).assign(
        draw=draw,
        seed=seed,
        effect=effect + 100,
        effect_reference=100.0,
        realised=effect + rng.normal(0, future, draws * seeds),
        realised_reference=0.0,
    )


@pytest.mark.parametrize(("doubt", "chance"), [(3.0, 1.0), (1.0, 3.0), (0.0, 2.0), (2.0, 0.0)])
def test_known_variances_are_found_again(doubt: float, chance: float) -> None:
    found = spread_of(cells(doubt, chance, 2000, 8, future=4.0)).iloc[0]
    assert found["draws"] == 2000
    assert found["seeds"] == 8
    assert found["mean_difference"] == pytest.approx(10, abs=0.4)
    assert found["sd_parameters"] == pytest.approx(doubt, abs=0.2)
    assert found["sd_chance"] == pytest.approx(chance, rel=0.05, abs=1e-9)
    assert found["sd_future_chance"] == pytest.approx(np.hypot(chance, 4.0), rel=0.05)
    of_seeds = chance**2 / 8
    assert found["share_chance"] == pytest.approx(of_seeds / (doubt**2 + of_seeds), abs=0.05)
    assert found["standard_error"] == pytest.approx(np.sqrt((doubt**2 + of_seeds) / 2000), rel=0.05)
    assert found["draws_to_halve_error"] == 8000


def test_draws_that_lost_seeds_count_with_what_they_have() -> None:
    """Half of the draws keep one seed of eight: chance in their mean is eight times as large."""
    whole = cells(0.0, 2.0, 4000, 8)
    found = spread_of(whole[(whole["draw"] % 2 == 0) | (whole["seed"] == 0)]).iloc[0]
    assert found["seeds"] == 1
    assert found["sd_chance"] == pytest.approx(2.0, rel=0.05)
    assert found["standard_error"] == pytest.approx(np.sqrt(4 * (1 / 8 + 1) / 2 / 4000), rel=0.05)
    assert found["sd_parameters"] < 0.4
    doubted = cells(2.0, 2.0, 4000, 8)
    found = spread_of(doubted[(doubted["draw"] % 2 == 0) | (doubted["seed"] == 0)]).iloc[0]
    assert found["sd_parameters"] == pytest.approx(2.0, rel=0.05)


def width(doubt: float, chance: float, draws: int, seeds: int, number: int) -> float:
    means = cells(doubt, chance, draws, seeds, number).groupby("draw")["effect"].mean()
    return float(means.quantile(0.95) - means.quantile(0.05))


@pytest.mark.parametrize(("doubt", "chance", "seeds"), [(1.0, 6.0, 2), (0.0, 3.0, 4), (0.5, 4.0, 1 + 1)])
def test_that_many_seeds_halve_the_interval(doubt: float, chance: float, seeds: int) -> None:
    """By simulation: with the seeds that are advised the interval over draws is half as wide, with fewer it is not."""
    wanted = spread_of(cells(doubt, chance, 4000, seeds)).iloc[0]["seeds_to_halve_interval"]
    now = width(doubt, chance, 4000, seeds, 7)
    half = width(doubt, chance, 4000, int(wanted), 8)
    assert half / now == pytest.approx(0.5, abs=0.04)
    fewer = width(doubt, chance, 4000, max(1, int(wanted * 0.6)), 9)
    assert fewer / now > 0.55


def test_no_number_of_seeds_halves_what_is_doubt() -> None:
    found = spread_of(cells(3.0, 1.0, 500, 4)).iloc[0]
    assert np.isnan(found["seeds_to_halve_interval"])
    assert found["draws_to_halve_error"] == 2000


def test_that_many_draws_halve_the_error() -> None:
    """By simulation: the mean over four times the draws has half the standard error."""
    few, many = (
        [spread_of(cells(2.0, 1.0, draws, 2, number)).iloc[0]["mean_difference"] for number in range(80)]
        for draws in (20, 80)
    )
    assert np.std(many) / np.std(few) == pytest.approx(0.5, abs=0.15)
    told = [spread_of(cells(2.0, 1.0, 20, 2, number)).iloc[0]["standard_error"] for number in range(40)]
    assert np.mean(told) == pytest.approx(np.std(few), rel=0.3)


def test_with_one_seed_chance_is_not_known() -> None:
    found = spread_of(cells(2.0, 1.0, 50, 1)).iloc[0]
    empty = ["sd_parameters", "sd_chance", "share_chance", "sd_future_chance", "seeds_to_halve_interval"]
    assert found[empty].isna().all()
    assert found["seeds"] == 1
    assert found["standard_error"] > 0
    assert found["draws_to_halve_error"] == 200


def test_with_one_draw_doubt_is_not_known() -> None:
    found = spread_of(cells(2.0, 1.0, 1, 30)).iloc[0]
    empty = ["sd_parameters", "share_chance", "standard_error", "draws_to_halve_error", "seeds_to_halve_interval"]
    assert found[empty].isna().all()
    assert found["sd_chance"] == pytest.approx(1.0, rel=0.4)


def test_with_one_of_both_nothing_is_known_but_the_difference() -> None:
    found = spread_of(cells(2.0, 1.0, 1, 1)).iloc[0]
    assert found.drop([*CELL, "draws", "seeds", "mean_difference"]).isna().all()
    assert np.isfinite(found["mean_difference"])


def test_equal_numbers_have_no_spread_and_nothing_to_halve() -> None:
    found = spread_of(cells(0.0, 0.0, 30, 3)).iloc[0]
    assert found[["sd_parameters", "sd_chance", "standard_error"]].max() == pytest.approx(0, abs=1e-12)
    assert found[["share_chance", "draws_to_halve_error", "seeds_to_halve_interval"]].isna().all()


def test_nothing_is_an_empty_table() -> None:
    for nothing in (None, cells(1, 1, 2, 2).iloc[:0]):
        assert list(spread_of(nothing)) == [*CELL, *SPREAD]
        assert len(spread_of(nothing)) == 0
