"""Messages: both languages say the same things, and nothing is said that is never used."""

import re
import string
from pathlib import Path

import pytest

from app.words import LANGUAGES, Words, catalogue, decimals_for

APP = Path(__file__).parents[2] / "app"
MADE_OF_PARTS = {
    "help.": "commands and options, by name",
    "error.out_": "codes of the store",
    "error.read_": "codes of the store",
    "html.": "sections, columns and facts",
    "html.grade_": "grades of parameters",
    "html.status_": "states of a batch",
    "error.outcomes_": "codes of comparisons",
    "html.unit_": "units of levers",
    "areas.": "columns and degrees of certainty",
    "patterns.": "columns",
    "compare.view_": "views",
    "compare.": "columns and notes",
    "money.": "columns",
    "bought.": "columns",
    "goals.": "outcomes",
    "split.": "columns",
    "levers.": "who may set a lever",
    "breakeven.": "what improves",
    "decide.": "columns, and what worlds differ in",
    "decide.running_": "parts of a decision",
    "export.": "why a table cannot be exported",
    "batch.": "what a batch costs",
    "batch.status_": "how a batch ended",
    "trial.": "columns, outcomes and traits",
    "verdict.": "verdicts",
    "validation.": "columns",
    "validation.use_": "uses",
    "score.": "columns, and mistakes in new figures",
}
"""Beginnings of keys that the code completes with a name."""

NAMED_ELSEWHERE = (
    "verdict.",
    "validation.use_",
    "score.",
    "error.out_",
    "html.",
    "html.unit_",
    "html.status_",
    "error.outcomes_",
    "areas.",
    "levers.",
    "bought.",
    "goals.",
    "split.",
    "breakeven.",
    "decide.",
    "decide.running_",
    "export.",
    "batch.",
    "batch.status_",
    "trial.",
)
"""Those whose names come from data, or from a package below."""


def test_both_languages_have_the_same_keys_and_names() -> None:
    dutch, english = (catalogue(language) for language in LANGUAGES)
    assert set(dutch) == set(english)
    for key, words in dutch.items():
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (words, english[key])]
        assert names[0] == names[1], key
        assert words.rstrip() == words
        assert english[key].strip()


def test_every_key_is_used_and_every_use_has_a_key() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in APP.rglob("*.py"))
    known = set(catalogue("nl"))
    sections = {key.split(".")[0] for key in known}

    def of_the_command(key: str) -> bool:
        """Say whether it is a key of these messages: those of the pages are in files of their own."""
        return key.split(".")[0] in sections and not (APP.parent / key.replace(".", "/")).is_dir()

    whole = {key for key in re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", code) if of_the_command(key)}
    assert {key for key in whole if not key.endswith(".toml")} <= known
    parts = {part for part in re.findall(r"""f["']([a-z_]+\.[a-z_]*)\{""", code) if of_the_command(part)}
    assert parts == set(MADE_OF_PARTS)
    for key in known - whole:
        part = max((part for part in parts if key.startswith(part)), key=len, default=None)
        assert part is not None, f"{key} is never used"
        assert f'"{key.removeprefix(part)}"' in code or part in NAMED_ELSEWHERE, key


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "dutch", "english"),
    [
        (1234567.891, 1, False, "1.234.567,9", "1,234,567.9"),
        (-0.5, 2, True, "−0,50", "−0.50"),
        (3.0, 0, True, "+3", "+3"),
        (-0.0004, 2, True, "0,00", "0.00"),
        (0.0, 0, True, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    value: float, decimals: int, signed: bool, dutch: str, english: str
) -> None:
    assert Words("nl").number(value, decimals, signed) == dutch
    assert Words("en").number(value, decimals, signed) == english


def test_decimals_show_two_digits_of_the_largest() -> None:
    assert [decimals_for(value) for value in (123.0, 12.0, 1.2, 0.12, 0.0001, 0.0)] == [0, 0, 1, 2, 3, 0]
    assert decimals_for(float("nan"), 1.0) == 1
