"""The ledger: what is counted of persons four times a year, and the euro flows that follow from it.

Gains are positive and costs negative, in real 2025 euros, undiscounted. Flows of persons are those of the people
followed: who lived in the area at the start, wherever they live now (DESIGN D8). Money of the programme is booked in
full; the part spent on who came later is kept apart, since their gains are not in the ledger either. Energy and works
belong to homes, not to persons; works are paid by society over their lifetime. Nothing is counted twice: who has
problem debt costs, beside care, work and benefits that are booked as such, only what those leave out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH, MONTHS_PER_YEAR
from sim.draws import Bools
from sim.mechanisms.homes import energy_euros
from sim.mechanisms.income import PENSION_AGE
from sim.mechanisms.offending import KINDS
from sim.outcome import AGE_EDGES, PEOPLE
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.programme.catalogue import LINE_BY_NAME, LINES, NUMBER, OFFERED

if TYPE_CHECKING:
    from sim.counting import Counts, Year
    from sim.model import NeighbourhoodModel

QUARTER = 3
PARTS_PER_YEAR = MONTHS_PER_YEAR // QUARTER
CENTS = 100
ADULT = 18
SCHOOL_FROM = 16
"""Up to this age everybody goes to school; only later years of school differ between worlds."""

INVESTED = ("homes_paid_households", "homes_paid_corporaties", "grants_paid")
MID_YEAR = 0.5
"""What is invested during a year is in use for half of it."""

MICRO = 1_000_000
LABELS = 7
YOUTH_BANDS = AGE_EDGES.index(ADULT)

Euros = dict[str, float]


def count_quarter(model: NeighbourhoodModel) -> None:
    """Count the states of persons and homes that cost or bring something; call at the end of a quarter."""
    people, counts = model.people, model.counts
    known = people.column("status") != c.FREE
    age = people.column("age")
    works = people.column("work") == c.EMPLOYED
    qualification = people.column("qualification")
    levels = (c.NO_QUALIFICATION, c.START_QUALIFICATION, c.HIGHER_EDUCATED)
    states = {f"quarters_work_{code}": works & (qualification == code) for code in levels}
    states["quarters_ill"] = people.column("ill")
    states["quarters_distressed"] = people.column("distressed")
    states["quarters_school"] = people.column("enrolled") & (age >= SCHOOL_FROM)
    counts.add_states(states)
    heads = np.flatnonzero(known & (people.column("position") == c.HEAD) & (age >= ADULT))
    counts.add("quarters_welfare", heads.compress(people.welfare[heads]))
    lost = (~works & known & (age >= ADULT) & (age < PENSION_AGE) & ~people.column("enrolled")) & ~people.column(
        "welfare"
    )
    recent = people.column("work_since") > model.month - model.p["welfare.unemployment_months"]
    counts.add("quarters_unemployment", np.flatnonzero(lost & recent))
    counts.add("quarters_problem_debt", heads.compress(people.indebted[heads]))
    _count_care(model, known)
    inside = heads.compress(people.status[heads] == c.INSIDE)
    euros = energy_euros(model, people.household[inside].astype(np.intp))
    counts.add_sum("energy_euros", inside, np.rint(euros / PARTS_PER_YEAR).astype(np.int64))
    counts.add_sum("household_months", inside, np.full(inside.size, QUARTER))
    # the bill of the homes of the base date, whoever lives there: who comes or goes saves nobody energy
    labels = np.bincount(model.dwellings.column("label").compress(~model.dwellings.column("built")), minlength=LABELS)
    bill = float((labels * model.p.table("homes.energy_euros")).sum())
    counts.add_money("energy_of_homes", bill / PARTS_PER_YEAR)
    _count_offences(model)


def _count_care(model: NeighbourhoodModel, known: Bools) -> None:
    """Count care costs of a quarter, in cents: by age, and more with complaints of mind or body."""
    people, p = model.people, model.p
    first = p.table("health.ages").astype(int)
    by_age = p.table("prices.care_age")[np.searchsorted(first, np.arange(256), side="right") - 1]
    more = np.array(
        [0.0, p["prices.care_distressed"], p["prices.care_ill"], p["prices.care_ill"] + p["prices.care_distressed"]]
    )
    table = np.rint((by_age[:, None] + more) * CENTS / PARTS_PER_YEAR).astype(np.int64).ravel()
    code = people.column("age").astype(np.uint16) << np.uint16(2)
    code |= people.column("distressed")
    code |= people.column("ill") * np.uint16(2)
    model.counts.add_sum_of_all("care_cents", table.astype(np.float64).take(code) * known)


def _count_offences(model: NeighbourhoodModel) -> None:
    """Count the offences expected in this month, as millionths by who begins them, for the whole quarter."""
    rates = model.rates
    here = model.people.column("status") == c.INSIDE
    for kind in KINDS:
        done = np.where(here, model.places.completed(kind), 1.0)
        expected = rates.begin[kind] * done
        expected *= QUARTER * MICRO
        model.counts.add_sum_of_all(f"offences_{kind}", np.rint(expected, out=expected))


def book_programme(model: NeighbourhoodModel) -> None:
    """Book this month's programme money: by line, and apart what goes to who came to live here later."""
    municipality, p = model.municipality, model.p
    add_money = model.counts.year.add_money
    share, of_service = _share_of_start_residents(model)
    for (line, name), stock in municipality.stocks.items():
        if stock.posts == 0.0:
            continue
        spent = stock.euros(p) / MONTHS_PER_YEAR
        add_money("line_spent", spent, line)
        mine = of_service.get(name, share)
        add_money("spent_followed", spent * mine, line)
        add_money("spent_later", spent * (1 - mine), line)
    overhead = municipality.overhead / MONTHS_PER_YEAR
    add_money("line_spent", overhead, "alliantie")
    add_money("overhead_followed", overhead * share)
    add_money("overhead_of_jenv", overhead * share * municipality.overhead_of_jenv)
    add_money("spent_later", overhead * (1 - share), "alliantie")
    for one in LINES:
        add_money("line_budget", municipality.by_line[one.name] / MONTHS_PER_YEAR, one.name)


