"""Forecasts with a date, written once: ``python -m calibration.forecasts.frozen 2026-11``.

For the twenty areas and the years 2026 to 2029 the quantiles of every outcome in ``forecast_list.toml`` under policy
that goes on, with the naive forecasts beside them. Finished parts are kept under ``output/forecasts``, where an
interrupted run goes on. The result stands beside this file as NAME.csv and NAME.toml and is never written over.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import multiprocessing
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from calibration.forecasts.lives import SCENARIO, YEARS, Part, live
from calibration.forecasts.naive import Forecasted, forecasted
from calibration.validation.run import posterior_mark
from calibration.validation.scores import widened
from scenarios.provenance import commit, wijklab_version
from sim.areas import area_ids
from sim.fingerprint import fingerprint
from sim.outcomes import OUTCOMES

DRAWS = 30
QUANTILES = (5, 25, 50, 75, 95)
NAIVE = ("national", "last")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
COLUMNS = (
    "area", "outcome", "year", "unit", "n", *(f"q{q:02d}" for q in QUANTILES),
    "national", "national_sd", "last", "last_sd",
)  # fmt: skip


class FrozenError(ValueError):
    """A frozen forecast cannot be made or read; the message is one sentence."""


@dataclass(frozen=True)
class Frozen:
    """A forecast as it was frozen.

    Attributes:
        name: its name.
        facts: commit, checksum, date and what it was made of.
        rows: one per area, outcome and year, numbers as numbers.
    """

    name: str
    facts: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]


def here() -> Path:
    """Return where frozen forecasts stand."""
    return Path(str(files("calibration.forecasts")))


def frozen_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the frozen forecasts, oldest first."""
    return tuple(sorted(path.stem for path in (folder or here()).glob("*.csv")))


def read_frozen(name: str, folder: Path | None = None) -> Frozen:
    """Return a frozen forecast.

    Raises:
        FrozenError: when there is none of that name, or its table is no longer what was frozen.
    """
    place = folder or here()
    if name not in frozen_names(place):
        known = ", ".join(frozen_names(place)) or "none"
        raise FrozenError(f"there is no frozen forecast '{name}'; there are: {known}")
    content = (place / f"{name}.csv").read_bytes()
    facts = tomllib.loads((place / f"{name}.toml").read_text(encoding="utf-8"))
    if hashlib.sha256(content).hexdigest() != facts["sha256"]:
        raise FrozenError(f"the table of '{name}' was changed after it was frozen")
    rows = tuple(_read(row) for row in csv.DictReader(content.decode("utf-8").splitlines()))
    return Frozen(name, facts, rows)


def _read(row: Mapping[str, str]) -> dict[str, Any]:
    words = ("area", "outcome", "unit")
    found: dict[str, Any] = {name: value if name in words else float(value) for name, value in row.items()}
    found["year"] = int(row["year"])
    return found


def rows_of(parts: Mapping[tuple[str, int], Part]) -> list[dict[str, Any]]:
    """Return the rows of a forecast: quantiles over draws, chance of small numbers included.

    Args:
        parts: what every area gave in every draw.
    """
    rows = []
    for area in sorted({area for area, _ in parts}):
        mine = [part for (name, _), part in sorted(parts.items()) if name == area]
        for what in forecasted().values():
            for year in YEARS:
                values = np.array([part[f"{what.outcome}:{year}"] for part in mine])
                rows.append(_row(area, what, year, values[:, 0], float(values[:, 1].mean())))
    return rows


def _row(area: str, what: Forecasted, year: int, values: Any, n: float) -> dict[str, Any]:
    outcome = OUTCOMES[what.outcome]
    row: dict[str, Any] = {
        "area": area, "outcome": what.outcome, "year": year, "unit": outcome.unit_en, "n": round(n),
    }  # fmt: skip
    spread = widened(values, chance(float(np.mean(values)), n, outcome.scale)) if outcome.expectation else values
    found = np.clip(np.percentile(spread, QUANTILES), what.lowest, what.highest)
    row |= {f"q{q:02d}": value for q, value in zip(QUANTILES, found, strict=True)}
    for kind in NAIVE:
        row[kind], row[f"{kind}_sd"] = what.naive(kind, area, year)
    return row


def chance(value: float, n: float, scale: float = 1.0) -> float:
    """Return the standard deviation of a rate by chance alone, as a count would have it (Poisson).

    Outcomes read as counts of a sample carry the chance of their sample already, which is larger.

    Args:
        value: the rate, times ``scale``.
        n: persons or homes behind it.
        scale: per how many it is told.
    """
    return float(np.sqrt(max(value, 0.0) * scale / n))


def freeze(name: str, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], folder: Path | None = None) -> None:
    """Write a forecast for good: the table and what it was made of.

    Raises:
        FrozenError: when the name cannot be used or is taken.
    """
    place = folder or here()
    _check_name(name, place)
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"{value:.5g}" if isinstance(value, float) else value for key, value in row.items()})
    content = file.getvalue().encode("utf-8")
    document = tomlkit.document()
    document.add(tomlkit.comment("A frozen forecast. Never change it, nor the table beside it: score it."))
    for key, value in {"name": name, "sha256": hashlib.sha256(content).hexdigest(), **facts}.items():
        document[key] = value
    (place / f"{name}.toml").write_bytes(tomlkit.dumps(document).encode("utf-8"))
    with (place / f"{name}.csv").open("xb") as table:
        table.write(content)


def _check_name(name: str, folder: Path) -> None:
    if NAME.fullmatch(name) is None:
        raise FrozenError(f"'{name}' is no name: use small letters, digits and hyphens, such as 2026-11")
    if (folder / f"{name}.csv").exists():
        raise FrozenError(f"'{name}' is frozen already and is never written over; choose another name")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this module; returns 2 when the request was wrong."""
    parser = argparse.ArgumentParser(prog="python -m calibration.forecasts.frozen", description=__doc__)
    parser.add_argument("name", help="name of the forecast, such as 2026-11")
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"parameter draws (default {DRAWS})")
    parser.add_argument("--sample", type=float, help="share of the streets (default: each area chooses)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args(arguments)
    try:
        _check_name(asked.name, here())
        facts = _facts(asked.draws, asked.sample)
        freeze(asked.name, rows_of(_live_all(asked.draws, asked.sample, asked.workers)), facts)
    except FrozenError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"frozen: {here() / asked.name}.csv")
    return 0


def _live_all(draws: int, sample: float | None, workers: int) -> dict[tuple[str, int], Part]:
    marks = (fingerprint()[:16], posterior_mark()[:16], SCENARIO, str(sample or "own"))
    folder = Path("output") / "forecasts" / "-".join(marks)
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(area, draw, sample, folder) for draw in range(1, draws + 1) for area in area_ids()]
    found = {}
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        for done, (area, draw, part) in enumerate(pool.imap_unordered(live, jobs), start=1):
            found[area, draw] = part
            print(f"{done} of {len(jobs)}", file=sys.stderr)
    return found


def _facts(draws: int, sample: float | None) -> dict[str, Any]:
    """Return what the forecast is made of, before it is."""
    made_at = commit()
    if made_at.endswith("+changes"):
        print("note: there are changes that are not committed", file=sys.stderr)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": made_at,
        "version": wijklab_version(),
        "fingerprint": fingerprint(),
        "posterior": posterior_mark(),
        "scenario": SCENARIO,
        "draws": draws,
        "sample": "own" if sample is None else str(sample),
        "quantiles": list(QUANTILES),
    }


if __name__ == "__main__":
    sys.exit(main())
