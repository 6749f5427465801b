"""Made-up lives as text and tables: what happened in one world and not in the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.browser.speech import Speech
from app.browser.visit import FIRST_YEAR
from scenarios.live.lives import HALVES, HELP, Life, Where
from sim.programme.catalogue import BY_NAME

WORLDS: tuple[Where, ...] = ("both", "reference", "scenario")


def life_title(life: Life, number: int, words: Speech) -> str:
    """Return who a life is about, in words that fit many."""
    sex = "girl" if life.woman else "boy"
    return words(
        "lives_page.life",
        number=number,
        who=words(f"lives_page.{sex}", age=life.age),
        home=words(f"lives_page.home_{life.home}"),
        income=words("lives_page.poor" if life.poor else "lives_page.not_poor"),
    )


def happened(what: str, words: Speech) -> str:
    """Return what happened, in words."""
    if what.startswith(HELP):
        service = BY_NAME[what.removeprefix(HELP)]
        return words("lives_page.what_help", name=service.nl if words.language == "nl" else service.en)
    return words(f"lives_page.what_{what}")


def half_year(half: int, words: Speech) -> str:
    """Return a half-year from the start as text."""
    return words(f"lives_page.half_{half % HALVES}", year=FIRST_YEAR + half // HALVES)


def said_of(life: Life, words: Speech) -> str:
    """Say in one sentence how much differs in a life."""
    if life.differences:
        return words("lives_page.differs", count=life.differences, help=life.other_help)
    if life.other_help:
        return words("lives_page.help_only", help=life.other_help)
    return words("lives_page.same")


@dataclass(frozen=True)
class HalfYear:
    """What happened in a half-year.

    Attributes:
        when: the half-year.
        parts: in which of the worlds, what that is called, and what happened there; empty where nothing did.
    """

    when: str
    parts: tuple[tuple[Where, str, str], ...]


def timeline(life: Life, words: Speech) -> list[HalfYear]:
    """Return a life as half-years in which something happened."""
    found = []
    for half in sorted({one.half for one in life.happenings}):
        parts: list[tuple[Where, str, str]] = []
        for world in WORLDS:
            texts = [happened(one.what, words) for one in life.happenings if (one.half, one.where) == (half, world)]
            parts.append((world, words(f"lives_page.column_{world}"), "; ".join(texts)))
        found.append(HalfYear(half_year(half, words), tuple(parts)))
    return found


def life_table(life: Life, number: int, words: Speech) -> dict[str, Any]:
    """Return the same as a table, with a row for every half-year in which something happened.

    Args:
        life: the life.
        number: its number on the page, from 1.
        words: the language.
    """
    rows = [[half.when, *(text for _, _, text in half.parts)] for half in timeline(life, words)]
    return {
        "title": words("lives_page.table", number=number),
        "columns": [words(f"lives_page.column_{name}") for name in ("when", *WORLDS)],
        "rows": rows or [[words("lives_page.nothing"), "", "", ""]],
    }
