"""The experiments behind the proofs: each switches one thing and returns what moved, beside what the source says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.replays import (
    AREA,
    AT_HALT,
    BY_ID,
    EQUIVALENT,
    PROCESSED,
    SAMPLE,
    SAMPLING,
    Row,
    StreetRow,
    over_draws,
    source_area,
    stated,
    streets_over_draws,
)
from sim.bench import (
    Bench,
    Eligible,
    StreetBench,
    Treatment,
    enrolled_in,
    minor_offending,
    offences,
    registered_offending,
    serious_offending,
    setting,
    stopped,
    together,
)
from sim.calendar import BASE, MONTHS_PER_YEAR, SCENARIO_START
from sim.draws import Bools, Rows, threshold
from sim.levers import LeverSchedule, declared_levers
from sim.mechanisms.drug_market import RECRUITED_AGES, exposed, holders, turn_over
from sim.mechanisms.offending import Offending, saturating
from sim.mechanisms.trust import change_trust
from sim.model import NeighbourhoodModel
from sim.outcomes import OUTCOMES
from sim.parameters import load_parameters
from sim.population import columns as c
from sim.programme.budget import PREFIX
from sim.programme.catalogue import NUMBER
from sim.programme.finding import Sight
from sim.trial import Ratio

Floats = NDArray[np.float64]
P = load_parameters()

EXACT = 0.002
"""Rates are single precision, and shares of persons are whole numbers: so near is equal, as a ratio."""

MANY = 100.0
"""Upper end where a source gives a direction only."""

SMALL_AREA = "vlaardingen-westwijk"
HALF = threshold(0.5)

STILL: Mapping[str, float] = {
    "income.shock_persistence": 1.0, "school.leaving_level": 0.0, "school.return": 0.0, "work.turnover": 0.0,
}  # fmt: skip
"""Nobody's income, school or work changes by itself."""


@dataclass(frozen=True)
class Found:
    """What an experiment found, beside what the source says.

    Attributes:
        value: what moved: a ratio or a difference.
        low: lower end of its interval, the value itself where nothing is left to luck.
        high: upper end.
        says_low: lowest value that agrees with the source.
        says_high: highest value.
        says: the source's own figure, if it has one.
        off: the value once the mechanism is switched off.
        detail: what else moved: ids of outcomes with their change, separated by semicolons.
        agrees: whether the finding agrees with the source.
    """

    value: float
    low: float
    high: float
    says_low: float
    says_high: float
    says: float | None = None
    off: float | None = None
    detail: str = ""
    agrees: bool = True


def inside(
    ratio: Ratio | float, says_low: float, says_high: float, says: float | None = None, off: float | None = None,
    whole: bool = False, nothing: float = 1.0, detail: str = "",
) -> Found:  # fmt: skip
    """Return a finding that agrees when it lies within what the source says.

    Args:
        ratio: what was found.
        says_low: lowest value that agrees.
        says_high: highest value that agrees.
        says: the source's own figure.
        off: what was found with the mechanism switched off: it has to be nothing.
        whole: whether the whole interval has to lie within.
        nothing: what stands for no effect: 1 for ratios, 0 for differences.
        detail: what else moved.
    """
    one = Ratio(float(ratio), 0.0) if not isinstance(ratio, Ratio) else ratio
    low, high = (one.low, one.high) if whole else (one.value, one.value)
    agrees = says_low <= low <= high <= says_high and (off is None or abs(off - nothing) <= EXACT)
    return Found(one.value, one.low, one.high, says_low, says_high, says, off, detail, bool(agrees))


def about(ratio: Ratio | float, says: float, off: float | None = None, within: float = EXACT) -> Found:
    """Return a finding that agrees when it equals a ratio to within a share of it."""
    return inside(ratio, says * (1 - within), says * (1 + within), says, off)


# --- the worlds of the experiments, made once in a process


@cache
def people_area() -> NeighbourhoodModel:
    """Return the area from which persons are copied."""
    return source_area()


@cache
def whole_area() -> NeighbourhoodModel:
    """Return all streets of that area."""
    return source_area(1.0)


