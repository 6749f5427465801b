"""People, households, dwellings, places and euros add up every month, under scenarios made by hypothesis."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import OF_GEZAG, counted, make_scenario, standing_ties

from sim.model import NeighbourhoodModel
from sim.networks.friends import AGES
from sim.population import columns as c
from sim.programme.catalogue import BY_NAME, GEZAG_PILLARS, HOUR_RULES, KINDS, NUMBER, OFFERED
from sim.scenario import Scenario

MONTHS = 15
PERIODS = ("2025-01", "2025-05", "2026-01", "2026-02")
SLACK = 1e-6
MOST_EUROS = 6_000_000.0
PROVEN = settings(max_examples=8, deadline=None, derandomize=True)


def over_time(values: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, float]]:
    return st.dictionaries(st.sampled_from(PERIODS), values, min_size=1)


SHARE = st.floats(0, 1)
HALF = st.floats(0, 0.5)
ALWAYS = ("mentoring", "halt", "jeugdboa")
"""One intervention of each pillar has always some weight, so that no mix is empty."""

OTHER_LEVERS = {
    "processing_threshold": SHARE,
    "share_limits": HALF,
    "share_authority": HALF,
    "targeting": st.sampled_from([0.0, 1.0, 2.0]),
    "quality_framework": st.sampled_from([0.0, 1.0]),
    "structural": SHARE,
    "stop_intensity": st.floats(0, 5),
    "custody": st.floats(0, 3),
}
EUROS = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e4, MOST_EUROS))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Return a scenario with any levers from 2025 on."""
    values = {f"mix.{name}": st.floats(0.01, 1) if name in ALWAYS else SHARE for name in OF_GEZAG}
    values |= {f"euros.{name}": EUROS for name in OF_GEZAG}
    values |= {f"pillar_euros.{pillar}": EUROS for pillar in GEZAG_PILLARS}
    values |= OTHER_LEVERS
    chosen = draw(st.lists(st.sampled_from(sorted(values)), unique=True, max_size=12))
    own: dict[str, Any] = {name: draw(over_time(values[name])) for name in chosen}
    own["budget"] = draw(over_time(EUROS))
    scenario = make_scenario({}, own, base="geen-programma")
    hours = {f"police.hours.{rule}": draw(over_time(st.floats(0.01, 1))) for rule in HOUR_RULES if draw(st.booleans())}
    if draw(st.booleans()):
        hours["police.hours"] = draw(over_time(st.floats(0.5, 2)))
    return scenario.model_copy(update={"levers": dict(scenario.levers) | hours})


class Ledger:
    """Checks a world after every month against what it was a month before."""

    def __init__(self, model: NeighbourhoodModel) -> None:
        self.model = model
        self.gone: set[int] = set()
        self.dwellings = model.dwellings.life.copy()
        self.totals: dict[str, int] = {}
        self.remember()

    def remember(self) -> None:
        model, people = self.model, self.model.people
        used = people.column("status") != c.FREE
        inside = people.column("status") == c.INSIDE
        self.known = set(people.column("life")[used].tolist())
        self.residents = set(people.column("life")[inside].tolist())
        self.totals = {name: counted(model, name) for name in ("births", "deaths", "inflow", "outflow")}
        held = inside & (people.column("custody_until") > model.month)
        self.held = set(people.column("life")[held].tolist())
        self.posts = {key: stock.posts for key, stock in model.municipality.stocks.items()}

    def step(self) -> None:
        self.model.step()
        before, posts, held, residents = self.totals, self.posts, self.held, self.residents
        known = self.known
        self.remember()
        change = {name: self.totals[name] - before[name] for name in before}
        self.check_lives(known, residents, change)
        self.check_posts(posts)
        self.check_custody(held, residents)

    def check_lives(self, known: set[int], residents: set[int], change: dict[str, int]) -> None:
        """Life ids are unique and never come back; residents change by what was counted."""
        people = self.model.people
        life = people.column("life")[people.column("status") != c.FREE]
        assert np.unique(life).size == life.size
        assert not (self.known & self.gone), "a life id was used again"
        self.gone |= known - self.known
        grown = change["births"] + change["inflow"] - change["deaths"] - change["outflow"]
        assert len(self.residents) - len(residents) == grown
        # nobody who lives elsewhere comes back in, so who is new was born here or moved in
        assert len(self.residents - residents) == change["births"] + change["inflow"]
        assert len(residents - self.residents) == change["deaths"] + change["outflow"]

    def check_posts(self, posts: dict[str, float]) -> None:
        """Posts are paid for, or run off; money is divided to the last euro."""
        municipality, p = self.model.municipality, self.model.p
        for key, stock in municipality.stocks.items():
            assert 0 <= stock.posts <= max(stock.target + SLACK, posts.get(key, 0.0)), key
        paid = sum(stock.target for stock in municipality.stocks.values()) * p["programme.post_cost"]
        assert abs(paid - municipality.budget) <= SLACK * max(municipality.budget, 1.0)

    def check_custody(self, held: set[int], residents: set[int]) -> None:
        """Nobody is sent to custody beyond the places; who moves in brings the rest of a sentence along.

        An ISD placement has places of its own.
        """
        places = self.model.p["register.custody_places"] * self.model.justice.older / 1000
        people, month = self.model.people, self.model.month - 1
        now = (people.column("status") == c.INSIDE) & (people.column("custody_until") > month)
        new = (set(people.column("life")[now].tolist()) & residents) - held
        if new:
            cases = self.model.cases
            isd = cases.column("open") & (cases.column("service") == NUMBER["isd"])
            assert now.sum() <= places + 1 + isd.sum()


