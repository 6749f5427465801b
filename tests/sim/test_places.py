"""Places: no attempt is lost without a reason, guardianship moves some, and expectations agree with what happens."""

import numpy as np
import pytest
from small_worlds import AREA_OF_WIJKEN, live, make_scenario, make_world, residents

from sim.calendar import SCENARIO_START
from sim.draws import TWO32
from sim.mechanisms.offending import Offences
from sim.mechanisms.places import BLOCK, OUTSIDE, Crimes, feel_unsafe
from sim.model import NeighbourhoodModel
from sim.population import columns as c

MANY = 400_000
SIGMAS = 4.5


@pytest.fixture(scope="module")
def wijken() -> NeighbourhoodModel:
    """A part of an area of six wijken at the start of the scenarios; shared: branch from it."""
    return make_world(AREA_OF_WIJKEN, sample=0.3, start=SCENARIO_START)


def world(start: NeighbourhoodModel, outsiders: bool = False, **changes: float) -> NeighbourhoodModel:
    """Return a branch whose places follow these parameters; nothing is stopped and no street was hit."""
    model = start.branch(start.scenario)
    model.p = model.places.p = model.p.replace(**changes)
    if not outsiders:
        model.places.without_outsiders()
    model.streets.column("stopped")[:] = 0.0
    model.streets.column("hit")[:] = c.LONG_AGO
    model._youths = None
    return model


def attempts(model: NeighbourhoodModel, kind: int, number: int = MANY) -> Offences:
    """Return many attempts of one kind by residents, each with a luck of its own."""
    rows = residents(model)
    row = np.resize(rows, number)
    times = np.arange(number) // rows.size
    return Offences(row, np.full(number, kind, dtype=np.uint8), times.astype(np.uint64), np.full(number, -1))


def made(model: NeighbourhoodModel, tries: Offences) -> tuple[Offences, Crimes, int]:
    """Return what became of attempts, and how many were displaced within the area."""
    model.places.prepare(model)
    model.rates = model.offending.rates(model)
    streets = model.streets
    wide = streets.crimes.copy()
    before = model.counts.year.area.get("displaced", 0)
    done, crimes = model.places.crimes(model, tries, model.rates)
    streets.crimes[:] = wide
    return done, crimes, model.counts.year.area["displaced"] - before


def near(found: float, wanted: float, number: int) -> bool:
    """Return whether a share agrees with a chance within the luck of so many draws."""
    return abs(found - wanted) <= SIGMAS * np.sqrt(max(wanted * (1 - wanted), 1e-6) / number)


@pytest.mark.parametrize("kind", [c.MINOR, c.SERIOUS])
@pytest.mark.parametrize("displacement", [0.0, 0.4, 1.0])
def test_flow_agrees_with_what_happens(wijken: NeighbourhoodModel, displacement: float, kind: int) -> None:
    """Streets are watched very differently, those near a repeat most; both kinds of attempt have their own flow."""
    model = world(wijken, places__displacement=displacement)
    streets, places = model.streets, model.places
    order = np.argsort(-places.weight)
    streets.hit[order[[0, 5, 9]]] = model.month - 1
    streets.column("stopped")[:] = np.linspace(0.0, 0.6, streets.used)
    streets.column("stopped")[np.isin(places.block, places.block[order[[0, 5, 9]]])] = 0.9
    done, crimes, displaced = made(model, attempts(model, kind))
    flow, inside = places.flow[kind], places.p["places.inside_share"]
    here = int((crimes.street >= 0).sum())
    assert near(here / MANY, inside * flow.here, MANY)
    assert near(displaced / MANY, inside * flow.displaced, MANY)
    assert near(done.row.size / MANY, places.completed(kind), MANY)
    given_up = MANY - done.row.size
    assert near(given_up / MANY, inside * (1 - flow.here - flow.away), MANY)
    assert done.row.size == crimes.residents == crimes.kind.size
    assert 0 < given_up < MANY


def test_attempts_are_completed_or_given_up_and_keep_their_order(wijken: NeighbourhoodModel) -> None:
    model = world(wijken)
    tries = attempts(model, c.MINOR, 5_000)
    done, crimes, displaced = made(model, tries)
    assert done.row.size == 5_000, "nothing is stopped where nobody watches"
    assert displaced == 0
    assert np.array_equal(done.row, tries.row)
    model = world(wijken)
    model.streets.column("stopped")[:] = 0.5
    done, crimes, _ = made(model, tries)
    pairs = set(zip(tries.row.tolist(), tries.number.tolist(), strict=True))
    kept = list(zip(done.row.tolist(), done.number.tolist(), strict=True))
    assert len(set(kept)) == len(kept) < 5_000
    assert set(kept) < pairs
    assert np.array_equal(crimes.kind[: crimes.residents], done.kind)