@cache
def real_area() -> NeighbourhoodModel:
    """Return a part of a large area as of January 2022."""
    return NeighbourhoodModel(AREA, rng=2, sample=0.3, start=BASE)


@cache
def small_area() -> NeighbourhoodModel:
    """Return the smallest area at the start of the scenarios, without a programme."""
    return NeighbourhoodModel(SMALL_AREA, rng=1, start=SCENARIO_START)


@cache
def minors() -> Bench:
    """Return a bench of youths of 12 to 17."""
    return bench_of(lambda p: (p.age >= 12) & (p.age < 18))


@cache
def adults() -> Bench:
    """Return a bench of adults of 20 to 49."""
    return bench_of(lambda p: (p.age >= 20) & (p.age < 50))


def bench_of(eligible: Eligible) -> Bench:
    """Return a bench of residents."""
    return Bench(eligible, source=people_area())


# --- rows of the evidence


def replay(row: Row) -> Found:
    """Replay a study at the central parameters and over draws of all parameters."""
    central = row.trial(row.bench(people_area()))
    drawn, found = over_draws(row, people_area())
    return _against(row.path, row.tolerance, row.excess, central, drawn, found)


def replay_on_streets(row: StreetRow, spots: int) -> Found:
    """Replay a study of places, in all streets of an area and over draws in a part of them."""
    central = row.trial(StreetBench(whole_area(), spots))
    drawn, found = streets_over_draws(row, StreetBench(people_area(), round(spots * SAMPLE)))
    return _against(row.path, row.tolerance, row.excess, central, drawn, found)


LUCK = 2.0
"""Standard errors that the central trial may lie from the row beside its tolerance."""


def _against(path: str, tolerance: float, excess: float, central: Ratio, drawn: Floats, found: Floats) -> Found:
    median, p05, p95 = stated(path)
    agrees = abs(central.value - median) <= tolerance + LUCK * central.error * median
    # the draws' own interval differs from the stated one by luck of the draws; each draw has to follow its own row
    farthest = float(np.abs(np.log(found / drawn)).max())
    ends, drawn_ends = np.quantile(found, (0.05, 0.95)), np.quantile(drawn, (0.05, 0.95))
    agrees = agrees and farthest <= excess and float(np.abs(np.log(ends / drawn_ends)).max()) <= SAMPLING
    return Found(central.value, float(ends[0]), float(ends[1]), p05, p95, median, agrees=bool(agrees))


def equivalence(row: Row) -> Found:
    """Show a null: the interval of a trial with luck of its own lies within three per cent."""
    found = row.trial(row.bench(people_area()), same_luck=False)
    return inside(found, *EQUIVALENT, says=stated(row.path)[0], whole=True)


# --- persons on the bench


def ratio(bench: Bench, treat: Treatment, instead: Treatment, changes: Mapping[str, float]) -> Ratio:
    """Return the ratio of offending in the first month, under central parameters with changes."""
    return bench.under(P.with_values({**STILL, **changes})).trial(treat, 1, instead=instead).ratio()


def risk(path: str, treat: Treatment, instead: Treatment, of: Callable[[], Bench] = minors, size: float = 1.0) -> Found:
    """Give everybody a risk and take it from everybody; then the same with the mechanism switched off."""
    on, off = (ratio(of(), treat, instead, changes) for changes in ({}, {path: 0.0}))
    return about(on, float(np.exp(P[path] * size)), off.value)


def low_income() -> Found:
    """Switch low income."""
    return risk("offending.low_income", setting(low_income=True), setting(low_income=False))


def idleness() -> Found:
    """Switch being neither in school nor at work."""
    idle, busy = ({"enrolled": False, "work": work} for work in (c.NOT_WORKING, c.EMPLOYED))
    return risk("offending.not_in_school_or_work", setting(**idle), setting(**busy))


def family() -> Found:
    """Switch having a suspect in the family."""
    return risk("careers.family", setting(family_offender=True), setting(family_offender=False))


def partner() -> Found:
    """Switch living with a partner."""
    return risk("careers.partner", setting(partnered=True), setting(partnered=False), adults)


def trust() -> Found:
    """Take a standard deviation of trust."""
    left = 0.5 ** (1 / P["trust.half_life"])  # trust fades before it acts
    return risk("trust.offending", setting(trust=-1.0), setting(trust=0.0), size=left)


