"""How far a sweep or draws made elsewhere may move a parameter: as its unit allows, with room for its own doubt.

The declaration says what is likely, not what is possible. A share above one or a negative price is neither, and the
model would make nonsense of it without a word.
"""

from __future__ import annotations

from sim.parameters.loader import Parameter

SHARES = ("share", "chance", "correlation", "coordination", "per month", "per year")
"""Beginnings of units that lie between nothing and all."""

SIGNED = ("log", "SD", "elasticity", "exponent")
"""Beginnings of units that may be negative."""

FURTHEST_SIGNED = 3.0
"""On a log scale: a twentieth to twenty times."""

TIMES = 20.0
"""A quantity without an upper end may be so many times what the declaration thinks possible."""


def limits_of(parameter: Parameter) -> tuple[float, float]:
    """Return the lowest and highest value that a parameter with one value may be given."""
    assert isinstance(parameter.value, float)
    own = parameter.distribution
    known = [parameter.value, *(end for end in (own.low, own.high, own.p05, own.p95) if end is not None)]
    if parameter.unit.startswith(SHARES):
        low, high = 0.0, 1.0
    elif parameter.unit.startswith(SIGNED):
        low, high = -FURTHEST_SIGNED, FURTHEST_SIGNED
    else:
        low, high = 0.0, TIMES * max(1.0, *known)
    return min(low, *known), max(high, *known)
