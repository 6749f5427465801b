"""A folder of results that somebody names on the command line."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import RequestError
from app.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from results.comparison import ComparisonError
    from results.filters import FilterError
    from results.reading import Results

POINT_MARK = "~"


def open_stored(folder: str, words: Words) -> Results:
    """Open a folder of results for reading.

    Raises:
        RequestError: when it holds no results, or a batch that did not finish.
        StoreError: when a file in it is damaged.
    """
    from results.reading import open_results
    from results.store import StoreError

    try:
        found = open_results(folder)
        finished = len(found.runs) > 0
        found.check()
    except StoreError as error:
        if error.code in ("damaged", "unreadable"):
            raise  # said in the same words wherever it is found
        code = "schema" if error.code == "schema" else "unfinished" if error.code == "unfinished" else "no_manifest"
        raise RequestError(words(f"error.read_{code}", folder=folder)) from None
    if not finished:
        raise RequestError(words("error.read_unfinished", folder=folder))
    return found


def chosen_scenarios(results: Results, asked: str | None, words: Words) -> list[str]:
    """Return the scenarios of a folder to tell of: the one asked for (a point of a sweep too), or all of them.

    Raises:
        RequestError: when there is no such scenario.
    """
    if asked is None:
        return list(results.scenarios)
    return [one_known("--scenario", asked, dict.fromkeys([*results.scenarios, *run_scenarios(results)]), words)]


def run_scenarios(results: Results) -> list[str]:
    """Return the scenarios and points of a sweep that were run, without the reference at any point."""
    names = dict.fromkeys(results.runs["scenario"])
    return [name for name in names if str(name).partition(POINT_MARK)[0] != results.reference]


def points_of(results: Results, scenario: str) -> list[str]:
    """Return the points of a sweep at which a scenario was run; none where it was not swept."""
    names = dict.fromkeys(results.runs["scenario"])
    return sorted(name for name in names if str(name).startswith(scenario + POINT_MARK))


def one_known(option: str, asked: str, known: Iterable[str], words: Words) -> str:
    """Return what was asked for.

    Raises:
        RequestError: when it is not among what there is; with the nearest that is.
    """
    names = list(known)
    if asked in names:
        return asked
    near = get_close_matches(asked, names, n=1)
    nearest = words("error.nearest", name=f"'{near[0]}'") if near else ""
    raise RequestError(words("error.not_there", name=option, found=asked, nearest=nearest))


def absent(results: Results, words: Words) -> str:
    """Return how many runs of the design have no outcomes in a folder; nothing where all have."""
    if results.runs_absent <= 0:
        return ""
    lacking, total = (words.number(count) for count in (results.runs_absent, results.runs_asked))
    return words("note.absent", absent=lacking, total=total)


def tell_absent(results: Results, words: Words) -> None:
    """Say on standard error how many runs are not there, where some are not; also when only errors are to be said."""
    sentence = absent(results, words)
    if sentence:
        print(sentence, file=sys.stderr)


def wrong_outcomes(error: ComparisonError, folder: str, words: Words) -> RequestError:
    """Return why a comparison of a folder cannot be made."""
    from results.comparison import NOTHING

    if error.code in NOTHING:
        return RequestError(words("export.no_pairs", folder=folder))
    reason = words(f"error.outcomes_{error.code}")
    return RequestError(words("error.outcomes_wrong", folder=folder, reason=reason))


def not_in_folder(error: FilterError, words: Words) -> RequestError:
    """Return that a folder does not hold what somebody asked for."""
    nearest = words("error.nearest", name=f"'{error.nearest}'") if error.nearest else ""
    return RequestError(words("error.not_there", name=f"--{error.name}", found=error.found, nearest=nearest))


def check_year_of(results: Results, year: int | None, words: Words) -> None:
    """Refuse a year that the runs of a folder do not reach."""
    low = int(results.codebook.content["scenarios"][results.reference]["start"][:4])
    high = low + int(results.manifest["years"]) - 1
    if year is not None and not low <= year <= high:
        raise RequestError(words("error.year", found=year, low=low, high=high))


def new_file(place: str, endings: tuple[str, ...], overwrite: bool, words: Words) -> Path:
    """Return the file to write.

    Raises:
        RequestError: when its ending says nothing we can write, or it is there already and may not be replaced, or
            there is no such folder.
    """
    path = Path(place)
    if path.suffix.lower() not in endings:
        raise RequestError(words("error.ending", found=path.name, allowed=", ".join(endings)))
    if not path.parent.is_dir():
        raise RequestError(words("error.no_folder", folder=path.parent))
    if path.exists() and (not overwrite or not path.is_file()):
        raise RequestError(words("error.file_exists", file=path))
    return path


def write_file(path: Path, content: bytes, words: Words) -> None:
    """Write a file whole or not at all.

    Raises:
        RequestError: when that cannot be done.
    """
    from results.store import write_whole

    try:
        write_whole(path, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RequestError(words("error.file_not_written", file=path, reason=reason)) from error
