"""The catalogue of services and sanctions, and what a case does to the person's offending over time (DESIGN D5).

A case is one person in one service or under one sanction. Its effect is a multiplier of the person's own hazard: it
grows over the lag, holds while the service is received (or a stated number of months), then halves and halves again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Rows
from sim.parameters import ParameterSet

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

OFFERED = ("mentoring", "cbt_at_school", "after_school_hours", "scared_straight")
"""Services with places that people are enrolled in, in the order of their numbers."""

SANCTIONS = ("halt", "processing", "youth_custody", "adult_custody")
"""What the justice chain does; numbered after the services."""

KINDS = OFFERED + SANCTIONS
NUMBER = {name: number for number, name in enumerate(KINDS)}

MICRO = 1_000_000
"""Effects are added up as whole millionths of a log, so that their sum does not depend on order."""

TURN = 12
"""Months after which somebody may be enrolled in the same service again: others have their turn first."""

FADED = 0.02
"""Share of the full effect below which an ended case is taken from the list."""


@dataclass(frozen=True)
class Effects:
    """Effect curves of all kinds, as arrays by kind number."""

    log_effect: NDArray[np.float64]
    lag: NDArray[np.float64]
    full: NDArray[np.float64]
    half_life: NDArray[np.float64]
    floor: float
    repeat_gain: float

    @classmethod
    def from_parameters(cls, p: ParameterSet) -> Effects:
        """Read the curves; the direct part of an effect is a fixed share of its logarithm (the rest is feedback)."""

        def read(name: str) -> NDArray[np.float64]:
            return np.array([p[f"services.{kind}_{name}"] for kind in KINDS])

        log_effect = np.log(read("effect"))
        # an evidence row states the total effect: what the model carries by other ways comes off
        label = p["services.custody_label"] * np.log(p["services.processing_effect"])
        idle = p["services.custody_idle"] * p["register.custody_job_loss"] * p["offending.not_in_school_or_work"]
        direct = log_effect * p["services.feedback"]
        custody = NUMBER["youth_custody"]
        direct[custody] = (log_effect[custody] + label - idle) * p["services.custody_feedback"]
        return cls(
            log_effect=direct,
            lag=np.maximum(read("lag"), 1.0),
            full=read("full_months"),
            half_life=read("half_life"),
            floor=float(np.log(p["services.floor"])),
            repeat_gain=p["services.repeat_gain"],
        )

    def level(self, kind: NDArray[np.uint8], start: Rows, end: Rows, month: int) -> NDArray[np.float64]:
        """Return the share of the full effect that each case has in a month."""
        lived = month - start
        held = np.where(self.full[kind] > 0, self.full[kind], end - start)
        grown = np.clip(np.minimum(lived, np.maximum(held, 1)) / self.lag[kind], 0.0, 1.0)
        fading = np.maximum(lived - held, 0.0) / self.half_life[kind]
        return grown * np.exp2(-fading)


def open_cases(model: NeighbourhoodModel, rows: Rows, kind: str, months: int) -> None:
    """Open a case of a kind for each of the persons; it is planned to last ``months`` (0: at once over)."""
    cases = model.cases
    if rows.size == 0:
        return
    new = cases.allocate(rows.size)
    cases.person[new] = rows
    cases.service[new] = NUMBER[kind]
    cases.start[new] = model.month
    cases.end[new] = model.month + months
    cases.open[new] = months > 0


def served_lately(model: NeighbourhoodModel, kind: str) -> Rows:
    """Return the persons with an open case of a kind, or one that ended less than a year ago."""
    cases = model.cases
    lately = cases.column("open") | (cases.column("end") > model.month - TURN)
    lately &= (cases.column("service") == NUMBER[kind]) & (cases.column("person") >= 0)
    return cases.column("person")[lately].astype(np.intp)


def run_cases(model: NeighbourhoodModel) -> None:
    """Let enrolled persons drop out or finish this month."""
    cases, people, p = model.cases, model.people, model.p
    rows = np.flatnonzero(cases.column("open"))
    if rows.size == 0:
        return
    cases.months[rows] += 1
    over = cases.end[rows] <= model.month
    kind = cases.service[rows]
    life = people.life[cases.person[rows]]
    for number, name in enumerate(OFFERED):
        mine = np.flatnonzero(kind == number)
        chance = np.uint32(min(p[f"services.{name}_drop_out"], 0.999) * 2**32)
        over[mine] |= model.draws.happens(f"cases.drop_out.{name}", life[mine], chance, model.month)
    held = people.custody_until[cases.person[rows]] > model.month
    over |= held  # detention ends what was going on outside
    ended = rows[over]
    cases.open[ended] = False
    cases.end[ended] = np.minimum(cases.end[ended], model.month)


def apply_effects(model: NeighbourhoodModel) -> None:
    """Set everybody's multiplier of offending from their cases; take faded cases off the list."""
    cases, people, effects = model.cases, model.people, model.effects
    touched = model.with_effect
    people.effect[touched] = 1.0
    rows = np.flatnonzero(cases.column("person") >= 0)
    if rows.size == 0:
        model.with_effect = rows
        return
    kind, person = cases.service[rows], cases.person[rows].astype(np.intp)
    start, end = cases.start[rows].astype(np.intp), cases.end[rows].astype(np.intp)
    level = effects.level(kind, start, end, model.month)
    strength = _strengths(person, kind, level, effects.repeat_gain)
    micro = np.rint(effects.log_effect[kind] * level * strength * MICRO).astype(np.int64)
    order = np.argsort(person, kind="stable")
    first = np.flatnonzero(np.diff(person[order], prepend=-1))
    who = person[order][first]
    helps = np.add.reduceat(np.minimum(micro, 0)[order], first)
    harms = np.add.reduceat(np.maximum(micro, 0)[order], first)
    total = np.maximum(helps / MICRO, effects.floor) + harms / MICRO
    people.effect[who] = np.exp(total).astype(np.float32)
    model.with_effect = who
    gone = ~cases.open[rows] & (level < FADED) & (start < model.month - effects.lag[kind])
    cases.release(rows[gone])


