"""The documents as a site, built by Sphinx: ``python -m sphinx -b html docs output/site``. Nothing is fetched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the packages beside this folder

from app.documents.links import for_site
from app.documents.shelf import README, documents, shelves, text_of

project = "Wijklab"
html_title = "Wijklab"
author = "Wijklab maintainers"
language = "en"
extensions = ["myst_parser"]
exclude_patterns = ["examples", "notebooks"]
html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
myst_heading_anchors = 6  # as GitHub makes them

LANGUAGES = {one.file.removesuffix(".md"): one.language for one in documents().values()}
ROOM = '<div class="table-wrapper" role="region" tabindex="0" aria-label="Table">'
"""Furo lets wide tables scroll in a box of their own; with the keyboard too they must be reached."""


def read(app: Any, name: str, source: list[str]) -> None:
    """Give Sphinx a document with links that hold in the site; the first page is the README with all documents."""
    if name != "index":
        source[0] = for_site(documents()[name.lower()], source[0])
        return
    first = documents()[README.removesuffix(".md").lower()]
    lists = []
    for shelf, title in shelves().items():
        files = [one.file for one in documents().values() if one.shelf == shelf and one.file != README]
        if files:
            lists.append("\n".join(["```{toctree}", ":hidden:", f":caption: {title['en']}", "", *files, "```"]))
    source[0] = "\n\n".join([for_site(first, text_of(first)), *lists])


def say_language(app: Any, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Let a page say the language it is written in, and its tables be reached with the keyboard."""
    context["language"] = LANGUAGES.get(name, language)
    if "body" in context:
        context["body"] = context["body"].replace('<div class="table-wrapper colwidths-auto docutils container">', ROOM)


def setup(app: Any) -> dict[str, bool]:
    """Hang both into the build."""
    app.connect("source-read", read)
    app.connect("html-page-context", say_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
