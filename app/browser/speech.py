"""What the pages say: the messages of every page in both languages, beside those of the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from app.words import Words


@cache
def page_messages() -> Mapping[str, Mapping[str, str]]:
    """Return every message of the pages by key (``file.name``), with its text by language."""
    found: dict[str, Mapping[str, str]] = {}
    for entry in sorted(files("app.browser").joinpath("messages").iterdir(), key=lambda entry: entry.name):
        stem, _, suffix = entry.name.rpartition(".")
        if suffix == "toml":
            for name, texts in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                found[f"{stem}.{name}"] = texts
    return MappingProxyType(found)


class Speech(Words):
    """The messages and numbers of one language, those of the pages included."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        own = {key: texts[language] for key, texts in page_messages().items()}
        self._catalogue = MappingProxyType({**self._catalogue, **own})

    def of(self, texts: Mapping[str, str]) -> str:
        """Return the text of this language."""
        return texts[self.language]

    def all(self, start: str) -> dict[str, str]:
        """Return the messages whose keys begin so, by the rest of the key: for components that fill them in."""
        return {key.removeprefix(start): text for key, text in self._catalogue.items() if key.startswith(start)}


@cache
def speech(language: str) -> Speech:
    """Return the messages of a language."""
    return Speech(language)
