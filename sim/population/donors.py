"""Newcomers come from a donor pool frozen at the base date: whole households with their full past.

Never from current residents: what a policy does to those who live here must not come in again through the door. The
inflow mirrors the outflow of the base date by age and household, so that the population neither ages nor fades by
construction; tenure decides who comes into which dwelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from sim.calendar import BASE, MONTHS_PER_YEAR
from sim.draws import F64, U64, Bools, Rows, derive_ids, threshold
from sim.mechanisms.arrays import counters
from sim.population import columns as c
from sim.population.rates import PARTNERING, birth_chances, death_chances, leave_home_chances, out_chances

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

POOL = 50_000
"""Households in the pool at most."""

BANDS, BAND_YEARS = 20, 5
HEAD_GROUPS = 20
CLOSENESS = 0.02
"""Weight of staying close to the mirrored outflow against meeting the age pyramid exactly."""

PARTNER_AGE_SPAN = 96
"""Months over which the age of a partner from outside is spread around one's own."""

HOLD_ARRIVALS = 0.5
"""Weight of arriving in as many households as there are dwellings set free in a year."""

_KEPT = (
    "born", "sex", "position", "propensity", "minor_rate", "serious_rate", "employability", "skill", "absence",
    "enrolled", "left_school", "qualification", "work", "work_since", "minor_events", "serious_events", "minor24",
    "serious24", "events12", "events6", "registrations", "last_registered", "convictions", "custody_until",
    "hardened", "low_income", "unsafe", "last_victim", "family_offender", "partnered", "trust",
    "halt_done", "frailty", "track", "secure_job", "distressed", "ill", "welfare", "supported", "creditors", "strained",
    "indebted",
)  # fmt: skip
HOUSEHOLD_MONTHS = ("low_since", "problem_since", "welfare_since")
HOUSEHOLD_KEPT = ("standing", "shock", "low_income", "creditors", "owed", *HOUSEHOLD_MONTHS)
_MONTHS = ("born", "work_since", "last_registered", "custody_until", "last_victim")
_WINDOWS = ("minor_events", "serious_events")
BORN = np.array([[name == "born"] for name in _MONTHS])
"""The month of birth always moves in time; other months may be none."""


class Events:
    """The windows of own offences of the members, without the months in which nothing happened: nearly all.

    Args:
        window: events by month and member.
    """

    def __init__(self, window: NDArray[np.uint8]) -> None:
        member, self.month = np.nonzero(window.T)
        self.times = window[self.month, member]
        self.count = np.bincount(member, minlength=window.shape[1])
        self.first = np.cumsum(self.count) - self.count

    def write(self, window: NDArray[np.uint8], rows: Rows, member: Rows, elapsed: int) -> None:
        """Write members' events into empty rows of a window, moved in time by some months."""
        count = self.count[member]
        at = np.repeat(self.first[member], count) + counters(count)
        window[(self.month[at] + elapsed) % c.WINDOW, np.repeat(rows, count)] = self.times[at]


