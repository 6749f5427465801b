"""What the twenty areas are like now: figures of their own, of their municipality or of the country, each marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.browser.map_country import country_places
from app.browser.map_scale import CIRCLE, NOTHING, SQUARE, LevelScale, Look
from app.browser.map_spec import MapAndTable, country_spec, extremes
from app.browser.speech import Speech
from app.tables import Table
from sim.areas import Figure, area_ids, load_area

OBSERVED = "observed"
PERCENT = 100.0


@dataclass(frozen=True)
class Now:
    """One figure of now.

    Attributes:
        name: its name in the areas.
        share: whether it is shown as a percentage.
        decimals: with which it is shown.
    """

    name: str
    share: bool = False
    decimals: int = 0

    def value(self, figure: Figure) -> float:
        """Return it as it is shown."""
        return PERCENT * figure.value if self.share else figure.value

    def text(self, figure: Figure, words: Speech) -> str:
        """Return it as text."""
        return words.number(self.value(figure), self.decimals) + ("%" if self.share else "")


FIGURES = {
    figure.name: figure
    for figure in (
        Now("low_income", True, 1),
        Now("problem_debt", True, 1),
        Now("suspects_per_10k_12plus"),
        Now("crimes_per_1000", False, 1),
        Now("corporatie_share", True),
        Now("residents_2025"),
    )
}


def now_map(name: str, chosen: str, words: Speech, choose: Callable[[str], None]) -> MapAndTable:
    """Return map and table of a figure of now.

    Args:
        name: one of ``FIGURES``.
        chosen: the area that stands out.
        words: the language.
        choose: called with the id of an area that was pressed.
    """
    now, found = FIGURES[name], {area: load_area(area).figures[name] for area in area_ids()}
    scale = LevelScale.of(now.value(figure) for figure in found.values())
    looks: dict[str, dict[str, Any]] = {}
    rows = []
    for number, (area, figure) in enumerate(found.items(), start=1):
        observed = figure.status == OBSERVED
        look = Look(scale.look(now.value(figure)).color, CIRCLE if observed else SQUARE)
        known = words("map_page.known", status=words(f"area_now.status_{figure.status}"), year=figure.year)
        looks[area] = {**look.spec(), "text": f"{now.text(figure, words)} ({known})"}
        rows.append([f"{number}. {load_area(area).name}", now.text(figure, words), known])
    title = words(f"map_page.now_{name}")
    headings = [words("map_page.area"), words("map_page.figure"), words("area_now.status")]
    table = Table(words("map_page.table_of", title=title), headings, rows, [words("area_now.note")])
    legend = scale.legend(words, "%" if now.share else "") + [
        {"color": NOTHING, "text": words(f"map_page.shape_{symbol}"), "symbol": symbol} for symbol in (CIRCLE, SQUARE)
    ]
    values = {load_area(area).name: (now.value(figure), now.text(figure, words)) for area, figure in found.items()}
    spec = country_spec(
        words,
        title=title,
        subtitle=words("map_page.now_subtitle"),
        spoken=words("map_page.spoken", title=title, told=extremes(values, words)),
        places=country_places(chosen, looks),
        legend=legend,
        file=f"wijklab-map-{name}",
    )
    return MapAndTable(spec, table, area_ids(), choose)
