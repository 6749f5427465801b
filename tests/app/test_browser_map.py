"""The map: shapes, classes and colours, what is told of areas and wijken, and the twenty areas one after the other."""

import asyncio
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import solara

from app.browser import map_runs
from app.browser.map_country import country_places
from app.browser.map_now import FIGURES, now_map
from app.browser.map_places import area_points, country_geometry, province_names, wijk_geometry
from app.browser.map_runs import Country
from app.browser.map_scale import (
    LESS,
    LEVELS,
    MISSING_LOOK,
    MORE,
    NOTHING,
    UNSURE,
    DifferenceScale,
    LevelScale,
    ink_on,
)
from app.browser.map_told import DIFFERENCE, Asked, country_map, outcome_options
from app.browser.map_wijken import FEW, views_of, wijk_map, wijk_rows
from app.browser.pages.maps import told_of
from app.browser.speech import speech
from scenarios.catalogue import load_scenario
from scenarios.live.asking import Question
from scenarios.live.board import cells
from scenarios.live.summary import REFERENCE, SCENARIO, live_codebook
from scenarios.live.turns import Busy, Stage
from sim.areas import area_ids, load_area

AREA = "delft-west"
OUTCOME = "registered_suspects_12_24_per_10k"
SHARE = "problem_debt_share"
YEAR = 2027
NL, EN = speech("nl"), speech("en")


def names_of(geometry: str) -> list[str]:
    return [feature["properties"]["name"] for feature in json.loads(geometry)["features"]]


def asked(side: str = DIFFERENCE, outcome: str = OUTCOME, year: int = YEAR) -> Asked:
    return Asked(live_codebook(AREA).outcome(outcome), "place", side, year, ("Meer", "Niets"))


def nothing(place: str) -> None:
    """Choose nothing."""


# --- shapes


def test_every_area_and_wijk_has_a_shape() -> None:
    assert sorted(names_of(country_geometry())) == sorted([*province_names(), *area_ids()])
    assert len(province_names()) == 12
    for area in area_ids():
        assert sorted(names_of(wijk_geometry(area))) == sorted(wijk.code for wijk in load_area(area).wijken)


def test_markers_lie_where_the_areas_are() -> None:
    assert set(area_points()) == set(area_ids())
    east, north = area_points()["groningen-noord"]
    assert (round(east, 1), round(north, 1)) == (6.6, 53.2)
    # a marker lies in the box around the wijken of its area
    for area in area_ids():
        points = np.array(
            [
                point
                for feature in json.loads(wijk_geometry(area))["features"]
                for ring in _rings(feature["geometry"])
                for point in ring
            ]
        )
        slack = 0.01
        assert (points.min(axis=0) - slack <= area_points()[area]).all()
        assert (points.max(axis=0) + slack >= area_points()[area]).all()


def _rings(geometry: dict[str, Any]) -> list[Any]:
    nested = geometry["coordinates"]
    return nested if geometry["type"] == "Polygon" else [ring for polygon in nested for ring in polygon]


def test_markers_are_numbered_as_the_list() -> None:
    places = country_places(AREA)
    assert [place["number"] for place in places] == list(range(1, 21))
    assert [place["id"] for place in places if place["chosen"]] == [AREA]


# --- classes and colours


@pytest.mark.parametrize(
    "values", [[1.0, 2.0, 3.0], [0.126, 0.182], [-4.0, 990.0], [7.0, 7.0], [0.0, 0.0], [1e-7, 3e-7]]
)
def test_every_level_has_a_class_that_holds_it(values: list[float]) -> None:
    scale = LevelScale.of(values)
    assert 1 <= scale.count <= len(LEVELS)
    assert scale.first * scale.step <= min(values) + 1e-9
    assert (scale.first + scale.count) * scale.step >= max(values) - 1e-9
    assert len({scale.look(value).color for value in values}) == min(len(set(values)), scale.count)


def test_levels_get_darker() -> None:
    scale = LevelScale.of([0.0, 100.0])
    assert [scale.look(value).color for value in (5, 25, 45, 65, 85)] == list(LEVELS)
    assert scale.look(100.0).color == LEVELS[-1]
    assert [entry["text"] for entry in scale.legend(NL, "%")][:2] == ["0% tot 20%", "20% tot 40%"]


def test_what_is_not_known_has_no_class() -> None:
    assert LevelScale.of([]).look(1.0) == MISSING_LOOK
    assert LevelScale.of([1.0, 2.0]).look(math.nan) == MISSING_LOOK
    assert DifferenceScale.of([1.0]).look(math.nan) == MISSING_LOOK


def test_the_side_of_a_difference_is_seen_without_colour() -> None:
    scale = DifferenceScale.of([-3.0, 0.5, 6.0])
    more, less, same = (scale.look(value) for value in (6.0, -6.0, 0.0))
    assert (more.color, more.symbol) == (MORE[-1], "up")
    assert (less.color, less.symbol) == (LESS[-1], "down")
    assert same.color == NOTHING
    unsure = scale.look(6.0, unsure=True)
    assert unsure.color == UNSURE
    assert unsure.hatch
    texts = [entry["text"] for entry in scale.legend(EN, shapes=True)]
    assert texts == [
        "4 to 6 higher", "2 to 4 higher", "0 to 2 higher", "no difference",
        "0 to 2 lower", "2 to 4 lower", "4 to 6 lower",
    ]  # fmt: skip


