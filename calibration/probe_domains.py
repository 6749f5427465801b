"""Measures of the domains beside safety: welfare, work, income, debts, health; sums by name, as those of safety."""

from __future__ import annotations

import numpy as np

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import U64, Bools, Rows
from sim.mechanisms.health import Health
from sim.model import NeighbourhoodModel
from sim.population import columns as c

Measures = dict[str, float]
"""Sums by name; the measures of several areas are added, and only then divided."""

SHORT, LONG = 12, 36
"""Months of a spell on welfare up to and above which outflow is compared."""

JOB_FOLLOWED = 18
"""Months after which somebody who left welfare for work should still have a job."""

LONG_LOW_INCOME = 48
"""Months from which a low income counts as lasting."""

POOR_FROM = 12
"""Low financial welfare is stated for this age and over."""

WORKERS = (15, 75)
ADULT = 18
"""Own health is asked of adults."""


class DomainProbe:
    """Follows spells on welfare and of problem debt, month by month.

    Attributes:
        found: the measures so far.
    """

    def __init__(self) -> None:
        self.found: Measures = {}
        self._found_work: dict[int, tuple[Rows, U64]] = {}

    def exits(self, model: NeighbourhoodModel, before: Rows) -> None:
        """Count the households that left welfare in this month's review, and follow who of them works.

        A situation is reviewed once a year: who leaves at the first review was on welfare for less than a year.

        Args:
            model: the world, after the review.
            before: month since which each household was on welfare before it, below 0 for those who were not.
        """
        households, people = model.households, model.people
        since = households.column("welfare_since")
        homes = np.flatnonzero((before >= 0) & (since < 0))
        months = model.month - before[homes]
        self._add(f"welfare_exits_{year_of(model.month)}", homes.size)
        self._add("welfare_exits_short", _count(months <= SHORT))
        self._add("welfare_exits_long", _count(months > LONG))
        partner = households.partner[homes]
        persons = np.concatenate([households.head[homes], partner[partner >= 0]]).astype(np.intp)
        works = persons[people.work[persons] == c.EMPLOYED]
        self._found_work[model.month] = works, people.life[works]

    def month(self, model: NeighbourhoodModel) -> None:
        """Add this month's stocks, in years, and look at who left welfare for work some time ago."""
        households, people, month = model.households, model.people, model.month
        since = households.column("welfare_since")
        on = since >= 0
        lasts = month - since
        for name, stock in (
            (f"welfare_{year_of(month)}", on),
            ("welfare_short", on & (lasts < SHORT)),
            ("welfare_long", on & (lasts >= LONG)),
            ("problem_stock", households.column("problem_since") >= 0),
        ):
            self._add(name, _count(stock) / MONTHS_PER_YEAR)
        if month - JOB_FOLLOWED in self._found_work:
            rows, life = self._found_work.pop(month - JOB_FOLLOWED)
            known = rows[(people.life[rows] == life) & (people.status[rows] != c.FREE)]
            self._add("found_work", known.size)
            self._add("kept_work", _count(people.work[known] == c.EMPLOYED))

    def _add(self, name: str, amount: float) -> None:
        self.found[name] = self.found.get(name, 0.0) + amount


def domains_at_the_end(model: NeighbourhoodModel) -> Measures:
    """Return the stocks of work, income, debts and health as they stand now."""
    people = model.people
    inside, age = people.column("status") == c.INSIDE, people.column("age")
    old_enough = inside & (age >= POOR_FROM)
    workers = inside & (age >= WORKERS[0]) & (age < WORKERS[1])
    return {
        "low_12plus": _count(old_enough & people.column("low_income")),
        "residents_12plus": _count(old_enough),
        "employed": _count(workers & (people.column("work") == c.EMPLOYED)),
        "workers": _count(workers),
        **_homes_at_the_end(model),
        **_health_gap(model, np.flatnonzero(inside & (age >= ADULT))),
    }


def _homes_at_the_end(model: NeighbourhoodModel) -> Measures:
    households = model.households
    low, children = households.column("low_income"), households.column("children") > 0
    low = low & (households.column("size") > 0)
    since = households.column("low_since")
    lasting = low & (since >= 0) & (since <= model.month - LONG_LOW_INCOME)
    owes = households.column("problem_since") >= 0
    return {
        "low_homes": _count(low),
        "lasting_low_homes": _count(lasting),
        "low_families": _count(low & children),
        "lasting_low_families": _count(lasting & children),
        "problem_homes": _count(owes),
        "problem_families": _count(owes & children),
    }


def _health_gap(model: NeighbourhoodModel, adults: Rows) -> Measures:
    """Return how many adults are in good health, and how many would be at the national shares of their ages."""
    people = model.people
    health = Health(model.p)
    national = (1 - health.share_distressed) * (1 - health.share_ill)
    good = ~people.distressed[adults] & ~people.ill[adults]
    return {
        "good_health": _count(good),
        "good_health_national": float(national[people.age[adults]].sum()),
        "asked_health": float(adults.size),
    }


def _count(which: Bools) -> float:
    return float(np.count_nonzero(which))
