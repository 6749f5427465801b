"""The cache of worlds and outcomes on disk: whole entries only, limited in size, the longest unused go first."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import platformdirs

WORLDS, RUNS = "worlds", "runs"
GIGABYTE = 10**9
DEFAULT_LIMIT = 4 * GIGABYTE
"""Some hundred worlds at 10 per cent and twenty at full scale, with their outcomes."""

KEPT_AFTER_CLEANING = 0.8
"""Share of the limit that is left when something had to go, so that not every new entry cleans again."""


def default_folder() -> Path:
    """Return the folder of the cache where nobody says another one."""
    return Path(platformdirs.user_cache_path("wijklab", appauthor=False))


class Cache:
    """Entries by name under ``worlds/`` (folders) and ``runs/`` (Parquet files).

    Several processes may read and write at once: an entry appears whole or not at all, and two that make the same one
    make the same bytes.

    Args:
        folder: where; made when it is not there.
        limit: bytes it may hold.

    Raises:
        OSError: when the folder cannot be made.
    """

    def __init__(self, folder: Path, limit: int = DEFAULT_LIMIT) -> None:
        self.folder, self.limit = folder, limit
        for kind in (WORLDS, RUNS):
            (folder / kind).mkdir(parents=True, exist_ok=True)

    def world(self, name: str) -> Path:
        """Return the place of a snapshot."""
        return self.folder / WORLDS / name

    def run(self, name: str) -> Path:
        """Return the place of the outcomes of a run."""
        return self.folder / RUNS / f"{name}.parquet"

    def put_run(self, name: str, content: bytes) -> None:
        """Keep the outcomes of a run."""
        place = self.run(name)
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(place)

    def used(self, place: Path) -> None:
        """Remember that an entry was of use just now."""
        with suppress(OSError):  # somebody else's, or just cleaned away: neither matters
            os.utime(place)

    def clean(self) -> int:
        """Remove, above the limit, the entries unused for longest; return the bytes that are left."""
        entries = []
        for kind in (WORLDS, RUNS):
            for place in (self.folder / kind).iterdir():
                try:
                    entries.append((place.stat().st_mtime, _size(place), place))
                except FileNotFoundError:
                    continue
        total = sum(size for _, size, _ in entries)
        if total <= self.limit:
            return total
        for _, size, place in sorted(entries):
            if total <= self.limit * KEPT_AFTER_CLEANING:
                break
            _remove(place)
            total -= size
        return total


def _size(place: Path) -> int:
    if place.is_dir():
        return sum(each.stat().st_size for each in place.iterdir())
    return place.stat().st_size


def _remove(place: Path) -> None:
    if place.is_dir():
        # out of sight first: whoever reads at this moment finds all of it or nothing
        gone = place.with_name(f".{place.name}.gone.{os.getpid()}")
        try:
            place.rename(gone)
        except OSError:
            return
        shutil.rmtree(gone, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
