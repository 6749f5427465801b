"""Areas with and without a programme: what their registers hold by year, and what was to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.replays import free_worlds
from calibration.trials.assign import (
    STEPPED,
    AreaPower,
    Assignments,
    Found,
    analyse,
    area_power,
    matched,
    stepped,
)
from calibration.trials.design import REFERENCE, SCENARIO
from calibration.trials.evaluation import Progress, run_jobs
from scenarios.catalogue import REALISED, load_scenario
from scenarios.posterior import posterior_changes
from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START, year_of
from sim.draws import F64
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.scenario import Scenario

OUTCOME = "registered_suspects_12_24_per_10k"
REGISTERED = (
    OUTCOME, "registered_suspects_12plus_per_10k", "registered_crimes_per_1000", "early_school_leavers_share",
    "employed_share", "neet_share", "welfare_share", "problem_debt_share",
)  # fmt: skip
"""Outcomes that a register holds by area and year."""

YEARS_BEFORE = year_of(SCENARIO_START) - year_of(BASE)
"""Years of the register before the trial that the evaluator has."""

LIKENESS = (OUTCOME, "low_financial_welfare_share", "employed_share", "start_qualification_share")
"""What areas are matched on: means over the years before."""

Series = dict[tuple[int, str], tuple[float, float]]
"""Registered and expected value by year and outcome."""


@dataclass(frozen=True)
class AreaPlan:
    """A trial among areas.

    Attributes:
        design: ``matched`` or ``stepped``.
        areas: area ids.
        scenario: the programme on trial.
        reference: what areas have without it.
        outcome: id of an outcome.
        years: years from January 2025.
        steps: of a stepped design: groups that start one after the other, from the second year on.
        sample: share of the streets.
    """

    design: str
    areas: tuple[str, ...]
    scenario: str = SCENARIO
    reference: str = REFERENCE
    outcome: str = OUTCOME
    years: int = 4
    steps: int = 4
    sample: float = 1.0


@dataclass(frozen=True)
class AreaTrial:
    """What a trial among areas found, and what truly happened.

    Attributes:
        assignments: the lottery.
        found: what the evaluator finds at the end.
        power: by number of years since the start: what the design can see.
        before: per group of areas (treated and untreated; of a stepped design by start) the level before the start.
        happened: mean change in the areas and years with the programme, against the same areas without it.
        usual: mean level in those areas and years without the programme.
    """

    assignments: Assignments
    found: Found
    power: dict[int, AreaPower]
    before: dict[int, float]
    happened: float
    usual: float


class AreaWorld(NeighbourhoodModel):
    """A world that keeps the outcomes of the years before the start."""

    past: list[dict[str, Any]]

    def begin(self) -> None:
        """Keep what was counted so far, then begin as always."""
        self.past = self.outcome_rows()
        super().begin()


def run_area_trial(
    plan: AreaPlan, draw: int = 0, seed: int = 1, workers: int = 1, progress: Progress | None = None
) -> AreaTrial:
    """Hold the lottery among areas, live them with and without the programme, and evaluate.

    Args:
        plan: what is asked.
        draw: parameter draw.
        seed: seed of the worlds and of the lottery.
        workers: processes.
        progress: called with worlds done and worlds to do.
    """
    lots = stepped(plan.areas, plan.steps, YEARS_BEFORE, seed) if plan.design == STEPPED else None
    first = lots.starts[0] if lots is not None else np.full(len(plan.areas), YEARS_BEFORE)
    jobs = [(plan, area, draw, seed, int(start)) for area, start in zip(plan.areas, first, strict=True)]
    lived = run_jobs(_both, jobs, workers, progress)
    before, after = [one[0] for one in lived], [one[1] for one in lived]
    total = YEARS_BEFORE + plan.years
    registered, expected = (_matrix(before, plan.outcome, total, side) for side in (0, 1))
    assignments = lots or matched(plan.areas, _likeness(before), YEARS_BEFORE, seed)
    starts = assignments.starts[0]
    seen, truth = registered.copy(), expected.copy()
    for number, series in enumerate(after):
        for year in range(int(starts[number]), total):
            seen[number, year], truth[number, year] = series[year, plan.outcome]
    there = np.arange(total) >= starts[:, None]
    return AreaTrial(
        assignments=assignments,
        found=analyse(seen, assignments, total),
        power={
            year - YEARS_BEFORE: area_power(truth, expected, registered, assignments, year)
            for year in range(int(starts.min()) + 1, total + 1)
        },
        before={int(start): float(registered[starts == start, :YEARS_BEFORE].mean()) for start in np.unique(starts)},
        happened=float((truth - expected)[there].mean()),
        usual=float(expected[there].mean()),
    )


def _matrix(found: Sequence[Series], outcome: str, years: int, side: int) -> F64:
    return np.array([[series[year, outcome][side] for year in range(years)] for series in found])


def _likeness(found: Sequence[Series]) -> F64:
    """Return the standardised measures of the areas before the start, as registers have them."""
    means = np.array(
        [[np.mean([series[year, name][0] for year in range(YEARS_BEFORE)]) for name in LIKENESS] for series in found]
    )
    spread = means.std(axis=0)
    return np.asarray((means - means.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _start(plan: AreaPlan, area: str, draw: int, seed: int) -> AreaWorld:
    parameters = load_parameters(draw, area).with_values(posterior_changes(draw, area))
    return AreaWorld(
        area=area, scenario=load_scenario(REALISED), rng=seed, sample=plan.sample, draw=draw, parameters=parameters,
        start=SCENARIO_START,
    )  # fmt: skip


def _both(job: tuple[AreaPlan, str, int, int, int]) -> tuple[Series, Series]:
    """Live an area without the programme, and once more with it from its start on.

    Returns:
        The years from 2022 on without it, and the years with it.
    """
    plan, area, draw, seed, first = job
    world, reference = _start(plan, area, draw, seed), load_scenario(plan.reference)
    rows = world.past + _lived(world, reference, plan.years).outcome_rows()
    waiting = first - YEARS_BEFORE
    waited = _lived(world, reference, waiting) if waiting else world
    after = _lived(waited, load_scenario(plan.scenario), plan.years - waiting).outcome_rows()
    del world, waited
    free_worlds()
    return _series(rows, {plan.outcome, *LIKENESS}), _series(after, {plan.outcome})


def _lived(world: AreaWorld, scenario: Scenario, years: int) -> AreaWorld:
    twin = world.branch(scenario)
    assert isinstance(twin, AreaWorld)
    for _ in range(MONTHS_PER_YEAR * years):
        twin.step()
    return twin


def _series(rows: Sequence[dict[str, Any]], outcomes: set[str]) -> Series:
    return {
        (row["year"] - year_of(BASE), row["outcome"]): (row["value"], row["expected"])
        for row in rows
        if row["outcome"] in outcomes and row["view"] == "place" and row["group"] == "all"
    }
