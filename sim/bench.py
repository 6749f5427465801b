"""A bench of eligible persons side by side, to prove what a treatment or a mechanism does (DESIGN section 6).

The persons are copies of residents of a real area, each with a life of its own, in fixed surroundings: nobody is born,
dies or moves, no place is scarce, and no friend, street or market ties one to another. So a treatment cannot spill
over. The same persons are lived twice with the same luck, and *chances* are compared, not events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import setup
from sim.agents.agentset import Columns
from sim.calendar import BASE, MONTHS_PER_YEAR
from sim.draws import F32, F64, Bools, Rows, derive_ids, threshold
from sim.levers import LeverSchedule
from sim.mechanisms.register import Suspects
from sim.mechanisms.work import Turnover
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.table import Table
from sim.programme.budget import PREFIX, Stock
from sim.programme.catalogue import GEZAG, LINE_BY_NAME, STREET_MEASURES
from sim.programme.services import open_cases
from sim.snapshot import State
from sim.trial import TrialResult

OTHER_LUCK = 7919
"""Added to the seed for a control group with luck of its own."""

LEFT_BEHIND = (
    "household", "wijk", "street", "school", "school_class", "friends", "due", "seeking_since",
    "custody_until", "together", "role_since", "trial", "family_offender", "partnered",
    "skill_gain", "absence_log", "leaving_log", "serious_log",
)  # fmt: skip
"""Columns that a copy does not take along: they tie a person to others, or come from a service it was in."""

FEW_DONORS = 8
"""Households that a bench keeps of those from which newcomers are copied: none comes."""

NO_LIMIT = 1e14
"""So many places, and euros for them: on the bench nobody is turned away because another was not."""

TRIED: Mapping[str, float] = {
    "register.prosecuted_minors": 1.0, "register.prosecuted_adults": 1.0, "register.convicted": 1.0,
}  # fmt: skip
"""For :func:`caught`: everybody is prosecuted and found guilty."""

DETAINED, NOT_DETAINED = (
    {**TRIED, "register.custody_minors": share, "register.custody_adults": share} for share in (1.0, 0.0)
)
"""For :func:`caught`: everybody is found guilty, and detained or not if the offence is serious."""


class BenchWorld(NeighbourhoodModel):
    """The world of a bench: a month is the model's month without births, deaths and moves.

    Attributes:
        free: who was not in custody this month.
        detection: chance that an offence leads to registration as a suspect this month, by kind and person.
    """

    free: Bools
    detection: F32

    def move_house(self) -> None:
        """Nobody is born, dies or moves."""

    def offend(self) -> None:
        """As in the model; keeps what the month's chances hang on, before the register changes it."""
        self.free = self.people.column("custody_until") <= self.month
        chances = self.register.chances(self)
        code = chances.code(slice(0, self.people.used))
        self.detection = np.stack([table.take(code) for table in chances.tables])
        super().offend()


Eligible = Callable[[Columns], Bools]
Treatment = Callable[[NeighbourhoodModel, Rows], None]
Measure = Callable[[BenchWorld], NDArray[Any]]
"""Returns one value per person for the month just lived; not-a-number for who is not at risk of it."""


def latent_offending(world: BenchWorld) -> F32:
    """Return expected offences."""
    total: F32 = world.rates.participations().sum(axis=0)
    return total


def offending_at_liberty(world: BenchWorld) -> F32:
    """Return expected offences of who is not in custody."""
    return np.where(world.free, latent_offending(world), np.float32(np.nan))


def minor_offending(world: BenchWorld) -> F32:
    """Return expected minor offences."""
    return world.rates.participations()[c.MINOR]


def serious_offending(world: BenchWorld) -> F32:
    """Return expected serious offences."""
    return world.rates.participations()[c.SERIOUS]


def finding_work(world: BenchWorld) -> Bools:
    """Return who found work this month: what a study of placements would count."""
    people = world.people
    found: Bools = (people.column("work") == c.EMPLOYED) & (people.column("work_since") == world.month - 1)
    return found


