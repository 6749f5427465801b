"""Experiments on crime: each switches one thing for persons on a bench, and returns what moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from calibration.findings import EXACT, HALF, Found, P, about, adults, bench_of, inside, minors, people_area, real_area
from calibration.replays import EQUIVALENT, Row, stated
from calibration.rows import AT_HALT, BY_ID, PROCESSED
from calibration.rows_domains import JANUARY, STILL, entitled_young
from sim.bench import (
    Bench,
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
from sim.calendar import BASE
from sim.draws import Bools, Rows
from sim.mechanisms.offending import Offending, saturating
from sim.mechanisms.trust import change_trust
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.trial import Ratio

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
    on = {"enrolled": False, "welfare": False, "supported": False}
    idle, busy = ({**on, "work": work} for work in (c.NOT_WORKING, c.EMPLOYED))
    return risk("offending.not_in_school_or_work", setting(**idle), setting(**busy))


def family() -> Found:
    """Switch having a suspect in the family."""
    return risk("careers.family", setting(family_offender=True), setting(family_offender=False))


def payment_trouble() -> Found:
    """Switch living in a household with arrears or problem debt."""
    return risk("offending.strained", setting(strained=True), setting(strained=False), adults)


def on_welfare() -> Found:
    """Switch being on welfare, without work, aged 18 to 26; a ratio of 1 is off."""
    path = "welfare.supported"
    sides = (setting(supported=True), setting(supported=False))
    of_age = bench_of(entitled_young)
    on, off = (ratio(of_age, *sides, {path: size}) for size in (P[path], 1.0))
    return about(on, P[path], off.value)


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
    # welfare is settled in the month of birth
    bench = bench_of(lambda p: (p.age >= 12) & (p.age < 60) & (p.birthday != JANUARY)).under(P.with_values(STILL))

    def lifted(model: NeighbourhoodModel, rows: Rows) -> Rows:
        people = model.people
        has = people.low_income[rows] if column == "low_income" else idle_of(people, rows)
        return rows[has & model.draws.happens("proof.lifted", people.life[rows], HALF)]

    def treat(model: NeighbourhoodModel, rows: Rows) -> None:
        off_welfare(model, rows)
        getattr(model.people, column)[lifted(model, rows)] = better

    world = bench.world()
    chosen = lifted(world, np.arange(world.people.used))
    off_welfare(world, np.arange(world.people.used))
    world.step()
    rate = world.rates.participations().sum(axis=0).astype(np.float64)
    says = 1 - float(rate[chosen].sum() / rate.sum()) * (1 - np.exp(-P[path]))
    return about(bench.trial(treat, 1, instead=off_welfare).ratio(), says)


off_welfare = setting(welfare=False, supported=False)
"""Welfare without work acts on offending as well; here nobody has it."""


def idle_of(people: Any, rows: Rows) -> Bools:
    """Return which persons are old enough for it and neither at school nor at work."""
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
