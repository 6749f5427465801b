"""What columns and values are called in one language: from the codebook, and from the labels of this package."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from results.codebook import Codebook

LANGUAGES = ("nl", "en")
POINT_MARK = "~"
"""Between the id of a scenario and the number of a point of a sweep."""

SWEPT_MARK = ":"
"""Between ``lever`` or ``parameter`` and the path of what was swept, in the name of a column."""

ALL = "all"


@cache
def catalogue() -> Mapping[str, Any]:
    """Return the labels of this package: by section, name and language."""
    return tomllib.loads(files("results.export").joinpath("labels.toml").read_text(encoding="utf-8"))


def known_views(codebook: Codebook) -> list[str]:
    """Return the views that outcomes are declared for, in the order of the codebook."""
    return list(dict.fromkeys(view for outcome in codebook.outcomes.values() for view in outcome.views))


class Labels:
    """Names in one language.

    Attributes:
        language: ``nl`` or ``en``.
        codebook: names of outcomes, scenarios, areas and interventions.
    """

    def __init__(self, language: str, codebook: Codebook) -> None:
        self.language = language
        self.codebook = codebook
        self._of: Mapping[str, Callable[[str], str]] = {
            "scenario": self.scenario,
            "reference": self.scenario,
            "area": self.area,
            "view": lambda view: self.word("views", view, view),
            "group": self.group,
            "outcome": self.outcome,
            "part": lambda part: self.word("parts", part, part),
            "status": lambda status: self.word("status", status, status),
        }

    @property
    def named(self) -> tuple[str, ...]:
        """The columns whose values have names."""
        return tuple(self._of)

    def label(self, column: str, value: str) -> str:
        """Return what a value of one of the named columns is called; the value itself where nobody named it."""
        return self._of[column](value)

    def word(self, section: str, name: str, otherwise: str | None = None, **values: object) -> str:
        """Return a label of this package with its names filled in.

        Raises:
            KeyError: when there is no such label, and nothing to say otherwise.
        """
        entry = catalogue()[section].get(name)
        if entry is None and otherwise is not None:
            return otherwise
        return str(catalogue()[section][name][self.language]).format(**values)

    def column(self, name: str) -> tuple[str, str]:
        """Return the title and the description of a column."""
        kind, mark, path = name.partition(SWEPT_MARK)
        if mark:
            return f"{self.word('swept', kind)} {path}", self._of_swept(kind, path)
        return self.word("columns", name), str(catalogue()["columns"][name][f"about_{self.language}"])

    def scenario(self, name: str) -> str:
        """Return the title of a scenario; of a point of a sweep with its number."""
        base, mark, point = name.partition(POINT_MARK)
        title = self._content("scenarios", base, "title")
        return self.word("texts", "point", title=title, point=point) if mark else title

    def area(self, name: str) -> str:
        """Return the name of an area."""
        if name == ALL:
            return self.word("texts", "all_areas")
        return self._content("areas", name, "name")

    def outcome(self, name: str) -> str:
        """Return the name of an outcome."""
        found = self.codebook.outcomes.get(name)
        return found.name[self.language] if found else name

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome; nothing where the codebook does not hold it."""
        found = self.codebook.outcomes.get(outcome)
        return found.unit[self.language] if found else ""

    def group(self, name: str) -> str:
        """Return what a group is called: its kind and its value."""
        kind, mark, value = name.partition(":")
        if not mark:
            return self.word("group_values", name, name)
        shown = self.word("group_values", name, value)
        if kind == "service" and value in self.codebook.interventions:
            shown = self.codebook.interventions[value].name[self.language]
        if kind == "wijk":
            areas = self.codebook.content.get("areas", {}).values()
            shown = next((area["wijken"][value] for area in areas if value in area.get("wijken", {})), value)
        return f"{self.word('group_kinds', kind, kind)}: {shown}"

    def _content(self, section: str, name: str, key: str) -> str:
        found = self.codebook.content.get(section, {}).get(name, {}).get(key, name)
        return str(found[self.language] if isinstance(found, Mapping) else found)

    def _of_swept(self, kind: str, path: str) -> str:
        entry = self.codebook.content.get(f"{kind}s", {}).get(path, {})
        text = entry.get("title") or entry.get("description") or {}
        return str(text.get(self.language, ""))
