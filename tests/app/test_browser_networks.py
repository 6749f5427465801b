"""Networks and lives as pages show them: pictures and tables say the same, words for everything, work in the queue."""

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import pytest
import solara

from app.browser import jobs
from app.browser.circles_told import BENDS, LOOKS, ROLES, STRENGTHS, band, circle_spec, circle_table
from app.browser.graph_part import ROOM, round_table, spread
from app.browser.jobs import Work, follow_jobs
from app.browser.lives_told import happened, life_table, life_title, said_of, timeline
from app.browser.networks_told import (
    PARTNERS,
    PROBLEMS,
    THICKEST,
    THINNEST,
    Side,
    alliance_spec,
    most_referrals,
    over_years_options,
    over_years_spec,
    thickness,
    tie_id,
    ties_table,
)
from app.browser.speech import page_messages, speech
from app.browser.templates import fill
from scenarios.live.circles import BANDS, TIES, Circle, Person
from scenarios.live.lives import HALVES, HELP, ORDER, Happening, Life
from scenarios.live.networks import COUNTED, WORKING, AllianceYears, Tie
from scenarios.live.summary import REFERENCE, SCENARIO, live_codebook
from scenarios.live.turns import Busy
from sim.agents import alliance
from sim.programme.catalogue import OFFERED

NL, EN = speech("nl"), speech("en")
LANGUAGES = pytest.mark.parametrize("words", [NL, EN], ids=["nl", "en"])
AREA = "vlaardingen-westwijk"
YEARS = 3


def years(flow: float, coordination: float) -> AllianceYears:
    """An alliance whose ties carry ever more: the first ``flow``, each next one half as much again."""
    ties = [(seer, owner) for owner, seers in alliance.TIES.items() for seer in seers]
    return AllianceYears(
        2025,
        tuple(
            Tie(
                seer,
                owner,
                (0.1,) * YEARS,
                (2.0,) * YEARS,
                tuple(flow * (number + 1) * (year + 1) for year in range(YEARS)) if owner in COUNTED else None,
            )
            for number, (seer, owner) in enumerate(ties)
        ),
        {name: tuple(coordination * (year + 1) for year in range(YEARS)) for name in WORKING},
    )


SIDES = (Side(SCENARIO, "Veel", years(12.0, 20.0)), Side(REFERENCE, "Weinig", years(3.0, 0.0)))


# --- the alliance


@LANGUAGES
def test_the_picture_and_its_table_say_the_same(words: Any) -> None:
    spec = alliance_spec(SIDES[0], 1, most_referrals(SIDES), words, "bestand")
    assert len(spec["nodes"]) == len(PARTNERS)
    assert len(spec["links"]) == len(spec["table"]["rows"]) == len(SIDES[0].years.ties)
    for tie, link, row in zip(SIDES[0].years.ties, spec["links"], spec["table"]["rows"], strict=True):
        assert (PARTNERS[link["source"]], PARTNERS[link["target"]]) == (tie.seer, tie.owner)
        assert row[2] == (None if tie.referrals is None else tie.referrals[1])
        assert (link["color"], link["dash"]) == (PROBLEMS[tie.owner].color, PROBLEMS[tie.owner].dash)
        assert row[0] in link["said"]
    assert "2026" in spec["title"]
    assert all(row[0] in spec["spoken"] for row in spec["table"]["rows"] if row[2] is not None)


def test_lines_are_as_thick_as_what_they_carry_on_one_scale() -> None:
    most = most_referrals(SIDES)
    assert most == max(flow for tie in SIDES[0].years.ties for flow in tie.referrals or ())
    widths = [[link["width"] for link in alliance_spec(side, 1, most, NL, "b")["links"]] for side in SIDES]
    counted = [tie.referrals is not None for tie in SIDES[0].years.ties]
    assert all(more > less for more, less, is_counted in zip(*widths, counted, strict=True) if is_counted)
    assert [width for width, is_counted in zip(widths[0], counted, strict=True) if not is_counted] == [THINNEST] * 2
    assert thickness(most, most) == THICKEST
    assert thickness(0.0, 0.0) == THINNEST


