"""Under which circumstances does a scenario do harm? A Latin hypercube, and PRIM of the EMA workbench.

    python docs/examples/scenario_discovery.py            about a minute: 50 evaluations made here
    python docs/examples/scenario_discovery.py OUT        the same question to a stored batch, in a second

The scenario is ``limits-first``: twice as many stops, more prosecution. Harm is more crime than with no programme. A
box is a range for some of the uncertain parameters in which harm is common.
Needs the extra: ``pip install "wijklab[ema]"``.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from results.reading import open_results
from scenarios.catalogue import load_scenario
from scenarios.discovery import find_box, stored_cases
from scenarios.ema import ema_model, latin_hypercube, name_of
from sim.parameters import declared_parameters

AREA = "vlaardingen-westwijk"
SCENARIO, REFERENCE = "limits-first", "geen-programma"
OUTCOME = "crimes_per_1000"
UNCERTAINTIES = (
    "services.stop_effect",
    "police.stops_per_hour",
    "police.jeugdboa_effect",
    "police.discovery",
    "programme.additionality",
    "services.mentoring_effect",
)
LARGEST_P = 0.05
"""A bound of a box that chance alone gives more often than this is not worth telling."""

FEW = 20
"""Cases in a box below which its shares say little."""


def evaluate(points: int = 50, years: int = 3, sample: float = 0.05, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the cases of a Latin hypercube and the difference in the outcome for each.

    Args:
        points: number of evaluations.
        years: years to live; the difference is that of the last.
        sample: share of the streets.
        seed: seed of the worlds and of the hypercube.
    """
    from ema_workbench import perform_experiments

    model = ema_model(
        load_scenario(SCENARIO),
        load_scenario(REFERENCE),
        AREA,
        years,
        sample,
        seed,
        outcomes=[OUTCOME],
        uncertainties=UNCERTAINTIES,
        levers=[],
    )
    experiments, outcomes = perform_experiments(model, scenarios=latin_hypercube(model, points, seed))
    return experiments[[name_of(path) for path in UNCERTAINTIES]].astype(float), np.asarray(outcomes[OUTCOME])


def tell(cases: pd.DataFrame, difference: np.ndarray) -> str:
    """Return in plain words where harm is common.

    Args:
        cases: one row per evaluation, one column per uncertainty.
        difference: of the outcome, of which less is better.
    """
    known = ~np.isnan(difference)
    cases, harm = cases[known].reset_index(drop=True), difference[known] > 0
    told = [f"{SCENARIO} against {REFERENCE}: more crime in {harm.sum()} of {harm.size} cases."]
    if harm.all() or not harm.any():
        return f"{told[0]} All cases agree, so there is no box to look for."
    box = find_box(cases, harm)
    told.append(f"Of the {box.cases} cases in the box {box.density:.0%} are harm (density), of all {harm.mean():.0%}.")
    told.append(f"The box holds {box.coverage:.0%} of all harm (coverage). It is where:")
    for path in sorted(box.limits, key=lambda path: box.p_values[path]):
        low, high = box.limits[path]
        declared = declared_parameters()[path]
        doubt = "" if box.p_values[path] <= LARGEST_P else " - may well be chance"
        told.append(f"  {path} is between {low:.3g} and {high:.3g} {declared.unit}{doubt}")
        told.append(f"    ({declared.description.en})")
    if box.cases < FEW:
        told.append(f"{box.cases} cases are few: read the shares as a hint.")
    told.append("A seed is one luck: before you believe a box, see whether it holds with other seeds and new points.")
    return "\n".join(told)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(tell(*stored_cases(open_results(sys.argv[1]), SCENARIO, UNCERTAINTIES, OUTCOME)))
    else:
        print(tell(*evaluate()))
