"""A programme without money, and one whose interventions have no effect, change no life."""

import numpy as np
import pytest
from small_worlds import (
    PLACES_OF_GEZAG,
    columns_that_differ,
    counted,
    digest,
    live,
    lives,
    make_scenario,
    make_world,
    unlike,
)

from scenarios.catalogue import load_scenario
from sim.calendar import SCENARIO_START
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.programme.catalogue import LINES, ON_SCHOOL, SANCTIONS, of_pillar
from sim.scenario import Scenario

MONTHS = 24
RICH = 1_500_000.0
"""Euros a year for 12,665 residents: many times the real budget, so that much is bought."""

BY_HALT = {
    "halt_done", "convictions", "cohort_month", "cohort_state", "trial", "trial_serious", "trial_place", "summoned",
}  # fmt: skip
"""Whom the programme's money sends to Halt instead of to court: facts of the register, not of behaviour."""

AUTHORITY = tuple(one.name for one in of_pillar("authority"))


def no_money(own: bool) -> Scenario:
    """The same years before, and from the start a programme with another mix and no euro, here or nationally."""
    period = {"2025-01": 0.9}
    mix = {f"mix.{name}": period for name in ("mentoring", "scared_straight", "after_school_hours")}
    zero = {"2025-01": 0.0}
    levers = {"budget_national": zero, "share_limits": period, "mix.cbt_at_school": zero} | mix
    levers |= {f"programme.{line.name}.budget_national": zero for line in LINES if line.mix}
    return make_scenario(levers, {"budget": zero} if own else None, base="gerealiseerd-beleid")


def money(*names: str) -> Scenario:
    """A rich programme that buys these interventions."""
    own = {f"euros.{name}": {"2025-01": RICH / len(names)} for name in names}
    return make_scenario({}, own, base="geen-programma")


def without_effects() -> ParameterSet:
    """Everything that can be bought, and every sanction, without effect, also on school, work and trust.

    The parameter ``police.discovery`` is no effect on behaviour, but what police see decides who becomes known.
    """
    p = load_parameters(0, "vlaardingen-westwijk")
    none = {path: 1.0 for path in p if path.startswith(("services.", "police.")) and path.endswith("_effect")}
    assert {f"services.{name}_effect" for name in SANCTIONS} <= none.keys() | WITHOUT_CURVE
    elsewhere = {"services.halt_school": 1.0, "services.custody_idle": 0.0, "work.record": 0.0}
    elsewhere |= {"services.short_prison_idle": 0.0}
    elsewhere |= {"services.supported_work_employment": 1.0, "police.discovery": 0.0}
    trust = {f"trust.{name}": 0.0 for name in ("stop", "stigma", "youth_work", "wijkagent")}
    elsewhere |= {"health.stopped": 0.0, "surroundings.stops": 0.0}
    for what, kinds in ON_SCHOOL.items():
        elsewhere |= {f"services.{kind}_{what}": 0.0 if what == "skill" else 1.0 for kind in kinds}
    seen = {"register.minor_registered": 0.5}  # many suspects of minor offences, so that there is much to divert
    return p.with_values(none | elsewhere | trust | seen)


WITHOUT_CURVE = {"services.youth_probation_effect", "services.short_prison_effect"}


@pytest.fixture(scope="module")
def effectless() -> NeighbourhoodModel:
    return make_world(sample=1.0, start=SCENARIO_START, parameters=without_effects())


@pytest.fixture(scope="module")
def untreated(effectless: NeighbourhoodModel) -> NeighbourhoodModel:
    return live(effectless.branch(load_scenario("geen-programma")), MONTHS)


@pytest.mark.parametrize("own", [False, True])
def test_a_budget_of_zero_changes_no_byte(small_start: NeighbourhoodModel, own: bool) -> None:
    without = live(small_start.branch(load_scenario("geen-programma")), MONTHS)
    zero = live(small_start.branch(no_money(own)), MONTHS)
    assert unlike(without, zero) == []
    assert digest(without) == digest(zero)


def test_a_programme_of_zero_is_no_scenario_at_all() -> None:
    start = make_world(scenario=None, sample=0.3)
    nothing = live(start.branch(None), MONTHS)
    zero = live(start.branch(make_scenario({"budget_national": {"2022-01": 0.0}}, start="2022-01")), MONTHS)
    assert unlike(nothing, zero) == []
    assert digest(nothing) == digest(zero)