def registered_offending(world: BenchWorld) -> F32:
    """Return expected registrations as a suspect."""
    total: F32 = (world.rates.participations() * world.detection).sum(axis=0)
    return total


def early_leaving(world: BenchWorld) -> F64:
    """Return the yearly chance of leaving early, of pupils without a start qualification."""
    people = world.people
    chance = np.full(people.used, np.nan)
    at_risk = people.column("enrolled") & (people.column("qualification") == c.NO_QUALIFICATION)
    rows = np.flatnonzero(at_risk & (world.schooling.leaves[people.column("age")] > 0))
    chance[rows] = world.schooling._leaving_chance(world, rows)
    return chance


def offences(world: BenchWorld) -> NDArray[np.int64]:
    """Return the offences that happened: what a study that asks the persons would count."""
    return np.bincount(world.offences.row, minlength=world.people.used)


def registrations(world: BenchWorld) -> Bools:
    """Return who was registered as a suspect this month: what a study of the register would count."""
    seen: Bools = world.people.column("last_registered") == world.month - 1
    return seen


LATENT: Mapping[str, Measure] = {"latent": latent_offending}


class Bench:
    """Some thousands of eligible persons, copied from the residents of a real area as of January 2022.

    Args:
        eligible: says of all residents at once who may take part, from their columns.
        count: persons on the bench.
        parameters: a parameter set; the central one by default.
        seed: seed of the area and of the persons' luck.
        area: where the persons are copied from.
        sample: share of that area.
        source: a world to copy from, in place of a new one.

    Attributes:
        originals: how many different residents the persons are copies of.

    Raises:
        ValueError: when nobody is eligible.
    """

    def __init__(
        self,
        eligible: Eligible,
        count: int = 20_000,
        parameters: ParameterSet | None = None,
        seed: int = 1,
        area: str = "rotterdam-zuid",
        sample: float = 0.3,
        source: NeighbourhoodModel | None = None,
    ) -> None:
        if source is None:
            source = NeighbourhoodModel(area, rng=seed, sample=sample, parameters=parameters, start=BASE)
        self.parameters = parameters if parameters is not None else source.p
        self.seed = seed
        self._saved_under, self._centres = source.p, source.centres
        rows = source.residents.select(eligible).rows
        rows = rows[source.people.custody_until[rows] <= source.month]
        if rows.size == 0:
            raise ValueError(f"nobody in {source.area.id} is eligible for this bench")
        order = rows[np.argsort(source.draws.order("bench.order", source.people.life[rows]), kind="stable")]
        self.originals = min(rows.size, count)
        self._state = _state_of_copies(source, order[np.arange(count) % order.size], order.size)

    def under(self, parameters: ParameterSet) -> Bench:
        """Return a bench of the same persons, as they stand, whose mechanisms follow other parameters."""
        twin = object.__new__(Bench)
        twin.__dict__.update(self.__dict__, parameters=parameters)
        return twin

    def world(self, seed: int | None = None) -> BenchWorld:
        """Return a new world of these persons."""
        state = State(self._state.arrays, {**self._state.facts, "seed": self.seed if seed is None else seed})
        world = BenchWorld._of_state(state, None, parameters=self._saved_under, centres=self._centres)
        assert isinstance(world, BenchWorld)
        world.p = self.parameters
        setup._mechanisms(world)
        world.employers.turnover = Turnover(self.parameters)
        world.counts.place(np.arange(world.people.used))
        world.justice.minors, world.justice.older = NO_LIMIT, 0.0  # ISD only where a treatment gives room
        world.places.without_outsiders()  # streets are empty here
        return world

    def trial(
        self,
        treat: Treatment,
        months: int,
        measures: Mapping[str, Measure] = LATENT,
        instead: Treatment | None = None,
        same_luck: bool = True,
    ) -> TrialResult:
        """Live the same persons with and without a treatment.

        Args:
            treat: what is done to the persons before the first month.
            months: months to follow them.
            measures: what is measured each month.
            instead: what is done to the control group; nothing by default.
            same_luck: with common random numbers; otherwise the control group has luck of its own.
        """
        control = self.world(None if same_luck else self.seed + OTHER_LUCK)
        return TrialResult(
            treated=_live(self.world(), treat, months, measures),
            control=_live(control, instead, months, measures),
            paired=True,
        )

    def lottery(
        self,
        treat: Treatment,
        months: int,
        measures: Mapping[str, Measure] = LATENT,
        instead: Treatment | None = None,
    ) -> TrialResult:
        """Treat half of the persons, chosen by a named draw, as a study would; the others are the control.

        The arguments are those of :meth:`trial`.
        """
        world = self.world()
        life = world.people.column("life")
        chosen = world.draws.happens("bench.lottery", life, threshold(0.5))

        def divide(model: NeighbourhoodModel, rows: Rows) -> None:
            treat(model, rows[chosen])
            if instead is not None:
                instead(model, rows[~chosen])

        values = _live(world, divide, months, measures)
        treated, control = ({name: of[:, who] for name, of in values.items()} for who in (chosen, ~chosen))
        return TrialResult(treated, control, paired=False)


