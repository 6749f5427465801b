"""What the model must do whatever its parameters, taken from the tables of proofs and patterns by number."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from calibration.targets import load_targets


@dataclass(frozen=True)
class Found:
    """One figure of a behaviour: where it stands, what came, what was asked, and whether they agree."""

    id: str
    value: float
    low: float
    high: float
    agrees: bool


@dataclass(frozen=True)
class Behaviour:
    """Something the model must do.

    Attributes:
        use: ``construct`` (asked for while building) or ``check``; neither counts as validation.
        nl, en: what it does.
        found: the figures that show it.
    """

    use: str
    nl: str
    en: str
    found: tuple[Found, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure agrees."""
        return all(one.agrees for one in self.found)


def behaviours() -> tuple[Behaviour, ...]:
    """Return the behaviours in the order of their file.

    Raises:
        KeyError: when a row they name is in no table.
    """
    listed = tomllib.loads(_text("validation/behaviours.toml"))["behaviour"]
    proofs, patterns = _proofs(), _patterns()
    return tuple(
        Behaviour(
            one["use"],
            one["nl"],
            one["en"],
            tuple(proofs[name] for name in one.get("proof", ()))
            + tuple(patterns[name] for name in one.get("pattern", ())),
        )
        for one in listed
    )


def _proofs() -> Mapping[str, Found]:
    rows = csv.DictReader(_text("proofs.csv").splitlines())
    return {
        row["id"]: Found(
            row["id"], float(row["value"]), float(row["says_low"]), float(row["says_high"]), row["agrees"] == "yes"
        )
        for row in rows
        if row["kind"] in ("null", "mechanism")
    }


def _patterns() -> Mapping[str, Found]:
    targets = {target.id: target for target in load_targets()}
    return {
        row["id"]: Found(
            row["id"],
            float(row["value"]),
            targets[row["id"]].low,
            targets[row["id"]].high,
            targets[row["id"]].low <= float(row["value"]) <= targets[row["id"]].high,
        )
        for row in csv.DictReader(_text("measured.csv").splitlines())
        if row["value"]
    }


def _text(name: str) -> str:
    found = files("calibration")
    for part in name.split("/"):
        found = found.joinpath(part)
    return found.read_text(encoding="utf-8")
