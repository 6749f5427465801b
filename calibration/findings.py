"""What a proof returns, the worlds it is lived in, and how a study is set against its row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from calibration.replays import (
    AREA,
    ENDS,
    EQUIVALENT,
    SAMPLE,
    SAMPLING,
    Row,
    StreetRow,
    over_draws,
    source_area,
    stated,
    streets_over_draws,
)
from sim.bench import Bench, Eligible, StreetBench
from sim.calendar import BASE, SCENARIO_START
from sim.draws import threshold
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.trial import Difference, Ratio

Floats = NDArray[np.float64]
P = load_parameters()

EXACT = 0.002
"""Rates are single precision, and shares of persons are whole numbers: so near is equal, as a ratio."""

MANY = 1e6
"""Upper end where a source gives a direction only."""

SMALL_AREA = "vlaardingen-westwijk"
HALF = threshold(0.5)


@dataclass(frozen=True)
class Found:
    """What an experiment found, beside what the source says.

    Attributes:
        value: what moved: a ratio or a difference.
        low: lower end of its interval, the value itself where nothing is left to luck.
        high: upper end.
        says_low: lowest value that agrees with the source.
        says_high: highest value.
        says: the source's own figure, if it has one.
        off: the value once the mechanism is switched off.
        detail: what else moved: ids of outcomes with their change, separated by semicolons.
        agrees: whether the finding agrees with the source.
    """

    value: float
    low: float
    high: float
    says_low: float
    says_high: float
    says: float | None = None
    off: float | None = None
    detail: str = ""
    agrees: bool = True


def inside(
    ratio: Ratio | Difference | float,
    says_low: float,
    says_high: float,
    says: float | None = None,
    off: float | None = None,
    whole: bool = False,
    nothing: float = 1.0,
    detail: str = "",
) -> Found:
    """Return a finding that agrees when it lies within what the source says.

    Args:
        ratio: what was found.
        says_low: lowest value that agrees.
        says_high: highest value that agrees.
        says: the source's own figure.
        off: what was found with the mechanism switched off: it has to be nothing.
        whole: whether the whole interval has to lie within.
        nothing: what stands for no effect: 1 for ratios, 0 for differences.
        detail: what else moved.
    """
    one = ratio if isinstance(ratio, Ratio | Difference) else Ratio(float(ratio), 0.0)
    low, high = (one.low, one.high) if whole else (one.value, one.value)
    agrees = says_low <= low <= high <= says_high and (off is None or abs(off - nothing) <= EXACT)
    return Found(one.value, one.low, one.high, says_low, says_high, says, off, detail, bool(agrees))


def about(ratio: Ratio | float, says: float, off: float | None = None, within: float = EXACT) -> Found:
    """Return a finding that agrees when it equals a ratio to within a share of it."""
    return inside(ratio, says * (1 - within), says * (1 + within), says, off)


# --- the worlds of the experiments, made once in a process


@cache
def people_area() -> NeighbourhoodModel:
    """Return the area from which persons are copied."""
    return source_area()


@cache
def whole_area() -> NeighbourhoodModel:
    """Return all streets of that area."""
    return source_area(1.0)


@cache
def real_area() -> NeighbourhoodModel:
    """Return a part of a large area as of January 2022."""
    return NeighbourhoodModel(AREA, rng=2, sample=0.3, start=BASE)


@cache
def small_area() -> NeighbourhoodModel:
    """Return the smallest area at the start of the scenarios, without a programme."""
    return NeighbourhoodModel(SMALL_AREA, rng=1, start=SCENARIO_START)


@cache
def minors() -> Bench:
    """Return a bench of youths of 12 to 17."""
    return bench_of(lambda p: (p.age >= 12) & (p.age < 18))


@cache
def adults() -> Bench:
    """Return a bench of adults of 20 to 49."""
    return bench_of(lambda p: (p.age >= 20) & (p.age < 50))


def bench_of(eligible: Eligible) -> Bench:
    """Return a bench of residents."""
    return Bench(eligible, source=people_area())


# --- rows of the evidence


def replay(row: Row) -> Found:
    """Replay a study at the central parameters and over draws of all parameters."""
    central = row.compared(row.bench(people_area()))
    drawn, found = over_draws(row, people_area())
    says = stated(row.path, row.says)
    if row.difference:
        return _differs(says, row.tolerance, central, drawn, found)
    return _against(says, row.tolerance, row.excess, central, drawn, found)


def replay_on_streets(row: StreetRow, spots: int) -> Found:
    """Replay a study of places, in all streets of an area and over draws in a part of them."""
    central = row.trial(StreetBench(whole_area(), spots))
    drawn, found = streets_over_draws(row, StreetBench(people_area(), round(spots * SAMPLE)))
    return _against(stated(row.path), row.tolerance, row.excess, central, drawn, found)


LUCK = 2.0
"""Standard errors that the central trial may lie from the row beside its tolerance."""

Says = tuple[float, float, float]


def _against(
    says: Says, tolerance: float, excess: float, central: Ratio | Difference, drawn: Floats, found: Floats
) -> Found:
    median, p05, p95 = says
    agrees = abs(central.value - median) <= tolerance + LUCK * central.error * median
    # the draws' own interval differs from the stated one by luck of the draws; each draw has to follow its own row
    farthest = float(np.abs(np.log(found / drawn)).max())
    ends, drawn_ends = np.quantile(found, ENDS), np.quantile(drawn, ENDS)
    agrees = agrees and farthest <= excess and float(np.abs(np.log(ends / drawn_ends)).max()) <= SAMPLING
    return Found(central.value, float(ends[0]), float(ends[1]), p05, p95, median, agrees=bool(agrees))


def _differs(says: Says, tolerance: float, central: Ratio | Difference, drawn: Floats, found: Floats) -> Found:
    """Set a difference against its row, in its own unit."""
    median, p05, p95 = says
    farthest = max(abs(central.value - median), float(np.abs(found - drawn).max()))
    ends = np.quantile(found, ENDS)
    return Found(central.value, float(ends[0]), float(ends[1]), p05, p95, median, agrees=farthest <= tolerance)


def equivalence(row: Row) -> Found:
    """Show a null: the interval of a trial with luck of its own lies within three per cent."""
    found = row.trial(row.bench(people_area()), same_luck=False)
    return inside(found, *EQUIVALENT, says=stated(row.path)[0], whole=True)


def exactly(found: float, says: float, off: float | None = None, within: float = EXACT, detail: str = "") -> Found:
    """Return a finding about a difference that agrees when it lies within so much of what the source says."""
    return inside(found, says - within, says + within, says, off, nothing=0.0, detail=detail)
