"""What validation says of the outcomes somebody reads: one sentence to stand below them."""

from __future__ import annotations

from collections.abc import Iterable

from app.words import Words
from scenarios.verdicts import CARE, GOOD, NOT_GOOD, verdict_of, verdicts

BETWEEN = "between"
"""The family of differences between areas, which no single outcome belongs to."""


def verdict_sentence(outcomes: Iterable[str], words: Words, several_areas: bool = False) -> str:
    """Return what the outcomes are good for, by the families they belong to; empty where none is known.

    Args:
        outcomes: ids of the outcomes shown.
        words: the language.
        several_areas: whether areas stand beside each other.
    """
    found = {judged.family: judged for judged in map(verdict_of, outcomes) if judged is not None}
    if several_areas:
        found[BETWEEN] = verdicts()[BETWEEN]
    parts = []
    for word in (GOOD, CARE, NOT_GOOD):
        names = [_lower(one.names[words.language]) for one in found.values() if one.verdict == word]
        if names:
            parts.append(words("verdict.part", verdict=words(f"verdict.{word}"), names="; ".join(names)))
    return words("verdict.sentence", parts=". ".join(parts)) if parts else ""


def verdict_word(outcome: str, words: Words) -> str:
    """Return in a few words what an outcome is good for; empty where none is known."""
    judged = verdict_of(outcome)
    return "" if judged is None else words("verdict.word", verdict=words(f"verdict.{judged.verdict}"))


def verdicts_of(outcomes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the verdict and its reason by outcome, for those that are the model's own."""
    found = {outcome: verdict_of(outcome) for outcome in outcomes}
    return {
        outcome: {"family": one.family, "verdict": one.verdict, "reason": one.reasons["en"]}
        for outcome, one in found.items()
        if one is not None
    }


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
