"""What ``wijklab export`` does: one table of a folder of results to one file for another program."""

from __future__ import annotations

import sys
from typing import Any

from app.settings import DONE, RequestError, Settings
from app.stored import open_stored, tell_absent, wrong_outcomes
from app.words import Words

SEPARATOR = ","


def export_table(
    settings: Settings, out: str, to: str, choices: dict[str, str], wanted: dict[str, list[str]], overwrite: bool
) -> int:
    """Export a table and return the exit code.

    Args:
        settings: what holds for every command.
        out: the folder of results.
        to: the file.
        choices: table, shape, measure and dialect.
        wanted: rows by the name of a filter; a text may hold several values, separated by commas.
        overwrite: whether the file may be replaced.

    Raises:
        RequestError: when that cannot be done.
    """
    from results.comparison import ComparisonError
    from results.export import ExportError, export

    words = settings.words
    results = open_stored(out, words)
    tell_absent(results, words)
    rows: dict[str, Any] = {name: _separate(values) for name, values in wanted.items()}
    try:
        place = export(results, to, language=words.language, overwrite=overwrite, **choices, **rows)
    except ExportError as error:
        raise RequestError(sentence(error, words)) from error
    except ComparisonError as error:
        raise wrong_outcomes(error, out, words) from error
    if not settings.quiet:
        print(words("export.written", file=place), file=sys.stderr)
    return DONE


def sentence(error: Any, words: Words) -> str:
    """Return why something cannot be exported, in the language of the reader."""
    values = {name: words.number(value) if isinstance(value, int) else value for name, value in error.values.items()}
    return words(f"export.{error.code}", **values)


def _separate(values: list[str]) -> list[str]:
    parts = [part.strip() for value in values for part in str(value).split(SEPARATOR)]
    return [part for part in parts if part]
