"""The fingerprint: equal fingerprint, equal results."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

TEXT_SUFFIXES = (".py", ".toml", ".csv", ".json", ".geojson", ".txt", ".md")
"""Files in which the kind of line end does not count."""

LEFT_OUT = ("__pycache__", ".pyc")


@cache
def fingerprint() -> str:
    """Return a hash of the packaged sources, parameters and area data with the NumPy and Python versions.

    It says nothing of the commit: two commits that give the same results have the same fingerprint.
    """
    return fingerprint_of(files("sim"), {"python": platform.python_version(), "numpy": version("numpy")})


def fingerprint_of(folder: Traversable, versions: dict[str, str]) -> str:
    """Return a hash of every file in a folder, by relative name, with the versions given."""
    whole = hashlib.sha256()
    for name, entry in sorted(_entries(folder, "")):
        content = entry.read_bytes()
        if name.endswith(TEXT_SUFFIXES):
            content = content.replace(b"\r\n", b"\n")
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    for name, number in sorted(versions.items()):
        whole.update(f"{name} {number}\n".encode())
    return whole.hexdigest()


def _entries(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name.endswith(LEFT_OUT):
            continue
        if entry.is_dir():
            yield from _entries(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry
