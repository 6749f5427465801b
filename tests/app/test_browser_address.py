"""A visitor's choices as an address, and back: what is right survives, what is hostile is told in a sentence."""

from __future__ import annotations

import json
import math
import string
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.browser.address import MOST_LETTERS, MOST_MOVES, SCHEMA, Opened, fits, query_of, read_query
from app.browser.speech import page_messages
from app.browser.visit import (
    FIRST_YEAR,
    HORIZONS,
    MONEY,
    MOST_SIDE_BY_SIDE,
    Move,
    Plan,
    Visit,
    known_area,
    library,
    library_scenario,
    plan_of_file,
)
from app.request import LARGEST_SEED, VIEWS
from sim.areas import area_ids
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES
from sim.scenario import MOST_TITLE, parse_scenario
from sim.scenario_errors import ScenarioError

AREA = "vlaardingen-westwijk"
BUDGET = "programme.preventie_met_gezag.budget"
USUAL = Visit()
PROBLEMS = {"too_long", "unreadable", "schema", "plan", "other_model"}
ODD = "'\"&#%+;=?/\\<>{}[]\u00e9\u20ac\u4e2d\U0001f600 "

LEVERS = sorted(path for path, lever in declared_levers().items() if lever.scope != "national")


# --- there and back


@st.composite
def moves(draw: st.DrawFn, path: str) -> Move:
    lever = declared_levers()[path]
    value = draw(st.floats(lever.low, lever.high, allow_nan=False))
    if "0 no, 1 yes" in lever.unit or path.endswith("targeting"):
        value = float(round(value))
    first = draw(st.integers(FIRST_YEAR, FIRST_YEAR + 19))
    last, once = 0, False
    if path.endswith(MONEY):
        once = draw(st.booleans())
        last = 0 if once else draw(st.sampled_from([0, first, first + 3]))
    return Move(path, value, first, last, once)


