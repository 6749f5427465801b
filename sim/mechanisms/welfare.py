"""Welfare (bijstand): households without work and without other benefits, as far as they ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Bools, Rows, threshold
from sim.mechanisms.income import PENSION_AGE, has_other_benefit
from sim.population import columns as c
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

ADULT = 18
SUPPORTED_AGES = (18, 27)


def entitled(model: NeighbourhoodModel, homes: Rows) -> Bools:
    """Return which households have a right to welfare: nobody works, of working age, no other benefit or means."""
    people, households = model.people, model.households
    head, partner = households.head[homes], households.partner[homes]
    age = people.age[head]
    works = (people.work[head] == c.EMPLOYED) | ((partner >= 0) & (people.work[partner] == c.EMPLOYED))
    of_age = (age >= ADULT) & (age < PENSION_AGE) & ~people.enrolled[head]
    # who lost work lives on unemployment benefit first, others on another benefit for good
    return np.asarray(~works & of_age & ~has_other_benefit(model, homes))


def review_welfare(model: NeighbourhoodModel, homes: Rows) -> None:
    """Let households that have a right to welfare ask for it, and others leave it."""
    people, households, p, month = model.people, model.households, model.p, model.month
    right = entitled(model, homes)
    since = households.welfare_since[homes]
    asks = threshold(p["welfare.take_up"])
    life = people.life[households.head[homes]]
    enters = right & (since < 0) & model.draws.happens("welfare.take_up", life, asks)
    # who stays on without work may leave for another reason: another benefit, a partner, a lasting stay elsewhere
    other = right & (since >= 0) & model.draws.happens("welfare.exit", life, threshold(p["welfare.other_exit"]), month)
    leaves = (since >= 0) & ~right | other
    households.welfare_since[homes.compress(enters)] = month
    households.welfare_since[homes[leaves]] = c.LONG_AGO
    changed = homes.compress(enters | leaves)
    tell_members(model, changed)


def tell_members(model: NeighbourhoodModel, homes: Rows) -> None:
    """Write to the members of households whether they are on welfare."""
    if homes.size == 0:
        return
    people, households = model.people, model.households
    rows = members_of(model, homes)
    people.welfare[rows] = households.welfare_since[people.household[rows]] >= 0
    support(model, rows)


def support(model: NeighbourhoodModel, rows: Rows) -> None:
    """Note which young adults live on welfare without work or school."""
    people = model.people
    age = people.age[rows]
    young = (age >= SUPPORTED_AGES[0]) & (age < SUPPORTED_AGES[1])
    idle = ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED)
    people.supported[rows] = young & idle & people.welfare[rows]


def welfare_elsewhere(model: NeighbourhoodModel, birthdays: Rows) -> None:
    """Renew, in the month of birth, who of those elsewhere lives on welfare: by the same rules, as if single."""
    people, p, draws = model.people, model.p, model.draws
    rows = birthdays[people.status[birthdays] == c.ELSEWHERE]
    life, age = people.life[rows], people.age[rows]
    right = (people.work[rows] != c.EMPLOYED) & ~people.enrolled[rows] & (age >= ADULT) & (age < PENSION_AGE)
    right &= people.work_since[rows] <= model.month - p["welfare.unemployment_months"]
    right &= ~draws.happens("welfare.other", life, threshold(p["welfare.other_benefit"]))
    people.welfare[rows] = right & draws.happens("welfare.take_up", life, threshold(p["welfare.take_up"]))
    support(model, rows)


def first_welfare(model: NeighbourhoodModel) -> None:
    """Put households on welfare at the base date, since as long as their head is out of work."""
    people, households, p = model.people, model.households, model.p
    homes = np.flatnonzero(households.column("size") > 0)
    right = entitled(model, homes)
    life = people.life[households.head[homes]]
    on = homes[right & model.draws.happens("welfare.take_up", life, threshold(p["welfare.take_up"]))]
    spell = -np.log(model.draws.uniform("welfare.base_since", households.life[on])) / p["welfare.other_exit"]
    lasted = np.minimum(spell * MONTHS_PER_YEAR, model.month - people.work_since[households.head[on]])
    households.welfare_since[on] = np.maximum(model.month - np.maximum(lasted, 0), 0)
    tell_members(model, homes)
