"""The documents as pages of the site: a list, and each of them. Plain pages: nothing runs in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from app.browser.headers import LANGUAGE_KEY, NOT_FOUND, language_of
from app.browser.speech import Speech, speech
from app.browser.templates import fill
from app.documents.html import QUERY, ROOT, shown
from app.documents.shelf import Document, documents, folder, shelves

LIST = "/documents"
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English"}
FOOT = {"nl": ("ethiek", "accessibility", "data-protection"), "en": ("ethics", "accessibility", "data-protection")}
"""Documents named at the foot of every page, by language of the page."""


def named_at_foot(language: str) -> list[tuple[str, str]]:
    """Return path and name of what the foot of a page names: the list, and three documents."""
    found = [(f"{LIST}/{slug}", documents()[slug].name[language]) for slug in FOOT[language]]
    return [(LIST, speech(language)("documents_page.title")), *found]


def document_routes(root_path: str, style: str, pages: Callable[[], Mapping[str, str]]) -> list[BaseRoute]:
    """Return the routes of the documents.

    Args:
        root_path: path under which a proxy shows the site.
        style: address of the style sheet.
        pages: gives the other pages of the site, the last part of their messages' keys by path.
    """

    def the_list(request: Request) -> Response:
        words, query = _asked(request)
        listed = [
            (title[words.language], [one for one in documents().values() if one.shelf == shelf])
            for shelf, title in shelves().items()
        ]
        filled = [(title, found) for title, found in listed if found]
        title = words("documents_page.title")
        return _page("documents.html.jinja", words, query, LIST, title, {"shelves": filled})

    def one(request: Request) -> Response:
        document = documents().get(request.path_params["name"])
        if document is None:
            return PlainTextResponse("404", status_code=NOT_FOUND)
        words, query = _asked(request)
        found = shown(document)
        body = found.body.replace(ROOT, root_path).replace(QUERY, str(escape(query)))
        values = {
            "document": document,
            "twin": _twin(document, words),
            "contents": found.contents,
            "body": Markup(body),
        }
        title = document.name[words.language]
        return _page("document.html.jinja", words, query, f"{LIST}/{document.slug}", title, values)

    def _page(template: str, words: Speech, query: str, path: str, title: str, values: dict[str, Any]) -> Response:
        others = [(f"{root_path}{place}", words(f"site.{name}")) for place, name in pages().items()]
        languages = [(each, name, _with_language(query, each)) for each, name in LANGUAGE_NAMES.items()]
        foot = [(f"{root_path}{place}", name) for place, name in named_at_foot(words.language)]
        frame = {"title": title, "style": style, "pages": others, "languages": languages, "foot": foot, "query": query}
        here = {"root": root_path, "here": f"{root_path}{path}", "list": f"{root_path}{LIST}"}
        return HTMLResponse(fill(template, words, **frame, **here, **values))

    return [
        Mount(f"{LIST}/images", StaticFiles(directory=folder() / "images")),
        Route(LIST, the_list),
        Route(f"{LIST}/", the_list),
        Route(f"{LIST}/{{name}}", one),
    ]


def _asked(request: Request) -> tuple[Speech, str]:
    """Return the language that is asked for, and what the visitor has chosen as it goes on from link to link."""
    language = language_of(request.url.query)
    return speech(language), _with_language(request.url.query, language)


def _with_language(query: str, language: str) -> str:
    chosen = [(name, value) for name, value in parse_qsl(query) if name != LANGUAGE_KEY]
    return urlencode([*chosen, (LANGUAGE_KEY, language)])


def _twin(document: Document, words: Speech) -> Document | None:
    """Return the same document in the language of the page, when it is written in the other one."""
    if document.language == words.language or not document.twin:
        return None
    return documents()[document.twin]
