"""What an outcome is: names, unit, flow or stock, views, better direction, what it is made of, and its section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PLACE, PEOPLE, EXPOSED = "place", "people", "exposed"
VIEWS = (PLACE, PEOPLE, EXPOSED)

AGE_EDGES = (0, 12, 15, 18, 25, 75, 256)
"""Age bands in which everything is counted."""

AGE_GROUPS = {"12-17": (12, 18), "18-24": (18, 25), "25+": (25, 256)}
"""Groups ``age:...`` of the outcome table."""


SECTIONS = {
    "crime": ("Criminaliteit en verdachten", "Crime and suspects"),
    "youths": ("Jongeren en loopbanen", "Youths and careers"),
    "safety": ("Slachtoffers en veiligheid", "Victims and safety"),
    "education": ("Onderwijs", "Education"),
    "work": ("Werk", "Work"),
    "poverty": ("Armoede en schulden", "Poverty and debts"),
    "health": ("Gezondheid en zorg", "Health and care"),
    "housing": ("Wonen en verhuizen", "Housing and moving"),
    "stacking": ("Stapeling van problemen", "Problems that pile up"),
    "harm": ("Schade en neveneffecten", "Harms and side effects"),
    "justice": ("Justitie", "Justice"),
    "working": ("Samenwerking en dienstverlening", "Working together and services"),
    "programme": ("Het programma", "The programme"),
    "index": ("Modelstanden zonder meting (basis = 100)", "States of the model without data (base = 100)"),
    "ledger": ("Kosten en baten", "Costs and benefits"),
}
"""Headings of a report in their order, with names in Dutch and English."""


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes:
        id: name in every table.
        short: name for wide tables (at most 20 characters).
        name_nl, name_en: what people read.
        unit_nl, unit_en: unit as people read it.
        kind: ``flow`` (over a year) or ``stock`` (at its end).
        views: populations for which it exists.
        better: direction that is better, if one is.
        numerator: counted series of the numerator.
        denominator: counted series of the denominator; empty for counts and sums.
        ages: ages of the persons counted, from and below.
        scale: factor of the numerator (10,000 for rates per 10,000).
        expectation: whether a conditional expectation is kept beside the realised count.
        section: heading under which reports show it, a key of ``SECTIONS``.
        latent: a state of the model that nobody measures: never a headline, never in the ledger.
        kept_by: who adds up its rows: ``sim``, or ``results`` for balances that need discounting.
    """

    id: str
    short: str
    name_nl: str
    name_en: str
    unit_nl: str
    unit_en: str
    kind: Literal["flow", "stock"]
    views: tuple[str, ...]
    better: Literal["lower", "higher"] | None
    numerator: str
    denominator: str = "person_years"
    ages: tuple[int, int] = (0, 256)
    scale: float = 1.0
    expectation: bool = False
    section: str = ""
    latent: bool = False
    kept_by: Literal["sim", "results"] = "sim"
