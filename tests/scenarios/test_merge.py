"""Shards of one design join to the bytes of the whole; anything else is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import fake_model
import pytest
from batch_tools import DESIGN, assert_same, lines, run_into, tiny_design

from results.journal import JOURNAL
from results.lock import FolderLock
from results.reading import open_results
from results.store import Store, StoreError
from scenarios import folders as folders_module
from scenarios.design_file import parse_design
from scenarios.variants import vary

DESIGN_OF_MERGES = tiny_design(3)
PARTS = 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    run_into(out, DESIGN_OF_MERGES)
    return out


@pytest.fixture
def shards(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / f"part-{part}" for part in range(PARTS)]
    for part, folder in enumerate(folders):
        assert run_into(folder, DESIGN_OF_MERGES, shard=slice(part, None, PARTS)) == ("part", [])
    return folders


def merge(folders: list[Path], into: Path | None = None) -> tuple[Path, str, list[str]]:
    """Join folders; return the folder with everything, its status, and the runs that were damaged."""
    found = folders_module.merge(folders, into)
    return found.folder, found.status, found.damaged


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(folders: list[Path], into: Path | None = None) -> StoreError:
    """Merge what may not be merged; return why not, after a look that nothing was changed."""
    before = [files(folder) for folder in folders]
    with pytest.raises(StoreError) as caught:
        merge(folders, into)
    assert [files(folder) for folder in folders] == before
    assert into is None or not any(into.glob("[!.]*"))
    return caught.value


def test_parts_become_the_whole_in_the_first(shards: list[Path], whole: Path) -> None:
    others = [files(folder) for folder in shards[1:]]
    assert merge(shards) == (shards[0], "done", [])
    assert_same(shards[0], whole)
    assert [files(folder) for folder in shards[1:]] == others
    manifest = Store.open(shards[0]).manifest
    assert manifest["status"] == "done"
    assert sorted(manifest["files"]) == sorted(files(shards[0]))
    assert len(manifest["merged_from"]) == PARTS


def test_parts_become_the_whole_in_a_new_folder_in_any_order(shards: list[Path], whole: Path, tmp_path: Path) -> None:
    before = [files(folder) for folder in shards]
    assert merge(shards[::-1], tmp_path / "all") == (tmp_path / "all", "done", [])
    assert_same(tmp_path / "all", whole)
    assert [files(folder) for folder in shards] == before
    # once more changes nothing
    assert merge(shards, tmp_path / "all") == (tmp_path / "all", "done", [])
    assert_same(tmp_path / "all", whole)


def test_two_of_three_are_a_part_that_goes_on(shards: list[Path], whole: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", str(tmp_path / "count"))
    target, status, _ = merge(shards[:2], tmp_path / "two")
    assert status == "part"
    missing = folders_module.merge(shards[:2], tmp_path / "two").missing
    assert sorted(missing) == sorted(open_results(shards[2]).runs["run_id"])
    assert not (target / "comparison.csv").exists()
    assert run_into(target, DESIGN_OF_MERGES, fake_model.counting) == ("done", [])
    assert sorted(lines(tmp_path / "count")) == sorted(open_results(shards[2]).runs["run_id"])
    assert_same(target, whole)


def test_a_part_that_was_killed_is_joined_as_far_as_it_came(shards: list[Path], whole: Path, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def killed(task):
        if task.draw == 3:
            raise Killed
        return fake_model.simulate(task)

    cut = tmp_path / "cut"
    with pytest.raises(Killed):
        run_into(cut, DESIGN_OF_MERGES, killed)
    assert (cut / JOURNAL).exists()
    target, status, _ = merge([cut, shards[2]], tmp_path / "all")
    assert status == "part"
    assert len(open_results(target).runs) > 8
    assert merge([target, *shards])[1] == "done"
    assert_same(target, whole)


def test_a_run_that_failed_in_one_and_was_done_in_the_other_is_done(tmp_path: Path, whole: Path, monkeypatch) -> None:
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", str(tmp_path / "count"))
    monkeypatch.setenv("WIJKLAB_TEST_WRONG", str(tmp_path / "wrong"))
    for name, wrong in (("a", "1 raised\n"), ("b", "2 raised\n"), ("c", "1 killed\n")):
        (tmp_path / "wrong").write_text(wrong.replace("killed", "memory"))
        assert run_into(tmp_path / name, DESIGN_OF_MERGES, fake_model.choosing)[0] == "failures"
    assert merge([tmp_path / "a", tmp_path / "c"], tmp_path / "ac")[1] == "failures"
    assert set(open_results(tmp_path / "ac").failures["draw"]) == {1}
    assert merge([tmp_path / "a", tmp_path / "b"])[1] == "done"
    assert_same(tmp_path / "a", whole)


def test_a_spoilt_part_is_left_out_and_named(shards: list[Path], whole: Path, tmp_path: Path) -> None:
    spoilt = sorted(shards[1].glob("outcomes/*"))[0]
    spoilt.write_bytes(spoilt.read_bytes()[:-1])
    target, status, damaged = merge(shards, tmp_path / "all")
    assert (status, damaged) == ("part", [spoilt.stem])
    assert run_into(target, DESIGN_OF_MERGES) == ("done", [])
    assert_same(target, whole)
    # what is spoilt in one folder and whole in another is no loss
    assert merge([*shards, whole], tmp_path / "with-whole") == (tmp_path / "with-whole", "done", [])


@pytest.mark.parametrize(
    ("old", "new"), [("years = 2", "years = 1"), ("draws = 3", "draws = 4"), ("seeds = 1", "seeds = 2")]
)
def test_parts_of_another_design_are_refused(shards: list[Path], tmp_path: Path, old: str, new: str) -> None:
    other = parse_design(DESIGN.format(draws=3).replace(old, new), "x")
    run_into(tmp_path / "other", other, shard=slice(0, 1))
    error = refusal([shards[0], tmp_path / "other"])
    assert error.code == "other_design"
    assert error.details == {"found": old.split()[0]}
    assert refusal([shards[0], tmp_path / "other"], tmp_path / "new").code == "other_design"


def test_parts_of_another_scenario_are_refused(shards: list[Path], tmp_path: Path) -> None:
    first, reference = DESIGN_OF_MERGES.scenarios
    changed = vary(first, first.id, {"programme.preventie_met_gezag.share_limits": 0.11})
    run_into(tmp_path / "other", replace(DESIGN_OF_MERGES, scenarios=(changed, reference)), shard=slice(1, 2))
    assert refusal([shards[0], tmp_path / "other"]).details == {"found": f"scenarios/{first.id}.toml"}


def test_parts_of_another_model_are_refused(shards: list[Path], tmp_path: Path) -> None:
    run_into(tmp_path / "other", DESIGN_OF_MERGES, shard=slice(1, 2), fingerprint="0" * 64)
    assert refusal([shards[0], tmp_path / "other"]).code == "other_model"


@pytest.mark.parametrize(
    "sheets", [[{"area": "breda-noord", "year": 2024, "cells": [{"cell": "debts", "value": 1}]}], []]
)
def test_parts_with_other_local_data_are_refused(shards: list[Path], tmp_path: Path, sheets: list[object]) -> None:
    place = shards[1] / "manifest.json"
    content = json.loads(place.read_text())
    place.write_text(json.dumps({**content, "local_data": sheets}))
    if sheets:
        assert refusal(shards).details == {"found": "local_data"}
    else:
        assert merge(shards)[1] == "done"


def test_a_run_that_came_out_differently_is_refused(shards: list[Path], tmp_path: Path) -> None:
    run = run_into(tmp_path / "other", DESIGN_OF_MERGES, fake_model.other_numbers, shard=slice(0, 1))
    assert run == ("part", [])
    error = refusal([shards[0], tmp_path / "other"])
    assert error.code == "merge_conflict"
    assert error.details["found"] in {path.stem for path in shards[0].glob("outcomes/*")}


def test_no_store_a_schema_of_tomorrow_and_no_folder(shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/letter.txt").write_text("dear")
    assert refusal([shards[0], tmp_path / "letters"]).code == "no_manifest"
    assert refusal([tmp_path / "letters", shards[0]]).code == "no_manifest"
    for order in ([shards[0], tmp_path / "nowhere"], [tmp_path / "nowhere", shards[0]]):
        with pytest.raises(StoreError) as caught:
            merge(order)
        assert caught.value.code == "no_manifest"
        assert not (tmp_path / "nowhere").exists()
    with pytest.raises(StoreError) as caught:
        merge(shards, tmp_path / "letters")
    assert caught.value.code == "no_manifest"
    assert files(tmp_path / "letters") == {"letter.txt": b"dear"}
    manifest = shards[1] / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema": 2', '"schema": 99'))
    assert refusal([shards[0], shards[1]]).code == "schema"


def test_a_folder_that_somebody_writes_is_refused(shards: list[Path], tmp_path: Path) -> None:
    with FolderLock(shards[1]), pytest.raises(StoreError) as caught:
        merge(shards, tmp_path / "new")
    assert caught.value.code == "locked"
