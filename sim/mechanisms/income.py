"""Household income: a lasting position, a passing shock, and whether anybody works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64, Rows, thresholds
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PENSION_AGE = 67


def income_score(model: NeighbourhoodModel, homes: Rows) -> F64:
    """Return the income position of households in national SD units of the lasting part."""
    people, households, p = model.people, model.households, model.p
    head = households.head[homes]
    works = model.workers_per_household()[homes] > 0
    pension = people.age[head] >= PENSION_AGE
    score = households.standing[homes].astype(np.float64) + p["income.shock"] * households.shock[homes]
    return np.asarray(score + p["income.work"] * works + p["income.pension"] * (pension & ~works))


def review(model: NeighbourhoodModel, birthdays: Rows) -> None:
    """Review household incomes in the month of birth of the head; those who live elsewhere follow national rates."""
    people, households, p, draws = model.people, model.households, model.p, model.draws
    heads = birthdays[(people.position[birthdays] == c.HEAD) & (people.status[birthdays] == c.INSIDE)]
    homes = people.household[heads].astype(np.intp)
    keep = p["income.shock_persistence"]
    noise = draws.normal("income.shock", households.life[homes], model.month)
    households.shock[homes] = keep * households.shock[homes] + np.sqrt(1 - keep**2) * noise
    households.low_income[homes] = income_score(model, homes) < model.income_line
    settle_persons(model)
    away = birthdays[people.status[birthdays] == c.ELSEWHERE]
    chance = p.table("income.elsewhere_low")[(people.work[away] == c.EMPLOYED).astype(np.intp)]
    renewed = draws.happens("income.renewed", people.life[away], thresholds(np.array(1 - keep)), model.month)
    low = draws.happens("income.elsewhere", people.life[away], thresholds(chance), model.month)
    people.low_income[away[renewed]] = low[renewed]


def settle_persons(model: NeighbourhoodModel) -> None:
    """Write the income of the household to its members."""
    people = model.people
    inside = people.column("status") == c.INSIDE
    low = model.households.low_income.take(people.column("household"), mode="wrap")
    np.copyto(people.low_income[: people.used], low, where=inside)


def first_incomes(model: NeighbourhoodModel) -> None:
    """Set every household's income group at the base date."""
    homes = np.flatnonzero(model.households.column("size") > 0)
    model.households.low_income[homes] = income_score(model, homes) < model.income_line
    settle_persons(model)
