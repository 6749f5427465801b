"""Figures of wijken and areas: observed, else of the municipality, else of the country, else an estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.areas.area import AGE_BANDS, Figure
from sim.areas.estimates import (
    PER_CENT,
    crimes_per_1000,
    problem_debt,
    reference,
    suspects_per_10k,
    youth_over_all_suspects,
)
from sim.areas.tables import Row

KWB_YEAR = 2022
"""The year of the wijk indicators, of which the population of the model is made."""

WIJK_COLUMNS = {
    "age_0_14": ("pct_age_0_14_2022", PER_CENT),
    "age_15_24": ("pct_age_15_24_2022", PER_CENT),
    "age_25_44": ("pct_age_25_44_2022", PER_CENT),
    "age_45_64": ("pct_age_45_64_2022", PER_CENT),
    "age_65plus": ("pct_age_65plus_2022", PER_CENT),
    "owner_occupied": ("pct_owner_occupied_2022", PER_CENT),
    "employed_15_75": ("pct_employed_15_75_2022", PER_CENT),
    "lowest40_income": ("pct_lowest40_income_2022", PER_CENT),
    "highest20_income": ("pct_highest20_income_2022", PER_CENT),
    "higher_educated": ("pct_higher_educated_2022", PER_CENT),
    "woz_keur": ("woz_keur_2022", 1.0),
}
"""Figure of a wijk: the column that holds it, in the wijken and the municipalities, and the column's unit."""

HOUSEHOLD_COLUMNS = {
    "household_single": "pct_household_single_2017",
    "household_no_children": "pct_household_no_children_2017",
    "household_with_children": "pct_household_with_children_2017",
}

PART_AGED_12_24 = {"10-14": 3 / 5, "15-19": 1.0, "20-24": 1.0}
"""The part of each five-year band that is 12 to 24 years old."""


def wijk_figures(wijk: Row, municipality: Row) -> dict[str, Figure]:
    """What is known of a wijk; what its own row lacks (too few residents) is taken from its municipality."""
    figures = {}
    for key, (column, unit) in WIJK_COLUMNS.items():
        if wijk[column]:
            figures[key] = Figure(float(wijk[column]) * unit, "observed", KWB_YEAR, "cbs-kwb-2022")
        else:
            value = float(municipality[column]) * unit
            figures[key] = Figure(value, "municipality", KWB_YEAR, "cbs-kwb-2022", "not published for this wijk")
    return figures


def area_figures(
    area: Row, municipality: Row, wijken: Sequence[Row], age_sex: npt.NDArray[np.float64]
) -> dict[str, Figure]:
    """What is known or estimated of an area as a whole; not the budget key, which needs all areas."""
    residents = _sum_of_wijken(wijken, "residents_2022")
    suspects = suspects_per_10k(municipality)
    youths = residents.value * share_aged_12_24(age_sex)
    return {
        "residents_2025": Figure(
            float(area["residents_2025"]), "observed", 2025, "cbs-focus-areas-2026", "rounded to 1000"
        ),
        "residents_2022": residents,
        "dwellings_2022": _sum_of_wijken(wijken, "dwellings_2022"),
        "low_income": _low_income(area),
        "corporatie_share": Figure(reference("corporatie_share"), "estimated", KWB_YEAR, "judgement"),
        "suspects_per_10k_12plus": suspects,
        "crimes_per_1000": crimes_per_1000(municipality),
        **{
            key: Figure(float(municipality[column]) * PER_CENT, "municipality", 2017, "cbs-gemeente-2017")
            for key, column in HOUSEHOLD_COLUMNS.items()
        },
        "problem_debt": problem_debt(municipality),
        "youths_12_24": Figure(
            youths, "estimated", KWB_YEAR, "cbs-pc4-2021", "age shares of 2021 times residents of 2022"
        ),
        "youth_suspects": Figure(
            youths * suspects.value / 10_000 * youth_over_all_suspects(),
            "estimated",
            suspects.year,
            suspects.source,
            "youths of 12 to 24 times the rate of the municipality, raised to that age as in the country",
        ),
    }


def share_aged_12_24(age_sex: npt.NDArray[np.float64]) -> float:
    """The share of the residents that is 12 to 24 years old, ages within a band being equally common."""
    return float(sum(part * age_sex[AGE_BANDS.index(band)].sum() for band, part in PART_AGED_12_24.items()))


def age_sex_shares(bands: Sequence[Row]) -> npt.NDArray[np.float64]:
    """The share of the residents by age band and sex, summing to 1 and read-only.

    The published percentage by band is kept; the counts, incomplete in some areas, only divide it by sex.
    """
    if tuple(row["age_band"] for row in bands) != AGE_BANDS:
        raise ValueError("age_sex.csv does not hold the expected age bands in order")
    counts = np.array([[float(row["men_2021"]), float(row["women_2021"])] for row in bands])
    pct = np.array([float(row["pct_2021"]) for row in bands])
    shares: npt.NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True) * pct[:, None]
    shares /= shares.sum()
    shares.setflags(write=False)
    return shares


def _sum_of_wijken(wijken: Sequence[Row], column: str) -> Figure:
    value = sum(float(row[column]) * float(row["weight_share"]) for row in wijken)
    if all(float(row["weight_share"]) == 1 for row in wijken):
        return Figure(value, "observed", KWB_YEAR, "cbs-kwb-2022")
    return Figure(value, "estimated", KWB_YEAR, "cbs-kwb-2022", "wijken that lie partly inside count for a share")


def _low_income(area: Row) -> Figure:
    published = area["pct_low_financial_welfare_2024"]
    if published:
        note = "low financial welfare, persons of 12 and older"
        return Figure(float(published) * PER_CENT, "observed", 2024, "cbs-focus-areas-2026", note)
    value = reference("pct_low_financial_welfare") * PER_CENT
    note = "low financial welfare, mean of the twenty areas"
    return Figure(value, "estimated", 2024, "cbs-focus-areas-2026", note)
