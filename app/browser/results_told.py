"""A stored comparison as the page shows it: what it is, which rows, a table, charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.browser.chart_specs import REFERENCE_COLOUR, SCENARIO_COLOUR
from app.browser.results_stores import Opened, refusal_of
from app.browser.speech import Speech
from app.charts import area_names, titles_of
from app.figures import factor_of, is_share, level_decimals, name_and_unit
from app.html.sources import STATUSES
from app.report import outcome_headings, outcome_numbers
from app.tables import Table
from results.codebook import Outcome
from results.comparison import ALL_AREAS, EVERYBODY
from results.report import LEDGER, PROGRAMME
from results.stored_tables import DONE

if TYPE_CHECKING:
    import pandas as pd

MAIN, EVERY = "main", "every"
"""Choices of outcomes: those a report begins with, and all."""

ALL_YEARS = 0
MOST_ROWS_SHOWN = 400
"""Rows of a table on the page; a file has them all."""

MOST_CHARTS = 6
SHORT_DATE = 10
"""Letters of a moment that say the day."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of a folder.

    Attributes:
        scenario: id.
        area: id, or the sum.
        view: who is counted.
        group: of them.
        year: one, or all of them.
        outcome: id, or one of the two choices.
    """

    scenario: str
    area: str
    view: str
    group: str
    year: int
    outcome: str

    @property
    def one_outcome(self) -> bool:
        """Whether it is about a single outcome."""
        return self.outcome not in (MAIN, EVERY)

    def read(self) -> tuple[str, ...]:
        """Return what has to be read for it: the rest is chosen from that."""
        return (self.scenario, self.area, self.view, self.group, self.outcome if self.one_outcome else "")


def usual(opened: Opened) -> Asked:
    """Return what is shown of a folder first."""
    found = opened.choices
    return Asked(found.scenarios[0], found.areas[-1], found.views[0], found.groups[0], found.years[-1], MAIN)


def compared(opened: Opened, asked: Asked) -> pd.DataFrame:
    """Read the comparison of all years: for a thread.

    Raises:
        RefusedError: when it cannot be made.
    """
    wanted: dict[str, str] = {"view": asked.view, "group": asked.group}
    if asked.area != ALL_AREAS:
        wanted["area"] = asked.area
    if asked.one_outcome:
        wanted["outcome"] = asked.outcome
    try:
        table = opened.results.compare(asked.scenario, None, **wanted)
    except Exception as error:
        raise refusal_of(error, opened.name) from error
    return table[table["area"] == asked.area]


def shown_outcomes(opened: Opened, asked: Asked, table: pd.DataFrame) -> list[str]:
    """Return the outcomes of a table that are asked for, under the headings of the codebook."""
    codebook = opened.results.codebook
    there = set(table["outcome"])
    names = [name for name in opened.choices.outcomes if name in there]
    if asked.one_outcome:
        return names
    if asked.outcome == MAIN:
        names = [name for name in names if _is_main(codebook.outcome(name))]
    rank = {name: place for place, name in enumerate(codebook.sections)}
    return sorted(names, key=lambda name: rank.get(codebook.outcome(name).section, len(rank)))


def _is_main(outcome: Outcome) -> bool:
    """Say whether a report begins with an outcome: not with money, and not with what nobody measures."""
    return not (outcome.latent or outcome.section == LEDGER or outcome.id.startswith(PROGRAMME))


def facts(opened: Opened, words: Speech) -> list[tuple[str, str]]:
    """Return what a folder is, as names with values."""
    results = opened.results
    told, title, years = results.manifest, titles_of(results, words), opened.choices.years
    names = area_names(results, words)
    status = str(told["status"])
    done = int((results.runs["status"] == DONE).sum())
    sizes = words("results_page.size", draws=len(told["draws"]), seeds=len(told["seeds"]))
    found = {
        "scenarios": "; ".join(title(name) for name in results.scenarios),
        "reference": title(results.reference),
        "areas": ", ".join(names[area] for area in results.areas),
        "years": words("results_page.from_to", first=years[0], last=years[-1]) if years else "",
        "draws": sizes,
        "sample": words.percent(told["sample"], 1),
        "runs": words("results_page.of", done=words.number(done), asked=words.number(results.runs_asked)),
        "status": words(f"html.status_{status}") if status in STATUSES else status,
        "made": str(told["started"])[:SHORT_DATE],
        "version": str(told["version"]),
        "model": str(told["fingerprint"]),
    }
    return [(words(f"results_page.fact_{name}"), value) for name, value in found.items() if value]


def comparison_table(opened: Opened, asked: Asked, table: pd.DataFrame, words: Speech) -> Table:
    """Return the rows that are asked for: outcomes under their headings, or one outcome by year."""
    codebook, sections = opened.results.codebook, opened.results.codebook.sections
    draws = len(opened.results.manifest["draws"])
    cells: list[list[str]] = []
    above, count = "", 0
    for name in shown_outcomes(opened, asked, table):
        outcome = codebook.outcome(name)
        if not asked.one_outcome and outcome.section != above and outcome.section in sections:
            cells.append([sections[outcome.section][words.language]])
        above = outcome.section
        for row in rows_of(table, name, asked.year):
            count += 1
            if count <= MOST_ROWS_SHOWN:
                few = "" if row["draws"] == draws else " " + words("compare.fewer", draws=row["draws"])
                named = str(row["year"]) if asked.one_outcome else name_and_unit(outcome, words)
                year = [str(row["year"])] if asked.year == ALL_YEARS and not asked.one_outcome else []
                cells.append([named + few, *year, *outcome_numbers(row, outcome, words)])
    headings = outcome_headings(words)
    if asked.one_outcome:
        headings[0] = words("results_page.year")
    elif asked.year == ALL_YEARS:
        headings.insert(1, words("results_page.year"))
    notes = [words(f"compare.{note}") for note in ("better_note", "points_note", "median_note")]
    if count > MOST_ROWS_SHOWN:
        notes.insert(0, words("results_page.more_rows", shown=MOST_ROWS_SHOWN, total=words.number(count)))
    title = _title(opened, asked, words)
    if asked.one_outcome:
        title = f"{name_and_unit(codebook.outcome(asked.outcome), words)}. {title}"
    return Table(title, headings, cells, notes)


def rows_of(table: pd.DataFrame, outcome: str, year: int) -> list[dict[Any, Any]]:
    """Return the rows of one outcome, of one year or of all in their order."""
    rows = table[table["outcome"] == outcome]
    if year != ALL_YEARS:
        rows = rows[rows["year"] == year]
    return rows.sort_values("year").to_dict("records")


def _title(opened: Opened, asked: Asked, words: Speech) -> str:
    title = titles_of(opened.results, words)
    reference = opened.results.reference_of(asked.scenario)
    what = words("compare.title", scenario=title(asked.scenario), reference=title(reference))
    return f"{what}: {where(opened, asked, words)}"


def where(opened: Opened, asked: Asked, words: Speech) -> str:
    """Say which area, who is counted, and when."""
    from results.export.labels import Labels

    parts = [area_names(opened.results, words)[asked.area], words(f"compare.view_{asked.view}")]
    if asked.group != EVERYBODY:
        parts.append(Labels(words.language, opened.results.codebook).group(asked.group))
    if asked.year != ALL_YEARS:
        parts.append(str(asked.year))
    return ", ".join(parts)


def chart_specs(opened: Opened, asked: Asked, table: pd.DataFrame, words: Speech) -> list[dict[str, Any]]:
    """Return charts over the years: of one outcome both sides and the difference, of several their differences."""
    codebook = opened.results.codebook
    names = shown_outcomes(opened, asked, table)
    if asked.one_outcome:
        return [
            spec(opened, asked, rows_of(table, name, ALL_YEARS), codebook.outcome(name), words)
            for name in names
            for spec in (_levels, _differences)
        ]
    first: dict[str, str] = {}
    for name in names:
        outcome = codebook.outcome(name)
        if outcome.better is not None and _is_main(outcome):
            first.setdefault(outcome.section, name)
    return [
        _differences(opened, asked, rows_of(table, name, ALL_YEARS), codebook.outcome(name), words)
        for name in list(first.values())[:MOST_CHARTS]
    ]


def _levels(
    opened: Opened, asked: Asked, rows: Sequence[Mapping[str, Any]], outcome: Outcome, words: Speech
) -> dict[str, Any]:
    title = titles_of(opened.results, words)
    sides = (
        ("scenario_value", title(asked.scenario), SCENARIO_COLOUR, "solid", "circle"),
        (
            "reference_value",
            title(opened.results.reference_of(asked.scenario)),
            REFERENCE_COLOUR,
            "dashed",
            "emptyCircle",
        ),
    )
    series = [
        {"name": name, "color": colour, "dash": dash, "symbol": symbol, "low": [], "high": [],
         "values": _values(rows, column, outcome)}
        for column, name, colour, dash, symbol in sides
    ]  # fmt: skip
    columns = [words("results_page.year"), *(str(one["name"]) for one in series)]
    spoken = words("results_page.spoken_levels", outcome=outcome.name[words.language])
    return _spec("levels", opened, asked, rows, outcome, series, columns, spoken, words)


def _differences(
    opened: Opened, asked: Asked, rows: Sequence[Mapping[str, Any]], outcome: Outcome, words: Speech
) -> dict[str, Any]:
    parts = {name: _values(rows, name, outcome) for name in ("difference", "low", "high")}
    known = parts["low"] if any(value is not None for value in parts["low"]) else []
    name = words("compare.difference")
    line = {"name": name, "color": SCENARIO_COLOUR, "dash": "solid", "symbol": "circle", "values": parts["difference"]}
    line |= {"low": known, "high": parts["high"] if known else []}
    columns = [words("results_page.year"), name]
    columns += [words(f"results_page.{end}") for end in ("low", "high")] if known else []
    return _spec("difference", opened, asked, rows, outcome, [line], columns, _spoken(rows, outcome, words), words) | {
        "zero_line": True,
        "from_zero": True,
        "note": words("results_page.band" if known else "results_page.no_band"),
    }


def _spec(
    kind: str,
    opened: Opened,
    asked: Asked,
    rows: Sequence[Mapping[str, Any]],
    outcome: Outcome,
    series: Sequence[dict[str, Any]],
    columns: Sequence[str],
    spoken: str,
    words: Speech,
) -> dict[str, Any]:
    """Return a chart over the years with its table."""
    years = [int(row["year"]) for row in rows]
    lines = [line for one in series for line in (one["values"], one["low"], one["high"]) if line]
    every = Asked(**{**vars(asked), "year": ALL_YEARS})
    return {
        "kind": "lines",
        "title": f"{words(f'results_page.chart_{kind}')}: {name_and_unit(outcome, words)}",
        "subtitle": where(opened, every, words),
        "spoken": spoken,
        "years": years,
        "series": list(series),
        "decimals": _decimals(rows, outcome),
        "file": f"{opened.name}-{outcome.id}-{kind}",
        "table": {"columns": list(columns), "rows": [list(row) for row in zip(map(str, years), *lines, strict=True)]},
        "height": 260,
        "level": 3,
    }


def _values(rows: Sequence[Mapping[str, Any]], column: str, outcome: Outcome) -> list[float | None]:
    factor = factor_of(outcome)
    return [None if math.isnan(row[column]) else float(factor * row[column]) for row in rows]


def _decimals(rows: Sequence[Mapping[str, Any]], outcome: Outcome) -> int:
    factor = factor_of(outcome)
    found = [
        level_decimals(factor * row["reference_value"], *(factor * row[name] for name in ("difference", "low", "high")))
        for row in rows
    ]
    return max(found, default=0)


def _spoken(rows: Sequence[Mapping[str, Any]], outcome: Outcome, words: Speech) -> str:
    """Say the last difference, for who does not see the line."""
    known = [row for row in rows if not math.isnan(row["difference"])]
    if not known:
        return words("results_page.no_rows")
    last = known[-1]
    value, low, high = (
        words.number(factor_of(outcome) * last[name], _decimals(rows, outcome), signed=True)
        if not math.isnan(last[name])
        else ""
        for name in ("difference", "low", "high")
    )
    unit = words("results_page.points") if is_share(outcome) else outcome.unit[words.language]
    key = "results_page.spoken_interval" if low else "results_page.spoken_difference"
    name = outcome.name[words.language]
    return words(key, outcome=name, year=last["year"], value=value, low=low, high=high, unit=unit)