def check_homes(model: NeighbourhoodModel) -> None:
    """Everybody has one household, every household one dwelling, and all know of each other."""
    people, households, dwellings = model.people, model.households, model.dwellings
    inside = np.flatnonzero(people.column("status") == c.INSIDE)
    home = people.household[inside]
    assert (home >= 0).all()
    size = np.bincount(home, minlength=households.used)
    assert np.array_equal(size, households.column("size"))
    lived_in = np.flatnonzero(size)
    assert np.unique(households.life[lived_in]).size == lived_in.size
    assert np.array_equal(people.household[households.head[lived_in]], lived_in)
    assert (people.position[households.head[lived_in]] == c.HEAD).all()
    assert (people.position[inside] == c.HEAD).sum() == lived_in.size
    paired = lived_in[households.partner[lived_in] >= 0]
    assert np.array_equal(people.household[households.partner[paired]], paired)
    dwelling = households.dwelling[lived_in]
    assert np.array_equal(dwellings.household[dwelling], lived_in)
    assert (dwellings.column("household") >= 0).sum() == lived_in.size
    of_person = households.dwelling[home]
    assert np.array_equal(people.street[inside], dwellings.street[of_person])
    assert np.array_equal(people.wijk[inside], dwellings.wijk[of_person])
    away = np.flatnonzero(people.column("status") == c.ELSEWHERE)
    assert (people.household[away] == -1).all()
    assert (people.street[away] == -1).all()


def check_children(model: NeighbourhoodModel) -> None:
    """Households know how many of their members are under 18, and the dead and gone have left no trace."""
    people, households = model.people, model.households
    minors = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("age") < 18))
    found = np.bincount(people.household[minors], minlength=households.used)
    assert np.array_equal(found, households.column("children"))
    nobody = np.flatnonzero(people.column("status") == c.FREE)
    assert (people.household[nobody] == -1).all()
    assert (people.life[nobody] == 0).all()


def check_ties(model: NeighbourhoodModel) -> None:
    """Friends are other residents, each named once."""
    people = model.people
    friends = standing_ties(model)
    owner = np.broadcast_to(np.arange(people.used), friends.shape)
    named = friends >= 0
    assert (people.status[owner[named]] == c.INSIDE).all()
    assert (friends[named] != owner[named]).all()
    if model.friends_renewed == model.month - 1:
        assert np.array_equal(friends, people.friends[:, : people.used]), "a tie to somebody gone was not renewed"
        assert named.any()
        ages = people.age[np.stack([friends[named], owner[named]])]
        assert ((ages >= AGES[0]) & (ages < AGES[1])).all()
    ordered = np.sort(friends, axis=0)
    assert not ((ordered[1:] == ordered[:-1]) & (ordered[1:] >= 0)).any()


