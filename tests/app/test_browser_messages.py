"""Messages of the pages: both languages say the same things, everything said is there, and nothing is said nowhere."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.browser.speech import page_messages, speech
from app.words import LANGUAGES, catalogue

APP = Path(__file__).parents[2] / "app"
BROWSER = APP / "browser"
MESSAGES = sorted((BROWSER / "messages").glob("*.toml"))
EVERYWHERE = (BROWSER, *(APP.parent / name for name in ("app", "scenarios", "results", "sim")))
SECTIONS = {path.stem for path in MESSAGES}

KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+")
PART = "\0"
"""Stands for what is filled into a text."""

FROM_DATA = {"lives_page.what_": "events in lives, and their ends"}
"""Beginnings of keys that are completed with a name which is put together elsewhere."""

SAME = {
    "about_page.is_now",
    "about_page.licence_text",
    "levers_page.say_in_year",
    "map_page.wijk",
    "map_page.side_scenario",
    "networks_page.column_scenario",
    "networks_page.partner_corporatie",
    "results_page.scenario",
    "results_page.table_runs",
    "results_page.format_xlsx",
    "results_page.format_parquet",
    "results_page.format_sav",
    "results_page.format_dta",
    "side_by_side.which",
    "told.programme_euros_budget",
    "told.spoken",
}
"""Messages that are the same in both languages: names, and words that both have."""


MOST_WORDS = 40
"""In a sentence at level B1, with some room."""


def texts_of(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


# --- the files


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_every_message_is_there_in_both_languages_with_the_same_names(path: Path) -> None:
    found = texts_of(path)
    assert found
    for name, texts in found.items():
        assert re.fullmatch(r"[a-z0-9_]+", name)
        assert set(texts) == set(LANGUAGES), name
        fields = []
        for text in texts.values():
            assert text.strip() == text, name
            assert text, name
            assert "<" not in text, "a message is no HTML"
            parsed = list(string.Formatter().parse(text))
            assert not any(spec or conversion for _, _, spec, conversion in parsed), name
            fields.append(sorted(field for _, field, _, _ in parsed if field is not None))
        assert fields[0] == fields[1], name
        assert "" not in fields[0], name


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_dutch_is_dutch_and_plain(path: Path) -> None:
    for name, texts in texts_of(path).items():
        key, words = f"{path.stem}.{name}", re.sub(r"\{.*?\}", "", texts["nl"])
        if re.search("[A-Za-z]{2}", words):
            assert (texts["nl"] == texts["en"]) == (key in SAME), key
        assert not re.search(r"\b(je|jij|jou|jouw|jullie)\b", words.lower()), f"{key}: a visitor is 'u'"
        for sentence in re.split(r"(?<=[.?!:;])\s", words):
            assert len(sentence.split()) <= MOST_WORDS, f"{key}: {sentence}"


def test_pages_and_command_do_not_share_a_name() -> None:
    assert SECTIONS.isdisjoint(key.split(".")[0] for key in catalogue("nl"))
    for language in LANGUAGES:
        words = speech(language)
        assert words("site.explore") == page_messages()["site.explore"][language]
        assert words("html.grade_A") if "html.grade_A" in catalogue(language) else True


# --- their use


@cache
def trees(folder: Path) -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py")))


def texts_in(folder: Path) -> Iterator[str]:
    """Every text in the code; what is filled into one is marked."""
    for tree in trees(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else PART for part in node.values)


def in_files(*endings: str) -> str:
    paths = [path for path in sorted(BROWSER.rglob("*.*")) if path.suffix in endings]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def spelled(folder: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Names in the code of a folder, and names that are completed."""
    found = set(texts_in(folder))
    whole = frozenset(text for text in found if re.fullmatch("[A-Za-z0-9_]+", text))
    made = tuple(
        text for text in found if PART in text and re.fullmatch(f"[a-z0-9_{PART}]*[a-z][a-z0-9_{PART}]*", text)
    )
    return whole, made


def fills(text: str, made: str) -> Iterator[tuple[str, ...]]:
    """Every way in which a text with gaps can have become this one: what stands in the gaps."""
    head, gap, rest = made.partition(PART)
    if not text.startswith(head):
        return
    left = text[len(head) :]
    if not gap:
        if not left:
            yield ()
        return
    for end in range(1, len(left) + 1):
        for others in fills(left[end:], rest):
            yield (left[:end], *others)


def stands(name: str, folders: tuple[Path, ...]) -> bool:
    return name.isdigit() or any(name in spelled(folder)[0] for folder in folders)


