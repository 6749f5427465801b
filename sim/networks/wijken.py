"""Neighbouring wijken as a graph, made from the polygons once."""

from __future__ import annotations

import networkx as nx

from sim.areas import Area


def wijken_graph(area: Area) -> nx.Graph:
    """Return the wijken of an area; an edge joins two that border on each other."""
    graph = nx.Graph(area=area.id)
    for number, wijk in enumerate(area.wijken):
        graph.add_node(wijk.code, name=wijk.name, number=number, residents=round(wijk.residents))
    graph.add_edges_from((area.wijken[a].code, area.wijken[b].code) for a, b in area.adjacency)
    return graph
