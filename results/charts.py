"""Charts of a comparison: over years, and side by side. Every word on them comes from the caller.

Colours are those of Okabe and Ito, which colour-blind readers can tell apart; dashes and open dots say the same once
more, for grey print. Equal input gives equal bytes.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".svg", ".png", ".pdf")

SCENARIO, REFERENCE, BAND, GRID = "#0072b2", "#4d4d4d", "#9fcbe6", "#d9d9d9"
MM_PER_INCH = 25.4
NARROW_MM = 130.0
"""Below this width panels stand under each other."""

PANEL_MM, SCALE_MM, DOT_MM = 46.0, 14.0, 8.0
"""Height of a panel over years; of the scale under rows of dots; of one such row."""

MM_PER_LETTER, MM_PER_TITLE_LETTER, MM_PER_NOTE_LETTER = 1.75, 2.2, 1.5
"""Room that a letter takes, about: in the panels, in the title, in the note."""

NAMES_SHARE = 0.42
"""Share of the width that names of rows may take."""

TITLE_LINE_MM, LEGEND_LINE_MM, LINE_MM = 5.0, 4.5, 4.0
MARGIN_MM = 1.0
TITLE_POINTS, NOTE_POINTS = 9.0, 7.0
HANDLE_LETTERS = 6
"""Room before a name in a legend, in letters."""

DOTS_PER_INCH = 300
MOST_TICKS = 5
SALT = "wijklab"

STYLE: Mapping[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "legend.frameon": False,
    "svg.hashsalt": SALT,
    "text.parse_math": False,  # a dollar in a title is a dollar
}


@dataclass(frozen=True)
class Labels:
    """What a chart says.

    Attributes:
        title: above it; empty for none.
        level: over the panel of levels, with the unit.
        difference: over the panel of differences, with the unit.
        scenario: name of the line of the scenario.
        reference: name of the line of the reference.
        interval: name of the band.
        note: below it; empty for none.
        number: writes a value with so many decimals, with a sign where that is asked for.
    """

    title: str
    level: str
    difference: str
    scenario: str
    reference: str
    interval: str
    note: str
    number: Callable[[float, int, bool], str]


@dataclass(frozen=True)
class Dot:
    """One row of a chart of differences; ``low`` and ``high`` are NaN where there is no interval."""

    name: str
    middle: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.low > 0 or self.high < 0


def over_years(rows: pd.DataFrame, labels: Labels, width: float, factor: float = 1.0) -> Figure:
    """Return levels and difference of one outcome over the years.

    Args:
        rows: rows of a comparison, one a year.
        labels: what it says.
        width: in millimetres.
        factor: what values are multiplied by to be shown.
    """
    from matplotlib.figure import Figure

    rows = rows.sort_values("year")
    years = rows["year"].to_numpy()
    value = {
        name: factor * rows[name].to_numpy()
        for name in ("reference_value", "scenario_value", "difference", "low", "high")
    }
    panels = 2 if width < NARROW_MM else 1
    with _look():
        figure = Figure(layout="constrained")
        levels, differences = figure.subplots(panels, 3 - panels, sharex=True)
        old = levels.plot(years, value["reference_value"], color=REFERENCE, ls="--", marker="o", mfc="white", ms=4)
        new = levels.plot(years, value["scenario_value"], color=SCENARIO, marker="o", ms=4)
        shown = [(new[0], labels.scenario), (old[0], labels.reference)]
        differences.axhline(0.0, color=REFERENCE, lw=0.8)
        if not all(math.isnan(end) for end in value["low"]):
            band = differences.fill_between(years, value["low"], value["high"], color=BAND, lw=0)
            differences.errorbar(years, value["difference"], _arms(value), fmt="none", ecolor=SCENARIO, elinewidth=0.8)
            shown.append((band, labels.interval))
        differences.plot(years, value["difference"], color=SCENARIO, marker="o", ms=4)
        room = int(width / (3 - panels) / MM_PER_LETTER)
        for panel, heading, signed in ((levels, labels.level, False), (differences, labels.difference, True)):
            panel.set_title(textwrap.fill(heading, room))
            panel.grid(axis="y")
            _number_axis(panel.yaxis, labels, signed)
            panel.set_xticks(years if len(years) <= MOST_TICKS + 1 else years[:: -(-len(years) // MOST_TICKS)])
            panel.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        _finish(figure, labels, (width, panels * PANEL_MM), shown)
    return figure


def side_by_side(dots: Sequence[Dot], labels: Labels, width: float) -> Figure:
    """Return differences under each other, each with its interval: by area, or by who is counted.

    Args:
        dots: the rows, from top to bottom, as they are shown.
        labels: what it says.
        width: in millimetres.
    """
    from matplotlib.figure import Figure

    room = int(width * NAMES_SHARE / MM_PER_LETTER)
    names = [textwrap.fill(dot.name, room) for dot in dots]
    lines = len(names) * max([DOT_MM, *(LINE_MM * (1 + name.count("\n")) for name in names)])
    with _look():
        figure = Figure(layout="constrained")
        axes = figure.subplots()
        axes.axvline(0.0, color=REFERENCE, lw=0.8)
        for place, dot in enumerate(dots):
            colour = SCENARIO if dot.sure else REFERENCE
            if not math.isnan(dot.low):
                axes.plot([dot.low, dot.high], [place, place], color=colour, lw=2.0, solid_capstyle="butt")
            axes.plot(dot.middle, place, "o", color=colour, mfc=colour if dot.sure else "white", ms=6)
        axes.set_yticks(range(len(dots)), names)
        axes.set_ylim(len(dots) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        _number_axis(axes.xaxis, labels, signed=True)
        axes.set_xlabel(textwrap.fill(labels.difference, int(width * (1 - NAMES_SHARE) / MM_PER_LETTER)))
        _finish(figure, labels, (width, lines + SCALE_MM), [])
    return figure


def chart_bytes(figure: Figure, ending: str, facts: Mapping[str, str]) -> bytes:
    """Return a chart as a file.

    Args:
        figure: the chart.
        ending: one of ``ENDINGS``.
        facts: where it comes from, kept in the metadata; ``title`` is the title there.
    """
    target = BytesIO()
    with _look({"svg.fonttype": "path"}):
        figure.savefig(target, format=ending[1:], dpi=DOTS_PER_INCH, metadata=_metadata(ending, facts))
    return target.getvalue()


def svg_text(figure: Figure) -> str:
    """Return a chart as SVG with letters as text, to stand inside a page."""
    target = BytesIO()
    with _look({"svg.fonttype": "none"}):
        figure.savefig(target, format="svg", metadata={"Date": None})
    return target.getvalue().decode("utf-8")


def ending_of(path: Path) -> str:
    """Return the ending of a file in small letters, which says what kind of chart it is."""
    return path.suffix.lower()


def _metadata(ending: str, facts: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts where the format keeps such things."""
    title, told = facts.get("title", ""), {name: value for name, value in facts.items() if name != "title"}
    whole = "\n".join(f"{name}: {value}" for name, value in told.items())
    if ending == ".png":
        return {"Title": title, "Description": whole, "Software": SALT, **{f"{SALT}:{key}": told[key] for key in told}}
    if ending == ".pdf":
        return {
            "Title": title,
            "Creator": SALT,
            "Subject": whole,
            "Keywords": told.get("fingerprint", ""),
            "CreationDate": None,
        }
    return {
        "Title": title,
        "Description": whole,
        "Identifier": told.get("fingerprint", ""),
        "Source": told.get("command", ""),
        "Creator": SALT,
        "Date": None,
    }


