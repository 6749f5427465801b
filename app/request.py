"""What somebody asks to compare: every choice made, every impossible wish refused in one sentence."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.settings import RequestError
from app.words import Words

if TYPE_CHECKING:
    from scenarios.design import Design
    from scenarios.local_data import LocalData
    from sim.scenario import Scenario

ALL = "all"
DEFAULT_YEARS = 10
MOST_DRAWS = 10_000
MOST_SEEDS = 1_000
LARGEST_SEED = 2**31 - 1
MOST_WORKERS = 256
SMALLEST_SAMPLE = 0.001
VIEWS = ("place", "people", "exposed")
GROUPS = ("wijk", "age", "start")
SERVICE = "service"
"""Groups of what the money bought by intervention: always asked for, since the report shows it."""

ARRIVAL = "arrival"
"""Groups by who lived there at the start: always asked for, since the report splits effects with them."""


@dataclass(frozen=True)
class Request:
    """What somebody asked to compare; ``None`` where they left the choice to us."""

    scenario: str
    against: str
    area: list[str]
    years: int | None
    draws: int
    replicates: int
    sample: float | None
    seed: int
    workers: int | None
    out: str | None
    overwrite: bool
    groups: list[str]
    local_data: list[str] = field(default_factory=list)


def plan(request: Request, words: Words) -> tuple[Design, int, LocalData]:
    """Return the design a request asks for, the number of workers and the own numbers, all chosen and checked.

    Raises:
        RequestError: when something is impossible.
        LocalDataError: when a sheet of own numbers cannot be used.
    """
    from scenarios.catalogue import load_scenario
    from scenarios.design import Design, numbered_draws, sample_that_answers
    from scenarios.local_data import read_local_data
    from scenarios.posterior import shipped_draws
    from sim.areas import load_area

    scenario, reference = load_scenario(request.scenario), load_scenario(request.against)
    _check_scenarios(scenario, reference, words)
    areas = chosen_areas(request.area, words)
    years = _years(request.years, (scenario, reference), words)
    check_between("--draws", request.draws, 0, MOST_DRAWS, words)
    check_between("--replicates", request.replicates, 1, MOST_SEEDS, words)
    check_between("--seed", request.seed, 0, LARGEST_SEED, words)
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_sample(request.sample, words)
    sample = request.sample
    if sample is None:
        sample = sample_that_answers([load_area(area).figures["residents_2022"].value for area in areas])
    groups = _separate(request.groups)
    for group in groups:
        one_of("--groups", group, GROUPS, words)
    seeds = tuple(range(request.seed, request.seed + request.replicates))
    draws = numbered_draws(request.draws)
    local = read_local_data(request.local_data, areas)
    design = Design(
        (scenario, reference),
        reference.id,
        areas,
        draws,
        seeds,
        sample,
        years,
        (*groups, SERVICE, ARRIVAL),
        local=local.numbers,
        drawn=shipped_draws(draws, areas),
        id="compare",  # so that its folder can be gone on with as a batch
    )
    return design, workers, local


def chosen_areas(asked: list[str], words: Words) -> tuple[str, ...]:
    """Return the area ids asked for, without repetition, ``all`` written out.

    Raises:
        RequestError: when none is given or one does not exist.
    """
    from sim.areas import UnknownArea, area_ids, load_area

    names = _separate(asked)
    if not names:
        raise RequestError(words("error.no_area", allowed=", ".join(area_ids())))
    if ALL in names:
        return area_ids()
    for name in names:
        try:
            load_area(name)
        except UnknownArea as error:
            near, allowed = error.nearest, ", ".join(area_ids())
            raise RequestError(words("error.unknown_area", found=name, nearest=near, allowed=allowed)) from None
    return tuple(names)


def _check_scenarios(scenario: Scenario, reference: Scenario, words: Words) -> None:
    from sim.calendar import SCENARIO_START, month_label

    if scenario.id == reference.id:
        raise RequestError(words("error.same_scenario", found=scenario.id))
    for each in (scenario, reference):
        if each.start_month != SCENARIO_START:
            allowed = month_label(SCENARIO_START)
            raise RequestError(words("error.start", found=each.id, start=each.start, allowed=allowed))


def _years(asked: int | None, scenarios: tuple[Scenario, ...], words: Words) -> int:
    shortest = min(scenarios, key=lambda scenario: scenario.horizon_years)
    if asked is None:
        return min(DEFAULT_YEARS, shortest.horizon_years)
    if asked > shortest.horizon_years:
        allowed = shortest.horizon_years
        raise RequestError(words("error.horizon", found=asked, scenario=shortest.id, allowed=allowed))
    check_between("--years", asked, 1, shortest.horizon_years, words)
    return asked


def check_year(year: int | None, design: Design, words: Words) -> None:
    """Refuse a year the runs do not reach."""
    from sim.calendar import year_of

    first = year_of(design.scenarios[0].start_month)
    last = first + design.years - 1
    if year is not None and not first <= year <= last:
        raise RequestError(words("error.year", found=year, low=first, high=last))


def one_of(name: str, found: str, allowed: tuple[str, ...], words: Words) -> None:
    """Refuse a word that is not among those allowed."""
    if found not in allowed:
        raise RequestError(words("error.choice", name=name, found=f"'{found}'", allowed=", ".join(allowed)))


def check_sample(sample: float | None, words: Words) -> None:
    """Refuse a sample that is no share of the streets."""
    if sample is not None and not SMALLEST_SAMPLE <= sample <= 1:
        raise RequestError(words("error.range", name="--sample", found=sample, low=SMALLEST_SAMPLE, high=1))


def check_between(name: str, found: int, low: int, high: int, words: Words) -> None:
    """Refuse a whole number outside its range."""
    if not low <= found <= high:
        raise RequestError(words("error.range", name=name, found=found, low=low, high=high))


def _separate(given: list[str]) -> list[str]:
    """Return what was given, once each: repeated, or with commas in between."""
    parts = (part.strip() for text in given for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
