"""Makes the posterior of a fit the one that is shipped: ``python -m calibration.fit.ship output/calibration``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from sim.fingerprint import fingerprint

POSTERIOR = "posterior"
"""Folder of the posterior in that of a fit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this module; returns 2 when the folder holds no posterior of this model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the fit (wijklab calibrate --out)")
    folder = parser.parse_args(arguments).folder / POSTERIOR
    try:
        facts = tomllib.loads((folder / "posterior.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print(f"{folder}: no finished posterior", file=sys.stderr)
        return 2
    if facts.get("fingerprint") != fingerprint():
        print(f"{folder}: a posterior of another model, Python or NumPy", file=sys.stderr)
        return 2
    draws, learned = Path(str(files("scenarios"))) / "fitted", Path(str(files("calibration"))) / "fit"
    draws.mkdir(exist_ok=True)
    for name, place in (
        ("draws.parquet", draws),
        ("posterior.toml", draws),
        ("parameters.csv", learned),
        ("targets.csv", learned),
    ):
        shutil.copyfile(folder / name, place / name)
    print(f"{facts['members']} draws of {len(facts['shipped'])} parameters are shipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
