"""Small worlds, and ways to compare them: what the proofs of the engine share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.catalogue import load_scenario
from sim.calendar import BASE
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.population.table import Table
from sim.programme.budget import PREFIX, Stock
from sim.programme.catalogue import BY_NAME, GEZAG, GEZAG_PILLARS, LINES, NUMBER, of_pillar
from sim.scenario import Scenario, Texts

AREA = "vlaardingen-westwijk"
"""The smallest of the twenty: 12,665 residents, one wijk."""

AREA_OF_WIJKEN = "nieuwegein-centrale-as"
"""A small one of six wijken."""

AT_START = BASE
REALISED = "gerealiseerd-beleid"

Levers = Mapping[str, Mapping[str, float]]

OF_GEZAG = tuple(one.name for pillar in GEZAG_PILLARS for one in of_pillar(pillar))
"""What Preventie met gezag buys."""

PLACES_OF_GEZAG = tuple(name for name in OF_GEZAG if BY_NAME[name].delivery == "places")
ROOTS = ("programme.", "police.", "housing.", "schools.")
"""How the full path of a lever begins."""


def line_of(name: str) -> str:
    """Return the line of the programme that an intervention belongs to."""
    if name in OF_GEZAG:
        return GEZAG
    return next(line.name for line in LINES if name in dict(line.mix))


def buying(euros: Mapping[str, float], month: str = "2025-01") -> dict[str, dict[str, float]]:
    """Return levers of the small area that spend these euros a year on these interventions, and on no other."""
    own = {f"euros.{name}": {month: amount} for name, amount in euros.items() if line_of(name) == GEZAG}
    for line in (line for line in LINES if line.mix):
        mine = {name: amount for name, amount in euros.items() if line_of(name) == line.name}
        if mine:
            stem = f"programme.{line.name}"
            own[f"{stem}.budget"] = {month: sum(mine.values())}
            most = max(mine.values())
            own |= {f"{stem}.mix.{name}": {month: mine.get(name, 0.0) / most} for name, _ in line.mix}
    return own


def make_scenario(
    levers: Levers, own: Levers | None = None, start: str = "2025-01", base: str | None = None
) -> Scenario:
    """Return a scenario; levers of Preventie met gezag without their prefix, ``own`` those of the small area."""

    def full(part: Levers) -> dict[str, Any]:
        named = {name if name.startswith(ROOTS) else PREFIX + name: periods for name, periods in part.items()}
        return {name: dict(periods) for name, periods in named.items()}

    areas = {AREA: {"levers": full(own)}} if own else {}
    texts = Texts(nl="Proef", en="Trial")
    head = {"schema": 1, "id": "proef", "title": texts, "explanation": texts, "start": start}
    scenario = Scenario.model_validate(head | {"levers": full(levers), "areas": areas})
    return scenario.over(load_scenario(base)) if base else scenario


ALL_LINES = {
    "preventie_met_gezag": 1_500_000.0,
    "jeugdcriminaliteit_keten": 800_000.0,
    "volkshuisvesting": 4_000_000.0,
    "armoede_en_schulden": 1_200_000.0,
    "onderwijs": 1_200_000.0,
    "sport_en_ontmoeting": 600_000.0,
    "alliantie": 500_000.0,
}
"""Euros a year for the small area: many times the real ones, so that much is bought."""

ALL_ELSE = {
    "programme.alliantie.integrated": 1.0, "housing.new_homes": 120.0, "housing.sale": 0.5,
    "housing.work_required": 0.3, "housing.local_priority": 1.5, "schools.compulsory_18": 1.0, "police.hours": 1.2,
}  # fmt: skip


def everything(month: str = "2025-01", **changes: float) -> Scenario:
    """Return a scenario with every line on and every other lever pulled; two underscores stand for a dot."""
    values = {f"programme.{line}.budget": euros for line, euros in ALL_LINES.items()} | ALL_ELSE
    values |= {name.replace("__", "."): value for name, value in changes.items()}
    own = {name: {month: value} for name, value in values.items()}
    return make_scenario({}, own, base="geen-programma")


def make_world(area: str = AREA, rng: int = 1, sample: float = 0.1, **options: Any) -> NeighbourhoodModel:
    """Return a world under realised policy that stands at the base date, unless told otherwise."""
    options = {"scenario": load_scenario(REALISED), "start": AT_START} | options
    return NeighbourhoodModel(area=area, rng=rng, sample=sample, **options)


def live(model: NeighbourhoodModel, months: int) -> NeighbourhoodModel:
    """Live some months."""
    for _ in range(months):
        model.step()
    return model


def unlike(one: NeighbourhoodModel, other: NeighbourhoodModel) -> list[str]:
    """Return the names of everything in which the states of two worlds differ, byte by byte."""
    a, b = one.state(), other.state()
    names = sorted(a.arrays.keys() | b.arrays.keys())
    found = [name for name in names if not _same_bytes(a.arrays.get(name), b.arrays.get(name))]
    facts = sorted(a.facts.keys() | b.facts.keys())
    return found + [f"fact {name}" for name in facts if a.facts.get(name) != b.facts.get(name)]


def _same_bytes(a: NDArray[Any] | None, b: NDArray[Any] | None) -> bool:
    if a is None or b is None:
        return False
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def digest(model: NeighbourhoodModel) -> str:
    """Return a hash of the whole state and of the outcome table."""
    state = model.state()
    whole = hashlib.sha256()
    for name in sorted(state.arrays):
        values = state.arrays[name]
        whole.update(f"{name} {values.dtype.str} {values.shape}".encode())
        whole.update(values.tobytes())
    table = model.outcome_rows(("age", "wijk", "start"))
    whole.update(json.dumps([state.facts, table], sort_keys=True).encode())
    return whole.hexdigest()


def digest_after(seed: int, sample: float, months: int, area: str = AREA) -> str:
    """Build a world, live it, return its digest: a task for another process."""
    return digest(live(make_world(area, seed, sample), months))


def in_use(model: NeighbourhoodModel) -> NDArray[np.intp]:
    """Return the rows of everybody in the model, inside or followed elsewhere, in order of life id."""
    rows = np.flatnonzero(model.people.column("status") != c.FREE)
    return rows[np.argsort(model.people.life[rows])]


def lives(model: NeighbourhoodModel) -> dict[str, NDArray[Any]]:
    """Return every column of everybody in order of life id, with life ids where the model holds rows."""
    people, rows = model.people, in_use(model)
    found = {column.name: getattr(people, column.name)[..., rows] for column in people.columns}
    found["household"] = _ids(model.households, found["household"])
    found["friends"] = _ids(people, standing_ties(model)[..., rows])
    found["street"] = _ids(model.streets, found["street"])
    return found


def standing_ties(model: NeighbourhoodModel) -> NDArray[np.int64]:
    """Return the friends of every row, -1 where the friend left or died since friends were last named."""
    people = model.people
    friends = people.friends[:, : people.used].astype(np.int64)
    here = (people.column("status") == c.INSIDE) & (people.column("arrived") <= model.friends_renewed)
    return np.where((friends >= 0) & here[friends], friends, -1)


def _ids(table: Table, rows: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the ids of rows of a table; 0 for none."""
    return np.where(rows >= 0, table.life[rows], np.uint64(0))


