"""Demography, one month at a time: ageing, birth, death, leaving home, couples, moving out and within.

Slow processes act on a person in the month of birth, so that each month touches a twelfth of the people. Everything
is decided on the state of last month; then the leavers go, then households are put in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import TWO32, U32, Bools, Rows, derive_ids, threshold, thresholds
from sim.mechanisms.debts import join_debts, write_debts
from sim.mechanisms.homes import crowded
from sim.mechanisms.welfare import support
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.exits import ONE, settle_households
from sim.population.rates import (
    ADULT,
    FERTILE,
    FIRST_ADULT_AGE,
    PARTNERING,
    birth_chances,
    death_chances,
    is_rich_family,
    leave_home_chances,
    move_chances,
    out_table,
)
from sim.population.synthesis import set_propensity

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


class Demography:
    """The tables of yearly chances, made once from the parameters.

    Attributes:
        joined: singles with whom a newcomer moves in this month; they come with the other newcomers, within the month.
    """

    def __init__(self, p: ParameterSet) -> None:
        self.p = p
        self.death: U32 = thresholds(death_chances(p)).ravel()
        births = birth_chances(p)
        single = p["demography.fertility_single"]
        self.birth: U32 = thresholds(np.stack([births * single, births])).ravel()
        self.leave_home: U32 = thresholds(leave_home_chances(p))
        self.within: U32 = thresholds(p["demography.within_ratio"] * move_chances(p))
        self.joined: Rows = np.empty(0, dtype=np.intp)
        self.out: U32 = thresholds(out_table(p)).ravel()
        self.away, self.part, self.pair, self.pair_outside = (
            threshold(p[f"demography.{name}"])
            for name in ("leave_home_outside", "separation", "partnering", "partner_outside")
        )

    def birthdays(self, model: NeighbourhoodModel) -> Rows:
        """Make everybody born in this month of the year older; return their rows."""
        people = model.people
        rows = np.flatnonzero(people.column("birthday") == model.month % 12)
        rows = rows.compress((people.status[rows] != c.FREE) & (people.born[rows] < model.month))
        age = people.age[rows] + ONE
        people.age[rows] = age
        model.counts.grow_older(rows)
        home = people.household[rows.compress(age == ADULT)]
        np.subtract.at(model.households.children, home[home >= 0], ONE)
        return rows

    def live(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Let the people whose birthday it is die, leave, part, seek, conceive; then carry it out."""
        people = model.people
        self._grow_up_elsewhere(model, rows)
        # works on homes may have moved somebody out earlier this month
        rows = rows[people.status[rows] != c.FREE]
        self._births(model)
        dies = self._happens(
            model, "demography.death", rows, self.death.take(people.sex[rows] * AGES + people.age[rows])
        )
        dead, alive = rows.compress(dies), rows.compress(~dies)
        alive = alive.compress(people.status[alive] == c.INSIDE)
        heads = alive.compress(people.position[alive] == c.HEAD)
        moving = self._moving_out(model, heads)
        outside = np.concatenate([self._leave_home(model, alive), self._separate(model, heads)])
        self._seek_within(model, heads)
        self._conceive(model, alive)
        leaving = np.concatenate([dead, outside])
        homes = people.household[leaving]
        settle_households(model, np.concatenate([homes[homes >= 0], moving]), leaving, dead, moving)
        self._pair(model, heads.compress(people.status[heads] == c.INSIDE))

    @staticmethod
    def _happens(model: NeighbourhoodModel, decision: str, rows: Rows, chance: U32 | np.uint32) -> Bools:
        return model.draws.happens(decision, model.people.life[rows], chance, model.month)

    @staticmethod
    def _grow_up_elsewhere(model: NeighbourhoodModel, rows: Rows) -> None:
        """Let children who left with their household leave home elsewhere, all at one age."""
        people = model.people
        away = (people.status[rows] == c.ELSEWHERE) & (people.position[rows] == c.CHILD)
        people.position[rows.compress(away & (people.age[rows] >= ALONE_AGE))] = c.HEAD

    def _moving_out(self, model: NeighbourhoodModel, heads: Rows) -> Rows:
        """Return the households that leave the area as a whole."""
        people, households = model.people, model.households
        homes = people.household[heads]
        age = people.age[heads]
        rich = is_rich_family(age, households.children[homes], households.standing[homes])
        dwelling = households.dwelling[homes]
        poor = model.dwellings.damp[dwelling] | (model.dwellings.label[dwelling] > c.WORST_LABEL_GOOD)
        log = self.p["demography.out_unsafe"] * (people.unsafe[heads] - model.usual_leaving[0])
        log += self.p["demography.out_poor_home"] * (poor - model.usual_leaving[1])
        chance = self.out.take(rich * AGES + age) / TWO32 * np.exp(log)
        return homes.compress(self._happens(model, "demography.out", heads, thresholds(chance)))

    def _leave_home(self, model: NeighbourhoodModel, alive: Rows) -> Rows:
        """Return grown-up children who leave the area; others start to look for a dwelling here."""
        people = model.people
        grown = alive.compress((people.position[alive] == c.CHILD) & (people.age[alive] >= FIRST_ADULT_AGE))
        goes = grown.compress(self._happens(model, "demography.leave_home", grown, self.leave_home[people.age[grown]]))
        away = self._happens(model, "demography.leave_home_outside", goes, self.away)
        stays = goes[~away & (people.seeking_since[goes] < 0)]
        people.seeking_since[stays] = model.month
        return goes[away]

    def _separate(self, model: NeighbourhoodModel, heads: Rows) -> Rows:
        """Return partners who leave the area after a separation; others look for a dwelling here."""
        people, households = model.people, model.households
        partner = households.partner[people.household[heads]]
        couples = heads.compress(partner >= 0)
        partner = partner.compress(partner >= 0)
        part = self._happens(model, "demography.separation", couples, self.part)
        goes = partner[part]
        away = self._happens(model, "demography.separation_outside", goes, self.away)
        people.seeking_since[goes[~away]] = model.month
        return goes[away]

    def _seek_within(self, model: NeighbourhoodModel, heads: Rows) -> None:
        """Let households register for another dwelling in the area."""
        people, households = model.people, model.households
        tight = crowded(model, people.household[heads]) - model.usual_leaving[2]
        chance = self.within[people.age[heads]] / TWO32 * np.exp(self.p["demography.within_crowded"] * tight)
        wants = heads.compress(self._happens(model, "demography.within", heads, thresholds(chance)))
        homes = people.household[wants]
        fresh = homes[households.seeking_since[homes] < 0]
        households.seeking_since[fresh] = model.month

    def _conceive(self, model: NeighbourhoodModel, alive: Rows) -> None:
        """Decide which women give birth in the coming twelve months, and in which of them."""
        people, households = model.people, model.households
        age = people.age[alive]
        women = alive.compress((people.sex[alive] == c.WOMAN) & (age >= FERTILE[0]) & (age < FERTILE[1]))
        with_partner = (households.partner[people.household[women]] >= 0) & (people.position[women] != c.CHILD)
        chance = self.birth.take(with_partner * AGES + people.age[women])
        mothers = women.compress(self._happens(model, "demography.birth", women, chance))
        wait = model.draws.bits("demography.birth_month", people.life[mothers], model.month) % np.uint32(12)
        people.due[mothers] = model.month + 1 + wait.astype(np.int16)

    def _births(self, model: NeighbourhoodModel) -> Rows:
        """Add the children due this month; return their rows."""
        people = model.people
        mothers = np.flatnonzero(people.column("due") == model.month)
        people.due[mothers] = c.LONG_AGO
        return add_children(model, mothers[people.status[mothers] == c.INSIDE])

    def _pair(self, model: NeighbourhoodModel, heads: Rows) -> None:
        """Let singles of the area move in together, men and women in order of wijk and age."""
        people, households = model.people, model.households
        home = people.household[heads]
        single = (
            (households.size[home] == 1) & (people.age[heads] >= PARTNERING[0]) & (people.age[heads] < PARTNERING[1])
        )
        willing = heads.compress(single)
        willing = willing[self._happens(model, "demography.pair", willing, self.pair)]
        from_outside = self._happens(model, "demography.pair_outside", willing, self.pair_outside)
        self.joined = willing[from_outside]
        willing = willing[~from_outside]
        men, women = (willing[people.sex[willing] == sex] for sex in (c.MAN, c.WOMAN))
        men, women = self._couples(model, men, women)
        if men.size == 0:
            return
        left, home = people.household[women].copy(), people.household[men]
        join_debts(model, home, left)
        move_people(model, women, home)
        people.position[women] = c.PARTNER
        households.partner[home] = women
        model.vacate(left)

    @staticmethod
    def _couples(model: NeighbourhoodModel, men: Rows, women: Rows) -> tuple[Rows, Rows]:
        """Return who pairs with whom: same wijk, like age, each the other's best; one more changes little."""
        people = model.people
        u = model.draws.pair_bits(
            "demography.match", people.life[men][:, None], people.life[women][None, :], model.month
        )
        apart = np.abs(people.age[men][:, None].astype(np.int64) - people.age[women][None, :]) / MATCH_AGE_SPAN
        key = apart - np.log((u + 0.5) / TWO32)
        key[people.wijk[men][:, None] != people.wijk[women][None, :]] = np.inf
        everyone = np.arange(men.size)
        wife = np.full(men.size, -1, dtype=np.intp)
        for _ in range(MATCH_ROUNDS if key.size else 0):
            best = key.argmin(axis=1)
            mutual = (key.argmin(axis=0)[best] == everyone) & (key[everyone, best] < np.inf)
            wife[mutual] = best[mutual]
            key[mutual] = np.inf
            key[:, best[mutual]] = np.inf
        paired = wife >= 0
        return men[paired], women[wife[paired]]