@contextmanager
def _look(more: Mapping[str, Any] = {}) -> Iterator[None]:
    """Draw with our style alone, whatever the reader's own settings of matplotlib are, and leave those as they were."""
    import matplotlib

    style: Any = {**STYLE, **more}
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style)
        yield


def _arms(value: Mapping[str, Any]) -> list[Any]:
    """Return the distances to both ends of the intervals; the middle always lies between them."""
    below, above = value["difference"] - value["low"], value["high"] - value["difference"]
    return [below.clip(min=0.0), above.clip(min=0.0)]


def _number_axis(axis: Any, labels: Labels, signed: bool) -> None:
    """Write the numbers of an axis as the caller's language does, with as many decimals as its steps need."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(MOST_TICKS, steps=[1, 2, 5, 10]))

    def written(value: float, _: int | None) -> str:
        places = axis.get_majorticklocs()
        step = min((abs(b - a) for a, b in pairwise(places)), default=1.0)
        decimals = max(0, -math.floor(math.log10(step) + 1e-6)) if step > 0 else 0
        return labels.number(float(value), decimals, signed)

    axis.set_major_formatter(FuncFormatter(written))


def _finish(figure: Figure, labels: Labels, size: tuple[float, float], shown: Sequence[tuple[Any, str]]) -> None:
    """Add title, legend and note around panels of a size (width and height in millimetres)."""
    width, panels = size
    room = int(width / MM_PER_LETTER)
    title = textwrap.wrap(labels.title, int(width / MM_PER_TITLE_LETTER))
    note = textwrap.wrap(labels.note, int(width / MM_PER_NOTE_LETTER))
    names = [textwrap.fill(name, room - HANDLE_LETTERS) for _, name in shown]
    together = sum(len(name) + HANDLE_LETTERS for name in names) < room
    rows = (1 if together else sum(1 + name.count("\n") for name in names)) if names else 0
    above, under, legend = TITLE_LINE_MM * len(title), LINE_MM * len(note), LEGEND_LINE_MM * rows
    height = above + panels + legend + under
    figure.set_size_inches(width / MM_PER_INCH, height / MM_PER_INCH)
    bottom = (legend + under) / height
    layout: Any = figure.get_layout_engine()
    layout.set(rect=(0.0, bottom, 1.0, 1.0 - bottom - above / height))
    if title:
        figure.text(
            0.01, 1.0 - MARGIN_MM / height, "\n".join(title), va="top", fontsize=TITLE_POINTS, fontweight="bold"
        )
    if note:
        figure.text(0.01, MARGIN_MM / height, "\n".join(note), va="bottom", fontsize=NOTE_POINTS)
    if shown:
        figure.legend(
            [handle for handle, _ in shown],
            names,
            loc="lower left",
            bbox_to_anchor=(0.0, under / height),
            ncols=len(shown) if together else 1,
            borderaxespad=0.0,
        )


def axes_of(figure: Figure) -> list[Axes]:
    """Return the panels of a chart, from top to bottom or left to right."""
    return list(figure.axes)
