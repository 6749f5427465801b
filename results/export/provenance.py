"""Where an exported table comes from: what is said of it in every format."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from results.export.labels import Labels
from results.export.selection import OUTCOMES_TABLE, WIDE, Selection
from results.facts import command_of

if TYPE_CHECKING:
    from results.reading import Results

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
"""Of tables: derived from open data of CBS. The program itself is under EUPL-1.2."""

FACTS = ("version", "commit", "fingerprint", "started", "status", "reference", "sample", "years", "python")
LISTS = ("scenarios", "areas", "draws", "seeds")
HASH_SHOWN = 12


def title_of(selection: Selection, labels: Labels) -> str:
    """Return the title of a table."""
    return labels.word("texts", "title", table=labels.word("tables", selection.table))


def short_title(results: Results, selection: Selection, labels: Labels) -> str:
    """Return a title for where there is little room: a mark of local data first."""
    facts = results.manifest
    mark = f"{labels.word('texts', 'local_short')}: " if local_sheets(results) else ""
    if results.runs_absent > 0:
        mark += f"{labels.word('texts', 'absent_short')}: "
    version = f"{facts.get('version', '')} {str(facts.get('fingerprint', ''))[:HASH_SHOWN]}"
    return f"{mark}Wijklab {version} {selection.table}".strip()


def local_sheets(results: Results) -> list[Mapping[str, Any]]:
    """Return the sheets of local numbers that the results were computed with."""
    found = results.manifest.get("local_data") or []
    return [found] if isinstance(found, Mapping) else list(found)


def local_note(results: Results, labels: Labels) -> str:
    """Return that local numbers were used and which; nothing where none were."""
    return " ".join(
        labels.word("texts", "local", file=sheet.get("file"), cells=_count(sheet), sha256=sheet.get("sha256"))
        for sheet in local_sheets(results)
    )


def absent_note(results: Results, labels: Labels) -> str:
    """Return how many runs of the design have no outcomes in the store; nothing where all have."""
    if results.runs_absent <= 0:
        return ""
    return labels.word("texts", "absent", absent=results.runs_absent, total=results.runs_asked)


def _count(sheet: Mapping[str, Any]) -> int:
    cells = sheet.get("cells", ())
    return cells if isinstance(cells, int) else len(cells)


def facts_of(results: Results, selection: Selection) -> dict[str, Any]:
    """Return where a table comes from as plain data: the same store and selection give the same facts."""
    manifest = results.manifest
    facts = {name: manifest[name] for name in (*FACTS, *LISTS, "packages") if name in manifest}
    facts["command"] = command_of(manifest)
    if results.runs_absent > 0:
        facts |= {"runs": results.runs_asked, "runs_absent": results.runs_absent}
    facts["local_data"] = manifest.get("local_data")
    facts["table"] = selection.table
    if selection.table == OUTCOMES_TABLE:
        facts["shape"] = selection.shape
    if selection.shape == WIDE:
        facts["measure"] = selection.measure
    facts["selection"] = {name: list(values) for name, values in selection.wanted.items()}
    return facts


def described(results: Results, selection: Selection, labels: Labels) -> str:
    """Return what somebody has to know before using a table."""
    texts = [labels.word("texts", "description"), absent_note(results, labels), local_note(results, labels)]
    return " ".join(text for text in texts if text)


def sources_of(results: Results) -> list[dict[str, str]]:
    """Return the sources of the numbers behind a table; a file with local data is one of them."""
    sources = [
        {"title": ": ".join(part for part in (entry.get("publisher"), entry.get("title")) if part)}
        | {name: str(entry[name]) for name in ("licence", "attribution") if entry.get(name)}
        for entry in results.codebook.content.get("sources", {}).values()
    ]
    own = [{"title": f"{sheet.get('file')} (sha256 {sheet.get('sha256')})"} for sheet in local_sheets(results)]
    return [*sources, *own]


def licences_of(results: Results) -> list[dict[str, str]]:
    """Return the licence of a table; none where local data were used, whose owner decides."""
    return [] if local_sheets(results) else [dict(LICENCE)]


def lines_of(results: Results, selection: Selection, labels: Labels) -> list[tuple[str, str]]:
    """Return provenance as lines of a name and a text, for people."""
    facts = facts_of(results, selection)

    def word(name: str) -> str:
        return labels.word("provenance", name)

    lines = [("title", title_of(selection, labels)), ("local_data", local_note(results, labels) or word("none"))]
    lines += [("runs_absent", text) for text in [absent_note(results, labels)] if text]
    lines.append(("selection", _listed(facts["selection"]) or word("all")))
    lines += [(name, str(facts[name])) for name in ("table", "shape", *FACTS) if name in facts]
    lines += [(name, ", ".join(map(str, facts[name]))) for name in LISTS if name in facts]
    lines.append(("command", shlex.join(map(str, facts.get("command", ())))))
    lines.append(("packages", _listed(facts.get("packages", {}))))
    licences = ", ".join(licence["title"] for licence in licences_of(results))
    lines.append(("licence", licences or local_note(results, labels)))
    lines.append(("sources", "; ".join(source["title"] for source in sources_of(results))))
    return [(word(name), text) for name, text in lines]


def _listed(found: Mapping[str, Any]) -> str:
    shown = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in found.items()}
    return "; ".join(f"{name} {value}" for name, value in shown.items())
