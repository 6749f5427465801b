"""How the study behind an evidence row is replayed on the bench.

A row states a total effect. The trial has the source's persons, contrast and follow-up; what the model adds by other
ways (own recent offending, trust, school and work) is in it. What a row says is read from the parameters, so that a
changed prior is followed; the trial is compared with it at the central set and over draws of all parameters.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.bench import Bench, Eligible, Measure, StreetBench, Treatment, latent_offending
from sim.calendar import BASE
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.loader import declared_parameters
from sim.programme.catalogue import OFFERED, STREET_MEASURES
from sim.trial import Difference, Ratio

AREA, SAMPLE = "rotterdam-zuid", 0.4
"""Where the persons are copied from."""

PERSONS = 20_000
TOLERANCE = 0.01
"""A trial at the central parameters returns the row within this rate ratio, unless the row says otherwise."""

ENDS = (0.05, 0.95)
"""Percentiles between which a source's uncertainty is shown."""

DRAWS = 40
STREET_DRAWS = 25
"""Draws for rows about places: whole areas are lived for them."""

PERSONS_PER_DRAW = 1_000
MONTHS_PER_DRAW = 4
WORLDS_KEPT = 8
"""Draws after which the memory of their worlds is freed."""

SAMPLING = 0.1
"""How far, in logarithms, the ends of what forty draws find may lie from the ends of what these draws say."""

EQUIVALENT = (0.97, 1.03)
"""A null is shown when the whole interval lies within these rate ratios."""


def source_area(sample: float = SAMPLE) -> NeighbourhoodModel:
    """Return the area from which persons are copied, as of January 2022."""
    return NeighbourhoodModel(AREA, rng=1, sample=sample, start=BASE)


def with_dose(parameters: ParameterSet) -> ParameterSet:
    """Return the parameters without drop-out: what a service does to who receives all of it."""
    return parameters.with_values({f"services.{name}_drop_out": 0.0 for name in OFFERED})