def test_without_displacement_what_is_stopped_is_given_up(wijken: NeighbourhoodModel) -> None:
    model = world(wijken, places__displacement=0.0)
    everywhere, _, _ = made(model, attempts(model, c.MINOR, 20_000))
    model = world(wijken, places__displacement=0.0)
    model.streets.column("stopped")[:] = 0.9
    done, crimes, displaced = made(model, attempts(model, c.MINOR, 20_000))
    assert displaced == 0
    assert (crimes.street >= 0).mean() < 0.2
    inside = model.p["places.inside_share"]
    assert near(1 - done.row.size / 20_000, 0.9 * inside, 20_000)
    assert everywhere.row.size == 20_000


def test_full_displacement_loses_only_what_is_stopped_again(wijken: NeighbourhoodModel) -> None:
    model = world(wijken, places__displacement=1.0)
    first = int(np.argmax(model.places.weight))
    model.streets.stopped[first] = 1.0
    tries = attempts(model, c.MINOR, 50_000)
    done, crimes, displaced = made(model, tries)
    free = world(wijken, places__displacement=1.0)
    _, usual, _ = made(free, tries)
    there = int((usual.street == first).sum())
    assert there > 100
    assert not (crimes.street == first).any()
    assert displaced > 0
    ring = model.places._rings[int(model.places.wijk[first])]
    lost = tries.row.size - done.row.size
    assert near(lost / there, model.p["places.inside_share"] * ring[first], there)
    assert (crimes.street == OUTSIDE).sum() > (usual.street == OUTSIDE).sum(), "some go outside the area"


def test_a_street_that_is_watched_moves_crime_to_the_ring_of_its_wijk_only(wijken: NeighbourhoodModel) -> None:
    rings = wijken.area.rings()
    number = next(n for n, ring in enumerate(rings) if len(ring) < len(rings))
    model, free = world(wijken, places__displacement=1.0), world(wijken, places__displacement=1.0)
    places = model.places
    watched = np.flatnonzero(places.wijk == number)
    watched = watched[np.argsort(-places.weight[watched])][:5]
    model.streets.stopped[watched] = 0.9
    tries = attempts(model, c.MINOR, 100_000)
    (_, moved, displaced), (_, usual, _) = made(model, tries), made(free, tries)
    a, b = (np.bincount(found.street[found.street >= 0], minlength=places.wijk.size) for found in (moved, usual))
    assert a[watched].sum() < 0.3 * b[watched].sum()
    outside_ring = ~np.isin(places.wijk, rings[number])
    assert outside_ring.any()
    assert np.array_equal(a[outside_ring], b[outside_ring]), "nothing moves beyond the ring"
    in_ring = ~outside_ring
    in_ring[watched] = False
    assert (a[in_ring] >= b[in_ring]).all()
    assert 0 < a[in_ring].sum() - b[in_ring].sum() <= displaced
    others = in_ring & (places.wijk != number)
    if len(rings[number]) > 1:
        assert a[others].sum() > b[others].sum(), "the neighbours get their part"


def test_rings_are_mutual_and_hold_their_own_wijk(wijken: NeighbourhoodModel) -> None:
    rings = wijken.area.rings()
    assert len(rings) == len(wijken.area.wijken)
    for number, ring in enumerate(rings):
        assert number in ring
        assert len(set(ring)) == len(ring)
        assert all(number in rings[other] for other in ring)
    for sums in wijken.places._rings:
        assert sums.sum() == pytest.approx(1.0)


def test_blocks_are_streets_of_one_wijk(wijken: NeighbourhoodModel) -> None:
    block, wijk = wijken.places.block, wijken.places.wijk
    sizes = np.bincount(block)
    assert sizes.max() == BLOCK
    assert (sizes < BLOCK).sum() <= len(wijken.area.wijken)
    for number in np.unique(block):
        assert np.unique(wijk[block == number]).size == 1


# --- near repeats


def test_serious_attempts_are_drawn_to_where_a_serious_crime_was_last_month(wijken: NeighbourhoodModel) -> None:
    shares = {}
    order = np.argsort(-wijken.places.weight)[[3, 20, 40]]
    for kind in (c.MINOR, c.SERIOUS):
        for hit in (False, True):
            model = world(wijken)
            if hit:
                model.streets.hit[order] = model.month - 1
            _, crimes, _ = made(model, attempts(model, kind))
            block = np.isin(model.places.block, model.places.block[order])
            shares[kind, hit] = float(block[crimes.street[crimes.street >= 0]].mean())
    weight = wijken.places.weight[block].sum()
    number = int(MANY * wijken.p["places.inside_share"])
    assert near(shares[c.SERIOUS, False], weight, number)
    drawn = weight + (1 - weight) * wijken.p["places.near_repeat"] * weight
    assert near(shares[c.SERIOUS, True], drawn, number)
    assert drawn > 1.4 * weight
    assert shares[c.MINOR, True] == shares[c.MINOR, False], "minor attempts do not follow"


