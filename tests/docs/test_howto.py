"""Every code block of docs/howto.md runs, in order, in an empty folder."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "howto.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

SMALL = "--years 1 --draws 1 --replicates 1 --sample 0.03 --workers 1"
"""Added to every comparison: of an option given twice the last one holds."""


@dataclass(frozen=True)
class Block:
    language: str
    line: int
    text: str


def blocks() -> Iterator[Block]:
    page = PAGE.read_text(encoding="utf-8")
    for found in BLOCK.finditer(page):
        yield Block(found[1], page.count("\n", 0, found.start(2)), found[2])


def run_python(block: Block, names: dict[str, Any]) -> None:
    # empty lines before the code, so that a traceback names the line of the page
    exec(compile("\n" * block.line + block.text, str(PAGE), "exec"), names)


def run_shell(block: Block) -> None:
    for line in block.text.splitlines():
        command, *arguments = shlex.split(line)
        assert command == "wijklab", line
        small = shlex.split(SMALL) if arguments[0] == "compare" else []
        assert main([*arguments, *small]) == 0, line


def save_scenario(block: Block) -> None:
    name = re.search(r'^id = "(.+)"$', block.text, re.MULTILINE)
    assert name is not None
    Path(f"{name[1]}.toml").write_text(block.text, encoding="utf-8")


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "howto"}
    run = {"python": lambda block: run_python(block, names), "sh": run_shell, "toml": save_scenario}
    for block in blocks():
        run[block.language](block)


def test_the_page_has_blocks_of_every_kind() -> None:
    assert {block.language for block in blocks()} == {"python", "sh", "toml"}
