"""The pages on bridges and clusters: links lead somewhere, Python blocks run, shell blocks run with a tiny design."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from results.reading import open_results

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "bridges.md", DOCS / "cluster.md"]
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

SMALL = "scenarios/designs/small.toml"

TINY = """
schema = 1
id = "tiny"
scenarios = ["preventie-met-gezag"]
reference = "geen-programma"
areas = ["vlaardingen-westwijk"]
draws = 2
seeds = 1
sample = 0.02
years = 1
"""


def texts() -> list[tuple[Path, str]]:
    pages = [(path, path.read_text(encoding="utf-8")) for path in PAGES]
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        pages.append((path, "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")))
    return pages


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page, those within code left out."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize(("page", "text"), texts(), ids=lambda value: value.name if isinstance(value, Path) else "")
def test_links_lead_somewhere(page: Path, text: str) -> None:
    links = [link for link in LINK.findall(text) if not link.startswith("https://")]
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def blocks(language: str) -> list[str]:
    found = [block for page in PAGES for block in BLOCK.findall(page.read_text(encoding="utf-8"))]
    return [text for kind, text in found if kind == language]


def test_python_blocks_run() -> None:
    pytest.importorskip("ema_workbench")
    assert blocks("python")
    for block in blocks("python"):
        names: dict[str, Any] = {}
        exec(compile(block, "page", "exec"), names)
        assert len(names["experiments"]) == 3


@pytest.mark.slow
def test_shell_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.toml").write_text(TINY, encoding="utf-8")
    for line in "".join(blocks("sh")).splitlines():
        command, *arguments = shlex.split(line.replace(SMALL, "tiny.toml"))
        assert command == "wijklab"
        assert main(arguments) == 0, capsys.readouterr().err
    assert len(open_results("output/small").runs) == 4


def test_the_small_design_that_the_pages_name_exists() -> None:
    assert SMALL in "".join(blocks("sh"))
    assert (DOCS.parent / SMALL).exists()
