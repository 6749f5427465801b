"""What a map and the table beside it have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.browser.map_places import COUNTRY, province_names
from app.browser.speech import Speech
from app.tables import Table

HEIGHT = 560


@dataclass(frozen=True)
class MapAndTable:
    """A map, and a table that says the same.

    Attributes:
        spec: the map (:func:`app.browser.map_country.MapOf`).
        table: the table.
        rows: ids of the places in the order of the rows.
        choose: called with the id of a place that was pressed; ``None`` when there is nothing to choose.
    """

    spec: Mapping[str, Any]
    table: Table
    rows: Sequence[str]
    choose: Callable[[str], None] | None = None

    def whole_spec(self) -> dict[str, Any]:
        """Return the map with the table that its file holds."""
        table = {"columns": list(self.table.headings), "rows": [list(row) for row in self.table.rows]}
        return {**self.spec, "table": table}


def country_spec(words: Speech, **values: Any) -> dict[str, Any]:
    """Return a map of the country with what all of them have."""
    return {
        "kind": "country",
        "map": COUNTRY,
        "ground": province_names(),
        "height": HEIGHT,
        "note": words("map_page.source"),
        **values,
    }


def extremes(values: Mapping[str, tuple[float, str]], words: Speech) -> str:
    """Say which place has the least and which the most.

    Args:
        values: value and text by the name of the place.
        words: the language.
    """
    known = {name: pair for name, pair in values.items() if math.isfinite(pair[0])}
    if not known:
        return words("map_page.nothing_known")
    least, most = (pick(known, key=lambda name: known[name][0]) for pick in (min, max))
    return words("map_page.extremes", least=least, low=known[least][1], most=most, high=known[most][1])
