"""Where the spread of a difference comes from: chance or doubt, and which assumptions go together with it.

Twenty draws are few for hundreds of assumptions: by chance alone some of them seem to matter. An assumption is named
only when it goes together with the difference more closely than the closest of all of them does in nearly every
shuffling of the draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.browser.speech import Speech
from app.browser.told import HEADLINES, shown_view
from app.browser.visit import FIRST_YEAR
from app.tables import Table
from results.codebook import Codebook
from results.comparison import EVERYBODY
from results.spread import spread_of
from scenarios.live.board import Series, cells
from scenarios.live.summary import Summary

SHUFFLES = 2000
SHUFFLING_SEED = 20250101
"""Any number would do; with the same one the same page says the same thing."""

FALSE_ALARMS = 0.01
"""Chance that an assumption is named for one outcome when none matters: with five outcomes, one page in twenty."""

MOST_NAMED = 5
AREAS_KEPT = 32
ONE_DECIMAL = 1
TWO_DECIMALS = 2

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Deciding:
    """An assumption that goes together with a difference.

    Attributes:
        path: the parameter.
        correlation: rank correlation of its value and the difference over the draws.
    """

    path: str
    correlation: float


def deciding(differences: Floats, values: Mapping[str, Floats]) -> list[Deciding]:
    """Return the assumptions that go together with a difference more closely than chance explains, closest first.

    Args:
        differences: one per draw.
        values: per assumption its value in each of the same draws; those that do not differ are passed over.
    """
    paths = [path for path, drawn in values.items() if np.ptp(drawn) > 0]
    if not paths or not np.isfinite(differences).all() or np.ptp(differences) == 0:
        return []
    ranks = _standard_ranks(np.array([values[path] for path in paths]))
    own = _standard_ranks(differences[np.newaxis])[0]
    found = ranks @ own
    shuffled = np.random.default_rng(SHUFFLING_SEED).permuted(np.tile(own, (SHUFFLES, 1)), axis=1)
    closest = np.abs(shuffled @ ranks.T).max(axis=1)
    bar = np.quantile(closest, 1 - FALSE_ALARMS)
    order = np.argsort(-np.abs(found), kind="stable")[:MOST_NAMED]
    return [Deciding(paths[place], float(found[place])) for place in order if abs(found[place]) > bar]


def _standard_ranks(rows: Floats) -> Floats:
    """Return ranks by row, with mean nought and length one, so that a product is a correlation."""
    from scipy.stats import rankdata

    ranks = rankdata(rows, axis=1)
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    return np.asarray(ranks / np.linalg.norm(ranks, axis=1, keepdims=True), dtype=np.float64)


@lru_cache(maxsize=AREAS_KEPT)
def values_over_draws(area: str, draws: tuple[int, ...]) -> Mapping[str, Floats]:
    """Return the value of every parameter of an area in each of some draws."""
    from scenarios.posterior import drawn_values

    sets = [drawn_values(draw, area) for draw in draws]
    return {path: np.array([values[path] for values in sets]) for path in sets[0]}


def deciding_table(
    summaries: Sequence[Summary], title: str, area: str, year: int, codebook: Codebook, words: Speech
) -> Table:
    """Return which assumptions go together with the main differences of a scenario; no rows where none stands out.

    Args:
        summaries: the same scenario, reference and draws, each with a seed of its own; the mean over seeds is taken.
        title: what the scenario is called.
        area: area id.
        year: the year.
        codebook: of the area.
        words: the language.
    """
    from sim.parameters import declared_parameters

    draws = summaries[0].draws
    rows: list[list[str]] = []
    for name in HEADLINES:
        outcome = codebook.outcome(name)
        view = shown_view(outcome, "place")
        seeds = [_per_draw(summary.differences, name, view, year) for summary in summaries]
        found = deciding(np.mean(seeds, axis=0), values_over_draws(area, draws))
        if found:
            rows.append([outcome.name[words.language]])
        for one in found:
            parameter = declared_parameters()[one.path]
            rows.append(
                [
                    parameter.description.nl if words.language == "nl" else parameter.description.en,
                    words(f"side_by_side.grade_{parameter.grade}"),
                    words("side_by_side.goes_up" if one.correlation > 0 else "side_by_side.goes_down"),
                    words.number(one.correlation, TWO_DECIMALS, signed=True),
                ]
            )
    headings = [words(f"side_by_side.{name}") for name in ("assumption", "grade", "together", "correlation")]
    notes = [words("side_by_side.deciding_note" if rows else "side_by_side.deciding_none", draws=len(draws))]
    return Table(words("side_by_side.deciding_title", scenario=title, year=year), headings, rows, notes)


def _per_draw(differences: Series, outcome: str, view: str, year: int) -> Floats:
    return np.asarray(differences[:, year - FIRST_YEAR, cells()[outcome, view]], dtype=np.float64)


def parts_table(summaries: Sequence[Summary], title: str, year: int, codebook: Codebook, words: Speech) -> Table:
    """Return what part of the spread is chance and what part doubt, of the main differences.

    Args:
        summaries: the same scenario, reference and draws, each with a seed of its own; two at least.
        title: what the scenario is called.
        year: the year.
        codebook: of the area.
        words: the language.
    """
    rows = []
    for name in HEADLINES:
        outcome = codebook.outcome(name)
        view = shown_view(outcome, "place")
        chance = chance_share([_per_draw(summary.differences, name, view, year) for summary in summaries])
        nothing = words("side_by_side.no_spread")
        cells_of = [nothing] * 2 if chance is None else [words.percent(chance), words.percent(1 - chance)]
        rows.append([outcome.name[words.language], *cells_of])
    headings = [words(f"side_by_side.{name}") for name in ("outcome", "chance", "doubt_share")]
    notes = [words("side_by_side.parts_note")]
    return Table(words("side_by_side.parts_title", scenario=title, year=year), headings, rows, notes)


def chance_share(seeds: Sequence[Floats]) -> float | None:
    """Return the share of chance in the variance of the difference of one pair of futures; ``None`` without any.

    Args:
        seeds: per seed the differences, one per draw.
    """
    frames = [_cells(differences, seed) for seed, differences in enumerate(seeds)]
    found = spread_of(pd.concat(frames, ignore_index=True)).iloc[0]
    chance, doubt = found["sd_chance"] ** 2, found["sd_parameters"] ** 2
    if not np.isfinite(chance + doubt) or chance + doubt == 0:
        return None
    return float(chance / (chance + doubt))


def _cells(differences: Floats, seed: int) -> pd.DataFrame:
    """Return differences as rows of pairs, for the analysis that the reports use."""
    same: dict[str, Any] = {"area": "", "year": 0, "view": "", "group": EVERYBODY, "outcome": "", "seed": seed}
    return pd.DataFrame({"draw": range(len(differences)), "effect": differences}).assign(
        effect_reference=0.0, realised=differences, realised_reference=0.0, **same
    )
