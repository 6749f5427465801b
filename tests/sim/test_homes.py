"""Homes: states stay in their ranges and at their level, and each state does what it is there for."""

import numpy as np
import pytest
from small_worlds import live, make_scenario

from sim.mechanisms.homes import crowded, energy_euros, furnish, improve, in_poor_state, keep_up, survey_streets
from sim.model import NeighbourhoodModel
from sim.population import columns as c


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def test_a_home_is_poor_by_damp_or_label(model: NeighbourhoodModel) -> None:
    dwellings = model.dwellings
    for label in range(7):
        for damp in (False, True):
            dwellings.column("label")[:], dwellings.column("damp")[:] = label, damp
            assert (in_poor_state(dwellings) == (damp or label > 3)).all()


def test_energy_costs_follow_the_label(model: NeighbourhoodModel) -> None:
    homes = np.flatnonzero(model.households.column("size") > 0)
    found = []
    for label in range(7):
        model.dwellings.column("label")[:] = label
        euros = energy_euros(model, homes)
        assert np.unique(euros).size == 1
        found.append(float(euros[0]))
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_crowding_is_persons_against_rooms(model: NeighbourhoodModel) -> None:
    homes = np.flatnonzero(model.households.column("size") > 0)
    size = model.households.size[homes].astype(int)
    model.dwellings.column("rooms")[:] = 2
    assert np.array_equal(crowded(model, homes), size > 3)
    model.dwellings.column("rooms")[:] = 200
    assert not crowded(model, homes).any()


def test_an_improved_home_is_warm_dry_and_burglar_proof_and_never_worse(model: NeighbourhoodModel) -> None:
    dwellings = model.dwellings
    rows = np.arange(dwellings.used)
    before = dwellings.column("label").copy()
    improve(model, rows[::2])
    after = dwellings.column("label")
    assert np.array_equal(after[1::2], before[1::2])
    assert np.array_equal(after[::2], np.minimum(before[::2], int(model.p["homes.new_label"])))
    assert not in_poor_state(dwellings)[::2].any()
    assert dwellings.column("secured")[::2].all()


@pytest.mark.parametrize("tenure", [c.OWNER_OCCUPIED, c.CORPORATIE, c.PRIVATE_RENT])
def test_damp_comes_as_often_as_it_goes(model: NeighbourhoodModel, tenure: int) -> None:
    """Where labels stay, the share of damp homes of every kind stays what it was."""
    model.p = model.p.replace(homes__renewal=0.0)
    dwellings = model.dwellings
    dwellings.column("tenure")[:] = tenure
    furnish(dwellings, np.arange(dwellings.used), model.draws, model.p)
    labels = dwellings.column("label").copy()
    before = dwellings.column("damp").mean()
    turned = dwellings.column("damp").copy()
    for _ in range(240):
        keep_up(model)
        model.month += 1
    after = dwellings.column("damp").mean()
    assert np.array_equal(labels, dwellings.column("label"))
    assert (turned != dwellings.column("damp")).mean() > 0.05, "nothing turned: nothing was proved"
    assert after == pytest.approx(before, abs=4 * np.sqrt(2 * before / dwellings.used))


def test_without_their_parameters_homes_stay_as_they_are(model: NeighbourhoodModel) -> None:
    model.p = model.p.replace(homes__renewal=0.0, homes__damp_goes=0.0)
    label, damp = model.dwellings.column("label").copy(), model.dwellings.column("damp").copy()
    for _ in range(24):
        keep_up(model)
        model.month += 1
    assert np.array_equal(model.dwellings.column("label"), label)
    assert np.array_equal(model.dwellings.column("damp"), damp)


def test_labels_get_better_by_the_national_trend_alone(model: NeighbourhoodModel) -> None:
    before = model.dwellings.column("label").astype(int)
    model.p = model.p.replace(homes__renewal=0.3)
    for _ in range(12):
        keep_up(model)
        model.month += 1
    after = model.dwellings.column("label").astype(int)
    assert ((before - after) >= 0).all()
    assert (before - after).max() == 1, "each home has its turn once a year"
    assert (before - after)[before > 0].mean() == pytest.approx(0.3, abs=0.05)


def test_streets_are_surveyed_home_by_home(model: NeighbourhoodModel) -> None:
    dwellings, streets = model.dwellings, model.streets
    dwellings.column("secured")[::3] = True
    survey_streets(model)
    poor = in_poor_state(dwellings)
    for street in range(0, streets.used, 5):
        mine = dwellings.column("street") == street
        if mine.any():
            assert streets.weak_homes[street] == pytest.approx(poor[mine].mean(), abs=1e-6)
            assert streets.secured[street] == pytest.approx(dwellings.column("secured")[mine].mean(), abs=1e-6)


def test_states_stay_within_their_ranges(small_start: NeighbourhoodModel) -> None:
    model = live(small_start.branch(make_scenario({}, base="geen-programma")), 24)
    dwellings = model.dwellings
    assert dwellings.column("label").max() <= 6
    assert dwellings.column("rooms").min() >= 1
    assert np.array_equal(dwellings.column("landlord") >= 0, dwellings.column("tenure") == c.CORPORATIE)


def test_a_damp_home_makes_ill_and_slows_pupils_only_through_its_parameters(small_start: NeighbourhoodModel) -> None:
    def ill(poor: bool, size: float) -> tuple[int, float]:
        model = small_start.branch(make_scenario({}, base="geen-programma"))
        model.p = model.health.p = model.schooling.p = model.p.replace(
            health__damp=size, school__skill_quality=-size, debts__energy=0.0
        )
        model.dwellings.column("damp")[:] = model.dwellings.column("label")[:] = 0
        if poor:
            model.dwellings.column("damp")[:] = True
        model.people.column("ill")[:] = False
        for _ in range(12):
            model.health.live(model, model.demography.birthdays(model))
            model.month += 1
        model.schooling._learn(model, np.flatnonzero(model.people.column("enrolled")))
        return int(model.people.column("ill").sum()), float(model.people.column("skill").mean())

    (sick, dull), (well, bright) = ill(True, 0.6), ill(False, 0.6)
    assert sick > 1.3 * well
    assert dull < bright
    assert ill(True, 0.0) == ill(False, 0.0)
