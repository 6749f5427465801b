"""What the full month of one area costs: nanoseconds per resident-month on one core, and peak memory.

    python benchmarks/month.py --area den-haag-zuidwest

The script builds the world as it stands at the base date, its past included (by the clock, with cold caches:
nothing was built before in this process), lives the first year without counting it, and then times whole
years, so that the school year of August and the new friendships of September are in. It does this several
times over, each time the same work to the bit, and every month counts with the least it took: other work on the
machine can only add. The table shows what whole repeats took as well. Only the months are timed, not the
counting of persons between them; their time is processor time, of all threads (the model uses one).

A resident-month is a month of somebody who lives in the area. Leavers who are followed elsewhere are extra
work inside it; they are in the person-months.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scenarios.catalogue import REALISED, load_scenario
from sim.areas import area_ids, load_area
from sim.calendar import BASE, MONTHS_PER_YEAR
from sim.model import MONTH, NeighbourhoodModel
from sim.population.columns import FREE, INSIDE
from sim.scenario import Scenario

MONTHS, REPEATS = 24, 5
WARM_UP = MONTHS_PER_YEAR
FIXED_RESIDENTS = (1_000, 5_000)
"""Two small samples: the line through their months, drawn on to nobody, is the cost people do not add to."""

MEGABYTE = 1024 * 1024
NS_PER_MS = 1e6


@dataclass(frozen=True)
class Window:
    """What some consecutive months took, and how many persons lived through them.

    Attributes:
        took: processor time of each month, in nanoseconds.
        residents: months lived by residents.
        persons: months lived by residents and followed leavers.
    """

    took: tuple[int, ...]
    residents: int
    persons: int

    @property
    def months(self) -> int:
        """Number of months."""
        return len(self.took)

    @property
    def nanoseconds(self) -> int:
        """Time of all months."""
        return sum(self.took)

    @property
    def per_resident(self) -> float:
        """Nanoseconds per resident-month."""
        return self.nanoseconds / self.residents

    @property
    def per_person(self) -> float:
        """Nanoseconds per month of a resident or followed leaver."""
        return self.nanoseconds / self.persons

    @property
    def milliseconds(self) -> float:
        """Milliseconds per month."""
        return self.nanoseconds / self.months / NS_PER_MS


class Stopwatch:
    """Adds up the time of each part of the month."""

    def __init__(self) -> None:
        self.took = dict.fromkeys(MONTH, 0)

    def attach(self, model: NeighbourhoodModel) -> None:
        """Time the parts of this world's months from now on."""
        for name in MONTH:
            setattr(model, name, self._timed(name, getattr(model, name)))

    def _timed(self, name: str, part: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            begin = time.process_time_ns()
            part()
            self.took[name] += time.process_time_ns() - begin

        return run

    def lines(self, months: int) -> list[str]:
        """Return one line per part, with its share."""
        whole = sum(self.took.values())
        parts = [(name, took / months / NS_PER_MS, took / whole) for name, took in self.took.items()]
        return [f"  {name:<22}{milliseconds:9.3f} ms {share:6.1%}" for name, milliseconds, share in parts]


@dataclass(frozen=True)
class Measurement:
    """The repeats of one world.

    Attributes:
        windows: one per repeat.
        build_seconds: time to build the first one.
        peak_mb: memory at most held by the end of the first one.
    """

    windows: list[Window]
    build_seconds: float
    peak_mb: float

    @property
    def best(self) -> Window:
        """The window in which every month takes the least it took in any repeat."""
        first = self.windows[0]
        least = tuple(map(min, zip(*(window.took for window in self.windows), strict=True)))
        return Window(least, first.residents, first.persons)


def peak_megabytes() -> float:
    """Return the most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024 / MEGABYTE


def live(model: NeighbourhoodModel, months: int) -> Window:
    """Live some months and return what they took."""
    took: list[int] = []
    residents = persons = 0
    for _ in range(months):
        begin = time.process_time_ns()
        model.step()
        took.append(time.process_time_ns() - begin)
        status = model.people.column("status")
        residents += int((status == INSIDE).sum())
        persons += int((status != FREE).sum())
    return Window(tuple(took), residents, persons)


def measure(
    area: str, scenario: Scenario, sample: float, months: int, repeats: int, watch: Stopwatch | None = None
) -> Measurement:
    """Build a world, live a year, time the months after it; again and again."""
    windows: list[Window] = []
    built: list[float] = []
    peaks: list[float] = []
    for _ in range(repeats):
        begin = time.perf_counter()
        model = NeighbourhoodModel(area=area, scenario=scenario, rng=1, sample=sample, start=BASE)
        built.append(time.perf_counter() - begin)
        live(model, WARM_UP)
        if watch is not None:
            watch.attach(model)
        windows.append(live(model, months))
        peaks.append(peak_megabytes())
        del model
        gc.collect()  # a world refers to itself: free it before the next one is built
    return Measurement(windows, built[0], peaks[0])


def fixed_milliseconds(area: str, scenario: Scenario, months: int, repeats: int) -> float:
    """Return the cost of a month that does not grow with people, from two small worlds."""
    whole = load_area(area).figures["residents_2022"].value
    small = [measure(area, scenario, residents / whole, months, repeats).best for residents in FIXED_RESIDENTS]
    few, more = (window.persons / window.months for window in small)
    cheap, dear = (window.milliseconds for window in small)
    return max(cheap - (dear - cheap) / (more - few) * few, 0.0)


def figures_of(area: str, found: Measurement, fixed: float) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    window = found.best
    return {
        "area": area,
        "residents": round(window.residents / window.months),
        "months": window.months,
        "ns_per_resident_month": round(window.per_resident, 1),
        "person_months": window.persons,
        "ns_per_person_month": round(window.per_person, 1),
        "fixed_ms_per_month": round(fixed, 2),
        "build_seconds": round(found.build_seconds, 2),
        "peak_mb": round(found.peak_mb, 1),
    }


def table(figures: dict[str, Any], found: Measurement, sample: float) -> list[str]:
    """Return the figures for people."""
    window = found.best
    costs = sorted(one.per_resident for one in found.windows)
    few, more = FIXED_RESIDENTS
    followed = (window.persons - window.residents) / window.months
    rows = {
        "area": f"{figures['area']}, sample {sample:g}",
        "residents": f"{figures['residents']:,} and {followed:,.0f} followed leavers, mean of the months",
        "months": f"{figures['months']}, measured {len(costs)} times",
        "ns per resident-month": f"{window.per_resident:.1f} (whole repeats: {costs[0]:.1f} to {costs[-1]:.1f})",
        "ns per person-month": f"{window.per_person:.1f} (followed leavers are persons too)",
        "ms per month": f"{window.milliseconds:.2f}",
        "fixed ms per month": f"{figures['fixed_ms_per_month']:.2f} (from samples of {few:,} and {more:,} residents)",
        "building, s": f"{found.build_seconds:.2f} (population, past and burn-in, cold caches)",
        "peak memory, MB": f"{found.peak_mb:.1f}",
    }
    return [f"{name:<24}{text}" for name, text in rows.items()]


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--area", required=True, choices=area_ids(), metavar="ID", help="id of the area")
    parser.add_argument("--months", type=int, default=MONTHS, help="months, whole years (%(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="times to measure them (%(default)s)")
    parser.add_argument("--sample", type=float, default=1.0, help="share of the street segments (%(default)s)")
    parser.add_argument("--scenario", default=REALISED, help="what the months are lived under (%(default)s)")
    parser.add_argument("--profile", action="store_true", help="print the time per part of the month")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args(arguments)
    if options.months < 1 or options.months % MONTHS_PER_YEAR:
        parser.error("--months must be whole years: August and September cost more than other months")
    if options.repeats < 1:
        parser.error("--repeats must be at least 1")
    return options


def main() -> None:
    """Measure and print."""
    options = read_options()
    scenario = load_scenario(options.scenario)
    months, repeats = options.months, options.repeats
    watch = Stopwatch() if options.profile else None
    found = measure(options.area, scenario, options.sample, months, repeats, watch)
    figures = figures_of(options.area, found, fixed_milliseconds(options.area, scenario, months, repeats))
    print("\n".join(table(figures, found, options.sample)))
    if watch is not None:
        print("\nper month, mean of all times:")
        print("\n".join(watch.lines(months * repeats)))
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
