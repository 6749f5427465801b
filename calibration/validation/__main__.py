"""Makes the packaged result of validation: table, verdicts and pages.

``python -m calibration.validation`` lives the twenty areas in the draws of the shipped posterior, keeps every finished
part under ``output/validation`` and goes on there after an interruption. A test checks that the result is fresh.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from calibration.validation.page import PAGES, page
from calibration.validation.run import DRAWS, folder_of, live_draws, rows_of
from calibration.validation.table import failed_groups, notes, packaged_rows, write_table, write_verdicts
from calibration.validation.verdicts import verdicts

DOCS = Path(__file__).resolve().parents[2] / "docs"


def write_pages(folder: Path = DOCS) -> None:
    """Write the pages and the verdicts anew, from the table there is."""
    rows = packaged_rows()
    for language, name in PAGES.items():
        (folder / name).write_bytes(page(rows, notes(), language).encode("utf-8"))
    write_verdicts(verdicts(rows), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this module; returns 1 when misses and their explanations do not agree."""
    parser = argparse.ArgumentParser(prog="python -m calibration.validation", description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"parameter draws (default {DRAWS})")
    parser.add_argument("--sample", type=float, help="share of the streets (default: each area chooses)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--page", action="store_true", help="only write pages and verdicts anew")
    asked = parser.parse_args(arguments)
    if not asked.page:
        lived = live_draws(
            asked.draws,
            sample=asked.sample,
            workers=asked.workers,
            folder=folder_of(asked.sample),
            progress=lambda done, total: print(f"{done} of {total}", file=sys.stderr),
        )
        write_table(rows_of(lived))
    write_pages()
    for one in verdicts(packaged_rows()):
        print(f"{one.family}: {one.verdict} ({one.reason}; {one.inside} of {one.cells} inside)")
    apart = sorted(set(failed_groups(packaged_rows())) ^ set(notes()))
    for group in apart:
        print(f"calibration/validation_notes.toml and the figures missed do not agree on {group}", file=sys.stderr)
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
