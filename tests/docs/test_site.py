"""The documents that are made are fresh; links hold; the site builds twice to the same bytes and fetches nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.documents.__main__ import main
from app.documents.code import WHEN, month
from app.documents.links import anchors, for_site, links, resolve, slugs
from app.documents.made import MADE, stale
from app.documents.shelf import NOT_READ, README, documents, text_of
from sim.levers import declared_levers
from sim.model import MONTH
from sim.outcomes import OUTCOMES
from sim.population.columns import TABLES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PATIENCE = 300.0
ODD_HEADINGS = (
    "Purpose", "Entities, state variables, and scales", "Process overview and scheduling",
    "Theoretical and empirical background", "Individual decision-making", "Learning", "Individual sensing",
    "Individual prediction", "Interaction", "Collectives", "Heterogeneity", "Stochasticity", "Observation",
    "Implementation details", "Initialisation", "Input data", "Submodels",
)  # fmt: skip
"""What the protocol asks for, in its order."""

FETCHED = re.compile(r"""<(?:link|script|img|iframe|source|object|embed)\b[^>]*?(?:src|href|data)=["'](?:https?:)?//""")
FETCHED_BY_STYLE = re.compile(r"""url\(["']?(?:https?:)?//|@import""")


# --- what is made


def test_what_is_made_is_fresh() -> None:
    assert stale() == [], "out of date: run `python -m app.documents`"


def test_a_stale_document_is_told_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    assert main(["--check", "--out", str(tmp_path)]) == 0
    page = tmp_path / "odd.md"
    whole = page.read_bytes()
    page.write_bytes(whole + b"something else\n")
    capsys.readouterr()
    assert main(["--check", "--out", str(tmp_path)]) == 1
    assert "stale: odd.md" in capsys.readouterr().err
    assert main(["--out", str(tmp_path)]) == 0
    assert page.read_bytes() == whole


def test_what_is_made_says_nothing_of_machine_or_day() -> None:
    for name in MADE:
        text = (DOCS / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text, name
        assert "/tmp/" not in text, name


def test_the_protocol_has_every_heading_and_every_declaration() -> None:
    text = (DOCS / "odd.md").read_text(encoding="utf-8")
    found = re.findall(r"^### [IV]+\.[ivx]+ (.+)$", text, re.MULTILINE)
    assert tuple(found) == ODD_HEADINGS
    for columns in TABLES.values():
        assert all(f"| `{column.name}` |" in text for column in columns)
    assert all(f"| `{name}` |" in text for name in OUTCOMES)
    assert f"{len(declared_levers())} levers" in text


def test_the_month_is_read_from_the_code_in_its_order() -> None:
    assert list(month()) == list(MONTH)
    places = {step.where.rpartition(".")[2]: (part, number) for part, (_, steps) in month().items()
              for number, step in enumerate(steps)}  # fmt: skip
    assert places["meet"] < places["find_and_enrol"]
    assert places["rates"][0] == places["crimes"][0] == "offend"
    assert places["rates"] < places["draw"] < places["crimes"]
    told = {step.when for _, steps in month().values() for step in steps} - {""}
    assert told <= {
        ", ".join(parts) for parts in [*((one,) for one in WHEN.values()), ("not during burn-in", "in August")]
    }


# --- links


@pytest.mark.parametrize("slug", list(documents()))
def test_links_lead_to_something_that_is_there(slug: str) -> None:
    document = documents()[slug]
    base = ROOT if document.file == README else DOCS
    for target in links(text_of(document)):
        link = resolve(document, target)
        if link.kind == "world":
            continue
        assert (base / target.partition("#")[0]).exists(), target
        if link.anchor:
            assert link.kind == "document", target
            assert link.anchor in anchors(text_of(documents()[link.to])), target


def test_every_file_in_the_folder_is_a_document() -> None:
    there = {path.name for path in DOCS.glob("*.md")} - set(NOT_READ)
    assert {document.file for document in documents().values()} == there | {README}


def test_every_file_that_is_named_is_there() -> None:
    declared = tomllib.loads((ROOT / "app" / "documents" / "shelf.toml").read_text(encoding="utf-8"))
    named = [entry["file"] for entry in declared["document"]]
    assert [file for file in named if not (DOCS / file).is_file() and file != README] == []
    assert len(set(named)) == len(named)


def test_the_readme_links_the_documents() -> None:
    assert {"docs/odd.md", "docs/architecture.md", "docs/extending.md", "docs/data-sheet.md"} <= set(
        links((ROOT / README).read_text(encoding="utf-8"))
    )


def test_anchors_are_those_of_github() -> None:
    headings = ["Purpose", "I.ii Scales, and so on", "Purpose", "Mesa's `batch_run`", "[A link](x.md) here"]
    assert list(slugs(headings)) == ["purpose", "iii-scales-and-so-on", "purpose-1", "mesas-batch_run", "a-link-here"]


def test_links_out_of_the_documents_become_names_of_files() -> None:
    document = documents()["howto"]
    code = "```sh\n[a](../b)\n```\n"
    text = f"[the image](../deploy/Containerfile), [README](../README.md#licence-and-data), [x](ethics.md)\n{code}"
    shown = f"the image (`deploy/Containerfile`), [README](index.md#licence-and-data), [x](ethics.md)\n{code}"
    assert for_site(document, text) == shown


# --- the site


def building(place: Path, hash_seed: str) -> subprocess.Popen[str]:
    """Begin to build the site as the README says, with warnings as errors."""
    place.mkdir()
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html",
               "-d", str(place / "read"), str(DOCS), str(place / "site")]  # fmt: skip
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, cwd=place, stderr=subprocess.PIPE, text=True)


def built(place: Path, process: subprocess.Popen[str]) -> dict[str, bytes]:
    """Wait for the site and return its files."""
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told[-3000:]
    files = sorted(path for path in (place / "site").rglob("*") if path.is_file())
    return {str(path.relative_to(place / "site")): path.read_bytes() for path in files}


@pytest.mark.slow
def test_the_site_builds_twice_to_the_same_bytes_and_fetches_nothing(tmp_path: Path) -> None:
    pytest.importorskip("furo")
    places = [tmp_path / "one", tmp_path / "another-name"]
    processes = [building(place, str(number)) for number, place in enumerate(places)]
    first, second = (built(place, process) for place, process in zip(places, processes, strict=True))
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []
    for document in documents().values():
        name = "index.html" if document.file == README else f"{document.file.removesuffix('.md')}.html"
        assert f'lang="{document.language}"'.encode() in first[name][:400], name
    for name, content in first.items():
        text = content.decode("utf-8", errors="replace")
        assert str(ROOT) not in text, name
        if name.endswith(".html"):
            assert not FETCHED.search(text), name
        if name.endswith(".css"):
            assert not FETCHED_BY_STYLE.search(text), name
