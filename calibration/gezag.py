"""What the model says of Preventie met gezag, over draws of the shipped posterior, against no programme.

``python -m calibration.gezag`` lives it in five areas, keeps every run under ``output/gezag`` and goes on there after
an interruption. The result is ``calibration/gezag.csv``, from which the page on Preventie met gezag is written.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from calibration.fit.run import AREAS
from calibration.kept_tables import packaged_table, teller, write_table
from scenarios.api import run
from scenarios.posterior import posterior
from sim.fingerprint import fingerprint

SCENARIO, REFERENCE = "preventie-met-gezag", "geen-programma"
YEARS, DRAWS, SAMPLE = 10, 40, 0.08
SHOWN_YEARS = (2027, 2029, 2034)
"""Soon, after five years, and at the end of ten."""

OUTCOMES = (
    "registered_suspects_12_24_per_10k", "latent_offending_12_17_share", "youths_repeat_share", "youths_hardened_share",
    "new_hardened", "registered_crimes_per_1000", "crimes_per_1000", "feels_unsafe_share", "victims_share",
    "drug_market_recruits", "early_school_leavers_share", "police_stops_per_1000", "trust_youths_mean",
    "formally_processed_minors", "custody_days", "programme_euros_spent", "programme_euros_budget",
    "programme_euros_idle", "programme_euros_replacing_regular", "programme_posts_from_elsewhere",
    "programme_enrolled", "enrolled_not_offending_share", "npv_society_per_resident",
)  # fmt: skip
TABLE = "gezag.csv"
NUMBERS = ("reference_value", "difference", "low", "high", "share_better")


def table(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the rows of the result from those of a comparison."""
    shipped, today = posterior(), datetime.now(UTC).date().isoformat()
    mark = {"posterior": shipped.sha256 if shipped else "prior", "fingerprint": fingerprint(), "date": today}
    rows = []
    for row in found:
        if row["group"] == "all" and row["outcome"] in OUTCOMES and row["year"] in SHOWN_YEARS:
            numbers = {name: "" if row[name] != row[name] else f"{row[name]:.5g}" for name in NUMBERS}
            facts = {name: str(row[name]) for name in ("area", "year", "view", "outcome", "draws")}
            rows.append(facts | numbers | mark)
    return rows


def packaged() -> tuple[dict[str, str], ...]:
    """Return the rows of the packaged table."""
    return packaged_table(TABLE)


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"draws (default {DRAWS})")
    parser.add_argument("--sample", type=float, default=SAMPLE, help=f"share of the streets (default {SAMPLE})")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    shipped = posterior()
    mark = f"{fingerprint()[:16]}-{shipped.sha256[:8] if shipped else 'prior'}-{asked.sample}-{asked.draws}"
    folder = Path("output") / "gezag" / mark
    results = run(
        SCENARIO,
        REFERENCE,
        AREAS,
        YEARS,
        asked.draws,
        1,
        asked.sample,
        workers=asked.workers,
        out=folder,
        progress=teller(),
    )
    rows = table(results.compare().to_dict("records"))
    write_table(TABLE, rows)
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main()
