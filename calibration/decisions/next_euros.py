"""What the next 100,000 euros a year would do, line by line: what comes of it, and what stays unspent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from calibration.decisions.gains import KEY, Floats, gains_of
from results.comparison import EVERYBODY
from scenarios.design import CENTRAL_DRAW, Design
from scenarios.design_file import ALWAYS, parse_design
from scenarios.variants import vary
from sim.areas.keys import area_keys
from sim.calendar import MONTHS_PER_YEAR, month_label
from sim.parameters import load_parameters
from sim.programme.budget import budget_of
from sim.programme.catalogue import GEZAG, LINES
from sim.scenario import Scenario

EUROS = 100_000.0
"""What is added to a line, a year."""

YOUTHS = ("registered_suspects_12_24_per_10k", "place")
"""What else is told of it: whose outcome, and of whom."""

MONEY_VIEW = "place"
SPENT, IDLE, POSTS, PLACES = (
    "programme_euros_spent",
    "programme_euros_idle",
    "programme_posts_filled",
    "programme_places",
)
PLAIN_ERRORS = 2.0
"""Standard errors beyond which a mean is told from nothing."""


def lines() -> tuple[str, ...]:
    """Return the lines that a municipality may add to; the alliance is paid for by all of them."""
    return tuple(line.name for line in LINES if line.mix or line.name == GEZAG)


def option(line: str) -> str:
    """Return the id of the scenario with more for a line."""
    return f"more-{line.replace('_', '-')}"


def same_amounts(scenario: Scenario, area: str, years: int) -> Scenario:
    """Return a scenario in which an area has amounts of its own: those that reach it anyhow at central parameters."""
    return _with_amounts(scenario, scenario.id, area, years, "", 0.0)


def more_for(scenario: Scenario, area: str, years: int, line: str) -> Scenario:
    """Return a scenario in which one line has 100,000 euros a year more in an area, from its start on."""
    return _with_amounts(scenario, option(line), area, years, line, EUROS)


def _with_amounts(scenario: Scenario, name: str, area: str, years: int, line: str, more: float) -> Scenario:
    parameters, keys, schedule = load_parameters(CENTRAL_DRAW, area), area_keys(area), scenario.schedule(area)
    amounts: dict[str, dict[str, float]] = {}
    for each in lines():
        periods = amounts[f"programme.{each}.budget"] = {}
        last = None
        for month in range(scenario.start_month, scenario.start_month + years * MONTHS_PER_YEAR):
            value = budget_of(schedule, month, each, keys, parameters) + (more if each == line else 0.0)
            if value != last:
                periods[month_label(month)] = last = value
    return vary(scenario, name, {}, {area: amounts})


def next_design(scenario: Scenario, area: str, years: int, seeds: Sequence[int], sample: float) -> Design:
    """Return the design that lives a scenario as it is, and with more for each line.

    Args:
        scenario: what is added to.
        area: area id.
        years: years to live.
        seeds: seeds of the worlds.
        sample: share of the streets.
    """
    base = same_amounts(scenario, area, years)
    listed = (*(more_for(scenario, area, years, line) for line in lines()), base)
    design = Design(listed, base.id, (area,), (CENTRAL_DRAW,), tuple(seeds), sample, years, ALWAYS, id="next")
    return parse_design(design.to_toml(), "next", {one.id: one for one in listed}.__getitem__)


@dataclass(frozen=True)
class NextEuros:
    """What 100,000 euros a year more do in one line, in a mean year; means over seeds.

    Attributes:
        line: name of the line.
        spent: share of the money that is spent.
        idle: euros a year for capacity that nobody uses.
        posts: posts filled more.
        vacant: posts the money pays for that stay vacant.
        places: places more.
        per_euro: what society gains for every euro that was given, discounted, its cost taken off.
        youths: change in suspects of 12 to 24 per 10,000.
        plain: whether the balance is told from chance.
        plain_youths: the same of the suspects.
    """

    line: str
    spent: float
    idle: float
    posts: float
    vacant: float
    places: float
    per_euro: float
    youths: float
    plain: bool
    plain_youths: bool


def next_euros(outcomes: pd.DataFrame, base: str, area: str) -> list[NextEuros]:
    """Return what more money does, line by line.

    Args:
        outcomes: rows of a finished design of :func:`next_design`.
        base: id of the scenario that is added to.
        area: area id.

    Raises:
        NothingLeft: when no world is whole.
    """
    options = [option(line) for line in lines()]
    seeds = outcomes["seed"].nunique()
    gains = gains_of(outcomes, options, base, (area,), seeds)
    seen = [seed for _, seed in gains.worlds]
    rows = outcomes[(outcomes["group"] == EVERYBODY) & outcomes["seed"].isin(seen)]
    years = rows["year"].nunique()
    cost = load_parameters(CENTRAL_DRAW, area)["programme.post_cost"]
    found = []
    for place, line in enumerate(lines(), start=1):
        added = {name: _added(rows, options[place - 1], base, name) for name in (SPENT, IDLE, POSTS, PLACES)}
        worth = gains.euros[:, place] * gains.residents
        youths = _rate(rows, options[place - 1], base)
        found.append(
            NextEuros(
                line=line,
                spent=added[SPENT] / EUROS,
                idle=added[IDLE],
                posts=added[POSTS],
                vacant=max(EUROS - added[SPENT], 0.0) / cost,
                places=added[PLACES],
                per_euro=float(worth.mean() / (EUROS * years)),
                youths=float(youths.mean()),
                plain=_plain(worth),
                plain_youths=_plain(youths),
            )
        )
    return found


def _added(rows: pd.DataFrame, scenario: str, base: str, outcome: str) -> float:
    """Return what a scenario has more in a mean year, over seeds."""
    part = rows[(rows["outcome"] == outcome) & (rows["view"] == MONEY_VIEW)]
    sides = [part.loc[part["scenario"] == name, "numerator"].sum() for name in (scenario, base)]
    return float((sides[0] - sides[1]) / (rows["year"].nunique() * rows["seed"].nunique()))


def _rate(rows: pd.DataFrame, scenario: str, base: str) -> pd.Series:
    """Return by seed the difference of the outcome of youths over all years together."""
    outcome, view = YOUTHS
    part = rows[(rows["outcome"] == outcome) & (rows["view"] == view)]
    sides = []
    for name in (scenario, base):
        sums = part[part["scenario"] == name].groupby(KEY)[["expected_numerator", "denominator"]].sum()
        sides.append(sums["expected_numerator"] / sums["denominator"])
    return sides[0] - sides[1]


def _plain(values: pd.Series | Floats) -> bool:
    """Return whether a mean over seeds lies further from nought than chance explains; never of one seed."""
    listed = np.asarray(values, dtype=float)
    if len(listed) == 1:
        return False
    error = listed.std(ddof=1) / sqrt(len(listed))
    return bool(abs(listed.mean()) > PLAIN_ERRORS * error)
