"""Everything that is asked of one choice: its runs, which go on where they stopped, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from calibration.decisions.break_even import BreakEven, break_even_of
from calibration.decisions.gains import Floats, Gains, gains_of
from calibration.decisions.information import Information, information
from calibration.decisions.next_euros import NextEuros, next_design, next_euros
from calibration.decisions.regret import RegretTable, regret_table
from calibration.decisions.structure import structural_design, switches, worlds
from calibration.groups import CHANCE, groups, uncertain
from results.balance import Balance, balance
from results.codebook import Codebook
from results.comparison import Run
from results.ledger import NPV_SOCIETY
from results.reading import POINT_MARK, Results
from results.stored_tables import DONE
from scenarios.api import run_design_in
from scenarios.batch import Progress
from scenarios.design import Design
from scenarios.worlds import DISCOUNT_RATE
from sim.parameters import declared_parameters
from sim.scenario import Scenario

DRAWS, STRUCTURE, NEXT = "draws", "structure", "next"
"""The folders of the three parts."""

NEXT_SEEDS = 4
"""Seeds of what more money does: a small difference beside chance."""

ALL_AREAS = "all"


@dataclass(frozen=True)
class Part:
    """Worth of the options beside the reference, and the runs it stands on.

    Attributes:
        gains: by world.
        failed: runs that failed.
    """

    gains: Gains
    failed: int


@dataclass(frozen=True)
class InDraws:
    """The choice over draws of what we do not know.

    Attributes:
        part: worth of every option by draw and seed.
        better: by scenario the share of futures (draw and seed) in which it is worth more than the reference, as
            expected there; ties half.
        best: id of the option with the highest mean, the reference where none is higher.
        break_even: by scenario what must be true.
        known: what knowing is worth.
    """

    part: Part
    better: Mapping[str, float]
    best: str
    break_even: Mapping[str, BreakEven]
    known: Information


@dataclass(frozen=True)
class InWorlds:
    """The choice over worlds that are built differently.

    Attributes:
        part: worth of every option by world; a world is a draw here.
        regret: regrets.
        by_switch: by switch and way (second or not) the mean worth of every option.
    """

    part: Part
    regret: RegretTable
    by_switch: Mapping[tuple[str, bool], tuple[float, ...]]


def run_draws(design: Design, out: Path, workers: int, progress: Progress) -> InDraws:
    """Run a design of options over draws and return the choice.

    Args:
        design: the options, the reference last.
        out: folder of the runs.
        workers: processes.
        progress: told how far it is.

    Raises:
        NothingLeft: when no world is whole.
    """
    results = run_design_in(design, out, workers, progress=progress)
    return in_draws(results, design)


def in_draws(results: Results, design: Design) -> InDraws:
    """Return the choice over the draws of finished runs; arguments and errors as for :func:`run_draws`."""
    part = _part(results, design, len(design.draws) * len(design.seeds))
    gains = part.gains
    per_draw = gains.per_draw()
    means = per_draw.mean(axis=0)
    better = {
        option: float(((gains.euros[:, place] > 0) + 0.5 * (gains.euros[:, place] == 0)).mean())
        for place, option in enumerate(gains.options)
        if place
    }
    found = {}
    for option in better:
        one = _balance(results, option, design)
        if one is not None:
            found[option] = break_even_of(one)
    values = drawn(results.draws, design.areas, gains.draws)
    return InDraws(part, better, gains.options[int(means.argmax())], found, worth_of_knowing(per_draw, values))


def worth_of_knowing(per_draw: Floats, values: Mapping[str, Floats]) -> Information:
    """Return what knowing parameters, and groups of them, is worth; arguments as for :func:`information`."""
    return information(per_draw, values, {name: group.paths for name, group in groups().items() if name != CHANCE})


def drawn(draws: pd.DataFrame, areas: Sequence[str], numbers: Sequence[int]) -> dict[str, Floats]:
    """Return by uncertain parameter its value in some draws; in one area with what deviates there.

    Args:
        draws: the table of draws of a folder of results.
        areas: the areas; of several the national values are taken.
        numbers: the draws, in order.
    """
    known = {path for path, parameter in declared_parameters().items() if uncertain(parameter)}
    rows = draws[draws["parameter"].isin(known)]
    national = rows[rows["area"] == ALL_AREAS].pivot(index="draw", columns="parameter", values="value")
    if len(areas) == 1:
        here = rows[rows["area"] == areas[0]].pivot(index="draw", columns="parameter", values="value")
        national = here.combine_first(national)
    national = national.loc[list(numbers)]
    return {path: national[path].to_numpy(dtype=float) for path in national}


def run_structure(design: Design, out: Path, workers: int, progress: Progress) -> InWorlds:
    """Run a design of :func:`structural_design` and return the choice.

    Arguments and errors as for :func:`run_draws`.
    """
    results = run_design_in(design, out, workers, progress=progress)
    rows = _worth(results)
    base, _, points = (rows["scenario"].str.partition(POINT_MARK)[place] for place in range(3))
    # a point of the sweep is a world: what a draw is elsewhere
    rows = rows.assign(scenario=base, draw=points.astype(int))
    options = [each.id for each in design.scenarios[:-1]]
    gains = gains_of(rows, options, design.reference, design.areas, len(worlds()) * len(design.seeds))
    return in_worlds(Part(gains, _failed(results)))


def in_worlds(part: Part) -> InWorlds:
    """Return regrets over the worlds, the seeds of a world taken together."""
    gains = part.gains
    per_world = gains.per_draw()
    second = {world.number: world.second for world in worlds()}
    by_switch = {}
    for switch in switches():
        for way in (False, True):
            mine = [second[number][switch.id] == way for number in gains.draws]
            if any(mine):
                by_switch[switch.id, way] = tuple(float(value) for value in per_world[mine].mean(axis=0))
    return InWorlds(part, regret_table(gains.options, per_world), by_switch)


def run_next(
    scenario: Scenario, area: str, like: Design, out: Path, workers: int, progress: Progress
) -> list[NextEuros]:
    """Run what more money for each line of a scenario does in an area.

    Args:
        scenario: what is added to.
        area: area id.
        like: years, sample and first seed are taken from it.
        out: folder of the runs.
        workers: processes.
        progress: told how far it is.

    Raises:
        NothingLeft: when no world is whole.
    """
    seeds = range(like.seeds[0], like.seeds[0] + NEXT_SEEDS)
    design = next_design(scenario, area, like.years, seeds, like.sample)
    results = run_design_in(design, out, workers, progress=progress)
    return next_euros(results.outcomes(None, group="all"), design.reference, area)


def designs(like: Design) -> Mapping[str, Callable[[], Design]]:
    """Return by part how to make its design."""
    *others, reference = like.scenarios
    given = (others, reference, like.areas, like.years, like.seeds, like.sample)
    return {DRAWS: lambda: replace(like, id=DRAWS), STRUCTURE: lambda: structural_design(*given)}


def _part(results: Results, design: Design, worlds_asked: int) -> Part:
    options = [each.id for each in design.scenarios[:-1]]
    return Part(
        gains_of(_worth(results), options, design.reference, design.areas, worlds_asked),
        _failed(results),
    )


def _worth(results: Results) -> pd.DataFrame:
    return results.outcomes(None, outcome=NPV_SOCIETY, group="all")


def _failed(results: Results) -> int:
    return int((results.runs["status"] != DONE).sum())


def _balance(results: Results, option: str, design: Design) -> Balance | None:
    codebook: Codebook = results.codebook
    names = [
        name for name in codebook.outcomes if name.startswith(("flow_", "residents_at_start", "programme_euros_on"))
    ]
    rows = results.outcomes(None, scenario=(option, design.reference), outcome=names, group="all")
    broken = results.runs[results.runs["status"] != DONE]
    failed: list[Run] = list(broken[["scenario", "area", "draw", "seed"]].itertuples(index=False, name=None))
    rate = codebook.parameter(DISCOUNT_RATE)
    return balance(rows, option, design.reference, codebook, rate, failed, design.areas)
