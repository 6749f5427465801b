"""Latent offending: the monthly hazard of two kinds, peers, co-offending, and the events that come of it.

The rate of a person is a product of an age curve, a personal multiplier, current risks, own recent offending, friends
and what services do. The centres of the risks are frozen (DESIGN D15), so a risk lowered for everybody lowers offending.
A month's number of offences is geometric: offences come in bursts, and P(N >= k) is the k-th power of one fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, year_of
from sim.draws import F32, F64, TWO32, U32, Rows, thresholds
from sim.parameters import ParameterError, ParameterSet
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

KINDS = (c.MINOR, c.SERIOUS)
FIRST_AGE = 10
"""Youngest age with offences; suspects are 12 and over."""

CENTRE_EDGES = (0, 12, 15, 18, 21, 25, 35, 50, 256)
"""Age bands of the frozen centres."""

RISKS = ("low_income", "idle", "own_recent", "peers")
PEER_AGES = (10, 25)
"""Ages at which friends are named and count."""

GROUP_AGES = ((12, 18, "offending.group_share_minors"), (18, 25, "offending.group_share_young_adults"))
IDLE_AGES = (12, 65)
LAST_RISE, FIRST_FLAT = 2010, 2018
"""Between these years offending fell (M018); before it is held at its peak, after it is flat."""

MICRO = 1e-9


def centre_table(centres: Mapping[str, Any], risk: str) -> F64:
    """Return a frozen centre by sex and age (2, 256)."""
    table = np.zeros((2, 256))
    bands = np.asarray(centres["means"][risk], dtype=np.float64)
    for band, (low, high) in enumerate(zip(CENTRE_EDGES[:-1], CENTRE_EDGES[1:], strict=True)):
        table[:, low:high] = bands[:, band, None]
    return table


def saturating(events: NDArray[Any]) -> F64:
    """Return own recent offending on a scale from 0 to 1: unbounded it would explode."""
    return 1.0 - np.exp(-np.asarray(events, dtype=np.float64))


def history_factor(p: ParameterSet, year: int) -> float:
    """Return the national level of a past year relative to 2018."""
    slope, peak = p["offending.history_slope"], p["offending.history_peak"]
    return float(min(np.exp(slope * (max(year, LAST_RISE) - FIRST_FLAT)), peak)) if year < FIRST_FLAT else 1.0


def trend_factor(p: ParameterSet, month: int) -> float:
    """Return the national trend since the scenario's start: the slope fades linearly to nothing."""
    years = max(month - SCENARIO_START, 0) / MONTHS_PER_YEAR
    fade = p["offending.trend_years"]
    lived = min(years, fade)
    return float(np.exp(p["offending.trend"] * (lived - lived**2 / (2 * fade))))


@dataclass
class Rates:
    """This month's rates: initiations and expected invitations per person and kind (2, rows), and by-products."""

    latent: F32
    initiate: F32
    invited: F32
    group_share: F32


@dataclass
class Offences:
    """The offences residents and followed leavers commit in a month, one per row.

    Attributes:
        row: who begins it.
        kind: minor or serious.
        number: 0, 1, ... within the person, kind and month.
        partner: the co-offender, -1 alone.
    """

    row: Rows
    kind: NDArray[np.uint8]
    number: NDArray[np.uint64]
    partner: Rows


