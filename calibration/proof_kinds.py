"""What a proof is: its kinds, and how one is declared."""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from calibration.findings import Found
from calibration.replays import DRAWS, STREET_DRAWS

Kind = Literal["row", "null", "mechanism", "line", "lever"]

KINDS: Mapping[Kind, tuple[str, str, str, str]] = {
    "row": (
        "Studies replayed", "Studies nagespeeld",
        f"Every evidence row that goes into the model as a number is lived as a trial with the persons, the contrast and the follow-up of its source. *Found* is the rate ratio (or the difference in standard deviations, SD) at the central parameters; in brackets the 5th and 95th percentile over {DRAWS} draws of all parameters ({STREET_DRAWS} for streets). *Source* is the row itself, with its own 5th and 95th percentile.",
        "Elke evidentierij die als getal het model ingaat, wordt nagespeeld als proef met de personen, de vergelijking en de looptijd van de bron.",
    ),
    "null": (
        "What must not work", "Wat niet mag werken",
        "Rows of which the source found nothing, and rows that are never put in: here the trial has to show nothing, or no more than the source. Where an interval is given it has to lie inside as a whole (equivalence); otherwise no luck is left.",
        "Rijen waarvan de bron niets vond, en rijen die nooit zijn ingevoerd.",
    ),
    "mechanism": (
        "Mechanisms", "Mechanismen",
        "One mechanism is switched and everything else held. *Off* is the same with the mechanism's parameter at nothing: a ratio of 1, a difference of 0.",
        "Eén mechanisme wordt omgezet, al het andere blijft gelijk.",
    ),
    "line": (
        "What lines buy", "Wat de lijnen kopen",
        "Money for one intervention alone, in the smallest area for two years, against no money; everything that follows from it is in the outcome.",
        "Geld voor één maatregel, twee jaar in het kleinste gebied, tegenover geen geld.",
    ),
    "lever": (
        "Levers", "Knoppen",
        "Every lever is pulled for two years in the smallest area, with money for the programme where it needs that. *Found* counts the outcomes that differ, those of money itself left out; named are the three that changed most. Small numbers jump: this shows that a lever is connected, not how well it works.",
        "Elke knop gaat twee jaar om in het kleinste gebied. Geteld worden de uitkomsten die verschillen.",
    ),
}  # fmt: skip
"""Kinds of proof: heading and explanation in English, heading and explanation in Dutch where they differ."""


@dataclass(frozen=True)
class Proof:
    """One declared proof.

    Attributes:
        id: its name; of a row the number of the row.
        kind: section of the page.
        nl: what was switched, in Dutch.
        en: what was switched, in English.
        moved_nl: what was measured, in Dutch.
        moved_en: what was measured, in English.
        source: where the expectation comes from: a row, a pattern, or parameters.
        measure: lives the proof.
    """

    id: str
    kind: Kind
    nl: str
    en: str
    moved_nl: str
    moved_en: str
    source: str
    measure: Callable[[], Found]
