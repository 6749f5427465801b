"""What the whole programme costs: all twenty areas at full scale for twenty years on two processes.

    python benchmarks/programme.py
    python benchmarks/programme.py --scaling

Every area is built with its past (that time is reported apart), branches into the scenario at its start and is lived
month by month, with everything counted; the largest areas go first, so that the processes end together. With
``--scaling`` the script lives worlds of about 10,000, 100,000 and 1,000,000 residents instead: a sample of one area,
one area, and all areas. It shows what a resident-month costs in each: the same when cost grows linearly.

A resident-month is a month of somebody who lives in an area; its nanoseconds are processor time of the months alone, of
all processes together.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from scenarios.catalogue import REALISED, load_scenario
from scenarios.executors import one_thread_each
from sim.areas import area_ids, load_area
from sim.calendar import MONTHS_PER_YEAR
from sim.population.columns import INSIDE
from sim.world import start_world

YEARS, WORKERS = 20, 2
SCALING_YEARS = 2
SCENARIO = "integraal"
"""The scenario with everything on: every line, and the alliance."""

SEED, CENTRAL_DRAW = 1, 0
SIZES = (10_000, 100_000, 1_000_000)
"""About so many residents ``--scaling`` compares."""

MEGABYTE = 1024 * 1024
KILOBYTE = 1024


@dataclass(frozen=True)
class Job:
    """One area to live.

    Attributes:
        area: its id.
        sample: share of its street segments.
        years: years to live.
        scenario: what they are lived under.
    """

    area: str
    sample: float
    years: int
    scenario: str


@dataclass(frozen=True)
class Done:
    """What one area took.

    Attributes:
        area: its id.
        process: number of the process that lived it.
        residents: residents at the start.
        resident_months: months lived by residents.
        build_seconds: time of building it, by the clock.
        month_seconds: time of its months, by the clock.
        nanoseconds: processor time of its months.
        peak_mb: the most memory that the process has held so far.
    """

    area: str
    process: int
    residents: int
    resident_months: int
    build_seconds: float
    month_seconds: float
    nanoseconds: int
    peak_mb: float


def peak_megabytes() -> float:
    """Return the most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak * KILOBYTE / MEGABYTE


def live(job: Job) -> Done:
    """Build an area and live it; a function of a module, so that it can cross to another process."""
    begin = time.perf_counter()
    base = start_world(job.area, CENTRAL_DRAW, SEED, job.sample, before=load_scenario(REALISED))
    world = base.branch(load_scenario(job.scenario))
    del base
    gc.collect()  # a world refers to itself: free it before the months begin
    built = time.perf_counter()
    residents = int((world.people.column("status") == INSIDE).sum())
    months, busy = 0, 0
    for _ in range(job.years * MONTHS_PER_YEAR):
        before = time.process_time_ns()
        world.step()
        busy += time.process_time_ns() - before
        months += int((world.people.column("status") == INSIDE).sum())
    lived = time.perf_counter()
    del world
    gc.collect()
    return Done(job.area, os.getpid(), residents, months, built - begin, lived - built, busy, peak_megabytes())


def run(jobs: Sequence[Job], workers: int) -> Iterator[Done]:
    """Live areas on several processes, or in this one; yield each when it is done."""
    if workers == 1:
        yield from map(live, jobs)
        return
    with one_thread_each(), ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(live, job) for job in jobs]):
            yield future.result()


def residents_of(area: str) -> float:
    """Return the residents of an area at the base date."""
    return load_area(area).figures["residents_2022"].value


def largest_first(areas: Iterable[str]) -> list[str]:
    """Return areas in order of size, the largest first."""
    return sorted(areas, key=residents_of, reverse=True)


def measure(jobs: Sequence[Job], workers: int) -> dict[str, Any]:
    """Live areas, telling on stderr which is done, and return the figures that ``--json`` prints."""
    begin = time.perf_counter()
    done: list[Done] = []
    for one in run(jobs, workers):
        done.append(one)
        cost = one.nanoseconds / one.resident_months
        print(f"{len(done)}/{len(jobs)} {one.area}: {one.month_seconds:.1f} s, {cost:.0f} ns", file=sys.stderr)
    whole = time.perf_counter() - begin
    return figures_of(done, jobs[0].years * MONTHS_PER_YEAR, whole)


