"""Reads a design file: what to run, every choice made and checked, deterministic before anything runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from scenarios.catalogue import load_scenario
from scenarios.design import ALL_AREAS, Design, numbered_draws, sample_that_answers
from scenarios.design_draws import read_draws
from scenarios.design_errors import DesignError, nearest
from scenarios.design_reader import NUMBER, DesignReader
from scenarios.sweep_file import read_sweep
from sim.areas import LocalNumbers, area_ids, load_area
from sim.calendar import SCENARIO_START, month_label
from sim.scenario import Scenario
from sim.scenario_errors import shown
from sim.scenario_text import checked_toml

USUAL_REFERENCE = "geen-programma"
USUAL_DRAWS = 20
USUAL_SEEDS = 1
USUAL_YEARS = 10
MOST_DRAWS = 10_000
MOST_SEEDS = 1_000
MOST_SCENARIOS = 100
MOST_RUNS = 1_000_000
LARGEST_SEED = 2**31 - 1
SMALLEST_SAMPLE = 0.001
GROUPS = ("wijk", "age", "start", "service", "line", "arrival")
"""Kinds of groups a design may ask for."""

ALWAYS = ("service", "arrival")
"""Kinds that every batch has: a report tells what the money bought, and splits effects by arrival."""

_ID = re.compile(r"[a-z0-9-]{1,60}\Z")

Load = Callable[[str], Scenario]


def load_design(path: str | Path, local: Sequence[LocalNumbers] = ()) -> Design:
    """Read a design file.

    Scenarios are ids of the library or paths relative to the file.

    Args:
        path: the file, TOML; or the id of a design in the library.
        local: what areas know themselves.

    Raises:
        DesignError: one sentence on the first thing that is wrong.
        ScenarioError: the same about one of its scenarios, or when the file is no TOML.
    """
    name = str(path)
    if name in design_ids():
        text = files("scenarios").joinpath("designs", f"{name}.toml").read_text(encoding="utf-8")
        return parse_design(text, f"{name}.toml", name=name, local=local)
    if not name.endswith(".toml"):
        known = design_ids()
        raise DesignError("unknown_design", name, nearest=nearest(name, known), allowed=", ".join(known))
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DesignError("file_missing", name) from None

    def load(scenario: str) -> Scenario:
        # a folder of results holds the scenarios as they were run, whatever the library says today
        for beside in (place.parent / scenario, place.parent / "scenarios" / f"{scenario}.toml"):
            if beside.suffix == ".toml" and beside.is_file():
                return load_scenario(str(beside))
        return load_scenario(scenario)

    return parse_design(text, name, load, place.parent, place.stem, local)


@cache
def design_ids() -> tuple[str, ...]:
    """Return the ids of the designs in the library, sorted."""
    names = [entry.name for entry in files("scenarios").joinpath("designs").iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def parse_design(
    text: str,
    where: str,
    load: Load = load_scenario,
    folder: Path | None = None,
    name: str = "",
    local: Sequence[LocalNumbers] = (),
    with_draws: bool = True,
) -> Design:
    """Read a design from TOML.

    Args:
        text: content of the file.
        where: its name, for messages.
        load: gives a scenario by the name that the design uses.
        folder: where a table of draws is looked for.
        name: id of the design where it says none.
        local: what areas know themselves.
        with_draws: whether to read the table of draws; the runs are known without it.

    Raises:
        DesignError: one sentence on the first thing that is wrong.
        ScenarioError: the same about one of its scenarios, or when the text is no TOML.
    """
    reader = DesignReader(checked_toml(text, where), where)
    reader.check_keys()
    scenarios, reference = _scenarios(reader, load)
    areas = _areas(reader)
    years = reader.whole("years", min(USUAL_YEARS, *(each.horizon_years for each in scenarios)))
    horizon = min(each.horizon_years for each in scenarios)
    reader.check("years", years, 1, horizon)
    draws, seeds = _draws(reader), _seeds(reader)
    drawn = read_draws(reader, draws, areas, folder) if with_draws else None
    sweep = read_sweep(reader.content.get("sweep"), where)
    design = Design(
        scenarios=scenarios,
        reference=reference,
        areas=areas,
        draws=draws,
        seeds=seeds,
        sample=_sample(reader, areas),
        years=years,
        groups=_groups(reader),
        local=tuple(numbers for numbers in local if numbers.area in areas),
        drawn=drawn,
        sweep=sweep,
        id=_id(reader, name),
    )
    runs = len(draws) * len(seeds) * len(areas) * len(scenarios) * (len(sweep.points) if sweep else 1)
    if runs > MOST_RUNS:
        raise DesignError("too_many", where, found=runs, allowed=MOST_RUNS)
    return design


def _id(reader: DesignReader, name: str) -> str:
    found = reader.text("id", re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:60] or "design")
    if not _ID.match(found):
        raise reader.refuse("bad_id", "id", found=shown(found))
    return found


def _scenarios(reader: DesignReader, load: Load) -> tuple[tuple[Scenario, ...], str]:
    """Return the scenarios, the reference last, and its id."""
    if "scenarios" not in reader.content:
        raise reader.refuse("missing_key", "scenarios")
    reference = load(reader.text("reference", USUAL_REFERENCE))
    found = [load(name) for name in reader.texts("scenarios")]
    reader.once("scenarios", [each.id for each in found])
    for each in found:
        if each.id == reference.id and each != reference:
            raise reader.refuse("twice", "scenarios", found=shown(each.id))
    others = [each for each in found if each.id != reference.id]
    if not others:
        raise reader.refuse("only_reference", "scenarios", found=reference.id)
    reader.check("scenarios", len(others), 1, MOST_SCENARIOS)
    for each in (*others, reference):
        if each.start_month != SCENARIO_START:
            raise reader.refuse("start", "scenarios", found=each.id, allowed=month_label(SCENARIO_START))
    return (*others, reference), reference.id


def _areas(reader: DesignReader) -> tuple[str, ...]:
    if "areas" not in reader.content:
        raise reader.refuse("missing_key", "areas")
    if reader.content["areas"] == ALL_AREAS:
        return area_ids()
    found = reader.texts("areas")
    for name in found:
        if name not in area_ids():
            near = nearest(name, area_ids())
            raise reader.refuse("unknown_area", "areas", found=shown(name), nearest=near, allowed=", ".join(area_ids()))
    return tuple(found)


def _draws(reader: DesignReader) -> tuple[int, ...]:
    listed = reader.wholes("draws", 0, MOST_DRAWS)
    if listed is not None:
        return tuple(listed)
    count = reader.whole("draws", USUAL_DRAWS)
    reader.check("draws", count, 0, MOST_DRAWS)
    return numbered_draws(count)


def _seeds(reader: DesignReader) -> tuple[int, ...]:
    listed = reader.wholes("seeds", 0, LARGEST_SEED)
    if listed is not None:
        if "seed" in reader.content:
            raise reader.refuse("seed_and_list", "seed")
        return tuple(listed)
    count, first = reader.whole("seeds", USUAL_SEEDS), reader.whole("seed", 1)
    reader.check("seeds", count, 1, MOST_SEEDS)
    reader.check("seed", first, 0, LARGEST_SEED)
    return tuple(range(first, first + count))


def _sample(reader: DesignReader, areas: Sequence[str]) -> float:
    found = reader.content.get("sample")
    if found is None:
        return sample_that_answers([load_area(area).figures["residents_2022"].value for area in areas])
    if not isinstance(found, int | float) or isinstance(found, bool) or not math.isfinite(found):
        raise reader.refuse("wrong_type", "sample", found=shown(found), allowed=NUMBER)
    reader.check("sample", found, SMALLEST_SAMPLE, 1)
    return float(found)


def _groups(reader: DesignReader) -> tuple[str, ...]:
    found = reader.texts("groups") if reader.content.get("groups") else []
    for name in found:
        if name not in GROUPS:
            raise reader.refuse("out_of_range", "groups", found=shown(name), allowed=", ".join(GROUPS))
    return tuple(dict.fromkeys((*found, *ALWAYS)))
