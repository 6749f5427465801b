"""The parts of a report that hold for all of its scenarios: question, assumptions, failures, provenance, repetition."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from app.charts import area_names, titles_of
from app.html.differs import number, quantity_name, swept_columns, unit_name
from app.html.parts import Code, Facts, Folded, Grid, Part, Section, Text
from app.local_data import own_numbers
from app.report import SURE, source_of_draws
from app.tables import Table
from results.comparison import FEWEST_DRAWS
from results.facts import command_of, is_comparison
from results.stored_tables import DONE, unreadable
from scenarios.design import PRIOR

if TYPE_CHECKING:
    from app.words import Words
    from results.reading import Results

STATUSES = ("done", "failures", "interrupted", "part", "running")
"""What a manifest says of a batch; a sentence for each."""

GRADES = ("high", "medium", "low", "judgement")
MOST_FAILURES = 20
MOST_VALUES = 4
"""Values of one parameter that are written out; of more only their ends are."""

DESIGN = "design.toml"
NEW = "OUT"
"""What the folder of a repetition is called in a command."""

FIGURE_OF_SIZE = "residents_2022"


def question(results: Results, scenarios: list[str], words: Words) -> Section:
    """Return what was asked: scenarios and reference in their own words, areas, years."""
    title = titles_of(results, words)
    known = results.codebook.content.get("scenarios", {})
    parts: list[Part] = [Text(words("html.question"))]
    for heading, names in (("compare.scenario", scenarios), ("compare.reference", [results.reference])):
        for name in names:
            entry = known.get(name.partition("~")[0], {})
            explanation = entry.get("explanation", {}).get(words.language, "")
            parts.append(Facts([(f"{words(heading)}: {title(name)}", explanation or words("html.no_explanation"))]))
    areas = [name for area, name in area_names(results, words).items() if area in results.areas]
    rows = [(words("html.areas"), ", ".join(areas)), (words("html.years"), str(results.manifest["years"]))]
    return Section("question", words("html.question_title"), [*parts, Facts(rows), *size(results, words)])


def size(results: Results, words: Words) -> list[Part]:
    """Return how much was simulated, and whether that is enough to say how sure this is."""
    facts = results.manifest
    areas = results.codebook.content.get("areas", {})
    residents = sum(float(areas[name]["figures"][FIGURE_OF_SIZE]["value"]) for name in results.areas if name in areas)
    draws, seeds = facts["draws"], facts["seeds"]
    sentence = words(
        "footer.central" if list(draws) == [0] else "footer.sample",
        percent=words.percent(facts["sample"], 1),
        persons=words.number(residents * facts["sample"]),
        draws=len(draws),
        seeds=len(seeds),
        seed=seeds[0],
    )
    source = [] if list(draws) == [0] else [Text(source_of_draws(facts.get("draws_from", PRIOR), words))]
    few = len(draws) < FEWEST_DRAWS
    return [Text(sentence), *source, *([Text(words("footer.few", fewest=FEWEST_DRAWS), marked=True)] if few else [])]


def assumptions(results: Results, words: Words) -> Section:
    """Return how well each assumption is known, the parameters that are judgement, areas and local numbers."""
    parts: list[Part] = [Text(words("html.assumptions"))]
    parameters = results.codebook.content.get("parameters", {})
    if parameters:
        parts.append(_graded(parameters, words))
    else:
        parts.append(Text(words("html.no_parameters")))
    parts += _areas(results, words)
    return Section("assumptions", words("html.assumptions_title"), [*parts, *local(results, words)])


def _graded(parameters: Mapping[str, Any], words: Words) -> Grid:
    count = Counter(entry.get("grade", "judgement") for entry in parameters.values())
    rows = [
        [words(f"html.grade_{grade}"), words.number(count[grade]), words.percent(count[grade] / len(parameters))]
        for grade in GRADES
    ]
    headings = [words(f"html.{name}") for name in ("grade", "count", "share")]
    return Grid(Table(words("html.grades_title"), headings, rows, [words("html.grades_note")]))


def judged(results: Results, words: Words) -> Section:
    """Return the parameters that are judgement, at the end since there are many."""
    parameters = results.codebook.content.get("parameters", {})
    found = [
        [
            f"{entry['description'][words.language]} ({path})",
            _value(entry["value"], words),
            _range(entry, words),
            unit_name(str(entry["unit"]), words),
            str(entry["source"]),
        ]
        for path, entry in parameters.items()
        if entry.get("grade") == "judgement" and "description" in entry
    ]
    headings = [words(f"html.{name}") for name in ("parameter", "value", "range", "unit", "source")]
    listed = Table(words("html.judged_table"), headings, found, [words("html.judged_note")])
    folded = Folded(words("html.judged_summary", count=len(found)), [Grid(listed, wide=True)])
    return Section("judged", words("html.judged_title"), [folded if found else Text(words("html.no_parameters"))])


def _value(value: Any, words: Words) -> str:
    values = [float(one) for one in (value if isinstance(value, list) else [value])]
    if len(values) > MOST_VALUES:
        ends = (number(end, words) for end in (min(values), max(values)))
        return words("html.values", count=len(values), low=next(ends), high=next(ends))
    return "; ".join(number(value, words) for value in values)


def _range(entry: Mapping[str, Any], words: Words) -> str:
    """Return between which values a parameter is drawn."""
    drawn = entry.get("distribution", {})
    ends = [(drawn.get(low), drawn.get(high)) for low, high in (("low", "high"), ("p05", "p95"))]
    low, high = next((pair for pair in ends if None not in pair), (None, None))
    if low is None or high is None:
        return words("html.fixed")
    return words("compare.to", low=number(low, words), high=number(high, words))


def _areas(results: Results, words: Words) -> list[Part]:
    """Return how sure it is which neighbourhoods belong to each area, and how many figures are estimates."""
    known = results.codebook.content.get("areas", {})
    rows = []
    for name in results.areas:
        area = known.get(name)
        if area is None:
            continue
        figures = area["figures"].values()
        estimated = sum(figure["status"] not in SURE for figure in figures)
        note = area.get("certainty_note", {}).get(words.language, "")
        rows.append(
            [
                area["name"],
                words(f"areas.{area['certainty']}"),
                words("html.of", part=estimated, whole=len(figures)),
                note,
            ]
        )
    if not rows:
        return [Text(words("html.no_areas"))]
    headings = [words("areas.id"), words("areas.certainty"), words("html.estimated"), words("html.note")]
    return [
        Grid(Table(words("html.areas_title"), headings, rows, [words("areas.note"), words("footer.care")]), wide=True)
    ]


def local(results: Results, words: Words) -> list[Part]:
    """Return which numbers of one's own were used, or that none were."""
    found = own_numbers(results.manifest.get("local_data"), words)
    if not found:
        return [Text(words("html.no_local"))]
    return [Text(words("html.local"), marked=True), *(Text(sentence) for sentence in found)]


