"""Reads the parameter files and draws parameter sets from their distributions."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.special import ndtri

from sim.draws import TWO32, name_key

Z95 = 1.6448536269514722
"""The 95th percentile of the standard normal: p05 and p95 lie this many deviations from the median."""

FILES_WITHOUT_PARAMETERS = ("levers.toml", "centres.toml")
"""Packaged beside the parameters: the declaration of levers and the frozen centres."""


class ParameterError(ValueError):
    """A parameter is unknown, badly declared, or a drawn set is refused."""


class Texts(BaseModel):
    """One text in Dutch and English."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str


class Distribution(BaseModel):
    """What we do not know about a parameter.

    ``normal`` and ``lognormal`` are two-piece: the value is the median and p05 and p95 may lie at different
    distances from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["fixed", "uniform", "triangular", "normal", "lognormal"] = "fixed"
    low: float | None = None
    high: float | None = None
    p05: float | None = None
    p95: float | None = None

    @model_validator(mode="after")
    def _complete(self) -> Distribution:
        needed = {"uniform": ("low", "high"), "triangular": ("low", "high")}.get(self.kind, ())
        needed = needed or {"normal": ("p05", "p95"), "lognormal": ("p05", "p95")}.get(self.kind, ())
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a {self.kind} distribution needs {' and '.join(missing)}")
        return self

    def quantile(self, u: float, value: float) -> float:
        """Return the quantile ``u`` of the distribution whose centre is ``value``."""
        if self.kind == "uniform":
            assert self.low is not None
            assert self.high is not None
            return self.low + u * (self.high - self.low)
        if self.kind == "triangular":
            assert self.low is not None
            assert self.high is not None
            return _triangular(u, self.low, value, self.high)
        if self.kind == "normal":
            assert self.p05 is not None
            assert self.p95 is not None
            z = float(ndtri(u))
            drawn = value + z * ((self.p95 - value) if z > 0 else (value - self.p05)) / Z95
        elif self.kind == "lognormal":
            assert self.p05 is not None
            assert self.p95 is not None
            z = float(ndtri(u))
            ratio = (self.p95 / value) if z > 0 else (value / self.p05)
            drawn = value * math.exp(z * math.log(ratio) / Z95)
        else:
            drawn = value
        return min(
            max(drawn, -math.inf if self.low is None else self.low),
            math.inf if self.high is None else self.high,
        )


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    split = (mode - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


class Parameter(BaseModel):
    """One number (or short list of numbers) of the model, with where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: float | list[float]
    unit: str
    description: Texts
    source: str
    grade: Literal["high", "medium", "low", "judgement"]
    distribution: Distribution = Distribution()
    local_sd: Annotated[float, Field(ge=0)] = 0.0
    note: str = ""

    @model_validator(mode="after")
    def _lists_are_fixed(self) -> Parameter:
        if isinstance(self.value, list) and (self.distribution.kind != "fixed" or self.local_sd):
            raise ValueError("a list of numbers has no distribution of its own; give its scale a parameter")
        return self


@lru_cache(maxsize=1)
def declared_parameters() -> Mapping[str, Parameter]:
    """Return every declared parameter by path (``file.name``), in the order of the files.

    Raises:
        ParameterError: when a file does not follow the form.
    """
    found: dict[str, Parameter] = {}
    for entry in sorted(files("sim.parameters").iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".toml") or entry.name in FILES_WITHOUT_PARAMETERS:
            continue
        stem = entry.name.removesuffix(".toml")
        for name, body in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            try:
                found[f"{stem}.{name}"] = Parameter.model_validate(body)
            except ValueError as error:
                raise ParameterError(f"{entry.name}: [{name}]: {error}") from error
    return found


@lru_cache(maxsize=1)
def frozen_centres() -> Mapping[str, Any]:
    """Return the frozen centres: base-year means by age band and sex, made once by ``calibration.centres``."""
    text = files("sim.parameters").joinpath("centres.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class ParameterSet:
    """The values of one parameter draw, in one area.

    Attributes:
        draw: number of the draw; 0 is the central set.
        values: every scalar parameter by path.
        tables: every list parameter by path.
    """

    draw: int
    values: Mapping[str, float]
    tables: Mapping[str, NDArray[np.float64]]

    def __getitem__(self, path: str) -> float:
        try:
            return self.values[path]
        except KeyError:
            raise ParameterError(_unknown(path, self.values)) from None

    def table(self, path: str) -> NDArray[np.float64]:
        """Return a list parameter as an array."""
        try:
            return self.tables[path]
        except KeyError:
            raise ParameterError(_unknown(path, self.tables)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def replace(self, **changes: float) -> ParameterSet:
        """Return a copy with other values; a dot in a path is written as two underscores."""
        return self.with_values({path.replace("__", ".", 1): value for path, value in changes.items()})

    def with_values(self, changes: Mapping[str, float]) -> ParameterSet:
        """Return a copy with other values.

        Raises:
            ParameterError: when a path does not exist.
        """
        for path in changes:
            if path not in self.values:
                raise ParameterError(_unknown(path, self.values))
        return ParameterSet(self.draw, {**self.values, **changes}, self.tables)


def _unknown(path: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(path, list(known), n=1)
    return f"there is no parameter '{path}'" + (f"; the nearest is '{near[0]}'" if near else "")


def load_parameters(draw: int = 0, area: str | None = None) -> ParameterSet:
    """Return one parameter set.

    Every parameter has its own number for a draw, made from its path alone, so that a new parameter changes no
    other. National values are the same in every area; parameters with ``local_sd`` get a deviation per area.

    Args:
        draw: 0 for the central set, 1 and up for draws from the distributions.
        area: area id for local deviations; ``None`` leaves them out.
    """
    values: dict[str, float] = {}
    tables: dict[str, NDArray[np.float64]] = {}
    for path, parameter in declared_parameters().items():
        if isinstance(parameter.value, list):
            tables[path] = np.asarray(parameter.value, dtype=np.float64)
            continue
        value = parameter.value
        if draw > 0:
            value = parameter.distribution.quantile(_share(draw, path), value)
            if parameter.local_sd and area is not None:
                value *= math.exp(parameter.local_sd * float(ndtri(_share(draw, path, area))))
        values[path] = value
    return ParameterSet(draw, values, tables)


def _share(draw: int, *parts: str) -> float:
    key = name_key("|".join((f"parameter draw {draw}", *parts)))
    return ((key >> 32) + 0.5) / TWO32
