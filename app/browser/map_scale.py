"""Classes and colours of the maps: the same for every year, apart for every kind of colour vision and in grey."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.browser.speech import Speech

LEVELS = ("#e3eef9", "#abcfe8", "#64a4d2", "#2a70ae", "#0f3b6d")
"""One hue, from light to dark."""

MORE = ("#fdd9b5", "#ee9a51", "#b34a00")
LESS = ("#c9dff0", "#74add1", "#154273")
"""Two sides of nothing, from small to large: orange is more, blue is less; shapes and signs say it, too."""

NOTHING = "#ffffff"
UNSURE = "#e4e4e4"
MISSING = "#bdbdbd"

DARK_INK, LIGHT_INK = "#1a1a1a", "#ffffff"
INK_TURNS = 0.18
"""Luminance below which white letters have the larger contrast."""

CIRCLE, UP, DOWN, SQUARE = "circle", "up", "down", "square"

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Widths of classes that make numbers easy to read, times a power of ten."""

HAIR = 1e-9
"""Part of a class by which a number may miss its border and still lie on it."""


@dataclass(frozen=True)
class Look:
    """How a place is drawn.

    Attributes:
        color: fill.
        symbol: shape of a marker.
        hatch: whether it is hatched.
    """

    color: str
    symbol: str = CIRCLE
    hatch: bool = False

    def spec(self) -> dict[str, Any]:
        """Return it as a map wants it."""
        return {"color": self.color, "ink": ink_on(self.color), "symbol": self.symbol, "hatch": self.hatch}


MISSING_LOOK = Look(MISSING)
UNSURE_LOOK = Look(UNSURE, CIRCLE, True)


@dataclass(frozen=True)
class LevelScale:
    """Classes of a level.

    Attributes:
        step: width of a class.
        first: number of the lowest class; it begins at ``first * step``.
        count: how many there are; 0 when there are no values.
    """

    step: float
    first: int
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> LevelScale:
        """Return the scale that holds all values."""
        known = [value for value in values if math.isfinite(value)]
        if not known:
            return cls(1.0, 0, 0)
        low, high = min(known), max(known)
        if high - low <= HAIR * max(abs(low), abs(high)):  # all the same
            step = _easy(abs(high) / len(LEVELS)) if high else 1.0
            return cls(step, math.floor(low / step + HAIR), 1)
        step = _easy((high - low) / len(LEVELS))
        while (found := cls._between(low, high, step)).count > len(LEVELS):
            step = _easy(2 * step)
        return found

    @classmethod
    def _between(cls, low: float, high: float, step: float) -> LevelScale:
        first = math.floor(low / step + HAIR)
        return cls(step, first, max(1, math.ceil(high / step - HAIR) - first))

    def look(self, value: float) -> Look:
        """Return how a value is drawn."""
        if not self.count or not math.isfinite(value):
            return MISSING_LOOK
        place = min(self.count - 1, max(0, math.floor(value / self.step + HAIR) - self.first))
        return Look(self._color(place))

    def legend(self, words: Speech, sign: str = "") -> list[dict[str, Any]]:
        """Return the classes with their borders.

        Args:
            words: the language.
            sign: what stands behind every number.
        """
        found = []
        for place in range(self.count):
            ends = ((self.first + place + further) * self.step for further in (0, 1))
            low, high = (words.number(end, _decimals(self.step)) + sign for end in ends)
            found.append({"color": self._color(place), "text": words("map_page.range", low=low, high=high)})
        return found

    def _color(self, place: int) -> str:
        return LEVELS[round(place * (len(LEVELS) - 1) / max(1, self.count - 1))]


@dataclass(frozen=True)
class DifferenceScale:
    """Classes of a difference, as many above nothing as below it.

    Attributes:
        step: width of a class.
        count: classes on each side; 0 when no value differs from nothing.
    """

    step: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> DifferenceScale:
        """Return the scale that holds all values."""
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        if not largest:
            return cls(1.0, 0)
        step = _easy(largest / len(MORE))
        return cls(step, min(len(MORE), math.ceil(largest / step - HAIR)))

    def look(self, value: float, unsure: bool = False) -> Look:
        """Return how a difference is drawn.

        Args:
            value: the difference.
            unsure: whether it may as well be nothing.
        """
        if not math.isfinite(value):
            return MISSING_LOOK
        if unsure:
            return UNSURE_LOOK
        if not value or not self.count:
            return Look(NOTHING)
        place = min(self.count, max(1, math.ceil(abs(value) / self.step - HAIR))) - 1
        return Look(self._color(MORE if value > 0 else LESS, place), UP if value > 0 else DOWN)

    def legend(self, words: Speech, shapes: bool) -> list[dict[str, Any]]:
        """Return the classes with their borders, from most to least.

        Args:
            words: the language.
            shapes: whether the places are markers, with shapes.
        """
        found = []
        for colors, key, symbol in ((MORE, "higher", UP), (LESS, "lower", DOWN)):
            side = []
            for place in range(self.count):
                ends = (words.number(end * self.step, _decimals(self.step)) for end in (place, place + 1))
                text = words(f"map_page.range_{key}", low=next(ends), high=next(ends))
                side.append({"color": self._color(colors, place), "text": text, "symbol": symbol if shapes else ""})
            found.append(side)
        nothing = {"color": NOTHING, "text": words("map_page.same"), "symbol": CIRCLE if shapes else ""}
        return [*reversed(found[0]), nothing, *found[1]]

    def _color(self, colors: tuple[str, ...], place: int) -> str:
        """Return the colour of a class: with few classes, those that stand out."""
        return colors[len(colors) - self.count + place]


def ink_on(color: str) -> str:
    """Return the colour of letters on a fill."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]  # as WCAG defines it
    return LIGHT_INK if luminance < INK_TURNS else DARK_INK


def _easy(width: float) -> float:
    """Return the width of a class that is easy to read, at least as wide."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step for step in STEPS if step * power >= width * (1 - HAIR)) * power


def _decimals(step: float) -> int:
    """Return the decimals that write every multiple of a width whole."""
    return next((digits for digits in range(7) if abs(round(step, digits) - step) <= HAIR * step), 7)
