"""One small rule set written twice, in plain Mesa objects and on this engine, compared and timed in one run.

    python benchmarks/peers.py

The rules: people grow older, lose and find work, fall into debt and get out of it, and offend more often in
debt, without work, and the more of their five friends offended last month. Both versions start from the
same people with the same friends and look their chances up in the same tables; each has its own random
numbers. They must agree in distribution: the script prints how far apart they are in standard errors, and
exits with 1 when that is more than chance.

Times are processor time of the months alone, without building the world, after one month that is not
counted; the two versions take turns, and the medians are compared.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, derive_ids, thresholds
from sim.population.table import Column, Table

PERSONS, MONTHS, REPEATS = 60_000, 12, 5

FRIENDS = 5
FRIEND_REACH = 60
"""Friends are among the people next in line when everybody stands in order of age."""

AGES = (12, 75)
MONTHS_PER_YEAR = 12
WORK_AGES = (18, 67)
STOPS_WORK = 1.0
LOSES_WORK, FINDS_WORK, FINDS_WORK_IN_DEBT = 0.02, 0.08, 0.05
INTO_DEBT_WORKING, INTO_DEBT_IDLE = 0.004, 0.015
OUT_OF_DEBT_WORKING, OUT_OF_DEBT_IDLE = 0.05, 0.02
OFFENDS_AT_PEAK, PEAK_AGE, RISE_YEARS, FALL_YEARS = 0.05, 18.0, 4.0, 12.0
DEBT_RISK, IDLE_RISK, PEER_RISK = 0.3, 0.4, 2.0
"""What debt, no work, and all five friends offending add to the logarithm of the chance."""

BANDS = ((12, 18), (18, 25), (25, 40), (40, 77))
WORST_SCORE = 4.0
"""Standard errors that a difference may have; chance alone exceeds it in fewer than one of a hundred runs."""

BLOCK_ROWS = 32_768


def work_chances() -> NDArray[np.float64]:
    """Return the monthly chance that work begins or ends, by age, working and in debt."""
    chance = np.zeros((128, 2, 2))
    low, high = WORK_AGES
    chance[low:high] = [[FINDS_WORK, FINDS_WORK_IN_DEBT], [LOSES_WORK, LOSES_WORK]]
    chance[high:, 1] = STOPS_WORK
    return chance


def debt_chances() -> NDArray[np.float64]:
    """Return the monthly chance that debt begins or ends, by working and in debt."""
    return np.array([[INTO_DEBT_IDLE, OUT_OF_DEBT_IDLE], [INTO_DEBT_WORKING, OUT_OF_DEBT_WORKING]])


def offence_chances() -> NDArray[np.float64]:
    """Return the monthly chance of an offence: by age, working, in debt, friends who offended."""
    age = np.arange(128.0)
    years = age - PEAK_AGE
    curve = OFFENDS_AT_PEAK * np.exp(-np.where(years < 0, (years / RISE_YEARS) ** 2, years / FALL_YEARS))
    risk = np.add.outer([IDLE_RISK, 0.0], [0.0, DEBT_RISK])
    peers = PEER_RISK * np.arange(8) / FRIENDS
    return curve[:, None, None, None] * np.exp(risk[:, :, None] + peers)


@dataclass(frozen=True)
class Start:
    """The people both versions begin with.

    Attributes:
        age: years.
        birthday: month of the year.
        works: has work.
        debt: is in debt.
        friends: numbers of the friends, (people, 5).
    """

    age: NDArray[np.uint8]
    birthday: NDArray[np.uint8]
    works: NDArray[np.bool_]
    debt: NDArray[np.bool_]
    friends: NDArray[np.int32]

    @classmethod
    def made(cls, persons: int, seed: int) -> Start:
        """Return people whose friends are about as old as they are."""
        random = np.random.default_rng(seed)
        age = random.integers(*AGES, persons).astype(np.uint8)
        line = np.argsort(age + random.uniform(0, 2, persons))
        steps = random.integers(1, FRIEND_REACH, (persons, FRIENDS)) * random.choice([-1, 1], (persons, FRIENDS))
        friends = np.empty((persons, FRIENDS), dtype=np.int32)
        friends[line] = line[(np.arange(persons)[:, None] + steps) % persons]
        works = (age >= WORK_AGES[0]) & (age < WORK_AGES[1]) & (random.random(persons) < 0.7)
        debt = random.random(persons) < 0.15
        return cls(age, random.integers(0, MONTHS_PER_YEAR, persons).astype(np.uint8), works, debt, friends)


@dataclass(frozen=True)
class End:
    """What became of them, in the order of the start."""

    age: NDArray[np.uint8]
    works: NDArray[np.bool_]
    debt: NDArray[np.bool_]
    recent: NDArray[np.bool_]
    offences: NDArray[np.int64]


class Version(Protocol):
    """A version of the rule set."""

    def step(self) -> None:
        """Live one month."""

    def end(self) -> End:
        """Return how people are now."""


class Person(mesa.Agent):
    """A person as a plain Mesa agent: all decide on what friends did last month, then all advance."""

    def __init__(self, model: PlainMesa, age: int, birthday: int, works: bool, debt: bool) -> None:
        super().__init__(model)
        self.age = age
        self.birthday = birthday
        self.works = works
        self.debt = debt
        self.friends: list[Person] = []
        self.recent = False
        self.offends = False
        self.offences = 0

    def step(self) -> None:
        """Grow older, work, owe, offend."""
        model = self.model
        random = model.random.random
        if self.birthday == model.month % MONTHS_PER_YEAR:
            self.age += 1
        if random() < model.work_chances[self.age][self.works][self.debt]:
            self.works = not self.works
        if random() < model.debt_chances[self.works][self.debt]:
            self.debt = not self.debt
        peers = 0
        for friend in self.friends:
            if friend.recent:
                peers += 1
        self.offends = random() < model.offence_chances[self.age][self.works][self.debt][peers]
        if self.offends:
            self.offences += 1

    def advance(self) -> None:
        """Let this month become last month."""
        self.recent = self.offends


class PlainMesa(mesa.Model):
    """The rule set as a Mesa user writes it: an agent per person, friends as a list of agents."""

    def __init__(self, start: Start, seed: int) -> None:
        super().__init__(rng=seed)
        self.month = 0
        self.work_chances = work_chances().tolist()
        self.debt_chances = debt_chances().tolist()
        self.offence_chances = offence_chances().tolist()
        columns = (start.age, start.birthday, start.works, start.debt)
        people = [Person(self, *facts) for facts in zip(*(column.tolist() for column in columns), strict=True)]
        for person, friends in zip(people, start.friends.tolist(), strict=True):
            person.friends = [people[friend] for friend in friends]

    def step(self) -> None:
        """Live one month; the order of the agents does not matter, so it is not shuffled."""
        self.agents.do("step")
        self.agents.do("advance")
        self.month += 1

    def end(self) -> End:
        """Return how people are now."""
        found = [(one.age, one.works, one.debt, one.recent, one.offences) for one in self.agents]
        age, works, debt, recent, offences = (np.array(values) for values in zip(*found, strict=True))
        return End(age, works, debt, recent, offences)


PERSON = (
    Column("life", "uint64", "id", "life id"),
    Column("age", "uint8", "years", "age"),
    Column("birthday", "uint8", "month of the year", "0 January to 11 December"),
    Column("works", "bool", "yes/no", "has work"),
    Column("debt", "bool", "yes/no", "is in debt"),
    Column("friends", "int32", "row", "friends", depth=FRIENDS),
    Column("recent", "bool", "yes/no", "offended last month"),
    Column("offends", "bool", "yes/no", "offends this month"),
    Column("offences", "uint16", "offences", "offences so far"),
)


class Engine:
    """The rule set on this engine: columns, named draws, blocks of rows, last month's state."""

    def __init__(self, start: Start, seed: int) -> None:
        self.people = people = Table(PERSON, start.age.size)
        self.draws = Draws(seed)
        self.month = 0
        people.allocate(start.age.size)
        people.life[:] = derive_ids(np.arange(start.age.size, dtype=np.uint64), "person")
        people.friends[:] = start.friends.T
        for name in ("age", "birthday", "works", "debt"):
            getattr(people, name)[:] = getattr(start, name)
        self.work = thresholds(work_chances()).ravel()
        self.owe = thresholds(debt_chances()).ravel()
        self.offend = thresholds(offence_chances()).ravel()

    def step(self) -> None:
        """Live one month."""
        for low in range(0, self.people.used, BLOCK_ROWS):
            self._live(slice(low, min(low + BLOCK_ROWS, self.people.used)))
        self.people.recent[:] = self.people.offends
        self.month += 1

    def _live(self, rows: slice) -> None:
        """Grow older, work, owe, offend; a cell counts through a table of chances."""
        people, draws, month = self.people, self.draws, self.month
        life, works, debt = people.life[rows], people.works[rows], people.debt[rows]
        people.age[rows] += people.birthday[rows] == month % MONTHS_PER_YEAR
        age = people.age[rows].astype(np.uint16)
        works ^= draws.happens("work", life, self.work.take((age * 2 + works) * 2 + debt), month)
        debt ^= draws.happens("debt", life, self.owe.take(works * np.uint8(2) + debt), month)
        peers = people.recent.take(people.friends[:, rows]).sum(axis=0, dtype=np.uint8)
        chance = self.offend.take(((age * 2 + works) * 2 + debt) * 8 + peers)
        people.offends[rows] = draws.happens("offend", life, chance, month)
        people.offences[rows] += people.offends[rows]

    def end(self) -> End:
        """Return how people are now."""
        people = self.people
        names = ("age", "works", "debt", "recent", "offences")
        return End(*(people.column(name).copy() for name in names))


