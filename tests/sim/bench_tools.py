"""What the tests on the bench share: ways to set persons, and to compare them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.bench import Bench, Measure, Treatment, latent_offending, setting
from sim.draws import Rows
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.population import columns as c
from sim.trial import Ratio

P = load_parameters()
EXACT = 2e-4
"""Rates are single precision; their sums agree this well."""

STILL: Mapping[str, float] = {
    "income.shock_persistence": 1.0,
    "school.leaving_level": 0.0,
    "school.return": 0.0,
    "work.turnover": 1e-9,
}
"""Nobody's income, school or work changes by itself."""


def everyone(model: NeighbourhoodModel) -> Rows:
    """Return all rows."""
    return np.arange(model.people.used)


def recent(offences_last_month: int) -> Treatment:
    """Return a treatment: this many minor offences last month, and none before."""
    windows = setting(minor_events=0, serious_events=0, minor24=offences_last_month, serious24=0,
                      events12=offences_last_month, events6=offences_last_month)  # fmt: skip

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        windows(model, rows)
        model.people.minor_events[(model.month - 1) % c.WINDOW, rows] = offences_last_month

    return treat


def still() -> dict[str, float]:
    return {path.replace(".", "__"): value for path, value in STILL.items()}


def ratio(
    bench: Bench,
    treat: Treatment,
    instead: Treatment | None = None,
    months: int = 1,
    measure: Measure = latent_offending,
    **changes: float,
) -> Ratio:
    """Return the ratio over the last of the months under the central parameters with these changes."""
    parameters = P.replace(**changes)
    return bench.under(parameters).trial(treat, months, {"it": measure}, instead).ratio(months - 1, None, "it")


def close(found: float, wanted: float, tolerance: float = EXACT) -> bool:
    return abs(np.log(found / wanted)) < tolerance
