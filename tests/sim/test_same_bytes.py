"""The same seed gives the same bytes, whatever the blocks, threads, processes and hash seeds."""

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from small_worlds import (
    AREA,
    AREA_OF_WIJKEN,
    digest,
    digest_after,
    live,
    make_scenario,
    make_world,
    unlike,
)

from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.snapshot import SnapshotError

MONTHS = 21
"""Two school years, two turns of the year, one complete year in the outcome table."""

SAMPLE = 0.2
TINY = 0.02
ROOT = Path(__file__).resolve().parents[2]
KINDS = int | float | np.ndarray
MORE_THAN_ALL_ROWS = 10**9


RICH = make_scenario(
    {
        "budget_national": {"2022-01": 400_000_000.0},
        "share_authority": {"2022-01": 0.4},
        "targeting": {"2022-01": 2.0},
        "stop_intensity": {"2022-01": 4.0},
        "custody": {"2022-01": 3.0},
    },
    start="2022-01",
)
"""A programme in which everything is bought: places, cases in the chain, hours on the street, training."""


def lived(**options: object) -> NeighbourhoodModel:
    return live(make_world(AREA_OF_WIJKEN, sample=SAMPLE, scenario=RICH, **options), MONTHS)


def assert_same(one: NeighbourhoodModel, other: NeighbourhoodModel) -> None:
    assert unlike(one, other) == []
    assert one.outcome_rows(("age", "wijk")) == other.outcome_rows(("age", "wijk"))
    assert digest(one) == digest(other)


@pytest.fixture(scope="module")
def reference() -> NeighbourhoodModel:
    return lived()


@pytest.fixture(scope="module")
def in_this_process() -> dict[int, str]:
    return {seed: digest_after(seed, TINY, MONTHS) for seed in (1, 2)}


def test_the_reference_has_something_to_compare(reference: NeighbourhoodModel) -> None:
    assert reference.cases.used > 0
    people, streets, police = reference.people, reference.streets, reference.police
    for name in ("role_since", "trial", "summoned", "together", "last_victim"):
        assert (people.column(name) >= 0).any(), name
    for name in ("trust", "family_offender", "partnered", "trial_place", "halt_done"):
        assert np.count_nonzero(people.column(name)) > 0, name
    for name in ("hot", "problem", "stopped"):
        assert np.unique(streets.column(name)).size > 3, name
    assert (streets.column("hit") >= 0).any()
    assert min(police.trained, police.wijkagenten.contact, police.base_demand) > 0
    assert all(stock.posts > 0 for stock in reference.municipality.stocks.values())
    kinds = reference.cases.column("service")[reference.cases.column("person") >= 0]
    assert np.unique(kinds).size > 12
    assert reference.people.column("registrations").sum() > 0
    assert {row["year"] for row in reference.outcome_rows()} == {2022}


def test_same_seed_twice(reference: NeighbourhoodModel) -> None:
    assert_same(reference, lived())


def test_a_different_seed_differs(reference: NeighbourhoodModel) -> None:
    other = lived(rng=2)
    traits = [model.people.column("propensity")[:500] for model in (reference, other)]
    assert np.isin(*traits).mean() < 0.1
    assert digest(other) != digest(reference)


@pytest.mark.parametrize("block_rows", [1000, MORE_THAN_ALL_ROWS])
def test_blocks_do_not_matter(reference: NeighbourhoodModel, block_rows: int) -> None:
    assert_same(reference, lived(block_rows=block_rows))


def test_blocks_of_one_row_do_not_matter(in_this_process: dict[int, str]) -> None:
    one_by_one = live(make_world(sample=TINY, block_rows=1), MONTHS)
    assert digest(one_by_one) == in_this_process[1]


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_matter(reference: NeighbourhoodModel, threads: int) -> None:
    assert_same(reference, lived(threads=threads, block_rows=512))


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_do_not_matter(in_this_process: dict[int, str], processes: int) -> None:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = pool.map(digest_after, (1, 2), (TINY, TINY), (MONTHS, MONTHS))
        assert dict(zip((1, 2), found, strict=True)) == in_this_process


@pytest.mark.parametrize("hash_seed", ["0", "20250101"])
def test_hash_seeds_do_not_matter(in_this_process: dict[int, str], hash_seed: str) -> None:
    code = f"from small_worlds import digest_after; print(digest_after(1, {TINY}, {MONTHS}))"
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == in_this_process[1]


@pytest.mark.parametrize("saved_after", [0, 9])
def test_saved_and_restored_goes_on_the_same(reference: NeighbourhoodModel, tmp_path: Path, saved_after: int) -> None:
    first = live(make_world(AREA_OF_WIJKEN, sample=SAMPLE, scenario=RICH), saved_after)
    first.save(tmp_path / "world")
    second = NeighbourhoodModel.restore(tmp_path / "world", RICH)
    assert unlike(first, second) == []
    assert_same(reference, live(second, MONTHS - saved_after))


