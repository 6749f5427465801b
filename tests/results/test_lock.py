"""The lock of a folder: one holder, which no child inherits and no kill leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from results.lock import LOCK, FolderLock
from results.store import StoreError

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from results.lock import FolderLock
from results.store import StoreError
try:
    with FolderLock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.readline()
except StoreError as error:
    print(error.code, flush=True)
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_folder_is_held_once_and_the_file_goes_with_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "new/out"):
        content = json.loads((tmp_path / "new/out" / LOCK).read_text())
        assert content["process"] == os.getpid()
        with pytest.raises(StoreError) as caught, FolderLock(tmp_path / "new" / ".." / "new/out"):
            pass
        assert caught.value.code == "locked"
        assert (tmp_path / "new/out" / LOCK).exists()
        with FolderLock(tmp_path / "other"):
            pass
    assert list((tmp_path / "new/out").iterdir()) == []
    with FolderLock(tmp_path / "new/out"):
        pass


def test_an_error_gives_the_folder_free(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), FolderLock(tmp_path):
        raise ZeroDivisionError
    with FolderLock(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_another_process_is_refused_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    first = holder(tmp_path)
    assert answer(first) == "held"
    before = (tmp_path / LOCK).read_bytes()
    with pytest.raises(StoreError), FolderLock(tmp_path):
        pass
    assert (tmp_path / LOCK).read_bytes() == before
    first.kill()
    first.wait(60)
    assert (tmp_path / LOCK).exists()
    with FolderLock(tmp_path):
        second = holder(tmp_path)
        assert answer(second) == "locked"
        second.communicate(timeout=60)
    assert not (tmp_path / LOCK).exists()
    third = holder(tmp_path)
    assert answer(third) == "held"
    third.communicate("\n", timeout=60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_does_not_hold_it(tmp_path: Path) -> None:
    """A child that lives on, or that leaves by the same door, takes nothing from its parent and keeps nothing."""
    lock = FolderLock(tmp_path)
    with lock:
        child = os.fork()
        if child == 0:
            lock.__exit__(None, None, None)  # what a child does that unwinds its stack
            signal.pause()
        assert (tmp_path / LOCK).exists()
        other = holder(tmp_path)
        assert answer(other) == "locked"
        other.communicate(timeout=60)
    try:
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
        after = holder(tmp_path)
        assert answer(after) == "held"
        after.communicate("\n", timeout=60)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_is_refused_while_its_parent_holds_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        child = os.fork()
        if child == 0:
            try:
                with FolderLock(tmp_path):
                    os._exit(0)
            except StoreError:
                os._exit(3)
            finally:
                os._exit(4)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
        assert (tmp_path / LOCK).exists()
