"""What docs/extending.md says is done, in copies of the packages: its changes are applied, its lines of Python run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
PACKAGES = ("sim", "results", "scenarios", "calibration", "app")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)
HUNK = re.compile(r"^@@\n", re.MULTILINE)
CHAPTERS = ("An intervention", "An area", "An outcome")
PATIENCE = 120.0

IS_A_COPY = "import sys, sim; assert sim.__file__.startswith(sys.argv[1]), sim.__file__\n"


def blocks(language: str, text: str = PAGE) -> list[str]:
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def apply(changes: str, folder: Path) -> list[str]:
    """Apply a block of changes; return the files it changed."""
    _, *parts = FILE.split(changes)
    names = parts[::2]
    for name, body in zip(names, parts[1::2], strict=True):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for hunk in HUNK.split(body)[1:]:
            lines = hunk.splitlines()
            assert all(line[0] in " +-" for line in lines), hunk
            before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
            after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
            assert text.count(before) == 1 or not before, f"{name} does not hold this, or more than once:\n{before}"
            text = text.replace(before, after) if before else text + after
        path.write_text(text, encoding="utf-8")
    return names


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with everything added that the page adds."""
    folder = tmp_path_factory.mktemp("extended")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    changed = [name for block in blocks("diff") for name in apply(block, folder)]
    assert len(changed) == 9
    return folder


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_was_added_is_lived(extended: Path, chapter: str) -> None:
    text = PAGE.split(f"## {chapter}\n")[1].split("\n## ")[0]
    (code,) = blocks("python", text)
    found = subprocess.run(
        [sys.executable, "-c", IS_A_COPY + code, str(extended)],
        cwd=extended, env={**os.environ, "PYTHONPATH": str(extended), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr


def test_without_what_the_page_adds_its_lines_fail() -> None:
    """So that an example cannot pass for the wrong reason."""
    (code,) = blocks("python", PAGE.split("## An area\n")[1].split("\n## ")[0])
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert found.returncode != 0
    assert "There is no area 'oefenstad-zuid'" in found.stderr


def test_the_page_has_an_example_of_each() -> None:
    assert len(blocks("python")) == len(CHAPTERS)
    assert len(blocks("diff")) == 4
    assert {kind for kind, _ in BLOCK.findall(PAGE)} == {"diff", "python"}
