"""Networks of a world, read from outside: what travels along the ties of the alliance, and who a street or class is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from results.comparison import EVERYBODY
from scenarios.live.runs import LiveRun
from scenarios.live.work import FIRST_YEAR, Stopped, branch, desk
from sim.agents.alliance import BIT, TIES
from sim.calendar import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.agents.alliance import Alliance
    from sim.draws import Rows
    from sim.model import NeighbourhoodModel

WORKING = ("coordination_mean", "referrals", "shared_plans", "double_caseload_share", "waiting_months_mean")
"""Outcomes of working together, as every other page has them."""

PLACE = "place"
COUNTED = ("debt_help", "care")
"""Owners whose referrals the model counts; signals about youths to the municipality are no referrals."""

ARRIVES = "_arrives"
"""Where the alliance decides which problems arrive at an owner: listened to, never changed."""


@dataclass(frozen=True)
class Tie:
    """One tie along which partners pass problems on, year by year.

    Attributes:
        seer: partner who sees the problem.
        owner: partner whose problem it is.
        chance: that a problem which is there is seen and arrives within a year.
        months: from a referral to the first talk.
        referrals: that arrived in the year, in the whole area; ``None`` where the model counts none.
    """

    seer: str
    owner: str
    chance: tuple[float, ...]
    months: tuple[float, ...]
    referrals: tuple[float, ...] | None


@dataclass(frozen=True)
class AllianceYears:
    """The alliance of an area in one world.

    Attributes:
        first_year: the first year.
        ties: every tie.
        outcomes: yearly values by outcome of :data:`WORKING`.
    """

    first_year: int
    ties: tuple[Tie, ...]
    outcomes: Mapping[str, tuple[float, ...]]


def alliance_years(run: LiveRun, place: int, shown: bool) -> AllianceYears:
    """Live a run and return what its alliance passed on, year by year.

    Args:
        run: the run.
        place: place on the board.
        shown: whether somebody looks at the years so far; nothing is shown.

    Raises:
        Stopped: when asked to.
    """
    model = branch(desk().cache, run)
    heard = Referrals(model)
    graphs, flows = [], []
    for month in range(1, run.years * MONTHS_PER_YEAR + 1):
        if desk().board.stopped(place):
            raise Stopped
        model.step()
        if month % MONTHS_PER_YEAR == 0:
            graphs.append(model.network("alliance"))
            flows.append(heard.take())
    return AllianceYears(
        FIRST_YEAR,
        tuple(
            Tie(
                seer,
                owner,
                tuple(float(graph.edges[seer, owner]["chance"]) for graph in graphs),
                tuple(float(graph.edges[seer, owner]["months"]) for graph in graphs),
                tuple(flow[seer, owner] / model.fraction for flow in flows) if owner in COUNTED else None,
            )
            for owner, seers in TIES.items()
            for seer in seers
        ),
        _yearly(model),
    )


class Referrals:
    """Listens to the alliance of a world, and counts what arrives along each tie.

    The model draws whether a problem arrives from all partners who saw it together. Where several did, the referral is
    shared among them by the strength of their ties, so that the ties add up to the referrals of the area.

    Args:
        model: the world; goes on as if nobody listened.
    """

    def __init__(self, model: NeighbourhoodModel) -> None:
        self._model = model
        self._flow = _no_flow()
        alliance: Alliance = model.alliance
        arrives: Callable[..., Rows] = getattr(alliance, ARRIVES)

        def listen(decision: str, homes: Rows, owner: str, sees: float) -> Rows:
            found = arrives(decision, homes, owner, sees)
            self._share(found, owner)
            return found

        setattr(alliance, ARRIVES, listen)

    def take(self) -> dict[tuple[str, str], float]:
        """Return the referrals in the simulated streets since the last time, by seer and owner."""
        flow, self._flow = self._flow, _no_flow()
        return flow

    def _share(self, homes: Rows, owner: str) -> None:
        known = self._model.households.known[homes]
        seers = list(self._model.alliance.ties.in_edges(owner, data="strength"))
        parts = np.array([strength * ((known & BIT[seer]) > 0) for seer, _, strength in seers])
        whole = parts.sum(axis=0)
        shares = np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0).sum(axis=1)
        for (seer, _, _), share in zip(seers, shares, strict=True):
            self._flow[seer, owner] += float(share)


def _no_flow() -> dict[tuple[str, str], float]:
    return {(seer, owner): 0.0 for owner, seers in TIES.items() for seer in seers}


def _yearly(model: NeighbourhoodModel) -> dict[str, tuple[float, ...]]:
    rows: list[dict[str, Any]] = model.outcome_rows(())
    found: dict[str, dict[int, float]] = {name: {} for name in WORKING}
    for row in rows:
        if row["outcome"] in found and row["view"] == PLACE and row["group"] == EVERYBODY:
            found[row["outcome"]][row["year"]] = row["value"]
    return {name: tuple(float(values[year]) for year in sorted(values)) for name, values in found.items()}