def recent(number: int) -> Treatment:
    """Return a treatment: this many minor offences last month, and none before."""
    windows = setting(minor_events=0, serious_events=0, minor24=number, serious24=0, events12=number, events6=number)

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        windows(model, rows)
        model.people.minor_events[(model.month - 1) % c.WINDOW, rows] = number

    return treat


def own_recent() -> Found:
    """Switch having offended three times last month."""
    return risk("offending.own_recent", recent(3), recent(0), size=float(saturating(np.array(3))))


def role() -> Found:
    """Give everybody a role on the drug market."""
    path = "careers.role_ratio"
    treat, instead = setting(role_since=BASE - 1), setting(role_since=c.LONG_AGO)
    on, off = (ratio(minors(), treat, instead, {path: size}) for size in (P[path], 1.0))
    return about(on, P[path], off.value)


def stop_costs_trust(fair: bool) -> Found:
    """Stop everybody once, and look at their trust."""
    world = minors().world()
    rows = np.arange(world.people.used)
    world.people.trust[rows] = 0.0
    stopped(fair)(world, rows)
    loss = P["trust.stop"] * (1 - P["trust.fair_share"] * fair)
    return inside(float(world.people.column("trust").mean()), -loss - EXACT, -loss + EXACT, -loss, nothing=0.0)


def side_job(kind: str, second_year: bool) -> Found:
    """Pattern P35: violence falls in the first year only, property offences hardly at any time."""
    row = BY_ID["E07"]
    window = (12, 24) if second_year else (0, 12)
    measure = serious_offending if kind == "serious" else minor_offending
    found = row.bench(people_area()).trial(row.treat, window[1], {"it": measure}).ratio(*window, "it")
    first_year = (0.65, 0.98) if kind == "serious" else (0.95, 1.02)
    return inside(found, *((0.93, 1.05) if second_year else first_year), says=1.0 if second_year else None)


def mst_on_the_register() -> Found:
    """Follow MST in the register for three years: a short effect, few registrations."""
    row = BY_ID["E09"]
    found = row.bench(people_area()).trial(row.treat, 37, {"it": registered_offending}).ratio(1, None, "it")
    half = float(np.sqrt(stated(row.path)[0]))
    return inside(found, half, 1 / half)


def second_year(row_id: str, high: float) -> Found:
    """Follow a service of one year in the second year."""
    row = BY_ID[row_id]
    return inside(row.trial(row.bench(people_area()), (13, 25)), row_floor(row), high)


def row_floor(row: Row) -> float:
    """Return the effect of the row itself: what is left of it has to be weaker."""
    return stated(row.path)[0]


def harm_in_the_register() -> Found:
    """Look for the harm of scared-straight lessons among registered suspects."""
    row = BY_ID["E19"]
    found = row.bench(people_area()).trial(row.treat, 13, {"it": registered_offending}).ratio(1, None, "it")
    return inside(found, 1.0, stated(row.path)[2], stated(row.path)[0], whole=True)


def processed_or_diverted() -> Found:
    """Pattern P37: process minor first offenders, or send them to Halt."""
    found = BY_ID["E22"].bench(people_area()).trial(PROCESSED, 25, instead=AT_HALT).ratio(1)
    return inside(found, 1.01, 1.14, 1.06)


def sport_membership() -> Found:
    """E14: adding sport must not cut crime by itself."""
    bench = bench_of(lambda p: (p.age >= 6) & (p.age <= 18))
    found = bench.trial(enrolled_in("sport_membership"), 13, same_luck=False).ratio(1)
    return inside(found, *EQUIVALENT, says=1.0, whole=True)


def prolific(p: Any) -> Bools:
    """Who may be on the list of prolific offenders."""
    known: Bools = (p.age >= 16) & (p.age < 28) & (p.registrations >= 3) & (p.last_registered > BASE - 24)
    return known


def listed_against_matched() -> Found:
    """Pattern P34: the listed against prolific offenders who are not listed."""
    listed = together(enrolled_in("prolific_list"), _stigma)
    found = bench_of(prolific).trial(listed, 24).ratio()
    return inside(found, 0.88, 1.10, 1.0)


