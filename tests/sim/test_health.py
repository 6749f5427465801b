"""Health: at national risks the national level holds; each risk raises it, and none without its parameter."""

import numpy as np
import pytest
from small_worlds import make_scenario, residents

from sim.mechanisms.health import Health, good_health
from sim.mechanisms.offending import IDLE_AGES
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.population import columns as c
from sim.programme.services import open_cases

RISKS = ("frailty", "creditor", "unsafe", "idle", "damp", "illness", "low_income", "stopped")
ADULTS = (25, 60)


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def under(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.p.replace(**changes)
    model.health = Health(model.p)
    return model


@pytest.mark.parametrize("draw", [0, 1, 2, 3])
def test_onset_holds_the_national_share_against_recovery(draw: int) -> None:
    p = load_parameters(draw)
    health = Health(p)
    for onset, share, ends in (
        (health.distress, health.share_distressed, health.distress_ends),  # with the usual care
        (health.illness, health.share_ill, p["health.illness_ends"]),
    ):
        assert onset / (onset + ends) == pytest.approx(share)
        assert ((onset >= 0) & (onset <= 1)).all()


def test_without_risks_the_national_level_comes_out_whatever_the_start(model: NeighbourhoodModel) -> None:
    none = {f"health__{risk}": 0.0 for risk in RISKS}
    under(model, **none, health__composition=1.0, trends__health=0.0, health__seeks=0.0)
    people = model.people
    people.column("distressed")[:] = True
    rows = residents(model)
    for month in range(25):
        model.month += 12 * (month > 0)
        model.health.live(model, rows)
    for (low, high), at in (((25, 45), 30), ((45, 65), 50)):
        mine = rows[(people.age[rows] >= low) & (people.age[rows] < high)]
        share = model.health.share_distressed[at]
        assert people.distressed[mine].mean() == pytest.approx(share, abs=4 * np.sqrt(share / mine.size))
        share = model.health.share_ill[at]
        assert people.ill[mine].mean() == pytest.approx(share, abs=4 * np.sqrt(share / mine.size) + 0.02)


def fallen(start: NeighbourhoodModel, risk: str, there: bool, size: float) -> tuple[int, int]:
    """Return how many of the adults come to be unwell, in mind and in body, with or without a risk."""
    others = {f"health__{one}": 0.0 for one in RISKS if one != risk}
    model = under(start.branch(make_scenario({}, base="geen-programma")), **others, **{f"health__{risk}": size})
    people, rows = model.people, residents(model, *ADULTS)
    for name in ("distressed", "ill", "unsafe", "low_income", "enrolled"):
        people.column(name)[:] = False
    people.column("work")[:] = c.EMPLOYED
    people.column("creditors")[:] = 0
    model.dwellings.column("damp")[:] = model.dwellings.column("label")[:] = 0
    model.cases.column("start")[:] = 0
    if there and risk == "stopped":
        open_cases(model, rows, "stop", 0)
    elif there and risk == "damp":
        model.dwellings.column("damp")[:] = True
    elif there:
        name, value = {
            "creditor": ("creditors", 5), "unsafe": ("unsafe", True), "idle": ("work", c.NOT_WORKING),
            "illness": ("ill", True), "low_income": ("low_income", True), "frailty": ("frailty", 2.0),
        }[risk]  # fmt: skip
        people.column(name)[:] = value
    elif risk == "frailty":
        people.column("frailty")[:] = 0.0
    ill = people.ill[rows].copy()
    model.health.live(model, rows)
    return int(people.distressed[rows].sum()), int((people.ill[rows] & ~ill).sum())


@pytest.mark.parametrize("risk", RISKS)
def test_each_risk_raises_the_chance_of_poor_mental_health(small_start: NeighbourhoodModel, risk: str) -> None:
    size = 0.3 if risk == "creditor" else 0.9
    (with_risk, _), (without, _) = (fallen(small_start, risk, there, size) for there in (True, False))
    assert with_risk > 1.4 * without > 0
    (one, _), (two, _) = (fallen(small_start, risk, there, 0.0) for there in (True, False))
    assert one == two > 0


@pytest.mark.parametrize("risk", ["damp", "low_income", "frailty"])
def test_bodies_suffer_from_homes_poverty_and_frailty(small_start: NeighbourhoodModel, risk: str) -> None:
    (_, with_risk), (_, without) = (fallen(small_start, risk, there, 0.9) for there in (True, False))
    assert with_risk > 1.4 * without
    (_, one), (_, two) = (fallen(small_start, risk, there, 0.0) for there in (True, False))
    assert one == two


@pytest.mark.parametrize("risk", ["creditor", "unsafe", "idle", "stopped"])
def test_what_weighs_on_the_mind_does_not_weigh_on_the_body(small_start: NeighbourhoodModel, risk: str) -> None:
    (_, with_risk), (_, without) = (fallen(small_start, risk, there, 0.9) for there in (True, False))
    assert with_risk == without > 0


def test_who_is_too_young_or_old_to_be_idle_is_not(small_start: NeighbourhoodModel) -> None:
    model = under(small_start.branch(make_scenario({}, base="geen-programma")), health__idle=2.0)
    people, rows = model.people, residents(model)
    people.column("enrolled")[:] = False
    damp = model.health._damp(model, rows)
    logs = []
    for work in (c.EMPLOYED, c.NOT_WORKING):
        people.column("work")[:] = work
        logs.append(model.health._distress_risk(model, rows, damp))
    moved = logs[0] != logs[1]
    age = people.age[rows]
    assert np.array_equal(moved, (age >= IDLE_AGES[0]) & (age < IDLE_AGES[1]) & moved)
    assert moved.any()


def test_good_health_is_neither_unwell_nor_ill(model: NeighbourhoodModel) -> None:
    people = model.people
    good = good_health(model)
    known = np.flatnonzero(people.column("status") != c.FREE)
    by_hand = [row for row in known if not people.distressed[row] and not people.ill[row]]
    assert good.tolist() == by_hand
    assert 0 < good.size < known.size


def test_recovery_is_as_often_as_said(model: NeighbourhoodModel) -> None:
    under(model, health__distress_ends=0.4, health__illness_ends=0.0)
    people, rows = model.people, residents(model)
    people.distressed[rows] = people.ill[rows] = True
    model.health.live(model, rows)
    assert (~people.distressed[rows]).mean() == pytest.approx(0.4, abs=0.04)
    assert people.ill[rows].all()