class Offending:
    """The hazard, as tables made once from the parameters and the frozen centres.

    Args:
        p: parameters.
        centres: frozen centres (``sim/parameters/centres.toml``).

    Raises:
        ParameterError: when peers and own recent offending reproduce too much.
    """

    def __init__(self, p: ParameterSet, centres: Mapping[str, Any]) -> None:
        self.p = p
        self.beta = {
            "low_income": p["offending.low_income"],
            "idle": p["offending.not_in_school_or_work"],
            "own_recent": p["offending.own_recent"],
            "peers": p["offending.peers"] / centres["peer_share_sd"],
        }
        centring = sum(self.beta[risk] * centre_table(centres, risk) for risk in RISKS)
        self.usual_log = centring  # what the usual risks add, by sex and age: the past is lived with these
        self._peer_centre = self.beta["peers"] * centre_table(centres, "peers")
        self.base = np.stack([self._age_curve(kind) for kind in ("minor", "serious")]) * np.exp(-centring)
        self.base = self.base.reshape(2, 512) / MONTHS_PER_YEAR * p["offending.level"]
        self.risk = self._risk_table()
        self.peer = np.exp(self.beta["peers"] * np.linspace(0, 1, c.FRIENDS + 1)).astype(np.float32)
        self.together = np.zeros(256, dtype=np.float32)
        for low, high, path in GROUP_AGES:
            share = p[path]
            self.together[low:high] = 2 * share / (1 + share)  # share of participations, from share of events
        gain = self.reproduction(float(centres["mean_rate"]))
        if gain >= p["offending.reproduction_limit"]:
            raise ParameterError(f"joint reproduction {gain:.2f} is not below {p['offending.reproduction_limit']}")

    def _age_curve(self, kind: str) -> F64:
        ages = self.p.table("offending.ages")
        curves = [
            np.interp(np.arange(256), ages, self.p.table(f"offending.{kind}_{sex}")) for sex in ("men", "women")
        ]
        curve = np.stack(curves)
        curve[:, :FIRST_AGE] = 0.0
        return curve

    def _risk_table(self) -> F32:
        """Return multipliers by risk code (low income 1, idle 2) and events of the last 12 months (4 x 256)."""
        code = np.arange(4)
        risk = self.beta["low_income"] * (code & 1) + self.beta["idle"] * (code >> 1)
        own = self.beta["own_recent"] * saturating(np.arange(256))
        return np.exp(risk[:, None] + own[None, :]).astype(np.float32).ravel()

    def reproduction(self, rate: float) -> float:
        """Return how many offences one offence brings about through its maker and friends, at the mean rate.

        The largest gain of a saturating state is at one event in the window; friends who name the offender react to
        a share of one over their number of friends.
        """
        own = self.beta["own_recent"] * np.exp(-1.0)
        peers = self.beta["peers"] * min(6 * rate, np.exp(-1.0))
        return float(own + peers)

    def rates(self, model: NeighbourhoodModel) -> Rates:
        """Return this month's rates from last month's state."""
        people, used = model.people, model.people.used
        base = (self.base * trend_factor(self.p, model.month)).astype(np.float32)
        peers = self._peer_factor(model)
        rates = Rates(*(np.empty((2, used), dtype=np.float32) for _ in range(2)), np.zeros((2, used), np.float32),
                      np.zeros(used, dtype=np.float32))  # fmt: skip

        def block(s: slice) -> None:
            self._latent(people, base, peers, rates.latent, s)

        model.blocks(block, used)
        rates.latent[:, np.flatnonzero(people.column("custody_until") > model.month)] = 0.0
        self._together(model, rates)
        return rates

    def _latent(self, people: Any, base: F32, peers: F32, out: F32, s: slice) -> None:
        age, sex = people.age[s], people.sex[s]
        cell = sex.astype(np.uint16)
        cell <<= 8
        cell |= age
        idle = ~(people.enrolled[s] | (people.work[s] == c.EMPLOYED))
        idle &= (age >= IDLE_AGES[0]) & (age < IDLE_AGES[1])
        code = idle.astype(np.uint16)
        code <<= 1
        code |= people.low_income[s]
        code <<= 8
        code |= people.events12[s]
        factor = self.risk.take(code)
        factor *= peers[s]
        factor *= people.effect[s]
        for kind, personal in ((c.MINOR, people.minor_rate), (c.SERIOUS, people.serious_rate)):
            np.multiply(base[kind].take(cell), personal[s], out=out[kind, s])
            out[kind, s] *= factor

    def _peer_factor(self, model: NeighbourhoodModel) -> F32:
        """Return the multiplier by the share of named friends who offended in the last six months."""
        people = model.people
        factor = np.ones(people.used, dtype=np.float32)
        rows = model.youth_rows()
        friends = people.friends[:, rows]
        known = friends >= 0
        offended = (people.events6 > 0)[friends] & known
        named = known.sum(axis=0, dtype=np.uint8)
        count = offended.sum(axis=0, dtype=np.uint8)
        share = count.astype(np.float32) / np.maximum(named, 1)
        centre = self._peer_centre[people.sex[rows], people.age[rows]].astype(np.float32)
        exact = np.where(named > 0, np.exp(self.beta["peers"] * share.astype(np.float64)), np.exp(centre))
        factor[rows] = exact.astype(np.float32)
        # who is not in the network of the area has the frozen mean
        everyone = np.flatnonzero(
            (people.column("status") == c.ELSEWHERE) & (people.column("age") >= PEER_AGES[0]) & (people.column("age") < PEER_AGES[1])
        )
        factor[everyone] = np.exp(self._peer_centre[people.sex[everyone], people.age[everyone]])
        return factor

    def _together(self, model: NeighbourhoodModel, rates: Rates) -> None:
        """Split rates into own initiations and invitations by friends, keeping the total of participations.

        Someone who takes part in groups for a share of their offences begins half of those; the other half are
        invitations, which go to friends in proportion to their own rates.
        """
        people = model.people
        rates.initiate[:] = rates.latent
        rows = model.youth_rows()
        share = self.together[people.age[rows]]
        rows, share = rows[share > 0], share[share > 0]
        friends = people.friends[:, rows]
        known = friends >= 0
        for kind in KINDS:
            latent = rates.latent[kind]
            weight = np.where(known, latent[friends], np.float32(0))
            total = weight.sum(axis=0)
            half = np.where(total > MICRO, latent[rows] * share / 2, np.float32(0)).astype(np.float32)
            rates.initiate[kind, rows] -= half
            part = weight * (half / np.maximum(total, np.float32(MICRO)))
            whole = np.floor(part.astype(np.float64) * TWO32)  # integers: their sum does not depend on order
            sums = np.bincount(friends[known], weights=whole[known], minlength=people.used)
            rates.invited[kind] = (sums / TWO32).astype(np.float32)
        rates.group_share[rows] = share

    def draw(self, model: NeighbourhoodModel, rates: Rates) -> Offences:
        """Draw this month's offences; who is invited is drawn among the friends of who begins."""
        parts = [self._draw_kind(model, rates, kind) for kind in KINDS]
        return Offences(
            row=np.concatenate([part.row for part in parts]),
            kind=np.concatenate([part.kind for part in parts]),
            number=np.concatenate([part.number for part in parts]),
            partner=np.concatenate([part.partner for part in parts]),
        )

    def _draw_kind(self, model: NeighbourhoodModel, rates: Rates, kind: int) -> Offences:
        people, rate = model.people, rates.initiate[kind]
        hits: dict[int, tuple[Rows, U32, F64]] = {}
        decision = ("offend.minor", "offend.serious")[kind]

        def block(s: slice) -> None:
            fraction = rate[s] / (1 + rate[s])
            bits = model.draws.bits(decision, people.life[s], model.month)
            found = np.flatnonzero(bits < thresholds(fraction))
            hits[s.start] = (found + s.start, bits[found], fraction[found].astype(np.float64))

        model.blocks(block, people.used)
        parts = [hits[start] for start in sorted(hits)]
        rows, bits, fraction = (np.concatenate([part[i] for part in parts]) for i in range(3))
        times = np.floor(np.log((bits + 0.5) / TWO32) / np.log(np.maximum(fraction, MICRO))).astype(np.intp)
        times = np.clip(times, 1, int(self.p["offending.burst_limit"]))
        row = np.repeat(rows, times)
        number = (np.arange(row.size) - np.repeat(np.cumsum(times) - times, times)).astype(np.uint64)
        partner = self._partners(model, rates, kind, row, number)
        return Offences(row, np.full(row.size, kind, dtype=np.uint8), number, partner)

    def _partners(
        self, model: NeighbourhoodModel, rates: Rates, kind: int, row: Rows, number: NDArray[np.uint64]
    ) -> Rows:
        people, draws = model.people, model.draws
        partner = np.full(row.size, -1, dtype=np.intp)
        begun = rates.initiate[kind][row]
        latent = rates.latent[kind]
        joint = np.where(begun > 0, (latent[row] - begun) / np.maximum(begun, np.float32(MICRO)), 0)
        life = people.life[row]
        asked = draws.pair_bits("offend.together", life, number, model.month, kind) < thresholds(joint)
        at = np.flatnonzero(asked)
        if at.size == 0:
            return partner
        friends = people.friends[:, row[at]].astype(np.intp)
        weight = np.where(friends >= 0, latent[friends], 0).astype(np.float64)
        subject = np.broadcast_to(life[at] + number[at], friends.shape)
        u = draws.pair_bits("offend.partner", subject, people.life[friends], model.month, kind)
        key = np.where(weight > 0, -np.log((u + 0.5) / TWO32) / np.maximum(weight, MICRO), np.inf)
        best = key.argmin(axis=0)
        chosen = friends[best, np.arange(at.size)]
        partner[at] = np.where(np.isfinite(key[best, np.arange(at.size)]), chosen, -1)
        return partner


