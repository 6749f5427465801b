"""The commands ``batch`` and ``merge``: what goes where, exit codes, sentences in both languages."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fake_model
import pytest
from batch_tools import assert_same, write_design

from app.cli import main
from results.lock import FolderLock
from results.reading import open_results
from scenarios.executors import ThisProcess, Workers

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, fake: None) -> None:
    """Do the tasks in this process: what workers do is proved elsewhere."""

    @contextmanager
    def workers(*asked: Any) -> Iterator[Workers]:
        yield ThisProcess()

    monkeypatch.setattr("app.batch.workers_of", workers)
    monkeypatch.setattr("sim.fingerprint.fingerprint", lambda: "f" * 64)
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", "count.txt")
    monkeypatch.setenv("WIJKLAB_TEST_WRONG", "wrong.txt")
    for name in ("WIJKLAB_TEST_COUNT", "WIJKLAB_TEST_WRONG"):
        assert not Path(os.environ[name]).exists()
    write_design(Path(), 2)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> dict[str, str]:
    """Return the one sentence in each language."""
    told = {}
    for language in ("nl", "en"):
        found, out, told[language] = call(capsys, *arguments, "--language", language)
        assert (found, out) == (code, ""), told
        assert told[language].startswith("wijklab: ")
        assert told[language].count("\n") == 1
        assert told[language].endswith(".\n")
    assert told["nl"] != told["en"]
    return told


def test_standard_output_is_the_folder_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "batch", "tiny.toml", "--quiet") == (0, f"{Path('output/tiny')}\n", "")
    code, out, err = call(capsys, "batch", "tiny.toml", "--out", "elsewhere", "--language", "en")
    assert (code, out) == (0, "elsewhere\n")
    assert "8 runs" in err
    assert "All runs are done" in err
    assert_same(Path("elsewhere"), Path("output/tiny"))
    code, out, err = call(capsys, "batch", "tiny.toml", "--out", "elsewhere", "--language", "en")
    assert (code, out) == (0, "elsewhere\n")
    assert "8 runs were finished before" in err
    manifest = open_results("elsewhere").manifest
    assert manifest["status"] == "done"
    assert sorted(manifest["files"]) == sorted(
        path.relative_to("elsewhere").as_posix() for path in Path("elsewhere").rglob("*") if path.is_file()
    )


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(Path().rglob("*"))
    for language, words in (("nl", ("Runs", "geheugen", "MB")), ("en", ("Runs", "memory", "MB"))):
        code, out, err = call(capsys, "batch", "tiny.toml", "--dry-run", "--workers", "2", "--language", language)
        assert (code, err) == (0, "")
        assert all(word in out for word in words)
        assert any(line.split()[0] == "Runs" and "8" in line for line in out.splitlines() if line.split())
    assert sorted(Path().rglob("*")) == before


def test_parts_are_joined_to_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "batch", "tiny.toml", "--out", "whole")
    for part in (1, 2, 3):
        code, out, err = call(
            capsys, "batch", "tiny.toml", "--out", f"p{part}", "--shard", f"{part}/3", "--language", "en"
        )
        assert (code, out) == (0, f"p{part}\n")
        assert "wijklab merge" in err
    assert call(capsys, "merge", "p1", "p2", "p3", "--to", "new", "--quiet") == (0, "new\n", "")
    assert_same(Path("new"), Path("whole"))
    assert call(capsys, "merge", "p1", "p2", "p3", "--quiet") == (0, "p1\n", "")
    assert_same(Path("p1"), Path("whole"))


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "1/0", "a/b", "1/3/5", "-1/3", "1/3 "])
def test_a_part_that_is_none_is_refused_before_anything_is_written(
    capsys: pytest.CaptureFixture[str], shard: str
) -> None:
    told = refused(capsys, "batch", "tiny.toml", "--out", "out", "--shard", shard)
    assert "1/4" in told["nl"]
    assert not list(Path("out").glob("[!.]*"))


def test_merging_what_cannot_be_merged(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "batch", "tiny.toml", "--out", "p1", "--shard", "1/2")
    write_design(Path(), 3, name="other.toml")
    call(capsys, "batch", "other.toml", "--out", "p2", "--shard", "2/2")
    (Path("link")).symlink_to("p1")
    refused(capsys, "merge", "p1")
    for twice in ("p1", "./p1", "p2/../p1", "link"):
        assert "twice" in refused(capsys, "merge", "p1", twice)["en"]
    assert "draws" in refused(capsys, "merge", "p1", "p2")["nl"]
    assert "nowhere" in refused(capsys, "merge", "p1", "nowhere")["nl"]
    assert not Path("nowhere").exists()
    assert "draws" in refused(capsys, "merge", "p1", "p2", "--to", "new")["nl"]
    assert not list(Path("new").glob("[!.]*"))


def test_what_differs_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    call(capsys, "batch", "tiny.toml", "--out", "out")
    write_design(Path(), 3)
    assert "draws" in refused(capsys, "batch", "tiny.toml", "--out", "out")["nl"]
    write_design(Path(), 2)
    monkeypatch.setattr("sim.fingerprint.fingerprint", lambda: "0" * 64)
    assert "NumPy" in refused(capsys, "batch", "tiny.toml", "--out", "out")["en"]
    Path("letters").mkdir()
    Path("letters/letter.txt").write_text("dear")
    refused(capsys, "batch", "tiny.toml", "--out", "letters")
    assert [path.name for path in Path("letters").iterdir()] == ["letter.txt"]
    with FolderLock(Path("busy")):
        assert "busy" in refused(capsys, "batch", "tiny.toml", "--out", "busy")["nl"]
    Path("file").write_text("")
    assert "file" in refused(capsys, "batch", "tiny.toml", "--out", "file")["nl"]


def test_failures_are_told_and_tried_again_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.choosing)
    Path("wrong.txt").write_text("2 raised\n")
    code, out, err = call(capsys, "batch", "tiny.toml", "--out", "out", "--language", "en")
    assert (code, out) == (1, "out\n")
    assert "draw went wrong" in err
    assert "failures.parquet" in err
    assert open_results("out").manifest["status"] == "failures"
    Path("wrong.txt").write_text("")
    Path("count.txt").unlink()
    assert call(capsys, "batch", "tiny.toml", "--out", "out", "--quiet")[0] == 1
    assert not Path("count.txt").exists()
    assert call(capsys, "batch", "tiny.toml", "--out", "out", "--retry", "--quiet") == (0, "out\n", "")
    assert len(Path("count.txt").read_text().splitlines()) == 4


def test_a_spoilt_part_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "batch", "tiny.toml", "--out", "out")
    shutil.copytree("out", "kept")
    spoilt = sorted(Path("out/outcomes").iterdir())[3]
    spoilt.write_bytes(spoilt.read_bytes()[:-7])
    code, out, err = call(capsys, "batch", "tiny.toml", "--out", "out", "--language", "en")
    assert (code, out) == (0, "out\n")
    assert spoilt.stem in err
    assert "done again" in err
    assert_same(Path("out"), Path("kept"))


@pytest.mark.parametrize("where", ["outcomes", "runs.parquet", "comparison.csv", "codebook.json"])
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    call(capsys, "batch", "tiny.toml", "--out", "whole")
    write, left = Path.write_bytes, [2]

    def full(place: Path, content: bytes) -> int:
        hit = place.parent.name == where or place.name.startswith(f".{where}")
        left[0] -= hit
        if hit and (where != "outcomes" or left[0] < 0):
            write(place, content[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(place, content)

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        told = refused(capsys, "batch", "tiny.toml", "--out", "out", "--quiet", code=1)
    assert "disk full" in told["en"]
    assert call(capsys, "batch", "tiny.toml", "--out", "out", "--quiet") == (0, "out\n", "")
    assert_same(Path("out"), Path("whole"))


def test_a_design_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.toml" in refused(capsys, "batch", "nowhere.toml")["nl"]
    assert "small" in refused(capsys, "batch", "smal")["nl"]
    refused(capsys, "batch", "tiny.toml", "--workers", "0")
    assert not Path("output").exists()
