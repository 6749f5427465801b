"""Where offences happen, and who is hit: street segments of unequal opportunity, outsiders, victims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import F64, TWO32, U64, Bools, Draws, Rows, threshold, thresholds
from sim.mechanisms.arrays import counters, runs
from sim.mechanisms.homes import survey_streets
from sim.mechanisms.offending import KINDS, Offences, Rates
from sim.parameters import ParameterSet
from sim.population import columns as c
from sim.population.table import Table

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

OUTSIDE = -1
MOST_PRESSURE = 2.0
"""Crimes per head on a street weigh up to e squared times the usual, and no less than its inverse."""

BLOCK = 3
"""Streets that lie together: what happens on one is felt on the others."""

MOST_RATE = 16
"""Rates of one kind stay below this many offences a month."""


@dataclass
class Crimes:
    """The crimes of a month: those of residents first (in the order of the offences), then those of outsiders.

    Attributes:
        street: street segment, -1 when outside the area.
        kind: minor or serious.
        residents: how many of the first rows are offences of residents or followed leavers.
        key: one identity per crime, for later draws about it.
        victim: row of the resident who is hit, -1 for none.
    """

    street: Rows
    kind: NDArray[np.uint8]
    residents: int
    key: NDArray[np.uint64]
    victim: Rows


@dataclass(frozen=True)
class Flow:
    """What becomes of attempts in the area this month, as shares of them.

    Attributes:
        here: completed on a street of the area.
        away: completed elsewhere after having been stopped.
        displaced: completed on another street of the area; part of ``here``.
    """

    here: float
    away: float
    displaced: float


class Places:
    """Where attempts go: opportunity on the streets, fixed at the base date, near repeats, guardianship.

    An attempt inside picks a street in proportion to its opportunity, and rather one beside a serious crime of last
    month. It may be stopped there (:mod:`sim.mechanisms.guardianship`). A stopped attempt is given up, or made
    elsewhere: outside the area, or on a street of the ring of the wijk and its neighbours.

    Args:
        streets: the streets.
        rings: for each wijk the wijken of its ring, itself included.
        p: parameters.
        outsiders: outsiders' attempts per resident and month at mean opportunity, frozen at the base year.
    """

    def __init__(self, streets: Table, rings: Sequence[Sequence[int]], p: ParameterSet, outsiders: float) -> None:
        opportunity = streets.column("opportunity").astype(np.float64)
        self.p = p
        self.weight = opportunity / opportunity.sum()
        self.cumulated = np.cumsum(self.weight)
        self.wijk = streets.column("wijk").astype(np.intp)
        self.block = _blocks(self.wijk)
        self._rings = []
        for ring in rings:
            inside = np.where(np.isin(self.wijk, list(ring)), self.weight, 0.0)
            total = inside.sum()
            self._rings.append(inside / total if total > 0 else self.weight)
        self._ring_sums = [np.cumsum(ring) for ring in self._rings]
        mean = opportunity * outsiders * p["population.residents_per_street"]
        self.outsiders = mean
        self._fraction = mean / (1 + mean)
        self._outsider_limit = thresholds(self._fraction)
        self.near = np.zeros(self.weight.size, dtype=bool)
        self.flow = (Flow(1.0, 0.0, 0.0),) * len(KINDS)

    def without_outsiders(self) -> None:
        """Let nobody come from outside."""
        self.outsiders = np.zeros_like(self.outsiders)
        self._outsider_limit = np.zeros_like(self._outsider_limit)

    def prepare(self, model: NeighbourhoodModel) -> None:
        """Work out, before the month's attempts, which streets lie near a repeat and what becomes of attempts."""
        streets, p = model.streets, self.p
        hit = streets.column("hit") == model.month - 1
        self.near = np.bincount(self.block.compress(hit), minlength=self.block.size)[self.block] > 0
        drawn = self.weight * p["places.near_repeat"]
        tilt = float(drawn.compress(self.near).sum())
        chosen = np.where(self.near, self.weight + drawn * (1 - self.weight[self.near].sum()), self.weight * (1 - tilt))
        stopped = streets.column("stopped").astype(np.float64)
        passes = np.array([float((ring * (1 - stopped)).sum()) for ring in self._rings])
        # only serious attempts follow a near repeat
        self.flow = (self._flow(self.weight, stopped, passes), self._flow(chosen, stopped, passes))

    def _flow(self, chosen: F64, stopped: F64, passes: F64) -> Flow:
        """Return what becomes of attempts that choose streets with these shares."""
        elsewhere, inside = self.p["places.displacement"], self.p["places.inside_share"]
        by_wijk = np.bincount(self.wijk, weights=chosen * stopped, minlength=len(self._rings))
        displaced = elsewhere * inside * float((by_wijk * passes).sum())
        return Flow(
            here=1 - float(by_wijk.sum()) + displaced,
            away=elsewhere * (1 - inside) * float(by_wijk.sum()),
            displaced=displaced,
        )

    def completed(self, kind: int) -> float:
        """Return the share of residents' attempts of a kind, inside and outside the area, that are completed."""
        inside = self.p["places.inside_share"]
        return inside * (self.flow[kind].here + self.flow[kind].away) + 1 - inside

    def crimes(self, model: NeighbourhoodModel, attempts: Offences, rates: Rates) -> tuple[Offences, Crimes]:
        """Place the attempts, add those of outsiders, let some be stopped, and draw the victims.

        Returns:
            The offences that residents and followed leavers completed, and the crimes.
        """
        people, draws, month = model.people, model.draws, model.month
        life = people.life[attempts.row] + attempts.number
        share = threshold(self.p["places.inside_share"])
        key = draws.order("place.crime", life, month, 0) + attempts.kind
        inside = people.status[attempts.row] == c.INSIDE
        inside &= draws.happens("place.inside", key, share)
        others, other_kind, other_key = self._outsiders(model)
        key = np.concatenate([key, other_key])
        kind = np.concatenate([attempts.kind, other_kind])
        street = np.full(key.size, OUTSIDE, dtype=np.intp)
        at = np.concatenate([np.flatnonzero(inside), np.arange(attempts.row.size, key.size)])
        own = self._street(draws.uniform("place.street", key[: inside.size].compress(inside)))
        first = np.concatenate([own, others])
        street[at] = self._near_repeat(draws, first, key[at], kind[at] == c.SERIOUS)
        done, moved = self._stop(model, street, key, at)
        offences = attempts.part(done[: attempts.row.size])
        street_of_crime = street.compress(done)
        crimes = Crimes(street_of_crime, kind.compress(done), offences.row.size, key.compress(done), street_of_crime)
        crimes.victim = self._victims(model, crimes, offences.row)
        self._count(model, crimes, rates, int((moved & done & (street >= 0)).sum()))
        return offences, crimes

    def _street(self, u: F64) -> Rows:
        return np.minimum(np.searchsorted(self.cumulated, u), self.cumulated.size - 1)

    def _near_repeat(self, draws: Draws, street: Rows, key: U64, serious: Bools) -> Rows:
        """Let attempts prefer a street beside a serious crime of last month: a second look may draw them there."""
        looks = np.flatnonzero(serious & ~self.near[street])
        looks = looks[draws.happens("place.near", key[looks], threshold(self.p["places.near_repeat"]))]
        second = self._street(draws.uniform("place.second_look", key[looks]))
        drawn = self.near[second]
        street = street.copy()
        street[looks[drawn]] = second[drawn]
        return street

    def _stop(self, model: NeighbourhoodModel, street: Rows, key: U64, at: Rows) -> tuple[Bools, Bools]:
        """Let guardianship stop attempts; ``street`` is changed for those made elsewhere.

        Returns:
            What is completed, and what was displaced.
        """
        draws, p = model.draws, self.p
        limit = thresholds(model.streets.column("stopped"))
        done, moved = np.ones(key.size, dtype=bool), np.zeros(key.size, dtype=bool)
        halted = at.compress(draws.happens("place.stopped", key[at], limit[street[at]]))
        again = draws.happens("place.displaced", key[halted], threshold(p["places.displacement"]))
        done[halted] = again
        tries = halted[again]
        moved[tries] = True
        inside = draws.happens("place.displaced_inside", key[tries], threshold(p["places.inside_share"]))
        wijk = self.wijk[street[tries]]
        street[tries] = OUTSIDE
        u = draws.uniform("place.displaced_street", key[tries])
        for number, sums in enumerate(self._ring_sums):
            mine = np.flatnonzero(inside & (wijk == number))
            street[tries[mine]] = np.minimum(np.searchsorted(sums, u[mine]), sums.size - 1)
        back = tries[inside]
        done[back] = ~draws.happens("place.stopped_again", key[back], limit[street[back]])
        return done, moved

    def _outsiders(self, model: NeighbourhoodModel) -> tuple[Rows, NDArray[np.uint8], U64]:
        """Return street, kind and key of the attempts of outsiders: an outside flow per opportunity."""
        streets, draws = model.streets, model.draws
        bits = draws.bits("place.outsiders", streets.column("life"), model.month)
        hit = np.flatnonzero(bits < self._outsider_limit)
        times = np.floor(np.log((bits[hit] + 0.5) / TWO32) / np.log(self._fraction[hit])).astype(np.intp)
        street = np.repeat(hit, times)
        key = draws.order("place.outsider", streets.life[street] + counters(times).astype(np.uint64), model.month)
        serious = draws.happens("place.outsider_kind", key, threshold(self.p["places.outsider_serious"]))
        return street, serious.astype(np.uint8), key

    def _victims(self, model: NeighbourhoodModel, crimes: Crimes, offenders: Rows) -> Rows:
        """Draw for the crimes that hit a resident whom they hit, among those who live on the street."""
        people, p = model.people, model.p
        victim = np.full(crimes.kind.size, -1, dtype=np.intp)
        chance = thresholds(np.array([p["places.minor_victim"], p["places.serious_victim"]])).take(crimes.kind)
        at = np.flatnonzero((crimes.street >= 0) & model.draws.happens("place.hits", crimes.key, chance))
        if at.size == 0:
            return victim
        wanted = np.zeros(model.streets.used, dtype=bool)
        wanted[crimes.street[at]] = True
        wanted = np.append(wanted, False)  # for who lives elsewhere (-1)
        old_enough = people.column("age") >= int(p["places.victim_age"])
        live = np.flatnonzero(wanted.take(people.column("street"), mode="wrap") & old_enough)
        home = people.street.take(live)
        live = live.take(np.argsort(home.astype(np.uint16), kind="stable"))  # now those of a street stand together
        number = np.bincount(home, minlength=model.streets.used)
        count = number.take(crimes.street[at])
        at, count = at[count > 0], count[count > 0]
        first, start = (np.cumsum(number) - number).take(crimes.street[at]), np.cumsum(count) - count
        crime = np.repeat(np.arange(at.size), count)  # of each pair of a crime and a candidate
        candidate = live.take(np.arange(crime.size) + (first - start).take(crime))
        bits = model.draws.pair_bits("place.victim", crimes.key[at].take(crime), people.life.take(candidate))
        # the smallest key wins; the key carries the place in the list in its low bits, so that it also tells who
        ranked = (bits.astype(np.uint64) << np.uint64(32)) | np.arange(bits.size, dtype=np.uint64)
        best = np.minimum.reduceat(ranked, start) & np.uint64(0xFFFFFFFF)
        victim[at] = candidate[best.astype(np.intp)]
        own = victim[: crimes.residents] == offenders
        victim[: crimes.residents][own] = -1  # nobody is their own victim: that offence hits no resident
        return victim

    def _count(self, model: NeighbourhoodModel, crimes: Crimes, rates: Rates, displaced: int) -> None:
        """Count crimes by place and victims by person."""
        people, streets = model.people, model.streets
        inside = crimes.street >= 0
        streets.hit[crimes.street.compress(inside & (crimes.kind == c.SERIOUS))] = model.month
        model.counts.add_area("displaced", displaced)
        model.counts.add_crimes(self.wijk[crimes.street.compress(inside)])
        streets.crimes[:] += np.bincount(crimes.street.compress(inside), minlength=streets.used).astype(np.uint16)
        minor = inside & (crimes.kind == c.MINOR)
        streets.minor[:] += np.bincount(crimes.street.compress(minor), minlength=streets.used).astype(np.uint16)
        model.counts.add_area("crimes", int(inside.sum()), self._expected_inside(model, rates))
        hit = runs(np.sort(crimes.victim.compress(crimes.victim >= 0)))[0]
        people.last_victim[hit] = model.month
        fresh = hit.compress(people.victim_year[hit] != year_of(model.month))
        people.victim_year[fresh] = year_of(model.month)
        model.counts.add("victims", fresh)

    def _expected_inside(self, model: NeighbourhoodModel, rates: Rates) -> tuple[int, int]:
        """Return the expected crimes inside by kind, as integers out of two to the power 32."""
        here = model.people.column("status") != c.ELSEWHERE
        share = self.p["places.inside_share"]
        serious = self.p["places.outsider_serious"]
        flow = int(np.floor(self.outsiders * TWO32).astype(np.int64).sum())
        expected = []
        for kind, part in zip(KINDS, (1 - serious, serious), strict=True):
            whole = (rates.begin[kind] * np.float32(TWO32 / MOST_RATE)).astype(np.uint32)
            whole *= here
            residents = int(whole.sum(dtype=np.uint64))
            expected.append(int((share * residents * MOST_RATE + part * flow) * self.flow[kind].here))
        return expected[0], expected[1]


