"""Networks read from a world: what the ties carry adds up, and listening changes nothing."""

from dataclasses import fields

import pytest

from scenarios.catalogue import load_scenario
from scenarios.live import work
from scenarios.live.circles import BANDS, KINDS, OFFERED, SIZES, Kind, Person, _offered, circle
from scenarios.live.networks import COUNTED, AllianceYears, alliance_years
from scenarios.live.runs import LiveRun, WorldKey
from sim.agents.alliance import TIES

WORLD = WorldKey("vlaardingen-westwijk", 0, 1, 0.15)
YEARS = 4

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(scope="module")
def integrated() -> AllianceYears:
    return alliance_years(LiveRun(WORLD, load_scenario("integraal"), YEARS), 0, False)


def test_the_ties_carry_the_referrals_of_the_area(integrated: AllianceYears) -> None:
    for year, total in enumerate(integrated.outcomes["referrals"]):
        carried = sum(tie.referrals[year] for tie in integrated.ties if tie.referrals is not None)
        assert carried == pytest.approx(total)
        assert total > 0


def test_every_tie_is_there_and_signals_are_no_referrals(integrated: AllianceYears) -> None:
    assert {(tie.seer, tie.owner) for tie in integrated.ties} == {
        (seer, owner) for owner, seers in TIES.items() for seer in seers
    }
    for tie in integrated.ties:
        assert (tie.referrals is None) == (tie.owner not in COUNTED)
        assert len(tie.chance) == len(tie.months) == YEARS
        assert all(0 < chance <= 1 for chance in tie.chance)


def test_listening_changes_nothing(integrated: AllianceYears) -> None:
    run = LiveRun(WORLD, load_scenario("integraal"), YEARS)
    model = work.branch(work.desk().cache, run)
    for _ in range(12 * YEARS):
        model.step()
    unheard = {
        row["year"]: row["value"]
        for row in model.outcome_rows(())
        if (row["outcome"], row["view"], row["group"]) == ("referrals", "place", "all")
    }
    assert tuple(unheard[year] for year in sorted(unheard)) == integrated.outcomes["referrals"]


def test_coordination_grows_only_where_partners_work_as_one(integrated: AllianceYears) -> None:
    apart = alliance_years(LiveRun(WORLD, load_scenario("geen-programma"), 1), 0, False)
    assert apart.outcomes["coordination_mean"] == (0.0,)
    grown = integrated.outcomes["coordination_mean"]
    assert list(grown) == sorted(grown)
    assert grown[-1] > grown[0] > 0


# --- a street, a class


@pytest.fixture(scope="module")
def run() -> LiveRun:
    return LiveRun(WORLD, load_scenario("geen-programma"), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_circle_is_of_a_size_to_draw_and_the_same_every_time(run: LiveRun, kind: Kind) -> None:
    first = circle(run, kind, 0, 0, False)
    low, high = SIZES[kind]
    assert low <= len(first.persons) <= high
    assert 1 < first.offered <= OFFERED
    assert circle(run, kind, 0, 0, False) == first
    assert circle(run, kind, 1, 0, False) != first
    last = circle(run, kind, first.offered - 1, 0, False)
    assert circle(run, kind, 10_000, 0, False) == last


def test_a_picture_knows_bands_roles_and_ties_alone(run: LiveRun) -> None:
    """What a page is given holds no id, no name, no row."""
    assert [one.name for one in fields(Person)] == ["band", "role"]
    seen = circle(run, "street", 0, 0, False)
    assert {person.role for person in seen.persons} <= {"child", "grown_child", "parent", "adult"}
    assert all(0 <= person.band <= len(BANDS) for person in seen.persons)
    assert all(0 <= a < b < len(seen.persons) for a, b, _ in seen.ties)
    assert {person.role for person in circle(run, "class", 0, 0, False).persons} == {"pupil"}


def test_parents_and_children_of_a_street_share_a_household(run: LiveRun) -> None:
    seen = circle(run, "street", 0, 0, False)
    home = {frozenset((a, b)) for a, b, kind in seen.ties if kind == "household"}
    assert home
    for number, person in enumerate(seen.persons):
        if person.role == "child":
            assert any(number in pair for pair in home), "a child lives alone"
        others = {seen.persons[other].role for pair in home if number in pair for other in pair - {number}}
        if person.role in ("parent", "adult"):
            assert bool({"child", "grown_child"} & others) == (person.role == "parent")


@pytest.mark.parametrize("kind", KINDS)
def test_friends_are_those_of_the_network_of_friends(run: LiveRun, kind: Kind) -> None:
    """Every street and class that is offered together, against the graph of the whole area."""
    model = work.branch(work.desk().cache, run)
    graph = model.network("friends")
    row_of = {str(life): row for row, life in enumerate(model.people.life[: model.people.used])}
    column = model.people.column("street" if kind == "street" else "school_class")
    for number in range(3):
        seen = circle(run, kind, number, 0, False)
        groups = _offered(model, kind)
        here = {name for name in graph.nodes if column[row_of[name]] == groups[number]}
        pairs = {frozenset(edge) for edge in graph.edges if here.issuperset(edge)}
        leaving = [(one, other) for one, other in graph.edges if one in here and other not in here]
        assert len(here) == len(seen.persons)
        assert sum(each == "friends" for *_, each in seen.ties) == len(pairs)
        assert seen.outside["friends"] == len(leaving)
