"""Scenarios made from other scenarios: a few levers set differently."""

from __future__ import annotations

from collections.abc import Mapping

from sim.levers import declared_levers
from sim.scenario import SCHEMA, AreaLevers, Scenario, Texts, parse_scenario

Setting = float | Mapping[str, float]
"""A value from the scenario's start on, or values by period."""


def vary(
    scenario: Scenario,
    name: str,
    levers: Mapping[str, Setting],
    areas: Mapping[str, Mapping[str, Setting]] | None = None,
    title: Mapping[str, str] | None = None,
) -> Scenario:
    """Return a scenario that does the same but for some levers.

    A lever that is set gives up what the original had for it from the first period of the new value on.

    Args:
        scenario: what to start from.
        name: id of the new scenario (``[a-z0-9-]``, at most 60 characters).
        levers: value by path: one number from the start on, or numbers by period (``"2025"``, ``"2027-07"``).
        areas: the same for single areas.
        title: by language, ``nl`` and ``en``; the name unless given.

    Raises:
        ScenarioError: when a lever does not exist, may not be set here, or a value is out of its range.
    """
    draft = Scenario.model_construct(
        schema_=SCHEMA,
        id=name,
        title=Texts.model_construct(nl=(title or {}).get("nl", name), en=(title or {}).get("en", name)),
        explanation=scenario.explanation,
        base=None,
        start=scenario.start,
        horizon_years=scenario.horizon_years,
        levers=_by_period(levers, scenario.start),
        areas={area: _AreaSettings(_by_period(own, scenario.start)) for area, own in (areas or {}).items()},
    )
    own = parse_scenario(draft.to_toml(), name)
    # once more as a whole: what is right by itself may not fit what the original says
    return parse_scenario(own.over(scenario).to_toml(), name)


def at_point(scenario: Scenario, name: str, levers: Mapping[str, float], areas: tuple[str, ...]) -> Scenario:
    """Return a scenario at one point of a sweep.

    Args:
        scenario: the scenario that is swept.
        name: id at this point, which need not be one a file may have.
        levers: value by path, from the start of the scenario on.
        areas: areas of the design: a lever that only areas have is set in each of them.

    Raises:
        ScenarioError: as for :func:`vary`.
    """
    declared = declared_levers()
    local = {path: value for path, value in levers.items() if path in declared and declared[path].scope == "area"}
    national = {path: value for path, value in levers.items() if path not in local}
    here = {area: AreaLevers(levers=_by_period(local, scenario.start)) for area in areas if local}
    own = scenario.model_copy(update={"levers": _by_period(national, scenario.start), "areas": here})
    # read once as a file, so that every check of a scenario is made, that of the whole as well
    whole = parse_scenario(own.over(scenario).to_toml(), name)
    return whole.model_copy(update={"id": name})


class _AreaSettings:
    """The levers of an area before they are checked, in the form in which a scenario writes them."""

    def __init__(self, levers: Mapping[str, Mapping[str, float]]) -> None:
        self.levers = levers


def _by_period(levers: Mapping[str, Setting], start: str) -> dict[str, dict[str, float]]:
    return {
        path: dict(setting) if isinstance(setting, Mapping) else {start: setting} for path, setting in levers.items()
    }
