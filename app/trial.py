"""``wijklab trial``: try an evaluation before you pay for it; every choice made, every impossible wish refused."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.request import (
    LARGEST_SEED,
    MOST_DRAWS,
    MOST_SEEDS,
    MOST_WORKERS,
    check_between,
    check_sample,
    chosen_areas,
    one_of,
    processors,
)
from app.settings import DONE, RequestError, Settings
from app.words import Words

if TYPE_CHECKING:
    from calibration.trials.areas import AreaPlan
    from calibration.trials.design import LotteryPlan

LOTTERY, MATCHED, STEPPED = "lottery", "matched", "stepped"
DESIGNS = (LOTTERY, MATCHED, STEPPED)

LOCAL, NATIONAL = "local", "national"
REGISTERS = (LOCAL, NATIONAL)

REPLICATES = 20
"""Evaluations that are tried at the central parameters, unless somebody says otherwise."""

YEARS = 2
"""Years of drawing lots, and of following each person."""

MOST_YEARS = 20
AREA_YEARS, STEPS = 5, 4
MOST_PLACES = 100_000.0

OF_LOTTERY = ("scenario", "enrol-years", "follow-years", "places", "crossover", "register", "draws", "replicates")
OF_AREAS = ("against", "years")
OF_STEPPED = ("steps",)
SHARED = ("scenario", "against", "draws", "replicates", "years")
"""Options that other commands have too, so that a file or a variable may hold them for all."""


@dataclass(frozen=True)
class TrialRequest:
    """What somebody asked to try; ``None`` where they left the choice to us.

    Attributes:
        what: the service to give by lot, or the scenario that areas get.
        design: ``lottery``, ``matched`` or ``stepped``.
        area: areas.
        outcome: on what it is judged.
        sample: share of the streets.
        seed: first seed.
        workers: processes.
        more: the options that only some designs take, by name.
    """

    what: str | None
    design: str
    area: list[str]
    outcome: str | None
    sample: float | None
    seed: int
    workers: int | None
    more: dict[str, Any] = field(default_factory=dict)

    def option(self, name: str, default: Any) -> Any:
        """Return an option of some designs, or what holds when it was not given."""
        value = self.more.get(name)
        return default if value is None else value


def carry_out_trial(request: TrialRequest, settings: Settings, as_json: bool) -> int:
    """Try an evaluation, show what came of it, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    words = settings.words
    _known("--design", request.design, DESIGNS, words)
    _check_options(request, settings)
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_between("--seed", request.seed, 0, LARGEST_SEED, words)
    check_sample(request.sample, words)
    if request.design == LOTTERY:
        return _lottery(request, workers, settings, as_json)
    return _areas(request, workers, settings, as_json)


def _check_options(request: TrialRequest, settings: Settings) -> None:
    """Refuse options of another design; those that a file or variable may hold for every command are named only."""
    allowed = OF_LOTTERY if request.design == LOTTERY else OF_AREAS
    allowed = (*allowed, *OF_STEPPED) if request.design == STEPPED else allowed
    for name, value in request.more.items():
        if value is None or name in allowed:
            continue
        sentence = settings.words("trial.not_for", name=f"--{name}", design=request.design)
        if name not in SHARED:
            raise RequestError(sentence)
        if not settings.quiet:
            print(settings.words("error.prefix", sentence=sentence), file=sys.stderr)


def _lottery(request: TrialRequest, workers: int, settings: Settings, as_json: bool) -> int:
    from app.progress import progress_bar
    from app.trial_lottery import show_lottery
    from calibration.trials.design import SHARES, main_outcome
    from calibration.trials.evaluation import evaluations

    words = settings.words
    plan = lottery_plan(request, words)
    outcome = request.outcome or main_outcome(plan.service)
    _known("--outcome", outcome, SHARES, words)
    runs = _runs(request, words)
    with progress_bar(words, settings.quiet) as progress:
        found = evaluations(plan, runs, workers, progress)
    return show_lottery(plan, outcome, found, words, as_json)


