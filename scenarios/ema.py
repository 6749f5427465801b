"""The model as one of the EMA workbench: uncertainties, levers, and what a scenario changes as outcomes.

Works with versions 2.5 and 3 of the workbench; the extra ``wijklab[ema]`` installs the one that fits this Python.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scipy.stats import qmc

from results.ledger import balance_rows
from scenarios.catalogue import REALISED, load_scenario
from scenarios.codebook import MAY_BE_EMPTY
from scenarios.design import CENTRAL_DRAW
from scenarios.variants import vary
from scenarios.worlds import DISCOUNT_RATE
from sim.calendar import MONTHS_PER_YEAR
from sim.levers import declared_levers
from sim.parameters import declared_parameters
from sim.scenario import Scenario
from sim.scenario_errors import nearest

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel
    from sim.outcome import Outcome
    from sim.parameters import Parameter

MODEL_NAME = "wijklab"
DOT = "__"
"""Stands for the dots of a path: names in the workbench are Python identifiers. No path has two underscores itself."""

EVERYBODY = "all"


class EmaError(ValueError):
    """The request for a workbench model is wrong, in one sentence."""


def name_of(path: str) -> str:
    """Return the name in the workbench of a parameter or lever."""
    return path.replace(".", DOT)


def path_of(name: str) -> str:
    """Return the path of the parameter or lever with this name in the workbench."""
    return name.replace(DOT, ".")


def ema_model(
    scenario: Scenario,
    reference: Scenario,
    area: str,
    years: int,
    sample: float,
    seed: int,
    outcomes: Sequence[str],
    uncertainties: Sequence[str] | None = None,
    levers: Sequence[str] | None = None,
    view: str | None = None,
) -> Any:
    """Return a model of the workbench whose outcomes are scenario minus reference in the last year.

    One evaluation lives the past and then ``years`` years twice, from the same start, with the same luck. What is no
    uncertainty has its central value. A lever holds in the scenario from its start on; the reference stays as it is.

    Args:
        scenario: the policy in question.
        reference: what it is compared with.
        area: area id.
        years: years to live; differences are those of the last.
        sample: share of the streets that is simulated, above 0 up to 1.
        seed: seed of every world. One seed is one luck: repeat with others before believing a small difference.
        outcomes: ids of outcomes; directions come from their declaration.
        uncertainties: paths of parameters; all that have a distribution unless given.
        levers: paths of levers; those that the scenario itself sets unless given. Combinations that no scenario file
            may have (shares above one, a budget with no weights) are refused when they are evaluated.
        view: ``place``, ``people`` or ``exposed``; the first view of each outcome unless given.

    Raises:
        EmaError: when an id or path does not exist, or a parameter has no distribution.
        ImportError: when the workbench is not installed.
    """
    ema = workbench()
    views = {name: _view(name, view) for name in outcomes}
    levers = _settable(scenario, area) if levers is None else levers
    model = ema.Model(
        MODEL_NAME, function=Evaluation(scenario, reference, area, years, sample, seed, tuple(views.items()))
    )
    model.uncertainties = [
        ema.RealParameter(name_of(path), *uncertain_range(path))
        for path in (_uncertain() if uncertainties is None else uncertainties)
    ]
    model.levers = [ema.RealParameter(name_of(path), *_lever_range(path)) for path in levers]
    model.outcomes = [ema.ScalarOutcome(name, kind=_kind(ema, name)) for name in views]
    return model


@dataclass(frozen=True)
class Evaluation:
    """One evaluation: a world with some parameters, lived under the scenario and under the reference.

    It crosses to the workers of ``MultiprocessingEvaluator``.

    Attributes:
        scenario: the policy in question.
        reference: what it is compared with.
        area: area id.
        years: years to live.
        sample: share of the streets.
        seed: seed of the world.
        outcomes: pairs of outcome and view.
    """

    scenario: Scenario
    reference: Scenario
    area: str
    years: int
    sample: float
    seed: int
    outcomes: tuple[tuple[str, str], ...]

    def __call__(self, **values: float) -> dict[str, float]:
        """Return the differences by outcome; ``nan`` where one side has nobody left to measure.

        Args:
            values: parameters and levers by their name in the workbench.
        """
        from sim.world import start_world

        given = {path_of(name): float(value) for name, value in values.items()}
        changes = {path: value for path, value in given.items() if path in declared_parameters()}
        levers = {path: value for path, value in given.items() if path not in changes}
        past = load_scenario(REALISED)
        world = start_world(self.area, CENTRAL_DRAW, self.seed, self.sample, before=past, changes=changes)
        policy = with_levers(self.scenario, self.area, levers) if levers else self.scenario
        with_it, without = self._last_year(world, policy), self._last_year(world, self.reference)
        return {name: with_it[name] - without[name] for name, _ in self.outcomes}

    def _last_year(self, world: NeighbourhoodModel, scenario: Scenario) -> dict[str, float]:
        model = world.branch(scenario)
        for _ in range(MONTHS_PER_YEAR * self.years):
            model.step()
        counted = model.outcome_rows()
        rows = [*counted, *balance_rows(counted, model.p[DISCOUNT_RATE])]
        last = max(row["year"] for row in rows)
        found = {
            (row["outcome"], row["view"]): float(row["expected"])
            for row in rows
            if row["year"] == last and row["group"] == EVERYBODY
        }
        return {name: _value(found, name, view, self.years) for name, view in self.outcomes}


def with_levers(scenario: Scenario, area: str, levers: Mapping[str, float]) -> Scenario:
    """Return the scenario with other values of levers in one area, from its start on.

    Args:
        scenario: what to change.
        area: area in which; a lever that only the country may set is set there.
        levers: values by path.

    Raises:
        ScenarioError: when the result is no scenario: a value out of range, shares above one.
    """
    declared = declared_levers()
    national = {path: value for path, value in levers.items() if declared[path].scope == "national"}
    local = {path: value for path, value in levers.items() if path not in national}
    return vary(scenario, scenario.id, national, {area: local} if local else None)


def latin_hypercube(model: Any, points: int, seed: int) -> list[Any]:
    """Return points of a Latin hypercube over the uncertainties of a model, the same in every version.

    Args:
        model: a model made by :func:`ema_model`.
        points: number of points.
        seed: seed of the hypercube; the same seed gives the same points.

    Returns:
        What ``perform_experiments`` takes as its ``scenarios``.
    """
    ema = workbench()
    # called Scenario up to version 2 and Sample from 3 on
    point = ema.Sample if hasattr(ema, "Sample") else ema.Scenario
    parameters = list(model.uncertainties)
    shares = qmc.LatinHypercube(len(parameters), rng=seed).random(points)
    lows, highs = ([getattr(one, side) for one in parameters] for side in ("lower_bound", "upper_bound"))
    names = [one.name for one in parameters]
    return [
        point(number, **dict(zip(names, map(float, row), strict=True)))
        for number, row in enumerate(qmc.scale(shares, lows, highs))
    ]


def uncertain_range(path: str) -> tuple[float, float]:
    """Return between which values a parameter is varied: its bounds, or its 5th and 95th percentile.

    Raises:
        EmaError: when there is no such parameter, or nothing is uncertain about it.
    """
    parameter = declared_parameters().get(path)
    if parameter is None:
        raise EmaError(f"there is no parameter '{path}'{_near(path, list(declared_parameters()))}")
    if not _is_uncertain(parameter):
        raise EmaError(f"parameter '{path}' has no distribution, so that it cannot be an uncertainty")
    doubt = parameter.distribution
    low, high = (doubt.low, doubt.high) if doubt.p05 is None or doubt.p95 is None else (doubt.p05, doubt.p95)
    assert low is not None
    assert high is not None
    return low, high


def _uncertain() -> list[str]:
    return [path for path, parameter in declared_parameters().items() if _is_uncertain(parameter)]


def _is_uncertain(parameter: Parameter) -> bool:
    return parameter.distribution.kind != "fixed"


def _settable(scenario: Scenario, area: str) -> list[str]:
    """Return the levers that a scenario sets in an area, in the order of the declaration."""
    steps = scenario.schedule(area).steps
    return [path for path in declared_levers() if path in steps]


def _lever_range(path: str) -> tuple[float, float]:
    lever = declared_levers().get(path)
    if lever is None:
        raise EmaError(f"there is no lever '{path}'{_near(path, list(declared_levers()))}")
    return lever.low, lever.high


def _declared(name: str) -> Outcome:
    from sim.outcomes import OUTCOMES

    if name not in OUTCOMES:
        raise EmaError(f"there is no outcome '{name}'{_near(name, list(OUTCOMES))}")
    return OUTCOMES[name]


def _view(name: str, view: str | None) -> str:
    views = _declared(name).views
    if view is not None and view not in views:
        raise EmaError(f"outcome '{name}' has no view '{view}'; it has: {', '.join(views)}")
    return view or views[0]


def _kind(ema: Any, name: str) -> int:
    directions = {"higher": ema.ScalarOutcome.MAXIMIZE, "lower": ema.ScalarOutcome.MINIMIZE}
    return int(directions.get(_declared(name).better or "", ema.ScalarOutcome.INFO))


def _value(found: Mapping[tuple[str, str], float], name: str, view: str, years: int) -> float:
    if (name, view) in found:
        return found[name, view]
    if name.startswith(MAY_BE_EMPTY) and years > 1:
        return math.nan
    raise EmaError(f"outcome '{name}' does not exist after {years} years in view '{view}'; take more years")


def _near(name: str, known: Sequence[str]) -> str:
    found = nearest(name, known)
    return f"; did you mean '{found}'?" if found else ""


def workbench() -> Any:
    """Return the package.

    Raises:
        ImportError: when it is not installed, with what to do.
    """
    try:
        import ema_workbench
    except ModuleNotFoundError:
        raise ImportError('the EMA workbench is not installed: pip install "wijklab[ema]"') from None
    return ema_workbench