def check_cases(model: NeighbourhoodModel) -> None:
    """Every case belongs to a living person; who is enrolled lives here, is of age, and has a place."""
    cases, people, p = model.cases, model.people, model.p
    month = model.month - 1
    kept = np.flatnonzero(cases.column("person") >= 0)
    assert (people.status[cases.person[kept]] != c.FREE).all()
    is_open = np.flatnonzero(cases.column("open"))
    assert (cases.person[is_open] >= 0).all()
    person = cases.person[is_open]
    assert (people.status[person] == c.INSIDE).all()
    assert np.isin(cases.service[is_open], [NUMBER[name] for name in (*OFFERED, "isd", "youth_probation")]).all()
    for name in KINDS:
        whose = cases.person[is_open[cases.service[is_open] == NUMBER[name]]]
        assert np.unique(whose).size == whose.size, f"two open cases of {name}"
    for name in OFFERED:
        mine = is_open[cases.service[is_open] == NUMBER[name]]
        low, high = p.table(f"services.{name}_age")
        age = people.age[cases.person[mine]]
        longest = p[f"services.{name}_months"] / 12 + 1
        assert ((age >= low) & (age <= high + longest)).all(), name
        if (cases.start[mine] == month).any():  # a fraction of a place is one now and then
            # who comes in by rounds keeps a place until the next one
            months, rounds = p[f"services.{name}_months"], p["programme.intake_months"] if BY_NAME[name].rounds else 1
            longer = np.ceil(months / rounds) * rounds / months
            assert mine.size <= model.municipality.places(name) * longer + 1, name
    touched = np.zeros(people.used, dtype=bool)
    touched[cases.person[kept]] = True
    touched[model.with_effect] = True  # the last month of a case that has faded away
    others = (people.column("status") != c.FREE) & ~touched
    assert (people.column("effect")[others] == 1.0).all(), "an effect without a case"


def check_market(model: NeighbourhoodModel) -> None:
    """Roles on the drug market are as many as there are at most, and held by young residents who are free."""
    people = model.people
    holders = np.flatnonzero(people.column("role_since") >= 0)
    assert holders.size <= model.roles + 1
    assert model.closed_roles >= 0
    assert (people.status[holders] == c.INSIDE).all()
    assert (people.role_since[holders] < model.month).all()
    assert (people.custody_until[holders] < model.month).all()


def check_trials(model: NeighbourhoodModel) -> None:
    """Who waits for a trial will have it, and nobody else does."""
    people = model.people
    trial = people.column("trial")
    pending = trial != c.LONG_AGO
    assert (trial[pending] >= model.month).all()
    assert (people.column("summoned")[pending] >= 0).all()
    assert (people.column("summoned")[pending] <= trial[pending]).all()
    assert (people.column("trial_place") <= 2).all()
    assert (people.column("status")[pending] != c.FREE).all()


def check_trust_and_streets(model: NeighbourhoodModel) -> None:
    """Trust stays within its bounds, and guardianship is a chance on every street."""
    people, streets = model.people, model.streets
    assert (np.abs(people.column("trust")) <= 2).all()
    assert (people.column("trust")[people.column("status") == c.FREE] == 0).all()
    for name, most in (("stopped", 0.9), ("hot", 1.0), ("problem", 1.0)):
        assert ((streets.column(name) >= 0) & (streets.column(name) <= most + SLACK)).all(), name
    assert np.array_equal(np.sort(streets.column("rank")), np.arange(streets.used))
    for flow in model.places.flow:
        assert 0 <= flow.displaced <= flow.here <= 1
        assert 0 <= flow.away <= 1 - flow.here + SLACK


def check_ties_of_offending(model: NeighbourhoodModel) -> None:
    """Where nobody is named there is no memory of offending together, and nobody remembers what is still to come."""
    people = model.people
    together, friends = people.column("together"), people.column("friends")
    assert (together < model.month).all()
    assert (together[friends < 0] == c.LONG_AGO).all()


@PROVEN
@given(scenario=scenarios())
def test_lives_posts_and_sentences_add_up(small_start: NeighbourhoodModel, scenario: Scenario) -> None:
    ledger = Ledger(small_start.branch(scenario))
    for _ in range(MONTHS):
        ledger.step()
    assert np.array_equal(ledger.model.dwellings.life, ledger.dwellings)
    assert ledger.gone, "nobody left: nothing was proved"


CHECKS = (
    check_homes, check_children, check_ties, check_cases, check_market, check_trials, check_trust_and_streets,
    check_ties_of_offending,
)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
@PROVEN
@given(scenario=scenarios())
def test_every_month_all_is_in_its_place(
    small_start: NeighbourhoodModel, check: Callable[[NeighbourhoodModel], None], scenario: Scenario
) -> None:
    model = small_start.branch(scenario)
    for _ in range(MONTHS):
        model.step()
        check(model)