def _share_of_start_residents(model: NeighbourhoodModel) -> tuple[float, dict[str, float]]:
    """Return which part of the residents lived here at the start, and which part of those in each service."""
    people, cases = model.people, model.cases
    inside = people.column("status") == c.INSIDE
    start = people.column("start_band") > 0
    share = float(np.count_nonzero(inside & start)) / max(int(np.count_nonzero(inside)), 1)
    open_ = np.flatnonzero(cases.column("open"))
    service = cases.service[open_].astype(np.intp)
    total = np.bincount(service, minlength=len(NUMBER))
    mine = np.bincount(service.compress(start[cases.person[open_]]), minlength=len(NUMBER))
    found = {name: float(mine[NUMBER[name]] / total[NUMBER[name]]) for name in OFFERED if total[NUMBER[name]]}
    return share, found


class Flows:
    """The euro flows of one year, for the people followed.

    Args:
        counts: the counts of a world.
        number: the calendar year.
        year: the counts of that year.
    """

    def __init__(self, counts: Counts, number: int, year: Year) -> None:
        self.p = counts.model.p
        self.counts, self.year = counts, year
        self.cells = counts.cells_of_view(PEOPLE)
        self.weight = counts.weight()
        programme, crime, homes = self._of_programme(), self._of_crime(), self._of_homes(number)
        self.amounts = _signed(self.p, programme | crime | self._of_lives() | homes)

    def _of_programme(self) -> Euros:
        """Return what the programme spends, by who pays it, and what it spends on who came later."""
        money, spent = self._money, self._money("spent_followed")
        by_line = {line.name: money(f"spent_followed:{line.name}") for line in LINES}
        return {
            "spent": spent,
            "replaced": spent * (1 - self.p["programme.additionality"]),
            "of_jenv": sum(euros for line, euros in by_line.items() if LINE_BY_NAME[line].payer == "rijk_jenv"),
            "overhead": money("overhead_followed"),
            "overhead_of_jenv": money("overhead_of_jenv"),
            "later": money("spent_later"),
        }

    def _of_crime(self) -> Euros:
        """Return what offences, suspects and custody cost."""
        p = self.p
        young = self.counts.band_of < YOUTH_BANDS
        crime = self._sum("offences_0") / MICRO * p["prices.minor_offence"]
        crime += self._sum("offences_1") / MICRO * p["prices.serious_offence"]
        custody = DAYS_PER_MONTH * self._sum("custody", young) * p["prices.youth_custody_day"]
        custody += DAYS_PER_MONTH * self._sum("custody", ~young) * p["prices.custody_day"]
        suspects = self._sum("suspects", expected=True) * p["prices.suspect"]
        return {"crime": crime, "suspects": suspects, "custody": custody}

    def _of_lives(self) -> Euros:
        """Return what work brings, what care, poor health, debts and school cost, and the years on welfare."""
        p = self.p
        lost = self._years("ill") * p["prices.qaly_ill"] + self._years("distressed") * p["prices.qaly_distressed"]
        works = sum(self._years(f"work_{code}") * euros for code, euros in enumerate(p.table("prices.work")))
        return {
            "care": self._sum("care_cents") / CENTS + self._sum("treatments") * p["prices.treatment"],
            "health": lost * p["prices.qaly"],
            "work": p["prices.work_scale"] * works,
            "welfare_years": self._years("welfare"),
            "unemployment": self._years("unemployment") * p["prices.unemployment"],
            "debt": self._years("problem_debt") * p["prices.debt"] * p["prices.debt_own"],
            "debt_help": self._sum("debt_help_cents") / CENTS,
            "school": self._years("school") * p["prices.school_year"],
        }

    def _of_homes(self, number: int) -> Euros:
        """Return the energy bill, what was paid for works on homes, and what their use costs this year."""
        money = self._money
        return {
            "energy": money("energy_of_homes"),
            "use_of_homes": self._use_of_homes(number),
            "paid_by_owners": money("homes_paid_households"),
            "paid_by_corporaties": money("homes_paid_corporaties"),
            "grants": money("grants_paid"),
        }

    def _sum(self, series: str, within: NDArray[np.bool_] | None = None, expected: bool = False) -> float:
        """Return a series over the people followed."""
        store = self.year.expected if expected else self.year.counts
        if series not in store:
            return 0.0
        cells = self.cells if within is None else self.cells & within
        total = float((store[series][cells] * self.weight[cells]).sum())
        return total / 2**32 if expected else total

    def _years(self, state: str) -> float:
        return self._sum(f"quarters_{state}") / PARTS_PER_YEAR

    def _use_of_homes(self, number: int) -> float:
        """Return this year's share of what was invested in homes since the start, in euros.

        Works last longer than any comparison here. So society pays them year by year, as an annuity over their
        lifetime; the payers pay at once.
        """
        rate, years = self.p["prices.discount_rate"], self.p["homes.lifetime"]
        annuity = rate / (1 - (1 + rate) ** -years)
        invested = 0.0
        for earlier, kept in self.counts.years.items():
            paid = sum(kept.money.get(name, 0.0) for name in INVESTED)
            invested += paid * (1.0 if earlier < number else MID_YEAR if earlier == number else 0.0)
        return float(annuity * invested)

    def _money(self, name: str) -> float:
        return self.year.money.get(name, 0.0)


