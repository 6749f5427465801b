"""A batch stopped anywhere goes on to the same bytes: killed at any write, on a full disk, with spoilt files."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import fake_model
import pandas as pd
import pytest
from batch_tools import assert_same, contents, leftovers, lines, run_into, tiny_design

from results import store as store_module
from results.journal import JOURNAL, Journal
from results.lock import LOCK, FolderLock
from results.reading import open_results
from results.store import Store, StoreError
from scenarios import batch as batch_module
from scenarios import folders as folders_module
from scenarios.design import Task
from scenarios.executors import ThisProcess
from scenarios.folders import merge, open_batch
from scenarios.runs import Run

DRAWS = 2
RUNS = 4 * DRAWS


class Killed(BaseException):
    """What stands for SIGKILL here: nothing of the process that it hits goes on."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Draw parameters once: they are the same in every batch here."""
    known: dict[tuple[int, ...], pd.DataFrame] = {}
    draw = batch_module.draw_table
    monkeypatch.setattr(batch_module, "draw_table", lambda design: known.setdefault(design.draws, draw(design)))
    monkeypatch.setenv("WIJKLAB_TEST_COUNT", str(tmp_path / "count.txt"))
    monkeypatch.setenv("WIJKLAB_TEST_WRONG", str(tmp_path / "wrong.txt"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert run_into(out, tiny_design(DRAWS)) == ("done", [])
    return out


class Kills:
    """Lets the writer die in a certain write: half a hidden file or half a line of the journal is left behind."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writes, self.fatal = 0, 0
        whole, add, remove = store_module.write_whole, Journal.add, Journal.remove

        def write(target: Path, content: bytes) -> None:
            if self._now():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.with_name(f".{target.name}.99999").write_bytes(content[: len(content) // 2])
                raise Killed
            whole(target, content)

        def line(journal: Journal, entry: object) -> None:
            if self._now():
                with journal.path.open("ab") as file:
                    file.write(b'{"run": "prev')
                raise Killed
            add(journal, entry)  # type: ignore[arg-type]

        def gone(journal: Journal) -> None:
            if self._now():
                raise Killed
            remove(journal)

        for module in (store_module, folders_module):
            monkeypatch.setattr(module, "write_whole", write)
        monkeypatch.setattr(Journal, "add", line)
        monkeypatch.setattr(Journal, "remove", gone)

    def _now(self) -> bool:
        self.writes += 1
        return self.writes == self.fatal

    def everywhere(self, work: Callable[[Path], object], folder: Path, step: int = 1) -> Iterator[Path]:
        """Yield a folder for every write of some work, or every so many: killed in that write, then done again."""
        self.writes = self.fatal = 0
        work(folder / "whole")
        yield folder / "whole"
        total = self.writes
        assert total > RUNS
        for number in range(1, total + 1, step):
            self.writes, self.fatal = 0, number
            with pytest.raises(Killed):
                work(folder / f"{number}")
            self.fatal = 0
            work(folder / f"{number}")
            yield folder / f"{number}"


def test_killed_in_any_write_it_goes_on_to_the_same_bytes(
    tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design, count = tiny_design(DRAWS), tmp_path / "count.txt"
    for out in Kills(monkeypatch).everywhere(lambda out: run_into(out, design, fake_model.counting), tmp_path):
        assert_same(out, undisturbed)
        assert leftovers(out) == []
        assert not (out / JOURNAL).exists()
        assert Store.open(out).manifest["status"] == "done"
        # only those were done twice that were being written, with the scenarios of their world that came after
        # them: these had crossed but were not kept yet
        times = Counter(lines(count))
        assert len(times) == RUNS
        assert sum(times.values()) <= RUNS + 2
        count.unlink()


def test_killed_while_failures_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Path
) -> None:
    design, wrong = tiny_design(DRAWS), tmp_path / "wrong.txt"

    def work(out: Path) -> None:
        if not out.exists():
            wrong.write_text("1 raised\n")
            fatal, kills.fatal = kills.fatal, 0
            assert run_into(out, design, fake_model.choosing) == ("failures", [])
            kills.writes, kills.fatal = 0, fatal
        wrong.write_text("")
        run_into(out, design, fake_model.choosing, retry=True)

    kills = Kills(monkeypatch)
    for out in kills.everywhere(work, tmp_path, 2):
        assert_same(out, undisturbed)


def test_killed_while_a_failure_is_told_after_an_earlier_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of an earlier end know nothing of a run that failed since."""
    design, wrong = tiny_design(DRAWS), tmp_path / "wrong.txt"
    wrong.write_text("2 raised\n")

    def work(out: Path) -> None:
        if not out.exists():
            fatal, kills.fatal = kills.fatal, 0
            assert run_into(out, design, fake_model.choosing, shard=slice(0, 2)) == ("part", [])
            kills.writes, kills.fatal = 0, fatal
        run_into(out, design, fake_model.choosing)

    kills = Kills(monkeypatch)
    for out in kills.everywhere(work, tmp_path):
        results = open_results(out)
        assert Counter(results.runs["status"]) == {"done": 4, "failed": 4}
        assert set(results.failures["type"]) == {"ValueError"}
        assert results.manifest["status"] == "failures"


@pytest.mark.parametrize("new", [True, False])
def test_a_merge_killed_in_any_write_is_done_again(
    tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch, new: bool
) -> None:
    design = tiny_design(DRAWS)
    kills = Kills(monkeypatch)

    def work(out: Path) -> None:
        shards = [tmp_path / "a" if new else out, tmp_path / "b"]
        for part, shard in enumerate(shards):
            if not shard.exists():
                fatal, kills.fatal = kills.fatal, 0
                run_into(shard, design, shard=slice(part, None, 2))
                kills.writes, kills.fatal = 0, fatal
        merge(shards, out if new else None)

    for out in kills.everywhere(work, tmp_path, 3 if new else 2):
        assert_same(out, undisturbed)
        assert leftovers(out) == []


@pytest.mark.parametrize("spoil", ["flipped", "cut", "gone", "empty"])
def test_a_spoilt_part_is_found_and_made_again(tmp_path: Path, undisturbed: Path, spoil: str) -> None:
    out, design = tmp_path / "out", tiny_design(DRAWS)
    run_into(out, design)
    run, other = (sorted(path.stem for path in out.glob("outcomes/*.parquet"))[at] for at in (1, 6))
    _spoil(out / f"outcomes/{run}.parquet", spoil)
    status, damaged = run_into(out, design, fake_model.counting)
    assert (status, damaged) == ("done", [run])
    assert lines(tmp_path / "count.txt") == [run]
    assert_same(out, undisturbed)
    # the same while the batch is not at its end: what the journal knows is checked as well
    with pytest.raises(Killed):
        run_into(tmp_path / "half", design, _killed_in_draw_2)
    first = next((tmp_path / "half/outcomes").glob("*.parquet"))
    assert not (tmp_path / "half/runs.parquet").exists()
    _spoil(first, spoil)
    assert run_into(tmp_path / "half", design) == ("done", [first.stem])
    assert_same(tmp_path / "half", undisturbed)
    assert other != run


def _killed_in_draw_2(task: Task) -> list[Run]:
    if task.draw == 2:
        raise Killed
    return fake_model.simulate(task)


def _spoil(place: Path, how: str) -> None:
    content = bytearray(place.read_bytes())
    if how == "gone":
        place.unlink()
    elif how == "cut":
        place.write_bytes(content[:-100])
    elif how == "empty":
        place.write_bytes(b"")
    else:
        content[len(content) // 2] ^= 1
        place.write_bytes(content)


def test_a_part_that_nobody_wrote_down_is_written_again(tmp_path: Path, undisturbed: Path) -> None:
    """A file that came from elsewhere has no line in the journal: it counts for nothing."""
    out, design = tmp_path / "out", tiny_design(DRAWS)
    with FolderLock(out):
        from batch_tools import codebook_content, facts_of

        open_batch(out, design, facts_of(design), codebook_content())
    run = next(run for run, _ in design.runs())
    (out / "outcomes").mkdir()
    (out / f"outcomes/{run}.parquet").write_bytes(b"not of ours")
    assert run_into(out, design) == ("done", [])
    assert_same(out, undisturbed)


def test_a_full_disk_loses_no_finished_run(tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, design, whole = tmp_path / "out", tiny_design(DRAWS), Path.write_bytes
    left = [3]

    def write(place: Path, content: bytes) -> int:
        if place.parent.name == "outcomes" and left[0] == 0:
            whole(place, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= place.parent.name == "outcomes"
        return whole(place, content)

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write)
        with pytest.raises(StoreError, match="No space left") as caught:
            run_into(out, design, fake_model.counting)
    assert caught.value.code == "full"
    assert leftovers(out) == [JOURNAL]
    assert len(list(Journal(out).entries())) == 3
    assert run_into(out, design, fake_model.counting) == ("done", [])
    # the one that did not fit was done twice, the rest once
    assert sorted(Counter(lines(tmp_path / "count.txt")).values()) == [1] * (RUNS - 1) + [2]
    assert_same(out, undisturbed)


def test_a_full_disk_in_the_journal(tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that fits by half is taken back, so that the next line starts a line."""
    out, design, whole, asked = tmp_path / "out", tiny_design(DRAWS), os.write, [0]

    def write(file: int, content: bytes) -> int:
        asked[0] += content.startswith(b'{"run"')
        return whole(file, content[:20] if asked[0] == 4 else content)

    with monkeypatch.context() as full:
        full.setattr("results.journal.os.write", write)
        with pytest.raises(StoreError) as caught:
            run_into(out, design)
    assert caught.value.code == "full"
    assert (out / JOURNAL).read_bytes().endswith(b"}\n")
    assert len(lines(out / JOURNAL)) == 3
    assert run_into(out, design) == ("done", [])
    assert_same(out, undisturbed)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for part of a batch."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full(tmp_path: Path, small_disk: Path, undisturbed: Path) -> None:
    out, design = small_disk / "out", tiny_design(DRAWS)
    run_into(out, design, shard=slice(0, 1))
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    os.truncate(ballast, ballast.stat().st_size - 20_000)  # room for less than what is left to do
    with pytest.raises((StoreError, OSError), match="No space left"):
        run_into(out, design)
    kept = {path.name: path.read_bytes() for path in out.glob("outcomes/*.parquet")}
    assert len(kept) >= 2
    assert [name for name in leftovers(out) if name not in (JOURNAL, LOCK)] == []
    ballast.unlink()
    assert run_into(out, design) == ("done", [])
    assert_same(out, undisturbed)
    assert kept.items() <= {path.name: path.read_bytes() for path in out.glob("outcomes/*.parquet")}.items()


def test_only_what_failed_is_tried_again(tmp_path: Path, undisturbed: Path) -> None:
    out, design, wrong, count = tmp_path / "out", tiny_design(DRAWS), tmp_path / "wrong.txt", tmp_path / "count.txt"
    wrong.write_text("2 memory\n")
    assert run_into(out, design, fake_model.choosing) == ("failures", [])
    failures = open_results(out).failures
    assert set(failures["type"]) == {"MemoryError"}
    assert set(failures["stage"]) == {"run"}
    assert set(failures["message"]) == {"no room for a world"}
    assert failures["traceback"].str.contains("_go_wrong").all()
    # without asking for it nothing is tried again
    count.unlink()
    wrong.write_text("")
    assert run_into(out, design, fake_model.choosing) == ("failures", [])
    assert lines(count) == []
    assert run_into(out, design, fake_model.choosing, retry=True) == ("done", [])
    assert sorted(lines(count)) == sorted(failures["run_id"])
    assert_same(out, undisturbed)


def test_a_finished_batch_is_left_as_it_is(tmp_path: Path, undisturbed: Path) -> None:
    out, design = tmp_path / "out", tiny_design(DRAWS)
    run_into(out, design)
    before = contents(out)
    assert run_into(out, design, fake_model.counting) == ("done", [])
    assert lines(tmp_path / "count.txt") == []
    assert contents(out) == before


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("years = 2", "years"),
        ("sample = 0.1", "sample"),
        ("draws = 2", "draws"),
        ("seeds = 1", "seeds"),
    ],
)
def test_another_design_is_refused(tmp_path: Path, change: str, what: str) -> None:
    from batch_tools import DESIGN

    from scenarios.design_file import parse_design

    out = tmp_path / "out"
    run_into(out, tiny_design(DRAWS), shard=slice(0, 1))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    text = DESIGN.format(draws=DRAWS)
    other = parse_design(
        text.replace(change, {"years": "years = 1", "sample": "sample = 0.2"}.get(what, f"{what} = 3")), "x"
    )
    with pytest.raises(StoreError, match=what) as caught:
        run_into(out, other)
    assert (caught.value.code, caught.value.details) == ("other_design", {"found": what})
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_another_model_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, tiny_design(DRAWS), shard=slice(0, 1))
    with pytest.raises(StoreError) as caught:
        run_into(out, tiny_design(DRAWS), fingerprint="0" * 64)
    assert caught.value.code == "other_model"


def test_other_local_data_is_refused(tmp_path: Path) -> None:
    from batch_tools import codebook_content, facts_of

    out, design = tmp_path / "out", tiny_design(DRAWS)
    sheet = {"file": "a.csv", "area": "breda-noord", "year": 2024, "cells": [{"cell": "debts", "value": 0.1}]}
    with FolderLock(out):
        open_batch(out, design, {**facts_of(design), "local_data": [sheet]}, codebook_content())
        # the same numbers from a file with another name are the same
        again = {**facts_of(design), "local_data": [{**sheet, "file": "b.csv"}]}
        assert open_batch(out, design, again, codebook_content()).finished == {}
        for other in (None, [], [{**sheet, "cells": [{"cell": "debts", "value": 0.2}]}]):
            with pytest.raises(StoreError) as caught:
                open_batch(out, design, {**facts_of(design), "local_data": other}, codebook_content())
            assert caught.value.details == {"found": "local_data"}


def test_a_changed_scenario_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    from scenarios.variants import vary

    out, design = tmp_path / "out", tiny_design(DRAWS)
    run_into(out, design, shard=slice(0, 1))
    first, reference = design.scenarios
    changed = vary(first, first.id, {"programme.preventie_met_gezag.share_limits": 0.11})
    with pytest.raises(StoreError) as caught:
        run_into(out, replace(design, scenarios=(changed, reference)))
    assert caught.value.details == {"found": f"scenarios/{first.id}.toml"}


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError) as caught:
        run_into(tmp_path, tiny_design(DRAWS))
    assert caught.value.code == "no_manifest"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_memory_does_not_grow_with_the_runs(tmp_path: Path) -> None:
    """What is kept of a run is its name and how it ended, not what came out."""

    def peak(draws: int) -> int:
        design, held = tiny_design(draws), []

        def look(done: int, total: int) -> None:
            if done == total or done % 40 == 0:
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])

        store = Store.create(tmp_path / str(draws), {})
        gc.collect()
        tracemalloc.start()
        batch_module.run_design(design, fake_model.heavy, ThisProcess(), store, look)
        tracemalloc.stop()
        return max(held)

    peak(2)
    few, many = peak(10), peak(60)
    sizes = [path.stat().st_size for path in (tmp_path / "60/outcomes").iterdir()]
    assert len(sizes) == 240
    assert many - few < sum(sizes) / 3
