"""Stapeling: read out of the six domains, counted right over time, and a cause of nothing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import counted, everything, live, lives, make_scenario

from sim.mechanisms.income import PENSION_AGE
from sim.mechanisms.stacking import (
    COUNT_OF_BITS,
    DOMAINS,
    OLD,
    STACKED,
    households_in_red,
    if_independent,
    take_stock,
)
from sim.model import NeighbourhoodModel
from sim.population import columns as c

SERIES = ("stapeling_before", "stapeling_left", "not_stapeling_before", "stapeling_entered")


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(shares=st.lists(st.floats(0, 1), min_size=DOMAINS, max_size=DOMAINS))
def test_the_value_under_independence_is_the_sum_over_all_states(shares: list[float]) -> None:
    brute = 0.0
    for state in product((0, 1), repeat=DOMAINS):
        if sum(state) >= STACKED:
            brute += float(np.prod([share if on else 1 - share for on, share in zip(state, shares, strict=True)]))
    assert if_independent(np.array(shares)) == pytest.approx(brute, abs=1e-12)


def test_bits_are_counted() -> None:
    assert len(c.DOMAIN_BITS) == DOMAINS == 6
    assert [int(COUNT_OF_BITS[code]) for code in (0, 1, 0b111, 0b101010, 0b111111)] == [0, 1, 3, 3, 6]


def by_hand(model: NeighbourhoodModel, head: int) -> set[str]:
    """Return the domains in which the household of a resident head is in the red, person by person."""
    people, households, dwellings, month = model.people, model.households, model.dwellings, model.month
    home = int(people.household[head])
    members = np.flatnonzero((people.column("household") == home) & (people.column("status") == c.INSIDE))
    found = set()
    for row in members:
        age = int(people.age[row])
        behind = people.enrolled[row] and (
            people.absence[row] >= np.float32(model.p["school.absence_signal"])
            or people.skill[row] < model.p["school.low_skill"]
        )
        if 4 <= age < 27 and (behind or people.left_school[row]):
            found.add("education")
        if people.low_income[row] or people.indebted[row]:
            found.add("poverty")
        if row == head and (people.distressed[row] or (people.ill[row] and age < OLD)):
            found.add("health")
        victim = people.last_victim[row] >= 0 and people.last_victim[row] > month - 12
        if people.last_registered[row] > month - 24 or victim or (people.unsafe[row] and row == head):
            found.add("safety")
    age, partner = int(people.age[head]), int(households.partner[home])
    if age < PENSION_AGE and not people.enrolled[head]:
        if people.qualification[head] == c.NO_QUALIFICATION:
            found.add("education")
        earners = [head] + [partner] * (partner >= 0)
        if not any(people.work[one] == c.EMPLOYED for one in earners):
            found.add("work")
    place = households.dwelling[home]
    if dwellings.damp[place] or dwellings.label[place] > 4 or households.size[home] > dwellings.rooms[place] + 1:
        found.add("housing")
    return found


def test_the_bits_say_what_the_members_and_the_home_say(model: NeighbourhoodModel) -> None:
    heads, bits = households_in_red(model)
    inside = model.people.status[heads] == c.INSIDE
    adults = (model.people.column("position") == c.HEAD) & (model.people.column("status") == c.INSIDE)
    assert inside.sum() == np.count_nonzero(adults & (model.people.column("age") >= 18))
    chosen = np.flatnonzero(inside)[::7]
    assert chosen.size > 100
    for at in chosen:
        said = {name for bit, name in enumerate(c.DOMAIN_BITS) if bits[at] >> bit & 1}
        assert said == by_hand(model, int(heads[at]))
    assert (np.bitwise_or.reduce(bits[inside])) == 2**DOMAINS - 1, "a domain never in the red proves nothing"
    assert not (bits[~inside] >> c.DOMAIN_BITS.index("housing") & 1).any(), "no homes are known elsewhere"


def clean(model: NeighbourhoodModel) -> np.ndarray:
    """Make a world in which nobody is in the red; return residents who head a household."""
    people, dwellings = model.people, model.dwellings
    for name in ("enrolled", "left_school", "low_income", "indebted", "distressed", "ill", "unsafe"):
        people.column(name)[:] = False
    people.column("qualification")[:] = c.START_QUALIFICATION
    people.column("work")[:] = c.EMPLOYED
    for name in ("last_registered", "last_victim"):
        people.column(name)[:] = c.LONG_AGO
    dwellings.column("damp")[:], dwellings.column("label")[:], dwellings.column("rooms")[:] = False, 0, 20
    heads, bits = households_in_red(model)
    assert not bits.any()
    return heads[model.people.status[heads] == c.INSIDE]


def test_transitions_are_counted_between_two_turns_of_the_year(model: NeighbourhoodModel) -> None:
    """Of ten in the red four leave; of the others three come in; two are new here and are not counted."""
    people, households = model.people, model.households
    heads = clean(model)
    home = people.household[heads]
    households.column("red")[:], households.column("red_known")[:] = 0, False
    households.red_known[home] = True
    households.red[home[:10]] = 0b000111
    households.red[home[10:15]] = 0b000011  # two domains are no stapeling
    for at in (*range(4, 10), 10, 11, 20, 30, 31):
        people.low_income[heads[at]] = people.distressed[heads[at]] = people.unsafe[heads[at]] = True
    households.red_known[home[[30, 31, 32]]] = False
    before = {name: counted(model, name) for name in SERIES}
    take_stock(model)
    found = {name: counted(model, name) - before[name] for name in SERIES}
    assert found == {
        "stapeling_before": 10, "stapeling_left": 4, "not_stapeling_before": home.size - 13, "stapeling_entered": 3,
    }  # fmt: skip
    assert households.red_known[home].all()
    assert (COUNT_OF_BITS[households.red[home]] >= STACKED).sum() == 11
    take_stock(model)
    again = {name: counted(model, name) - before[name] - found[name] for name in SERIES}
    assert again == {
        "stapeling_before": 11, "stapeling_left": 0, "not_stapeling_before": home.size - 11, "stapeling_entered": 0,
    }  # fmt: skip


def test_reading_it_changes_no_life(model: NeighbourhoodModel) -> None:
    before = lives(model)
    take_stock(model)
    after = lives(model)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_rows_of_the_table_fit_together(small_start: NeighbourhoodModel) -> None:
    model = live(small_start.branch(everything()), 24)
    rows = {(r["year"], r["outcome"]): r for r in model.outcome_rows() if r["view"] == "place"}
    for year in (2025, 2026):
        parts = sum(rows[year, f"{name}_in_red_share"]["numerator"] for name in c.DOMAIN_BITS)
        assert rows[year, "stapeling_mean"]["numerator"] == pytest.approx(parts)
        stacked = rows[year, "stapeling_share"]
        assert rows[year, "stapeling_independent_share"]["numerator"] > 0
        shares = np.array([rows[year, f"{name}_in_red_share"]["value"] for name in c.DOMAIN_BITS])
        independent = rows[year, "stapeling_independent_share"]["value"]
        rounded = 0.5 / (stacked["denominator"] * model.fraction)  # a whole number of households
        assert independent == pytest.approx(if_independent(shares), abs=rounded + 1e-9)
        assert stacked["value"] > independent, "problems come together here"
        before = sum(rows[year, f"stapeling_{way}_share"]["denominator"] for way in ("left", "entered"))
        assert before <= stacked["denominator"]
    # who stayed: those of the year before that did not leave, and who came in
    assert rows[2025, "stapeling_left_share"]["numerator"] > 0 < rows[2025, "stapeling_entered_share"]["numerator"]
