"""The cache of worlds and outcomes, and the board on which a run is watched."""

import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

from scenarios.live.board import Board, cells, series_of
from scenarios.live.cache import KEPT_AFTER_CLEANING, SECONDS_OF_A_DRAFT, Cache

DAY = 86_400.0


def aged(place: Path, days: float) -> Path:
    when = time.time() - days * DAY
    os.utime(place, (when, when))
    return place


def world(cache: Cache, name: str, size: int, days: float) -> Path:
    place = cache.world(name)
    place.mkdir()
    (place / "0000.npy").write_bytes(b"w" * (size - 10))
    (place / "state.json").write_bytes(b"j" * 10)
    return aged(place, days)


def names(cache: Cache) -> list[str]:
    return sorted(path.name for kind in ("runs", "worlds") for path in (cache.folder / kind).iterdir())


# --- the cache


def test_an_entry_is_what_was_put_and_leaves_no_draft(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")
    cache.put_run("one", b"first")
    assert cache.run("one").read_bytes() == b"first"
    cache.put_run("one", b"again")
    assert cache.run("one").read_bytes() == b"again"
    assert names(cache) == ["one.parquet"]


def test_an_entry_that_fails_halfway_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    cache.put_run("kept", b"as it was")

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        for name in ("new", "kept"):
            with pytest.raises(OSError, match="no space"):
                cache.put_run(name, b"half")
    assert not cache.run("new").exists()
    assert cache.run("kept").read_bytes() == b"as it was"


def test_below_the_limit_nothing_goes(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=1_000)
    world(cache, "old", 600, days=30)
    cache.put_run("new", b"x" * 400)
    assert cache.clean() == 1_000
    assert names(cache) == ["new.parquet", "old"]


def test_the_longest_unused_go_first_whatever_they_are(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=1_000)
    world(cache, "oldest", 300, days=9)
    cache.put_run("older", b"x" * 300)
    aged(cache.run("older"), 8)
    world(cache, "middle", 300, days=7)
    cache.put_run("newest", b"x" * 300)
    left = cache.clean()
    assert names(cache) == ["middle", "newest.parquet"]
    assert left == 600 <= KEPT_AFTER_CLEANING * cache.limit


def test_what_was_of_use_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=1_000)
    for number, name in enumerate("abcd"):
        world(cache, name, 300, days=9 - number)
    cache.used(cache.world("a"))
    cache.clean()
    assert names(cache) == ["a", "d"]
    cache.used(cache.world("gone already"))  # says nothing


def test_writing_runs_alone_keeps_the_limit(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=10_000)
    for number in range(60):
        cache.put_run(f"run{number}", b"x" * 1_000)
        assert cache.run(f"run{number}").exists(), "what was just written is read next"
        held = sum(path.stat().st_size for path in (tmp_path / "runs").iterdir())
        assert held <= cache.limit + 1_000


def test_small_runs_do_not_clean_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, cleaned = Cache(tmp_path, limit=100_000), []
    monkeypatch.setattr(cache, "clean", lambda: cleaned.append(1))
    for number in range(50):
        cache.put_run(f"run{number}", b"x" * 100)
    assert 3 <= len(cleaned) <= 5  # every 1,000 bytes


def test_drafts_are_no_entries(tmp_path: Path) -> None:
    """Not counted, not evicted for room while somebody may be writing them."""
    cache = Cache(tmp_path, limit=1_000)
    world(cache, ".half.123", 5_000, days=0)
    (tmp_path / "runs" / ".half.parquet.123").write_bytes(b"x" * 5_000)
    world(cache, "whole", 900, days=3)
    assert cache.clean() == 900
    assert names(cache) == [".half.123", ".half.parquet.123", "whole"]


def test_drafts_that_nobody_finishes_are_removed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    old = 2 * SECONDS_OF_A_DRAFT / DAY
    world(cache, ".dead.123", 50, days=old)
    world(cache, ".dead.gone.7", 50, days=old)
    aged_run = tmp_path / "runs" / ".dead.parquet.123"
    aged_run.write_bytes(b"x")
    aged(aged_run, old)
    world(cache, "entry", 50, days=old)
    assert cache.clean() == 50
    assert names(cache) == ["entry"]


