"""Euros: no more is spent than there is, what stops runs off, and more money never buys less."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import live, make_scenario, make_world

from sim.calendar import month_label
from sim.model import NeighbourhoodModel

SLACK = 1e-6
MOST_EUROS = 6_000_000.0
SHARE = st.floats(0, 0.8)
"""What is left beside the usual share for authority."""

PROVEN = settings(max_examples=8, deadline=None, derandomize=True)


@PROVEN
@given(
    budgets=st.lists(st.floats(0, MOST_EUROS), min_size=3, max_size=3).map(sorted),
    share=SHARE,
    sample=st.sampled_from([0.05, 0.1]),
)
def test_no_more_is_spent_than_there_is(budgets: list[float], share: float, sample: float) -> None:
    """Where no older money runs off: spent stays within the budget, a stated part replaces other money."""
    periods = dict(zip(("2022-01", "2022-08", "2023-01"), budgets, strict=True))
    scenario = make_scenario({"share_limits": {"2022-01": share}}, {"budget": periods}, start="2022-01")
    start = make_world(scenario=None, sample=sample)
    model = live(start.branch(scenario), 24)
    rows = {(row["year"], row["outcome"]): row["value"] for row in model.outcome_rows()}
    for year, paid in ((2022, (7 * budgets[0] + 5 * budgets[1]) / 12), (2023, budgets[2])):
        budget, spent = rows[year, "programme_euros_budget"], rows[year, "programme_euros_spent"]
        assert abs(budget - paid) <= SLACK * max(paid, 1.0)
        assert 0 <= spent <= budget * (1 + SLACK)
        replacing = rows[year, "programme_euros_replacing_regular"]
        assert abs(replacing - spent * (1 - model.p["programme.additionality"])) <= SLACK * max(spent, 1.0)
        assert rows[year, "programme_posts_filled"] * model.p["programme.post_cost"] <= budget * (1 + SLACK)


def test_money_that_stops_runs_off_and_never_grows(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(make_scenario({}, base="geen-programma"))
    spent = []
    for _ in range(24):
        model.step()
        spent.append(sum(stock.euros(model.p) for stock in model.municipality.stocks.values()))
    assert spent[0] > 0
    assert all(later <= earlier for earlier, later in pairwise(spent))
    assert spent[-1] < 0.01 * spent[0]


def test_a_smaller_budget_never_buys_more_than_a_larger_one(small_start: NeighbourhoodModel) -> None:
    """Nothing, one euro, half and all of the money: posts after three months are in that order."""
    posts = []
    for euros in (0.0, 1.0, 100_000.0, 400_000.0):
        own = {"budget": {month_label(small_start.month): euros}}
        model = live(small_start.branch(make_scenario({}, own, base="geen-programma")), 3)
        posts.append(sum(stock.posts for stock in model.municipality.stocks.values()))
    assert posts == sorted(posts)
