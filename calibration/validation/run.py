"""Lives the areas in the draws of the posterior, scores every hold-out, and keeps what it has on the way."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from calibration.probe_domains import Measures
from calibration.validation.holdouts import Holdout, load_holdouts
from calibration.validation.lives import live_area
from calibration.validation.quantities import quantities, value_of
from calibration.validation.scores import score_of, score_of_naive
from scenarios.posterior import posterior
from sim.areas import area_ids
from sim.fingerprint import fingerprint

DRAWS = 24
"""Draws of the packaged result: more than the twenty below which nothing is said of an interval."""

PRIOR = "prior"
NAIVE = ("national", "last")
Job = tuple[str, int, "float | None", "Path | None"]
Progress = Callable[[int, int], None]
Lived = Mapping[int, Mapping[str, Measures]]
"""Measures by draw and area."""


def posterior_mark() -> str:
    """Return the checksum of the shipped posterior, or ``prior`` where none is shipped."""
    found = posterior()
    return PRIOR if found is None else found.sha256


def folder_of(sample: float | None) -> Path:
    """Return where parts are kept: apart by model, posterior, measuring code and sample."""
    code = files("calibration.validation").joinpath("lives.py").read_bytes().replace(b"\r\n", b"\n")
    marks = (fingerprint()[:16], posterior_mark()[:16], hashlib.sha256(code).hexdigest()[:8], sample or "own")
    return Path("output") / "validation" / "-".join(str(mark) for mark in marks)


def live_draws(
    draws: int,
    areas: Sequence[str] | None = None,
    sample: float | None = None,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Lived:
    """Return what the areas gave in every draw.

    Args:
        draws: how many draws, from 1 up.
        areas: area ids; ``None`` for all twenty.
        sample: share of the streets; ``None`` lets every area choose.
        workers: processes.
        folder: where finished parts are kept and found again; ``None`` keeps nothing.
        progress: called with parts done and parts in all.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    jobs: list[Job] = [
        (area, draw, sample, folder) for draw in range(1, draws + 1) for area in (areas or area_ids())
    ]  # draw by draw, so that an interrupted run has whole draws
    found: dict[int, dict[str, Measures]] = {}
    with _mapped(workers, len(jobs)) as mapped:
        for done, (area, draw, measures) in enumerate(mapped(jobs), start=1):
            found.setdefault(draw, {})[area] = measures
            if progress is not None:
                progress(done, len(jobs))
    return found


@contextmanager
def _mapped(workers: int, jobs: int) -> Iterator[Callable[[Sequence[Job]], Iterator[tuple[str, int, Measures]]]]:
    if min(workers, jobs) <= 1:
        yield lambda listed: map(_live, listed)
        return
    with multiprocessing.get_context("spawn").Pool(min(workers, jobs)) as pool:
        yield lambda listed: pool.imap_unordered(_live, listed)


def _live(job: Job) -> tuple[str, int, Measures]:
    area, draw, sample, folder = job
    if folder is None:
        return area, draw, live_area(area, draw, sample)
    target = folder / f"{area}-{draw}.json"
    if not target.exists():
        draft = folder / f".{area}-{draw}.{os.getpid()}.draft"
        draft.write_text(json.dumps(live_area(area, draw, sample)), encoding="utf-8")
        draft.rename(target)
    return area, draw, json.loads(target.read_text(encoding="utf-8"))


def rows_of(lived: Lived) -> list[dict[str, Any]]:
    """Return one row per cell: what was expected, what came, its score and those of the naive forecasts.

    A cell whose areas were not all lived has no median and no score.
    """
    cells = load_holdouts()
    return [_row(cell, lived, cells) for cell in cells]


def _row(cell: Holdout, lived: Lived, cells: Sequence[Holdout]) -> dict[str, Any]:
    values = [value_of(cell, lived[draw], cells) for draw in sorted(lived)]
    came = [value for value in values if value is not None]
    row: dict[str, Any] = {
        "id": cell.id, "use": cell.use, "family": quantities()[cell.quantity].family, "quantity": cell.quantity,
        "scope": cell.scope, "year": cell.year, "level": cell.level, "own": cell.own, "n": cell.n, "unit": cell.unit,
        "value": cell.value, "low": cell.low, "high": cell.high, "draws": len(came),
        "median": None, "q05": None, "q95": None, "z": None, "crps": None, "inside": None,
        "crps_national": None, "crps_last": None,
    }  # fmt: skip
    if not came:
        return row
    found = score_of(cell, came)
    row |= {
        "median": found.median, "q05": found.low, "q95": found.high, "z": found.z, "crps": found.crps,
        "inside": found.inside,
    }  # fmt: skip
    for kind in NAIVE:
        naive = score_of_naive(cell, kind, cells)
        row[f"crps_{kind}"] = None if naive is None else naive.crps
    return row
