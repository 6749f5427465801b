"""The library of scenario files, and scenarios from files of one's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from sim.calendar import BASE, month_label
from sim.scenario import Scenario, parse_scenario
from sim.scenario_errors import ScenarioError, nearest, shown
from sim.scenario_text import read_scenario_file

REALISED = "gerealiseerd-beleid"
"""What was really done: every world lives its years before the scenario's start under this policy."""

_SUFFIX = ".toml"


@cache
def scenario_ids() -> tuple[str, ...]:
    """Return the ids of the library, sorted."""
    entries = files("scenarios").joinpath("library").iterdir()
    names = [entry.name for entry in entries if entry.name.endswith(_SUFFIX)]
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names))


def load_scenario(reference: str) -> Scenario:
    """Return a scenario from the library, or from a path that ends in ``.toml``.

    A base is looked for in the library first, then beside the file that names it.

    Raises:
        ScenarioError: when it does not exist or cannot be used, in one sentence.
    """
    scenario = _load(reference, None, ())
    check_past(scenario, reference)
    return scenario


def _load(reference: str, beside: Path | None, chain: tuple[str, ...]) -> Scenario:
    where, text, folder = _read(reference, beside)

    def find_base(base: str) -> Scenario:
        if base in chain:
            raise ScenarioError("base_cycle", where, found=shown(base))
        return _load(base, folder, (*chain, base))

    return parse_scenario(text, where, find_base)


def _read(reference: str, beside: Path | None) -> tuple[str, str, Path | None]:
    """Return the name for messages, the text, and the folder in which a base may lie."""
    if reference in scenario_ids():
        name = reference + _SUFFIX
        return name, files("scenarios").joinpath("library", name).read_text(encoding="utf-8"), None
    if beside is not None and (beside / (reference + _SUFFIX)).is_file():
        reference = str(beside / (reference + _SUFFIX))
    if not reference.endswith(_SUFFIX):
        near, allowed = nearest(reference, scenario_ids()), ", ".join(scenario_ids())
        raise ScenarioError("unknown_scenario", "SCENARIO", found=shown(reference), nearest=near, allowed=allowed)
    path = Path(reference)
    return str(path), read_scenario_file(path), path.parent


def check_past(scenario: Scenario, reference: str) -> None:
    """Refuse levers before the start that differ from what was done: no world would follow them."""
    if scenario.id == REALISED or scenario.start_month <= BASE:
        return
    realised = _load(REALISED, None, ())
    for area in (None, *scenario.areas):
        mine, done = scenario.schedule(area or ""), realised.schedule(area or "")
        for path, steps in mine.steps.items():
            for month in (month for month, _ in steps if month < scenario.start_month):
                if mine.value(path, month) != done.value(path, month):
                    raise ScenarioError(
                        "past_changed",
                        reference,
                        path=f'levers."{path}"."{month_label(month)}"',
                        found=shown(mine.value(path, month)),
                        start=scenario.start,
                        allowed=shown(done.value(path, month)),
                    )
