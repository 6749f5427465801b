"""What decides a choice: what must be true, what knowing is worth, and what was found beforehand for some choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.browser.compare_doubt import values_over_draws
from app.browser.compare_money import Pair
from app.browser.speech import Speech
from app.browser.visit import FIRST_YEAR
from app.decide_told import break_even_table, regret_table, switch_table, worth_table
from app.tables import Table
from app.words import decimals_for
from calibration.decisions import packaged
from calibration.decisions.break_even import break_even_of
from calibration.decisions.regret import regret_table as regrets_over
from calibration.decisions.study import worth_of_knowing
from calibration.groups import CHANCE, groups, uncertain
from calibration.kept_tables import packaged_table
from calibration.sensitivity import tables as found_before
from calibration.sensitivity.questions import difference
from calibration.sensitivity.variance import OTHER
from results.ledger import NPV_SOCIETY, PEOPLE
from scenarios.live.board import cells
from scenarios.live.summary import Summary, live_codebook
from sim.areas import load_area
from sim.outcomes import OUTCOMES
from sim.parameters import declared_parameters

DIGITS = 3
MOST_GROUPS = 6
"""Groups of doubts that are told of, per difference."""


@dataclass(frozen=True)
class Choice:
    """A scenario beside its reference, with what they are called.

    Attributes:
        summary: the draws that were computed.
        area: area id.
        year: the last year.
        scenario: id in the library, empty for a scenario of somebody's own.
        reference: id of the reference in the library.
        title: what the scenario is called here.
        reference_title: what the reference is called.
    """

    summary: Summary
    area: str
    year: int
    scenario: str
    reference: str
    title: str
    reference_title: str

    @property
    def titles(self) -> dict[str, str]:
        """What the two are called, by id."""
        return {self.scenario: self.title, self.reference: self.reference_title}


def decision_tables(choice: Choice, words: Speech) -> list[Table]:
    """Return what decides: of the draws on this page first, then what was found before for this very choice."""
    made = [_must_be_true(choice, words), _knowing(choice, words), *_worlds(choice, words)]
    return [table for table in [*made, *_doubts(choice, words)] if table is not None]


def _must_be_true(choice: Choice, words: Speech) -> Table | None:
    balance = Pair(choice.summary, choice.area).balance
    if balance is None:
        return None
    known = {choice.scenario: break_even_of(balance)}
    return break_even_table(known, choice.titles, choice.reference_title, live_codebook(choice.area), words)


def _knowing(choice: Choice, words: Speech) -> Table | None:
    summary, place = choice.summary, (choice.year - FIRST_YEAR, cells()[NPV_SOCIETY, PEOPLE])
    gains = summary.differences[:, place[0], place[1]]
    if not np.isfinite(gains).all():
        return None
    known = {path for path, parameter in declared_parameters().items() if uncertain(parameter)}
    drawn = {path: own for path, own in values_over_draws(choice.area, summary.draws).items() if path in known}
    information = worth_of_knowing(np.column_stack([np.zeros(len(gains)), gains]), drawn)
    return worth_table(information, float(summary.sizes[place]), words)


def _worlds(choice: Choice, words: Speech) -> list[Table]:
    """Return regrets in the worlds that were lived beforehand, where this is the choice they are about."""
    rows = packaged_table(packaged.WORLDS)
    if not rows or (choice.scenario, choice.reference) != (packaged.SCENARIO, packaged.REFERENCE):
        return []
    options = (choice.reference, choice.scenario)
    gains = np.array([float(row["gain_per_resident"]) for row in rows])
    regret = regrets_over(options, np.column_stack([np.zeros(len(gains)), gains]))
    means = {switch: (0.0, mean) for switch, mean in packaged.switch_means(rows).items()}
    made = packaged_table(packaged.CHOICE)[0]
    areas = ", ".join(load_area(area).name for area in made["areas"].split())
    note = words("what_decides.worlds_note", areas=areas, years=made["years"])
    first = regret_table(regret, choice.titles, words)
    return [
        Table(first.title, first.headings, first.rows, [note, *first.notes]),
        switch_table(means, options, choice.titles, words),
    ]


def _doubts(choice: Choice, words: Speech) -> list[Table]:
    """Return which doubts move a difference, where that was analysed beforehand for this choice."""
    shares = found_before.about(found_before.VARIANCE, choice.scenario, choice.reference)
    return [
        _doubt(name, rows, shares.get(name, []), choice, words)
        for name, rows in found_before.about(found_before.SCREENING, choice.scenario, choice.reference).items()
    ]


def _doubt(
    name: str,
    rows: Sequence[found_before.Row],
    shares: Sequence[found_before.Row],
    choice: Choice,
    words: Speech,
) -> Table:
    outcome, total = OUTCOMES[difference(name).outcome], {row["thing"]: row for row in shares}
    effects = [float(row["effect"]) for row in rows[:MOST_GROUPS]]
    decimals = decimals_for(*effects, digits=DIGITS, most=DIGITS + 1)
    shown = [row for place, row in enumerate(rows) if place < MOST_GROUPS or row["group"] == CHANCE]
    cells_of = [
        [
            groups()[row["group"]].name(words.language),
            words.number(float(row["effect"]), decimals),
            _share(total.get(row["group"]), words),
        ]
        for row in shown
    ]
    if OTHER in total:
        cells_of.append([words("what_decides.others"), "", _share(total[OTHER], words)])
    first = rows[0]
    outcome_name = outcome.name_nl if words.language == "nl" else outcome.name_en
    note = words(
        "what_decides.doubts_note",
        area=load_area(first["area"]).name,
        years=first["years"],
        worlds=first["points"],
        better=words.percent(float(first["better"])),
        scenario=choice.title,
    )
    title = words("what_decides.doubts_title", outcome=outcome_name)
    headings = [words(f"what_decides.{each}") for each in ("group", "effect", "share")]
    return Table(title, headings, cells_of, [note, words("what_decides.doubts_how")])


def _share(row: found_before.Row | None, words: Speech) -> str:
    if row is None:
        return words("what_decides.not_analysed")
    share, error = (words.percent(float(row[key])) for key in ("total", "total_error"))
    return words("what_decides.give_or_take", share=share, error=error)
