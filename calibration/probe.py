"""Lives an area from 2022 to 2024 and measures what the patterns ask; measures of areas can be added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import poisson

from calibration.probe_domains import DomainProbe, Measures, domains_at_the_end
from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START, month_number, year_of
from sim.counting import Year
from sim.draws import TWO32, U64, Bools, Rows
from sim.mechanisms.careers import HARDENED, stages
from sim.mechanisms.offending import history_factor
from sim.mechanisms.reconviction import FOLLOW_UP
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.population import columns as c
from sim.population.rates import out_chances
from sim.population.traits import NATIONAL_HIGH

YEARS_AFTER_FIRST_CHILD = 4
ADULT = 18


HISTORY_FROM = month_number("2020-01")
"""High-impact suspects and releases are followed from here on: five years up to the end of 2024."""

COHORT_AGES = (28, 30)
MOST_LISTED = 100


class MeasuredModel(NeighbourhoodModel):
    """The model with finer counts: suspects by sex, age and income, events done together, what followed release."""

    def offend(self) -> None:
        """Live the part of the month as always, then count."""
        super().offend()
        if not hasattr(self, "by_age"):
            self.by_age, self.lived = np.zeros(512), np.zeros(512)
            self.found: Measures = {}
            self.released: dict[int, tuple[Rows, U64, Bools, Rows]] = {}
            self.high_impact = np.zeros(0, dtype=np.uint64)
        if self.month < BASE:
            return
        people = self.people
        inside = people.column("status") == c.INSIDE
        cell = people.column("sex").astype(np.int64) * 256 + people.column("age")
        self.by_age += np.bincount(cell, weights=self.caught * inside, minlength=512) / TWO32
        self.lived += np.bincount(cell, weights=inside, minlength=512) / MONTHS_PER_YEAR
        young = np.flatnonzero(inside & (people.column("age") >= 12) & (people.column("age") < 25))
        for name, poor in (("poor", True), ("other", False)):
            mine = young[people.low_income[young] == poor]
            self._add(f"suspects_{name}", float(self.caught[mine].sum()) / TWO32)
            self._add(f"lived_{name}", mine.size / MONTHS_PER_YEAR)
        age = people.age[self.offences.row]
        for name, ages in (("minors", (12, 18)), ("young_adults", (18, 25))):
            mine = (age >= ages[0]) & (age < ages[1])
            self._add(f"events_{name}", float(mine.sum()))
            self._add(f"joint_{name}", float((mine & (self.offences.partner >= 0)).sum()))

    def register_and_judge(self) -> None:
        """Live the part of the month as always, then follow suspects and who was released."""
        super().register_and_judge()
        people, month = self.people, self.month
        if month < HISTORY_FROM:
            return
        serious = self.suspects.rows[self.suspects.serious]
        self.high_impact = np.union1d(self.high_impact, people.life[serious])
        back = np.flatnonzero((people.column("custody_until") == month) & (people.column("status") == c.INSIDE))
        convictions = people.convictions[back].astype(np.intp)
        self.released[month] = (back, people.life[back], people.age[back] < ADULT, convictions)
        if month - FOLLOW_UP in self.released:
            rows, life, young, before = self.released.pop(month - FOLLOW_UP)
            there = (people.life[rows] == life) & (people.status[rows] != c.FREE)
            again = (people.convictions[rows] > before) | (people.trial[rows] >= 0)  # or about to be
            for name, mine in (("youth", young), ("adult", ~young)):
                self._add(f"released_{name}", float((there & mine).sum()))
                self._add(f"back_{name}", float((there & mine & again).sum()))

    def learn_and_work(self) -> None:
        """Live the part of the month as always, then count who left welfare."""
        before = self.households.column("welfare_since").copy()
        super().learn_and_work()
        if self.month >= BASE:
            if not hasattr(self, "domains"):
                self.domains = DomainProbe()
            self.domains.exits(self, before)

    def count(self) -> None:
        """Count the month as always, then the spells in progress."""
        super().count()
        if self.month >= BASE:
            self.domains.month(self)

    def _add(self, name: str, amount: float) -> None:
        self.found[name] = self.found.get(name, 0.0) + amount


def measure_area(
    area: str,
    sample: float,
    seed: int,
    draw: int = 0,
    before: Any = None,
    level_of: Sequence[int] = (),
    changes: Mapping[str, float] | None = None,
) -> Measures:
    """Return the measures of one area under realised policy.

    Args:
        area: area id.
        sample: share of the streets.
        seed: seed of the world.
        draw: parameter draw.
        before: scenario of the realised policy.
        level_of: years whose national level of offending holds in place of today's.
        changes: values of parameters in place of those of the draw, by path.
    """
    p = load_parameters(draw, area).with_values(changes or {})
    if level_of:
        level = float(np.mean([history_factor(p, year) for year in level_of]))
        p = p.with_values({"offending.level": p["offending.level"] * level})
    model = MeasuredModel(area=area, scenario=before, rng=seed, sample=sample, draw=draw, parameters=p, start=BASE)
    found = _first_children(model) | _concentration(model)
    age = model.people.column("age")
    youths = np.flatnonzero((model.people.column("status") == c.INSIDE) & (age >= 12) & (age < 25))
    found["hardened"] = float((stages(model.people, youths, model.month) == HARDENED).sum())
    found["youths"] = float(youths.size)
    while model.month < SCENARIO_START:
        model.step()
    found |= model.found | model.domains.found | _at_the_end(model) | domains_at_the_end(model)
    scaled = {name: value / model.fraction for name, value in found.items()}
    return scaled | _of_streets(model, sample) | {name: value / model.fraction for name, value in _sums(model).items()}


def _first_children(model: NeighbourhoodModel) -> dict[str, float]:
    """Return expected leaving within four years of households with one child under four, by income."""
    people, households = model.people, model.households
    small = np.zeros(households.used, dtype=bool)
    inside = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("age") < 4))
    small[people.household[inside]] = True
    homes = np.flatnonzero(small & (households.column("children") == 1))
    head = households.head[homes]
    yearly = out_chances(model.p, people.age[head], households.children[homes], households.standing[homes])
    leaves = 1 - (1 - yearly) ** YEARS_AFTER_FIRST_CHILD
    rich = households.standing[homes] >= ndtri(NATIONAL_HIGH)
    return {
        "rich_leave": float(leaves[rich].sum()), "rich": float(rich.sum()),
        "other_leave": float(leaves[~rich].sum()), "other": float((~rich).sum()),
    }  # fmt: skip


def _concentration(model: MeasuredModel) -> dict[str, float]:
    """Return how many of a birth cohort have how many registrations."""
    people = model.people
    age = people.column("age")
    cohort = (people.column("status") == c.INSIDE) & (age >= COHORT_AGES[0]) & (age < COHORT_AGES[1])
    cohort &= people.column("sex") == c.MAN  # the birth cohorts of the source are of boys
    times = np.minimum(people.column("registrations")[cohort], MOST_LISTED)
    return {f"registered_times_{n}": float(count) for n, count in enumerate(np.bincount(times, minlength=1).tolist())}


def half_of_all(counts: NDArray[np.float64], times: NDArray[np.float64]) -> float:
    """Return the share of the units that hold half of all events.

    Args:
        counts: how many units there are of each kind.
        times: how many events a unit of the kind has.
    """
    order = np.argsort(-times)
    units, events = counts[order], (counts * times)[order]
    reached = np.cumsum(events)
    at = int(np.searchsorted(reached, events.sum() / 2))
    before = reached[at] - events[at]
    part = (events.sum() / 2 - before) / events[at]
    return float((units[:at].sum() + part * units[at]) / counts.sum())


def _at_the_end(model: MeasuredModel) -> dict[str, float]:
    """Return who feels unsafe, and which youths who have lived here for five years were high-impact suspects."""
    people = model.people
    inside = people.column("status") == c.INSIDE
    age = people.column("age")
    grown = inside & (age >= ADULT)
    found = {"unsafe": float((people.column("unsafe") & grown).sum()), "adults": float(grown.sum())}
    stayed = inside & (people.column("arrived") <= HISTORY_FROM)
    suspect = np.isin(people.column("life"), model.high_impact)
    for low in (12, 17, 22):
        mine = stayed & (age >= low) & (age < low + 5)
        found[f"stayed_{low}"] = float(mine.sum())
        found[f"high_impact_{low}"] = float((mine & suspect).sum())
    return found


def _of_streets(model: MeasuredModel, sample: float) -> Measures:
    """Return the share of segments with half of last year's registered crimes, and what equal rates would give."""
    if sample < 1:
        return {}
    crimes = model.streets.column("registered").astype(np.float64)
    share = half_of_all(np.ones(crimes.size), crimes)
    times = np.arange(int(crimes.max()) + 1, dtype=np.float64)
    equal = half_of_all(poisson.pmf(times, crimes.mean()), times)
    return {"street_share": share * crimes.size, "street_equal": equal * crimes.size, "streets": float(crimes.size)}


