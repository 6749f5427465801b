"""Kept runs as a folder of results: the same figures as a batch of the same design gives."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from results.reading import Results
from results.store import Store
from scenarios.api import run_design_in
from scenarios.catalogue import load_scenario
from scenarios.design import Design
from scenarios.live import work
from scenarios.live.asking import EVERY_GROUP
from scenarios.live.board import Board
from scenarios.live.cache import Cache
from scenarios.live.keep import NOT_WRITTEN, keep
from scenarios.live.work import Desk

AREA = "vlaardingen-westwijk"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    board = Board(1)
    monkeypatch.setattr(work, "_desk", Desk(Cache(tmp_path / "cache"), board))
    return board


def design() -> Design:
    scenarios = tuple(load_scenario(name) for name in ("integraal", "geen-programma"))
    return Design(
        scenarios=scenarios,
        reference="geen-programma",
        areas=(AREA,),
        draws=(0,),
        seeds=(1,),
        sample=0.05,
        years=1,
        groups=EVERY_GROUP,
        id="kept",
    )


def test_a_folder_of_kept_runs_equals_a_batch_of_the_same_design(tmp_path: Path, desk: Board) -> None:
    place = desk.give(0)
    assert keep(design(), tmp_path / "kept", place, False) == ""
    kept = Results(Store.open(tmp_path / "kept"))
    made = run_design_in(design(), tmp_path / "made")
    assert kept.manifest["status"] == "done"
    pd.testing.assert_frame_equal(kept.compare("integraal"), made.compare("integraal"))
    # once more: nothing is left to do, and nothing changes
    before = kept.compare("integraal")
    assert keep(design(), tmp_path / "kept", place, False) == ""
    pd.testing.assert_frame_equal(Results(Store.open(tmp_path / "kept")).compare("integraal"), before)


def test_a_folder_that_cannot_be_written_is_a_code_and_no_error(tmp_path: Path, desk: Board) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    place = desk.give(0)
    assert keep(design(), tmp_path / "taken" / "kept", place, False) == NOT_WRITTEN
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("of somebody", encoding="utf-8")
    assert keep(design(), tmp_path / "other", place, False) == "no_manifest"
    assert [entry.name for entry in (tmp_path / "other").iterdir() if not entry.name.startswith(".")] == ["mine.txt"]
