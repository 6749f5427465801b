"""What a fit learned: of each parameter, of each target, and which members are kept as the posterior."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
from numpy.typing import NDArray

from calibration.fit.emulator import IMPLAUSIBLE, correlations
from calibration.fit.run import Fit, facts_of
from calibration.fit.space import quantile_of_prior, value_at
from calibration.kept_tables import packaged_table
from sim.fingerprint import fingerprint

Floats = NDArray[np.float64]

LEARNED = 0.1
"""A parameter keeps its prior when less than this share of its variance went and its middle hardly moved."""

MOVED = 0.5
"""Deviations by which the middle of a parameter has to move to count as learned."""

TOGETHER = 0.3
"""Rank correlation over prior draws from which two targets are said to move together."""

BAND = (0.05, 0.5, 0.95)

PARAMETERS = (
    "parameter", "fitted", "shipped", "expected_learning", "learned", "moved", "prior_p05", "prior_p50", "prior_p95",
    "p05", "p50", "p95", "fingerprint",
)  # fmt: skip
TARGETS = (
    "id", "used", "target", "low", "high", "error", "chance", "before_p05", "before_p50", "before_p95", "p05", "p50",
    "p95", "in_range", "conflicts_with", "fingerprint",
)  # fmt: skip
DRAWS = ("draw", "area", "parameter", "value")

Rows = list[dict[str, str]]


def kept_members(fit: Fit) -> list[int]:
    """Return the members that the targets do not rule out, judged by what the model gave for them itself."""
    used = [fit.targets.index(one) for one in fit.observed.targets]
    spread = np.sqrt(fit.observed.error**2 + fit.observed.chance**2)[:, None]
    distance = np.abs(fit.values[used] - fit.observed.values[:, None]) / spread
    second = np.sort(np.where(np.isnan(distance), np.inf, distance), axis=0)[-2]
    return [int(one) for one in np.flatnonzero(second <= IMPLAUSIBLE)]


def learned_shares(fit: Fit) -> tuple[Floats, Floats]:
    """Return of each fitted parameter the share of its prior variance that went, and how far its middle moved."""
    kept = fit.places[:, kept_members(fit)]
    return 1 - kept.var(axis=1, ddof=1), np.median(kept, axis=1)


def shipped_parameters(fit: Fit) -> tuple[str, ...]:
    """Return the parameters of which something was learned; the others keep their prior."""
    share, moved = learned_shares(fit)
    return tuple(
        path for path, one, far in zip(fit.paths, share, moved, strict=True) if one >= LEARNED or abs(far) >= MOVED
    )


def draw_rows(fit: Fit) -> list[tuple[int, str, str, float]]:
    """Return the posterior as rows of draw, area, parameter and value."""
    places = dict(zip(fit.paths, fit.places, strict=True))
    return [
        (fit.draws[member], "all", path, value_at(path, float(places[path][member])))
        for member in kept_members(fit)
        for path in sorted(shipped_parameters(fit))
    ]


def parameter_rows(fit: Fit) -> Rows:
    """Return what was learned about every parameter that a fit may move."""
    share, moved = learned_shares(fit)
    of = {path: place for place, path in enumerate(fit.paths)}
    shipped, kept, rows = shipped_parameters(fit), kept_members(fit), []
    for path, expected in fit.expected.items():
        row = dict.fromkeys(PARAMETERS, "") | {
            "parameter": path, "fitted": _yes(path in of), "shipped": _yes(path in shipped),
            "expected_learning": f"{expected:.3f}", "fingerprint": fingerprint(),
            **{f"prior_p{100 * q:02.0f}": f"{quantile_of_prior(path, q):.4g}" for q in BAND},
        }  # fmt: skip
        if path in of:
            values = [value_at(path, float(z)) for z in fit.places[of[path], kept]]
            row |= {"learned": f"{share[of[path]]:.3f}", "moved": f"{moved[of[path]]:+.2f}"} | _band(values, "")
        rows.append(row)
    return rows


def target_rows(fit: Fit) -> Rows:
    """Return every target before and after the fit, and with which other it is in conflict."""
    kept, rows = kept_members(fit), []
    used = {one.id: place for place, one in enumerate(fit.observed.targets)}
    after = fit.values[:, kept]
    fights = _conflicts(fit, after)
    for place, one in enumerate(fit.targets):
        middle = float(np.median(after[place]))
        inside = one.low <= middle <= one.high
        errors = {"error": "", "chance": ""}
        if one.id in used:
            mine = used[one.id]
            errors = {"error": f"{fit.observed.error[mine]:.4g}", "chance": f"{fit.observed.chance[mine]:.4g}"}
        rows.append({
            "id": one.id, "used": _yes(one.id in used), "target": f"{one.target:g}", "low": f"{one.low:g}",
            "high": f"{one.high:g}", **errors, **_band(fit.before[place], "before_"), **_band(after[place], ""),
            "in_range": _yes(inside), "conflicts_with": "" if inside else fights[place], "fingerprint": fingerprint(),
        })  # fmt: skip
    return rows


def _conflicts(fit: Fit, after: Floats) -> list[str]:
    """Return for every target the one that moving it to its value would push furthest from its own."""
    together = correlations(fit.before, fit.before)
    wanted = np.sign(np.array([one.target for one in fit.targets]) - np.median(after, axis=1))
    against = -wanted[:, None] * together * wanted[None, :]
    best = against.argmax(axis=1)
    return [fit.targets[other].id if against[place, other] >= TOGETHER else "" for place, other in enumerate(best)]


def _band(values: Any, prefix: str) -> dict[str, str]:
    low, middle, high = np.quantile(values, BAND)
    return {f"{prefix}p05": f"{low:.4g}", f"{prefix}p50": f"{middle:.4g}", f"{prefix}p95": f"{high:.4g}"}


def _yes(found: bool) -> str:
    return "yes" if found else "no"


# --- files


def write_posterior(fit: Fit, folder: Path, made: str) -> None:
    """Write a posterior: draws, what they follow from, what was learned, targets before and after.

    Args:
        fit: what came out.
        folder: where, made when it is not there.
        made: the day, for whoever cites it.
    """
    import pyarrow as pa

    from results.store import parquet_bytes

    folder.mkdir(parents=True, exist_ok=True)
    columns = list(zip(*draw_rows(fit), strict=True))
    kinds = (pa.int64(), pa.string(), pa.string(), pa.float64())
    table = pa.table(
        {name: pa.array(list(column), kind) for name, column, kind in zip(DRAWS, columns, kinds, strict=True)}
    )
    (folder / "draws.parquet").write_bytes(parquet_bytes(table))
    (folder / "parameters.csv").write_text(_csv(parameter_rows(fit), PARAMETERS), encoding="utf-8")
    (folder / "targets.csv").write_text(_csv(target_rows(fit), TARGETS), encoding="utf-8")
    facts = {"made": made, **facts_of(fit), "members": len(kept_members(fit)), "fitted": list(fit.paths)}
    facts |= {"shipped": list(shipped_parameters(fit))}
    (folder / "posterior.toml").write_text(tomlkit.dumps(facts), encoding="utf-8")


def _csv(rows: Iterable[Mapping[str, str]], columns: tuple[str, ...]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def packaged(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of the shipped fit, ``parameters.csv`` for instance."""
    return packaged_table(f"fit/{name}")


def fit_misses() -> dict[str, dict[str, str]]:
    """Return why patterns do not lie in their range at the shipped posterior, by number and language."""
    return tomllib.loads(files("calibration").joinpath("fit", "misses.toml").read_text(encoding="utf-8"))


def packaged_facts() -> dict[str, Any]:
    """Return what the shipped posterior follows from."""
    return tomllib.loads(files("scenarios").joinpath("fitted", "posterior.toml").read_text(encoding="utf-8"))
