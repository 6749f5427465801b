"""The bench itself: nothing spills over, chances are what happens, and intervals mean what they say."""

import numpy as np
import pytest
from bench_tools import P, setting

from sim.bench import (
    Bench,
    enrolled_in,
    latent_offending,
    offences,
    registered_offending,
    registrations,
)
from sim.calendar import BASE
from sim.model import NeighbourhoodModel
from sim.trial import Ratio


@pytest.fixture(scope="module")
def source() -> NeighbourhoodModel:
    return NeighbourhoodModel("rotterdam-zuid", rng=1, sample=0.25, start=BASE)


@pytest.fixture(scope="module")
def minors(source: NeighbourhoodModel) -> Bench:
    """Youths of 12 to 17, all kinds."""
    return Bench(lambda p: (p.age >= 12) & (p.age < 18), source=source)


@pytest.fixture(scope="module")
def everybody(source: NeighbourhoodModel) -> Bench:
    """Everybody of 12 to 59."""
    return Bench(lambda p: (p.age >= 12) & (p.age < 60), source=source)


def test_a_treatment_does_not_spill_over(minors: Bench) -> None:
    treat = enrolled_in("mentoring")
    usual = minors.trial(treat, 8)
    world = minors.world()
    chosen = world.draws.happens("bench.lottery", world.people.column("life"), np.uint32(2**31))
    study = minors.lottery(treat, 8)
    assert np.array_equal(study.control["latent"], usual.control["latent"][:, ~chosen])
    assert np.array_equal(study.treated["latent"], usual.treated["latent"][:, chosen])
    assert len(np.unique(world.people.column("life"))) == world.people.used == 20_000


def test_what_does_nothing_moves_nothing(minors: Bench) -> None:
    still = minors.under(P.replace(services__mentoring_effect=1.0, services__mentoring_skill=0.0))
    assert still.trial(enrolled_in("mentoring"), 12).ratio() == Ratio(1.0, 0.0)


def test_a_null_is_shown_by_equivalence(minors: Bench) -> None:
    still = minors.under(P.replace(services__after_school_hours_effect=1.0))
    null = still.trial(enrolled_in("after_school_hours"), 12, same_luck=False).ratio(6)
    assert 0.97 < null.low < 1.0 < null.high < 1.03
    real = minors.trial(enrolled_in("mentoring"), 12, same_luck=False).ratio(6)
    assert real.high < 0.97


def test_chances_are_what_happens(everybody: Bench) -> None:
    measures = {
        "chance": latent_offending,
        "event": offences,
        "caught": registered_offending,
        "seen": registrations,
    }
    seen = everybody.trial(setting(effect=1.0), 12, measures).treated
    for chance, event in (("chance", "event"), ("caught", "seen")):
        expected, happened = seen[chance].sum(), seen[event].sum()
        spread = np.sqrt(((seen[event] - seen[chance]) ** 2).sum())
        assert abs(happened - expected) < 4 * spread + 0.01 * expected  # two offences in a month are one registration


def test_an_interval_of_a_lottery_covers_the_truth_as_often_as_it_says(source: NeighbourhoodModel) -> None:
    inside = 0
    for seed in range(1, 21):
        bench = Bench(lambda p: (p.age >= 12) & (p.age < 18), 1500, seed=seed, source=source)
        study = bench.lottery(enrolled_in("mentoring"), 7, {"it": offences}).ratio(1, None, "it")
        truth = bench.trial(enrolled_in("mentoring"), 7).ratio(1)
        inside += study.low < truth.value < study.high
    assert inside >= 16
