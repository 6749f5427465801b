"""Runs that somebody waits for: equal names are equal runs, and however a run comes, it has the numbers of a batch."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios.catalogue import load_scenario
from scenarios.design import Task
from scenarios.live import runs, work
from scenarios.live.asking import EVERY_GROUP
from scenarios.live.board import Board, Series, cells, series_of
from scenarios.live.cache import Cache
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.live.work import FIRST_YEAR, SCENARIO, Desk, Stopped, kept_rows, live, live_series
from scenarios.posterior import posterior_changes
from scenarios.variants import vary
from scenarios.worlds import simulate
from sim.scenario import Scenario

AREA = "vlaardingen-westwijk"
BUDGET = "programme.preventie_met_gezag.budget"
WORLD = WorldKey(AREA, draw=2, seed=3, sample=0.02)
YEARS = 2
KEY = ["outcome", "view", "group", "year"]


def varied(own: dict[str, dict[str, float]], name: str = "anders", base: str = "preventie-met-gezag") -> Scenario:
    return vary(load_scenario(base), name, {}, {AREA: own})


RUN = LiveRun(WORLD, varied({BUDGET: {"2025": 900_000.0, "2026": 0.0}}), YEARS, EVERY_GROUP)


# --- names


def test_what_a_scenario_is_called_does_not_matter() -> None:
    base = load_scenario("preventie-met-gezag")
    other = vary(base, "heel-anders", {}, title={"nl": "Heel anders", "en": "Quite different"})
    assert other.id != base.id
    assert LiveRun(WORLD, other, YEARS).name == LiveRun(WORLD, base, YEARS).name


def test_what_is_asked_of_other_areas_does_not_matter() -> None:
    base = load_scenario("preventie-met-gezag")
    elsewhere = vary(base, "elders", {}, {"breda-noord": {BUDGET: {"2025": 1.0}}})
    here = vary(base, "hier", {}, {AREA: {BUDGET: {"2025": 1.0}}})
    names = [LiveRun(WORLD, one, YEARS).name for one in (base, elsewhere, here)]
    assert names[0] == names[1] != names[2]


def test_the_order_of_groups_does_not_matter_but_which_they_are_does() -> None:
    base = load_scenario("geen-programma")
    names = [LiveRun(WORLD, base, YEARS, groups).name for groups in (("age", "wijk"), ("wijk", "age"), ("age",), ())]
    assert names[0] == names[1]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    "other",
    [
        replace(RUN, years=3),
        replace(RUN, world=replace(WORLD, area="heerlen-noord")),
        replace(RUN, world=replace(WORLD, draw=1)),
        replace(RUN, world=replace(WORLD, seed=4)),
        replace(RUN, world=replace(WORLD, sample=0.03)),
        replace(RUN, scenario=varied({BUDGET: {"2025": 900_001.0, "2026": 0.0}})),
        replace(RUN, scenario=varied({BUDGET: {"2025": 900_000.0, "2027": 0.0}})),
        replace(RUN, scenario=varied({BUDGET: {"2025": 900_000.0, "2026": 0.0}, "police.hours": {"2025": 1.1}})),
        replace(RUN, scenario=load_scenario("geen-programma")),
        replace(RUN, scenario=RUN.scenario.model_copy(update={"start": "2024-01"})),
    ],
    ids=["years", "area", "draw", "seed", "sample", "value", "year", "lever", "base", "start"],
)
def test_anything_else_is_another_run(other: LiveRun) -> None:
    assert other.name != RUN.name


@pytest.fixture
def fresh_past() -> Iterator[None]:
    runs._past.cache_clear()
    yield
    runs._past.cache_clear()


def test_another_model_is_another_world(monkeypatch: pytest.MonkeyPatch, fresh_past: None) -> None:
    before = (WORLD.name, RUN.name)
    monkeypatch.setattr(runs, "fingerprint", lambda: "0" * 64)
    runs._past.cache_clear()
    assert WORLD.name != before[0]
    assert RUN.name != before[1]


def test_another_past_is_another_world(monkeypatch: pytest.MonkeyPatch, fresh_past: None, tmp_path: Path) -> None:
    before = (WORLD.name, RUN.name)
    library = tmp_path / "library"
    library.mkdir()
    realised = load_scenario(runs.REALISED).to_toml()
    (library / f"{runs.REALISED}.toml").write_text(realised + "\n# another line\n", encoding="utf-8")
    monkeypatch.setattr(runs, "files", lambda package: tmp_path)
    runs._past.cache_clear()
    assert WORLD.name != before[0]
    assert RUN.name != before[1]


def test_names_are_names_of_files() -> None:
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in (WORLD.name, RUN.name))
    assert WORLD.name != RUN.name


# --- numbers


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """What a worker has, in this process."""
    found = Desk(Cache(tmp_path / "cache"), Board(2))
    monkeypatch.setattr(work, "_desk", found)
    return found


@pytest.fixture(scope="module")
def batch() -> pd.DataFrame:
    """What a batch tells of the run."""
    fitted = tuple(sorted(posterior_changes(WORLD.draw, AREA).items()))
    task = Task(AREA, WORLD.draw, WORLD.seed, WORLD.sample, YEARS, EVERY_GROUP, (RUN.scenario,), fitted)
    (run,) = simulate(task)
    assert run.failure is None
    return rows_of(pd.DataFrame(run.rows))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds the world and the run. Shared: copy from it, do not write."""
    cache = Cache(tmp_path_factory.mktemp("kept"))
    board = Board(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "_desk", Desk(cache, board))
        live(RUN, board.give(0), shown=False)
    return cache.folder


