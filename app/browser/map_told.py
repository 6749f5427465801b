"""The twenty areas as computed: level of one side, or the difference, of any outcome in a year."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from app.figures import LEVEL_DIGITS, MOST_LEVEL_DIGITS, factor_of, is_share, name_and_unit
from app.tables import Table
from app.words import decimals_for
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


def shared_decimals(levels: Iterable[float], differences: Iterable[float]) -> int:
    """Return the decimals of every number of a table: enough for its differences, as far as its levels allow."""
    known = [change for change in differences if math.isfinite(change) and change]
    if not known:
        return decimals_for(*levels, digits=LEVEL_DIGITS)
    return min(decimals_for(*known, digits=LEVEL_DIGITS), decimals_for(*levels, digits=MOST_LEVEL_DIGITS))


def number_texts(outcome: Outcome, numbers: tuple[float, float, float], decimals: int, words: Speech) -> list[str]:
    """Return reference, level and difference as texts."""
    if not all(map(math.isfinite, numbers)):
        return [NO_FIGURE] * len(numbers)
    sign = "%" if is_share(outcome) else ""
    levels = [words.number(level, decimals) + sign for level in numbers[:-1]]
    return [*levels, words.number(numbers[-1], decimals, signed=True)]


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
    column = cells()[outcome.id, shown_view(outcome, asked.view)]
    series = {area: [factor * side[:, column] for side in pair] for area, pair in pairs.items()}
    scale = _scale(series, asked.side)
    looks: dict[str, dict[str, Any]] = {}
    rows, values = [], {}
    found = {area: _in_year(series.get(area), asked.year) for area in area_ids()}
    levels = [level for numbers in found.values() for level in numbers[:-1]]
    decimals = shared_decimals(levels, [numbers[-1] for numbers in found.values()])
    for number, (area, numbers) in enumerate(found.items(), start=1):
        name = load_area(area).name
        texts = number_texts(outcome, numbers, decimals, words)
        shown = dict(zip(SIDES, numbers, strict=True))[asked.side]
        text = dict(zip(SIDES, texts, strict=True))[asked.side]
        looks[area] = {**scale.look(shown).spec(), "text": text if area in series else words("map_page.not_yet")}
        values[name] = (shown, text)
        rows.append([f"{number}. {name}", *texts])
    sign = "%" if is_share(outcome) else ""
    legend = scale.legend(words, shapes=True) if isinstance(scale, DifferenceScale) else scale.legend(words, sign)
    if len(pairs) < len(area_ids()):
        legend.append({"color": MISSING, "text": words("map_page.missing")})
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


def _in_year(pair: Sequence[Series] | None, year: int) -> tuple[float, float, float]:
    """Return reference, scenario and difference in a year."""
    if pair is None:
        return math.nan, math.nan, math.nan
    reference, scenario = (float(side[year - FIRST_YEAR]) for side in pair)
    return reference, scenario, scenario - reference


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
