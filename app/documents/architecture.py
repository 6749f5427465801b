"""The page on the code (``docs/architecture.md``): floors and their rule, the month in its order, what stands where."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from app.documents.code import Step, first_sentence, modules, month
from app.documents.fill import filled

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = {
    "sim": ("sim", "sim.population", "sim.mechanisms", "sim.agents", "sim.networks", "sim.programme", "sim.parameters",
            "sim.areas"),
    "results": ("results",),
    "scenarios": ("scenarios", "scenarios.live"),
    "calibration": ("calibration",),
    "app": ("app", "app.html", "app.browser", "app.browser.pages", "app.documents"),
}  # fmt: skip
"""The packages of every floor, with the parts that have a folder of their own."""


def rules() -> list[dict[str, Any]]:
    """Return what import-linter holds."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(declared["tool"]["importlinter"]["contracts"])


def floors() -> list[list[str]]:
    """Return the floors from the top down; who shares one does not know the other."""
    (rule,) = [one for one in rules() if one["type"] == "layers"]
    return [[name.strip() for name in layer.split("|")] for layer in rule["layers"]]


def page() -> str:
    """Return the whole page."""
    packages = [(name, first_sentence(import_module(name).__doc__)) for floor in floors() for name in floor]
    return filled(
        "architecture",
        floors=floors(),
        forbidden=[_forbidden(one) for one in rules() if one["type"] == "forbidden"],
        packages=[(f"`{name}`", what) for name, what in packages],
        month=[(name, what, [_step(one) for one in steps]) for name, (what, steps) in month().items()],
        modules=[(package, _modules(package)) for name, _ in packages for package in PACKAGES[name]],
    )


def _forbidden(rule: dict[str, Any]) -> tuple[str, str, str]:
    who, what = (", ".join(f"`{name}`" for name in rule[key]) for key in ("source_modules", "forbidden_modules"))
    return (rule["name"], who, what)


def _step(step: Step) -> tuple[str, str, str]:
    return (step.what, step.when, f"`{step.where}`")


def _modules(package: str) -> Sequence[tuple[str, str]]:
    folder = package.replace(".", "/")
    return [(f"`{folder}/{name}.py`", what) for name, what in modules(package)]
