"""Mental care: who waits longest starts first, after the first talk; places bind; treatment works as often as said."""

import numpy as np
import pytest
from small_worlds import counted, everything, live, make_scenario, unlike

from sim.calendar import MONTHS_PER_YEAR
from sim.model import NeighbourhoodModel
from sim.population import columns as c

MONTHS = 30


@pytest.fixture
def model(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return small_start.branch(make_scenario({}, base="geen-programma"))


def with_parameters(model: NeighbourhoodModel, **changes: float) -> NeighbourhoodModel:
    model.p = model.health.p = model.p.replace(**changes)
    return model


def waiting(model: NeighbourhoodModel, number: int = 300) -> np.ndarray:
    """Let residents wait for care since different months, and nobody be in care; return who waits."""
    people = model.people
    people.column("asked_care")[:] = people.column("care_until")[:] = c.LONG_AGO
    rows = np.flatnonzero((people.column("status") == c.INSIDE) & (people.column("age") >= 18))[:number]
    people.distressed[rows] = True
    people.asked_care[rows] = model.month - np.arange(number) % 12
    return rows


def test_states_fit_together_every_month_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(everything())
    people = model.people
    for _ in range(MONTHS):
        model.step()
        known = people.column("status") != c.FREE
        asked, until = people.column("asked_care"), people.column("care_until")
        waits, treated = asked >= 0, until > model.month
        assert people.column("distressed")[waits].all(), "who is well waits for nothing"
        assert not (waits & treated).any()
        assert (asked < model.month).all()
        assert (until <= model.month + int(model.p["health.care_months"])).all()
        assert not (waits | treated)[~known].any()
        assert not people.column("ill")[~known].any()
    assert counted(model, "treatments") > 50
    assert counted(model, "waited_months") >= counted(model, "waited") > 0


def test_who_waits_longest_starts_first(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = waiting(model)
    asked = people.asked_care[rows].copy()
    starts = model.p["health.care_places"] * model.care.residents / 1000 / MONTHS_PER_YEAR
    assert starts < rows.size / 4, "places bind"
    months, before = counted(model, "waited_months"), counted(model, "treatments")
    model.care._take_in()
    began = people.care_until[rows] > model.month
    assert int(starts) <= began.sum() <= int(starts) + 1
    assert asked[began].max() <= asked[~began].min()
    assert (people.asked_care[rows[began]] == c.LONG_AGO).all()
    assert np.array_equal(people.asked_care[rows[~began]], asked[~began])
    assert counted(model, "treatments") - before == began.sum()
    assert counted(model, "waited_months") - months == (model.month - asked[began]).sum()


@pytest.mark.parametrize("intake", [0.0, 2.0, 5.0])
def test_nobody_starts_before_the_first_talk(model: NeighbourhoodModel, intake: float) -> None:
    rows = waiting(with_parameters(model, fragmentation__intake_months=intake, health__care_places=1e5))
    asked = model.people.asked_care[rows].copy()
    model.care._take_in()
    assert np.array_equal(model.people.care_until[rows] > model.month, model.month - asked >= intake)


def test_between_whole_months_the_first_talk_comes_by_chance_and_not_a_whole_month_later(
    model: NeighbourhoodModel,
) -> None:
    rows = waiting(with_parameters(model, fragmentation__intake_months=2.3, health__care_places=1e5), 1200)
    waited = model.month - model.people.asked_care[rows]
    model.care._take_in()
    began = model.people.care_until[rows] > model.month
    assert not began[waited < 2].any()
    assert began[waited > 3].all()
    assert began[waited == 2].mean() == pytest.approx(0.7, abs=0.18)


def test_who_lives_elsewhere_starts_no_care_here(model: NeighbourhoodModel) -> None:
    people = model.people
    rows = waiting(with_parameters(model, health__care_places=1e5))
    people.status[rows[:50]] = c.ELSEWHERE
    model.care._take_in()
    assert not (people.care_until[rows[:50]] > model.month).any()
    assert (people.care_until[rows[60:]] > model.month).any()


@pytest.mark.parametrize(("works", "strained", "well"), [(0.0, 1.0, 0.0), (1.0, 1.0, 1.0), (0.5, 0.0, 0.25)])
def test_treatment_works_as_often_as_said_and_less_where_creditors_press(
    model: NeighbourhoodModel, works: float, strained: float, well: float
) -> None:
    people = model.people
    rows = waiting(model, 800)
    people.care_until[rows] = model.month
    people.strained[rows] = np.arange(rows.size) % 2 == 0
    with_parameters(model, health__care_works=works, health__care_strained=strained)
    model.care._finish()
    assert (~people.distressed[rows]).mean() == pytest.approx(well, abs=0.06)
    if strained == 0.0:
        assert people.distressed[rows[::2]].all()
    assert (people.care_until[rows] == c.LONG_AGO).all()


def cared_for_elsewhere(start: NeighbourhoodModel, **changes: float) -> tuple[np.ndarray, np.ndarray, int, list[str]]:
    """Return, after a round of care elsewhere: who is well there, who is here, treatments, and what else changed."""
    model, before = (
        with_parameters(start.branch(make_scenario({}, base="geen-programma")), **changes) for _ in range(2)
    )
    for world in (model, before):
        world.people.column("distressed")[:] = True
    people, counts = model.people, counted(model, "treatments")
    model.health._care_elsewhere(model, np.arange(people.used))
    well, status = ~people.column("distressed"), people.column("status")
    treated = counted(model, "treatments") - counts
    return well[status == c.ELSEWHERE], well[status == c.INSIDE], treated, unlike(model, before)


def test_who_lives_elsewhere_has_the_usual_care_there(small_start: NeighbourhoodModel) -> None:
    p = small_start.p
    away, here, treated, _ = cared_for_elsewhere(small_start)
    assert not here.any()
    assert treated / away.size == pytest.approx(p["health.seeks"], abs=4 / np.sqrt(away.size) / 2)
    assert away.sum() / treated == pytest.approx(p["health.care_works"], abs=4 / np.sqrt(treated) / 2)
    away, _, treated, _ = cared_for_elsewhere(small_start, health__care_works=0.0)
    assert treated > 0 == away.sum(), "treated for nothing"


def test_where_nobody_seeks_care_elsewhere_nothing_changes(small_start: NeighbourhoodModel) -> None:
    away, _, treated, changed = cared_for_elsewhere(small_start, health__seeks=0.0)
    assert treated == away.sum() == 0
    assert changed == []


def test_more_places_mean_shorter_waits_and_fewer_who_are_unwell(small_start: NeighbourhoodModel) -> None:
    found = []
    for places in (0.0, 20.0, 400.0):
        model = with_parameters(
            small_start.branch(make_scenario({}, base="geen-programma")), health__care_places=places
        )
        live(model, 36)
        inside = model.people.column("status") == c.INSIDE
        here = model.counts.cells_of_view("place")  # elsewhere care goes on as it is
        treated = sum(int(year.counts["treatments"][here].sum()) for year in model.counts.years.values())
        found.append((int(np.count_nonzero(model.people.column("distressed") & inside)), treated))
    (worst, none), (usual, some), (best, many) = found
    assert none == 0 < some < many
    assert best < usual
    assert best < worst


def test_who_does_not_seek_is_not_treated(small_start: NeighbourhoodModel) -> None:
    model = small_start.branch(make_scenario({}, base="geen-programma"))
    model.people.column("asked_care")[:] = c.LONG_AGO
    with_parameters(model, health__seeks=0.0, fragmentation__referral=0.0)
    live(model, 13)
    here = model.counts.cells_of_view("place")
    assert not sum(int(year.counts.get("treatments", here * 0)[here].sum()) for year in model.counts.years.values())
    assert not (model.people.column("asked_care") >= 0).any()
