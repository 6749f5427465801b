"""The commands that list what there is: areas, scenarios, patterns and the steps of a month."""

from __future__ import annotations

import textwrap
from typing import Any

from app.request import MOST_WORKERS, check_between, check_sample, chosen_areas, processors
from app.settings import DONE, RequestError, Settings
from app.tables import print_json, print_table
from app.words import Words, decimals_for

WIDTH = 96
"""Letters on a line of running text."""


def list_areas(settings: Settings, as_json: bool) -> int:
    """Print the twenty areas."""
    from sim.areas import load_areas

    words = settings.words
    rows: list[dict[str, Any]] = [
        {
            "id": area.id,
            "name": area.name,
            "municipality": area.municipality,
            "residents": round(area.figures["residents_2025"].value),
            "wijken": len(area.wijken),
            "certainty": area.certainty,
        }
        for area in load_areas()
    ]
    if as_json:
        print_json(rows)
        return DONE
    cells = [
        [
            row["id"],
            row["municipality"],
            words.number(row["residents"]),
            str(row["wijken"]),
            words(f"areas.{row['certainty']}"),
        ]
        for row in rows
    ]
    headings = [words(f"areas.{name}") for name in ("id", "municipality", "residents", "wijken", "certainty")]
    print_table(headings, cells, right=(2, 3))
    print(f"\n{words('areas.note')}")
    return DONE


def list_scenarios(settings: Settings, as_json: bool) -> int:
    """Print the scenarios of the library, with what they stand for."""
    from scenarios.catalogue import load_scenario, scenario_ids

    words = settings.words
    found = [load_scenario(name) for name in scenario_ids()]
    if as_json:
        print_json([scenario.model_dump(by_alias=True) for scenario in found])
        return DONE
    for each in found:
        title = getattr(each.title, words.language)
        facts = words("scenarios.facts", start=each.start, years=each.horizon_years)
        print(f"{each.id}: {title} ({facts})")
        print(textwrap.indent(textwrap.fill(getattr(each.explanation, words.language), WIDTH), "    "))
    return DONE


def list_month(settings: Settings, as_json: bool) -> int:
    """Print the steps of a month, in order."""
    from sim.model import month_table

    steps = month_table(settings.words.language)
    if as_json:
        print_json([{"step": name, "what": sentence} for name, sentence in steps])
        return DONE
    words = settings.words
    cells = [[str(number), name, sentence] for number, (name, sentence) in enumerate(steps, start=1)]
    print_table(["", words("month.step"), words("month.what")], cells, right=(0,))
    return DONE


def list_patterns(
    settings: Settings, area: str | None, sample: float | None, workers: int | None, as_json: bool
) -> int:
    """Measure the patterns and print them beside their targets."""
    from app.progress import progress_bar
    from calibration.patterns import measure_patterns

    words = settings.words
    if area is not None:
        (area,) = _one_area(area, words)
    check_sample(sample, words)
    number = processors() if workers is None else workers
    check_between("--workers", number, 1, MOST_WORKERS, words)
    with progress_bar(words, settings.quiet) as progress:
        found = measure_patterns(area=area, sample=sample, workers=number, progress=progress)
    if as_json:
        print_json(found)
        return DONE
    _print_patterns(found, words)
    return DONE


def _one_area(asked: str, words: Words) -> tuple[str, ...]:
    found = chosen_areas([asked], words)
    if len(found) != 1:
        raise RequestError(words("error.choice", name="--area", found=f"'{asked}'", allowed="1"))
    return found


def _print_patterns(found: list[dict[str, Any]], words: Words) -> None:
    cells = [
        [
            row["id"],
            row["scope"],
            row["use"],
            _number(row["target"], row, words),
            words("compare.to", low=_number(row["low"], row, words), high=_number(row["high"], row, words)),
            _number(row["value"], row, words),
            _verdict(row, words),
        ]
        for row in found
    ]
    names = ("id", "scope", "use", "target", "range", "value", "in_range")
    print_table([words(f"patterns.{name}") for name in names], cells, right=(3, 4, 5))
    measured = [row for row in found if row["value"] is not None]
    inside = sum(bool(row["in_range"]) for row in measured)
    unmeasured = len(found) - len(measured)
    print("\n" + words("patterns.summary", inside=inside, measured=len(measured), unmeasured=unmeasured))
    from calibration.patterns import known_misses

    explained = known_misses()
    for row in measured:
        if not row["in_range"] and row["id"] in explained:
            print(f"{row['id']}: {explained[row['id']][words.language]}")


def _number(value: float | None, row: dict[str, Any], words: Words) -> str:
    if value is None:
        return words("compare.nothing")
    # a target of nothing is told as finely as the end of its range
    return words.number(value, decimals_for(row["target"] or row["high"], digits=3))


def _verdict(row: dict[str, Any], words: Words) -> str:
    if row["value"] is None:
        return words("patterns.unmeasured", reason=row.get("reason") or "?")
    return words("patterns.yes" if row["in_range"] else "patterns.no")
