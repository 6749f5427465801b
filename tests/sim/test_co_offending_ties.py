"""Friends who offended together stay friends for some time."""

import numpy as np
import pytest
from numpy.typing import NDArray
from small_worlds import make_world, standing_ties

from sim.calendar import MONTHS_PER_YEAR
from sim.model import NeighbourhoodModel
from sim.networks import friends
from sim.population import columns as c


@pytest.fixture(scope="module")
def world() -> NeighbourhoodModel:
    return make_world()


def _renewed(model: NeighbourhoodModel, together: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return standing ties of youths before and after a renewal, every tie with an offence together in that month."""
    model = model.branch(model.scenario)
    before = standing_ties(model)
    used = model.people.used
    model.people.together[:, :used] = np.where(model.people.friends[:, :used] >= 0, together, c.LONG_AGO)
    friends.renew(model)
    youths = np.zeros(used, dtype=bool)
    youths[model.youth_rows()] = True
    # who stays a youth and whose friend does
    stays = (before >= 0) & youths[before] & youths
    after = model.people.friends[:, :used].astype(np.int64)
    kept = model.people.together[:, :used]
    assert (kept[after != before] == c.LONG_AGO).all(), "a new tie or an open place remembers an offence together"
    same = stays & (after == before)
    assert np.isin(kept[same], (together, c.LONG_AGO)).all()
    return before[stays], after[stays]


def test_recent_co_offenders_stay_friends(world: NeighbourhoodModel) -> None:
    years = world.p["networks.co_offending_years"]
    before, after = _renewed(world, world.month - int(MONTHS_PER_YEAR * years) + 1)
    assert before.size > 100
    assert np.array_equal(before, after)


@pytest.mark.parametrize("together", ["long ago", "never"])
def test_other_ties_turn_over(world: NeighbourhoodModel, together: str) -> None:
    years = world.p["networks.co_offending_years"]
    month = c.LONG_AGO if together == "never" else world.month - int(np.ceil(MONTHS_PER_YEAR * years))
    before, after = _renewed(world, month)
    changed = (before != after).mean()
    # who gives up a tie may name the same friend again
    assert 0.4 * world.p["networks.turnover"] < changed < 1.1 * world.p["networks.turnover"]


def test_nobody_names_a_friend_twice_or_themselves(world: NeighbourhoodModel) -> None:
    model = world.branch(world.scenario)
    friends.renew(model)
    rows = model.youth_rows()
    named = model.people.friends[:, rows].astype(np.int64)
    assert not (named == rows).any()
    named = np.sort(np.where(named >= 0, named, -1 - np.arange(c.FRIENDS)[:, None]), axis=0)
    assert (np.diff(named, axis=0) != 0).all()


def test_leavers_forget_with_whom_they_offended(world: NeighbourhoodModel) -> None:
    model = world.branch(world.scenario)
    people = model.people
    people.together[:, model.youth_rows()] = model.month - 1
    for _ in range(3):
        model.step()
    elsewhere = np.flatnonzero(people.column("status") == c.ELSEWHERE)
    free = np.flatnonzero(people.column("status") == c.FREE)
    new = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("arrived") >= model.month - 3))
    assert elsewhere.size > 0
    assert new.size > 0
    for rows in (elsewhere, free, new):
        assert (people.together[:, rows] == c.LONG_AGO).all()
