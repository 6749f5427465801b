"""What scenarios ask of an area that others do not: only the levers that differ, in force from the start on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.browser.speech import Speech
from app.html.differs import number, unit_name
from app.tables import Table
from app.words import decimals_for
from sim.areas.keys import area_keys
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, month_label, year_of
from sim.levers import Lever, LeverSchedule, declared_levers
from sim.parameters import load_parameters
from sim.programme.budget import budget_of
from sim.programme.catalogue import LINES, Line
from sim.scenario import Scenario

MILLION = 1e6
SHARES = ("share", "0 none, 1 full")
"""Units of levers that are shown as percentages."""

SWITCH = "0 no, 1 yes"
TOTALS = tuple(f"programme.{line.name}.{name}" for line in LINES for name in ("budget", "budget_national"))
"""Levers that are told as what reaches the area."""

Steps = tuple[tuple[int, float | None], ...]
"""Month from which a value holds, with the value; ``None`` where it is not set."""


def levers_table(
    scenarios: Sequence[tuple[str, Scenario]], reference: tuple[str, Scenario], area: str, last_year: int, words: Speech
) -> Table:
    """Return the levers that are not the same in all of these and the reference, a scenario by column.

    Args:
        scenarios: name and scenario, in order.
        reference: name and scenario of the reference.
        area: area id.
        last_year: last year that is looked at.
        words: the language.
    """
    columns = [reference, *scenarios]
    schedules = [scenario.schedule(area) for _, scenario in columns]
    end = MONTHS_PER_YEAR * (last_year + 1)
    rows = [
        row
        for line in LINES
        if (
            row := _row(_line_name(line, words), schedules, _budget(line, area), end, lambda v: _euros(v, words), words)
        )
    ]
    for path, lever in declared_levers().items():
        if path in TOTALS:
            continue
        row = _row(_name(lever, words), schedules, _lever(path), end, _written(lever, words), words)
        rows += [row] if row else []
    headings = [words("side_by_side.lever"), *(name for name, _ in columns)]
    headings[1] = words("side_by_side.reference", name=reference[0])
    notes = [words("side_by_side.levers_note" if rows else "side_by_side.levers_same")]
    return Table(words("side_by_side.levers_title"), headings, rows, notes)


def _row(
    name: str,
    schedules: Sequence[LeverSchedule],
    value: Callable[[LeverSchedule, int], float | None],
    end: int,
    written: Callable[[float], str],
    words: Speech,
) -> list[str]:
    """Return name and values over time; nothing where they are the same everywhere."""
    sides = [_steps(schedule, value, end) for schedule in schedules]
    if len(set(sides)) == 1:
        return []
    return [name, *(_over_time(steps, written, words) for steps in sides)]


def _steps(schedule: LeverSchedule, value: Callable[[LeverSchedule, int], float | None], end: int) -> Steps:
    months, month = [SCENARIO_START], SCENARIO_START
    while (month := schedule.next_change(month)) < end:
        months.append(month)
    found: list[tuple[int, float | None]] = []
    for month in months:
        now = value(schedule, month)
        if not found or found[-1][1] != now:
            found.append((month, now))
    return tuple(found)


def _over_time(steps: Steps, written: Callable[[float], str], words: Speech) -> str:
    texts = [words("side_by_side.not_set") if value is None else written(value) for _, value in steps]
    later = [
        words("side_by_side.from_then", when=_when(month), value=text)
        for (month, _), text in zip(steps[1:], texts[1:], strict=True)
    ]
    return "; ".join([texts[0], *later])


def _when(month: int) -> str:
    return month_label(month) if month % MONTHS_PER_YEAR else str(year_of(month))


def _budget(line: Line, area: str) -> Callable[[LeverSchedule, int], float]:
    keys, parameters = area_keys(area), load_parameters(0, area)
    return lambda schedule, month: budget_of(schedule, month, line.name, keys, parameters)


def _lever(path: str) -> Callable[[LeverSchedule, int], float | None]:
    """Read a lever; one that takes the place of something else counts only where it is set."""
    replaces = declared_levers()[path].default == 0 and not declared_levers()[path].unit.startswith("0 ")
    return lambda schedule, month: (
        None if replaces and not schedule.is_set(path, month) else schedule.value(path, month)
    )


def _line_name(line: Line, words: Speech) -> str:
    title = line.nl if words.language == "nl" else line.en
    return words("side_by_side.money_of", line=title[:1].upper() + title[1:])


def _name(lever: Lever, words: Speech) -> str:
    title = lever.title[words.language]
    if lever.unit in SHARES or lever.unit == SWITCH or lever.path.endswith(".targeting"):
        return title
    return f"{title} ({unit_name(lever.unit, words)})"


def _written(lever: Lever, words: Speech) -> Callable[[float], str]:
    if lever.unit == SWITCH:
        return lambda value: words("side_by_side.yes" if value else "side_by_side.no")
    if lever.path.endswith(".targeting"):
        return lambda value: words(f"levers_page.target_{int(value)}")
    if lever.unit in SHARES:
        return lambda value: words.percent(value, decimals_for(100 * value, digits=3, most=1))
    return lambda value: number(value, words)


def _euros(value: float, words: Speech) -> str:
    if value >= MILLION:
        return words("told.million", value=words.number(value / MILLION, 2))
    return words("side_by_side.euros", value=words.number(value))
