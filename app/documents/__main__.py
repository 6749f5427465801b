"""``python -m app.documents``: writes the documents that are made; with ``--check`` only says which are stale."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.documents.made import DOCS, MADE, stale, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the documents; return 1 when a check finds one that is stale."""
    parser = argparse.ArgumentParser(prog="python -m app.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which documents are stale")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the documents (default: docs/)")
    asked = parser.parse_args(arguments)
    if not asked.out.is_dir():
        parser.error(f"the folder {asked.out} does not exist")
    found = stale(asked.out) if asked.check else write(asked.out)
    for name in found:
        print(f"{'stale' if asked.check else 'written'}: {name}", file=sys.stderr)
    print(f"{len(MADE)} documents are made, {len(found)} {'stale' if asked.check else 'written'}", file=sys.stderr)
    return 1 if asked.check and found else 0


if __name__ == "__main__":
    raise SystemExit(main())
