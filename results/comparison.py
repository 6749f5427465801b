"""The comparison of two scenarios: a result is a pair, over draws.

Both sides of a pair share seed and parameter draw. Differences are taken per (draw, seed), over areas added
within it. Over the seeds of a draw they are averaged: that is chance. Over draws they are kept apart: that is
what we do not know.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from results.codebook import Codebook
from results.tables import COMPARISON, ROW_KEY, RUN_KEY, typed

ALL_AREAS = "all"
EVERYBODY = "all"
"""The group that is no group."""

FEWEST_DRAWS = 20
"""Below this many draws there is no interval: too few to say."""

LOW, HIGH = 0.05, 0.95
TIE = 0.5
"""A tie counts half as better."""

WIJK_GROUP = "wijk:"
"""Groups that lie in one area only, and so are not added over areas."""

SERVICE_GROUP = "service:"
"""Groups that divide the programme's money over what it buys; they are reported apart (:mod:`results.report`)."""

ARRIVAL_GROUP = "arrival:"
"""Groups by whether people lived in the area at the start. The two sides have different newcomers, so that a difference
between them is no effect on anybody; they serve the split of an effect (:mod:`results.decomposition`)."""

PAIR_KEY = ["area", "draw", "seed"]
CELL = ["area", *ROW_KEY]
PARTS = ["numerator", "denominator", "expected_numerator"]

Run = tuple[str, str, int, int]
"""Scenario, area, draw, seed."""


class ComparisonError(ValueError):
    """Two scenarios cannot be compared with what is there.

    Attributes:
        code: kind of failure, for messages in other languages. ``no_pairs`` and ``no_outcomes`` say that there is
            nothing to compare; ``twice``, ``no_number``, ``missing_run`` and ``missing_row`` that outcomes are wrong;
            ``points``, ``which`` and ``several`` that the request is.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


NOTHING = ("no_pairs", "no_outcomes")
"""Codes of a comparison that has no rows, because no run of one of its sides was finished."""


def compare(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    failed: Collection[Run] = (),
    areas: Sequence[str] | None = None,
    pairs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the comparison of a scenario with its reference, in the contract's columns.

    Args:
        outcomes: the outcome table, with rows of both scenarios; those of single interventions and by arrival are
            passed over.
        scenario: id of the scenario.
        reference: id of what it is compared with.
        codebook: says which outcomes add up and which direction is better.
        failed: runs known to have failed; their pairs are left out.
        areas: the areas of the run; those in the table unless given. Several get an area ``all`` with their
            sum, made only of pairs that every area completed.
        pairs: the (area, draw, seed) that both sides completed, where that is known from elsewhere: needed when the
            table holds a part of the outcomes only. Otherwise it is read off the table.

    Raises:
        ComparisonError: when a run or a row is missing on one side without being known to have failed.
    """
    found = paired_cells(outcomes, scenario, reference, codebook, failed, areas, pairs)
    return _statistics(found, scenario, reference, codebook)


