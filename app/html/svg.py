"""A chart inside a page: names of its parts that no other chart has, a title and a text in its place."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

FONTS = "font-family: 'DejaVu Sans'"
GENERIC = "font-family: 'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif"
"""The page loads no font: what the reader has is near enough, since ours is among the widest."""

_LINK = re.compile(r"url\(#([^)]*)\)")


def inline(text: str, prefix: str, title: str, spoken: str) -> Markup:
    """Return a chart as an element of a page.

    Args:
        text: the chart as SVG.
        prefix: beginning of every id in it.
        title: what it shows.
        spoken: its numbers in words.
    """
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in [child for child in parent if _plain(child.tag) == "metadata"]:
            parent.remove(child)
    for element in root.iter():
        element.tag = _plain(element.tag)
        element.attrib = {_plain(name): _own(_plain(name), value, prefix) for name, value in element.attrib.items()}
    # the size is that of the view box; the page's style makes it fit
    for name, value in (("role", "img"), ("aria-labelledby", f"{prefix}title {prefix}desc"), ("class", "chart")):
        root.set(name, value)
    for place, (name, words) in enumerate((("title", title), ("desc", spoken))):
        element = ElementTree.Element(name, {"id": prefix + name})
        element.text = words
        root.insert(place, element)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _plain(name: str) -> str:
    """Return a name without its namespace: inside a page none is written."""
    return name.rpartition("}")[2]


def _own(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value.removeprefix('#')}"
    return _LINK.sub(rf"url(#{prefix}\1)", value).replace(FONTS, GENERIC)
