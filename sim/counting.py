"""Counts what happens, month by month, in cells of wijk, age, exposure and start group; sums are whole numbers.

Every resident and followed leaver lies in one cell. A view or a group of the outcome table is a set of cells, so that
all of them come from the same counts and can be added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.domains import close_domains, index_base
from sim.draws import F64, U32, Bools, Rows
from sim.ledger import QUARTER, book_programme, count_quarter
from sim.mechanisms.careers import stages
from sim.mechanisms.reconviction import close_cohort
from sim.mechanisms.stacking import mark_start
from sim.mechanisms.trust import PARTS
from sim.outcomes import AGE_EDGES, AGE_GROUPS, PEOPLE, PLACE
from sim.population import columns as c
from sim.programme.catalogue import BOUGHT, BY_NAME, GEZAG_PILLARS, LINES, OFFERED, POLICE_HOURS, YOUTH_AGES
from sim.programme.services import open_counts

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

BANDS = len(AGE_EDGES) - 1
START_BANDS = BANDS + 1
EXPOSED_AFTER = 12
"""Months lived here at ages 8 to 27 after which somebody belongs to the view ``exposed``."""

BAND_OF_AGE = (np.searchsorted(np.asarray(AGE_EDGES), np.arange(256), side="right") - 1).astype(np.uint16)

OF_THE_PLACE = (
    "crimes", "registered_crimes", "displaced", "stapeling_independent", "teacher_posts_open", "teacher_posts",
    "index_base",
    "trust_index", "cohesion_index", "disorder_index", "coordination_index",
)  # fmt: skip
"""Counted where they happen, not by persons."""

OF_HOMES_STANDING = ("homes", "weak_homes", "weak_livability")
"""Homes, counted where they stand."""

STARTS_BAND = np.diff(BAND_OF_AGE, prepend=0) > 0
"""Ages at which somebody comes into the next band."""

MONEY = (
    "euros_spent", "euros_replacing", "euros_idle", "posts", "posts_elsewhere", "places", "enrolled", "jobs_displaced",
)  # fmt: skip
"""What is counted of the programme beside its budget."""

OF_HOMES = (
    "homes_improved", "homes_built", "households_displaced", "grants_paid", "homes_paid_households",
    "homes_paid_corporaties",
)  # fmt: skip

INDEX_PARTS = 1000
"""Indices are counted in thousandths."""

Series = dict[str, NDArray[np.int64]]


class Year:
    """The counts of one calendar year: realised and expected, by cell, and money."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        self.counts: Series = {}
        self.expected: Series = {}
        self.area: dict[str, int] = {}
        self.area_expected: dict[str, int] = {}
        self.money: dict[str, float] = {}
        self.crimes_by_wijk: dict[int, int] = {}
        self.homes: dict[str, list[int]] = {}
        self.months = 0

    def add_money(self, name: str, amount: float, service: str = "") -> None:
        """Add an amount (euros, posts, places, persons), also to that of an intervention."""
        money = self.money
        money[name] = money.get(name, 0.0) + amount
        if service:
            of_service = f"{name}:{service}"
            money[of_service] = money.get(of_service, 0.0) + amount

    def series(self, store: Series, name: str) -> NDArray[np.int64]:
        """Return the array of a series, made on first use."""
        if name not in store:
            store[name] = np.zeros(self.cells, dtype=np.int64)
        return store[name]


