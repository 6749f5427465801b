"""Files that are there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hidden_folder_beside(target: Path) -> Iterator[Path]:
    """Yield a hidden folder on the same disk as a file, and remove it with all that is left in it.

    Args:
        target: the file that is written there before it is moved to its name.
    """
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
