"""Two policies in Mesa's own ``batch_run``, with months collected by Mesa's data collector.

    python docs/examples/mesa_batch_run.py

Good for a handful of runs and for who knows Mesa. Every run builds its own start here and keeps all in memory; a batch
of Wijklab shares the start between scenarios, resumes, and survives a lost worker (docs/bridges.md).
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import pandas as pd
from mesa.batchrunner import batch_run

from scenarios.catalogue import load_scenario
from sim.calendar import month_label
from sim.model import NeighbourhoodModel
from sim.programme.services import open_counts

AREA = "vlaardingen-westwijk"
POLICY, REFERENCE = "preventie-met-gezag", "geen-programma"
MONTHS = 24


def residents(model: NeighbourhoodModel) -> float:
    """Return who lives there, in persons of the whole area."""
    return len(model.residents) / model.fraction


def suspects(model: NeighbourhoodModel) -> float:
    """Return who was registered as a suspect this month, in persons of the whole area."""
    return len(model.suspects.rows) / model.fraction


def enrolled(model: NeighbourhoodModel) -> float:
    """Return how many places of services are taken, in persons of the whole area."""
    return sum(open_counts(model).values()) / model.fraction


def lived(model: NeighbourhoodModel) -> str:
    """Return the month that was lived last."""
    return month_label(model.month - 1)


REPORTERS = {"month": lived, "residents": residents, "suspects": suspects, "enrolled": enrolled}


def run(seeds: Sequence[int] = (1, 2, 3), months: int = MONTHS, sample: float = 0.05) -> pd.DataFrame:
    """Return one row per policy, seed and month.

    Args:
        seeds: seeds; the same seed is the same luck under both policies.
        months: months to live.
        sample: share of the streets.
    """
    # a list around a value: Mesa runs through everything it can iterate over, also a scenario
    parameters: dict[str, Any] = {
        "area": AREA,
        "scenario": [load_scenario(POLICY), load_scenario(REFERENCE)],
        "sample": sample,
        "collect": [REPORTERS],
    }
    if "rng" in inspect.signature(batch_run).parameters:  # Mesa 3.5: seeds apart, lives as many steps as it is told
        options: dict[str, Any] = {"rng": list(seeds), "max_steps": months}
    else:  # Mesa 3.3: seeds among the parameters, lives until the steps are above max_steps
        parameters["rng"] = list(seeds)
        options = {"max_steps": months - 1}
    rows = batch_run(
        NeighbourhoodModel,
        parameters,
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
        **options,
    )
    found = pd.DataFrame(rows)
    found["scenario"] = [scenario.id for scenario in found["scenario"]]
    return found[["scenario", "rng", *REPORTERS]].rename(columns={"rng": "seed"})


def differences(rows: pd.DataFrame) -> pd.DataFrame:
    """Return policy minus reference by seed: suspects over all months, places taken in the last."""
    by_run = rows.groupby(["scenario", "seed"]).agg(suspects=("suspects", "sum"), enrolled=("enrolled", "last"))
    return by_run.loc[POLICY] - by_run.loc[REFERENCE]


if __name__ == "__main__":
    found = run()
    print(found.groupby(["month", "scenario"])[["suspects", "enrolled"]].mean().unstack().tail(6).round(1).to_string())
    print("Policy minus reference, by seed:")
    print(differences(found).round(1).to_string())
    print("Three seeds and one set of parameters: this shows how it works, not what the policy does.")