class Counts:
    """The counts of a world.

    Args:
        model: the world.
        wijken: number of wijken of the area.
    """

    def __init__(self, model: NeighbourhoodModel, wijken: int) -> None:
        self.model = model
        self.wijken = wijken
        self.cells_total = BANDS * (1 + (wijken + 1) * 2 * START_BANDS * 2)
        self.years: dict[int, Year] = {}
        self.index_base = {"cohesion": 1.0, "disorder": 1.0}
        self.at_start = 0
        self._cells: Rows | None = None
        self._last_expected: dict[str, tuple[int, ...]] = {}
        number = np.arange(self.cells_total)
        self.band_of = number % BANDS
        rest = number // BANDS - 1
        self.somebody = rest >= 0
        self.poor_of = rest % 2
        self.start_of = rest // 2 % START_BANDS
        self.exposed_of = rest // 2 // START_BANDS % 2 * self.somebody
        self.wijk_of = np.where(self.somebody, rest // 2 // START_BANDS // 2, -1)

    # --- where people are counted

    def place(self, rows: Rows) -> None:
        """Renew the cell of persons who moved, were born, or whose exposure or start group changed."""
        people = self.model.people
        cell = np.minimum(people.wijk[rows], self.wijken).astype(np.uint16)
        cell *= 2
        cell += people.exposed_months[rows] >= EXPOSED_AFTER
        cell *= START_BANDS
        cell += people.start_band[rows]
        cell *= 2
        cell += people.start_poor[rows]
        cell += 1
        cell *= BANDS
        cell += BAND_OF_AGE.take(people.age[rows])
        people.cell[rows] = cell
        self._cells = None

    def cells(self) -> Rows:
        """Return the cell of every row now; cell numbers below the number of bands stand for nobody.

        Kept until somebody's cell changes.
        """
        people = self.model.people
        if self._cells is None or self._cells.size != people.used:
            self._cells = people.column("cell").astype(np.intp)
        return self._cells

    def grow_older(self, rows: Rows) -> None:
        """Move persons who became a year older to the cell of their age."""
        people = self.model.people
        grown = rows.compress(STARTS_BAND.take(people.age[rows]))
        people.cell[grown] += 1
        self._cells = None

    def cells_of(self, rows: Rows) -> Rows:
        """Return the cells of some rows now."""
        people = self.model.people
        return people.cell[rows].astype(np.intp)

    def expose(self) -> None:
        """Add a month to the exposure of residents of 8 to 27; who reaches twelve changes cell."""
        people = self.model.people
        age = people.column("age")
        young = (people.column("status") == c.INSIDE) & (age >= YOUTH_AGES[0]) & (age < YOUTH_AGES[1])
        young &= people.column("exposed_months") < EXPOSED_AFTER
        months = people.column("exposed_months")
        months += young
        reached = np.flatnonzero(young & (months == EXPOSED_AFTER))
        if reached.size:
            self.place(reached)

    def start(self) -> None:
        """Mark who lives here at the scenario's start, by age and income; exposure begins to count."""
        people = self.model.people
        rows = np.flatnonzero(people.column("status") != c.FREE)
        inside = people.status[rows] == c.INSIDE
        people.start_band[rows] = np.where(inside, BAND_OF_AGE[people.age[rows]] + 1, 0)
        people.start_poor[rows] = inside & people.low_income[rows]
        people.exposed_months[rows] = 0
        self.place(rows)
        self.years = {}
        self.index_base = index_base(self.model)
        self.at_start = int(np.count_nonzero(inside))
        mark_start(self.model)

    # --- adding up

    @property
    def year(self) -> Year:
        """The running year."""
        number = year_of(self.model.month)
        if number not in self.years:
            self.years[number] = Year(self.cells_total)
        return self.years[number]

    def add(self, series: str, rows: Rows) -> None:
        """Count persons in a series."""
        if rows.size:
            year = self.year
            target = year.series(year.counts, series)
            target += np.bincount(self.model.people.cell.take(rows), minlength=self.cells_total)

    def add_states(self, states: Mapping[str, Bools]) -> None:
        """Count all rows in several series, each with which of them are in that state.

        All are counted in one go, by cell and by the states somebody is in, instead of row by row for each.
        """
        code = np.zeros(self.model.people.used, dtype=np.uint16)  # few bits: fast to put together
        for bit, rows in enumerate(states.values()):
            code |= rows * np.uint16(1 << bit)
        cell = self.cells() << len(states)
        cell |= code
        found = np.bincount(cell, minlength=self.cells_total << len(states)).reshape(self.cells_total, -1)
        combination = np.arange(1 << len(states))
        year = self.year
        for bit, series in enumerate(states):
            target = year.series(year.counts, series)
            target += found[:, (combination >> bit & 1) == 1].sum(axis=1)

    def add_sum(self, series: str, rows: Rows, amounts: NDArray[np.int64]) -> None:
        """Add whole amounts of persons to a series."""
        if rows.size:
            year = self.year
            target = year.series(year.counts, series)
            cells = self.model.people.cell.take(rows)
            # sums of whole numbers below 2**53: float64 holds them exactly, in any order
            target += np.bincount(cells, weights=amounts, minlength=self.cells_total).astype(np.int64)

    def add_sum_of_all(self, series: str, amounts: F64) -> None:
        """Add whole amounts of all rows to a series; those of rows in nobody's use are nothing."""
        year = self.year
        target = year.series(year.counts, series)
        target += np.bincount(self.cells(), weights=amounts, minlength=self.cells_total).astype(np.int64)

    def add_expected(self, series: str, cells: Rows, chance: U32) -> None:
        """Add the chances of persons in the given cells; whole numbers, so exact in any order."""
        if chance.size:
            target = self.year.series(self.year.expected, series)
            # sums of 32-bit integers stay below 2**53: float64 holds them exactly
            target += np.bincount(cells, weights=chance, minlength=self.cells_total).astype(np.int64)

    def add_area(self, series: str, realised: int, expected: tuple[int, ...] = ()) -> None:
        """Count events that belong to a place; ``expected`` per kind, out of two to the power 32."""
        year = self.year
        year.area[series] = year.area.get(series, 0) + realised
        year.area_expected[series] = year.area_expected.get(series, 0) + sum(expected)
        self._last_expected[series] = expected

    def add_money(self, name: str, amount: float, service: str = "") -> None:
        """Add an amount (euros, posts, places, persons) to the running year, and to that of an intervention."""
        self.year.add_money(name, amount, service)

    def add_homes(self, name: str, by_wijk: Rows) -> None:
        """Count homes, by the wijk where they stand."""
        counted = np.zeros(self.wijken, dtype=np.int64)
        counted[: by_wijk.size] = by_wijk
        self.year.homes[name] = counted.tolist()

    def add_crimes(self, wijken: Rows) -> None:
        """Count crimes by the wijk where they happen."""
        year = self.year
        for number, count in enumerate(np.bincount(wijken, minlength=self.wijken).tolist()):
            year.crimes_by_wijk[number] = year.crimes_by_wijk.get(number, 0) + count

    def enrol(self, service: str, rows: Rows) -> None:
        """Count who is enrolled in a service, and who of them has not offended for a year."""
        self.add_money("enrolled", float(rows.size), service)
        if BY_NAME[service].pillar in GEZAG_PILLARS:  # school and work are for who does not offend as well
            self.add("enrolled_persons", rows)
            self.add("enrolled_quiet", rows[self.model.people.events12[rows] == 0])

    def last_expected(self, series: str) -> tuple[int, ...]:
        """Return what was expected this month, per kind."""
        return self._last_expected[series]

    def month_end(self) -> None:
        """Count who is here this month and the programme's money; close the year in December."""
        model = self.model
        year = self.year
        year.months += 1
        here = np.bincount(self.cells(), minlength=self.cells_total)
        year.series(year.counts, "person_months")[:] += here
        self._month_of_money()
        if model.month % QUARTER == QUARTER - 1:
            count_quarter(model)
        if model.month % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1:
            self._close_year(here)

    def _month_of_money(self) -> None:
        """Count what the programme had, spent and made of it this month."""
        model, p = self.model, self.model.p
        municipality = model.municipality
        taken = open_counts(model)
        add_money = self.year.add_money
        replacing, elsewhere = 1 - p["programme.additionality"], p["programme.posts_from_elsewhere"]
        add_money("euros_budget", municipality.budget / MONTHS_PER_YEAR)
        add_money("euros_spent", municipality.overhead / MONTHS_PER_YEAR)
        book_programme(model)
        bought: set[str] = set()
        for (_, name), stock in municipality.stocks.items():
            if stock.posts == 0.0:
                continue
            bought.add(name)
            spent = stock.euros(p) / MONTHS_PER_YEAR
            add_money("euros_spent", spent, name)
            add_money("euros_replacing", spent * replacing, name)
            add_money("posts", stock.posts / MONTHS_PER_YEAR, name)
            # police hours are always missed elsewhere; of other staff a part was not at work in a like post
            missed = 1.0 if name in POLICE_HOURS else elsewhere
            new = stock.posts * p["programme.additionality"]
            add_money("posts_elsewhere", new * missed / MONTHS_PER_YEAR, name)
        for name in (one for one in BOUGHT if one in bought):
            if name in OFFERED:
                add_money("places", municipality.new_places(name) / MONTHS_PER_YEAR, name)
            for what, amount in zip(("capacity", "used"), municipality.use(name, taken), strict=True):
                add_money(what, amount, name)
        for name in (*MONEY, *OF_HOMES):
            self.year.money.setdefault(name, 0.0)  # a year without is a row of nothing, not a missing row

    def _count_idle(self) -> None:
        """Count the euros that paid for capacity nobody used."""
        money = self.year.money
        for name in BOUGHT:
            capacity = money.get(f"capacity:{name}", 0.0)
            if capacity > 0:
                idle = min(max(1 - money.get(f"used:{name}", 0.0) / capacity, 0.0), 1.0)
                active = money.get(f"euros_spent:{name}", 0.0) - money.get(f"euros_replacing:{name}", 0.0)
                self.add_money("euros_idle", active * idle, name)

    def _close_year(self, here: NDArray[np.int64]) -> None:
        """Close the year; ``here`` is who is counted where this month."""
        model, year, people = self.model, self.year, self.model.people
        close_cohort(model)
        self._count_idle()
        year.series(year.counts, "residents")[:] += here * self.somebody
        # a row in nobody's use has no work, no low income and no age
        self.add("employed", np.flatnonzero(people.column("work") == c.EMPLOYED))
        self.add("low_income", np.flatnonzero(people.column("low_income")))
        self.add("unsafe", np.flatnonzero(people.column("unsafe") & (people.column("status") == c.INSIDE)))
        age = people.column("age")
        youths = np.flatnonzero((age >= 12) & (age < 25))
        stage = stages(people, youths, model.month)
        for number in (1, 2, 3):
            self.add(f"stage_{number}", youths.compress(stage == number))
        youths = youths[people.status[youths] == c.INSIDE]
        trust = np.rint(people.trust[youths].astype(np.float64) * PARTS).astype(np.int64)
        target = year.series(year.counts, "trust")
        np.add.at(target, self.cells_of(youths), trust)
        self.add("roles", np.flatnonzero(people.column("role_since") >= 0))
        close_domains(model)

    # --- reading out

    def weight(self) -> NDArray[np.float64]:
        """Return by cell what one counted person stands for: leavers are followed in part."""
        return np.where(self.wijk_of == self.wijken, 1 / self.model.elsewhere_share, 1.0)

    def ages_within(self, ages: tuple[int, int], view: str) -> Bools:
        """Return the cells of an age range: present age, or age at the start for the view ``people``."""
        low = np.asarray(AGE_EDGES[:-1]) >= ages[0]
        chosen = low & (np.asarray(AGE_EDGES[1:]) <= max(ages[1], AGE_EDGES[1]))
        if view == PEOPLE:
            return (self.start_of > 0) & chosen[np.maximum(self.start_of - 1, 0)]
        return chosen[self.band_of]

    def cells_of_view(self, view: str) -> Bools:
        """Return the cells of a view."""
        if view == PLACE:
            return self.somebody & (self.wijk_of < self.wijken)
        if view == PEOPLE:
            return self.somebody & (self.start_of > 0)
        return self.somebody & (self.exposed_of == 1)

    def groups(self, view: str) -> dict[str, Bools]:
        """Return the groups of a view with their cells; ``all`` first."""
        every = np.ones(self.cells_total, dtype=bool)
        found = {"all": every}
        for name, ages in AGE_GROUPS.items():
            found[f"age:{name}"] = self.ages_within(ages, view)
        if view == PEOPLE:
            found["start:low-income"] = self.poor_of == 1
            found["start:other-income"] = self.poor_of == 0
        if view == PLACE:
            found["arrival:before"], found["arrival:since"] = self.start_of > 0, self.start_of == 0
            for number, wijk in enumerate(self.model.area.wijken):
                found[f"wijk:{wijk.code}"] = self.wijk_of == number
            for name in BOUGHT:
                found[f"service:{name}"] = np.zeros_like(every)
            for line in LINES:
                found[f"line:{line.name}"] = np.zeros_like(every)
        return found
