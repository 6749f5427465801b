"""Uncertain parameters in a dozen groups with names that mean something, and the values they may take."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

import numpy as np

from scenarios.posterior import posterior
from sim.parameters import Parameter, declared_parameters

CHANCE = "chance"
"""The group of the seed, which is no parameter."""

LEAST, MOST = 0.05, 0.95
"""The part of a distribution that is gone through: what lies beyond is rare, and the model may refuse it."""


@dataclass(frozen=True)
class Group:
    """Parameters about one thing.

    Attributes:
        id: its name in tables.
        paths: the uncertain parameters in it, in the order of their files.
        nl: what it is about, in Dutch.
        en: the same in English.
    """

    id: str
    paths: tuple[str, ...]
    nl: str
    en: str

    def name(self, language: str) -> str:
        """Return what it is about."""
        return self.nl if language == "nl" else self.en


def uncertain(parameter: Parameter) -> bool:
    """Return whether a parameter has a doubt of its own."""
    return not isinstance(parameter.value, list) and parameter.distribution.kind != "fixed"


@cache
def groups() -> Mapping[str, Group]:
    """Return the groups by id, that of chance last.

    Raises:
        ValueError: when an uncertain parameter is in no group or in two.
    """
    text = files("calibration").joinpath("groups.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    single = {path: name for name, entry in declared.items() for path in entry.get("paths", ())}
    by_file = {stem: name for name, entry in declared.items() for stem in entry["files"]}
    paths: dict[str, list[str]] = {name: [] for name in declared}
    if len(by_file) != sum(len(entry["files"]) for entry in declared.values()):
        raise ValueError("groups.toml: a file stands in two groups")
    for path, parameter in declared_parameters().items():
        stem = path.partition(".")[0]
        if uncertain(parameter):
            if path not in single and stem not in by_file:
                raise ValueError(f"groups.toml: {path} stands in no group")
            paths[single.get(path, by_file.get(stem, ""))].append(path)
    return {name: Group(name, tuple(paths[name]), entry["nl"], entry["en"]) for name, entry in declared.items()}


def group_of(path: str) -> Group:
    """Return the group of an uncertain parameter.

    Raises:
        KeyError: when it is in none: unknown, or not uncertain.
    """
    for group in groups().values():
        if path in group.paths:
            return group
    raise KeyError(path)


def values_at() -> Mapping[str, Callable[[float], float]]:
    """Return by path what an uncertain parameter is at a share between 0 and 1 of the way through its doubt.

    A fitted parameter goes through the rows of the shipped posterior, each by itself: that some of them move together
    there is left out. Every other goes through the middle 90 per cent of its own distribution.
    """
    found = posterior()
    fitted = {} if found is None else {path: fitted_values(path) for path in found.parameters}
    return {
        path: partial(_of_rows, fitted[path]) if path in fitted else partial(_of_prior, parameter)
        for path, parameter in declared_parameters().items()
        if uncertain(parameter)
    }


def fitted_values(path: str) -> tuple[float, ...]:
    """Return the values of a fitted parameter in the rows of the shipped posterior; none where it is not fitted."""
    found = posterior()
    if found is None:
        return ()
    rows = [dict(row) for row in found.rows.values()]
    return tuple(row[path] for row in rows if path in row)


def source_of_draws() -> str:
    """Return where the values come from: the beginning of the checksum of the shipped posterior, or ``prior``."""
    found = posterior()
    return "prior" if found is None else found.sha256[:16]


def _of_rows(rows: Sequence[float], share: float) -> float:
    return float(np.quantile(np.asarray(rows), LEAST + share * (MOST - LEAST)))


def _of_prior(parameter: Parameter, share: float) -> float:
    assert isinstance(parameter.value, float)
    return parameter.distribution.quantile(LEAST + share * (MOST - LEAST), parameter.value)
