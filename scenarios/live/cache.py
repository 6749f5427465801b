"""The cache of worlds and outcomes on disk: whole entries only, limited in size, the longest unused go first."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import platformdirs

WORLDS, RUNS = "worlds", "runs"
GIGABYTE = 10**9
DEFAULT_LIMIT = 4 * GIGABYTE
"""Some hundred worlds at 10 per cent and twenty at full scale, with their outcomes."""

KEPT_AFTER_CLEANING = 0.8
"""Share of the limit that is left when something had to go, so that not every new entry cleans again."""

CLEANED_AFTER = 0.01
"""Share of the limit that a process writes before it looks whether something has to go."""

SECONDS_OF_A_DRAFT = 3600.0
"""After which a draft is nobody's any more: its process was killed; nothing takes nearly as long to write."""


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
        self._written = 0
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
        self._written += len(content)
        if self._written > self.limit * CLEANED_AFTER:  # before it is written: what is new is read next
            self._written = 0
            self.clean()
        place = self.run(name)
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(place)

    def forget(self, place: Path) -> None:
        """Remove an entry that cannot be read."""
        _remove(place)

    def used(self, place: Path) -> None:
        """Remember that an entry was of use just now."""
        with suppress(OSError):  # somebody else's, or just cleaned away: neither matters
            os.utime(place)

    def clean(self) -> int:
        """Remove, above the limit, the entries unused for longest; return the bytes that are left."""
        entries, oldest_draft = [], time.time() - SECONDS_OF_A_DRAFT
        for kind in (WORLDS, RUNS):
            for place in (self.folder / kind).iterdir():
                try:
                    used, size = place.stat().st_mtime, _size(place)
                except FileNotFoundError:
                    continue  # somebody else was quicker
                if not place.name.startswith("."):
                    entries.append((used, size, place))
                elif used < oldest_draft:
                    _remove(place)
        total = sum(size for _, size, _ in entries)
        if total <= self.limit:
            return total
        for _, size, place in sorted(entries):
            if total <= self.limit * KEPT_AFTER_CLEANING:
                break
            if _remove(place):
                total -= size
        return total


def _size(place: Path) -> int:
    if place.is_dir():
        return sum(each.stat().st_size for each in place.iterdir())
    return place.stat().st_size


def _remove(place: Path) -> bool:
    """Remove an entry; return whether it is gone."""
    if place.is_dir():
        # out of sight first: whoever reads at this moment finds all of it or nothing
        gone = place.with_name(f".{place.name}.gone.{os.getpid()}")
        try:
            place.rename(gone)
        except OSError:
            return not place.exists()
        shutil.rmtree(gone, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
    return True