def is_spelled(name: str, folders: tuple[Path, ...]) -> bool:
    """Say whether a name stands in the code, or is put together by the pages of names that do."""
    made = [parts for text in spelled(BROWSER)[1] for parts in fills(name, text)]
    return stands(name, folders) or any(all(stands(part, EVERYWHERE) for part in parts) for parts in made)


@cache
def completed() -> frozenset[str]:
    """Keys in the code of the pages that are completed with a name."""
    sections = tuple(f"{section}." for section in SECTIONS)
    made = {text for text in texts_in(BROWSER) if text.startswith(sections) and PART in text}
    made |= {f"{start}{PART}" for start in re.findall(r'"([a-z_]+\.[a-z_]+_)" ~', in_files(".jinja"))}
    return frozenset(made)


def whole_keys() -> set[str]:
    keys = {text for text in texts_in(BROWSER) if KEY.fullmatch(text) and text.split(".")[0] in SECTIONS}
    keys |= set(re.findall(r'words\("([a-z_]+\.[a-z0-9_]+)"', in_files(".jinja")))
    # beginnings, for a component that fills them in itself, or to be completed
    return {key for key in keys if not key.endswith("_")}


def test_every_key_that_is_used_is_there() -> None:
    keys = whole_keys()
    assert len(keys) > 100
    assert {key for key in keys if key.split(".")[0] in SECTIONS} - set(page_messages()) == set()
    known = set(page_messages()) | set(catalogue("nl"))
    assert set(re.findall(r'words\("([a-z_]+\.[a-z0-9_]+)"[,)]', in_files(".jinja"))) <= known


def test_every_completed_key_begins_as_some_message_does() -> None:
    for made in completed():
        assert any(True for key in page_messages() for _ in fills(key, made)), made.replace(PART, "{}")


def handed_over(keys: set[str]) -> dict[str, str]:
    """Keys that are given to a component of the page, which names them by their ends."""
    starts = set(
        re.findall(r'words\.all\("([a-z_.]+)"\)', "\n".join(path.read_text() for path in BROWSER.rglob("*.py")))
    )
    assert starts
    return {key: key.removeprefix(start) for start in starts for key in keys if key.startswith(start)}


def unsaid(keys: set[str]) -> list[str]:
    """Return those of the keys that nothing in the code says."""
    vue, given = in_files(".vue"), handed_over(keys)
    missing = []
    for key in keys - whole_keys():
        if key in given:
            if not re.search(rf"""\b(says|words)\.{given[key]}\b|["']{given[key]}["']""", vue):
                missing.append(key)
            continue
        ways = [(made, parts) for made in completed() for parts in fills(key, made)]
        # a name that stands alone behind its section is one of the pages' own
        said = any(
            all(is_spelled(part, (BROWSER,) if made.endswith(f".{PART}") else EVERYWHERE) for part in parts)
            for made, parts in ways
        )
        if not said and not key.startswith(tuple(FROM_DATA)):
            missing.append(key)
    return sorted(missing)


def test_every_message_is_said_somewhere() -> None:
    assert unsaid(set(page_messages())) == []


def test_what_a_question_may_fail_of_has_a_sentence() -> None:
    turns = (APP.parent / "scenarios" / "live" / "turns.py").read_text(encoding="utf-8")
    failures = set(re.findall(r'_fail\(job, "([a-z]+)"\)', turns))
    assert failures == {"lost", "time", "error"}
    session = (BROWSER / "session.py").read_text(encoding="utf-8")
    assert 'BUSY = "busy"' in session
    found = {key.removeprefix("site.failure_") for key in page_messages() if key.startswith("site.failure_")}
    assert found == {*failures, "busy"}


def test_the_reading_finds_what_is_never_said() -> None:
    assert not is_spelled("no_such_name_at_all", (BROWSER,))
    assert list(fills("a.x_y", f"a.{PART}_{PART}")) == [("x", "y")]
    assert list(fills("a.x_y_z", f"a.{PART}_{PART}")) == [("x", "y_z"), ("x_y", "z")]
    assert list(fills("b.x", f"a.{PART}")) == []
    assert is_spelled("explore", (BROWSER,))
    forgotten = ["explore.nobody_says_this", "levers_page.say_nothing", "site.failure_of_nothing", "told.nobody"]
    assert unsaid({*forgotten, "explore.title", "explore.mood_better", "levers_page.say_once"}) == forgotten
