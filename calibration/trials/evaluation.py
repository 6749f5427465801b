"""One evaluation by lottery in one world, what truly happened in it, and many such evaluations."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.replays import free_worlds
from calibration.trials.cohort import BASELINE, Cohort
from calibration.trials.design import OFFENCES, REGISTRATIONS, SHARES, LotteryPlan
from calibration.trials.estimate import Seen, difference_of_means, difference_of_shares
from calibration.trials.lottery import LotteryWorld
from scenarios.catalogue import REALISED, load_scenario
from scenarios.posterior import posterior_changes
from sim.draws import F64
from sim.parameters import load_parameters

Progress = Callable[[int, int], None]

EVERYBODY = 1.0
"""Share of the leavers who are followed elsewhere: what truly happened is known of all."""

MEASURES = (*SHARES, REGISTRATIONS, OFFENCES)


@dataclass(frozen=True)
class Truth:
    """What a service truly did to persons of one evaluation, over their follow-up.

    Attributes:
        winners: persons who won the lottery.
        usual: mean of everybody who drew a lot, in the world in which nobody is let in.
        everybody: how many these are.
        on_winners: what the lottery and the service changed for who won, per person.
        on_losers: what they changed for who lost: those who crossed over, and whatever spills over.
    """

    winners: int
    usual: float
    everybody: int
    on_winners: float
    on_losers: float


@dataclass(frozen=True)
class Evaluation:
    """One evaluation.

    Attributes:
        draw: parameter draw.
        seed: seed of the world.
        winners: persons who won the lottery.
        losers: persons who lost it.
        crossed: of the losers, who got the service all the same.
        moved: winners and losers who moved out of the area by the end of their follow-up.
        gone: winners and losers who died.
        before: per name of ``BASELINE`` the means of winners and losers before the lot.
        seen: what the evaluator finds, by outcome.
        truth: what truly happened, by outcome.
    """

    draw: int
    seed: int
    winners: int
    losers: int
    crossed: int
    moved: tuple[int, int]
    gone: tuple[int, int]
    before: dict[str, tuple[float, float]]
    seen: dict[str, Seen]
    truth: dict[str, Truth]

    @property
    def persons(self) -> int:
        """Persons who drew a lot."""
        return self.winners + self.losers


def evaluate(plan: LotteryPlan, draw: int = 0, seed: int = 1) -> Evaluation:
    """Hold the lottery in one world, follow everybody, and follow the same persons where nobody was let in.

    Args:
        plan: what is asked.
        draw: parameter draw; 0 is the central set.
        seed: seed of the world.
    """
    world = _world(plan, draw, seed)
    scenario = load_scenario(plan.scenario)
    held = _live(world, scenario, plan, None)
    without = _live(world, scenario, plan, held)
    return _evaluation(plan, draw, seed, held, without)


def evaluations(
    plan: LotteryPlan,
    runs: Sequence[tuple[int, int]],
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Evaluation]:
    """Return the evaluations of many worlds, in the order asked for.

    Args:
        plan: what is asked.
        runs: draw and seed of each world.
        workers: processes.
        progress: called with worlds done and worlds to do.
    """
    jobs = [(plan, draw, seed) for draw, seed in runs]
    return run_jobs(_one, jobs, workers, progress)


def run_jobs(work: Callable[[Any], Any], jobs: Sequence[Any], workers: int, progress: Progress | None) -> list[Any]:
    """Return what came of each job, in their order, whoever did it."""
    if min(workers, len(jobs)) <= 1:
        return _gather(map(work, jobs), len(jobs), progress)
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        return _gather(pool.imap(work, jobs), len(jobs), progress)


def _gather(results: Iterable[Any], count: int, progress: Progress | None) -> list[Any]:
    found = []
    if progress is not None:
        progress(0, count)
    for result in results:
        found.append(result)
        if progress is not None:
            progress(len(found), count)
    return found


def _one(job: tuple[LotteryPlan, int, int]) -> Evaluation:
    found = evaluate(*job)
    free_worlds()
    return found


def _world(plan: LotteryPlan, draw: int, seed: int) -> LotteryWorld:
    changes = {**posterior_changes(draw, plan.area), **dict(plan.changes)}
    parameters = load_parameters(draw, plan.area).with_values(changes)
    return LotteryWorld(
        area=plan.area,
        scenario=load_scenario(REALISED),
        rng=seed,
        sample=plan.sample,
        draw=draw,
        parameters=parameters,
        start=load_scenario(plan.scenario).start_month,
        elsewhere_share=EVERYBODY,
    )


def _live(world: LotteryWorld, scenario: Any, plan: LotteryPlan, follows: Cohort | None) -> Cohort:
    twin = world.branch(scenario)
    assert isinstance(twin, LotteryWorld)
    twin.hold(plan, follows)
    for _ in range(plan.months):
        twin.step()
    return twin.cohort


def _evaluation(plan: LotteryPlan, draw: int, seed: int, held: Cohort, without: Cohort) -> Evaluation:
    won = held.won
    if held.life.size == 0:
        return Evaluation(draw, seed, 0, 0, 0, (0, 0), (0, 0), {}, {}, {})
    seen = {name: difference_of_shares(held.seen(name, plan.national), won) for name in SHARES}
    seen[REGISTRATIONS] = difference_of_means(held.seen(REGISTRATIONS, plan.national), won)

    def count(name: str) -> tuple[int, int]:
        values = held.values(name)
        return int(values[won].sum()), int(values[~won].sum())

    def mean(name: str) -> tuple[float, float]:
        values = held.values(name)
        return _mean(values[won]), _mean(values[~won])

    return Evaluation(
        draw=draw,
        seed=seed,
        winners=int(won.sum()),
        losers=int((~won).sum()),
        crossed=int((held.treated & ~won).sum()),
        moved=count("moved"),
        gone=count("gone"),
        before={name: mean(name) for name in BASELINE},
        seen=seen,
        truth={name: _truth(name, held, without) for name in MEASURES},
    )


def _truth(name: str, held: Cohort, without: Cohort) -> Truth:
    """Compare the same persons with and without; who cannot be found in both worlds is left out."""
    usual = without.truly(name)
    change = held.truly(name) - usual
    known = ~np.isnan(change)
    won = held.won & known
    return Truth(
        winners=int(won.sum()),
        usual=_mean(usual[known]),
        everybody=int(known.sum()),
        on_winners=_mean(change[won]),
        on_losers=_mean(change[~held.won & known]),
    )


def _mean(values: F64) -> float:
    return float(values.mean()) if values.size else float("nan")
