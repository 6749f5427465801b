"""The parameter book: every parameter and lever in one page, made by ``python -m sim.parameters.book``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from sim.levers import Lever, declared_levers
from sim.parameters.loader import Distribution, Parameter, declared_parameters

GRADES = ("high", "medium", "low", "judgement")
SMALLEST_GROUPED = 10_000
"""From here on whole numbers are written with commas."""

INTRODUCTION = """\
# Parameter book

Made from `sim/parameters/*.toml` by `python -m sim.parameters.book`. Do not edit this page: change those
files and make it again.

A parameter is read by its path: `parameters["offending.peers"]`, or `parameters.table("offending.ages")`
where the value is a list. *Value* is the central value (draw 0). *Doubt* is the distribution from which
draws 1 and up are taken; without one the parameter is the same in every draw. `normal` and `lognormal` have
the value as their median and may be wider on one side. *Local SD* is the spread, on the log scale, of a
deviation that each area gets of its own.

*Source* names a row of the evidence (`M..` a mechanism, `E..` an intervention, `C..` a cost, `P..` a
pattern) or a publication, or says how the value was set. *Recalled* means from the literature, without
reading the number again. The grade says how much weight the value can bear; `judgement` is ours, and nobody
measured it.
"""


def book() -> str:
    """Return the whole page."""
    parameters = declared_parameters()
    parts = [INTRODUCTION, _summary(parameters.values())]
    for stem, entries in groupby(parameters.items(), key=lambda entry: entry[0].partition(".")[0]):
        parts.append(_chapter(stem, list(entries)))
    parts.append(_levers(declared_levers().values()))
    return "\n".join(parts)


def _summary(parameters: Iterable[Parameter]) -> str:
    """Return how many parameters there are of each grade, and how many differ between draws."""
    listed = list(parameters)
    total: Counter[str] = Counter(parameter.grade for parameter in listed)
    drawn: Counter[str] = Counter(parameter.grade for parameter in listed if _is_drawn(parameter))
    rows = [(grade, str(total[grade]), str(drawn[grade])) for grade in GRADES]
    rows.append(("all", str(len(listed)), str(drawn.total())))
    return markdown_table(("grade", "parameters", "of which uncertain in the draws"), rows)


def _chapter(stem: str, entries: Sequence[tuple[str, Parameter]]) -> str:
    heading = f"## {stem}\n\n{_first_comment(stem)}\n"
    columns = ("parameter", "meaning", "value", "unit", "doubt", "source", "grade", "note")
    rows = [
        (
            f"`{path}`",
            f"{parameter.description.en}<br>*{parameter.description.nl}*",
            _value(parameter.value),
            parameter.unit,
            _doubt(parameter),
            parameter.source,
            parameter.grade,
            parameter.note,
        )
        for path, parameter in entries
    ]
    return f"{heading}\n{markdown_table(columns, rows)}"


def _levers(levers: Iterable[Lever]) -> str:
    """Return what policy chooses; the ranges are limits, not doubts."""
    heading = "## Levers\n\nWhat a scenario may set. A range is what is accepted, not what is believed.\n"
    columns = ("lever", "meaning", "unit", "lowest", "highest", "default", "who may set it")
    rows = [
        (
            f"`{lever.path}`",
            f"{lever.description['en']}<br>*{lever.description['nl']}*",
            lever.unit,
            number_text(lever.low),
            number_text(lever.high),
            number_text(lever.default),
            {"national": "country", "area": "area", "any": "country or area"}[lever.scope],
        )
        for lever in levers
    ]
    return f"{heading}\n{markdown_table(columns, rows)}"


def _first_comment(stem: str) -> str:
    """Return the line that opens a parameter file."""
    text = files("sim.parameters").joinpath(f"{stem}.toml").read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def _is_drawn(parameter: Parameter) -> bool:
    return parameter.distribution.kind != "fixed" or parameter.local_sd > 0


def _doubt(parameter: Parameter) -> str:
    parts = [_distribution(parameter.distribution)] if parameter.distribution.kind != "fixed" else []
    if parameter.local_sd:
        parts.append(f"local SD {number_text(parameter.local_sd)}")
    return "; ".join(parts)


def _distribution(distribution: Distribution) -> str:
    found: list[str] = [distribution.kind]
    if distribution.p05 is not None and distribution.p95 is not None:
        found.append(f"5th to 95th percentile {number_text(distribution.p05)} to {number_text(distribution.p95)}")
    if distribution.low is not None:
        found.append(f"from {number_text(distribution.low)}")
    if distribution.high is not None:
        found.append(f"to {number_text(distribution.high)}")
    return " ".join(found)


def _value(value: float | list[float]) -> str:
    return ", ".join(map(number_text, value)) if isinstance(value, list) else number_text(value)


def number_text(value: float) -> str:
    """Write a number briefly: no rounding noise, no exponent where a person would not use one."""
    if abs(value) >= SMALLEST_GROUPED and float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.6g}"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def write_page(page: Callable[[], str], name: str, what: str, arguments: Sequence[str] | None) -> None:
    """Write a generated page to ``docs/NAME`` or where ``--out`` says: the command line of modules that make one."""
    usual = Path(__file__).resolve().parents[2] / "docs" / name
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--out", type=Path, default=usual, help=f"file to write (default: docs/{name})")
    path = parser.parse_args(arguments).out
    if not path.parent.is_dir():
        parser.error(f"the folder {path.parent} does not exist; name a file with --out")
    path.write_bytes(page().encode("utf-8"))
    print(f"written: {path.name}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    write_page(book, "parameters.md", "Write the parameter book.", arguments)


if __name__ == "__main__":
    main()
