"""What is told of a scenario beside its reference: the comparison, and both sides as bands over draws."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from results.codebook import Codebook
from results.comparison import ARRIVAL_GROUP, EVERYBODY, HIGH, LOW, SERVICE_GROUP, compare
from results.tables import OUTCOMES, typed
from scenarios.codebook import build_codebook
from scenarios.live.board import Series, cells
from scenarios.live.runs import LiveRun
from scenarios.live.work import FIRST_YEAR, desk

REFERENCE, SCENARIO = "reference", "scenario"
"""The two sides, whatever the scenarios are called."""

TOLD_APART = ("programme_", "flow_", "npv_")
"""Beginnings of the outcomes whose rows are told as money, posts and places."""


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
        outcomes: the rows that tables of money are made of.
        draws: numbers of the draws.
    """

    table: pd.DataFrame
    bands: Mapping[str, Bands]
    outcomes: pd.DataFrame
    draws: tuple[int, ...]


@cache
def live_codebook(area: str) -> Codebook:
    """Return the codebook of an area, without scenarios: the sides have no names of their own."""
    return Codebook.from_content(build_codebook((), (area,)))


def summarise(pairs: Sequence[tuple[LiveRun, LiveRun]], kinds: Sequence[str], place: int, shown: bool) -> Summary:
    """Compare runs that are in the cache.

    Args:
        pairs: reference and scenario of every draw.
        kinds: kinds of groups to compare beside everybody: ``wijk``, ``age``, ``start``.
        place: place on the board; nothing is written there.
        shown: not used here.

    Raises:
        FileNotFoundError: when a run is not in the cache any more.
    """
    frames = []
    for both in pairs:
        for side, run in zip((REFERENCE, SCENARIO), both, strict=True):
            frames.append(_kept(run, kinds).assign(scenario=side))
    rows = typed(pd.concat(frames, ignore_index=True), OUTCOMES)
    area, years = pairs[0][0].world.area, pairs[0][0].years
    compared = rows[~rows["group"].str.startswith((SERVICE_GROUP, ARRIVAL_GROUP))]
    table = compare(compared, SCENARIO, REFERENCE, live_codebook(area))
    bands = {side: _bands(rows[rows["scenario"] == side], years) for side in (REFERENCE, SCENARIO)}
    told = rows["outcome"].str.startswith(TOLD_APART) | (rows["group"] == EVERYBODY) & (rows["view"] == "people")
    money = rows[told | rows["group"].str.startswith(ARRIVAL_GROUP) & (rows["year"] == rows["year"].max())]
    return Summary(table, bands, money.reset_index(drop=True), tuple(both[0].world.draw for both in pairs))


def _kept(run: LiveRun, kinds: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a kept run for everybody, for what was bought, and for the kinds asked for."""
    whole = pq.read_table(desk().cache.run(run.name))
    wanted = pc.equal(whole["group"], EVERYBODY)
    for start in (SERVICE_GROUP, ARRIVAL_GROUP, *(f"{kind}:" for kind in kinds)):
        wanted = pc.or_(wanted, pc.starts_with(whole["group"], start))
    frame: pd.DataFrame = whole.filter(wanted).to_pandas()
    return frame


def _bands(rows: pd.DataFrame, years: int) -> Bands:
    everybody = rows[(rows["group"] == EVERYBODY) & (rows["denominator"] != 0)]
    draws = {draw: number for number, draw in enumerate(sorted(set(everybody["draw"])))}
    columns = cells()
    values = np.full((len(draws), years, len(columns)), np.nan)
    place: list[Any] = [
        everybody["draw"].map(draws).to_numpy(),
        everybody["year"].to_numpy() - FIRST_YEAR,
        [columns[pair] for pair in zip(everybody["outcome"], everybody["view"], strict=True)],
    ]
    effect = everybody["expected_numerator"].fillna(everybody["numerator"])
    values[tuple(place)] = (effect / everybody["denominator"]).to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # what no draw has: follow-ups in the first years
        low, median, high = np.nanquantile(values, [LOW, 0.5, HIGH], axis=0)
    return Bands(low, median, high)
