"""Careers: family and partner as risks, ties of offending together, and the stage that is read out."""

import numpy as np
import pytest
from small_worlds import counted, live, make_scenario, residents, standing_ties

from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms.careers import (
    HARDENED_ROLE_MONTHS,
    PARTNER_AGE,
    count_offenders,
    home_risks,
    stages,
    tie,
)
from sim.mechanisms.offending import KINDS, TIE_MONTHS, Offences
from sim.model import NeighbourhoodModel
from sim.population import columns as c

LAST = c.FRIENDS - 1


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def together(first: list[int], second: list[int]) -> Offences:
    """Return offences that the first began with the second."""
    size = len(first)
    return Offences(
        np.array(first, dtype=np.intp), np.zeros(size, np.uint8), np.zeros(size, np.uint64), np.array(second, np.intp)
    )


def youths(model: NeighbourhoodModel, number: int) -> np.ndarray:
    """Return youths who name nobody and remember nobody."""
    rows = model.youth_rows()[:number]
    model.people.column("friends")[:] = -1
    model.people.column("together")[:] = c.LONG_AGO
    return rows


# --- family and partner


def test_the_family_flag_is_a_suspect_among_the_others_at_home(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("last_registered")[:] = c.LONG_AGO
    everyone = residents(model)
    home_risks(model, everyone)
    assert not people.family_offender[everyone].any()
    homes, count = np.unique(people.household[everyone], return_counts=True)
    home = homes[count >= 3][0]
    members = everyone[people.household[everyone] == home]
    people.last_registered[members[0]] = model.month - 2
    home_risks(model, everyone)
    flagged = everyone[people.family_offender[everyone]]
    assert set(flagged.tolist()) == set(members[1:].tolist()), "oneself does not count"
    people.last_registered[members[1]] = model.month - 2
    home_risks(model, everyone)
    assert set(everyone[people.family_offender[everyone]].tolist()) == set(members.tolist())


def test_the_family_flag_lasts_as_long_as_is_stated(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("last_registered")[:] = c.LONG_AGO
    everyone = residents(model)
    homes, count = np.unique(people.household[everyone], return_counts=True)
    members = everyone[people.household[everyone] == homes[count >= 2][0]]
    months = int(model.p["careers.family_years"] * MONTHS_PER_YEAR)
    for since, there in ((months - 1, True), (months, False)):
        people.last_registered[members[0]] = model.month - since
        home_risks(model, everyone)
        assert bool(people.family_offender[members[1]]) == there


def test_the_partner_flag_is_living_as_a_couple_from_an_age_on(model: NeighbourhoodModel) -> None:
    people, households = model.people, model.households
    everyone = residents(model)
    home_risks(model, everyone)
    flagged = everyone[people.partnered[everyone]]
    assert (people.age[flagged] >= PARTNER_AGE).all()
    assert (people.position[flagged] != c.CHILD).all()
    assert (households.partner[people.household[flagged]] >= 0).all()
    couples = np.flatnonzero(households.column("partner") >= 0)
    pairs = np.concatenate([households.head[couples], households.partner[couples]])
    adults = pairs[people.age[pairs] >= PARTNER_AGE]
    assert set(flagged.tolist()) == set(adults.tolist())
    assert flagged.size > 500


@pytest.mark.parametrize(("flag", "path"), [("family_offender", "careers.family"), ("partnered", "careers.partner")])
def test_a_flag_changes_the_hazard_by_its_weight(model: NeighbourhoodModel, flag: str, path: str) -> None:
    people = model.people
    rows = residents(model, 30, 50)
    column = getattr(people, flag)
    column[rows] = False
    without = model.offending.rates(model).begin[:, rows].copy()
    column[rows] = True
    model._youths = None
    within = model.offending.rates(model).begin[:, rows]
    some = without[0] > 0
    assert some.sum() > 100
    for kind in KINDS:
        assert within[kind, some] / without[kind, some] == pytest.approx(np.exp(model.p[path]), rel=1e-4)


# --- ties of offending together


def test_offending_together_makes_a_tie_both_remember(model: NeighbourhoodModel) -> None:
    people = model.people
    one, other, third = youths(model, 3).tolist()
    people.friends[1, one] = other
    tie(model, together([one], [other]))
    assert people.together[1, one] == model.month
    assert people.friends[LAST, other] == one, "who was asked names who asked"
    assert people.together[LAST, other] == model.month
    assert (people.column("together") >= 0).sum() == 2
    model.month += 1
    people.friends[0, third] = other
    tie(model, together([third], [other]))
    assert people.friends[LAST, other] == one, "a tie of offending is not given up for another"
    assert people.together[0, third] == model.month


def test_mutual_friends_keep_their_places(model: NeighbourhoodModel) -> None:
    people = model.people
    one, other = youths(model, 2).tolist()
    people.friends[0, one], people.friends[3, other] = other, one
    before = people.friends.copy()
    tie(model, together([one, one], [other, other]))
    assert np.array_equal(before, people.friends)
    assert people.together[0, one] == people.together[3, other] == model.month


def test_of_several_who_ask_one_is_named_whatever_the_order(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = youths(model, 6).tolist()
    asked = rows[0]
    named = set()
    for order in (rows[1:], rows[:0:-1], rows[3:] + rows[1:3]):
        twin = model.branch(model.scenario)
        tie(twin, together(order, [asked] * len(order)))
        named.add(int(twin.people.friends[LAST, asked]))
    assert len(named) == 1
    assert named <= set(rows[1:])
    assert people.friends[LAST, asked] == -1


def test_alone_and_with_leavers_no_tie_is_made(model: NeighbourhoodModel) -> None:
    people = model.people
    one, other = youths(model, 2).tolist()
    people.status[one] = c.ELSEWHERE
    tie(model, together([one, other], [other, -1]))
    assert (people.column("friends") == -1).all()
    assert (people.column("together") == c.LONG_AGO).all()


def test_who_offended_together_lately_is_asked_more_often(model: NeighbourhoodModel) -> None:
    """Two friends of equal rates: the one of the last offence together is asked by the stated ratio more often."""
    people = model.people
    rows = model.youth_rows()
    ties = standing_ties(model)[:, rows]
    several = np.flatnonzero((ties[0] >= 0) & (ties[1] >= 0))
    people.column("together")[:] = c.LONG_AGO
    usual = model.offending.rates(model)
    people.together[0, rows[several]] = model.month - TIE_MONTHS + 1
    model._youths = None
    close = model.offending.rates(model)
    at = close.slot[rows[several]]
    assert close.close[0, at].all()
    assert not close.close[1:, at].any()
    assert not usual.close.any()
    whole = [rates.invited.sum() for rates in (usual, close)]
    assert whole[0] == pytest.approx(whole[1], rel=1e-3), "invitations move from one friend to another"
    people.together[0, rows[several]] = model.month - TIE_MONTHS
    model._youths = None
    assert not model.offending.rates(model).close.any(), "after two years it is a tie as any other"


def test_partners_are_drawn_with_the_preference(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = model.youth_rows()
    people.column("minor_rate")[:] = 60.0
    people.column("together")[:] = c.LONG_AGO
    people.together[0, rows] = np.where(people.friends[0, rows] >= 0, model.month - 1, c.LONG_AGO)
    counts = np.zeros(2)
    wanted = np.zeros(2)
    rates = model.offending.rates(model)
    weight = rates.latent[c.MINOR].take(rates.ties).astype(np.float64)
    weight *= np.where(rates.close, np.exp(model.p["careers.co_offending"]), 1.0)
    share = weight / np.maximum(weight.sum(axis=0), 1e-12)
    for _ in range(4):
        drawn = model.offending.draw(model, rates)
        joint = (drawn.partner >= 0) & (drawn.kind == c.MINOR)
        place = rates.slot[drawn.row[joint]]
        counts += [(people.friends[0, drawn.row[joint]] == drawn.partner[joint]).sum(), joint.sum()]
        wanted += [share[0, place].sum(), joint.sum()]
        model.month += 1
    assert counts[1] > 200
    assert counts[0] / counts[1] == pytest.approx(wanted[0] / wanted[1], abs=4 * 0.5 / np.sqrt(counts[1]))
    assert wanted[0] / wanted[1] > 0.25, "one friend of five, but the closest"


def test_in_a_lived_world_ties_arise_and_point_to_friends(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("together")[:] = c.LONG_AGO
    live(model, 18)
    kept = people.column("together")
    assert (kept > model.month - 18).sum() > 20
    assert (people.column("friends")[kept >= 0] >= 0).all()


# --- the read-out


def test_the_stages(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = residents(model, 15, 18, 9)
    people.minor24[rows] = [0, 1, 2, 3, 0, 9, 7, 8, 0]
    people.serious24[rows] = [0, 0, 0, 0, 1, 0, 3, 2, 0]
    people.role_since[rows] = c.LONG_AGO
    assert stages(people, rows, model.month).tolist() == [0, 1, 1, 2, 2, 2, 3, 2, 0]


def test_six_months_in_a_role_are_hardened(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = residents(model, 15, 18, 3)
    for name in ("minor24", "serious24"):
        getattr(people, name)[rows] = 0
    people.role_since[rows] = [model.month - HARDENED_ROLE_MONTHS, model.month - HARDENED_ROLE_MONTHS + 1, c.LONG_AGO]
    assert HARDENED_ROLE_MONTHS == 6
    assert stages(people, rows, model.month).tolist() == [3, 0, 0]
    assert stages(people, rows, model.month + 1).tolist() == [3, 3, 0]


def test_new_hardened_offenders_are_counted_once(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = residents(model, 15, 18, 4)
    people.hardened[rows] = False
    people.role_since[rows] = c.LONG_AGO
    people.minor24[rows], people.serious24[rows] = 8, 3
    before = counted(model, "new_hardened")
    count_offenders(model, rows)
    assert counted(model, "new_hardened") - before == rows.size
    count_offenders(model, rows)
    assert counted(model, "new_hardened") - before == rows.size


def test_who_is_hardened_by_a_role_alone_is_counted_too(model: NeighbourhoodModel) -> None:
    """The read-out is the read-out: half a year in a role makes a new hardened offender of who offends then."""
    people = model.people
    rows = residents(model, 15, 18, 4)
    people.hardened[rows] = False
    people.role_since[rows] = model.month - HARDENED_ROLE_MONTHS
    people.minor24[rows], people.serious24[rows] = 1, 0
    before = counted(model, "new_hardened")
    count_offenders(model, rows)
    assert counted(model, "new_hardened") - before == rows.size
