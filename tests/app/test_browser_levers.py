"""The levers of the page: all of them, in their range, with what the base really asks, and nothing that is no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from app.browser import levers as module
from app.browser.levers import (
    ALLIANCE,
    EMPHASIS,
    HOUSES,
    MORE_THAN_ANNOUNCED,
    POLICE,
    SCHOOLS,
    SMALLEST_TOP,
    TARGETS,
    WAYS,
    announced,
    lever_groups,
    moved_values,
    usual_values,
)
from app.browser.speech import speech
from app.browser.visit import MONEY, Move, Plan, library, library_scenario
from app.words import LANGUAGES
from scenarios.catalogue import load_scenario
from sim.areas import area_ids
from sim.areas.keys import area_keys
from sim.calendar import SCENARIO_START
from sim.levers import declared_levers
from sim.parameters import load_parameters
from sim.programme.budget import budget_of
from sim.programme.catalogue import BY_NAME, LINES

AREA = "vlaardingen-westwijk"
BASE = "preventie-met-gezag"
KINDS = {"amount", "share", "number", "switch", "choice"}
Group = dict[str, Any]


def levers_of(groups: list[Group]) -> Iterator[dict[str, Any]]:
    for group in groups:
        for part in group["parts"]:
            yield from part["levers"]


def by_path(groups: list[Group]) -> dict[str, dict[str, Any]]:
    return {lever["path"]: lever for lever in levers_of(groups)}


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    return lever_groups(library_scenario(BASE), AREA, "nl")


@pytest.mark.parametrize("area", area_ids())
def test_every_lever_is_declared_and_stands_within_its_range_for_every_base(area: str) -> None:
    declared = declared_levers()
    for base in library():
        paths = []
        for lever in levers_of(lever_groups(library_scenario(base), area, "nl")):
            where, own = (area, base, lever["path"]), declared[lever["path"]]
            assert own.scope in ("area", "any"), where
            assert lever["kind"] in KINDS, where
            assert own.low <= lever["low"] <= lever["usual"]["value"] <= lever["high"] <= lever["most"], where
            assert lever["most"] == own.high, where
            assert 0 < lever["step"] <= lever["high"] - lever["low"], where
            if lever["announced"] is not None:
                assert lever["low"] <= lever["announced"] <= lever["high"], where
            paths.append(lever["path"])
        assert len(set(paths)) == len(paths)


def test_every_lever_that_can_be_moved_in_an_area_is_there(groups: list[Group]) -> None:
    """But for amounts of single pillars and services: the page has an amount per line, and a division of it."""
    found = set(by_path(groups))
    wanted = {path for path, lever in declared_levers().items() if lever.scope in ("area", "any")}
    missing = {path for path in wanted - found if not re.search(r"\.(pillar_)?euros\.", path)}
    assert missing == set()
    assert {path for path in found if path.endswith(MONEY)} == {f"programme.{line.name}.budget" for line in LINES}
    for names in (EMPHASIS, WAYS, ALLIANCE):
        assert all(any(path.endswith(f".{name}") for path in found) for name in names)
    assert {*POLICE, *HOUSES, *SCHOOLS} <= found


def test_every_part_has_a_title_and_levers(groups: list[Group]) -> None:
    assert [group["id"] for group in groups] == [*(line.name for line in LINES), "rules"]
    for group in groups:
        assert group["title"][0].isupper()
        assert group["text"].endswith(".")
        for part in group["parts"]:
            assert part["title"]
            assert part["levers"], part["id"]
    identifiers = [re.sub(r"[^a-z0-9]+", "-", lever["path"]) for lever in levers_of(groups)]
    assert len(set(identifiers)) == len(identifiers), "the page makes ids of them"


def test_both_languages_have_the_same_levers_in_other_words() -> None:
    dutch, english = (lever_groups(library_scenario(BASE), AREA, language) for language in LANGUAGES)
    for one, other in zip(levers_of(dutch), levers_of(english), strict=True):
        for name in ("path", "kind", "low", "high", "most", "step", "factor", "usual", "announced"):
            assert one[name] == other[name]
        assert one["info"] != other["info"]
    labels = [(one["label"], other["label"]) for one, other in zip(levers_of(dutch), levers_of(english), strict=True)]
    same = [one for one, other in labels if one == other]
    assert set(same) <= {"Mentoring", "MST", "FFT", "ISD", "Scared Straight", "Halt", "Budget"}, same


def test_usual_values_are_those_of_the_schedule() -> None:
    for base in library():
        scenario = library_scenario(base)
        schedule, usual = scenario.schedule(AREA), usual_values(scenario, AREA)
        assert set(usual) == set(declared_levers())
        for path, value in usual.items():
            line = next((line for line in LINES if path == f"programme.{line.name}.budget"), None)
            if line is None:
                assert value == schedule.value(path, SCENARIO_START), path
            else:
                keys, prices = area_keys(AREA), load_parameters(0, AREA)
                assert value == budget_of(schedule, SCENARIO_START, line.name, keys, prices), path
    assert usual_values(library_scenario("geen-programma"), AREA)["programme.preventie_met_gezag.budget"] == 0.0


def test_what_was_announced_is_what_the_scenario_of_the_line_gives(groups: list[Group]) -> None:
    found = by_path(groups)
    for line in LINES:
        scenario = load_scenario(line.name.replace("_", "-"))
        path = f"programme.{line.name}.budget"
        value = usual_values(scenario, AREA)[path]
        assert announced(line, AREA) == value
        lever = found[path]
        assert lever["announced"] == round(value)
        assert lever["high"] >= min(SMALLEST_TOP, lever["most"])
        assert lever["high"] >= MORE_THAN_ANNOUNCED * value
    assert sum(found[f"programme.{line.name}.budget"]["announced"] > 0 for line in LINES) >= 5


@pytest.mark.parametrize("base", library())
def test_an_amount_that_is_moved_is_what_is_spent(base: str) -> None:
    """Whatever the base does with the line, the page's amount takes the place of it, or is refused in a sentence."""
    for line in LINES:
        path = f"programme.{line.name}.budget"
        for value in (0.0, 1_234_567.0):
            scenario = Plan(base, (Move(path, value),)).scenario(AREA)
            assert usual_values(scenario, AREA)[path] == pytest.approx(value, abs=0.01), line.name


