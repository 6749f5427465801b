"""Networks come out as networkx graphs that write GraphML."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from small_worlds import standing_ties

from sim.model import NeighbourhoodModel
from sim.population import columns as c


@pytest.mark.parametrize("kind", ["friends", "household", "class", "street", "wijken"])
def test_networks_are_graphs_that_write_graphml(small_start: NeighbourhoodModel, kind: str, tmp_path: Path) -> None:
    model = small_start
    classes = model.people.column("school_class")
    chosen = {"school_class": int(classes[classes >= 0][0])} if kind == "class" else {}
    wijk = None if kind == "wijken" else model.area.wijken[0].code
    graph = model.network(kind, wijk, **chosen)
    assert isinstance(graph, nx.Graph)
    assert graph.number_of_nodes() > 0
    nx.write_graphml(graph, tmp_path / "graph.graphml")
    again = nx.read_graphml(tmp_path / "graph.graphml")
    assert sorted(again.nodes) == sorted(map(str, graph.nodes))
    assert again.number_of_edges() == graph.number_of_edges()
    if kind == "friends":
        everyone = model.people.life[np.flatnonzero(model.people.column("status") == c.INSIDE)]
        assert set(map(int, graph.nodes)) == set(everyone.tolist())
        assert graph.number_of_edges() == (standing_ties(model) >= 0).sum()
        assert graph.is_directed()
        assert max(dict(graph.out_degree).values()) <= c.FRIENDS
        assert not list(nx.selfloop_edges(graph))
    if kind == "class":
        assert nx.density(graph) == 1.0
    if kind == "household":
        assert max(map(len, nx.connected_components(graph))) < 15


def test_a_network_that_does_not_exist_is_refused(small_start: NeighbourhoodModel) -> None:
    with pytest.raises(ValueError, match="choose one of friends"):
        small_start.network("enemies")
    with pytest.raises(ValueError, match="has no wijk 'X'"):
        small_start.network("friends", "X")
