"""Months as plain integers: ``12 * year + (month - 1)``, so that 2025-01 is 24300."""

from __future__ import annotations

import re

MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = 365.25 / 12

BASE = 12 * 2022
"""January 2022: the month at which the population stands as the statistics describe it."""

BURN_IN_START = 12 * 2019
"""January 2019: first of the 36 months that are lived with demography held."""

SCENARIO_START = 12 * 2025
"""January 2025: scenarios start here unless they say otherwise."""

_LABEL = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2]))?$")


def month_number(label: str) -> int:
    """Return the month number of ``"2025-01"``, or of January for ``"2025"``.

    Raises:
        ValueError: when the label is neither ``YYYY`` nor ``YYYY-MM``.
    """
    found = _LABEL.match(label)
    if found is None:
        raise ValueError(f"'{label}' is not a period: write YYYY or YYYY-MM")
    year, month = int(found[1]), int(found[2] or 1)
    return MONTHS_PER_YEAR * year + month - 1


def month_label(month: int) -> str:
    """Return ``"2025-01"`` for 24300."""
    return f"{month // MONTHS_PER_YEAR:04d}-{month % MONTHS_PER_YEAR + 1:02d}"


def year_of(month: int) -> int:
    """Return the calendar year a month lies in."""
    return month // MONTHS_PER_YEAR
