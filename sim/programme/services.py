"""Cases: what a service or sanction does to the person's offending over time (DESIGN D5).

A case is one person in one service or under one sanction. Its effect is a multiplier of the person's own hazard: it
grows over the lag, holds while the service is received (or a stated number of months), then halves and halves again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import TWO32, U32, Bools, Rows, thresholds
from sim.mechanisms.arrays import runs
from sim.mechanisms.trust import change_trust, moved
from sim.parameters import ParameterSet
from sim.programme.catalogue import IN_CUSTODY, KINDS, NUMBER, OFFERED, ON_SCHOOL, SERIOUS_ONLY, WITHOUT_EFFECT

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

MICRO = 1_000_000
"""Effects are added up as whole millionths of a log, so that their sum does not depend on order."""

STATED_OTHERWISE = (*WITHOUT_EFFECT, "short_prison")
"""Kinds without an effect parameter of their own; short prison is what community service is compared with."""

WITHOUT_CURVE = tuple(kind for kind in WITHOUT_EFFECT if not any(kind in kinds for kinds in ON_SCHOOL.values()))
"""Kinds that change nothing by themselves over time."""

LEVEL_BITS = 14
LEVELS = 2**LEVEL_BITS - 1
"""Steps in which levels are told apart when the strongest case of a kind is looked for."""

TURN = 12
"""Months after which somebody may be enrolled in the same service again: others have their turn first."""

FADED = 0.01
"""Effect on the logarithm of the hazard below which an ended case is taken from the list."""

TRUST_OF_FIRST_YEAR = 0.85
"""Share of a loss of trust that is left on average in the year after it."""

_SERIOUS_ONLY = np.array([kind in SERIOUS_ONLY for kind in KINDS])
_IN_CUSTODY = np.array([kind in IN_CUSTODY for kind in KINDS])


@dataclass(frozen=True)
class Effects:
    """Effect curves of all kinds, as arrays by kind number."""

    log_effect: NDArray[np.float64]
    on_school: dict[str, NDArray[np.float64]]
    lag: NDArray[np.float64]
    full: NDArray[np.float64]
    half_life: NDArray[np.float64]
    floor: float
    repeat_gain: float
    drop_out: U32

    @classmethod
    def from_parameters(cls, p: ParameterSet) -> Effects:
        """Read the curves; the direct part of an effect is a fixed share of its logarithm (the rest is feedback)."""

        def read(name: str, without: float) -> NDArray[np.float64]:
            # a kind that should have a curve and lacks a number of it is an error, not a kind without effect
            return np.array([without if kind in WITHOUT_CURVE else p[f"services.{kind}_{name}"] for kind in KINDS])

        total = np.array([0.0 if kind in STATED_OTHERWISE else np.log(p[f"services.{kind}_effect"]) for kind in KINDS])
        return cls(
            log_effect=_direct(p, total),
            on_school={what: _on_school(p, what) for what in ON_SCHOOL},
            lag=np.maximum(read("lag", 1.0), 1.0),
            full=read("full_months", 0.0),
            half_life=read("half_life", 1.0),
            floor=float(np.log(p["services.floor"])),
            repeat_gain=p["services.repeat_gain"],
            drop_out=thresholds(
                np.array([p[f"services.{kind}_drop_out"] if kind in OFFERED else 0.0 for kind in KINDS])
            ),
        )

    def level(self, kind: Rows, start: NDArray[np.int16], end: NDArray[np.int16], month: int) -> NDArray[np.float64]:
        """Return the share of the full effect that each case has in a month."""
        lived = month - start
        full = self.full.take(kind)
        held = np.where(full > 0, full, end - start)
        grown = np.maximum(np.minimum(lived, np.maximum(held, 1)), 0) / self.lag.take(kind)
        fading = np.minimum(held - lived, 0.0) / self.half_life.take(kind)
        return np.minimum(grown, 1.0) * np.exp2(fading)


def _on_school(p: ParameterSet, what: str) -> NDArray[np.float64]:
    """Return by kind what a case changes at school: a gain in skill, or the logarithm of a ratio."""
    size = np.zeros(len(KINDS))
    for kind in ON_SCHOOL[what]:
        value = p[f"services.{kind}_{what}"]
        size[NUMBER[kind]] = value if what == "skill" else np.log(value)
    return size


def _direct(p: ParameterSet, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a case itself does, from the total effects (logarithms) that evidence rows state.

    What the model carries by other ways comes off: own recent offending, trust, lost school and work, and what the
    comparison group of a sanction meets instead. The shares are measured on the bench, so that a trial returns the row.
    """
    direct = total * p["services.feedback"]
    idle = p["register.custody_job_loss"] * p["offending.not_in_school_or_work"]
    label = p["services.custody_label"] * np.log(p["services.processing_effect"])
    # short prison is worse than the community service it is compared with
    harm = -np.log(p["services.community_service_effect"])

    number = NUMBER["youth_custody"]
    direct[number] = (total[number] + label - p["services.custody_idle"] * idle) * p["services.custody_feedback"]
    direct[NUMBER["short_prison"]] = p["services.short_prison_feedback"] * harm - p["services.short_prison_idle"] * idle
    number = NUMBER["long_prison"]
    direct[number] = p["services.long_prison_feedback"] * total[number] + p["services.long_prison_spared"] * harm
    number = NUMBER["isd"]
    # who may get an ISD placement has a long record, and would else be detained for short whiles
    detained = min(p["register.custody_adults"] * p["register.custody_record"], 1.0)
    spared = p["services.isd_spared"] + p["services.isd_spared_custody"] * detained
    direct[number] = p["services.isd_feedback"] * total[number] + spared * harm
    mistrust = p["trust.offending"] * p["trust.stop"] * TRUST_OF_FIRST_YEAR
    direct[NUMBER["stop"]] -= mistrust
    direct[NUMBER["fair_stop"]] += mistrust * p["trust.fair_share"]
    direct[NUMBER["street_youth_work"]] += p["trust.offending"] * p["trust.youth_work"] / 2
    return direct


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