def paired_cells(
    outcomes: pd.DataFrame,
    scenario: str,
    reference: str,
    codebook: Codebook,
    failed: Collection[Run] = (),
    areas: Sequence[str] | None = None,
    pairs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per pair of runs and cell (area, year, view, group, outcome), before any statistics.

    Columns ``effect`` and ``realised`` are those of the scenario, with ``_reference`` behind them of the reference.
    Arguments and errors as for :func:`compare`.
    """
    rows = _rows_of(outcomes, (scenario, reference), check=pairs is None)
    if pairs is None:
        pairs = complete_pairs(rows, scenario, reference, failed)
    rows = with_effect(rows.merge(pairs, on=PAIR_KEY))
    if areas is None:
        areas = sorted({*pairs["area"], *(run[1] for run in failed)})
    if len(areas) > 1:
        rows = pd.concat([rows, _over_areas(rows, pairs, areas, codebook)], ignore_index=True)
    return _pairs(rows, scenario, reference, codebook)


def _rows_of(outcomes: pd.DataFrame, scenarios: tuple[str, str], check: bool) -> pd.DataFrame:
    apart = outcomes["group"].str.startswith((SERVICE_GROUP, ARRIVAL_GROUP))
    rows = outcomes[outcomes["scenario"].isin(scenarios) & ~apart]
    for name in scenarios if check else ():
        if not (rows["scenario"] == name).any():
            raise ComparisonError("no_outcomes", f"there are no outcomes of scenario '{name}'")
    key = [*RUN_KEY, *ROW_KEY]
    # Sums of numbers depend on their order in the last bit: put them in one order.
    rows = rows.sort_values(key, kind="stable", ignore_index=True)
    twice = rows.duplicated(key)
    if twice.any():
        raise ComparisonError("twice", f"a row occurs twice: {_named(rows[twice].iloc[0], key)}")
    finite = np.isfinite(rows[["numerator", "denominator"]].to_numpy(dtype=np.float64)).all(axis=1)
    if not finite.all():
        raise ComparisonError("no_number", f"a row holds no number: {_named(rows[~finite].iloc[0], key)}")
    return rows


def complete_pairs(rows: pd.DataFrame, scenario: str, reference: str, failed: Collection[Run]) -> pd.DataFrame:
    """Return the (area, draw, seed) that both sides completed."""
    done = {
        name: set(rows.loc[rows["scenario"] == name, PAIR_KEY].itertuples(index=False, name=None))
        for name in (scenario, reference)
    }
    known = {run[1:] for run in failed if run[0] in done}
    missing = sorted((done[scenario] ^ done[reference]) - known)
    if missing:
        area, draw, seed = missing[0]
        side = reference if missing[0] in done[scenario] else scenario
        raise ComparisonError("missing_run", f"the run of '{side}' in {area}, draw {draw}, seed {seed} is missing")
    both = sorted(done[scenario] & done[reference])
    if not both:
        raise ComparisonError("no_pairs", "no pair of runs was completed")
    return pd.DataFrame(both, columns=PAIR_KEY)


def in_every_area(rows: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """Return the rows of every (draw, seed) that all areas completed."""
    runs = rows[PAIR_KEY].drop_duplicates()
    count = runs.groupby(["draw", "seed"])["area"].nunique()
    complete = count[count == len(set(areas))].reset_index()[["draw", "seed"]]
    return rows.merge(complete, on=["draw", "seed"])


def with_effect(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the realised numerator where an outcome has no expectation, for all of its rows alike."""
    without = set(rows.loc[rows["expected_numerator"].isna(), "outcome"])
    realised = rows["outcome"].isin(without)
    effect = rows["expected_numerator"].where(~realised, rows["numerator"])
    return rows[[*RUN_KEY, *ROW_KEY, "numerator", "denominator"]].assign(expected_numerator=effect)


def _over_areas(rows: pd.DataFrame, pairs: pd.DataFrame, areas: Sequence[str], codebook: Codebook) -> pd.DataFrame:
    """Return the sum over areas of every (draw, seed) that all of them completed."""
    shared = rows[~rows["group"].str.startswith(WIJK_GROUP)].merge(in_every_area(pairs, areas), on=PAIR_KEY)
    added = shared.groupby(["scenario", "draw", "seed", *ROW_KEY], as_index=False)[PARTS].sum()
    totals = {name for name in set(added["outcome"]) if codebook.outcome(name).total}
    # The denominator of a count or a sum of money is 1, however many areas were added.
    added["denominator"] = added["denominator"].where(~added["outcome"].isin(totals), 1.0)
    return added.assign(area=ALL_AREAS)


def _pairs(rows: pd.DataFrame, scenario: str, reference: str, codebook: Codebook) -> pd.DataFrame:
    """Return one row per pair and cell: effect and realised value of both sides."""
    key = [*CELL, "draw", "seed"]
    rows = rows[rows["denominator"] != 0]
    rows = rows.assign(
        realised=rows["numerator"] / rows["denominator"],
        effect=rows["expected_numerator"] / rows["denominator"],
    )
    sides = [rows.loc[rows["scenario"] == name, [*key, "realised", "effect"]] for name in (scenario, reference)]
    pairs = sides[0].merge(sides[1], on=key, how="outer", suffixes=("", "_reference"), indicator="side")
    lonely = pairs[pairs["side"] != "both"]
    if len(lonely):
        wrong = lonely[~_may_be_empty(lonely, codebook)]
        if len(wrong):
            name = reference if wrong.iloc[0]["side"] == "left_only" else scenario
            raise ComparisonError("missing_row", f"a row of '{name}' is missing: {_named(wrong.iloc[0], key)}")
    return pairs[pairs["side"] == "both"].sort_values(key, ignore_index=True)


def _may_be_empty(rows: pd.DataFrame, codebook: Codebook) -> pd.Series:
    """Say of which rows nobody may be left to measure: of a small group, and where the codebook says so."""
    known = {name: codebook.outcome(name) for name in set(rows["outcome"])}
    total = rows["outcome"].map({name: outcome.total for name, outcome in known.items()})
    empty = rows["outcome"].map({name: outcome.can_be_empty for name, outcome in known.items()})
    return empty | ((rows["group"] != EVERYBODY) & ~total)


def _statistics(pairs: pd.DataFrame, scenario: str, reference: str, codebook: Codebook) -> pd.DataFrame:
    """Return the mean over seeds, the median and percentiles over draws, and those of single futures."""
    pairs = pairs.assign(
        difference=pairs["effect"] - pairs["effect_reference"],
        future=pairs["realised"] - pairs["realised_reference"],
    )
    direction = pairs["outcome"].map(_direction(codebook, pairs["outcome"]))
    gain = direction * pairs["future"]
    pairs["better"] = ((gain > 0) + TIE * (gain == 0)).where(gain.notna())
    per_draw = pairs.groupby([*CELL, "draw"]).agg(
        difference=("difference", "mean"),
        scenario_value=("effect", "mean"),
        reference_value=("effect_reference", "mean"),
        seeds=("seed", "nunique"),
    )
    draws, single = per_draw.groupby(level=CELL), pairs.groupby(CELL)
    found = draws[["reference_value", "scenario_value", "difference"]].median()
    found = found.assign(
        draws=draws.size(),
        seeds=draws["seeds"].min(),
        low=draws["difference"].quantile(LOW),
        high=draws["difference"].quantile(HIGH),
        future_low=single["future"].quantile(LOW),
        future_high=single["future"].quantile(HIGH),
        share_better=single["better"].mean(),
    )
    few = found["draws"] < FEWEST_DRAWS
    intervals = ["low", "high", "future_low", "future_high"]
    found[intervals] = found[intervals].mask(few)
    found = found.reset_index().assign(scenario=scenario, reference=reference)
    found["unit"] = [codebook.outcome(name).unit["en"] for name in found["outcome"]]
    return typed(_in_order(found, codebook), COMPARISON)


def _direction(codebook: Codebook, outcomes: pd.Series) -> dict[str, float]:
    signs = {"higher": 1.0, "lower": -1.0, None: np.nan}
    return {name: signs[codebook.outcome(name).better] for name in sorted(set(outcomes))}


def _in_order(found: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Sort by area (the sum last), view, group, outcome as in the codebook, year."""
    rank = {name: place for place, name in enumerate(codebook.outcomes)}
    found = found.assign(sum_last=found["area"] == ALL_AREAS, rank=found["outcome"].map(rank))
    return found.sort_values(["sum_last", "area", "view", "group", "rank", "year"], ignore_index=True)


def _named(row: pd.Series, key: Sequence[str]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in key if name in row)
