"""Placeholder."""

from __future__ import annotations

import solara

from app.browser import session


@solara.component
def Lives() -> None:  # noqa: N802
    """Show the page."""
    solara.v.Html(tag="h1", children=[session.words()("site.lives")])