def remember(model: NeighbourhoodModel, offences: Offences) -> None:
    """Move the windows of own recent offending on by one month and write this month's offences into them."""
    people, used, month = model.people, model.people.used, model.month
    now, year_ago, half_ago = (back % c.WINDOW for back in (month, month - 12, month - 6))
    minor, serious = people.minor_events, people.serious_events
    people.minor24[:used] -= minor[now, :used]
    people.serious24[:used] -= serious[now, :used]
    minor[now, :used] = 0
    serious[now, :used] = 0
    people.events12[:used] -= minor[year_ago, :used] + serious[year_ago, :used]
    people.events6[:used] -= minor[half_ago, :used] + serious[half_ago, :used]
    joint = offences.partner >= 0
    rows = np.concatenate([offences.row, offences.partner[joint]])
    kinds = np.concatenate([offences.kind, offences.kind[joint]])
    limit = int(model.p["offending.burst_limit"])
    for kind, window, total in ((c.MINOR, minor, people.minor24), (c.SERIOUS, serious, people.serious24)):
        counts = np.bincount(rows[kinds == kind], minlength=1)
        who = np.flatnonzero(counts)
        times = np.minimum(counts[who], limit).astype(np.uint8)
        window[now, who] = times
        total[who] += times
        people.events12[who] += times
        people.events6[who] += times


