"""Templates of the pages: everything that is filled in is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from app.browser.speech import Speech


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("app.browser", "templates"),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(name: str, words: Speech, **values: Any) -> str:
    """Return a template filled in."""
    return _environment().get_template(name).render(words=words, **values)