names = st.text(st.characters(codec="utf-8") | st.sampled_from(ODD), max_size=MOST_TITLE).map(
    lambda text: "".join(letter for letter in text if letter.isprintable()).strip()
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    name = draw(names)
    if draw(st.integers(0, 3)) == 0:
        plan = plan_of_file(library_scenario(draw(st.sampled_from(library()))), AREA)
    else:
        plan = Plan(draw(st.sampled_from(library())))
    for path in draw(st.lists(st.sampled_from(LEVERS), max_size=4, unique=True)):
        plan = plan.moved(draw(moves(path)))
    plan = Plan(plan.base, plan.moves, name or plan.name, plan.levers, plan.local)
    try:
        plan.scenario(AREA)
    except ScenarioError:
        assume(False)  # levers that do not go together
    return plan


visits = st.builds(
    Visit,
    language=st.sampled_from(["nl", "en"]),
    area=st.just(AREA),
    plan=plans(),
    kept=st.lists(plans(), max_size=2).map(tuple),
    reference=st.sampled_from(library()),
    years=st.sampled_from(HORIZONS),
    seed=st.integers(0, LARGEST_SEED),
    outcome=st.sampled_from(sorted(OUTCOMES)),
    view=st.sampled_from(VIEWS),
)


@given(visit=visits)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_was_chosen_comes_back(visit: Visit) -> None:
    query = query_of(visit)
    assert query.isascii()
    assert not set(query) & set("#\"'<> ")
    assert len(query) <= MOST_LETTERS
    opened = read_query(query)
    assert opened.problems == ()
    if fits(visit):
        assert opened.visit == visit
    else:
        assert opened.visit == Visit(**{**vars(visit), "plan": Plan(), "kept": ()})


@pytest.mark.parametrize("area", area_ids())
def test_every_area_comes_back(area: str) -> None:
    visit = Visit(area=area, plan=Plan("geen-programma"), kept=(Plan(),) * MOST_SIDE_BY_SIDE)
    assert read_query(query_of(visit)) == Opened(visit)


@pytest.mark.parametrize("base", library())
def test_every_scenario_of_the_library_comes_back_as_a_file_that_was_opened(base: str) -> None:
    plan = plan_of_file(library_scenario(base), AREA)
    visit = Visit(area=AREA, plan=plan, reference=base)
    assert fits(visit), "a file of the library is small"
    opened = read_query(query_of(visit))
    assert opened == Opened(visit)
    first, last = (plan.scenario(AREA).schedule(AREA), library_scenario(base).schedule(AREA))
    for path in declared_levers():
        for year in range(20):
            month = SCENARIO_START + MONTHS_PER_YEAR * year
            assert first.value(path, month) == last.value(path, month), path


def test_nothing_at_all_is_the_usual() -> None:
    assert read_query("") == Opened(USUAL)


def test_what_does_not_fit_is_left_out_and_told() -> None:
    plan = Plan(name="x" * MOST_TITLE)
    for path in LEVERS[:120]:
        plan = plan.moved(Move(path, 1.0 / 3.0))
    visit = Visit(area=AREA, plan=plan)
    assert not fits(visit)
    query = query_of(visit)
    assert len(query) <= MOST_LETTERS
    assert read_query(query).visit == Visit(area=AREA)
    assert fits(Visit(plan=Plan(name="plan= kept= &plan=")))


# --- what cannot be


def written(**content: Any) -> str:
    return urlencode({"v": SCHEMA, "area": AREA, "plan": json.dumps({"base": "geen-programma", **content})})


MOVE = [BUDGET, 1e6, 2025, 0, 0]


def test_a_right_move_is_read() -> None:
    assert read_query(written(moves=[MOVE])) == Opened(
        Visit(area=AREA, plan=Plan("geen-programma", (Move(BUDGET, 1e6),)))
    )


def moved(place: int, value: Any) -> str:
    return written(moves=[[*MOVE[:place], value, *MOVE[place + 1 :]]])


BAD_PLANS = {
    "no JSON": "plan=%7B",
    "a list": "plan=%5B%5D",
    "a number": "plan=3",
    "a text": "plan=%22x%22",
    "nothing": "plan=null",
    "deep": "plan=" + "%5B" * 5_000,
    "deep in a part": f"plan=%7B%22base%22:{'[' * 3_000}",
    "no base": "plan=%7B%7D",
    "another base": written(base="realised-2022-2024"),
    "a path as base": written(base="../../etc/passwd"),
    "a list as base": written(base=["geen-programma"]),
    "an object as base": written(base={"a": 1}),
    "another part": written(code="import os"),
    "a name of another kind": written(name=3),
    "a long name": written(name="x" * (MOST_TITLE + 1)),
    "a name that cannot be shown": written(name="a\u202eb\n"),
    "half a letter": "plan=%7B%22base%22:%22geen-programma%22,%22name%22:%22%5Cud800%22%7D",
    "moves of another kind": written(moves={"a": 1}),
    "too many moves": written(moves=[0] * (MOST_MOVES + 1)),
    "a move of another kind": written(moves=["x"]),
    "a short move": written(moves=[MOVE[:4]]),
    "an unknown lever": moved(0, "programme.nothing"),
    "a lever that is a list": moved(0, ["police.hours"]),
    "a lever that is nothing": moved(0, None),
    "a national lever": moved(0, "programme.preventie_met_gezag.budget_national"),
    "not a number": moved(1, math.nan),
    "infinity": moved(1, math.inf),
    "1e999": written(moves=[MOVE]).replace("1000000.0", "1e999"),
    "a number that fits no float": moved(1, 10**400),
    "a number that Python does not read": written(moves=[MOVE]).replace("1000000.0", "9" * 5_000),
    "a number in quotes": moved(1, "1000000"),
    "yes": moved(1, True),
    "too much": moved(1, 1e12),
    "less than nothing": moved(1, -1.0),
    "a year before": moved(2, FIRST_YEAR - 1),
    "a year that is a text": moved(2, "2025"),
    "half a year": moved(2, 2025.5),
    "a year that is no number": moved(2, math.nan),
    "a far year": moved(2, 10**30),
    "an end before": moved(3, FIRST_YEAR - 1),
    "an end that is nothing": moved(3, None),
    "once or twice": moved(4, 2),
    "once, a list": moved(4, []),
    "police that ends": written(moves=[["police.hours", 1.5, 2025, 2026, 0]]),
    "police once": written(moves=[["police.hours", 1.5, 2025, 0, 1]]),
    "levers of another kind": written(levers=[1]),
    "periods of another kind": written(levers={"police.hours": 3}),
    "a period that is none": written(levers={"police.hours": {"soon": 1.0}}),
    "a period before": written(levers={"police.hours": {"1999": 1.0}}),
    "a level that is none": written(levers={"police.hours": {"2025": "x"}}),
    "an unknown lever of a file": written(levers={"os.system": {"2025": 1.0}}),
    "a lever of the country here": written(local={"programme.preventie_met_gezag.budget_national": {"2025": 1.0}}),
    "a period that is none, here": written(local={BUDGET: {"": 1.0}}, moves=[MOVE]),
}


@pytest.mark.parametrize("query", BAD_PLANS.values(), ids=BAD_PLANS)
def test_a_plan_that_cannot_be_is_the_usual_one(query: str) -> None:
    opened = read_query(query if "v=" in query else f"area={AREA}&{query}")
    assert opened == Opened(Visit(area=AREA), ("address.plan",))


def test_a_bad_plan_among_those_put_aside_does_not_hurt_the_others() -> None:
    good = Visit(area=AREA, plan=Plan("geen-programma"), kept=(Plan("preventie-met-gezag", name="goed"),))
    opened = read_query(query_of(good) + "&kept=%7B")
    assert opened.visit == Visit(**{**vars(good), "kept": (*good.kept, Plan())})
    assert opened.problems == ("address.plan",)


def test_no_more_are_put_aside_than_fit() -> None:
    kept = json.dumps({"base": "geen-programma"})
    query = urlencode([("kept", kept)] * (MOST_SIDE_BY_SIDE + 3))
    assert read_query(query) == Opened(Visit(kept=(Plan("geen-programma"),) * MOST_SIDE_BY_SIDE))


@pytest.mark.parametrize(
    "query",
    [
        "area=atlantis",
        "area=../../etc",
        "lang=de",
        "lang=%00",
        "years=11",
        "years=1e9",
        "years=-5",
        "seed=-1",
        "seed=1.5",
        "seed=x",
        "seed=%C2%B2",
        "seed=%D9%A1",
        f"seed={LARGEST_SEED + 1}",
        "seed=" + "9" * 5_000,
        "seed=" + "0" * 12 + "9" * 50,
        "against=none",
        "against=realised-2022-2024",
        "outcome=happiness",
        "view=god",
        "area=%FF%FE",
    ],
)
def test_what_cannot_be_chosen_is_as_usual(query: str) -> None:
    assert read_query(query) == Opened(USUAL, ("address.unreadable",))


@pytest.mark.parametrize("version", ["0", "2", "x", "1.0", "-1"])
def test_another_schema_is_not_guessed_at(version: str) -> None:
    query = query_of(Visit(language="en", area=AREA)).replace(f"v={SCHEMA}", f"v={version}")
    assert read_query(query) == Opened(Visit(language="en"), ("address.schema",))


def test_another_model_is_told_and_read_all_the_same() -> None:
    visit = Visit(area=AREA, seed=7)
    query = query_of(visit)
    model = parse_qs(query)["model"][0]
    assert read_query(query.replace(model, "0" * len(model))) == Opened(visit, ("address.other_model",))


def test_what_is_too_long_is_not_read() -> None:
    assert read_query("lang=en&x=" + "x" * 2 * MOST_LETTERS) == Opened(USUAL, ("address.too_long",))
    assert read_query("&".join(f"a{number}=1" for number in range(1_000))) == Opened(USUAL, ("address.unreadable",))


def test_several_problems_are_each_told_once() -> None:
    opened = read_query("area=x&view=y&plan=1&kept=2&model=z")
    assert opened.problems == ("address.unreadable", "address.plan", "address.other_model")


PARTS = ("lang", "v", "area", "years", "seed", "against", "outcome", "view", "model", "plan", "kept", "other")

values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["geen-programma", BUDGET, "police.hours", 2025, 10**400]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(PARTS),
            st.text(max_size=30)
            | values.map(json.dumps)
            | st.fixed_dictionaries(
                {"base": st.just("geen-programma")},
                optional={"name": values, "moves": values | st.lists(st.tuples(*[values] * 5)), "levers": values},
            ).map(json.dumps),
        ),
        max_size=8,
    ),
    noise=st.text(string.printable, max_size=20),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_hostile_is_more_than_a_sentence(pairs: list[tuple[str, str]], noise: str) -> None:
    query = "&".join([*(urlencode([(name, text.encode("utf-8", "replace"))]) for name, text in pairs), noise])
    opened = read_query(query)
    visit = opened.visit
    assert {key.removeprefix("address.") for key in opened.problems} <= PROBLEMS
    assert visit.language in ("nl", "en")
    assert known_area(visit.area)
    assert visit.years in HORIZONS
    assert 0 <= visit.seed <= LARGEST_SEED
    assert visit.reference in library()
    assert len(visit.kept) <= MOST_SIDE_BY_SIDE
    for plan in (visit.plan, *visit.kept):
        plan.scenario(visit.area)
    assert read_query(query_of(visit)).visit == visit


