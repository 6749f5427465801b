"""The housing fund: grants for homes in poor state, years before the work is done; and new homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Rows, derive_ids, threshold, thresholds
from sim.mechanisms.homes import furnish, improve, in_poor_state
from sim.population import columns as c
from sim.population.exits import settle_households
from sim.programme.catalogue import GRANT

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


HALF, LARGEST = np.uint64(32), np.uint64(0xFFFFFFFF)
"""Half of the bits of a number to sort by, and the largest number in them."""


class HousingFund(mesa.Agent):
    """Gives grants for improving homes, to private owners and to corporaties.

    Sees: label and damp of homes. Can help: homes in poor state. How many: as the grants allow. Chooses: corporatie
    homes by street, the worst street first; among private owners a queue number decides who is asked, and the owner
    decides, since most of the cost is theirs (less often with low financial welfare). When full: homes wait for the
    next grant. A grant is paid when the work is done, four to eight years after it was given. Some tenants do not
    return after the works.

    Attributes:
        given: euros for private owners (0) and corporaties (1) not yet tied to a home.
        committed: euros tied to homes that are not finished.
    """

    STATE = ("given", "committed", "to_build")
    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel) -> None:
        super().__init__(model)
        self.given = [0.0, 0.0]
        self.committed = 0.0
        self.to_build = 0.0

    def work(self) -> None:
        """Receive this month's money, give grants, finish homes, build."""
        model, p = self.model, self.model.p
        money = model.municipality.granted / MONTHS_PER_YEAR
        self.given[0] += p["homes.private_share"] * money
        self.given[1] += (1 - p["homes.private_share"]) * money
        self._finish()
        self._grant(0, self._willing_owners)
        self._grant(1, self._worst_of_corporaties)
        self._build()
        self._sell()

    def _grant(self, purse: int, candidates: object) -> None:
        """Tie money to homes, as many as it pays for."""
        model, grant = self.model, self.model.p["homes.grant"]
        count = int(self.given[purse] / grant)
        if count == 0:
            return
        homes: Rows = candidates(count)  # type: ignore[operator]
        p, dwellings = model.p, model.dwellings
        spread = model.draws.uniform("fund.lead", dwellings.life[homes])
        lead = p["homes.lead_first"] + spread * (p["homes.lead_last"] - p["homes.lead_first"])
        dwellings.improved_at[homes] = model.month + lead.astype(np.int16)
        self.given[purse] -= homes.size * grant
        self.committed += homes.size * grant

    def _willing_owners(self, count: int) -> Rows:
        """Return homes of private owners who take part."""
        model, p = self.model, self.model.p
        dwellings, households = model.dwellings, model.households
        open_ = in_poor_state(dwellings) & (dwellings.column("improved_at") < 0)
        rows = np.flatnonzero(open_ & (dwellings.column("tenure") != c.CORPORATIE))
        home = dwellings.household[rows]
        # a landlord decides about a rented home, whoever lives there
        owner = (home >= 0) & (dwellings.tenure[rows] == c.OWNER_OCCUPIED)
        poor = owner & households.low_income[home]
        chance = p["homes.uptake"] * np.where(poor, p["homes.uptake_poor"], 1.0)
        # an owner's answer holds for the present household
        asked = np.where(owner, households.life[home], dwellings.life[rows])
        rows = rows.compress(model.draws.happens("fund.uptake", asked, thresholds(chance)))
        queue = model.draws.order("fund.queue", dwellings.life[rows])
        return rows[np.argsort(queue, kind="stable")[:count]]

    def _worst_of_corporaties(self, count: int) -> Rows:
        """Return homes of corporaties in poor state, street by street, the worst street first."""
        model = self.model
        dwellings, streets = model.dwellings, model.streets
        open_ = in_poor_state(dwellings) & (dwellings.column("improved_at") < 0)
        rows = np.flatnonzero(open_ & (dwellings.column("tenure") == c.CORPORATIE))
        # the worst streets that have so many of them together: the homes of the others need not be put in order
        # in one number to sort by: shares are not negative, so that their bits are in the order of their size
        weak = streets.column("weak_homes").view(np.uint32).astype(np.uint64)
        worst = np.argsort(((LARGEST - weak) << HALF) | (streets.column("life") >> HALF))
        homes = np.bincount(dwellings.street[rows], minlength=streets.used)[worst]
        place = np.empty(streets.used, dtype=np.intp)
        place[worst] = np.arange(streets.used)
        rows = rows.compress(place[dwellings.street[rows]] <= np.searchsorted(np.cumsum(homes), count))
        order = np.lexsort((dwellings.life[rows], place[dwellings.street[rows]]))
        return rows[order[:count]]

    def _finish(self) -> None:
        """Finish the homes whose time has come; book who pays; some tenants do not return."""
        model, p, month = self.model, self.model.p, self.model.month
        dwellings = model.dwellings
        done = np.flatnonzero(dwellings.column("improved_at") == month)
        if done.size == 0:
            return
        grants = done.size * p["homes.grant"]
        self.committed -= grants
        of_corporatie = dwellings.tenure[done] == c.CORPORATIE
        own = p["homes.total"] - p["homes.grant"]
        counts = model.counts
        counts.add_money("homes_improved", float(done.size))
        counts.add_money("grants_paid", grants)
        counts.add_money("euros_spent", grants, GRANT)
        counts.add_money("line_spent", grants, "volkshuisvesting")
        counts.add_money("homes_paid_corporaties", own * float(of_corporatie.sum()))
        counts.add_money("homes_paid_households", own * float((~of_corporatie).sum()))
        improve(model, done)
        rented = done[of_corporatie]
        rented = rented[dwellings.household[rented] >= 0]
        gone = model.draws.happens("fund.displaced", dwellings.life[rented], threshold(p["homes.displaced"]), month)
        homes = dwellings.household[rented[gone]].astype(np.intp)
        counts.add_money("households_displaced", float(homes.size))
        if homes.size:
            nobody = np.empty(0, dtype=np.intp)
            settle_households(model, homes, nobody, nobody, homes)

    def _build(self) -> None:
        """Build new homes, spread over the streets."""
        model, p, month = self.model, self.model.p, self.model.month
        dwellings, streets, levers = model.dwellings, model.streets, model.levers
        self.to_build += levers.value("housing.new_homes", month) * model.fraction / MONTHS_PER_YEAR
        count = int(self.to_build)
        if count == 0:
            return
        self.to_build -= count
        order = np.argsort(model.draws.order("fund.build", streets.column("life"), month), kind="stable")
        street = np.sort(np.resize(order, count))
        rows = dwellings.allocate(count)
        dwellings.life[rows] = derive_ids(
            streets.life[street], "built", np.arange(count).astype(np.uint64) + month * 4096
        )
        dwellings.street[rows], dwellings.wijk[rows] = street, streets.wijk[street]
        life = dwellings.life[rows]
        owned = model.draws.happens("fund.tenure", life, threshold(levers.value("housing.new_owner_share", month)))
        dwellings.tenure[rows] = np.where(owned, c.OWNER_OCCUPIED, c.CORPORATIE)
        landlord = model.draws.bits("housing.landlord", streets.life[street]) % np.uint32(len(model.corporaties))
        dwellings.landlord[rows] = np.where(owned, -1, landlord.astype(np.int16))
        furnish(dwellings, rows, model.draws, p)
        dwellings.label[rows] = 0
        dwellings.damp[rows] = False
        dwellings.secured[rows] = dwellings.built[rows] = True
        dwellings.vacant_since[rows] = month
        model.counts.add_money("homes_built", float(count))

    def _sell(self) -> None:
        """Sell a share of the corporatie homes that fell vacant last month."""
        model, month = self.model, self.model.month
        dwellings = model.dwellings
        share = threshold(model.levers.value("housing.sale", month))
        fell = np.flatnonzero(
            (dwellings.column("household") < 0)
            & (dwellings.column("vacant_since") == month - 1)
            & (dwellings.column("tenure") == c.CORPORATIE)
        )
        sold = fell[model.draws.happens("fund.sale", dwellings.life[fell], share, month)]
        dwellings.tenure[sold] = c.OWNER_OCCUPIED
        dwellings.landlord[sold] = -1
