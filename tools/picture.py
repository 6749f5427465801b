"""Draw the picture in the README: what a scenario changes, outcome by outcome, with 90 % intervals, as SVG.

.venv/bin/wijklab compare preventie-met-gezag --area den-haag-zuidwest --out output/picture
.venv/bin/python tools/picture.py output/picture docs/images/compare-den-haag-zuidwest.svg
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from results.codebook import Codebook, Outcome
from results.store import Store

SHOWN = (
    "registered_suspects_12_24_per_10k",
    "registered_suspects_12plus_per_10k",
    "latent_offending_12_17_share",
    "youths_repeat_share",
    "youths_hardened_share",
    "crimes_per_1000",
    "victims_share",
    "early_school_leavers_share",
)
"""Outcomes of which lower is better, so that one side of the picture is the good side for all."""

TEXTS = {
    "en": {
        "title": "{scenario} compared with {reference}",
        "where": "{area}, {year}, those who live there. Differences in per cent of the reference.",
        "outcome": "Outcome",
        "numbers": "Difference (90 % interval)",
        "lower": "less: better",
        "higher": "more: worse",
        "sure": "interval without zero",
        "unsure": "interval with zero",
        "none": "too few draws for an interval",
        "to": "to",
        "points": "%-points",
        "foot": "Draws: {draws}, seeds: {seeds}, {sample} of the streets. Model {fingerprint}.",
    },
    "nl": {
        "title": "{scenario} vergeleken met {reference}",
        "where": "{area}, {year}, wie er woont. Verschillen in procenten van de referentie.",
        "outcome": "Uitkomst",
        "numbers": "Verschil (90%-interval)",
        "lower": "minder: beter",
        "higher": "meer: slechter",
        "sure": "interval zonder nul",
        "unsure": "interval met nul",
        "none": "te weinig trekkingen voor een interval",
        "to": "tot",
        "points": "%-punt",
        "foot": "Trekkingen: {draws}, seeds: {seeds}, {sample} van de straten. Model {fingerprint}.",
    },
}

WIDTH, TOP, ROW, FOOT = 1000, 112, 34, 74
PLOT_LEFT, PLOT_RIGHT = 445, 750
NUMBERS = 772
MARGIN, SMALL = 24, 12
INK, SOFT, GRID, SURE, UNSURE = "#1b1b1b", "#4f4f4f", "#d5d5d5", "#00569d", "#6b6b6b"
"""On white all but the grid have a contrast above 4.5; a filled or open dot says the same as the colour."""

FONT = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"
MOST_TICKS = 6
SHORT_UNIT = re.compile(r"[^ ]+ [0-9.,]+")
"""Of a rate only its size: per 10,000."""

FINGERPRINT_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One outcome of the picture; shares of the reference, and the numbers as text."""

    name: str
    middle: float
    low: float
    high: float
    numbers: str

    @property
    def sure(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.low > 0 or self.high < 0


def read_lines(table: pd.DataFrame, codebook: Codebook, language: str) -> list[Line]:
    """Return what is drawn, from the rows of one year, area and view."""
    lines = []
    for name in SHOWN:
        row = table.loc[table["outcome"] == name].iloc[0]
        outcome = codebook.outcome(name)
        parts = (float(row[key]) / float(row["reference_value"]) for key in ("difference", "low", "high"))
        middle, low, high = parts
        lines.append(Line(outcome.name[language], middle, low, high, _numbers(row, outcome, language)))
    return lines


def _numbers(row: pd.Series[Any], outcome: Outcome, language: str) -> str:
    """Return difference and interval in the unit of the outcome; of shares in percentage points."""
    words, share = TEXTS[language], outcome.unit["en"].startswith("share")
    factor = 100 if share else 1
    difference, low, high = (factor * float(row[key]) for key in ("difference", "low", "high"))
    unit = words["points"] if share else SHORT_UNIT.match(outcome.unit[language])[0]  # type: ignore[index]
    largest = max(abs(end) for end in (difference, low, high) if not math.isnan(end))
    digits = 1 if largest >= 10 else 2 if largest >= 0.1 else 3
    numbers = [_signed(end, digits, language) for end in (difference, low, high)]
    if math.isnan(low):
        return f"{numbers[0]} {unit}"
    return f"{numbers[0]} ({numbers[1]} {words['to']} {numbers[2]}) {unit}"


def _signed(value: float, digits: int, language: str) -> str:
    text = f"{value:+,.{digits}f}".replace("-", "\u2212") if round(value, digits) else "0"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers over a range that always holds zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9) / MOST_TICKS))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (factor * step) <= MOST_TICKS)
    return [round(number * step, 9) for number in range(math.floor(low / step), math.ceil(high / step) + 1)]


