"""Who is found and enrolled: by what partners see, in the order of the targeting, and by nothing that nobody sees."""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest
from small_worlds import (
    PLACES_OF_GEZAG,
    buying,
    columns_that_differ,
    live,
    lives,
    make_scenario,
    open_of,
    pay,
    residents,
)

from sim.calendar import MONTHS_PER_YEAR
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import BY_NAME, NUMBER, OFFERED, YOUTH_AGES
from sim.programme.catalogue import Found as WayOfFinding
from sim.programme.finding import JUST_RELEASED, MOST_PRIORITY, Found, Sight
from sim.programme.services import TURN

WAYS = get_args(WayOfFinding)
BY_SKILL = "behind"
"""The one way of finding that reads a latent trait: teachers know who is behind."""

UNSKILLED_WAYS = tuple(way for way in WAYS if way != BY_SKILL)
UNSKILLED = tuple(name for name in OFFERED if BY_NAME[name].found != BY_SKILL)
RICH = 1_500_000.0
LATENT = ("propensity", "minor_rate", "serious_rate", "employability", "skill")
EVERYONE, SIGNALS, RISK = 0.0, 1.0, 2.0


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(small_start.scenario)


def with_levers(world: NeighbourhoodModel, **levers: float) -> NeighbourhoodModel:
    own = {name: {"2025-01": value} for name, value in levers.items()}
    return world.branch(make_scenario({}, own, base="geen-programma"))


