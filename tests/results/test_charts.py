"""Charts: what is drawn is what the comparison says, in the caller's words, with equal bytes for equal input."""

import math
import re
import struct
import zlib
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest

from results.charts import Dot, Labels, axes_of, chart_bytes, over_years, side_by_side, svg_text

SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"
FACTS = {"title": "Verdachten <&>", "fingerprint": "abc123", "command": "wijklab compare x", "scenario": "x~0001"}


def dutch(value: float, decimals: int, signed: bool = False) -> str:
    return f"{value:{'+' if signed else ''}.{decimals}f}".replace(".", ",")


def labels(**more: str) -> Labels:
    known = {
        "title": "Titel",
        "level": "Niveau",
        "difference": "Verschil",
        "scenario": "Nieuw",
        "reference": "Oud",
        "interval": "90%-interval",
        "note": "Noot",
    }
    return Labels(**{**known, **more}, number=dutch)


def rows(interval: bool = True) -> pd.DataFrame:
    low, high = ([-3.0, -4.0, -5.5], [1.0, 0.5, -0.25]) if interval else ([math.nan] * 3, [math.nan] * 3)
    return pd.DataFrame(
        {
            "year": [2026, 2025, 2027],
            "reference_value": [11.0, 10.0, 12.0],
            "scenario_value": [9.0, 9.5, 9.0],
            "difference": [-2.0, -0.5, -3.0],
            "low": low,
            "high": high,
        }
    )


def test_lines_hold_the_values_by_year_times_the_factor() -> None:
    levels, differences = axes_of(over_years(rows(), labels(), 84, factor=100))
    old, new = levels.lines
    assert list(old.get_xdata()) == [2025, 2026, 2027]
    assert list(old.get_ydata()) == [1000, 1100, 1200]
    assert list(new.get_ydata()) == [950, 900, 900]
    assert list(differences.lines[-1].get_ydata()) == [-50, -200, -300]


def test_the_sides_differ_in_more_than_colour() -> None:
    old, new = axes_of(over_years(rows(), labels(), 84))[0].lines
    assert old.get_linestyle() != new.get_linestyle()
    assert old.get_markerfacecolor() != new.get_markerfacecolor()


def test_a_band_stands_on_the_interval_and_there_is_none_with_few_draws() -> None:
    figure = over_years(rows(), labels(), 84)
    band = axes_of(figure)[1].collections[0].get_paths()[0].vertices
    assert {(2025.0, -4.0), (2026.0, -3.0), (2027.0, -5.5), (2027.0, -0.25)} <= {tuple(point) for point in band}
    without = over_years(rows(interval=False), labels(), 84)
    assert not axes_of(without)[1].collections
    assert [text.get_text() for text in without.legends[0].get_texts()] == ["Nieuw", "Oud"]


def test_panels_stand_under_each_other_where_there_is_little_room() -> None:
    narrow, wide = (axes_of(over_years(rows(), labels(), width)) for width in (84, 170))
    assert narrow[0].get_position().y0 > narrow[1].get_position().y0
    assert wide[0].get_position().y0 == wide[1].get_position().y0


@pytest.mark.parametrize("width", [60, 84, 170])
def test_nothing_is_drawn_outside_the_picture_or_over_something_else(width: int) -> None:
    long = "Huishoudens met problemen op drie of meer van de zes domeinen (% van de huishoudens)"
    figures = (
        over_years(rows(), labels(title=long, scenario=long, note=long), width),
        side_by_side([Dot(long, 1.0, 0.5, 2.0), Dot("kort", 0.0, -1.0, 2.0)], labels(title=long, note=long), width),
    )
    for figure in figures:
        figure.draw_without_rendering()
        shown = [*figure.texts, *figure.legends, *axes_of(figure)]
        boxes = [each.get_tightbbox() for each in shown]
        for box in boxes:
            assert box.x0 >= -1
            assert box.x1 <= figure.bbox.width + 1
            assert box.y0 >= -1
            assert box.y1 <= figure.bbox.height + 1
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_dots_lie_at_the_difference_and_are_open_where_zero_is_in_the_interval() -> None:
    dots = [Dot("a", -2.0, -3.0, -1.0), Dot("b", 1.0, -1.0, 2.0), Dot("c", 3.0, math.nan, math.nan)]
    (axes,) = axes_of(side_by_side(dots, labels(), 84))
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in points] == [-2.0, 1.0, 3.0]
    assert [line.get_markerfacecolor() == "white" for line in points] == [False, True, True]
    arms = [list(line.get_xdata()) for line in axes.lines if line.get_marker() != "o" and len(line.get_xdata()) == 2]
    assert [-3.0, -1.0] in arms
    assert [-1.0, 2.0] in arms
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_numbers_on_the_axes_are_written_by_the_caller() -> None:
    text = svg_text(side_by_side([Dot("a", -0.25, -0.5, 0.5)], labels(), 84))
    shown = set(re.findall(r">([^<>]*)</text>", text))
    assert {"-0,5", "+0,5"} <= shown
    assert not any(re.fullmatch(r"[-+−]?\d+\.\d+", word) for word in shown)


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_equal_input_gives_equal_bytes_without_a_date(ending: str) -> None:
    made = [chart_bytes(over_years(rows(), labels(), 120), ending, FACTS) for _ in range(2)]
    assert made[0] == made[1]
    assert b"CreationDate" not in made[0]
    assert b"<dc:date>" not in made[0]


def test_settings_of_the_reader_change_nothing_and_stay_as_they_were() -> None:
    plain = chart_bytes(over_years(rows(), labels(), 84), ".svg", FACTS)
    with matplotlib.rc_context({"font.size": 30.0, "axes.facecolor": "red", "svg.hashsalt": "other"}):
        assert chart_bytes(over_years(rows(), labels(), 84), ".svg", FACTS) == plain
        assert matplotlib.rcParams["font.size"] == 30.0


def test_an_svg_says_where_it_comes_from() -> None:
    root = ElementTree.fromstring(chart_bytes(over_years(rows(), labels(), 84), ".svg", FACTS))
    assert root.find(f"{SVG}title").text == "Verdachten <&>"  # type: ignore[union-attr]
    found = {each.tag.removeprefix(DC): each.text for each in root.iter() if each.tag.startswith(DC)}
    assert found["identifier"] == "abc123"
    assert found["source"] == "wijklab compare x"
    assert "scenario: x~0001" in str(found["description"])


def test_a_png_says_where_it_comes_from() -> None:
    content = chart_bytes(over_years(rows(), labels(), 84), ".png", FACTS)
    found, place = {}, 8
    while place < len(content):
        (size,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", content[place + 8 + size : place + 12 + size])[0]
        if kind == b"tEXt":
            key, _, value = body.partition(b"\0")
            found[key.decode("latin-1")] = value.decode("latin-1")
        place += 12 + size
    assert found["wijklab:fingerprint"] == "abc123"
    assert found["wijklab:command"] == "wijklab compare x"
    assert found["Title"] == "Verdachten <&>"


def test_a_pdf_says_where_it_comes_from() -> None:
    content = chart_bytes(over_years(rows(), labels(), 84), ".pdf", FACTS)
    assert b"abc123" in content
    assert b"wijklab compare x" in content


def test_a_dollar_in_a_title_is_a_dollar() -> None:
    hostile = r"Kosten $\frac{1}{0 <script>alert(1)</script>$"
    text = svg_text(over_years(rows(), labels(scenario=hostile, title=hostile), 170))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