def _strengths(
    person: Rows, kind: NDArray[np.uint8], level: NDArray[np.float64], repeat_gain: float
) -> NDArray[np.float64]:
    """Return what each case adds: the strongest of a kind in full, the next in part, others nothing."""
    order = np.lexsort((-level, kind, person))
    same = np.zeros(order.size, dtype=np.intp)
    same[1:] = (np.diff(person[order]) == 0) & (np.diff(kind[order]) == 0)
    before = np.zeros(order.size, dtype=np.intp)  # 0 for the strongest, 1 for the next, 2 for all others
    before[1:] = same[1:] * (1 + same[:-1])
    strength = np.empty(order.size)
    strength[order] = np.array([1.0, repeat_gain, 0.0])[before]
    return strength


def close_cases_of(model: NeighbourhoodModel, rows: Rows) -> None:
    """End and drop the cases of persons who leave or die."""
    cases = model.cases
    known = np.flatnonzero(cases.column("person") >= 0)
    gone = np.zeros(model.people.used, dtype=bool)
    gone[rows] = True
    cases.release(known[gone[cases.person[known]]])
    model.with_effect = model.with_effect[~gone[model.with_effect]]


def end_cases_of(model: NeighbourhoodModel, rows: Rows) -> None:
    """End the open cases of persons who move elsewhere; what they received goes on working."""
    cases = model.cases
    known = np.flatnonzero(cases.column("open"))
    gone = np.zeros(model.people.used, dtype=bool)
    gone[rows] = True
    ended = known[gone[cases.person[known]]]
    cases.open[ended] = False
    cases.end[ended] = np.minimum(cases.end[ended], model.month)


YOUTH_AGES = (8, 28)
"""Ages the programme is for: 8 to 27."""
