"""Numbers of one's own: the sheet to fill in, what a run says of it, and the sentences about it in a report."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.request import ALL, chosen_areas
from app.settings import DONE, RequestError, Settings
from app.tables import print_json
from app.words import Words

if TYPE_CHECKING:
    from scenarios.local_data import LocalData
    from sim.scenario import Scenario

TEMPLATE = "template"
"""What ``wijklab areas`` may be followed by."""

CSV, XLSX = ".csv", ".xlsx"
MOST_DECIMALS = 10


def areas_command(settings: Settings, action: str | None, area: str | None, to: str | None, as_json: bool) -> int:
    """List the areas, or give the sheet of one of them.

    Raises:
        RequestError: when the request was wrong.
    """
    words = settings.words
    if action is None:
        if to is not None:
            raise RequestError(words("local.to_without_template"))
        from app.lists import list_areas

        return list_areas(settings, as_json)
    if action != TEMPLATE:
        raise RequestError(words("error.choice", name="ACTION", found=f"'{action}'", allowed=TEMPLATE))
    if as_json and to is not None:
        raise RequestError(words("local.json_or_to"))
    return _give_template(_one_area(area, words), to, as_json, settings)


def _one_area(asked: str | None, words: Words) -> str:
    from sim.areas import area_ids

    found = chosen_areas([asked or ALL], words)
    if len(found) != 1:
        raise RequestError(words("local.one_area", allowed=", ".join(area_ids())))
    return found[0]


def _give_template(area: str, to: str | None, as_json: bool, settings: Settings) -> int:
    from scenarios.local_template import template_csv, template_rows, template_xlsx
    from sim.fingerprint import fingerprint

    words = settings.words
    if to is None:
        if as_json:
            print_json(template_rows(area, words.language, fingerprint()))
        else:
            sys.stdout.write(template_csv(area, words.language, fingerprint()))
        return DONE
    path, ending = Path(to), Path(to).suffix.lower()
    if ending == XLSX:
        content = template_xlsx(area, words.language, fingerprint())
    elif ending == CSV:
        # with its mark spreadsheet programs know that it is UTF-8
        content = template_csv(area, words.language, fingerprint()).encode("utf-8-sig")
    else:
        raise RequestError(words("error.choice", name="--to", found=f"'{to}'", allowed=f"*{XLSX}, *{CSV}"))
    try:
        with path.open("xb") as file:  # a sheet that somebody filled in is never written over
            file.write(content)
    except FileExistsError:
        raise RequestError(words("local.exists", file=to)) from None
    except OSError as error:
        raise RequestError(words("local.not_written", file=to, reason=error.strerror or str(error))) from None
    if not settings.quiet:
        print(words("local.written", file=to), file=sys.stderr)
    return DONE


def tell_overruled(data: LocalData, scenarios: Sequence[Scenario], settings: Settings) -> None:
    """Say which amounts do not hold in a scenario that has an amount of its own for that area."""
    words = settings.words
    for sheet, one, scenario in data.overruled(scenarios):
        if not settings.quiet:
            cell = one.cell.name
            sentence = words("local.overruled", cell=cell, area=sheet.area, file=sheet.file, scenario=scenario.id)
            print(sentence, file=sys.stderr)


def own_numbers(sheets: Sequence[Mapping[str, Any]] | None, words: Words) -> list[str]:
    """Return a sentence per sheet that says which numbers are one's own.

    Args:
        sheets: what the manifest says of them (``local_data``).
        words: language of the reader.
    """
    from sim.areas import load_area

    sentences = []
    for sheet in sheets or ():
        names = {"area": load_area(sheet["area"]).name, "file": sheet["file"], "year": sheet["year"]}
        cells = "; ".join(_cell(cell, words) for cell in sheet["cells"])
        sentences.append(words("local.used", **names, cells=cells) if cells else words("local.nothing", **names))
    return sentences


def _cell(cell: Mapping[str, Any], words: Words) -> str:
    language = words.language
    values = {name: _number(cell[name], words) for name in ("value", "assumed")}
    text = words("local.cell", title=cell["title"][language], unit=cell["unit"][language], **values)
    return text + (words("local.source", source=cell["source"]) if cell["source"] else "") + ")"


def _number(value: float, words: Words) -> str:
    text = f"{value:.{MOST_DECIMALS}f}".rstrip("0")
    return words.number(value, len(text.partition(".")[2]))
