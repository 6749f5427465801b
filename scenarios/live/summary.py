"""What is told of a scenario beside its reference: the comparison, and both sides as bands over draws."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from results.balance import GOALS
from results.codebook import Codebook
from results.comparison import ARRIVAL_GROUP, EVERYBODY, HIGH, LOW, SERVICE_GROUP, compare
from results.report import BOUGHT
from results.tables import OUTCOMES, typed
from scenarios.codebook import build_codebook
from scenarios.live.board import Series, cells
from scenarios.live.runs import LiveRun
from scenarios.live.work import FIRST_YEAR, kept_rows

REFERENCE, SCENARIO = "reference", "scenario"
"""The two sides, whatever the scenarios are called."""

TOLD_APART = ("programme_", "flow_", "npv_")
"""Beginnings of the outcomes whose rows are told as money, posts and places."""

_GOALS = {goal.outcome for goal in GOALS}


@dataclass(frozen=True)
class Bands:
    """A level over years, over draws: arrays of years by cells (:func:`scenarios.live.board.cells`)."""

    low: Series
    median: Series
    high: Series


@dataclass(frozen=True)
class Summary:
    """Scenario and reference over the same draws.

    Attributes:
        table: the comparison in the columns of the contracts, the sides called ``scenario`` and ``reference``.
        bands: by side.
        outcomes: the rows that tables of money are made of; none when no kinds of groups were asked for.
        draws: numbers of the draws, in order.
        differences: scenario minus reference by draw, year and cell (:func:`scenarios.live.board.cells`), as expected
            values of everybody; not a number where there is none.
        sizes: denominator of the reference by year and cell, the middle of the draws: among how many.
    """

    table: pd.DataFrame
    bands: Mapping[str, Bands]
    outcomes: pd.DataFrame
    draws: tuple[int, ...]
    differences: Series = field(default_factory=lambda: np.empty((0, 0, 0)), repr=False)
    sizes: Series = field(default_factory=lambda: np.empty((0, 0)), repr=False)


@cache
def live_codebook(area: str) -> Codebook:
    """Return the codebook of an area, without scenarios: the sides have no names of their own."""
    return Codebook.from_content(build_codebook((), (area,)))


def summarise(pairs: Sequence[tuple[LiveRun, LiveRun]], kinds: Sequence[str], place: int, shown: bool) -> Summary:
    """Compare runs; those that are not in the cache any more are lived again.

    Args:
        pairs: reference and scenario of every draw.
        kinds: kinds of groups to compare beside everybody: ``wijk``, ``age``, ``start``.
        place: place on the board; nothing is written there.
        shown: not used here.

    Raises:
        Stopped: when asked to.
    """
    frames = []
    for both in pairs:
        for side, run in zip((REFERENCE, SCENARIO), both, strict=True):
            frames.append(_kept(run, kinds, place).assign(scenario=side))
    rows = typed(pd.concat(frames, ignore_index=True), OUTCOMES)
    area, years = pairs[0][0].world.area, pairs[0][0].years
    compared = rows[~rows["group"].str.startswith((SERVICE_GROUP, ARRIVAL_GROUP))]
    table = compare(compared, SCENARIO, REFERENCE, live_codebook(area))
    levels = {side: _levels(rows[rows["scenario"] == side], years) for side in (REFERENCE, SCENARIO)}
    everybody = (rows["group"] == EVERYBODY) & (rows["view"].eq("people") | rows["outcome"].isin(_GOALS))
    told = rows["outcome"].str.startswith(TOLD_APART) | everybody
    wanted = told | rows["group"].str.startswith(ARRIVAL_GROUP) & (rows["year"] == rows["year"].max())
    draws = tuple(sorted({both[0].world.draw for both in pairs}))
    with _gaps_allowed():
        sizes = np.nanmedian(levels[REFERENCE][1], axis=0)
    return Summary(
        table,
        {side: _bands(values) for side, (values, _) in levels.items()},
        without_years_of_services(rows[wanted]) if kinds else rows.iloc[:0],
        draws,
        levels[SCENARIO][0] - levels[REFERENCE][0],
        sizes,
    )


def without_years_of_services(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what is told of single services over the years, as only that is told: they are most of the rows."""
    services = rows["group"].str.startswith(SERVICE_GROUP)
    told = rows[services & rows["outcome"].isin(BOUGHT.values())]
    key = ["scenario", "area", "draw", "seed", "view", "group", "outcome"]
    added = told.groupby(key, as_index=False)["numerator"].sum()
    added = added.assign(
        year=rows["year"].max(),
        denominator=1.0,
        value=added["numerator"],
        expected=np.nan,
        expected_numerator=np.nan,
    )
    return pd.concat([rows[~services], typed(added, OUTCOMES)], ignore_index=True)


def _kept(run: LiveRun, kinds: Sequence[str], place: int) -> pd.DataFrame:
    """Return the rows of a kept run for everybody, for what was bought, and for the kinds asked for."""
    whole = kept_rows(run, place)
    wanted = pc.equal(whole["group"], EVERYBODY)
    for start in (SERVICE_GROUP, ARRIVAL_GROUP, *(f"{kind}:" for kind in kinds)) if kinds else ():
        wanted = pc.or_(wanted, pc.starts_with(whole["group"], start))
    frame: pd.DataFrame = whole.filter(wanted).to_pandas()
    return frame


def _levels(rows: pd.DataFrame, years: int) -> tuple[Series, Series]:
    """Return expected values and denominators of everybody by draw, year and cell."""
    everybody = rows[(rows["group"] == EVERYBODY) & (rows["denominator"] != 0)]
    draws = {draw: number for number, draw in enumerate(sorted(set(rows["draw"])))}
    columns = cells()
    place: list[Any] = [
        everybody["draw"].map(draws).to_numpy(),
        everybody["year"].to_numpy() - FIRST_YEAR,
        [columns[pair] for pair in zip(everybody["outcome"], everybody["view"], strict=True)],
    ]
    values = np.full((len(draws), years, len(columns)), np.nan)
    sizes = values.copy()
    effect = everybody["expected_numerator"].fillna(everybody["numerator"])
    values[tuple(place)] = (effect / everybody["denominator"]).to_numpy()
    sizes[tuple(place)] = everybody["denominator"].to_numpy()
    return values, sizes


def _bands(values: Series) -> Bands:
    with _gaps_allowed():
        low, median, high = np.nanquantile(values, [LOW, 0.5, HIGH], axis=0)
    return Bands(low, median, high)


@contextmanager
def _gaps_allowed() -> Iterator[None]:
    """Say nothing of what no draw has, such as follow-ups in the first years."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
