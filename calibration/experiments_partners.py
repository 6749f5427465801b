"""Experiments on the alliance, on how partners work past each other without it, and on lines with money."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from calibration.experiments_domains import world_under
from calibration.experiments_levers import ALLIANCE, ALLIED, MUCH, TWO_YEARS
from calibration.experiments_streets import lived, outcomes, schedule, year_under
from calibration.findings import Found, P, about, exactly, inside, real_area, small_area
from scenarios.catalogue import load_scenario
from sim.agents.alliance import Alliance
from sim.calendar import MONTHS_PER_YEAR
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import LINE_BY_NAME, LINES

YEAR = MONTHS_PER_YEAR
REALISED = "gerealiseerd-beleid"
LONG = 40
"""Years after which coordination stands where its conditions hold it."""


# --- coordination


def coordinated(
    years: float = LONG, levers: Mapping[str, float] | None = None, changes: Mapping[str, float] | None = None
) -> Alliance:
    """Return the alliance after some years of paid work together."""
    world = world_under(changes or {})
    world._schedule = schedule({**ALLIED, **(levers or {})})
    world.alliance.paid = 1.0
    for _ in range(round(years * YEAR)):
        world.alliance.mature()
        world.month += 1
    return world.alliance


def maturation() -> Found:
    """Work together for as long as the time constant: coordination then, without erosion."""
    years = P["alliance.maturation"]
    still = {"alliance.erosion": 0.0}
    found = coordinated(years, changes=still).coordination
    off = coordinated(years, changes=still | {"alliance.maturation": 1e9}).coordination
    return exactly(found, float(1 - np.exp(-1)), off, within=0.02)


def eroded(path: str) -> Found:
    """Let staff leave: coordination in the long run, against nobody leaving or nothing lost by it."""
    held = P["alliance.erosion"] * P["alliance.turnover"] * P["alliance.maturation"]
    ideal = coordinated(changes={"alliance.erosion": 0.0}).coordination
    off = coordinated(changes={path: 0.0}).coordination
    return about(coordinated().coordination / ideal, 1 / (1 + held), off / ideal, within=0.01)


def without(condition: str) -> Found:
    """Work together without one of the conditions: coordination in the long run, against all of them."""
    path, lever = f"alliance.without_{condition}", {ALLIANCE + condition: 0.0}
    found = coordinated(levers=lever).coordination / coordinated().coordination
    off = coordinated(levers=lever, changes={path: 1.0}).coordination / coordinated().coordination
    return about(found, P[path], off, within=0.01)


def incidental() -> Found:
    """Pay the alliance from incidental money: coordination in the long run, against structural money."""
    found = coordinated(levers={ALLIANCE + "structural": 0.0}).coordination / coordinated().coordination
    slow = P["alliance.erosion"] * P["alliance.maturation"]
    usual, more = P["alliance.turnover"], P["alliance.turnover"] + P["alliance.incidental_turnover"]
    within_reach = P["alliance.without_structural"]
    return about(found, within_reach * (1 + slow * usual) / (1 + slow * more), within=0.01)


NEAR = 0.02


def threshold_of_effect() -> Found:
    """Hold coordination just below the threshold: by how much referrals change."""

    def reach(coordination: float) -> float:
        world = world_under({"alliance.erosion": 0.0, "alliance.maturation": 1e9})
        world._schedule = schedule(ALLIED)
        world.alliance.coordination, world.alliance.paid = coordination, 1.0
        world.alliance.mature()
        return world.alliance.reach * world.alliance.more_need("care")

    full = reach(P["alliance.mature"])
    return Found(
        found := reach(P["alliance.threshold"] - NEAR), found, found, 1.0, 1.0, 1.0,
        agrees=found == 1.0 and abs(full - np.exp(P["alliance.found"] + P["alliance.reach"])) < NEAR,
    )  # fmt: skip


def meetings() -> Found:
    """Spend staff time on meetings, at full coordination: what is left for residents."""
    still = {"alliance.erosion": 0.0}
    off = coordinated(changes=still | {"alliance.staff_time": 0.0}).capacity
    return about(coordinated(changes=still).capacity, 1 - P["alliance.staff_time"], off)


def overhead() -> Found:
    """Work as one alliance for a year with money enough: what bureau and meetings cost per resident."""

    def euros(size: float) -> float:
        levers = {**ALLIED, ALLIANCE + "budget": 20 * MUCH}
        world = lived(levers, YEAR, small_area(), {"alliance.overhead_euros": size})
        return world.municipality.overhead / world.care.residents

    return exactly(euros(P["alliance.overhead_euros"]), P["alliance.overhead_euros"], euros(0.0), within=0.01)


# --- what an alliance changes

AT_WORK: Mapping[str, float] = {
    "alliance.maturation": 0.25, "alliance.erosion": 0.0, "alliance.staff_time": 0.0, "alliance.overhead_euros": 0.0,
    "alliance.found": 0.0, "alliance.reach": 0.0, "alliance.waiting": 0.0, "alliance.double_work": 0.0,
    "alliance.sequence": 0.0, "alliance.order": 0.0,
}  # fmt: skip
"""An alliance that costs nothing, works within a year, and changes nothing: so each effect is switched on alone."""


@cache
def allied(*changes: tuple[str, float]) -> NeighbourhoodModel:
    """Return an area after three years of an alliance that changes one thing."""
    return lived(ALLIED, 3 * YEAR, changes={**AT_WORK, **dict(changes)})


@cache
def apart(*changes: tuple[str, float]) -> NeighbourhoodModel:
    """Return the same without an alliance."""
    return lived({}, 3 * YEAR, changes={**AT_WORK, **dict(changes)})


def of_alliance(path: str, value: float, outcome: str, low: float, high: float) -> Found:
    """Let an alliance change one thing; an outcome of its third year, against partners apart."""
    usual = outcomes(apart())[outcome]
    one, none = (outcomes(world)[outcome] for world in (allied((path, value)), allied()))
    says = float(np.exp(value)) if path in ("alliance.found", "alliance.reach") else None
    return inside(one / usual, low, high, says, none / usual)


AMPLE = (("debts.help_places", 2 * P["debts.help_places"]), ("health.care_places", 3 * P["health.care_places"]))
"""Places enough for everybody who asks: where they are short, the list decides how long people wait."""


def waiting(value: float) -> Found:
    """Let an alliance shorten the time to the first talk, with places enough: months that people wait for help."""
    name = "waiting_months_mean"
    usual = outcomes(apart(*AMPLE))[name]
    one, none = (outcomes(world)[name] for world in (allied(*AMPLE, ("alliance.waiting", value)), allied(*AMPLE)))
    return inside(one / usual, 0.9 * float(np.exp(value)), 0.95, float(np.exp(value)), none / usual)


def double_work() -> Found:
    """Let shared plans save half of the double work: what there is for residents."""
    found = allied(("alliance.double_work", 0.5)).alliance.capacity
    return inside(found, 1.0001, 1 + 0.5 * P["fragmentation.double_hours"], off=allied().alliance.capacity)


def double_hours() -> Found:
    """Let households that several partners know cost twice as many further hours: what shared plans then save."""
    double = ("alliance.double_work", 0.5)
    usual, more, none = (
        allied(double, ("fragmentation.double_hours", times * P["fragmentation.double_hours"])).alliance.capacity - 1
        for times in (1.0, 2.0, 0.0)
    )
    return about(more / usual, 2.0, 1.0 + none, within=0.05)


def sequence() -> Found:
    """Let a shared plan bring order into help: drop-out of households that have one."""

    def ratio(value: float) -> float:
        world = allied(("alliance.sequence", value))
        planned = np.flatnonzero(world.households.column("plan_until") > world.month)
        return float(world.alliance.drop_out(planned).mean())

    return about(ratio(-0.4), float(np.exp(-0.4)), ratio(0.0), within=0.01)


def _plans_per_thousand(world: NeighbourhoodModel) -> float:
    """Return shared plans per 1,000 households; outcomes are those of the whole area."""
    return outcomes(world)["shared_plans"] * world.fraction / world.debt_help.households * 1000


def debts_first() -> Found:
    """Let debts come first: the share of who has a plan, and debts without help, that waits with therapy and work."""

    def held(value: float) -> float:
        world = allied(("alliance.order", value))
        people, households = world.people, world.households
        home = people.column("household")
        rows = np.flatnonzero((people.column("status") == c.INSIDE) & people.column("strained"))
        planned = households.plan_until[home[rows]] > world.month
        rows = rows[planned & (households.help_until[home[rows]] <= world.month)]
        return float(1 - world.alliance.in_order(rows).mean())

    return exactly(held(P["alliance.order"]), P["alliance.order"], held(0.0), within=0.05)


def plans() -> Found:
    """Make shared plans together: plans per 1,000 households, beyond those made without an alliance."""
    usual = _plans_per_thousand(apart())
    room = P["alliance.plans"]
    found, off = (_plans_per_thousand(allied(("alliance.plans", value))) - usual for value in (room, 0.0))
    return inside(found, 0.5 * room, 1.1 * room, room, off, nothing=0.0)


INTEGRATED_YEARS = 8


def alliance_and_health() -> Found:
    """E92: an alliance as it is thought to be, eight years, its bureau paid: good health, against no alliance."""
    levers = {**ALLIED, ALLIANCE + "budget": 2 * MUCH}
    one, other = (outcomes(lived(values, INTEGRATED_YEARS * YEAR, small_area())) for values in (levers, {}))
    name = "good_health_share"
    return inside(one[name] / other[name], 0.99, 1.01, 1.0)


# --- the fragmented state


def referrals(path: str, low: float, high: float) -> Found:
    """Halve what partners see or pass on: referrals that arrive."""
    usual = outcomes(apart())["referrals"]
    found = outcomes(apart((path, P[path] / 2)))["referrals"] / usual
    return inside(found, low, high)


def intake() -> Found:
    """Double the time between referral and first talk: months that people wait for help."""
    path = "fragmentation.intake_months"
    usual = outcomes(apart())["waiting_months_mean"]
    found = outcomes(apart((path, 2 * P[path])))["waiting_months_mean"] - usual
    return inside(found, 0.25 * P[path], 1.5 * P[path], P[path])


def regular_plans() -> Found:
    """Make shared plans without an alliance: plans per 1,000 households."""
    path = "fragmentation.shared_plans"

    found, off = (_plans_per_thousand(apart((path, value))) for value in (P[path], 0.0))
    return exactly(found, P[path], off, within=0.3 * P[path])


# --- what lines buy


def only(name: str, euros: float = MUCH) -> dict[str, float]:
    """Return levers that spend money on one intervention alone."""
    line = next(line for line in LINES if any(name == one for one, _ in line.mix))
    mix = {f"programme.{line.name}.mix.{one}": float(one == name) for one, _ in LINE_BY_NAME[line.name].mix}
    return mix | {f"programme.{line.name}.budget": euros}


def bought(name: str, outcome: str, low: float, high: float, says: float | None = None) -> Found:
    """Spend money on one intervention in the smallest area; an outcome of the last year, against no money."""
    one, other = (year_under(levers, TWO_YEARS, small_area()) for levers in (only(name), {}))
    return inside(one[outcome] / other[outcome], low, high, says)


def skill_bought(name: str) -> Found:
    """Spend money on help at school: mean skill in standard deviations, against no money."""
    one, other = (year_under(levers, TWO_YEARS, small_area()) for levers in (only(name), {}))
    found = one["skill_mean"] - other["skill_mean"]
    return inside(found, 0.001, P[f"services.{name}_skill"], nothing=0.0)


def _counted(world: NeighbourhoodModel, series: str) -> float:
    return float(sum(year.counts[series].sum() for year in world.counts.years.values() if series in year.counts))


def accepted(levers: Mapping[str, float]) -> float:
    """Return the share of the signals of arrears after which help is accepted, over two years."""
    world = lived(levers, TWO_YEARS)
    return _counted(world, "signals_accepted") / _counted(world, "debt_signals")


def early_warning_is_accepted() -> Found:
    """E83: the share of the signals after which help is accepted, under realised policy, in 2022 to 2024."""
    world = real_area().branch(load_scenario(REALISED))
    for _ in range(3 * YEAR):
        world.step()
    share = _counted(world, "signals_accepted") / _counted(world, "debt_signals")
    return inside(share, 0.04, 0.05, 0.045, nothing=0.0)


def visits() -> Found:
    """Visit after signals: the share after which help is accepted, against letters alone."""
    ratio = P["debts.accept_visit"] / P["debts.accept"]
    # letters mostly reach who waits for help already, and those signals are not counted as accepted again
    return inside(accepted(only("early_warning", 10 * MUCH)) / accepted({}), 1.2, 1.2 * ratio)


def years_to_a_home() -> Found:
    """Give grants for homes: months until the work on each is done."""
    world = lived(only("home_improvement", 4 * MUCH), YEAR, small_area())
    at = world.dwellings.column("improved_at")
    months = at[at >= 0].astype(np.float64) - world.month + YEAR / 2
    return inside(float(months.mean()), P["homes.lead_first"], P["homes.lead_last"], nothing=0.0)


def watches() -> Found:
    """Pay for neighbourhood watches: the share of the streets that have one."""
    world = lived(only("neighbourhood_watch", MUCH), TWO_YEARS, small_area())
    return inside(float(world.residents_groups.watches().mean()), 0.05, 1.0, nothing=0.0)