def listed_before_and_after() -> Found:
    """Pattern P34: the listed before and after being listed, which is selection and regression to the mean."""
    bench = bench_of(prolific)
    world = bench.world()
    before = float((world.people.column("minor24").astype(float) + world.people.column("serious24")).sum())
    after = float(bench.trial(enrolled_in("prolific_list"), 24, {"it": offences}).treated["it"].sum())
    return inside(after / before, 0.0, 0.97)


def _stigma(model: NeighbourhoodModel, rows: Rows) -> None:
    change_trust(model, rows, -model.p["trust.stigma"])


# --- everybody at once: a risk lowered for all is not centred away (D15)


def need_halved(path: str, column: str, better: Any) -> Found:
    """Take a risk from half of those who have it, for good; predict from the frozen effect alone."""
    bench = bench_of(lambda p: (p.age >= 12) & (p.age < 60)).under(P.with_values(STILL))

    def lifted(model: NeighbourhoodModel, rows: Rows) -> Rows:
        people = model.people
        has = people.low_income[rows] if column == "low_income" else _idle(people, rows)
        return rows[has & model.draws.happens("proof.lifted", people.life[rows], HALF)]

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        getattr(model.people, column)[lifted(model, rows)] = better

    world = bench.world()
    chosen = lifted(world, np.arange(world.people.used))
    world.step()
    rate = world.rates.participations().sum(axis=0).astype(np.float64)
    says = 1 - float(rate[chosen].sum() / rate.sum()) * (1 - np.exp(-P[path]))
    return about(bench.trial(treat, 1).ratio(), says)


def _idle(people: Any, rows: Rows) -> Bools:
    idle: Bools = ~people.enrolled[rows] & (people.work[rows] != c.EMPLOYED) & (people.age[rows] >= 12)
    return idle


def propensity_halved(months: int) -> Found:
    """Halve everybody's own rate; later own recent offending, itself lower, adds to it."""

    def halve(model: NeighbourhoodModel, rows: Rows) -> None:
        model.people.minor_rate[rows] *= 0.5
        model.people.serious_rate[rows] *= 0.5

    found = bench_of(lambda p: (p.age >= 12) & (p.age < 60)).trial(halve, months).ratio(months - 1)
    return about(found, 0.5) if months == 1 else inside(found, 0.35, 0.5, 0.5)


def exposure_halved() -> Found:
    """Let half of the friends who offended lately no longer do so; predict from the frozen effect of friends."""
    usual, calmer = (real_area().branch(None) for _ in range(2))
    people = usual.people
    rows = usual.youth_rows()
    quiet = np.flatnonzero(
        (people.column("events6") > 0) & usual.draws.happens("proof.quiet", people.column("life"), HALF)
    )
    calmer.people.events6[quiet] = 0
    hazard = Offending(P, usual.centres)
    before, after = (hazard.rates(world).latent[:, :-1].sum(axis=0).astype(np.float64) for world in (usual, calmer))
    ties = people.friends[:, rows]
    young = np.zeros(people.used, dtype=bool)
    young[rows] = True
    named = (ties >= 0) & young[ties] & (people.arrived[ties] <= usual.friends_renewed)
    lost = named & (people.events6[ties] > 0) & (calmer.people.events6[ties] == 0)
    less = lost.sum(axis=0) / np.maximum(named.sum(axis=0), 1)
    beta = P["offending.peers"] / usual.centres["peer_share_sd"]
    return about(float(after.sum() / before.sum()), float((before * np.exp(-beta * less)).sum() / before.sum()))


def friends() -> Found:
    """Let none and then all friends have offended."""

    def by(beta: float) -> float:
        world = real_area().branch(None)
        hazard = Offending(P.replace(offending__peers=beta), world.centres)
        with_friends = np.flatnonzero((world.people.friends[:, world.youth_rows()] >= 0).any(axis=0))
        totals = []
        for active in (0, 1):
            world.people.events6[: world.people.used] = active
            totals.append(float(hazard.rates(world).latent[:, with_friends].sum(dtype=np.float64)))
        return totals[1] / totals[0]

    return about(
        by(P["offending.peers"]), float(np.exp(P["offending.peers"] / real_area().centres["peer_share_sd"])), by(0.0)
    )


