"""Fills the templates of documents, and writes tables in Markdown."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from sim.parameters.book import markdown_table, number_text


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("app.documents", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def filled(name: str, **values: Any) -> str:
    """Return a template filled in.

    Args:
        name: the template without its ending.
        values: what stands in it.
    """
    page = _environment().get_template(f"{name}.md.jinja")
    return page.render(table=_table, number=number_text, **values)


def _table(columns: list[str], rows: list[tuple[str, ...]]) -> str:
    return markdown_table(columns, rows).rstrip("\n")
