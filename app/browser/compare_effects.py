"""What a comparison says of one outcome, as a sentence: how sure, how large, from when on; or that it says nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from app.browser.speech import Speech
from app.browser.visit import FIRST_YEAR
from app.figures import factor_of, is_share
from app.words import decimals_for
from results.codebook import Outcome
from results.comparison import EVERYBODY
from scenarios.live.board import cells
from scenarios.live.summary import Summary
from sim.outcomes import OUTCOMES

FUTURES = 100
"""Shares of futures are told out of so many."""


class Verdict(StrEnum):
    """What the interval of a difference says."""

    BETTER = "better"
    WORSE = "worse"
    LOWER = "lower"
    HIGHER = "higher"
    UNCLEAR = "unclear"
    SAME = "same"
    FEW = "few"


CLEAR = (Verdict.BETTER, Verdict.WORSE, Verdict.LOWER, Verdict.HIGHER)
"""The interval lies beside zero. Lower and higher are of outcomes of which neither is better."""


def verdict_of(row: dict[Any, Any], better: str | None) -> Verdict:
    """Return what one row of a comparison says.

    Args:
        row: with ``low``, ``high`` and ``difference``.
        better: the better direction of its outcome.
    """
    low, high = row["low"], row["high"]
    if math.isnan(low) or math.isnan(high):
        return Verdict.FEW
    if low == high == row["difference"] == 0:
        return Verdict.SAME
    if low * high <= 0:
        return Verdict.UNCLEAR
    direction = "higher" if low > 0 else "lower"
    if better is None:
        return Verdict(direction)
    return Verdict.BETTER if direction == better else Verdict.WORSE


@dataclass(frozen=True)
class Effect:
    """What a comparison says of one outcome in the last of some years.

    Attributes:
        outcome: the outcome.
        row: the row of the last year.
        verdict: what that year says.
        since: first year from which all years say the same, where the verdict is a clear one.
        quiet: whether nothing clear was said before that year.
        before: first and last of the years that said something clear, where the last year says nothing any more.
        size: among how many, not a number where that makes no sense.
    """

    outcome: Outcome
    row: dict[Any, Any]
    verdict: Verdict
    since: int | None = None
    quiet: bool = True
    before: tuple[int, int] | None = None
    size: float = math.nan


def effect_of(rows: pd.DataFrame, outcome: Outcome, size: float = math.nan) -> Effect | None:
    """Return what the years of an outcome say, ``None`` without rows.

    Args:
        rows: rows of a comparison of one outcome, view and group, one a year.
        outcome: the outcome.
        size: its denominator in the last year.
    """
    years = rows.sort_values("year").to_dict("records")
    if not years:
        return None
    verdicts = [verdict_of(row, outcome.better) for row in years]
    last = verdicts[-1]
    if last in CLEAR:
        unlike = [place for place, verdict in enumerate(verdicts) if verdict is not last]
        first = unlike[-1] + 1 if unlike else 0
        quiet = not any(verdict in CLEAR for verdict in verdicts[:first])
        return Effect(outcome, years[-1], last, int(years[first]["year"]), quiet, size=size)
    clear = [int(row["year"]) for row, verdict in zip(years, verdicts, strict=True) if verdict in CLEAR]
    return Effect(outcome, years[-1], last, before=(clear[0], clear[-1]) if clear else None, size=size)


def effect_in(summary: Summary, outcome: Outcome, view: str, year: int) -> Effect | None:
    """Return what a summary says of everybody, up to a year."""
    table = summary.table
    rows = table[
        (table["outcome"] == outcome.id)
        & (table["view"] == view)
        & (table["group"] == EVERYBODY)
        & (table["year"] <= year)
    ]
    return effect_of(rows, outcome, size_of(summary, outcome, view, year))


def size_of(summary: Summary, outcome: Outcome, view: str, year: int) -> float:
    """Return among how many an outcome is counted; not a number where it is no share of them."""
    if not is_share(outcome) and OUTCOMES[outcome.id].scale == 1:
        return math.nan
    place = year - FIRST_YEAR
    return float(summary.sizes[place, cells()[outcome.id, view]]) if place < len(summary.sizes) else math.nan


def sentence(effect: Effect, words: Speech) -> str:
    """Say it in plain language."""
    row, outcome = effect.row, effect.outcome
    year, name = int(row["year"]), outcome.name[words.language]
    start = words("side_by_side.about", name=name)
    if effect.verdict in (Verdict.FEW, Verdict.SAME):
        said = [words(f"side_by_side.says_{effect.verdict}", year=year)]
    else:
        futures = _futures(effect, year, words)
        key = "says_unclear" if effect.verdict is Verdict.UNCLEAR else "says_difference"
        said = [futures, words(f"side_by_side.{key}", amount=_amount(effect, words), people=_people(effect, words))]
    return " ".join([start, *said, *_when(effect, words)])


def counts_sentence(effects: Sequence[Effect], words: Speech) -> str:
    """Say how many outcomes are better, worse, the same, or cannot be told."""
    verdicts = [effect.verdict for effect in effects]
    counted = {name: verdicts.count(Verdict(name)) for name in ("better", "worse", "same")}
    unclear = len(verdicts) - sum(counted.values())
    return words("side_by_side.counts", total=len(verdicts), unclear=unclear, **counted)


def _futures(effect: Effect, year: int, words: Speech) -> str:
    """Say in how many futures, and which way."""
    share = effect.row["share_better"]
    higher = effect.row["low"] > 0
    if effect.verdict is Verdict.UNCLEAR:
        if math.isnan(share):
            return words("side_by_side.futures_no_direction", year=year)
        return words("side_by_side.futures_unclear", count=round(FUTURES * share), year=year)
    direction = words("side_by_side.is_higher" if higher else "side_by_side.is_lower")
    if effect.verdict in (Verdict.LOWER, Verdict.HIGHER):
        return words("side_by_side.futures_neither", year=year, direction=direction)
    worse = effect.verdict is Verdict.WORSE
    count = round(FUTURES * (1 - share if worse else share))
    key = "futures_worse" if worse else "futures_better"
    return words(f"side_by_side.{key}", count=count, year=year, direction=direction)


def _amount(effect: Effect, words: Speech) -> str:
    """Return the ends of the interval: as sizes where it lies beside zero, with signs where it does not."""
    factor = factor_of(effect.outcome)
    ends = [factor * effect.row[name] for name in ("low", "high")]
    unit = words("side_by_side.points") if is_share(effect.outcome) else effect.outcome.unit[words.language]
    return words("side_by_side.amount", range=_range(ends, effect.verdict in CLEAR, words), unit=unit)


def _people(effect: Effect, words: Speech) -> str:
    """Return how many that are among how many; empty where the outcome is no share of somebody."""
    if math.isnan(effect.size):
        return ""
    scale = OUTCOMES[effect.outcome.id].scale
    ends = [effect.row[name] * effect.size / scale for name in ("low", "high")]
    return words(
        "side_by_side.people", range=_range(ends, effect.verdict in CLEAR, words), size=words.number(effect.size)
    )


def _range(ends: Sequence[float], beside_zero: bool, words: Speech) -> str:
    decimals = decimals_for(*ends)
    if not beside_zero:
        low, high = (words.number(end, decimals, signed=True) for end in ends)
        return words("side_by_side.range", low=low, high=high)
    low, high = (words.number(end, decimals) for end in sorted(abs(end) for end in ends))
    return low if low == high else words("side_by_side.range", low=low, high=high)


def _when(effect: Effect, words: Speech) -> list[str]:
    """Say from which year on there is something to see, or until when there was."""
    if effect.before is not None:
        first, last = effect.before
        return [
            words("side_by_side.was_seen" if first < last else "side_by_side.was_seen_once", first=first, last=last)
        ]
    if effect.since is None:
        return []
    years = effect.since - FIRST_YEAR
    if years == 0:
        return [words("side_by_side.seen_at_once")]
    if not effect.quiet:
        return [words("side_by_side.not_steady", since=effect.since)]
    return [words("side_by_side.quiet_one" if years == 1 else "side_by_side.quiet", count=years)]
