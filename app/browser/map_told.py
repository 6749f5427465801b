"""The twenty areas as computed: level of one side, or the difference, of any outcome in a year."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.browser.map_country import country_places
from app.browser.map_runs import Pair
from app.browser.map_scale import MISSING, DifferenceScale, LevelScale
from app.browser.map_spec import MapAndTable, country_spec, extremes
from app.browser.speech import Speech
from app.browser.told import shown_view
from app.browser.visit import FIRST_YEAR
from app.figures import factor_of, is_share, level_decimals, name_and_unit
from app.tables import Table
from results.codebook import Outcome
from scenarios.live.board import Series, cells
from scenarios.live.summary import REFERENCE, SCENARIO
from sim.areas import area_ids, load_area
from sim.outcomes import OUTCOMES, SECTIONS

DIFFERENCE = "difference"
SIDES = (REFERENCE, SCENARIO, DIFFERENCE)
"""What a map may be coloured by."""

NO_FIGURE = "\N{EN DASH}"


@dataclass(frozen=True)
class Asked:
    """What a map is to show.

    Attributes:
        outcome: the outcome.
        view: who is counted; the first view of the outcome where it has not this one.
        side: one of ``SIDES``.
        year: the year.
        names: what scenario and reference are called.
    """

    outcome: Outcome
    view: str
    side: str
    year: int
    names: tuple[str, str]

    def title(self, words: Speech) -> str:
        """Return what is seen, in which year."""
        scenario, reference = self.names
        side = words(f"map_page.title_{self.side}", scenario=scenario, reference=reference)
        return words("map_page.title", outcome=name_and_unit(self.outcome, words), side=side, year=self.year)

    def headings(self, first: str, words: Speech) -> list[str]:
        """Return the first headings of a table: place, reference, scenario, difference."""
        return [first, *(words(f"map_page.side_{side}") for side in SIDES)]


def number_texts(outcome: Outcome, reference: float, value: float, words: Speech, *ends: float) -> list[str]:
    """Return reference, level and difference as texts, with the decimals that the difference needs."""
    sign = "%" if is_share(outcome) else ""
    if not math.isfinite(reference) or not math.isfinite(value):
        return [NO_FIGURE] * 3
    decimals = level_decimals(reference, value - reference, *ends)
    levels = [words.number(level, decimals) + sign for level in (reference, value)]
    return [*levels, words.number(value - reference, decimals, signed=True)]


def country_map(
    pairs: Mapping[str, Pair], asked: Asked, chosen: str, words: Speech, choose: Callable[[str], None]
) -> MapAndTable:
    """Return map and table of the areas that are computed.

    Args:
        pairs: series of reference and scenario by area.
        asked: what to show.
        chosen: the area that stands out.
        words: the language.
        choose: called with the id of an area that was pressed.
    """
    outcome, factor = asked.outcome, factor_of(asked.outcome)
    sign = "%" if is_share(outcome) else ""
    column = cells()[outcome.id, shown_view(outcome, asked.view)]
    series = {area: [factor * side[:, column] for side in pair] for area, pair in pairs.items()}
    scale = _scale(series, asked.side)
    looks: dict[str, dict[str, Any]] = {}
    rows, values = [], {}
    for number, area in enumerate(area_ids(), start=1):
        name, place = load_area(area).name, asked.year - FIRST_YEAR
        reference, value = (float(side[place]) for side in series[area]) if area in series else (math.nan, math.nan)
        texts = number_texts(outcome, reference, value, words)
        shown = dict(zip(SIDES, (reference, value, value - reference), strict=True))[asked.side]
        text = dict(zip(SIDES, texts, strict=True))[asked.side]
        looks[area] = {**scale.look(shown).spec(), "text": text if area in series else words("map_page.not_yet")}
        values[name] = (shown, text)
        rows.append([f"{number}. {name}", *texts])
    missing = [{"color": MISSING, "text": words("map_page.missing")}]
    legend = (scale.legend(words, shapes=True) if isinstance(scale, DifferenceScale) else scale.legend(words)) + (
        missing if len(pairs) < len(area_ids()) else []
    )
    title = asked.title(words)
    said = words("map_page.preliminary")
    table = Table(words("map_page.table_of", title=title), asked.headings(words("map_page.area"), words), rows, [said])
    spec = country_spec(
        words,
        title=title,
        subtitle=f"{words(f'compare.view_{shown_view(outcome, asked.view)}')}. {said}",
        spoken=words("map_page.spoken", title=title, told=extremes(values, words)),
        places=country_places(chosen, looks),
        legend=legend,
        note=f"{words('map_page.same_colours')} {words('map_page.source')}",
        file=f"wijklab-map-{outcome.id}-{asked.side}-{asked.year}",
    )
    return MapAndTable(spec, table, area_ids(), choose)


def _scale(series: Mapping[str, list[Series]], side: str) -> LevelScale | DifferenceScale:
    """Return the colours that fit every year of every area."""
    if side == DIFFERENCE:
        parts = [scenario - reference for reference, scenario in series.values()]
        return DifferenceScale.of(np.concatenate(parts).tolist() if parts else [])
    levels = [level for pair in series.values() for level in pair]
    return LevelScale.of(np.concatenate(levels).tolist() if levels else [])


def outcome_options(words: Speech, among: set[str] | None = None) -> list[dict[str, Any]]:
    """Return outcomes to choose from, under the headings of their sections.

    Args:
        words: the language.
        among: which of them; all of them when ``None``.
    """
    place = 0 if words.language == "nl" else 1
    found = []
    for section, titles in SECTIONS.items():
        names = [
            {"value": one.id, "label": (one.name_nl, one.name_en)[place]}
            for one in OUTCOMES.values()
            if one.section == section and (among is None or one.id in among)
        ]
        if names:
            found.append({"label": titles[place], "options": names})
    return found