def test_letters_can_be_read_on_every_colour() -> None:
    def luminance(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    for color in (*LEVELS, *MORE, *LESS, NOTHING, UNSURE, MISSING_LOOK.color):
        low, high = sorted((luminance(color), luminance(ink_on(color))))
        assert (high + 0.05) / (low + 0.05) >= 4.5, color


# --- the twenty areas


def test_figures_of_now_say_how_they_are_known() -> None:
    for name in FIGURES:
        both = now_map(name, AREA, NL, nothing)
        assert len(both.table.rows) == len(both.spec["places"]) == 20
        for area, place, row in zip(area_ids(), both.spec["places"], both.table.rows, strict=True):
            figure = load_area(area).figures[name]
            assert (place["symbol"] == "circle") == (figure.status == "observed")
            assert str(figure.year) in row[2]
            assert row[1] in place["text"]
    rows = now_map("low_income", AREA, NL, nothing).table.rows
    assert ["6. Den Haag Zuidwest", "18,2%", "waargenomen, 2024"] in [list(row) for row in rows]


def pair_of(reference: float, scenario: float) -> tuple[Any, Any]:
    sides = []
    for value in (reference, scenario):
        series = np.full((5, len(cells())), np.nan)
        series[:, cells()[SHARE, "place"]] = value
        sides.append(series)
    return sides[0], sides[1]


def test_computed_areas_are_told_in_map_and_table_alike() -> None:
    pairs = {"arnhem-oost": pair_of(0.10, 0.08), "delft-west": pair_of(0.20, 0.21)}
    both = country_map(pairs, asked(outcome=SHARE), AREA, NL, nothing)
    places = {place["id"]: place for place in both.spec["places"]}
    assert (places["arnhem-oost"]["symbol"], places["delft-west"]["symbol"]) == ("down", "up")
    assert places["heerlen-noord"]["color"] == MISSING_LOOK.color
    assert list(both.table.rows[2]) == ["3. Arnhem-Oost", "10,00%", "8,00%", "\N{MINUS SIGN}2,00"]
    assert both.table.rows[9][1] == "\N{EN DASH}"
    assert places["arnhem-oost"]["text"] == both.table.rows[2][3]
    assert "Voorlopig" in both.spec["subtitle"]
    assert "Arnhem-Oost" in both.spec["spoken"]
    assert both.whole_spec()["table"]["rows"] == [list(row) for row in both.table.rows]


def test_one_side_is_coloured_by_its_level() -> None:
    pairs = {"arnhem-oost": pair_of(0.10, 0.30), "delft-west": pair_of(0.30, 0.10)}
    colours = {}
    for side in (REFERENCE, SCENARIO):
        both = country_map(pairs, asked(side, SHARE), AREA, EN, nothing)
        colours[side] = [place["color"] for place in both.spec["places"] if place["id"] in pairs]
    assert colours[REFERENCE] == colours[SCENARIO][::-1]
    assert colours[REFERENCE][0] != colours[REFERENCE][1]


# --- wijken


def table_of(ends: dict[str, tuple[float, float]], view: str = "place") -> pd.DataFrame:
    """Return a comparison: low and high of the difference by wijk."""
    rows = [
        {
            "area": AREA, "year": YEAR, "view": view, "group": f"wijk:{code}", "outcome": OUTCOME,
            "reference_value": 300.0, "scenario_value": 300.0 + (low + high) / 2, "difference": (low + high) / 2,
            "low": low, "high": high,
        }
        for code, (low, high) in ends.items()
    ]  # fmt: skip
    everybody = {**rows[0], "group": "all"}
    return pd.DataFrame([everybody, *rows])


def test_differences_within_the_noise_are_hatched_and_said() -> None:
    codes = [wijk.code for wijk in load_area(AREA).wijken]
    rows = wijk_rows(table_of({codes[0]: (-30.0, -10.0), codes[1]: (-20.0, 5.0), codes[2]: (0.0, 0.0)}))
    both = wijk_map(rows, asked(), AREA, 1.0, NL, "")
    lower, unsure, same = both.spec["places"]
    assert (lower["color"], lower["hatch"]) == (LESS[-1], False)
    assert lower["label"].endswith("\N{BLACK DOWN-POINTING TRIANGLE}")
    assert (unsure["color"], unsure["hatch"]) == (UNSURE, True)
    assert (same["color"], same["hatch"]) == (NOTHING, False)
    assert [row[5] for row in both.table.rows] == ["lager", "binnen de ruis", "geen verschil"]
    assert both.table.rows[1][4] == "\N{MINUS SIGN}20,0 tot +5,0"
    assert any(entry.get("hatch") for entry in both.spec["legend"])
    assert "In 1 van de 3 wijken" in both.spec["spoken"]


def test_without_an_interval_no_difference_is_certain() -> None:
    codes = [wijk.code for wijk in load_area(AREA).wijken]
    both = wijk_map(wijk_rows(table_of({codes[0]: (math.nan, math.nan)})), asked(), AREA, 1.0, EN, "")
    assert {row[5] for row in both.table.rows} == {"no figure"}
    levels = wijk_map(wijk_rows(table_of({codes[0]: (-9.0, 9.0)})), asked(REFERENCE), AREA, 1.0, EN, "")
    assert not any(place["hatch"] for place in levels.spec["places"])
    assert [row[1] for row in levels.table.rows] == ["300.00", "\N{EN DASH}", "\N{EN DASH}"]


def test_wijken_with_few_residents_are_marked() -> None:
    area = load_area("heerlen-noord")
    rows = wijk_rows(table_of({wijk.code: (-9.0, -1.0) for wijk in area.wijken}))
    for sample in (1.0, 0.1):
        both = wijk_map(rows, asked(), area.id, sample, EN, "")
        marked = {place["id"] for place in both.spec["places"] if "*" in place["label"]}
        assert marked == {wijk.code for wijk in area.wijken if wijk.residents * sample < FEW}
        assert marked
        assert any(note.startswith("*") for note in both.table.notes)


def test_outcomes_without_wijken_are_not_offered() -> None:
    code = load_area(AREA).wijken[0].code
    both = pd.concat([table_of({code: (1.0, 2.0)}), table_of({code: (1.0, 2.0)}, "exposed")])
    views = views_of(wijk_rows(both))
    assert views == {OUTCOME: ("place", "exposed")}
    offered = [one["value"] for group in outcome_options(NL, set(views)) for one in group["options"]]
    assert offered == [OUTCOME]


# --- computing the twenty areas


class Queue:
    """A queue that answers at once, except about one area."""

    def __init__(self, failing: str = "", full: bool = False, stuck: bool = False) -> None:
        self.failing, self.full, self.stuck = failing, full, stuck
        self.asked: list[tuple[Stage, str]] = []
        self.cancelled = 0

    def ask(self, visitor: str, stage: Stage, jobs: list[Any]) -> Any:
        if self.full:
            raise Busy
        area = jobs[0][2][0].world.area
        self.asked.append((stage, area))
        ticket = type("Ticket", (), {"cancelled": False})()
        ticket.finished, ticket.retried = not self.stuck, False
        ticket.failure = "time" if area == self.failing else ""
        ticket.done = {name: np.full((2, len(cells())), number) for number, (name, *_) in enumerate(jobs)}
        return ticket

    def ahead(self, ticket: Any) -> int:
        return 3

    def cancel(self, ticket: Any) -> None:
        self.cancelled += 1


def compute(queue: Queue, monkeypatch: pytest.MonkeyPatch, areas: tuple[str, ...]) -> Country:
    monkeypatch.setattr(map_runs, "turns", lambda: queue)
    question = Question(load_scenario("preventie-met-gezag"), load_scenario("geen-programma"), AREA, 2)
    state: Any = solara.reactive(Country("key"))

    async def all_of_them() -> None:
        for area in areas:
            if not await map_runs._compute(question, area, state):
                return

    asyncio.run(all_of_them())
    found: Country = state.value
    return found


def test_areas_are_asked_for_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(failing="breda-noord")
    found = compute(queue, monkeypatch, area_ids())
    assert queue.asked == [(Stage.FULL, area) for area in area_ids()]
    assert set(found.pairs) == set(area_ids()) - {"breda-noord"}
    assert found.failed == ("breda-noord",)
    assert found.complete
    reference, scenario = found.pairs[AREA]
    assert (reference == 0).all()
    assert (scenario == 1).all()
    assert told_of(found, NL) == "Doorgerekend: 19 van 20 gebieden. Niet gelukt: Breda-Noord."


def test_a_full_queue_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compute(Queue(full=True), monkeypatch, (AREA,))
    assert found.failure == "busy"
    assert not found.complete
    assert told_of(found, EN).startswith("Too many questions")


def test_who_leaves_takes_the_question_back(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(stuck=True)
    monkeypatch.setattr(map_runs, "turns", lambda: queue)
    question = Question(load_scenario("preventie-met-gezag"), load_scenario("geen-programma"), AREA, 2)
    state: Any = solara.reactive(Country())

    async def leave() -> None:
        task = asyncio.create_task(map_runs._compute(question, AREA, state))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())
    assert queue.cancelled == 1
    assert (state.value.area, state.value.ahead, state.value.ready) == (AREA, 3, 0)


def test_runs_are_those_of_the_first_page() -> None:
    question = Question(load_scenario("preventie-met-gezag"), load_scenario("geen-programma"), AREA, 5)
    for area in ("heerlen-noord", AREA):
        runs = map_runs.runs_of(question, area)
        other = replace(question, area=area)
        assert [run.world.area for run in runs] == [area, area]
        assert runs == other.pair(0, runs[0].world.sample)
