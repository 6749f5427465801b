"""Services for work: people in them find paid work more often; part of those jobs another seeker would have had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, Rows, threshold, thresholds
from sim.mechanisms.arrays import runs
from sim.mechanisms.welfare import review_welfare, support
from sim.population import columns as c
from sim.programme.catalogue import ENDS_UNEMPLOYMENT, FINDS_WORK, NUMBER

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


def place_in_work(model: NeighbourhoodModel) -> None:
    """Let people in services for work find a job, on top of what they would find by themselves."""
    p = model.p
    for kind in FINDS_WORK:
        rows = _without_work(model, kind)
        if rows.size:
            usual = model.employers.chances(rows) * p["work.turnover"] / MONTHS_PER_YEAR
            extra = p[f"services.{kind}_gain"] * (p[f"services.{kind}_employment"] - 1) * usual
            _place(model, kind, rows, extra)
    for kind in ENDS_UNEMPLOYMENT:
        rows = _without_work(model, kind)
        if rows.size:
            months = p[f"services.{kind}_months"]
            monthly = 1 - p[f"services.{kind}_unemployment"] ** (p[f"services.{kind}_gain"] / months)
            _place(model, kind, rows, np.full(rows.size, monthly))


def _without_work(model: NeighbourhoodModel, kind: str) -> Rows:
    """Return who is in a service and has no work."""
    cases, people = model.cases, model.people
    mine = cases.column("open") & (cases.column("service") == NUMBER[kind])
    rows = cases.column("person").compress(mine).astype(np.intp)
    return rows[(people.work[rows] != c.EMPLOYED) & (people.wijk[rows] != c.NOWHERE)]


def _place(model: NeighbourhoodModel, kind: str, rows: Rows, chance: F64) -> None:
    people = model.people
    found = rows[model.draws.happens(f"work.{kind}", people.life[rows], thresholds(chance), model.month)]
    _displace(model, found)
    people.work[found] = c.EMPLOYED
    people.work_since[found] = model.month
    _tell_welfare(model, found)


def _displace(model: NeighbourhoodModel, found: Rows) -> None:
    """Book whom extra placements displace; here it is somebody who found work last month."""
    people = model.people
    taken = model.draws.happens(
        "work.displaces", people.life[found], threshold(model.p["work.displacement"]), model.month
    )
    if not taken.any():
        return
    model.counts.add_money("jobs_displaced", float(taken.sum()))
    seekers = np.flatnonzero(people.column("work_since") == model.month - 1)
    seekers = seekers[(people.work[seekers] == c.EMPLOYED) & (people.status[seekers] == c.INSIDE)]
    queue = model.draws.order("queue.displaced", people.life[seekers], model.month)
    loses = seekers[np.argsort(queue, kind="stable")[: int(taken.sum())]]
    people.work[loses] = c.NOT_WORKING
    people.secure_job[loses] = False
    people.work_since[loses] = model.month
    _tell_welfare(model, loses)


def _tell_welfare(model: NeighbourhoodModel, rows: Rows) -> None:
    """Let the households of who found or lost work be looked at for welfare."""
    people = model.people
    support(model, rows)
    homes = people.household[rows[people.status[rows] == c.INSIDE]].astype(np.intp)
    review_welfare(model, runs(np.sort(homes))[0])
