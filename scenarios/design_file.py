"""Reads a design file: what to run, every choice made and checked, deterministic before anything runs."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from scenarios.catalogue import load_scenario
from scenarios.design import ALL_AREAS, PRIOR, SCHEMA, Design, Drawn, numbered_draws, sample_that_answers
from scenarios.design_errors import DesignError, nearest
from scenarios.sweep_file import read_sweep
from sim.areas import LocalNumbers, area_ids, load_area
from sim.calendar import SCENARIO_START, month_label
from sim.scenario import Scenario
from sim.scenario_text import checked_toml

KEYS = (
    "schema", "id", "scenarios", "reference", "areas", "draws", "draws_from", "draws_sha256", "seeds", "seed",
    "sample", "years", "groups", "sweep",
)  # fmt: skip
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

TEXT = {"nl": "tekst", "en": "text"}
WHOLE = {"nl": "een geheel getal", "en": "a whole number"}
NUMBER = {"nl": "een getal", "en": "a number"}
LIST = {"nl": "een lijst", "en": "a list"}
TABLE = {"nl": "een tabel", "en": "a table"}

_ID = re.compile(r"[a-z0-9-]{1,60}\Z")

Load = Callable[[str], Scenario]


def load_design(path: str | Path, local: Sequence[LocalNumbers] = ()) -> Design:
    """Read a design file.

    Scenarios are ids of the library or paths relative to the file.

    Args:
        path: the file, TOML.
        local: what areas know themselves.

    Raises:
        DesignError: one sentence on the first thing that is wrong.
        ScenarioError: the same about one of its scenarios, or when the file is no TOML.
    """
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DesignError("file_missing", str(path)) from None

    def load(name: str) -> Scenario:
        beside = place.parent / name
        return load_scenario(str(beside) if name.endswith(".toml") and beside.is_file() else name)

    return parse_design(text, str(path), load, place.parent, place.stem, local)


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
    reader = _Reader(checked_toml(text, where), where)
    reader.check_keys()
    scenarios, reference = _scenarios(reader, load)
    areas = _areas(reader)
    years = reader.whole("years", min(USUAL_YEARS, *(each.horizon_years for each in scenarios)))
    horizon = min(each.horizon_years for each in scenarios)
    reader.check("years", years, 1, horizon)
    draws, seeds = _draws(reader), _seeds(reader)
    drawn = _drawn(reader, draws, folder) if with_draws else None
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


class _Reader:
    """The keys of a design, each with its type checked when it is asked for."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self.content, self.where = content, where

    def refuse(self, code: str, key: str, **details: Any) -> DesignError:
        return DesignError(code, self.where, key=key, **details)

    def check_keys(self) -> None:
        for key in self.content:
            if key not in KEYS:
                allowed = ", ".join(KEYS)
                raise self.refuse("unknown_key", key, nearest=nearest(key, KEYS), allowed=allowed)
        if "schema" not in self.content:
            raise self.refuse("missing_key", "schema")
        if self.content["schema"] != SCHEMA or isinstance(self.content["schema"], bool):
            raise self.refuse("bad_schema", "schema", found=self.content["schema"], allowed=SCHEMA)

    def text(self, key: str, usual: str) -> str:
        found = self.content.get(key, usual)
        if not isinstance(found, str):
            raise self.refuse("wrong_type", key, found=_shown(found), allowed=TEXT)
        return found

    def whole(self, key: str, usual: int) -> int:
        found = self.content.get(key, usual)
        if not _is_whole(found):
            raise self.refuse("wrong_type", key, found=_shown(found), allowed=WHOLE)
        return int(found)

    def texts(self, key: str) -> list[str]:
        found = self.content[key]
        if not isinstance(found, list) or not found:
            raise self.refuse("wrong_type", key, found=_shown(found), allowed=LIST)
        for one in found:
            if not isinstance(one, str):
                raise self.refuse("wrong_type", key, found=_shown(one), allowed=TEXT)
        self.once(key, found)
        return list(found)

    def wholes(self, key: str, low: int, high: int) -> list[int] | None:
        """Return a list of whole numbers, or ``None`` where there is something else."""
        found = self.content.get(key)
        if not isinstance(found, list):
            return None
        for one in found:
            if not _is_whole(one):
                raise self.refuse("wrong_type", key, found=_shown(one), allowed=WHOLE)
            self.check(key, one, low, high)
        if not found:
            raise self.refuse("wrong_type", key, found="[]", allowed=LIST)
        self.once(key, found)
        return [int(one) for one in found]

    def once(self, key: str, found: Sequence[Any]) -> None:
        twice = [one for one, count in Counter(found).items() if count > 1]
        if twice:
            raise self.refuse("twice", key, found=_shown(twice[0]))

    def check(self, key: str, found: float, low: float, high: float) -> None:
        if not low <= found <= high:
            raise self.refuse("out_of_range", key, found=f"{found:g}", allowed=f"{low:g} .. {high:g}")


