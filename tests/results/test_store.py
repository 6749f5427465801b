"""A folder of results: whole files, listed files, and nothing else touched."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from results import store as store_module
from results.store import Store, StoreError
from results.tables import COMPARISON, OUTCOMES, RUNS, table

ROW = {
    "scenario": "s",
    "area": "a",
    "draw": 1,
    "seed": 2,
    "year": 2030,
    "view": "place",
    "group": "all",
    "outcome": "o",
    "value": 0.5,
    "expected": 0.25,
    "numerator": 1,
    "denominator": 2,
    "expected_numerator": 0.5,
}


def filled(folder: Path) -> Store:
    store = Store.create(folder, {"version": "0"})
    store.write_outcomes("s.a.0001.0002", [ROW])
    store.write_text("scenarios/s.toml", "schema = 1\n")
    return store


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    filled(tmp_path / "out")
    store = Store.open(tmp_path / "out")
    pd.testing.assert_frame_equal(store.read_outcomes(), table([ROW], OUTCOMES))
    kinds = {field.name: str(field.type) for field in pq.read_schema(tmp_path / "out/outcomes/s.a.0001.0002.parquet")}
    assert kinds["scenario"] == "string"
    assert kinds["draw"] == "int64"
    assert kinds["numerator"] == "double"
    assert list(kinds) == list(OUTCOMES)


def test_the_manifest_lists_every_file_and_nothing_hidden_stays(tmp_path: Path) -> None:
    store = filled(tmp_path / "out")
    store.note(seconds=1.5)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    on_disk = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(manifest["files"]) == on_disk
    assert manifest["seconds"] == 1.5
    assert manifest["schema"] == 2


def test_no_value_is_an_empty_cell(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "out", {})
    text = {name: "x" for name, kind in COMPARISON.items() if kind == "str"}
    numbers = {name: 1 for name, kind in COMPARISON.items() if kind == "int64"}
    values = {name: float("nan") for name, kind in COMPARISON.items() if kind == "float64"}
    store.write_table(
        "comparison.csv", table([{**text, **numbers, **values, "difference": 0.1}], COMPARISON), COMPARISON
    )
    lines = (tmp_path / "out/comparison.csv").read_text().splitlines()
    assert lines[0] == ",".join(COMPARISON)
    assert lines[1] == "x,x,x,1,x,x,x,x,1,1,,,0.1,,,,,"


def test_a_folder_that_exists_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "out")
    with pytest.raises(StoreError, match="--overwrite") as caught:
        Store.create(tmp_path / "out", {})
    assert caught.value.code == "exists"


def test_overwriting_removes_only_what_the_manifest_lists(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    filled(folder)
    (folder / "mine.txt").write_text("mine")
    (folder / "scenarios" / "mine.toml").write_text("mine")
    store = Store.create(folder, {"version": "1"}, overwrite=True)
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert left == {"manifest.json", "mine.txt", "scenarios/mine.toml"}
    assert store.manifest["files"] == ["manifest.json"]
    assert not (folder / "outcomes").exists()


def test_a_folder_that_is_not_ours_is_never_emptied(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    Store.create(folder, {}, overwrite=True)
    (folder / "manifest.json").unlink()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match="no manifest"):
        Store.create(folder, {}, overwrite=True)
    assert (folder / "mine.txt").exists()


def test_a_manifest_cannot_reach_outside(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    filled(folder)
    (tmp_path / "precious.txt").write_text("mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"].append("../precious.txt")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="outside"):
        Store.create(folder, {}, overwrite=True)
    assert (tmp_path / "precious.txt").exists()


@pytest.mark.parametrize("schema", [3, None, "1"])
def test_another_schema_is_refused(tmp_path: Path, schema: object) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": schema, "files": []}))
    with pytest.raises(StoreError, match="reads schema 2 and below"):
        Store.open(tmp_path)


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path / "out")

    def broken(source: object, target: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store_module.os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        store.write_text("scenarios/s.toml", "half")
    monkeypatch.undo()
    assert (tmp_path / "out/scenarios/s.toml").read_text() == "schema = 1\n"
    assert [path.name for path in (tmp_path / "out/scenarios").iterdir() if not path.name.startswith(".")] == ["s.toml"]


def test_a_row_with_another_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        table([{**ROW, "colour": 1}], OUTCOMES)
    assert list(table([], RUNS).columns) == list(RUNS)


def test_expected_files_that_never_came_are_not_listed_in_the_end(tmp_path: Path) -> None:
    store = filled(tmp_path / "out")
    store.expect(["outcomes/s.a.0002.0002.parquet", "outcomes/s.a.0001.0002.parquet"])
    assert len(store.manifest["files"]) == len(set(store.manifest["files"])) == 4
    assert len(Store.open(tmp_path / "out").read_outcomes()) == 1
    store.finish(status="interrupted")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert "outcomes/s.a.0002.0002.parquet" not in manifest["files"]
    assert manifest["status"] == "interrupted"