def served_lately(model: NeighbourhoodModel) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return service and person of all cases that are open or ended less than a year ago."""
    cases = model.cases
    lately = cases.column("open") | (cases.column("end") > model.month - TURN)
    at = np.flatnonzero(lately & (cases.column("person") >= 0))
    return cases.service.take(at), cases.person.take(at)


def held_by(model: NeighbourhoodModel, kind: str, months: int) -> Bools:
    """Return, for every row, whether a case of a kind was opened less than ``months`` ago."""
    cases = model.cases
    mine = (cases.column("service") == NUMBER[kind]) & (cases.column("start") > model.month - months)
    mask = np.zeros(model.people.used, dtype=bool)
    mask[cases.column("person").compress(mine & (cases.column("person") >= 0))] = True
    return mask


def open_of(model: NeighbourhoodModel, kind: str) -> Bools:
    """Return, for every row, whether a case of a kind is open."""
    cases = model.cases
    mask = np.zeros(model.people.used, dtype=bool)
    mask[cases.column("person").compress(cases.column("open") & (cases.column("service") == NUMBER[kind]))] = True
    return mask


def open_count(model: NeighbourhoodModel, kind: str) -> int:
    """Return how many cases of a kind are open."""
    cases = model.cases
    return int(np.count_nonzero(cases.column("open") & (cases.column("service") == NUMBER[kind])))


def open_counts(model: NeighbourhoodModel) -> dict[str, int]:
    """Return how many cases of each kind are open."""
    cases = model.cases
    # those that are over are counted as of one kind more, and left out
    counts = np.bincount(np.where(cases.column("open"), cases.column("service"), len(KINDS)), minlength=len(KINDS))
    return dict(zip(KINDS, counts.tolist(), strict=False))


def run_cases(model: NeighbourhoodModel) -> None:
    """Let enrolled persons drop out or finish this month."""
    cases, people = model.cases, model.people
    rows = np.flatnonzero(cases.column("open"))
    if rows.size == 0:
        return
    _win_trust(model, rows)
    over = cases.end[rows] <= model.month
    kind, person = cases.service[rows], cases.person[rows]
    key = people.life[person] + kind.astype(np.uint64)  # one decision per person and service
    over |= model.draws.happens("cases.drop_out", key, _drop_out(model, person, kind), model.month)
    # detention ends what was going on outside
    over |= (people.custody_until[person] > model.month) & ~_IN_CUSTODY[kind]
    ended = rows.compress(over)
    cases.open[ended] = False
    cases.end[ended] = np.minimum(cases.end[ended], model.month)


def _drop_out(model: NeighbourhoodModel, person: Rows, kind: Rows) -> U32:
    """Return the chance of dropping out: under a shared plan, another one as far as the alliance works."""
    chance = model.effects.drop_out[kind]
    if not model.alliance.works:
        return chance
    return thresholds(chance / TWO32 * model.alliance.drop_out(model.people.household[person]))


def _win_trust(model: NeighbourhoodModel, rows: Rows) -> None:
    """Let who works with a street worker win a month's part of the trust that a year brings."""
    cases = model.cases
    mine = cases.service[rows] == NUMBER["street_youth_work"]
    known = runs(np.sort(cases.person[rows.compress(mine)]).astype(np.intp))[0]
    change_trust(model, known, model.p["trust.youth_work"] / MONTHS_PER_YEAR)


