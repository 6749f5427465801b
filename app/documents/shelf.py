"""Which documents there are, where they lie, in which language they are, and under which heading they are listed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

README = "README.md"
OTHER = "other"
"""The shelf of what stands in the folder and is not named in ``shelf.toml``."""

NOT_READ = ("index.md",)
"""What the site begins with: other documents, put together."""


@dataclass(frozen=True, eq=False)
class Document:
    """One document.

    Attributes:
        file: its name in the folder of documents; the README stands above it.
        language: in which it is written.
        shelf: under which heading it is listed.
        name: as people call it, by language.
        what: what is found in it, by language; empty where nobody said.
        twin: name in an address of the same document in the other language, empty where there is none.
    """

    file: str
    language: str
    shelf: str
    name: Mapping[str, str]
    what: Mapping[str, str]
    twin: str = ""

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return self.file.removesuffix(".md").lower()


def folder() -> Path:
    """Return where the documents lie: beside this module when installed, in ``docs/`` in a checkout."""
    here = Path(str(files("app.documents")))
    installed = here / "pages"
    return installed if installed.is_dir() else here.parents[1] / "docs"


@cache
def shelves() -> Mapping[str, Mapping[str, str]]:
    """Return the headings in their order, each by language."""
    return dict(_declared()["shelves"])


@cache
def documents() -> Mapping[str, Document]:
    """Return every document by its name in an address, in the order of the list."""
    there = {path.name for path in folder().glob("*.md")} - set(NOT_READ)
    named = [Document(**entry) for entry in _declared()["document"]]
    found = [one for one in named if one.file == README or one.file in there]
    rest = sorted(there - {one.file for one in named})
    return {one.slug: one for one in [*found, *map(_unnamed, rest)]}


@cache
def text_of(document: Document) -> str:
    """Return the text of a document as it is written."""
    if document.file != README:
        return (folder() / document.file).read_text(encoding="utf-8")
    beside = folder().parent / README
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    return metadata("wijklab")["Description"]  # an installed package carries it as its description


@cache
def _declared() -> Mapping[str, Any]:
    return tomllib.loads(files("app.documents").joinpath("shelf.toml").read_text(encoding="utf-8"))


def _unnamed(file: str) -> Document:
    """Return a document that nobody put on a shelf, under its own heading."""
    first = re.search(r"^# (.+)$", (folder() / file).read_text(encoding="utf-8"), re.MULTILINE)
    name = first[1] if first else file
    return Document(file, "en", OTHER, {"nl": name, "en": name}, {"nl": "", "en": ""})