def test_kinds_are_told_apart_without_colour() -> None:
    for looks in (PROBLEMS, LOOKS):
        assert len({look.dash for look in looks.values()}) == len(looks)
    assert len({symbol for role, (symbol, _) in ROLES.items() if role != "pupil"}) == len(ROLES) - 1


def test_the_table_of_ties_adds_up() -> None:
    table = ties_table(SIDES, 0, EN)
    whole = [row for row in table["rows"] if len(row) > 1]
    total, ties = whole[0], whole[1:]
    assert len(ties) == len(SIDES[0].years.ties)
    counted = [row for row in ties if row[1] != EN("networks_page.not_counted")]
    assert len(ties) - len(counted) == len(alliance.TIES["municipality"])
    for column in (1, 2, 3):
        assert float(total[column].replace(",", "")) == pytest.approx(sum(float(row[column]) for row in counted))
    assert len(table["columns"]) == len(total)


def test_everything_can_be_followed_over_the_years() -> None:
    codebook = live_codebook(AREA)
    options = [one["value"] for group in over_years_options(SIDES[0].years, codebook, NL) for one in group["options"]]
    assert len(options) == len(set(options))
    for what in options:
        spec = over_years_spec(SIDES, what, codebook, NL, "bestand")
        assert spec["years"] == [2025, 2026, 2027]
        assert [row[1:] for row in spec["table"]["rows"]] == [
            list(pair) for pair in zip(*(one["values"] for one in spec["series"]), strict=True)
        ]
        assert {one["dash"] for one in spec["series"]} == {"solid", "dashed"}
    tie = SIDES[0].years.ties[0]
    flow = over_years_spec(SIDES, tie_id(tie), codebook, NL, "bestand")["series"][0]["values"]
    assert flow == list(tie.referrals or ())


# --- places