def apply_effects(model: NeighbourhoodModel, distrust: Rows | None = None) -> None:
    """Set everybody's multiplier of offending from cases, trust and roles; take faded cases off the list.

    Args:
        model: the world.
        distrust: whose trust is not the usual one; by default they are looked up.
    """
    cases, people, effects = model.cases, model.people, model.effects
    people.effect[model.with_effect] = 1.0
    people.serious_log[model.with_effect] = 0.0
    people.skill_gain[model.with_effect] = 0.0
    people.absence_log[model.with_effect] = people.leaving_log[model.with_effect] = 0.0
    rows = np.flatnonzero(cases.column("person") >= 0)
    kind, person = cases.service.take(rows).astype(np.intp), cases.person.take(rows).astype(np.intp)
    start, end = cases.start.take(rows), cases.end.take(rows)
    level = effects.level(kind, start, end, model.month)
    size = effects.log_effect.take(kind) * level
    works = np.flatnonzero(size != 0)
    touched = [_from_cases(model, person.take(works), kind.take(works), size.take(works), level.take(works))]
    touched.append(_at_school(model, person, kind, level))
    touched.append(_from_trust(model, moved(model) if distrust is None else distrust))
    touched.append(_from_roles(model))
    model.with_effect = np.concatenate(touched)
    gone = np.flatnonzero(~cases.open.take(rows) & (end <= model.month - TURN) & (np.abs(size) < FADED))
    gone = gone.compress(start[gone] < model.month - effects.lag[kind[gone]])
    gone = gone.compress(_gain(effects, kind[gone], level[gone]) < FADED)
    cases.release(rows[gone])


def _from_cases(
    model: NeighbourhoodModel,
    person: Rows,
    kind: Rows,
    size: NDArray[np.float64],
    level: NDArray[np.float64],
) -> Rows:
    """Multiply up the cases of each person: helping ones to a floor, harmful ones without."""
    people, effects = model.people, model.effects
    if person.size == 0:
        return person
    order = _in_order(person, kind, level)
    person, kind = person.take(order), kind.take(order)
    strength = _strengths(person, kind, effects.repeat_gain)
    micro = np.rint(size.take(order) * strength * MICRO).astype(np.int64)
    special = _SERIOUS_ONLY.take(kind)
    who, number = runs(person)
    common = _total(np.where(special, 0, micro), number, effects.floor)
    people.effect[who] = np.exp(common).astype(np.float32)
    if special.any():
        some = np.logical_or.reduceat(special, np.cumsum(number) - number)
        everything = _total(micro.compress(np.repeat(some, number)), number.compress(some), effects.floor)
        people.serious_log[who[some]] = (everything - common.compress(some)).astype(np.float32)
    return who