def test_what_cannot_be_removed_is_counted_still(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=100)
    world(cache, "stuck", 90, days=2)
    in_the_way = tmp_path / "worlds" / f".stuck.gone.{os.getpid()}"
    in_the_way.mkdir()
    (in_the_way / "rest").touch()
    world(cache, "next", 90, days=1)
    assert cache.clean() == 90
    assert cache.world("stuck").is_dir()
    assert not cache.world("next").exists()


def _write(folder: Path, letter: str, ready: object) -> None:
    cache = Cache(folder)
    ready.wait()  # type: ignore[attr-defined]
    for _ in range(100):
        cache.put_run("same", letter.encode() * 20_000)


def test_two_writers_and_a_reader_see_whole_entries_only(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    writers = [context.Process(target=_write, args=(tmp_path, letter, ready)) for letter in "ab"]
    for writer in writers:
        writer.start()
    cache, seen = Cache(tmp_path), set()
    ready.set()
    while any(writer.is_alive() for writer in writers):
        if cache.run("same").exists():
            seen.add(cache.run("same").read_bytes())
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen <= {b"a" * 20_000, b"b" * 20_000}
    assert seen
    assert names(cache) == ["same.parquet"]


# --- the board


def filled(years: int, value: float) -> np.ndarray:
    return np.full((years, len(cells())), value)


def test_years_are_seen_when_they_are_counted() -> None:
    board = Board(2)
    place = board.give(1)
    assert board.read(place).shape == (0, len(cells()))
    board.write(place, filled(3, 7.0))
    assert np.array_equal(board.read(place), filled(3, 7.0))
    board._of(place)[3] = 9.0  # written, not yet counted
    assert len(board.read(place)) == 3


def test_what_is_read_is_a_copy() -> None:
    board = Board(1)
    place = board.give(0)
    board.write(place, filled(1, 1.0))
    seen = board.read(place)
    board.write(place, filled(1, 2.0))
    assert (seen == 1.0).all()


def test_places_do_not_see_each_other() -> None:
    board = Board(3)
    places = [board.give(slot) for slot in range(3)]
    for place in places:
        board.write(place, filled(2, float(place)))
    board.stop(places[1])
    assert [board.stopped(place) for place in places] == [False, True, False]
    for place in places:
        assert (board.read(place) == place).all()


def test_a_slot_that_is_given_again_stops_and_silences_whoever_had_it() -> None:
    board = Board(2)
    before = board.give(0)
    board.write(before, filled(4, 1.0))
    now = board.give(0)
    assert board.slot(before) == board.slot(now) == 0
    assert len(board.read(now)) == 0
    assert board.stopped(before)
    board.write(before, filled(5, 1.0))
    assert len(board.read(now)) == 0
    board.stop(before)
    assert not board.stopped(now)


def _write_on(board: Board, place: int) -> None:
    board.write(place, filled(2, 5.0))
    while not board.stopped(place):
        time.sleep(0.001)


def test_another_process_writes_and_is_told_to_stop() -> None:
    board = Board(2)
    place = board.give(1)
    process = multiprocessing.get_context("fork").Process(target=_write_on, args=(board, place))
    process.start()
    end = time.monotonic() + 30
    while not len(board.read(place)):
        assert time.monotonic() < end
    assert (board.read(place) == 5.0).all()
    assert process.is_alive()
    board.stop(place)
    process.join(30)
    assert process.exitcode == 0


def test_series_hold_expected_values_of_everybody() -> None:
    row = {
        "view": "place",
        "group": "all",
        "year": 2026,
        "denominator": 4.0,
        "numerator": 3.0,
        "expected_numerator": 1.0,
    }
    outcome = "crimes_per_1000"
    rows = [
        {**row, "outcome": outcome},
        {**row, "outcome": outcome, "year": 2025, "expected_numerator": None},
        {**row, "outcome": outcome, "group": "wijk:1", "numerator": 99.0},
        {**row, "outcome": "employed_share", "denominator": 0.0},
        {**row, "outcome": "no such outcome"},
    ]
    found = series_of(rows, 2025, 3)
    expected = np.full((3, len(cells())), np.nan)
    expected[0, cells()[outcome, "place"]], expected[1, cells()[outcome, "place"]] = 0.75, 0.25
    assert np.array_equal(found, expected, equal_nan=True)
