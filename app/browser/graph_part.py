"""Networks as pictures: where nodes stand is worked out here, so that a picture is the same every time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from app.browser.parts import LOCALES, Element
from app.browser.speech import Speech

Point = tuple[float, float]

LAYOUT_SEED = 1
LAYOUT_STEPS = 120
HELD_TOGETHER = 0.15
"""Strength of the thread that ties everybody to the middle: without it loose households fly apart."""

ROOM = 0.32
"""Radius of a group within its cell."""

FIRST_TURN = 0.125
"""Two of a group stand aslant: their labels do not meet."""

SMALL = 1e-9
WIDE = 1.6
"""Pictures are wider than high."""


@dataclass(frozen=True)
class Line:
    """How a kind of tie is drawn: colour and dash say the same.

    Attributes:
        color: colour on white.
        dash: ``solid``, ``dashed``, ``dotted`` or ``dashdot``.
        width: pixels.
    """

    color: str
    dash: str
    width: float


@solara.component_vue("vue/graph.vue", vuetify=False)
def _Graph(spec: Mapping[str, Any], words: Mapping[str, str]) -> None:  # noqa: N802
    """A network with its files."""


def Graph(spec: Mapping[str, Any], words: Speech) -> Element:  # noqa: N802
    """Show a network.

    Args:
        spec: ``title``, ``subtitle``, ``spoken`` (what a screen reader says in place of the picture), ``nodes`` (label,
            x, y, symbol, size, color, said), ``links`` (source, target, width, color, dash, curve, arrow, said),
            ``legend`` (name, color, and dash with width or symbol), ``font`` (size of labels), ``outward`` (labels
            stand away from the middle), ``note``, ``file``, ``table`` (columns, rows: what its CSV holds), ``height``,
            ``level``.
        words: the language.
    """
    return _Graph(spec={"locale": LOCALES[words.language], "level": 3, **spec}, words=words.all("parts.chart_"))


def round_table(count: int) -> list[Point]:
    """Return places in a circle."""
    import networkx as nx

    return [(WIDE * float(x), float(y)) for x, y in nx.circular_layout(range(count)).values()]


def spread(count: int, ties: Sequence[tuple[int, int, float]], groups: Sequence[int] | None = None) -> list[Point]:
    """Return places for nodes, close together where ties are strong; the same for the same ties.

    Args:
        count: number of nodes.
        ties: two nodes and a strength.
        groups: number of the group of each node, which stands apart from every other in a place of its own.
    """
    if groups is None:
        return _by_springs(count, ties)
    names = sorted(set(groups))
    number = [names.index(group) for group in groups]
    between = [(number[a], number[b], strength) for a, b, strength in ties if number[a] != number[b]]
    middles = _in_cells(_by_springs(len(names), between))
    places: list[Point] = [(0.0, 0.0)] * count
    for group, (x, y) in enumerate(middles):
        members = [node for node in range(count) if number[node] == group]
        radius = ROOM if len(members) > 1 else 0.0
        for turn, node in enumerate(members):
            angle = 2 * math.pi * (turn / len(members) + FIRST_TURN)
            places[node] = (x + radius * math.cos(angle), y + radius * math.sin(angle))
    return places


def _by_springs(count: int, ties: Sequence[tuple[int, int, float]]) -> list[Point]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    for one, other, strength in ties:
        held = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
        graph.add_edge(one, other, weight=held + strength)
    middle = count
    graph.add_edges_from((node, middle, {"weight": HELD_TOGETHER}) for node in range(count))
    places = nx.spring_layout(graph, seed=LAYOUT_SEED, iterations=LAYOUT_STEPS)
    return [(WIDE * float(places[node][0]), float(places[node][1])) for node in range(count)]


def _in_cells(points: Sequence[Point]) -> list[Point]:
    """Return the cell of a grid nearest to each point, one point a cell: nobody stands over somebody else."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    columns = math.ceil(math.sqrt(WIDE * len(points)))
    rows = math.ceil(len(points) / columns)
    cells = np.array([(column, row) for row in range(rows) for column in range(columns)], dtype=float)
    where = np.array(points)
    low, high = where.min(axis=0), where.max(axis=0)
    scaled = (where - low) / np.maximum(high - low, SMALL) * (columns - 1, rows - 1)
    _, taken = linear_sum_assignment(((scaled[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2))
    return [(float(x), float(y)) for x, y in cells[taken]]