def _gain(effects: Effects, kind: Rows, level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest thing that cases change at school."""
    sizes = [np.abs(size.take(kind)) * level for size in effects.on_school.values()]
    return np.asarray(np.maximum.reduce(sizes))


def _at_school(model: NeighbourhoodModel, person: Rows, kind: Rows, level: NDArray[np.float64]) -> Rows:
    """Add up what cases change at school: skill, absence, leaving early."""
    people = model.people
    touched = []
    for what, column in (("skill", "skill_gain"), ("absence", "absence_log"), ("leaving", "leaving_log")):
        size = model.effects.on_school[what].take(kind) * level
        works = np.flatnonzero(size != 0)  # comparing first is faster than counting floats
        if works.size == 0:
            continue
        whom, which = person.take(works), kind.take(works)
        order = _in_order(whom, which, level.take(works))
        whom, which = whom.take(order), which.take(order)
        strength = _strengths(whom, which, model.effects.repeat_gain)
        who, number = runs(whom)
        micro = np.rint(size.take(works).take(order) * strength * MICRO).astype(np.int64)
        getattr(people, column)[who] = np.add.reduceat(micro, np.cumsum(number) - number) / MICRO
        touched.append(who)
    return np.concatenate(touched) if touched else np.empty(0, dtype=np.intp)


def _total(micro: NDArray[np.int64], number: Rows, floor: float) -> NDArray[np.float64]:
    """Return what the cases of each person add up to; they stand together, ``number`` of them for each."""
    first = np.cumsum(number) - number
    helps = np.add.reduceat(np.minimum(micro, 0), first)
    harms = np.add.reduceat(np.maximum(micro, 0), first)
    return np.asarray(np.maximum(helps / MICRO, floor) + harms / MICRO)


def _from_trust(model: NeighbourhoodModel, rows: Rows) -> Rows:
    """Let lost or won trust weigh in."""
    people = model.people
    people.effect[rows] *= np.exp(np.float32(-model.p["trust.offending"]) * people.trust[rows])
    return rows


def _from_roles(model: NeighbourhoodModel) -> Rows:
    """Let roles on the drug market weigh in."""
    people = model.people
    rows = np.flatnonzero(people.column("role_since") >= 0)
    people.effect[rows] *= np.float32(model.p["careers.role_ratio"])
    return rows


def _in_order(person: Rows, kind: Rows, level: NDArray[np.float64]) -> Rows:
    """Return the order of cases by person, then kind, then the strongest first.

    One number per case, with its place in the lowest bits: sorting numbers is faster than sorting places by them.
    """
    bits = max(int(person.size - 1).bit_length(), 1)
    weak = np.rint((1.0 - level) * LEVELS).astype(np.int64)
    packed = ((person << 8 | kind) << LEVEL_BITS | weak) << bits | np.arange(person.size)
    packed.sort()
    order: Rows = packed & ((1 << bits) - 1)
    return order


def _strengths(person: Rows, kind: Rows, repeat_gain: float) -> NDArray[np.float64]:
    """Return what each case adds, in that order: the strongest of a kind in full, the next in part, others nothing."""
    same = np.zeros(person.size, dtype=np.intp)
    same[1:] = (person[1:] == person[:-1]) & (kind[1:] == kind[:-1])
    before = np.zeros(person.size, dtype=np.intp)  # 0 for the strongest, 1 for the next, 2 for all others
    before[1:] = same[1:] * (1 + same[:-1])
    return np.array([1.0, repeat_gain, 0.0]).take(before)


def close_cases_of(model: NeighbourhoodModel, rows: Rows) -> None:
    """End and drop the cases of persons who leave or die."""
    cases = model.cases
    known = np.flatnonzero(cases.column("person") >= 0)
    gone = np.zeros(model.people.used, dtype=bool)
    gone[rows] = True
    cases.release(known.compress(gone[cases.person[known]]))
    model.with_effect = model.with_effect.compress(~gone[model.with_effect])


def end_cases_of(model: NeighbourhoodModel, rows: Rows) -> None:
    """End the open cases of persons who move elsewhere; what they received goes on working."""
    cases = model.cases
    known = np.flatnonzero(cases.column("open"))
    gone = np.zeros(model.people.used, dtype=bool)
    gone[rows] = True
    ended = known[gone[cases.person[known]]]
    cases.open[ended] = False
    cases.end[ended] = np.minimum(cases.end[ended], model.month)