def test_places_are_the_same_every_time_and_nobody_stands_over_somebody_else() -> None:
    ties = [(node, (7 * node + 3) % 30, 0.3) for node in range(30) if (7 * node + 3) % 30 != node]
    for groups in (None, [node // 3 for node in range(30)]):
        points = spread(30, ties, groups)
        assert points == spread(30, ties, groups)
        apart = [math.dist(a, b) for i, a in enumerate(points) for b in points[:i]]
        assert min(apart) > 0.02


def test_a_group_stands_together_in_a_place_of_its_own() -> None:
    groups = [0, 0, 0, 1, 1, 2, 3, 3, 3, 3]
    points = spread(len(groups), [(0, 3, 0.3), (5, 9, 0.3)], groups)
    middles = {}
    for group in set(groups):
        own = [point for point, mine in zip(points, groups, strict=True) if mine == group]
        middles[group] = (sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own))
    for point, mine in zip(points, groups, strict=True):
        away = {group: math.dist(point, middle) for group, middle in middles.items()}
        assert away[mine] <= ROOM + 1e-9
        assert min(away, key=away.__getitem__) == mine


def test_a_round_table_is_round_enough() -> None:
    assert len(set(round_table(len(PARTNERS)))) == len(PARTNERS)


# --- a street, a class

STREET = Circle(
    (Person(3, "parent"), Person(0, "child"), Person(2, "grown_child"), Person(4, "adult"), Person(1, "child")),
    ((0, 1, "household"), (0, 2, "household"), (1, 2, "household"), (1, 4, "friends"), (1, 4, "together")),
    {"friends": 2, "together": 1},
    3,
)


@LANGUAGES
def test_a_street_is_drawn_with_its_ties_and_counted(words: Any) -> None:
    spec, table = circle_spec(STREET, "street", 1, words, "straat"), circle_table(STREET, "street", 1, words)
    assert [node["label"] for node in spec["nodes"]] == ["25–64", "0–11", "18–24", "65+", "12–17"]
    assert len(spec["links"]) == len(spec["table"]["rows"]) == len(STREET.ties)
    assert "2" in spec["title"]
    numbers = {row[0]: row[1:] for row in table["rows"] if len(row) > 1}
    assert numbers[words("networks_page.kind_household")] == ["3", ""]
    assert numbers[words("networks_page.kind_friends")] == ["1", "2"]
    assert numbers[words("networks_page.kind_together")] == ["1", "1"]
    persons = [row for row in table["rows"] if len(row) > 1][: -len(TIES)]
    assert sum(int(row[1]) for row in persons) == len(STREET.persons)
    assert words("networks_page.nobody") == spec["subtitle"]


def test_a_class_whose_pupils_are_of_one_age_says_so_once() -> None:
    pupils = Circle((Person(1, "pupil"),) * 4, ((0, 1, "friends"),), {"friends": 0, "together": 0}, 1)
    spec = circle_spec(pupils, "class", 0, NL, "klas")
    assert {node["label"] for node in spec["nodes"]} == {""}
    assert band(1) in spec["note"]
    rows = {row[0]: row[1:] for row in circle_table(pupils, "class", 0, NL)["rows"] if len(row) > 1}
    assert rows[NL("networks_page.kind_class")][0] == "6"


def test_every_kind_of_tie_has_a_look_and_every_band_a_text() -> None:
    assert set(LOOKS) == set(BENDS) == set(STRENGTHS) == set(TIES)
    assert len({band(number) for number in range(len(BANDS) + 1)}) == len(BANDS) + 1


# --- lives

LIFE = Life(
    False,
    14,
    "one_parent",
    True,
    (
        Happening(0, "registrations", "both"),
        Happening(0, "help:mentoring", "scenario"),
        Happening(3, "convictions", "reference"),
        Happening(3, "work", "scenario"),
    ),
)


@LANGUAGES
def test_there_are_words_for_everything_that_can_happen(words: Any) -> None:
    known = {key.removeprefix("lives_page.what_") for key in page_messages() if key.startswith("lives_page.what_")}
    assert known == {*ORDER, "help"}
    texts = [happened(what, words) for what in (*ORDER, *(f"{HELP}{name}" for name in OFFERED))]
    assert len(set(texts)) == len(texts)


@LANGUAGES
def test_a_timeline_and_its_table_say_the_same(words: Any) -> None:
    halves, table = timeline(LIFE, words), life_table(LIFE, 1, words)
    assert [row[0] for row in table["rows"]] == [half.when for half in halves]
    assert table["rows"][1] == [halves[1].when, "", happened("convictions", words), happened("work", words)]
    assert "2026" in halves[1].when
    assert str(LIFE.age) in life_title(LIFE, 1, words)
    page = fill("lives_told.html.jinja", words, title="Leven <1>", said=said_of(LIFE, words), halves=halves)
    assert "Leven &lt;1&gt;" in page
    assert page.count('class="scenario"') == 2
    assert page.count('class="reference"') == 1


@LANGUAGES
def test_how_much_differs_is_said(words: Any) -> None:
    assert said_of(LIFE, words) == words("lives_page.differs", count=2, help=1)
    help_alone = Life(True, 12, "alone", False, LIFE.happenings[:2])
    assert said_of(help_alone, words) == words("lives_page.help_only", help=1)
    empty = Life(True, 12, "two_parents", False, ())
    assert said_of(empty, words) == words("lives_page.same")
    assert words("lives_page.nothing") in fill("lives_told.html.jinja", words, title="", said="", halves=[])
    assert life_table(empty, 2, words)["rows"] == [[words("lives_page.nothing"), "", "", ""]]


def test_half_years_are_told_of_every_part_of_a_year() -> None:
    assert {f"lives_page.half_{part}" for part in range(HALVES)} <= set(page_messages())


# --- work in the queue


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_kept", OrderedDict())


@dataclass
class FakeTicket:
    done: dict[str, Any] = field(default_factory=dict)
    failure: str = ""
    retried: bool = False
    cancelled: bool = False
    looks: int = 0
    ends: int = 3

    @property
    def finished(self) -> bool:
        self.looks += 1
        return self.looks > self.ends


class FakeTurns:
    """A queue that answers after a few looks."""

    def __init__(self, ticket: FakeTicket, full: bool = False) -> None:
        self.ticket, self.full = ticket, full
        self.asked: list[Any] = []
        self.cancelled: list[FakeTicket] = []

    def ask(self, visitor: str, stage: Any, asked: list[Any]) -> FakeTicket:
        if self.full:
            raise Busy
        self.asked = asked
        return self.ticket

    def ahead(self, ticket: FakeTicket) -> int:
        return 2

    def cancel(self, ticket: FakeTicket) -> None:
        self.cancelled.append(ticket)


def followed(queue: FakeTurns, patch: pytest.MonkeyPatch, names: tuple[str, ...] = ("a",)) -> list[Work]:
    """Return everything that is said of jobs."""
    patch.setattr(jobs, "turns", lambda: queue)
    state: Any = solara.reactive(Work())
    seen: list[Work] = []
    state.subscribe(seen.append)
    asyncio.run(follow_jobs([(name, sum, ([1],)) for name in names], "key", state))
    return seen


def test_jobs_are_followed_to_their_results(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeTurns(FakeTicket({"a": 1, "b": 2}))
    seen = followed(queue, monkeypatch, ("a", "b"))
    assert [entry[0] for entry in queue.asked] == ["a", "b"]
    assert seen[-1].results == {"a": 1, "b": 2}
    assert seen[-1].said(NL) == NL("told.ready")
    waiting = next(work for work in seen if work.ahead)
    assert NL("told.ahead", count=2) in waiting.said(NL)
    assert waiting.results is None
    assert queue.cancelled == [queue.ticket]


def test_what_is_known_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    followed(FakeTurns(FakeTicket({"a": 1, "b": 2})), monkeypatch, ("a", "b"))
    again = FakeTurns(FakeTicket({"c": 3}))
    assert followed(again, monkeypatch, ("a", "c"))[-1].results == {"a": 1, "c": 3}
    assert [entry[0] for entry in again.asked] == ["c"]
    unasked = FakeTurns(FakeTicket())
    assert followed(unasked, monkeypatch, ("b", "c"))[-1].results == {"b": 2, "c": 3}
    assert unasked.asked == []


def test_no_more_is_kept_than_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(jobs.MOST_KEPT + 5):
        followed(FakeTurns(FakeTicket({str(number): number}, ends=0)), monkeypatch, (str(number),))
    assert list(jobs._kept) == [str(number) for number in range(5, jobs.MOST_KEPT + 5)]


@pytest.mark.parametrize("why", ["lost", "time", "error"])
def test_a_failure_is_a_sentence(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    last = followed(FakeTurns(FakeTicket(failure=why)), monkeypatch)[-1]
    assert (last.results, last.said(NL)) == (None, NL(f"site.failure_{why}"))


def test_a_full_queue_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    last = followed(FakeTurns(FakeTicket(), full=True), monkeypatch)[-1]
    assert last.said(EN) == EN("site.failure_busy")


def test_whoever_leaves_takes_jobs_back(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeTurns(FakeTicket(ends=10**9))
    monkeypatch.setattr(jobs, "turns", lambda: queue)
    state: Any = solara.reactive(Work())

    async def leave() -> None:
        task = asyncio.create_task(follow_jobs([("a", sum, ([1],))], "key", state))
        await asyncio.sleep(0.15)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())
    assert queue.cancelled == [queue.ticket]
    assert state.value.results is None


def test_nothing_to_do_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = FakeTurns(FakeTicket())
    assert followed(queue, monkeypatch, ())[-1].results == {}
    assert queue.asked == []
