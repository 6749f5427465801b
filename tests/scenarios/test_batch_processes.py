"""Batches as processes: killed, interrupted, refused, and never leaving a process behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from batch_tools import PATIENCE, assert_same, clean_environment, ended, leftovers, lines, start, until, write_design

from app.cli import main
from results.journal import JOURNAL
from results.lock import LOCK
from results.reading import open_results

DRAWS = 6
RUNS = 4 * DRAWS
PAUSE = "0.15"
"""Seconds that a task of the fake model takes, so that there is a middle of the batch."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    out = folder / "out"
    code, printed, told = ended(start("counting", folder, "batch", write_design(folder, DRAWS), "--out", out))
    assert (code, printed) == (0, f"{out}\n"), told
    assert sorted(lines(folder / "count.txt")) == sorted(open_results(out).runs["run_id"])
    assert leftovers(out) == []
    return out


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


def test_killed_at_random_moments_it_goes_on_to_the_same_bytes(tmp_path: Path, undisturbed: Path) -> None:
    design, out = write_design(tmp_path, DRAWS), tmp_path / "out"
    chance, kept = random.Random(20250101), 0
    for _ in range(3):
        process = start("counting", tmp_path, "batch", design, "--out", out, "--workers", 2, WIJKLAB_TEST_PAUSE=PAUSE)
        wanted = kept + chance.randint(1, RUNS // 5)
        until(lambda: len(lines(out / JOURNAL)) >= wanted, "runs", process)  # noqa: B023
        time.sleep(chance.random() * float(PAUSE))
        children = family(process)
        process.kill()
        process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL
        assert children
        until(lambda: gone(children), "the workers to go")  # noqa: B023
        kept = len(lines(out / JOURNAL))
        assert wanted <= kept < RUNS
    code, printed, told = ended(start("counting", tmp_path, "batch", design, "--out", out, "--workers", 2))
    assert (code, printed) == (0, f"{out}\n"), told
    assert f"{kept} runs" in told
    assert_same(out, undisturbed)
    assert leftovers(out) == []
    # per kill at most what was under way: two tasks of two runs that were done, and two that waited
    times = Counter(lines(tmp_path / "count.txt"))
    assert len(times) == RUNS
    assert sum(times.values()) <= RUNS + 3 * 8


def test_one_writer_at_a_time_and_nothing_left_of_one_that_was_killed(
    tmp_path: Path, undisturbed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks, design, out = tmp_path / "marks", write_design(tmp_path, DRAWS), tmp_path / "out"
    marks.mkdir()
    asked = ["batch", str(design), "--out", str(out)]
    process = start("waiting", tmp_path, *asked, "--workers", 2, WIJKLAB_TEST_MARKS=str(marks))
    until(lambda: len(list(marks.iterdir())) == 2, "both workers to be in the middle of a task", process)
    workers = [psutil.Process(int(mark.name)) for mark in marks.iterdir()]
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for language, sentence in (("nl", "een ander proces schrijft"), ("en", "another process is writing")):
        assert main([*asked, "--language", language]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert sentence in printed.err
        assert printed.err.count("\n") == 1
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    children = family(process)
    assert set(workers) <= set(children)
    process.kill()
    process.communicate(timeout=PATIENCE)
    until(lambda: gone(children), "workers in the middle of a task to end with their parent")
    assert (out / LOCK).exists()
    code, printed_now, told = ended(start("counting", tmp_path, *asked, "--workers", 2))
    assert (code, printed_now) == (0, f"{out}\n"), told
    assert_same(out, undisturbed)
    assert leftovers(out) == []


@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_interrupted_it_keeps_what_was_finished(
    tmp_path: Path, undisturbed: Path, number: signal.Signals, group: bool
) -> None:
    marks, design, out = tmp_path / "marks", write_design(tmp_path, DRAWS), tmp_path / "out"
    marks.mkdir()
    asked = ["batch", design, "--out", out, "--workers", 2]
    process = start("waiting", tmp_path, *asked, "--language", "en", WIJKLAB_TEST_MARKS=str(marks))
    # draw 1 was kept, and both workers are in the middle of draw 2
    until(lambda: len(lines(out / JOURNAL)) == 4 and len(list(marks.iterdir())) == 2, "draw 2", process)
    children = family(process)
    if group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    code, printed, told = ended(process)
    assert (code, printed) == (130, ""), told
    assert "the same command goes on with it" in told
    assert "Traceback" not in told
    until(lambda: gone(children), "the workers to go")
    assert leftovers(out) == []
    results = open_results(out)
    assert set(results.runs["draw"]) == {1}
    assert results.manifest["status"] == "interrupted"
    assert len(results.failures) == 0
    if not group:
        return  # from here on they are the same
    code, printed, told = ended(start("counting", tmp_path, *asked))
    assert (code, printed) == (0, f"{out}\n"), told
    assert_same(out, undisturbed)
    assert sorted(lines(tmp_path / "count.txt")) == sorted(open_results(out).runs["run_id"])


def test_a_worker_that_dies_a_run_that_raises_and_one_that_fills_the_memory(tmp_path: Path, undisturbed: Path) -> None:
    design, out, wrong = write_design(tmp_path, DRAWS), tmp_path / "out", tmp_path / "wrong.txt"
    wrong.write_text("2 killed\n3 raised\n4 memory\n5 crashed\n6 odd\n")
    asked = ["batch", design, "--out", out, "--workers", 2, "--language", "en"]
    code, printed, told = ended(start("choosing", tmp_path, *asked))
    assert (code, printed) == (1, f"{out}\n"), told
    assert "failures.parquet" in told
    assert "Traceback" not in told
    results = open_results(out)
    assert set(results.runs.loc[results.runs["status"] == "done", "draw"]) == {1}
    found = results.failures.groupby("draw")[["stage", "type", "attempt"]].agg(set)
    assert found["type"].to_dict() == {
        2: {"WorkerLost"},
        3: {"ValueError"},
        4: {"MemoryError"},
        5: {"WorkerLost"},
        6: {"OddError"},
    }
    assert found["stage"].to_dict() == {2: {"worker"}, 3: {"run"}, 4: {"run"}, 5: {"worker"}, 6: {"run"}}
    assert found["attempt"].to_dict() == {2: {2}, 3: {1}, 4: {1}, 5: {2}, 6: {1}}
    assert results.failures.loc[results.failures["draw"] == 3, "traceback"].str.contains("_go_wrong").all()
    # who shares the pool with a worker that dies is not to blame, and is not tried more than once more
    times = Counter(lines(tmp_path / "count.txt"))
    assert {count for run, count in times.items() if ".0003." in run or ".0004." in run or ".0006." in run} <= {1, 2}
    assert {count for run, count in times.items() if ".0002." in run or ".0005." in run} == {2}
    wrong.write_text("")
    (tmp_path / "count.txt").unlink()
    code, printed, told = ended(start("choosing", tmp_path, *asked, "--retry"))
    assert (code, printed) == (0, f"{out}\n"), told
    assert sorted(lines(tmp_path / "count.txt")) == sorted(results.failures["run_id"])
    assert_same(out, undisturbed)


NOTEBOOK = """
import os, sys
import fake_model
from scenarios.batch import run_design
from batch_tools import tiny_design
print("started", file=open(os.environ["WIJKLAB_TEST_STARTS"], "a"), flush=True)
batch = run_design(tiny_design(2), fake_model.simulate, workers=2)
print(len(batch.entries), len(batch.failures))
"""


@pytest.mark.parametrize("from_input", [True, False])
def test_a_script_without_a_guard_does_not_start_itself_again(tmp_path: Path, from_input: bool) -> None:
    """A script whose last lines are not guarded, and lines typed in where there is no file at all."""
    (tmp_path / "script.py").write_text(NOTEBOOK)
    done = subprocess.run(
        [sys.executable, "-" if from_input else "script.py"],
        input=NOTEBOOK if from_input else None,
        cwd=tmp_path,
        env=clean_environment(tmp_path, WIJKLAB_TEST_STARTS=str(tmp_path / "starts")),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "8 0\n"), done.stderr
    assert lines(tmp_path / "starts") == ["started"]
