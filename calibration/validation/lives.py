"""Lives an area from 2022 to 2024 and counts what the hold-outs ask: sums by name, added over areas before dividing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from calibration.probe_domains import Measures
from scenarios.catalogue import REALISED, load_scenario
from scenarios.posterior import posterior_changes
from sim.areas import load_area
from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START
from sim.mechanisms.surroundings import liveability
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.world import start_world

RESIDENTS_LIVED = 5_000
"""Residents of an area that are lived by default: luck among them is small beside the doubt about parameters."""

LAST_YEAR = 2024
YEARS = (2022, 2023, LAST_YEAR)

READ = {
    "problem_debt_share": (2022, "all"),
    "registered_crimes_per_1000": (LAST_YEAR, "all"),
    "welfare_share": (2022, "wijk"),
    "low_financial_welfare_share": (LAST_YEAR, "wijk"),
    "early_school_leavers_share": (YEARS, "all"),
    "registered_suspects_12_24_per_10k": (YEARS, "all"),
    "registered_suspects_12plus_per_10k": (YEARS, "all"),
    "neet_share": (2023, "all"),
    "child_poverty_share": (LAST_YEAR, "all"),
}
"""Outcomes that are read, with the years and whether also by wijk."""

WIDE = (12, 256)
COUNTED = {
    "inflow_12plus": ("inflow", WIDE, (LAST_YEAR,)),
    "lived_12plus": ("person_months", WIDE, (LAST_YEAR,)),
    "minor_suspects": ("suspects", (12, 18), YEARS),
    "minor_suspects_known": ("known_suspects", (12, 18), YEARS),
    "victims_15_24": ("victims", (15, 25), YEARS),
    "lived_15_24": ("person_months", (15, 25), YEARS),
    "victims_25plus": ("victims", (25, 256), YEARS),
    "lived_25plus": ("person_months", (25, 256), YEARS),
}
"""Counts by age that no outcome tells: series, ages, years."""


def sample_of(area: str, asked: float | None) -> float:
    """Return the share of the streets to live: as asked, or so many that :data:`RESIDENTS_LIVED` live there."""
    if asked is not None:
        return asked
    return min(1.0, RESIDENTS_LIVED / load_area(area).figures["residents_2022"].value)


def live_area(area: str, draw: int, sample: float | None = None) -> Measures:
    """Return what the hold-outs ask of an area in one parameter draw, for the whole area.

    The seed is the number of the draw: luck differs between draws as parameters do.

    Args:
        area: area id.
        draw: parameter draw.
        sample: share of the streets; ``None`` lets the area choose (:func:`sample_of`).
    """
    realised = load_scenario(REALISED)
    model = start_world(
        area, draw, draw, sample_of(area, sample), before=realised, start=BASE, changes=posterior_changes(draw, area)
    )
    found = {"residents_base": _residents(model), "weak_base": _weak(model), "homes": float(model.dwellings.used)}
    without = model.branch(None)
    for world in (model, without):
        while world.month < SCENARIO_START:
            world.step()
    found["residents_end"] = _residents(model)
    found["weak_end"] = _weak(model)
    found["weak_end_without"] = _weak(without)
    found |= _counted(model)
    found["minor_suspects_first"] = found["minor_suspects"] - found["minor_suspects_known"]
    whole = {name: value / model.fraction for name, value in found.items()}
    return whole | _read(model.outcome_rows(("wijk",)))


def _residents(model: NeighbourhoodModel) -> float:
    return float(np.count_nonzero(model.people.column("status") == c.INSIDE))


def _weak(model: NeighbourhoodModel) -> float:
    """Return the homes in surroundings of weak liveability, as the outcome counts them."""
    weak = liveability(model) < model.centres["liveability_line"]
    return float(np.count_nonzero(weak[model.dwellings.column("street")]))


def _counted(model: NeighbourhoodModel) -> Measures:
    counts = model.counts
    place = counts.cells_of_view("place")
    found: Measures = {}
    for name, (series, ages, years) in COUNTED.items():
        cells = place & counts.ages_within(ages, "place")
        per = MONTHS_PER_YEAR if series == "person_months" else 1
        found[name] = sum(
            float(counts.years[year].counts[series][cells].sum()) / per
            for year in years
            if series in counts.years[year].counts
        )
    return found


def _read(rows: Iterable[dict[str, Any]]) -> Measures:
    """Return numerators and denominators of the outcomes read, from expectations where there are any."""
    found: Measures = {}
    for row in rows:
        if row["outcome"] not in READ or row["view"] != "place":
            continue
        years, kind = READ[row["outcome"]]
        if row["year"] not in (years if isinstance(years, tuple) else (years,)):
            continue
        if row["group"] != "all" and kind != "wijk":
            continue
        name = row["outcome"] if row["group"] == "all" else f"{row['outcome']}:{row['group']}"
        found[f"{name}:part"] = found.get(f"{name}:part", 0.0) + float(row["expected_numerator"])
        found[f"{name}:whole"] = found.get(f"{name}:whole", 0.0) + float(row["denominator"])
    return found
