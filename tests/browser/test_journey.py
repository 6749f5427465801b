"""One whole journey: choose, move, compare, keep, reload, export; the figures are those of the command line."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.browser_tools import AREA, SAMPLE, YEARS, Site, Visitor, slide

MOVES = {
    "programme.preventie_met_gezag.budget": 300_000,
    "programme.preventie_met_gezag.share_limits": 0.1,
    "programme.onderwijs.budget": 500_000,
}
HEADLINE = "registered_suspects_12_24_per_10k"
LAST_YEAR = 2025 + YEARS - 1


def number(text: str) -> float:
    """Read a number in Dutch notation."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("+", "").replace(".", "").replace(",", ".").rstrip("%"))


@pytest.mark.slow
def test_a_whole_journey(site: Site, visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.go(area="heerlen-noord")
    page.locator("#choices-area").select_option(AREA)
    visitor.wait(lambda: AREA in page.url)
    page.locator("summary", has_text="Onderwijs").first.click()
    for path, value in MOVES.items():
        slide(page, path, value)
        visitor.wait(lambda path=path: path in page.url)
    page.locator("#keep-name").fill("Minder grenzen, meer school")
    page.locator("#keep-name").press("Tab")
    visitor.wait(lambda: "Minder" in page.url)
    # twenty draws, with an interval
    visitor.wait_until_compared()
    address = page.url
    assert "model=" in address
    assert "seed=1" in address
    card = page.locator(".headlines li").first
    shown = number(card.locator(".value").inner_text())
    told = card.locator(".difference").inner_text()

    # as the command line has it, from the file that was saved
    with page.expect_download() as saved:
        page.get_by_role("button", name="Bewaar als bestand (TOML)").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    assert content["title"]["nl"] == "Minder grenzen, meer school"
    assert content["areas"][AREA]["levers"]["programme.onderwijs.budget"] == {"2025-01": 500_000}
    command = [sys.executable, "-m", "app.cli", "compare", str(file), "--area", AREA, "--years", str(YEARS),
               "--draws", "20", "--replicates", "1", "--seed", "1", "--sample", str(SAMPLE),
               "--out", str(tmp_path / "out"), "--workers", "2", "--quiet"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2], timeout=300)
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    here = table[(table["outcome"] == HEADLINE) & (table["view"] == "place") & (table["group"] == "all")]
    row = here[here["year"] == LAST_YEAR].iloc[0]
    assert shown == pytest.approx(row["scenario_value"], abs=0.5)
    found = [number(text) for text in re.findall(r"[+\N{MINUS SIGN}]?[\d.,]+", told)]
    assert found == pytest.approx([row["difference"], row["low"], row["high"]], abs=0.51)

    # the table under the chart, as a file: the same figures, and those of the screen
    page.get_by_label("Wat de grafiek toont").select_option("differences")
    visitor.says("Verschil: Geregistreerde verdachten")
    with page.expect_download() as exported:
        page.get_by_role("button", name=re.compile("Bewaar als CSV: Verschil")).click()
    exported.value.save_as(tmp_path / "chart.csv")
    lines = list(csv.reader(io.StringIO((tmp_path / "chart.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert lines[0] == ["Jaar", "Verschil", "5e percentiel", "95e percentiel"]
    assert [int(line[0]) for line in lines[1:]] == list(range(2025, LAST_YEAR + 1))
    for line, expected in zip(lines[1:], here.sort_values("year").to_dict("records"), strict=True):
        values = [float(cell.replace(",", ".")) for cell in line[1:]]
        assert values == pytest.approx([expected["difference"], expected["low"], expected["high"]], rel=1e-9, abs=1e-12)
    for kind in ("SVG", "PNG"):
        with page.expect_download() as picture:
            page.get_by_role("button", name=re.compile(f"Bewaar als {kind}: Verschil")).click()
        place = tmp_path / picture.value.suggested_filename
        picture.value.save_as(place)
        start = place.read_bytes()[:200]
        assert (b"<svg" in start) if kind == "SVG" else start.startswith(b"\x89PNG")

    # put aside, and compare
    page.get_by_role("button", name="Zet klaar om te vergelijken").click()
    visitor.says("1 van hoogstens 4")
    page.get_by_role("link", name="Vergelijken").click()
    visitor.wait(lambda: "/compare" in page.url)
    visitor.says("Minder grenzen, meer school")
    compared = page.url

    # another visitor opens the address: the same page, the same figures
    page.goto(compared)
    page.wait_for_selector("main h1")
    visitor.says("Minder grenzen, meer school")
    page.goto(address)
    visitor.wait_until_compared()
    assert number(page.locator(".headlines .value").first.inner_text()) == shown
    assert page.locator("#lever-programme-onderwijs-budget").input_value() == "500000"

    # and the file can be opened again
    page.set_input_files("#open-scenario", str(file))
    visitor.wait(lambda: "levers" in page.url)
    visitor.wait_until_compared()
    assert number(page.locator(".headlines .value").first.inner_text()) == shown


def test_an_address_of_another_model_says_so(visitor: Visitor) -> None:
    visitor.go(model="000000000000")
    assert "andere versie van het model" in visitor.text()


def test_languages_write_numbers_their_own_way(visitor: Visitor) -> None:
    said = {}
    for language in ("nl", "en"):
        visitor.go(lang=language)
        visitor.page.wait_for_selector(".stage[data-years]")
        visitor.wait(lambda: visitor.page.locator(".headlines .value").first.inner_text()[:1].isdigit())
        said[language] = visitor.text()
    assert re.search(r"\d,\d", said["nl"])
    assert re.search(r"\d\.\d", said["en"])
    assert "Wat verandert er" in said["nl"]
    assert "What changes" in said["en"]
