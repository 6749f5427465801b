"""The documents as pages: all of them, in both languages, with links that hold; and nothing else can be had by them."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette

from app.browser.documents import document_routes, named_at_foot
from app.browser.speech import speech
from app.documents.html import QUERY, ROOT, shown
from app.documents.links import FENCED, anchors
from app.documents.shelf import documents, folder, shelves, text_of
from app.words import LANGUAGES
from tests.app.asgi import get

PREFIX = "/wijk/lab"
VISIT = "area=breda-noord&years=10"


def site(root_path: str = "") -> Starlette:
    """The routes of the documents, without the framework beside them."""
    return Starlette(routes=document_routes(root_path, f"{root_path}/own/style.css", lambda: {"/": "explore"}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_names_every_document_under_its_shelf(language: str) -> None:
    status, html = get(site(), f"/documents?lang={language}")
    assert status == 200
    assert f'<html lang="{language}">' in html
    for document in documents().values():
        assert f'href="/documents/{document.slug}?lang={language}"' in html
    assert html.count("<h2>") == len({document.shelf for document in documents().values()})


@pytest.mark.parametrize("slug", list(documents()))
def test_every_document_can_be_read(slug: str) -> None:
    document = documents()[slug]
    for language in LANGUAGES:
        status, html = get(site(), f"/documents/{slug}?lang={language}")
        assert status == 200
        assert f'<html lang="{language}">' in html
        assert f'<article class="document" lang="{document.language}">' in html
        assert html.count("<h1") == 1
        assert html.count("<table>") == html.count('<div class="scroll" role="region" tabindex="0"')
        assert ROOT not in html
        assert QUERY not in html
        assert "<script" not in html


@pytest.mark.parametrize("slug", list(documents()))
def test_links_of_a_document_lead_somewhere(slug: str) -> None:
    """Through the address of a proxy, with what the visitor has chosen, to a page and a place on it that are there."""
    _, html = get(site(PREFIX), f"/documents/{slug}?lang=nl&{VISIT}")
    body = html.split("<article")[1].split("</article>")[0]
    for address in re.findall(r'(?:href|src)="([^"]+)"', body):
        if address.startswith("https://"):
            continue
        address = address.replace("&amp;", "&")
        parts = urlsplit(address)
        assert parts.path.startswith(f"{PREFIX}/documents/"), address
        name = parts.path.removeprefix(f"{PREFIX}/documents/")
        if name.startswith("images/"):
            assert (folder() / name).is_file(), address
            continue
        assert parts.query == f"{VISIT}&lang=nl"
        assert name in documents(), address
        assert not parts.fragment or parts.fragment in anchors(text_of(documents()[name])), address


@pytest.mark.parametrize("slug", list(documents()))
def test_headings_have_anchors_and_skip_no_level(slug: str) -> None:
    body = shown(documents()[slug]).body
    found = re.findall(r'<h([1-6])(?: id="([^"]*)")?>', body)
    levels = [int(level) for level, _ in found]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = [name for _, name in found]
    assert all(names)
    assert len(set(names)) == len(names)
    assert set(names) == anchors(text_of(documents()[slug]))


HOSTILE = (
    "nothing", "README.md", "odd.md", "../pyproject.toml", "..%2fpyproject.toml", "..%2f..%2fREADME",
    "%2e%2e/%2e%2e/etc/passwd", "images/../odd.md", "images/..%2fodd.md", "images/%2e%2e/conf.py", "images/", "images",
    "images/nothing.svg", "conf.py", "a/b", "ODD", "odd/", "odd%00", "index", "//etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_else_can_be_had(name: str) -> None:
    status, body = get(site(), f"/documents/{name}")
    # a path that climbs is a path to nowhere, whoever takes it apart
    assert status in (404, 405, 307), body[:200]
    assert "[project]" not in body
    assert "<article" not in body


def test_pictures_are_served() -> None:
    status, body = get(site(), "/documents/images/month.svg")
    assert status == 200
    assert body.startswith("<svg")


def test_what_a_visitor_has_chosen_cannot_break_out_of_an_address() -> None:
    _, html = get(site(), "/documents/ethics?lang=en&plan=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script" not in html
    assert "alert(1)" in html.replace("%28", "(").replace("%29", ")")


def test_a_document_says_that_it_is_there_in_the_other_language() -> None:
    _, dutch = get(site(), "/documents/ethics?lang=nl")
    assert speech("nl")("documents_page.twin") in dutch
    assert 'href="/documents/ethiek?lang=nl"' in dutch
    _, english = get(site(), "/documents/accessibility?lang=en")
    assert speech("en")("documents_page.other_nl") in english


def test_texts_that_say_the_same_in_the_other_language_are_marked() -> None:
    body = shown(documents()["interventions"]).body
    assert '<em lang="nl">jonge verdachten</em>' in body
    assert '<em lang="en">The accessibility statement' in shown(documents()["accessibility"]).body
    assert '<div lang="en">' in shown(documents()["data-protection"]).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_names_the_list_ethics_accessibility_and_privacy(language: str) -> None:
    places = [path for path, _ in named_at_foot(language)]
    ethics = {"nl": "ethiek", "en": "ethics"}[language]
    assert places == ["/documents", *(f"/documents/{name}" for name in (ethics, "accessibility", "data-protection"))]


def test_every_document_is_on_a_shelf_with_a_name_in_both_languages() -> None:
    for document in documents().values():
        assert document.shelf in shelves(), document.file
        assert document.language in LANGUAGES
        assert set(document.name) == set(document.what) == set(LANGUAGES), document.file
        assert not document.twin or documents()[document.twin].twin == document.slug


def test_documents_hold_no_markup_but_line_breaks_and_languages() -> None:
    allowed = re.compile(r"<br>|</?div(?: lang=\"(?:nl|en)\")?>|<!--.*?-->", re.DOTALL)
    for document in documents().values():
        text = re.sub(r"^    .*$", "", FENCED.sub("", text_of(document)), flags=re.MULTILINE)
        text = allowed.sub("", re.sub(r"`[^`]*`", "", text))
        assert re.findall(r"</?[a-zA-Z][^>]*>", text) == [], document.file
