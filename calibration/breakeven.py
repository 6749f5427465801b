"""The break-even of the alliance: how much it must improve before it pays for itself.

No data pin down what working as one changes, so its parameters are symmetric around nothing. What can be said is what
an improvement of each kind would be worth, and how large it must be. ``python -m calibration.breakeven`` lives
``integraal`` and ``versnipperd`` at the central parameters with rising improvements, keeps every finished world under
``output/breakeven`` and goes on there after an interruption. The result is ``calibration/breakeven.csv``, which
``wijklab breakeven`` prints and a test checks for freshness.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

from results.ledger import NPV_SOCIETY, balance_rows
from scenarios.catalogue import REALISED, load_scenario
from scenarios.worlds import DISCOUNT_RATE
from sim.calendar import MONTHS_PER_YEAR
from sim.fingerprint import fingerprint
from sim.world import start_world

SCENARIO, REFERENCE = "integraal", "versnipperd"
YEARS = 20
AREAS = (
    "den-haag-zuidwest",
    "heerlen-noord",
    "nieuwegein-centrale-as",
    "roosendaal-ring",
    "rotterdam-zuid",
    "utrecht-overvecht",
)
SEEDS = (1, 2)
SAMPLE = 0.12
LEVELS = (0.0, 0.25, 0.5, 0.75)
"""Improvements tried: so much more reach, so much less waiting, double work or drop-out."""

COLUMNS = ("channel", "improvement", "gain_per_resident", "balance_per_resident", "worlds", "fingerprint")
EVERYTHING = "all"

Values = dict[str, float]


def _values(channel: str, level: float) -> Values:
    """Return the parameters of an improvement: none of what is found more, which has a source of its own."""
    of_channel = {
        "reach": {"alliance.reach": log(1 + level)},
        "waiting": {"alliance.waiting": log(1 - level)},
        "double_work": {"alliance.double_work": level},
        "sequence": {"alliance.sequence": log(1 - level)},
    }
    if channel == EVERYTHING:
        return {path: value for part in of_channel.values() for path, value in part.items()}
    return of_channel[channel]


CHANNELS = ("reach", "waiting", "double_work", "sequence", EVERYTHING)


def worlds_of(area: str, seed: int, sample: float, years: int) -> list[dict[str, Any]]:
    """Live one world fragmented, and integrated with every improvement; return the balances.

    Returns:
        One entry per run: channel, improvement, euros in all and residents at the start.
    """
    world = start_world(area, 0, seed, sample, before=load_scenario(REALISED))
    found = [_live(world, REFERENCE, "", 0.0, {}, years), _live(world, SCENARIO, "none", 0.0, {}, years)]
    for channel in CHANNELS:
        for level in LEVELS[1:]:
            found.append(_live(world, SCENARIO, channel, level, _values(channel, level), years))
    return found


def _live(world: Any, scenario: str, channel: str, level: float, values: Values, years: int) -> dict[str, Any]:
    model = world.branch(load_scenario(scenario))
    # what the alliance changes is read month by month: the past of the world does not depend on it
    model.p = model.p.with_values(values)
    for _ in range(years * MONTHS_PER_YEAR):
        model.step()
    rows = balance_rows(model.outcome_rows(), model.p[DISCOUNT_RATE])
    last = max(row["year"] for row in rows)
    npv = next(row for row in rows if row["outcome"] == NPV_SOCIETY and row["year"] == last)
    return {
        "scenario": scenario, "channel": channel, "improvement": level,
        "euros": npv["expected_numerator"], "residents": npv["denominator"],
    }  # fmt: skip


def table(found: Iterable[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return gain and balance per resident by channel and improvement, from the worlds lived.

    The gain is against the alliance without any effect; the balance against working fragmented.
    """
    sums: dict[tuple[str, str, float], list[float]] = {}
    worlds = 0
    for world in found:
        worlds += 1
        for run in world:
            entry = sums.setdefault((run["scenario"], run["channel"], run["improvement"]), [0.0, 0.0])
            entry[0] += run["euros"]
            entry[1] += run["residents"]
    mean = {key: euros / residents for key, (euros, residents) in sums.items()}
    apart, idle = mean[REFERENCE, "", 0.0], mean[SCENARIO, "none", 0.0]
    rows = []
    for channel in CHANNELS:
        for level in LEVELS:
            value = mean[SCENARIO, channel, level] if level else idle
            rows.append({
                "channel": channel, "improvement": f"{level:g}", "gain_per_resident": f"{value - idle:.2f}",
                "balance_per_resident": f"{value - apart:.2f}", "worlds": str(worlds), "fingerprint": fingerprint(),
            })  # fmt: skip
    return rows


@dataclass(frozen=True)
class BreakEven:
    """What one kind of improvement is worth.

    Attributes:
        channel: what improves.
        gains: gain per resident at each improvement tried, over the horizon, in discounted euros.
        cost: what the alliance costs per resident, net of what it changes without any improvement.
        at: the improvement at which the alliance pays, or nothing when none that was tried does.
    """

    channel: str
    gains: Mapping[float, float]
    cost: float
    at: float | None


def break_even(rows: Iterable[Mapping[str, str]]) -> list[BreakEven]:
    """Return the break-even of every kind of improvement, by interpolation between those tried."""
    found = []
    listed = list(rows)
    for channel in dict.fromkeys(row["channel"] for row in listed):
        mine = [row for row in listed if row["channel"] == channel]
        points = [(float(row["improvement"]), float(row["balance_per_resident"])) for row in mine]
        gains = {float(row["improvement"]): float(row["gain_per_resident"]) for row in mine}
        at = 0.0 if points[0][1] >= 0 else None
        for (low, below), (high, above) in pairwise(points):
            if at is None and below < 0 <= above:
                at = low + (high - low) * -below / (above - below)
        found.append(BreakEven(channel, gains, -points[0][1], at))
    return found


def packaged() -> list[dict[str, str]]:
    """Return the rows of the packaged table."""
    text = files("calibration").joinpath("breakeven.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _job(job: tuple[str, int, float, int, Path]) -> str:
    area, seed, sample, years, folder = job
    target = folder / f"{area}.{seed}.json"
    if not target.exists():
        found = worlds_of(area, seed, sample, years)
        draft = folder / f".{area}.{seed}.{os.getpid()}"
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.rename(target)
    return target.stem


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=float, default=SAMPLE, help=f"share of the streets (default {SAMPLE})")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    folder = Path("output") / "breakeven" / f"{fingerprint()[:16]}-{asked.sample}"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(area, seed, asked.sample, YEARS, folder) for seed in SEEDS for area in AREAS]
    with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
        for done, name in enumerate(pool.imap_unordered(_job, jobs), start=1):
            print(f"{done} of {len(jobs)}: {name}", file=sys.stderr)
    rows = table(json.loads((folder / f"{area}.{seed}.json").read_text(encoding="utf-8")) for area, seed, *_ in jobs)
    target = Path(str(files("calibration").joinpath("breakeven.csv")))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for one in break_even(packaged()):
        print(f"{one.channel:12} {one.gains} cost {one.cost:.1f} pays from {one.at}")


if __name__ == "__main__":
    main()
