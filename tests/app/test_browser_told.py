"""What a page says of an answer: figures in the notation of the language, how sure they are, and what they stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from app.browser import told
from app.browser.chart_specs import years_spec
from app.browser.speech import speech
from app.browser.told import (
    BUDGET,
    HEADLINES,
    MONEY,
    SPENT,
    Headline,
    headlines,
    money_figures,
    progress,
    row_of,
    said,
    shown_view,
    standing,
    summary_of,
)
from app.browser.visit import FIRST_YEAR, Visit
from app.verdicts import verdict_word
from results.codebook import Codebook
from scenarios.live.asking import DRAWS, Answer
from scenarios.live.board import Series, cells
from scenarios.live.summary import REFERENCE, SCENARIO, Bands, Summary, live_codebook
from scenarios.live.turns import Stage
from sim.outcomes import OUTCOMES

AREA = "vlaardingen-westwijk"
YEARS = 5
VISIT = Visit(area=AREA, years=YEARS)
NL, EN = speech("nl"), speech("en")
SUSPECTS, LEAVERS = HEADLINES[0], HEADLINES[2]
MINUS = "\N{MINUS SIGN}"
NOTHING = float("nan")


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return live_codebook(AREA)


def series(years: int = YEARS, **values: float | list[float]) -> Series:
    """Return series by year: outcomes of everybody in the place, the others are not known."""
    found = np.full((years, len(cells())), np.nan)
    for name, value in values.items():
        found[:, cells()[name, "place"]] = value
    return found


def row(outcome: str, year: int = VISIT.last_year, **more: Any) -> dict[str, Any]:
    usual = {
        "scenario": SCENARIO,
        "reference": REFERENCE,
        "area": AREA,
        "year": year,
        "view": "place",
        "group": "all",
        "outcome": outcome,
        "scenario_value": 1_234.5,
        "reference_value": 1_300.0,
        "difference": -65.5,
        "low": -90.25,
        "high": -40.75,
        "share_better": 0.874,
    }
    return {**usual, **more}


def answer_with(*rows: dict[str, Any], **bands: Bands) -> Answer:
    summary = Summary(pd.DataFrame(rows or [row(SUSPECTS)]), bands, pd.DataFrame(), (1,))
    return Answer(0.1, quick=summary, stage=None)


def headline_of(answer: Answer, name: str, codebook: Codebook, words: Any = NL) -> Headline:
    return dict(zip(HEADLINES, headlines(answer, codebook, words, VISIT.last_year), strict=True))[name]


# --- headline figures


def test_headlines_are_outcomes_that_are_better_one_way() -> None:
    assert len(set(HEADLINES)) == 5
    for name in HEADLINES:
        assert OUTCOMES[name].better in ("lower", "higher")
        assert "place" in OUTCOMES[name].views


def test_a_figure_with_an_interval(codebook: Codebook) -> None:
    found = headline_of(answer_with(), SUSPECTS, codebook)
    interval = NL("compare.to", low=f"{MINUS}90", high=f"{MINUS}41")
    told = "beter in 87 van de 100 toekomsten"
    assert found == Headline(found.name, "1.234", f"{MINUS}66", interval, told, "better", found.judged)
    assert found.judged == verdict_word(SUSPECTS, NL)
    assert found.judged.startswith("Toetsing: ")
    assert "10.000" in found.name
    english = headline_of(answer_with(), SUSPECTS, codebook, EN)
    assert english.value == found.value.replace(".", ",")
    assert english.said == "better in 87 of 100 futures"
    assert "10,000" in english.name


@pytest.mark.parametrize(
    ("low", "high", "better", "mood"),
    [
        (-3.0, -1.0, 0.95, "better"),
        (-3.0, -1.0, 0.05, "worse"),
        (1.0, 3.0, 0.02, "worse"),
        (1.0, 3.0, 0.98, "better"),
        (-3.0, 1.0, 0.94, "unclear"),
        (-3.0, 0.0, 0.97, "unclear"),
        (NOTHING, NOTHING, 1.0, "unclear"),
        (1.0, 3.0, NOTHING, "unclear"),
    ],
)
def test_a_mood_only_where_the_interval_says_so(
    codebook: Codebook, low: float, high: float, better: float, mood: str
) -> None:
    found = headline_of(answer_with(row(SUSPECTS, low=low, high=high, share_better=better)), SUSPECTS, codebook)
    assert found.mood == mood
    assert bool(found.said) == (better == better)
    if low != low:
        assert found.interval == NL("compare.too_few")


def test_shares_are_percentages_in_the_notation_of_the_language(codebook: Codebook) -> None:
    values = {"scenario_value": 0.0312, "reference_value": 0.035, "difference": -0.0038, "low": -0.007, "high": 0.0009}
    answer = answer_with(row(LEAVERS, **values))
    dutch, english = (headline_of(answer, LEAVERS, codebook, words) for words in (NL, EN))
    assert (dutch.value, english.value) == ("3,12%", "3.12%")
    assert (dutch.difference, english.difference) == (f"{MINUS}0,38", f"{MINUS}0.38")
    assert dutch.interval == NL("compare.to", low=f"{MINUS}0,70", high="+0,09")
    assert "%" in dutch.name


def test_the_row_is_that_of_everybody_in_the_last_year(codebook: Codebook) -> None:
    right = row(SUSPECTS)
    others = [
        row(SUSPECTS, scenario_value=1.0, view="people"),
        row(SUSPECTS, scenario_value=2.0, group="wijk:1"),
        row(SUSPECTS, scenario_value=3.0, year=VISIT.last_year - 1),
        row(LEAVERS, scenario_value=4.0),
    ]
    table = pd.DataFrame([*others, right])
    assert row_of(table, SUSPECTS, "place", VISIT.last_year) == right
    assert row_of(table, SUSPECTS, "place", 2050) is None
    found = row_of(table, SUSPECTS, "place", VISIT.last_year, "wijk:1")
    assert found is not None
    assert found["scenario_value"] == 2.0
    assert headline_of(answer_with(*others, right), SUSPECTS, codebook).value != "1"


def test_more_streets_are_told_before_fewer(codebook: Codebook) -> None:
    full = Summary(pd.DataFrame([row(SUSPECTS, scenario_value=7_000.0)]), {}, pd.DataFrame(), (1,))
    answer = replace(answer_with(), full=full)
    assert headline_of(answer, SUSPECTS, codebook).value == "7.000"
    assert summary_of(answer) is full
    assert summary_of(None) is None


def test_while_nothing_is_known_that_is_said(codebook: Codebook) -> None:
    for answer in (Answer(0.1), Answer(0.1, reference=series(0), scenario=series(0))):
        found = headline_of(answer, SUSPECTS, codebook)
        assert found == Headline(found.name, "wordt berekend", "", "", "", "unclear", found.judged)
        assert found.judged


def test_a_first_draw_is_preliminary_and_has_no_interval_and_no_mood(codebook: Codebook) -> None:
    answer = Answer(
        0.1,
        scenario=series(2, **{SUSPECTS: [90.0, 80.0], LEAVERS: 0.05}),
        reference=series(2, **{SUSPECTS: [95.0, 97.0], LEAVERS: 0.0525}),
        years_lived=2,
    )
    found = headline_of(answer, SUSPECTS, codebook)
    assert (found.value, found.difference, found.interval) == ("80", f"{MINUS}17", "")
    assert (found.said, found.mood) == (f"voorlopig, in {FIRST_YEAR + 1}", "unclear")
    found = headline_of(answer, LEAVERS, codebook)
    assert (found.value, found.difference) == ("5,00%", f"{MINUS}0,25")


def test_a_first_draw_compares_the_same_year_of_both_sides(codebook: Codebook) -> None:
    """The reference is lived first, and may come out of the cache: it is further."""
    answer = Answer(
        0.1,
        scenario=series(2, **{SUSPECTS: [90.0, 80.0]}),
        reference=series(5, **{SUSPECTS: [95.0, 97.0, 50.0, 40.0, 30.0]}),
        years_lived=2,
    )
    assert headline_of(answer, SUSPECTS, codebook).difference == f"{MINUS}17"


# --- what it stands on


def test_what_figures_stand_on_is_said() -> None:
    quick = answer_with()
    full = replace(quick, full=quick.quick)
    assert standing(Answer(0.1), NL) == "Er is nog niets berekend"
    assert standing(Answer(0.15, years_lived=3), NL) == (
        f"Voorlopig: één doorrekening van 15% van de straten, tot en met {FIRST_YEAR + 2}"
    )
    assert standing(quick, NL) == f"{DRAWS} doorrekeningen van 10% van de straten"
    assert standing(full, NL) == f"Volledig: {DRAWS} doorrekeningen van alle straten"
    assert standing(full, EN) == f"Whole: {DRAWS} draws of every street"


def test_what_is_computed_is_said() -> None:
    assert progress(Answer(0.1), NL) == "Bezig: een eerste doorrekening van 10% van de straten."
    draws = Answer(0.1, stage=Stage.INTERVAL, done=7, asked=40)
    assert progress(draws, NL) == "Bezig: 7 van 40 berekeningen van 10% van de straten."
    assert "100%" in progress(replace(draws, stage=Stage.FULL), NL)
    assert progress(replace(draws, done=0, asked=1), NL) == "Bezig: de doorrekeningen worden vergeleken."
    assert progress(replace(draws, ahead=3), NL).endswith("Wachtrij: nog 3 voor u.")
    assert progress(replace(draws, retried=True), NL).endswith(NL("site.retried"))
    assert progress(replace(draws, stage=None), NL) == "Alles is berekend."


@pytest.mark.parametrize("failure", ["lost", "time", "error", "busy"])
def test_a_failure_is_a_sentence(failure: str) -> None:
    for words in (NL, EN):
        answer = Answer(0.1, stage=Stage.FULL, failure=failure)
        assert progress(answer, words) == said(answer, words) == words(f"site.failure_{failure}")


def test_a_screen_reader_hears_a_stage_once() -> None:
    for stage in Stage:
        early, late = (Answer(0.1, stage=stage, done=done, asked=40, ahead=done) for done in (1, 30))
        assert said(early, NL) == said(late, NL)
    assert len({said(Answer(0.1, stage=stage), NL) for stage in Stage}) == len(Stage)
    assert said(Answer(0.1, stage=None), NL) == "Alles is berekend."


def test_who_is_counted_is_as_asked_where_the_outcome_has_it(codebook: Codebook) -> None:
    one = next(name for name, outcome in OUTCOMES.items() if tuple(outcome.views) == ("place",))
    both = next(name for name, outcome in OUTCOMES.items() if "people" in outcome.views)
    assert shown_view(codebook.outcome(one), "people") == "place"
    assert shown_view(codebook.outcome(both), "people") == "people"


# --- money


def test_money_is_told_in_a_mean_year_with_what_was_added(codebook: Codebook) -> None:
    answer = Answer(
        0.1,
        scenario=series(3, **{BUDGET: [4e6, 5e6, 6e6], SPENT: [2e6, 4e6, 5e6], "programme_posts_filled": 12.34}),
        reference=series(5, **{BUDGET: 1e6, SPENT: 1e6, "programme_posts_filled": 20.0}),
        years_lived=3,
    )
    assert money_figures(answer, codebook, NL) == [
        ("Budget", "€ 5,00 mln", "+€ 4,00 mln"),
        ("Uitgegeven", "€ 3,67 mln", "+€ 2,67 mln"),
        ("Extra budget dat niet is uitgegeven", "€ 1,33 mln", ""),
        ("Vervulde posten", "12,3", f"{MINUS}7,7"),
    ]
    english = money_figures(answer, codebook, EN)
    assert english[0] == ("Budget", "€ 5.00 m", "+€ 4.00 m")


def test_small_amounts_are_in_thousands(codebook: Codebook) -> None:
    one = series(1, **{BUDGET: 987_654.0})
    answer = Answer(0.1, scenario=one, reference=series(1, **{BUDGET: 1_000_000.0}), years_lived=1)
    assert money_figures(answer, codebook, NL) == [("Budget", "€ 988 duizend", f"{MINUS}€ 12 duizend")]


def test_money_of_many_draws_is_the_middle_one(codebook: Codebook) -> None:
    def band(value: float) -> Bands:
        return Bands(*(series(**{BUDGET: factor * value}) for factor in (0.5, 1.0, 2.0)))

    answer = replace(answer_with(**{SCENARIO: band(3e6), REFERENCE: band(1e6)}), scenario=series(**{BUDGET: 9e9}))
    assert money_figures(answer, codebook, NL) == [("Budget", "€ 3,00 mln", "+€ 2,00 mln")]


def test_money_that_is_not_known_is_not_told(codebook: Codebook) -> None:
    assert money_figures(Answer(0.1), codebook, NL) == []
    assert set(MONEY) <= set(OUTCOMES)


# --- the chart


def test_a_chart_of_a_first_draw_has_gaps_where_nothing_is_lived(codebook: Codebook) -> None:
    answer = Answer(
        0.1,
        scenario=series(2, **{LEAVERS: [0.03, 0.02]}),
        reference=series(3, **{LEAVERS: [0.03, 0.025, 0.0275]}),
        years_lived=2,
    )
    visit = replace(VISIT, outcome=LEAVERS)
    spec = years_spec(answer, codebook.outcome(LEAVERS), NL, visit, ("Plan", "Zonder"))
    assert [one["name"] for one in spec["series"]] == ["Plan", "Zonder"]
    assert spec["series"][0]["values"] == [3.0, 2.0, None, None, None]
    assert spec["series"][1]["values"] == [3.0, 2.5, 2.75, None, None]
    assert spec["series"][0]["low"] == []
    assert {one["dash"] for one in spec["series"]} == {"solid", "dashed"}, "not by colour alone"
    assert spec["years"] == list(range(FIRST_YEAR, FIRST_YEAR + YEARS))
    assert spec["table"]["columns"] == ["Jaar", "Plan", "Zonder"]
    assert spec["table"]["rows"][1] == [str(FIRST_YEAR + 1), 2.0, 2.5]
    assert "Voorlopig" in spec["subtitle"]
    assert f"Plan: 3,00 in {FIRST_YEAR}, 2,00 in {FIRST_YEAR + 1}" in spec["spoken"]


def test_a_chart_of_many_draws_has_bands_and_a_table_that_says_the_same(codebook: Codebook) -> None:
    bands = {
        side: Bands(*(series(**{SUSPECTS: level + add}) for add in (-10.0, 0.0, 10.0)))
        for side, level in ((SCENARIO, 100.0), (REFERENCE, 120.0))
    }
    spec = years_spec(answer_with(**bands), codebook.outcome(SUSPECTS), EN, VISIT, ("Plan", "Without"))
    assert [(one["low"][0], one["values"][0], one["high"][0]) for one in spec["series"]] == [
        (90.0, 100.0, 110.0),
        (110.0, 120.0, 130.0),
    ]
    assert len(spec["table"]["columns"]) == 7
    assert spec["table"]["rows"][0] == [str(FIRST_YEAR), 100.0, 90.0, 110.0, 120.0, 110.0, 130.0]
    assert spec["note"] == EN("told.bands")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.2, 0.3, "\N{MINUS SIGN}0.20 to +0.30"),
        (-0.2, -0.1, "\N{MINUS SIGN}0.20 to \N{MINUS SIGN}0.10"),
        (-0.2, -0.001, "\N{MINUS SIGN}0.20 to just below nought"),
        (0.001, 0.2, "just above nought to +0.20"),
        (-0.002, -0.001, "just below nought"),
        (0.001, 0.002, "just above nought"),
    ],
)
def test_an_end_beside_nought_is_not_shown_as_nought(low: float, high: float, said: str) -> None:
    assert told._interval(low, high, 2, speech("en")) == said
