"""What the tests of batches share: a small design, the command with a fake model, and what has to be equal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_model
import pandas as pd

from results.lock import FolderLock
from scenarios.batch import run_design
from scenarios.design import Design
from scenarios.design_file import parse_design
from scenarios.executors import ThisProcess, Workers
from scenarios.folders import finish_batch, open_batch, without_failures
from scenarios.runs import Simulate

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PATIENCE = 120.0
"""Seconds after which something that was waited for will not come any more; nothing takes nearly as long."""

DESIGN = """schema = 1
id = "tiny"
scenarios = ["preventie-met-gezag"]
areas = ["breda-noord", "heerlen-noord"]
draws = {draws}
seeds = 1
sample = 0.1
years = 2
"""

SAME = ("design.toml", "draws.parquet", "codebook.json", "comparison.csv", "checksums.sha256", "failures.parquet")


def write_design(folder: Path, draws: int = 4, more: str = "", name: str = "tiny.toml") -> Path:
    """Write a design of ``draws`` draws in two areas: four runs a draw."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.write_text(DESIGN.format(draws=draws) + more, encoding="utf-8")
    return place


def tiny_design(draws: int = 2, more: str = "") -> Design:
    """Return that design: four runs a draw, one world per area and draw."""
    return parse_design(DESIGN.format(draws=draws) + more, "tiny.toml")


def facts_of(design: Design, fingerprint: str = "f" * 64) -> dict[str, Any]:
    """Return what a manifest needs to be read again."""
    return {
        "fingerprint": fingerprint,
        "version": "1",
        "scenarios": [each.id for each in design.scenarios],
        "reference": design.reference,
        "areas": list(design.areas),
        "local_data": None,
        "status": "running",
    }


def codebook_content() -> dict[str, Any]:
    """Return a codebook of the fake model."""
    return {
        "schema": 3,
        "outcomes": {
            name: {**one, "latent": False, "kept_by": "sim"} for name, one in fake_model.codebook_outcomes().items()
        },
        "sections": {},
        "interventions": {},
        "scenarios": {},
        "areas": {},
        "parameters": {},
    }


def run_into(
    out: Path,
    design: Design,
    simulate: Simulate = fake_model.simulate,
    workers: Workers | None = None,
    shard: slice = slice(None),
    retry: bool = False,
    fingerprint: str = "f" * 64,
) -> tuple[str, list[str]]:
    """Run a design into a folder as the command does; return its status, and the runs that were damaged."""
    with FolderLock(out):
        opened = open_batch(out, design, facts_of(design, fingerprint), codebook_content())
        if retry:
            opened = without_failures(opened)
        tasks = design.tasks()[shard]
        hands = workers or ThisProcess()
        batch = run_design(design, simulate, hands, opened.store, finished=opened.finished, tasks=tasks)
        return finish_batch(batch, opened.store, whole=shard == slice(None)), opened.damaged


def start(simulate: str, folder: Path, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start ``wijklab`` with a function of the fake model in the place of the model, in its own process group."""
    return subprocess.Popen(
        [sys.executable, str(HERE / "batch_tools.py"), simulate, *map(str, arguments)],
        cwd=folder,
        env=clean_environment(folder, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def clean_environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment without settings of ours, with one file in which runs are counted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIJKLAB_")}
    own = {"WIJKLAB_TEST_COUNT": str(folder / "count.txt"), "WIJKLAB_TEST_WRONG": str(folder / "wrong.txt")}
    paths = os.pathsep.join((str(ROOT), str(HERE)))
    return {**kept, "OMP_NUM_THREADS": "1", "PYTHONPATH": paths, **own, **more}


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a process; return its exit code and what it printed."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def until(condition: Callable[[], object], what: str, process: subprocess.Popen[str] | None = None) -> None:
    """Wait until something is so; a process that has to be there meanwhile tells why it ended."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process is None or process.poll() is None, process.communicate()  # type: ignore[union-attr]
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


def lines(place: Path) -> list[str]:
    """Return the whole lines of a file, none when it is not there."""
    text = place.read_text(encoding="utf-8") if place.is_file() else ""
    return text[: text.rfind("\n") + 1].splitlines()


def contents(out: Path) -> dict[str, bytes]:
    """Return the bytes of every file that has to be equal between batches of one design."""
    names = [name for name in SAME if (out / name).is_file()]
    parts = sorted(
        path.relative_to(out).as_posix() for kind in ("outcomes", "scenarios") for path in out.rglob(f"{kind}/*")
    )
    return {name: (out / name).read_bytes() for name in (*names, *parts)}


def assert_same(found: Path, expected: Path) -> None:
    """Two folders hold the same: all bytes, and the table of runs but for the time taken and the attempt."""
    assert found != expected
    there, wanted = contents(found), contents(expected)
    assert sorted(there) == sorted(wanted)
    assert set(SAME) <= set(there)
    assert [name for name in wanted if there[name] != wanted[name]] == []
    runs = [pd.read_parquet(out / "runs.parquet").drop(columns=["seconds", "attempt"]) for out in (found, expected)]
    pd.testing.assert_frame_equal(*runs, check_exact=True)


def leftovers(out: Path) -> list[str]:
    """Return the hidden files of a folder."""
    return sorted(path.name for path in out.rglob(".*"))


def main() -> int:
    """Be ``wijklab`` with a fake model and a fixed fingerprint."""
    from unittest.mock import patch

    from app.cli import main as wijklab

    simulate = getattr(fake_model, sys.argv.pop(1))
    with (
        patch("scenarios.worlds.simulate", simulate),
        patch("scenarios.codebook.outcome_entries", fake_model.codebook_outcomes),
        patch("sim.fingerprint.fingerprint", lambda: "f" * 64),
    ):
        return wijklab(sys.argv[1:])


if __name__ == "__main__":
    # whoever runs the tests in the background of a script had interrupts ignored, which children inherit
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