def _sums(model: MeasuredModel) -> Measures:
    """Return the sums of three years."""
    found: Measures = {}

    def part(name: str, values: Any, low: int, high: int, sexes: tuple[int, ...] = (0, 1)) -> None:
        found[name] = float(sum(values[256 * sex + low : 256 * sex + high].sum() for sex in sexes))

    for what, values in (("suspects", model.by_age), ("lived", model.lived)):
        for name, low, high in (("12plus", 12, 256), ("16_19", 16, 20), ("13", 13, 14), ("17", 17, 18),
                                ("35_44", 35, 45), ("18_24", 18, 25), ("12_17", 12, 18)):  # fmt: skip
            part(f"{what}_{name}", values, low, high)
        part(f"{what}_men", values, 12, 25, (c.MAN,))
        part(f"{what}_women", values, 12, 25, (c.WOMAN,))
    for number, year in model.counts.years.items():
        if year.months == MONTHS_PER_YEAR and number >= year_of(BASE):
            for name, value in _of_year(model, number, year).items():
                found[name] = found.get(name, 0.0) + value
    return found


def _of_year(model: NeighbourhoodModel, number: int, year: Year) -> Measures:
    counts = model.counts
    place = counts.cells_of_view("place")
    wide = place & counts.ages_within((12, 256), "place")

    def total(store: Any, name: str, cells: Any) -> float:
        return float(store[name][cells].sum()) if name in store else 0.0

    return {
        "offenders": total(year.expected, "offenders", place) / TWO32,
        "lived_offenders": total(year.counts, "person_months", place & counts.ages_within((12, 18), "place")) / 12,
        "known": total(year.counts, "known_suspects", place),
        "suspected": total(year.counts, "suspects", place),
        "convicted_juvenile": total(year.counts, "convicted_juvenile_place", counts.somebody),
        "reconvicted_juvenile": total(year.counts, "reconvicted_juvenile_place", counts.somebody),
        "convicted_adult": total(year.counts, "convicted_adult_place", counts.somebody),
        "reconvicted_adult": total(year.counts, "reconvicted_adult_place", counts.somebody),
        "cleared": float(year.area.get("cleared_crimes", 0)),
        "registered": float(year.area.get("registered_crimes", 0)),
        "crimes": float(year.area.get("crimes", 0)),
        f"inflow_{number}": total(year.counts, "inflow", place),
        f"outflow_{number}": total(year.counts, "outflow", place),
        f"residents_{number}": total(year.counts, "person_months", place) / 12,
        f"suspects12plus_{number}": total(year.expected, "suspects", wide) / TWO32,
        f"lived12plus_{number}": total(year.counts, "person_months", wide) / 12,
        "victims": total(year.counts, "victims", place & counts.ages_within((15, 256), "place")),
        "lived15": total(year.counts, "person_months", place & counts.ages_within((15, 256), "place")) / 12,
        "leavers": total(year.counts, "early_leavers", place),
        "pupils": total(year.counts, "pupils", place),
        "problem_inflow": total(year.counts, "problem_inflow", place),
        f"debt_signals_{number}": total(year.counts, "debt_signals", place),
        f"debt_signals_again_{number}": total(year.counts, "debt_signals_again", place),
        f"signals_accepted_{number}": total(year.counts, "signals_accepted", place),
    }
