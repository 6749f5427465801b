"""Makes the frozen centres (DESIGN D15): base-year means over the twenty areas, written once beside the parameters.

Run ``python -m calibration.centres`` after a change of offending parameters or data; it repeats until the centres no
longer move, since they depend on each other a little.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from scenarios.catalogue import load_scenario
from sim.areas import area_ids, load_area
from sim.calendar import BASE, MONTHS_PER_YEAR
from sim.mechanisms.homes import crowded, in_poor_state
from sim.mechanisms.income import income_score
from sim.mechanisms.offending import CENTRE_EDGES, IDLE_AGES, KINDS, RISKS, saturating
from sim.mechanisms.places import MOST_PRESSURE
from sim.mechanisms.surroundings import features, liveability
from sim.model import NeighbourhoodModel
from sim.networks.friends import youth_rows
from sim.parameters.loader import frozen_centres
from sim.population import columns as c

BANDS = len(CENTRE_EDGES) - 1
DIGITS = 5
HEADER = """\
# Frozen centres: base-year means over the twenty areas, by sex (men, women) and age band.
# Made by `python -m calibration.centres`; never recomputed in a run.
"""

Sums = dict[str, Any]


def measure(area: str, sample: float, centres: dict[str, Any]) -> tuple[str, Sums, float]:
    """Return sums over one area at the base date and over the year after it, and its income line."""
    model = NeighbourhoodModel(
        area=area, scenario=load_scenario("gerealiseerd-beleid"), sample=sample, start=BASE, centres=centres
    )
    people = model.people
    rows = np.flatnonzero(people.column("status") == c.INSIDE)
    age, sex = people.age[rows], people.sex[rows]
    band = np.searchsorted(CENTRE_EDGES, age, side="right") - 1
    cell = sex * BANDS + band
    idle = ~(people.enrolled[rows] | (people.work[rows] == c.EMPLOYED)) & (age >= IDLE_AGES[0]) & (age < IDLE_AGES[1])
    share, named = _peer_share(model)
    sums: Sums = {"count": np.bincount(cell, minlength=2 * BANDS)}
    risks = {
        "low_income": people.low_income[rows],
        "idle": idle,
        "family": people.family_offender[rows],
        "partner": people.partnered[rows],
        "strained": people.strained[rows],
        "supported": people.supported[rows],
        "own_recent": saturating(people.events12[rows]),
    }
    for name, values in risks.items():
        sums[name] = np.bincount(cell, weights=values, minlength=2 * BANDS)
    young = np.flatnonzero(named)
    youth_cell = people.sex[young] * BANDS + np.searchsorted(CENTRE_EDGES, people.age[young], side="right") - 1
    sums["peers"] = np.bincount(youth_cell, weights=share[young], minlength=2 * BANDS)
    sums["peers_count"] = np.bincount(youth_cell, minlength=2 * BANDS)
    sums["peer_square"] = float((share[young] ** 2).sum())
    homes = np.flatnonzero(model.households.column("size") > 0)
    score = np.zeros(model.households.used)
    score[homes] = income_score(model, homes)
    wide = rows[age >= 12]
    target = model.area.figures["low_income"].value
    line = float(np.quantile(score[people.household[wide]], target))
    sums |= _of_domains(model, rows)
    sums |= _one_year(model)
    scores = _liveability(model)
    sums |= scores
    return area, {name: np.asarray(value, dtype=float) / model.fraction for name, value in sums.items()}, line


UNWELL = ("convictions", "indebted", "ill", "distressed")
"""Columns behind :data:`sim.mechanisms.work.UNWELL`."""

WORKING_AGES = (15, 75)
WEAK_LIVEABILITY = 0.575
"""Homes in surroundings of weak liveability: 60 % in 2018, 55 % in 2024 (programme.csv, progress_2025)."""


def _of_domains(model: NeighbourhoodModel, rows: np.ndarray) -> Sums:
    """Return how many are unwell or in debt at working age, and in what homes pupils live."""
    people, dwellings = model.people, model.dwellings
    age = people.age[rows]
    grown = rows[(age >= WORKING_AGES[0]) & (age < WORKING_AGES[1])]
    sums: Sums = {name: float(np.count_nonzero(getattr(people, name)[grown])) for name in UNWELL}
    sums["grown"] = float(grown.size)
    pupils = rows[people.enrolled[rows]]
    home = people.household[pupils]
    dwelling = model.households.dwelling[home]
    sums["pupils_strained"] = float(people.strained[pupils].sum())
    sums["pupils_crowded"] = float(crowded(model, home).sum())
    sums["pupils_poor_home"] = float(in_poor_state(dwellings)[dwelling].sum())
    sums["enrolled"] = float(pupils.size)
    heads = rows[people.position[rows] == c.HEAD]
    homes = people.household[heads]
    sums["heads"] = float(heads.size)
    sums["heads_unsafe"] = float(people.unsafe[heads].sum())
    sums["heads_poor_home"] = float(in_poor_state(dwellings)[model.households.dwelling[homes]].sum())
    sums["heads_crowded"] = float(crowded(model, homes).sum())
    sums["weak_homes"] = float(in_poor_state(dwellings).sum())
    sums["homes"] = float(dwellings.used)
    return sums


def _liveability(model: NeighbourhoodModel) -> Sums:
    """Return sums and squares of what liveability is made of, weighted by homes, and how many homes have each score."""
    streets = model.streets
    homes = np.bincount(model.dwellings.column("street"), minlength=streets.used).astype(float)
    parts = features(model)
    score = np.round(liveability(model) * SCORE_STEPS) + SCORE_MIDDLE
    found: Sums = {f"live_{n}": float((part * homes).sum()) for n, part in enumerate(parts)}
    found |= {f"live_square_{n}": float((part**2 * homes).sum()) for n, part in enumerate(parts)}
    found["live_scores"] = np.bincount(
        np.clip(score, 0, 2 * SCORE_MIDDLE).astype(int), weights=homes, minlength=2 * SCORE_MIDDLE + 1
    )
    return found


SCORE_STEPS, SCORE_MIDDLE = 200, 1000
"""Scores of liveability are sorted in steps of 0.005, from -5 to 5."""


def _peer_share(model: NeighbourhoodModel) -> tuple[np.ndarray, np.ndarray]:
    people = model.people
    rows = youth_rows(model)
    friends = people.friends[:, rows]
    known = friends >= 0
    offended = (people.events6 > 0)[friends] & known
    share, named = np.zeros(people.used), np.zeros(people.used, dtype=bool)
    share[rows] = offended.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    named[rows] = known.any(axis=0)
    return share, named


def _one_year(model: NeighbourhoodModel) -> Sums:
    """Live a year and return sums over its months."""
    keys = (
        "months",
        "own_inside",
        "demand",
        "begun",
        "begun_known",
        "latent",
        "adults",
        "hit",
        "leaving",
        "risk",
        "attempts",
        "completed",
    )
    sums: Sums = dict.fromkeys(keys, 0.0)
    people, p = model.people, model.p
    for _ in range(MONTHS_PER_YEAR):
        model.step()
        rows = np.flatnonzero(people.column("status") == c.INSIDE)
        sums["months"] += rows.size
        sums["demand"] += model.police.asked
        inside = model.crimes.street[: model.crimes.residents] >= 0
        for kind in KINDS:
            mine = inside & (model.crimes.kind[: model.crimes.residents] == kind)
            sums["own_inside"] += float(mine.sum()) / model.places.flow[kind].here
            here = float(model.rates.begin[kind, rows].sum())
            sums["attempts"] += here
            sums["completed"] += here * model.places.completed(kind)
        sums["begun"] += float(model.offences.row.size)
        known = people.last_registered[model.offences.row] >= model.register.known_from(model)
        sums["begun_known"] += float(known.sum())
        sums["latent"] += float(model.rates.begin[:, rows[people.age[rows] >= 12]].sum())
        sums["adults"] += float((people.age[rows] >= 12).sum())
    recent = people.last_victim[rows] > model.month - MONTHS_PER_YEAR
    sums["hit"] = float((recent & (people.last_victim[rows] >= 0) & (people.age[rows] >= 15)).sum())
    sums["hit_of"] = float((people.age[rows] >= 15).sum())
    streets = model.streets
    sums["minor"] = float(streets.minor.sum())
    sums["moved"] = float(streets.moved.sum())
    per_head = np.log((streets.crimes + 1.0) / (streets.residents + 1.0) / model.usual_crime_per_head)
    of_street = np.clip(per_head, -MOST_PRESSURE, MOST_PRESSURE)[people.street[rows]]
    sums["pressure"] = float(of_street[people.age[rows] >= 15].sum())
    sums["crimes"] = float(model.counts.years[BASE // 12].area["crimes"])
    sums["low_of"] = float(people.low_income[rows].sum())
    sums["low_count"] = float(rows.size)
    pupils = rows[people.enrolled[rows] & (people.qualification[rows] == c.NO_QUALIFICATION) & (people.age[rows] >= 12)]
    model.usual_leaving_log = 0.0
    usual = model.schooling.leaves[people.age[pupils]] * p["school.leaving_level"]
    sums["leaving"] = float(usual.sum())
    sums["risk"] = float(model.schooling._leaving_chance(model, pupils).sum())
    sums["own_pupils"] = float(saturating(people.events12[pupils]).sum())
    sums["pupils"] = float(pupils.size)
    return sums


def combine(found: dict[str, tuple[Sums, float]]) -> dict[str, Any]:
    """Return the centres from the sums of all areas."""
    total = {name: sum(sums[name] for sums, _ in found.values()) for name in next(iter(found.values()))[0]}
    count = np.maximum(total["count"], 1)
    peers = np.maximum(total["peers_count"], 1)
    means = {name: total[name] / (peers if name == "peers" else count) for name in RISKS}
    mean_peer = total["peers"].sum() / total["peers_count"].sum()
    spread = np.sqrt(total["peer_square"] / total["peers_count"].sum() - mean_peer**2)
    plain = {
        "peer_share_sd": spread,
        "mean_rate": total["latent"] / total["adults"],
        "known_share": total["begun_known"] / total["begun"],
        "residents_rate": total["own_inside"] / total["months"],
        "usual_completed": total["completed"] / total["attempts"],
        "usual_demand": total["demand"] / total["months"],
        "usual_crime_per_head": total["crimes"] / (total["months"] / MONTHS_PER_YEAR),
        "usual_pressure": total["pressure"] / total["hit_of"],
        "usual_victims": total["hit"] / total["hit_of"],
        "usual_low_income": total["low_of"] / total["low_count"],
        "usual_own_recent": total["own_pupils"] / total["pupils"],
        "usual_leaving_log": np.log(total["risk"] / total["leaving"]),
        "usual_minor": total["minor"] / (total["months"] / MONTHS_PER_YEAR),
        "usual_moved": total["moved"] / (total["months"] / MONTHS_PER_YEAR),
        "usual_weak_homes": total["weak_homes"] / total["homes"],
        "liveability_line": _line(total["live_scores"]),
    }
    centres: dict[str, Any] = {name: round(float(value), DIGITS) for name, value in plain.items()}
    parts = range(len(LIVEABILITY))
    means_of = np.array([total[f"live_{n}"] for n in parts]) / total["homes"]
    squares = np.array([total[f"live_square_{n}"] for n in parts]) / total["homes"]
    lists = {
        "usual_unwell": [total[name] / total["grown"] for name in UNWELL],
        "usual_pupil": [total[f"pupils_{name}"] / total["enrolled"] for name in ("strained", "crowded", "poor_home")],
        "usual_leaving": [total[f"heads_{name}"] / total["heads"] for name in ("unsafe", "poor_home", "crowded")],
        "liveability_mean": means_of,
        "liveability_sd": np.sqrt(squares - means_of**2),
    }
    centres |= {name: [round(float(v), DIGITS) for v in values] for name, values in lists.items()}
    centres["means"] = {
        name: [[round(float(v), DIGITS) for v in row] for row in np.reshape(values, (2, BANDS))]
        for name, values in means.items()
    }
    centres["income_line"] = {name: round(line, DIGITS) for name, (_, line) in sorted(found.items())}
    return centres


LIVEABILITY = ("physical", "homes", "amenities", "cohesion", "nuisance")


def _line(scores: np.ndarray) -> float:
    """Return the score below which the known share of homes lies."""
    place = int(np.searchsorted(np.cumsum(scores), WEAK_LIVEABILITY * scores.sum()))
    return (place - SCORE_MIDDLE) / SCORE_STEPS


def write(centres: dict[str, Any], path: Path) -> None:
    """Write the centres as TOML."""
    path.write_text(HEADER + tomlkit.dumps(centres), encoding="utf-8")


def make(sample: float, rounds: int, workers: int) -> dict[str, Any]:
    """Measure and combine a number of times, each with the centres of the time before."""
    centres: dict[str, Any] = dict(frozen_centres())
    ids = sorted(area_ids(), key=lambda name: -load_area(name).figures["residents_2022"].value)
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number in range(rounds):
            jobs = [
                (name, sample, {**centres, "income_line": centres["income_line"] if number else {}}) for name in ids
            ]
            found = {name: (sums, line) for name, sums, line in pool.starmap(measure, jobs, chunksize=1)}
            fresh = combine(found)
            moved = max(abs(fresh[key] - centres[key]) for key in fresh if isinstance(fresh[key], float))
            print(f"round {number + 1} of {rounds}: largest change {moved:.4f}", file=sys.stderr)
            centres = fresh
    return centres


def main() -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=float, default=0.3, help="share of the streets (default 0.3)")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    asked = parser.parse_args()
    target = Path(str(files("sim.parameters").joinpath("centres.toml")))
    write(make(asked.sample, asked.rounds, asked.workers), target)
    print(f"written: {target.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
