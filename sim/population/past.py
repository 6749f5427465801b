"""Gives everybody a past: the same hazards in yearly steps from age 12 to the burn-in, at historical national rates.

A population without records, careers and repeated offenders drifts for twenty years (DESIGN D14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import BURN_IN_START, MONTHS_PER_YEAR, year_of
from sim.draws import F64, TWO32, Bools, Rows, thresholds
from sim.mechanisms.offending import KINDS, history_factor, saturating

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

FIRST_AGE, LAST_AGE = 12, 70
EARLIEST_YEAR = 1970
"""Records from before are of no weight for anybody's chances now."""

ADULT = 18
MOST = 30
"""Most registrations given for one year."""


def live_past(model: NeighbourhoodModel) -> None:
    """Synthesise registrations and convictions up to the start of the burn-in."""
    people = model.people
    born_year = people.column("born").astype(np.int64) // MONTHS_PER_YEAR
    recent = np.zeros(people.used)
    for year in range(EARLIEST_YEAR, year_of(BURN_IN_START)):
        age = year - born_year
        rows = np.flatnonzero((age >= FIRST_AGE) & (age < LAST_AGE))
        if rows.size:
            recent[rows] = _one_year(model, year, rows, age[rows], recent[rows])


def _one_year(model: NeighbourhoodModel, year: int, rows: Rows, age: Rows, recent: F64) -> F64:
    """Live one year; return the latent offences of it, which matter for the next."""
    people, draws, offending = model.people, model.draws, model.offending
    life = people.life[rows]
    own = np.exp(offending.beta["own_recent"] * saturating(recent))
    usual = np.exp(offending.usual_log[people.sex[rows], age])
    level = history_factor(model.p, year) * MONTHS_PER_YEAR * own * usual
    cell = people.sex[rows].astype(np.int64) * 256 + age
    from_month = year * MONTHS_PER_YEAR - model.register.memory
    known = (people.last_registered[rows] >= max(from_month, 0)).astype(np.intp)
    detection = model.register.detection[known, age]
    events, free = np.zeros(rows.size), np.ones(rows.size)
    for kind, personal in zip(KINDS, (people.minor_rate, people.serious_rate), strict=True):
        rate = offending.base[kind][cell] * personal[rows] * level
        events += _geometric(draws.uniform(f"past.offences.{kind}", life, year), rate)
        free *= 1 + rate * model.register.registered[kind] * model.register.cleared[kind] * detection
    times = _geometric(draws.uniform("past.registered", life, year), free - 1).astype(np.int64)
    hit = np.flatnonzero(times)
    who = rows[hit]
    people.registrations[who] = np.minimum(people.registrations[who] + np.minimum(times[hit], MOST), 255)
    people.last_registered[who] = year * MONTHS_PER_YEAR + (draws.bits("past.month", life[hit], year) % np.uint32(12))
    _convict(model, year, who, age[hit], known[hit] > 0)
    return events


def _geometric(u: F64, mean: F64) -> F64:
    """Return geometric counts (0, 1, ...) with the given means."""
    fraction = np.maximum(mean / (1 + mean), 1.0 / TWO32)
    return np.floor(np.log(u) / np.log(fraction))


def _convict(model: NeighbourhoodModel, year: int, rows: Rows, age: Rows, known: Bools) -> None:
    people, p = model.people, model.p
    tried = np.where(age < ADULT, p["register.prosecuted_minors"], p["register.prosecuted_adults"])
    tried = np.where((age < ADULT) & ~known, p["register.formal_share"], tried)
    chance = thresholds(tried * p["register.convicted"])
    guilty = rows[model.draws.happens("past.convicted", people.life[rows], chance, year)]
    people.convictions[guilty] = np.minimum(people.convictions[guilty].astype(np.int64) + 1, 255)
    young = rows[(age < ADULT) & ~known]
    people.halt_done[young[~np.isin(young, guilty)]] = True