VERSIONS: dict[str, type[PlainMesa] | type[Engine]] = {"plain_mesa": PlainMesa, "engine": Engine}


@dataclass(frozen=True)
class Statistic:
    """Sum, sum of squares and number of the persons a statistic is about; those of repeats can be added."""

    total: float
    squares: float
    persons: int

    @classmethod
    def of(cls, values: NDArray[Any]) -> Statistic:
        """Return the statistic of some values, one per person."""
        numbers = values.astype(np.float64)
        return cls(float(numbers.sum()), float((numbers**2).sum()), numbers.size)

    def __add__(self, other: Statistic) -> Statistic:
        return Statistic(self.total + other.total, self.squares + other.squares, self.persons + other.persons)

    @property
    def mean(self) -> float:
        """Mean per person."""
        return self.total / max(self.persons, 1)

    @property
    def variance(self) -> float:
        """Variance of the mean, with persons taken as independent."""
        return max(self.squares / max(self.persons, 1) - self.mean**2, 0.0) / max(self.persons, 1)


def statistics(start: Start, end: End) -> dict[str, Statistic]:
    """Return what is compared."""
    working = (end.age >= WORK_AGES[0]) & (end.age < WORK_AGES[1])
    found = {
        "mean age": Statistic.of(end.age),
        "employed, of 18 to 66": Statistic.of(end.works[working]),
        "in debt": Statistic.of(end.debt),
        "in debt, without work": Statistic.of(end.debt[working & ~end.works]),
        "offences per person": Statistic.of(end.offences),
        "two offences or more": Statistic.of(end.offences > 1),
        "offences, in debt": Statistic.of(end.offences[end.debt]),
    }
    for low, high in BANDS:
        band = (end.age >= low) & (end.age < high)
        found[f"offending at {low} to {high - 1}"] = Statistic.of(end.offences[band] > 0)
    found["offending friends of offenders"] = Statistic.of(end.recent[start.friends[end.recent]].mean(axis=1))
    return found


