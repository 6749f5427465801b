"""The door for Python: run scenarios against a reference and get their results, in a few lines.

from scenarios.api import load_scenario, run, vary

plan = vary(load_scenario("preventie-met-gezag"), "more-mentors", {"programme.preventie_met_gezag.share_limits": 0.2})
results = run([plan], areas=["heerlen-noord"], years=5, out="output/more-mentors")
results.compare()
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from results.lock import FolderLock
from results.reading import Results
from scenarios.batch import Progress, run_design
from scenarios.catalogue import load_scenario
from scenarios.codebook import build_codebook
from scenarios.design import ALL_AREAS, Design, numbered_draws, sample_that_answers
from scenarios.design_file import ALWAYS, load_design, parse_design
from scenarios.executors import Workers, WorkersGone, local_workers
from scenarios.folders import DESIGN, finish_batch, open_batch
from scenarios.local_data import read_local_data
from scenarios.posterior import shipped_draws
from scenarios.provenance import manifest_facts
from scenarios.variants import vary
from scenarios.worlds import simulate
from sim.areas import area_ids, load_area
from sim.fingerprint import fingerprint
from sim.scenario import Scenario

__all__ = ["load_design", "load_scenario", "parse_design", "run", "run_design_in", "vary"]


def run(
    scenarios: Sequence[Scenario | str] | Scenario | str,
    against: Scenario | str = "geen-programma",
    areas: Sequence[str] | str = (),
    years: int = 10,
    draws: int = 20,
    replicates: int = 1,
    sample: float | None = None,
    seed: int = 1,
    workers: int | Workers = 1,
    out: str | Path | None = None,
    groups: Sequence[str] = (),
    local_data: Sequence[str | Path] = (),
    progress: Progress = lambda done, total: None,
) -> Results:
    """Run scenarios against a reference and return the results; what was finished in the folder is not repeated.

    Args:
        scenarios: one or several; ids of the library, paths, or scenarios made with :func:`vary`.
        against: the reference.
        areas: area ids.
        years: years from the start of the scenarios.
        draws: parameter draws, of the shipped posterior; 0 is the central set alone, below 20 there is no interval.
        replicates: seeds per draw.
        sample: share of the streets; unless given what answers within a minute or so.
        seed: first seed.
        workers: processes; or workers of a cluster, or of an executor (:mod:`scenarios.executors`).
        out: folder of the results; a temporary one unless given, which stays until you remove it.
        groups: kinds of groups to report beside everybody: ``wijk``, ``age``, ``start``.
        local_data: sheets with what areas know themselves.
        progress: told how many of how many runs are finished.

    Raises:
        ScenarioError: when a scenario cannot be used.
        UnknownArea: when an area does not exist.
        ValueError: when no area is named, or a number makes no sense.
        StoreError: when the folder holds the results of something else.
        KeyboardInterrupt: when somebody stops it; what was finished is kept.
    """
    listed = [scenarios] if isinstance(scenarios, str | Scenario) else list(scenarios)
    loaded = tuple(load_scenario(each) if isinstance(each, str) else each for each in (*listed, against))
    names = (areas,) if isinstance(areas, str) else tuple(areas)
    names = area_ids() if ALL_AREAS in names else names
    _check(len(names), 1, "areas")
    _check(len(listed), 1, "scenarios")
    _check(draws, 0, "draws")
    _check(replicates, 1, "replicates")
    known = [load_area(name) for name in names]
    share = sample_that_answers([area.figures["residents_2022"].value for area in known]) if sample is None else sample
    design = Design(
        scenarios=loaded,
        reference=loaded[-1].id,
        areas=names,
        draws=numbered_draws(draws),
        seeds=tuple(range(seed, seed + replicates)),
        sample=share,
        years=years,
        groups=tuple(dict.fromkeys((*groups, *ALWAYS))),
        drawn=shipped_draws(numbered_draws(draws), names),
        id="run",
    )
    checked = parse_design(design.to_toml(), "run", {each.id: each for each in loaded}.__getitem__)
    return run_design_in(checked, out, workers, local_data, progress)


def run_design_in(
    design: Design,
    out: str | Path | None = None,
    workers: int | Workers = 1,
    local_data: Sequence[str | Path] = (),
    progress: Progress = lambda done, total: None,
) -> Results:
    """Run a design into a folder and return the results; what was finished there is not repeated.

    Arguments and errors as for :func:`run`; the design is from :func:`load_design`.
    """
    folder = Path(mkdtemp(prefix="wijklab-")) if out is None else Path(out)
    local = read_local_data(list(local_data), design.areas)
    design = replace(design, local=local.numbers)
    if isinstance(workers, int):
        _check(workers, 1, "workers")
    # the script that asked is nobody's business: the design is what repeats the results
    facts = manifest_facts(design, fingerprint(), ["wijklab", "batch", DESIGN], {}, local.facts())
    with ExitStack() as stack:
        stack.enter_context(FolderLock(folder))
        opened = open_batch(folder, design, facts, build_codebook(design.scenarios, design.areas, design.local))
        hands = workers
        if isinstance(workers, int) and workers > 1:
            hands = stack.enter_context(local_workers(workers))
        batch = run_design(design, simulate, hands, opened.store, progress, opened.finished)
        finish_batch(batch, opened.store, whole=True)
    if batch.gone:
        raise WorkersGone(batch.gone)
    if batch.interrupted:
        raise KeyboardInterrupt
    return Results(opened.store)


def _check(found: int, low: int, name: str) -> None:
    if found < low:
        raise ValueError(f"{name}: found {found}; at least {low}")