def stages(people: Any, rows: Rows) -> NDArray[np.uint8]:
    """Read out the career stage: 0 none, 1 incidental, 2 repeat, 3 hardened (DESIGN section 5)."""
    minor, serious = people.minor24[rows].astype(np.int16), people.serious24[rows].astype(np.int16)
    events = minor + serious
    stage = np.where(events > 0, 1, 0)
    stage[(events >= REPEAT_EVENTS) | (serious >= 1)] = 2
    stage[(events >= HARDENED_EVENTS) & (serious >= HARDENED_SERIOUS)] = 3
    return stage.astype(np.uint8)


REPEAT_EVENTS = 3
HARDENED_EVENTS = 10
HARDENED_SERIOUS = 3
"""Thresholds of the read-out over 24 months."""


def count_expectations(model: NeighbourhoodModel, rates: Rates, chance: tuple[F32, F32]) -> U32:
    """Add the conditional expectations of offenders and registered suspects to the counts; return the latter.

    Counted only for who is not yet counted this year: summed over the months this is an unbiased estimate of the
    number of different persons. ``chance`` holds, per kind, the chance that a participation is registered.
    """
    people, used, year = model.people, model.people.used, year_of(model.month)
    cells = model.counts.cells()
    young = np.flatnonzero(
        (people.column("age") >= 12) & (people.column("age") < 18) & (people.column("offended_year") != year)
    )
    part = rates.initiate[:, young] + rates.invited[:, young]
    offends = thresholds(1 - 1 / ((1 + part[0]) * (1 + part[1])))
    model.counts.add_expected("offenders", cells[young], offends)

    caught = np.empty(used, dtype=np.uint32)
    identified = np.float32(model.p["register.partner_identified"])

    def block(s: slice) -> None:
        free = np.ones(1, dtype=np.float32)
        for kind in KINDS:
            taking_part = rates.invited[kind, s] * identified
            taking_part += rates.initiate[kind, s]
            taking_part *= chance[kind][s]
            free = free * (1 + taking_part)
        caught[s] = thresholds(1 - 1 / free)

    model.blocks(block, used)
    caught[people.column("registered_year") == year] = 0
    model.counts.add_expected("suspects", cells, caught)
    return caught


def count_offenders(model: NeighbourhoodModel, offences: Offences) -> None:
    """Count who offends for the first time this year, and who becomes hardened for the first time."""
    people, year = model.people, year_of(model.month)
    joint = offences.partner >= 0
    rows = np.unique(np.concatenate([offences.row, offences.partner[joint]]))
    fresh = rows[people.offended_year[rows] != year]
    people.offended_year[fresh] = year
    model.counts.add("offenders", fresh[(people.age[fresh] >= 12) & (people.age[fresh] < 18)])
    hard = rows[~people.hardened[rows]]
    hard = hard[stages(people, hard) == 3]
    hard = hard[(people.age[hard] >= 12) & (people.age[hard] < 25)]
    people.hardened[hard] = True
    model.counts.add("new_hardened", hard)
