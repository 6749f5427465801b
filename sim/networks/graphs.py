"""Networks as networkx graphs, of a chosen wijk or class, for looking at and for GraphML."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from sim.draws import Rows
from sim.networks.wijken import wijken_graph
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

KINDS = ("friends", "household", "class", "street", "wijken", "alliance")


def network(model: NeighbourhoodModel, kind: str, wijk: str | None = None, school_class: int | None = None) -> nx.Graph:
    """Return one network of the residents, or the graph of the wijken.

    Args:
        model: the world.
        kind: ``friends`` (directed: who names whom), ``household``, ``class``, ``street``, ``wijken`` or ``alliance``
            (directed: who passes problems on to whom).
        wijk: code of the wijk whose residents to take.
        school_class: number of the class whose pupils to take.

    Raises:
        ValueError: when the kind or the wijk does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no network '{kind}'; choose one of {', '.join(KINDS)}")
    if kind == "alliance":
        return model.alliance.graph()
    if kind == "wijken":
        return wijken_graph(model.area)
    rows = _chosen(model, wijk, school_class)
    graph: nx.Graph = nx.DiGraph() if kind == "friends" else nx.Graph()
    people = model.people
    for row in rows:
        graph.add_node(str(people.life[row]), age=int(people.age[row]), sex=("man", "woman")[people.sex[row]])
    if kind == "friends":
        graph.add_edges_from(_friend_edges(model, rows))
        return graph
    column = {"household": "household", "class": "school_class", "street": "street"}[kind]
    graph.add_edges_from(_shared_edges(model, rows, column))
    return graph


def _chosen(model: NeighbourhoodModel, wijk: str | None, school_class: int | None) -> Rows:
    people = model.people
    mask = people.column("status") == c.INSIDE
    if wijk is not None:
        codes = [w.code for w in model.area.wijken]
        if wijk not in codes:
            raise ValueError(f"{model.area.name} has no wijk '{wijk}'; choose one of {', '.join(codes)}")
        mask &= people.column("wijk") == codes.index(wijk)
    if school_class is not None:
        mask &= people.column("school_class") == school_class
    return np.flatnonzero(mask)


def _friend_edges(model: NeighbourhoodModel, rows: Rows) -> Iterable[tuple[str, str]]:
    people = model.people
    inside = set(rows[people.arrived[rows] <= model.friends_renewed].tolist())
    for row in rows:
        for friend in people.friends[:, row]:
            if int(friend) in inside:
                yield str(people.life[row]), str(people.life[friend])


def _shared_edges(model: NeighbourhoodModel, rows: Rows, column: str) -> Iterable[tuple[str, str]]:
    people = model.people
    values = getattr(people, column)[rows]
    known = rows[values >= 0]
    values = values[values >= 0]
    order = np.lexsort((people.life[known], values))
    known, values = known[order], values[order]
    for members in np.split(known, np.flatnonzero(np.diff(values)) + 1):
        yield from ((str(people.life[a]), str(people.life[b])) for a, b in combinations(members, 2))
