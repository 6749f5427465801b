"""The map in a browser: markers and buttons, by mouse and by keyboard; the table beside it; computing and stopping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.browser_tools import Visitor
from tests.browser.test_pages import small_targets

SEES = (
    "map => [...map.querySelectorAll('svg text')].map((each) => each.textContent).filter((each) => /^\\d+$/.test(each))"
)
WHERE = "map => [...map.querySelectorAll('svg path')].slice(0, 20).map((each) => each.outerHTML).join()"
"""The shapes as they are drawn."""


def country(visitor: Visitor) -> Any:
    """Return the map of the country, with its markers."""
    found = visitor.page.locator("figure.map").first
    visitor.wait(lambda: len(found.evaluate(SEES)) == 20)
    return found


def test_a_marker_and_a_row_choose_the_same_area(visitor: Visitor) -> None:
    visitor.go("map")
    found = country(visitor)
    assert sorted(map(int, found.evaluate(SEES))) == list(range(1, 21))
    marker = found.locator("svg text", has_text="10")
    marker.scroll_into_view_if_needed()
    place = marker.bounding_box()
    visitor.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visitor.says("De wijken van Heerlen-Noord")
    visitor.page.get_by_role("button", name="19. Vlaardingen Westwijk").click()
    visitor.says("De wijken van Vlaardingen Westwijk")
    assert small_targets(visitor) == []


def test_the_map_moves_by_keyboard(visitor: Visitor) -> None:
    visitor.go("map")
    found = country(visitor)
    before = found.evaluate(WHERE)
    for name in ("Kaart vergroten", "Naar links"):
        found.get_by_label(name, exact=True).focus()
        visitor.page.keyboard.press("Enter")
        now = found.evaluate(WHERE)
        assert now != before, name
        before = now


def test_a_map_is_saved_with_its_title_and_source(visitor: Visitor, tmp_path: Path) -> None:
    visitor.go("map", lang="en")
    found = country(visitor)
    with visitor.page.expect_download() as saved:
        found.get_by_role("button", name="Save as SVG").click()
    saved.value.save_as(tmp_path / "map.svg")
    text = (tmp_path / "map.svg").read_text(encoding="utf-8")
    for part in ("Low financial welfare", "CC BY 4.0", "12% to 14%"):
        assert part in text
    with visitor.page.expect_download() as saved:
        found.get_by_role("button", name="Save as CSV").click()
    saved.value.save_as(tmp_path / "map.csv")
    rows = (tmp_path / "map.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 21
    assert rows[6] == '6. Den Haag Zuidwest,18.2%,"observed, 2024"'


def test_areas_are_computed_until_somebody_stops(visitor: Visitor) -> None:
    visitor.go("map", lang="en")
    country(visitor)
    visitor.page.locator("#country-show").select_option("difference")
    button = visitor.page.locator("#content").get_by_role("button", name="Compute all twenty areas")
    button.focus()
    visitor.page.keyboard.press("Enter")
    visitor.says("Ready: 1 of 20 areas")
    assert visitor.page.evaluate("document.activeElement.innerText") == "Stop computing"
    visitor.page.keyboard.press("Enter")
    visitor.says("Computed: ")
    assert "Amsterdam Zuidoost" in visitor.text()
    row = visitor.page.get_by_role("row", name="1. Amsterdam Nieuw-West").inner_text().split("\t")
    assert all(any(letter.isdigit() for letter in cell) for cell in row)
    stopped = visitor.page.locator(".status", has_text="Computed: ").inner_text()
    visitor.page.wait_for_timeout(3000)
    assert visitor.page.locator(".status", has_text="Computed: ").inner_text() == stopped
