"""Makes the tables of sensitivity: ``python -m calibration.sensitivity``, a good quarter of an hour on two processors.

First a screening of all groups of doubt and chance (Morris), then shares of variance of the groups that matter (Sobol),
both on differences between scenarios. Every world that is lived is kept under ``output/sensitivity`` and not repeated.
A world whose parameters the model refuses, because offending would feed on itself, counts as failed; its trajectory, or
row of the base, is left out as a whole, and the tables say how many there were.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from calibration.groups import CHANCE, source_of_draws
from calibration.kept_tables import teller, write_table
from calibration.sensitivity import screening, tables, variance
from calibration.sensitivity.points import Point, Setting, Told, column_groups, columns, failures, live, points_of
from calibration.sensitivity.questions import QUESTIONS, Question
from calibration.sensitivity.screening import Effect, Floats
from calibration.sensitivity.tables import Row, Standing
from sim.fingerprint import fingerprint

AREA = "vlaardingen-westwijk"
"""The smallest area: a world of it costs as much as a sixth of a large one."""

SAMPLE = 0.5
"""Half of its streets: a world costs half as much, and chance, which the tables show, is larger than over all."""

YEARS = 10
CLOSER = 4
"""Groups that the variance analysis looks at by themselves, beside chance and all others together."""


@dataclass(frozen=True)
class Screened:
    """A question after the screening.

    Attributes:
        rows: of the table.
        first: effects on the first difference, the largest first.
        values: by difference its values at the points.
        standing: what it stands on.
    """

    rows: list[Row]
    first: list[Effect]
    values: dict[str, Floats]
    standing: Standing


def screen(question: Question, setting: Setting, told: Told) -> Screened:
    """Screen all groups for every difference of a question."""
    members = column_groups()
    shares = screening.trajectories(members, question.trajectories)
    length = len(set(members)) + 1
    points = points_of(shares, screening.seeds_of(shares, length))
    values = live(points, question, setting, told)
    rows: list[Row] = []
    first: list[Effect] = []
    standing = _standing(points, values, question, setting, length)
    for each in question.differences:
        found = screening.effects(members, shares, values[each.id])
        first = first or found
        rows += tables.screening_rows(question, each.id, values[each.id], found, standing, setting)
    return Screened(rows, first, values, standing)


def look_closer(question: Question, chosen: Sequence[str], setting: Setting, told: Told) -> list[Row]:
    """Share out the variance of the differences over some groups, chance and all others."""
    members, closer = variance.members_of(column_groups(), chosen), question.looked_at_closer()
    shares = variance.saltelli(members, question.size)
    points = points_of(shares, variance.seeds_of(shares))
    values = live(points, closer, setting, told)
    standing = _standing(points, values, closer, setting, variance.block(members))
    rows: list[Row] = []
    for each in closer.differences:
        found = variance.shares_of(members, values[each.id])
        single = variance.singles(columns(), members, shares, values[each.id])
        rows += tables.variance_rows(question, each.id, found, single, standing, setting)
    return rows


def _standing(
    points: Sequence[Point], values: dict[str, Floats], question: Question, setting: Setting, length: int
) -> Standing:
    worlds = dict.fromkeys(points)
    there = np.all([np.isfinite(each) for each in values.values()], axis=0).reshape(-1, length).all(axis=1)
    return Standing(len(worlds), len(failures(points, question, setting)), int(there.sum()))


def main(given: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m calibration.sensitivity", description=__doc__)
    parser.add_argument("--area", default=AREA, help=f"area (default {AREA})")
    parser.add_argument("--sample", type=float, default=SAMPLE, help=f"share of the streets (default {SAMPLE:g})")
    parser.add_argument("--years", type=int, default=YEARS, help=f"years (default {YEARS})")
    parser.add_argument("--trajectories", type=int, default=None, help="of the screening (default: by question)")
    parser.add_argument("--size", type=int, default=None, help="rows of the variance analysis, a power of two")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--to", type=Path, default=None, help="folder of the tables (default: the package)")
    asked = parser.parse_args(given)
    made_with = f"{fingerprint()[:16]}-{source_of_draws()}"
    folder = Path("output") / "sensitivity" / f"{made_with}-{asked.area}-{asked.sample:g}-{asked.years}"
    setting = Setting(asked.area, asked.sample, asked.years, folder, asked.workers)
    screened, shared, raced = [], [], []
    for question in QUESTIONS:
        sized = replace(
            question,
            trajectories=asked.trajectories or question.trajectories,
            size=asked.size or question.size,
        )
        found = screen(sized, setting, teller(f"{question.id}, screening"))
        screened += found.rows
        if question.id == "youths":
            raced = tables.race_rows(found.values, found.standing, setting)
        chosen = [one.group for one in found.first if one.group != CHANCE][:CLOSER]
        shared += look_closer(sized, chosen, setting, teller(f"{question.id}, variance"))
    for name, rows in ((tables.SCREENING, screened), (tables.VARIANCE, shared), (tables.RACE, raced)):
        write_table(name, rows, asked.to)


if __name__ == "__main__":
    main()
