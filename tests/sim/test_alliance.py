"""The alliance: no free bonus, nothing in its first year but its cost, nothing below the threshold, and it matures."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import ALL_LINES, everything, live, make_scenario, unlike

from sim.agents.alliance import BIT, COUNT_OF_BITS, TIES
from sim.calendar import MONTHS_PER_YEAR
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.population import columns as c
from sim.programme.budget import pay_alliance
from sim.programme.catalogue import BOUGHT, LINES
from sim.snapshot import digest

EFFECTS = ("reach", "found", "waiting", "double_work", "sequence")
NO_EFFECT = {f"alliance__{name}": 0.0 for name in (*EFFECTS, "order")}
NO_COST = {"alliance__staff_time": 0.0, "alliance__overhead_euros": 0.0}
LARGE = {
    "alliance__reach": 1.0, "alliance__found": 0.5, "alliance__waiting": -2.0, "alliance__double_work": 1.0,
    "alliance__sequence": -1.0,
}  # fmt: skip
YEARS = 4
QUICK = {"alliance__maturation": 1.0, "alliance__turnover": 0.0, "alliance__erosion": 0.0}
"""Mature within these years, so that a short life can show what it does."""

OF_WORKING_TOGETHER = {"coordination_mean", "shared_plans", "double_caseload_share"}
"""What may differ where coordination has no effect: the stock itself, and who has a plan."""


def with_parameters(start: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    """Return a copy of the start world whose mechanisms follow other parameters from here on."""
    p = start.p.replace(**changes)
    state = start.state()
    twin = start.branch(start.scenario)
    twin.p = p
    state.facts["parameters"] = digest(twin)
    world = NeighbourhoodModel._of_state(state, start.scenario, parameters=p, centres=start.centres)
    world.begin()
    return world


def pair(
    start: NeighbourhoodModel, months: int, own: float = 0.0, **changes: float
) -> tuple[NeighbourhoodModel, NeighbourhoodModel]:
    """Return the fragmented and the integrated world after months of the same money."""
    trunk = with_parameters(start, **changes)
    levers = {"programme__alliantie__budget": own}
    scenarios = [everything(**levers, programme__alliantie__integrated=way) for way in (0.0, 1.0)]
    one, two = (live(trunk.branch(scenario), months) for scenario in scenarios)
    return one, two


def rows(model: NeighbourhoodModel, but: set[str] = frozenset()) -> dict[tuple[object, ...], object]:
    return {
        (r["year"], r["view"], r["group"], r["outcome"]): (r["value"], r["expected"], r["numerator"], r["denominator"])
        for r in model.outcome_rows(("age", "wijk", "start", "service"))
        if r["outcome"] not in but
    }


def unlike_but(one: NeighbourhoodModel, other: NeighbourhoodModel, but: tuple[str, ...]) -> list[str]:
    return [name for name in unlike(one, other) if not name.startswith(("year ", "fact years", "fact agents", *but))]


def test_without_effect_and_cost_integrated_is_fragmented_to_the_bit(small_start: NeighbourhoodModel) -> None:
    one, two = pair(small_start, 12 * YEARS, **NO_EFFECT, **NO_COST, **QUICK)
    assert two.alliance.works > 0.9, "it matured, and still"
    assert one.alliance.coordination == 0.0
    assert unlike_but(one, two, ("households.plan_until",)) == []
    assert rows(one, OF_WORKING_TOGETHER) == rows(two, OF_WORKING_TOGETHER)
    assert rows(one) != rows(two)


def test_with_effects_it_changes_lives_once_it_is_mature(small_start: NeighbourhoodModel) -> None:
    """What the equality above could miss."""
    one, two = pair(small_start, 12 * YEARS, **LARGE, **NO_COST, **QUICK)
    last = {name: max(rows(model)) for name, model in (("one", one), ("two", two))}
    assert last["one"] == last["two"]
    assert "people.care_until" in unlike(one, two)
    assert "households.help_until" in unlike(one, two)
    year = max(r["year"] for r in one.outcome_rows())
    key = (year, "place", "all", "referrals")
    assert rows(two)[key][0] > rows(one)[key][0]
    waiting = (year, "place", "all", "waiting_months_mean")
    assert rows(two)[waiting][0] < rows(one)[waiting][0]


def test_in_its_first_year_it_changes_nothing_beyond_its_cost(small_start: NeighbourhoodModel) -> None:
    one, two = pair(small_start, MONTHS_PER_YEAR, **LARGE, **NO_COST)
    assert 0 < two.alliance.coordination < two.p["alliance.threshold"]
    assert unlike_but(one, two, ()) == []
    assert rows(one, {"coordination_mean"}) == rows(two, {"coordination_mean"})


@pytest.mark.parametrize("draw", range(0, 200, 10))
def test_in_no_draw_does_it_work_within_a_year(small_start: NeighbourhoodModel, draw: int) -> None:
    alliance = grown(small_start, MONTHS_PER_YEAR, load_parameters(draw, small_start.area.id))
    assert 0 < alliance[-1] < 1
    p = load_parameters(draw, small_start.area.id)
    assert alliance[-1] < p["alliance.threshold"]
    assert p["alliance.threshold"] < p["alliance.mature"]


def test_paid_from_its_own_money_it_costs_its_overhead_and_nothing_else(small_start: NeighbourhoodModel) -> None:
    """Enough money of its own, no effect: the same lives, and a ledger that is worse by the overhead."""
    changes = {**NO_EFFECT, "alliance__staff_time": 0.0, **QUICK}
    one, two = pair(small_start, 24, own=2e6, **changes)
    overhead = two.alliance.overhead()
    assert overhead == two.p["alliance.overhead_euros"] * two.care.residents > 0
    assert unlike_but(one, two, ("households.plan_until",)) == []
    for year in (2025, 2026):
        a, b = (model.counts.years[year].money for model in (one, two))
        assert b["euros_spent"] - a["euros_spent"] == pytest.approx(overhead, abs=0.005)
        assert a["overhead_followed"] == 0.0
        later = b["spent_later"] - a["spent_later"]
        assert b["overhead_followed"] + later == pytest.approx(overhead, abs=0.005)
    same = rows(one, OF_WORKING_TOGETHER)
    other = rows(two, OF_WORKING_TOGETHER)
    differ = {key[3] for key in same if same[key] != other[key]}
    assert differ == {
        "flow_society_overhead", "flow_payer_rijk_other", "programme_euros_spent", "programme_euros_on_later_residents",
    }  # fmt: skip
    fraction = two.fraction
    for year in (2025, 2026):
        key = (year, "people", "all", "flow_society_overhead")
        lost = same[key][0] - other[key][0]
        assert lost == pytest.approx(two.counts.years[year].money["overhead_followed"] / fraction, abs=0.01)


def test_what_it_lacks_it_takes_from_all_lines_alike(small_start: NeighbourhoodModel) -> None:
    one, two = pair(small_start, 1, own=0.0, **NO_EFFECT)
    a, b = one.municipality, two.municipality
    assert a.budget == pytest.approx(b.budget)
    left = 1 - b.overhead / a.budget
    assert 0 < left < 1
    for line in ALL_LINES:
        if line != "alliantie":
            assert b.by_line[line] == pytest.approx(a.by_line[line] * left)
    assert b.by_line["alliantie"] == pytest.approx(b.overhead)
    assert sum(b.by_line.values()) == pytest.approx(b.budget)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(euros=st.lists(st.floats(0, 1e6), max_size=4), overhead=st.floats(0, 1e6), own=st.floats(0, 1e6))
def test_no_euro_is_lost_or_made_in_paying_it(euros: list[float], overhead: float, own: float) -> None:
    parts = {("line", str(number)): amount for number, amount in enumerate(euros)}
    left, paid = pay_alliance(parts, overhead, own)
    assert 0 <= paid <= 1 + 1e-12
    assert all(0 <= left[key] <= parts[key] for key in parts)
    taken = sum(parts.values()) - sum(left.values())
    assert taken == pytest.approx(max(overhead * paid - own, 0.0), abs=1e-3)
    if overhead <= own + sum(euros):
        assert paid == pytest.approx(1.0)


def test_meetings_take_staff_time(small_start: NeighbourhoodModel) -> None:
    one, two = pair(small_start, 24, **NO_EFFECT, alliance__overhead_euros=0.0, alliance__staff_time=0.3)
    assert one.alliance.capacity == 1.0
    assert two.alliance.capacity == pytest.approx(1 - 0.3 * two.alliance.coordination)
    for name in ("mentoring", "tutoring"):
        assert two.municipality.places(name) == pytest.approx(one.municipality.places(name) * two.alliance.capacity)
    assert two.debt_help.places == pytest.approx(one.debt_help.places * two.alliance.capacity)


# --- how coordination grows


def grown(start: NeighbourhoodModel, months: int, p: ParameterSet | None = None, **levers: float) -> list[float]:
    """Return coordination month by month, of the alliance alone."""
    model = start.branch(everything(**{f"programme__alliantie__{name}": value for name, value in levers.items()}))
    model.p = p or model.p
    model.alliance.paid = 1.0
    found = []
    for _ in range(months):
        model.alliance.mature()
        model.month += 1
        found.append(model.alliance.coordination)
    return found


def test_it_matures_over_years_and_slower_on_incidental_money(small_start: NeighbourhoodModel) -> None:
    structural, incidental = (grown(small_start, 120, structural=share) for share in (1.0, 0.0))
    assert all(later > earlier for earlier, later in pairwise(structural))
    assert structural[11] < 0.4 < 0.6 < structural[-1] < 1
    assert all(less < more for less, more in zip(incidental, structural, strict=True))
    p = small_start.p
    rate = 1 / p["alliance.maturation"] + p["alliance.erosion"] * p["alliance.turnover"]
    balance = 1 / (p["alliance.maturation"] * rate)
    assert structural[-1] == pytest.approx(balance * (1 - (1 - rate / MONTHS_PER_YEAR) ** 120), rel=1e-9)


@pytest.mark.parametrize("name", ["coordinator", "data", "mayor"])
def test_what_it_does_without_weighs(small_start: NeighbourhoodModel, name: str) -> None:
    whole, half, without = (grown(small_start, 60, **{name: held})[-1] for held in (1.0, 0.5, 0.0))
    assert without < half < whole
    assert without / whole == pytest.approx(small_start.p[f"alliance.without_{name}"], rel=1e-6)


def test_when_it_ends_it_fades(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    model.alliance.coordination, model.alliance.paid = 0.9, 1.0
    model._schedule = make_scenario({}, base="geen-programma").schedule(model.area.id)
    before = 0.9
    for _ in range(24):
        model.alliance.mature()
        assert model.alliance.coordination < before
        before = model.alliance.coordination


def test_below_the_threshold_it_works_not_at_all_and_above_it_smoothly(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    model.p = model.p.replace(alliance__turnover=0.0, alliance__maturation=1e9, **LARGE)
    low, high = model.p["alliance.threshold"], model.p["alliance.mature"]
    works = []
    for coordination in np.linspace(0, 1, 101):
        model.alliance.coordination = float(coordination)
        model.alliance.mature()
        works.append(model.alliance.works)
        if coordination <= low:
            assert model.alliance.works == pytest.approx(0.0, abs=1e-12)
            assert model.alliance.reach == pytest.approx(1.0)
            assert model.alliance.intake_months == pytest.approx(model.p["fragmentation.intake_months"])
    assert works[-1] == 1.0
    assert all(later >= earlier for earlier, later in pairwise(works))
    assert max(np.diff(works)) < 2.0 * 0.01 / (high - low)


# --- what partners see


def test_a_problem_is_passed_on_only_where_a_partner_knows_the_household(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    model.p = model.p.replace(fragmentation__referral=1.0, fragmentation__sees_debt=1.0)
    households = model.households
    homes = np.flatnonzero(households.column("creditors") > 0)
    households.asked_help[homes] = households.help_until[homes] = c.LONG_AGO
    households.known[homes] = 0
    half = homes[::2]
    households.known[half] = BIT["care"]
    model.alliance._refer_debts(homes)
    assert (households.asked_help[half] == model.month).all()
    assert (households.asked_help[np.setdiff1d(homes, half)] == c.LONG_AGO).all()
    blind = [name for name in BIT if name not in TIES["debt_help"]]
    households.asked_help[homes] = c.LONG_AGO
    households.known[homes] = sum(int(BIT[name]) for name in blind)
    model.alliance._refer_debts(homes)
    assert (households.asked_help[homes] == c.LONG_AGO).all(), "who sees no debts passes none on"


def test_plans_go_to_households_of_most_partners_first_and_no_further_than_there_is_room(
    small_start: NeighbourhoodModel,
) -> None:
    model = small_start.branch(everything())
    households = model.households
    households.column("plan_until")[:] = c.LONG_AGO
    lives = np.flatnonzero(households.column("size") > 0)
    households.known[lives] = 0
    households.known[lives[:40]] = 0b000011
    households.known[lives[40:60]] = 0b000111
    households.known[lives[60:90]] = 0b000001
    model.alliance._plan()
    chosen = np.flatnonzero(households.column("plan_until") > model.month)
    room = model.p["fragmentation.shared_plans"] * model.debt_help.households / 1000
    assert int(room) <= chosen.size <= int(room) + 1
    assert (COUNT_OF_BITS[households.known[chosen]] == 3).all()
    assert model.alliance.double == pytest.approx((60 - chosen.size) / 90)
    assert model.alliance.planned == 0.0


def test_the_graph_holds_the_ties(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    graph = model.network("alliance")
    assert set(graph.nodes) == set(c.KNOWN_BY)
    assert {(seer, owner) for owner, seers in TIES.items() for seer in seers} == set(graph.edges)
    assert all(0 < tie["chance"] <= 1 for _, _, tie in graph.edges(data=True))


def test_every_line_that_has_a_mix_buys_something_known() -> None:
    assert {name for line in LINES for name, _ in line.mix} <= set(BOUGHT)
