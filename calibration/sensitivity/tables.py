"""The tables that travel with the package: what screening and variance analysis found, and how they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from calibration.groups import source_of_draws
from calibration.kept_tables import packaged_table
from calibration.sensitivity.points import Setting
from calibration.sensitivity.questions import LINES, RACES, Question, difference
from calibration.sensitivity.screening import Effect, Floats
from calibration.sensitivity.variance import Share, Single
from sim.fingerprint import fingerprint

SCREENING, VARIANCE, RACE = "sensitivity.csv", "variance.csv", "sensitivity_lines.csv"
GROUP, PARAMETER = "group", "parameter"

Row = dict[str, str]


@dataclass(frozen=True)
class Standing:
    """What rows stand on.

    Attributes:
        points: worlds that were lived.
        failed: worlds that failed; what belongs to them is left out jointly.
        kept: trajectories, or rows of the base, that are whole.
    """

    points: int
    failed: int
    kept: int

    def columns(self, setting: Setting) -> Row:
        """Return it as columns, with where and with what it was made."""
        return {
            "points": str(self.points),
            "failed": str(self.failed),
            "kept": str(self.kept),
            "area": setting.area,
            "sample": f"{setting.sample:g}",
            "years": str(setting.years),
            "fingerprint": fingerprint(),
            "posterior": source_of_draws(),
            "date": date.today().isoformat(),
        }


def screening_rows(
    question: Question, name: str, values: Floats, found: Iterable[Effect], standing: Standing, setting: Setting
) -> list[Row]:
    """Return a row per group; ``better`` is the share of the points at which the scenario is better, ties half."""
    there = values[np.isfinite(values)]
    gain = sign_of(name) * there
    better = float(((gain > 0) + 0.5 * (gain == 0)).mean())
    return [
        {
            "question": question.id,
            "difference": name,
            "group": one.group,
            "effect": f"{one.effect:.6g}",
            "error": f"{one.error:.6g}",
            "middle": f"{np.median(there):.6g}",
            "spread": f"{there.std():.6g}",
            "better": f"{better:.4f}",
            **standing.columns(setting),
        }
        for one in found
    ]


def sign_of(name: str) -> int:
    """Return 1 where more of a difference is good, -1 where less is."""
    return 1 if difference(name).outcome.startswith("npv_") else -1


def variance_rows(
    question: Question,
    name: str,
    found: Iterable[Share],
    single: Iterable[Single],
    standing: Standing,
    setting: Setting,
) -> list[Row]:
    """Return a row per group, and one per single parameter that stands out."""
    same = {"question": question.id, "difference": name}
    rows = [
        {
            **same,
            "kind": GROUP,
            "thing": one.group,
            "alone": f"{one.alone:.4f}",
            "alone_error": f"{one.alone_error:.4f}",
            "total": f"{one.total:.4f}",
            "total_error": f"{one.total_error:.4f}",
            "correlation": "",
        }
        for one in found
    ]
    blank = dict.fromkeys(("alone", "alone_error", "total", "total_error"), "")
    rows += [
        {**same, "kind": PARAMETER, "thing": one.path, **blank, "correlation": f"{one.correlation:.3f}"}
        for one in single
    ]
    return [{**row, **standing.columns(setting)} for row in rows]


def race_rows(values: Mapping[str, Floats], standing: Standing, setting: Setting) -> list[Row]:
    """Return by outcome and line what it changes in the middle, and how often it helps most; ties count in part."""
    rows = []
    for outcome, end in RACES.items():
        lines = np.array([values[f"{line.replace('-', '_')}_{end}"] for line in LINES])
        lines = lines[:, np.isfinite(lines).all(axis=0)]
        best = (lines == lines.min(axis=0)) & (lines < 0)
        shares = (best / np.maximum(best.sum(axis=0), 1)).mean(axis=1)
        for line, own, share in zip(LINES, lines, shares, strict=True):
            rows.append(
                {
                    "outcome": outcome,
                    "line": line,
                    "middle": f"{np.median(own):.6g}",
                    "low": f"{np.quantile(own, 0.05):.6g}",
                    "high": f"{np.quantile(own, 0.95):.6g}",
                    "best": f"{share:.4f}",
                    **standing.columns(setting),
                }
            )
    return rows


def about(name: str, scenario: str, reference: str) -> dict[str, list[Row]]:
    """Return by difference the rows of a packaged table that are about a scenario and a reference."""
    found: dict[str, list[Row]] = {}
    for row in packaged_table(name):
        one = difference(row["difference"])
        if (one.scenario, one.reference) == (scenario, reference) and not one.best_of:
            found.setdefault(one.id, []).append(row)
    return found
