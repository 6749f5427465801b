"""What travels with data: outcomes with their names, units and directions, parameters, areas, scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

SCHEMA = 1


class CodebookError(ValueError):
    """A codebook cannot be used, or does not know an outcome."""


@dataclass(frozen=True)
class Outcome:
    """What a codebook says of one outcome.

    Attributes:
        id: name in every table.
        short: name where room is short (SPSS, Stata, wide tables).
        name: name by language.
        unit: unit by language.
        kind: ``flow`` over the year or ``stock`` at its end.
        views: populations it exists for.
        better: the better direction, or ``None``.
        total: whether it is a count or a sum of money, which add up over areas.
        can_be_empty: whether nobody may be left to measure, so that a row may lack on one side of a pair.
    """

    id: str
    short: str
    name: Mapping[str, str]
    unit: Mapping[str, str]
    kind: Literal["flow", "stock"]
    views: tuple[str, ...]
    better: Literal["lower", "higher"] | None
    total: bool = False
    can_be_empty: bool = False


@dataclass(frozen=True)
class Codebook:
    """The codebook of a set of results.

    Attributes:
        outcomes: by id, in the order in which they are shown.
        content: everything in the file, as it was read.
    """

    outcomes: Mapping[str, Outcome]
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def outcome(self, name: str) -> Outcome:
        """Return one outcome.

        Raises:
            CodebookError: when the codebook does not hold it.
        """
        try:
            return self.outcomes[name]
        except KeyError:
            raise CodebookError(f"the codebook holds no outcome '{name}'") from None

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Codebook:
        """Return the codebook that a parsed ``codebook.json`` describes.

        Raises:
            CodebookError: when its schema number is not known here.
        """
        schema = content.get("schema")
        if schema != SCHEMA:
            raise CodebookError(f"the codebook has schema {schema}; this version reads only schema {SCHEMA}")
        outcomes = {
            name: Outcome(id=name, **{**entry, "views": tuple(entry["views"])})
            for name, entry in content["outcomes"].items()
        }
        return cls(outcomes, content)

    @classmethod
    def read(cls, path: Path) -> Codebook:
        """Read ``codebook.json``."""
        return cls.from_content(json.loads(path.read_text(encoding="utf-8")))
