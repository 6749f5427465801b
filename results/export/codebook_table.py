"""The codebook as a table: one line per outcome, scenario, area, intervention, parameter and source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from results.codebook import Outcome
from results.export.columns import Column
from results.export.labels import Labels, known_views
from results.tables import Columns

CODEBOOK: Columns = {
    "part": "str",
    "id": "str",
    "short": "str",
    "name": "str",
    "unit": "str",
    "kind": "str",
    "views": "str",
    "better": "str",
    "central": "float64",
    "values": "str",
    "source": "str",
    "grade": "str",
    "description": "str",
}

NO_NUMBER = float("nan")


def codebook_rows(labels: Labels, outcomes: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Return the lines of the codebook in one language.

    Args:
        labels: the language and the codebook.
        outcomes: when given, the lines of these outcomes alone.
    """
    known = labels.codebook.outcomes
    if outcomes is not None:
        return [_outcome(labels, known[name]) for name in known if name in outcomes]
    rows = [_outcome(labels, outcome) for outcome in known.values()]
    rows += [_row("view", view, name=labels.label("view", view)) for view in known_views(labels.codebook)]
    for part in (_scenarios, _areas, _interventions, _parameters, _sources):
        rows.extend(part(labels))
    return rows


def column_rows(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return a line of the codebook for every column of a table."""
    return [
        _row(
            "column",
            column.id or column.name,
            short=column.name,
            name=column.title,
            unit=column.unit,
            description=column.description,
        )
        for column in columns
    ]


def _row(part: str, entry: str, /, **more: Any) -> dict[str, Any]:
    empty = {column: NO_NUMBER if kind == "float64" else "" for column, kind in CODEBOOK.items()}
    return {**empty, "part": part, "id": entry, **more}


def _outcome(labels: Labels, outcome: Outcome) -> dict[str, Any]:
    section = labels.codebook.sections.get(outcome.section, {}).get(labels.language, "")
    return _row(
        "outcome",
        outcome.id,
        short=outcome.short,
        name=labels.outcome(outcome.id),
        unit=labels.unit(outcome.id),
        kind=outcome.kind,
        views=", ".join(outcome.views),
        better=outcome.better or "",
        description=section,
    )


def _scenarios(labels: Labels) -> Iterator[dict[str, Any]]:
    for name, entry in _entries(labels, "scenarios"):
        yield _row("scenario", name, name=labels.scenario(name), description=_said(labels, entry, "explanation"))


def _areas(labels: Labels) -> Iterator[dict[str, Any]]:
    for name, entry in _entries(labels, "areas"):
        note = _said(labels, entry, "certainty_note")
        yield _row("area", name, name=labels.area(name), grade=str(entry.get("certainty", "")), description=note)


def _interventions(labels: Labels) -> Iterator[dict[str, Any]]:
    for name, entry in labels.codebook.interventions.items():
        shown, pillar = entry.name[labels.language], entry.pillar[labels.language]
        yield _row("intervention", f"service:{name}", name=shown, description=pillar)


def _parameters(labels: Labels) -> Iterator[dict[str, Any]]:
    for path, entry in _entries(labels, "parameters"):
        yield _row(
            "parameter",
            path,
            name=_said(labels, entry, "description"),
            unit=str(entry.get("unit", "")),
            **_central(entry["value"]),
            source=str(entry.get("source", "")),
            grade=str(entry.get("grade", "")),
            description=str(entry.get("note", "")),
        )


def _central(value: Any) -> dict[str, Any]:
    """Return one value as a number, several as a text."""
    if isinstance(value, Sequence):
        return {"values": "; ".join(repr(each) for each in value)}
    return {"central": float(value)}


def _sources(labels: Labels) -> Iterator[dict[str, Any]]:
    for name, entry in _entries(labels, "sources"):
        yield _row(
            "source",
            name,
            name=str(entry.get("title", "")),
            source=str(entry.get("attribution") or entry.get("publisher", "")),
            description=str(entry.get("licence", "")),
        )


def _entries(labels: Labels, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from labels.codebook.content.get(section, {}).items()


def _said(labels: Labels, entry: Mapping[str, Any], key: str) -> str:
    """Return a text of the codebook in the language asked for; some are in one language only."""
    found = entry.get(key, "")
    return str(found.get(labels.language, "") if isinstance(found, Mapping) else found)
