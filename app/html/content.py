"""What a report says, section by section, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from app.breakeven import break_even_sentence, is_about_the_alliance
from app.charts import Chart, Look, area_names, dots_chart, titles_of, view_names, years_chart
from app.figures import name_and_unit
from app.html import sources
from app.html.differs import has_points, number, quantity_name, scenario_file, swept_columns, what_differs
from app.html.parts import Grid, Page, Part, Picture, Pictures, Section, Text
from app.html.spread import where_from
from app.html.svg import inline
from app.html.told import Told, told
from app.ledger import balance_tables
from app.report import (
    areas_table,
    bought_table,
    headline_table,
    latent_table,
    money_table,
    outcome_cells,
    outcome_headings,
    outcome_numbers,
)
from app.split import split_table
from app.stored import points_of
from app.tables import Table
from results.comparison import EVERYBODY, NOTHING, ComparisonError
from results.report import headline, main_area

if TYPE_CHECKING:
    import pandas as pd

    from app.words import Words
    from results.codebook import Outcome
    from results.reading import Results

HARM = "harm"
PLACE = "place"
DIFFERENCE = 4
"""Place of the difference in a table of outcomes, the first being their names."""

CHART_MM = 84.0
"""Width of a chart: what a telephone of 320 pixels shows, and half a page of A4."""

MOST_AREA_CHARTS = 4
MOST_POINTS = 50
TOLD_OF_POINTS = ("difference", "interval", "better")


def page(results: Results, scenarios: list[str], year: int | None, words: Words) -> Page:
    """Return the whole report of some scenarios of a folder.

    Args:
        results: the folder.
        scenarios: ids of the scenarios, or of points of a sweep.
        year: year of the tables; the last unless given.
        words: the language.
    """
    title = titles_of(results, words)
    names = [title(name) for name in scenarios]
    reference = title(results.reference)
    heading = words("compare.title", scenario=", ".join(names), reference=reference)
    lead = [Text(words("footer.no_forecast"))]
    if results.manifest.get("local_data"):
        lead.append(Text(words("html.local"), marked=True))
    if results.runs_absent > 0:
        lead.append(Text(words("html.not_whole"), marked=True))
    sections = [
        sources.question(results, scenarios, words),
        *(_scenario(results, name, place, year, words) for place, name in enumerate(scenarios, start=1)),
        sources.failures(results, words),
        sources.assumptions(results, words),
        sources.provenance(results, words),
        sources.repeat(results, words),
        sources.limits(words),
        sources.judged(results, words),
    ]
    foot = words("html.foot", version=results.manifest["version"], fingerprint=results.manifest["fingerprint"])
    return Page(words.language, heading, lead, words("html.contents"), sections, foot)


def _scenario(results: Results, scenario: str, place: int, year: int | None, words: Words) -> Section:
    """Return everything about one scenario against its reference."""
    title = titles_of(results, words)
    prefix = f"s{place}"
    if has_points(results, scenario):
        return Section(prefix, title(scenario), _points(results, scenario, year, words))
    reference = results.reference_of(scenario)
    heading = words("compare.title", scenario=title(scenario), reference=title(reference))
    differs = Section(
        f"{prefix}-differs", words("html.differs_title"), what_differs(results, scenario, reference, words)
    )
    try:
        found = told(results, scenario, year)
    except ComparisonError as error:
        if error.code not in NOTHING:
            raise
        return Section(prefix, heading, [Text(words("html.no_pairs"), marked=True)], [differs])
    return Section(prefix, heading, under=[differs, *_told_sections(results, found, prefix, words)])


def _told_sections(results: Results, found: Told, prefix: str, words: Words) -> list[Section]:
    area = main_area(found.table) or found.areas[0]
    rows = headline(found.table, found.year, PLACE, area, found.codebook)
    known = {name: found.codebook.outcome(name) for name in rows["outcome"]}
    harms = rows["outcome"].map(lambda name: known[name].section == HARM).astype(bool)
    others = rows[~harms]
    main = _main(list(others["outcome"]), known)
    draw = _Drawer(results, found, area, prefix, words)
    split = split_table(found, words, found.year)
    areas = areas_table(found, words, found.year, PLACE)
    latent = latent_table(found, words, found.year, area)
    contents: dict[str, list[Part]] = {
        "headline": [Grid(headline_table(others, found, words, found.year, PLACE), lead=DIFFERENCE)]
        if len(others)
        else [],
        "harms": _harms(rows[harms], found, words),
        "over_years": draw.over_years(main),
        "per_area": [*draw.per_area(main), *([Grid(areas, lead=DIFFERENCE)] if areas else [])],
        "people": [*draw.per_view(main), *([Grid(split)] if split else [])],
        "costs": _costs(results, found, words),
        "money": [Grid(table) for table in (money_table(found, words), bought_table(found, words)) if table],
        "latent": [Grid(latent, lead=DIFFERENCE)] if latent else [],
        "spread": where_from(results, found, main, area, words),
    }
    return [
        Section(f"{prefix}-{name}", words(f"html.{name}_title"), parts or [Text(words(f"html.{name}_none"))])
        for name, parts in contents.items()
    ]


def _main(outcomes: list[str], known: Mapping[str, Outcome]) -> list[str]:
    """Return the first outcome of every section that has a good and a bad direction."""
    first: dict[str, str] = {}
    for name in outcomes:
        if known[name].better is not None:
            first.setdefault(known[name].section, name)
    return list(first.values())


def _harms(rows: pd.DataFrame, found: Told, words: Words) -> list[Part]:
    if rows.empty:
        return []
    # the heading of the section says what the heading in the table would
    cells = [cells for cells in outcome_cells(rows, found, words) if len(cells) > 1]
    view = words("compare.view_place")
    title = words("compare.headline", view=view, year=found.year)
    return [Text(words("html.harms")), Grid(Table(title, outcome_headings(words), cells), lead=DIFFERENCE)]


def _costs(results: Results, found: Told, words: Words) -> list[Part]:
    parts: list[Part] = [Grid(table) for table in balance_tables(found, words)]
    sides = [
        SimpleNamespace(levers=scenario_file(results, name).get("levers", {}))
        for name in (found.scenario, found.reference)
    ]
    if parts and is_about_the_alliance(*sides):
        parts.append(Text(break_even_sentence(words)))
    return parts


def _points(results: Results, scenario: str, year: int | None, words: Words) -> list[Part]:
    """Return the points of a sweep with what comes of the first outcome at each."""
    points, columns = points_of(results, scenario), swept_columns(results)
    rows, outcome, shown_year = [], None, year
    values = results.runs.drop_duplicates("scenario").set_index("scenario")
    for point in points[:MOST_POINTS]:
        try:
            table = results.compare(point, group=EVERYBODY, view=PLACE)
        except ComparisonError as error:
            if error.code not in NOTHING:
                raise
            continue
        shown_year = int(table["year"].max()) if shown_year is None else shown_year
        first = headline(table, shown_year, PLACE, main_area(table) or results.areas[0], results.codebook)
        if first.empty:
            continue
        outcome = results.codebook.outcome(first["outcome"].iloc[0])
        swept = [number(float(values.at[point, name]), words) for name in columns]
        told_of_it = outcome_numbers(first.to_dict("records")[0], outcome, words)[-len(TOLD_OF_POINTS) :]
        rows.append([str(int(point.partition("~")[2])), *swept, *told_of_it])
    if outcome is None:
        return [Text(words("html.no_pairs"), marked=True)]
    headings = [
        words("html.point"),
        *(quantity_name(results, name, words) for name in columns),
        *(words(f"compare.{name}") for name in TOLD_OF_POINTS),
    ]
    title = words("html.points_title", outcome=name_and_unit(outcome, words), year=shown_year)
    notes = [words("html.points_note", shown=len(rows), total=len(points), scenario=points[0])]
    return [Grid(Table(title, headings, rows, notes))]


class _Drawer:
    """Draws the charts of one scenario, each under a name of its own."""

    def __init__(self, results: Results, found: Told, area: str, prefix: str, words: Words) -> None:
        self.results, self.found, self.area, self.prefix, self.words = results, found, area, prefix, words
        self.count = 0
        self.look = Look(CHART_MM, False, "", (words("compare.scenario"), words("compare.reference")))

    def over_years(self, outcomes: list[str]) -> list[Part]:
        """Return a chart of every outcome over the years."""
        rows = self._rows(view=PLACE, area=self.area)
        charts = [
            years_chart(rows[rows["outcome"] == name], self.found.codebook.outcome(name), self.look, self.words)
            for name in outcomes
        ]
        return self._pictures(charts, "html.years_note")

    def per_area(self, outcomes: list[str]) -> list[Part]:
        """Return a chart by area of the first outcomes; none of one area."""
        if len(self.found.areas) < 2:
            return []
        rows, names = self._rows(view=PLACE, year=self.found.year), area_names(self.results, self.words)
        return self._dots(rows, "area", names, outcomes[:MOST_AREA_CHARTS])

    def per_view(self, outcomes: list[str]) -> list[Part]:
        """Return a chart by who is counted, of every outcome that is counted in more than one way."""
        rows = self._rows(area=self.area, year=self.found.year)
        several = [name for name in outcomes if len(rows[rows["outcome"] == name]) > 1]
        return self._dots(rows, "view", view_names(self.words), several)

    def _dots(self, rows: pd.DataFrame, column: str, names: dict[str, str], outcomes: list[str]) -> list[Part]:
        charts = []
        for name in outcomes:
            outcome = self.found.codebook.outcome(name)
            charts.append(dots_chart(rows[rows["outcome"] == name], column, names, outcome, self.look, self.words))
        return self._pictures(charts, "html.dots_note")

    def _rows(self, **wanted: str | int) -> pd.DataFrame:
        rows = self.found.table
        for column, value in wanted.items():
            rows = rows[rows[column] == value]
        return rows

    def _pictures(self, charts: list[Chart], note: str) -> list[Part]:
        from results.charts import svg_text

        pictures = []
        for chart in charts:
            self.count += 1
            svg = inline(svg_text(chart.figure), f"{self.prefix}c{self.count}-", chart.title, chart.spoken)
            pictures.append(Picture(svg, chart.title))
        return [Text(self.words(note)), Pictures(pictures)] if pictures else []
