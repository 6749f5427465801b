"""The fake model with what a balance, a split and states without data are made of."""

from typing import Any

import fake_model

from results.ledger import balance_rows
from scenarios.design import Task
from scenarios.runs import Run
from scenarios.worlds import DISCOUNT_RATE

RATE = 0.21
"""A year and a half at this rate is 1.21 ** 1.5 = 1.331: discounted amounts are round."""

RESIDENTS = 1000.0
EUROS = ("euro", "EUR")
SHARE = ("aandeel", "share")

LEDGER = {
    "flow_society_programme": "Maatschappij: het programma",
    "flow_society_crime": "Maatschappij: slachtoffers",
    "flow_payer_municipality": "Betaler: gemeente",
    "flow_payer_uwv": "Betaler: UWV",
    "flow_payer_households": "Betaler: huishoudens",
    "residents_at_start": "Bewoners",
    "programme_euros_on_later_residents": "Later",
    "npv_society_per_resident": "Saldo",
    "npv_payer_municipality": "Saldo van de gemeente",
    "npv_payer_uwv": "Saldo van UWV",
    "npv_payer_households": "Saldo van huishoudens",
}
PLACE = {"problem_debt_share": "poverty", "stapeling_share": "stacking", "stapeling_independent_share": "stacking"}
PLACE_AND_PEOPLE = ("problem_debt_share", "stapeling_share")


def codebook_outcomes() -> dict[str, dict[str, object]]:
    known = fake_model.codebook_outcomes()
    for number, (name, dutch) in enumerate(LEDGER.items()):
        known[name] = entry(f"l{number}", dutch, EUROS, "ledger", ["people"])
        known[name]["total"] = name != "npv_society_per_resident"
        known[name]["kept_by"] = "results" if name.startswith("npv_") else "sim"
    for number, (name, section) in enumerate(PLACE.items()):
        views = ["place", "people"] if name in PLACE_AND_PEOPLE else ["place"]
        known[name] = entry(f"p{number}", f"{name} (nl)", SHARE, section, views)
    known["cohesion_mean"] = entry("c", "Sociale samenhang", ("basis = 100", "base = 100"), "index", ["place"])
    known["cohesion_mean"]["latent"] = True
    return known


def entry(short: str, dutch: str, unit: tuple[str, str], section: str, views: list[str]) -> dict[str, object]:
    return {
        "short": short,
        "name": {"nl": dutch, "en": f"{dutch} (en)"},
        "unit": {"nl": unit[0], "en": unit[1]},
        "kind": "flow",
        "views": views,
        "better": "higher",
        "total": False,
        "can_be_empty": False,
        "section": section,
    }


def parameters() -> dict[str, dict[str, Any]]:
    return {DISCOUNT_RATE: {"value": RATE}}


def simulate(task: Task) -> list[Run]:
    """Add to the runs of the fake model; with money crime falls, debts are solved and fewer newcomers have debts."""
    found = []
    for run in fake_model.simulate(task):
        spends = any(row["outcome"] == "programme_euros_budget" and row["numerator"] for row in run.rows)
        rows = [
            *run.rows,
            *(row for year in range(task.years) for row in _rows(2025 + year, spends, "arrival" in task.groups)),
        ]
        rows += balance_rows(rows, RATE)
        found.append(Run(run.scenario, run.area, run.draw, run.seed, rows, run.seconds))
    return found


def gainless(task: Task) -> list[Run]:
    """Like simulate, but nothing comes of the money."""
    found = simulate(task)
    for run in found:
        for row in run.rows:
            if row["outcome"] == "flow_society_crime" or (row["outcome"], row["view"]) == (
                "problem_debt_share",
                "people",
            ):
                row.update(numerator=1.0, expected_numerator=1.0)  # type: ignore[attr-defined]
    return found


def _rows(year: int, spends: bool, arrival: bool) -> list[dict[str, object]]:
    one = float(spends)
    found = [
        _row(year, "people", "all", name, euros)
        for name, euros in {
            "flow_society_programme": -11_000.0 * one,
            "flow_society_crime": -990_000 + 5_500 * one,
            "flow_payer_municipality": -11_000.0 * one,
            "flow_payer_uwv": 1_100.0 * one,
            "flow_payer_households": 7.0,
            "residents_at_start": RESIDENTS,
            "programme_euros_on_later_residents": 2_200.0 * one,
        }.items()
    ]
    for name, (numerator, size) in {
        "problem_debt_share": (100 - 20 * one, 1000.0),
        "stapeling_share": (80.0, 1000.0),
        "stapeling_independent_share": (50.0, 1000.0),
        "cohesion_mean": (100 + one, 1.0),
    }.items():
        found.append(_row(year, "place", "all", name, numerator, size))
    for name in PLACE_AND_PEOPLE:
        found.append(_row(year, "people", "all", name, 100 - 20 * one, 1000.0))
        if arrival:
            found.append(_row(year, "place", "arrival:before", name, 60 - 12 * one, 600.0))
            found.append(_row(year, "place", "arrival:since", name, 40 - 8 * one, 400.0))
    return found


def _row(year: int, view: str, group: str, name: str, numerator: float, size: float = 1.0) -> dict[str, object]:
    return {
        "year": year,
        "view": view,
        "group": group,
        "outcome": name,
        "value": numerator / size,
        "expected": numerator / size,
        "numerator": numerator,
        "denominator": size,
        "expected_numerator": numerator,
    }
