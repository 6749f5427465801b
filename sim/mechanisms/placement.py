"""Supported work: people in it find paid work more often; part of those jobs another seeker would have had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Rows, threshold, thresholds
from sim.mechanisms.work import employment_chance
from sim.population import columns as c
from sim.programme.catalogue import NUMBER

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


def place_in_work(model: NeighbourhoodModel) -> None:
    """Let people in supported work find a job, on top of what they would find by themselves."""
    cases, people, p = model.cases, model.people, model.p
    mine = cases.column("open") & (cases.column("service") == NUMBER["supported_work"])
    rows = cases.column("person")[mine].astype(np.intp)
    rows = rows[(people.work[rows] != c.EMPLOYED) & (people.wijk[rows] != c.NOWHERE)]
    if rows.size == 0:
        return
    usual = employment_chance(people, rows, model.calibration, p) * p["work.turnover"] / MONTHS_PER_YEAR
    gain = p["services.supported_work_gain"] * (p["services.supported_work_employment"] - 1)
    extra = gain * usual
    found = rows[model.draws.happens("work.supported", people.life[rows], thresholds(extra), model.month)]
    _displace(model, found)
    people.work[found] = c.EMPLOYED
    people.work_since[found] = model.month


def _displace(model: NeighbourhoodModel, found: Rows) -> None:
    """Book whom extra placements displace; here it is somebody who found work last month."""
    people = model.people
    taken = model.draws.happens(
        "work.supported_displaces", people.life[found], threshold(model.p["work.displacement"]), model.month
    )
    if not taken.any():
        return
    model.employers.displaced += float(taken.sum())
    model.counts.add_money("jobs_displaced", float(taken.sum()))
    seekers = np.flatnonzero(people.column("work_since") == model.month - 1)
    seekers = seekers[(people.work[seekers] == c.EMPLOYED) & (people.status[seekers] == c.INSIDE)]
    queue = model.draws.order("queue.displaced", people.life[seekers], model.month)
    loses = seekers[np.argsort(queue, kind="stable")[: int(taken.sum())]]
    people.work[loses] = c.NOT_WORKING
    people.work_since[loses] = model.month
