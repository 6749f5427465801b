"""Why households leave or look for another home: each reason acts in its direction, and not without its parameter."""

from collections.abc import Callable

import numpy as np
import pytest
from small_worlds import make_scenario, unlike

from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.population.demography import Demography

MANY_ROOMS, GOOD_LABEL = 20, 0
Reason = Callable[[NeighbourhoodModel, bool], None]


def unsafe(model: NeighbourhoodModel, there: bool) -> None:
    """Let everybody feel unsafe, or nobody."""
    model.people.column("unsafe")[:] = there


def poor_home(model: NeighbourhoodModel, there: bool) -> None:
    """Let every home be in poor state, or none."""
    model.dwellings.column("damp")[:], model.dwellings.column("label")[:] = there, GOOD_LABEL


def crowding(model: NeighbourhoodModel, there: bool) -> None:
    """Let only those who live alone have room enough, or everybody."""
    model.dwellings.column("rooms")[:] = 0 if there else MANY_ROOMS


def heads(model: NeighbourhoodModel) -> np.ndarray:
    """Return who heads a household in the area."""
    people = model.people
    return np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("position") == c.HEAD))


def chosen(start: NeighbourhoodModel, decision: str, path: str, value: float, reason: Reason, there: bool) -> set[int]:
    """Return the households of several persons that go, or look for a home, in a year in which all may."""
    model = start.branch(make_scenario({}, base="geen-programma"))
    reason(model, there)
    households, demography = model.households, Demography(model.p.with_values({path: value}))
    households.column("seeking_since")[:] = c.LONG_AGO
    if decision == "goes":
        homes = demography._moving_out(model, heads(model))
    else:
        demography._seek_within(model, heads(model))
        homes = np.flatnonzero(households.column("seeking_since") == model.month)
    return set(homes[households.size[homes] > 1].tolist())


REASONS = [
    ("goes", "demography.out_unsafe", unsafe),
    ("goes", "demography.out_poor_home", poor_home),
    ("seeks", "demography.within_crowded", crowding),
]


@pytest.mark.parametrize(("decision", "path", "reason"), REASONS)
def test_more_go_or_seek_for_a_reason_by_the_ratio_of_its_parameter(
    small_start: NeighbourhoodModel, decision: str, path: str, reason: Reason
) -> None:
    value = 3 * small_start.p[path]  # far enough from nothing to be seen in a small world
    without, with_it = (chosen(small_start, decision, path, value, reason, there) for there in (False, True))
    assert without < with_it, "the same luck: the reason is added to"
    assert len(with_it) / len(without) == pytest.approx(np.exp(value), rel=5 / np.sqrt(len(without)))


@pytest.mark.parametrize(("decision", "path", "reason"), REASONS)
def test_at_nought_a_reason_is_none(small_start: NeighbourhoodModel, decision: str, path: str, reason: Reason) -> None:
    one, other = (chosen(small_start, decision, path, 0.0, reason, there) for there in (False, True))
    assert one == other != set()


@pytest.mark.parametrize(("decision", "path", "reason"), REASONS)
def test_at_nought_a_month_is_the_same_whatever_is_usual(
    small_start: NeighbourhoodModel, decision: str, path: str, reason: Reason
) -> None:
    """The reason is weighed against what is usual: switched off, the usual is read by nobody, to the bit."""
    worlds = []
    for usual in (0.0, 1.0):
        model = small_start.branch(make_scenario({}, base="geen-programma"))
        model.demography = Demography(model.p.with_values({path: 0.0}))
        model.usual_leaving = model.usual_leaving.copy()
        model.usual_leaving[[row[1] for row in REASONS].index(path)] = usual
        model.step()
        worlds.append(model)
    assert unlike(*worlds) == []
