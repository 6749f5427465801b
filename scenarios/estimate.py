"""What a design costs before it is run: time, memory and disk, from what runs cost when they were measured.

The figures were measured by hand on 2026-11-22 with runs of one to six years in Vlaardingen-Westwijk and Den Haag
Zuidwest, at 2 to 100 per cent of the streets, on one processor of 2.3 GHz (Python 3.11); another machine may take half
or twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.design import Design, Task
from sim.areas import load_area
from sim.calendar import MONTHS_PER_YEAR

START_SECONDS = 4.0
"""To start a worker and import the model."""

BUILD_SECONDS, BUILD_SECONDS_PER_PERSON = 0.33, 1.1e-4
"""To synthesise a world with its past and burn-in; per person simulated."""

MONTH_SECONDS, MONTH_SECONDS_PER_PERSON = 7.6e-3, 5.5e-7

PARENT_MEGABYTES = 230.0
WORKER_MEGABYTES, MEGABYTES_PER_PERSON = 215.0, 2.4e-3
"""A process with the model, and two copies of a world."""

RUN_BYTES, YEAR_BYTES = 6_000, 15_000
"""A file of outcomes, and what a year adds to it with the groups that every batch has."""

GROUP_SHARE = {"age": 0.28, "start": 0.08, "line": 0.01}
"""How much more a kind of groups writes."""

WIJK_SHARE = 0.1
"""The same for groups by wijk, per wijk."""


@dataclass(frozen=True)
class Estimate:
    """What a design is expected to cost.

    Attributes:
        runs: number of runs.
        worlds: worlds that are built; scenarios branch from them.
        seconds: clock time with the workers asked for.
        megabytes: memory of all processes together.
        disk_megabytes: size of the outcomes.
    """

    runs: int
    worlds: int
    seconds: float
    megabytes: float
    disk_megabytes: float


def estimate(design: Design, tasks: Sequence[Task], workers: int) -> Estimate:
    """Return what tasks of a design are expected to cost with a number of workers."""
    known = {area: load_area(area) for area in design.areas}
    persons = {name: area.figures["residents_2022"].value * design.sample for name, area in known.items()}
    more = 1 + sum(GROUP_SHARE.get(name, 0.0) for name in design.groups)
    by_wijk = WIJK_SHARE * ("wijk" in design.groups)
    months = MONTHS_PER_YEAR * design.years
    seconds, runs, size = 0.0, 0, 0.0
    for task in tasks:
        here, count = persons[task.area], len(task.scenarios)
        month = MONTH_SECONDS + MONTH_SECONDS_PER_PERSON * here
        seconds += BUILD_SECONDS + BUILD_SECONDS_PER_PERSON * here + count * months * month
        year = YEAR_BYTES * (more + by_wijk * len(known[task.area].wijken))
        size += count * (RUN_BYTES + design.years * year)
        runs += count
    hands = min(workers, len(tasks)) or 1
    return Estimate(
        runs=runs,
        worlds=len(tasks),
        seconds=START_SECONDS + seconds / hands,
        megabytes=PARENT_MEGABYTES + hands * (WORKER_MEGABYTES + MEGABYTES_PER_PERSON * max(persons.values())),
        disk_megabytes=size / 1e6,
    )
