"""The drift test (DESIGN D14): twenty years with trends off and no programme move no outcome.

Run ``python -m calibration.drift``; it measures area by area, keeps what it has in ``output/drift`` and goes on there
after an interruption. The result is the table ``calibration/drift.csv``, which a test checks for freshness.
Outcomes that depend on age are re-weighted to the ages of the base year; a pyramid that shifts is no drift.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.areas import area_ids, load_area
from sim.calendar import BASE, MONTHS_PER_YEAR, year_of
from sim.draws import TWO32
from sim.fingerprint import fingerprint
from sim.mechanisms.careers import stages
from sim.mechanisms.stacking import COUNT_OF_BITS, STACKED, households_in_red
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.population import columns as c

YEARS = 20
WINDOW = 3
"""Base and end are means over three years."""

BANDS, BAND_YEARS = 20, 5
ALLOWED = 0.05
ADULT = 18
COLUMNS = ("outcome", "base", "end", "ratio", "within", "fingerprint")

# outcome: counted series, series it is a share of, ages from and below
MEASURED = {
    "registered_suspects_12_24_per_10k": ("suspects", "lived", 12, 25),
    "registered_suspects_12plus_per_10k": ("suspects", "lived", 12, 100),
    "latent_offending_12_17_share": ("offenders", "lived", 12, 18),
    "offences_per_person": ("offences", "lived", 12, 100),
    "youths_incidental_share": ("stage_1", "lived", 12, 25),
    "youths_repeat_share": ("stage_2", "lived", 12, 25),
    "youths_hardened_share": ("stage_3", "lived", 12, 25),
    "victims_share": ("victims", "lived", 15, 100),
    "early_school_leavers_share": ("leavers", "pupils", 12, 23),
    "employed_share": ("employed", "lived", 15, 75),
    "low_financial_welfare_share": ("low_income", "lived", 12, 100),
    "child_poverty_share": ("low_income", "lived", 0, 15),
    "problem_debt_share": ("problem_debt", "heads", 18, 100),
    "arrears_share": ("arrears", "heads", 18, 100),
    "debt_signals_per_1000": ("debt_signals", "lived", 0, 100),
    "welfare_share": ("welfare", "lived", 18, 67),
    "secure_job_share": ("secure", "employed", 15, 75),
    "neet_share": ("neet", "lived", 15, 25),
    "start_qualification_share": ("qualified", "lived", 18, 25),
    "good_health_share": ("good_health", "lived", 0, 100),
    "poor_mental_health_share": ("distressed", "lived", 12, 100),
    "weak_housing_share": ("weak_homes", "homes", 0, 100),
    "weak_livability_homes_share": ("weak_livability", "homes", 0, 100),
    "crowded_share": ("crowded", "heads", 18, 100),
    # of heads of 25 to 44: among older ones later generations are better schooled, which is no drift
    "stapeling_share": ("stacked", "heads", 25, 45),
    "disorder_mean": ("disorder_index", "index_base", 0, 100),
    "cohesion_mean": ("cohesion_index", "index_base", 0, 100),
    "feels_unsafe_share": ("unsafe", "lived", 18, 100),
    "inflow_share": ("inflow", "lived", 0, 100),
    "outflow_share": ("outflow", "lived", 0, 100),
    "reconvicted_within_2_years_adult_share": ("reconvicted", "convicted", 0, 100),
    "reconvicted_within_2_years_juvenile_share": ("reconvicted_young", "convicted_young", 0, 100),
    "crimes_per_1000": ("crimes", "lived", 0, 100),
    "registered_crimes_per_1000": ("registered_crimes", "lived", 0, 100),
    "custody_days": ("custody", "lived", 0, 100),
}

# taken from the model's own counts, by its wider age bands
COUNTED = {
    "leavers": "early_leavers",
    "pupils": "pupils",
    "inflow": "inflow",
    "outflow": "outflow",
    "reconvicted": "reconvicted_adult_place",
    "convicted": "convicted_adult_place",
    "reconvicted_young": "reconvicted_juvenile_place",
    "convicted_young": "convicted_juvenile_place",
    "custody": "custody",
    "debt_signals": "debt_signals",
    "crowded": "crowded",
}
OF_THE_AREA = ("crimes", "registered_crimes", "disorder_index", "cohesion_index", "index_base")
OF_HOMES = ("homes", "weak_homes", "weak_livability")
STILL = (
    "offending.trend",
    "trends.work",
    "trends.work_realised",
    "trends.debts",
    "trends.health",
    "trends.school",
    "homes.renewal",
)
"""Everything the country does by itself: off."""


class DriftModel(NeighbourhoodModel):
    """The model with counts by sex and single year of age, per year since the base date."""

    def offend(self) -> None:
        """Live the part of the month as always, then add the month's expectations."""
        super().offend()
        if self.month >= BASE:
            self._tally("suspects", self.caught / TWO32)
            self._tally("offences", self.rates.participations().sum(axis=0))
            self._tally("lived", np.ones(self.people.used) / MONTHS_PER_YEAR)

    def count(self) -> None:
        """Count the month as always; in December count who is what."""
        super().count()
        if self.month < BASE or self.month % MONTHS_PER_YEAR != MONTHS_PER_YEAR - 1:
            return
        people, year = self.people, year_of(self.month)
        every = np.arange(people.used)
        stage = stages(people, every, self.month)
        for number in (1, 2, 3):
            self._tally(f"stage_{number}", stage == number)
        self._tally("employed", people.column("work") == c.EMPLOYED)
        self._tally("low_income", people.column("low_income"))
        self._tally("unsafe", people.column("unsafe"))
        idle = ~people.column("enrolled") & (people.column("work") != c.EMPLOYED)
        head = (people.column("position") == c.HEAD) & (people.column("age") >= ADULT)
        for name, values in (
            ("heads", head), ("problem_debt", head & people.column("indebted")),
            ("arrears", head & people.column("strained")), ("distressed", people.column("distressed")),
            ("welfare", people.column("welfare")), ("secure", people.column("secure_job")), ("neet", idle),
            ("qualified", people.column("qualification") > c.NO_QUALIFICATION),
            ("good_health", ~people.column("distressed") & ~people.column("ill")),
        ):  # fmt: skip
            self._tally(name, values)
        heads, bits = households_in_red(self)
        stacked = np.zeros(people.used)
        stacked[heads] = COUNT_OF_BITS[bits] >= STACKED
        self._tally("stacked", stacked)
        self._tally("victims", people.column("victim_year") == year)
        self._tally("offenders", people.column("offended_year") == year)
        counts = self.counts.years[year].counts
        for name, series in COUNTED.items():
            # convicted here, wherever they live now; all else is of who lives here
            cells = self.counts.somebody if series.endswith("_place") else self.counts.cells_of_view("place")
            values = counts.get(series, np.zeros(self.counts.cells_total)) * cells
            self._by_year(name)[:] += np.bincount(self.counts.band_of, weights=values, minlength=2 * BANDS)

        for name in OF_THE_AREA:
            self._by_year(name)[0] += self.counts.years[year].area[name]
        for name in OF_HOMES:
            self._by_year(name)[0] += sum(self.counts.years[year].homes[name])

    def _by_year(self, name: str) -> NDArray[np.float64]:
        if not hasattr(self, "tallies"):
            self.tallies: dict[tuple[int, str], NDArray[np.float64]] = {}
        return self.tallies.setdefault((year_of(self.month), name), np.zeros(2 * BANDS))

    def _tally(self, name: str, values: Any) -> None:
        people = self.people
        inside = people.column("status") == c.INSIDE
        band = np.minimum(people.column("age") // BAND_YEARS, BANDS - 1).astype(np.intp)
        cell = people.column("sex") * BANDS + band
        self._by_year(name)[:] += np.bincount(cell, weights=values * inside, minlength=2 * BANDS)


def live_area(area: str, sample: float, years: int) -> dict[str, list[list[float]]]:
    """Live an area from the base date and return its tallies by name and year, for the whole area."""
    still = load_parameters(0, area).with_values(dict.fromkeys(STILL, 0.0))
    model = DriftModel(area=area, sample=sample, start=BASE, parameters=still)
    for _ in range(years * MONTHS_PER_YEAR):
        model.step()
    names = sorted({name for _, name in model.tallies})
    zero = np.zeros(2 * BANDS)
    return {
        name: [(model.tallies.get((year_of(BASE) + y, name), zero) / model.fraction).tolist() for y in range(years)]
        for name in names
    }


def _job(job: tuple[str, float, int, Path]) -> str:
    area, sample, years, folder = job
    target = folder / f"{area}.json"
    if not target.exists():
        found = live_area(area, sample, years)
        draft = folder / f".{area}.{os.getpid()}"
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.rename(target)
    return area


def standardised(total: dict[str, NDArray[np.float64]], outcome: str, years: slice) -> float:
    """Return an outcome over some years, with the ages of the first year where it is counted by age."""
    top, bottom, low, high = MEASURED[outcome]
    if top in (*COUNTED, *OF_THE_AREA, *OF_HOMES) and bottom != "pupils":
        return float(total[top][years].sum() / total[bottom][years].sum())
    first, last = low // BAND_YEARS, -(-high // BAND_YEARS)
    band = np.arange(2 * BANDS) % BANDS
    chosen = np.ones(2 * BANDS, dtype=bool) if bottom == "pupils" else (band >= first) & (band < last)
    weight = total[bottom][0][chosen]
    rate = total[top][years].sum(axis=0)[chosen] / np.maximum(total[bottom][years].sum(axis=0)[chosen], 1e-9)
    return float((weight * rate).sum() / weight.sum())


def table(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the result from the areas in a folder."""
    areas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    total = {name: np.sum([np.asarray(area[name]) for area in areas], axis=0) for name in areas[0]}
    rows = []
    for outcome, (_, bottom, _, _) in MEASURED.items():
        skip = 2 if bottom.startswith("convicted") else 0  # the first follow-ups are over after two years
        base = standardised(total, outcome, slice(skip, skip + WINDOW))
        end = standardised(total, outcome, slice(-WINDOW, None))
        ratio = end / base
        rows.append({
            "outcome": outcome, "base": f"{base:.5g}", "end": f"{end:.5g}", "ratio": f"{ratio:.4f}",
            "within": "yes" if abs(ratio - 1) <= ALLOWED else "no", "fingerprint": fingerprint(),
        })  # fmt: skip
    return rows


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=float, default=1.0, help="share of the streets (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    folder = Path("output") / "drift" / f"{fingerprint()[:16]}-{asked.sample}"
    folder.mkdir(parents=True, exist_ok=True)
    ids = sorted(area_ids(), key=lambda name: -load_area(name).figures["residents_2022"].value)
    jobs = [(name, asked.sample, YEARS, folder) for name in ids]
    with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
        for done, name in enumerate(pool.imap_unordered(_job, jobs), start=1):
            print(f"{done} of {len(jobs)}: {name}", file=sys.stderr)
    rows = table(folder)
    target = Path(str(files("calibration").joinpath("drift.csv")))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(f"{row['outcome']:45} {row['base']:>9} {row['end']:>9} {row['ratio']:>7} {row['within']}")


if __name__ == "__main__":
    main()