@dataclass(frozen=True)
class Row:
    """How one evidence row about persons is replayed.

    Attributes:
        id: number of the row.
        nl: what was done and to whom it was compared, in Dutch.
        en: the same in English.
        stem: parameters of its curve are ``services.STEM_...``.
        eligible: whom the source studied.
        treat: what was done.
        instead: the row's contrast.
        measure: what the row's ratio applies to.
        parameter: path of the parameter that holds the row; by default ``services.STEM_effect``.
        window: months of follow-up; by default those of the full effect, at most a year.
        draw_window: the same for the many draws; by default a third of a year.
        persons: persons on the bench.
        excess: how far, in logarithms, single draws may lie from the row because of other paths.
        tolerance: how far the central trial may lie from the row.
        null: whether the source found nothing, so that equivalence is shown.
        difference: whether the row states a difference (in standard deviations) instead of a ratio.
        says: what the trial should find, from the value of the parameter; the value itself by default.
        held: parameters that are held at other values, so that nothing else changes meanwhile.
    """

    id: str
    nl: str
    en: str
    stem: str
    eligible: Eligible
    treat: Treatment
    instead: Treatment | None = None
    measure: Measure = latent_offending
    parameter: str = ""
    window: tuple[int, int] | None = None
    draw_window: tuple[int, int] | None = None
    persons: int = PERSONS
    excess: float = 0.03
    tolerance: float = TOLERANCE
    null: bool = False
    difference: bool = False
    says: Callable[[float], float] = float
    held: Mapping[str, float] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Path of the parameter that holds the row."""
        return self.parameter or f"services.{self.stem}_effect"

    def months(self, p: ParameterSet) -> tuple[int, int]:
        """Return first and last-but-one month of the full effect."""
        if self.window is not None:
            return self.window
        held = p[f"services.{self.stem}_full_months"] or p[f"services.{self.stem}_months"]
        first = max(int(p[f"services.{self.stem}_lag"]), 1)
        return first, min(int(held), 12) + 1

    def draw_months(self, p: ParameterSet) -> tuple[int, int]:
        """Return the months measured in each of many draws."""
        if self.draw_window is not None:
            return self.draw_window
        first, until = self.months(p)
        return first, min(until, first + MONTHS_PER_DRAW)

    def parameters(self, draw: int = 0) -> ParameterSet:
        """Return the parameters of a draw under which the study is replayed."""
        return with_dose(load_parameters(draw)).with_values(self.held)

    def bench(self, source: NeighbourhoodModel, persons: int | None = None) -> Bench:
        """Return a bench of the persons whom the source studied."""
        return Bench(self.eligible, persons or self.persons, self.parameters(), source=source)

    def compared(
        self, bench: Bench, window: tuple[int, int] | None = None, same_luck: bool = True
    ) -> Ratio | Difference:
        """Return what the trial finds on a bench, by default over the months of the full effect."""
        first, until = window or self.months(bench.parameters)
        result = bench.trial(self.treat, until, {"it": self.measure}, self.instead, same_luck)
        return result.difference(first, until, "it") if self.difference else result.ratio(first, until, "it")

    def trial(self, bench: Bench, window: tuple[int, int] | None = None, same_luck: bool = True) -> Ratio:
        """Return the same for a row that states a ratio."""
        found = self.compared(bench, window, same_luck)
        assert isinstance(found, Ratio)
        return found


@dataclass(frozen=True)
class StreetRow:
    """How one evidence row about places is replayed: a lottery among the hot spots of a real area.

    Attributes:
        id: number of the row.
        nl: what was done, in Dutch.
        en: the same in English.
        way: intervention of the catalogue.
        first: first month of the full effect.
        excess: how far, in logarithms, single draws may lie from the row because of other paths.
        tolerance: how far the central trial may lie from the row.
    """

    id: str
    nl: str
    en: str
    way: str
    first: int = 1
    excess: float = 0.06
    tolerance: float = 0.015

    @property
    def path(self) -> str:
        """Path of the parameter that holds the row."""
        return f"{'services' if self.way in STREET_MEASURES else 'police'}.{self.way}_effect"

    def trial(self, bench: StreetBench) -> Ratio:
        """Return the ratio of crime at the streets that won the lottery, with and without."""
        return bench.trial(self.way)[0].ratio(self.first, None, "it")


def stated(path: str, says: Callable[[float], float] = float) -> tuple[float, float, float]:
    """Return what a row says: median, 5th and 95th percentile; ``says`` turns a value into what is found."""
    parameter = declared_parameters()[path]
    assert isinstance(parameter.value, float)
    ends = sorted(says(parameter.distribution.quantile(u, parameter.value)) for u in ENDS)
    return says(parameter.value), ends[0], ends[1]


def free_worlds() -> None:
    """Free the memory of worlds that nobody holds any more: a world and its agents hold each other."""
    getattr(mesa.Agent, "_ids", {}).clear()  # Mesa keeps every model in the counter of its agents' numbers
    gc.collect()


def _make_room(draw: int) -> None:
    if draw % WORLDS_KEPT == 0:
        free_worlds()


def over_draws(
    row: Row, source: NeighbourhoodModel, draws: int = DRAWS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the row says and what its trial finds, in each of many draws of all parameters."""
    people = row.bench(source, PERSONS_PER_DRAW)
    drawn, found = np.empty(draws), np.empty(draws)
    for draw in range(1, draws + 1):
        parameters = row.parameters(draw)
        drawn[draw - 1] = row.says(parameters[row.path])
        found[draw - 1] = row.compared(people.under(parameters), row.draw_months(parameters)).value
        _make_room(draw)
    return drawn, found


def streets_over_draws(
    row: StreetRow, bench: StreetBench, draws: int = STREET_DRAWS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the same for a row about places."""
    drawn, found = np.empty(draws), np.empty(draws)
    for draw in range(1, draws + 1):
        parameters = load_parameters(draw)
        drawn[draw - 1] = parameters[row.path]
        found[draw - 1] = row.trial(bench.under(parameters)).value
        _make_room(draw)
    return drawn, found