ALONE_AGE = 24
"""Age at which everybody who left with their parents has left home; the usual age is about this."""

AGES = np.uint16(256)
"""Tables of two groups by age lie in one line: first all ages of the first group."""

MATCH_AGE_SPAN = 4.0
"""Years of age difference that weigh as much as one unit of chance in the matching of singles."""

MATCH_ROUNDS = 3


def move_people(model: NeighbourhoodModel, rows: Rows, homes: Rows) -> None:
    """Put persons into households that live in a dwelling of the area; sizes and incomes follow."""
    people, households, dwellings = model.people, model.households, model.dwellings
    old = people.household[rows]
    minor = people.age[rows] < ADULT
    had = old >= 0
    if had.any():
        np.subtract.at(households.size, old[had], ONE)
        np.subtract.at(households.children, old[had & minor], ONE)
    np.add.at(households.size, homes, ONE)
    np.add.at(households.children, homes[minor], ONE)
    people.household[rows] = homes
    people.low_income[rows] = households.low_income[homes]
    write_debts(model, rows, homes)
    people.welfare[rows] = households.welfare_since[homes] >= 0
    support(model, rows)
    dwelling = households.dwelling[homes]
    people.street[rows] = street = dwellings.street[dwelling]
    np.add.at(model.streets.moved, street, np.uint16(1))
    people.wijk[rows] = dwellings.wijk[dwelling]
    people.seeking_since[rows] = c.LONG_AGO
    model.counts.place(rows)


