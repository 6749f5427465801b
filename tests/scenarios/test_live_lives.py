"""Lives in two worlds: equal worlds tell the same, and who is told of follows from the rule that is stated."""

import numpy as np
import pytest

from scenarios.catalogue import load_scenario
from scenarios.live import work
from scenarios.live.lives import (
    AGES,
    DIFFERENT,
    HALVES,
    Coupling,
    Lives,
    is_help,
    lives,
)
from scenarios.live.runs import LiveRun, WorldKey
from sim.calendar import MONTHS_PER_YEAR
from sim.population import columns as c

WORLD = WorldKey("vlaardingen-westwijk", 0, 1, 0.3)
YEARS = 4
SCENARIO = LiveRun(WORLD, load_scenario("integraal"), YEARS)
REFERENCE = LiveRun(WORLD, load_scenario("geen-programma"), YEARS)

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(scope="module")
def told() -> Lives:
    return lives(SCENARIO, REFERENCE, Coupling(), (), 0, False)


@pytest.fixture(scope="module")
def everybody() -> tuple[int, ...]:
    """Every youth of the ages at the start."""
    people = work.branch(work.desk().cache, REFERENCE).people
    age = people.column("age")
    chosen = (people.column("status") == c.INSIDE) & (age >= AGES[0]) & (age < AGES[1])
    return tuple(int(life) for life in people.column("life")[chosen])


@pytest.fixture(scope="module")
def all_lives(everybody: tuple[int, ...]) -> Lives:
    return lives(SCENARIO, REFERENCE, Coupling(), everybody, 0, False)


def test_one_world_twice_differs_in_nothing(everybody: tuple[int, ...]) -> None:
    same = lives(REFERENCE, REFERENCE, Coupling(), everybody, 0, False)
    assert same.differing == 0
    assert {one.where for life in same.lives for one in life.happenings} == {"both"}


def test_one_policy_with_chance_apart_differs_all_the_same(everybody: tuple[int, ...]) -> None:
    """Differences of a life are those of chance as much as of policy: with the same policy there are plenty."""
    same = lives(REFERENCE, REFERENCE, Coupling(apart=True), everybody, 0, False)
    assert same.differing > same.youths / 2


def test_those_who_are_told_of_follow_from_the_rule(told: Lives, all_lives: Lives) -> None:
    ranked = sorted((life.differences for life in all_lives.lives), reverse=True)
    assert ranked[0] > 0
    assert [life.differences for life in told.lives] == [*ranked[:DIFFERENT], 0, 0]
    with_help_alone, alike = told.lives[DIFFERENT:]
    most_help = max(life.other_help for life in all_lives.lives if not life.differences)
    assert with_help_alone.other_help == most_help > 0
    assert alike.other_help == 0
    assert {one.where for one in alike.happenings} == {"both"}
    assert told.youths == len(all_lives.lives)
    assert told.differing == sum(life.differences > 0 for life in all_lives.lives)


def test_another_coupling_tells_other_stories_of_the_same_persons(told: Lives) -> None:
    other = lives(SCENARIO, REFERENCE, Coupling(1), told.followed, 0, False)
    assert other.followed == told.followed

    def persons(found: Lives) -> list[tuple[object, ...]]:
        return [(life.woman, life.age, life.home, life.poor) for life in found.lives]

    assert persons(other) == persons(told)
    assert [life.happenings for life in other.lives] != [life.happenings for life in told.lives]
    assert other == lives(SCENARIO, REFERENCE, Coupling(1), told.followed, 0, False)


def test_no_story_goes_on_after_somebody_left(all_lives: Lives) -> None:
    left = 0
    for life in all_lives.lives:
        for world in ("reference", "scenario"):
            mine = [one for one in life.happenings if one.where in ("both", world)]
            gone = [one.half for one in mine if one.what == "gone"]
            left += len(gone)
            assert len(gone) <= 1
            assert all(one.half <= half for half in gone for one in mine)
    assert left


def test_what_is_told_is_what_was_lived(everybody: tuple[int, ...], all_lives: Lives) -> None:
    """Against a world that nobody looked at: who was registered, convicted, gained a diploma or left in these years."""
    model = work.branch(work.desk().cache, REFERENCE)
    people = model.people
    rows = {int(people.life[row]): row for row in range(people.used)}
    mine = np.array([rows[life] for life in everybody])
    counts = ("registrations", "convictions", "qualification")
    before = {name: people.column(name)[mine].copy() for name in counts}
    for _ in range(YEARS * MONTHS_PER_YEAR):
        model.step()
    stayed = (people.life[mine] == np.array(everybody, dtype=np.uint64)) & (people.status[mine] == c.INSIDE)
    told = [{one.what for one in life.happenings if one.where != "scenario"} for life in all_lives.lives]
    assert [("gone" in each) for each in told] == [not each for each in stayed]
    for name in counts:
        grown = people.column(name)[mine] > before[name]
        assert grown[stayed].any()
        assert [name in each for each, here in zip(told, stayed, strict=True) if here] == grown[stayed].tolist()


def test_half_years_lie_within_the_years(all_lives: Lives) -> None:
    halves = {one.half for life in all_lives.lives for one in life.happenings}
    assert halves == set(range(YEARS * HALVES))


def test_help_is_told_apart(all_lives: Lives) -> None:
    seen = {one.what for life in all_lives.lives for one in life.happenings if is_help(one.what)}
    assert {"help:sport_membership", "debt_help", "care"} <= seen
    assert not any(is_help(what) for what in ("work", "registrations", "custody"))