def test_every_problem_has_its_sentence() -> None:
    keys = {key for key in page_messages() if key.startswith("address.")}
    assert keys == {f"address.{name}" for name in PROBLEMS}


# --- what moves ask of the model


def at(plan: Plan, path: str) -> list[float]:
    """Return a lever by year."""
    schedule = plan.scenario(AREA).schedule(AREA)
    return [schedule.value(path, SCENARIO_START + MONTHS_PER_YEAR * year) for year in range(8)]


@pytest.mark.parametrize(
    ("move", "periods", "by_year"),
    [
        (Move(BUDGET, 3.0), {"2025": 3.0}, [3.0] * 8),
        (Move(BUDGET, 3.0, 2027), {"2027": 3.0}, [0.0] * 2 + [3.0] * 6),
        (Move(BUDGET, 3.0, 2026, 2028), {"2026": 3.0, "2029": 0.0}, [0.0, 3.0, 3.0, 3.0] + [0.0] * 4),
        (Move(BUDGET, 3.0, 2026, 2026), {"2026": 3.0, "2027": 0.0}, [0.0, 3.0] + [0.0] * 6),
        (Move(BUDGET, 3.0, 2026, once=True), {"2026": 3.0, "2027": 0.0}, [0.0, 3.0] + [0.0] * 6),
        (Move(BUDGET, 3.0, 2026, 2031, once=True), {"2026": 3.0, "2027": 0.0}, [0.0, 3.0] + [0.0] * 6),
    ],
)
def test_money_comes_when_it_is_said_to(move: Move, periods: dict[str, float], by_year: list[float]) -> None:
    assert move.periods() == periods
    assert at(Plan("geen-programma", (move,)), BUDGET) == by_year


