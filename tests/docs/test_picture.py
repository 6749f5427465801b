"""The picture of the README: from a folder of results to SVG."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from scenarios.codebook import outcome_entries

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def picture() -> ModuleType:
    spec = importlib.util.spec_from_file_location("picture", ROOT / "tools" / "picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def results(folder: Path, names: tuple[str, ...], interval: str) -> Path:
    """Write the part of a folder of results that a picture is made from."""
    folder.mkdir()
    head = "area,year,view,group,outcome,difference,low,high,reference_value\n"
    rows = [f"here,2030,place,all,{name},-2.0,{interval},20.0\n" for name in names]
    (folder / "comparison.csv").write_text(head + "".join(rows), encoding="utf-8")
    titles = {name: {"title": {"nl": name, "en": name}} for name in ("a", "b")}
    codebook = {
        "schema": 1,
        "outcomes": outcome_entries(),
        "scenarios": titles,
        "areas": {"here": {"name": "H<re"}},
    }
    (folder / "codebook.json").write_text(json.dumps(codebook), encoding="utf-8")
    facts = {
        "scenarios": ["a", "b"],
        "reference": "b",
        "areas": ["here"],
        "draws": [1],
        "seeds": [1],
        "sample": 0.1,
    }
    manifest = {"schema": 1, "files": [], "fingerprint": "f" * 64, **facts}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_outcome_has_a_name_an_interval_and_numbers(picture: ModuleType, tmp_path: Path, language: str) -> None:
    drawn = picture.draw(results(tmp_path / "out", picture.SHOWN, "-4.0,-1.0"), language)
    root = ElementTree.fromstring(drawn)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for name in picture.SHOWN:
        assert outcome_entries()[name]["name"][language] in texts
    assert any("H<re" in str(text) for text in texts)
    assert len([path for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "3"]) == 8
    assert root.find(f"{SVG}title") is not None


def test_without_an_interval_it_says_so(picture: ModuleType, tmp_path: Path) -> None:
    drawn = picture.draw(results(tmp_path / "out", picture.SHOWN, ","), "en")
    assert "too few draws" in drawn
    assert "nan" not in drawn


def test_lower_is_better_for_all_that_is_shown(picture: ModuleType) -> None:
    assert {outcome_entries()[name]["better"] for name in picture.SHOWN} == {"lower"}


def test_the_committed_picture_is_one(picture: ModuleType) -> None:
    text = (ROOT / "docs" / "images" / "compare-den-haag-zuidwest.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).get("role") == "img"
