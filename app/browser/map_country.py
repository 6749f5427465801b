"""The map of the country with the twenty areas, small, for choosing one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import solara

from app.browser.map_places import COUNTRY, area_points, country_geometry, province_names
from app.browser.parts import LOCALES, Element, Json
from app.browser.speech import Speech
from sim.areas import area_ids, load_area

PLAIN, PLAIN_INK = "#ffffff", "#1a1a1a"
CHOSEN, CHOSEN_INK = "#154273", "#ffffff"
SMALL_HEIGHT = 380


@solara.component_vue("vue/map.vue", vuetify=False)
def _Map(spec: Json, geo: str, words: Json, event_choose: Callable[[str], None]) -> None:  # noqa: N802
    """A map with its buttons, legend and files."""


def MapOf(  # noqa: N802 - components are named as classes
    spec: Json, geo: str, words: Speech, choose: Callable[[str], None] | None = None
) -> Element:
    """Show a map.

    Args:
        spec: ``kind`` (``country`` for markers, ``wijken`` for polygons), ``map`` (name of the shapes), ``title``,
            ``subtitle``, ``spoken`` (what a screen reader says in place of the picture), ``places`` (``id``, ``name``,
            ``number``, ``text``, ``color``, ``ink``, ``chosen``; markers have ``at`` and ``symbol``, polygons ``label``
            and ``hatch``), ``ground`` (shapes that are background), ``legend`` (``color``, ``text``, ``symbol``,
            ``hatch``), ``note``, ``file``, ``table``, ``height``, ``level``, ``small``, ``listed``.
        geo: the shapes as GeoJSON.
        words: the language.
        choose: called with the id of a place that was pressed.
    """
    says = {**words.all("parts.chart_"), **words.all("map_page.say_")}
    return _Map(spec={"locale": LOCALES[words.language], **spec}, geo=geo, words=says, event_choose=choose or _nothing)


def _nothing(place: str) -> None:
    """Do nothing with what was pressed."""


def country_places(chosen: str, looks: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return the markers of the twenty areas, numbered as in the lists beside the maps.

    Args:
        chosen: the area that stands out.
        looks: what is particular to a marker (``color``, ``ink``, ``symbol``, ``text``) by area.
    """
    points = area_points()
    found = []
    for number, area in enumerate(area_ids(), start=1):
        here = area == chosen
        look = {
            "color": CHOSEN if here else PLAIN,
            "ink": CHOSEN_INK if here else PLAIN_INK,
            "symbol": "circle",
            "text": "",
        }
        look |= (looks or {}).get(area, {})
        name = load_area(area).name
        found.append({"id": area, "name": name, "number": number, "at": points[area], "chosen": here, **look})
    return found


def CountryMap(area: str, choose: Callable[[str], None], words: Speech, listed: bool = True) -> Element:  # noqa: N802
    """Show the country with its twenty areas, and the list of them.

    Args:
        area: id of the area that is chosen.
        choose: called with the id of an area that was pressed, on the map or in the list.
        words: the language.
        listed: whether to show the list, in which the areas have the numbers of the map.
    """

    def pressed(place: str) -> None:
        if place in area_ids():
            choose(place)

    spec = {
        "kind": "country",
        "map": COUNTRY,
        "title": words("map_page.areas_title"),
        "spoken": words("map_page.areas_spoken", area=load_area(area).name),
        "places": country_places(area),
        "ground": province_names(),
        "height": SMALL_HEIGHT,
        "small": True,
        "listed": listed,
    }
    return MapOf(spec, country_geometry(), words, pressed)
