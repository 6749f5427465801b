"""The housing fund: every euro is given, tied or paid; works take years; who is displaced is gone and booked."""

import numpy as np
import pytest
from small_worlds import ALL_LINES, counted, everything, live, make_scenario

from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms.homes import in_poor_state
from sim.model import NeighbourhoodModel
from sim.population import columns as c

RICH = 20_000_000.0
"""Euros a year for the small area: hundreds of homes."""

SOON = {"homes.lead_first": 3.0, "homes.lead_last": 9.0}


def of_homes(start: NeighbourhoodModel, months: int, euros: float = RICH, **changes: float) -> NeighbourhoodModel:
    """Return a world in which all money of the line goes to homes; works begin within months."""
    stem = "programme.volkshuisvesting"
    own = {f"{stem}.budget": {"2025-01": euros}} | {
        f"{stem}.mix.{name}": {"2025-01": 0.0} for name in ("street_lighting", "camera_watch", "greening")
    }
    model = start.branch(make_scenario({}, own, base="geen-programma"))
    model.p = model.p.with_values(SOON | {name.replace("__", "."): value for name, value in changes.items()})
    fund = model.housing_fund
    fund.given, fund.committed = [0.0, 0.0], 0.0
    model.dwellings.column("improved_at")[:] = c.LONG_AGO
    return live(model, months)


def of_year(model: NeighbourhoodModel, name: str) -> float:
    return sum(year.money.get(name, 0.0) for year in model.counts.years.values())


def test_every_euro_is_waiting_tied_or_paid(small_start: NeighbourhoodModel) -> None:
    months = 18
    model = of_homes(small_start, months)
    fund = model.housing_fund
    received = RICH * model.fraction * months / MONTHS_PER_YEAR
    assert sum(fund.given) + fund.committed + of_year(model, "grants_paid") == pytest.approx(received, abs=0.01)
    tied = np.count_nonzero(model.dwellings.column("improved_at") >= 0)
    assert fund.committed == pytest.approx(tied * model.p["homes.grant"], abs=0.01)
    assert of_year(model, "grants_paid") > 0 < tied


def test_every_euro_stays_booked_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    """From the start on, with what was tied before; grants come from what is left after overhead and other measures."""
    model = small_start.branch(everything())
    fund = model.housing_fund
    before = sum(fund.given) + fund.committed
    received = 0.0
    for _ in range(30):
        model.step()
        received += model.municipality.granted / MONTHS_PER_YEAR
    assert sum(fund.given) + fund.committed + of_year(model, "grants_paid") == pytest.approx(
        before + received, abs=0.01
    )
    assert received < ALL_LINES["volkshuisvesting"] * model.fraction * 30 / MONTHS_PER_YEAR


def test_public_and_private_money_make_the_whole_cost(small_start: NeighbourhoodModel) -> None:
    model = of_homes(small_start, 24)
    improved = of_year(model, "homes_improved")
    parts = [of_year(model, name) for name in ("grants_paid", "homes_paid_households", "homes_paid_corporaties")]
    assert sum(parts) == pytest.approx(improved * model.p["homes.total"], abs=0.01)
    assert all(part > 0 for part in parts)
    assert counted(model, "births") > 0


def test_the_purses_are_filled_by_their_shares_and_buy_no_more_than_they_hold(
    small_start: NeighbourhoodModel,
) -> None:
    model = of_homes(small_start, 12, homes__lead_first=60.0, homes__lead_last=60.0)
    dwellings, fund = model.dwellings, model.housing_fund
    tied = dwellings.column("improved_at") >= 0
    corporatie = dwellings.column("tenure") == c.CORPORATIE
    for purse, which in enumerate((~corporatie, corporatie)):
        share = model.p["homes.private_share"] if purse == 0 else 1 - model.p["homes.private_share"]
        received = share * RICH * model.fraction
        spent = np.count_nonzero(tied & which) * model.p["homes.grant"]
        assert spent + fund.given[purse] == pytest.approx(received, abs=0.01)
        assert fund.given[purse] >= 0
    assert (dwellings.column("improved_at")[tied] >= model.month - 12 + 60).all()


