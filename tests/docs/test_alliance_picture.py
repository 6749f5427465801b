"""The drawing of the alliance: every partner, every tie, and coordination on two kinds of money."""

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import networkx as nx
import pytest

from sim.agents.alliance import TIES
from sim.population.columns import KNOWN_BY

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def alliance() -> ModuleType:
    spec = importlib.util.spec_from_file_location("alliance_picture", ROOT / "tools" / "alliance.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def graph() -> nx.DiGraph:
    ties = nx.DiGraph()
    ties.add_nodes_from(KNOWN_BY)
    ties.add_edges_from((seer, owner, {"chance": 0.1}) for owner, seers in TIES.items() for seer in seers)
    return ties


def test_it_names_every_partner_and_draws_every_tie(alliance: ModuleType) -> None:
    assert set(alliance.PARTNERS) == set(KNOWN_BY)
    assert set(alliance.PROBLEMS) == set(TIES)
    curves = {"integraal": [0.0, 0.5], "incidenteel": [0.0, 0.2]}
    root = ElementTree.fromstring(alliance.svg(graph(), curves, {"threshold": 0.4, "mature": 0.8}))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert all(en in texts and nl in texts for en, nl in alliance.PARTNERS.values() if en != nl)
    assert len(list(root.iter(f"{SVG}polygon"))) == sum(len(seers) for seers in TIES.values())


def test_the_committed_drawing_is_one() -> None:
    text = (ROOT / "docs" / "images" / "alliance.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).get("role") == "img"
