"""The synthesised population of every area at full scale: margins, families, samples, to the bit."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.areas import Area, area_ids, load_area
from sim.areas.area import WIJK_AGE_KEYS
from sim.draws import Draws
from sim.parameters import load_parameters
from sim.population import columns as c
from sim.population import synthesis
from sim.population.structure import MOST_CORPORATIE
from sim.population.synthesis import Population, synthesise

POINT = 0.01
BANDS = dict(zip(WIJK_AGE_KEYS, ((0, 15), (15, 25), (25, 45), (45, 65), (65, 256)), strict=True))
WORKING_AGES = (15, 75)
PARENT_AGES = (15, 61)
MOTHER_AGES = (15, 47)
YOUNGEST_STEPPARENT = 14
"""The partner of the parent need not be a parent by birth, but is seldom younger than this at its birth."""

NESTED_AREAS = ("vlaardingen-westwijk", "nieuwegein-centrale-as")
ROWS = {"household", "street", "friends", "dwelling", "head", "partner"}
"""Columns that hold row numbers: these differ between samples."""


@cache
def population(area: str, sample: float = 1.0, seed: int = 1) -> Population:
    return synthesise(load_area(area), Draws(seed), load_parameters(0, area), sample)


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Any:
    yield
    population.cache_clear()


def wanted(area: Area, figure: str) -> float:
    """Return a share of the residents over the wijken of an area."""
    residents = np.array([wijk.residents for wijk in area.wijken])
    shares = np.array([wijk.figures[figure].value for wijk in area.wijken])
    return float((shares * residents).sum() / residents.sum())


def column(found: Population, name: str) -> NDArray[Any]:
    return found.people.column(name)


@pytest.mark.parametrize("area_id", area_ids())
def test_margins_are_reproduced_within_one_percentage_point(area_id: str) -> None:
    area, found = load_area(area_id), population(area_id)
    people, age = found.people, column(found, "age")
    assert people.used == sum(round(wijk.residents) for wijk in area.wijken)
    assert found.dwellings.used == pytest.approx(sum(wijk.dwellings for wijk in area.wijken), rel=POINT)
    assert found.fraction == 1.0
    errors = {}
    total = sum(wanted(area, name) for name in BANDS)
    for name, (low, high) in BANDS.items():
        errors[name] = ((age >= low) & (age < high)).mean() - wanted(area, name) / total
    errors["women"] = (column(found, "sex") == c.WOMAN).mean() - women(area)
    owners = sum(wijk.figures["owner_occupied"].value * wijk.dwellings for wijk in area.wijken)
    dwellings = sum(wijk.dwellings for wijk in area.wijken)
    tenure = found.dwellings.column("tenure")
    errors["owner_occupied"] = (tenure == c.OWNER_OCCUPIED).mean() - owners / dwellings
    most = MOST_CORPORATIE * (1 - owners / dwellings)  # the share of corporaties is an estimate, and gives way
    rented = min(area.figures["corporatie_share"].value, most)
    errors["corporatie"] = (tenure == c.CORPORATIE).mean() - rented
    standing = found.households.standing[column(found, "household")]
    errors["lowest40_income"] = (standing < ndtri(0.4)).mean() - wanted(area, "lowest40_income")
    errors["highest20_income"] = (standing >= ndtri(0.8)).mean() - wanted(area, "highest20_income")
    working = (age >= WORKING_AGES[0]) & (age < WORKING_AGES[1])
    qualification = column(found, "qualification")[working]
    errors["higher_educated"] = (qualification == c.HIGHER_EDUCATED).mean() - wanted(area, "higher_educated")
    work = column(found, "work")[working]
    errors["employed"] = (work == c.EMPLOYED).mean() - wanted(area, "employed_15_75")
    off = {name: f"{error:+.2%}" for name, error in errors.items() if abs(error) > POINT}
    assert not off


def women(area: Area) -> float:
    """Return the share of women that follows from the pyramid of the area and the age bands of its wijken."""
    found = 0.0
    for wijk in area.wijken:
        for share, (low, high) in zip(wijk.age_shares, BANDS.values(), strict=True):
            band = area.age_sex[low // 5 : high // 5] if high < 256 else area.age_sex[low // 5 :]
            found += wijk.residents * share * band[:, 1].sum() / band.sum()
    return found / sum(wijk.residents for wijk in area.wijken)


@pytest.mark.parametrize("area_id", area_ids())
def test_every_wijk_has_its_residents_and_ages(area_id: str) -> None:
    area, found = load_area(area_id), population(area_id)
    wijk, age = column(found, "wijk"), column(found, "age")
    for number, one in enumerate(area.wijken):
        here = age[wijk == number]
        assert here.size == round(one.residents)
        for share, (name, (low, high)) in zip(one.age_shares, BANDS.items(), strict=True):
            within = max(POINT, 3 / here.size)  # some wijken have a few dozen residents
            made = ((here >= low) & (here < high)).mean()
            assert made == pytest.approx(share, abs=within), (one.code, name)


@pytest.mark.parametrize("area_id", area_ids())
def test_families_have_children_of_possible_ages(area_id: str) -> None:
    found = population(area_id)
    people, households = found.people, found.households
    children = np.flatnonzero(column(found, "position") == c.CHILD)
    assert children.size > 0.15 * people.used
    parent = households.head[people.household[children]]
    assert (parent >= 0).all()
    assert (people.position[parent] == c.HEAD).all()
    gap = (people.born[children].astype(np.int64) - people.born[parent]) / 12
    mother = people.sex[parent] == c.WOMAN
    assert PARENT_AGES[0] <= gap.min()
    assert gap.max() <= PARENT_AGES[1]
    assert MOTHER_AGES[0] <= gap[mother].min()
    assert gap[mother].max() <= MOTHER_AGES[1]
    assert mother.mean() > 0.8
    partner = households.partner[people.household[children]]
    gap = (people.born[children].astype(np.int64) - people.born[partner])[partner >= 0] / 12
    assert (gap < YOUNGEST_STEPPARENT).mean() < 2 * POINT
    assert (gap > PARENT_AGES[1]).mean() < POINT


@pytest.mark.parametrize("area_id", area_ids())
def test_households_fit_their_dwellings(area_id: str) -> None:
    found = population(area_id)
    people, households, dwellings = found.people, found.households, found.dwellings
    home = column(found, "household")
    assert np.array_equal(np.bincount(home), households.column("size"))
    assert (households.column("size") > 0).all()
    lived_in = dwellings.household[households.column("dwelling")]
    assert np.array_equal(lived_in, np.arange(households.used))
    vacant = 1 - households.used / dwellings.used
    assert 0.0 <= vacant <= 0.06
    assert np.array_equal(column(found, "street"), dwellings.street[households.dwelling[home]])
    per_street = np.bincount(column(found, "street"), minlength=found.streets.used)
    assert per_street.mean() == pytest.approx(35, abs=2)
    assert np.unique(people.column("life")).size == people.used


def by_life(found: Population, table: str) -> tuple[NDArray[np.uint64], dict[str, NDArray[Any]]]:
    """Return the ids of a table in order, and its columns that mean the same in every sample."""
    one = getattr(found, table)
    order = np.argsort(one.column("life"))
    names = [entry.name for entry in one.columns if entry.name not in ROWS]
    return one.column("life")[order], {name: one.column(name)[..., order] for name in names}


@pytest.mark.parametrize("area_id", NESTED_AREAS)
@pytest.mark.parametrize("table", ["people", "households", "dwellings", "streets"])
@pytest.mark.parametrize(("small", "large"), [(0.1, 0.3), (0.3, 1.0)])
def test_samples_are_whole_streets_and_nest(area_id: str, table: str, small: float, large: float) -> None:
    few, many = population(area_id, small), population(area_id, large)
    ids, values = by_life(few, table)
    more, others = by_life(many, table)
    inside = np.isin(more, ids)
    assert np.array_equal(more[inside], ids)
    assert 0.5 * small / large < ids.size / more.size < 1.5 * small / large
    for name, found in values.items():
        assert found.tobytes() == others[name][..., inside].tobytes(), name
    residents = np.bincount(column(few, "street"), minlength=few.streets.used)
    at_large = np.bincount(column(many, "street"), minlength=many.streets.used)
    same = np.isin(many.streets.column("life"), few.streets.column("life"))
    assert sorted(residents) == sorted(at_large[same])


def all_bytes(found: Population) -> dict[str, bytes]:
    tables = ("people", "households", "dwellings", "streets")
    return {
        f"{table}.{entry.name}": getattr(found, table).column(entry.name).tobytes()
        for table in tables
        for entry in getattr(found, table).columns
    }


@pytest.mark.parametrize("sample", [0.1, 1.0])
def test_the_same_seed_gives_the_same_people_to_the_bit(sample: float) -> None:
    area = NESTED_AREAS[0]
    first = all_bytes(population(area, sample))
    population.cache_clear()
    synthesis._frame.cache_clear()
    again = all_bytes(population(area, sample))
    assert [name for name in first if first[name] != again[name]] == []


def test_another_seed_gives_other_people_with_the_same_margins() -> None:
    area = NESTED_AREAS[0]
    one, other = population(area), population(area, seed=2)
    assert not np.array_equal(column(one, "born"), column(other, "born"))
    assert not np.array_equal(column(one, "propensity"), column(other, "propensity"))
    assert one.people.used == other.people.used
    assert column(one, "age").mean() == pytest.approx(column(other, "age").mean(), abs=0.5)