def test_homes_are_finished_in_their_time_and_are_better_then(small_start: NeighbourhoodModel) -> None:
    model = of_homes(small_start, 6, homes__lead_first=12.0, homes__lead_last=24.0)
    dwellings = model.dwellings
    due = dwellings.column("improved_at").copy()
    tied = np.flatnonzero(due >= 0)
    assert tied.size > 20
    assert in_poor_state(dwellings)[tied].mean() > 0.9  # a few were mended by themselves
    assert of_year(model, "homes_improved") == 0
    for _ in range(40):
        month = model.month
        model.step()
        done = tied[due[tied] == month]
        assert (dwellings.improved_at[done] == c.LONG_AGO).all()
        assert not dwellings.damp[done].any() or month % 12 in dwellings.life[done] % np.uint64(12)
        assert (dwellings.label[done] <= model.p["homes.new_label"]).all()
        assert dwellings.secured[done].all()


def test_owners_who_do_not_take_part_get_nothing_and_the_poor_take_part_less(
    small_start: NeighbourhoodModel,
) -> None:
    def private(uptake: float, poor: float = 1.0) -> tuple[int, int]:
        model = of_homes(small_start, 0, 60e6, homes__grant=100.0, homes__uptake=uptake, homes__uptake_poor=poor)
        model.municipality.plan()
        model.housing_fund.work()
        dwellings = model.dwellings
        tied = (dwellings.column("improved_at") >= 0) & (dwellings.column("tenure") != c.CORPORATIE)
        home = dwellings.column("household")[tied & (dwellings.column("tenure") == c.OWNER_OCCUPIED)]
        return int(tied.sum()), int(model.households.low_income[home[home >= 0]].sum())

    assert private(0.0) == (0, 0)
    all_of, poor_of = private(1.0)
    some, poor_some = private(0.5)
    assert some == pytest.approx(all_of / 2, abs=4 * np.sqrt(all_of) / 2)
    assert private(1.0, poor=0.0) == (all_of - poor_of, 0)
    assert 0 < poor_some < poor_of


def test_corporaties_begin_in_the_worst_street(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(small_start.scenario)
    dwellings, streets = model.dwellings, model.streets
    dwellings.column("improved_at")[:] = c.LONG_AGO
    chosen = model.housing_fund._worst_of_corporaties(25)
    assert chosen.size == 25
    open_ = np.flatnonzero(in_poor_state(dwellings) & (dwellings.column("tenure") == c.CORPORATIE))
    left = np.setdiff1d(open_, chosen)
    assert streets.weak_homes[dwellings.street[chosen]].min() >= streets.weak_homes[dwellings.street[left]].max()


# --- who is displaced


def finish_all(start: NeighbourhoodModel, share: float) -> tuple[NeighbourhoodModel, np.ndarray]:
    """Return a world in which the works on sixty lived-in corporatie homes end this month, and who lives there."""
    model = start.branch(make_scenario({}, base="geen-programma"))
    model.p = model.p.replace(homes__displaced=share)
    dwellings = model.dwellings
    dwellings.column("improved_at")[:] = c.LONG_AGO
    rows = np.flatnonzero((dwellings.column("tenure") == c.CORPORATIE) & (dwellings.column("household") >= 0))[:60]
    dwellings.improved_at[rows] = model.month
    return model, rows


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.3, 8, 30), (1.0, 60, 60)])
def test_who_does_not_return_is_booked_and_gone(
    small_start: NeighbourhoodModel, share: float, least: int, most: int
) -> None:
    model, rows = finish_all(small_start, share)
    homes = model.dwellings.household[rows].copy()
    lives = model.households.life[homes].copy()
    people = model.people
    persons = people.life[np.flatnonzero(np.isin(people.column("household"), homes))].copy()
    out = counted(model, "outflow")
    model.housing_fund.work()
    displaced = model.counts.year.money.get("households_displaced", 0.0)
    assert least <= displaced <= most
    gone = ~np.isin(lives, model.households.column("life"))
    assert gone.sum() == displaced
    empty = model.dwellings.household[rows] < 0
    assert empty.sum() == displaced
    assert (model.dwellings.vacant_since[rows[empty]] == model.month).all()
    inside = people.column("life")[people.column("status") == c.INSIDE]
    assert np.count_nonzero(~np.isin(persons, inside)) == counted(model, "outflow") - out