def test_before_its_first_year_a_lever_is_as_the_base_has_it() -> None:
    base = at(Plan("preventie-met-gezag"), "programme.preventie_met_gezag.share_limits")
    found = at(
        Plan("preventie-met-gezag", (Move("programme.preventie_met_gezag.share_limits", 0.0, 2028),)),
        "programme.preventie_met_gezag.share_limits",
    )
    assert found == base[:3] + [0.0] * 5
    assert base[0] > 0


def test_before_its_first_year_a_lever_is_as_an_opened_file_has_it() -> None:
    file = Plan("geen-programma", (Move(BUDGET, 5.0), Move("police.hours", 1.5, 2026))).scenario(AREA)
    opened = plan_of_file(parse_scenario(file.to_toml(), "file", library_scenario), AREA)
    plan = opened.moved(Move(BUDGET, 9.0, 2027))
    assert at(plan, BUDGET) == [5.0, 5.0] + [9.0] * 6
    assert at(plan, "police.hours") == [1.0] + [1.5] * 7
    assert at(plan.without(BUDGET), BUDGET) == [5.0] * 8


@pytest.mark.parametrize("value", [-0.01, 60_000_001.0, math.nan, math.inf])
def test_what_is_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ScenarioError):
        Plan("geen-programma", (Move(BUDGET, value),)).scenario(AREA)


def test_a_lever_is_moved_once_and_can_be_put_back() -> None:
    plan = Plan().moved(Move(BUDGET, 1.0)).moved(Move("police.hours", 1.5)).moved(Move(BUDGET, 2.0))
    assert plan.moves == (Move("police.hours", 1.5), Move(BUDGET, 2.0))
    assert plan.without(BUDGET).without("police.hours") == Plan()
    assert not Plan(name="x").changed
    assert plan.changed


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Meer mentoren", "meer-mentoren"),
        ("", "eigen-scenario"),
        ("\u4e2d\u6587", "eigen-scenario"),
        ("--- 2 x 'a' & b ---", "2-x-a-b"),
        ("x" * MOST_TITLE, "x" * 60),
    ],
)
def test_a_name_becomes_an_id(name: str, found: str) -> None:
    plan = Plan(moves=(Move(BUDGET, 1.0),), name=name)
    assert plan.id() == found
    scenario = plan.scenario(AREA)
    assert scenario.id == found
    titles = {scenario.title.nl, scenario.title.en}
    assert titles == {name} if name else titles == set(library_scenario(Plan().base).title.model_dump().values())
    assert Plan(name=name).id() == Plan().base