def _signed(p: ParameterSet, of: Euros) -> Euros:
    """Return the flows by who bears them: what is gained is positive, what is lost negative."""
    tax, insured, care_own = p["prices.work_tax"], p["prices.crime_insured"], p["prices.care_own"]
    of_municipality, of_corporaties = p["prices.debt_municipality"], p["prices.debt_corporaties"]
    rijk_other = of["spent"] - of["of_jenv"] + of["overhead"] - of["overhead_of_jenv"] + of["grants"] + of["school"]
    return {
        # what replaces regular budget is no further cost to society: that budget is free for something else
        "society_programme": -(of["spent"] - of["replaced"]),
        "society_overhead": -of["overhead"],
        "society_crime": -of["crime"],
        "society_justice": -(of["suspects"] + of["custody"]),
        "society_care": -of["care"],
        "society_health": -of["health"],
        "society_work": of["work"],
        "society_benefits": -of["welfare_years"] * p["prices.welfare_admin"],
        "society_debt": -(of["debt"] + of["debt_help"]),
        "society_school": -of["school"],
        "society_homes": -of["use_of_homes"],
        "society_energy": -of["energy"],
        "payer_rijk_jenv": -(of["of_jenv"] + of["overhead_of_jenv"] + of["suspects"] + of["custody"]),
        "payer_rijk_other": tax * of["work"] - rijk_other,
        "payer_municipality": of["replaced"] - of["welfare_years"] * (p["prices.welfare"] + p["prices.welfare_admin"])
        - of_municipality * of["debt"] - of["debt_help"],
        "payer_insurers": -(1 - care_own) * of["care"] - insured * of["crime"],
        "payer_corporaties": -of["paid_by_corporaties"] - of_corporaties * of["debt"],
        "payer_uwv": -of["unemployment"],
        "payer_households": (1 - tax) * of["work"] + of["welfare_years"] * p["prices.welfare"] + of["unemployment"]
        - (1 - insured) * of["crime"] - care_own * of["care"] - of["paid_by_owners"] - of["energy"]
        - (1 - of_municipality - of_corporaties) * of["debt"],
        "later": of["later"],
    }  # fmt: skip