def earlier_partner() -> Found:
    """Let one friend of each youth be somebody with whom they offended before: odds of being asked again."""

    def odds(preference: float) -> float:
        world = real_area().branch(None)
        people, rows = world.people, world.youth_rows()
        people.together[:, : people.used] = c.LONG_AGO
        people.together[0, rows] = world.month - 1
        hazard = Offending(P.replace(careers__co_offending=preference), world.centres)
        rates = hazard.rates(world)
        weight = rates.latent[c.MINOR].take(rates.ties).astype(np.float64) * np.where(rates.close, hazard.closer, 1.0)
        both = (weight[0] > 0) & (weight[1:].sum(axis=0) > 0)
        return float(np.exp(np.log(weight[0, both] / weight[1:, both].sum(axis=0)).mean()))

    without = odds(0.0)
    return about(
        odds(P["careers.co_offending"]) / without, float(np.exp(P["careers.co_offending"])), odds(1e-12) / without
    )


# --- the drug market


WEIGHTS = ("exposure", "poor", "idle", "active")
RECRUITS = 150
"""Recruits a month in the proof: many more than there are, so that shares among them can be told."""

RECRUITING_MONTHS = 24


def recruitment(weight: str) -> Found:
    """Recruit with one weight only, and look at the odds that the recruited have what it weighs."""

    def odds(size: float) -> float:
        world = real_area().branch(None)
        world.p = P.with_values({f"careers.{name}": size * (name == weight) for name in WEIGHTS})
        people = world.people
        age = people.column("age")
        rows = np.flatnonzero(
            (people.column("status") == c.INSIDE) & (age >= RECRUITED_AGES[0]) & (age < RECRUITED_AGES[1])
        )
        rows = rows[people.role_since[rows] < 0]
        has = {
            "exposure": exposed(world, rows),
            "poor": people.low_income[rows],
            "idle": _idle(people, rows),
            "active": people.events12[rows] > 0,
        }[weight]
        before = people.role_since.copy()
        counts = np.zeros((2, 2))
        for _ in range(RECRUITING_MONTHS):
            world.roles = float(holders(world).size + RECRUITS)
            turn_over(world)
            new = people.role_since[rows] == world.month
            for chosen in (0, 1):
                counts[chosen] += np.bincount(has[new == bool(chosen)], minlength=2)
            people.role_since[:] = before  # every month begins as the first
            world.month += 1
        return float(counts[1, 1] * counts[0, 0] / counts[1, 0] / counts[0, 1])

    size = P[f"careers.{weight}"]
    found, off = odds(size), odds(0.0)
    says = float(np.exp(size))
    return Found(
        found,
        found,
        found,
        says * 0.8,
        says * 1.25,
        says,
        off,
        agrees=bool(0.8 < found / says < 1.25 and 0.8 < off < 1.25),
    )


def roles_after_custody(replacement: float, low: float, high: float) -> Found:
    """Detain everybody who holds a role for a year; look at the crime of role holders in that year."""
    crime, filled = [], []
    for detain in (False, True):
        world = whole_area().branch(None)
        world.p = P.replace(careers__replacement=replacement)
        if detain:
            held = holders(world)
            world.justice.detain(held, "long_prison", np.full(held.size, MONTHS_PER_YEAR, dtype=np.int16))
        crime.append(0.0)
        filled.append(0.0)
        for _ in range(MONTHS_PER_YEAR):
            world.step()
            crime[-1] += float(world.rates.participations()[:, holders(world)].sum())
            filled[-1] += holders(world).size
    return inside(crime[1] / crime[0], low, high, detail=f"drug_market_roles={_change(filled[1], filled[0])}")


# --- streets


MOST_HIT = 20
"""One street in so many is a hot spot in the proof of regression to the mean."""


