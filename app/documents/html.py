"""A document as HTML for everybody: headings with anchors, tables that scroll in a box, languages, links that hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.documents.links import Link, resolve, slugs
from app.documents.shelf import Document, documents, folder, text_of

ROOT, QUERY = "\0root\0", "\0query\0"
"""What stands in addresses for the path of the site and for what a visitor has chosen, until a page is shown."""

TABLE = {"nl": "Tabel {number}", "en": "Table {number}"}
"""What a screen reader calls the box of a table, in the language of the document."""

OTHER = {"nl": "en", "en": "nl"}


@dataclass(frozen=True)
class Shown:
    """A document ready to be shown.

    Attributes:
        body: HTML, with ``ROOT`` and ``QUERY`` in its addresses.
        contents: anchor and text of its headings of the second level.
    """

    body: str
    contents: tuple[tuple[str, str], ...]


@cache
def shown(document: Document) -> Shown:
    """Return a document as HTML."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(text_of(document))
    contents = tuple(_name_headings(tokens))
    lines = [token for token in tokens if token.type == "inline"]
    for line in lines:
        line.children = _linked(document, line.children or [])
    _name_languages(tokens, document)
    body = reader.renderer.render(_boxed(tokens, document), reader.options, {})
    return Shown(body, contents)


def _name_headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Give every heading its anchor; yield those of the second level."""
    places = [number for number, token in enumerate(tokens) if token.type == "heading_open"]
    names = slugs([tokens[place + 1].content for place in places])
    for place, name in zip(places, names, strict=True):
        tokens[place].attrSet("id", name)
        if tokens[place].tag == "h2":
            yield name, _text_of(tokens[place + 1])


def _text_of(line: Token) -> str:
    return "".join(child.content for child in line.children or [] if child.type in ("text", "code_inline"))


def _linked(document: Document, tokens: Sequence[Token]) -> list[Token]:
    """Return the parts of a line with links and pictures that hold where the document is shown."""
    found: list[Token] = []
    open_links: list[Link] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append(resolve(document, str(token.attrGet("href"))))
            if open_links[-1].kind != "file":
                token.attrSet("href", _address(open_links[-1]))
                found.append(token)
        elif token.type == "link_close":
            if open_links.pop().kind != "file":
                found.append(token)
        elif token.type == "image":
            found.append(_picture(document, token))
        else:
            if token.type == "text" and open_links and open_links[-1].kind == "document":
                token.content = _named(document, open_links[-1].to, token.content)
            found.append(token)
    return found


def _named(document: Document, slug: str, text: str) -> str:
    """Return the name of a document where its file is named, and the text otherwise."""
    other = documents()[slug]
    return other.name[document.language] if text in (other.file, f"docs/{other.file}") else text


def _address(link: Link) -> str:
    anchor = f"#{link.anchor}" if link.anchor else ""
    if link.kind == "world":
        return link.to
    if link.kind == "image":
        return f"{ROOT}/documents/images/{link.to}"
    return f"{ROOT}/documents/{link.to}?{QUERY}{anchor}"


def _picture(document: Document, token: Token) -> Token:
    """Return a picture with its address.

    Raises:
        FileNotFoundError: when there is no such picture among the documents.
    """
    link = resolve(document, str(token.attrGet("src")))
    if link.kind != "image" or not (folder() / "images" / link.to).is_file():
        raise FileNotFoundError(f"{document.file} shows {token.attrGet('src')}, which does not travel with it")
    token.attrSet("src", _address(link))
    return token


def _name_languages(tokens: Sequence[Token], document: Document) -> None:
    """Mark what says the same in the other language: italics below a text, or a line that they begin and end."""
    for token in tokens:
        line = token.children or []
        framed = bool(line) and line[0].type == "em_open" and line[-1].type == "em_close"
        for before, child in zip([None, *line], line, strict=False):
            below = before is not None and before.type == "html_inline"
            if child.type == "em_open" and (framed or below):
                child.attrSet("lang", OTHER[document.language])


def _boxed(tokens: Sequence[Token], document: Document) -> list[Token]:
    """Return the tokens with each table in a box that scrolls, also with the keyboard, and headers of columns."""
    found: list[Token] = []
    number = 0
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "table_open":
            number += 1
            box = Token("box_open", "div", 1, block=True)
            label = TABLE[document.language].format(number=number)
            for name, value in (("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", label)):
                box.attrSet(name, value)
            found.append(box)
        found.append(token)
        if token.type == "table_close":
            found.append(Token("box_close", "div", -1, block=True))
    return found