@dataclass
class Runs:
    """What the repeats of one version gave: nanoseconds per person-month, and statistics added up."""

    nanoseconds: list[float]
    statistics: dict[str, Statistic]


def run(version: type[PlainMesa] | type[Engine], start: Start, seed: int, months: int) -> tuple[float, End]:
    """Return nanoseconds per person-month of one run, and how it ended."""
    world: Version = version(start, seed)
    world.step()
    gc.collect()
    begin = time.process_time_ns()
    for _ in range(months):
        world.step()
    took = time.process_time_ns() - begin
    return took / (start.age.size * months), world.end()


def take_turns(persons: int, months: int, repeats: int, seed: int) -> dict[str, Runs]:
    """Run the versions in turn, several times, on the same start."""
    start = Start.made(persons, seed)
    found = {name: Runs([], {}) for name in VERSIONS}
    for repeat in range(repeats):
        for name, version in VERSIONS.items():
            took, end = run(version, start, seed + repeat, months)
            found[name].nanoseconds.append(took)
            known = found[name].statistics
            for label, one in statistics(start, end).items():
                known[label] = known[label] + one if label in known else one
    return found


def score(one: Statistic, other: Statistic) -> float:
    """Return the difference of two means in standard errors."""
    difference = one.mean - other.mean
    error = float(np.sqrt(one.variance + other.variance))
    if difference == 0:
        return 0.0
    return difference / error if error > 0 else float("inf")


def compare(found: dict[str, Runs]) -> tuple[list[str], bool]:
    """Return the comparison as lines, and whether both versions agree."""
    plain, engine = (found[name].statistics for name in VERSIONS)
    lines = [f"{'':<32}{'plain Mesa':>12}{'engine':>12}{'apart, SE':>12}"]
    agree = True
    for label in plain:
        apart = score(plain[label], engine[label])
        agree &= abs(apart) <= WORST_SCORE
        lines.append(f"{label:<32}{plain[label].mean:>12.4f}{engine[label].mean:>12.4f}{apart:>12.2f}")
    return lines, agree


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--persons", type=int, default=PERSONS, help="persons (%(default)s)")
    parser.add_argument("--months", type=int, default=MONTHS, help="months that are timed (%(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="runs of each version (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args(arguments)
    if options.persons < 2 * FRIEND_REACH or options.months < 1 or options.repeats < 1:
        parser.error(f"at least {2 * FRIEND_REACH} persons, 1 month and 1 repeat are needed")
    return options


def main() -> None:
    """Run, compare and print."""
    options = read_options()
    found = take_turns(options.persons, options.months, options.repeats, options.seed)
    lines, agree = compare(found)
    plain, engine = (median(found[name].nanoseconds) for name in VERSIONS)
    size = f"{options.persons:,} persons, {options.months} months, {options.repeats} runs each"
    print(f"{size}, Mesa {mesa.__version__}\n")
    print("\n".join(lines))
    times = f"plain Mesa {plain:.0f}, engine {engine:.1f}"
    print(f"\nns per person-month (median): {times}; {plain / engine:.1f} times faster")
    if options.json:
        figures = {
            "persons": options.persons,
            "plain_mesa_ns": round(plain, 1),
            "engine_ns": round(engine, 2),
            "ratio": round(plain / engine, 1),
        }
        print(json.dumps(figures))
    if not agree:
        sys.exit(f"the two versions differ by more than {WORST_SCORE:g} standard errors")


if __name__ == "__main__":
    main()
