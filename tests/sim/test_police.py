"""Police: hours are divided and never lost, stops follow from hours, trust answers, and more hours mean less crime."""

from dataclasses import astuple

import numpy as np
import pytest
from small_worlds import counted, live, make_scenario, make_world, pay, residents

from sim.agents import police as police_module
from sim.agents.police import STOP_AGAIN, STOP_AGES, USUAL_UNIFORM, PoliceTeam
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.draws import TWO32
from sim.mechanisms.guardianship import MOST_STOPPED, Deployment, watch
from sim.mechanisms.places import turn_of_year
from sim.mechanisms.trust import FORGOTTEN, LARGEST, change_trust, fade, mean_trust
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import HOUR_RULES, NUMBER
from sim.programme.services import apply_effects
from sim.scenario import Scenario

NAMES = ("hot_spots", "problem_oriented", "wijkagent", "procedural_justice", "jeugdboa")


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def with_hours(**levers: float) -> Scenario:
    """Return a scenario that sets levers of the police; two underscores stand for a dot."""
    scenario = make_scenario({}, base="geen-programma")
    own = {"police." + name.replace("__", "."): {"2025-01": value} for name, value in levers.items()}
    return scenario.model_copy(update={"levers": dict(scenario.levers) | own})


def without_programme(model: NeighbourhoodModel) -> NeighbourhoodModel:
    """Let nothing of what the programme built before be left."""
    for stock in model.municipality.stocks.values():
        stock.posts = 0.0
    model.police.trained = model.police.wijkagenten.contact = 0.0
    return model


def alike_but_for_police(model: NeighbourhoodModel) -> None:
    """Make streets alike in all that also stops attempts: cohesion, burglar-proof homes, measures."""
    model.streets.column("cohesion")[:] = 1.0
    model.streets.column("secured")[:] = 0.0
    model.social.segments = dict.fromkeys(model.social.segments, 0.0)
    model.residents_groups.watched = 0.0