def lottery_plan(request: TrialRequest, words: Words) -> LotteryPlan:
    """Return the lottery a request asks for, chosen and checked.

    Raises:
        RequestError: when something is impossible.
        ScenarioError: when the scenario cannot be used.
    """
    from calibration.trials.design import AREA, SCENARIO, SERVICE, LotteryPlan
    from scenarios.catalogue import load_scenario
    from sim.calendar import MONTHS_PER_YEAR

    service = request.what or SERVICE
    _check_service(service, words)
    areas = chosen_areas(request.area or [AREA], words)
    if len(areas) != 1:
        raise RequestError(words("error.choice", name="--area", found=f"'{', '.join(request.area)}'", allowed="1"))
    scenario = load_scenario(request.option("scenario", SCENARIO))
    enrol, follow = request.option("enrol-years", YEARS), request.option("follow-years", YEARS)
    check_between("--enrol-years", enrol, 1, MOST_YEARS, words)
    check_between("--follow-years", follow, 1, MOST_YEARS, words)
    if enrol + follow > scenario.horizon_years:
        raise RequestError(
            words("trial.horizon", found=enrol + follow, scenario=scenario.id, allowed=scenario.horizon_years)
        )
    places, crossover = request.option("places", None), request.option("crossover", 0.0)
    if places is not None and not 0 < places <= MOST_PLACES:
        raise RequestError(words("trial.places", found=places, allowed=words.number(MOST_PLACES)))
    if not 0 <= crossover <= 1:
        raise RequestError(words("error.range", name="--crossover", found=crossover, low=0, high=1))
    register = request.option("register", LOCAL)
    one_of("--register", register, REGISTERS, words)
    return LotteryPlan(
        service=service,
        area=areas[0],
        scenario=request.option("scenario", SCENARIO),
        enrol_months=enrol * MONTHS_PER_YEAR,
        follow_months=follow * MONTHS_PER_YEAR,
        places=places,
        crossover=crossover,
        national=register == NATIONAL,
        sample=1.0 if request.sample is None else request.sample,
    )


def _check_service(service: str, words: Words) -> None:
    from sim.programme.catalogue import BY_NAME, OFFERED

    if service in BY_NAME and service not in OFFERED:
        name = getattr(BY_NAME[service], words.language)
        raise RequestError(words("trial.no_places", found=service, name=name, allowed=", ".join(OFFERED)))
    if service not in OFFERED:
        raise RequestError(
            words(
                "trial.unknown_service",
                found=service,
                nearest=_near(service, OFFERED, words),
                allowed=", ".join(OFFERED),
            )
        )


def _known(name: str, found: str, allowed: tuple[str, ...], words: Words) -> None:
    if found not in allowed:
        near = _near(found, allowed, words)
        raise RequestError(words("trial.unknown", name=name, found=found, nearest=near, allowed=", ".join(allowed)))


def _near(found: str, known: tuple[str, ...], words: Words) -> str:
    from sim.scenario_errors import nearest

    name = nearest(found, known)
    return words("error.nearest", name=f"'{name}'") if name else ""


def _runs(request: TrialRequest, words: Words) -> list[tuple[int, int]]:
    """Return draw and seed of every evaluation."""
    from scenarios.design import numbered_draws

    draws = request.option("draws", 0)
    check_between("--draws", draws, 0, MOST_DRAWS, words)
    replicates = request.option("replicates", 1 if draws else REPLICATES)
    check_between("--replicates", replicates, 1, MOST_SEEDS, words)
    return [(draw, request.seed + number) for draw in numbered_draws(draws) for number in range(replicates)]


def _areas(request: TrialRequest, workers: int, settings: Settings, as_json: bool) -> int:
    from app.progress import progress_bar
    from app.trial_areas import show_areas
    from calibration.trials.areas import run_area_trial

    words = settings.words
    plan = area_plan(request, words)
    with progress_bar(words, settings.quiet) as progress:
        found = run_area_trial(plan, seed=request.seed, workers=workers, progress=progress)
    return show_areas(plan, found, words, as_json)


def area_plan(request: TrialRequest, words: Words) -> AreaPlan:
    """Return the trial among areas a request asks for, chosen and checked.

    Raises:
        RequestError: when something is impossible.
        ScenarioError: when a scenario cannot be used.
    """
    from calibration.trials.areas import OUTCOME, REGISTERED, AreaPlan
    from calibration.trials.assign import FEWEST_AREAS, FEWEST_PER_STEP
    from calibration.trials.assign import STEPS as RANGE_OF_STEPS
    from calibration.trials.design import REFERENCE, SCENARIO
    from scenarios.catalogue import load_scenario

    names = request.what or SCENARIO, request.option("against", REFERENCE)
    scenario, reference = (load_scenario(name) for name in names)
    if scenario.id == reference.id:
        raise RequestError(words("error.same_scenario", found=scenario.id))
    areas = chosen_areas(request.area or ["all"], words)
    steps = request.option("steps", STEPS)
    fewest = FEWEST_AREAS[request.design]
    if request.design == STEPPED:
        check_between("--steps", steps, *RANGE_OF_STEPS, words)
        fewest = max(fewest, steps * FEWEST_PER_STEP)
    if len(areas) < fewest:
        raise RequestError(words("trial.few_areas", found=len(areas), design=request.design, fewest=fewest))
    years = request.option("years", steps + 1 if request.design == STEPPED else AREA_YEARS)
    shortest = min(scenario.horizon_years, reference.horizon_years)
    check_between("--years", years, steps + 1 if request.design == STEPPED else 1, shortest, words)
    outcome = request.outcome or OUTCOME
    _known("--outcome", outcome, REGISTERED, words)
    sample = 1.0 if request.sample is None else request.sample
    return AreaPlan(request.design, areas, names[0], names[1], outcome, years, steps, sample)


def print_found(lines: list[str]) -> int:
    """Print sentences, an empty line before them."""
    print()
    for line in lines:
        print(line)
    return DONE
