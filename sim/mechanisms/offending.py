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
from sim.draws import F32, F64, TWO32, Bools, Rows, below_one, thresholds
from sim.mechanisms.arrays import counters, pairs, take_pairs
from sim.mechanisms.trends import faded
from sim.parameters import ParameterError, ParameterSet
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

KINDS = (c.MINOR, c.SERIOUS)
FIRST_AGE = 10
"""Youngest age with offences; suspects are 12 and over."""

CENTRE_EDGES = (0, 12, 15, 18, 21, 25, 35, 50, 256)
"""Age bands of the frozen centres."""

RISKS = ("low_income", "idle", "family", "partner", "strained", "supported", "own_recent", "peers")
BITS = ("low_income", "idle", "family", "partner", "strained", "supported")
"""Risks that somebody has or has not, in the order of their bits in a risk code."""
USUAL_ELSEWHERE = ("family", "partner", "peers")
"""Risks of which nothing is known of who lives elsewhere: theirs are the usual ones of their age."""

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
"""Invitations are added up in millionths of the invited person's own rate: whole numbers, exact in any order."""


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
    return float(np.exp(p["offending.trend"] * faded(years, p["offending.trend_years"])))


@dataclass
class Rates:
    """This month's rates.

    Attributes:
        begin: offences a person begins, by kind (2, rows).
        youths: rows of the youths with friends.
        slot: place of each row among the youths, their number for others.
        ties: for each youth the places of their friends among the youths; their number for an open place.
        close: which ties weigh more, for who offended together lately.
        latent: rates of youths before they are split into begun and invited, by kind (2, youths + 1); the last is 0.
        joint: part of the rate that youths begin together with a friend, by kind.
        invited: expected invitations of youths, by kind.
    """

    begin: F32
    youths: Rows
    slot: NDArray[np.int32]
    ties: Rows
    close: Bools
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
        parts = (self.row, self.kind, self.number, self.partner)
        return Offences(*(part.compress(chosen) for part in parts))


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
            "strained": p["offending.strained"],
            "supported": float(np.log(p["welfare.supported"])),
            "own_recent": p["offending.own_recent"],
            "peers": p["offending.peers"] / centres["peer_share_sd"],
        }
        centring = sum(self.beta[risk] * centre_table(centres, risk) for risk in RISKS)
        self.usual_log = centring  # what the usual risks add, by sex and age: the past is lived with these
        apart = centring - sum(self.beta[risk] * centre_table(centres, risk) for risk in USUAL_ELSEWHERE)
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
        """Return multipliers by risk code (the bits of :data:`BITS`) and events of the last 12 months (64 x 256)."""
        code = np.arange(2 ** len(BITS))
        risk = np.zeros(code.size)
        for bit, name in enumerate(BITS):
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
        tables = pairs((self._tables * trend_factor(self.p, model.month)).astype(np.float32))
        begin = np.empty((2, used), dtype=np.float32)

        def block(s: slice) -> None:
            self._latent(people, tables, begin, s)

        model.blocks(block, used)
        special = np.flatnonzero(people.column("serious_log") != 0)
        begin[c.SERIOUS, special] *= np.exp(people.serious_log[special])
        begin[:, np.flatnonzero(people.column("custody_until") > model.month)] = 0.0
        return self._together(model, begin)

    def _latent(self, people: Any, tables: F64, out: F32, s: slice) -> None:
        age = people.age[s]
        cell = (people.status[s] & np.uint8(c.ELSEWHERE) | people.sex[s]).astype(np.uint16)
        cell <<= 8
        cell |= age
        idle = people.enrolled[s] | (people.work[s] == c.EMPLOYED)
        np.logical_not(idle, out=idle)
        idle &= (age - np.uint8(IDLE_AGES[0])) < np.uint8(IDLE_AGES[1] - IDLE_AGES[0])
        risks = np.zeros(age.size, dtype=np.uint8)
        for flag in (
            people.supported[s],
            people.strained[s],
            people.partnered[s],
            people.family_offender[s],
            idle,
            people.low_income[s],
        ):
            risks += risks  # one bit up; bytes are added faster than shifted
            risks |= flag.view(np.uint8)
        code = risks.astype(np.uint16)
        code <<= 8
        code |= people.events12[s]
        factor = self.risk.take(code, mode="wrap")
        factor *= people.effect[s]
        rate = take_pairs(tables, cell)
        for kind, personal in ((c.MINOR, people.minor_rate), (c.SERIOUS, people.serious_rate)):
            own = rate[:, kind] * personal[s]
            np.multiply(own, factor, out=out[kind, s])

    def _together(self, model: NeighbourhoodModel, begin: F32) -> Rates:
        """Let friends weigh in, and split rates into own initiations and invitations, keeping the total.

        Someone who takes part in groups for a share of their offences begins half of those; the other half are
        invitations, which go to friends in proportion to their own rates.
        """
        people = model.people
        rows = model.youth_rows()
        count = rows.size
        slot = np.full(people.used + 1, count, dtype=np.int32)
        slot[rows] = np.arange(count, dtype=np.int32)
        ties = self._ties(model, rows, slot)
        close = people.together.take(rows, axis=1) > model.month - TIE_MONTHS
        age = people.age.take(rows)
        rate = begin.take(rows, axis=1)
        rate *= self._peer_factor(people, rows, age, ties)
        latent = np.zeros((2, count + 1), dtype=np.float32)
        latent[:, :count] = rate
        weight = take_pairs(pairs(latent), ties)
        nearer = np.flatnonzero(close)
        weight.reshape(-1, 2)[nearer] *= self.closer
        total = np.ascontiguousarray(weight.sum(axis=0).T)
        joint = rate * (self.together.take(age) * np.float32(0.5))
        joint[total <= MICRO] = 0.0
        rate -= joint
        for kind in KINDS:
            begin[kind][rows] = rate[kind]
        # what one gives to a friend is a share of the friend's own rate: the same for all friends but close ones
        gives = np.rint(joint * (PART / np.maximum(total, np.float64(MICRO))))
        invited = np.empty_like(joint)
        for kind in KINDS:
            given = np.tile(gives[kind], c.FRIENDS)
            given[nearer] = np.rint(given[nearer] * self.closer)
            # whole numbers: float64 adds them exactly in any order
            received = np.bincount(ties.ravel(), weights=given, minlength=count + 1)[:count]
            invited[kind] = received / PART * latent[kind, :count]
        return Rates(begin, rows, slot[:-1], ties, close, latent, joint, invited)

    def _ties(self, model: NeighbourhoodModel, rows: Rows, slot: NDArray[np.int32]) -> Rows:
        """Return the friends of youths as slots; their number for an open place and who came after the naming."""
        people = model.people
        known = slot.copy()
        known[rows.compress(people.arrived.take(rows) > model.friends_renewed)] = rows.size
        ties = known.take(people.friends.take(rows, axis=1), mode="wrap")  # -1 wraps to the last place: nobody
        return ties.astype(np.intp)

    def _peer_factor(self, people: Any, rows: Rows, age: NDArray[np.uint8], ties: Rows) -> F32:
        """Return the multiplier of youths by the share of named friends who offended in the last six months."""
        # one number per friend: 1 for being named, 16 more for having offended
        active = np.ones(rows.size + 1, dtype=np.uint8)
        active[:-1] += np.uint8(16) * (people.events6.take(rows) > 0)
        active[-1] = 0
        both = active.take(ties).sum(axis=0, dtype=np.uint8)
        named, offended = both & np.uint8(15), both >> np.uint8(4)
        cell = people.sex.take(rows).astype(np.intp) * 256 + age
        places = c.FRIENDS + 1
        return self._peer_table.ravel().take((cell * places + named) * places + offended)

    def draw(self, model: NeighbourhoodModel, rates: Rates) -> Offences:
        """Draw this month's offences; who is invited is drawn among the friends of who begins."""
        people, used, month = model.people, model.people.used, model.month
        hit = np.empty((2, used), dtype=bool)

        def block(s: slice) -> None:
            limit = below_one(_fraction(rates.begin[:, s]))
            np.less(model.draws.both_bits("offend", people.life[s], month), limit, out=hit[:, s])

        model.blocks(block, used)
        at = np.flatnonzero(hit)
        kind = (at >= used).astype(np.uint8)
        rows = at - used * kind.astype(np.intp)
        bits = model.draws.both_bits("offend", people.life[rows], month)[kind, np.arange(at.size)]
        fraction = np.maximum(_fraction(rates.begin[kind, rows]).astype(np.float64), MICRO)
        times = np.floor(np.log((bits + 0.5) / TWO32) / np.log(fraction)).astype(np.intp)
        times = np.minimum(np.maximum(times, 1), int(self.p["offending.burst_limit"]))
        number = counters(times).astype(np.uint64)
        row, kind = np.repeat(rows, times), np.repeat(kind, times)
        return Offences(row, kind, number, self._partners(model, rates, Offences(row, kind, number, row)))

    def _partners(self, model: NeighbourhoodModel, rates: Rates, offences: Offences) -> Rows:
        """Return who comes along on each offence, -1 for nobody."""
        people, draws, month = model.people, model.draws, model.month
        partner = np.full(offences.row.size, -1, dtype=np.intp)
        place = rates.slot.take(offences.row)
        at = np.flatnonzero(place < rates.youths.size)
        place, kind, row = place[at], offences.kind[at], offences.row[at]
        joint = rates.joint[kind, place] / np.maximum(rates.begin[kind, row], np.float32(MICRO))
        life, number = people.life[row], offences.number[at] * np.uint64(2) + kind
        asked = np.flatnonzero(draws.pair_bits("offend.together", life, number, month) < thresholds(joint))
        at, place, kind, life = at[asked], place[asked], kind[asked], life[asked] + number[asked]
        if at.size == 0:
            return partner
        ties = rates.ties.take(place, axis=1)
        weight = rates.latent[kind, ties] * np.where(rates.close.take(place, axis=1), np.float64(self.closer), 1.0)
        friends = rates.youths.take(np.minimum(ties, rates.youths.size - 1))
        u = draws.pair_bits("offend.partner", life, people.life[friends], month)
        key = np.where(weight > 0, -np.log((u + 0.5) / TWO32) / np.maximum(weight, MICRO), np.inf)
        best = key.argmin(axis=0), np.arange(at.size)
        partner[at] = np.where(np.isfinite(key[best]), friends[best], -1)
        return partner


def _fraction(rate: F32) -> F32:
    """Return the fraction whose powers are the chances of so many offences and more in a month."""
    return rate / (rate + np.float32(1))
