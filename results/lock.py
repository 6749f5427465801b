"""One writer per folder: a lock that dies with its process and that no child inherits.

A POSIX record lock belongs to a process, not to an open file: a forked child does not hold it, and the system drops it
however the process ends. On Windows a byte range is locked, which holds for the handle that no child inherits.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from pathlib import Path
from types import TracebackType

from results.store import StoreError

LOCK = ".lock"
TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
"""Errors by which systems say that somebody else holds a lock."""

_held: set[tuple[int, Path]] = set()
"""Folders locked by this process: a record lock does not keep a process from itself. A forked child holds none."""


class FolderLock:
    """Holds a folder for writing, as a context.

    Raises:
        StoreError: on entering, when somebody else holds it (code ``locked``).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place = folder.resolve()
        self._file: int | None = None

    def __enter__(self) -> FolderLock:
        self._holder = (os.getpid(), self._place)
        if self._holder in _held:
            raise _refusal(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self._place / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError as error:
            os.close(file)
            if error.errno in TAKEN:
                raise _refusal(self.folder) from None
            raise  # a file system without locks, say
        try:
            if not os.path.samestat(os.fstat(file), os.stat(self._place / LOCK)):
                raise OSError  # its last holder removed the file between our opening and our locking it
        except OSError:
            os.close(file)
            raise _refusal(self.folder) from None
        os.ftruncate(file, 0)
        os.write(file, json.dumps({"process": os.getpid(), "machine": socket.gethostname()}).encode())
        self._file = file
        _held.add(self._holder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None
        _held.discard(self._holder)
        # Windows does not remove an open file; a forked child that comes by here holds nothing.
        if sys.platform != "win32" and self._holder[0] == os.getpid():
            (self._place / LOCK).unlink(missing_ok=True)
        os.close(self._file)
        self._file = None


def _refusal(folder: Path) -> StoreError:
    return StoreError("locked", folder, f"another process is writing to {folder}; wait for it or choose another folder")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
