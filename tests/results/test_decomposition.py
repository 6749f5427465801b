"""The split of an effect: parts worked out by hand, and a sum that is exact whatever the numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.codebook import Codebook, Outcome
from results.decomposition import SPLIT, split_effect, split_pairs
from results.tables import OUTCOMES, table

UNIT = {"nl": "aandeel", "en": "share"}
BOTH = ("place", "people")
CODEBOOK = Codebook(
    {
        "rate": Outcome("rate", "rate", UNIT, UNIT, "stock", BOTH, None),
        "count": Outcome("count", "count", UNIT, UNIT, "stock", BOTH, None, total=True),
        "here": Outcome("here", "here", UNIT, UNIT, "stock", ("place",), None),
    }
)
CELLS = (("place", "arrival:before"), ("place", "arrival:since"), ("people", "all"))
Side = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""Numerator and denominator of who lived here at the start, of newcomers, and of the people of the start."""


def rows(
    scenario: str, side: Side, draw: int = 1, seed: int = 1, area: str = "a", outcome: str = "rate"
) -> list[dict[str, object]]:
    """Return the rows of a run; where nobody is left there is no row."""
    return [
        {
            "scenario": scenario,
            "area": area,
            "draw": draw,
            "seed": seed,
            "year": 2030,
            "view": view,
            "group": group,
            "outcome": outcome,
            "value": numerator / size,
            "expected": numerator / size,
            "numerator": numerator,
            "denominator": size,
            "expected_numerator": numerator,
        }
        for (view, group), (numerator, size) in zip(CELLS, side, strict=True)
        if size
    ]


def pairs(parts: list[dict[str, object]], **more: object) -> pd.DataFrame:
    return split_pairs(table(parts, OUTCOMES), "new", "old", CODEBOOK, 2030, **more)  # type: ignore[arg-type]


def one(new: Side, old: Side) -> pd.Series:
    return pairs([*rows("new", new), *rows("old", old)]).iloc[0]


def test_changed_lives_alone() -> None:
    # 60 of 100 lived here at the start; their rate falls from a half to a quarter, wherever they live
    found = one(((15, 60), (8, 40), (25, 100)), ((30, 60), (8, 40), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([-0.15, -0.15, 0, 0])


def test_changed_residents_alone() -> None:
    # nobody fares otherwise, but more newcomers of a lower rate live here
    found = one(((10, 20), (8, 80), (50, 100)), ((30, 60), (4, 40), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([0.18 - 0.34, 0, -0.16, 0])


def test_a_changed_place_alone() -> None:
    found = one(((30, 60), (4, 40), (50, 100)), ((30, 60), (8, 40), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([-0.04, 0, 0, -0.04])


def test_who_stays_is_a_matter_of_residents() -> None:
    # those who stayed do better than before, but the people of the start together do not: others left
    found = one(((15, 60), (8, 40), (50, 100)), ((30, 60), (8, 40), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([-0.15, 0, -0.15, 0])


def test_without_newcomers_on_one_side_nothing_is_made_of_their_rate() -> None:
    found = one(((30, 60), (8, 40), (50, 100)), ((50, 100), (0, 0), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([0.38 - 0.5, 0, -0.12, 0])
    found = one(((40, 100), (0, 0), (40, 100)), ((50, 100), (0, 0), (50, 100)))
    assert list(found[["difference", *SPLIT]]) == pytest.approx([-0.1, -0.1, 0, 0])


def test_pairs_without_people_of_the_start_are_left_out() -> None:
    assert pairs([*rows("new", ((1, 2), (1, 2), (0, 0))), *rows("old", ((1, 2), (1, 2), (1, 2)))]).empty


def test_counts_and_outcomes_of_the_place_alone_have_no_split() -> None:
    side = ((1.0, 2.0), (1.0, 2.0), (1.0, 2.0))
    parts = [row for name in ("count", "here") for who in ("new", "old") for row in rows(who, side, outcome=name)]
    assert pairs(parts).empty
    found = split_effect(table(parts, OUTCOMES), "new", "old", CODEBOOK, 2030)
    assert found.empty
    assert "lives_low" in found.columns


def test_areas_are_added_before_rates_are_taken() -> None:
    small_new, small_old = ((1.0, 2.0), (1.0, 2.0), (2.0, 4.0)), ((2.0, 2.0), (1.0, 2.0), (4.0, 4.0))
    large = ((30.0, 60.0), (8.0, 40.0), (50.0, 100.0))
    parts = [*rows("new", small_new), *rows("old", small_old)]
    parts += [*rows("new", large, area="b"), *rows("old", large, area="b")]
    found = pairs(parts, areas=["a", "b"]).iloc[0]
    assert found["difference"] == pytest.approx(-1 / 104)
    assert found["lives"] == pytest.approx(62 / 104 * -2 / 104)
    assert pairs(parts, areas=["a", "b", "c"]).empty


def test_mean_over_seeds_median_over_draws_and_an_interval_from_twenty() -> None:
    def parts(draws: int) -> pd.DataFrame:
        old = ((30.0, 60.0), (8.0, 40.0), (50.0, 100.0))
        found = []
        for draw in range(1, draws + 1):
            for seed in (1, 2):
                better = 0.6 * (draw + 2 * seed - 3)
                new = ((30 + better, 60.0), (8.0, 40.0), (50 + better / 0.6, 100.0))
                found += [*rows("new", new, draw, seed), *rows("old", old, draw, seed)]
        return split_effect(table(found, OUTCOMES), "new", "old", CODEBOOK, 2030)

    few, enough = parts(3).iloc[0], parts(20).iloc[0]
    assert few["lives"] == pytest.approx(0.012)
    assert few["difference"] == pytest.approx(0.012)
    assert np.isnan(few["lives_low"])
    assert enough["lives_low"] == pytest.approx(0.6 * 0.0195)
    assert enough["lives_high"] == pytest.approx(0.6 * 0.1905)


NUMBER = st.floats(-1e3, 1e3, allow_nan=False)
SIZE = st.integers(1, 1000).map(float)
SIDE = st.tuples(st.tuples(NUMBER, SIZE), st.tuples(NUMBER, SIZE), st.tuples(NUMBER, SIZE))


@settings(max_examples=30, deadline=None)
@given(SIDE, SIDE)
def test_the_parts_add_up_to_the_effect_on_the_place(new: Side, old: Side) -> None:
    found = one(new, old)
    effect = [sum(top for top, _ in side[:2]) / sum(size for _, size in side[:2]) for side in (new, old)]
    close = {"rel": 1e-9, "abs": 1e-8}
    assert found["difference"] == pytest.approx(effect[0] - effect[1], **close)
    assert found[list(SPLIT)].sum() == pytest.approx(effect[0] - effect[1], **close)


@settings(max_examples=15, deadline=None)
@given(SIDE, SIDE)
def test_turning_the_sides_round_turns_every_part(new: Side, old: Side) -> None:
    there, back = one(new, old), one(old, new)
    for name in SPLIT:
        assert there[name] == pytest.approx(-back[name], abs=1e-9)