_FOLDERS = re.compile(r"(?<![\w/\\])(?:/|[A-Za-z]:\\)(?:[^\s'\"/\\]+[/\\])+")
"""The folders before a file's name: those of the machine that computed are nobody's business."""


def failures(results: Results, words: Words) -> Section:
    """Return how many runs are not there, and how many failed and why."""
    runs, asked = results.runs, words.number(results.runs_asked)
    failed = int((runs["status"] != DONE).sum())
    left = results.runs_asked - len(runs)
    parts: list[Part] = []
    if left > 0:
        parts.append(Text(words("html.not_run", left=words.number(left), total=asked), marked=True))
    key = "failures" if failed else "no_failures" if left <= 0 else "no_failures_yet"
    parts.append(Text(words(f"html.{key}", failed=words.number(failed), total=words.number(len(runs)))))
    if failed:
        kinds = Counter(
            (row["stage"], row["type"], _FOLDERS.sub("", " ".join(str(row["message"]).split())))
            for row in results.failures.to_dict("records")
        )
        rows = [
            [message, kind, stage, str(count)] for (stage, kind, message), count in kinds.most_common(MOST_FAILURES)
        ]
        headings = [words(f"html.{name}") for name in ("message", "type", "stage", "count")]
        parts.append(Grid(Table(words("html.failures_title"), headings, rows), wide=True))
    return Section("failures", words("html.failures_heading"), parts)


