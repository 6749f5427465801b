"""What travels with data: outcomes with their names, units and directions, parameters, areas, scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

SCHEMA = 3


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
        section: heading under which reports show it, a key of the codebook's sections; empty for none.
        latent: whether it is a state of the model that nobody measures, which reports keep apart.
        kept_by: who adds up its rows: ``sim``, or ``results`` for balances that need discounting.
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
    section: str = ""
    latent: bool = False
    kept_by: Literal["sim", "results"] = "sim"


@dataclass(frozen=True)
class Intervention:
    """What a codebook says of something the programme can buy.

    Attributes:
        id: name in the groups ``service:ID``.
        name: name by language.
        pillar: name of the part of the programme it belongs to, by language.
    """

    id: str
    name: Mapping[str, str]
    pillar: Mapping[str, str]


@dataclass(frozen=True)
class Codebook:
    """The codebook of a set of results.

    Attributes:
        outcomes: by id, in the order in which tables hold them.
        sections: headings of a report by id, in their order, each by language.
        interventions: what the programme can buy, by id, in the order in which it is shown.
        content: everything in the file, as it was read.
    """

    outcomes: Mapping[str, Outcome]
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    interventions: Mapping[str, Intervention] = field(default_factory=dict)
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

    def parameter(self, path: str) -> float:
        """Return the central value of a parameter.

        Raises:
            CodebookError: when the codebook does not hold it.
        """
        try:
            return float(self.content["parameters"][path]["value"])
        except KeyError:
            raise CodebookError(f"the codebook holds no parameter '{path}'") from None

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Codebook:
        """Return the codebook that a parsed ``codebook.json`` describes.

        Raises:
            CodebookError: when its schema number is not known here.
        """
        if content.get("schema") == 1:
            content = _with_sections(content)
        if content.get("schema") == 2:
            content = _with_latent(content)
        schema = content.get("schema")
        if schema != SCHEMA:
            raise CodebookError(f"the codebook has schema {schema}; this version reads schema {SCHEMA} and below")
        outcomes = {
            name: Outcome(id=name, **{**entry, "views": tuple(entry["views"])})
            for name, entry in content["outcomes"].items()
        }
        interventions = {name: Intervention(name, **entry) for name, entry in content["interventions"].items()}
        return cls(outcomes, content["sections"], interventions, content)

    @classmethod
    def read(cls, path: Path) -> Codebook:
        """Read ``codebook.json``."""
        return cls.from_content(json.loads(path.read_text(encoding="utf-8")))


def _with_sections(content: Mapping[str, Any]) -> dict[str, Any]:
    """Bring schema 1 up to date: it knew no sections, and no interventions by name."""
    return {"sections": {}, "interventions": {}, **content, "schema": 2}


def _with_latent(content: Mapping[str, Any]) -> dict[str, Any]:
    """Bring schema 2 up to date: all of its outcomes were counted by the model, and none was latent."""
    since = {"latent": False, "kept_by": "sim"}
    outcomes = {name: {**since, **entry} for name, entry in content["outcomes"].items()}
    return {**content, "outcomes": outcomes, "schema": 3}