def _live(world: BenchWorld, treat: Treatment | None, months: int, measures: Mapping[str, Measure]) -> dict[str, F64]:
    """Treat everybody, live the months, and return the measured values by month and person."""
    if treat is not None:
        treat(world, np.arange(world.people.used))
    seen = {name: np.empty((months, world.people.used)) for name in measures}
    for month in range(months):
        world.step()
        for name, measure in measures.items():
            seen[name][month] = measure(world)
    return seen


def _state_of_copies(source: NeighbourhoodModel, rows: Rows, originals: int) -> State:
    """Return the state of the source with copies of the given residents as its only persons."""
    state = source.state()
    copies = Table(c.PERSON, 1)
    kept = {column.name: source.people.column(column.name)[..., rows].copy() for column in c.PERSON}
    copies.load({**kept, "_free": np.empty(0, dtype=np.int64)})
    number = (np.arange(rows.size) // originals).astype(np.uint64)
    copies.life[:] = derive_ids(kept["life"], "bench copy", number)
    copies.status[:] = c.ELSEWHERE
    copies.effect[:] = 1.0
    copies.start_band[:] = 0
    for column in c.PERSON:
        if column.name in LEFT_BEHIND:
            getattr(copies, column.name)[...] = column.empty
    arrays = {name: values for name, values in state.arrays.items() if not name.startswith(("people.", "year "))}
    arrays |= {f"people.{name}": values for name, values in copies.state().items()}
    for table in ("cases", "households", "dwellings"):  # persons on a bench live alone, in the usual home
        arrays = {name: values for name, values in arrays.items() if not name.startswith(f"{table}.")}
        arrays |= {f"{table}.{name}": values for name, values in Table(c.TABLES[table], 1).state().items()}
    few = int(arrays["donors.start"][FEW_DONORS])
    for name in [name for name in arrays if name.startswith("donors.")]:
        size = few if name.startswith("donors.member.") else FEW_DONORS + int(name == "donors.start")
        arrays[name] = arrays[name][..., :size]  # nobody comes to live here
    arrays["with_effect"] = np.empty(0, dtype=np.intp)
    return replace(state, arrays=arrays, facts={**state.facts, "years": {}})


# --- treatments


def setting(**values: Any) -> Treatment:
    """Return a treatment that sets columns of the persons."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        for name, value in values.items():
            getattr(model.people, name)[..., rows] = value

    return treat


def together(*treatments: Treatment) -> Treatment:
    """Return a treatment that consists of several, in this order."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        for one in treatments:
            one(model, rows)

    return treat


def enrolled_in(service: str) -> Treatment:
    """Return a treatment: a place in a service for as long as planned."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        open_cases(model, rows, service, round(model.p[f"services.{service}_months"]))

    return treat


def stopped(fair: bool = False) -> Treatment:
    """Return a treatment: stopped on the street by police or boa, fairly treated or as usual."""

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        model.police.stop(rows, np.full(rows.size, fair))

    return treat


def caught(
    serious: bool = False, known: bool = False, then: Mapping[str, float] | None = None, room: str | None = None
) -> Treatment:
    """Return a treatment: registered as a suspect, handed to the justice chain and tried at once.

    Args:
        serious: for a serious offence.
        known: registered before.
        then: chances of the register's parameters that hold for this decision only, such as
            ``{"register.formal_share": 1.0}``; ``None`` leaves it at the registration.
        room: what the chain has room for, for everybody, in this decision: ``swift_handling``,
            ``neighbourhood_court``, ``community_service`` or ``isd``.
    """

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        people = model.people
        people.registrations[rows] = np.minimum(people.registrations[rows].astype(np.int64) + 1, 255)
        people.last_registered[rows] = model.month
        if then is not None:
            with _in_the_area(model, rows, {"register.trial_months": 0.0, **then}, room):
                model.justice.handle(Suspects(rows, np.full(rows.size, serious), np.full(rows.size, known)))

    return treat


def detained(kind: str, months: int) -> Treatment:
    """Return a treatment: found guilty and sent into custody of a kind for some months."""
    guilty = caught(serious=True, known=True, then=NOT_DETAINED)

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        guilty(model, rows)
        model.justice.detain(rows, kind, np.full(rows.size, months, dtype=np.int16))

    return treat


@contextmanager
def _in_the_area(
    model: NeighbourhoodModel, rows: Rows, changes: Mapping[str, float], room: str | None
) -> Iterator[None]:
    """Let the justice chain treat persons as residents for a moment, with places for all of them.

    Other parameter values hold for that moment. There is no ISD place unless room for it is asked for.
    """
    usual, chain, status = model.p, model.justice, model.people.status[rows]
    before, bought = chain.older, model.municipality._active
    model.p = usual.with_values({"services.isd_regular": 0.0, **changes})
    model.people.status[rows] = c.INSIDE
    chain.older = NO_LIMIT
    if room is not None:
        model.municipality._active = bought | {room: NO_LIMIT}
    try:
        yield
    finally:
        model.p, model.people.status[rows], chain.older = usual, status, before
        model.municipality._active = bought


# --- streets


def crimes(world: NeighbourhoodModel) -> NDArray[Any]:
    """Return the crimes of the running year by street."""
    return world.streets.column("crimes").astype(np.float64)


class StreetBench:
    """The hot spots of a real area, of which a lottery gives half to a way of policing.

    Regular police is spread evenly here, so that what a street gets is what the lottery gives it.

    Args:
        source: a real area in December or at the base date: the first month closes the year's counts.
        spots: the streets with most registered crimes that take part in the lottery.
        seed: luck of the months and of the lottery; that of the source by default.
    """

    EVENLY: Mapping[str, float] = {"uniform": 0.75, "hot_spot": 0.0, "problem_oriented": 0.0, "youth_groups": 0.25}
    """Weights of the rules for hours on the street."""

    AMPLE = 1.2
    """So much more money than the hours cost: posts fall vacant now and then."""

    def __init__(self, source: NeighbourhoodModel, spots: int, seed: int | None = None) -> None:
        self.parameters = source.p
        self._saved_under, self._centres = source.p, source.centres
        state = source.state()
        seed = source.seed_value if seed is None else seed
        self._state = State(state.arrays, {**state.facts, "seed": seed})
        world = self._world()
        streets = world.streets
        self.spots = np.flatnonzero(streets.column("rank") < spots)
        self.chosen = world.draws.happens("bench.streets", streets.life[self.spots], threshold(0.5))

    def under(self, parameters: ParameterSet) -> StreetBench:
        """Return the same streets in a world whose mechanisms follow other parameters."""
        twin = object.__new__(StreetBench)
        twin.__dict__.update(self.__dict__, parameters=parameters)
        return twin

    def _world(self, way: str | None = None) -> NeighbourhoodModel:
        """Return the area one month on, with police spread evenly and money for a way of policing."""
        world = NeighbourhoodModel._of_state(self._state, None, parameters=self._saved_under, centres=self._centres)
        world.p = self.parameters
        setup._mechanisms(world)
        world.police.boas.regular = 0.0
        levers = {f"police.hours.{rule}": weight for rule, weight in self.EVENLY.items()}
        if way is not None:
            line, paid = self._levers(way, self._euros(way) / world.fraction)
            levers |= paid
            posts = self._euros(way) / self.parameters["programme.post_cost"]
            world.municipality.stocks[line, way] = Stock(posts=posts)
        world._schedule = LeverSchedule({path: ((0, value),) for path, value in levers.items()})
        world.step()
        return world

    @staticmethod
    def _levers(way: str, euros: float) -> tuple[str, dict[str, float]]:
        """Return the line that buys a way, and the levers that spend money on it alone."""
        if way not in STREET_MEASURES:
            return GEZAG, {f"{PREFIX}euros.{way}": euros}
        line = LINE_BY_NAME["volkshuisvesting"]
        levers = {f"programme.{line.name}.mix.{name}": float(name == way) for name, _ in line.mix}
        return line.name, levers | {f"programme.{line.name}.budget": euros}

    def _euros(self, way: str) -> float:
        """Return euros a year that pay for the hours or measures on the streets that won."""
        p = self.parameters
        if way in STREET_MEASURES:
            cost = p[f"services.{way}_cost"]
            return self.AMPLE * int(self.chosen.sum()) * cost / p["programme.additionality"]
        on_foot = p["police.boa_post"] / p["police.boa_hours"] / (1 - p["police.boa_youth_share"])
        price = on_foot if way == "jeugdboa" else p["police.police_hour"]
        hours = p["police.problem_hours" if way == "problem_oriented" else "police.hot_spot_hours"]
        segments = int(self.chosen.sum())
        return self.AMPLE * segments * hours * MONTHS_PER_YEAR * price / p["programme.additionality"]

    def trial(self, way: str, months: int = 11) -> tuple[TrialResult, TrialResult]:
        """Live the area with and without a way of policing, with the same luck.

        Args:
            way: ``hot_spots``, ``problem_oriented``, ``jeugdboa``, or a measure on the street.
            months: months to follow the streets, at most the rest of the year.

        Returns:
            What happened on the streets that won in the lottery, and on those that lost.
        """
        with_it, without = _crimes_of(self.treated(way), months), _crimes_of(self.untreated(), months)
        parts = (self.spots[self.chosen], self.spots[~self.chosen])
        won, lost = (TrialResult({"it": with_it[:, at]}, {"it": without[:, at]}, paired=True) for at in parts)
        return won, lost

    def untreated(self) -> NeighbourhoodModel:
        """Return the area one month on, with police spread evenly."""
        return self._world()

    def treated(self, way: str) -> NeighbourhoodModel:
        """Return the same with a way of policing for the streets that won."""
        world = self._world(way)
        rank = world.streets.column("rank")
        won = self.spots[self.chosen]
        order = np.argsort(np.argsort(rank[won]))
        rank += rank.size  # behind those who won
        rank[won] = order
        return world


def _crimes_of(world: NeighbourhoodModel, months: int) -> F64:
    """Live the months and return crimes by month and street."""
    before, found = crimes(world), np.empty((months, world.streets.used))
    for month in range(months):
        world.step()
        now = crimes(world)
        found[month], before = now - before, now
    return found
