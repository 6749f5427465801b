"""``wijklab chart`` and the charts of a report: which rows, with which words around them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.figures import factor_of, interval, is_share, level_decimals, name_and_unit
from app.request import VIEWS, one_of
from app.settings import DONE, RequestError, Settings
from app.stored import (
    absent,
    check_year_of,
    new_file,
    not_in_folder,
    one_known,
    open_stored,
    points_of,
    run_scenarios,
    tell_absent,
    write_file,
    wrong_outcomes,
)
from app.words import Words
from results.comparison import ALL_AREAS, EVERYBODY, FEWEST_DRAWS, NOTHING, ComparisonError
from results.facts import command_of
from results.filters import FilterError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from results.charts import Dot, Labels
    from results.codebook import Outcome
    from results.reading import Results

KINDS = ("years", "areas", "views")
NARROWEST, WIDEST, DEFAULT_WIDTH = 60, 400, 170
"""Widths in millimetres; the default is the text width of a page of A4."""

FINGERPRINT_SHOWN = 12
MOST_NAMED = 12
"""Names in a sentence."""


@dataclass(frozen=True)
class Chart:
    """A chart with what it says in words.

    Attributes:
        figure: the picture.
        title: what it shows.
        spoken: its numbers in a sentence, for who does not see it.
    """

    figure: Figure
    title: str
    spoken: str


@dataclass(frozen=True)
class Look:
    """How a chart looks.

    Attributes:
        width: in millimetres.
        titled: whether the title stands in the picture itself.
        note: a line below it.
        sides: names of scenario and reference in the legend.
    """

    width: float
    titled: bool
    note: str
    sides: tuple[str, str]


@dataclass(frozen=True)
class Request:
    """What somebody asked to draw; ``None`` where they left the choice to us."""

    folder: str
    to: str
    kind: str
    outcome: str | None
    scenario: str | None
    area: str | None
    view: str
    group: str
    year: int | None
    width: int
    overwrite: bool


def draw(request: Request, settings: Settings) -> int:
    """Draw one chart into a file, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    from results.charts import ENDINGS, chart_bytes, ending_of

    words = settings.words
    one_of("--kind", request.kind, KINDS, words)
    one_of("--view", request.view, VIEWS, words)
    if not NARROWEST <= request.width <= WIDEST:
        raise RequestError(words("error.range", name="--width", found=request.width, low=NARROWEST, high=WIDEST))
    path = new_file(request.to, ENDINGS, request.overwrite, words)
    results = open_stored(request.folder, words)
    check_year_of(results, request.year, words)
    scenario = _one_scenario(results, request.scenario, words)
    reference = results.reference_of(scenario)
    titles = titles_of(results, words)
    rows, outcome = _rows(results, scenario, request, words)
    facts = _facts(results, scenario, reference)
    sides = (titles(scenario), titles(reference))
    look = Look(request.width, True, _note(results, request, sides, words), sides)
    if request.kind == "years":
        chart = years_chart(rows, outcome, look, words)
    else:
        named = area_names(results, words) if request.kind == "areas" else view_names(words)
        chart = dots_chart(rows, request.kind.removesuffix("s"), named, outcome, look, words)
    facts = {"title": f"{chart.title}: {words('compare.title', scenario=sides[0], reference=sides[1])}", **facts}
    tell_absent(results, words)
    write_file(path, chart_bytes(chart.figure, ending_of(path), facts), words)
    if not settings.quiet:
        print(words("note.written", folder=path), file=sys.stderr)
    return DONE


def years_chart(rows: pd.DataFrame, outcome: Outcome, look: Look, words: Words) -> Chart:
    """Return one outcome over the years: levels of both sides, and the difference with its interval."""
    from results.charts import over_years

    title = name_and_unit(outcome, words)
    figure = over_years(rows, _labels(title, rows, outcome, look, words), look.width, factor_of(outcome))
    told = [f"{row['year']}: {difference_text(row, outcome, words)}" for row in rows.to_dict("records")]
    return Chart(figure, title, words("chart.spoken", numbers="; ".join(told)))


def dots_chart(
    rows: pd.DataFrame, column: str, names: Mapping[str, str], outcome: Outcome, look: Look, words: Words
) -> Chart:
    """Return differences of one outcome under each other, one row for each value of a column, named.

    Args:
        rows: rows of a comparison, one for each value.
        column: ``area`` or ``view``.
        names: of the values, in the order in which they are shown.
        outcome: what they are about.
        look: how it looks.
        words: the language.
    """
    from results.charts import Dot, side_by_side

    by_value = {row[column]: row for row in rows.to_dict("records")}
    shown = [(names[value], by_value[value]) for value in names if value in by_value]
    factor = factor_of(outcome)
    dots: list[Dot] = [
        Dot(name, *(factor * row[part] for part in ("difference", "low", "high"))) for name, row in shown
    ]
    year = int(rows["year"].max())
    title = words("chart.in_year", outcome=name_and_unit(outcome, words), year=year)
    figure = side_by_side(dots, _labels(title, rows, outcome, look, words), look.width)
    told = [f"{name}: {difference_text(row, outcome, words)}" for name, row in shown]
    return Chart(figure, title, words("chart.spoken", numbers="; ".join(told)))


def difference_text(row: Mapping[Any, Any], outcome: Outcome, words: Words) -> str:
    """Return the difference with its interval in brackets, as a table shows them."""
    factor = factor_of(outcome)
    reference, difference, low, high = (factor * row[name] for name in ("reference_value", "difference", "low", "high"))
    decimals = level_decimals(reference, difference, low, high)
    value = words.number(difference, decimals, signed=True)
    return words("chart.value", value=value, interval=interval(low, high, decimals, words))


