"""Measures the patterns: each target beside what the model gives, in its own scope.

``python -m calibration.patterns`` writes the table ``calibration/measured.csv``, which a test checks for freshness.
"""

from __future__ import annotations

import csv
import multiprocessing
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from calibration.bench_patterns import BENCH, measure_bench
from calibration.probe import measure_area
from calibration.probe_domains import Measures
from calibration.recipes import RECIPES
from calibration.targets import Target, load_targets
from scenarios.catalogue import load_scenario
from sim.areas import area_ids, load_area
from sim.fingerprint import fingerprint

ALL_SAMPLE = 0.25
"""Sample at which all twenty areas are measured by default; one area is measured at full scale."""

BEFORE = "gerealiseerd-beleid"

Progress = Callable[[int, int], None]


def measure_patterns(
    area: str | None = None,
    sample: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    seed: int = 1,
) -> list[dict[str, Any]]:
    """Return one row per pattern: id, scope, use, target, low, high, value, in_range, reason.

    Args:
        area: an area id for the patterns that hold for any area or that one; ``None`` for all areas.
        sample: share of the streets.
        workers: processes.
        progress: called with areas done and areas to do.
        seed: seed of the worlds.

    Raises:
        UnknownArea: when there is no such area.
    """
    ids = (BENCH, *area_ids()) if area is None else (load_area(area).id,)
    share = sample if sample is not None else (ALL_SAMPLE if area is None else 1.0)
    by_area = _measure_all(ids, share, workers, progress, seed)
    rows = []
    for target in load_targets():
        if area is None or target.scope in ("any", f"area:{area}"):
            rows.append(_row(target, by_area))
    return rows


AT_THE_LEVEL_OF = ("P42a", "P42b", "P42c")
YEARS_OF_HIGH_IMPACT = range(2014, 2019)
"""Years of the statistic of high-impact suspects."""

TABLE = "measured.csv"
TABLE_COLUMNS = ("id", "scope", "use", "target", "low", "high", "value", "in_range", "reason", "fingerprint")
TABLE_SAMPLE = 1.0


def write_table(workers: int = 2) -> None:
    """Measure all patterns over the twenty areas and write them beside the targets, with the fingerprint."""
    rows = measure_patterns(None, TABLE_SAMPLE, workers)
    target = Path(str(files("calibration").joinpath(TABLE)))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TABLE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            value = "" if row["value"] is None else f"{row['value']:.4g}"
            writer.writerow(row | {"value": value, "fingerprint": fingerprint()})


def table_rows(name: str = TABLE) -> list[dict[str, str]]:
    """Return the rows of a committed table beside the targets."""
    return list(csv.DictReader(files("calibration").joinpath(name).read_text(encoding="utf-8").splitlines()))


def known_misses() -> dict[str, dict[str, str]]:
    """Return why patterns do not lie in their range, by id and language: ``calibration/misses.toml``."""
    return tomllib.loads(files("calibration").joinpath("misses.toml").read_text(encoding="utf-8"))


def _measure_all(
    ids: tuple[str, ...], sample: float, workers: int, progress: Progress | None, seed: int
) -> dict[str, Measures]:
    jobs = [(name, sample, seed) for name in sorted(ids, key=_size)]
    found: dict[str, Measures] = {}
    if workers <= 1 or len(jobs) == 1:
        results = map(_measure, jobs)
        return _gather(results, len(jobs), progress, found)
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        return _gather(pool.imap_unordered(_measure, jobs), len(jobs), progress, found)


def _size(name: str) -> float:
    """Return a key that puts the bench first, then the largest area."""
    return 0.0 if name == BENCH else 1 / load_area(name).figures["residents_2022"].value


def _gather(results: Any, count: int, progress: Progress | None, found: dict[str, Measures]) -> dict[str, Measures]:
    for name, measures in results:
        found[name] = measures
        if progress is not None:
            progress(len(found), count)
    return found


def _measure(job: tuple[str, float, int]) -> tuple[str, Measures]:
    name, sample, seed = job
    if name == BENCH:
        return name, measure_bench()
    return name, measures_of(name, sample, seed)


def measures_of(
    area: str, sample: float, seed: int, draw: int = 0, changes: Mapping[str, float] | None = None
) -> Measures:
    """Return everything the patterns of an area follow from, under realised policy.

    Args:
        area: area id.
        sample: share of the streets.
        seed: seed of the world.
        draw: parameter draw.
        changes: values of parameters in place of those of the draw, by path.
    """
    before = load_scenario(BEFORE)
    found = measure_area(area, sample, seed, draw, before, changes=changes)
    if any(target.scope == f"area:{area}" and target.id in AT_THE_LEVEL_OF for target in load_targets()):
        # a pattern of years with more crime is measured at the level of those years
        earlier = measure_area(area, sample, seed, draw, before, YEARS_OF_HIGH_IMPACT, changes)
        found |= {key: value for key, value in earlier.items() if key.startswith(("stayed_", "high_impact_"))}
    return found


def value_of(target: Target, by_area: Mapping[str, Measures]) -> tuple[float | None, str | None]:
    """Return the value of a pattern in its own scope from the measures of areas, or why there is none."""
    if RECIPES[target.id].on_the_bench:
        wanted = [BENCH]
    elif target.scope.startswith("area:"):
        wanted = [target.scope.removeprefix("area:")]
    else:
        wanted = sorted(name for name in by_area if name != BENCH)
    total: Measures = {}
    for name in wanted:
        for key, value in by_area[name].items():
            total[key] = total.get(key, 0.0) + value
    return _value(target.id, total)


def _row(target: Target, by_area: dict[str, Measures]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": target.id, "scope": target.scope, "use": target.use, "target": target.target, "low": target.low,
        "high": target.high, "value": None, "in_range": None, "reason": None,
    }  # fmt: skip
    measured, row["reason"] = value_of(target, by_area)
    row["value"] = measured
    if measured is not None:
        row["in_range"] = bool(target.low <= measured <= target.high)
    return row


def _value(name: str, m: Measures) -> tuple[float | None, str | None]:
    """Return the value of a pattern from added-up measures, or why there is none."""
    recipe = RECIPES[name]
    if recipe.needed == "streets" and recipe.needed not in m:
        return None, "measured at full scale only"
    if not m.get(recipe.needed) and not recipe.on_the_bench:
        return None, f"nobody to measure it on ({recipe.needed} is 0)"
    reason = f"equal rates would give {m['street_equal'] / m['streets']:.2f}" if recipe.needed == "streets" else None
    return recipe.value(m), reason


if __name__ == "__main__":
    write_table()