def columns_that_differ(one: dict[str, NDArray[Any]], other: dict[str, NDArray[Any]]) -> set[str]:
    """Return the columns in which any life differs between two worlds with the same lives."""
    assert np.array_equal(one["life"], other["life"])
    return {name for name in one if one[name].tobytes() != other[name].tobytes()}


def pay(model: NeighbourhoodModel, name: str, euros: float) -> None:
    """Fill posts of an intervention as if these euros a year of new activity had been paid for long."""
    p, municipality = model.p, model.municipality
    stock = municipality.stocks.setdefault((line_of(name), name), Stock())
    stock.posts = euros / p["programme.additionality"] / p["programme.post_cost"]
    new = (
        stock.euros(p) * p["programme.additionality"] for (_, one), stock in municipality.stocks.items() if one == name
    )
    municipality._active[name] = sum(new)


def residents(model: NeighbourhoodModel, low: int = 0, high: int = 200, most: int | None = None) -> NDArray[np.intp]:
    """Return the rows of residents of an age, the first of them if not all are needed."""
    age = model.people.column("age")
    rows = np.flatnonzero((model.people.column("status") == c.INSIDE) & (age >= low) & (age < high))
    return rows[:most]


def open_of(model: NeighbourhoodModel, name: str) -> NDArray[np.intp]:
    """Return the persons with an open case of a kind."""
    cases = model.cases
    mine = cases.column("open") & (cases.column("service") == NUMBER[name])
    return cases.column("person")[mine].astype(np.intp)


def counted(model: NeighbourhoodModel, series: str) -> int:
    """Return how often something was counted since the start, over all cells and years."""
    years = model.counts.years.values()
    return sum(int(year.counts[series].sum()) for year in years if series in year.counts)
