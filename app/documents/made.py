"""The documents that are made from declarations, and whether those on disk are as they would be made now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.documents import architecture, calibration, data_sheet, month_picture, odd, preventie_met_gezag, sensitivity
from calibration import proof_page, proofs
from sim.parameters import book, interventions

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _proofs() -> str:
    return proof_page.page(proofs.table_rows(), proofs.notes())


MADE: Mapping[str, Callable[[], str]] = {
    "architecture.md": architecture.page,
    "calibration.md": calibration.page,
    "data-sheet.md": data_sheet.page,
    "images/month.svg": month_picture.svg,
    "interventions.md": interventions.page,
    "odd.md": odd.page,
    "parameters.md": book.book,
    "preventie-met-gezag.md": preventie_met_gezag.page,
    "preventie-met-gezag-en.md": preventie_met_gezag.english,
    "proofs.md": _proofs,
    # a page of a long computation stands there from when that was done
    **({"sensitivity.md": sensitivity.page, sensitivity.CHART: sensitivity.svg} if sensitivity.made() else {}),
}
"""What is made, by its place in the folder of documents."""


def stale(docs: Path = DOCS) -> list[str]:
    """Return what is not there, or is not as it would be made now."""
    found = []
    for name, make in MADE.items():
        path = docs / name
        if not path.is_file() or path.read_bytes() != make().encode("utf-8"):
            found.append(name)
    return found


def write(docs: Path = DOCS) -> list[str]:
    """Write what is stale, and return it."""
    found = stale(docs)
    for name in found:
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MADE[name]().encode("utf-8"))
    return found
