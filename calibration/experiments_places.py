"""Experiments on homes, streets and national trends, in copies of a real area."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from calibration.experiments_domains import LABEL_E, Side, between, world_under
from calibration.experiments_streets import lived, outcomes
from calibration.findings import Found, P, about, exactly, inside, real_area
from calibration.replays import DRAWS, ENDS, stated
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.draws import Bools, Rows
from sim.mechanisms.debts import _first_arrears, _risk_table
from sim.mechanisms.homes import energy_euros, improve, in_poor_state, keep_up, survey_streets
from sim.mechanisms.places import feel_unsafe
from sim.mechanisms.surroundings import pulls, wear
from sim.model import NeighbourhoodModel
from sim.parameters import ParameterSet, load_parameters
from sim.population import columns as c

YEAR = MONTHS_PER_YEAR

# --- homes


def upkeep(path: str) -> Found:
    """Live a year of upkeep: the share of damp homes mended, or of labels that got better."""

    def share(value: float) -> float:
        world = world_under({path: value})
        dwellings = world.dwellings
        if path == "homes.damp_goes":
            dwellings.column("damp")[:] = True
        dwellings.column("label")[:] = LABEL_E
        for _ in range(YEAR):
            keep_up(world)
            world.month += 1
        better = ~dwellings.column("damp") if path == "homes.damp_goes" else dwellings.column("label") < LABEL_E
        return float(better.mean())

    return exactly(share(P[path]), P[path], share(0.0), within=0.1 * P[path])


def uptake(poor: bool) -> Found:
    """Offer grants to all who own and live in a home in poor state: the share that takes part."""

    def share(value: float) -> float:
        world = world_under({"homes.uptake_poor" if poor else "homes.uptake": value})
        world.households.column("low_income")[:] = poor
        dwellings = world.dwellings
        asked = in_poor_state(dwellings) & (dwellings.column("tenure") == c.OWNER_OCCUPIED)
        asked &= (dwellings.column("household") >= 0) & (dwellings.column("improved_at") < 0)
        willing = world.housing_fund._willing_owners(dwellings.used)
        return float(np.count_nonzero(asked[willing]) / np.count_nonzero(asked))

    says = P["homes.uptake"] * (P["homes.uptake_poor"] if poor else 1.0)
    return exactly(share(P["homes.uptake_poor" if poor else "homes.uptake"]), says, share(0.0), within=0.03)


def displaced() -> Found:
    """Finish works in all homes of corporaties: the share of the tenants who do not return."""

    def share(value: float) -> float:
        world = world_under({"homes.displaced": value})
        dwellings = world.dwellings
        rented = (dwellings.column("tenure") == c.CORPORATIE) & (dwellings.column("household") >= 0)
        dwellings.column("improved_at")[rented] = world.month
        world.housing_fund._finish()
        return float(world.counts.year.money.get("households_displaced", 0.0) / np.count_nonzero(rented))

    return exactly(share(P["homes.displaced"]), P["homes.displaced"], share(0.0), within=0.01)


def _one_of_each_block(world: NeighbourhoodModel) -> Bools:
    """Return one street of every block: what happens there is not felt on another one treated."""
    block = world.places.block
    first = np.zeros(block.size, dtype=bool)
    first[np.unique(block, return_index=True)[1]] = True
    return first


def _passes(p: ParameterSet, treat: Callable[[NeighbourhoodModel], Bools]) -> float:
    """Return the ratio of attempts that are not stopped on treated streets, treated and not."""
    found = []
    for treated in (True, False):
        world = real_area().branch(None)
        world.p = p
        streets = treat(world) if treated else None
        world.police.plan()
        found.append(1 - world.streets.column("stopped").astype(np.float64))
        if streets is not None:
            chosen = streets
    return float((found[0][chosen] / found[1][chosen]).mean())


def secure_homes(world: NeighbourhoodModel) -> Bools:
    """Make the homes of one street of every block burglar-proof; return those streets."""
    streets = _one_of_each_block(world)
    dwellings = world.dwellings
    dwellings.column("secured")[:] = streets[dwellings.column("street")]
    survey_streets(world)
    return streets & (world.streets.column("secured") > 0)


SOME = 0.15
"""Share of the streets with a watch: few enough for most of them to stand alone in their block."""


def watch_streets(world: NeighbourhoodModel) -> Bools:
    """Form watches on part of the streets; return those that stand alone in their block."""
    world.residents_groups.watched = SOME
    watched = world.residents_groups.watches() > 0
    alone = np.bincount(world.places.block, weights=watched)[world.places.block] == 1
    return watched & alone


BURGLARY: dict[str, Callable[[NeighbourhoodModel], Bools]] = {
    "homes.secured": secure_homes,
    "homes.watched": watch_streets,
}


def burglary(path: str) -> Found:
    """E49, E50: burglary on streets with burglar-proof homes or a watch, read from all crime there, over draws."""

    def found(p: ParameterSet) -> float:
        return 1 - (1 - _passes(p, BURGLARY[path])) / p["homes.burglary"]

    central = found(P)
    draws = [load_parameters(draw) for draw in range(1, DRAWS + 1)]
    over = np.array([found(p) for p in draws])
    median, p05, p95 = stated(path)
    farthest = max(abs(found / p[path] - 1) for found, p in zip(over, draws, strict=True))
    low, high = (float(end) for end in np.quantile(over, ENDS))
    agrees = abs(central - median) <= 0.01 and farthest <= 0.05
    return Found(central, low, high, p05, p95, median, agrees=bool(agrees))


def energy_saved() -> Found:
    """E59: improve all homes of label E to G: euros a year saved on energy."""
    world = world_under({})
    dwellings, households = world.dwellings, world.households
    homes = np.flatnonzero(households.column("size") > 0)
    homes = homes[dwellings.label[households.dwelling[homes]] > c.WORST_LABEL_GOOD]
    before = energy_euros(world, homes)
    improve(world, households.dwelling[homes].astype(np.intp))
    return inside(float((before - energy_euros(world, homes)).mean()), 300.0, 700.0, nothing=0.0)


RENOVATED_YEARS = 2


def renovated_and_health() -> Found:
    """E58: improve all homes in poor state; poor health of who lives there, in the second year after."""
    source = real_area()
    people, dwellings = source.people, source.dwellings
    poor = np.flatnonzero(in_poor_state(dwellings))
    home = source.households.dwelling[people.household[: people.used]]
    inside_poor = np.isin(home, poor) & (people.column("status") == c.INSIDE)
    lives = people.life[np.flatnonzero(inside_poor)].copy()
    shares = []
    for treated in (True, False):
        world = real_area().branch(None)
        if treated:
            improve(world, poor)
        total = number = 0.0
        for month in range(RENOVATED_YEARS * YEAR):
            world.step()
            if month >= (RENOVATED_YEARS - 1) * YEAR:
                rows = _still_at(world, lives, poor)
                total += float((world.people.distressed[rows] | world.people.ill[rows]).sum())
                number += rows.size
        shares.append(total / number)
    return inside(shares[0] / shares[1], 0.88, 1.0, 0.95)


def _still_at(world: NeighbourhoodModel, lives: np.ndarray, dwellings: Rows) -> Rows:
    """Return the rows of those persons who still live in one of the dwellings."""
    people = world.people
    rows = np.flatnonzero(np.isin(people.column("life"), lives) & (people.column("status") == c.INSIDE))
    return rows[np.isin(world.households.dwelling[people.household[rows]], dwellings)]


# --- streets


def _streets(**values: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        for name, value in values.items():
            world.streets.column(name)[:] = value

    return side


def _minor(times: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        residents = np.maximum(world.streets.column("residents"), 1)
        world.streets.minor_last_year[:] = np.rint(times * 100 * residents)
        world.usual_minor = 100.0  # so many that whole numbers do not matter

    return side


def _moved(times: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        residents = np.maximum(world.streets.column("residents"), 1)
        world.streets.moved_last_year[:] = np.rint(times * 100 * residents)
        world.usual_moved = 100.0

    return side


def _trusting(value: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        world.people.column("trust")[:] = value

    return side


def _meeting(posts: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        world.social.meeting = posts

    return side


def _greened(share: float) -> Side:
    def side(world: NeighbourhoodModel) -> None:
        world.social.segments["greening"] = share * world.streets.used

    return side


DISORDER, COHESION = 0, 1
PULLS: dict[str, tuple[int, float, Side, Side]] = {
    "crime": (DISORDER, 1.0, _minor(2.0), _minor(1.0)),
    "homes": (DISORDER, 1.0, _streets(weak_homes=1.0), _streets(weak_homes=0.0)),
    "spreads": (DISORDER, 1.0, _streets(disorder=2.0), _streets(disorder=1.0)),
    "control": (DISORDER, -1.0, _streets(cohesion=2.0), _streets(cohesion=1.0)),
    "greening": (DISORDER, -1.0, _greened(1.0), _greened(0.0)),
    "turnover": (COHESION, -1.0, _moved(2.0), _moved(1.0)),
    "disorder": (COHESION, -1.0, _streets(disorder=2.0), _streets(disorder=1.0)),
    "trust": (COHESION, 1.0, _trusting(1.0), _trusting(0.0)),
    "meeting": (COHESION, 1.0, _meeting(1.0), _meeting(0.0)),
}
"""What pulls at disorder or cohesion: which of the two, its sign, with and without one unit of it."""


def pull(name: str) -> Found:
    """Give every street one unit more of what pulls at disorder or cohesion."""
    path = f"surroundings.{name}"
    which, sign, one, other = PULLS[name]

    def differ(value: float) -> float:
        on, off = between(lambda world: pulls(world)[which], one, other, {path: value})
        return on - off

    return exactly(differ(P[path]), sign * P[path], differ(0.0), within=0.01 * P[path] + 1e-6)


def speed_of_streets() -> Found:
    """Lift disorder everywhere and let it go back: what is left after the time constant."""
    months = round(P["surroundings.months"])
    held = {f"surroundings.{name}": 0.0 for name in PULLS}
    world = world_under(held)
    world.streets.column("disorder")[:] = 2.0
    for _ in range(months):
        wear(world)
    return about(float(world.streets.column("disorder").mean()) - 1, (1 - 1 / months) ** months, within=0.01)


def cohesion_and_attempts() -> Found:
    """Give streets one unit more of cohesion: attempts that are not stopped."""

    def ratio(value: float) -> float:
        def close(world: NeighbourhoodModel) -> Bools:
            streets = _one_of_each_block(world)
            world.streets.column("cohesion")[streets] += 1.0
            return streets

        return _passes(P.replace(surroundings__stops=value), close)

    says = P["surroundings.stops"]
    return about(ratio(says), float(np.exp(says * -1.0)), ratio(0.0), within=0.005) if says else about(1.0, 1.0)


def disorder_and_fear() -> Found:
    """Give streets one unit more of disorder: odds of feeling unsafe."""

    def odds(value: float) -> float:
        shares = []
        for disorder in (2.0, 1.0):
            world = world_under({"surroundings.unsafe": value})
            world.streets.column("disorder")[:] = disorder
            rows = np.flatnonzero((world.people.column("status") == c.INSIDE) & (world.people.column("age") >= 18))
            feel_unsafe(world, rows)
            share = float(world.people.unsafe[rows].mean())
            shares.append(share / (1 - share))
        return shares[0] / shares[1]

    says = float(np.exp(P["surroundings.unsafe"]))
    return inside(odds(P["surroundings.unsafe"]), 1 + 0.8 * (says - 1), 1 + 1.05 * (says - 1), says, odds(0.0))


# --- national trends


TREND = 0.015
"""Slope a year of the proofs: the 95th percentile of every trend."""

AT_END = SCENARIO_START + 10 * YEAR
"""Month at which a trend has run its course."""


def _falls_behind(world: NeighbourhoodModel) -> float:
    """Return how many households fall behind in two years of months, each beginning without arrears."""
    households, total = world.households, 0
    for _ in range(2 * YEAR):
        lives = households.column("size") > 0
        households.column("creditors")[:] = 0
        total += _first_arrears(world, lives, _risk_table(world.p)).size
        world.month += 1
    return float(total)


def _falls_ill(world: NeighbourhoodModel) -> float:
    people = world.people
    rows = np.flatnonzero(people.column("status") == c.INSIDE)
    people.column("distressed")[:] = people.column("ill")[:] = False
    world.health.live(world, rows)
    return float(people.distressed[rows].sum() + people.ill[rows].sum())


def _leaves_school(world: NeighbourhoodModel) -> float:
    people = world.people
    rows = np.flatnonzero(people.column("enrolled") & (people.column("age") >= 12) & (people.column("age") < 18))
    return float(world.schooling._leaving_chance(world, rows).mean())


def _finds_work(world: NeighbourhoodModel) -> float:
    people = world.people
    age = people.column("age")
    chance = world.employers.chances(np.flatnonzero((people.column("status") == c.INSIDE) & (age >= 25) & (age < 60)))
    return float(chance.mean() / (1 - chance.mean()))


TRENDS: dict[str, Callable[[NeighbourhoodModel], float]] = {
    "work": _finds_work, "debts": _falls_behind, "health": _falls_ill, "school": _leaves_school,
}  # fmt: skip


def national_trend(name: str) -> Found:
    """Let a national trend run for ten years: the ratio of what it moves; it counts for half of the years."""

    def measured(slope: float) -> float:
        world = world_under({f"trends.{name}": slope})
        world.month = AT_END
        return TRENDS[name](world)

    says = float(np.exp(TREND * P["trends.years"] / 2))
    low, high = (1 + size * (says - 1) for size in (0.7, 1.3))  # persons differ, and cases are counted
    still = measured(0.0)
    return inside(measured(TREND) / still, low, high, says, still / measured(0.0))


# --- policies on homes, schools and who comes


WORK_REQUIRED_YEARS = 4


def work_required() -> Found:
    """E60: newcomers in homes of corporaties must work, four years; registered suspects among the people followed."""
    usual, required = (
        outcomes(lived({"housing.work_required": share}, WORK_REQUIRED_YEARS * YEAR), "people") for share in (0.0, 1.0)
    )
    name = "registered_suspects_12plus_per_10k"
    return inside(required[name] / usual[name], 0.98, 1.02, 1.0)


def compulsory(kept: bool) -> Found:
    """E72: strict compulsory qualification: offences of those of 16 and 17 without a start qualification.

    Args:
        kept: only those whom it keeps at school, in place of all of them.
    """
    worlds = [lived({"schools.compulsory_18": value}, 0) for value in (0.0, 1.0)]
    rates = [0.0, 0.0]
    for month in range(2 * YEAR):
        for world in worlds:
            world.step()
        if month < YEAR:
            continue
        usual, strict = (world.people for world in worlds)
        used = min(usual.used, strict.used)
        same = (usual.life[:used] == strict.life[:used]) & (usual.status[:used] == c.INSIDE)
        same &= (usual.age[:used] >= 16) & (usual.age[:used] < 18)
        same &= strict.qualification[:used] == c.NO_QUALIFICATION
        if kept:
            same &= strict.enrolled[:used] & ~usual.enrolled[:used]
        rows = np.flatnonzero(same)
        for number, world in enumerate(worlds):
            rates[number] += float(world.rates.participations()[:, rows].sum())
    found = rates[1] / rates[0]
    idle = float(np.exp(-P["offending.not_in_school_or_work"]))
    return inside(found, 0.95 * idle, 0.95, idle) if kept else inside(found, 0.8, 0.999, 0.9)
