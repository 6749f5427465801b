"""The levers: what policy can choose, as declared in ``sim/parameters/levers.toml``."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from sim.programme.catalogue import BY_NAME, GEZAG, GEZAG_PILLARS, LINES, PILLAR_NAMES, of_pillar

Scope = Literal["national", "area", "any"]
Steps = tuple[tuple[int, float], ...]
"""Months with the value that holds from then on, in order of time."""

NEVER = 2**31
"""A month that does not come."""


@dataclass(frozen=True)
class Lever:
    """One thing a scenario may set over time.

    Attributes:
        path: name in a scenario file.
        unit: what a value of 1 means.
        low: lowest value allowed.
        high: highest value allowed.
        default: value where a scenario says nothing.
        scope: who may set it: the whole country, one area, or both.
        title: name by language.
        description: one sentence by language.
    """

    path: str
    unit: str
    low: float
    high: float
    default: float
    scope: Scope
    title: Mapping[str, str]
    description: Mapping[str, str]


@cache
def declared_levers() -> Mapping[str, Lever]:
    """Return every lever by path, in the order of the declaration."""
    text = files("sim").joinpath("parameters", "levers.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    levers = [Lever(**entry) for entry in declared["lever"]]
    for entry in declared["lever_per_pillar"]:
        levers += [_filled(entry, name=pillar, **_texts(*PILLAR_NAMES[pillar])) for pillar in GEZAG_PILLARS]
    for entry in declared["lever_per_intervention"]:
        for pillar in GEZAG_PILLARS:
            for one in of_pillar(pillar):
                # the usual weight in the mix stands in the catalogue
                levers.append(_filled({"default": one.weight} | entry, name=one.name, **_texts(one.nl, one.en)))
    for entry in declared["lever_per_line"]:
        levers += [_filled(entry, line=line.name, **_texts(line.nl, line.en)) for line in LINES if line.name != GEZAG]
    for entry in declared["lever_per_line_item"]:
        for line in LINES:
            for name, weight in line.mix:
                names = _texts(BY_NAME[name].nl, BY_NAME[name].en)
                names |= {"line": line.name, "line_nl": line.nl, "line_en": line.en}
                levers.append(_filled({"default": weight} | entry, name=name, **names))
    return MappingProxyType({lever.path: lever for lever in levers})


def _texts(nl: str, en: str) -> dict[str, str]:
    return {"nl": nl, "en": en}


def _filled(entry: Mapping[str, Any], **names: str) -> Lever:
    """Return the lever of one intervention, pillar or line: names are filled into path and texts."""
    texts = {
        key: {language: entry[key][language].format(**names) for language in ("nl", "en")}
        for key in ("title", "description")
    }
    return Lever(**{**entry, **texts, "path": entry["path"].format(**names)})


@dataclass(frozen=True)
class LeverSchedule:
    """What a scenario asks of one area, month by month.

    Attributes:
        steps: per lever path the months at which a value starts to hold; levers never set are absent.
    """

    steps: Mapping[str, Steps]

    def value(self, path: str, month: int) -> float:
        """Return the value of a lever in a month: the last one set, or the default before the first.

        Raises:
            KeyError: when the lever is not declared.
        """
        lever = declared_levers()[path]
        position = self._position(path, month)
        return self.steps[path][position - 1][1] if position else lever.default

    def is_set(self, path: str, month: int) -> bool:
        """Return whether the scenario has set a lever in this month or before it.

        Raises:
            KeyError: when the lever is not declared.
        """
        declared_levers()[path]
        return self._position(path, month) > 0

    def next_change(self, month: int) -> int:
        """Return the first month after this one in which a lever changes; far away when none does any more."""
        later = [first for steps in self.steps.values() for first, _ in steps if first > month]
        return min(later, default=NEVER)

    def _position(self, path: str, month: int) -> int:
        steps = self.steps.get(path)
        return bisect_right(steps, month, key=lambda step: step[0]) if steps else 0


def join_steps(first: Steps, then: Steps) -> Steps:
    """Return ``first`` until the first month of ``then``, and ``then`` from there on."""
    if not then:
        return first
    return tuple(step for step in first if step[0] < then[0][0]) + then
