"""The frame of a population: who of which age and sex lives with whom, in which dwelling, on which street.

Made per wijk at full scale from its margins, with named draws only, so that a sample of streets is a part of it.
Nothing here depends on a parameter draw except through fixed parameters, so one frame serves all draws of a seed.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

import numpy as np
from ipfn.ipfn import ipfn
from numpy.typing import NDArray

from sim.areas import Area, Wijk
from sim.calendar import BASE
from sim.draws import Draws, derive_ids, text_ids
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.families import exchange_young_partners, match_children, match_couples

BANDS = 20
"""Five-year age bands 0-4 to 95 and over."""

BAND_MONTHS = 60
_BROAD = (
    ("age_0_14", 0, 3),
    ("age_15_24", 3, 5),
    ("age_25_44", 5, 9),
    ("age_45_64", 9, 13),
    ("age_65plus", 13, 20),
)

AT_HOME, SINGLE, COUPLE, COUPLE_PARENT, SINGLE_PARENT = range(5)
POSITIONS = 5

YOUTH_BAND = 3
PARENT_BANDS = slice(8, 14)
"""Parents of youths of 15 and over are 40 to 69."""

PARENTING_SHARE = 0.5
"""At most this part of those ages has such youths at home; binds in wijken full of students only. Judgement."""

MOST_CORPORATIE = 0.85
"""Corporaties own at most this part of the rented dwellings of an area; judgement."""

MIN_COUPLE_SHARE = 0.1
"""At least this share of the households without children are couples, whatever the dwelling count implies."""

IPF_TOLERANCE = 1e-6
IPF_ROUNDS = 200

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class Frame:
    """Persons, households, dwellings and streets of an area as parallel arrays; rows refer to each other.

    ``person_household`` is an index of households, ``household_dwelling`` of dwellings, ``dwelling_street`` of
    streets. ``ages`` holds the counts of the *whole* area per wijk, year of age (0 to 99) and sex.
    """

    person_life: NDArray[np.uint64]
    person_born: Ints
    person_sex: Ints
    person_position: Ints
    person_household: Ints
    household_dwelling: Ints
    household_life: NDArray[np.uint64]
    dwelling_life: NDArray[np.uint64]
    dwelling_street: Ints
    dwelling_tenure: Ints
    street_life: NDArray[np.uint64]
    street_wijk: Ints
    ages: Ints
    fraction: float = 1.0


def age_margin(area: Area, wijk: Wijk) -> Floats:
    """Return persons per five-year band and sex (20, 2): the area's pyramid, scaled to the wijk's broad bands."""
    pyramid = area.age_sex.astype(np.float64).copy()
    shares = np.array([wijk.figures[name].value for name, _, _ in _BROAD])
    shares = shares / shares.sum()
    for (_, low, high), share in zip(_BROAD, shares, strict=True):
        pyramid[low:high] *= share / pyramid[low:high].sum()
    return pyramid * round(wijk.residents)


def largest_remainder(values: Floats, total: int, keys: NDArray[np.uint64]) -> Ints:
    """Round non-negative numbers to whole ones that add up to ``total``; equal remainders go by ``keys``."""
    if values.sum() <= 0:
        return np.zeros(values.size, dtype=np.int64)
    scaled = values * (total / values.sum())
    whole = np.floor(scaled).astype(np.int64)
    short = total - int(whole.sum())
    order = np.lexsort((keys, -np.round(scaled - whole, 9)))
    whole[order[:short]] += 1
    return whole


def children_at_home(margin: Floats, p: ParameterSet) -> Floats:
    """Return the share living with parents by age band; where few are old enough to be parents of youths, fewer do."""
    share = p.table("population.child_at_home").copy()
    youths = slice(YOUTH_BAND, None)
    wanted = (margin.sum(axis=1) * share)[youths].sum()
    parents = PARENTING_SHARE * margin[PARENT_BANDS].sum() * p["population.children_per_family"] / 2
    share[youths] *= min(1.0, parents / max(wanted, 1.0))
    return share


def position_margin(margin: Floats, dwellings: int, p: ParameterSet) -> Floats:
    """Return persons per sex and household position (2, 5) that fit the persons into the dwellings.

    Children at home follow from their ages, families from the children; the other adults are singles or couples in
    the proportion that makes the number of households fit the dwellings.
    """
    at_home = children_at_home(margin, p)
    children = (margin * at_home[:, None]).sum(axis=0)
    persons = margin.sum()
    occupied = dwellings * (1 - p["population.vacancy"])
    families = children.sum() / p["population.children_per_family"]
    lone = families * p["population.single_parent_share"]
    rest = persons - children.sum() - 2 * (families - lone) - lone
    couples = np.clip(rest - (occupied - families), MIN_COUPLE_SHARE * rest / 2, rest / 2)
    result = np.zeros((2, POSITIONS))
    result[:, AT_HOME] = children
    result[:, COUPLE] = couples
    result[:, COUPLE_PARENT] = families - lone
    women = p["population.single_parent_women"]
    result[:, SINGLE_PARENT] = lone * (1 - women), lone * women
    singles = margin.sum(axis=0) - result.sum(axis=1)
    result[:, SINGLE] = np.maximum(singles, 0.0)
    return result


def fit_positions(margin: Floats, positions: Floats, p: ParameterSet) -> Floats:
    """Fit persons per age band, sex and position (20, 2, 5) to both margins."""
    at_home = children_at_home(margin, p)
    seed = np.zeros((BANDS, 2, POSITIONS))
    seed[:, :, AT_HOME] = at_home[:, None]
    adult = 1.0 - at_home
    seed[:, :, SINGLE] = (p.table("population.single_seed") * adult)[:, None]
    seed[:, :, COUPLE] = (p.table("population.couple_seed") * adult)[:, None]
    seed[:, :, COUPLE_PARENT] = (p.table("population.parent_seed") * adult)[:, None]
    seed[:, :, SINGLE_PARENT] = (p.table("population.parent_seed") * adult)[:, None]
    positions = positions * (margin.sum() / positions.sum())
    fitting = ipfn(
        seed, [margin, positions], [[0, 1], [1, 2]], convergence_rate=IPF_TOLERANCE, max_iteration=IPF_ROUNDS
    )
    # the library prints how it stopped, and compares empty cells (0 / 0); neither is of use to the caller
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(invalid="ignore"):
        fitted = fitting.iteration()
    return np.asarray(fitted, dtype=np.float64)


def _persons(wijk: Wijk, area: Area, draws: Draws, p: ParameterSet) -> tuple[Ints, Ints, Ints, NDArray[np.uint64]]:
    """Return age in months, sex, position and life id of everybody in a wijk."""
    root = text_ids("wijk", area.id, wijk.code)
    margin = age_margin(area, wijk)
    positions = position_margin(margin, round(wijk.dwellings), p)
    fitted = fit_positions(margin, positions, p)
    cells = np.arange(fitted.size, dtype=np.uint64).reshape(fitted.shape)
    keys = draws.order("synthesis.rounding", derive_ids(np.broadcast_to(root, fitted.shape), "cell", cells))
    counts = np.zeros(fitted.shape, dtype=np.int64)
    totals = largest_remainder(positions.ravel(), round(wijk.residents), keys[0].ravel()).reshape(2, POSITIONS)
    for position in (COUPLE, COUPLE_PARENT):  # as many men as women
        totals[:, position] = totals[:, position].min()
    totals[:, SINGLE] += largest_remainder(np.ones(2), round(wijk.residents) - int(totals.sum()), keys[0, :, SINGLE])
    for sex in (c.MAN, c.WOMAN):
        for position in range(POSITIONS):
            counts[:, sex, position] = largest_remainder(
                fitted[:, sex, position], int(totals[sex, position]), keys[:, sex, position]
            )
    band, sex_of, position_of = (index.repeat(counts.ravel()) for index in np.indices(counts.shape).reshape(3, -1))
    life = derive_ids(np.broadcast_to(root, band.shape), "resident", np.arange(band.size, dtype=np.uint64))
    within = (draws.uniform("synthesis.age", life) * BAND_MONTHS).astype(np.int64)
    return band * BAND_MONTHS + within, sex_of, position_of, life


@dataclass
class _WijkFrame:
    age: Ints
    sex: Ints
    position: Ints
    life: NDArray[np.uint64]
    household: Ints
    households: int


def _wijk_households(wijk: Wijk, area: Area, draws: Draws, p: ParameterSet) -> _WijkFrame:
    """Put the persons of a wijk into households; children get parents of possible ages."""
    age, sex, role, life = _persons(wijk, area, draws, p)
    household = np.full(age.size, -1, dtype=np.int64)
    position = np.full(age.size, c.HEAD, dtype=np.int64)
    count = 0
    parents: list[Ints] = []
    for kind in (COUPLE_PARENT, COUPLE):
        men = np.flatnonzero((role == kind) & (sex == c.MAN))
        women = np.flatnonzero((role == kind) & (sex == c.WOMAN))
        men, women = match_couples(men, women, age, life, draws)
        household[men] = household[women] = count + np.arange(men.size)
        position[men] = c.PARTNER
        count += men.size
        if kind == COUPLE_PARENT:
            parents.append(women)
    lone = np.flatnonzero(role == SINGLE_PARENT)
    household[lone] = count + np.arange(lone.size)
    count += lone.size
    parents.append(lone)
    children = np.flatnonzero(role == AT_HOME)
    parent_of, age = match_children(children, np.concatenate(parents), age, sex, life, draws)
    role[children[parent_of < 0]] = SINGLE
    children, parent_of = children[parent_of >= 0], parent_of[parent_of >= 0]
    exchange_young_partners(household, position, children, parent_of, age)
    household[children] = household[parent_of]
    position[children] = c.CHILD
    single = np.flatnonzero(role == SINGLE)
    household[single] = count + np.arange(single.size)
    return _WijkFrame(age, sex, position, life, household, count + single.size)


def build_frame(area: Area, draws: Draws, p: ParameterSet, sample: float) -> Frame:
    """Return the frame of an area, or of a sample of its whole streets.

    Args:
        area: the area.
        draws: named draws of the seed.
        p: parameters; only fixed ones are used.
        sample: share of the street segments to keep, with their households.
    """
    parts = [_wijk_part(number, wijk, area, draws, p, sample) for number, wijk in enumerate(area.wijken)]
    ages = np.stack([part.ages[0] for part in parts])
    streets = np.cumsum([0] + [part.street_life.size for part in parts])
    dwellings = np.cumsum([0] + [part.dwelling_life.size for part in parts])
    households = np.cumsum([0] + [part.household_life.size for part in parts])
    join = np.concatenate
    persons = join([part.person_life for part in parts])
    return Frame(
        person_life=persons,
        person_born=join([part.person_born for part in parts]),
        person_sex=join([part.person_sex for part in parts]),
        person_position=join([part.person_position for part in parts]),
        person_household=join([part.person_household + base for part, base in zip(parts, households, strict=False)]),
        household_dwelling=join([part.household_dwelling + base for part, base in zip(parts, dwellings, strict=False)]),
        household_life=join([part.household_life for part in parts]),
        dwelling_life=join([part.dwelling_life for part in parts]),
        dwelling_street=join([part.dwelling_street + base for part, base in zip(parts, streets, strict=False)]),
        dwelling_tenure=join([part.dwelling_tenure for part in parts]),
        street_life=join([part.street_life for part in parts]),
        street_wijk=join([part.street_wijk for part in parts]),
        ages=ages,
        fraction=persons.size / max(int(ages.sum()), 1),
    )


def _wijk_part(number: int, wijk: Wijk, area: Area, draws: Draws, p: ParameterSet, sample: float) -> Frame:
    """Return the frame of one wijk, cut down to the sampled streets."""
    people = _wijk_households(wijk, area, draws, p)
    root = text_ids("wijk", area.id, wijk.code)
    dwellings = max(round(wijk.dwellings), people.households)
    streets = max(1, round(people.age.size / p["population.residents_per_street"]))
    street_life = derive_ids(np.broadcast_to(root, (streets,)), "street", np.arange(streets, dtype=np.uint64))
    dwelling_street = np.arange(dwellings) * streets // dwellings
    dwelling_life = derive_ids(np.broadcast_to(root, (dwellings,)), "dwelling", np.arange(dwellings, dtype=np.uint64))
    tenure = _tenures(wijk, area, dwelling_life, street_life[dwelling_street], draws, p)

    first = np.full(people.households, people.age.size, dtype=np.int64)
    heads = np.flatnonzero(people.position == c.HEAD)
    first[people.household[heads]] = heads
    household_life = derive_ids(people.life[first], "household")
    home = _homes(household_life, dwelling_life, tenure, draws, p)

    kept = np.zeros(streets, dtype=bool)
    if sample >= 1.0:
        kept[:] = True
    else:  # whole streets, nested: a larger sample holds the streets of a smaller one
        order = np.argsort(draws.order("synthesis.sample", street_life), kind="stable")
        kept[order[: max(1, round(sample * streets))]] = True
    dwelling_kept = kept[dwelling_street]
    household_kept = dwelling_kept[home]
    person_kept = household_kept[people.household]
    new_street, new_dwelling, new_household = (np.cumsum(mask) - 1 for mask in (kept, dwelling_kept, household_kept))
    counts = np.zeros((100, 2), dtype=np.int64)
    np.add.at(counts, (np.minimum(people.age // 12, 99), people.sex), 1)
    born = BASE - people.age
    return Frame(
        person_life=people.life[person_kept],
        person_born=born[person_kept],
        person_sex=people.sex[person_kept],
        person_position=people.position[person_kept],
        person_household=new_household[people.household[person_kept]],
        household_dwelling=new_dwelling[home[household_kept]],
        household_life=household_life[household_kept],
        dwelling_life=dwelling_life[dwelling_kept],
        dwelling_street=new_street[dwelling_street[dwelling_kept]],
        dwelling_tenure=tenure[dwelling_kept],
        street_life=street_life[kept],
        street_wijk=np.full(int(kept.sum()), number, dtype=np.int64),
        ages=counts[None],
    )


def _tenures(
    wijk: Wijk,
    area: Area,
    dwelling_life: NDArray[np.uint64],
    street_life: NDArray[np.uint64],
    draws: Draws,
    p: ParameterSet,
) -> Ints:
    """Return the tenure of every dwelling; the shares of the wijk are met exactly, streets are alike within."""
    clustering = p["population.tenure_clustering"]
    score = clustering * draws.normal("synthesis.tenure_street", street_life) + np.sqrt(
        1 - clustering**2
    ) * draws.normal("synthesis.tenure", dwelling_life)
    order = np.argsort(-score, kind="stable")
    owners = round(wijk.figures["owner_occupied"].value * dwelling_life.size)
    renting = 1.0 - sum(w.figures["owner_occupied"].value * w.dwellings for w in area.wijken) / sum(
        w.dwellings for w in area.wijken
    )
    of_rented = min(area.figures["corporatie_share"].value / renting, MOST_CORPORATIE)
    tenure = np.full(dwelling_life.size, c.OWNER_OCCUPIED, dtype=np.int64)
    rented = order[owners:]
    tenure[rented] = c.PRIVATE_RENT
    tenure[rented[rented.size - round(of_rented * rented.size) :]] = c.CORPORATIE
    return tenure


def _homes(
    household_life: NDArray[np.uint64],
    dwelling_life: NDArray[np.uint64],
    tenure: Ints,
    draws: Draws,
    p: ParameterSet,
) -> Ints:
    """Return a dwelling for every household: better-off households in the better tenures, the rest stand empty."""
    rank = draws.order("synthesis.vacant", dwelling_life)
    occupied = np.sort(np.argsort(rank, kind="stable")[: household_life.size])
    wanted = income_noise(household_life, draws)
    offered = p.table("population.tenure_income")[tenure[occupied]] + draws.normal(
        "synthesis.home", dwelling_life[occupied]
    )
    home = np.empty(household_life.size, dtype=np.int64)
    home[np.argsort(wanted, kind="stable")] = occupied[np.argsort(offered, kind="stable")]
    return home


def income_noise(household_life: NDArray[np.uint64], draws: Draws) -> NDArray[np.float32]:
    """Return the standard normal income position of households before it is placed in its wijk."""
    return draws.normal("synthesis.income", household_life)
