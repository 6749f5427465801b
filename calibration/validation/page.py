"""The pages ``docs/validation.md`` and ``docs/validatie.md``, made from the tables: the same bytes each time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from calibration.targets import CHECK, HELD_OUT
from calibration.validation.behaviours import behaviours
from calibration.validation.holdouts import Holdout, left_out, load_holdouts
from calibration.validation.quantities import quantities
from calibration.validation.run import PRIOR
from calibration.validation.table import REASONS, failed_groups
from calibration.validation.verdicts import COVERED_BADLY, COVERED_WELL, FEW_OWN, families, verdicts
from sim.areas import load_area, load_areas

PAGES = {"en": "validation.md", "nl": "validatie.md"}
DIGITS = 3
Rows = Sequence[Mapping[str, Any]]
Texts = Mapping[str, Any]


def texts(language: str) -> Texts:
    """Return the texts of the pages in a language."""
    content = files("calibration.validation").joinpath("page_texts.toml").read_text(encoding="utf-8")
    found: Texts = tomllib.loads(content)[language]
    return found


def page(rows: Rows, explained: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return the page of the given rows in a language.

    Args:
        rows: rows of the table, as :func:`calibration.validation.table.packaged_rows` gives them.
        explained: why hold-outs are missed, by number and language.
        language: ``nl`` or ``en``.
    """
    t = texts(language)
    parts = [
        f"# {t['title']}\n",
        f"{t['made']}\n",
        f"{t['intro']}\n",
        f"{_counts(rows, t)}\n",
        *_verdicts(rows, t, language),
        *_misses(rows, explained, t, language),
        f"## {t['cells']}\n",
        _cells([row for row in rows if row["use"] == HELD_OUT], t, language),
        f"## {t['checks']}\n",
        f"{t['checks_intro']}\n",
        _cells([row for row in rows if row["use"] == CHECK], t, language),
        *_behaviours(t, language),
        *_left_out(t),
        f"{t['forecast']}\n",
    ]
    return "\n".join(parts)


def _counts(rows: Rows, t: Texts) -> str:
    mine = [row for row in rows if row["use"] == HELD_OUT]
    return str(t["counts"]).format(
        cells=len(mine),
        own=sum(row["own"] for row in mine),
        inside=sum(row["inside"] is True for row in mine),
        draws=max(row["draws"] for row in mine),
        source=t["prior"] if rows[0]["posterior"] == PRIOR else t["posterior"],
    )


def _verdicts(rows: Rows, t: Texts, language: str) -> Iterable[str]:
    yield f"## {t['verdicts']}\n"
    percent = {"badly": f"{COVERED_BADLY:.0%}", "well": f"{COVERED_WELL:.0%}", "few": FEW_OWN}
    yield str(t["verdict_intro"]).format(**percent) + "\n"
    lines = []
    for one in verdicts(rows):
        reason = REASONS[one.reason][("nl", "en").index(language)]
        figures = (str(one.cells), str(one.own), str(one.inside))
        skills = (_number(one.skill_national, t, 2), _number(one.skill_last, t, 2))
        name = getattr(families()[one.family], language)
        lines.append((name, f"**{t[one.verdict]}**", reason, *figures, *skills))
    yield _table(t["heads_verdicts"], lines)


def _misses(rows: Rows, explained: Mapping[str, Mapping[str, str]], t: Texts, language: str) -> Iterable[str]:
    yield f"## {t['misses']}\n"
    for group in failed_groups(rows):
        yield f"- **{group}** {explained.get(group, {}).get(language, '')}"
    yield ""


def _cells(rows: Rows, t: Texts, language: str) -> str:
    cells = {cell.id: cell for cell in load_holdouts()}
    lines = []
    for row in rows:
        cell = cells[row["id"]]
        expected = f"{_number(row['value'], t)} ({_number(row['low'], t)}; {_number(row['high'], t)})"
        came = f"{_number(row['median'], t)} ({_number(row['q05'], t)}; {_number(row['q95'], t)})"
        inside = t["nothing"] if row["inside"] is None else t["yes"] if row["inside"] else f"**{t['no']}**"
        scores = (row["z"], row["crps"], row["crps_national"], row["crps_last"])
        what = f"{getattr(quantities()[cell.quantity], language)}, {place_of(cell, t)}, {cell.year}"
        lines.append((cell.id, what, expected, came, inside, *(_number(one, t) for one in scores)))
    return _table(t["heads_cells"], lines)


def place_of(cell: Holdout, t: Texts) -> str:
    """Return where a cell holds, in words."""
    kind, _, name = cell.scope.partition(":")
    if kind == "area":
        return load_area(name).name
    if kind == "wijk":
        return next(wijk.name for area in load_areas() for wijk in area.wijken if wijk.code == name)
    return str(t[kind]).format(name=name)


def _behaviours(t: Texts, language: str) -> Iterable[str]:
    yield f"## {t['behaviours']}\n"
    yield f"{t['behaviours_intro']}\n"
    lines = []
    for one in behaviours():
        figures = "; ".join(
            f"{each.id}: {_number(each.value, t)} ({_number(each.low, t)}; {_number(each.high, t)})"
            for each in one.found
        )
        lines.append((getattr(one, language), one.use, figures, t["yes"] if one.holds else f"**{t['no']}**"))
    yield _table(t["heads_behaviours"], lines)


def _left_out(t: Texts) -> Iterable[str]:
    yield f"## {t['left_out']}\n"
    yield f"{t['left_out_intro']}\n"
    yield _table(t["heads_left_out"], [(r["figure"], r["scope"], r["source"], r["reason"]) for r in left_out()])


def _number(value: float | None, t: Texts, decimals: int | None = None) -> str:
    if value is None:
        return str(t["nothing"])
    text = f"{value:.{decimals}f}" if decimals is not None else f"{value:.{DIGITS}g}"
    if "e" in text:
        text = f"{value:.0f}"
    text = "0" if float(text) == 0 else text
    return text.replace(".", ",") if t["title"] == "Validatie" else text


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, lines)]) + "\n"
