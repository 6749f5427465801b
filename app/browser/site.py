"""The site: its pages, and the frame around each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import solara

from app.browser import session
from app.browser.address import query_of, read_query
from app.browser.documents import LANGUAGE_NAMES, named_at_foot
from app.browser.pages import about, compare, explore, lives, maps, networks, results
from app.browser.parts import Chrome, Element, Form, Heading
from app.browser.solara_settings import path_of_site

log = logging.getLogger(__name__)

LANGUAGES = tuple({"id": language, "name": name} for language, name in LANGUAGE_NAMES.items())
HOME = "/"


@dataclass(frozen=True)
class PageOf:
    """One page.

    Attributes:
        path: its address.
        name: the last part of its messages' keys.
        show: its component.
    """

    path: str
    name: str
    show: Callable[[], Element]


PAGES = (
    PageOf(HOME, "explore", explore.Explore),
    PageOf("/compare", "compare", compare.Compare),
    PageOf("/map", "map", maps.Maps),
    PageOf("/networks", "networks", networks.Networks),
    PageOf("/lives", "lives", lives.Lives),
    PageOf("/results", "results", results.ResultsPage),
    PageOf("/about", "about", about.About),
)

here: solara.Reactive[str] = solara.reactive("")
"""Path of the page that is shown."""


@solara.component
def Site() -> None:  # noqa: N802
    """Show the page of the address, in its frame."""
    router = solara.use_router()

    def arrive() -> None:
        found = read_query(router.search or "")
        session.visit.set(found.visit)
        session.notices.set(found.problems)
        here.set("/" + router.path.strip("/"))

    solara.use_memo(arrive, [])
    failure, clear = solara.use_exception()
    words = session.words()
    page = next((page for page in PAGES if page.path == here.value), PAGES[0])
    with solara.v.Html(tag="div", class_="site"):
        Chrome(
            pages=[{"path": page.path, "name": words(f"site.{page.name}")} for page in PAGES],
            languages=LANGUAGES,
            language=words.language,
            path=page.path,
            query=query_of(session.visit.value),
            home=HOME,
            title=f"{words(f'site.{page.name}')} - Wijklab",
            says={"skip": words("site.skip"), "pages": words("site.pages")},
            event_visit=lambda event: here.set(event["path"]),
        )
        with solara.v.Html(tag="main", attributes={"id": "content"}):
            for key in session.notices.value:
                solara.v.Html(tag="p", children=[words(key)], class_="notice", attributes={"role": "alert"})
            if failure is None:
                page.show().key(f"page-{page.name}")
            else:
                _Failed(failure, clear)
        with solara.v.Html(tag="footer"):
            solara.v.Html(tag="p", children=[words("site.foot")])
            _Documents()


@solara.component
def _Documents() -> None:  # noqa: N802
    """Show the way to the documents: plain pages, outside of the framework."""
    words = session.words()
    query = query_of(session.visit.value)
    with solara.v.Html(tag="ul", class_="foot-links", attributes={"aria-label": words("documents_page.foot")}):
        for path, name in named_at_foot(words.language):
            link = {"href": f"{path_of_site()}{path}?{query}"}
            solara.v.Html(tag="li", children=[solara.v.Html(tag="a", attributes=link, children=[name])])


@solara.component
def _Failed(failure: BaseException, clear: Callable[[], None]) -> None:  # noqa: N802
    """Say that the page broke, in one sentence; what happened stands in the log of the server."""
    words = session.words()
    solara.use_memo(lambda: log.error("a page broke", exc_info=failure), [failure])
    Heading(words("site.failed"), 1)
    solara.v.Html(tag="p", children=[words("site.unexpected")], class_="notice", attributes={"role": "alert"})
    again = {"id": "again", "kind": "button", "label": words("site.again"), "main": True}
    Form(name="failed", label=words("site.failed"), fields=[again], event_press=lambda event: clear())


@solara.component
def Layout(children: list[Element] = []) -> None:  # noqa: N802, B006 - as the framework calls it
    """Show a page without the framework's own frame."""
    solara.v.Html(tag="div", children=children, class_="whole")


routes = [
    solara.Route(path=page.path.strip("/") or "/", component=Site, layout=Layout, label="Wijklab") for page in PAGES
]