def regression_to_the_mean() -> Found:
    """Follow the streets with most registered crimes of a year in the next year, with nothing done to them."""
    world = StreetBench(whole_area(), 1).untreated()
    registered = []
    for _ in range(2):
        while world.month % MONTHS_PER_YEAR != MONTHS_PER_YEAR - 1:
            world.step()
        registered.append(world.streets.column("registered").astype(np.float64))  # January to November
        world.step()
    first, then = registered
    hot = np.argsort(-first, kind="stable")[: first.size // MOST_HIT]
    usual = float(then.sum() / first.sum())
    return inside(float(then[hot].sum() / first[hot].sum()) / usual, 0.0, 0.97)


WATCHED = 60
"""Hot spots that are policed in the proof of displacement."""


def displacement(share: float) -> Found:
    """Police hot spots while a share of the stopped attempts is made elsewhere; against none made elsewhere."""

    def prevented(elsewhere: float) -> float:
        bench = StreetBench(real_area(), WATCHED).under(P.replace(places__displacement=elsewhere))
        completed = []
        for world in (bench.untreated(), bench.treated("hot_spots")):
            total = 0.0
            for _ in range(MONTHS_PER_YEAR // 2):
                world.step()
                total += sum(world.places.completed(kind) for kind in (c.MINOR, c.SERIOUS))
            completed.append(total)
        return completed[0] - completed[1]

    found = prevented(share) / prevented(0.0)
    # some attempts made elsewhere are stopped there
    return inside(found, 1 - share, 1 - 0.7 * share, 1 - share)


# --- a real area under other levers


def year_under(
    levers: Mapping[str, float], months: int = MONTHS_PER_YEAR, source: NeighbourhoodModel | None = None
) -> dict[str, float]:
    """Return the outcomes of an area over its last complete year under levers, from expectations where there are."""
    world = (source or real_area()).branch(None)
    world._schedule = schedule(levers)
    for _ in range(months):
        world.step()
    return outcomes(world)


def schedule(levers: Mapping[str, float]) -> LeverSchedule:
    """Return a schedule in which levers hold from the beginning.

    Raises:
        ValueError: when a value lies outside what a scenario may set.
    """
    for path, value in levers.items():
        lever = declared_levers()[path]
        if not lever.low <= value <= lever.high:
            raise ValueError(f"{path} may not be {value}")
    return LeverSchedule({path: ((0, value),) for path, value in levers.items()})


def outcomes(world: NeighbourhoodModel) -> dict[str, float]:
    """Return the outcomes of the last complete year for the place."""
    rows = [row for row in world.outcome_rows() if row["group"] == "all" and row["view"] == "place"]
    last = max(row["year"] for row in rows)
    found = {}
    for row in rows:
        if row["year"] == last:
            found[row["outcome"]] = row["expected"] if OUTCOMES[row["outcome"]].expectation else row["value"]
    return found


def police_hours(outcome: str, low: float, high: float, of: str | None = None) -> Found:
    """Give the basic team half as many hours again, for a year; the outcome itself or as a share of another."""
    usual, more = (year_under({"police.hours": hours}) for hours in (1.0, 1.5))
    base = more[of] / usual[of] if of else 1.0
    return inside(more[outcome] / usual[outcome] / base, low, high)


def elasticity_of_police() -> Found:
    """E44: crime against the number of police."""
    usual, more = (year_under({"police.hours": hours}) for hours in (1.0, 1.1))
    found = float(np.log(more["crimes_per_1000"] / usual["crimes_per_1000"]) / np.log(1.1))
    return inside(found, -0.34, 0.0, -0.17)


WIJKAGENTEN = {PREFIX + "euros.wijkagent": 2_000_000.0}


def wijkagenten_and_crime() -> Found:
    """E40: more wijkagenten, and crime."""
    usual, more = year_under({}, 24), year_under(WIJKAGENTEN, 24)
    return inside(more["crimes_per_1000"] / usual["crimes_per_1000"], 0.98, 1.02, 1.0)


def wijkagenten_and_trust() -> Found:
    """E40: more wijkagenten, and the residents' trust."""
    world = real_area().branch(None)
    world._schedule = schedule(WIJKAGENTEN)
    for _ in range(24):
        world.step()
    return inside(world.police.wijkagenten.contact, 0.001, 1.0, nothing=0.0)


# --- who is reached, and every lever

MUCH = 1_500_000.0
"""Euros a year for the smallest area, several times what it gets."""

SCARCE = 300_000.0
"""The same where it matters who comes first: there are fewer places than youths in view."""

TWO_YEARS = 24


def reached(service: str, levers: Mapping[str, float]) -> dict[str, float]:
    """Return the mean registrations and risk points of those enrolled in a service in two years."""
    world = small_area().branch(None)
    world._schedule = schedule({PREFIX + "budget": SCARCE, **levers})
    seen: dict[str, list[float]] = {"registrations": [], "risk": []}
    for _ in range(TWO_YEARS):
        world.step()
        cases = world.cases
        mine = (cases.column("start") == world.month - 1) & (cases.column("service") == NUMBER[service])
        rows = cases.column("person")[mine & (cases.column("person") >= 0)].astype(np.intp)
        seen["registrations"] += world.people.registrations[rows].tolist()
        seen["risk"] += Sight(world).risk(rows).tolist()
    return {name: float(np.mean(values)) if values else 0.0 for name, values in seen.items()} | {
        "number": float(len(seen["risk"]))
    }


def targeting(value: float, against: float) -> Found:
    """Aim mentoring otherwise: risk points of who is enrolled."""
    one, other = (reached("mentoring", {PREFIX + "targeting": aim}) for aim in (value, against))
    return inside(one["risk"] / other["risk"], 1.1, MANY)


def framework_reaches() -> Found:
    """Switch on the quality framework: risk points of who gets a mentor."""
    one, other = (reached("mentoring", {PREFIX + "quality_framework": on}) for on in (1.0, 0.0))
    return inside(one["risk"] / other["risk"], 1.1, MANY)


def framework_and_harm() -> Found:
    """Switch on the quality framework: youths sent to scared-straight lessons, against without it."""
    mix = {PREFIX + "mix.scared_straight": 0.3}
    one, other = (reached("scared_straight", mix | {PREFIX + "quality_framework": on}) for on in (1.0, 0.0))
    return inside(one["number"] / max(other["number"], 1.0), 0.0, 0.0, 0.0)


MONEY = ("programme_euros", "programme_posts")
"""Outcomes whose names begin so move with any money: they do not show that a lever does something."""

NEEDS_MONEY = ("share_limits", "share_authority", "targeting", "quality_framework", "structural")
"""Levers of the programme that do something only where it has money."""

NAMED = 3
"""Outcomes named beside a lever."""


def lever_against(path: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return two sets of levers that differ in one: with it, and without it."""
    lever = declared_levers()[path]
    budget = {PREFIX + "budget": MUCH}
    name = path.removeprefix(PREFIX)
    if name == "budget":
        return budget, {}
    if lever.unit == "EUR per year":
        national = 82_000_000.0
        return {path: national if "national" in name else MUCH}, {}
    if name.startswith("mix."):
        return budget | {path: 1.0}, budget | {path: 0.0}
    if name not in NEEDS_MONEY:
        return {path: lever.high}, {path: lever.low}
    other = lever.high if lever.default < lever.high else lever.low
    return budget | {path: other}, budget | {path: lever.default}


def lever(path: str) -> Found:
    """Pull one lever for two years; count the outcomes that differ, other than those of money itself."""
    one, other = (year_under(levers, TWO_YEARS, small_area()) for levers in lever_against(path))
    moved = {
        name: abs(one[name] - other[name]) / max(abs(one[name]), abs(other[name]))
        for name in one.keys() & other.keys()
        if not name.startswith(MONEY) and one[name] != other[name]
    }
    most = sorted(moved, key=lambda name: (-moved[name], name))[:NAMED]
    detail = "; ".join(f"{name}={_change(one[name], other[name])}" for name in most)
    return inside(float(len(moved)), 1.0, float(len(OUTCOMES)), nothing=0.0, detail=detail)


def _change(one: float, other: float) -> str:
    return f"{(one / other - 1) * 100:+.2g} %" if other else f"{one:.3g} (0)"


def formal_share() -> Found:
    """Pull the processing threshold from nothing to everybody: minors formally processed."""
    path = PREFIX + "processing_threshold"
    one, other = (year_under({path: value}) for value in (1.0, 0.0))
    return inside(one["formally_processed_minors"] / other["formally_processed_minors"], 1.1, MANY)
