"""The codebook of a run, built from the declarations of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from results.codebook import SCHEMA
from scenarios.verdicts import verdict_of, verdicts
from sim.areas import LocalNumbers, Source, area_with, sources
from sim.areas.local import LOCAL_SOURCE
from sim.levers import Lever, declared_levers
from sim.programme.catalogue import PILLAR_NAMES, PILLARS, of_pillar
from sim.scenario import Scenario

MAY_BE_EMPTY = (
    "reconvicted_within_", "debt_per_indebted", "stapeling_left", "stapeling_entered", "waiting_months",
    "enrolled_not_offending", "double_caseload",
)  # fmt: skip
"""Measured among few (convicted earlier, indebted, enrolled): a small sample may have none on one side of a pair."""


def build_codebook(
    scenarios: Sequence[Scenario], areas: Sequence[str], local: Sequence[LocalNumbers] = ()
) -> dict[str, Any]:
    """Return everything a reader of the tables needs to know, as plain data.

    Args:
        scenarios: the scenarios of the run.
        areas: the ids of its areas.
        local: what areas know themselves, at most one per area.
    """
    known = {one.area: one for one in local}
    return {
        "schema": SCHEMA,
        "outcomes": outcome_entries(),
        "sections": section_entries(),
        "interventions": intervention_entries(),
        "scenarios": {scenario.id: _scenario(scenario) for scenario in scenarios},
        "areas": {area: _area(area, known.get(area)) for area in areas},
        "sources": {name: asdict(source) for name, source in {**sources(), **_own_source(local)}.items()},
        "levers": {path: _lever(lever) for path, lever in declared_levers().items()},
        "parameters": parameter_entries(),
        "verdicts": verdict_entries(),
    }


def verdict_entries() -> dict[str, dict[str, Any]]:
    """Return what validation says of every family of outcomes, with the outcomes that belong to it."""
    from sim.outcomes import OUTCOMES

    belongs = {name: judged.family for name in OUTCOMES if (judged := verdict_of(name)) is not None}
    return {
        family: {
            "name": judged.names,
            "verdict": judged.verdict,
            "reason": judged.reasons,
            "outcomes": [name for name, its in belongs.items() if its == family],
        }
        for family, judged in verdicts().items()
    }


def outcome_entries() -> dict[str, dict[str, Any]]:
    """Return every outcome by id, in the order of the declaration."""
    from sim.outcomes import OUTCOMES

    return {
        name: {
            "short": outcome.short,
            "name": {"nl": outcome.name_nl, "en": outcome.name_en},
            "unit": {"nl": outcome.unit_nl, "en": outcome.unit_en},
            "kind": outcome.kind,
            "views": list(outcome.views),
            "better": outcome.better,
            "total": not outcome.denominator,
            "can_be_empty": name.startswith(MAY_BE_EMPTY),
            "section": outcome.section,
            "latent": outcome.latent,
            "kept_by": outcome.kept_by,
        }
        for name, outcome in OUTCOMES.items()
    }


def section_entries() -> dict[str, dict[str, str]]:
    """Return the headings of a report by id, in their order."""
    from sim.outcomes import SECTIONS

    return {name: {"nl": nl, "en": en} for name, (nl, en) in SECTIONS.items()}


def intervention_entries() -> dict[str, dict[str, Any]]:
    """Return what the programme can buy by id, pillar by pillar."""
    return {
        one.name: {
            "name": {"nl": one.nl, "en": one.en},
            "pillar": dict(zip(("nl", "en"), PILLAR_NAMES[one.pillar], strict=True)),
        }
        for pillar in PILLARS
        for one in of_pillar(pillar)
    }


def parameter_entries() -> dict[str, dict[str, Any]]:
    """Return every parameter by path: value, unit, description, source, grade, distribution."""
    from sim.parameters import declared_parameters

    return {path: parameter.model_dump(mode="json") for path, parameter in declared_parameters().items()}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        "title": scenario.title.model_dump(),
        "explanation": scenario.explanation.model_dump(),
        "base": scenario.base,
        "start": scenario.start,
        "horizon_years": scenario.horizon_years,
    }


def _area(area_id: str, local: LocalNumbers | None) -> dict[str, Any]:
    area = area_with(area_id, local)
    entry = {
        "name": area.name,
        "municipality": area.municipality,
        "certainty": area.certainty,
        "certainty_note": {"nl": area.certainty_note_nl, "en": area.certainty_note},
        "wijken": {wijk.code: wijk.name for wijk in area.wijken},
        "figures": {name: asdict(figure) for name, figure in area.figures.items()},
    }
    if local is not None:
        # what holds in this area in every draw, in place of the parameters below and of the key of a line
        shares = dict(local.line_shares)
        entry["local"] = {"year": local.year, "parameters": dict(local.parameters), "line_shares": shares}
    return entry


def _own_source(local: Sequence[LocalNumbers]) -> dict[str, Source]:
    """Return the source of figures that were filled in for this run, if any were."""
    if not any(one.figures for one in local):
        return {}
    own = Source(
        id=LOCAL_SOURCE, publisher="", title="Numbers filled in for this run", table="", year="", licence="",
        attribution="", obtained="a sheet of `wijklab areas template`", note="see local_data in the manifest",
    )  # fmt: skip
    return {LOCAL_SOURCE: own}


def _lever(lever: Lever) -> dict[str, Any]:
    return {**vars(lever), "title": dict(lever.title), "description": dict(lever.description)}
