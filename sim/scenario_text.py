"""The text of a scenario file: everything that is checked before anything is believed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from sim.scenario_errors import ScenarioError

MOST_BYTES = 200_000
MOST_LEVELS = 20

_STRINGS = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_DOTTED = re.compile(r"[\w-]+(?:\s*\.\s*[\w-]+)+")


def read_scenario_file(path: Path) -> str:
    """Return the text of a scenario file.

    Raises:
        ScenarioError: when it cannot be read, is too large or is not UTF-8.
    """
    where = str(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ScenarioError("too_large", where, found=size, allowed=MOST_BYTES)
        return path.read_text(encoding="utf-8")
    except OSError:
        raise ScenarioError("file_missing", where) from None
    except UnicodeDecodeError:
        raise ScenarioError("not_utf8", where) from None


def checked_toml(text: str, where: str) -> dict[str, Any]:
    """Return the content of a TOML text whose size and nesting were checked before parsing.

    Raises:
        ScenarioError: when it is too large, nested too deeply or not TOML.
    """
    size = len(text.encode("utf-8", errors="replace"))
    if size > MOST_BYTES:
        raise ScenarioError("too_large", where, found=size, allowed=MOST_BYTES)
    depth = nesting_depth(text)
    if depth > MOST_LEVELS:
        raise ScenarioError("too_deep", where, found=depth, allowed=MOST_LEVELS)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = " ".join(str(error).split()).rstrip(".")
        raise ScenarioError("not_toml", where, found=message) from None


def nesting_depth(text: str) -> int:
    """Return an upper bound on how deeply a TOML text nests, without parsing it."""
    bare = _STRINGS.sub(lambda found: "" if found[0].startswith("#") else "S", text)
    brackets = deepest = 0
    for letter in bare:
        if letter in "[{":
            brackets += 1
            deepest = max(deepest, brackets)
        elif letter in "]}":
            brackets = max(0, brackets - 1)
    dots = [found[0].count(".") for found in _DOTTED.finditer(bare)]
    return deepest + max(dots, default=0)
