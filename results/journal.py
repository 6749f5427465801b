"""What of a batch is finished so far: one line per run, added as soon as its outcomes are written.

The journal is what a killed batch is resumed from. When a batch ends it becomes ``runs.parquet``,
``failures.parquet`` and the checksums, and is removed.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

logger = logging.getLogger("results")

JOURNAL = ".journal.jsonl"


@dataclass(frozen=True)
class Entry:
    """One finished run.

    Attributes:
        run: run id.
        seconds: time taken.
        attempt: 2 when its worker was lost before.
        checksum: SHA-256 of its outcomes; empty when it failed.
        stage, type, message, traceback: how it failed; empty when it did not.
    """

    run: str
    seconds: float
    attempt: int = 1
    checksum: str = ""
    stage: str = ""
    type: str = ""
    message: str = ""
    traceback: str = ""

    @property
    def failed(self) -> bool:
        """Whether the run gave no outcomes."""
        return bool(self.stage)


class Journal:
    """The lines of a folder; each is written whole, or is the last and is passed over."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def add(self, entry: Entry) -> None:
        """Add a line.

        Raises:
            OSError: when it cannot be written.
        """
        line = (json.dumps({name: value for name, value in asdict(entry).items() if value != ""}) + "\n").encode()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            before = os.fstat(file).st_size
            written = os.write(file, line)
            if written < len(line):
                os.ftruncate(file, before)
                raise OSError(errno.ENOSPC, "no space left for the journal")
        finally:
            os.close(file)

    def entries(self) -> Iterator[Entry]:
        """Yield the lines; half a line, which a killed process leaves, is cut off first."""
        if not self.path.is_file():
            return
        content = self.path.read_bytes()
        whole, _, rest = content.rpartition(b"\n")
        if rest:
            os.truncate(self.path, len(content) - len(rest))
        for line in whole.splitlines():
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError):
                logger.warning("%s: a line cannot be read; its run is done again", self.path)
                continue
            yield entry

    def remove(self) -> None:
        """Remove the journal; everything in it stands in tables now."""
        self.path.unlink(missing_ok=True)
