"""Scenarios side by side: sentences of made-up comparisons, levers that differ, tables, charts, and what decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from app.browser.compare_charts import DIFFERENCE, LEVEL, small_chart
from app.browser.compare_doubt import chance_share, deciding, deciding_table, parts_table, values_over_draws
from app.browser.compare_effects import Effect, Verdict, counts_sentence, effect_of, sentence, verdict_of
from app.browser.compare_keep import BEGINNING, MOST_FOLDERS, design_of, folder_name, room_in, scenarios_of
from app.browser.compare_levers import levers_table
from app.browser.compare_sides import LOOKS, REFERENCE_LOOK, Side, added, sides_of, without
from app.browser.compare_tables import DOMAINS, MAIN, gains_table, headline_table, sure_table
from app.browser.speech import speech
from app.browser.told import HEADLINES
from app.browser.visit import FIRST_YEAR, Move, Plan, Visit, library_scenario
from app.tables import Table
from results.report import bought
from results.tables import COMPARISON, OUTCOMES, typed
from scenarios.live.board import cells
from scenarios.live.summary import (
    REFERENCE,
    SCENARIO,
    Bands,
    Summary,
    live_codebook,
    without_years_of_services,
)

AREA = "vlaardingen-westwijk"
CODEBOOK = live_codebook(AREA)
HARDENED, EMPLOYED, INCIDENTAL = "youths_hardened_share", "employed_share", "youths_incidental_share"
CRIMES = "crimes_per_1000"
DRAWS = tuple(range(1, 21))
LANGUAGES = ("nl", "en")
NOTHING = (0.0, 0.0, 0.0, 0.5)


def rows(
    outcome: str, years: Sequence[tuple[float, float, float, float]], view: str = "place", group: str = "all"
) -> list[dict[str, Any]]:
    """Return rows of a comparison, one a year: difference, low, high, share of better futures."""
    return [
        {
            "scenario": SCENARIO,
            "reference": REFERENCE,
            "area": AREA,
            "year": FIRST_YEAR + place,
            "view": view,
            "group": group,
            "outcome": outcome,
            "unit": "share",
            "draws": len(DRAWS),
            "seeds": 1,
            "reference_value": 0.05,
            "scenario_value": 0.05 + difference,
            "difference": difference,
            "low": low,
            "high": high,
            "future_low": low,
            "future_high": high,
            "share_better": better,
        }
        for place, (difference, low, high, better) in enumerate(years)
    ]


def told(
    outcome: str, years: Sequence[tuple[float, float, float, float]], language: str, size: float = math.nan
) -> tuple[Effect, str]:
    effect = effect_of(pd.DataFrame(rows(outcome, years)), CODEBOOK.outcome(outcome), size)
    assert effect is not None
    return effect, sentence(effect, speech(language))


def summary_of(table: Sequence[Mapping[str, Any]], years: int = 2, differences: Any = None) -> Summary:
    width = len(cells())
    flat = np.full((years, width), 0.05)
    bands = {side: Bands(flat, flat, flat) for side in (REFERENCE, SCENARIO)}
    frame = typed(pd.DataFrame(list(table)), COMPARISON)
    drawn = np.zeros((len(DRAWS), years, width)) if differences is None else differences
    return Summary(frame, bands, pd.DataFrame(), DRAWS, drawn, np.full((years, width), 1000.0))


# --- what an interval says


@pytest.mark.parametrize(
    ("difference", "low", "high", "better", "expected"),
    [
        (-0.01, -0.02, -0.005, "lower", Verdict.BETTER),
        (-0.01, -0.02, -0.005, "higher", Verdict.WORSE),
        (0.01, 0.005, 0.02, "lower", Verdict.WORSE),
        (0.01, 0.005, 0.02, None, Verdict.HIGHER),
        (-0.01, -0.02, -0.005, None, Verdict.LOWER),
        (-0.01, -0.02, 0.005, "lower", Verdict.UNCLEAR),
        (-0.01, -0.02, 0.0, "lower", Verdict.UNCLEAR),
        (0.0, 0.0, 0.0, "lower", Verdict.SAME),
        (-0.01, math.nan, math.nan, "lower", Verdict.FEW),
    ],
)
def test_a_gain_is_said_only_when_the_interval_lies_beside_zero(
    difference: float, low: float, high: float, better: str | None, expected: Verdict
) -> None:
    row = {"difference": difference, "low": low, "high": high}
    assert verdict_of(row, better) is expected


# --- sentences


def test_a_late_effect_says_how_many_futures_how_much_among_how_many_and_how_long_nothing_is_seen() -> None:
    unseen = [(-0.0005, -0.002, 0.001, 0.55)] * 5
    years = [*unseen, (-0.002, -0.003, -0.001, 0.8), (-0.0025, -0.004, -0.0012, 0.87)]
    effect, text = told(HARDENED, years, "nl", size=10_000.0)
    assert effect.since == FIRST_YEAR + 5
    assert effect.quiet
    assert text == (
        "Jongeren van 12 tot en met 24: verharde daders: in 87 van de 100 gepaarde toekomsten is dit in 2031 lager dan "
        "in de referentie, en dat is beter. Het verschil is 0,12 tot 0,40 (procentpunt), dus 12 tot 40 op 10.000. "
        "In de eerste 5 jaar is er nog niets te zien."
    )
    assert told(HARDENED, years, "en", size=10_000.0)[1] == (
        "Youths aged 12 to 24: hardened offenders: in 87 of 100 paired futures this is lower in 2031 than in the "
        "reference, and that is better. The difference is 0.12 to 0.40 (percentage points), that is 12 to 40 of "
        "10,000. In the first 5 years nothing can be seen."
    )


def test_what_is_worse_is_said_to_be_worse_in_the_futures_in_which_it_is() -> None:
    years = [(-0.01, -0.02, -0.005, 0.1), (-0.01, -0.03, -0.01, 0.05)]
    assert "in 95 van de 100 gepaarde toekomsten" in told(EMPLOYED, years, "nl")[1]
    assert "lager dan in de referentie, en dat is slechter" in told(EMPLOYED, years, "nl")[1]
    assert (
        "in 95 of 100 paired futures this is lower in 2026 than in the reference, and that is worse"
        in (told(EMPLOYED, years, "en")[1])
    )
    assert told(EMPLOYED, years, "en")[1].endswith("It can be seen from the first year on.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_effect_is_said_plainly(language: str) -> None:
    effect, text = told(HARDENED, [NOTHING, NOTHING], language)
    assert effect.verdict is Verdict.SAME
    assert ("geen verschil" if language == "nl" else "no difference") in text
    assert not any(word in text for word in ("beter", "better", "slechter", "worse"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_told_is_not_made_a_gain(language: str) -> None:
    effect, text = told(HARDENED, [(-0.001, -0.004, 0.002, 0.62)], language, size=1000.0)
    assert effect.verdict is Verdict.UNCLEAR
    assert effect.since is None
    assert ("niet te zeggen" if language == "nl" else "cannot be told") in text
    assert "62" in text
    assert ("kan ook niets zijn" if language == "nl" else "may be nothing") in text


def test_an_effect_that_fades_is_told_as_something_of_the_past() -> None:
    years = [(-0.01, -0.02, -0.005, 0.9), (-0.01, -0.02, -0.005, 0.9), (-0.001, -0.02, 0.01, 0.6)]
    effect, text = told(HARDENED, years, "nl")
    assert effect.before == (FIRST_YEAR, FIRST_YEAR + 1)
    assert text.endswith("Eerder, tussen 2025 en 2026, was er wel iets te zien.")


def test_an_effect_that_turned_is_not_called_quiet_before() -> None:
    years = [(0.01, 0.005, 0.02, 0.1), (-0.01, -0.02, -0.005, 0.9)]
    effect, text = told(HARDENED, years, "en")
    assert effect.since == FIRST_YEAR + 1
    assert not effect.quiet
    assert text.endswith("Only from 2026 on is that so every year; before that it changed.")


def test_too_few_draws_and_outcomes_without_a_better_side_say_so() -> None:
    few = told(HARDENED, [(-0.01, math.nan, math.nan, 0.8)], "en")[1]
    assert "too few draws" in few
    neither = told(INCIDENTAL, [(0.01, 0.005, 0.02, math.nan)], "en")[1]
    assert "higher than in the reference" in neither
    assert "Whether that is better is not said" in neither
    nothing = told(INCIDENTAL, [(0.01, -0.005, 0.02, math.nan)], "nl")[1]
    assert "niet te zeggen" in nothing
    assert "nan" not in few + neither + nothing


def test_without_rows_there_is_nothing_to_say() -> None:
    assert effect_of(pd.DataFrame(columns=list(COMPARISON)), CODEBOOK.outcome(HARDENED)) is None


def test_outcomes_are_counted_by_what_they_say() -> None:
    better, same, unclear = (
        told(HARDENED, [year], "nl")[0] for year in ((-0.01, -0.02, -0.005, 0.9), NOTHING, (0.0, -0.1, 0.1, 0.5))
    )
    text = counts_sentence([better, better, same, unclear], speech("en"))
    assert text == "Of the 4 main outcomes: 2 better, 0 worse, 1 without difference, 1 that cannot be told."


# --- what stands side by side


def names(sides: Sequence[Side]) -> list[str]:
    return [side.title for side in sides]


def test_four_scenarios_at_most_and_the_one_being_made_where_there_is_room() -> None:
    kept = tuple(Plan(name) for name in ("integraal", "onderwijs", "vogelaar"))
    visit = Visit(area=AREA, kept=kept, plan=Plan("preventie-met-gezag"))
    sides = sides_of(visit, True, lambda plan: plan.base)
    assert names(sides) == ["integraal", "onderwijs", "vogelaar", "preventie-met-gezag"]
    assert [side.place for side in sides] == [0, 1, 2, None]
    assert len({side.look for side in sides} | {REFERENCE_LOOK}) == len(LOOKS) + 1
    full = Visit(area=AREA, kept=(*kept, Plan("structureel")), plan=Plan("preventie-met-gezag"))
    assert "preventie-met-gezag" not in names(sides_of(full, True, lambda plan: plan.base))
    assert names(sides_of(visit, False, lambda plan: plan.base)) == ["integraal", "onderwijs", "vogelaar"]


def test_scenarios_of_one_name_are_told_apart_and_the_reference_is_not_compared_with_itself() -> None:
    changed = Plan("integraal", (Move("police.hours", 1.5),))
    visit = Visit(area=AREA, kept=(Plan("integraal"), changed), plan=Plan("geen-programma"))
    assert names(sides_of(visit, True, lambda plan: plan.base)) == ["integraal", "integraal (2)"]


def test_every_look_differs_in_colour_dash_and_symbol() -> None:
    for part in zip(*LOOKS, REFERENCE_LOOK, strict=True):
        assert len(set(map(str, part))) == len(LOOKS) + 1


def test_adding_and_taking_away() -> None:
    kept = added((), Plan("integraal"))
    assert added(kept, Plan("integraal")) == kept
    for name in ("onderwijs", "vogelaar", "structureel"):
        kept = added(kept, Plan(name))
    assert added(kept, Plan("incidenteel")) == kept
    assert without(kept, 1) == (kept[0], *kept[2:])
    for odd in (4, -1, None, "1", 1.0):
        assert without(kept, odd) == kept


# --- levers


def table_of_levers(plans: Sequence[Plan], language: str = "nl", last_year: int = FIRST_YEAR + 9) -> Table:
    scenarios = [(f"scenario {number}", plan.scenario(AREA)) for number, plan in enumerate(plans)]
    reference = ("referentie", library_scenario("geen-programma"))
    return levers_table(scenarios, reference, AREA, last_year, speech(language))


def test_only_levers_that_differ_are_shown_with_when_they_change() -> None:
    money = Move("programme.preventie_met_gezag.budget", 2e6, FIRST_YEAR, FIRST_YEAR + 4)
    table = table_of_levers(
        [Plan("geen-programma"), Plan("geen-programma", (money, Move("schools.compulsory_18", 1.0)))]
    )
    found = {row[0]: row[1:] for row in table.rows}
    assert found.pop("Geld: Preventie met gezag") == ["€ 0", "€ 0", "€ 2,00 mln; vanaf 2030: € 0"]
    assert list(found.values()) == [["nee", "nee", "ja"]]


def test_a_lever_that_changes_after_the_last_year_is_no_difference() -> None:
    late = Plan("geen-programma", (Move("police.hours", 1.5, FIRST_YEAR + 10),))
    assert not table_of_levers([late]).rows
    assert len(table_of_levers([late], last_year=FIRST_YEAR + 10).rows) == 1
    assert "geen verschil" in table_of_levers([late]).notes[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scenario_of_the_library_can_be_told(language: str) -> None:
    table = table_of_levers([Plan("integraal"), Plan("do-it-badly"), Plan("quality-framework")], language)
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert all(len(set(row[1:])) > 1 for row in table.rows)


# --- tables and charts


def two_sides() -> tuple[list[Side], Visit]:
    visit = Visit(area=AREA, kept=(Plan("integraal"), Plan("onderwijs")), years=5)
    return sides_of(visit, False, lambda plan: plan.base), visit


def test_headlines_stand_beside_one_another_and_a_missing_answer_is_said_to_be_on_its_way() -> None:
    sides, _ = two_sides()
    better = (-0.01, -0.02, -0.005, 0.9)
    known = {sides[0].key: summary_of([row for name in MAIN for row in rows(name, [NOTHING, better])])}
    table = headline_table(sides, known, FIRST_YEAR + 1, "place", False, CODEBOOK, speech("en"))
    whole = [row for row in table.rows if len(row) > 1]
    assert len(whole) == len(MAIN)
    assert table.headings == ["Outcome", "Reference", "integraal", "onderwijs"]
    hardened = next(row for row in whole if row[0].startswith("Youths"))
    assert hardened[1:] == [
        "5.0%",
        "Better: 4.0%, difference −1.0 (−2.0 to −0.5), better in 90 of 100",
        "being computed",
    ]


def test_an_outcome_that_is_not_counted_for_the_people_says_whom_it_counts() -> None:
    sides, _ = two_sides()
    known = {sides[0].key: summary_of([row for name in MAIN for row in rows(name, [NOTHING])])}
    table = headline_table(sides, known, FIRST_YEAR, "people", False, CODEBOOK, speech("en"))
    crimes = next(row for row in table.rows if row[0].startswith("Crimes in the area"))
    assert crimes[0].endswith("[Who lives there]")


def test_who_gains_and_loses_by_group_in_words_and_numbers() -> None:
    better, worse = (0.01, 0.005, 0.02, 0.9), (-0.01, -0.02, -0.005, 0.1)
    given = rows(EMPLOYED, [better], "people") + rows(EMPLOYED, [worse], "people", "start:low-income")
    table = gains_table(summary_of(given), "plan", FIRST_YEAR, "people", CODEBOOK, speech("nl"))
    assert table.headings == ["Domein", "Iedereen", "Laag inkomen bij de start"]
    assert len(table.rows) == len(DOMAINS)
    work = next(row for row in table.rows if row[0].startswith("Werk:"))
    assert work[1:] == ["Beter: +1,0 (+0,5 tot +2,0)", "Slechter: −1,0 (−2,0 tot −0,5)"]
    assert all(row[1:] == ["-", "-"] for row in table.rows if row is not work)


def test_sure_likely_and_not() -> None:
    given = [
        *rows(HARDENED, [(-0.01, -0.02, -0.005, 0.9)]),
        *rows(EMPLOYED, [(-0.001, -0.02, 0.005, 0.1)]),
        *rows(CRIMES, [(0.0, -1.0, 1.0, 0.5)]),
    ]
    table = sure_table(summary_of(given, years=1), "plan", FIRST_YEAR, CODEBOOK, speech("en"))
    found = {row[0]: row[1:] for row in table.rows}
    assert found["Youths aged 12 to 24: hardened offenders"] == ["Yes", "Better", str(FIRST_YEAR), "90%"]
    assert found["Employed, aged 15 to 74"] == ["Likely", "Rather worse", "-", "10%"]
    assert found["Crimes in the area, registered or not"] == ["No", "Cannot be told", "-", "50%"]


@pytest.mark.parametrize("what", [LEVEL, DIFFERENCE])
def test_a_chart_holds_every_scenario_that_is_known_and_its_table_the_same(what: str) -> None:
    sides, visit = two_sides()
    years = [(-0.01, -0.02, -0.005, 0.9)] * 5
    known = {side.key: summary_of(rows(HARDENED, years), years=5) for side in sides}
    spec = small_chart(sides, known, CODEBOOK.outcome(HARDENED), what, visit, "geen", speech("en"))
    wanted = ["integraal", "onderwijs", *(["geen"] if what == LEVEL else [])]
    assert [line["name"] for line in spec["series"]] == wanted
    assert spec["series"][0]["values"] == pytest.approx([5.0 if what == LEVEL else -1.0] * 5)
    assert spec["zero_line"] == (what == DIFFERENCE)
    assert len({(line["color"], str(line["dash"]), line["symbol"]) for line in spec["series"]}) == len(wanted)
    assert [len(row) for row in spec["table"]["rows"]] == [len(spec["table"]["columns"])] * 5
    assert all(name in spec["spoken"] for name in wanted)


def test_services_added_over_the_years_tell_the_same_of_what_was_bought() -> None:
    made = [
        {
            "scenario": side, "area": AREA, "draw": draw, "seed": 1, "year": year, "view": "place", "group": group,
            "outcome": outcome, "value": float(number), "expected": math.nan, "numerator": float(number),
            "denominator": 1.0, "expected_numerator": math.nan,
        }
        for number, (side, draw, year, group, outcome) in enumerate(
            (side, draw, year, group, outcome)
            for side in (REFERENCE, SCENARIO)
            for draw in (1, 2, 3)
            for year in (2025, 2026, 2027)
            for group in ("all", "service:mentoring", "service:halt")
            for outcome in ("programme_euros_spent", "programme_places")
        )
    ]  # fmt: skip
    frame = typed(pd.DataFrame(made), OUTCOMES)
    less = without_years_of_services(frame)
    assert len(less) < len(frame)
    told_of_all, told_of_less = (bought(each, SCENARIO, REFERENCE, CODEBOOK) for each in (frame, less))
    assert len(told_of_all) == 2
    pd.testing.assert_frame_equal(told_of_all, told_of_less)


# --- what decides


def test_the_assumption_that_makes_the_difference_is_found_among_hundreds_and_nothing_beside_it() -> None:
    draws = np.random.default_rng(1)
    values = {f"parameter {number}": draws.normal(size=20) for number in range(400)}
    values["the same in every draw"] = np.ones(20)
    found = deciding(-3.0 * values["parameter 7"] + 0.1 * draws.normal(size=20), values)
    assert [one.path for one in found] == ["parameter 7"]
    assert found[0].correlation < -0.9


def test_noise_names_hardly_ever_an_assumption() -> None:
    draws = np.random.default_rng(2)
    named = 0
    for _ in range(40):
        values = {f"parameter {number}": draws.normal(size=20) for number in range(400)}
        named += bool(deciding(draws.normal(size=20), values))
    assert named <= 3


def test_without_a_difference_no_assumption_decides() -> None:
    values = {"parameter": np.arange(20.0)}
    assert deciding(np.zeros(20), values) == []
    assert deciding(np.full(20, np.nan), values) == []
    assert deciding(np.arange(20.0), {"the same": np.ones(20)}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deciding_assumption_is_named_with_grade_and_direction(language: str) -> None:
    values = values_over_draws(AREA, DRAWS)
    path = next(path for path in values if np.ptp(values[path]) > 0)
    differences = np.zeros((len(DRAWS), 1, len(cells())))
    differences[:, 0, cells()[HEADLINES[0], "place"]] = values[path]
    summary = summary_of(rows(HEADLINES[0], [NOTHING]), 1, differences)
    table = deciding_table([summary], "plan", AREA, FIRST_YEAR, CODEBOOK, speech(language))
    assert len(table.rows) == 2
    assert table.rows[1][2] == ("hoger" if language == "nl" else "higher")
    assert table.rows[1][3] in ("+1,00", "+1.00")
    still = deciding_table(
        [summary_of(rows(HEADLINES[0], [NOTHING]), 1)], "plan", AREA, FIRST_YEAR, CODEBOOK, speech(language)
    )
    assert not still.rows


def test_two_seeds_show_what_chance_hides_in_one() -> None:
    values = values_over_draws(AREA, DRAWS)
    path = next(path for path in values if np.ptp(values[path]) > 0)
    ranks = np.argsort(np.argsort(values[path])).astype(float)
    chance = np.random.default_rng(5).permutation(ranks)
    seeds = []
    for sign in (1.0, -1.0):
        differences = np.zeros((len(DRAWS), 1, len(cells())))
        differences[:, 0, cells()[HEADLINES[0], "place"]] = ranks + sign * chance
        seeds.append(summary_of(rows(HEADLINES[0], [NOTHING]), 1, differences))
    given = ("plan", AREA, FIRST_YEAR, CODEBOOK, speech("en"))
    assert len(deciding_table(seeds, *given).rows) == 2
    assert not any("+1.00" in row for row in deciding_table(seeds[:1], *given).rows)


def test_chance_and_doubt_are_told_apart_by_a_second_seed() -> None:
    draws = np.random.default_rng(3)
    doubt = draws.normal(size=20)
    assert chance_share([doubt, doubt]) == 0.0
    alone = chance_share([draws.normal(size=20), draws.normal(size=20)])
    assert alone is not None
    assert alone > 0.5
    assert chance_share([np.zeros(20), np.zeros(20)]) is None
    mixed = chance_share([doubt + draws.normal(size=20), doubt + draws.normal(size=20)])
    assert mixed is not None
    assert 0.2 < mixed < 0.9


def test_parts_of_the_spread_add_up_and_no_spread_is_said() -> None:
    draws = np.random.default_rng(4)
    seeds = []
    for _ in range(2):
        differences = np.zeros((len(DRAWS), 1, len(cells())))
        differences[:, 0, cells()[HEADLINES[0], "place"]] = draws.normal(size=20)
        seeds.append(summary_of(rows(HEADLINES[0], [NOTHING]), 1, differences))
    table = parts_table(seeds, "plan", FIRST_YEAR, CODEBOOK, speech("en"))
    parts = [int(cell.removesuffix("%")) for cell in table.rows[0][1:]]
    assert sum(parts) in (99, 100, 101)
    assert all(row[1:] == ["no spread", "no spread"] for row in table.rows[1:])


# --- kept as results


def test_what_stands_side_by_side_is_a_design_with_a_name_of_its_own() -> None:
    changed = Plan("integraal", (Move("police.hours", 1.5),))
    kept = (Plan("integraal"), changed, Plan("onderwijs", (Move("police.hours", 1.5),)), Plan("geen-programma"))
    visit = Visit(area=AREA, kept=kept, years=5)
    sides = sides_of(visit, False, lambda plan: "Mijn plan" if plan.changed else plan.base)
    design = design_of(sides, visit)
    assert design is not None
    assert [scenario.id for scenario in design.scenarios] == [
        "integraal",
        "mijn-plan",
        "mijn-plan-2",
        "geen-programma",
    ]
    assert (design.areas, design.years, len(design.draws)) == ((AREA,), 5, len(DRAWS))
    assert folder_name(design) == folder_name(design)
    more = design_of(sides[:1], visit)
    assert more is not None
    assert folder_name(more) != folder_name(design)


def test_a_plan_named_as_a_scenario_of_the_library_or_the_reference_gets_another_id() -> None:
    plans = tuple(
        Plan("onderwijs", (Move("police.hours", hours),), name)
        for hours, name in ((1.5, "Geen programma"), (1.6, "integraal"))
    )
    visit = Visit(area=AREA, kept=(*plans, Plan("integraal")), years=5)
    sides = sides_of(visit, False, lambda plan: plan.name or plan.base)
    assert [scenario.id for scenario in scenarios_of(sides, visit)] == ["2-geen-programma", "2-integraal", "integraal"]
    assert design_of(sides, visit) is not None


def test_the_reference_alone_is_no_design() -> None:
    visit = Visit(area=AREA, kept=(Plan("geen-programma"),), years=5)
    assert design_of(sides_of(visit, False, lambda plan: plan.base), visit) is None


def test_folders_are_limited_but_one_that_is_there_may_be_made_again(tmp_path: Path) -> None:
    assert room_in(tmp_path / "not there", f"{BEGINNING}-x")
    for number in range(MOST_FOLDERS):
        assert room_in(tmp_path, f"{BEGINNING}-{number}")
        (tmp_path / f"{BEGINNING}-{number}").mkdir()
    assert not room_in(tmp_path, f"{BEGINNING}-one-more")
    assert room_in(tmp_path, f"{BEGINNING}-0")
