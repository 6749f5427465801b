"""Surroundings: streets move towards what pulls them, and each pull is nothing without its parameter."""

import numpy as np
import pytest
from small_worlds import counted, everything, live, make_scenario, pay

from sim.mechanisms.surroundings import HIGHEST, LOWEST, block_mean, features, liveability, pulls, wear
from sim.model import NeighbourhoodModel

PULLS = ("crime", "homes", "spreads", "control", "turnover", "disorder", "trust", "meeting", "greening")


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def with_parameters(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.p.replace(**changes)
    return model


def test_a_street_moves_a_month_towards_where_it_is_pulled(model: NeighbourhoodModel) -> None:
    streets = model.streets
    disorder, cohesion = (streets.column(name).astype(float) for name in ("disorder", "cohesion"))
    towards, bonds = pulls(model)
    wear(model)
    speed = 1 / model.p["surroundings.months"]
    for name, before, pull in (("disorder", disorder, towards), ("cohesion", cohesion, bonds)):
        wanted = before + speed * (np.clip(pull, LOWEST, HIGHEST) - before)
        assert streets.column(name) == pytest.approx(wanted, abs=1e-5), name


def test_without_any_pull_streets_come_to_rest_at_one(model: NeighbourhoodModel) -> None:
    with_parameters(model, **{f"surroundings__{name}": 0.0 for name in PULLS})
    model.streets.column("disorder")[:], model.streets.column("cohesion")[:] = 2.5, 0.3
    for _ in range(400):
        wear(model)
    for name in ("disorder", "cohesion"):
        assert model.streets.column(name) == pytest.approx(1.0, abs=1e-3)


def test_streets_stay_within_their_bounds_whatever_happens(model: NeighbourhoodModel) -> None:
    streets = model.streets
    for level in (0, 60_000):
        for name in ("minor_last_year", "moved_last_year"):
            streets.column(name)[:] = level
        for _ in range(300):
            wear(model)
        for name in ("disorder", "cohesion"):
            values = streets.column(name)
            assert ((values >= LOWEST - 1e-6) & (values <= HIGHEST + 1e-6)).all(), name


def test_the_mean_of_a_block_is_taken_over_its_streets(model: NeighbourhoodModel) -> None:
    values = np.arange(model.streets.used) / 7
    block = model.places.block
    by_hand = np.array([values[block == one].mean() for one in block])
    assert block_mean(model, values) == pytest.approx(by_hand, abs=1e-5)


def test_crime_homes_and_neighbours_raise_disorder_where_they_are(model: NeighbourhoodModel) -> None:
    streets = model.streets
    usual, _ = pulls(model)
    for name, column, value in (("crime", "minor_last_year", 5_000), ("homes", "weak_homes", 1.0)):
        kept = streets.column(column).copy()
        streets.column(column)[:] = 0
        low, _ = pulls(model)
        streets.column(column)[0] = value
        high, _ = pulls(model)
        assert high[0] > low[0], name
        assert np.array_equal(high[1:], low[1:]), name
        without = with_parameters(model.branch(model.scenario), **{f"surroundings__{name}": 0.0})
        streets_of = without.streets.column(column)
        streets_of[:] = 0
        none, _ = pulls(without)
        streets_of[0] = value
        assert np.array_equal(pulls(without)[0], none)
        streets.column(column)[:] = kept
    assert np.array_equal(pulls(model)[0], usual)
    block = model.places.block
    first = np.flatnonzero(np.bincount(block)[block] > 1)[0]
    streets.column("disorder")[first] += 1.0
    spread = pulls(model)[0] > usual
    assert np.array_equal(spread, block == block[first])


def test_turnover_and_disorder_wear_cohesion_which_holds_disorder_down(model: NeighbourhoodModel) -> None:
    streets = model.streets
    _, usual = pulls(model)
    streets.column("moved_last_year")[:] = 60_000
    _, restless = pulls(model)
    assert (restless <= usual).all()
    assert (restless < usual).mean() > 0.9
    base, bonds = pulls(model)
    streets.column("disorder")[:] += 0.5
    assert (pulls(model)[1] < bonds).all()
    streets.column("disorder")[:] -= 0.5
    streets.column("cohesion")[:] += 0.5
    assert (pulls(model)[0] < base).all()


def test_meeting_brings_cohesion_and_greening_takes_disorder_where_it_is_put(model: NeighbourhoodModel) -> None:
    model.social.segments, model.social.meeting = dict.fromkeys(model.social.segments, 0.0), 0.0
    usual, bonds = pulls(model)
    pay(model, "meeting_places", 2e6)
    pay(model, "greening", 4.5 * model.p["services.greening_cost"])
    model.social.work()
    green, together = pulls(model)
    assert together - bonds == pytest.approx(model.p["surroundings.meeting"] * model.social.meeting)
    assert model.social.meeting > 0
    rank = model.streets.column("rank")
    lower = usual - green
    assert lower[np.argsort(rank)][:6] == pytest.approx(
        np.array([1, 1, 1, 1, 0.5, 0]) * model.p["surroundings.greening"]
    )
    assert np.count_nonzero(lower) == 5
    none = with_parameters(model, surroundings__greening=0.0, surroundings__meeting=0.0)
    assert pulls(none)[0] == pytest.approx(usual)
    assert pulls(none)[1] == pytest.approx(bonds)


@pytest.mark.parametrize("measure", ["street_lighting", "camera_watch"])
def test_measures_stop_attempts_where_most_crime_was_registered(model: NeighbourhoodModel, measure: str) -> None:
    twin = model.branch(model.scenario)
    for world, segments in ((model, 3.0), (twin, 0.0)):
        world.municipality.plan()
        pay(world, measure, segments * world.p[f"services.{measure}_cost"])
        world.social.work()
        world.police.plan()
    more = model.streets.column("stopped") - twin.streets.column("stopped")
    worst = np.argsort(model.streets.column("rank"))[:3]
    assert (more[worst] > 0.005).all()
    assert (more >= -1e-6).all()
    blocks = np.isin(model.places.block, model.places.block[worst])
    assert (np.abs(more[~blocks]) < 1e-6).all()


def test_liveability_is_the_weighted_sum_of_its_five_dimensions(model: NeighbourhoodModel) -> None:
    usual, spread = (np.asarray(model.centres[f"liveability_{name}"]) for name in ("mean", "sd"))
    weights = model.p.table("surroundings.weights")
    assert weights.sum() == pytest.approx(1.0)
    assert usual.size == spread.size == weights.size == 5
    parts = features(model)
    score = liveability(model)
    for street in range(model.streets.used):
        by_hand = sum(weights[k] * (parts[k, street] - usual[k]) / spread[k] for k in range(5))
        assert score[street] == pytest.approx(by_hand)
    before = liveability(model)
    model.streets.column("cohesion")[:] += 0.1
    model.streets.column("weak_homes")[:] *= 0.5
    assert (liveability(model) > before).all()


def test_disorder_is_not_wired_to_violence(small_start: NeighbourhoodModel) -> None:
    """More disorder makes people feel unsafe and moves no offence of its own in the same month."""
    one, two = (small_start.branch(make_scenario({}, base="geen-programma")) for _ in range(2))
    two.streets.column("disorder")[:] = HIGHEST
    for world in (one, two):
        world.step()
    assert counted(one, "offenders") == counted(two, "offenders") > 0
    unsafe = [int(world.people.column("unsafe").sum()) for world in (one, two)]
    assert unsafe[1] > unsafe[0]


def test_the_indices_stand_at_a_hundred_at_the_start(small_start: NeighbourhoodModel) -> None:
    model = live(small_start.branch(everything()), 12)
    rows = {r["outcome"]: r["value"] for r in model.outcome_rows() if r["view"] == "place"}
    for name in ("cohesion_mean", "disorder_mean", "trust_mean"):
        assert 70 < rows[name] < 130, name
    base = model.counts.index_base
    for name in ("cohesion", "disorder"):
        mean = float(model.streets.column(name).astype(float).mean())
        assert rows[f"{name}_mean"] == pytest.approx(100 * mean / base[name], abs=0.01)