def provenance(results: Results, words: Words) -> Section:
    """Return everything that says where the numbers come from."""
    facts = results.manifest
    packages = ", ".join(f"{name} {found}" for name, found in facts.get("packages", {}).items())
    machine = facts.get("machine", {})
    values = {
        "version": facts["version"],
        "commit": facts["commit"],
        "fingerprint": facts["fingerprint"],
        "command": shlex.join(command_of(facts)),
        "draws": _numbers(facts["draws"]),
        "seeds": _numbers(facts["seeds"]),
        "sample": words.percent(facts["sample"], 1),
        "date": facts["started"],
        "status": _status(str(facts["status"]), words),
        "python": facts["python"],
        "packages": packages,
        "machine": f"{machine.get('system', '')} {machine.get('kind', '')}".strip(),
        "made_with": version("wijklab"),
    }
    rows = [(words(f"html.{name}"), str(value)) for name, value in values.items() if value]
    swept = [quantity_name(results, name, words) for name in swept_columns(results)]
    if swept:
        rows.append((words("html.swept"), "; ".join(swept)))
    return Section("provenance", words("html.provenance_title"), [Facts(rows)])


def _status(status: str, words: Words) -> str:
    return words(f"html.status_{status}") if status in STATUSES else status


def _numbers(found: list[int]) -> str:
    """Return whole numbers in a row as their ends."""
    if len(found) > 2 and list(found) == list(range(found[0], found[-1] + 1)):
        return f"{found[0]}-{found[-1]}"
    return ", ".join(map(str, found))


def repeat(results: Results, words: Words) -> Section:
    """Return how to make the same numbers again."""
    facts = results.manifest
    commit = str(facts["commit"]).partition("+")[0]
    design = results.folder / DESIGN
    saved = design.is_file() and not is_comparison(facts)
    command = ["wijklab", "batch", DESIGN, "--out", NEW] if saved else command_of(facts)
    local = [part for sheet in facts.get("local_data") or () for part in ("--local-data", str(sheet["file"]))]
    made = NEW if saved else results.folder.name
    lines = [
        *([f"git checkout {commit}"] if commit.isalnum() and commit != "unknown" else []),
        "pip install -c constraints.txt -e .",
        shlex.join([*command, *(local if saved else [])]),
        shlex.join(["wijklab", "report", made, "--to", "report.html", "--language", words.language]),
    ]
    parts: list[Part] = [Text(words("html.repeat_files"))] if saved else []
    parts += [Text(words("html.repeat")), Code("\n".join(lines)), Text(words("html.repeat_note"))]
    if local:
        parts.append(Text(words("html.repeat_local")))
    if "+" in str(facts["commit"]):
        parts.append(Text(words("html.repeat_changed"), marked=True))
    if design.is_file():
        parts.append(Folded(words("html.design"), [Code(_text(results, DESIGN))]))
        for place in sorted((results.folder / "scenarios").glob("*.toml")) if saved else ():
            name = f"scenarios/{place.name}"
            parts.append(Folded(name, [Code(_text(results, name))]))
    else:
        parts.append(Text(words("html.no_design")))
    return Section("repeat", words("html.repeat_title"), parts)


def _text(results: Results, name: str) -> str:
    """Return a text file of a folder.

    Raises:
        StoreError: when it is no text.
    """
    try:
        return (results.folder / name).read_text(encoding="utf-8").rstrip()
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(results.folder, name) from error


def limits(words: Words) -> Section:
    """Return what this is not."""
    return Section(
        "limits", words("html.limits_title"), [Text(words("footer.no_forecast")), Text(words("html.limits"))]
    )
