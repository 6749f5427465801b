"""Debts of households: arrears, one creditor after the other, problem debt, and the signals that creditors send.

Month by month: a household without arrears may fall behind, one that is behind may fall further or make up, and from
some creditors on its debts count as problem debt, which few leave by themselves. Who lives elsewhere follows national
shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import F64, Bools, Rows, threshold, thresholds
from sim.mechanisms.trends import trend
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.members import members_of

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

REPEATED = 6
"""Months within which a signal counts as repeated."""

SIGNAL_AGE = 18
LEAST_OWED = 0.1
"""A debt weighs no less than a tenth of the usual one."""

FLAGS = 4
"""What a household's risk depends on beside its energy label: low income, no worker, children, an insecure job."""


def fall_behind(model: NeighbourhoodModel) -> None:
    """Let households fall into arrears, further into them, or out of them, by themselves."""
    households, draws, p, month = model.households, model.draws, model.p, model.month
    lives = households.column("size") > 0
    creditors = households.column("creditors")
    risks = _risk_table(p)
    behind = np.flatnonzero(lives & (creditors > 0))
    changed = [_first_arrears(model, lives & (creditors == 0), risks)]
    life = households.life[behind]
    problem = households.problem_since[behind] >= 0
    in_help = households.help_until[behind] > month
    risk = np.sqrt(_risk(model, behind, risks))
    heavy = np.maximum(households.owed[behind] / p["debts.usual_owed"], LEAST_OWED) ** p["debts.weight"]
    out = np.where(problem, p["debts.leaves"] / heavy, p["debts.recovers"] / risk)
    leaves = draws.happens("debts.leaves", life, thresholds(np.where(in_help, 0.0, out)), month)
    more = (
        draws.happens("debts.next", life, thresholds(np.where(in_help, 0.0, p["debts.next"] * risk)), month) & ~leaves
    )
    gone, further = behind.compress(leaves), behind.compress(more)
    creditors[gone] = 0
    households.owed[gone] = 0.0
    households.owed[further] += np.float32(one_more(p))
    creditors[further] = np.minimum(creditors[further] + 1, int(p["debts.most"]))
    fresh = behind.compress(more & ~problem)
    fresh = fresh[creditors[fresh] >= p["debts.problem_from"]]
    households.problem_since[fresh] = month
    model.counts.add("problem_inflow", households.head[fresh])
    households.problem_since[gone] = c.LONG_AGO
    changed += [gone, further]
    tell_members(model, np.concatenate(changed))


def _first_arrears(model: NeighbourhoodModel, free: Bools, risks: F64) -> Rows:
    """Let households without arrears fall behind; return which.

    Only those whose number is below the largest possible chance are looked at more closely.
    """
    households, p = model.households, model.p
    first = p["debts.first"] * float(np.exp(trend(p, "debts", model.month)))
    most = first * np.exp(
        sum(p[f"debts.{name}"] for name in ("low_income", "no_worker", "children", "insecure"))
        + max(p["debts.energy"], 0.0)
    )
    bits = model.draws.bits("debts.first", households.column("life"), model.month)
    near = np.flatnonzero(free & (bits < threshold(float(most))))
    falls = near.compress(bits[near] < thresholds(first * _risk(model, near, risks)))
    households.creditors[falls] = 1
    households.owed[falls] = one_more(p)
    return falls


def one_more(p: ParameterSet) -> float:
    """Return what one more creditor adds to what is owed, in euros: the arrears and the cost of their collection."""
    return p["debts.amount"] * (1 + p["debts.collection"])


def _risk(model: NeighbourhoodModel, homes: Rows, risks: F64) -> F64:
    """Return how much more easily households fall behind than one without any of the risks.

    Args:
        model: the world.
        homes: the households.
        risks: what :func:`_risk_table` gives.
    """
    households, people = model.households, model.people
    head, partner = households.head[homes], households.partner[homes]
    works = (people.work[head] == c.EMPLOYED) | ((partner >= 0) & (people.work[partner] == c.EMPLOYED))
    secure = people.secure_job[head] | ((partner >= 0) & people.secure_job[partner])
    code = _in_bits(households.low_income[homes], ~works, households.children[homes] > 0, works & ~secure)
    label = model.dwellings.label[households.dwelling[homes]]
    return risks.take(code * len(model.p.table("homes.energy_euros")) + label)


def _in_bits(*flags: Bools) -> Rows:
    """Return flags as one number, the first in the lowest bit."""
    code = np.zeros(flags[0].size, dtype=np.intp)
    for bit, flag in enumerate(flags):
        code |= flag.astype(np.intp) << bit
    return code


def _risk_table(p: ParameterSet) -> F64:
    """Return the risk by low income, no worker, children, an insecure job (bits) and energy label: few combinations."""
    euros = p.table("homes.energy_euros")
    code, label = (part.ravel() for part in np.meshgrid(np.arange(2**FLAGS), np.arange(euros.size), indexing="ij"))
    low, idle, children, insecure = (code >> bit & 1 for bit in range(FLAGS))
    log = p["debts.low_income"] * low + p["debts.no_worker"] * idle
    log = log + p["debts.children"] * children + p["debts.insecure"] * insecure
    log += p["debts.energy"] * np.minimum(euros[label] / 1000 - p["debts.usual_energy"], 1.0)
    return np.asarray(np.exp(log), dtype=np.float64)


