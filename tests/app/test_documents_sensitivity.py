"""The page and the chart of what decides, from tables of a made-up analysis."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import numpy as np
import pytest

from app.documents import sensitivity
from calibration.groups import CHANCE, groups
from calibration.sensitivity.points import Setting
from calibration.sensitivity.questions import LINES, QUESTIONS
from calibration.sensitivity.screening import Effect
from calibration.sensitivity.tables import (
    RACE,
    SCREENING,
    VARIANCE,
    Row,
    Standing,
    race_rows,
    screening_rows,
    variance_rows,
)
from calibration.sensitivity.variance import OTHER, Share, Single


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> dict[str, list[Row]]:
    setting = Setting("vlaardingen-westwijk", 1.0, 10, tmp_path, 1)  # type: ignore[arg-type]
    standing, values = Standing(64, 2, 3), np.array([-2.0, -1.0, 1.0, -4.0])
    found = [Effect(name, 8.0 - place / 2, 1.0) for place, name in enumerate(groups())]
    rows: dict[str, list[Row]] = {SCREENING: [], VARIANCE: []}
    for question in QUESTIONS:
        for each in question.differences:
            rows[SCREENING] += screening_rows(question, each.id, values, found, standing, setting)
        shares = [Share("prices", 0.5, 0.1, 0.6, 0.2), Share(CHANCE, 0.2, 0.1, 0.3, 0.1), Share(OTHER, 0, 0, 0.1, 0.1)]
        for name in question.closer:
            single = [Single("offending.peers", -0.8)] if question.id == "youths" else []
            rows[VARIANCE] += variance_rows(question, name, shares, single, standing, setting)
    lines = {f"{line.replace('-', '_')}_{end}": values for line in LINES for end in ("suspects", "repeat")}
    rows[RACE] = race_rows(lines, standing, setting)
    monkeypatch.setattr(sensitivity, "packaged_table", lambda name: tuple(rows[name]))
    return rows


@pytest.mark.usefixtures("made")
def test_the_page_says_what_was_found_and_how_many_failed() -> None:
    text = sensitivity.page()
    assert text == sensitivity.page()
    assert "Integrated is better than Fragmented in 25% of the worlds" in text
    assert "Integraal is beter dan Versnipperd in 25% van de werelden" in text
    assert "256 worlds, of which 8 failed" in text
    assert "60% ± 20%" in text
    assert "`offending.peers`, -0.80" in text
    assert "No single parameter stands out" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.count("|") == 4 for line in tables)
    assert sum("helps most" in line for line in tables) == 2


@pytest.mark.usefixtures("made")
def test_the_chart_is_a_drawing_with_a_bar_per_group_and_says_itself_in_words() -> None:
    drawing = Xml.fromstring(sensitivity.svg())
    space = "{http://www.w3.org/2000/svg}"
    bars = drawing.findall(f"{space}rect")[1:]
    assert len(bars) == len(sensitivity.CHARTED) * len(groups())
    widths = [float(bar.attrib["width"]) for bar in bars[: len(groups())]]
    assert widths == sorted(widths, reverse=True)
    described = drawing.findtext(f"{space}desc")
    assert described is not None
    assert groups()["alliance"].en in described


def test_without_tables_there_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "packaged_table", lambda name: ())
    assert not sensitivity.made()
    with pytest.raises(ValueError, match=r"calibration\.sensitivity"):
        sensitivity.page()
