"""The wijken of one area: an outcome of either side or the difference, and whether that is more than noise."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app.browser.map_scale import MISSING, UNSURE, DifferenceScale, LevelScale
from app.browser.map_spec import MapAndTable, extremes
from app.browser.map_told import DIFFERENCE, NO_FIGURE, SIDES, Asked, number_texts, shared_decimals
from app.browser.speech import Speech
from app.figures import factor_of, interval, is_share
from app.tables import Table
from results.comparison import WIJK_GROUP
from sim.areas import Wijk, load_area

FEW = 500
"""Residents below which a figure of a wijk swings much from draw to draw."""

HEIGHT = 480
UP_SIGN, DOWN_SIGN, FEW_SIGN = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}", "*"


@dataclass(frozen=True)
class OfWijk:
    """One outcome of a wijk in a year, as it is shown.

    Attributes:
        reference, value: level of reference and scenario.
        low, high: interval of the difference; not a number when there are too few draws.
        difference: the middle of the differences over draws.
    """

    reference: float = math.nan
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    difference: float = math.nan

    def shown(self, side: str) -> float:
        """Return the number that a map is coloured by."""
        return dict(zip(SIDES, (self.reference, self.value, self.difference), strict=True))[side]

    @property
    def verdict(self) -> str:
        """Whether the difference is ``higher``, ``lower``, ``same``, ``unsure``, or ``none`` where it is not known."""
        if not math.isfinite(self.difference):
            return "none"
        if self.low > 0 or self.high < 0:
            return "higher" if self.low > 0 else "lower"
        return "same" if self.low == self.high == 0 else "unsure"


def wijk_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a comparison that are about wijken."""
    return table[table["group"].str.startswith(WIJK_GROUP)]


