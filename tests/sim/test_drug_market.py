"""The drug market: a number of roles that custody empties for a while, filled by who is met and has little to lose."""

import numpy as np
import pytest
from small_worlds import counted, live, make_scenario, residents

from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms.drug_market import (
    CLASS_AGES,
    FAMILY_AGES,
    RECRUITED_AGES,
    _attraction,
    _recruit,
    exposed,
    holders,
    lose_roles,
    turn_over,
)
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.services import apply_effects


def world(start: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    """Return a branch in which nobody has a role or a record of offending."""
    model = start.branch(make_scenario({}, base="geen-programma"))
    model.p = model.p.replace(**changes)
    people = model.people
    for name in ("minor24", "serious24", "events12", "events6"):
        people.column(name)[:] = 0
    people.column("role_since")[:] = c.LONG_AGO
    people.column("custody_until")[:] = c.LONG_AGO
    model.closed_roles = 0.0
    return model


def harden(model: NeighbourhoodModel, rows: np.ndarray) -> None:
    model.people.minor24[rows], model.people.serious24[rows] = 7, 3


def month(model: NeighbourhoodModel) -> None:
    turn_over(model)
    model.month += 1


def test_roles_are_filled_and_never_exceed_their_number(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    model.roles = 12.4
    sizes = []
    for _ in range(120):
        month(model)
        sizes.append(holders(model).size)
    assert max(sizes) <= model.roles + 1
    assert np.mean(sizes) == pytest.approx(12.4, abs=0.7), "a fraction of a role is one in some of the months"


def test_no_demand_no_roles(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, careers__role_leaving=1.0)
    model.roles = 0.0
    rows = residents(model, 16, 20, 30)
    model.people.role_since[rows] = model.month - 8
    for _ in range(80):
        month(model)
    assert holders(model).size <= 3


def test_leaving_a_role_takes_as_long_as_is_stated(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, careers__role_leaving=0.4)
    rows = residents(model, 16, 60)[:400]
    model.people.role_since[rows] = model.month - 1
    model.roles = 0.0
    for _ in range(MONTHS_PER_YEAR):
        month(model)
    stay = (model.people.role_since[rows] >= 0).mean()
    assert stay == pytest.approx((1 - 0.4 / 12) ** 12, abs=4 * 0.5 / np.sqrt(rows.size))


def test_recruits_are_young_free_and_of_the_area(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    people = model.people
    everybody = residents(model, 10, 30)
    people.custody_until[everybody[::4]] = model.month + 3
    model.roles = 300.0
    month(model)
    rows = holders(model)
    assert rows.size in (300, 301)
    assert ((people.age[rows] >= RECRUITED_AGES[0]) & (people.age[rows] < RECRUITED_AGES[1])).all()
    assert {14, 24} <= set(people.age[rows].tolist())
    assert (people.status[rows] == c.INSIDE).all()
    assert (people.custody_until[rows] < model.month).all()
    assert (people.role_since[rows] == model.month - 1).all()
    assert counted(model, "recruited") == rows.size


def test_more_roles_than_youths_are_left_open(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    model.roles = 1e5
    month(model)
    assert holders(model).size == residents(model, *RECRUITED_AGES).size


@pytest.mark.parametrize(("replacement", "closed"), [(0.0, 1.0), (1.0, 0.0), (0.6, 0.4)])
def test_after_custody_roles_close_or_are_taken_over(
    small_start: NeighbourhoodModel, replacement: float, closed: float
) -> None:
    model = world(small_start, careers__replacement=replacement, careers__role_leaving=0.0)
    model.roles = 100.0
    month(model)
    taken = holders(model)[:80]
    model.people.custody_until[taken] = model.month + 24
    lose_roles(model, taken)
    assert (model.people.role_since[taken] == c.LONG_AGO).all()
    assert model.closed_roles == pytest.approx(80 * closed, abs=4 * np.sqrt(80 * 0.25) * (0 < closed < 1))
    before = model.closed_roles
    month(model)
    open_again = model.p["careers.reopening"] * before
    assert holders(model).size == pytest.approx(100 - before + open_again, abs=1.5)
    assert not np.isin(taken, holders(model)).any()


def test_who_has_no_role_loses_none(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, careers__replacement=0.0)
    lose_roles(model, residents(model, 16, 20))
    assert model.closed_roles == 0.0


def test_closed_roles_open_again(small_start: NeighbourhoodModel) -> None:
    model = world(small_start, careers__role_leaving=0.0)
    model.roles, model.closed_roles = 60.0, 50.0
    sizes = []
    for _ in range(48):
        month(model)
        sizes.append(holders(model).size)
    left = 50 * (1 - model.p["careers.reopening"]) ** np.arange(1, 49)
    assert np.abs(np.array(sizes) - (60 - left)).max() <= 1.5
    assert sizes[0] < 20
    assert sizes[-1] >= 58


def test_replacement_decides_what_detention_does_to_the_market(small_start: NeighbourhoodModel) -> None:
    """In a lived world with much custody: with no replacement there are fewer roles, and fewer are recruited."""
    filled, recruited = [], []
    for chance in (0.0, 1.0):
        model = small_start.branch(make_scenario({}, {"custody": {"2025-01": 3.0}}, base="geen-programma"))
        model.p = model.p.replace(careers__replacement=chance, register__custody_places=1e3)
        model.roles = 60.0  # many roles, so that many of those detained have one
        live(model, 36)
        filled.append(holders(model).size)
        recruited.append(counted(model, "recruited"))
    assert filled[0] < filled[1]
    assert filled[1] >= 58
    assert recruited[0] > 60


# --- who is recruited


def of_circle(model: NeighbourhoodModel, ages: tuple[int, int], column: str) -> tuple[int, int]:
    """Return somebody of an age and somebody else in the same household or class, who has others around."""
    people = model.people
    for row in residents(model, *ages):
        circle = getattr(people, column)[row]
        others = residents(model, 12, 60)
        others = others[(getattr(people, column)[others] == circle) & (others != row)]
        if circle >= 0 and others.size:
            return int(row), int(others[0])
    raise AssertionError("nobody shares a circle")


@pytest.mark.parametrize(("ages", "column"), [(FAMILY_AGES, "household"), (CLASS_AGES, "school_class")])
def test_a_hardened_offender_at_home_or_in_class_exposes(
    small_start: NeighbourhoodModel, ages: tuple[int, int], column: str
) -> None:
    model = world(small_start)
    row, other = of_circle(model, (max(ages[0], RECRUITED_AGES[0]), ages[1]), column)
    everyone = residents(model, *RECRUITED_AGES)
    assert not exposed(model, everyone).any()
    harden(model, np.array([other]))
    found = everyone[exposed(model, everyone)]
    assert row in found
    assert other not in found, "nobody is exposed to themselves"
    people = model.people
    shares = people.household[found] == people.household[other]
    shares |= (people.school_class[found] == people.school_class[other]) & (people.school_class[other] >= 0)
    assert shares.all()
    assert ((people.age[found] >= FAMILY_AGES[0]) & (people.age[found] < CLASS_AGES[1])).all()


def test_months_in_a_role_expose_as_well(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    row, other = of_circle(model, FAMILY_AGES, "household")
    for months, there in ((5, False), (6, True)):
        model.people.role_since[other] = model.month - months
        assert bool(exposed(model, np.array([row]))[0]) == there


def test_two_hardened_brothers_expose_each_other(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    people = model.people
    minors = residents(model, *FAMILY_AGES)
    homes, count = np.unique(people.household[minors], return_counts=True)
    pair = minors[people.household[minors] == homes[count >= 2][0]][:2]
    harden(model, pair[:1])
    assert exposed(model, pair).tolist() == [False, True]
    harden(model, pair)
    assert exposed(model, pair).all()


def test_who_has_left_exposes_nobody(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    away = np.flatnonzero(model.people.column("status") == c.ELSEWHERE)
    harden(model, away)
    assert not exposed(model, residents(model, *RECRUITED_AGES)).any()
    assert exposed(model, np.empty(0, dtype=np.intp)).size == 0


@pytest.mark.parametrize("risk", ["exposed", "low_income", "idle", "active"])
def test_exposure_poor_prospects_and_offending_raise_the_chance(small_start: NeighbourhoodModel, risk: str) -> None:
    """Half of the youths have the risk: their share among recruits follows from its weight."""
    model = world(small_start)
    people = model.people
    rows = residents(model, 14, 18)
    people.enrolled[residents(model, *RECRUITED_AGES)] = True
    people.low_income[residents(model, *RECRUITED_AGES)] = False
    people.school_class[residents(model)] = -1
    people.strained[residents(model)] = False
    half = np.zeros(rows.size, dtype=bool)
    if risk == "exposed":
        parents = residents(model, 25, 60)
        homes = np.unique(people.household[rows])[::2]
        parents = parents[np.isin(people.household[parents], homes)]
        harden(model, parents)
        half = exposed(model, rows)
    else:
        half[::2] = True
        if risk == "low_income":
            people.low_income[rows[half]] = True
        elif risk == "idle":
            people.enrolled[rows[half]], people.work[rows[half]] = False, c.NOT_WORKING
        else:
            people.events12[rows[half]] = 1
    weight = model.p[{"exposed": "careers.exposure", "low_income": "careers.poor"}.get(risk, f"careers.{risk}")]
    gain = _attraction(model, rows[half]).mean() - _attraction(model, rows[~half]).mean()
    assert gain == pytest.approx(weight)
    among = np.zeros(2)
    for _ in range(300):
        chosen = _recruit(model, 3)
        among += [np.isin(chosen, rows[half]).sum(), np.isin(chosen, rows[~half]).sum()]
        model.month += 1
    odds = among[0] / among[1] / (half.sum() / (~half).sum())
    assert np.log(odds) == pytest.approx(weight, abs=4 * np.sqrt((1 / among).sum()) + 0.05)


def test_a_role_raises_offending_while_it_lasts(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    people = model.people
    people.column("trust")[:] = 0
    model.cases.release(np.flatnonzero(model.cases.column("person") >= 0))
    rows = residents(model, 16, 20, 10)
    people.role_since[rows] = model.month
    apply_effects(model)
    assert people.effect[rows] == pytest.approx(model.p["careers.role_ratio"])
    people.role_since[rows] = c.LONG_AGO
    apply_effects(model)
    assert (people.effect[residents(model)] == 1).all()


def test_a_role_ends_with_moving_away(small_start: NeighbourhoodModel) -> None:
    model = world(small_start)
    rows = residents(model, 16, 20, 10)
    model.people.role_since[rows] = model.month - 3
    model.people.status[rows[:5]] = c.ELSEWHERE
    model.p = model.p.replace(careers__role_leaving=0.0)
    turn_over(model)
    assert (model.people.role_since[rows[:5]] == c.LONG_AGO).all()
    assert (model.people.role_since[rows[5:]] >= 0).all()
