"""Measures the patterns: each target beside what the model gives, in its own scope.

``python -m calibration.patterns`` writes the table ``calibration/measured.csv``, which a test checks for freshness.
"""

from __future__ import annotations

import csv
import multiprocessing
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from calibration.probe import Measures, half_of_all, measure_area
from calibration.targets import Target, load_targets
from scenarios.catalogue import load_scenario
from sim.areas import area_ids, load_area
from sim.fingerprint import fingerprint

MEASURED = (
    "P01a",
    "P01b",
    "P01c",
    "P02",
    "P03",
    "P04",
    "P05",
    "P06",
    "P07",
    "P08",
    "P09a",
    "P09b",
    "P10",
    "P11",
    "P13",
    "P14",
    "P15",
    "P30a",
    "P30b",
    "P30c",
    "P41",
    "P42a",
    "P42b",
    "P42c",
    "P43",
)
"""Patterns that this version measures."""

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
    ids = area_ids() if area is None else (load_area(area).id,)
    share = sample if sample is not None else (ALL_SAMPLE if area is None else 1.0)
    by_area = _measure_all(ids, share, workers, progress, seed)
    rows = []
    for target in load_targets():
        if target.id in MEASURED and (area is None or target.scope in ("any", f"area:{area}")):
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


def known_misses() -> dict[str, dict[str, str]]:
    """Return why patterns do not lie in their range, by id and language: ``calibration/misses.toml``."""
    return tomllib.loads(files("calibration").joinpath("misses.toml").read_text(encoding="utf-8"))


def _measure_all(
    ids: tuple[str, ...], sample: float, workers: int, progress: Progress | None, seed: int
) -> dict[str, Measures]:
    jobs = [
        (name, sample, seed) for name in sorted(ids, key=lambda name: -load_area(name).figures["residents_2022"].value)
    ]
    found: dict[str, Measures] = {}
    if workers <= 1 or len(jobs) == 1:
        results = map(_measure, jobs)
        return _gather(results, len(jobs), progress, found)
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs))) as pool:
        return _gather(pool.imap_unordered(_measure, jobs), len(jobs), progress, found)


def _gather(results: Any, count: int, progress: Progress | None, found: dict[str, Measures]) -> dict[str, Measures]:
    for name, measures in results:
        found[name] = measures
        if progress is not None:
            progress(len(found), count)
    return found


def _measure(job: tuple[str, float, int]) -> tuple[str, Measures]:
    name, sample, seed = job
    before = load_scenario(BEFORE)
    found = measure_area(name, sample, seed, before=before)
    if any(target.scope == f"area:{name}" and target.id in AT_THE_LEVEL_OF for target in load_targets()):
        # a pattern of years with more crime is measured at the level of those years
        earlier = measure_area(name, sample, seed, before=before, level_of=YEARS_OF_HIGH_IMPACT)
        found |= {key: value for key, value in earlier.items() if key.startswith(("stayed_", "high_impact_"))}
    return name, found


def _row(target: Target, by_area: dict[str, Measures]) -> dict[str, Any]:
    wanted = [target.scope.removeprefix("area:")] if target.scope.startswith("area:") else sorted(by_area)
    row: dict[str, Any] = {
        "id": target.id, "scope": target.scope, "use": target.use, "target": target.target, "low": target.low,
        "high": target.high, "value": None, "in_range": None, "reason": None,
    }  # fmt: skip
    total: Measures = {}
    for name in wanted:
        for key, value in by_area[name].items():
            total[key] = total.get(key, 0.0) + value
    measured, row["reason"] = _value(target.id, total)
    row["value"] = measured
    if measured is not None:
        row["in_range"] = bool(target.low <= measured <= target.high)
    return row


def _value(name: str, m: Measures) -> tuple[float | None, str | None]:
    """Return the value of a pattern from added-up measures, or why there is none."""

    def rate(group: str) -> float:
        return m[f"suspects_{group}"] / m[f"lived_{group}"]

    recipes: dict[str, tuple[Callable[[], float], str]] = {
        "P01a": (lambda: rate("16_19") / rate("12plus"), "suspects_12plus"),
        "P01b": (lambda: rate("13") / rate("17"), "suspects_17"),
        "P01c": (lambda: rate("35_44") / rate("18_24"), "suspects_18_24"),
        "P02": (lambda: 1e4 * m["suspects12plus_2023"] / m["lived12plus_2023"], "lived12plus_2023"),
        "P03": (lambda: rate("men") / rate("women"), "suspects_women"),
        "P04": (lambda: m["offenders"] / m["lived_offenders"], "lived_offenders"),
        "P05": (lambda: m["offenders"] / m["lived_offenders"] / rate("12_17"), "suspects_12_17"),
        "P06": (lambda: m["known"] / m["suspected"], "suspected"),
        "P07": (lambda: m["reconvicted_juvenile"] / m["convicted_juvenile"], "convicted_juvenile"),
        "P08": (lambda: m["reconvicted_adult"] / m["convicted_adult"], "convicted_adult"),
        "P09a": (lambda: m["back_youth"] / m["released_youth"], "released_youth"),
        "P09b": (lambda: m["back_adult"] / m["released_adult"], "released_adult"),
        "P10": (lambda: _cohort_share(m), "registered_times_1"),
        "P11": (lambda: m["street_share"] / m["streets"], "streets"),
        "P13": (lambda: m["joint_minors"] / m["events_minors"], "events_minors"),
        "P15": (lambda: m["unsafe"] / m["adults"], "adults"),
        "P42a": (lambda: m["high_impact_12"] / m["stayed_12"], "stayed_12"),
        "P42b": (lambda: m["high_impact_17"] / m["stayed_17"], "stayed_17"),
        "P42c": (lambda: m["high_impact_22"] / m["stayed_22"], "stayed_22"),
        "P43": (
            lambda: (m["suspects_poor"] / m["lived_poor"]) / (m["suspects_other"] / m["lived_other"]),
            "lived_poor",
        ),
        "P14": (lambda: m["cleared"] / m["registered"], "registered"),
        "P30a": (lambda: m["inflow_2024"] / m["residents_2024"], "residents_2024"),
        "P30b": (lambda: m["outflow_2024"] / m["residents_2024"], "residents_2024"),
        "P30c": (lambda: (m["rich_leave"] / m["rich"]) / (m["other_leave"] / m["other"]), "rich"),
        "P41": (lambda: m["hardened"] / m["youths"], "youths"),
    }
    formula, needed = recipes[name]
    if needed == "streets" and needed not in m:
        return None, "measured at full scale only"
    if not m.get(needed):
        return None, f"nobody to measure it on ({needed} is 0)"
    if needed == "streets":
        return formula(), f"equal rates would give {m['street_equal'] / m['streets']:.2f}"
    return formula(), None


def _cohort_share(m: Measures) -> float:
    """Return the share of a birth cohort with half of its registrations."""
    times = np.array([int(key.rpartition("_")[2]) for key in m if key.startswith("registered_times_")], dtype=float)
    counts = np.array([m[f"registered_times_{int(number)}"] for number in times])
    return half_of_all(counts, times)


if __name__ == "__main__":
    write_table()
