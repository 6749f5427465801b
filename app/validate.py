"""The model beside the figures that no fit saw: lived now or as shipped, with a verdict in words."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.request import MOST_DRAWS, MOST_WORKERS, check_between, check_sample, chosen_areas, one_of, processors
from app.settings import DONE, RUN_FAILED, RequestError, Settings
from app.tables import print_json, print_table
from app.words import Words

if TYPE_CHECKING:
    from calibration.validation.verdicts import Verdict

FORMATS = (".csv", ".json", ".md")
DIGITS = 3

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What somebody asks to validate; ``None`` where they left the choice to us."""

    area: list[str]
    draws: int
    sample: float | None
    workers: int | None
    out: str | None
    shipped: bool


def validate(settings: Settings, asked: Asked, to: str | None, overwrite: bool, as_json: bool) -> int:
    """Live the areas or take the shipped result, print what came beside what was expected, and the verdicts.

    Raises:
        RequestError: when the request was wrong.
    """
    from calibration.validation.verdicts import verdicts

    words = settings.words
    target = new_file(to, FORMATS, overwrite, words)
    rows = _shipped() if asked.shipped else _lived(settings, asked)
    judged = verdicts(rows)
    content = _content(rows, judged)
    if target is not None:
        write_file(target, content, content["cells"], words, lambda: _page(rows, words))
    if as_json:
        print_json(content)
    else:
        _print(rows, judged, words)
    return _alarm(rows, words)


def _alarm(rows: Sequence[Row], words: Words) -> int:
    """Say loudly what is missed without an explanation or no longer holds, and return the exit code for that."""
    from calibration.validation.behaviours import behaviours
    from calibration.validation.table import failed_groups, notes
    from results.comparison import FEWEST_DRAWS

    broken = [getattr(one, words.language) for one in behaviours() if not one.holds]
    if max(row["draws"] for row in rows) >= FEWEST_DRAWS:  # fewer say little about an interval
        broken += [name for name in failed_groups(rows) if name not in notes()]
    if not broken:
        return DONE
    print(words("error.prefix", sentence=words("validation.broken", names="; ".join(broken))), file=sys.stderr)
    return RUN_FAILED


def new_file(to: str | None, formats: tuple[str, ...], overwrite: bool, words: Words) -> Path | None:
    """Return the file to write, if one was asked for.

    Raises:
        RequestError: when it is of no known kind, exists already or lies in no folder.
    """
    if to is None:
        return None
    target = Path(to)
    one_of("--to", target.suffix, formats, words)
    if target.exists() and not overwrite:
        raise RequestError(words("error.file_exists", file=to))
    if not target.parent.is_dir():
        raise RequestError(words("error.no_folder", folder=target.parent))
    return target


def _shipped() -> list[dict[str, Any]]:
    from calibration.validation.table import packaged_rows

    return packaged_rows()


def _lived(settings: Settings, asked: Asked) -> list[dict[str, Any]]:
    from app.progress import progress_bar
    from calibration.validation.run import live_draws, posterior_mark, rows_of
    from sim.fingerprint import fingerprint

    words = settings.words
    areas = chosen_areas(asked.area, words) if asked.area else None
    check_between("--draws", asked.draws, 1, MOST_DRAWS, words)
    check_sample(asked.sample, words)
    number = processors() if asked.workers is None else asked.workers
    check_between("--workers", number, 1, MOST_WORKERS, words)
    folder = _folder(asked.out, asked.sample, words)
    with progress_bar(words, settings.quiet) as progress:
        lived = live_draws(asked.draws, areas, asked.sample, number, folder, progress)
    marks = {"fingerprint": fingerprint(), "posterior": posterior_mark()}
    return [row | marks for row in rows_of(lived)]


def _folder(out: str | None, sample: float | None, words: Words) -> Path | None:
    """Return where finished parts are kept, if anywhere: apart by what they follow from."""
    from calibration.validation.run import folder_of

    if out is None:
        return None
    folder = Path(out) / folder_of(sample).name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(words("error.out_not_written", folder=out, reason=error.strerror or str(error))) from error
    return folder


def _print(rows: Sequence[Row], judged: Sequence[Verdict], words: Words) -> None:
    from calibration.validation.holdouts import load_holdouts
    from calibration.validation.page import place_of, texts
    from calibration.validation.quantities import quantities
    from calibration.validation.table import REASONS
    from calibration.validation.verdicts import families

    cells, t = {cell.id: cell for cell in load_holdouts()}, texts(words.language)
    lines = [
        [
            row["id"],
            f"{getattr(quantities()[row['quantity']], words.language)}, {place_of(cells[row['id']], t)}",
            words(f"validation.use_{row['use'].lower()}"),
            _number(row["value"], words),
            _number(row["median"], words),
            words("compare.to", low=_number(row["q05"], words), high=_number(row["q95"], words)),
            words("validation.yes" if row["inside"] else "validation.no"),
            _number(row["z"], words),
        ]
        for row in rows
        if row["median"] is not None
    ]
    names = ("id", "what", "use", "expected", "came", "interval", "inside", "z")
    print_table([words(f"validation.{name}") for name in names], lines, right=(3, 4, 5, 7))
    held = [row for row in rows if row["use"] == "HOLDOUT"]
    lived = [row for row in held if row["median"] is not None]
    inside, left = sum(bool(row["inside"]) for row in lived), len(held) - len(lived)
    print("\n" + words("validation.summary", inside=inside, cells=len(lived), left=left))
    print("\n" + words("validation.verdicts"))
    told = [
        [
            getattr(families()[one.family], words.language),
            words(f"verdict.{one.verdict}"),
            REASONS[one.reason][("nl", "en").index(words.language)],
        ]
        for one in judged
    ]
    print_table([words(f"validation.{name}") for name in ("family", "verdict", "because")], told)
    print(words("validation.note"))


def _number(value: float | None, words: Words) -> str:
    if value is None:
        return words("compare.nothing")
    size = f"{abs(value):.{DIGITS}g}"
    decimals = len(size.partition(".")[2]) if "e" not in size else 0
    return words.number(value, decimals)


def _content(rows: Sequence[Row], judged: Sequence[Verdict]) -> dict[str, Any]:
    from calibration.validation.behaviours import behaviours
    from calibration.validation.holdouts import left_out

    marks = ("fingerprint", "posterior", "date")
    return {
        "schema": 1,
        "fingerprint": rows[0]["fingerprint"],
        "posterior": rows[0]["posterior"],
        "held_out": sum(row["use"] == "HOLDOUT" for row in rows),
        "cells": [{name: value for name, value in row.items() if name not in marks} for row in rows],
        "verdicts": [asdict(one) for one in judged],
        "behaviours": [asdict(one) | {"holds": one.holds} for one in behaviours()],
        "left_out": list(left_out()),
    }


def _page(rows: Sequence[Row], words: Words) -> str:
    from calibration.validation.page import page
    from calibration.validation.table import notes

    return page(rows, notes(), words.language)


def write_file(
    target: Path,
    content: Mapping[str, Any],
    table: Sequence[Row],
    words: Words,
    page: Callable[[], str] | None = None,
) -> None:
    """Write a result as its ending asks: json the whole, csv the table, md the page.

    Raises:
        RequestError: when the file cannot be written.
    """
    if target.suffix == ".json":
        text = json.dumps(content, ensure_ascii=False) + "\n"
    elif target.suffix == ".csv" or page is None:
        file = io.StringIO()
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
        text = file.getvalue()
    else:
        text = page()
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise RequestError(words("error.file_not_written", file=target, reason=reason)) from error
