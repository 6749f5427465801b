"""Every lever moves what it is there for: money to posts to places to people, the mix, the threshold; doses add up."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from bench_tools import P, close, everyone
from small_worlds import OF_GEZAG, live, make_scenario

from sim.bench import Bench, caught, enrolled_in
from sim.draws import Rows
from sim.levers import LeverSchedule
from sim.model import NeighbourhoodModel
from sim.parameters.loader import declared_parameters
from sim.programme.budget import PREFIX, divide
from sim.programme.catalogue import BY_NAME, GEZAG, GEZAG_PILLARS, LINES, NUMBER, OFFERED, ON_SCHOOL, of_pillar
from sim.programme.services import open_cases

MUCH = 900_000.0
"""Euros a year, several times what the small area gets."""

START = "2025-01"
MONTHS = 24


@pytest.fixture(scope="module")
def minors() -> Bench:
    """Minors who offended and are not known to the police."""
    return Bench(lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), 5_000, sample=0.2)


def policy(start: NeighbourhoodModel, budget: float, **levers: float) -> NeighbourhoodModel:
    """Return the area after two years of a policy; two underscores stand for a dot."""
    national = {name.replace("__", "."): {START: value} for name, value in levers.items()}
    scenario = make_scenario(national, {"budget": {START: budget}}, base="geen-programma")
    return live(start.branch(scenario), MONTHS)


def only(service: str) -> dict[str, float]:
    """Return levers for a mix of one service of the pillar that offers perspective."""
    names = [one.name for one in of_pillar("perspective")]
    return {"share_limits": 0.0, "share_authority": 0.0} | {f"mix__{name}": float(name == service) for name in names}


def last_year(model: NeighbourhoodModel) -> Mapping[str, float]:
    rows = [row for row in model.outcome_rows() if row["group"] == "all" and row["view"] == "place"]
    return {row["outcome"]: row["value"] for row in rows if row["year"] == max(r["year"] for r in rows)}


def test_budget_becomes_posts_places_and_people(small_start: NeighbourhoodModel) -> None:
    years = [last_year(policy(small_start, euros)) for euros in (0.0, 100_000.0, 300_000.0, MUCH)]
    for outcome in ("budget", "euros_spent", "posts_filled", "places", "enrolled"):
        name = "programme_euros_budget" if outcome == "budget" else f"programme_{outcome}"
        assert all(more[name] > less[name] for less, more in pairwise(years)), name


def test_the_national_budget_reaches_the_area_by_its_key(small_start: NeighbourhoodModel) -> None:
    national = 82_000_000.0
    area = live(small_start.branch(make_scenario({"budget_national": {START: national}}, base="geen-programma")), 1)
    share = P["programme.share_reaching"] * area.area.figures["budget_key"].value
    assert close(area.municipality.budget, national * share * area.fraction, 1e-9)


def test_shares_move_money_between_pillars(small_start: NeighbourhoodModel) -> None:
    areas = [policy(small_start, MUCH, share_limits=share, share_authority=0.0) for share in (0.0, 0.4, 1.0)]
    posts = [
        {
            pillar: sum(area.municipality.stocks[GEZAG, one.name].posts for one in of_pillar(pillar))
            for pillar in GEZAG_PILLARS
        }
        for area in areas
    ]
    assert all(more["limits"] > less["limits"] for less, more in pairwise(posts))
    assert all(more["perspective"] < less["perspective"] for less, more in pairwise(posts))
    assert all(close(of["authority"] / posts[0]["authority"], 1.0, 1e-9) for of in posts)  # what there was runs off
    totals = [sum(of.values()) for of in posts]
    assert close(max(totals) / min(totals), 1.0, 1e-9)  # moved, not made


@pytest.mark.parametrize("name", OF_GEZAG)
def test_the_mix_moves_money_within_its_pillar(name: str) -> None:
    def parts(weight: float) -> dict[str, float]:
        levers = {"budget": MUCH} | {f"mix.{other}": weight if other == name else 0.5 for other in OF_GEZAG}
        steps = {PREFIX + path: ((0, value),) for path, value in levers.items()}
        found = divide(LeverSchedule(steps), 0, {line.key: 0.01 for line in LINES}, P)
        return {one: euros for (line, one), euros in found.items() if line == GEZAG}

    none, some, more = parts(0.0), parts(0.25), parts(1.0)
    assert 0.0 == none[name] < some[name] < more[name]
    for other in set(OF_GEZAG) - {name}:
        if BY_NAME[other].pillar == BY_NAME[name].pillar:
            assert none[other] > some[other] > more[other]
        else:
            assert none[other] == some[other] == more[other]


def test_the_processing_threshold_moves_formal_processing(minors: Bench) -> None:
    def formal(threshold: float) -> float:
        world = minors.world()
        world._schedule = LeverSchedule({PREFIX + "processing_threshold": ((0, threshold),)})
        caught(then={"register.custody_minors": 0.0})(world, everyone(world))
        kinds = np.bincount(world.cases.column("service"), minlength=len(NUMBER))
        assert kinds[NUMBER["processing"]] + kinds[NUMBER["halt"]] == world.people.used
        return float(kinds[NUMBER["processing"]] / world.people.used)

    shares = [formal(threshold) for threshold in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert shares[0] == 0.0
    assert shares[2] == pytest.approx(P["register.formal_share"], abs=0.03)
    assert shares[4] == 1.0
    assert all(more > less for less, more in pairwise(shares))


def test_more_processing_means_more_offending(minors: Bench) -> None:
    strict, lenient = (caught(then={"register.formal_share": share}) for share in (0.8, 0.2))
    assert minors.trial(strict, 18, instead=lenient).ratio(6).low > 1.0


def test_the_mix_decides_the_sign(small_start: NeighbourhoodModel) -> None:
    """The same money helps or harms: mentoring lowers what youths may be expected to do, scared straight raises it."""

    def expected(budget: float, service: str) -> float:
        area = policy(small_start, budget, **only(service))
        return float(np.log(area.people.effect[area.youths.rows]).sum())  # what help and harm make of their rates

    none = expected(0.0, "mentoring")
    assert expected(MUCH, "mentoring") < none < expected(MUCH, "scared_straight")


# --- doses

AT_SCHOOL = {kind for kinds in ON_SCHOOL.values() for kind in kinds}
BY_SCHOOL = 2e-3
"""Help at school moves offending by less than this within months: by who leaves school, either way."""


@pytest.mark.parametrize("name", OFFERED)
def test_every_service_acts_with_its_sign(minors: Bench, name: str) -> None:
    months = int(max(P.values.get(f"services.{name}_lag", 1.0), 1)) + 2
    found = np.log(minors.trial(enrolled_in(name), months).ratio(months - 2).value)
    if name in AT_SCHOOL and f"services.{name}_effect" not in P:
        assert abs(found) < BY_SCHOOL  # another few leave school, with another luck
    else:
        assert np.sign(found) == np.sign(np.log(P.values.get(f"services.{name}_effect", 1.0)))  # none: not put in


def test_concurrent_help_stops_at_the_floor(minors: Bench) -> None:
    effects = [path for path in declared_parameters() if path.startswith("services.") and path.endswith("_effect")]
    strong = P.with_values(dict.fromkeys(effects, 0.5)).replace(services__feedback=1.0, trust__offending=0.0)

    def all_at_once(model: NeighbourhoodModel, rows: Rows) -> None:
        for name in OFFERED:
            open_cases(model, rows, name, 12)

    found = minors.under(strong.replace(offending__own_recent=0.0)).trial(all_at_once, 8).ratio(7)
    assert close(found.value, P["services.floor"], 0.005)


def test_ten_doses_do_at_most_a_stated_part_more_than_one(minors: Bench) -> None:
    plain = minors.under(P.replace(offending__own_recent=0.0))

    def doses(number: int) -> float:
        def treat(model: NeighbourhoodModel, rows: Rows) -> None:
            for _ in range(number):
                open_cases(model, rows, "scared_straight", 1)

        return float(np.log(plain.trial(treat, 4).ratio(3).value))

    once = doses(1)
    assert once > 0
    assert doses(10) == pytest.approx((1 + P["services.repeat_gain"]) * once, rel=0.02)


def test_help_that_goes_on_goes_on_working(minors: Bench) -> None:
    """A second year of mentoring, as a case of its own, works at least as much as the first."""
    lasting = minors.under(P.replace(services__mentoring_drop_out=0.0))
    months = int(P["services.mentoring_months"])

    def two_years(model: NeighbourhoodModel, rows: Rows) -> None:
        open_cases(model, rows, "mentoring", months)
        open_cases(model, rows, "mentoring", months)
        second = np.flatnonzero(model.cases.column("person") >= 0)[rows.size :]
        model.cases.start[second] += months
        model.cases.end[second] += months

    result = lasting.trial(two_years, 2 * months)
    lag = int(P["services.mentoring_lag"])
    first, second = result.ratio(lag, months + 1), result.ratio(months + lag)
    assert second.value < first.value < 1.0
