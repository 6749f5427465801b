"""A small store with awkward names: quotes, commas, line ends, letters with dots, texts that look like formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from results.reading import Results, open_results
from results.store import Store
from results.tables import DRAWS, FAILURES, OUTCOMES, RUNS, table

AWKWARD = [
    "=1+1",
    "+31 6",
    "-2",
    "@SUM(A1)",
    "\ttab",
    "\rline",
    "'=2",
    'zegt "ë, ü"; punt',
    "a;=1+1",
    "twee\nregels",
    "=cmd|' /C calc'!A0",
    "a,-b",
]
"""Titles, names and groups that a spreadsheet, or a reader of csv, may stumble over."""

SCENARIOS = ("new", "=1+1", "old")
AREAS = ("@north", "south, ë")
LOCAL = {"file": '=mijn "cijfers".xlsx', "sha256": "ab" * 32, "area": "@north", "cells": [{"cell": "debts"}] * 3}
LONG = "very_long_name_of_an_outcome_that_no_column_of_stata_can_hold_share"
UNITS = {"share": {"nl": "aandeel", "en": "share"}, "count": {"nl": "personen", "en": "persons"}}


def codebook() -> dict[str, Any]:
    """Return the codebook: three outcomes, of which one has a long name and one exists for one view."""
    outcomes = {
        "rate": ("rate", 'Aandeel, "ë"', "share", ["place", "people"]),
        LONG: ("long_share", "=1+1 met een naam", "share", ["place"]),
        "count": ("year", "Aantal; personen", "count", ["place", "people"]),
    }
    entry = {"kind": "flow", "better": "lower", "total": False, "can_be_empty": False, "section": "", "latent": False}
    return {
        "schema": 3,
        "outcomes": {
            name: {"short": short, "name": {"nl": f"{text} (nl)", "en": f"{text} (en)"}, "unit": UNITS[unit], **entry}
            | {"views": views, "kept_by": "sim"}
            for name, (short, text, unit, views) in outcomes.items()
        },
        "sections": {},
        "interventions": {"halt": {"name": {"nl": "=halt", "en": "@halt"}, "pillar": {"nl": "grens", "en": "limit"}}},
        "scenarios": {
            name: {"title": {"nl": f"{title} nl", "en": f"{title} en"}, "explanation": {"nl": "-uitleg", "en": "-why"}}
            for name, title in zip(SCENARIOS, AWKWARD, strict=False)
        },
        "areas": {
            name: {"name": f"={name}", "certainty": "low", "certainty_note": {"nl": "n", "en": "e"}, "wijken": {}}
            for name in AREAS
        },
        "sources": {"cbs": {"publisher": "CBS", "title": "Kerncijfers", "licence": "CC BY 4.0", "attribution": "CBS"}},
        "parameters": {
            "a.b": {
                "value": 0.1,
                "unit": "ratio",
                "description": {"nl": "+b", "en": "+b"},
                "source": "=s",
                "grade": "low",
            },
            "a.ages": {"value": [1.0, 2.5], "unit": "years", "description": {"nl": "l", "en": "l"}, "source": "j"},
        },
    }


def outcome_rows(scenario: str, area: str, draw: int, seed: int, years: int = 2) -> list[dict[str, Any]]:
    """Return rows of one run, with numbers that need all their digits, and rows that are not there."""
    base = {"scenario": scenario, "area": area, "draw": draw, "seed": seed}
    rows = []
    for place, (name, view) in enumerate((n, v) for n, e in codebook()["outcomes"].items() for v in e["views"]):
        for year in range(2025, 2025 + years):
            if name == "count" and year == 2025:
                continue  # cannot exist yet: an absent row
            groups = (
                ["all", "service:halt", "wijk:=1+1", *[f"odd:{text}" for text in AWKWARD]] if place == 0 else ["all"]
            )
            for number, group in enumerate(groups):
                numerator = (len(scenario) + draw / 3 + seed / 7 + year / 11 + number + place * 1e-9) * 1e5
                denominator = 3.0 + number
                value = numerator / denominator
                more = {"value": value, "expected": value / 7, "numerator": numerator, "denominator": denominator}
                where = {"year": year, "view": view, "group": group, "outcome": name}
                rows.append({**base, **where, **more, "expected_numerator": numerator / 7})
    return rows


def make_store(folder: Path, local: Any = None, draws: int = 2, years: int = 2) -> Results:
    """Write the store and open it."""
    facts = {
        "version": "1.2.3",
        "commit": "c0ffee",
        "fingerprint": "f" * 64,
        "command": ["wijklab", "compare", "=1+1"],
        "scenarios": list(SCENARIOS),
        "reference": "old",
        "areas": list(AREAS),
        "draws": list(range(1, draws + 1)),
        "seeds": [1],
        "sample": 0.1,
        "years": years,
        "started": "2026-01-02T03:04:05+00:00",
        "local_data": local,
    }
    store = Store.create(folder, facts)
    store.write_json("codebook.json", codebook())
    runs = []
    for scenario in SCENARIOS:
        for number, area in enumerate(AREAS):
            for draw in range(1, draws + 1):
                run = f"{SCENARIOS.index(scenario)}.{number}.{draw:04}.0001"
                store.write_outcomes(run, outcome_rows(scenario, area, draw, 1, years))
                key = {"run_id": run, "scenario": scenario, "area": area, "draw": draw, "seed": 1}
                runs.append({**key, "sample": 0.1, "years": years, "status": "done", "seconds": 1 / 3, "attempt": 1})
    swept = table(runs, RUNS).assign(**{"lever:programme.x": 1 / 3})
    swept.to_parquet(folder / "runs.parquet")
    failed = {"run_id": "=x", "scenario": "new", "area": AREAS[0], "draw": 1, "seed": 1, "attempt": 1, "stage": "run"}
    failures = [{**failed, "type": "ValueError", "message": text, "traceback": "at\nline"} for text in AWKWARD]
    table(failures, FAILURES).to_parquet(folder / "failures.parquet")
    values = [{"draw": draw, "area": "all", "parameter": "a.b", "value": draw / 3} for draw in range(1, draws + 1)]
    table(values, DRAWS).to_parquet(folder / "draws.parquet")
    return open_results(folder)


def wide_of(results: Results, measure: str = "value") -> pd.DataFrame:
    """Return the wide shape by another road: a pivot in pandas; columns are ids of outcomes."""
    key = [name for name in OUTCOMES if name not in ("outcome", *list(OUTCOMES)[8:])]
    found = results.outcomes().pivot(index=key, columns="outcome", values=measure).reset_index()
    return found.rename_axis(columns=None)
