"""Looks at the shipped posterior at full scale: the targets of the fit over all twenty areas, at some of its draws.

``python -m calibration.fit.check`` lives the draws, keeps every world under ``output/check`` and writes
``calibration/fit/checked.csv``. The fit itself lives five areas at a tenth of their streets; this table says whether
what it found holds where the model is used.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from calibration.fit.forward import Forward, Member
from calibration.kept_tables import teller, write_table
from calibration.targets import fit_targets
from scenarios.executors import Workers
from scenarios.posterior import posterior, posterior_changes
from scenarios.runner import processes
from sim.areas import area_ids, load_area
from sim.fingerprint import fingerprint

DRAWS, SAMPLE = 8, 1.0
TABLE = "checked.csv"


def checked(
    draws: Sequence[int], sample: float, areas: Sequence[str], folder: Path, workers: Workers
) -> list[dict[str, str]]:
    """Return the targets of the fit at shipped draws, a row a target.

    Args:
        draws: which draws.
        sample: share of the streets.
        areas: areas that are lived and added up.
        folder: where worlds are kept.
        workers: who lives them.

    Raises:
        ValueError: when no posterior is shipped.
    """
    found = posterior()
    if found is None:
        raise ValueError("no posterior is shipped")
    members = [Member(draw, {area: posterior_changes(draw, area) for area in areas}) for draw in draws]
    targets = [one for one in fit_targets() if one.scope.removeprefix("area:") in (*areas, "any", "programme")]
    values = Forward(tuple(areas), sample, folder, workers).targets(members, targets, teller())
    today = datetime.now(UTC).date().isoformat()
    rows = []
    for one, over_draws in zip(targets, values, strict=True):
        middle = float(np.nanmedian(over_draws))
        rows.append({
            "id": one.id, "target": f"{one.target:g}", "low": f"{one.low:g}", "high": f"{one.high:g}",
            "lowest": f"{np.nanmin(over_draws):.4g}", "middle": f"{middle:.4g}",
            "highest": f"{np.nanmax(over_draws):.4g}", "in_range": "yes" if one.low <= middle <= one.high else "no",
            "draws": str(len(members)), "sample": f"{sample:g}", "posterior": found.sha256,
            "fingerprint": fingerprint(), "date": today,
        })  # fmt: skip
    return rows


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"draws (default {DRAWS})")
    parser.add_argument("--sample", type=float, default=SAMPLE, help=f"share of the streets (default {SAMPLE:g})")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    areas = sorted(area_ids(), key=lambda name: -load_area(name).figures["residents_2022"].value)
    found = posterior()
    mark = fingerprint()[:16] + ("" if found is None else f"-{found.sha256[:8]}")
    with processes(asked.workers) as workers:
        rows = checked(range(1, asked.draws + 1), asked.sample, areas, Path("output") / "check" / mark, workers)
    write_table(f"fit/{TABLE}", rows)
    print(f"{sum(row['in_range'] == 'yes' for row in rows)} of {len(rows)} targets in range")


if __name__ == "__main__":
    main()