class DonorPool:
    """Frozen households with their members.

    Attributes:
        members: arrays of the members, in order of household.
        start: first member of each household; one more entry than households.
        weight: relative chance of each household to arrive.
        tenure: tenure in which the household lived.
        facts, months: what is copied from members, as one record each, and their month numbers one below the other.
        events: their windows of own offences.
        alone: members who live alone, by sex, oldest first.
        alone_born: their months of birth.
        standing, shock: income position.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.arrays = arrays
        self.start: NDArray[np.int64] = arrays["start"]
        self.members = {name: arrays[f"member.{name}"] for name in _KEPT}
        self.facts = _records({name: self.members[name] for name in _KEPT if name not in _MONTHS + _WINDOWS})
        self.months = np.stack([self.members[name] for name in _MONTHS])
        self._cumulated = []
        for tenure in (c.OWNER_OCCUPIED, c.CORPORATIE, c.PRIVATE_RENT):
            weight = np.where(arrays["tenure"] == tenure, arrays["weight"], 0.0)
            if weight.sum() <= 0:
                weight = arrays["weight"]
            self._cumulated.append(np.cumsum(weight) / weight.sum())
        self.events = [Events(self.members[name]) for name in _WINDOWS]
        works = np.add.reduceat(self.members["work"] == c.EMPLOYED, self.start[:-1]) > 0
        self.works: Bools = works
        self.alone = [self._alone(sex) for sex in (c.MAN, c.WOMAN)]
        self.alone_born = [self.members["born"][alone] for alone in self.alone]

    def _alone(self, sex: int) -> Rows:
        """Return the members of a sex who live alone, oldest first."""
        alone = self.start[:-1][np.diff(self.start) == 1]
        alone = alone[self.members["sex"][alone] == sex]
        return alone[np.argsort(self.members["born"][alone], kind="stable")]

    def choose(self, tenure: NDArray[np.uint8], u: F64, with_work: Bools) -> Rows:
        """Return a household of the pool for each dwelling, by its tenure and a uniform number.

        Args:
            tenure: tenure of the dwellings.
            u: uniform numbers.
            with_work: for which of them somebody in the household must work.
        """
        chosen = np.empty(u.size, dtype=np.intp)
        for code, cumulated in enumerate(self._cumulated):
            here = tenure == code
            chosen[here] = np.minimum(np.searchsorted(cumulated, u.compress(here)), cumulated.size - 1)
        if with_work.any():
            weight = np.where(self.works, self.arrays["weight"], 0.0)
            cumulated = np.cumsum(weight) / weight.sum()
            chosen[with_work] = np.minimum(np.searchsorted(cumulated, u[with_work]), cumulated.size - 1)
        return chosen


def freeze(model: NeighbourhoodModel) -> DonorPool:
    """Make the pool from the population as it stands (call once, at the base date)."""
    people, households, dwellings = model.people, model.households, model.dwellings
    homes = np.flatnonzero(households.column("size") > 0)
    order = np.argsort(model.draws.order("donors.pool", households.life[homes]), kind="stable")
    homes = np.sort(homes[order[:POOL]])
    number = np.full(households.used, -1, dtype=np.int64)
    number[homes] = np.arange(homes.size)
    rows = np.flatnonzero(people.column("status") == c.INSIDE)
    rows = rows[number[people.household[rows]] >= 0]
    member_of = number[people.household[rows]]
    order = np.lexsort((people.life[rows], people.position[rows] != c.HEAD, member_of))
    rows, member_of = rows[order], member_of[order]
    arrays: dict[str, NDArray[Any]] = {f"member.{name}": getattr(people, name)[..., rows].copy() for name in _KEPT}
    arrays["start"] = np.searchsorted(member_of, np.arange(homes.size + 1)).astype(np.int64)
    arrays["tenure"] = dwellings.tenure[households.dwelling[homes]].copy()
    for name in HOUSEHOLD_KEPT:
        arrays[name] = getattr(households, name)[homes].copy()
    weight, arrivals = _arrival_weights(model)
    arrays["weight"] = weight[homes]
    # the base date is an ordinary month: the dwellings set free in the month before are waiting to be let
    model.normal_vacancy -= min(round(arrivals / MONTHS_PER_YEAR), model.normal_vacancy)
    return DonorPool(arrays)


def _arrival_weights(model: NeighbourhoodModel) -> tuple[F64, float]:
    """Return the weight of each household's kind, and the dwellings that fall free for newcomers in a year.

    The inflow by age keeps the base pyramid as it is.
    """
    people, households, p = model.people, model.households, model.p
    homes = np.flatnonzero(households.column("size") > 0)
    head = households.head[homes]
    chance = out_chances(p, people.age[head], households.children[homes], households.standing[homes])
    group = 2 * np.minimum(people.age[head] // BAND_YEARS, HEAD_GROUPS - 1) + (households.children[homes] > 0)
    groups = 2 * HEAD_GROUPS
    outflow = np.bincount(group, weights=chance, minlength=groups)

    rows = np.flatnonzero(people.column("status") == c.INSIDE)
    band = np.minimum(people.age[rows] // BAND_YEARS, BANDS - 1)
    group_of = np.zeros(households.used, dtype=np.int64)
    group_of[homes] = group
    profile = np.zeros((BANDS, groups))
    np.add.at(profile, (band, group_of[people.household[rows]]), 1.0)
    profile /= np.maximum(np.bincount(group, minlength=groups), 1)
    wanted = profile @ outflow + _natural_loss(model, rows, band)
    scale = max(outflow.sum(), 1.0)
    close = CLOSENESS * np.diag(np.sqrt(scale / np.maximum(outflow, 1.0)))
    free = outflow.sum() + _dwellings_set_free(model)
    arrivals = np.full((1, groups), HOLD_ARRIVALS)
    matrix = np.vstack([profile, close, arrivals])
    goal = np.concatenate([np.maximum(wanted, 0.0), close @ outflow, [HOLD_ARRIVALS * free]])
    inflow, _ = nnls(matrix, goal)
    weight = np.zeros(households.used)
    weight[homes] = (inflow / np.maximum(np.bincount(group, minlength=groups), 1))[group]
    if p["demography.exit_newcomer_poor"]:
        weight *= np.exp(p["demography.exit_newcomer_poor"] * households.low_income[: households.used])
    return weight, float(free)


def _dwellings_set_free(model: NeighbourhoodModel) -> float:
    """Return dwellings a year that deaths and couples set free, less those that residents take for themselves."""
    people, households, p = model.people, model.households, model.p
    homes = np.flatnonzero(households.column("size") > 0)
    head = households.head[homes]
    alone = households.size[homes] == 1
    age, sex = people.age[head], people.sex[head]
    deaths = death_chances(p)[sex, age][alone].sum()
    pairs = (
        0.5
        * p["demography.partnering"]
        * (1 - p["demography.partner_outside"])
        * (alone & (age >= PARTNERING[0]) & (age < PARTNERING[1])).sum()
    )
    stays = 1 - p["demography.leave_home_outside"]
    rows = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("position") == c.CHILD))
    starters = stays * leave_home_chances(p)[people.age[rows]].sum()
    parted = stays * p["demography.separation"] * (households.partner[homes] >= 0).sum()
    return float(deaths + pairs - starters - parted)


def _natural_loss(model: NeighbourhoodModel, rows: Rows, band: NDArray[np.int64]) -> F64:
    """Return by age band what ageing, deaths, births and leaving home take away in a year, less what they bring."""
    people, p = model.people, model.p
    age, sex = people.age[rows], people.sex[rows]
    count = np.bincount(band, minlength=BANDS).astype(float)
    deaths = np.bincount(band, weights=death_chances(p)[sex, age], minlength=BANDS).astype(np.float64)
    at_home = people.position[rows] == c.CHILD
    leaving = np.where(at_home, leave_home_chances(p)[age], 0.0) * p["demography.leave_home_outside"]
    loss: F64 = deaths + np.bincount(band, weights=leaving, minlength=BANDS)
    ageing = count / BAND_YEARS
    ageing[-1] = 0.0
    loss += ageing
    loss[1:] -= ageing[:-1]
    single = np.where(model.households.partner[people.household[rows]] >= 0, 1.0, p["demography.fertility_single"])
    alone = (model.households.size[people.household[rows]] == 1) & (age >= PARTNERING[0]) & (age < PARTNERING[1])
    joins = p["demography.partnering"] * p["demography.partner_outside"]
    loss -= np.bincount(band, weights=alone * joins, minlength=BANDS)
    loss[0] -= (birth_chances(p)[age] * single * (sex == c.WOMAN)).sum()
    return loss


def arrive(model: NeighbourhoodModel, dwellings: Rows, heads: Rows) -> Rows:
    """Let a household of the pool move into each of the dwellings, and a partner in with each of the heads.

    Returns:
        The rows of the new persons: those in the dwellings, then the partners.
    """
    people, households = model.people, model.households
    newcomers = _choose_households(model, dwellings)
    partners = _choose_partners(model, heads)
    donor, home = np.concatenate([newcomers.donor, partners.donor]), np.concatenate([newcomers.home, partners.home])
    life = np.concatenate([newcomers.life, partners.life])
    position = np.concatenate([newcomers.position, partners.position])
    rows = people.allocate(donor.size)
    _copy_past(model, rows, donor)
    people.life[rows] = life
    people.position[rows] = position
    _settle_newcomers(model, rows, home)
    for column, code in ((households.head, c.HEAD), (households.partner, c.PARTNER)):
        mine = np.flatnonzero(position == code)
        column[home[mine]] = rows[mine]
    return rows


class Arrivals(NamedTuple):
    """Those who arrive.

    Attributes:
        donor: the member of the pool.
        home: the household here.
        life: life id.
        position: position in the household.
    """

    donor: Rows
    home: Rows
    life: U64
    position: NDArray[np.uint8]


def _choose_households(model: NeighbourhoodModel, dwellings: Rows) -> Arrivals:
    """Found a household of the pool in each of the dwellings."""
    pool, households = model.donors, model.households
    life = model.dwellings.life[dwellings]
    tenure = model.dwellings.tenure[dwellings]
    required = threshold(model.levers.value("housing.work_required", model.month))
    with_work = (tenure == c.CORPORATIE) & model.draws.happens("donors.with_work", life, required, model.month)
    chosen = pool.choose(tenure, model.draws.uniform("donors.choose", life, model.month), with_work)
    homes = households.allocate(dwellings.size)
    households.life[homes] = derive_ids(life, "newcomers", model.month)
    households.dwelling[homes] = dwellings
    for name in HOUSEHOLD_KEPT:
        getattr(households, name)[homes] = pool.arrays[name][chosen]
    elapsed = model.month - BASE
    for name in HOUSEHOLD_MONTHS:
        column = getattr(households, name)
        column[homes] = np.where(column[homes] >= 0, column[homes] + elapsed, c.LONG_AGO)
    model.occupy(dwellings, homes)
    first = pool.start[chosen]
    sizes = pool.start[chosen + 1] - first
    number = counters(sizes)
    donor, home = np.repeat(first, sizes) + number, np.repeat(homes, sizes)
    life = derive_ids(households.life[home], "member", number.astype(np.uint64))
    return Arrivals(donor, home, life, pool.members["position"][donor])


def _choose_partners(model: NeighbourhoodModel, heads: Rows) -> Arrivals:
    """Choose a member of the pool who lived alone for each of the singles: of the other sex, of about the same age."""
    pool, people = model.donors, model.people
    donor = np.full(heads.size, -1, dtype=np.intp)
    shift = (model.draws.uniform("donors.partner", people.life[heads], model.month) - 0.5) * PARTNER_AGE_SPAN
    # the pool is as old as it was at the base date
    wanted = people.born[heads] - (model.month - BASE) + shift
    for sex, of_sex in enumerate(pool.alone):
        mine = np.flatnonzero(people.sex[heads] != sex)
        if of_sex.size:
            at = np.searchsorted(pool.alone_born[sex], wanted[mine])
            donor[mine] = of_sex[np.minimum(at, of_sex.size - 1)]
    heads, donor = heads[donor >= 0], donor[donor >= 0]
    life = derive_ids(people.life[heads], "partner", model.month)
    return Arrivals(donor, people.household[heads], life, np.full(heads.size, c.PARTNER, dtype=np.uint8))


def _settle_newcomers(model: NeighbourhoodModel, rows: Rows, homes: Rows) -> None:
    """Bring copied persons to life in their household."""
    people = model.people
    people.status[rows] = c.INSIDE
    people.arrived[rows] = model.month
    people.birthday[rows] = people.born[rows] % 12
    people.age[rows] = (model.month - people.born[rows]) // 12
    people.household[rows] = -1
    people.effect[rows] = 1.0
    model.move_people(rows, homes)
    model.counts.add("inflow", rows)
    model.schools_of_area.place_newcomers(model, rows)


def _records(columns: dict[str, NDArray[Any]]) -> NDArray[np.void]:
    """Return columns as one array of records: all of a person is fetched at once."""
    first = next(iter(columns.values()))
    records = np.empty(first.size, dtype=[(name, values.dtype) for name, values in columns.items()])
    for name, values in columns.items():
        records[name] = values
    return records


def _copy_past(model: NeighbourhoodModel, rows: Rows, donor: Rows) -> None:
    """Copy the members' columns into empty rows, moved in time by the months since the base date."""
    people, pool, elapsed = model.people, model.donors, model.month - BASE
    facts = pool.facts.take(donor)
    for name in pool.facts.dtype.names or ():
        getattr(people, name)[rows] = facts[name]
    months = pool.months.take(donor, axis=1)
    months[(months != c.LONG_AGO) | BORN] += np.int16(elapsed)
    for name, values in zip(_MONTHS, months, strict=True):
        getattr(people, name)[rows] = values
    for name, events in zip(_WINDOWS, pool.events, strict=True):
        events.write(getattr(people, name), rows, donor, elapsed)
