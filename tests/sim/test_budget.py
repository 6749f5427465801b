"""Money: divided to the last euro over pillars and interventions, whatever the levers; posts follow it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import OF_GEZAG

from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.levers import LeverSchedule, declared_levers
from sim.parameters import load_parameters
from sim.programme import budget as budgets
from sim.programme.budget import FRAMEWORK, PREFIX, Stock, pillar_shares, pillar_weights
from sim.programme.catalogue import BY_NAME, GEZAG, GEZAG_PILLARS, LINES, of_pillar

P = load_parameters()
NOW = SCENARIO_START
KEY = 0.04
KEYS = {line.key: KEY for line in LINES}
SHARE = P["programme.share_reaching"] * KEY
"""What of the national money reaches an area of this key."""

STRUCK = [name for name in OF_GEZAG if BY_NAME[name].quality in ("unproven", "harmful")]
EUROS = st.one_of(st.just(0.0), st.floats(1, 6e6))
WEIGHT = st.one_of(st.just(0.0), st.floats(1e-3, 1))
PROVEN = settings(max_examples=150, deadline=None, derandomize=True)


def divide(schedule: LeverSchedule, month: int = NOW) -> dict[str, float]:
    """Return what Preventie met gezag buys, where no other line has money."""
    parts = budgets.divide(schedule, month, KEYS, P)
    assert not any(euros for (line, _), euros in parts.items() if line != GEZAG)
    return {name: euros for (line, name), euros in parts.items() if line == GEZAG}


def plan(**levers: float) -> LeverSchedule:
    """Return a schedule from now on; two underscores stand for a dot."""
    return LeverSchedule({PREFIX + name.replace("__", "."): ((NOW, value),) for name, value in levers.items()})


@st.composite
def plans(draw: st.DrawFn) -> dict[str, float]:
    """Return levers as a scenario may set them: shares within the budget, some weight in each pillar."""
    found: dict[str, float] = {}
    if draw(st.booleans()):
        found["share_limits"] = draw(st.floats(0, 1))
        found["share_authority"] = draw(st.floats(0, 1)) * (1 - found["share_limits"])
    for name in ("budget", "budget_national"):
        if draw(st.booleans()):
            found[name] = draw(EUROS)
    for pillar in GEZAG_PILLARS:
        names = [one.name for one in of_pillar(pillar)]
        weights = {name: draw(WEIGHT) for name in names if draw(st.booleans())}
        if len(weights) < len(names) or any(weights.values()):
            found |= {f"mix__{name}": weight for name, weight in weights.items()}
        if draw(st.booleans()):
            found[f"pillar_euros__{pillar}"] = draw(EUROS)
        if draw(st.booleans()):
            found[f"pillar_euros_national__{pillar}"] = draw(EUROS)
    for name in draw(st.lists(st.sampled_from(OF_GEZAG), unique=True, max_size=4)):
        found[f"{draw(st.sampled_from(['euros', 'euros_national']))}__{name}"] = draw(EUROS)
    found["quality_framework"] = float(draw(st.booleans()))
    return found


def reaches(levers: dict[str, float], local: str, national: str) -> float:
    """Return the euros of the area: its own amount where set, else its part of the national one."""
    return levers[local] if local in levers else levers.get(national, 0.0) * SHARE


def wanted(levers: dict[str, float]) -> tuple[float, dict[str, float], dict[str, float]]:
    """Return what a reader of the levers expects: budget, and what comes on top by pillar and by intervention."""
    budget = reaches(levers, "budget", "budget_national")
    on_top = {
        pillar: reaches(levers, f"pillar_euros__{pillar}", f"pillar_euros_national__{pillar}")
        for pillar in GEZAG_PILLARS
    }
    extra = {name: reaches(levers, f"euros__{name}", f"euros_national__{name}") for name in OF_GEZAG}
    return budget, on_top, extra


@PROVEN
@given(levers=plans())
def test_money_is_divided_to_the_last_euro(levers: dict[str, float]) -> None:
    parts = divide(plan(**levers))
    budget, on_top, extra = wanted(levers)
    whole = budget + sum(on_top.values()) + sum(extra.values())
    assert parts.keys() == set(OF_GEZAG)
    assert all(euros >= 0 for euros in parts.values())
    assert sum(parts.values()) == pytest.approx(whole, rel=1e-9, abs=1e-6)


@PROVEN
@given(levers=plans())
def test_every_pillar_gets_its_share_and_what_is_set_for_it_comes_on_top(levers: dict[str, float]) -> None:
    parts = divide(plan(**levers))
    budget, on_top, extra = wanted(levers)
    limits, authority = levers.get("share_limits", 0.3), levers.get("share_authority", 0.2)
    shares = {"perspective": 1 - limits - authority, "limits": limits, "authority": authority}
    for pillar in GEZAG_PILLARS:
        names = [one.name for one in of_pillar(pillar)]
        own = sum(parts[name] - extra[name] for name in names)
        assert own == pytest.approx(shares[pillar] * budget + on_top[pillar], rel=1e-9, abs=1e-5), pillar


@PROVEN
@given(levers=plans())
def test_within_a_pillar_money_follows_the_weights(levers: dict[str, float]) -> None:
    schedule = plan(**(levers | {"quality_framework": 0.0}))
    parts = divide(schedule)
    _, _, extra = wanted(levers)
    for pillar in GEZAG_PILLARS:
        names = [one.name for one in of_pillar(pillar)]
        weight = np.array([levers.get(f"mix__{name}", BY_NAME[name].weight) for name in names])
        own = np.array([parts[name] - extra[name] for name in names])
        assert own == pytest.approx(own.sum() * weight / weight.sum(), rel=1e-6, abs=1e-4), pillar


@PROVEN
@given(levers=plans())
def test_a_quality_framework_strikes_out_what_is_unproven_and_loses_no_money(levers: dict[str, float]) -> None:
    without, within = (divide(plan(**(levers | {"quality_framework": holds}))) for holds in (0.0, 1.0))
    _, _, extra = wanted(levers)
    for name in STRUCK:
        assert within[name] == pytest.approx(extra[name]), name  # what is set for one kind by name is bought
    for pillar in GEZAG_PILLARS:
        names = [one.name for one in of_pillar(pillar)]
        before, after = (sum(parts[name] for name in names) for parts in (without, within))
        assert after == pytest.approx(before, rel=1e-9, abs=1e-6), pillar


def test_a_quality_framework_prefers_effective_to_promising() -> None:
    weights = pillar_weights(plan(quality_framework=1.0), NOW, "perspective")
    usual = pillar_weights(plan(), NOW, "perspective")
    assert weights["mentoring"] == usual["mentoring"]
    assert weights["sport_with_method"] == 0.5 * usual["sport_with_method"]
    assert weights["scared_straight"] == weights["after_school_hours"] == 0.0


@pytest.mark.parametrize("pillar", GEZAG_PILLARS)
def test_a_mix_of_nothing_but_unproven_kinds_is_spent_on_what_is_proven(pillar: str) -> None:
    names = [one.name for one in of_pillar(pillar)]
    mix = {f"mix__{name}": float(name in STRUCK) for name in names}
    parts = divide(plan(**mix, budget=1e6, quality_framework=1.0))
    spent = {name: parts[name] for name in names}
    assert sum(spent.values()) == pytest.approx(pillar_shares(plan(), NOW)[pillar] * 1e6)
    assert not [name for name in names if name in STRUCK and spent[name]]
    best = max(FRAMEWORK[BY_NAME[name].quality] for name in names)
    assert all(spent[name] > 0 for name in names if FRAMEWORK[BY_NAME[name].quality] == best)


def test_an_own_amount_replaces_the_national_one_also_when_it_is_zero() -> None:
    national = {"budget_national": 1e8, "pillar_euros_national__limits": 1e7, "euros_national__halt": 1e6}
    there = sum(divide(plan(**national)).values())
    assert there == pytest.approx(1.11e8 * SHARE)
    here = divide(plan(**national, budget=0.0, pillar_euros__limits=0.0, euros__halt=0.0))
    assert set(here.values()) == {0.0}


def test_nothing_is_bought_before_its_month() -> None:
    levers = {"budget": 1e6, "euros__mst": 1e5, "pillar_euros__authority": 1e5}
    assert set(divide(plan(**levers), NOW - 1).values()) == {0.0}


def test_the_usual_shares_are_declared_as_they_are_used() -> None:
    assert pillar_shares(plan(), NOW) == pytest.approx({"perspective": 0.5, "limits": 0.3, "authority": 0.2})
    assert declared_levers()[PREFIX + "share_authority"].default == 0.2


def staffed(structural: float, months: int, euros: float = 750_000.0) -> Stock:
    """Return the posts after months of the same money."""
    stock = Stock()
    for _ in range(months):
        stock.staff(P, euros, structural)
    return stock


@given(structural=st.floats(0, 1), euros=st.floats(0, 6e6), months=st.integers(1, 60))
@PROVEN
def test_posts_stay_within_the_money_and_grow_towards_it(structural: float, euros: float, months: int) -> None:
    stock = staffed(structural, months, euros)
    assert 0 <= stock.posts <= stock.target * (1 + 1e-9)
    assert stock.euros(P) <= euros * (1 + 1e-9) + 1e-9
    before = stock.posts
    stock.staff(P, euros, structural)
    assert stock.posts >= before * (1 - 1e-12)


def test_incidental_money_fills_fewer_posts() -> None:
    filled = [staffed(structural, 36).posts for structural in (0.0, 0.5, 1.0)]
    assert filled == sorted(filled)
    assert filled[0] < 0.99 * filled[-1]
    # where hiring and leaving are in balance: h (T - q x) = x - q x with q what stays of a month's posts
    for structural, posts in ((0.0, filled[0]), (1.0, filled[-1])):
        leaving = P["programme.staff_turnover"] + (1 - structural) * P["programme.turnover_incidental"]
        stays, hire = 1 - leaving / MONTHS_PER_YEAR, P["programme.hire_rate"]
        balance = hire * 10.0 / (1 - stays + hire * stays)
        assert posts == pytest.approx(balance, rel=5e-3)


def test_posts_run_off_when_money_stops() -> None:
    stock = staffed(1.0, 24)
    for _ in range(24):
        before = stock.posts
        stock.staff(P, 0.0, 1.0)
        assert 0 < stock.posts < before
    assert stock.posts < 0.05