def with_parameters(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.p.replace(**changes)
    return model


def found_by(sight: Sight, way: str) -> Found:
    """Return who is in view in one way; for everyone it is the programme's ages that are asked here."""
    return sight.of_ages(YOUTH_AGES[0], YOUTH_AGES[1] - 1) if way == "everyone" else sight.found(way)


def found_in_all_ways(model: NeighbourhoodModel) -> dict[str, Found]:
    sight = Sight(model)
    return {way: found_by(sight, way) for way in WAYS}


def enrol(model: NeighbourhoodModel, *names: str) -> dict[str, np.ndarray]:
    """Enrol by the rounds of a quarter of a year, nothing else happening; return who came in."""
    before = {name: set(open_of(model, name).tolist()) for name in names}
    for _ in range(3):
        model.municipality.find_and_enrol()
        model.month += 1
    model.month -= 3
    return {name: np.array(sorted(set(open_of(model, name).tolist()) - before[name]), dtype=np.intp) for name in names}


def rich(model: NeighbourhoodModel, *names: str, participants: float = 40.0) -> NeighbourhoodModel:
    for name in names:
        pay(model, name, participants * model.p[f"services.{name}_cost"])
    return model


def test_every_way_of_finding_is_used_and_finds_somebody(model: NeighbourhoodModel) -> None:
    assert {BY_NAME[name].found for name in OFFERED} == set(WAYS)
    found = found_in_all_ways(model)
    assert all(found[way].rows.size for way in ("signals", "everyone", "street", "idle", "prolific"))
    for way, seen in found.items():
        assert np.array_equal(seen.rows, np.unique(seen.rows)), way
        assert seen.signals.size == seen.rows.size
        assert way == BY_SKILL or (seen.signals >= 1).all()
        risk = Sight(model).risk(seen.rows)
        assert ((risk >= 0) & (risk <= MOST_PRIORITY)).all()
        assert (model.people.status[seen.rows] == c.INSIDE).all(), way


def test_who_is_in_view_does_not_depend_on_latent_traits(model: NeighbourhoodModel) -> None:
    other = model.branch(model.scenario)
    for number, name in enumerate(LATENT):
        values = other.people.column(name)
        values[:] = np.roll(values, 7 + number)
    one, two = found_in_all_ways(model), found_in_all_ways(other)
    assert not np.array_equal(one[BY_SKILL].rows, two[BY_SKILL].rows)
    for way in UNSKILLED_WAYS:
        assert np.array_equal(one[way].rows, two[way].rows), way
        assert np.array_equal(one[way].signals, two[way].signals), way
        risk = [Sight(world).risk(one[way].rows) for world in (model, other)]
        assert np.array_equal(*risk), way


@pytest.mark.parametrize("targeting", [EVERYONE, SIGNALS, RISK])
def test_who_is_enrolled_does_not_depend_on_latent_traits(small_start: NeighbourhoodModel, targeting: float) -> None:
    worlds = [rich(with_levers(small_start, targeting=targeting), *OFFERED) for _ in range(2)]
    for name in LATENT:
        worlds[1].people.column(name)[:] *= -2
    one, two = (enrol(world, *OFFERED) for world in worlds)
    assert sum(rows.size for rows in one.values()) > 100
    assert not np.array_equal(one["tutoring"], two["tutoring"])
    for name in UNSKILLED:
        assert np.array_equal(one[name], two[name]), name


def test_offences_that_nobody_saw_bring_nobody_into_view_but_on_the_street(model: NeighbourhoodModel) -> None:
    """Latent offending, roles and unseen offences together are facts of the world, not of a file."""
    usual, everybody = found_in_all_ways(model), residents(model)
    risk = Sight(model).risk(everybody)
    people = model.people
    for name in ("minor24", "serious24", "events12", "hardened"):
        people.column(name)[:] = 5
    people.column("role_since")[:] = model.month - 20
    now = found_in_all_ways(model)
    for way in WAYS:
        assert np.array_equal(usual[way].rows, now[way].rows), way
    assert np.array_equal(risk, Sight(model).risk(everybody))
    quiet = people.column("events6") == 0
    assert not quiet[now["street"].rows].any()


def test_a_group_is_known_by_offences_that_police_saw(model: NeighbourhoodModel) -> None:
    """An offence together of which only one of the two was ever a suspect is no known group."""
    people = model.people
    people.column("together")[:] = c.LONG_AGO
    people.column("last_registered")[:] = c.LONG_AGO
    one, other = residents(model, 16, 20, 2)
    people.friends[0, one], people.friends[0, other] = other, one
    people.together[0, one] = people.together[0, other] = model.month - 3
    assert Sight(model).found("group").rows.size == 0
    people.last_registered[[one, other]] = model.month - 3
    assert set(Sight(model).found("group").rows.tolist()) == {one, other}
    people.last_registered[other] = c.LONG_AGO
    assert Sight(model).found("group").rows.size == 0


def test_released_detained_and_prolific_are_found_by_their_record(model: NeighbourhoodModel) -> None:
    people, month = model.people, model.month
    people.column("custody_until")[:] = c.LONG_AGO
    people.column("registrations")[:] = 0
    young, adults = residents(model, 16, 18, 6), residents(model, 20, 24, 6)
    older = residents(model, 30, 40, 3)
    people.custody_until[young[:3]] = month + 1
    people.custody_until[older] = month + 1
    people.custody_until[adults] = month - np.arange(6)  # back from now on, and longer ago
    people.registrations[adults[:2]], people.last_registered[adults[:2]] = 3, month - 5
    people.registrations[adults[2]], people.last_registered[adults[2]] = 9, month - 30
    people.registrations[adults[3]], people.last_registered[adults[3]] = 2, month - 1
    sight = Sight(model)
    assert np.array_equal(sight.found("detained").rows, young[:3])
    assert np.array_equal(sight.found("released").rows, adults[:JUST_RELEASED])
    assert np.array_equal(sight.found("prolific").rows, adults[:2])


def test_signals_are_counted_by_partner(model: NeighbourhoodModel) -> None:
    people = model.people
    with_parameters(model, programme__sight=1.0)
    people.column("absence")[:] = 0
    people.column("last_registered")[:] = c.LONG_AGO
    model.cases.column("open")[:] = False
    pupils = residents(model, 13, 16)
    pupils = pupils[people.enrolled[pupils]][:4]
    people.absence[pupils[[0, 2]]] = 1.0
    people.last_registered[pupils[[1, 2]]] = model.month - 2
    seen = Sight(model).found("signals")
    assert dict(zip(seen.rows.tolist(), seen.signals.tolist(), strict=True)) == {
        pupils[0]: 1, pupils[1]: 1, pupils[2]: 2,
    }  # fmt: skip


def test_sight_decides_how_many_are_seen(model: NeighbourhoodModel) -> None:
    seen = [Sight(with_parameters(model, programme__sight=part)).found("signals").rows for part in (0.3, 0.6, 1.0)]
    assert set(seen[0]) < set(seen[1]) < set(seen[2])
    idle = [Sight(with_parameters(model, programme__sight=part)).found("idle").rows.size for part in (0.0, 0.5, 1.0)]
    assert idle[0] == 0
    assert idle[1] == pytest.approx(idle[2] / 2, abs=4 * np.sqrt(idle[2]) / 2)


def eligible(model: NeighbourhoodModel, name: str, pool: Found) -> Found:
    low, high = model.p.table(f"services.{name}_age")
    age = model.people.age[pool.rows]
    return pool.where((age >= low) & (age <= high) & (model.people.custody_until[pool.rows] <= model.month))


def prepared(small_start: NeighbourhoodModel, **levers: float) -> NeighbourhoodModel:
    """Return a world without open cases in which every youth accepts, and many were suspects lately."""
    world = with_parameters(with_levers(small_start, **levers), services__mentoring_accept=1.0)
    world.cases.release(np.flatnonzero(world.cases.column("person") >= 0))
    people, pupils = world.people, residents(world, 12, 18)
    people.last_registered[pupils[::6]] = world.month - 3
    people.registrations[pupils[::6]] = 1 + np.arange(pupils[::6].size) % 4
    people.absence[pupils[::4]] = 1.0
    return rich(world, "mentoring", participants=25.0)


def test_with_targeting_on_signals_the_most_reported_come_first(small_start: NeighbourhoodModel) -> None:
    model = prepared(small_start, targeting=SIGNALS)
    pool = eligible(model, "mentoring", Sight(model).found("signals"))
    assert np.unique(pool.signals).size > 1
    chosen = np.isin(pool.rows, enrol(model, "mentoring")["mentoring"])
    assert 0 < chosen.sum() == open_of(model, "mentoring").size < pool.rows.size, "only who was reported comes in"
    assert pool.signals[chosen].min() >= pool.signals[~chosen].max()


@pytest.mark.parametrize("levers", [{"targeting": RISK}, {"quality_framework": 1.0}])
def test_with_targeting_on_risk_the_highest_visible_risk_comes_first(
    small_start: NeighbourhoodModel, levers: dict[str, float]
) -> None:
    model = prepared(small_start, **levers)
    pool = eligible(model, "mentoring", Sight(model).found("signals"))
    before = model.people.trust.copy()
    chosen = np.isin(pool.rows, enrol(model, "mentoring")["mentoring"])
    assert 0 < chosen.sum() == open_of(model, "mentoring").size < pool.rows.size
    risk = Sight(model).risk(pool.rows)
    assert np.unique(risk).size > 3
    assert risk[chosen].min() >= risk[~chosen].max()
    lost = before - model.people.trust
    assert (lost[pool.rows[chosen]] > 0.999 * model.p["trust.stigma"]).all(), "being picked costs trust"
    picked = [row for name in OFFERED for row in open_of(model, name)]
    assert not np.delete(lost, picked).any()


def test_for_everyone_the_places_are_open_to_all_of_the_age(small_start: NeighbourhoodModel) -> None:
    model = prepared(small_start, targeting=EVERYONE)
    young = eligible(model, "mentoring", found_by(Sight(model), "everyone"))
    seen = np.isin(young.rows, Sight(model).found("signals").rows)
    trust = model.people.trust.copy()
    rows = enrol(model, "mentoring")["mentoring"]
    assert np.isin(rows, young.rows).all()
    share = np.isin(rows, young.rows[seen]).mean()
    assert abs(share - seen.mean()) < 4 * np.sqrt(seen.mean() / rows.size) + 0.02, "reported youths are not preferred"
    changed = np.flatnonzero(model.people.trust != trust)
    assert np.isin(changed, open_of(model, "prolific_list")).all(), "a lot is no stigma"


def test_targeting_does_not_change_how_many_places_there_are(small_start: NeighbourhoodModel) -> None:
    sizes = {
        enrol(prepared(small_start, targeting=way), "mentoring")["mentoring"].size for way in (EVERYONE, SIGNALS, RISK)
    }
    assert len(sizes) == 1


def test_at_intake_everybody_is_of_age_at_school_and_free_as_the_service_asks(small_start: NeighbourhoodModel) -> None:
    model = rich(with_levers(small_start, targeting=EVERYONE), *OFFERED, participants=200.0)
    people = model.people
    youths = residents(model, 12, 24)
    people.custody_until[youths[::3]] = model.month + 12  # many are in custody, some just back
    people.custody_until[youths[1::9]] = model.month
    people.last_registered[youths[2::4]], people.registrations[youths[2::4]] = model.month - 2, 4
    people.together[0, youths] = np.where(people.friends[0, youths] >= 0, model.month - 2, c.LONG_AGO)
    for name, rows in enrol(model, *OFFERED).items():
        low, high = model.p.table(f"services.{name}_age")
        assert rows.size, name
        assert ((people.age[rows] >= low) & (people.age[rows] <= high)).all(), name
        assert (people.status[rows] == c.INSIDE).all(), name
        held = people.custody_until[rows] > model.month
        assert held.all() if BY_NAME[name].found == "detained" else not held.any(), name
        if BY_NAME[name].at_school:
            assert people.enrolled[rows].all(), name


@pytest.fixture(scope="module")
def diary(small_start: NeighbourhoodModel) -> list[dict[str, list[tuple[int, bool]]]]:
    """Per month and service: whose case is open at the month's end, and whether it began this month."""
    own = buying(dict.fromkeys(OFFERED, RICH / len(PLACES_OF_GEZAG)))
    model = small_start.branch(make_scenario({}, own, base="geen-programma"))
    return list(_written(model, 42))


def _written(model: NeighbourhoodModel, months: int) -> Iterator[dict[str, list[tuple[int, bool]]]]:
    for _ in range(months):
        model.step()
        cases = model.cases
        page: dict[str, list[tuple[int, bool]]] = {}
        for name in OFFERED:
            mine = np.flatnonzero(cases.column("open") & (cases.column("service") == NUMBER[name]))
            life = model.people.life[cases.person[mine]].tolist()
            page[name] = list(zip(life, (cases.start[mine] == model.month - 1).tolist(), strict=True))
        yield page


@pytest.mark.parametrize("name", OFFERED)
def test_nobody_has_two_open_cases_and_everybody_waits_a_turn(
    diary: list[dict[str, list[tuple[int, bool]]]], name: str
) -> None:
    last_month: dict[int, int] = {}
    for month, page in enumerate(diary):
        lives_now = [life for life, _ in page[name]]
        assert len(lives_now) == len(set(lives_now))
        for life, began in page[name]:
            if began and life in last_month:
                assert month - last_month[life] - 1 >= TURN, f"{name} again after {month - last_month[life]} months"
            last_month[life] = month
    assert last_month or name == "cbt_in_detention"


def test_services_with_rounds_take_people_in_by_rounds(diary: list[dict[str, list[tuple[int, bool]]]]) -> None:
    rounds = 3
    months = {
        name: {month % rounds for month, page in enumerate(diary) for _, began in page[name] if began}
        for name in OFFERED
    }
    for name in OFFERED:
        if BY_NAME[name].rounds:
            assert len(months[name]) == 1, name
    assert len(months["reintegration"]) > 1
    assert len(set.union(*(months[name] for name in OFFERED if BY_NAME[name].rounds))) == rounds


@pytest.mark.parametrize("name", ["scared_straight", "cbt_at_school", "after_school_hours", "side_job"])
def test_money_serves_as_many_as_it_pays_for(small_start: NeighbourhoodModel, name: str) -> None:
    """Also where a service is shorter than a round: enough youths, who all accept and stay."""
    served = {
        f"services__{name}_{part}": value for part, value in (("accept", 1.0), ("drop_out", 0.0), ("regular", 0.0))
    }
    model = with_parameters(with_levers(small_start, targeting=EVERYONE), **served)
    model.effects.drop_out[:] = 0
    model.cases.release(np.flatnonzero(model.cases.column("person") >= 0))
    participants, years = 30.0, 4
    came = 0
    for _ in range(years * MONTHS_PER_YEAR):
        pay(model, name, participants * model.p[f"services.{name}_cost"])
        before = model.counts.year.money.get(f"enrolled:{name}", 0.0)
        model.run_cases()
        came += model.counts.year.money.get(f"enrolled:{name}", 0.0) - before
        model.cases.end[model.cases.column("person") < 0] = 0
        model.month += 1
        model.counts.year  # noqa: B018 - a new year is opened
        stale = ~model.cases.column("open") & (model.cases.column("person") >= 0)
        model.cases.release(np.flatnonzero(stale))  # the pool of one small area would run dry by turns
    first_intake = participants * model.p[f"services.{name}_months"] / MONTHS_PER_YEAR
    assert participants * years * 0.93 - 2 <= came <= participants * years * 1.07 + first_intake + 4


def test_a_programme_that_finds_people_reaches_the_ages_it_is_for(small_start: NeighbourhoodModel) -> None:
    model = live(with_levers(small_start, budget=RICH), 6)
    for name in PLACES_OF_GEZAG:
        age = model.people.age[open_of(model, name)]
        assert (age >= YOUTH_AGES[0] - 2).all(), name
        assert (age <= YOUTH_AGES[1] + 1).all(), name


def test_finding_changes_nothing_by_itself(model: NeighbourhoodModel) -> None:
    before = lives(model)
    found_in_all_ways(model)
    assert columns_that_differ(before, lives(model)) == set()


def test_what_is_for_everybody_of_an_age_reaches_the_youngest_of_it(small_start: NeighbourhoodModel) -> None:
    model = rich(with_levers(small_start), "extra_funding", "sport_membership", participants=300.0)
    for name, rows in enrol(model, "extra_funding", "sport_membership").items():
        low, high = model.p.table(f"services.{name}_age")
        age = model.people.age[rows]
        assert age.min() <= low + 1, name
        assert age.max() >= high - 1, name
