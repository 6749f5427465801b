"""Scenario files: what is read, what is refused and with which sentence."""

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.areas import area_ids
from sim.calendar import BASE, month_label, month_number
from sim.levers import declared_levers
from sim.programme.catalogue import HOUR_RULES, of_pillar
from sim.scenario import Scenario, parse_scenario
from sim.scenario_errors import SENTENCES, ScenarioError
from sim.scenario_text import nesting_depth, read_scenario_file

PMG = "programme.preventie_met_gezag"
HEAD = """
schema = 1
id = "proef"
title = { nl = "Proef", en = "Trial" }
explanation = { nl = "Uitleg", en = "Explanation" }
start = "2025-01"
"""
GOOD = (
    HEAD
    + f"""
[levers]
"{PMG}.budget_national" = {{ "2025" = 82_000_000, "2030" = 0 }}
"{PMG}.share_limits" = {{ "2025" = 0.4 }}
[areas.heerlen-noord.levers]
"{PMG}.budget" = {{ "2026-07" = 1_458_000 }}
"{PMG}.share_limits" = {{ "2027" = 0.1 }}
"""
)


def lever(body: str) -> str:
    return HEAD + f"[levers]\n{body}\n"


BAD = {
    "not toml": ("schema = = 1", "not_toml", "valid TOML"),
    "too deep, brackets": ("a = " + "[" * 30 + "]" * 30, "too_deep", "30"),
    "too deep, dots": (".".join("a" * 30) + " = 1", "too_deep", "at most 20"),
    "too large": (HEAD + "# " + "x" * 200_001, "too_large", "200000"),
    "unknown key": (HEAD.replace("explanation", "explanaton"), "unknown_key", "did you mean 'explanation'"),
    "missing key": (HEAD.replace('start = "2025-01"', ""), "missing_key", "start"),
    "newer schema": (HEAD.replace("schema = 1", "schema = 2"), "bad_schema", "found 2"),
    "schema of the wrong type": (HEAD.replace("schema = 1", 'schema = "1"'), "wrong_type", "a whole number"),
    "schema true": (HEAD.replace("schema = 1", "schema = true"), "wrong_type", "True"),
    "id with capitals": (HEAD.replace('"proef"', '"Proef 1"'), "bad_id", "'Proef 1'"),
    "id with a line end": (HEAD.replace('"proef"', '"proef\\n"'), "bad_id", "id"),
    "title too long": (HEAD.replace('"Proef"', f'"{"x" * 121}"'), "bad_text", "title.nl"),
    "title with a control character": (HEAD.replace('"Trial"', '"Tr\\u0007ial"'), "bad_text", "title.en"),
    "title without English": (HEAD.replace(', en = "Trial"', ""), "missing_key", "title.en"),
    "empty explanation": (HEAD.replace('"Uitleg"', '" "'), "bad_text", "explanation.nl"),
    "impossible start": (HEAD.replace("2025-01", "2025-13"), "bad_start", "'2025-13'"),
    "start before the data": (HEAD.replace("2025-01", "2021-12"), "bad_start", "2022-01"),
    "start as a date": (HEAD.replace('"2025-01"', "2025-01-01"), "wrong_type", "text"),
    "horizon too long": (HEAD + "horizon_years = 41", "bad_number", "1 .. 40"),
    "unknown lever": (
        lever(f'"{PMG}.budget_nationaal" = {{ "2025" = 1 }}'),
        "unknown_lever",
        f"'{PMG}.budget_national'",
    ),
    "unknown lever without its folder": (
        lever('"mix.mentor" = { "2025" = 1 }'),
        "unknown_lever",
        f"'{PMG}.mix.mentoring'",
    ),
    "lever without quotes": (lever(f'{PMG}.share_limits = {{ "2025" = 1 }}'), "unknown_lever", "programme"),
    "area's lever for the country": (
        lever(f'"{PMG}.budget" = {{ "2025" = 1 }}'),
        "area_lever",
        "[areas.ID.levers]",
    ),
    "country's lever for an area": (
        HEAD + f'[areas.heerlen-noord.levers]\n"{PMG}.budget_national" = {{ "2025" = 1 }}',
        "national_lever",
        "[levers]",
    ),
    "unknown area": (HEAD + "[areas.heerlen-nord.levers]", "unknown_area", "did you mean 'heerlen-noord'"),
    "unknown key in an area": (
        HEAD + "[areas.heerlen-noord]\nlever = {}",
        "unknown_key",
        "did you mean 'levers'",
    ),
    "area that is no table": (HEAD + "[areas]\nheerlen-noord = 3", "wrong_type", "a table"),
    "lever without periods": (lever(f'"{PMG}.share_limits" = {{}}'), "no_period", "at least one"),
    "lever that is no table": (lever(f'"{PMG}.share_limits" = 0.4'), "wrong_type", "found 0.4"),
    "impossible period": (lever(f'"{PMG}.share_limits" = {{ "2025-1" = 0.4 }}'), "bad_period", "'2025-1'"),
    "period before the data": (
        lever(f'"{PMG}.share_limits" = {{ "2021" = 0.4 }}'),
        "period_outside",
        "2022-01 ..",
    ),
    "period after the horizon": (
        lever(f'"{PMG}.share_limits" = {{ "2045" = 0.4 }}'),
        "period_outside",
        "2044-12",
    ),
    "month twice": (
        lever(f'"{PMG}.share_limits" = {{ "2025" = 0.4, "2025-01" = 0.5 }}'),
        "period_twice",
        "2025-01",
    ),
    "text for a number": (
        lever(f'"{PMG}.share_limits" = {{ "2025" = "0.4" }}'),
        "wrong_type",
        "a finite number",
    ),
    "yes for a number": (lever(f'"{PMG}.share_limits" = {{ "2025" = true }}'), "wrong_type", "found True"),
    "not a number": (lever(f'"{PMG}.share_limits" = {{ "2025" = nan }}'), "wrong_type", "a finite number"),
    "infinite": (lever(f'"{PMG}.share_limits" = {{ "2025" = inf }}'), "wrong_type", "a finite number"),
    "beyond every float": (
        lever(f'"{PMG}.share_limits" = {{ "2025" = 1{"0" * 400} }}'),
        "wrong_type",
        "a finite number",
    ),
    "above the range": (
        lever(f'"{PMG}.share_limits" = {{ "2025" = 40 }}'),
        "out_of_range",
        "found 40; allowed: 0 .. 1",
    ),
    "below the range": (
        lever(f'"{PMG}.budget_national" = {{ "2025" = -5 }}'),
        "out_of_range",
        "0 .. 400000000",
    ),
    "nothing to buy": (
        lever("\n".join(f'"{path}" = {{ "2026" = 0 }}' for path in declared_levers() if ".mix." in path)),
        "empty_mix",
        "2026-01",
    ),
    "nothing to buy in a pillar with money": (
        lever("\n".join(f'"{PMG}.mix.{one.name}" = {{ "2027" = 0 }}' for one in of_pillar("authority"))),
        "empty_mix",
        "2027-01, authority",
    ),
    "hours on the street without a rule": (
        lever("\n".join(f'"police.hours.{rule}" = {{ "2028" = 0 }}' for rule in HOUR_RULES)),
        "empty_mix",
        "police.hours",
    ),
    "money for a pillar in which nothing can be bought": (
        HEAD
        + "[areas.heerlen-noord.levers]\n"
        + f'"{PMG}.share_limits" = {{ "2026" = 0 }}\n"{PMG}.pillar_euros.limits" = {{ "2029" = 1 }}\n'
        + "\n".join(f'"{PMG}.mix.{one.name}" = {{ "2026" = 0 }}' for one in of_pillar("limits")),
        "empty_mix",
        "2029-01, limits",
    ),
    "more than the whole budget": (
        lever(f'"{PMG}.share_limits" = {{ "2026" = 0.5 }}\n"{PMG}.share_authority" = {{ "2028-03" = 0.51 }}'),
        "shares_above_one",
        "2028-03: 0.5 + 0.51",
    ),
    "more than the whole budget with the usual share for authority": (
        lever(f'"{PMG}.share_limits" = {{ "2026" = 0.9 }}'),
        "shares_above_one",
        "2026-01: 0.9 + 0.2",
    ),
    "more than the whole budget in one area": (
        lever(f'"{PMG}.share_limits" = {{ "2026" = 0.7 }}')
        + f'[areas.heerlen-noord.levers]\n"{PMG}.share_authority" = {{ "2027" = 0.4 }}',
        "shares_above_one",
        "areas.heerlen-noord.levers",
    ),
    "leans on itself": (HEAD + 'base = "proef"', "base_cycle", "'proef'"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_gives_its_sentence(kind: str) -> None:
    text, code, part = BAD[kind]
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "mijn.toml")
    english, dutch = str(caught.value), caught.value.sentence("nl")
    assert caught.value.code == code, english
    assert part in english
    for sentence in (english, dutch):
        assert sentence.startswith("mijn.toml: ")
        assert sentence.endswith((".", ".]"))
        assert "\n" not in sentence
        assert "{" not in sentence.replace('{ "2025" = 0 }', "")
    assert english != dutch


def test_every_sentence_exists_in_both_languages() -> None:
    assert all(set(sentences) == {"nl", "en"} for sentences in SENTENCES.values())


def test_an_error_crosses_a_process() -> None:
    error = ScenarioError("bad_id", "a.toml", path="id", found="'X'")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_file_that_is_missing_or_not_text(tmp_path) -> None:
    with pytest.raises(ScenarioError, match="does not exist"):
        read_scenario_file(tmp_path / "weg.toml")
    (tmp_path / "raar.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="UTF-8"):
        read_scenario_file(tmp_path / "raar.toml")
    (tmp_path / "groot.toml").write_bytes(b"#" * 200_001)
    with pytest.raises(ScenarioError, match="200000"):
        read_scenario_file(tmp_path / "groot.toml")


def test_depth_does_not_count_brackets_in_texts_and_comments() -> None:
    assert nesting_depth('a = "[[[["  # [[[[\nb = """[[\n["""') == 0
    assert nesting_depth("[a.b]\nc = [[1, 0.5]]") == 3
    assert nesting_depth("# it's\na = [1] # 'x") == 1


def test_a_value_holds_until_the_next() -> None:
    schedule = parse_scenario(GOOD, "x").schedule("den-haag-zuidwest")
    path = f"{PMG}.budget_national"
    at = {period: schedule.value(path, month_number(period)) for period in ("2024-12", "2025-01", "2029-12", "2030-01")}
    assert at == {"2024-12": 0, "2025-01": 82e6, "2029-12": 82e6, "2030-01": 0}
    assert not schedule.is_set(path, month_number("2024-12"))
    assert schedule.is_set(path, month_number("2040-01"))
    assert schedule.value(f"{PMG}.processing_threshold", BASE) == 0.5
    with pytest.raises(KeyError):
        schedule.value("programme.nothing", BASE)


def test_an_area_goes_its_own_way_from_where_it_says_so() -> None:
    scenario = parse_scenario(GOOD, "x")
    here, there = scenario.schedule("heerlen-noord"), scenario.schedule("breda-noord")
    own, shared = f"{PMG}.budget", f"{PMG}.share_limits"
    assert not here.is_set(own, month_number("2026-06"))
    assert here.is_set(own, month_number("2026-07"))
    assert not there.is_set(own, month_number("2040-01"))
    assert here.value(shared, month_number("2026-12")) == 0.4
    assert here.value(shared, month_number("2027-01")) == 0.1
    assert there.value(shared, month_number("2027-01")) == 0.4


def test_a_base_holds_until_the_first_own_period() -> None:
    base = parse_scenario(GOOD, "base")
    text = HEAD.replace("proef", "tweede") + f'base = "proef"\n[levers]\n"{PMG}.budget_national" = {{ "2028" = 5 }}'
    scenario = parse_scenario(text, "x", lambda name: base)
    assert scenario.levers[f"{PMG}.budget_national"] == {"2025-01": 82e6, "2028-01": 5.0}
    assert scenario.levers[f"{PMG}.share_limits"] == {"2025-01": 0.4}
    assert scenario.areas["heerlen-noord"].levers == base.areas["heerlen-noord"].levers
    assert scenario.base == "proef"


PERIODS = st.integers(month_number("2025-01"), month_number("2044-12"))
TEXT = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=80)
TITLES = TEXT.filter(lambda text: text.strip() != "" and text.isprintable())


@st.composite
def lever_tables(draw: st.DrawFn, scope: str) -> dict[str, dict[str, float]]:
    usable = [lever for lever in declared_levers().values() if lever.scope in (scope, "any")]
    chosen = draw(st.lists(st.sampled_from(usable), unique_by=lambda lever: lever.path, max_size=4))
    table = {}
    for lever in chosen:
        lowest = 0.001 if ".mix." in lever.path else lever.low
        values = st.floats(lowest, lever.high) | st.integers(int(lever.low) + 1, int(lever.high))
        if ".share_" in lever.path:  # two shares that together stay within the budget
            values = st.floats(0, 0.5)
        table[lever.path] = {
            (month_label(month).removesuffix("-01")): draw(values)
            for month in draw(st.lists(PERIODS, unique=True, min_size=1, max_size=4))
        }
    return table


@st.composite
def scenario_contents(draw: st.DrawFn) -> dict[str, object]:
    areas = draw(st.lists(st.sampled_from(area_ids()), unique=True, max_size=2))
    return {
        "schema": 1,
        "id": draw(st.from_regex(r"\A[a-z0-9-]{1,60}\Z")),
        "title": {"nl": draw(TITLES), "en": draw(TITLES)},
        "explanation": {"nl": draw(TITLES), "en": draw(TITLES)},
        "start": "2025-01",
        "levers": draw(lever_tables("national")),
        "areas": {area: {"levers": draw(lever_tables("area"))} for area in areas},
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenario_contents())
def test_what_is_written_is_read_back(content: dict[str, object]) -> None:
    scenario = Scenario.model_validate(content)
    text = scenario.to_toml()
    again = parse_scenario(text, "again.toml")
    assert again == scenario
    assert again.to_toml() == text
