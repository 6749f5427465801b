"""The packaged result of validation: its table, its notes, and the verdicts that travel with every report."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import tomlkit

from calibration.targets import HELD_OUT
from calibration.validation.run import posterior_mark
from calibration.validation.verdicts import Verdict, families, family_of
from sim.fingerprint import fingerprint
from sim.outcomes import OUTCOMES

TABLE, NOTES = "validation.csv", "validation_notes.toml"
NUMBERS = (
    "n", "value", "low", "high", "median", "q05", "q95", "z", "crps", "crps_national", "crps_last",
)  # fmt: skip
COLUMNS = (
    "id", "use", "family", "quantity", "scope", "year", "level", "own", "n", "unit", "value", "low", "high", "draws",
    "median", "q05", "q95", "z", "crps", "inside", "crps_national", "crps_last", "fingerprint", "posterior", "date",
)  # fmt: skip

VERDICTS = "verdicts.toml"
"""In the package ``scenarios``: every report carries it, and reports know no calibration."""

REASONS = {
    "untested": (
        "hier is niets achtergehouden om aan te toetsen",
        "nothing was held out to test this by",
    ),
    "missed": (
        "minder dan de helft van de achtergehouden cijfers ligt binnen de marge van het model",
        "fewer than half of the held-out figures lie inside the model's margin",
    ),
    "coverage": (
        "te veel achtergehouden cijfers liggen buiten de marge van het model",
        "too many held-out figures lie outside the model's margin",
    ),
    "few_own": (
        "er zijn te weinig cijfers van de gebieden zelf",
        "there are too few figures of the areas themselves",
    ),
    "naive": (
        "het model voorspelt niet beter dan het landelijke of het laatste cijfer",
        "the model forecasts no better than the national or the last figure",
    ),
    "held": (
        "achtergehouden cijfers liggen binnen de marge, en het model wint van beide naïeve voorspellingen",
        "held-out figures lie inside the margin, and the model beats both naive forecasts",
    ),
}
"""Why a verdict is what it is, in Dutch and English."""


def write_table(rows: Sequence[Mapping[str, Any]], path: Path | None = None) -> None:
    """Write the table with what it was made of."""
    marks = {
        "fingerprint": fingerprint(), "posterior": posterior_mark(),
        "date": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip
    target = path or Path(str(files("calibration").joinpath(TABLE)))
    draft = target.with_name(f".{target.name}.draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_written(row) | marks for row in rows)
    draft.replace(target)


def _written(row: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in row.items():
        if value is None:
            found[name] = ""
        elif isinstance(value, bool):
            found[name] = "yes" if value else "no"
        else:
            found[name] = f"{value:.5g}" if name in NUMBERS else str(value)
    return found


def packaged_rows() -> list[dict[str, Any]]:
    """Return the rows of the packaged table, with numbers as numbers; what is not there is ``None``."""
    text = files("calibration").joinpath(TABLE).read_text(encoding="utf-8")
    return [_read(row) for row in csv.DictReader(text.splitlines())]


def _read(row: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(row)
    for name in NUMBERS:
        found[name] = float(row[name]) if row[name] else None
    found["draws"], found["year"] = int(row["draws"]), int(row["year"])
    found["own"] = row["own"] == "yes"
    found["inside"] = None if not row["inside"] else row["inside"] == "yes"
    return found


def failed_groups(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the numbers of hold-outs of which at least one cell lies outside the model's interval."""
    missed = (row for row in rows if row["use"] == HELD_OUT and row["inside"] is False)
    return tuple(dict.fromkeys(group_of(row["id"]) for row in missed))


def group_of(name: str) -> str:
    """Return the number of a cell without its letter."""
    return name.rstrip("abcdefghijklmnopqrstuvwxyz")


def notes() -> dict[str, dict[str, str]]:
    """Return why held-out figures are missed, by number: ``nl`` and ``en``."""
    return tomllib.loads(files("calibration").joinpath(NOTES).read_text(encoding="utf-8"))


def write_verdicts(found: Sequence[Verdict], rows: Sequence[Mapping[str, Any]], path: Path | None = None) -> None:
    """Write the verdicts to the file that every report reads."""
    (path or Path(str(files("scenarios").joinpath(VERDICTS)))).write_bytes(verdicts_text(found, rows).encode("utf-8"))


def verdicts_text(found: Sequence[Verdict], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the file of verdicts: what each family is good for, why, and which family an outcome belongs to."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Made by `python -m calibration.validation`. Do not edit: make it again."))
    document["fingerprint"] = rows[0]["fingerprint"]
    document["posterior"] = rows[0]["posterior"]
    document["date"] = rows[0]["date"]
    document["draws"] = max(row["draws"] for row in rows)
    document["held_out"] = sum(one.cells for one in found)
    named = tomlkit.table()
    for one in found:
        named[one.family] = _family(one)
    document["families"] = named
    outcomes = tomlkit.table()
    for name, outcome in OUTCOMES.items():
        outcomes[name] = family_of(name, outcome.section)
    document["outcomes"] = outcomes
    return tomlkit.dumps(document)


def _family(one: Verdict) -> Any:
    family, (nl, en) = families()[one.family], REASONS[one.reason]
    table = tomlkit.table()
    table["verdict"], table["reason"] = one.verdict, one.reason
    table["nl"], table["en"] = family.nl, family.en
    table["reason_nl"], table["reason_en"] = nl, en
    table["held_out"], table["own"], table["inside"] = one.cells, one.own, one.inside
    for kind in ("national", "last"):
        value = getattr(one, f"skill_{kind}")
        if value is not None:
            table[f"skill_{kind}"] = round(value, 3)
    return table
