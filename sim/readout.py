"""Reads the outcome table out of the counts: numerators and denominators by year, view and group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_PER_MONTH, MONTHS_PER_YEAR
from sim.counting import OF_HOMES_STANDING, OF_THE_PLACE, Counts, Year
from sim.draws import TWO32, Bools
from sim.ledger import Flows
from sim.mechanisms.trust import PARTS
from sim.outcomes import OUTCOMES, PEOPLE, PLACE, Outcome

LATER = "programme_euros_on_later_residents"
OF_LINES = {"euros_budget": "line_budget", "euros_spent": "line_spent"}
"""Money that is known by line of the programme, and the series that keeps it."""

SCALES = {"trust": PARTS, "skill": 1000, "care_euros": 100}
"""Series that are counted in whole parts of their unit."""


def outcome_rows(counts: Counts, groups: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the rows of the outcome table for the complete years since the start.

    Args:
        counts: the counts of a world.
        groups: groups beside ``all``: names such as ``age:12-17``, or kinds such as ``wijk`` for all of a kind.
    """
    found: list[dict[str, Any]] = []
    for number, year in sorted(counts.years.items()):
        if year.months == MONTHS_PER_YEAR:
            flows = Flows(counts, number, year)
            for outcome in OUTCOMES.values():
                if outcome.kept_by == "results":
                    continue
                if outcome.numerator.startswith("flow_") or outcome.id == LATER:
                    amount = flows.amounts[outcome.numerator.removeprefix("flow_")] / counts.model.fraction
                    found.append(row_of(number, PEOPLE, "all", outcome.id, amount, 1.0, amount))
                elif outcome.numerator == "persons_at_start":
                    persons = counts.at_start / counts.model.fraction
                    found.append(row_of(number, PEOPLE, "all", outcome.id, persons, 1.0, persons))
                else:
                    found.extend(_outcome_rows(counts, number, year, outcome, groups))
    return found


def _outcome_rows(
    counts: Counts, number: int, year: Year, outcome: Outcome, groups: Sequence[str]
) -> Iterable[dict[str, Any]]:
    for view in outcome.views:
        everything = counts.groups(view) if groups else {"all": np.ones(counts.cells_total, dtype=bool)}
        for group, mask in everything.items():
            if group != "all" and group not in groups and group.split(":")[0] not in groups:
                continue
            figures = _figures(counts, number, year, outcome, view, group, mask)
            if figures is not None:
                yield row_of(number, view, group, outcome.id, *figures)


def _figures(
    counts: Counts, number: int, year: Year, outcome: Outcome, view: str, group: str, mask: Bools
) -> tuple[float, float, float] | None:
    """Return numerator, denominator and expected numerator for the whole area, or ``None`` for no row."""
    fraction = counts.model.fraction
    if outcome.numerator in year.money:
        if group.startswith("service:"):
            amount = year.money.get(f"{outcome.numerator}:{group.removeprefix('service:')}", 0.0) / fraction
            return (amount, 1.0, amount) if amount else None
        if group.startswith("line:"):
            if outcome.numerator not in OF_LINES:
                return None
            amount = year.money.get(f"{OF_LINES[outcome.numerator]}:{group.removeprefix('line:')}", 0.0) / fraction
            return (amount, 1.0, amount) if amount else None
        amount = year.money[outcome.numerator] / fraction
        return (amount, 1.0, amount) if group == "all" else None
    if group.startswith(("service:", "line:")):
        return None
    if outcome.numerator in OF_HOMES_STANDING:
        return _of_homes(counts, year, outcome, group)
    cells = mask & counts.cells_of_view(view) & counts.ages_within(outcome.ages, view)
    if outcome.numerator in OF_THE_PLACE:
        top = year.area.get(outcome.numerator, 0) * 1.0
        expected = year.area_expected.get(outcome.numerator, 0) / TWO32 if outcome.expectation else top
        if group.startswith("wijk:") and outcome.numerator == "crimes":
            top = expected = float(year.crimes_by_wijk.get(_wijk_number(counts, group), 0))
        elif group != "all":
            return None
        if outcome.denominator in OF_THE_PLACE:  # an index or a share of posts: no persons below the line
            bottom = float(year.area[outcome.denominator])
            return top / fraction, bottom / fraction, expected / fraction
    else:
        top, expected = _summed(counts, number, year, outcome, view, cells)
    if not outcome.denominator:
        bottom = fraction
    else:
        bottom = _total(counts, year.counts, _series(outcome.denominator, view), cells)
        if outcome.denominator == "person_years":
            bottom /= MONTHS_PER_YEAR
    if bottom <= 0 or not _exists(counts, number, outcome):
        return None
    scale = outcome.scale / fraction
    if not outcome.denominator:
        return top * outcome.scale / fraction, 1.0, expected * outcome.scale / fraction
    return top * scale, bottom / fraction, expected * scale


def _of_homes(counts: Counts, year: Year, outcome: Outcome, group: str) -> tuple[float, float, float] | None:
    """Return homes of a kind and all homes, of the area or of a wijk."""
    top, bottom = year.homes[outcome.numerator], year.homes[outcome.denominator]
    if group.startswith("wijk:"):
        number = _wijk_number(counts, group)
        top, bottom = [top[number]], [bottom[number]]
    elif group != "all":
        return None
    fraction = counts.model.fraction
    return (sum(top) / fraction, sum(bottom) / fraction, sum(top) / fraction) if sum(bottom) else None


def _wijk_number(counts: Counts, group: str) -> int:
    codes = [wijk.code for wijk in counts.model.area.wijken]
    return codes.index(group.removeprefix("wijk:"))


def _summed(counts: Counts, number: int, year: Year, outcome: Outcome, view: str, cells: Bools) -> tuple[float, float]:
    if outcome.numerator == "custody_days":
        days = _total(counts, year.counts, "custody", cells) * DAYS_PER_MONTH
        return days, days
    name = "care_cents" if outcome.numerator == "care_euros" else _series(outcome.numerator, view)
    top = _total(counts, year.counts, name, cells)
    top /= SCALES.get(outcome.numerator, 1)
    if outcome.expectation:
        return top, _total(counts, year.expected, outcome.numerator, cells) / TWO32
    return top, top


def _exists(counts: Counts, number: int, outcome: Outcome) -> bool:
    """A follow-up of two years exists from the third year of the scenario on."""
    if outcome.denominator.startswith("convicted"):
        return number - min(counts.years) >= 2
    return True


def _series(name: str, view: str) -> str:
    if name in ("person_years",):
        return "person_months"
    if name.startswith(("convicted_", "reconvicted_")):
        return f"{name}_{'place' if view == PLACE else 'all'}"
    return name


def _total(counts: Counts, store: Mapping[str, NDArray[np.int64]], name: str, cells: Bools) -> float:
    if name not in store:
        return 0.0
    if name.endswith("_place"):  # counted by where they lived when convicted, wherever they are now
        cells = np.ones_like(cells) & counts.somebody
    return float((store[name][cells] * counts.weight()[cells]).sum())


def row_of(
    year: int, view: str, group: str, outcome: str, numerator: float, denominator: float, expected: float
) -> dict[str, Any]:
    """Return one row of the outcome table."""
    return {
        "year": year,
        "view": view,
        "group": group,
        "outcome": outcome,
        "value": numerator / denominator,
        "expected": expected / denominator,
        "numerator": numerator,
        "denominator": denominator,
        "expected_numerator": expected,
    }