def test_money_with_effects_changes_lives(small_start: NeighbourhoodModel) -> None:
    """What the equalities below could miss: the same comparison with the usual effects finds other lives."""
    without = lives(live(small_start.branch(load_scenario("geen-programma")), MONTHS))
    rich = lives(live(small_start.branch(money(*PLACES_OF_GEZAG)), MONTHS))
    both = np.isin(without["life"], rich["life"])
    assert both.all()
    assert {"effect", "minor24"} <= columns_that_differ(without, rich)


def test_places_without_effect_change_no_column_of_any_life(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    treated = live(effectless.branch(money(*PLACES_OF_GEZAG)), MONTHS)
    roles = np.float32(treated.p["careers.role_ratio"])
    assert np.isin(lives(treated)["effect"], [1.0, roles]).all()
    assert (lives(treated)["trust"] == 0.0).all()
    assert columns_that_differ(lives(untreated), lives(treated)) == set()
    assert treated.cases.column("open").sum() > 2 * untreated.cases.column("open").sum()
    for table in ("households", "dwellings", "streets"):
        assert not [name for name in unlike(untreated, treated) if name.startswith(table)]


def test_halt_without_effect_changes_only_what_the_register_says_of_a_life(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    """Halt places divert minors from court: who was at Halt and who was convicted differ, nothing else."""
    treated = live(effectless.branch(money("halt")), MONTHS)
    changed = columns_that_differ(lives(untreated), lives(treated))
    assert "halt_done" in changed
    assert changed <= BY_HALT
    assert untreated.people.column("halt_done").sum() < treated.people.column("halt_done").sum()


def test_offending_and_the_register_count_the_same_without_effect(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    treated = live(effectless.branch(money("halt", *PLACES_OF_GEZAG)), MONTHS)
    for series in ("offenders", "suspects", "known_suspects", "victims", "early_leavers", "outflow"):
        assert counted(treated, series) == counted(untreated, series) > 0
    expected = [
        {name: int(values.sum()) for name, values in year.expected.items()}
        for model in (treated, untreated)
        for year in model.counts.years.values()
    ]
    assert expected[:2] == expected[2:]


def test_people_on_the_street_without_effect_change_no_column_of_any_life(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    """Hours on hot spots and with youths stop more of them; without effect and trust nobody lives another life."""
    treated = live(effectless.branch(money(*AUTHORITY)), MONTHS)
    assert counted(treated, "stops") > 1.5 * counted(untreated, "stops") > 0
    assert treated.police.fair_share() > 2 * untreated.police.fair_share()
    assert (treated.streets.column("hot") > untreated.streets.column("hot")).any()
    assert np.array_equal(treated.streets.column("stopped"), untreated.streets.column("stopped"))
    assert columns_that_differ(lives(untreated), lives(treated)) == set()


def test_levers_that_decide_who_gets_a_place_change_no_life_without_effect(effectless: NeighbourhoodModel) -> None:
    plain = live(effectless.branch(money(*PLACES_OF_GEZAG)), MONTHS)
    for levers in ({"targeting": 0.0}, {"targeting": 2.0}, {"quality_framework": 1.0}, {"structural": 0.0}):
        own = {f"euros.{name}": {"2025-01": RICH / len(PLACES_OF_GEZAG)} for name in PLACES_OF_GEZAG}
        own |= {name: {"2025-01": value} for name, value in levers.items()}
        other = live(effectless.branch(make_scenario({}, own, base="geen-programma")), MONTHS)
        assert "cases.person" in unlike(plain, other), levers
        assert columns_that_differ(lives(plain), lives(other)) == set(), levers


def test_stops_without_effect_change_no_life(effectless: NeighbourhoodModel) -> None:
    worlds = [
        live(effectless.branch(make_scenario({}, {"stop_intensity": {"2025-01": times}}, base="geen-programma")), 12)
        for times in (0.0, 5.0)
    ]
    assert counted(worlds[0], "stops") == 0 < counted(worlds[1], "stops")
    assert columns_that_differ(*map(lives, worlds)) == set()
