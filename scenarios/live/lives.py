"""A handful of made-up lives, followed through two worlds: what happened in one and not in the other.

Who fares better in which world follows from how chance is coupled, not from policy alone. So no result is told of
anybody: these lives show how the model works, and another coupling tells other stories of the same persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from scenarios.live.runs import LiveRun
from scenarios.live.work import Stopped, branch, desk
from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Draws, name_key
from sim.population import columns as c
from sim.programme.catalogue import NUMBER, OFFERED

if TYPE_CHECKING:
    from sim.draws import Bools, Rows
    from sim.model import NeighbourhoodModel

AGES = (10, 18)
"""Ages at the start, from and below: old enough to be registered within the years, young enough to be at school."""

MONTHS = 6
"""Months that stand together in a story."""

HALVES = MONTHS_PER_YEAR // MONTHS
DIFFERENT = 3
"""Lives with most differences outside help that are told; beside one with other help alone, and one without any."""

HELP = "help:"
"""How the name of the start of a service begins."""

REGULAR_HELP = ("debt_help", "care")
"""Help that no programme needs to pay for."""

Where = Literal["both", "reference", "scenario"]
Home = Literal["two_parents", "one_parent", "alone"]


def is_help(what: str) -> bool:
    """Say whether a happening is the start of help."""
    return what.startswith(HELP) or what in REGULAR_HELP


@dataclass(frozen=True)
class Happening:
    """Something in a life.

    Attributes:
        half: half-year from the start, from 0.
        what: what happened; ``help:NAME`` for the start of a service.
        where: in which of the worlds.
    """

    half: int
    what: str
    where: Where


@dataclass(frozen=True)
class Life:
    """One made-up life in two worlds.

    Attributes:
        woman: whether it is a girl.
        age: at the start.
        home: with whom, at the start.
        poor: whether that household had a low income.
        happenings: in order of time.
    """

    woman: bool
    age: int
    home: Home
    poor: bool
    happenings: tuple[Happening, ...]

    @property
    def differences(self) -> int:
        """Happenings in one world only, help left out."""
        return sum(one.where != "both" and not is_help(one.what) for one in self.happenings)

    @property
    def other_help(self) -> int:
        """Starts of help in one world only."""
        return sum(one.where != "both" and is_help(one.what) for one in self.happenings)


@dataclass(frozen=True)
class Lives:
    """Some lives, and out of how many they were taken.

    Attributes:
        lives: those that are told.
        followed: who they are, to follow the same persons again; never shown.
        youths: everybody of the ages at the start.
        differing: for how many anything but help differs under this coupling.
        years: years followed.
    """

    lives: tuple[Life, ...]
    followed: tuple[int, ...]
    youths: int
    differing: int
    years: int


@dataclass(frozen=True)
class Coupling:
    """How the chance of the two worlds hangs together.

    Attributes:
        number: 0 for the chance of the world's own seed; others are other chance from the start on.
        apart: whether the worlds do not share their chance.
    """

    number: int = 0
    apart: bool = False

    def draws(self, seed: int, scenario: bool) -> Draws:
        """Return the draws of one of the worlds from the start on."""
        if not self.number and not (self.apart and scenario):
            return Draws(seed)
        return Draws(name_key(f"coupling|{seed}|{self.number}|{'scenario' if self.apart and scenario else 'both'}"))


def lives(
    scenario: LiveRun, reference: LiveRun, coupling: Coupling, followed: tuple[int, ...], place: int, shown: bool
) -> Lives:
    """Follow youths through both worlds.

    Args:
        scenario: the run under the scenario.
        reference: the run under the reference, in the same world.
        coupling: how chance hangs together.
        followed: whom to tell of; when empty, those with most differences, one with other help alone, one without any.
        place: place on the board.
        shown: whether somebody looks at the years so far; nothing is shown.

    Raises:
        Stopped: when asked to.
    """
    world = branch(desk().cache, reference)
    people, inside = world.people, world.people.column("status") == c.INSIDE
    age = people.column("age")
    rows = np.flatnonzero(inside & (age >= AGES[0]) & (age < AGES[1]))
    rows = rows[np.argsort(people.life[rows])]
    who = people.life[rows].copy()
    described = [_described(world, int(row)) for row in rows]
    world.draws = coupling.draws(world.seed_value, scenario=False)
    there = _lived(world, rows, reference.years, place)
    other = branch(desk().cache, scenario)
    other.draws = coupling.draws(other.seed_value, scenario=True)
    here = _lived(other, rows, scenario.years, place)
    names = sorted({*there, *here}, key=_rank)
    nothing = np.zeros((reference.years * HALVES, rows.size), dtype=bool)
    in_reference, in_scenario = (np.stack([each.get(name, nothing) for name in names]) for each in (there, here))
    differ = (in_reference != in_scenario).sum(axis=1)
    helps = np.array([is_help(name) for name in names])
    counts = differ[~helps].sum(axis=0), differ[helps].sum(axis=0), (in_reference & in_scenario).sum(axis=(0, 1))
    told = _told(who, followed) if followed else _chosen(*counts)
    return Lives(
        tuple(Life(*described[i], _happenings(names, in_reference[:, :, i], in_scenario[:, :, i])) for i in told),
        tuple(int(who[i]) for i in told),
        int(rows.size),
        int(np.count_nonzero(counts[0])),
        reference.years,
    )


def _chosen(differ: NDArray[np.int64], helped: NDArray[np.int64], alike: NDArray[np.int64]) -> list[int]:
    """Return whom to tell of; equals in the order of their ids.

    Args:
        differ: happenings in one world only, help left out.
        helped: starts of help in one world only.
        alike: happenings in both worlds.
    """

    def first(order: NDArray[np.int64], mask: Bools, most: int) -> list[int]:
        return [int(i) for i in np.argsort(-order, kind="stable") if mask[i]][:most]

    quiet = differ == 0
    return [
        *first(differ, ~quiet, DIFFERENT),
        *first(helped, quiet & (helped > 0), 1),
        *first(alike, quiet & (helped == 0), 1),
    ]


def _told(who: NDArray[np.uint64], followed: Sequence[int]) -> list[int]:
    number = {int(life): i for i, life in enumerate(who)}
    return [number[life] for life in followed if life in number]


def _described(model: NeighbourhoodModel, row: int) -> tuple[bool, int, Home, bool]:
    people, households = model.people, model.households
    home: Home = "alone"
    if people.position[row] == c.CHILD:
        home = "two_parents" if households.partner[people.household[row]] >= 0 else "one_parent"
    return bool(people.sex[row] == c.WOMAN), int(people.age[row]), home, bool(people.low_income[row])


def _happenings(names: Sequence[str], reference: Bools, scenario: Bools) -> tuple[Happening, ...]:
    found = []
    for half in range(reference.shape[1]):
        for number, name in enumerate(names):
            there, here = bool(reference[number, half]), bool(scenario[number, half])
            if there or here:
                found.append(Happening(half, name, "both" if there and here else "reference" if there else "scenario"))
    return tuple(found)


# --- reading a world month by month

BEGINS = ("work", "low_income", "indebted", "custody", "debt_help", "care", "enrolled")
"""States whose beginning is told."""

ENDS = ("work", "low_income", "indebted", "custody")
"""States whose end is told; the end of school has names of its own."""

GROWS = ("registrations", "convictions", "halt_done", "qualification")
"""Numbers whose growth is told."""

OVER = "_over"
ORDER = (
    "enrolled", "left_school", "school_done", "qualification", "work", f"work{OVER}", "low_income", f"low_income{OVER}",
    "indebted", f"indebted{OVER}", "debt_help", "care", "registrations", "halt_done", "convictions", "custody",
    f"custody{OVER}", "moved", "gone",
)  # fmt: skip
"""Everything that is told, in the order in which it stands within a half-year; services come after it."""


def _rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _lived(model: NeighbourhoodModel, rows: Rows, years: int, place: int) -> dict[str, Bools]:
    """Live a world, and return by happening for whom it was in which half-year."""
    who = model.people.life[rows].copy()
    happened: dict[str, Bools] = {}
    before = _state(model, rows)
    here = np.ones(rows.size, dtype=bool)
    for month in range(years * MONTHS_PER_YEAR):
        if desk().board.stopped(place):
            raise Stopped
        model.step()
        # a row may be given to somebody else as soon as it is free
        still = here & (model.people.life[rows] == who) & (model.people.status[rows] == c.INSIDE)
        after = _state(model, rows)
        for name, mine in _changes(before, after).items():
            _note(happened, name, month, mine & still, years)
        _note(happened, "gone", month, here & ~still, years)
        before, here = after, still
    return happened


def _note(happened: dict[str, Bools], name: str, month: int, mine: Bools, years: int) -> None:
    if mine.any():
        halves = happened.setdefault(name, np.zeros((years * HALVES, mine.size), dtype=bool))
        halves[month // MONTHS] |= mine


def _state(model: NeighbourhoodModel, rows: Rows) -> dict[str, NDArray[np.int64]]:
    """Return what is known of persons now; of rows that are free it says nothing."""
    people, households, month = model.people, model.households, model.month
    home = people.household[rows]
    housed = home >= 0
    state = {name: people.column(name)[rows].astype(np.int64) for name in ("enrolled", "left_school", "work")}
    state |= {name: people.column(name)[rows].astype(np.int64) for name in ("low_income", "indebted", *GROWS)}
    state["custody"] = (people.custody_until[rows] > month).astype(np.int64)
    state["care"] = (people.care_until[rows] > month).astype(np.int64)
    state["debt_help"] = np.where(housed, households.help_until[home] > month, False).astype(np.int64)
    state["dwelling"] = np.where(housed, households.dwelling[home], -1)
    return state | _services(model, rows)


def _services(model: NeighbourhoodModel, rows: Rows) -> dict[str, NDArray[np.int64]]:
    cases, there = model.cases, np.zeros(model.people.used, dtype=np.int64)
    is_open, service, person = cases.column("open"), cases.column("service"), cases.column("person")
    found = {}
    for name in OFFERED:
        there[:] = 0
        there[person[is_open & (service == NUMBER[name])]] = 1
        found[f"{HELP}{name}"] = there[rows]
    return found


def _changes(before: dict[str, NDArray[np.int64]], after: dict[str, NDArray[np.int64]]) -> dict[str, Bools]:
    """Return what happened between two months, by name."""
    begins = [*BEGINS, *(name for name in after if name.startswith(HELP))]
    found = {name: after[name] > before[name] for name in (*begins, *GROWS)}
    found |= {f"{name}{OVER}": after[name] < before[name] for name in ENDS}
    leaves = after["enrolled"] < before["enrolled"]
    found["left_school"] = leaves & (after["left_school"] > 0)
    found["school_done"] = leaves & (after["left_school"] == 0)
    found["moved"] = (after["dwelling"] != before["dwelling"]) & (before["dwelling"] >= 0)
    return found