def tell_members(model: NeighbourhoodModel, homes: Rows) -> None:
    """Write the debts of households to their members."""
    if homes.size == 0:
        return
    rows = members_of(model, homes)
    write_debts(model, rows, model.people.household[rows])


def write_debts(model: NeighbourhoodModel, rows: Rows, homes: Rows) -> None:
    """Write the debts of their households to persons."""
    people, households = model.people, model.households
    people.creditors[rows] = households.creditors[homes]
    people.strained[rows] = households.creditors[homes] > 0
    people.indebted[rows] = households.problem_since[homes] >= 0


def join_debts(model: NeighbourhoodModel, homes: Rows, joined: Rows) -> None:
    """Let households that become one owe what both owed; ``joined`` are those that go up in ``homes``."""
    households = model.households
    more = households.creditors[homes].astype(np.intp) + households.creditors[joined]
    households.creditors[homes] = np.minimum(more, int(model.p["debts.most"]))
    households.owed[homes] += households.owed[joined]
    since, other = households.problem_since[homes], households.problem_since[joined]
    households.problem_since[homes] = np.where((other >= 0) & (since < 0), other, since)
    tell_members(model, homes)


def clear_debts(model: NeighbourhoodModel, homes: Rows) -> None:
    """End the debts of households."""
    households = model.households
    households.creditors[homes] = 0
    households.owed[homes] = 0.0
    households.problem_since[homes] = c.LONG_AGO
    tell_members(model, homes)


def signals(model: NeighbourhoodModel) -> Rows:
    """Return the households of which a creditor sends a signal this month, and count them."""
    households, p, month = model.households, model.p, model.month
    behind = np.flatnonzero((households.column("creditors") > 0) & (households.column("help_until") <= month))
    last = households.signalled[behind]
    again = (last >= 0) & (last > month - REPEATED)
    chance = np.where(again, p["debts.signal_again"], p["debts.signal_first"])
    sent = model.draws.happens("debts.signal", households.life[behind], thresholds(chance), month)
    homes = behind[sent]
    model.counts.add("debt_signals", households.head[homes])
    model.counts.add("debt_signals_again", households.head[behind[sent & again]])
    households.signalled[homes] = month
    return homes


def live_elsewhere(model: NeighbourhoodModel, birthdays: Rows) -> None:
    """Let the debts of who lives elsewhere go towards the national shares, at the rate at which debts end."""
    people, p, draws, month = model.people, model.p, model.draws, model.month
    away = birthdays[(people.status[birthdays] == c.ELSEWHERE) & (people.age[birthdays] >= SIGNAL_AGE)]
    leaves = 1 - (1 - p["debts.leaves"]) ** MONTHS_PER_YEAR
    renewed = away[draws.happens("debts.elsewhere", people.life[away], threshold(leaves), month)]
    u = draws.uniform("debts.elsewhere_state", people.life[renewed], month)
    people.indebted[renewed] = u < p["debts.elsewhere_problem"]
    people.strained[renewed] = u < p["debts.elsewhere_strained"]
    people.creditors[renewed] = people.strained[renewed] + people.indebted[renewed] * np.uint8(p["debts.problem_from"])


def first_debts(model: NeighbourhoodModel) -> None:
    """Give the households of the base date debts in progress: the state that the monthly chances hold."""
    households, p = model.households, model.p
    homes = np.flatnonzero(households.column("size") > 0)
    life = households.life[homes]
    risk = _risk(model, homes, _risk_table(p))
    first, root = p["debts.first"] * risk, np.sqrt(risk)
    further, made_up = p["debts.next"] * root, p["debts.recovers"] / root
    steps = int(p["debts.problem_from"]) - 1
    on = further / (further + made_up)
    behind = first * sum(on**k for k in range(steps)) / (further + made_up)
    leaves = p["debts.leaves"] + p["debts.asks"] * p["debts.asks_solved"]
    problem = first * on**steps / leaves
    total = 1 + behind + problem
    u = model.draws.uniform("debts.base", life)
    owes = u < problem / total
    late = ~owes & (u < (problem + behind) / total)
    most, lowest = int(p["debts.most"]), int(p["debts.problem_from"])
    elapsed = -np.log(model.draws.uniform("debts.base_since", life[owes])) / leaves
    households.problem_since[homes[owes]] = np.maximum(model.month - elapsed, 0)
    # since then further creditors came, at the chance at which they come
    grown = lowest + p["debts.next"] * root[owes] * elapsed
    households.creditors[homes[late]] = 1
    households.creditors[homes[owes]] = np.minimum(grown, most)
    households.owed[homes[late]] = one_more(p)
    households.owed[homes[owes]] = grown * one_more(p)
    tell_members(model, homes)
