"""Household income: a lasting position, a passing shock, and whether anybody works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, Bools, Rows, threshold, thresholds
from sim.population import columns as c
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PENSION_AGE = 67
LEAST_STAY, MOST_STAY = 0.05, 0.97
LONGEST = 25
"""Years of a spell of low income that are told apart."""


def _has_worker(model: NeighbourhoodModel, members: Rows) -> Bools:
    """Return by household whether any of the given persons works for it."""
    people = model.people
    found = np.zeros(model.households.used, dtype=bool)
    found[people.household[members.compress(people.work[members] == c.EMPLOYED)]] = True
    return found


def _score(model: NeighbourhoodModel, homes: Rows, works: Bools | bool) -> F64:
    """Return the income position of households if somebody works in them or not."""
    households, p = model.households, model.p
    pension = model.people.age[households.head[homes]] >= PENSION_AGE
    score = households.standing[homes].astype(np.float64) + p["income.shock"] * households.shock[homes]
    return np.asarray(score + p["income.work"] * works + p["income.pension"] * (pension & np.logical_not(works)))


def income_score(model: NeighbourhoodModel, homes: Rows) -> F64:
    """Return the income position of households in national SD units of the lasting part."""
    return _score(model, homes, _has_worker(model, members_of(model, homes))[homes])


def review(model: NeighbourhoodModel, birthdays: Rows) -> None:
    """Review household incomes in the month of birth of the head; those who live elsewhere follow national rates."""
    people, households, p, draws = model.people, model.households, model.p, model.draws
    heads = birthdays.compress((people.position[birthdays] == c.HEAD) & (people.status[birthdays] == c.INSIDE))
    homes = people.household[heads].astype(np.intp)
    keep = p["income.shock_persistence"]
    noise = draws.normal("income.shock", households.life[homes], model.month)
    households.shock[homes] = keep * households.shock[homes] + np.sqrt(1 - keep**2) * noise
    _settle(model, homes)
    away = birthdays.compress(people.status[birthdays] == c.ELSEWHERE)
    renewed = away.compress(draws.happens("income.renewed", people.life[away], threshold(1 - keep), model.month))
    chance = p.table("income.elsewhere_low")[(people.work[renewed] == c.EMPLOYED).astype(np.intp)]
    low = draws.happens("income.elsewhere", people.life[renewed], thresholds(chance), model.month)
    people.low_income[renewed] = low


def _settle(model: NeighbourhoodModel, homes: Rows) -> None:
    """Set the income group of households and their members.

    For most of them the group stays what it is, whether anybody works or not: their members are not looked up.
    """
    people, households, line = model.people, model.households, model.income_line
    with_work, without = _score(model, homes, True) < line, _score(model, homes, False) < line
    before = households.low_income[homes]
    unsure = np.flatnonzero((with_work != before) | (without != before))
    asked = homes[unsure]
    members = members_of(model, asked)
    works = _has_worker(model, members)[asked]
    low = np.where(works, with_work[unsure], without[unsure])
    households.low_since[asked.compress(low & ~households.low_income[asked])] = model.month
    households.low_since[asked.compress(~low)] = c.LONG_AGO
    households.low_income[asked] = low
    people.low_income[members] = households.low_income[people.household[members]]


def first_incomes(model: NeighbourhoodModel) -> None:
    """Set every household's income group at the base date."""
    households, p = model.households, model.p
    homes = np.flatnonzero(households.column("size") > 0)
    _settle(model, homes)
    low = homes[households.low_income[homes]]
    # spells in progress: each year the passing part is drawn anew, and most stay below the line
    works = _has_worker(model, members_of(model, low))[low]
    lasting = _score(model, low, works) - p["income.shock"] * households.shock[low]
    stays = np.clip(ndtr((model.income_line - lasting) / p["income.shock"]), LEAST_STAY, MOST_STAY)
    years = np.log(model.draws.uniform("income.low_since", households.life[low])) / np.log(stays)
    households.low_since[low] = model.month - np.minimum(years, LONGEST) * MONTHS_PER_YEAR


def social_minimum(model: NeighbourhoodModel, homes: Rows) -> F64:
    """Return the social minimum of households, in euros a year."""
    households, p = model.households, model.p
    couple = (households.partner[homes] >= 0).astype(np.intp)
    return np.asarray(p.table("income.norms")[couple] + p["income.child"] * households.children[homes])


def components(model: NeighbourhoodModel, homes: Rows) -> dict[str, F64]:
    """Return the disposable income of households in euros a year, by where it comes from.

    Returns:
        ``work``, ``pension``, ``welfare``, ``other`` (other benefits) and ``none`` (students, and who claims nothing);
        each household has one source, the others are zero.
    """
    people, households, p = model.people, model.households, model.p
    head = households.head[homes]
    works = _has_worker(model, members_of(model, homes))[homes]
    old = people.age[head] >= PENSION_AGE
    more = p.table("income.equivalence")
    adults = households.size[homes].astype(np.float64) - households.children[homes]
    size = 1 + more[0] * (adults - 1) + more[1] * households.children[homes]
    score = _score(model, homes, works)
    least = social_minimum(model, homes)
    market = np.maximum(p["income.median"] * size * np.exp(p["income.spread"] * score), least)
    on_welfare = ~works & (households.welfare_since[homes] >= 0)
    other = ~works & ~old & ~on_welfare & has_other_benefit(model, homes)
    left = ~works & ~old & ~on_welfare & ~other
    low = np.where(people.enrolled[head], p["income.student"], p["income.nothing"])
    return {
        "work": np.where(works, market, 0.0),
        "pension": np.where(~works & old, market, 0.0),
        "welfare": np.where(on_welfare, least, 0.0),
        "other": np.where(other, p["income.other_benefit"] * least, 0.0),
        "none": np.where(left, low * least, 0.0),
    }


def has_other_benefit(model: NeighbourhoodModel, homes: Rows) -> Bools:
    """Return which households would live on another benefit or on means of their own, were nobody at work."""
    head = model.households.head[homes]
    share = threshold(model.p["welfare.other_benefit"])
    recent = model.people.work_since[head] > model.month - model.p["welfare.unemployment_months"]
    return np.asarray(recent | model.draws.happens("welfare.other", model.people.life[head], share))
