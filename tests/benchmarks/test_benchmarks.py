"""The benchmarks run and print what they promise; what they measure is not asserted here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import month, peers, programme

ROOT = Path(__file__).parents[2]

MONTH_KEYS = [
    "area", "residents", "months", "ns_per_resident_month", "person_months", "ns_per_person_month",
    "fixed_ms_per_month", "build_seconds", "peak_mb",
]  # fmt: skip
PROGRAMME_KEYS = [
    "areas", "residents", "months", "wall_seconds", "ns_per_resident_month", "peak_mb", "build_seconds",
    "whole_seconds",
]  # fmt: skip
BATCH_KEYS = [
    "runs", "model_ms_per_run", "overhead_ms_per_run", "runs_per_second_1", "runs_per_second_2", "throughput_ratio",
    "same_bytes", "parent_mb_early", "parent_mb_late",
]  # fmt: skip
PEERS_KEYS = ["persons", "plain_mesa_ns", "engine_ns", "ratio"]


def run(script: str, *arguments: str) -> list[str]:
    """Run a benchmark as a reader of the README would, and return what it printed."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, f"benchmarks/{script}.py", *arguments]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_month_prints_its_keys():
    options = ["--area", "vlaardingen-westwijk", "--sample", "0.1", "--months", "12", "--repeats", "1"]
    lines = run("month", *options, "--json", "--profile")
    figures = json.loads(lines[-1])
    assert list(figures) == MONTH_KEYS
    assert figures["area"] == "vlaardingen-westwijk"
    assert figures["months"] == 12
    assert figures["person_months"] >= 12 * figures["residents"] > 0
    assert all(figures[key] > 0 for key in ("ns_per_resident_month", "ns_per_person_month", "peak_mb"))
    assert any("learn_and_work" in line for line in lines)


def test_a_window_is_whole_years(capsys):
    with pytest.raises(SystemExit):
        month.read_options(["--area", "vlaardingen-westwijk", "--months", "18"])
    assert "whole years" in capsys.readouterr().err


def test_programme_prints_its_keys():
    options = ["--areas", "vlaardingen-westwijk", "delft-west", "--sample", "0.05", "--years", "1", "--workers", "2"]
    lines = run("programme", *options, "--json")
    figures = json.loads(lines[-1])
    assert list(figures) == PROGRAMME_KEYS
    assert (figures["areas"], figures["months"]) == (2, 12)
    assert all(figures[key] > 0 for key in PROGRAMME_KEYS)
    assert figures["whole_seconds"] > figures["wall_seconds"]


def test_scaling_compares_worlds_of_several_sizes():
    options = ["--areas", "vlaardingen-westwijk", "delft-west", "--sample", "0.1", "--years", "1", "--workers", "1"]
    lines = run("programme", *options, "--scaling", "--json")
    figures = json.loads(lines[-1])
    assert figures["areas"] == [1, 1, 2]
    assert figures["residents"] == sorted(figures["residents"])
    assert len(figures["ns_per_resident_month"]) == len(programme.SIZES)


def test_the_sizes_are_those_of_a_sample_an_area_and_all_areas():
    few, one, every = programme.sizes(programme.area_ids(), 1.0, 2, "integraal")
    residents = [sum(job.sample * programme.residents_of(job.area) for job in jobs) for jobs in (few, one, every)]
    assert [round(found / size, 1) for found, size in zip(residents, programme.SIZES, strict=True)] == [1.0, 0.9, 1.2]
    assert len(every) == len(programme.area_ids())


def test_peers_prints_its_keys():
    lines = run("peers", "--persons", "2000", "--months", "3", "--repeats", "2", "--json")
    figures = json.loads(lines[-1])
    assert list(figures) == PEERS_KEYS
    assert figures["persons"] == 2000
    assert figures["ratio"] > 0


def test_both_versions_agree_in_distribution():
    lines, agree = peers.compare(peers.take_turns(persons=5000, months=12, repeats=3, seed=7))
    assert agree, "\n".join(lines)


def test_a_rule_that_does_nothing_is_noticed(monkeypatch):
    deaf = peers.offence_chances()
    deaf[..., 1:] = deaf[..., :1]

    class Deaf(peers.Engine):
        def __init__(self, start, seed):
            super().__init__(start, seed)
            self.offend = peers.thresholds(deaf).ravel()

    monkeypatch.setitem(peers.VERSIONS, "engine", Deaf)
    lines, agree = peers.compare(peers.take_turns(persons=30_000, months=12, repeats=2, seed=7))
    assert not agree, "\n".join(lines)


def test_blocks_do_not_matter(monkeypatch):
    start = peers.Start.made(3000, 3)
    whole = peers.run(peers.Engine, start, 5, 6)[1]
    monkeypatch.setattr(peers, "BLOCK_ROWS", 700)
    parts = peers.run(peers.Engine, start, 5, 6)[1]
    for name in ("age", "works", "debt", "recent", "offences"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


def test_batch_prints_its_keys():
    lines = run("batch", "--draws", "3", "--years", "1", "--json")
    figures = json.loads(lines[-1])
    assert list(figures) == BATCH_KEYS
    assert figures["runs"] == 6
    assert figures["same_bytes"] is True
    assert figures["model_ms_per_run"] > 0


def test_what_visitors_wait_for_can_be_seen_on_the_page() -> None:
    found = run("browser", "--help")
    assert any("--visitors" in line for line in found)
    template = (ROOT / "app" / "browser" / "templates" / "headlines.html.jinja").read_text(encoding="utf-8")
    script = (ROOT / "benchmarks" / "browser.py").read_text(encoding="utf-8")
    for name in ("run", "stage", "years"):
        assert f"data-{name}=" in template
        assert f"dataset.{name}" in script
