"""The ODD+D protocol of the model (``docs/odd.md``): prose from a template, every list from the declarations."""

from __future__ import annotations

from collections import Counter

from app.documents.code import agents, modules, month
from app.documents.fill import filled
from sim.areas import area_ids, load_areas
from sim.calendar import BASE, BURN_IN_START, SCENARIO_START, month_label
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES, SECTIONS
from sim.parameters import declared_parameters
from sim.parameters.book import GRADES
from sim.population.columns import TABLES
from sim.population.table import Column
from sim.programme.catalogue import INTERVENTIONS, LINES, SANCTIONS

HANDLES = ("Resident", "Youth")
"""Agents to the reader, rows of a table to the model: they decide by no rule of their own."""

MECHANISMS = ("sim.mechanisms", "sim.population", "sim.programme", "sim.networks")
"""Packages whose modules are submodels beside the agents."""

NO_SUBMODEL = ("arrays", "columns", "table", "catalogue", "graphs", "members")
"""Modules that declare, look up or show, and change nothing."""


def page() -> str:
    """Return the whole page."""
    parameters = declared_parameters().values()
    areas = load_areas()
    residents = [sum(wijk.residents for wijk in area.wijken) for area in areas]
    return filled(
        "odd",
        tables=[(name, [_column(one) for one in columns]) for name, columns in TABLES.items()],
        columns=sum(len(columns) for columns in TABLES.values()),
        agents=[(f"`{name}`", f"`{where}`", rule) for name, where, rule in agents() if name not in HANDLES],
        month=month(),
        outcomes=_outcomes(),
        outcome_count=len(OUTCOMES),
        submodels=[(package, _submodels(package)) for package in MECHANISMS],
        areas=len(area_ids()),
        municipalities=len({area.municipality for area in areas}),
        residents=sum(residents),
        smallest=min(residents),
        largest=max(residents),
        interventions=len(INTERVENTIONS),
        sanctions=len(SANCTIONS),
        lines=len(LINES),
        levers=len(declared_levers()),
        parameters=len(parameters),
        drawn=sum(one.distribution.kind != "fixed" or one.local_sd > 0 for one in parameters),
        grades=_grades(),
        base=month_label(BASE),
        burn_in=BASE - BURN_IN_START,
        start=month_label(SCENARIO_START),
    )


def _column(column: Column) -> tuple[str, ...]:
    depth = f" ({column.depth} values)" if column.depth else ""
    return (f"`{column.name}`", column.meaning + depth, column.unit, column.dtype)


def _outcomes() -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return the outcomes by section, each with name, unit, populations and whether anybody measures it."""
    found: dict[str, list[tuple[str, ...]]] = {SECTIONS[one.section][1]: [] for one in OUTCOMES.values()}
    for one in OUTCOMES.values():
        kind = f"{one.kind}, no data" if one.latent else one.kind
        row = (f"`{one.id}`", one.name_en, one.unit_en, ", ".join(one.views), one.better or "", kind)
        found[SECTIONS[one.section][1]].append(row)
    return list(found.items())


def _submodels(package: str) -> list[tuple[str, ...]]:
    folder = package.replace(".", "/")
    return [(f"`{folder}/{name}.py`", what) for name, what in modules(package) if name not in NO_SUBMODEL]


def _grades() -> list[tuple[str, str]]:
    counted = Counter[str](one.grade for one in declared_parameters().values())
    return [(grade, str(counted[grade])) for grade in GRADES]
