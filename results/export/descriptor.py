"""The description beside an exported file: a Frictionless data package, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from results.export.columns import Column, Content
from results.export.csv_file import DIALECTS
from results.export.labels import Labels
from results.export.names import unique_names
from results.export.provenance import described, facts_of, licences_of, sources_of, title_of
from results.export.safe_text import harmless
from results.export.selection import Selection

if TYPE_CHECKING:
    from results.reading import Results

ENDING = ".datapackage.json"
TYPES = {"str": "string", "int64": "integer", "float64": "number"}
MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
}


def descriptor_of(
    results: Results, selection: Selection, labels: Labels, content: Content, path: Path
) -> dict[str, Any]:
    """Return the data package that describes one file.

    Args:
        results: the store.
        selection: what was chosen of it.
        labels: the language of titles and descriptions.
        content: the table.
        path: the file, beside which the description comes to stand.
    """
    ending = path.suffix.removeprefix(".").lower()
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": f"wijklab-{selection.table}",
        "title": title_of(selection, labels),
        "description": described(results, selection, labels),
        "version": str(results.manifest.get("version", "")),
        "created": str(results.manifest.get("started", "")),
        "licenses": licences_of(results),
        "sources": sources_of(results),
        "contributors": [{"title": "Wijklab", "role": "author"}],
        "resources": [_resource(selection, labels, content, path, ending)],
        "provenance": facts_of(results, selection),
    }
    if "outcome" in {column.name for column in content.columns} | {
        "outcome" for column in content.columns if column.id
    }:
        package["outcomes"] = _outcomes(labels)
    return {name: value for name, value in package.items() if value not in ([], "")}


def _resource(selection: Selection, labels: Labels, content: Content, path: Path, ending: str) -> dict[str, Any]:
    names = [column.name for column in content.columns]
    if ending in ("sav", "dta"):
        names = unique_names(names)
    schema: dict[str, Any] = {
        "fields": [
            _field(column, name, selection, ending) for column, name in zip(content.columns, names, strict=True)
        ],
        "missingValues": [""],
    }
    if content.key:
        schema["primaryKey"] = list(content.key)
    resource: dict[str, Any] = {
        "name": selection.table,
        "title": labels.word("tables", selection.table),
        "path": path.name,
        "format": ending,
        "mediatype": MEDIA_TYPES[ending],
        "schema": schema,
    }
    if ending == "csv":
        dialect = DIALECTS[selection.dialect]
        resource["profile"] = "tabular-data-resource"
        resource["encoding"] = "utf-8"
        resource["description"] = labels.word("texts", "escaped")
        resource["dialect"] = {"delimiter": dialect.delimiter, "quoteChar": '"', "doubleQuote": True, "header": True}
    return resource


def _field(column: Column, name: str, selection: Selection, ending: str) -> dict[str, Any]:
    coded = ending in ("sav", "dta") and column.named
    field: dict[str, Any] = {"name": name, "type": "integer" if coded else TYPES[column.kind], "title": column.title}
    if column.description:
        field["description"] = column.description
    if column.unit:
        field["unit"] = column.unit
    if column.id:
        field["outcome"] = column.id
    if ending == "csv" and column.kind == "float64" and DIALECTS[selection.dialect].decimal != ".":
        field["decimalChar"] = DIALECTS[selection.dialect].decimal
    constraints: dict[str, Any] = {"required": True} if column.filled else {}
    if not coded:
        limits = {"minimum": column.least, "maximum": column.most}
        constraints.update({limit: value for limit, value in limits.items() if value is not None})
    wanted = selection.wanted.get(column.name)
    if wanted and not coded and column.name in ("outcome", "view"):
        constraints["enum"] = [harmless(value) if ending == "csv" else value for value in wanted]
    return {**field, "constraints": constraints} if constraints else field


def _outcomes(labels: Labels) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "short": outcome.short,
            "title": labels.outcome(name),
            "unit": labels.unit(name),
            "kind": outcome.kind,
            "better": outcome.better,
        }
        for name, outcome in labels.codebook.outcomes.items()
    ]
