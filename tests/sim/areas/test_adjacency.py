"""The packaged table of neighbours against the polygons it was made from."""

import networkx as nx

from sim.areas import load_areas
from sim.areas.tables import rows
from tools.make_adjacency import adjacency

IN_PARTS = {"arnhem-oost": 3, "tilburg-noordwest": 2}
"""Klarendal and Geitenkamp lie apart from the rest of Arnhem; north and west of Tilburg meet in a corner."""


def test_the_table_is_what_the_polygons_say() -> None:
    made = {(row["area_id"], row["wijk_a"], row["wijk_b"]): row["border_m"] for row in adjacency()}
    packaged = {(row["area_id"], row["wijk_a"], row["wijk_b"]): int(row["border_m"]) for row in rows("adjacency")}
    assert made.keys() == packaged.keys()
    assert all(abs(made[pair] - packaged[pair]) <= 1 for pair in made)


def test_every_wijk_has_a_polygon_and_every_neighbour_is_a_wijk() -> None:
    codes = {wijk.code for area in load_areas() for wijk in area.wijken}
    assert {row[side] for row in rows("adjacency") for side in ("wijk_a", "wijk_b")} <= codes
    assert sum(len(area.adjacency) for area in load_areas()) == len(rows("adjacency"))


def test_areas_hang_together_except_where_they_really_do_not() -> None:
    parts = {}
    for area in load_areas():
        graph = nx.Graph(area.adjacency)
        graph.add_nodes_from(range(len(area.wijken)))
        parts[area.id] = nx.number_connected_components(graph)
    assert {area_id: count for area_id, count in parts.items() if count > 1} == IN_PARTS
