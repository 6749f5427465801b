"""The differences that are asked about, and the runs they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from results.ledger import NPV_SOCIETY, PEOPLE

LINES = ("preventie-met-gezag", "jeugdcriminaliteit-keten", "armoede-en-schulden", "onderwijs", "volkshuisvesting")
"""The lines, each by itself against no programme."""

NOTHING = "geen-programma"
SUSPECTS, LATENT, REPEAT = "registered_suspects_12_24_per_10k", "latent_offending_12_17_share", "youths_repeat_share"
YOUTHS = "exposed"
"""Of whom youth outcomes are: everyone who lived there a year or more when young, whoever stayed."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """Something that a scenario changes.

    Attributes:
        id: its name in tables.
        scenario: id of the scenario.
        reference: id of what it is compared with.
        outcome: id of the outcome.
        view: whose outcome.
        whole: over all years together; otherwise the last year.
        best_of: scenarios whose best is taken off: how far the scenario is ahead of them, positive when it is not.
    """

    id: str
    scenario: str
    reference: str
    outcome: str
    view: str
    whole: bool = True
    best_of: tuple[str, ...] = ()

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios it needs."""
        return (self.scenario, self.reference, *self.best_of)

    def of(self, rows: Mapping[str, Rows]) -> float:
        """Return it from the outcome rows of every scenario, from expectations where there are any."""
        base = self._level(rows[self.reference])
        change = self._level(rows[self.scenario]) - base
        if self.best_of:
            change -= min(self._level(rows[other]) - base for other in self.best_of)
        return change

    def _level(self, rows: Rows) -> float:
        mine = [row for row in rows if (row["outcome"], row["view"], row["group"]) == (self.outcome, self.view, "all")]
        if not self.whole:
            last = max(row["year"] for row in mine)
            mine = [row for row in mine if row["year"] == last]
        top = sum(row["numerator"] if row["expected_numerator"] is None else row["expected_numerator"] for row in mine)
        return float(top / sum(row["denominator"] for row in mine))


@dataclass(frozen=True)
class Question:
    """Differences that are lived in the same worlds.

    Attributes:
        id: its name in tables and folders.
        differences: the first decides which groups are looked at more closely.
        trajectories: of the screening, over all groups.
        size: base number of the variance analysis, a power of two.
        closer: ids of the differences of the variance analysis.
    """

    id: str
    differences: tuple[Difference, ...]
    trajectories: int
    size: int
    closer: tuple[str, ...] = field(default=())

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Everything that is lived for the screening."""
        return tuple(dict.fromkeys(name for each in self.differences for name in each.scenarios))

    def looked_at_closer(self) -> Question:
        """Return the question of the variance analysis."""
        chosen = tuple(each for each in self.differences if each.id in self.closer)
        return replace(self, differences=chosen)


def _line(line: str, outcome: str, name: str) -> Difference:
    return Difference(f"{line.replace('-', '_')}_{name}", line, NOTHING, outcome, YOUTHS)


OTHERS = LINES[1:]

QUESTIONS = (
    Question(
        "alliance",
        (Difference("integrated_balance", "integraal", "versnipperd", NPV_SOCIETY, PEOPLE, whole=False),),
        trajectories=6,
        size=16,
        closer=("integrated_balance",),
    ),
    Question(
        "youths",
        (
            _line(LINES[0], SUSPECTS, "suspects"),
            _line(LINES[0], LATENT, "latent"),
            _line(LINES[0], REPEAT, "repeat"),
            Difference("ahead_suspects", LINES[0], NOTHING, SUSPECTS, YOUTHS, best_of=OTHERS),
            Difference("ahead_repeat", LINES[0], NOTHING, REPEAT, YOUTHS, best_of=OTHERS),
            *(_line(line, SUSPECTS, "suspects") for line in OTHERS),
            *(_line(line, REPEAT, "repeat") for line in OTHERS),
        ),
        trajectories=4,
        size=16,
        closer=tuple(f"preventie_met_gezag_{name}" for name in ("suspects", "latent", "repeat")),
    ),
)
"""Does the integrated way pay, and which line helps youths most."""

RACES = {SUSPECTS: "suspects", REPEAT: "repeat"}
"""Outcomes in which the lines are set beside each other, with the end of the ids of their differences."""


def difference(name: str) -> Difference:
    """Return a difference by its id."""
    return next(each for question in QUESTIONS for each in question.differences if each.id == name)
