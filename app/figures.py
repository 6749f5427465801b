"""Outcomes and their numbers as text: names with units, percentages, decimals, intervals."""

from __future__ import annotations

import math

from app.words import Words, decimals_for
from results.codebook import Outcome

SHARE = "share"
"""Units that begin with this are shown as percentages, their differences in percentage points."""

LEVEL_DIGITS = 3
MOST_LEVEL_DIGITS = 5


def is_share(outcome: Outcome) -> bool:
    """Say whether an outcome is shown as a percentage."""
    return outcome.unit["en"].startswith(SHARE)


def factor_of(outcome: Outcome) -> float:
    """Return what a value is multiplied by to be shown."""
    return 100.0 if is_share(outcome) else 1.0


def name_and_unit(outcome: Outcome, words: Words) -> str:
    """Return the name of an outcome with its unit, in per cent where that is how it is shown."""
    unit = outcome.unit[words.language]
    if is_share(outcome):
        unit = " ".join(("%", *unit.split(" ")[1:]))
    return f"{outcome.name[words.language]} ({unit})"


def line_name(outcome: Outcome, words: Words) -> str:
    """Return the name of a line of a ledger without the ledger it belongs to, which stands in the heading."""
    name = outcome.name[words.language].split(": ", 1)[-1]
    return name[:1].upper() + name[1:]


def level_decimals(reference: float, *differences: float) -> int:
    """Return decimals that show two digits of the difference, but no more than five of the level."""
    if not any(change for change in differences if math.isfinite(change)):
        return decimals_for(reference, digits=LEVEL_DIGITS)
    return min(decimals_for(*differences), decimals_for(reference, digits=MOST_LEVEL_DIGITS))


def interval(low: float, high: float, decimals: int, words: Words) -> str:
    """Return an interval of differences, or that there are too few draws for one."""
    if math.isnan(low):
        return words("compare.too_few")
    ends = (words.number(end, decimals, signed=True) for end in (low, high))
    return words("compare.to", low=next(ends), high=next(ends))
