"""The map: the twenty areas in the country, and the wijken of one area."""

from __future__ import annotations

import solara

from app.browser import session
from app.browser.map_country import CountryMap
from app.browser.parts import Heading


@solara.component
def Maps() -> None:  # noqa: N802
    """Show the page."""
    visit, words = session.visit.value, session.words()
    Heading(words("site.map"), 1)
    CountryMap(visit.area, lambda area: session.change(area=area), words)
