"""What the page about the model tells of its numbers: how well they fit, and what they are made with."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from app.browser.about_evidence import grade_counts
from app.browser.address import FINGERPRINT_LETTERS
from app.browser.speech import Speech
from app.tables import Table
from app.words import decimals_for
from sim.fingerprint import fingerprint

DIGITS = 3


@dataclass(frozen=True)
class Pattern:
    """A pattern of the real world with what the model gives.

    Attributes:
        id: its name in the tables of the calibration.
        target: what it should be.
        low: the least that is right.
        high: the most that is right.
        value: what the model gives; ``None`` where it was not measured.
        inside: whether that is right.
        model: fingerprint of the model it was measured with.
    """

    id: str
    target: float
    low: float
    high: float
    value: float | None
    inside: bool
    model: str


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return the patterns as they were measured last."""
    from calibration.patterns import TABLE

    with files("calibration").joinpath(TABLE).open(encoding="utf-8") as file:
        return tuple(
            Pattern(
                row["id"],
                float(row["target"]),
                float(row["low"]),
                float(row["high"]),
                float(row["value"]) if row["value"] else None,
                row["in_range"] == "True",
                row["fingerprint"],
            )
            for row in csv.DictReader(file)
        )


def fit_sentences(words: Speech) -> list[str]:
    """Say how many patterns are in their range, and whether that is of this version."""
    measured = [one for one in patterns() if one.value is not None]
    inside = sum(one.inside for one in measured)
    found = [words("about_page.fit", inside=inside, measured=len(measured))]
    if any(one.model != fingerprint() for one in measured):
        found.append(words("about_page.fit_older"))
    return found


def misses_table(words: Speech) -> Table | None:
    """Return the patterns outside their range, each with the reason; ``None`` where there are none."""
    from calibration.patterns import known_misses

    reasons = known_misses()
    rows = []
    for one in patterns():
        if one.value is None or one.inside:
            continue
        decimals = decimals_for(one.target or one.high, digits=DIGITS)
        low, high, value = (words.number(each, decimals) for each in (one.low, one.high, one.value))
        rows.append(
            [
                f"{reasons[one.id][f'name_{words.language}']} ({one.id})",
                words("compare.to", low=low, high=high),
                value,
                reasons[one.id][words.language],
            ]
        )
    if not rows:
        return None
    headings = [words(f"about_page.{name}") for name in ("pattern", "should_be", "is_now", "why")]
    return Table(words("about_page.misses"), headings, rows)


def grades_table(words: Speech) -> Table:
    """Return how many parameters are known how well."""
    counts = grade_counts()
    total = sum(counts.values())
    rows = [
        [words(f"html.grade_{grade}"), words.number(count), words.percent(count / total)]
        for grade, count in counts.items()
    ]
    headings = [words(f"html.{name}") for name in ("grade", "count", "share")]
    return Table(words("html.grades_title"), headings, rows, [words("about_page.grades_note")])


def facts(words: Speech) -> list[tuple[str, str]]:
    """Return version, model, licences and how to cite, as names with values."""
    number, model = version("wijklab"), fingerprint()
    cited = words("about_page.cited", version=number, model=model[:FINGERPRINT_LETTERS])
    found = {
        "version": number,
        "model": model,
        "licence": words("about_page.licence_text"),
        "data": words("about_page.data_text"),
        "cite": cited,
        "documented": words("about_page.documented_text"),
    }
    return [(words(f"about_page.{name}"), value) for name, value in found.items()]
