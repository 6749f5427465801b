"""What a visitor has chosen: plain values from which pages, addresses and questions follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from scenarios.catalogue import REALISED, load_scenario, scenario_ids
from scenarios.variants import vary
from sim.areas import area_ids
from sim.calendar import SCENARIO_START, year_of
from sim.levers import declared_levers
from sim.scenario import MOST_TITLE, Scenario

OWN = "eigen-scenario"
"""Id of a scenario that somebody made here, unless it has a name."""

FIRST_YEAR = year_of(SCENARIO_START)
HORIZONS = (5, 10, 15, 20)
MOST_SIDE_BY_SIDE = 4
PLANS_KEPT = 256
"""Plans whose scenario is remembered: a page asks for it several times a move."""

DEFAULT_AREA = "den-haag-zuidwest"
DEFAULT_BASE = "preventie-met-gezag"
DEFAULT_REFERENCE = "geen-programma"

MONEY = ".budget"
"""End of the levers that are money, which may be spent once or until some year."""

Periods = Mapping[str, float]
Levers = Mapping[str, Periods]


@dataclass(frozen=True)
class Move:
    """One lever that was moved, in one area.

    Attributes:
        path: the lever.
        value: what it was set to; euros a year for money.
        first: year from which it holds.
        last: last year in which it holds; 0 for no end. After it money stops.
        once: whether the money is spent in the first year only.
    """

    path: str
    value: float
    first: int = FIRST_YEAR
    last: int = 0
    once: bool = False

    def periods(self) -> dict[str, float]:
        """Return it as a scenario file has it."""
        end = self.first if self.once else self.last
        return {f"{self.first}": self.value, **({f"{end + 1}": 0.0} if end else {})}


@dataclass(frozen=True)
class Plan:
    """A scenario as somebody made it: a scenario of the library, with levers moved.

    Attributes:
        base: id in the library.
        moves: levers that were moved.
        name: what it is called; its base unless given.
        levers: levers of a file that was opened, for the whole country.
        local: levers of that file for the area.
    """

    base: str = DEFAULT_BASE
    moves: tuple[Move, ...] = ()
    name: str = ""
    levers: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    local: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is anything but a scenario of the library."""
        return bool(self.moves or self.levers or self.local)

    def moved(self, move: Move) -> Plan:
        """Return it with a lever moved; a lever is moved once."""
        kept = tuple(each for each in self.moves if each.path != move.path)
        return replace(self, moves=(*kept, move))

    def without(self, path: str) -> Plan:
        """Return it with a lever as the base has it."""
        return replace(self, moves=tuple(each for each in self.moves if each.path != path))

    def id(self) -> str:
        """Return the id of its scenario."""
        if not self.changed:
            return self.base
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:60].strip("-") or OWN

    def scenario(self, area: str) -> Scenario:
        """Return it as a scenario, checked as every file is.

        Raises:
            ScenarioError: when it cannot be one.
        """
        return _scenario(self, area)

    def _made(self, area: str) -> Scenario:
        base = library_scenario(self.base)
        if not self.changed:
            return base
        own: dict[str, Periods] = {path: dict(periods) for path, periods in self.local}
        for move in self.moves:
            before = {at: value for at, value in own.get(move.path, {}).items() if int(at[:4]) < move.first}
            own[move.path] = {**before, **move.periods()}
        national = {path: dict(periods) for path, periods in self.levers}
        title = dict.fromkeys(("nl", "en"), self.name) if self.name else base.title.model_dump()
        return vary(base, self.id(), national, {area: own} if own else {}, title)


@lru_cache(maxsize=PLANS_KEPT)
def _scenario(plan: Plan, area: str) -> Scenario:
    return plan._made(area)


def plan_of_file(scenario: Scenario, area: str) -> Plan:
    """Return a scenario of a file as a plan for one area; what it says of other areas is left out."""
    own = scenario.areas.get(area)
    known = declared_levers()
    return Plan(
        DEFAULT_REFERENCE,
        (),
        scenario.title.nl[:MOST_TITLE],
        tuple((path, tuple(periods.items())) for path, periods in scenario.levers.items() if path in known),
        tuple((path, tuple(periods.items())) for path, periods in own.levers.items()) if own else (),
    )


@dataclass(frozen=True)
class Visit:
    """Everything a visitor has chosen.

    Attributes:
        language: ``nl`` or ``en``.
        area: area id.
        plan: the scenario being made.
        kept: scenarios put aside, to stand side by side.
        reference: id of what everything is compared with.
        years: years from the start.
        seed: seed of the worlds.
        outcome: the outcome in charts and maps.
        view: who is counted.
    """

    language: str = "nl"
    area: str = DEFAULT_AREA
    plan: Plan = Plan()
    kept: tuple[Plan, ...] = ()
    reference: str = DEFAULT_REFERENCE
    years: int = 10
    seed: int = 1
    outcome: str = "registered_suspects_12_24_per_10k"
    view: str = "place"

    @property
    def last_year(self) -> int:
        """The last year that is simulated."""
        return FIRST_YEAR + self.years - 1


def library() -> tuple[str, ...]:
    """Return the scenarios that can be chosen: those of the library that begin where all do."""
    return tuple(name for name in scenario_ids() if name != REALISED)


@cache
def library_scenario(name: str) -> Scenario:
    """Return a scenario of the library, read once: a page asks for all of them at every move."""
    return load_scenario(name)


def known_area(name: str) -> bool:
    """Say whether there is such an area."""
    return name in area_ids()
