"""Latent offending: the monthly hazard of two kinds, peers, co-offending, and the events that come of it.

The rate of a person is a product of an age curve, a personal multiplier, current risks, own recent offending, friends
and what services do. The centres of the risks are frozen (design D15): a risk lowered for everybody lowers offending.
A month's number of offences is geometric: offences come in bursts, and P(N >= k) is the k-th power of one fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.draws import F32, F64, TWO32, U32, Bools, Rows, below_one, thresholds
from sim.parameters import ParameterError, ParameterSet
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

KINDS = (c.MINOR, c.SERIOUS)
FIRST_AGE = 10
"""Youngest age with offences; suspects are 12 and over."""

CENTRE_EDGES = (0, 12, 15, 18, 21, 25, 35, 50, 256)
"""Age bands of the frozen centres."""

RISKS = ("low_income", "idle", "family", "partner", "own_recent", "peers")
PEER_AGES = (10, 25)
"""Ages at which friends are named and count."""

GROUP_AGES = ((12, 18, "offending.group_share_minors"), (18, 25, "offending.group_share_young_adults"))
IDLE_AGES = (12, 65)
MINOR_AGES = (12, 18)
LAST_RISE, FIRST_FLAT = 2010, 2018
"""Between these years offending fell (M018); before it is held at its peak, after it is flat."""

TIE_MONTHS = 24
"""A tie of co-offending is preferred for so long after the last offence together."""

PEER_WINDOW = 6
"""Months in which an offence of a friend counts."""

MOST_GAIN = float(np.exp(-1.0))
"""Largest value of x exp(-x): what one more offence in the window can add to a saturating state, times x."""

MOST_REGISTERED, OTHERS_AT_HOME = 0.05, 2
"""Offences that lead to a registration, and others at home of an age to offend: both on the high side."""

MICRO = 1e-9
PART = 2**20
SHIFT = 2**26
"""Invitations are added up in millionths of an offence; two kinds fit into one exact float64."""


def centre_table(centres: Mapping[str, Any], risk: str) -> F64:
    """Return a frozen centre by sex and age (2, 256)."""
    table = np.zeros((2, 256))
    bands = np.asarray(centres["means"][risk], dtype=np.float64)
    for band, (low, high) in enumerate(pairwise(CENTRE_EDGES)):
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
    """This month's rates.

    Attributes:
        begin: offences a person begins, by kind (2, rows).
        youths: rows of the youths with friends.
        slot: place of each row among the youths, their number for others.
        ties: for each youth the places of their friends among the youths; their number for an open place.
        closeness: weight of each tie; more for who offended together lately.
        latent: rates of youths before they are split into begun and invited, by kind (2, youths + 1); the last is 0.
        joint: part of the rate that youths begin together with a friend, by kind.
        invited: expected invitations of youths, by kind.
    """

    begin: F32
    youths: Rows
    slot: Rows
    ties: Rows
    closeness: F32
    latent: F32
    joint: F32
    invited: F32

    def participations(self) -> F32:
        """Return the expected offences of everybody by kind (2, rows), begun or by invitation."""
        total = self.begin.copy()
        total[:, self.youths] += self.invited
        return total


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

    def part(self, chosen: Bools) -> Offences:
        """Return some of the offences."""
        return Offences(self.row[chosen], self.kind[chosen], self.number[chosen], self.partner[chosen])


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
            "family": p["careers.family"],
            "partner": p["careers.partner"],
            "own_recent": p["offending.own_recent"],
            "peers": p["offending.peers"] / centres["peer_share_sd"],
        }
        centring = sum(self.beta[risk] * centre_table(centres, risk) for risk in RISKS)
        self.usual_log = centring  # what the usual risks add, by sex and age: the past is lived with these
        apart = centring - self.beta["peers"] * centre_table(centres, "peers")
        curve = np.stack([self._age_curve(kind) for kind in ("minor", "serious")])
        curve *= p["offending.level"] / MONTHS_PER_YEAR
        self.base = (curve * np.exp(-centring)).reshape(2, 512)
        # by kind: first who is in the network of the area, then who is not and has the usual friends
        away = curve * np.exp(-apart) * centres["usual_completed"]  # elsewhere the usual share of attempts is stopped
        self._tables = np.concatenate([self.base, away.reshape(2, 512)], axis=1)
        self.closer = np.float32(np.exp(p["careers.co_offending"]))
        self._peer_table = self._peer_factors(centre_table(centres, "peers"))
        self.risk = self._risk_table()
        self.together = np.zeros(256, dtype=np.float32)
        for low, high, path in GROUP_AGES:
            share = p[path]
            self.together[low:high] = 2 * share / (1 + share)  # share of participations, from share of events
        gain = self.reproduction(float(centres["mean_rate"]))
        if gain >= p["offending.reproduction_limit"]:
            raise ParameterError(f"joint reproduction {gain:.2f} is not below {p['offending.reproduction_limit']}")

    def _age_curve(self, kind: str) -> F64:
        ages = self.p.table("offending.ages")
        curves = [np.interp(np.arange(256), ages, self.p.table(f"offending.{kind}_{sex}")) for sex in ("men", "women")]
        curve = np.stack(curves)
        curve[:, :FIRST_AGE] = 0.0
        return curve

    def _risk_table(self) -> F32:
        """Return multipliers by risk code and events of the last 12 months (16 x 256).

        The code adds up low income 1, idle 2, family 4 and partner 8.
        """
        code = np.arange(16)
        risk = np.zeros(code.size)
        for bit, name in enumerate(("low_income", "idle", "family", "partner")):
            risk += self.beta[name] * (code >> bit & 1)
        own = self.beta["own_recent"] * saturating(np.arange(256))
        return np.exp(risk[:, None] + own[None, :]).astype(np.float32).ravel()

    def reproduction(self, rate: float) -> float:
        """Return how many offences one offence brings about through its maker and friends, at the mean rate.

        The largest gain of a saturating state is at one event in the window; friends who name the offender react to
        a share of one over their number of friends.
        """
        own = self.beta["own_recent"] * MOST_GAIN
        peers = self.beta["peers"] * min(PEER_WINDOW * rate, MOST_GAIN)
        # a registration, one in so many offences, weighs on the rest of the household for some years
        seen = MOST_REGISTERED * OTHERS_AT_HOME * self.p["careers.family_years"] * MONTHS_PER_YEAR
        family = self.beta["family"] * min(seen * rate, 1.0)
        return float(own + peers + family)

    def _peer_factors(self, centre: F64) -> F32:
        """Return the multiplier by sex and age, friends named and friends who offended (512, 6, 6)."""
        named, count = np.meshgrid(np.arange(c.FRIENDS + 1), np.arange(c.FRIENDS + 1), indexing="ij")
        share = np.minimum(count / np.maximum(named, 1), 1.0)
        factor = np.broadcast_to(np.exp(self.beta["peers"] * share), (512, *share.shape)).copy()
        factor[:, 0, :] = np.exp(self.beta["peers"] * centre.reshape(512, 1))  # nobody named: as usual
        return factor.astype(np.float32)

    def rates(self, model: NeighbourhoodModel) -> Rates:
        """Return this month's rates from last month's state."""
        people, used = model.people, model.people.used
        tables = (self._tables * trend_factor(self.p, model.month)).astype(np.float32)
        begin = np.empty((2, used), dtype=np.float32)

        def block(s: slice) -> None:
            self._latent(people, tables, begin, s)

        model.blocks(block, used)
        special = np.flatnonzero(people.column("serious_log"))
        begin[c.SERIOUS, special] *= np.exp(people.serious_log[special])
        begin[:, np.flatnonzero(people.column("custody_until") > model.month)] = 0.0
        return self._together(model, begin)

    def _latent(self, people: Any, tables: F32, out: F32, s: slice) -> None:
        age = people.age[s]
        cell = (people.status[s] >> 1).astype(np.uint16)
        cell <<= 1
        cell |= people.sex[s]
        cell <<= 8
        cell |= age
        idle = people.enrolled[s] | (people.work[s] == c.EMPLOYED)
        np.logical_not(idle, out=idle)
        idle &= (age - np.uint8(IDLE_AGES[0])) < np.uint8(IDLE_AGES[1] - IDLE_AGES[0])
        code = people.partnered[s].astype(np.uint16)
        for flag in (people.family_offender[s], idle, people.low_income[s]):
            code <<= 1
            code |= flag
        code <<= 8
        code |= people.events12[s]
        factor = self.risk.take(code)
        factor *= people.effect[s]
        for kind, personal in ((c.MINOR, people.minor_rate), (c.SERIOUS, people.serious_rate)):
            rate = tables[kind].take(cell)
            rate *= personal[s]
            np.multiply(rate, factor, out=out[kind, s])

    def _together(self, model: NeighbourhoodModel, begin: F32) -> Rates:
        """Let friends weigh in, and split rates into own initiations and invitations, keeping the total.

        Someone who takes part in groups for a share of their offences begins half of those; the other half are
        invitations, which go to friends in proportion to their own rates.
        """
        people = model.people
        rows = model.youth_rows()
        count = rows.size
        slot = np.full(people.used + 1, count, dtype=np.intp)
        slot[rows] = np.arange(count)
        known = slot.copy()
        known[rows[people.arrived.take(rows) > model.friends_renewed]] = count  # came after friends were named
        ties = known.take(people.friends.take(rows, axis=1), mode="wrap")  # -1 wraps to the last place: nobody
        factor = self._peer_factor(people, rows, ties)
        latent = np.zeros((2, count + 1), dtype=np.float32)
        joint, invited = np.zeros((2, count), dtype=np.float32), np.empty((2, count), dtype=np.float32)
        share = self.together.take(people.age.take(rows)) * np.float32(0.5)
        closeness = np.ones(ties.shape, dtype=np.float32)
        closeness[people.together.take(rows, axis=1) > model.month - TIE_MONTHS] = self.closer
        packed = np.zeros(ties.shape)
        for kind in KINDS:
            rate = begin[kind].take(rows) * factor
            latent[kind, :count] = rate
            weight = latent[kind].take(ties)
            weight *= closeness
            total = weight.sum(axis=0)
            half = np.where(total > MICRO, rate * share, np.float32(0))
            joint[kind] = half
            begin[kind, rows] = rate - half
            weight *= half / np.maximum(total, np.float32(MICRO))
            weight *= np.float32(PART)
            packed += np.rint(weight, out=weight) * float(SHIFT) ** kind
        # whole numbers, the two kinds one above the other: float64 adds them exactly in any order
        sums = np.bincount(ties.ravel(), weights=packed.ravel(), minlength=count + 1)[:count].astype(np.int64)
        invited[c.MINOR], invited[c.SERIOUS] = (sums % SHIFT) / PART, (sums // SHIFT) / PART
        return Rates(begin, rows, slot[:-1], ties, closeness, latent, joint, invited)

    def _peer_factor(self, people: Any, rows: Rows, ties: Rows) -> F32:
        """Return the multiplier of youths by the share of named friends who offended in the last six months."""
        # one number per friend: 1 for being named, 16 more for having offended
        active = np.ones(rows.size + 1, dtype=np.uint8)
        active[:-1] += np.uint8(16) * (people.events6.take(rows) > 0)
        active[-1] = 0
        both = active.take(ties).sum(axis=0, dtype=np.uint8)
        named, offended = both & np.uint8(15), both >> np.uint8(4)
        cell = people.sex.take(rows).astype(np.intp) * 256 + people.age.take(rows)
        places = c.FRIENDS + 1
        return self._peer_table.ravel().take((cell * places + named) * places + offended)

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
        people, rate = model.people, rates.begin[kind]
        hits: dict[int, tuple[Rows, U32, F64]] = {}
        decision = ("offend.minor", "offend.serious")[kind]

        def block(s: slice) -> None:
            fraction = rate[s] + np.float32(1)
            np.divide(rate[s], fraction, out=fraction)
            bits = model.draws.bits(decision, people.life[s], model.month)
            found = np.flatnonzero(bits < below_one(fraction))
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
        place = rates.slot.take(row)
        at = np.flatnonzero(place < rates.youths.size)
        place = place[at]
        joint = rates.joint[kind].take(place) / np.maximum(rates.begin[kind].take(row[at]), np.float32(MICRO))
        life = people.life[row[at]]
        asked = draws.pair_bits("offend.together", life, number[at], model.month, kind) < thresholds(joint)
        at, place, life = at[asked], place[asked], life[asked]
        if at.size == 0:
            return partner
        ties = rates.ties.take(place, axis=1)
        weight = rates.latent[kind].take(ties).astype(np.float64) * rates.closeness.take(place, axis=1)
        friends = rates.youths.take(np.minimum(ties, rates.youths.size - 1))
        u = draws.pair_bits("offend.partner", life + number[at], people.life[friends], model.month, kind)
        key = np.where(weight > 0, -np.log((u + 0.5) / TWO32) / np.maximum(weight, MICRO), np.inf)
        best = key.argmin(axis=0), np.arange(at.size)
        partner[at] = np.where(np.isfinite(key[best]), friends[best], -1)
        return partner