def test_saving_twice_writes_the_same_files(whole_base: NeighbourhoodModel, tmp_path: Path) -> None:
    whole_base.save(tmp_path / "one")
    NeighbourhoodModel.restore(tmp_path / "one").save(tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def carried(model: NeighbourhoodModel) -> list[dict[str, object]]:
    """Return the numbers every institution carries, in the order in which they were registered."""
    return [
        {name: np.asarray(value).tolist() for name, value in vars(agent).items() if isinstance(value, KINDS)}
        for agent in model.agents
    ]


def test_institutions_come_back_as_they_were(small_start: NeighbourhoodModel, tmp_path: Path) -> None:
    """Also where they rest at their usual values, which a world made anew has as well."""
    world = small_start.branch(small_start.scenario)
    for number, school in enumerate(world.schools_of_area.schools):
        school.vacancy += 0.01 * (number + 1)
    world.employers.level += 0.1
    for name in world.police.STATE:
        setattr(world.police, name, getattr(world.police, name) * 1.1 + 0.01)
    world.police.wijkagenten.contact += 0.03
    for number, stock in enumerate(world.municipality.stocks.values()):
        stock.posts += 0.1 * (number + 1)
    world.corporaties[1].let_local += 5
    assert carried(world) != carried(small_start)
    world.save(tmp_path / "world")
    assert carried(NeighbourhoodModel.restore(tmp_path / "world")) == carried(world)
    assert carried(world.branch(None)) == carried(world)
    posts = [stock.posts for stock in world.municipality.stocks.values()]
    assert [stock.posts for stock in world.branch(None).municipality.stocks.values()] == posts


def test_a_column_of_every_kind_comes_back_as_it_was(small_start: NeighbourhoodModel, tmp_path: Path) -> None:
    """Every column of every table, set to what no fresh world has; and the roles that are closed."""
    world = small_start.branch(small_start.scenario)
    for table in (world.people, world.streets, world.cases, world.households, world.dwellings):
        for column in table.columns:
            values = getattr(table, column.name)[..., : table.used]
            values[:] = np.arange(values.size).reshape(values.shape) % 100 + 1
    world.closed_roles = 12.25
    world.save(tmp_path / "world")
    for copy in (NeighbourhoodModel.restore(tmp_path / "world"), world.branch(None)):
        for name in ("people", "streets", "cases", "households", "dwellings"):
            one, other = getattr(world, name).state(), getattr(copy, name).state()
            cells = {"cell", "start_band", "start_poor", "exposed_months"}  # a branch counts anew
            for key in one.keys() - cells:
                assert one[key].tobytes() == other[key].tobytes(), f"{name}.{key}"
        assert copy.closed_roles == 12.25
        assert copy.roles == world.roles


def test_a_world_with_parameters_of_its_own_is_not_restored_with_others(tmp_path: Path) -> None:
    own = load_parameters(0, AREA).with_values({"services.mentoring_effect": 0.5})
    world = make_world(sample=TINY, parameters=own)
    world.save(tmp_path / "world")
    with pytest.raises(SnapshotError):
        NeighbourhoodModel.restore(tmp_path / "world")
    assert unlike(NeighbourhoodModel.restore(tmp_path / "world", parameters=own), world) == []


def test_a_branch_at_the_start_goes_on_the_same(reference: NeighbourhoodModel) -> None:
    trunk = make_world(AREA_OF_WIJKEN, sample=SAMPLE, scenario=RICH)
    assert_same(reference, live(trunk.branch(trunk.scenario), MONTHS))


def test_a_branch_half_way_goes_on_as_its_trunk_would() -> None:
    trunk = live(make_world(sample=SAMPLE, scenario=RICH), 9)
    trunk.closed_roles = 1.5
    branch = trunk.branch(trunk.scenario)
    trunk.begin()
    assert_same(live(trunk, 12), live(branch, 12))


def test_a_branch_does_not_touch_its_trunk_or_the_other_branch() -> None:
    trunk = live(make_world(sample=SAMPLE), 3)
    before = digest(trunk)
    rich = make_scenario({}, {"budget": {"2022-01": 3_000_000.0}}, start="2022-01")
    one = live(trunk.branch(rich), 12)
    assert digest(trunk) == before
    other = live(trunk.branch(rich), 12)
    assert_same(one, other)
    assert digest(live(trunk.branch(None), 12)) != digest(one)


def test_a_world_of_another_sample_or_area_is_another_world() -> None:
    kinds = [(sample, area) for sample in (0.1, 0.2) for area in (AREA, AREA_OF_WIJKEN)]
    assert len({digest_after(1, sample, 1, area) for sample, area in kinds}) == len(kinds)
