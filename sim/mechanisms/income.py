"""Household income: a lasting position, a passing shock, and whether anybody works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import F64, Bools, Rows, threshold, thresholds
from sim.population import columns as c
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PENSION_AGE = 67


def _has_worker(model: NeighbourhoodModel, members: Rows) -> Bools:
    """Return by household whether any of the given persons works for it."""
    people = model.people
    found = np.zeros(model.households.used, dtype=bool)
    found[people.household[members[people.work[members] == c.EMPLOYED]]] = True
    return found


def income_score(model: NeighbourhoodModel, homes: Rows, members: Rows | None = None) -> F64:
    """Return the income position of households in national SD units of the lasting part.

    Args:
        model: the world.
        homes: the households.
        members: everybody who belongs to them; looked up when not given.
    """
    people, households, p = model.people, model.households, model.p
    members = members_of(model, homes) if members is None else members
    head = households.head[homes]
    works = _has_worker(model, members)[homes]
    pension = people.age[head] >= PENSION_AGE
    score = households.standing[homes].astype(np.float64) + p["income.shock"] * households.shock[homes]
    return np.asarray(score + p["income.work"] * works + p["income.pension"] * (pension & ~works))


def review(model: NeighbourhoodModel, birthdays: Rows) -> None:
    """Review household incomes in the month of birth of the head; those who live elsewhere follow national rates."""
    people, households, p, draws = model.people, model.households, model.p, model.draws
    heads = birthdays[(people.position[birthdays] == c.HEAD) & (people.status[birthdays] == c.INSIDE)]
    homes = people.household[heads].astype(np.intp)
    members = members_of(model, homes)
    keep = p["income.shock_persistence"]
    noise = draws.normal("income.shock", households.life[homes], model.month)
    households.shock[homes] = keep * households.shock[homes] + np.sqrt(1 - keep**2) * noise
    households.low_income[homes] = income_score(model, homes, members) < model.income_line
    people.low_income[members] = households.low_income[people.household[members]]
    away = birthdays[people.status[birthdays] == c.ELSEWHERE]
    renewed = away[draws.happens("income.renewed", people.life[away], threshold(1 - keep), model.month)]
    chance = p.table("income.elsewhere_low")[(people.work[renewed] == c.EMPLOYED).astype(np.intp)]
    low = draws.happens("income.elsewhere", people.life[renewed], thresholds(chance), model.month)
    people.low_income[renewed] = low


def first_incomes(model: NeighbourhoodModel) -> None:
    """Set every household's income group at the base date."""
    homes = np.flatnonzero(model.households.column("size") > 0)
    people, households = model.people, model.households
    members = members_of(model, homes)
    households.low_income[homes] = income_score(model, homes, members) < model.income_line
    people.low_income[members] = households.low_income[people.household[members]]