def test_each_lever_can_be_moved_to_both_its_ends(groups: list[Group]) -> None:
    """But for what is limited together: two shares of one budget."""
    together = ("share_limits", "share_authority")
    for lever in levers_of(groups):
        for value in (lever["low"], 0.5 if lever["path"].endswith(together) else lever["high"]):
            plan = Plan("geen-programma", (Move(lever["path"], value),))
            found = plan.scenario(AREA).schedule(AREA).value(lever["path"], SCENARIO_START)
            assert found == value, lever["path"]


def test_kinds_of_levers(groups: list[Group]) -> None:
    found = by_path(groups)
    stem = "programme.preventie_met_gezag."
    targeting = found[f"{stem}targeting"]
    assert targeting["kind"] == "choice"
    assert [option["value"] for option in targeting["options"]] == list(range(TARGETS))
    assert len({option["label"] for option in targeting["options"]}) == TARGETS
    assert declared_levers()[f"{stem}targeting"].high == TARGETS - 1
    for path in (f"{stem}quality_framework", "programme.alliantie.integrated", "schools.compulsory_18"):
        assert found[path]["kind"] == "switch"
    for path in (f"{stem}share_limits", f"{stem}mix.mentoring", "programme.alliantie.mayor", "police.hours.uniform"):
        assert (found[path]["kind"], found[path]["factor"], found[path]["unit"]) == ("share", 100.0, "%")
        assert found[path]["high"] == 1.0
    assert found["police.hours"]["unit"] == "keer zo veel als nu"
    assert found["housing.new_homes"]["unit"] == "woningen per jaar"
    assert all(lever["kind"] == "amount" for path, lever in found.items() if path.endswith(MONEY))


def test_moves_are_given_to_the_page_as_it_wants_them() -> None:
    plan = Plan(moves=(Move("police.hours", 1.5), Move("programme.onderwijs.budget", 3.0, 2026, 2028)))
    assert moved_values(plan) == {
        "police.hours": {"value": 1.5, "from": 2025, "until": 0, "once": False},
        "programme.onderwijs.budget": {"value": 3.0, "from": 2026, "until": 2028, "once": False},
    }


# --- explanation and evidence


class Tags(HTMLParser):
    """Collects tags and texts, and whether every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs in ([], [("lang", "en")]), "sources are in English, and say so"
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lever_is_explained_and_the_explanation_is_text_in_tags_of_ours(language: str) -> None:
    for lever in levers_of(lever_groups(library_scenario(BASE), AREA, language)):
        tags = Tags()
        tags.feed(lever["info"])
        tags.close()
        assert tags.open == []
        assert tags.seen <= {"p", "ul", "li", "strong", "span"}
        text = " ".join(tags.texts)
        assert len(text) > 25, lever["path"]
        assert "{" not in text, lever["path"]
        if ".mix." in lever["path"]:
            assert re.search(r"Bewijs: |Evidence: |geen onderzoek|No study", text), lever["path"]


def test_evidence_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = "<img src=x onerror=alert(1)> & \"quotes\" 'x'"
    words = speech("en")
    parameters = module.declared_parameters()
    path = "services.mentoring_effect"
    assert path in parameters
    hostile = type("Hostile", (), {"grade": parameters[path].grade, "source": bad})()
    with monkeypatch.context() as patch:
        patch.setattr(module, "declared_parameters", lambda: {path: hostile})
        found = module._evidence("mentoring", words)
    assert "<img" not in found
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot; &#x27;x&#x27;" in found
    one = BY_NAME["mentoring"]
    with monkeypatch.context() as patch:
        patch.setitem(
            module.BY_NAME, "mentoring", type("Hostile", (), {"nl": bad, "en": bad, "quality": one.quality})()
        )
        assert "<img" not in module._evidence("mentoring", words).lower()
    with monkeypatch.context() as patch:
        patch.setitem(module.LABELS, one.quality, (bad, bad))
        assert "<img" not in module._evidence("mentoring", words)
    lever = declared_levers()["police.hours"]
    hostile_lever = type("HostileLever", (), {**{name: getattr(lever, name) for name in ("low", "high", "unit")}})()
    hostile_lever.title = hostile_lever.description = {"nl": bad, "en": bad}
    with monkeypatch.context() as patch:
        patch.setattr(module, "declared_levers", lambda: {"police.hours": hostile_lever})
        assert "<img" not in module._plain("police.hours", {"police.hours": 1.0}, words)["info"]


def test_evidence_names_grade_and_source() -> None:
    parameter = module.declared_parameters()["services.mentoring_effect"]
    for language in LANGUAGES:
        found = module._evidence("mentoring", speech(language))
        assert module.escape(parameter.source) in found
        assert speech(language)(f"html.grade_{parameter.grade}") in found


@pytest.mark.parametrize(("value", "found"), [(1.0, 1.0), (1.1, 2.0), (21.0, 25.0), (499.0, 500.0), (5.1e6, 1e7)])
def test_ranges_end_at_round_amounts(value: float, found: float) -> None:
    assert module._round_up(value) == pytest.approx(found)
