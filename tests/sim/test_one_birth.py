"""One extra birth changes one life; after ten years paired differences still vary less than unpaired ones."""

from collections.abc import Callable

import numpy as np
import pytest
from small_worlds import AREA, counted, in_use, live, lives, make_scenario, make_world

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import TWO32, Rows
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.population.table import Table

YEARS = 10
SEEDS = range(1, 6)


def mothers(model: NeighbourhoodModel) -> np.ndarray:
    """Return the women who could give birth this month and are not going to."""
    people = model.people
    age, status = people.column("age"), people.column("status")
    able = (status == c.INSIDE) & (people.column("sex") == c.WOMAN) & (age >= 18) & (age < 45)
    return np.flatnonzero(able & (people.column("due") < 0) & (people.column("position") != c.CHILD))


def with_birth(model: NeighbourhoodModel, number: int = 0) -> NeighbourhoodModel:
    """Return a branch in which one more child will be born this month."""
    twin = model.branch(model.scenario)
    able = mothers(twin)
    order = np.argsort(twin.draws.order("test.mother", twin.people.life[able]))
    twin.people.due[able[order[number]]] = twin.month
    return twin


def with_telling_birth(model: NeighbourhoodModel) -> NeighbourhoodModel:
    """Return a branch with one more birth to a well-off young couple: such families move away."""
    twin = model.branch(model.scenario)
    people, households = twin.people, twin.households
    able = mothers(twin)
    home = people.household[able]
    young = (households.children[home] == 0) & (people.age[able] < 35) & (households.partner[home] >= 0)
    best = able[young][np.argmax(households.standing[home[young]])]
    people.due[best] = twin.month
    return twin


def homes(model: NeighbourhoodModel) -> dict[int, tuple[int, ...]]:
    """Return dwelling, income position and members of every household by its id, without sizes."""
    households = model.households
    rows = np.flatnonzero(households.column("size") > 0)
    dwelling = model.dwellings.life[households.dwelling[rows]]
    names = ("standing", "shock", "low_income", "seeking_since")
    kept = zip(dwelling, *(getattr(households, name)[rows] for name in names), strict=True)
    return {int(life): tuple(map(float, one)) for life, one in zip(households.life[rows], kept, strict=True)}


def other_lives(one: NeighbourhoodModel, other: NeighbourhoodModel) -> tuple[set[int], set[int], set[str]]:
    """Return who lives in one world only, who lives differently in both, and in which columns."""
    a, b = lives(one), lives(other)
    alone = set(np.setxor1d(a["life"], b["life"]).tolist())
    in_a, in_b = np.isin(a["life"], b["life"]), np.isin(b["life"], a["life"])
    differ = {name: (a[name][..., in_a] != b[name][..., in_b]) for name in a}
    columns = {name for name, mask in differ.items() if mask.any()}
    changed = np.zeros(int(in_a.sum()), dtype=bool)
    for mask in differ.values():
        changed |= mask.any(axis=0) if mask.ndim == 2 else mask
    return alone, set(a["life"][in_a][changed].tolist()), columns


def test_one_extra_birth_changes_one_life_in_every_month_of_the_year(whole_base: NeighbourhoodModel) -> None:
    trunk = whole_base.branch(whole_base.scenario)
    for number in range(MONTHS_PER_YEAR):
        usual, more = trunk.branch(trunk.scenario), with_birth(trunk, number)
        usual.step()
        more.step()
        alone, changed, columns = other_lives(usual, more)
        assert (len(alone), changed, columns) == (1, set(), set()), more.label
        assert homes(usual) == homes(more), more.label
        assert counted(more, "births") - counted(usual, "births") == 1
        trunk.step()


def _from_the_end(allocate: Callable[[Table, int], Rows]) -> Callable[[Table, int], Rows]:
    """Return a way of giving out free rows that begins with the last."""

    def from_the_end(table: Table, count: int) -> Rows:
        table._free = table._free[::-1]
        rows = allocate(table, count)
        table._free = np.sort(table._free)
        return rows

    return from_the_end