def svg(lines: list[Line], texts: dict[str, str]) -> str:
    """Return the picture as SVG.

    Args:
        lines: the outcomes from top to bottom.
        texts: title, line below it, footer and the fixed words.
    """
    ends = [end for line in lines for end in (line.low, line.middle, line.high) if not math.isnan(end)]
    marks = ticks(min(ends), max(ends))
    bottom = TOP + ROW * len(lines)
    size = f"width='{WIDTH}' height='{bottom + FOOT}'"
    spoken = "; ".join(f"{line.name}: {line.numbers}" for line in lines)

    def x(share: float) -> float:
        return PLOT_LEFT + (share - marks[0]) / (marks[-1] - marks[0]) * (PLOT_RIGHT - PLOT_LEFT)

    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {bottom + FOOT}' {size}",
        f"  role='img' aria-labelledby='title desc' {FONT}>",
        f"<title id='title'>{escape(texts['title'])}</title><desc id='desc'>{escape(spoken)}</desc>",
        f"<rect {size} fill='#ffffff'/>",
        _text(MARGIN, 34, texts["title"], INK, size=18, weight="bold"),
        _text(MARGIN, 58, texts["where"]),
        _text(MARGIN, TOP - 16, texts["outcome"]),
        _text(PLOT_LEFT, TOP - 16, "\u2190 " + texts["lower"], size=SMALL),
        _text(PLOT_RIGHT, TOP - 16, texts["higher"] + " \u2192", anchor="end", size=SMALL),
        _text(NUMBERS, TOP - 16, texts["numbers"]),
        *(_mark(mark, x(mark), bottom) for mark in marks),
        *(_row(line, TOP + ROW * (number + 0.5), x) for number, line in enumerate(lines)),
        _legend(lines, texts, bottom + 42),
        _text(MARGIN, bottom + 62, texts["foot"], size=SMALL),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _mark(mark: float, x: float, bottom: float) -> str:
    """Return one line of the scale; the one at zero stands out."""
    look = f"stroke='{GRID}' stroke-width='1'" if mark else f"stroke='{INK}' stroke-width='1.5'"
    label = f"{100 * mark:+.4g}%".replace("-", "\u2212") if mark else "0"
    rule = f"<path d='M{x:.1f} {TOP - 6}V{bottom}' {look}/>"
    return rule + _text(x, bottom + 18, label, anchor="middle", size=SMALL)


def _row(line: Line, y: float, x: Callable[[float], float]) -> str:
    """Return one outcome: name, interval, dot, numbers."""
    colour, fill = (SURE, SURE) if line.sure else (UNSURE, "#ffffff")
    parts = [_text(MARGIN, y + 5, line.name, INK), _text(NUMBERS, y + 5, line.numbers, INK, size=SMALL)]
    if not math.isnan(line.low):
        path = f"M{x(line.low):.1f} {y}H{x(line.high):.1f}"
        parts.append(f"<path d='{path}' stroke='{colour}' stroke-width='3'/>")
    parts.append(_dot(x(line.middle), y, colour, fill))
    return "".join(parts)


def _legend(lines: list[Line], texts: dict[str, str], y: float) -> str:
    if any(math.isnan(line.low) for line in lines):
        return _text(MARGIN, y, texts["none"], size=SMALL)
    sure = _dot(31, y - 4, SURE, SURE) + _text(44, y, texts["sure"], size=SMALL)
    return sure + _dot(211, y - 4, UNSURE, "#ffffff") + _text(224, y, texts["unsure"], size=SMALL)


def _dot(x: float, y: float, colour: str, fill: str) -> str:
    return f"<circle cx='{x:.1f}' cy='{y}' r='6' fill='{fill}' stroke='{colour}' stroke-width='2.5'/>"


def _text(x: float, y: float, text: str, colour: str = SOFT, **look: Any) -> str:
    kind = {"anchor": "start", "size": 14, "weight": "normal"} | look
    attributes = f"text-anchor='{kind['anchor']}' font-size='{kind['size']}' font-weight='{kind['weight']}'"
    return f"<text x='{x:.1f}' y='{y}' fill='{colour}' {attributes}>{escape(text)}</text>"


def draw(folder: Path, language: str, year: int | None = None) -> str:
    """Return the picture of a folder that ``wijklab compare --out`` wrote."""
    store = Store.open(folder)
    codebook, facts, words = store.codebook(), store.manifest, TEXTS[language]
    table = pd.read_csv(folder / "comparison.csv")
    year = int(table["year"].max()) if year is None else year
    area = facts["areas"][0]
    chosen = {"year": year, "area": area, "view": "place", "group": "all"}
    table = table[(table[list(chosen)] == pd.Series(chosen)).all(axis=1)]
    titles = {name: entry["title"][language] for name, entry in codebook.content["scenarios"].items()}
    other = next(name for name in facts["scenarios"] if name != facts["reference"])
    facts = facts | {
        "scenario": titles[other],
        "reference": titles[facts["reference"]].lower(),
        "area": codebook.content["areas"][area]["name"],
        "year": year,
        "draws": len(facts["draws"]),
        "seeds": len(facts["seeds"]),
        "sample": f"{100 * facts['sample']:.3g} %",
        "fingerprint": facts["fingerprint"][:FINGERPRINT_SHOWN],
    }
    filled = {name: words[name].format(**facts) for name in ("title", "where", "foot")}
    return svg(read_lines(table, codebook, language), words | filled)


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description="Draw a comparison as SVG.")
    parser.add_argument("folder", type=Path, help="folder written by wijklab compare --out")
    parser.add_argument("out", type=Path, help="SVG file to write")
    parser.add_argument("--language", choices=sorted(TEXTS), default="en")
    parser.add_argument("--year", type=int, help="year to show (default: the last)")
    asked = parser.parse_args()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_bytes(draw(asked.folder, asked.language, asked.year).encode("utf-8"))


if __name__ == "__main__":
    main()
