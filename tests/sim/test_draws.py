"""Named draws: uniform, independent, exact at 0 and 1, the same for a subject whoever else is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sim.draws import (
    TWO32,
    Draws,
    below_one,
    derive_ids,
    join_pairs,
    mix,
    name_key,
    text_ids,
    threshold,
    thresholds,
)

SUBJECTS = 50_000
BINS = 64
NEVER = 1e-6
"""p-value that a fair generator does not reach in the examples below (which are always the same)."""

PROVEN = settings(max_examples=25, deadline=None, derandomize=True)
SEEDS = st.integers(-(2**70), 2**70)
NAMES = st.text(st.characters(codec="ascii", categories=("Ll", "Nd")), min_size=1, max_size=30)
MONTHS = st.integers(12 * 1970, 12 * 2065)
LIVES = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=200, unique=True)


def consecutive(count: int = SUBJECTS, first: int = 0) -> NDArray[np.uint64]:
    """Return the hardest subjects for a hash: numbers that follow each other."""
    return np.arange(first, first + count, dtype=np.uint64)


def chi_square(counts: NDArray[np.int64]) -> float:
    return float(stats.chisquare(counts.ravel()).pvalue)


def bins(bits: NDArray[np.uint32]) -> NDArray[np.int64]:
    return (bits.astype(np.int64) * BINS) >> 32


def together(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float:
    """Return the p-value that two draws of the same subjects are independent, in 16 x 16 cells."""
    cell = (a >> np.uint32(28)).astype(np.int64) * 16 + (b >> np.uint32(28)).astype(np.int64)
    return chi_square(np.bincount(cell, minlength=256))


@PROVEN
@given(seed=SEEDS, name=NAMES, month=MONTHS, first=st.integers(0, 2**63))
def test_draws_are_uniform_over_subjects(seed: int, name: str, month: int, first: int) -> None:
    draws = Draws(seed)
    for subjects in (consecutive(first=first), derive_ids(consecutive(first=first), "child", 1)):
        bits = draws.bits(name, subjects, month)
        assert bits.dtype == np.uint32
        assert chi_square(np.bincount(bins(bits), minlength=BINS)) > NEVER
        low_bits = (bits & np.uint32(BINS - 1)).astype(np.int64)
        assert chi_square(np.bincount(low_bits, minlength=BINS)) > NEVER
        after = np.bincount(bins(bits)[:-1] % 8 * 8 + bins(bits)[1:] % 8, minlength=64)
        assert chi_square(after) > NEVER, "neighbouring subjects go together"


@PROVEN
@given(seed=SEEDS, name=NAMES, subject=st.integers(0, 2**64 - 1))
def test_draws_of_one_subject_are_uniform_over_months_and_occurrences(seed: int, name: str, subject: int) -> None:
    draws, one = Draws(seed), np.array([subject], dtype=np.uint64)
    over_months = np.concatenate([draws.bits(name, one, month) for month in range(24_000, 26_000)])
    over_occurrences = np.concatenate([draws.bits(name, one, 24_300, number) for number in range(2_000)])
    for bits in (over_months, over_occurrences):
        assert chi_square(np.bincount(bins(bits) // 4, minlength=BINS // 4)) > NEVER
    scalars = [draws.scalar(name, month) for month in range(24_000, 26_000)]
    assert stats.kstest(scalars, "uniform").pvalue > NEVER


@PROVEN
@given(seed=SEEDS, names=st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), month=MONTHS)
def test_named_decisions_months_occurrences_and_seeds_are_independent(
    seed: int, names: tuple[str, str], month: int
) -> None:
    draws, subjects = Draws(seed), consecutive()
    usual = draws.bits(names[0], subjects, month)
    assert together(usual, draws.bits(names[1], subjects, month)) > NEVER
    assert together(usual, draws.bits(names[0], subjects, month + 1)) > NEVER
    assert together(usual, draws.bits(names[0], subjects, month, 1)) > NEVER
    assert together(usual, Draws(seed + 1).bits(names[0], subjects, month)) > NEVER


@PROVEN
@given(seed=SEEDS, name=NAMES, month=MONTHS, first=st.integers(0, 2**63))
def test_both_halves_of_a_hash_are_uniform_and_independent(seed: int, name: str, month: int, first: int) -> None:
    draws = Draws(seed)
    for subjects in (consecutive(first=first), derive_ids(consecutive(first=first), "child", 1)):
        low, high = draws.both_bits(name, subjects, month)
        for bits in (low, high):
            assert bits.dtype == np.uint32
            assert chi_square(np.bincount(bins(bits), minlength=BINS)) > NEVER
            assert chi_square(np.bincount((bits & np.uint32(BINS - 1)).astype(np.int64), minlength=BINS)) > NEVER
        assert together(low, high) > NEVER
        assert together(low[1:], low[:-1]) > NEVER, "neighbouring subjects go together"
        assert together(low, draws.both_bits(name, subjects, month + 1)[0]) > NEVER


@PROVEN
@given(seed=SEEDS, name=NAMES, month=MONTHS)
def test_pairs_are_uniform_and_independent(seed: int, name: str, month: int) -> None:
    draws, subjects = Draws(seed), consecutive()
    one, other = np.broadcast_to(np.uint64(7), subjects.shape), np.broadcast_to(np.uint64(8), subjects.shape)
    first, second = draws.pair_bits(name, subjects, one, month), draws.pair_bits(name, subjects, other, month)
    assert chi_square(np.bincount(bins(first), minlength=BINS)) > NEVER
    assert together(first, second) > NEVER
    turned = draws.pair_bits(name, one, subjects, month)
    assert chi_square(np.bincount(bins(turned), minlength=BINS)) > NEVER
    assert together(first, turned) > NEVER, "who chooses whom is not who is chosen by whom"
    few = subjects[:200]
    every_pair = draws.pair_bits(name, np.repeat(few, few.size), np.tile(few, few.size), month)
    assert np.unique(every_pair).size > 0.999 * every_pair.size


@PROVEN
@given(seed=SEEDS, name=NAMES, lives=LIVES, month=MONTHS, data=st.data())
def test_a_draw_depends_on_nothing_but_its_subject(
    seed: int, name: str, lives: list[int], month: int, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(lives))))
    few = order[: data.draw(st.integers(1, len(order)))]
    subjects = np.array(lives, dtype=np.uint64)
    draws = Draws(seed)
    for draw in (draws.bits, draws.order, draws.uniform, draws.normal):
        assert np.array_equal(draw(name, subjects, month)[few], draw(name, subjects[few], month))
    assert np.array_equal(draws.both_bits(name, subjects, month)[:, few], draws.both_bits(name, subjects[few], month))
    objects = subjects[::-1].copy()
    all_pairs = draws.pair_bits(name, subjects, objects, month)
    assert np.array_equal(all_pairs[few], draws.pair_bits(name, subjects[few], objects[few], month))


@PROVEN
@given(lives=LIVES)
def test_drawing_leaves_the_subjects_as_they_were(lives: list[int]) -> None:
    subjects = np.array(lives, dtype=np.uint64)
    kept, draws = subjects.copy(), Draws(1)
    draws.bits("a", subjects)
    draws.pair_bits("a", subjects, subjects)
    draws.order("a", subjects)
    derive_ids(subjects, "a")
    mix(subjects)
    assert np.array_equal(subjects, kept)


@PROVEN
@given(seed=SEEDS, name=NAMES, month=MONTHS, low=st.floats(0, 1), high=st.floats(0, 1))
def test_thresholds_are_monotone_and_exact_at_nought_and_one(
    seed: int, name: str, month: int, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    draws, subjects = Draws(seed), consecutive(5_000)
    assert threshold(low) <= threshold(high)
    assert np.array_equal(thresholds(np.array([low, high])), [threshold(low), threshold(high)])
    fewer = draws.happens(name, subjects, threshold(low), month)
    more = draws.happens(name, subjects, threshold(high), month)
    assert not (fewer & ~more).any(), "a higher chance loses nobody"
    assert not draws.happens(name, subjects, threshold(0.0), month).any()
    assert draws.happens(name, subjects, threshold(1.0), month).sum() >= subjects.size - 1
    assert abs(fewer.mean() - low) < 5 * np.sqrt(max(low * (1 - low), 1e-4) / subjects.size)


@pytest.mark.parametrize("wild", [-1.0, -1e-300, 1.0 + 1e-12, 7.0, np.inf, -np.inf])
def test_chances_outside_nought_and_one_are_clipped(wild: float) -> None:
    expected = threshold(1.0 if wild > 0 else 0.0)
    assert threshold(wild) == expected
    assert thresholds(np.array([wild]))[0] == expected


@PROVEN
@given(chances=st.lists(st.floats(0, 1, width=32, exclude_max=True), min_size=1))
def test_chances_in_single_precision_have_the_same_thresholds(chances: list[float]) -> None:
    single, double = np.array(chances, dtype=np.float32), np.array(chances, dtype=np.float64)
    assert np.array_equal(thresholds(single), thresholds(double))
    assert np.array_equal(below_one(single), thresholds(double))


def test_one_in_single_precision_misses_fewer_than_one_in_ten_million() -> None:
    limits = thresholds(np.array([1.0, 1.5, -0.5, 0.0], dtype=np.float32)).astype(np.int64)
    assert (TWO32 - limits[:2] < TWO32 * 1e-7).all()
    assert limits[2:].tolist() == [0, 0]


def test_pairs_may_be_prepared_by_object() -> None:
    draws, subjects, objects = Draws(1), consecutive(100), consecutive(100, 50)
    prepared = draws.objects("a", objects, 5, 2)
    assert np.array_equal(join_pairs(subjects, prepared), draws.pair_bits("a", subjects, objects, 5, 2))


def test_expected_counts_are_whole_numbers_exact_in_any_order() -> None:
    chance = Draws(1).uniform("chance", consecutive())
    limits = thresholds(chance).astype(np.int64)
    shuffled = np.argsort(Draws(2).order("any", consecutive()))
    assert limits.sum() == limits[shuffled].sum() == sum(part.sum() for part in np.array_split(limits, 7))
    assert abs(limits.sum() / TWO32 - chance.sum()) < SUBJECTS / TWO32


def test_uniform_and_normal_have_their_distributions() -> None:
    draws = Draws(3)
    uniform = draws.uniform("u", consecutive())
    assert 0 < uniform.min() < uniform.max() < 1
    assert stats.kstest(uniform, "uniform").pvalue > NEVER
    normal = draws.normal("n", consecutive())
    assert normal.dtype == np.float32
    assert np.isfinite(normal).all()
    assert stats.kstest(normal, "norm").pvalue > NEVER


def test_derived_ids_are_unique_and_their_own_by_role_and_index() -> None:
    parents = consecutive()
    roles = ("child", "member", "household")
    children = [derive_ids(parents, role, number) for role in roles for number in range(5)]
    every = np.concatenate([parents, *children])
    assert np.unique(every).size == every.size
    numbered = derive_ids(np.broadcast_to(np.uint64(5), parents.shape), "member", parents)
    assert np.unique(numbered).size == parents.size
    one = np.array([5], dtype=np.uint64)
    assert numbered[:3].tolist() == [int(derive_ids(one, "member", number)[0]) for number in range(3)]
    assert np.unique(mix(parents)).size == parents.size


def test_names_have_the_same_keys_on_every_machine() -> None:
    """Written out: a change of these numbers changes every world."""
    assert name_key("offend.minor") == 0x543144D1441E726E
    assert int(text_ids("area", "den-haag-zuidwest")) == 0x1ED018131CE14FEF
    bits = Draws(1).bits("offend.minor", consecutive(3), 24_300)
    assert bits.tolist() == [2216089152, 3650342546, 1482270408]
    pairs = Draws(1).pair_bits("friends.choice", consecutive(2), consecutive(2, 5), 24_300, 1)
    assert pairs.tolist() == [3285278322, 4026996238]
