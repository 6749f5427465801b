"""A comparison as one JSON value."""

from __future__ import annotations

from typing import Any

from app.compare import Comparison
from app.ledger import balance_of
from app.split import split_of
from app.tables import print_json
from app.verdicts import verdicts_of
from results.report import bought, money
from scenarios.design import PRIOR


def print_comparison(comparison: Comparison) -> None:
    """Print everything a program needs to go on with a comparison, as one line."""
    print_json(content(comparison))


def content(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    design, batch = comparison.design, comparison.batch
    scenario, reference = (each.id for each in design.scenarios)
    failed = batch.failed_keys()
    found, last = balance_of(comparison), int(comparison.table["year"].max())
    given = (comparison.outcomes, scenario, reference, comparison.codebook, failed, design.areas)
    return {
        "schema": 1,
        "scenario": scenario,
        "reference": reference,
        "areas": design.areas,
        "years": design.years,
        "draws": design.draws,
        "draws_from": PRIOR if design.drawn is None else design.drawn.file,
        "seeds": design.seeds,
        "sample": design.sample,
        "fingerprint": comparison.fingerprint,
        "local_data": comparison.local_data,
        "seconds": round(batch.seconds, 3),
        "failures": batch.failure_table().drop(columns="traceback").to_dict("records"),
        "comparison": comparison.table.to_dict("records"),
        "verdicts": verdicts_of(comparison.table["outcome"].unique()),
        "balance": None if found is None else found.content(),
        "split": split_of(comparison, last).assign(year=last).to_dict("records"),
        "money": money(*given).to_dict("records"),
        "bought": bought(*given).to_dict("records"),
    }
