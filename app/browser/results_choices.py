"""What can be chosen of a stored batch, as fields; and opening one so that everything a page says of it can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.browser.results_stores import Opened, RefusedError, open_named
from app.browser.results_told import ALL_YEARS, EVERY, MAIN, Asked, facts, usual
from app.browser.speech import Speech, speech
from app.charts import area_names, titles_of
from app.figures import name_and_unit
from app.words import LANGUAGES

MOST_SCENARIOS = 500
"""Scenarios in the list: a sweep has a point for every row of its design."""

CODEBOOK = "codebook.json"
WRONG = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of a codebook in which something is missing, or of another kind than it should be."""

Option = dict[str, Any]


def open_checked(name: str) -> Opened:
    """Open a folder of the list, and try everything that is said of it: for a thread.

    Raises:
        RefusedError: when there is no such folder, or it cannot be read, or its codebook lacks what has to be said.
    """
    opened = open_named(name)
    try:
        for language in LANGUAGES:
            words = speech(language)
            facts(opened, words)
            for outcome in opened.choices.outcomes:
                name_and_unit(opened.results.codebook.outcome(outcome), words)
            if can_compare(opened):
                filter_fields(opened, usual(opened), words)
    except WRONG as error:
        raise RefusedError("results_page.store_unreadable", folder=name, file=CODEBOOK) from error
    return opened


def can_compare(opened: Opened) -> bool:
    """Say whether a folder holds a scenario beside its reference, with outcomes."""
    return bool(opened.choices.scenarios and opened.choices.years)


def values_of(options: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the values that a field offers; what a page sends has to be one of them."""
    return [one["value"] for entry in options for one in entry.get("options", [entry])]


def filter_fields(opened: Opened, asked: Asked, words: Speech) -> list[dict[str, Any]]:
    """Return the fields to choose with, each with what the folder holds."""
    from results.export.labels import Labels

    found, title = opened.choices, titles_of(opened.results, words)
    areas, labels = area_names(opened.results, words), Labels(words.language, opened.results.codebook)
    years = [(str(ALL_YEARS), words("results_page.all_years")), *((str(year), str(year)) for year in found.years)]
    pairs = {
        "scenario": [(one, title(one)) for one in found.scenarios[:MOST_SCENARIOS]],
        "area": [(one, areas[one]) for one in found.areas],
        "view": [(one, words(f"compare.view_{one}")) for one in found.views],
        "group": [(one, labels.group(one)) for one in found.groups],
        "year": years,
    }
    fields = [
        {
            "id": name, "kind": "select", "label": words(f"results_page.{name}"), "value": str(getattr(asked, name)),
            "options": [{"value": value, "label": label} for value, label in options],
        }
        for name, options in pairs.items()
    ]  # fmt: skip
    outcome = {"id": "outcome", "kind": "select", "label": words("results_page.outcome"), "value": asked.outcome}
    return [*fields, outcome | {"options": _outcomes(opened, words)}]


def _outcomes(opened: Opened, words: Speech) -> list[Option]:
    """Return the outcomes under the headings of the codebook, after the choices of many."""
    codebook = opened.results.codebook
    options: list[Option] = [{"value": one, "label": words(f"results_page.outcome_{one}")} for one in (MAIN, EVERY)]
    by_section: dict[str, list[Option]] = {name: [] for name in codebook.sections}
    for name in opened.choices.outcomes:
        outcome = codebook.outcome(name)
        place = by_section.get(outcome.section, options)
        place.append({"value": name, "label": outcome.name[words.language]})
    groups = [
        {"label": codebook.sections[name][words.language], "options": inner}
        for name, inner in by_section.items()
        if inner
    ]
    return [*options, *groups]
