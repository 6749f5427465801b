"""Where the links of documents lead: to another document, a picture, out into the world, or to a file of the code."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.documents.shelf import README, Document, documents

DOCS, IMAGES = "docs", "docs/images/"

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]+)\)")
"""A link with its text, when there is no picture in it."""

TARGET = re.compile(r"(?<=\]\()[^()\s]+(?=\))")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
LINKED_TEXT = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Link:
    """Where a link leads.

    Attributes:
        kind: ``document``, ``image`` (name of a file among the pictures), ``world`` (an address elsewhere) or ``file``
            (a file or folder of the code, which does not travel with the documents).
        to: name of the document in an address, name of the picture, the address, or the path from the top of the code.
        anchor: place in a document, empty for its beginning.
    """

    kind: Literal["document", "image", "world", "file"]
    to: str
    anchor: str = ""


def resolve(document: Document, target: str) -> Link:
    """Return where a link in a document leads."""
    if re.match(r"[a-z]+:", target):
        return Link("world", target)
    path, _, anchor = target.partition("#")
    base = "" if document.file == README else DOCS
    whole = posixpath.normpath(posixpath.join(base, path)) if path else posixpath.join(base, document.file)
    if whole.startswith(IMAGES):
        return Link("image", whole.removeprefix(IMAGES))
    for other in documents().values():
        if whole == (README if other.file == README else posixpath.join(DOCS, other.file)):
            return Link("document", other.slug, anchor)
    return Link("file", whole)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return a text with everything changed that is not in a block of code."""
    parts, end = [], 0
    for found in FENCED.finditer(text):
        parts += [change(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, change(text[end:])])


def for_site(document: Document, text: str) -> str:
    """Return a document as the site builds it: links to other documents by file, files of the code in code type."""

    def named(found: re.Match[str]) -> str:
        link = resolve(document, found[2])
        if link.kind != "file":
            return found[0]
        return f"`{link.to}`" if "`" in found[1] or link.to.endswith(found[1]) else f"{found[1]} (`{link.to}`)"

    def address(found: re.Match[str]) -> str:
        link = resolve(document, found[0])
        if link.kind == "image":
            return f"images/{link.to}"
        if link.kind == "document":
            file = documents()[link.to].file
            page = "index.md" if file == README else file
            return f"{page}#{link.anchor}" if link.anchor else page
        return found[0]

    return outside_code(text, lambda part: TARGET.sub(address, LINK.sub(named, part)))


def slugs(headings: Iterator[str] | list[str]) -> Iterator[str]:
    """Yield the anchor of each heading, as GitHub makes them: one that was there before gets a number."""
    seen: dict[str, int] = {}
    for heading in headings:
        text = LINKED_TEXT.sub(r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        number = seen.get(name, 0)
        seen[name] = number + 1
        yield f"{name}-{number}" if number else name


def anchors(text: str) -> set[str]:
    """Return the anchors of a document."""
    return set(slugs(HEADING.findall(FENCED.sub("", text))))


def links(text: str) -> list[str]:
    """Return the targets of all links and pictures of a document, those in code left out."""
    return TARGET.findall(re.sub(r"`[^`\n]*`", "", FENCED.sub("", text)))
