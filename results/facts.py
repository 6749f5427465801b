"""What a manifest says of the runs that were asked for and of the command, as it may be shown to others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

COMPARE = "compare"
"""The command whose folders hold two scenarios and no sweep."""


def runs_asked(manifest: Mapping[str, Any], held: int) -> int:
    """Return the number of runs of the whole design.

    Args:
        manifest: of a folder. Older ones do not say it: then it is that of the scenarios as they stand.
        held: runs that the folder knows of; a swept design has more than its scenarios say.
    """
    if "runs" in manifest:
        return int(manifest["runs"])
    asked = 1
    for name in ("scenarios", "areas", "draws", "seeds"):
        asked *= len(manifest.get(name, ()))
    return max(asked, held)


def command_of(manifest: Mapping[str, Any]) -> list[str]:
    """Return the command of a folder without the paths of somebody's own machine: of those only the last part."""
    return [_without_folders(str(part)) for part in manifest.get("command", ())]


def _without_folders(part: str) -> str:
    option, mark, value = part.partition("=")
    if mark and option.startswith("-"):
        return f"{option}={_without_folders(value)}"
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(part).is_absolute():
            return kind(part).name or part
    return part


def is_comparison(manifest: Mapping[str, Any]) -> bool:
    """Say whether a folder was made by ``wijklab compare``."""
    return list(manifest.get("command", ()))[1:2] == [COMPARE]
