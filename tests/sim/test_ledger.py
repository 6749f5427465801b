"""The ledger adds up to the cent with the budgets, and a pure exchange of residents brings nobody anything."""

import numpy as np
import pytest
from small_worlds import ALL_LINES, everything, live, make_scenario

from sim.calendar import MONTHS_PER_YEAR
from sim.ledger import Flows
from sim.model import NeighbourhoodModel
from sim.outcomes_domains import FLOWS
from sim.population import columns as c
from sim.programme.catalogue import LINES

YEARS = 6
"""Long enough for the first homes to be finished."""

CENT = 0.01


@pytest.fixture(scope="module")
def lived(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return live(small_start.branch(everything()), YEARS * MONTHS_PER_YEAR)


def of_lines(money: dict[str, float], name: str) -> float:
    return sum(money.get(f"{name}:{line.name}", 0.0) for line in LINES)


def test_every_euro_spent_is_of_a_line_or_overhead(lived: NeighbourhoodModel) -> None:
    grants = 0.0
    for number, year in lived.counts.years.items():
        money = year.money
        overhead = lived.p["alliance.overhead_euros"] * lived.care.residents
        assert of_lines(money, "line_spent") == pytest.approx(money["euros_spent"], abs=CENT), number
        assert money["line_spent:alliantie"] == pytest.approx(overhead, abs=CENT)
        assert of_lines(money, "line_spent") == pytest.approx(money["line_spent"], abs=CENT)
        grants += money["grants_paid"]
    assert grants > 0, "no home was finished: nothing was proved of grants"


def test_every_euro_spent_is_for_who_was_here_or_came_later(lived: NeighbourhoodModel) -> None:
    """Grants belong to homes and stand apart."""
    for number, year in lived.counts.years.items():
        money = year.money
        of_people = money["spent_followed"] + money["overhead_followed"] + money["spent_later"]
        assert of_people + money["grants_paid"] == pytest.approx(money["euros_spent"], abs=CENT), number
        for line in ALL_LINES:
            if line != "alliantie":
                grants = money["grants_paid"] if line == "volkshuisvesting" else 0.0
                found = money[f"spent_followed:{line}"] + money[f"spent_later:{line}"] + grants
                assert found == pytest.approx(money[f"line_spent:{line}"], abs=CENT), (number, line)


def test_every_euro_of_the_budget_is_of_a_line(lived: NeighbourhoodModel) -> None:
    """Less is spent than there is: vacancies, grants not yet paid, money of the alliance beyond its cost."""
    whole = sum(ALL_LINES.values()) * lived.fraction
    for number, year in lived.counts.years.items():
        assert of_lines(year.money, "line_budget") == pytest.approx(year.money["euros_budget"], abs=CENT), number
        assert year.money["euros_budget"] == pytest.approx(whole, abs=CENT)
    last = max(lived.counts.years)
    for line, euros in ALL_LINES.items():
        if line not in ("volkshuisvesting", "alliantie"):
            spent = lived.counts.years[last].money[f"line_spent:{line}"]
            assert 0.5 * euros * lived.fraction < spent < euros * lived.fraction, line


def test_spent_by_intervention_is_what_was_spent(lived: NeighbourhoodModel) -> None:
    for year in lived.counts.years.values():
        money = year.money
        parts = sum(amount for name, amount in money.items() if name.startswith("euros_spent:"))
        overhead = lived.p["alliance.overhead_euros"] * lived.care.residents
        assert parts + overhead == pytest.approx(money["euros_spent"], abs=CENT)
        replacing = sum(amount for name, amount in money.items() if name.startswith("euros_replacing:"))
        assert replacing == pytest.approx(money["euros_replacing"], abs=CENT)
        of_posts = money["euros_spent"] - overhead - money["grants_paid"]
        assert replacing == pytest.approx(of_posts * (1 - lived.p["programme.additionality"]), abs=CENT)


def test_what_homes_cost_is_paid_by_somebody(lived: NeighbourhoodModel) -> None:
    p = lived.p
    for year in lived.counts.years.values():
        money = year.money
        private = money["homes_paid_households"] + money["homes_paid_corporaties"]
        works = money["homes_improved"] * p["homes.total"]
        assert private + money["grants_paid"] == pytest.approx(works, abs=CENT)
        assert money["grants_paid"] == pytest.approx(money["homes_improved"] * p["homes.grant"], abs=CENT)


def test_what_one_ledger_holds_the_other_holds(lived: NeighbourhoodModel) -> None:
    """Transfers cancel: what payers pay and get is what society does, but for what no payer's purse holds.

    Health (QALYs) is nobody's money; homes are paid at once and used over years; what replaces regular budget is a
    cost of the line and a gain of the municipality.
    """
    for number, year in lived.counts.years.items():
        amounts = Flows(lived.counts, number, year).amounts
        society = sum(amounts[f"society_{name}"] for name in FLOWS["society"] if name not in ("health", "homes"))
        paid = ("homes_paid_households", "homes_paid_corporaties", "grants_paid")
        payers = sum(amounts[f"payer_{name}"] for name in FLOWS["payer"]) + sum(year.money[name] for name in paid)
        assert payers == pytest.approx(society, abs=1.0)
        assert amounts.keys() == {f"{side}_{name}" for side, lines in FLOWS.items() for name in lines} | {"later"}


def test_gains_are_positive_and_costs_negative(lived: NeighbourhoodModel) -> None:
    for number, year in lived.counts.years.items():
        amounts = Flows(lived.counts, number, year).amounts
        assert amounts["society_work"] > 0
        for name in FLOWS["society"]:
            if name != "work":
                assert amounts[f"society_{name}"] <= 0, name
        for name in ("programme", "overhead", "crime", "justice", "care", "health", "benefits", "debt", "school"):
            assert amounts[f"society_{name}"] < 0, name


def test_flows_are_of_the_persons_who_lived_here_at_the_start(
    small_start: NeighbourhoodModel, lived: NeighbourhoodModel
) -> None:
    """States of persons are added up by hand over the last quarter's readings."""
    people, counts = lived.people, lived.counts
    year = counts.years[max(counts.years)]
    known = (people.column("status") != c.FREE) & (people.column("start_band") > 0)
    weight = np.where(people.column("status") == c.INSIDE, 1.0, 1 / lived.elsewhere_share)
    ill = float(weight[known & people.column("ill")].sum())
    cells = counts.cells_of_view("people")
    counted = float((year.counts["quarters_ill"][cells] * counts.weight()[cells]).sum()) / 4
    assert counted == pytest.approx(ill, rel=0.05), "a year's mean is near its end"
    rows = {r["outcome"]: r for r in lived.outcome_rows() if r["year"] == max(counts.years) and r["view"] == "people"}
    lived_here = np.count_nonzero(small_start.people.column("status") == c.INSIDE) / lived.fraction
    assert rows["residents_at_start"]["numerator"] == pytest.approx(lived_here)
    amounts = Flows(counts, max(counts.years), year).amounts
    for side, lines in FLOWS.items():
        for name in lines:
            value = rows[f"flow_{side}_{name}"]["value"]
            assert value == pytest.approx(amounts[f"{side}_{name}"] / lived.fraction)


# --- an exchange of residents


@pytest.fixture(scope="module")
def exchange(small_start: NeighbourhoodModel) -> dict[str, dict[int, dict[str, float]]]:
    """Flows by year where newcomers in corporatie homes come as they come, and where they must have work."""
    found = {}
    for name, required in (("usual", 0.0), ("exchange", 1.0)):
        levers = {"housing.work_required": {"2025-01": required}}
        model = live(small_start.branch(make_scenario({}, levers, base="geen-programma")), 36)
        found[name] = {number: Flows(model.counts, number, year).amounts for number, year in model.counts.years.items()}
        found[name]["employed"] = {  # type: ignore[index]
            r["year"]: r["value"]
            for r in model.outcome_rows()
            if r["outcome"] == "employed_share" and r["view"] == "place"
        }
    return found


def test_a_pure_exchange_moves_the_place_and_not_the_ledger(
    exchange: dict[str, dict[int, dict[str, float]]],
) -> None:
    """Other people live here; what happens to those who lived here at the start hardly changes.

    They have other neighbours: friends, queues, jobs and crime on their street. In the first year that is some
    thousandths of a flow, in the third at most two hundredths.
    """
    usual, other = exchange["usual"], exchange["exchange"]
    assert other["employed"][2027] > usual["employed"][2027] + 0.002
    for year, most in ((2025, 0.003), (2026, 0.01), (2027, 0.02)):
        for name in FLOWS["society"]:
            one, two = usual[year][f"society_{name}"], other[year][f"society_{name}"]
            # the part of the programme's money that goes to who was here follows the mix of residents
            assert two == pytest.approx(one, rel=most, abs=1_000.0), (year, name)
    for name in ("homes", "overhead"):
        assert usual[2025][f"society_{name}"] == other[2025][f"society_{name}"]