def test_no_row_is_given_back_twice(small_start: NeighbourhoodModel) -> None:
    """Also where who was displaced this month has a birthday, and chance would have it that an empty row dies."""
    model, _ = finish_all(small_start, 1.0)
    model.demography.death[:] = 2**32 - 1
    model.step()
    people = model.people
    assert np.unique(people._free).size == people._free.size
    assert np.array_equal(np.sort(people._free), np.flatnonzero(people.column("status") == c.FREE))


# --- building and selling


@pytest.mark.parametrize(("owned", "tenure"), [(0.0, c.CORPORATIE), (1.0, c.OWNER_OCCUPIED)])
def test_as_many_homes_are_built_as_the_lever_says(small_start: NeighbourhoodModel, owned: float, tenure: int) -> None:
    own = {"housing.new_homes": {"2025-01": 200.0}, "housing.new_owner_share": {"2025-01": owned}}
    model = small_start.branch(make_scenario({}, own, base="geen-programma"))
    first, vacant = model.dwellings.used, model.normal_vacancy
    live(model, 36)
    dwellings = model.dwellings
    built = dwellings.used - first
    assert built == pytest.approx(200 * 3 * model.fraction, abs=1)
    assert of_year(model, "homes_built") == built
    new = np.arange(first, dwellings.used)
    assert np.unique(dwellings.column("life")).size == dwellings.used
    assert (dwellings.tenure[new] == tenure).all()
    assert np.array_equal(dwellings.landlord[new] >= 0, dwellings.tenure[new] == c.CORPORATIE)
    assert dwellings.secured[new].all()
    assert model.normal_vacancy == vacant
    assert (dwellings.household[new] >= 0).mean() > 0.7, "new homes are let"


def test_without_the_lever_no_home_is_built_or_sold(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(make_scenario({}, base="geen-programma"))
    lives, tenure = model.dwellings.column("life").copy(), model.dwellings.column("tenure").copy()
    live(model, 18)
    assert np.array_equal(model.dwellings.column("life"), lives)
    assert np.array_equal(model.dwellings.column("tenure"), tenure)


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_what_falls_vacant_at_a_corporatie_is_sold_as_often_as_said(
    small_start: NeighbourhoodModel, share: float
) -> None:
    model = small_start.branch(make_scenario({}, {"housing.sale": {"2025-01": share}}, base="geen-programma"))
    fell = sold = 0
    for _ in range(24):
        dwellings, month = model.dwellings, model.month
        ready = (dwellings.column("vacant_since") == month - 1) & (dwellings.column("household") < 0)
        ready &= dwellings.column("tenure") == c.CORPORATIE
        before = dwellings.column("tenure").copy()
        model.step()
        changed = before != model.dwellings.column("tenure")
        assert (ready | ~changed).all(), "only what fell vacant is sold"
        assert (before[changed] == c.CORPORATIE).all()
        assert (model.dwellings.column("tenure")[changed] == c.OWNER_OCCUPIED).all()
        assert (model.dwellings.column("landlord")[changed] == -1).all()
        fell += int(ready.sum())
        sold += int(changed.sum())
    assert fell > 50
    assert sold / fell == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / fell) + 1e-9)
