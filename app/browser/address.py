"""What a visitor has chosen as an address that can be shared, and back: checked like a file from a stranger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from app.browser.visit import FIRST_YEAR, HORIZONS, MONEY, MOST_SIDE_BY_SIDE, Move, Plan, Visit, known_area, library
from app.request import LARGEST_SEED, VIEWS
from app.words import LANGUAGES
from sim.calendar import MONTHS_PER_YEAR
from sim.fingerprint import fingerprint
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES
from sim.scenario import MOST_TITLE, MOST_YEARS
from sim.scenario_errors import ScenarioError

SCHEMA = 1
MOST_LETTERS = 8_000
"""Of an address: longer ones do not survive every mail program and proxy."""

MOST_MOVES = 250
MOST_DIGITS = 12
"""Of a seed: longer ones are no seeds, and Python does not read numbers of any length."""

LARGEST_NUMBER = 1e15
"""Beyond it no lever goes; larger ones may not even fit a float."""

FINGERPRINT_LETTERS = 12


@dataclass(frozen=True)
class Opened:
    """What an address asks for.

    Attributes:
        visit: what was chosen; what could not be read is as it usually is.
        problems: keys of sentences on what could not be read, or will give other figures.
    """

    visit: Visit
    problems: tuple[str, ...] = ()


def query_of(visit: Visit) -> str:
    """Return the query of an address."""
    pairs: list[tuple[str, str]] = [
        ("lang", visit.language),
        ("v", str(SCHEMA)),
        ("area", visit.area),
        ("years", str(visit.years)),
        ("seed", str(visit.seed)),
        ("against", visit.reference),
        ("outcome", visit.outcome),
        ("view", visit.view),
        ("model", fingerprint()[:FINGERPRINT_LETTERS]),
        ("plan", _written(visit.plan)),
        *(("kept", _written(plan)) for plan in visit.kept),
    ]
    query = urlencode(pairs)
    return (
        query if len(query) <= MOST_LETTERS else urlencode([pair for pair in pairs if pair[0] not in ("plan", "kept")])
    )


def fits(visit: Visit) -> bool:
    """Say whether all of it fits in an address."""
    return "plan=" in query_of(visit)


def read_query(query: str) -> Opened:
    """Return what an address asks for; nothing in it is believed without a check."""
    if len(query) > 2 * MOST_LETTERS:
        return Opened(Visit(), ("address.too_long",))
    try:
        found = parse_qs(query, max_num_fields=40, strict_parsing=False)
    except ValueError:
        return Opened(Visit(), ("address.unreadable",))

    def first(name: str, usual: str, allowed: Any) -> str:
        value = found.get(name, [usual])[0]
        if allowed(value):
            return value
        problems.append("address.unreadable")
        return usual

    problems: list[str] = []
    usual = Visit()
    if found.get("v", [str(SCHEMA)])[0] != str(SCHEMA):
        return Opened(Visit(language=first("lang", usual.language, LANGUAGES.__contains__)), ("address.schema",))
    visit = Visit(
        language=first("lang", usual.language, LANGUAGES.__contains__),
        area=first("area", usual.area, known_area),
        years=int(first("years", str(usual.years), [str(years) for years in HORIZONS].__contains__)),
        seed=int(
            first(
                "seed",
                str(usual.seed),
                lambda text: (
                    len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED
                ),
            )
        ),
        reference=first("against", usual.reference, library().__contains__),
        outcome=first("outcome", usual.outcome, OUTCOMES.__contains__),
        view=first("view", usual.view, VIEWS.__contains__),
        plan=usual.plan,
    )
    plans = []
    for text in [*found.get("plan", [])[:1], *found.get("kept", [])[:MOST_SIDE_BY_SIDE]]:
        try:
            plan = _read(text)
            plan.scenario(visit.area)
        except (ValueError, ScenarioError):
            problems.append("address.plan")
            plan = usual.plan
        plans.append(plan)
    if "plan" in found:
        visit = Visit(**{**vars(visit), "plan": plans.pop(0)})
    visit = Visit(**{**vars(visit), "kept": tuple(plans)})
    model = found.get("model", [""])[0]
    if model and model != fingerprint()[:FINGERPRINT_LETTERS]:
        problems.append("address.other_model")
    return Opened(visit, tuple(dict.fromkeys(problems)))


def _written(plan: Plan) -> str:
    content: dict[str, Any] = {"base": plan.base}
    if plan.name:
        content["name"] = plan.name
    if plan.moves:
        content["moves"] = [[move.path, move.value, move.first, move.last, int(move.once)] for move in plan.moves]
    for key, levers in (("levers", plan.levers), ("local", plan.local)):
        if levers:
            content[key] = {path: dict(periods) for path, periods in levers}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _read(text: str) -> Plan:
    """Return a plan.

    Raises:
        ValueError: when it is none.
    """
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(content, dict) or not set(content) <= {"base", "name", "moves", "levers", "local"}:
        raise ValueError("a plan has other parts")
    base, name = content.get("base"), content.get("name", "")
    if (
        base not in library()
        or not isinstance(name, str)
        or len(name) > MOST_TITLE
        or (not name.isprintable() and name)
    ):
        raise ValueError("the base or the name of a plan")
    moves = content.get("moves", [])
    if not isinstance(moves, list) or len(moves) > MOST_MOVES:
        raise ValueError("moves")
    return Plan(
        base,
        tuple(_move(entry) for entry in moves),
        name,
        _levers(content.get("levers", {})),
        _levers(content.get("local", {})),
    )


def _move(entry: Any) -> Move:
    if not isinstance(entry, list) or len(entry) != 5:
        raise ValueError("a move")
    path, value, first, last, once = entry
    if not isinstance(path, str) or path not in declared_levers() or not _number(value):
        raise ValueError("the lever or the value of a move")
    if not path.endswith(MONEY) and (last or once):
        raise ValueError("only money ends")
    if not _year(first) or not (last == 0 or (_year(last) and last >= first)) or once not in (0, 1):
        raise ValueError("the years of a move")
    return Move(path, float(value), int(first), int(last), bool(once))


def _levers(content: Any) -> tuple[tuple[str, tuple[tuple[str, float], ...]], ...]:
    if not isinstance(content, dict) or len(content) > MOST_MOVES:
        raise ValueError("levers")
    found = []
    for path, periods in content.items():
        if not isinstance(periods, dict) or len(periods) > MOST_YEARS * MONTHS_PER_YEAR:
            raise ValueError("periods")
        if path not in declared_levers() or not all(_number(value) for value in periods.values()):
            raise ValueError("the levers")
        found.append((path, tuple((str(period), float(value)) for period, value in periods.items())))
    return tuple(found)


def _number(value: Any) -> bool:
    """Say whether it is a number that a lever might have; whether it is in range a scenario says."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER


def _year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value < FIRST_YEAR + MOST_YEARS
