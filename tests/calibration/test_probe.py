"""The probe counts what happens in a world, and changes nothing in it."""

import numpy as np
import pytest

from calibration.probe import MeasuredModel, measure_area
from calibration.probe_domains import JOB_FOLLOWED, LONG, SHORT, DomainProbe, domains_at_the_end
from calibration.recipes import RECIPES
from calibration.targets import load_targets
from sim.calendar import BASE
from sim.mechanisms.health import Health
from sim.model import NeighbourhoodModel
from sim.population import columns as c

AREA, SAMPLE, MONTHS = "vlaardingen-westwijk", 0.3, 24


@pytest.fixture(scope="module")
def base() -> MeasuredModel:
    return MeasuredModel(AREA, rng=1, sample=SAMPLE, start=BASE)


@pytest.fixture(scope="module")
def lived(base: MeasuredModel) -> NeighbourhoodModel:
    world = base.branch(None)
    for _ in range(MONTHS):
        world.step()
    return world


def test_measuring_changes_nothing(lived: MeasuredModel) -> None:
    plain = NeighbourhoodModel(AREA, rng=1, sample=SAMPLE, start=BASE)
    for _ in range(MONTHS):
        plain.step()
    for name, values in plain.people.state().items():
        np.testing.assert_array_equal(lived.people.state()[name], values)


def test_short_and_long_spells_are_some_of_those_that_end(lived: MeasuredModel) -> None:
    found = lived.domains.found
    exits = found["welfare_exits_2022"] + found["welfare_exits_2023"]
    assert 0 < found["welfare_exits_short"] + found["welfare_exits_long"] <= exits


def test_stocks_are_in_years(lived: MeasuredModel) -> None:
    found = lived.domains.found
    now = np.count_nonzero(lived.households.column("welfare_since") >= 0)
    assert found["welfare_2023"] == pytest.approx(now, rel=0.3)
    assert found["welfare_short"] + found["welfare_long"] < found["welfare_2022"] + found["welfare_2023"]


def test_who_left_for_work_is_followed(lived: MeasuredModel) -> None:
    found = lived.domains.found
    assert 0 < found["kept_work"] <= found["found_work"]
    assert len(lived.domains._found_work) == JOB_FOLLOWED


@pytest.mark.parametrize(
    ("months", "short", "long"), [(SHORT, 1, 0), (SHORT + 1, 0, 0), (LONG, 0, 0), (LONG + 1, 0, 1)]
)
def test_spells_are_told_apart_by_their_length(base: MeasuredModel, months: int, short: int, long: int) -> None:
    world, probe = base.branch(None), DomainProbe()
    on = np.flatnonzero(world.households.column("welfare_since") >= 0)
    before = world.households.column("welfare_since").copy()
    before[on[0]] = world.month - months
    world.households.welfare_since[on[0]] = c.LONG_AGO
    probe.exits(world, before)
    assert probe.found["welfare_exits_2022"] == 1
    assert (probe.found["welfare_exits_short"], probe.found["welfare_exits_long"]) == (short, long)


def test_the_gap_in_health_is_against_the_own_ages(base: MeasuredModel) -> None:
    world = base.branch(None)
    people, health = world.people, Health(world.p)
    found = domains_at_the_end(world)
    assert found["asked_health"] == np.count_nonzero(
        (people.column("status") == c.INSIDE) & (people.column("age") >= 18)
    )
    best = ((1 - health.share_distressed) * (1 - health.share_ill)).max()
    assert 0 < found["good_health_national"] <= best * found["asked_health"]
    people.distressed[:] = people.ill[:] = False
    assert domains_at_the_end(world)["good_health"] == found["asked_health"]


def test_long_low_income_is_a_part_of_low_income(base: MeasuredModel) -> None:
    world = base.branch(None)
    households = world.households
    low = np.flatnonzero(households.column("low_income") & (households.column("size") > 0))
    households.low_since[low] = world.month - 47
    assert domains_at_the_end(world)["lasting_low_homes"] == 0
    households.low_since[low] = world.month - 48
    found = domains_at_the_end(world)
    assert found["lasting_low_homes"] == found["low_homes"] == low.size
    assert found["lasting_low_families"] == found["low_families"]


@pytest.mark.slow
def test_an_area_yields_every_measure_that_is_needed() -> None:
    found = measure_area(AREA, 0.3, 1)
    needed = {RECIPES[target.id].needed for target in load_targets() if not RECIPES[target.id].on_the_bench}
    assert needed - set(found) == {"streets"}  # at full scale only
