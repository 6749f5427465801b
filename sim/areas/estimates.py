"""Figures of a municipality that were not published for all nineteen, and what stands in for the others.

One rule for a rate that was published for some municipalities only: the others lie halfway between the
country and the lowest published one. The list of 2018 names the municipalities with the most suspects, so
those it leaves out lie below it, and towns with a focus area lie above the country.
"""

from __future__ import annotations

from sim.areas.area import Figure
from sim.areas.tables import Row, keyed, rows

PER_CENT = 0.01

SUSPECTS_YEAR = 2023
CRIMES_YEAR = 2024

HALFWAY = "not published: halfway between the country and the lowest published municipality"


def reference(figure: str) -> float:
    """The value of a figure of the country, of the twenty areas together, or of judgement."""
    return float(keyed("reference", "figure")[figure]["value"])


def suspects_per_10k(municipality: Row) -> Figure:
    """Registered suspects per 10,000 of 12 and older in 2023, of a municipality."""
    if municipality["suspects_per_10k_2023"]:
        value = float(municipality["suspects_per_10k_2023"])
        return Figure(value, "municipality", SUSPECTS_YEAR, "cbs-suspects-2023")
    if municipality["suspects_per_10k_2018"]:
        value = float(municipality["suspects_per_10k_2018"]) * _change_since_2018()
        note = "2018, moved along with the municipalities published in both years"
        return Figure(value, "estimated", SUSPECTS_YEAR, "cbs-suspects-2018", note)
    lowest = min(_published("suspects_per_10k_2018")) * _change_since_2018()
    value = (reference("suspects_per_10k") + lowest) / 2
    return Figure(value, "estimated", SUSPECTS_YEAR, "judgement", HALFWAY)


def crimes_per_1000(municipality: Row) -> Figure:
    """Registered crimes per 1,000 residents in 2024, of a municipality."""
    if municipality["crimes_per_1000_2024"]:
        value = float(municipality["crimes_per_1000_2024"])
        return Figure(value, "municipality", CRIMES_YEAR, "police-crime-2024", municipality["crimes_note"])
    value = (reference("crimes_per_1000") + min(_published("crimes_per_1000_2024"))) / 2
    return Figure(value, "estimated", CRIMES_YEAR, "judgement", HALFWAY)


def problem_debt(municipality: Row) -> Figure:
    """Share of the households with registered problematic debts in 2020: municipality, else country."""
    published = municipality["pct_problem_debt_2020"]
    if published:
        return Figure(float(published) * PER_CENT, "municipality", 2020, "cbs-problem-debt-2020")
    return Figure(reference("pct_problem_debt") * PER_CENT, "country", 2020, "cbs-problem-debt-2020")


def youth_over_all_suspects() -> float:
    """How much higher the rate of suspects is at 12 to 24 than at 12 and older, in the country in 2022."""
    return reference("suspects_12_24_per_10k") / reference("suspects_12plus_per_10k")


def _published(column: str) -> list[float]:
    return [float(row[column]) for row in rows("municipalities") if row[column]]


def _change_since_2018() -> float:
    both = [row for row in rows("municipalities") if row["suspects_per_10k_2018"] and row["suspects_per_10k_2023"]]
    now = sum(float(row["suspects_per_10k_2023"]) for row in both)
    return now / sum(float(row["suspects_per_10k_2018"]) for row in both)
