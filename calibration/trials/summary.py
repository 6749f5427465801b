"""What many evaluations by lottery say together: the true effect, how often it is found, how large one must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.trials.cohort import BASELINE
from calibration.trials.design import BETTER, LotteryPlan
from calibration.trials.estimate import wilson
from calibration.trials.evaluation import Evaluation
from calibration.trials.power import ERRORS_FROM_NOTHING, Size, power_of, size_needed, smallest_seen
from sim.calendar import MONTHS_PER_YEAR

FEW_DRAWS = 20
"""Fewer draws give no interval over draws (DESIGN D9)."""

ENDS = (5, 95)


@dataclass(frozen=True)
class Effect:
    """The true effect on one outcome, over all evaluations.

    Attributes:
        usual: mean of everybody who drew a lot, where nobody is let in.
        on_winners: what it changed for who won the lottery.
        offered: what a perfect evaluation would find: what it changed for winners, less what for losers who crossed.
        error: standard error of ``offered`` over evaluations; ``nan`` for a single one.
        over_draws: 5th and 95th percentile over parameter draws, where there are enough.
    """

    usual: float
    on_winners: float
    offered: float
    error: float
    over_draws: tuple[float, float] | None

    @property
    def is_there(self) -> bool:
        """Whether the effect stands out from nothing."""
        if self.offered == 0 or math.isnan(self.offered):
            return False
        return math.isnan(self.error) or abs(self.offered) > ERRORS_FROM_NOTHING * self.error


@dataclass(frozen=True)
class Balance:
    """How the groups differed before the start: mean of winners less losers over evaluations, with its error."""

    winners: float
    losers: float
    difference: float
    error: float


@dataclass(frozen=True)
class Summary:
    """What the evaluations say together about one share.

    Attributes:
        outcome: the share that is judged.
        evaluations: how many there are in which somebody drew a lot.
        persons: persons who drew lots, per evaluation.
        lost: share of them whom the evaluator loses.
        counted: persons per group that are left for the outcome.
        effect: the true effect.
        found: evaluations whose interval leaves out no difference.
        found_interval: 95 % interval of that share.
        wrong_way: of those, how many point the other way than the true effect.
        covered: share of the intervals that hold the true effect of their own evaluation.
        estimates: mean and standard deviation of what the evaluators found.
        power: chance to find the effect at this size, by formula.
        smallest: smallest difference that is found four times out of five at this size.
        size: how large the evaluation must be; ``None`` where there is nothing to find.
        balance: the groups before the start.
    """

    outcome: str
    evaluations: int
    persons: float
    lost: float
    counted: float
    effect: Effect
    found: int
    found_interval: tuple[float, float]
    wrong_way: int
    covered: float
    estimates: tuple[float, float]
    power: float
    smallest: float | None
    size: Size | None
    balance: dict[str, Balance]


def true_effect(evaluations: Sequence[Evaluation], outcome: str, crossover: bool) -> Effect:
    """Return the true effect on an outcome over evaluations, each with the weight of its persons.

    Args:
        evaluations: those in which somebody drew a lot.
        outcome: one of the outcomes of an evaluation.
        crossover: whether some who lost got the service: what it did to them comes off.
    """
    known = [one for one in evaluations if one.truth[outcome].winners]
    if not known:
        nan = float("nan")
        return Effect(nan, nan, nan, nan, None)
    truths = [one.truth[outcome] for one in known]
    weight = np.array([truth.winners for truth in truths], dtype=np.float64)
    on_winners = np.array([truth.on_winners for truth in truths])
    on_losers = np.nan_to_num(np.array([truth.on_losers for truth in truths]))
    offered = on_winners - on_losers if crossover else on_winners
    everybody = np.array([truth.everybody for truth in truths], dtype=np.float64)
    usual = np.array([truth.usual for truth in truths])
    middle = float(np.average(offered, weights=weight))
    return Effect(
        usual=float(np.average(usual, weights=everybody)),
        on_winners=float(np.average(on_winners, weights=weight)),
        offered=middle,
        error=_error(offered, weight, middle),
        over_draws=_over_draws(np.array([one.draw for one in known]), offered, weight),
    )


def _error(values: np.ndarray, weight: np.ndarray, middle: float) -> float:
    """Return the standard error of a weighted mean over evaluations."""
    count = values.size
    if count < 2:
        return float("nan")
    share = weight / weight.sum()
    return float(np.sqrt(count / (count - 1) * (share**2 * (values - middle) ** 2).sum()))


def _over_draws(draws: np.ndarray, values: np.ndarray, weight: np.ndarray) -> tuple[float, float] | None:
    numbers = np.unique(draws)
    if numbers.size < FEW_DRAWS:
        return None
    means = [float(np.average(values[draws == number], weights=weight[draws == number])) for number in numbers]
    low, high = np.percentile(means, ENDS)
    return float(low), float(high)


def summarise(plan: LotteryPlan, evaluations: Sequence[Evaluation], outcome: str) -> Summary | None:
    """Return what evaluations say together; ``None`` when nobody drew a lot in any of them.

    Args:
        plan: what was asked.
        evaluations: what :func:`calibration.trials.evaluation.evaluations` returned.
        outcome: the share that is judged.
    """
    known = [one for one in evaluations if one.persons]
    if not known:
        return None
    effect = true_effect(known, outcome, plan.crossover > 0)
    seen = [one.seen[outcome] for one in known]
    judged = [(one, each) for one, each in zip(known, seen, strict=True) if not math.isnan(each.low)]
    found = [each for _, each in judged if each.detected]
    persons = float(np.mean([one.persons for one in known]))
    counted = float(np.mean([sum(each.persons) for each in seen])) / 2
    entitled = float(np.mean([one.truth[outcome].everybody for one in known])) / 2
    lost = 1 - counted / entitled if entitled else 1.0
    treated = min(max(effect.usual + effect.offered, 0.0), 1.0)
    share_judged = entitled * 2 / persons
    return Summary(
        outcome=outcome,
        evaluations=len(known),
        persons=persons,
        lost=lost,
        counted=counted,
        effect=effect,
        found=len(found),
        found_interval=wilson(len(found), len(known)),
        wrong_way=sum(each.difference * effect.offered < 0 for each in found) if effect.is_there else 0,
        covered=_covered(judged, outcome, plan.crossover > 0),
        estimates=_spread([each.difference for _, each in judged]),
        power=power_of(effect.usual, treated, counted, counted),
        smallest=smallest_seen(effect.usual, counted, BETTER[outcome]),
        size=_size(plan, effect, lost, persons, share_judged),
        balance={name: _balance(known, name) for name in BASELINE},
    )


def _size(plan: LotteryPlan, effect: Effect, lost: float, persons: float, share_judged: float) -> Size | None:
    """Return the size needed; persons to whom the outcome does not apply draw lots too."""
    if not effect.is_there:
        return None
    years = plan.enrol_months / MONTHS_PER_YEAR
    lost_of_all = 1 - (1 - lost) * share_judged
    return size_needed(effect.usual, effect.offered, lost_of_all, persons / years, years)


def _covered(judged: Sequence[tuple[Evaluation, object]], outcome: str, crossover: bool) -> float:
    held = []
    for one, _ in judged:
        truth, seen = one.truth[outcome], one.seen[outcome]
        if truth.winners:
            offered = truth.on_winners - (truth.on_losers if crossover else 0.0)
            held.append(seen.low <= offered <= seen.high)
    return float(np.mean(held)) if held else float("nan")


def _spread(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return float("nan"), float("nan")
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def _balance(known: Sequence[Evaluation], name: str) -> Balance:
    """Return the means of both groups, each evaluation with the weight of its persons."""
    both = [one for one in known if one.winners and one.losers]
    if not both:
        nan = float("nan")
        return Balance(nan, nan, nan, nan)
    weight = np.array([one.persons for one in both], dtype=np.float64)
    winners, losers = (np.array([one.before[name][side] for one in both]) for side in (0, 1))
    difference = float(np.average(winners - losers, weights=weight))
    error = _error(winners - losers, weight, difference)
    return Balance(
        float(np.average(winners, weights=weight)), float(np.average(losers, weights=weight)), difference, error
    )
