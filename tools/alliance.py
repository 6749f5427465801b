"""Draw the alliance as SVG: who sees and who owns which problem, and how coordination grows on two kinds of money.

.venv/bin/python tools/alliance.py docs/images/alliance.svg
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import networkx as nx

from scenarios.catalogue import load_scenario
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.model import NeighbourhoodModel

AREA, SAMPLE, YEARS = "vlaardingen-westwijk", 0.02, 20
"""A small world is enough: the ties and the stock of coordination do not depend on who lives there."""

PARTNERS = {
    "school": ("schools", "scholen"),
    "police": ("police", "politie"),
    "municipality": ("municipality", "gemeente"),
    "debt_help": ("debt help", "schuldhulp"),
    "care": ("care", "zorg en welzijn"),
    "corporatie": ("corporaties", "corporaties"),
}
"""Partners in the order in which they stand round the table."""

PROBLEMS = {
    "debt_help": ("#00569d", "", "debts", "schulden"),
    "care": ("#8a3b00", "9 4", "poor mental health", "psychische klachten"),
    "municipality": ("#0b6b3a", "2 4", "youths going wrong", "jongeren die de fout in gaan"),
}
"""By owner: colour and dash of the ties (one says the same as the other), and the problem."""

CURVES = {
    "integraal": ("#00569d", "", "structural money", "structureel geld"),
    "incidenteel": ("#8a3b00", "9 4", "four-year grants", "regelingen van vier jaar"),
}

WIDTH, HEIGHT = 1000, 520
CENTRE, RADIUS, NODE = (280, 262), 172, 52
PLOT = (600, 960, 120, 380)
"""Left, right, top and bottom of the plot of coordination."""

INK, SOFT, GRID, FILL = "#1b1b1b", "#4f4f4f", "#d5d5d5", "#f4f4f4"
FONT = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"
BEND = 0.16
"""How far ties bend, as a share of their length, so that two ways between partners lie apart."""

YEAR_MARKS = 5
LEGEND = 178


def coordination(name: str) -> list[float]:
    """Return the stock of coordination month by month under a scenario of the library."""
    world = NeighbourhoodModel(AREA, load_scenario(name), rng=1, sample=SAMPLE, start=SCENARIO_START)
    stock = [world.alliance.coordination]
    for _ in range(YEARS * MONTHS_PER_YEAR):
        world.municipality.plan()
        world.alliance.mature()
        world.month += 1
        stock.append(world.alliance.coordination)
    return stock


def svg(graph: nx.DiGraph, curves: dict[str, list[float]], marks: dict[str, float]) -> str:
    """Return the drawing.

    Args:
        graph: the ties, with the chance a year that a problem arrives.
        curves: coordination by month, by scenario.
        marks: the levels from which coordination changes something, and in full.
    """
    places = nx.circular_layout(list(PARTNERS), scale=RADIUS, center=CENTRE)
    edges = sorted(graph.edges(data=True), key=lambda edge: edge[:2])
    ties = [f"{PARTNERS[one][0]} to {PARTNERS[other][0]}: {data['chance']:.2f}" for one, other, data in edges]
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'",
        f"  role='img' aria-labelledby='title desc' {FONT}>",
        "<title id='title'>The alliance: who passes on which problem, and how coordination grows</title>",
        f"<desc id='desc'>Chance a year that a problem arrives. {escape('; '.join(ties))}.</desc>",
        f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#ffffff'/>",
        _text(24, 30, "Who sees a problem, and who owns it", INK, size=17, weight="bold"),
        _text(24, 50, "Wie een probleem ziet, en wie ervoor is"),
        *(_tie(places[one], places[other], other, data) for one, other, data in edges),
        *(_partner(places[name], *PARTNERS[name], owner=name in PROBLEMS) for name in PARTNERS),
        *_legend(PROBLEMS, 24, 478),
        _text(PLOT[0] - 36, 30, "Coordination: a stock that grows and wears", INK, size=17, weight="bold"),
        _text(PLOT[0] - 36, 50, "Samenwerking: een voorraad die groeit en slijt"),
        *_plot(curves, marks),
        *_legend(CURVES, PLOT[0] + 10, 478),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _tie(start: Sequence[float], end: Sequence[float], owner: str, data: dict[str, float]) -> str:
    """Return a bent arrow with its chance beside it."""
    colour, dash = PROBLEMS[owner][:2]
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend = (-dy * BEND, dx * BEND)
    middle = ((start[0] + end[0]) / 2 + bend[0], (start[1] + end[1]) / 2 + bend[1])
    first = _towards(start, middle, NODE)
    last = _towards(end, middle, NODE + 8)
    head = _towards(end, middle, NODE)
    angle = math.atan2(head[1] - last[1], head[0] - last[0])
    wings = [(head[0] - 10 * math.cos(angle + side), head[1] - 10 * math.sin(angle + side)) for side in (0.45, -0.45)]
    tip = " ".join(f"{x:.1f},{y:.1f}" for x, y in (head, *wings))
    line = f"M{first[0]:.1f} {first[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {last[0]:.1f} {last[1]:.1f}"
    width = 1.2 + 3 * data["chance"]
    label = (
        0.36 * first[0] + 0.28 * last[0] + 0.36 * middle[0],
        0.36 * first[1] + 0.28 * last[1] + 0.36 * middle[1],
    )
    chance = f"{100 * data['chance']:.0f}%"
    return (
        f"<path d='{line}' fill='none' stroke='{colour}' stroke-width='{width:.1f}' stroke-dasharray='{dash}'/>"
        f"<polygon points='{tip}' fill='{colour}'/>"
        f"<rect x='{label[0] - 15:.1f}' y='{label[1] - 8:.1f}' width='30' height='16' fill='#ffffff'/>"
        + _text(label[0], label[1] + 4, chance, colour, anchor="middle", size=12)
    )


def _towards(start: Sequence[float], end: Sequence[float], distance: float) -> tuple[float, float]:
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    share = distance / length
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _partner(place: Sequence[float], en: str, nl: str, owner: bool) -> str:
    """Return a partner; who owns a kind of problem has a heavier edge."""
    weight = 3 if owner else 1.2
    lines = [_text(place[0], place[1] - 2, en, INK, anchor="middle", size=12, weight="bold")]
    lines.append(_text(place[0], place[1] + 14, nl if nl != en else "", SOFT, anchor="middle", size=11))
    look = f"r='{NODE}' fill='{FILL}' stroke='{INK}' stroke-width='{weight}'"
    return f"<circle cx='{place[0]:.1f}' cy='{place[1]:.1f}' {look}/>" + "".join(lines)


def _legend(entries: dict[str, tuple[str, str, str, str]], x: float, y: float) -> list[str]:
    """Return what the lines stand for, each in both languages."""
    parts = []
    for number, (colour, dash, en, nl) in enumerate(entries.values()):
        left = x + LEGEND * number
        parts.append(f"<path d='M{left} {y}h30' stroke='{colour}' stroke-width='3' stroke-dasharray='{dash}'/>")
        parts.append(_text(left + 38, y, en, INK, size=12))
        parts.append(_text(left + 38, y + 15, nl, size=11))
    return parts


def _plot(curves: dict[str, list[float]], marks: dict[str, float]) -> list[str]:
    """Return coordination over the years, with the levels from which it works."""
    left, right, top, bottom = PLOT

    def x(month: float) -> float:
        return left + month / (YEARS * MONTHS_PER_YEAR) * (right - left)

    def y(stock: float) -> float:
        return bottom - stock * (bottom - top)

    parts = [f"<path d='M{left} {top}V{bottom}H{right}' fill='none' stroke='{INK}'/>"]
    for year in range(0, YEARS + 1, YEAR_MARKS):
        parts.append(_text(x(year * MONTHS_PER_YEAR), bottom + 18, f"{year}", anchor="middle", size=12))
    parts.append(_text((left + right) / 2, bottom + 38, "years \u00b7 jaren", anchor="middle", size=12))
    for share in (0.0, 0.5, 1.0):
        parts.append(_text(left - 8, y(share) + 4, f"{share:g}", anchor="end", size=12))
    levels = (
        (marks["mature"], -7, "works in full \u00b7 werkt volledig"),
        (marks["threshold"], 15, "below: changes nothing \u00b7 daaronder: verandert niets"),
    )
    for level, beside, words in levels:
        parts.append(f"<path d='M{left} {y(level):.1f}H{right}' stroke='{SOFT}' stroke-dasharray='3 3'/>")
        parts.append(_text(right, y(level) + beside, words, anchor="end", size=12))
    for name, stock in curves.items():
        colour, dash = CURVES[name][:2]
        line = "L".join(f"{x(month):.1f} {y(value):.1f}" for month, value in enumerate(stock))
        parts.append(f"<path d='M{line}' fill='none' stroke='{colour}' stroke-width='2.5' stroke-dasharray='{dash}'/>")
    return parts


def _text(x: float, y: float, text: str, colour: str = SOFT, **look: Any) -> str:
    kind = {"anchor": "start", "size": 14, "weight": "normal"} | look
    attributes = f"text-anchor='{kind['anchor']}' font-size='{kind['size']}' font-weight='{kind['weight']}'"
    return f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' {attributes}>{escape(text)}</text>"


def draw() -> str:
    """Return the drawing of today's parameters."""
    world = NeighbourhoodModel(AREA, load_scenario("versnipperd"), rng=1, sample=SAMPLE, start=SCENARIO_START)
    marks = {name: world.p[f"alliance.{name}"] for name in ("threshold", "mature")}
    return svg(world.network("alliance"), {name: coordination(name) for name in CURVES}, marks)


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description="Draw the alliance as SVG.")
    parser.add_argument("out", type=Path, help="SVG file to write")
    out = parser.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(draw().encode("utf-8"))


if __name__ == "__main__":
    main()