def add_children(model: NeighbourhoodModel, mothers: Rows) -> Rows:
    """Create a newborn for every mother; a child's id is a hash of the mother's and the month."""
    people, p = model.people, model.p
    if mothers.size == 0:
        return mothers
    rows = people.allocate(mothers.size)
    people = model.people
    mother_life = people.life[mothers]
    life = derive_ids(mother_life, "child", model.month)
    people.life[rows] = life
    people.status[rows] = c.INSIDE
    people.born[rows] = model.month
    people.arrived[rows] = model.month
    people.birthday[rows] = model.month % 12
    people.sex[rows] = ~model.draws.happens("birth.boy", life, threshold(p["demography.boys"]))
    people.position[rows] = c.CHILD
    people.effect[rows] = 1.0
    people.work_since[rows] = model.month
    shared = p["population.family_propensity"]
    own = model.draws.normal("birth.propensity", life)
    set_propensity(
        people,
        rows,
        (shared * people.propensity[mothers] + np.sqrt(1 - shared**2) * own).astype(np.float32),
        p,
    )
    shared = p["population.family_common"]
    for name in ("skill", "employability", "frailty"):
        column = getattr(people, name)
        own = model.draws.normal(f"birth.{name}", life)
        column[rows] = shared * column[mothers] + np.sqrt(1 - shared**2) * own
    # what the wijk adds to frailty is not halved with every generation
    lower = -p["health.composition"] * model.calibration.income_mean[people.wijk[mothers]]
    people.frailty[rows] += (1 - shared) * lower
    move_people(model, rows, people.household[mothers])
    model.counts.add("births", rows)
    return rows
