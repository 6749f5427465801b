"""Every page, in both languages, wide and narrow: as it must be for everybody who reads it."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.browser_tools import NARROW, PAGES, WIDE, Site, Visitor, new_visitor

DOCS = Path(__file__).parents[2] / "docs"
STORED = Path(__file__).parents[1] / "results" / "store-schema-1"
"""A stored batch: what the page of results is about."""
ACCESSIBILITY = DOCS / "accessibility.csv"
KEEP = "WIJKLAB_KEEP_SCREENS"
"""Set it to keep pictures and the table of accessibility in docs/: what the documents show."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET, REDRAWN = 800, 400
"""Milliseconds until a page has drawn what came last, and until it has drawn itself at another width."""

SETTLED = {
    "explore": ".stage.quick:not(.old)",
    "compare": "[aria-label='Bewaar deze vergelijking als resultaten'], [aria-label='Keep this comparison as results']",
    "map": ".canvas svg, .chart svg",
    "networks": ".canvas svg path",
    "lives": ".timeline",
    "results": ".table table",
    "about": "table",
    "documents": ".papers",
    "document": ".document table",
}
"""What is there when a page shows what it is for."""


def look(visitor: Visitor, page: str, language: str) -> None:
    """Open a page and wait until it is quiet."""
    shutil.copytree(STORED, visitor.site.results / "gemeente-2024", dirs_exist_ok=True)
    visitor.go(page, lang=language)
    if page == "results":
        visitor.page.locator("#stores-store").select_option("gemeente-2024")
    visitor.page.wait_for_selector(SETTLED[page])
    visitor.page.wait_for_timeout(QUIET)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", list(PAGES))
def test_every_page_is_as_it_must_be(site: Site, browser: Any, page: str, language: str) -> None:
    visitor = new_visitor(site, browser, WIDE)
    look(visitor, page, language)
    shown = visitor.page
    assert shown.locator("h1").count() == 1
    assert shown.evaluate("document.documentElement.lang") == language
    assert "Wijklab" in shown.title()
    for landmark in ("header", "nav", "main", "footer"):
        assert shown.locator(landmark).count() == 1, landmark
    assert "Traceback" not in shown.inner_text("body")
    for width in (WIDE, NARROW):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.wait_for_timeout(REDRAWN)
        check_for_everybody(visitor, page, language, width)
    visitor.check()
    shown.context.close()


def check_for_everybody(visitor: Visitor, page: str, language: str, width: int) -> None:
    """Check a page at one width: no rule of accessibility is broken, nothing is too small or hangs out."""
    from axe_playwright_python.sync_playwright import Axe

    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert small_targets(visitor) == []
    found = Axe().run(visitor.page, options={"runOnly": TAGS, "resultTypes": ["violations", "passes"]}).response
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found["violations"]] == []
    if os.environ.get(KEEP):
        keep(visitor, page, language, width, len(found["passes"]))
    known = {(row["page"], row["language"], int(row["width"])): row for row in read_table()}
    assert known[page, language, width]["violations"] == "0", "docs/accessibility.csv says otherwise"


def small_targets(visitor: Visitor) -> list[str]:
    """Return what is smaller than 24 pixels and can be pressed, other than links in a sentence."""
    return list(
        visitor.page.evaluate(
            """() => [...document.querySelectorAll('button, select, summary, input, nav a, .languages a')]
              .filter((one) => one.offsetParent && !one.closest('.skip'))
              .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
              .map((one) => one.outerHTML.slice(0, 120))"""
        )
    )


def read_table() -> list[dict[str, str]]:
    with ACCESSIBILITY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keep(visitor: Visitor, page: str, language: str, width: int, passed: int) -> None:
    """Keep picture and table in docs/."""
    from PIL import Image

    if width == WIDE:
        place = DOCS / "images" / f"page-{page}-{language}.png"
        visitor.page.screenshot(path=str(place))
        Image.open(place).convert("RGB").quantize(64).save(place, optimize=True)
    rows = {(row["page"], row["language"], row["width"]): row for row in read_table()} if ACCESSIBILITY.exists() else {}
    rows[page, language, str(width)] = {
        "page": page, "language": language, "width": str(width), "rules_passed": str(passed), "violations": "0",
    }  # fmt: skip
    with ACCESSIBILITY.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["page", "language", "width", "rules_passed", "violations"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows))


def test_pictures_for_the_readme_are_there() -> None:
    for page in PAGES:
        for language in ("nl", "en"):
            assert (DOCS / "images" / f"page-{page}-{language}.png").stat().st_size > 5_000, (page, language)
