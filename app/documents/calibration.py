"""The page on the fit (``docs/calibration.md``): what was fitted to what, what was learned, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.documents.fill import filled
from calibration.fit import check, errors, space
from calibration.fit.emulator import FAMILY_ERROR, IMPLAUSIBLE, MOST_FITTED, WORTHWHILE
from calibration.fit.learned import LEARNED, MOVED, fit_misses, packaged, packaged_facts
from calibration.fit.recovery import CHOSEN, DOUBT, PARAMETERS, TRUTHS, WITH_THE_MODEL
from calibration.targets import load_targets
from sim.parameters import declared_parameters

Row = Mapping[str, str]


def page() -> str:
    """Return the whole page."""
    facts, parameters, targets = packaged_facts(), packaged("parameters.csv"), packaged("targets.csv")
    checked, recovered, methods = packaged(check.TABLE), packaged("recovery.csv"), packaged("methods.csv")
    names = {one.id: one.pattern for one in load_targets()}
    missed = {row["id"] for row in (*checked, *targets) if row["in_range"] == "no"}
    return filled(
        "calibration",
        facts=facts,
        counts={
            "candidates": len(parameters),
            "fitted": len(facts["fitted"]),
            "shipped": len(facts["shipped"]),
            "checked_inside": sum(row["in_range"] == "yes" for row in checked),
            "checked": len(checked),
            "inside": sum(row["in_range"] == "yes" for row in targets),
            "targets": len(targets),
        },
        check=checked[0],
        chosen=CHOSEN,
        truths=TRUTHS,
        with_the_model=WITH_THE_MODEL,
        doubt=f"{DOUBT:.0%}",
        recovered_parameters=", ".join(f"`{path}`" for path in PARAMETERS),
        rules={
            "national": f"{errors.NATIONAL_FOR_AREA:.0%}", "year": f"{errors.PER_YEAR_APART:.0%}",
            "low": f"{errors.LOW_CONFIDENCE:g}", "implausible": f"{IMPLAUSIBLE:g}", "most": MOST_FITTED,
            "worthwhile": f"{WORTHWHILE:.0%}", "family": f"{FAMILY_ERROR:.0%}", "learned": f"{LEARNED:.0%}",
            "moved": f"{MOVED:g}", "never": ", ".join(f"`{name}`" for name in space.NEVER_FITTED),
        },
        learned=[_parameter(row) for row in parameters if row["fitted"] == "yes"],
        expected=[_expected(row) for row in _by_expectation(parameters) if row["fitted"] == "no"][:15],
        kept=_kept(parameters),
        targets=[_target(row, names[row["id"]]) for row in targets],
        checked=[_checked(row, names[row["id"]]) for row in checked],
        misses=[_miss(row, checked) for row in targets if row["id"] in missed],
        methods=[
            (f"`{row['way']}`", _percent(row["coverage"]), row["width"], row["error"], row["runs"]) for row in methods
        ],
        coverage=[(f"`{path}`", *_coverage(recovered, path)) for path in PARAMETERS],
        again=_percent(str(_share([row for row in recovered if row["way"] == "with-the-model"]))),
    )  # fmt: skip


def _by_expectation(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -float(row["expected_learning"]))


def _parameter(row: Row) -> tuple[str, ...]:
    one = declared_parameters()[row["parameter"]]
    return (
        f"`{row['parameter']}`", one.description.en, one.grade, _band(row, "prior_"), _band(row, ""),
        _percent(str(max(0.0, float(row["learned"])))), row["moved"],
        "fitted" if row["shipped"] == "yes" else "prior kept",
    )  # fmt: skip


def _band(row: Row, prefix: str) -> str:
    return f"{row[f'{prefix}p50']} ({row[f'{prefix}p05']} to {row[f'{prefix}p95']})"


def _expected(row: Row) -> tuple[str, ...]:
    return f"`{row['parameter']}`", _percent(row["expected_learning"])


def _kept(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Return the parameters that keep their prior, by file."""
    by_file: dict[str, list[str]] = {}
    for row in rows:
        if row["shipped"] == "no":
            file, _, name = row["parameter"].partition(".")
            by_file.setdefault(file, []).append(f"`{name}`")
    return [(f"`{file}`", ", ".join(names)) for file, names in by_file.items()]


def _target(row: Row, name: str) -> tuple[str, ...]:
    return (
        row["id"], name, f"{row['target']} ({row['low']} to {row['high']})", _band(row, "before_"), _band(row, ""),
        row["in_range"] if row["used"] == "yes" else f"{row['in_range']} (out of reach, not used)",
    )  # fmt: skip


def _checked(row: Row, name: str) -> tuple[str, ...]:
    return (
        row["id"], name, f"{row['target']} ({row['low']} to {row['high']})",
        f"{row['middle']} ({row['lowest']} to {row['highest']})", row["in_range"],
    )  # fmt: skip


def _miss(row: Row, checked: Sequence[Row]) -> tuple[str, ...]:
    over_areas = next(one["in_range"] for one in checked if one["id"] == row["id"])
    return row["id"], row["in_range"], over_areas, fit_misses()[row["id"]]["en"], row["conflicts_with"] or "none seen"


def _coverage(rows: Sequence[Row], path: str) -> tuple[str, str]:
    mine = [row for row in rows if row["way"] == CHOSEN and row["parameter"] == path]
    width = sum(float(row["high"]) - float(row["low"]) for row in mine) / len(mine)
    return _percent(str(_share(mine))), f"{width:.2f}"


def _share(rows: Sequence[Row]) -> float:
    return sum(row["inside"] == "yes" for row in rows) / len(rows)


def _percent(text: str) -> str:
    return f"{float(text):.0%}"
