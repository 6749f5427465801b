"""What a design costs before it is run: time, memory and disk, from what runs cost when they were measured.

The figures were measured on one processor of 2.5 GHz (``benchmarks/batch.py`` measures them again); another machine
may take half or twice as long.
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

WORKER_MEGABYTES, MEGABYTES_PER_PERSON = 260.0, 3.5e-3
"""A process with the model, and two copies of a world."""

RUN_BYTES, YEAR_BYTES = 12_000, 5_000
"""A file of outcomes, and what a year adds to it without groups asked for."""

GROUP_FACTOR = {"wijk": 5.0, "age": 4.0, "start": 1.5, "service": 0.0, "line": 0.2, "arrival": 0.0}
"""How much more a kind of groups writes; what every batch has is in the figures above."""


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
    persons = {area: load_area(area).figures["residents_2022"].value * design.sample for area in design.areas}
    months = MONTHS_PER_YEAR * design.years
    seconds, runs = 0.0, 0
    for task in tasks:
        here = persons[task.area]
        month = MONTH_SECONDS + MONTH_SECONDS_PER_PERSON * here
        seconds += BUILD_SECONDS + BUILD_SECONDS_PER_PERSON * here + len(task.scenarios) * months * month
        runs += len(task.scenarios)
    hands = min(workers, len(tasks)) or 1
    size = RUN_BYTES + YEAR_BYTES * design.years * (1 + sum(GROUP_FACTOR[name] for name in design.groups))
    return Estimate(
        runs=runs,
        worlds=len(tasks),
        seconds=START_SECONDS + seconds / hands,
        megabytes=WORKER_MEGABYTES + hands * (WORKER_MEGABYTES + MEGABYTES_PER_PERSON * max(persons.values())),
        disk_megabytes=runs * size / 1e6,
    )
