"""How each pattern follows from measures that are added up over areas and only then divided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calibration.probe import half_of_all
from calibration.probe_domains import Measures
from sim.calendar import MONTHS_PER_YEAR

PER_1000, PER_10000 = 1e3, 1e4


@dataclass(frozen=True)
class Recipe:
    """How one pattern is worked out.

    Attributes:
        value: the formula.
        needed: measure without which there is no value.
        on_the_bench: whether it is measured on the bench, apart from the areas.
    """

    value: Callable[[Measures], float]
    needed: str
    on_the_bench: bool = False


def over(part: str, whole: str) -> Recipe:
    """Return the recipe of one measure over another."""
    return Recipe(lambda m: m[part] / m[whole], whole)


def rate(m: Measures, group: str) -> float:
    """Return the registered suspects of a group per resident and year."""
    return m[f"suspects_{group}"] / m[f"lived_{group}"]


def rates(group: str, against: str) -> Recipe:
    """Return the recipe of one group's rate of suspects over that of another."""
    return Recipe(lambda m: rate(m, group) / rate(m, against), f"suspects_{against}")


def _bench(pattern: str) -> Recipe:
    """Return the recipe of what is measured on the bench, where the value stands under its own number."""
    return Recipe(lambda m: m[pattern], pattern, on_the_bench=True)


def _cohort_share(m: Measures) -> float:
    """Return the share of a birth cohort with half of its registrations."""
    times = np.array([int(key.rpartition("_")[2]) for key in m if key.startswith("registered_times_")], dtype=float)
    counts = np.array([m[f"registered_times_{int(number)}"] for number in times])
    return half_of_all(counts, times)


def _exit_rates(m: Measures) -> float:
    """Return the exit rate from welfare in the first year over that of spells of more than three years."""
    short, long = (m[f"welfare_exits_{name}"] / m[f"welfare_{name}"] for name in ("short", "long"))
    return short / long


LOW_WELFARE = over("low_12plus", "residents_12plus")

RECIPES: dict[str, Recipe] = {
    "P01a": rates("16_19", "12plus"),
    "P01b": rates("13", "17"),
    "P01c": rates("35_44", "18_24"),
    "P02": Recipe(lambda m: PER_10000 * m["suspects12plus_2023"] / m["lived12plus_2023"], "lived12plus_2023"),
    "P03": rates("men", "women"),
    "P04": over("offenders", "lived_offenders"),
    "P05": Recipe(lambda m: m["offenders"] / m["lived_offenders"] / rate(m, "12_17"), "suspects_12_17"),
    "P06": over("known", "suspected"),
    "P07": over("reconvicted_juvenile", "convicted_juvenile"),
    "P08": over("reconvicted_adult", "convicted_adult"),
    "P09a": over("back_youth", "released_youth"),
    "P09b": over("back_adult", "released_adult"),
    "P10": Recipe(_cohort_share, "registered_times_1"),
    "P11": over("street_share", "streets"),
    "P13": over("joint_minors", "events_minors"),
    "P14": over("cleared", "registered"),
    "P15": over("unsafe", "adults"),
    "P17": over("leavers", "pupils"),
    "P19": _bench("P19"),
    "P20": _bench("P20"),
    "P21": over("employed", "workers"),
    "P22a": over("welfare_exits_2023", "welfare_2023"),
    "P22b": Recipe(_exit_rates, "welfare_long"),
    "P23": over("kept_work", "found_work"),
    **{f"P24{letter}": LOW_WELFARE for letter in "abcdef"},
    "P25a": over("lasting_low_homes", "low_homes"),
    "P25b": over("lasting_low_families", "low_families"),
    "P26": over("problem_stock", "problem_inflow"),
    "P27a": Recipe(
        lambda m: PER_1000 * m["debt_signals_2023"] / m["residents_2023"] / MONTHS_PER_YEAR, "debt_signals_2023"
    ),
    "P27b": over("debt_signals_again_2023", "debt_signals_2023"),
    "P27c": over("signals_accepted_2024", "debt_signals_2024"),
    "P29": Recipe(lambda m: (m["good_health"] - m["good_health_national"]) / m["asked_health"], "asked_health"),
    "P30a": over("inflow_2024", "residents_2024"),
    "P30b": over("outflow_2024", "residents_2024"),
    "P30c": Recipe(lambda m: (m["rich_leave"] / m["rich"]) / (m["other_leave"] / m["other"]), "rich"),
    "P34": _bench("P34"),
    "P35": _bench("P35"),
    "P37": _bench("P37"),
    "P40": _bench("P40"),
    "P41": over("hardened", "youths"),
    "P42a": over("high_impact_12", "stayed_12"),
    "P42b": over("high_impact_17", "stayed_17"),
    "P42c": over("high_impact_22", "stayed_22"),
    "P43": Recipe(lambda m: rate(m, "poor") / rate(m, "other"), "lived_poor"),
    "P44": over("problem_families", "problem_homes"),
}
"""Recipes by the number of the pattern: every pattern that is not kept for validation has one."""