def figures_of(done: Sequence[Done], months: int, whole: float) -> dict[str, Any]:
    """Return the figures of areas that were lived.

    Args:
        done: what each took.
        months: months that each lived.
        whole: clock time of everything, building included.
    """
    processes = {one.process for one in done}
    busiest = max(sum(one.month_seconds for one in done if one.process == process) for process in processes)
    building = max(sum(one.build_seconds for one in done if one.process == process) for process in processes)
    # the most that each has held, added up: they need not have held it at the same moment
    peak = sum(max(one.peak_mb for one in done if one.process == process) for process in processes)
    if processes != {os.getpid()}:
        peak += peak_megabytes()
    cost = sum(one.nanoseconds for one in done) / sum(one.resident_months for one in done)
    return {
        "areas": len(done),
        "residents": sum(one.residents for one in done),
        "months": months,
        "wall_seconds": round(busiest, 2),
        "ns_per_resident_month": round(cost, 1),
        "peak_mb": round(peak, 1),
        "build_seconds": round(building, 2),
        "whole_seconds": round(whole, 2),
    }


def table(figures: dict[str, Any], workers: int) -> list[str]:
    """Return the figures for people."""
    rows = {
        "areas": f"{figures['areas']}, {figures['residents']:,} residents",
        "months": f"{figures['months']}, on {workers} processes",
        "seconds, months": f"{figures['wall_seconds']:.1f} (the busiest process, by the clock)",
        "seconds, building": f"{figures['build_seconds']:.1f} (the busiest process, by the clock)",
        "seconds, everything": f"{figures['whole_seconds']:.1f}",
        "ns per resident-month": f"{figures['ns_per_resident_month']:.1f} (processor time of all processes)",
        "peak memory, MB": f"{figures['peak_mb']:.1f} (all processes together, at most)",
    }
    return [f"{name:<24}{text}" for name, text in rows.items()]


def sizes(areas: Sequence[str], sample: float, years: int, scenario: str) -> list[list[Job]]:
    """Return the worlds that ``--scaling`` compares: a sample of one area, one area, all areas."""
    few, more, _ = (size * sample for size in SIZES)
    typical = min(areas, key=lambda area: abs(residents_of(area) * sample - more))
    share = min(few / residents_of(typical), sample)
    every = [Job(area, sample, years, scenario) for area in largest_first(areas)]
    return [[Job(typical, share, years, scenario)], [Job(typical, sample, years, scenario)], every]


def scaling(worlds: Sequence[Sequence[Job]], workers: int) -> dict[str, Any]:
    """Return what a resident-month costs in worlds of several sizes."""
    found = [measure(jobs, min(workers, len(jobs))) for jobs in worlds]
    return {key: [one[key] for one in found] for key in ("areas", "residents", "months", "ns_per_resident_month")}


def scaling_table(figures: dict[str, Any]) -> list[str]:
    """Return the figures of ``--scaling`` for people."""
    lines = [f"{'residents':>12}{'areas':>8}{'ns per resident-month':>24}"]
    rows = zip(figures["residents"], figures["areas"], figures["ns_per_resident_month"], strict=True)
    return lines + [f"{residents:>12,}{areas:>8}{cost:>24.1f}" for residents, areas, cost in rows]


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    usual = f"{YEARS}, with --scaling {SCALING_YEARS}"
    parser.add_argument("--areas", nargs="+", choices=area_ids(), metavar="ID", help="areas (all)")
    parser.add_argument("--years", type=int, help=f"years to live ({usual})")
    parser.add_argument("--sample", type=float, default=1.0, help="share of the street segments (%(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes (%(default)s)")
    parser.add_argument("--scenario", default=SCENARIO, help="what the years are lived under (%(default)s)")
    parser.add_argument("--scaling", action="store_true", help="compare worlds of several sizes instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args(arguments)
    options.years = options.years or (SCALING_YEARS if options.scaling else YEARS)
    options.areas = options.areas or area_ids()
    if options.years < 1 or options.workers < 1:
        parser.error("--years and --workers must be at least 1")
    return options


def main() -> None:
    """Measure and print."""
    options = read_options()
    if options.scaling:
        figures = scaling(sizes(options.areas, options.sample, options.years, options.scenario), options.workers)
        print("\n".join(scaling_table(figures)))
    else:
        areas = largest_first(options.areas)
        jobs = [Job(area, options.sample, options.years, options.scenario) for area in areas]
        figures = measure(jobs, options.workers)
        print("\n".join(table(figures, options.workers)))
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
