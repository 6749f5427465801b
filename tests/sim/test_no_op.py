"""A programme without money, and one whose interventions have no effect, change no life."""

import numpy as np
import pytest
from small_worlds import columns_that_differ, counted, digest, live, lives, make_scenario, make_world, unlike

from scenarios.catalogue import load_scenario
from sim.calendar import SCENARIO_START
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.scenario import Scenario

MONTHS = 24
RICH = 1_500_000.0
"""Euros a year for 12,665 residents: many times the real budget, so that much is bought."""

BY_HALT = {"halt_done", "convictions", "cohort_month", "cohort_state"}
"""Whom the programme's money sends to Halt instead of to court: facts of the register, not of behaviour."""


def no_money(own: bool) -> Scenario:
    """The same years before, and from the start a programme with another mix and no euro, here or nationally."""
    period = {"2025-01": 0.9}
    mix = {f"mix.{name}": period for name in ("mentoring", "scared_straight", "after_school_hours")}
    zero = {"2025-01": 0.0}
    levers = {"budget_national": zero, "share_limits": period, "mix.cbt_at_school": zero} | mix
    return make_scenario(levers, {"budget": zero} if own else None, base="gerealiseerd-beleid")


def money(share_limits: float) -> Scenario:
    """A rich programme of which a share goes to Halt and diversion."""
    own = {"budget": {"2025-01": RICH}, "share_limits": {"2025-01": share_limits}}
    return make_scenario({}, own, base="geen-programma")


def without_effects() -> ParameterSet:
    """Every service and sanction without effect, also on school and, through a record, on work."""
    p = load_parameters(0, "vlaardingen-westwijk")
    none = {path: 1.0 for path in p if path.startswith("services.") and path.endswith("_effect")}
    assert len(none) == 8
    elsewhere = {"services.halt_school": 1.0, "services.custody_idle": 0.0, "work.record": 0.0}
    return p.with_values(none | elsewhere)


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
    rich = lives(live(small_start.branch(money(0.0)), MONTHS))
    both = np.isin(without["life"], rich["life"])
    assert both.all()
    assert {"effect", "minor24"} <= columns_that_differ(without, rich)


def test_places_without_effect_change_no_column_of_any_life(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    treated = live(effectless.branch(money(share_limits=0.0)), MONTHS)
    assert (lives(treated)["effect"] == 1.0).all()
    assert columns_that_differ(lives(untreated), lives(treated)) == set()
    assert treated.cases.column("open").sum() > 5 * untreated.cases.column("open").sum()
    for table in ("households", "dwellings", "streets"):
        assert not [name for name in unlike(untreated, treated) if name.startswith(table)]


def test_halt_without_effect_changes_only_what_the_register_says_of_a_life(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    """Halt places divert minors from court: who was at Halt and who was convicted differ, nothing else."""
    treated = live(effectless.branch(money(share_limits=1.0)), MONTHS)
    changed = columns_that_differ(lives(untreated), lives(treated))
    assert "halt_done" in changed
    assert changed <= BY_HALT
    assert untreated.people.column("halt_done").sum() < treated.people.column("halt_done").sum()


def test_offending_and_the_register_count_the_same_without_effect(
    effectless: NeighbourhoodModel, untreated: NeighbourhoodModel
) -> None:
    treated = live(effectless.branch(money(share_limits=0.4)), MONTHS)
    for series in ("offenders", "suspects", "known_suspects", "victims", "early_leavers", "outflow"):
        assert counted(treated, series) == counted(untreated, series) > 0
    expected = [
        {name: int(values.sum()) for name, values in year.expected.items()}
        for model in (treated, untreated)
        for year in model.counts.years.values()
    ]
    assert expected[:2] == expected[2:]
