"""What a batch costs beside the model: milliseconds per run, throughput of two workers against one, memory.

    python benchmarks/batch.py

A small design is run three times into folders: by one worker process, by two, and by one again. Of every run the
model's own time is known (building the world, living the years, counting), so that what is left of the clock between
the first and the last run that came in is the batch's: packing rows, crossing processes, writing, journal. The outcomes
of the runs are compared byte for byte. Memory is that of the parent process, after a tenth of the runs and at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from results.store import CHECKSUMS, Store
from scenarios.batch import Batch, open_store, run_design, write_tables
from scenarios.catalogue import load_scenario
from scenarios.design import Design, numbered_draws
from scenarios.executors import local_workers
from scenarios.worlds import simulate
from sim.areas import area_ids

SCENARIO, REFERENCE = "preventie-met-gezag", "geen-programma"
MS = 1000.0
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6 if hasattr(os, "sysconf") else 0.0
EARLY = 0.1


@dataclass(frozen=True)
class Measured:
    """One batch.

    Attributes:
        runs: runs finished.
        seconds: clock time from the first that came in to the last.
        model_seconds: the model's own time of the runs that came in after the first.
        early_mb: memory of this process after a tenth of the runs.
        late_mb: at the end.
        checksums: of all outcomes.
    """

    runs: int
    seconds: float
    model_seconds: float
    early_mb: float
    late_mb: float
    checksums: str

    @property
    def runs_per_second(self) -> float:
        """Runs that came in per second, after the first."""
        return (self.runs - 1) / self.seconds


def measure(design: Design, workers: int, folder: Path) -> Measured:
    """Run a design into a new folder and measure it."""
    came: list[tuple[float, int, float]] = []

    def note(done: int, total: int) -> None:
        came.append((time.perf_counter(), done, memory_mb()))

    store = Store.create(folder, {})
    open_store(store, design)
    with local_workers(workers) as hands:
        batch = run_design(design, simulate, hands, store, note)
    write_tables(batch, store)
    first, last = came[1], came[-1]
    early = next(mb for _, done, mb in came if done >= EARLY * last[1])
    own = _model_seconds(batch, first[1])
    text = (folder / CHECKSUMS).read_text(encoding="utf-8")
    return Measured(last[1], last[0] - first[0], own, early, last[2], text)


def _model_seconds(batch: Batch, before: int) -> float:
    """Return the model's time of the runs that came after the first task."""
    return sum(entry.seconds for entry in list(batch.entries.values())[before:])


def memory_mb() -> float:
    """Return the memory of this process now, in megabytes; 0 where the system does not tell."""
    place = Path("/proc/self/statm")
    return int(place.read_text().split()[1]) * PAGE_MB if place.is_file() else 0.0


def figures_of(one: Measured, two: Measured, again: Measured) -> dict[str, Any]:
    """Return what the three batches show; of those with one worker the quicker counts: others use the machine too."""
    quicker = min(one, again, key=lambda measured: measured.seconds)
    overhead = min((each.seconds - each.model_seconds) / (each.runs - 2) for each in (one, again))
    return {
        "runs": one.runs,
        "model_ms_per_run": round(MS * quicker.model_seconds / (quicker.runs - 2), 2),
        "overhead_ms_per_run": round(MS * overhead, 2),
        "runs_per_second_1": round(quicker.runs_per_second, 2),
        "runs_per_second_2": round(two.runs_per_second, 2),
        "throughput_ratio": round(two.runs_per_second / quicker.runs_per_second, 2),
        "same_bytes": one.checksums == two.checksums == again.checksums,
        "parent_mb_early": round(one.early_mb, 1),
        "parent_mb_late": round(one.late_mb, 1),
    }


def design_of(area: str, sample: float, years: int, draws: int) -> Design:
    """Return a design of two runs per draw."""
    scenarios = tuple(load_scenario(name) for name in (SCENARIO, REFERENCE))
    return Design(scenarios, REFERENCE, (area,), numbered_draws(draws), (1,), sample, years, ("service", "arrival"))


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--area", default="vlaardingen-westwijk", choices=area_ids(), metavar="ID", help="area")
    parser.add_argument("--sample", type=float, default=0.02, help="share of the street segments (%(default)s)")
    parser.add_argument("--years", type=int, default=2, help="years to live (%(default)s)")
    parser.add_argument("--draws", type=int, default=24, help="draws, each of two runs (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args(arguments)
    if options.draws < 2 or options.years < 1:
        parser.error("--draws must be at least 2 and --years at least 1")
    return options


def main() -> None:
    """Measure and print."""
    options = read_options()
    design = design_of(options.area, options.sample, options.years, options.draws)
    place = Path(tempfile.mkdtemp(prefix="wijklab-"))
    try:
        figures = figures_of(
            *(measure(design, workers, place / name) for workers, name in ((1, "a"), (2, "b"), (1, "c")))
        )
    finally:
        shutil.rmtree(place)
    for name, value in figures.items():
        print(f"{name:<22}{value}")
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