def with_kept(desk: Desk, kept: Path, *kinds: str) -> None:
    for kind in kinds:
        shutil.copytree(kept / kind, desk.cache.folder / kind, dirs_exist_ok=True)


def rows_of(frame: pd.DataFrame) -> pd.DataFrame:
    columns = [*KEY, "numerator", "denominator", "expected_numerator"]
    found = frame[columns].sort_values(KEY, ignore_index=True)
    return found.astype({"numerator": float, "denominator": float, "expected_numerator": float, "year": int})


def assert_equal_to_the_bit(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert len(found) > 1_000
    assert not found.duplicated(KEY).any()
    pd.testing.assert_frame_equal(rows_of(found), expected, check_exact=True, check_dtype=False)


def no_building(*args: Any, **more: Any) -> None:
    raise AssertionError("a world was built")


def test_a_built_world_gives_what_a_batch_gives(desk: Desk, batch: pd.DataFrame, kept: Path) -> None:
    found = pd.read_parquet(Cache(kept).run(RUN.name))
    assert_equal_to_the_bit(found, batch)
    facts = found[["scenario", "area", "draw", "seed"]].drop_duplicates().to_dict("records")
    assert facts == [{"scenario": SCENARIO, "area": AREA, "draw": WORLD.draw, "seed": WORLD.seed}]
    assert [path.name for path in (kept / "worlds").iterdir()] == [WORLD.name]


def test_its_snapshot_gives_the_same(
    desk: Desk, batch: pd.DataFrame, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kept(desk, kept, "worlds")
    monkeypatch.setattr("sim.world.start_world", no_building)
    assert live(RUN, desk.board.give(0), shown=False) == RUN.name
    assert_equal_to_the_bit(pd.read_parquet(desk.cache.run(RUN.name)), batch)
    assert desk.cache.run(RUN.name).read_bytes() == Cache(kept).run(RUN.name).read_bytes()


def test_the_cache_gives_the_same_and_nothing_is_lived(
    desk: Desk, batch: pd.DataFrame, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kept(desk, kept, "runs")
    monkeypatch.setattr("scenarios.live.work.branch", no_building)
    assert_equal_to_the_bit(kept_rows(RUN, desk.board.give(0)).to_pandas(), batch)
    place = desk.cache.run(RUN.name)
    os.utime(place, (1.0, 1.0))
    live(RUN, desk.board.give(0), shown=False)
    assert place.stat().st_mtime > 1.0, "it was of use"


def test_series_are_those_rows_and_those_on_the_board(
    desk: Desk, batch: pd.DataFrame, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_kept(desk, kept, "worlds")
    seen: list[Series] = []
    write = Board.write

    def written(self: Board, place: int, series: Series) -> None:
        write(self, place, series)
        seen.append(self.read(place))

    monkeypatch.setattr(Board, "write", written)
    found = live_series(RUN, desk.board.give(1), shown=True)
    assert [len(series) for series in seen] == [1, 2]
    assert np.array_equal(found, seen[-1], equal_nan=True)
    counted = [column for (name, _), column in cells().items() if not name.startswith("npv_")]
    last = seen[0][0, counted]
    assert np.array_equal(last, found[0, counted], equal_nan=True), "a year that is over does not change"
    rows = batch.astype(object).where(batch.notna(), None).to_dict("records")
    assert np.array_equal(found, series_of(rows, FIRST_YEAR, YEARS), equal_nan=True)
    assert np.isfinite(found).sum() > 200


def test_nothing_is_shown_to_nobody(desk: Desk, kept: Path) -> None:
    with_kept(desk, kept, "worlds")
    place = desk.board.give(0)
    live(RUN, place, shown=False)
    assert len(desk.board.read(place)) == 0


def test_a_run_ends_within_a_month_of_being_asked_to(desk: Desk, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.model import NeighbourhoodModel

    with_kept(desk, kept, "worlds")
    place, months = desk.board.give(0), []
    step = NeighbourhoodModel.step

    def stepped(self: NeighbourhoodModel) -> None:
        step(self)
        months.append(1)
        if len(months) == 5:
            desk.board.stop(place)

    monkeypatch.setattr(NeighbourhoodModel, "step", stepped)
    with pytest.raises(Stopped):
        live(RUN, place, shown=False)
    assert len(months) == 5
    assert not desk.cache.run(RUN.name).exists()


# --- what is damaged is made anew


def cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-100])


def zeroed(place: Path) -> None:
    place.write_bytes(bytes(place.stat().st_size))


def turned(place: Path) -> None:
    content = place.read_bytes()
    place.write_bytes(content[:200] + bytes(255 - byte for byte in content[200:2_000]) + content[2_000:])


@pytest.mark.parametrize("damage", [cut, zeroed, turned])
def test_damaged_outcomes_are_made_anew(desk: Desk, kept: Path, damage: Any) -> None:
    with_kept(desk, kept, "worlds", "runs")
    place = desk.cache.run(RUN.name)
    whole = place.read_bytes()
    damage(place)
    live_series(RUN, desk.board.give(0), shown=False)
    assert place.read_bytes() == whole


def digest(folder: Path) -> str:
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("state.json", zeroed),
        ("0002.npy", Path.unlink),
    ],
)
def test_damaged_worlds_are_made_anew_and_kept(
    desk: Desk, batch: pd.DataFrame, kept: Path, name: str, damage: Any
) -> None:
    with_kept(desk, kept, "worlds")
    folder = desk.cache.world(WORLD.name)
    whole = digest(folder)
    damage(folder / name)
    assert digest(folder) != whole
    live(RUN, desk.board.give(0), shown=False)
    assert_equal_to_the_bit(pd.read_parquet(desk.cache.run(RUN.name)), batch)
    assert digest(folder) == whole


def test_a_world_that_cannot_be_kept_is_lived_all_the_same(
    desk: Desk, batch: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.model import NeighbourhoodModel

    def full(self: NeighbourhoodModel, path: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(NeighbourhoodModel, "save", full)
    live(RUN, desk.board.give(0), shown=False)
    assert_equal_to_the_bit(pd.read_parquet(desk.cache.run(RUN.name)), batch)


def test_only_a_worker_has_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_desk", None)
    with pytest.raises(RuntimeError, match="not started as a worker"):
        work.desk()
