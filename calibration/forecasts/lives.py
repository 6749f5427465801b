"""Lives the areas under policy that goes on, up to the last year that is forecast."""

from __future__ import annotations

import json
import os
from pathlib import Path

from calibration.forecasts.naive import forecasted
from calibration.validation.lives import sample_of
from scenarios.catalogue import REALISED, load_scenario
from scenarios.posterior import posterior_changes
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, year_of
from sim.world import start_world

SCENARIO = "huidig-beleid-doorgezet"
YEARS = (2026, 2027, 2028, 2029)

Part = dict[str, tuple[float, float]]
"""Value and denominator by ``outcome:year``, of one area in one draw."""

Job = tuple[str, int, "float | None", Path]


def live_area(area: str, draw: int, sample: float | None = None) -> Part:
    """Return the outcomes of an area in one draw, from expectations where there are any.

    Args:
        area: area id.
        draw: parameter draw, and seed: luck differs between draws as parameters do.
        sample: share of the streets; ``None`` lets the area choose.
    """
    world = start_world(
        area, draw, draw, sample_of(area, sample), before=load_scenario(REALISED), changes=posterior_changes(draw, area)
    ).branch(load_scenario(SCENARIO))
    for _ in range((YEARS[-1] + 1 - year_of(SCENARIO_START)) * MONTHS_PER_YEAR):
        world.step()
    return {
        f"{row['outcome']}:{row['year']}": (row["expected_numerator"] / row["denominator"], float(row["denominator"]))
        for row in world.outcome_rows()
        if row["outcome"] in forecasted() and row["view"] == "place" and row["year"] in YEARS
    }


def live(job: Job) -> tuple[str, int, Part]:
    """Live one area in one draw and keep it in a folder, unless it is there."""
    area, draw, sample, folder = job
    target = folder / f"{area}-{draw}.json"
    if not target.exists():
        draft = folder / f".{area}-{draw}.{os.getpid()}.draft"
        draft.write_text(json.dumps(live_area(area, draw, sample)), encoding="utf-8")
        draft.rename(target)
    kept = json.loads(target.read_text(encoding="utf-8"))
    return area, draw, {name: (value, whole) for name, (value, whole) in kept.items()}
