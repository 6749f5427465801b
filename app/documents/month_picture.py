"""The drawing of a month (``docs/images/month.svg``): its parts one below the other, read from the code, and back."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from app.documents.code import month
from sim.model import month_table

WIDTH, BOX, GAP, MARGIN = 760, 78, 26, 16
"""Width of the drawing, height of a box, room between boxes and around them."""

LEFT = 96
"""Where boxes begin; beside them the way back goes up."""

LETTERS = 78
"""Letters on a line in a box."""

INK, SOFT, BLUE, PAPER, LINE = "#1b1b1b", "#4f4f4f", "#154273", "#f4f6f8", "#6a6a6a"
FONT = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"
TITLE = "A month of the model: its parts in their order"


def svg() -> str:
    """Return the drawing."""
    parts = month_table("en")
    height = 2 * MARGIN + len(parts) * BOX + (len(parts) - 1) * GAP
    told = "; ".join(f"{number}. {name}: {what}" for number, (name, what) in enumerate(parts, start=1))
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-labelledby='month-title month-text' {FONT}>",
        f"<title id='month-title'>{TITLE}</title>",
        f"<desc id='month-text'>{escape(told)}</desc>",
        "<defs><marker id='month-tip' viewBox='0 0 10 10' refX='8' refY='5' markerWidth='6' markerHeight='6' "
        f"orient='auto'><path d='M0 0 L10 5 L0 10 z' fill='{LINE}'/></marker></defs>",
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>",
    ]
    middle = (LEFT + WIDTH - MARGIN) // 2
    for number, (name, what) in enumerate(parts):
        top = MARGIN + number * (BOX + GAP)
        lines += _box(number + 1, name, what, len(month()[name][1]), top)
        if number + 1 < len(parts):
            lines.append(_arrow(f"M{middle} {top + BOX} V{top + BOX + GAP}"))
    first, last = MARGIN + BOX // 2, height - MARGIN - BOX // 2
    lines.append(_arrow(f"M{LEFT} {last} H{LEFT // 2} V{first} H{LEFT}"))
    turned = f"transform='rotate(-90 {LEFT // 2 - 12} {height // 2})'"
    lines.append(_text(LEFT // 2 - 12, height // 2, 15, "the next month reads what this one left", SOFT, turned))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _arrow(path: str) -> str:
    return f"<path d='{path}' fill='none' stroke='{LINE}' stroke-width='3' marker-end='url(#month-tip)'/>"


def _box(number: int, name: str, what: str, steps: int, top: int) -> list[str]:
    width = WIDTH - LEFT - MARGIN
    shape = f"width='{width}' height='{BOX}' rx='8' fill='{PAPER}' stroke='{BLUE}' stroke-width='2'"
    heading = f"{number}. {name} ({steps} step{'s' if steps != 1 else ''})"
    lines = [
        f"<rect x='{LEFT}' y='{top}' {shape}/>",
        _text(LEFT + 14, top + 24, 17, heading, BLUE, "font-weight='700'"),
    ]
    for row, text in enumerate(wrap(what, LETTERS)):
        lines.append(_text(LEFT + 14, top + 47 + 19 * row, 15, text, INK))
    return lines


def _text(x: int, y: int, size: int, text: str, colour: str, more: str = "") -> str:
    anchor = "middle" if "rotate" in more else "start"
    where = f"x='{x}' y='{y}' font-size='{size}' fill='{colour}' text-anchor='{anchor}'"
    return f"<text {where}{' ' if more else ''}{more}>{escape(text)}</text>"