def _id(reader: _Reader, name: str) -> str:
    found = reader.text("id", re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:60] or "design")
    if not _ID.match(found):
        raise reader.refuse("bad_id", "id", found=_shown(found))
    return found


def _scenarios(reader: _Reader, load: Load) -> tuple[tuple[Scenario, ...], str]:
    """Return the scenarios, the reference last, and its id."""
    if "scenarios" not in reader.content:
        raise reader.refuse("missing_key", "scenarios")
    reference = load(reader.text("reference", USUAL_REFERENCE))
    found = [load(name) for name in reader.texts("scenarios")]
    reader.once("scenarios", [each.id for each in found])
    others = [each for each in found if each.id != reference.id]
    if not others:
        raise reader.refuse("only_reference", "scenarios", found=reference.id)
    reader.check("scenarios", len(others), 1, MOST_SCENARIOS)
    for each in (*others, reference):
        if each.start_month != SCENARIO_START:
            raise reader.refuse("start", "scenarios", found=each.id, allowed=month_label(SCENARIO_START))
    return (*others, reference), reference.id


def _areas(reader: _Reader) -> tuple[str, ...]:
    if "areas" not in reader.content:
        raise reader.refuse("missing_key", "areas")
    if reader.content["areas"] == ALL_AREAS:
        return area_ids()
    found = reader.texts("areas")
    for name in found:
        if name not in area_ids():
            near = nearest(name, area_ids())
            raise reader.refuse(
                "unknown_area", "areas", found=_shown(name), nearest=near, allowed=", ".join(area_ids())
            )
    return tuple(found)


def _draws(reader: _Reader) -> tuple[int, ...]:
    listed = reader.wholes("draws", 0, MOST_DRAWS)
    if listed is not None:
        return tuple(listed)
    count = reader.whole("draws", USUAL_DRAWS)
    reader.check("draws", count, 0, MOST_DRAWS)
    return numbered_draws(count)


def _seeds(reader: _Reader) -> tuple[int, ...]:
    listed = reader.wholes("seeds", 0, LARGEST_SEED)
    if listed is not None:
        return tuple(listed)
    count, first = reader.whole("seeds", USUAL_SEEDS), reader.whole("seed", 1)
    reader.check("seeds", count, 1, MOST_SEEDS)
    reader.check("seed", first, 0, LARGEST_SEED)
    return tuple(range(first, first + count))


def _sample(reader: _Reader, areas: Sequence[str]) -> float:
    found = reader.content.get("sample")
    if found is None:
        return sample_that_answers([load_area(area).figures["residents_2022"].value for area in areas])
    if not isinstance(found, int | float) or isinstance(found, bool) or not math.isfinite(found):
        raise reader.refuse("wrong_type", "sample", found=_shown(found), allowed=NUMBER)
    reader.check("sample", found, SMALLEST_SAMPLE, 1)
    return float(found)


def _groups(reader: _Reader) -> tuple[str, ...]:
    found = reader.texts("groups") if reader.content.get("groups") else []
    for name in found:
        if name not in GROUPS:
            raise reader.refuse("out_of_range", "groups", found=_shown(name), allowed=", ".join(GROUPS))
    return tuple(dict.fromkeys((*found, *ALWAYS)))


def _drawn(reader: _Reader, draws: Sequence[int], folder: Path | None) -> Drawn | None:
    """Read a table of draws: the columns of ``draws.parquet``, for the parameters that it knows."""
    name = reader.text("draws_from", PRIOR)
    if name == PRIOR:
        return None
    place = (folder or Path()) / name
    try:
        content = place.read_bytes()
    except OSError:
        raise DesignError("file_missing", str(place)) from None
    checksum = hashlib.sha256(content).hexdigest()
    if reader.text("draws_sha256", checksum) != checksum:
        raise reader.refuse("draws_changed", "draws_sha256", found=name)
    values = _draw_values(reader, name, content)
    missing = [draw for draw in draws if draw and not any(known == draw for known, _ in values)]
    if missing:
        raise reader.refuse("draw_missing", "draws", found=missing[0], allowed=name)
    return Drawn(name, checksum, {key: tuple(sorted(pairs)) for key, pairs in values.items()})


def _draw_values(reader: _Reader, name: str, content: bytes) -> dict[tuple[int, str], list[tuple[str, float]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from results.tables import DRAWS
    from sim.parameters import load_parameters

    try:
        table = pq.read_table(BytesIO(content), columns=list(DRAWS)).to_pandas().astype(dict(DRAWS))
    except (pa.ArrowException, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise reader.refuse("draws_file", "draws_from", found=name, allowed=reason) from None
    known = load_parameters().values
    values: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for draw, area, path, value in table.itertuples(index=False, name=None):
        if path not in known:
            raise reader.refuse("unknown_parameter", f"{name}: {path}", nearest=nearest(path, known))
        if not math.isfinite(value):
            raise reader.refuse("wrong_type", f"{name}: {path}", found=_shown(value), allowed=NUMBER)
        values.setdefault((draw, area), []).append((path, value))
    return values


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    from sim.scenario_errors import shown

    return shown(value)