def test_only_last_month_counts_and_only_serious_crime(wijken: NeighbourhoodModel) -> None:
    model = world(wijken)
    for month, there in ((model.month, False), (model.month - 1, True), (model.month - 2, False)):
        model.streets.column("hit")[:] = c.LONG_AGO
        model.streets.hit[7] = month
        model.places.prepare(model)
        assert bool(model.places.near.any()) == there
    assert not model.places.near[model.places.block != model.places.block[7]].any()
    for kind in (c.MINOR, c.SERIOUS):
        model = world(wijken)
        made(model, attempts(model, kind, 2_000))
        assert bool((model.streets.column("hit") == model.month).any()) == (kind == c.SERIOUS)


def test_near_repeats_leave_the_number_of_crimes_alone(wijken: NeighbourhoodModel) -> None:
    done = []
    for chance in (0.0, 1.0):
        model = world(wijken, places__near_repeat=chance)
        model.streets.hit[::5] = model.month - 1
        done.append(made(model, attempts(model, c.SERIOUS, 10_000))[0].row.size)
    assert done[0] == done[1] == 10_000


# --- outsiders, victims, expectations


def test_outsiders_come_for_opportunity_and_can_be_stopped(wijken: NeighbourhoodModel) -> None:
    nobody = Offences(*(np.empty(0, dtype=kind) for kind in (np.intp, np.uint8, np.uint64, np.intp)))
    free, watched = world(wijken, outsiders=True), world(wijken, outsiders=True, places__displacement=0.0)
    watched.streets.column("stopped")[:] = 0.8
    expected, came, left = 0.0, 0, 0
    for _ in range(40):
        expected += float(free.places.outsiders.sum())
        came += made(free, nobody)[1].kind.size
        left += made(watched, nobody)[1].kind.size
        free.month += 1
        watched.month += 1
    assert abs(came - expected) < SIGMAS * np.sqrt(2 * expected)
    assert near(left / came, 0.2, came)


def test_nobody_is_their_own_victim_and_victims_live_where_it_happens(wijken: NeighbourhoodModel) -> None:
    model = world(wijken)
    done, crimes, _ = made(model, attempts(model, c.SERIOUS, 20_000))
    hit = np.flatnonzero(crimes.victim >= 0)
    assert hit.size > 1_000
    assert np.array_equal(model.people.street[crimes.victim[hit]], crimes.street[hit])
    assert (crimes.victim[hit] != done.row[hit]).all()


def felt(start: NeighbourhoodModel, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return who feels unsafe elsewhere and here, once everybody has been asked."""
    model = world(start, places__unsafe_elsewhere=share)
    people = model.people
    feel_unsafe(model, np.arange(people.used))
    unsafe, status = people.column("unsafe"), people.column("status")
    return unsafe[status == c.ELSEWHERE].copy(), unsafe[status == c.INSIDE].copy()


def test_elsewhere_as_many_feel_unsafe_as_in_the_country_and_here_nobody_more(wijken: NeighbourhoodModel) -> None:
    nobody, here = felt(wijken, 0.0)
    assert nobody.size > 100
    assert not nobody.any()
    assert 0 < here.mean() < 1
    for share in (wijken.p["places.unsafe_elsewhere"], 1.0):
        away, same = felt(wijken, share)
        assert near(float(away.mean()), share, away.size)
        assert np.array_equal(same, here)


@pytest.fixture(scope="module")
def lived(wijken: NeighbourhoodModel) -> NeighbourhoodModel:
    own = {"programme.preventie_met_gezag.euros.hot_spots": {"2025-01": 200_000.0}}
    scenario = make_scenario({}, base="geen-programma")
    areas = dict(scenario.areas)
    areas[AREA_OF_WIJKEN] = type(next(iter(areas.values())))(levers=own)
    return live(wijken.branch(scenario.model_copy(update={"areas": areas})), 60)


@pytest.mark.parametrize("series", ["crimes", "registered_crimes"])
def test_expected_crimes_are_the_mean_of_what_happens(lived: NeighbourhoodModel, series: str) -> None:
    years = lived.counts.years.values()
    realised = sum(year.area[series] for year in years)
    expected = sum(year.area_expected[series] for year in years) / TWO32
    assert realised > 1_000
    # offences come in bursts: twice the spread of single events is ample
    assert abs(realised - expected) < SIGMAS * np.sqrt(2 * expected)


def test_displaced_crimes_are_counted_and_few(lived: NeighbourhoodModel) -> None:
    years = lived.counts.years.values()
    displaced = sum(year.area["displaced"] for year in years)
    assert 0 < displaced < 0.1 * sum(year.area["crimes"] for year in years)
    rows = [row for row in lived.outcome_rows() if row["outcome"] == "crimes_displaced_per_1000"]
    assert sum(row["numerator"] for row in rows) / 1e3 * lived.fraction == pytest.approx(displaced)


def test_crimes_of_the_area_are_those_of_its_wijken_and_streets(lived: NeighbourhoodModel) -> None:
    year = max(lived.counts.years)
    assert sum(lived.counts.years[year].crimes_by_wijk.values()) == lived.counts.years[year].area["crimes"]
    assert int(lived.streets.column("crimes").sum()) == lived.counts.years[year].area["crimes"]
    assert int(lived.streets.column("registered").sum()) == lived.counts.years[year].area["registered_crimes"]