def titles_of(results: Results, words: Words) -> Any:
    """Return a function that gives the title of a scenario, of a point of a sweep with its number."""
    known = results.codebook.content.get("scenarios", {})

    def title(scenario: str) -> str:
        name, _, point = scenario.partition("~")
        text = str(known[name]["title"][words.language]) if name in known else name
        return words("chart.point", title=text, number=int(point)) if point.isdecimal() else text

    return title


def area_names(results: Results, words: Words) -> dict[str, str]:
    """Return the names of the areas of a folder by id, their sum last."""
    known = results.codebook.content.get("areas", {})
    names = {area: str(known.get(area, {}).get("name", area)) for area in results.areas}
    return {**names, ALL_AREAS: words("compare.all_areas", count=len(names))}


def view_names(words: Words) -> dict[str, str]:
    """Return what the views are called."""
    return {view: words(f"compare.view_{view}") for view in VIEWS}


def _labels(title: str, rows: pd.DataFrame, outcome: Outcome, look: Look, words: Words) -> Labels:
    from results.charts import Labels

    share = is_share(outcome)
    unit = outcome.unit[words.language]
    few = bool(rows["low"].isna().any())
    notes = [words("footer.few", fewest=FEWEST_DRAWS)] if few else []
    return Labels(
        title=title if look.titled else "",
        level=words("chart.level", unit="%" if share else unit),
        difference=words("chart.difference", unit=words("chart.points") if share else unit),
        scenario=look.sides[0],
        reference=look.sides[1],
        interval=words("chart.interval"),
        note=" ".join([*notes, *([look.note] if look.note else [])]),
        number=words.number,
    )


def _one_scenario(results: Results, asked: str | None, words: Words) -> str:
    known = run_scenarios(results)
    if asked is None and len(known) > 1:
        more = ["..."] if len(known) > MOST_NAMED else []
        raise RequestError(words("error.several_scenarios", allowed=", ".join([*known[:MOST_NAMED], *more])))
    points = points_of(results, asked) if asked is not None and asked not in known else []
    if points:
        raise RequestError(words("error.point", scenario=asked, point=points[0]))
    return one_known("--scenario", known[0] if asked is None else asked, known, words)


def _rows(results: Results, scenario: str, request: Request, words: Words) -> tuple[pd.DataFrame, Outcome]:
    """Return the rows to draw, and what they are about."""
    from results.report import headline

    wanted = {"group": request.group}
    if request.outcome is not None:
        wanted["outcome"] = one_known("--outcome", request.outcome, results.codebook.outcomes, words)
    try:
        table = results.compare(scenario, **wanted)
    except ComparisonError as error:
        if error.code in NOTHING:
            raise RequestError(words("error.no_pair", scenario=scenario)) from None
        raise wrong_outcomes(error, request.folder, words) from error
    except FilterError as error:
        raise not_in_folder(error, words) from None
    area = _area(results, request, words)
    last = int(table["year"].max()) if len(table) else 0
    year = last if request.year is None else request.year
    name = request.outcome
    if name is None:
        first = headline(table.assign(group=EVERYBODY), year, request.view, area, results.codebook)
        name = str(first["outcome"].iloc[0]) if len(first) else ""
    found = table[table["outcome"] == name]
    if request.kind != "years":
        found = found[found["year"] == year]
    if request.kind != "areas":
        found = found[found["area"] == area]
    if request.kind != "views":
        found = found[found["view"] == request.view]
    if found.empty:
        raise RequestError(words("error.nothing_to_draw", outcome=name or "?", view=request.view, group=request.group))
    return found, results.codebook.outcome(name)


def _area(results: Results, request: Request, words: Words) -> str:
    """Return the area a chart is about: their sum where there are several."""
    several = len(results.areas) > 1
    if request.area is None:
        return ALL_AREAS if several else results.areas[0]
    return one_known("--area", request.area, [*results.areas, *([ALL_AREAS] if several else [])], words)


def _note(results: Results, request: Request, sides: tuple[str, str], words: Words) -> str:
    """Return what stands below a chart on its own: what it is about, and what it was made from."""
    facts = results.manifest
    about = []
    if request.kind != "years":
        about.append(words("compare.title", scenario=sides[0], reference=sides[1]))
    if request.kind != "areas":
        about.append(area_names(results, words)[_area(results, request, words)])
    if request.kind != "views":
        about.append(words(f"compare.view_{request.view}"))
    if request.group != EVERYBODY:
        about.append(request.group)
    made = words(
        "chart.note",
        draws=len(facts["draws"]),
        seeds=len(facts["seeds"]),
        percent=words.percent(facts["sample"], 1),
        fingerprint=str(facts["fingerprint"])[:FINGERPRINT_SHOWN],
    )
    own = [words("chart.local")] if facts.get("local_data") else []
    lacks = absent(results, words)
    where = "; ".join(about)
    return " ".join([f"{where[:1].upper()}{where[1:]}.", *([lacks] if lacks else []), made, *own])


def _facts(results: Results, scenario: str, reference: str) -> dict[str, str]:
    """Return where a chart comes from, for its metadata."""
    import json

    facts = results.manifest
    found = {
        "version": str(facts["version"]),
        "fingerprint": str(facts["fingerprint"]),
        "command": shlex.join(command_of(facts)),
        "scenario": scenario,
        "reference": reference,
        "areas": ", ".join(results.areas),
        "draws": ", ".join(map(str, facts["draws"])),
        "seeds": ", ".join(map(str, facts["seeds"])),
        "sample": str(facts["sample"]),
    }
    if results.runs_absent:
        found["runs without outcomes"] = f"{results.runs_absent} of {results.runs_asked}"
    if facts.get("local_data"):
        found["local data"] = json.dumps(facts["local_data"], ensure_ascii=False, sort_keys=True)
    return found
