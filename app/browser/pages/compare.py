"""Placeholder."""

from __future__ import annotations

import solara

from app.browser import session


@solara.component
def Compare() -> None:  # noqa: N802
    """Show the page."""
    solara.v.Html(tag="h1", children=[session.words()("site.compare")])