def deployment(model: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Return how the hours of this month are deployed."""
    found: list[Deployment] = []
    monkeypatch.setattr(police_module, "watch", lambda world, deployed: found.append(deployed))
    model.police.plan()
    return found[0]


def hours_by_rule(model: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Return this month's hours of the basic team by rule, as they reach the street."""
    police = model.police
    deployed = deployment(model, monkeypatch)
    usual = model.p["police.street_hours"] * police.residents / MONTHS_PER_YEAR
    return {
        "uniform": deployed.presence * USUAL_UNIFORM * usual,
        "hot_spot": deployed.hot_spots,
        "problem_oriented": deployed.problems,
        "youth_groups": police.contacts - deployed.hot_spots - police.boas.hours()[1],
    }


def test_usual_hours_make_the_usual_presence(model: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch) -> None:
    without_programme(model)
    model.police.asked = model.police.demand = model.police.base_demand
    assert deployment(model, monkeypatch).presence == pytest.approx(1.0)
    assert model.police.discovery == pytest.approx(1.0)


@pytest.mark.parametrize("rule", HOUR_RULES)
def test_hours_move_between_rules_and_none_is_lost(
    small_start: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    usual = without_programme(small_start.branch(with_hours()))
    weights = {f"hours__{name}": 0.9 if name == rule else 0.1 for name in HOUR_RULES}
    moved = without_programme(small_start.branch(with_hours(**weights)))
    before, after = hours_by_rule(usual, monkeypatch), hours_by_rule(moved, monkeypatch)
    assert sum(after.values()) == pytest.approx(sum(before.values())) == pytest.approx(moved.police.street_hours())
    assert after[rule] == pytest.approx(0.75 * sum(after.values()))
    assert usual.police.discovery == pytest.approx(moved.police.discovery)
    assert usual.police.clearance_factor == moved.police.clearance_factor


def test_hours_that_are_bought_come_on_top(model: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch) -> None:
    without_programme(model)
    before, boas = hours_by_rule(model, monkeypatch), sum(model.police.boas.hours())
    for name in ("hot_spots", "problem_oriented", "jeugdboa"):
        pay(model, name, 100_000.0)
    model.police.asked = model.police.demand  # the caseload stays as it is
    after = hours_by_rule(model, monkeypatch)
    hours = 100_000.0 / model.p["police.police_hour"] / MONTHS_PER_YEAR
    assert after["hot_spot"] - before["hot_spot"] == pytest.approx(hours, rel=0.02)
    assert after["problem_oriented"] - before["problem_oriented"] == pytest.approx(hours, rel=0.02)
    assert after["uniform"] == pytest.approx(before["uniform"], rel=0.02)
    of_boas = 100_000.0 / model.p["police.boa_post"] * model.p["police.boa_hours"] / MONTHS_PER_YEAR
    assert sum(model.police.boas.hours()) - boas == pytest.approx(of_boas)


def test_hours_shared_with_the_city_fall_with_the_caseload(model: NeighbourhoodModel) -> None:
    police, shared = model.police, model.p["police.shared"]
    police.demand = police.base_demand
    usual = police.street_hours()
    for part in (0.5, 1.2):
        police.demand = part * police.base_demand
        assert police.street_hours() == pytest.approx(usual * (1 + shared * (part - 1)))
    police.demand = 0.0
    assert police.street_hours() == pytest.approx(usual * (1 - shared)), "the larger part stays"


def test_where_crime_falls_hours_go_elsewhere(model: NeighbourhoodModel) -> None:
    before = model.police.street_hours()
    model.people.column("minor_rate")[:] *= 0.2
    model.people.column("serious_rate")[:] *= 0.2
    model.places.without_outsiders()
    live(model, 12)
    assert model.police.street_hours() < 0.9 * before


def test_streets_are_ranked_by_the_registered_crimes_of_last_year(model: NeighbourhoodModel) -> None:
    streets = model.streets
    registered = streets.column("registered")
    registered[:] = np.random.default_rng(1).integers(0, 6, streets.used)
    last_year = registered.copy()
    turn_of_year(model)
    in_order = last_year[np.argsort(streets.column("rank"))]
    assert (np.diff(in_order.astype(int)) <= 0).all()
    assert np.array_equal(np.sort(streets.column("rank")), np.arange(streets.used))
    assert not registered.any()


def test_in_a_lived_year_the_ranks_follow_what_was_registered(model: NeighbourhoodModel) -> None:
    live(model, 11)
    ranks = model.streets.column("rank").copy()
    live(model, 1)
    last_year = model.streets.column("registered").copy().astype(int)
    assert last_year.sum() > 50
    assert np.array_equal(ranks, model.streets.column("rank")), "during the year the hot spots stay"
    model.step()
    assert (np.diff(last_year[np.argsort(model.streets.column("rank"))]) <= 0).all()


@pytest.mark.parametrize(("part", "hours"), [("hot_spots", "hot_spot_hours"), ("problems", "problem_hours")])
def test_hours_on_hot_spots_cover_the_first_in_rank(model: NeighbourhoodModel, part: str, hours: str) -> None:
    streets, p = model.streets, model.p
    alike_but_for_police(model)
    level = streets.column("hot" if part == "hot_spots" else "problem")
    streets.column("hot")[:] = streets.column("problem")[:] = 0.0
    for _ in range(60):
        watch(model, Deployment(**{part: 3.4 * p[f"police.{hours}"]}))
    by_rank = level[np.argsort(streets.column("rank"))]
    assert by_rank[:3] == pytest.approx(1.0)
    assert by_rank[3] == pytest.approx(0.4, abs=1e-6)
    assert not by_rank[4:].any()
    stopped = streets.column("stopped")
    covered = np.isin(model.places.block, model.places.block[level > 0])
    assert stopped[level == 1].min() > stopped[~covered].max()
    assert np.unique(stopped[~covered]).size == 1
    beside = covered & (level == 0)
    assert (stopped[beside] > stopped[~covered].max()).all(), "benefits diffuse to the rest of the block"


def test_a_hot_spot_fades_when_police_leave_and_a_solved_problem_longer_stays(model: NeighbourhoodModel) -> None:
    streets, p = model.streets, model.p
    first = int(np.argmin(streets.column("rank")))
    for _ in range(24):
        watch(model, Deployment(hot_spots=p["police.hot_spot_hours"], problems=p["police.problem_hours"]))
    assert streets.hot[first] == streets.problem[first] == 1.0
    for _ in range(12):
        watch(model, Deployment())
    assert streets.hot[first] == pytest.approx(0.5 ** (12 / p["police.hot_spots_half_life"]), rel=1e-4)
    assert streets.problem[first] == pytest.approx(0.5 ** (12 / p["police.problem_half_life"]), rel=1e-4)


def test_problem_oriented_work_needs_its_time(model: NeighbourhoodModel) -> None:
    streets, p = model.streets, model.p
    streets.column("problem")[:] = 0.0
    first = int(np.argmin(streets.column("rank")))
    for month in range(1, 4):
        watch(model, Deployment(problems=p["police.problem_hours"]))
        assert streets.problem[first] == pytest.approx(month / p["police.problem_lag"])


@pytest.mark.parametrize("part", ["hot_spots", "problems", "boas"])
def test_more_hours_never_stop_fewer_attempts_and_never_all(model: NeighbourhoodModel, part: str) -> None:
    before = np.zeros(model.streets.used)
    model.streets.column("hot")[:] = model.streets.column("problem")[:] = 0.0
    for hours in (0.0, 10.0, 100.0, 1_000.0, 1e6):
        watch(model, Deployment(**{part: hours}))
        stopped = model.streets.column("stopped").astype(np.float64)
        assert (stopped >= before - 1e-6).all()
        assert (stopped <= MOST_STOPPED).all()
        before = stopped
    assert astuple(Deployment()) == (1.0, 0.0, 0.0, 0.0)


def test_ordinary_presence_works_by_its_elasticity(model: NeighbourhoodModel) -> None:
    alike_but_for_police(model)
    model.streets.column("hot")[:] = model.streets.column("problem")[:] = 0.0
    passes = []
    for presence in (1.0, 2.0, 0.5):
        watch(model, Deployment(presence=presence))
        passes.append(1 - float(model.streets.stopped[0]))
    assert passes[0] == pytest.approx(1 - model.p["police.usual_stop"])
    assert passes[1] / passes[0] == pytest.approx(2 ** -model.p["police.presence"], rel=1e-4)
    assert passes[2] / passes[0] == pytest.approx(2 ** model.p["police.presence"], rel=1e-4)


# --- stops


def expected_stops(model: NeighbourhoodModel) -> float:
    """Return the sum of the chances to be stopped this month."""
    people = model.people
    rows = residents(model, *STOP_AGES)
    rows = rows[people.custody_until[rows] <= model.month]
    number = model.police.contacts * model.p["police.stops_per_hour"]
    return float(model.police._chances(rows, number).astype(np.float64).sum()) / TWO32


def test_the_expected_stops_are_hours_times_rate(model: NeighbourhoodModel) -> None:
    model.police.plan()
    assert model.police.contacts > 10
    assert expected_stops(model) == pytest.approx(model.police.contacts * model.p["police.stops_per_hour"], rel=1e-6)


@pytest.mark.parametrize("intensity", [0.0, 0.5, 1.0, 3.0])
def test_stops_follow_hours_and_intensity(small_start: NeighbourhoodModel, intensity: float) -> None:
    own = {"stop_intensity": {"2025-01": intensity}}
    model = small_start.branch(make_scenario({}, own, base="geen-programma"))
    expected = 0.0
    for _ in range(24):
        model.step()
        expected += model.police.contacts * model.p["police.stops_per_hour"] * intensity
    stops = counted(model, "stops")
    assert abs(stops - expected) <= 4 * np.sqrt(expected)
    assert (stops > 0) == (intensity > 0)


def test_twice_the_hours_with_youths_make_twice_the_stops(model: NeighbourhoodModel) -> None:
    model.police.contacts = 200.0
    one = expected_stops(model)
    model.police.contacts = 400.0
    assert expected_stops(model) == pytest.approx(2 * one, rel=1e-6)


def test_who_is_stopped(model: NeighbourhoodModel) -> None:
    """Youths who are here and free; men and the known more often, by the stated ratios."""
    people, p = model.people, model.p
    rows = residents(model, *STOP_AGES)
    people.last_registered[rows] = c.LONG_AGO
    people.last_registered[rows[::3]] = model.month - 12
    chance = model.police._chances(rows, 20.0).astype(np.float64)
    man, known = people.sex[rows] == c.MAN, np.arange(rows.size) % 3 == 0
    usual = chance[~man & ~known].mean()
    assert chance[man & ~known].mean() / usual == pytest.approx(p["police.stop_men"], rel=1e-4)
    assert chance[~man & known].mean() / usual == pytest.approx(p["police.stop_known"], rel=1e-4)
    people.custody_until[rows] = c.LONG_AGO
    people.custody_until[rows[::2]] = model.month + 5
    no_cases(model)
    model.police.contacts = 1e5  # everybody is stopped who can be
    model.police.stop_youths()
    stopped = begun(model, "stop")
    assert set(stopped.tolist()) == set(rows[1::2].tolist())


def test_the_chances_do_not_depend_on_the_order_of_rows(model: NeighbourhoodModel) -> None:
    """Also where weights are no whole numbers: sums of them are exact in any order."""
    model.p = model.p.replace(police__stop_men=3.7123, police__stop_known=2.3331)
    rows = residents(model, *STOP_AGES)
    usual = model.police._chances(rows, 21.7)
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(rows.size)
        assert np.array_equal(model.police._chances(rows[order], 21.7), usual[order])


def no_cases(model: NeighbourhoodModel) -> None:
    model.cases.release(np.flatnonzero(model.cases.column("person") >= 0))


def begun(model: NeighbourhoodModel, kind: str) -> np.ndarray:
    """Return the persons of the cases that began this month."""
    cases = model.cases
    mine = (cases.column("service") == NUMBER[kind]) & (cases.column("start") == model.month)
    return cases.column("person")[mine & (cases.column("person") >= 0)]


def stop_again(model: NeighbourhoodModel, rows: np.ndarray, fair: bool = False) -> None:
    model.police.stop(rows, np.full(rows.size, fair))


def test_a_stop_costs_trust_and_trust_comes_back(model: NeighbourhoodModel) -> None:
    people, p = model.people, model.p
    people.column("trust")[:] = 0
    rows = residents(model, 15, 20, 20)
    stop_again(model, rows[:10])
    stop_again(model, rows[10:], fair=True)
    assert people.trust[rows[:10]] == pytest.approx(-p["trust.stop"])
    assert people.trust[rows[10:]] == pytest.approx(-p["trust.stop"] * (1 - p["trust.fair_share"]))
    assert np.count_nonzero(people.column("trust")) == 20
    for _ in range(int(p["trust.half_life"])):
        fade(model)
    assert people.trust[rows[:10]] == pytest.approx(-p["trust.stop"] / 2, rel=1e-3)
    for _ in range(10 * int(p["trust.half_life"])):
        fade(model)
    assert not people.column("trust").any(), "in the end it is forgotten"
    assert p["trust.stop"] > FORGOTTEN


def test_trust_has_bounds_and_a_mean_over_everybody(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("trust")[:] = 0
    everyone = residents(model)
    for _ in range(30):
        change_trust(model, everyone[:100], -0.2)
    assert people.trust[everyone[:100]] == pytest.approx(-LARGEST)
    assert mean_trust(model) == pytest.approx(-LARGEST * 100 / everyone.size)
    people.status[everyone[50:100]] = c.ELSEWHERE
    assert mean_trust(model) == pytest.approx(-LARGEST * 50 / (everyone.size - 50)), "leavers are no residents"


def test_lost_trust_raises_offending_and_won_trust_lowers_it(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("role_since")[:] = c.LONG_AGO
    no_cases(model)
    people.column("trust")[:] = 0
    rows = residents(model, 15, 20, 20)
    people.trust[rows[:10]], people.trust[rows[10:]] = -0.5, 0.5
    apply_effects(model)
    weight = 0.5 * model.p["trust.offending"]
    assert people.effect[rows[:10]] == pytest.approx(np.exp(weight), rel=1e-5)
    assert people.effect[rows[10:]] == pytest.approx(np.exp(-weight), rel=1e-5)
    others = np.setdiff1d(residents(model), rows)
    assert (people.effect[others] == 1).all()
    people.column("trust")[:] = 0
    apply_effects(model)
    assert (people.effect[residents(model)] == 1).all(), "no trace is left"


def test_another_stop_soon_after_is_no_second_case(model: NeighbourhoodModel) -> None:
    rows = residents(model, 15, 20, 10)
    no_cases(model)
    model.people.column("trust")[:] = 0
    for number in range(STOP_AGAIN):
        stop_again(model, rows)
        assert begun(model, "stop").size == (rows.size if number == 0 else 0)
        model.month += 1
        apply_effects(model)  # cases that have faded are taken off the list here
    stop_again(model, rows)
    assert begun(model, "stop").size == rows.size
    assert (model.people.trust[rows] <= max(-(STOP_AGAIN + 1) * model.p["trust.stop"], -LARGEST) + 0.01).all()


def test_a_fair_stop_harms_less(model: NeighbourhoodModel) -> None:
    people = model.people
    people.column("role_since")[:] = c.LONG_AGO
    no_cases(model)
    people.column("trust")[:] = 0
    rows = residents(model, 15, 20, 20)
    stop_again(model, rows[:10])
    stop_again(model, rows[10:], fair=True)
    model.month += 6
    apply_effects(model)
    plain, fair = people.effect[rows[:10]], people.effect[rows[10:]]
    assert (plain > 1.02).all()
    assert (fair < plain - 0.01).all()


# --- training, wijkagenten


def test_training_makes_stops_fair_up_to_all_officers_and_wears_off(model: NeighbourhoodModel) -> None:
    police, p = without_programme(model).police, model.p
    officers = p["police.officers"] * police.residents / 1000
    assert police.fair_share() == 0
    pay(model, "procedural_justice", 0.1 * officers * p["police.training_cost"])
    for _ in range(12):
        police.plan()
    assert police.trained == pytest.approx(0.1 * officers, rel=0.2)
    assert police.fair_share() == pytest.approx(police.trained / officers)
    pay(model, "procedural_justice", 100 * officers * p["police.training_cost"])
    police.plan()
    assert police.fair_share() == 1.0
    pay(model, "procedural_justice", 0.0)
    before = police.trained
    for _ in range(int(12 * p["police.training_lasts"])):
        police.plan()
    assert police.trained == pytest.approx(before / np.e, rel=0.03)


def test_trained_officers_cost_less_trust(small_start: NeighbourhoodModel) -> None:
    means = []
    for euros in (0.0, 2_000_000.0):
        own = {"euros.procedural_justice": {"2025-01": euros}, "stop_intensity": {"2025-01": 3.0}}
        means.append(mean_trust(live(small_start.branch(make_scenario({}, own, base="geen-programma")), 24)))
    assert means[0] < means[1] < 0


def test_more_stops_cost_more_trust(small_start: NeighbourhoodModel) -> None:
    means = []
    for intensity in (0.0, 1.0, 3.0):
        own = {"stop_intensity": {"2025-01": intensity}}
        means.append(mean_trust(live(small_start.branch(make_scenario({}, own, base="geen-programma")), 24)))
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == 3


def test_wijkagenten_bring_reports_and_witnesses_slowly(model: NeighbourhoodModel) -> None:
    police, p = without_programme(model).police, model.p
    model.people.column("trust")[:] = 0
    police.asked = police.demand
    police.plan()
    usual, reporting = police.clearance_factor, police.reporting
    assert (police.wijkagenten.contact, reporting) == (0.0, 1.0)
    price = p["police.police_hour"] * p["police.boa_hours"]
    pay(model, "wijkagent", price * police.wijkagenten.usual)  # twice as many as usual
    for _ in range(int(p["trust.half_life"])):
        police.asked = police.demand
        police.plan()
    assert police.wijkagenten.contact == pytest.approx(p["trust.wijkagent"] / 2, rel=1e-3)
    assert police.reporting == pytest.approx(np.exp(p["trust.reporting"] * p["trust.wijkagent"] / 2), rel=1e-3)
    assert police.clearance_factor == pytest.approx(
        usual * np.exp(p["trust.witnesses"] * p["trust.wijkagent"] / 2), rel=1e-3
    )


# --- hours and crime


def expected(model: NeighbourhoodModel, series: str) -> float:
    return sum(year.area_expected[series] for year in model.counts.years.values()) / TWO32


def test_more_police_hours_raise_what_is_registered_and_lower_crime(small_start: NeighbourhoodModel) -> None:
    worlds = [live(small_start.branch(with_hours(hours=hours)), 12) for hours in (0.5, 1.0, 2.0)]
    crimes = [expected(world, "crimes") for world in worlds]
    registered = [expected(world, "registered_crimes") / expected(world, "crimes") for world in worlds]
    assert crimes == sorted(crimes, reverse=True)
    assert crimes[2] < 0.97 * crimes[1]
    assert crimes[0] > 1.02 * crimes[1]
    assert registered == sorted(registered)
    assert registered[2] > 1.02 * registered[1]
    factors = [world.police.clearance_factor for world in worlds]
    assert factors == sorted(factors)
    assert factors[0] < factors[1] < factors[2]


def test_what_police_discover_is_minor(model: NeighbourhoodModel) -> None:
    police, register = model.police, model.register
    police.discovery, police.reporting = 1.3, 1.0
    seen = register.registered_here(model)
    assert seen[c.MINOR] == pytest.approx(1.3 * register.registered[c.MINOR])
    assert seen[c.SERIOUS] == pytest.approx(register.registered[c.SERIOUS])
    police.reporting = 100.0
    assert (register.registered_here(model) == 1.0).all(), "no more than all is registered"


@pytest.mark.parametrize("name", NAMES)
def test_money_for_authority_does_what_it_says_on_crime_and_trust(small_start: NeighbourhoodModel, name: str) -> None:
    usual = live(small_start.branch(make_scenario({}, base="geen-programma")), 24)
    own = {f"euros.{name}": {"2025-01": 1_000_000.0}}
    bought = live(small_start.branch(make_scenario({}, own, base="geen-programma")), 24)
    ratio = expected(bought, "crimes") / expected(usual, "crimes")
    if name in ("hot_spots", "problem_oriented", "jeugdboa"):
        assert ratio < 0.98
    else:
        assert 0.98 < ratio < 1.005, "what brings trust does not lower crime by itself"


def test_the_team_starts_with_the_usual_caseload() -> None:
    model = make_world(sample=0.05, scenario=None)
    assert isinstance(model.police, PoliceTeam)
    assert model.police.base_demand == model.police.demand > 0
    assert model.month < SCENARIO_START