def test_row_numbers_do_not_matter(whole_base: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two years with free rows given out from the other end: who comes gets another row, nobody another life."""
    usual = live(whole_base.branch(whole_base.scenario), 2 * MONTHS_PER_YEAR)
    monkeypatch.setattr(Table, "allocate", _from_the_end(Table.allocate))
    moved = live(whole_base.branch(whole_base.scenario), 2 * MONTHS_PER_YEAR)
    assert other_lives(usual, moved) == (set(), set(), set())
    assert (in_use(usual) != in_use(moved)).mean() > 0.05, "the rows are the same: nothing was proved"
    assert homes(usual) == homes(moved)
    assert usual.outcome_rows(("age", "start")) == moved.outcome_rows(("age", "start"))


def test_row_numbers_do_not_matter_to_police_justice_and_roles(
    whole_base: NeighbourhoodModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same under a rich programme with many stops and much custody, in which everything scarce is given out."""
    once = {"stop_intensity": 5.0, "custody": 3.0, "targeting": 2.0, "share_authority": 0.4}
    own = {name: {"2022-01": value} for name, value in (once | {"budget": 3_000_000.0}).items()}
    rich = make_scenario({}, own, start="2022-01")
    usual, moved = whole_base.branch(rich), whole_base.branch(rich)
    usual.roles = moved.roles = 60.0
    live(usual, 18)
    monkeypatch.setattr(Table, "allocate", _from_the_end(Table.allocate))
    live(moved, 18)
    assert other_lives(usual, moved) == (set(), set(), set())
    assert (in_use(usual) != in_use(moved)).mean() > 0.05, "the rows are the same: nothing was proved"
    assert usual.outcome_rows(("age", "start")) == moved.outcome_rows(("age", "start"))
    assert counted(usual, "recruited") > 60
    assert counted(usual, "stops") > 500
    assert counted(usual, "custody") > 20


def test_the_extra_child_itself_lives_on(small_start: NeighbourhoodModel) -> None:
    start = small_start
    usual, more = live(start.branch(start.scenario), 3), live(with_birth(start), 3)
    alone, changed, _ = other_lives(usual, more)
    assert len(alone) == 1
    people = more.people
    child = np.flatnonzero(people.column("life") == np.uint64(alone.pop()))
    assert people.status[child] == c.INSIDE
    assert people.age[child] == 0
    assert people.position[child] == c.CHILD
    assert not changed


def expected_suspects(model: NeighbourhoodModel) -> float:
    """Return the expected registered suspects since the start, everybody followed."""
    return sum(float(year.expected["suspects"].sum()) for year in model.counts.years.values()) / TWO32


@pytest.mark.slow
def test_after_ten_years_a_paired_difference_varies_less_than_an_unpaired_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    usual, more, same = [], [], []
    for seed in SEEDS:
        start = make_world(rng=seed, sample=0.1)
        pair = (start.branch(start.scenario), with_telling_birth(start))
        worlds = [live(model, YEARS * MONTHS_PER_YEAR) for model in pair]
        usual.append(expected_suspects(worlds[0]))
        more.append(expected_suspects(worlds[1]))
        alone, changed, _ = other_lives(*worlds)
        same.append(1 - (len(changed) + len(alone)) / lives(worlds[0])["life"].size)
        assert alone, "the worlds are the same: nothing was compared"
    paired = np.var(np.subtract(more, usual), ddof=1)
    unpaired = np.var(np.subtract(np.roll(more, 1), usual), ddof=1)
    with capsys.disabled():
        print(
            f"\n{AREA}, 10 %, {len(SEEDS)} seeds, one extra birth, {YEARS} years of expected suspects:"
            f" variance of the paired difference {paired:.3g}, of an unpaired one {unpaired:.3g};"
            f" {np.mean(same):.1%} of the lives are the same to the bit"
        )
    assert paired < unpaired