def _blocks(wijk: Rows) -> Rows:
    """Return the number of the block of each street: streets of a wijk by threes, in the order of rows."""
    order = np.argsort(wijk, kind="stable")
    place = np.empty(wijk.size, dtype=np.intp)
    first = np.searchsorted(wijk[order], wijk[order])
    place[order] = np.arange(wijk.size) - first
    return np.unique(wijk * wijk.size + place // BLOCK, return_inverse=True)[1].astype(np.intp)


def outsider_rate(residents_rate: float, share: float) -> float:
    """Return outsiders' crimes per resident and month such that they are ``share`` of the crimes inside.

    Args:
        residents_rate: crimes inside by residents, per resident and month, frozen at the base year.
        share: part of the crimes inside that outsiders commit.
    """
    return residents_rate * share / (1 - share)


def feel_unsafe(model: NeighbourhoodModel, rows: Rows) -> None:
    """Renew, in the month of birth, whether people feel unsafe in their own neighbourhood at times."""
    people, streets, p = model.people, model.streets, model.p
    away = rows.compress(people.status[rows] == c.ELSEWHERE)
    national = threshold(p["places.unsafe_elsewhere"])
    people.unsafe[away] = model.draws.happens("place.unsafe", people.life[away], national, model.month)
    rows = rows.compress((people.status[rows] == c.INSIDE) & (people.age[rows] >= 15))
    if rows.size == 0:
        return
    per_head = (streets.crimes_last_year + 1.0) / (streets.residents + 1.0)
    pressure = np.clip(np.log(per_head / model.usual_crime_per_head), -MOST_PRESSURE, MOST_PRESSURE)
    pressure -= model.usual_pressure
    hit = people.last_victim[rows] > model.month - MONTHS_PER_YEAR
    hit &= people.last_victim[rows] >= 0
    base = p["places.unsafe_base"]
    odds = np.log(base / (1 - base)) + p["places.unsafe_victim"] * (hit - model.usual_victims)
    odds += p["places.unsafe_street"] * pressure.take(people.street[rows])
    odds -= p["places.unsafe_trust"] * people.trust[rows]
    odds += p["surroundings.unsafe"] * (streets.disorder.take(people.street[rows]) - 1.0)
    odds += p["places.unsafe_women"] * (people.sex[rows] - 0.5)
    people.unsafe[rows] = model.draws.happens(
        "place.unsafe", people.life[rows], thresholds(1 / (1 + np.exp(-odds))), model.month
    )


def turn_of_year(model: NeighbourhoodModel) -> None:
    """Close the year's crime counts of the streets and count who lives there."""
    people, streets = model.people, model.streets
    luck = model.draws.order("police.rank", streets.column("life"), model.month)
    order = np.lexsort((luck, -streets.column("registered").astype(np.int64)))
    streets.rank[order] = np.arange(order.size)
    streets.crimes_last_year[:] = streets.crimes
    streets.minor_last_year[:], streets.moved_last_year[:] = streets.minor, streets.moved
    streets.crimes[:] = streets.minor[:] = streets.moved[:] = 0
    streets.registered[:] = 0
    inside: Bools = people.column("status") == c.INSIDE
    streets.residents[:] = np.bincount(people.street[: people.used].compress(inside), minlength=streets.used)
    survey_streets(model)
