"""Lives an area from 2022 to 2024 and measures what the patterns ask; measures of areas can be added up."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START, year_of
from sim.counting import Year
from sim.draws import TWO32
from sim.mechanisms.careers import stages
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.population.rates import out_chances
from sim.population.traits import NATIONAL_HIGH

Measures = dict[str, float]
"""Sums by name; the measures of several areas are added, and only then divided."""

YEARS_AFTER_FIRST_CHILD = 4


class MeasuredModel(NeighbourhoodModel):
    """The model with finer counts: expected suspects by sex and single year of age."""

    def offend(self) -> None:
        """Live the part of the month as always, then count."""
        super().offend()
        if not hasattr(self, "by_age"):
            self.by_age = np.zeros(512)
            self.lived = np.zeros(512)
        if self.month < BASE:
            return
        people = self.people
        inside = people.column("status") == c.INSIDE
        cell = people.column("sex").astype(np.int64) * 256 + people.column("age")
        self.by_age += np.bincount(cell, weights=self.caught * inside, minlength=512) / TWO32
        self.lived += np.bincount(cell, weights=inside, minlength=512) / MONTHS_PER_YEAR


def measure_area(area: str, sample: float, seed: int, draw: int = 0, before: Any = None) -> Measures:
    """Return the measures of one area under realised policy."""
    model = MeasuredModel(area=area, scenario=before, rng=seed, sample=sample, draw=draw, start=BASE)
    found = _first_children(model)
    age = model.people.column("age")
    youths = np.flatnonzero((model.people.column("status") == c.INSIDE) & (age >= 12) & (age < 25))
    found["hardened"] = float((stages(model.people, youths) == 3).sum())
    found["youths"] = float(youths.size)
    while model.month < SCENARIO_START:
        model.step()
    scaled = {name: value / model.fraction for name, value in found.items()}
    return scaled | {name: value / model.fraction for name, value in _sums(model).items()}


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
    }
