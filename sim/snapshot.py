"""The state of a world as plain arrays and facts: to copy, to save, to branch (DESIGN D14). Nothing is pickled."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.counting import Year
from sim.fingerprint import fingerprint
from sim.programme.budget import Stock

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

SCHEMA = 4
TABLES = ("people", "households", "dwellings", "streets", "cases")
FACTS = (
    "month",
    "fraction",
    "normal_vacancy",
    "friends_renewed",
    "income_line",
    "elsewhere_share",
    "sample",
    "draw",
    "closed_roles",
)


KEEPERS = ("alliance", "debt_help", "care", "social", "residents_groups", "housing_fund")
"""Institutions whose state is what their ``STATE`` names."""


class SnapshotError(ValueError):
    """A snapshot cannot be read here."""


@dataclass
class State:
    """Everything that decides how a world goes on.

    Attributes:
        arrays: arrays by name, ``part.name``.
        facts: numbers and texts.
    """

    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]

    def part(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of one part, without its name in front."""
        return {key[len(name) + 1 :]: value for key, value in self.arrays.items() if key.startswith(name + ".")}


def take(model: NeighbourhoodModel) -> State:
    """Return a copy of the state of a world."""
    from sim.population.synthesis import frame_of

    arrays: dict[str, NDArray[Any]] = {}
    for name in TABLES:
        arrays.update({f"{name}.{key}": value for key, value in getattr(model, name).state().items()})
    arrays.update({f"donors.{key}": value for key, value in model.donors.arrays.items()})
    arrays["frame.ages"] = frame_of(model.area, model.draws, model.p, model.sample).ages
    arrays["circles"] = model.circles
    arrays["employers.usual"] = model.employers.usual
    arrays["with_effect"] = model.with_effect.copy()
    facts: dict[str, Any] = {name: getattr(model, name) for name in FACTS}
    facts |= {
        "area": model.area.id,
        "seed": model.seed_value,
        "start": model.start if hasattr(model, "start") else None,
    }
    facts["parameters"] = digest(model)
    facts["index_base"], facts["at_start"] = model.counts.index_base, model.counts.at_start
    facts["agents"] = _agents(model)
    for number, year in model.counts.years.items():
        facts.setdefault("years", {})[str(number)] = {
            "area": year.area, "area_expected": year.area_expected, "money": year.money, "months": year.months,
            "crimes_by_wijk": {str(number): count for number, count in year.crimes_by_wijk.items()},
            "homes": year.homes,
        }  # fmt: skip
        for kind, store in (("counts", year.counts), ("expected", year.expected)):
            arrays.update({f"year {number} {kind}.{name}": values.copy() for name, values in store.items()})
    return State(arrays, json.loads(json.dumps(facts, default=_plain)))


def digest(model: NeighbourhoodModel) -> str:
    """Return a short hash of the parameter values, frozen centres and local numbers of a world."""
    values = [[path, repr(float(model.p[path]))] for path in sorted(model.p.values)]
    known = asdict(model.local) if model.local is not None else None
    text = json.dumps([values, model.centres, known], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a {type(value).__name__} cannot be kept in a snapshot")


def _agents(model: NeighbourhoodModel) -> dict[str, Any]:
    """Return what institutions carry from month to month."""
    return {
        "police": {name: getattr(model.police, name) for name in model.police.STATE},
        "employers": {name: getattr(model.employers, name) for name in model.employers.STATE},
        "schools": [school.vacancy for school in model.schools_of_area.schools],
        "corporaties": [[one.let_local, one.let_newcomers] for one in model.corporaties],
        "wijkagenten": model.police.wijkagenten.contact,
        "stocks": [[line, name, s.target, s.posts] for (line, name), s in model.municipality.stocks.items()],
        "budget": model.municipality.budget,
        **{name: {key: getattr(getattr(model, name), key) for key in getattr(model, name).STATE} for name in KEEPERS},
        "segments": model.social.segments,
    }


def give_back(model: NeighbourhoodModel, state: State) -> None:
    """Give a world that was just put together the rest of its state: institutions, counts, small facts."""
    facts = state.facts
    if facts["parameters"] != digest(model):
        raise SnapshotError(
            "the world was saved with other parameters or local numbers; give the same ones to restore it"
        )
    model.circles = state.arrays["circles"].copy()
    model.employers.usual = state.arrays["employers.usual"].copy()
    model.with_effect = state.arrays["with_effect"].astype(np.intp)
    model.normal_vacancy, model.income_line = facts["normal_vacancy"], facts["income_line"]
    model.friends_renewed = facts["friends_renewed"]
    model.closed_roles = facts["closed_roles"]
    model.police.wijkagenten.contact = facts["agents"]["wijkagenten"]
    model.start = facts["start"]
    for name, values in (("police", facts["agents"]["police"]), ("employers", facts["agents"]["employers"])):
        for key, value in values.items():
            setattr(getattr(model, name), key, value)
    for school, vacancy in zip(model.schools_of_area.schools, facts["agents"]["schools"], strict=True):
        school.vacancy = vacancy
    for one, (local, newcomers) in zip(model.corporaties, facts["agents"]["corporaties"], strict=True):
        one.let_local, one.let_newcomers = local, newcomers
    model.municipality.stocks = {(line, name): Stock(*values) for line, name, *values in facts["agents"]["stocks"]}
    for name in KEEPERS:
        for key, value in facts["agents"][name].items():
            setattr(getattr(model, name), key, value)
    model.social.segments = dict(facts["agents"]["segments"])
    model.counts.index_base, model.counts.at_start = dict(facts["index_base"]), facts["at_start"]
    model.municipality.budget = facts["agents"]["budget"]
    for number, kept in facts.get("years", {}).items():
        year = Year(model.counts.cells_total)
        year.area, year.area_expected = dict(kept["area"]), dict(kept["area_expected"])
        year.money, year.months = dict(kept["money"]), kept["months"]
        year.homes = {name: list(values) for name, values in kept["homes"].items()}
        year.crimes_by_wijk = {int(number): count for number, count in kept["crimes_by_wijk"].items()}
        year.counts = {key: value.copy() for key, value in state.part(f"year {number} counts").items()}
        year.expected = {key: value.copy() for key, value in state.part(f"year {number} expected").items()}
        model.counts.years[int(number)] = year


def write(state: State, path: Path) -> None:
    """Write a state to a new folder; it appears whole or not at all.

    Raises:
        FileExistsError: when the folder exists.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{os.getpid()}"
    draft.mkdir()
    try:
        names = sorted(state.arrays)
        for number, name in enumerate(names):
            np.save(draft / f"{number:04d}.npy", state.arrays[name], allow_pickle=False)
        about = {"schema": SCHEMA, "fingerprint": fingerprint(), "arrays": names, "facts": state.facts}
        (draft / "state.json").write_text(json.dumps(about), encoding="utf-8")
        draft.rename(path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def read(path: Path) -> State:
    """Read a state written by :func:`write`.

    Raises:
        SnapshotError: when there is none, or it was made by other sources, parameters, data or versions.
    """
    try:
        about = json.loads((path / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SnapshotError(f"{path} holds no saved world") from None
    if about.get("schema") != SCHEMA:
        raise SnapshotError(f"{path} has schema {about.get('schema')}; this version reads schema {SCHEMA}")
    if about["fingerprint"] != fingerprint():
        raise SnapshotError(f"{path} was saved by another version of the model, its parameters or data; make it anew")
    arrays = {
        name: np.load(path / f"{number:04d}.npy", allow_pickle=False) for number, name in enumerate(about["arrays"])
    }
    return State(arrays, about["facts"])
