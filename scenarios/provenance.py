"""Where results come from: everything a manifest says so that they can be cited and repeated."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.design import Design

UNKNOWN = "unknown"
PACKAGES = ("mesa", "networkx", "numpy", "pandas", "scipy", "pyarrow", "pydantic", "ipfn", "pebble")
"""Packages whose version can matter to a result or its file."""

GIT_SECONDS = 5


def wijklab_version() -> str:
    """Return the version of this package."""
    return _version("wijklab")


def commit() -> str:
    """Return the commit of these sources, marked when they were changed since; ``unknown`` outside git."""
    here = Path(__file__).resolve()
    # The folder may lie inside somebody else's repository: only one that tracks this file is ours.
    if _git(here.parent, "ls-files", "--error-unmatch", here.name) is None:
        return UNKNOWN
    found = _git(here.parent, "rev-parse", "HEAD")
    changed = _git(here.parent, "status", "--porcelain", "--untracked-files=no")
    return UNKNOWN if found is None else found + ("+changes" if changed else "")


def manifest_facts(
    design: Design,
    fingerprint: str,
    command: Sequence[str],
    options: Mapping[str, Any],
    local_data: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return what the manifest says before the first run.

    Args:
        design: what is run.
        fingerprint: that of the model.
        command: the command as it was typed.
        options: the options in force, wherever they were set.
        local_data: what was filled in of areas, sheet by sheet (:meth:`scenarios.local_data.LocalData.facts`).
    """
    return {
        "version": wijklab_version(),
        "commit": commit(),
        "fingerprint": fingerprint,
        "command": list(command),
        "options": dict(options),
        "scenarios": [scenario.id for scenario in design.scenarios],
        "reference": design.reference,
        "areas": list(design.areas),
        "runs": sum(1 for _ in design.runs()),
        "draws": list(design.draws),
        "draws_from": "prior" if design.drawn is None else design.drawn.file,
        "draws_sha256": "" if design.drawn is None else design.drawn.sha256,
        "seeds": list(design.seeds),
        "sample": design.sample,
        "years": design.years,
        "elsewhere_share": elsewhere_share(design.sample),
        "local_data": None if local_data is None else [dict(sheet) for sheet in local_data],
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "machine": {"system": platform.system(), "kind": platform.machine(), "cpu_features": cpu_features()},
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": "running",
    }


def cpu_features() -> list[str]:
    """Return the vector instructions NumPy found: results are equal between machines where these are."""
    import numpy as np

    found: Any = np.show_config(mode="dicts")
    features = found.get("SIMD Extensions", {})
    return sorted({*features.get("baseline", []), *features.get("found", [])})


def elsewhere_share(sample: float) -> float:
    """Return the share of those who moved away that is followed, by weight: larger in a sample, up to all."""
    from sim.parameters import load_parameters

    return min(1.0, load_parameters()["demography.elsewhere_share"] / sample)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return UNKNOWN


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
