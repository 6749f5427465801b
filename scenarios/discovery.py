"""Scenario discovery: under which circumstances something happens, such as a scenario doing harm.

Cases come from the EMA workbench (:mod:`scenarios.ema`) or from a stored batch; the search is PRIM of the workbench.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results.reading import POINT_MARK, Results
from scenarios.ema import EVERYBODY, EmaError, name_of, path_of, workbench

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SMALLEST_BOX = 0.1
"""Share of all cases that a box holds at least."""

ANY_DENSITY = 1e-9
"""Version 2 hides boxes of a lower density, and counts as of interest what is not below it: so above zero."""

MIN_VALUES = 2
"""Values that a quantity must have for a box to be about it."""

CASE = ["point", "draw"]
"""What makes a case of a stored batch: a point of its sweep in a parameter draw."""


@dataclass(frozen=True)
class Box:
    """Ranges of some parameters or levers within which what one looks for is common.

    Attributes:
        limits: lowest and highest value by path, of what is bound.
        p_values: by path the chance that a bound is there by luck, as the workbench estimates it; the smaller of both.
        coverage: share of all cases of interest that lie in the box.
        density: share of the cases in the box that are of interest.
        cases: number of cases in the box.
        found: the workbench's own box, for its plots.
    """

    limits: Mapping[str, tuple[float, float]]
    p_values: Mapping[str, float]
    coverage: float
    density: float
    cases: int
    found: Any


def find_box(cases: pd.DataFrame, of_interest: ArrayLike, smallest: float = SMALLEST_BOX) -> Box:
    """Return where cases of interest are common, with PRIM of the workbench.

    Of the boxes that PRIM passes on its way to the smallest, the one is taken that balances coverage and density best
    (their harmonic mean is largest).

    Args:
        cases: one row per evaluation, one column per uncertainty or lever, by its name in the workbench.
        of_interest: for each row whether it is what one looks for, such as harm.
        smallest: share of all rows that a box holds at least; a box of a few rows says nothing.

    Raises:
        EmaError: when all rows are of interest, or none.
    """
    workbench()
    from ema_workbench.analysis.prim import Prim

    wanted = np.asarray(of_interest, dtype=bool)
    if wanted.all() or not wanted.any():
        raise EmaError(
            f"{'all' if wanted.any() else 'none'} of the {wanted.size} cases are of interest: no box to find"
        )
    options: dict[str, Any] = {"mass_min": smallest}
    if "threshold" in inspect.signature(Prim).parameters:
        options["threshold"] = ANY_DENSITY
    box = Prim(cases.reset_index(drop=True), wanted, **options).find_box()
    way = box.peeling_trajectory
    best = int((way["coverage"] * way["density"] / (way["coverage"] + way["density"])).argmax())
    box.select(best)
    chances = (box.p_values if hasattr(box, "p_values") else box.qp)[best]
    limits = box.box_lims[best]
    return Box(
        limits={path_of(name): (float(limits[name].iloc[0]), float(limits[name].iloc[1])) for name in chances},
        p_values={path_of(name): _smallest(both) for name, both in chances.items()},
        coverage=float(box.coverage),
        density=float(box.density),
        cases=round(float(box.mass) * wanted.size),
        found=box,
    )


def _smallest(both: Sequence[float]) -> float:
    """Return the smaller of the chances of two bounds; a side that is not bound has a negative one."""
    return min((float(one) for one in both if one >= 0), default=1.0)


def stored_cases(
    results: Results, scenario: str, paths: Sequence[str], outcome: str, view: str = "place"
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return what a stored batch says of a scenario: the inputs and the difference in an outcome, case by case.

    A case is a point of the sweep in a parameter draw, in the last year, averaged over seeds and with areas added up.

    Args:
        results: the batch.
        scenario: id of a scenario, without the number of a point.
        paths: parameters and levers to look at: swept ones, or parameters that differ between draws.
        outcome: id of an outcome.
        view: population.

    Returns:
        One row per case with a column per path (by its name in the workbench), and scenario minus reference.

    Raises:
        EmaError: when a path is neither swept nor drawn.
    """
    if scenario not in results.scenarios:
        known = ", ".join(results.scenarios)
        raise EmaError(f"there is no scenario '{scenario}' in {results.folder}; there are {known}")
    year = int(results.outcomes(["year"], outcome=outcome)["year"].max())
    rows = results.outcomes(outcome=outcome, year=year, view=view, group=EVERYBODY)
    rows[["policy", "point"]] = _policy_and_point(rows["scenario"])
    sums = rows.groupby(["policy", *CASE, "seed"])[["expected_numerator", "denominator"]].sum(min_count=1)
    whole = rows.groupby(["policy", *CASE, "seed"])["area"].nunique() == len(results.areas)
    level = (sums["expected_numerator"] / sums["denominator"])[whole]
    if results.codebook.outcome(outcome).total:
        level = sums["expected_numerator"][whole]
    with_it = level.loc[scenario].reset_index(name="scenario_value")
    # a reference that is not swept has no points: it is the same for all of them
    without = level.loc[results.reference].reset_index(name="reference_value")
    on = [*CASE, "seed"] if without["point"].any() or not with_it["point"].any() else ["draw", "seed"]
    both = with_it.merge(without[[*on, "reference_value"]], on=on)
    both["difference"] = both["scenario_value"] - both["reference_value"]
    difference = both.groupby(CASE)["difference"].mean()
    cases = pd.DataFrame({name_of(path): _values(results, scenario, path, difference.index) for path in paths})
    return cases, difference.to_numpy()


def _policy_and_point(scenarios: pd.Series) -> NDArray[np.object_]:
    parts = [name.partition(POINT_MARK) for name in scenarios]
    return np.array([(policy, point) for policy, _, point in parts], dtype=object)


def _values(results: Results, scenario: str, path: str, cases: pd.Index) -> NDArray[np.float64]:
    """Return the value of a quantity in each case: as it was swept, or as it was drawn."""
    runs = results.runs
    for column in (f"lever:{path}", f"parameter:{path}"):
        if column in runs:
            own = runs.assign(**dict(zip(("policy", "point"), _policy_and_point(runs["scenario"]).T, strict=True)))
            swept = own[own["policy"] == scenario].groupby(CASE)[column].first()
            return swept.loc[cases].to_numpy(dtype=float)
    draws = results.draws[results.draws["parameter"] == path]
    drawn = draws[draws["area"] == EVERYBODY].set_index("draw")["value"]
    if len(results.areas) == 1:  # of several areas together none has a value of its own
        drawn.update(draws[draws["area"] == results.areas[0]].set_index("draw")["value"])
    if drawn.nunique() < MIN_VALUES:
        raise EmaError(f"'{path}' is neither swept nor does it differ between the draws of {results.folder}")
    return drawn.loc[cases.get_level_values("draw")].to_numpy(dtype=float)
