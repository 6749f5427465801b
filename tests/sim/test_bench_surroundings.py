"""What ties people together moves its outcome as the source says: friends, police, school, work, streets.

These need a real world with neighbours; chances are compared as on the bench.
"""

from typing import Any

import numpy as np
import pytest
from bench_tools import P, close

from sim.calendar import BASE
from sim.draws import Rows
from sim.mechanisms.offending import Offending
from sim.mechanisms.places import Places, outsider_rate
from sim.mechanisms.schooling import Schooling
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import OFFERED

OTHER_TIES = (
    "offending.group_share_minors", "offending.group_share_young_adults", "careers.family", "careers.roles",
    "police.stops_per_hour", "police.shared", "places.near_repeat", "register.hours_elasticity", "trust.witnesses",
    "trust.reporting", *(f"services.{name}_regular" for name in OFFERED),
)  # fmt: skip
"""Parameters of what else ties one resident's offending to another's: at 0 only friends are left."""


@pytest.fixture(scope="module")
def area() -> NeighbourhoodModel:
    """A real small area, with friends, streets, schools and a labour market."""
    return NeighbourhoodModel("vlaardingen-westwijk", rng=1, start=BASE)


def test_friends(area: NeighbourhoodModel) -> None:
    def by(beta: float) -> float:
        hazard = Offending(P.replace(offending__peers=beta), area.centres)
        twin = area.branch(None)
        totals = []
        for active in (0, 1):
            twin.people.events6[: twin.people.used] = active
            totals.append(hazard.rates(twin).latent[:, _with_friends(twin)].sum(dtype=np.float64))
        return float(totals[1] / totals[0])

    share_sd = area.centres["peer_share_sd"]
    assert close(by(P["offending.peers"]), np.exp(P["offending.peers"] / share_sd))  # from none to all of them
    assert by(0.0) == 1.0


def _with_friends(model: NeighbourhoodModel) -> Rows:
    return np.flatnonzero((model.people.friends[:, model.youth_rows()] >= 0).any(axis=0))


@pytest.mark.parametrize("switched_on", [True, False])
def test_help_reaches_friends_through_peers_only(switched_on: bool) -> None:
    alone = P.with_values(dict.fromkeys(OTHER_TIES, 0.0))
    parameters = alone if switched_on else alone.replace(offending__peers=0.0)
    usual = NeighbourhoodModel("vlaardingen-westwijk", rng=1, parameters=parameters, start=BASE)
    helped = usual.branch(None)
    rows = usual.youth_rows()
    chosen = rows[usual.draws.happens("bench.friends", usual.people.life[rows], np.uint32(2**31))]
    helped.people.minor_rate[chosen] *= 0.5
    helped.people.serious_rate[chosen] *= 0.5
    others = np.setdiff1d(rows, chosen)
    for model in (usual, helped):
        model.demography_held = True
        for _ in range(8):
            model.step()
    with_help, without = (float(model.rates.participations()[:, others].sum()) for model in (helped, usual))
    assert with_help < 0.995 * without if switched_on else with_help == without


def test_police_hours_raise_clearance(area: NeighbourhoodModel) -> None:
    def factor(hours: float, elasticity: float) -> float:
        twin = area.branch(None)
        twin.p = P.replace(register__hours_elasticity=elasticity, trust__witnesses=0.0)
        twin.police.hours *= hours
        twin.police.plan()
        return float(twin.police.clearance_factor)

    elasticity = P["register.hours_elasticity"]
    assert close(factor(1.5, elasticity) / factor(1.0, elasticity), 1.5**elasticity)
    assert factor(1.5, 0.0) == factor(1.0, 0.0) == 1.0
    usual, more = area.branch(None), area.branch(None)
    more.police.hours *= 1.5
    caught_in_all = []
    for model in (usual, more):
        for _ in range(6):
            model.step()
        caught_in_all.append(sum(year.expected["suspects"].sum() for year in model.counts.years.values()))
    half_here = P["places.inside_share"]
    expected = half_here * 1.5**elasticity + 1 - half_here
    assert 1.0 < caught_in_all[1] / caught_in_all[0] < expected + 0.02


