"""Where offences happen, and who is hit: street segments of unequal opportunity, outsiders, victims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR, year_of
from sim.draws import F64, TWO32, Bools, Rows, threshold, thresholds
from sim.mechanisms.arrays import runs
from sim.mechanisms.offending import KINDS, Offences, Rates
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

OUTSIDE = -1
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


class Places:
    """Opportunity on the streets of an area, fixed at the base date.

    Args:
        opportunity: weight per street segment.
        outsiders: outsiders' crimes per resident and month at mean opportunity, frozen at the base year.
    """

    def __init__(self, opportunity: F64, outsiders: float) -> None:
        self.cumulated = np.cumsum(opportunity) / opportunity.sum()
        self.outsiders = outsiders

    def crimes(self, model: NeighbourhoodModel, offences: Offences, rates: Rates) -> Crimes:
        """Place the offences, add those of outsiders, and draw the victims."""
        people, draws, month = model.people, model.draws, model.month
        life = people.life[offences.row] + offences.number
        inside = people.status[offences.row] == c.INSIDE
        share = threshold(model.p["places.inside_share"])
        key = draws.order("place.crime", life, month, 0) + offences.kind
        inside &= draws.happens("place.inside", key, share)
        street = np.full(offences.row.size, OUTSIDE, dtype=np.intp)
        street[inside] = np.searchsorted(self.cumulated, draws.uniform("place.street", key[inside]))
        others, other_kind, other_key = self._outsiders(model)
        street = np.minimum(np.concatenate([street, others]), self.cumulated.size - 1)
        kind = np.concatenate([offences.kind, other_kind])
        crimes = Crimes(street, kind, offences.row.size, np.concatenate([key, other_key]), street)
        crimes.victim = self._victims(model, crimes, offences.row)
        self._count(model, crimes, rates)
        return crimes

    def _outsiders(self, model: NeighbourhoodModel) -> tuple[Rows, NDArray[np.uint8], NDArray[np.uint64]]:
        """Return street, kind and key of the crimes of outsiders: an outside flow per opportunity."""
        streets, draws = model.streets, model.draws
        mean = self._outsider_means(model)
        fraction = mean / (1 + mean)
        bits = draws.bits("place.outsiders", streets.life, model.month)
        hit = np.flatnonzero(bits < thresholds(fraction))
        times = np.floor(np.log((bits[hit] + 0.5) / TWO32) / np.log(fraction[hit])).astype(np.intp)
        street = np.repeat(hit, times)
        number = np.arange(street.size) - np.repeat(np.cumsum(times) - times, times)
        key = draws.order("place.outsider", streets.life[street] + number.astype(np.uint64), model.month)
        serious = draws.happens("place.outsider_kind", key, threshold(model.p["places.outsider_serious"]))
        return street, serious.astype(np.uint8), key

    def _outsider_means(self, model: NeighbourhoodModel) -> F64:
        """Return the expected crimes of outsiders per street segment this month."""
        size = model.p["population.residents_per_street"]
        return np.asarray(model.streets.opportunity, dtype=np.float64) * self.outsiders * size

    def _victims(self, model: NeighbourhoodModel, crimes: Crimes, offenders: Rows) -> Rows:
        """Draw for the crimes that hit a resident whom they hit, among those who live on the street."""
        people, p = model.people, model.p
        victim = np.full(crimes.kind.size, -1, dtype=np.intp)
        chance = thresholds(np.array([p["places.minor_victim"], p["places.serious_victim"]]))[crimes.kind]
        at = np.flatnonzero((crimes.street >= 0) & model.draws.happens("place.hits", crimes.key, chance))
        if at.size == 0:
            return victim
        wanted = np.zeros(model.streets.used, dtype=bool)
        wanted[crimes.street[at]] = True
        wanted = np.append(wanted, False)  # for who lives elsewhere (-1)
        old_enough = people.column("age") >= int(p["places.victim_age"])
        live = np.flatnonzero(wanted.take(people.column("street"), mode="wrap") & old_enough)
        home = people.street.take(live)
        order = np.argsort(home.astype(np.uint16), kind="stable")
        live, home = live[order], home[order]
        first = np.searchsorted(home, crimes.street[at])
        count = np.searchsorted(home, crimes.street[at], side="right") - first
        at, first, count = at[count > 0], first[count > 0], count[count > 0]
        start = np.cumsum(count) - count
        candidate = live[np.repeat(first, count) + np.arange(int(count.sum())) - np.repeat(start, count)]
        bits = model.draws.pair_bits("place.victim", np.repeat(crimes.key[at], count), people.life[candidate])
        # the smallest key wins; the key carries the place in the list in its low bits, so that it also tells who
        ranked = (bits.astype(np.uint64) << np.uint64(32)) | np.arange(bits.size, dtype=np.uint64)
        best = np.minimum.reduceat(ranked, start) & np.uint64(0xFFFFFFFF)
        victim[at] = candidate[best.astype(np.intp)]
        own = (np.arange(victim.size) < crimes.residents) & (victim >= 0)
        own[own] = victim[own] == offenders[np.flatnonzero(own)]
        victim[own] = -1  # nobody is their own victim: that offence hits no resident
        return victim

    def _count(self, model: NeighbourhoodModel, crimes: Crimes, rates: Rates) -> None:
        """Count crimes by place and victims by person."""
        people, streets = model.people, model.streets
        inside = crimes.street >= 0
        streets.crimes[:] += np.bincount(crimes.street[inside], minlength=streets.used).astype(np.uint16)
        model.counts.add_area("crimes", int(inside.sum()), self._expected_inside(model, rates))
        hit = runs(np.sort(crimes.victim[crimes.victim >= 0]))[0]
        people.last_victim[hit] = model.month
        fresh = hit[people.victim_year[hit] != year_of(model.month)]
        people.victim_year[fresh] = year_of(model.month)
        model.counts.add("victims", fresh)

    def _expected_inside(self, model: NeighbourhoodModel, rates: Rates) -> tuple[int, int]:
        """Return the expected crimes inside by kind, as integers out of two to the power 32."""
        away = np.flatnonzero(model.people.column("status") == c.ELSEWHERE)
        share = model.p["places.inside_share"]
        serious = model.p["places.outsider_serious"]
        outsiders = self._outsider_means(model)
        flow = int(np.floor(outsiders * TWO32).astype(np.int64).sum())
        expected = []
        for kind, part in zip(KINDS, (1 - serious, serious), strict=True):
            whole = (rates.begin[kind] * np.float32(TWO32 / MOST_RATE)).astype(np.uint32)
            residents = int(whole.sum(dtype=np.uint64)) - int(whole[away].sum(dtype=np.uint64))
            expected.append(int(share * residents * MOST_RATE) + int(part * flow))
        return expected[0], expected[1]


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
    rows = rows[(people.status[rows] == c.INSIDE) & (people.age[rows] >= 15)]
    if rows.size == 0:
        return
    street = people.street[rows]
    per_head = (streets.crimes_last_year[street] + 1.0) / np.maximum(streets.residents[street] + 1.0, 1.0)
    usual = model.usual_crime_per_head
    hit = people.last_victim[rows] > model.month - MONTHS_PER_YEAR
    hit &= people.last_victim[rows] >= 0
    base = p["places.unsafe_base"]
    odds = np.log(base / (1 - base)) + p["places.unsafe_victim"] * (hit - model.usual_victims)
    odds += p["places.unsafe_street"] * np.clip(np.log(per_head / usual), -2.0, 2.0)
    odds += p["places.unsafe_women"] * (people.sex[rows] - 0.5)
    people.unsafe[rows] = model.draws.happens(
        "place.unsafe", people.life[rows], thresholds(1 / (1 + np.exp(-odds))), model.month
    )


def turn_of_year(model: NeighbourhoodModel) -> None:
    """Close the year's crime counts of the streets and count who lives there."""
    people, streets = model.people, model.streets
    streets.crimes_last_year[:] = streets.crimes
    streets.crimes[:] = 0
    streets.registered[:] = 0
    inside: Bools = people.column("status") == c.INSIDE
    streets.residents[:] = np.bincount(people.street[: people.used][inside], minlength=streets.used)