def views_of(rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return who can be counted, by outcome that is known by wijk."""
    pairs = rows[["outcome", "view"]].drop_duplicates()
    return {str(name): tuple(views) for name, views in pairs.groupby("outcome")["view"]}


def wijk_map(rows: pd.DataFrame, asked: Asked, area: str, sample: float, words: Speech, said: str) -> MapAndTable:
    """Return map and table of the wijken of an area.

    Args:
        rows: the comparison, of wijken only.
        asked: what to show; the outcome is known by wijk, in this view.
        area: the area.
        sample: share of the streets that was simulated.
        words: the language.
        said: what the figures stand on.
    """
    here = rows[(rows["outcome"] == asked.outcome.id) & (rows["view"] == asked.view)]
    wijken, factor = load_area(area).wijken, factor_of(asked.outcome)
    found = _of_year(here[here["year"] == asked.year], factor)
    scale = _scale(here, asked.side, factor)
    decimals = shared_decimals(
        [level for one in found.values() for level in (one.reference, one.value)],
        [change for one in found.values() for change in (one.difference, one.low, one.high)],
    )
    places, lines, values = [], [], {}
    for number, wijk in enumerate(wijken, start=1):
        one = found.get(wijk.code, OfWijk())
        few = wijk.residents * sample < FEW
        place, line = _told(number, wijk, one, few, decimals, asked, scale, words)
        places.append(place)
        lines.append(line)
        values[name_of(wijk)] = (one.shown(asked.side), str(place["value"]))
    title = words("map_page.of_area", area=load_area(area).name, title=asked.title(words))
    notes = [words("map_page.certainty"), said]
    if any(wijk.residents * sample < FEW for wijk in wijken):
        notes.insert(0, words("map_page.few", sign=FEW_SIGN, most=words.number(FEW)))
    told = extremes(values, words)
    if asked.side == DIFFERENCE:
        sure = sum(found.get(wijk.code, OfWijk()).verdict in ("higher", "lower") for wijk in wijken)
        told += " " + words("map_page.sure_of", count=sure, total=len(wijken))
    spec = {
        "kind": "wijken",
        "map": f"wijken-{area}",
        "title": title,
        "subtitle": f"{words(f'compare.view_{asked.view}')}. {said}",
        "spoken": words("map_page.spoken", title=title, told=told),
        "places": places,
        "legend": _legend(scale, {place["color"] for place in places}, words, "%" if is_share(asked.outcome) else ""),
        "note": f"{words('map_page.same_colours')} {words('map_page.source')}",
        "height": HEIGHT,
        "file": f"wijklab-map-{area}-{asked.outcome.id}-{asked.side}-{asked.year}",
    }
    headings = [
        *asked.headings(words("map_page.wijk"), words), words("map_page.interval"), words("map_page.verdict"),
        words("map_page.residents"),
    ]  # fmt: skip
    return MapAndTable(spec, Table(words("map_page.table_of", title=title), headings, lines, notes), _codes(wijken))


def name_of(wijk: Wijk) -> str:
    """Return the name of a wijk without the number that some municipalities put before it."""
    return re.sub(r"^Wijk \d+ ", "", wijk.name)


def _codes(wijken: Sequence[Wijk]) -> tuple[str, ...]:
    return tuple(wijk.code for wijk in wijken)


def _of_year(rows: pd.DataFrame, factor: float) -> dict[str, OfWijk]:
    columns = ["reference_value", "scenario_value", "low", "high", "difference"]
    codes = rows["group"].str.removeprefix(WIJK_GROUP)
    numbers = (factor * rows[columns]).itertuples(index=False, name=None)
    return {code: OfWijk(*(float(number) for number in line)) for code, line in zip(codes, numbers, strict=True)}


def _scale(rows: pd.DataFrame, side: str, factor: float) -> LevelScale | DifferenceScale:
    """Return the colours that fit every year; differences within the noise have none."""
    if side == DIFFERENCE:
        sure = rows[(rows["low"] > 0) | (rows["high"] < 0)]
        return DifferenceScale.of((factor * sure["difference"]).tolist())
    return LevelScale.of((factor * rows[["reference_value", "scenario_value"]]).to_numpy().ravel().tolist())


def _told(
    number: int,
    wijk: Wijk,
    one: OfWijk,
    few: bool,
    decimals: int,
    asked: Asked,
    scale: LevelScale | DifferenceScale,
    words: Speech,
) -> tuple[dict[str, Any], list[str]]:
    """Return a wijk on the map, and its row in the table."""
    # the middle of the differences, which is not the difference of the middles
    texts = number_texts(asked.outcome, (one.reference, one.value, one.difference), decimals, words)
    value, verdict = dict(zip(SIDES, texts, strict=True))[asked.side], words(f"map_page.verdict_{one.verdict}")
    around = interval(one.low, one.high, decimals, words) if math.isfinite(one.difference) else NO_FIGURE
    name = f"{name_of(wijk)} {FEW_SIGN}" if few else name_of(wijk)
    if isinstance(scale, DifferenceScale):
        look = scale.look(one.difference, unsure=one.verdict == "unsure")
        sign = {"higher": UP_SIGN, "lower": DOWN_SIGN}.get(one.verdict, "")
        text = f"{value} ({around}): {verdict}"
    else:
        look, sign, text = scale.look(one.shown(asked.side)), "", value
    label = f"{number}{FEW_SIGN if few else ''}{sign}"
    place = {"id": wijk.code, "name": name, "number": number, "label": label, "text": text, "value": value}
    row = [f"{number}. {name}", *texts, around, verdict, words.number(wijk.residents)]
    return {**place, **look.spec()}, row


def _legend(scale: LevelScale | DifferenceScale, used: set[str], words: Speech, sign: str) -> list[Mapping[str, Any]]:
    """Return the classes, and what stands outside of them where it occurs."""
    found = scale.legend(words, shapes=False) if isinstance(scale, DifferenceScale) else scale.legend(words, sign)
    if UNSURE in used:
        found.append({"color": UNSURE, "text": words("map_page.noise"), "hatch": True})
    if MISSING in used:
        found.append({"color": MISSING, "text": words("map_page.no_figure")})
    return list(found)