def test_teacher_shortage_raises_early_leaving(area: NeighbourhoodModel) -> None:
    people = area.people
    pupils = np.flatnonzero(people.column("enrolled") & (people.column("age") >= 15) & (people.column("age") < 20))
    here, away = pupils[people.school[pupils] >= 0], pupils[people.school[pupils] < 0]

    def chances(extra: float, effect: float) -> tuple[float, float]:
        twin = area.branch(None)
        for school in twin.schools_of_area.schools:
            school.vacancy += extra
        leaving = Schooling(P.replace(school__leaving_shortage=effect, school__leaving_level=0.1))
        return float(leaving._leaving_chance(twin, here).sum()), float(leaving._leaving_chance(twin, away).sum())

    effect = P["school.leaving_shortage"]
    (short, elsewhere), (usual, same) = chances(0.1, effect), chances(0.0, effect)
    assert close(short / usual, np.exp(0.1 * effect), 0.01)
    assert elsewhere == same
    assert chances(0.1, 0.0) == chances(0.0, 0.0)


def test_displacement_closes_the_labour_market(area: NeighbourhoodModel) -> None:
    def employers(displacement: float, **better: Any) -> Any:
        twin = area.branch(None)
        twin.p = P.replace(work__displacement=displacement)
        for name, value in better.items():
            getattr(twin.people, name)[: twin.people.used] = value
        for _ in range(12):
            twin.step()
        return twin.employers

    share = P["work.displacement"]
    usual = employers(share)
    for better in ({"convictions": 0}, {"employability": 1.0}, {"qualification": c.HIGHER_EDUCATED}):
        more = employers(share, **better)
        assert more.level > usual.level
        assert more.factor < usual.factor
        assert close(more.factor, 1.0 - share * (more.level - 1.0), 1e-9)
        free = employers(0.0, **better)
        assert free.factor == 1.0  # nobody loses a job


def test_more_opportunity_on_a_street_draws_more_crimes(area: NeighbourhoodModel) -> None:
    streets = np.arange(area.streets.used)
    chosen = area.draws.happens("bench.streets", area.streets.life[streets], np.uint32(2**31))

    def crimes(factor: float) -> tuple[int, int, float]:
        twin = area.branch(None)
        twin.streets.opportunity[streets[chosen]] *= np.float32(factor)
        flow = outsider_rate(twin.centres["residents_rate"], P["places.outsider_share"])
        twin.places = Places(twin.streets, twin.area.rings(), P, flow)
        for _ in range(11):  # in January the counts begin anew
            twin.step()
        found = twin.streets.crimes[streets]
        return (
            int(found[chosen].sum()),
            int(found[~chosen].sum()),
            float(twin.streets.opportunity[streets][chosen].sum()),
        )

    more, others, weight = crimes(3.0)
    usual, before, lighter = crimes(1.0)
    rest = float(area.streets.opportunity[streets][~chosen].sum())
    assert close(weight, 3 * lighter)
    share, share_before = weight / (weight + rest), lighter / (lighter + rest)
    # residents' crimes only move, outsiders come in proportion to opportunity
    assert more / (more + others) > share_before + 0.8 * (share - share_before)
    assert more > 1.5 * usual
    assert others < before


def test_a_risk_lowered_for_everyone_is_not_centred_away(area: NeighbourhoodModel) -> None:
    usual, richer = area.branch(None), area.branch(None)
    richer.people.low_income[: richer.people.used] = False
    hazard = Offending(P, area.centres)
    before, after = (float(hazard.rates(model).participations().sum()) for model in (usual, richer))
    assert after < before
    for model in (usual, richer):
        model.step()
    assert np.array_equal(usual.offending.base, richer.offending.base)
