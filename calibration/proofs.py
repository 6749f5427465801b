"""The proofs: what was switched, what moved, what the source says, and whether they agree.

``python -m calibration.proofs`` lives all of them, keeps each finished one under ``output/proofs`` and goes on there
after an interruption. The results are the table ``calibration/proofs.csv`` and the page ``docs/proofs.md``, which a
test checks for freshness. A proof that fails stays in both, with its explanation (``calibration/proof_notes.toml``).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
import os
import sys
import time
import tomllib
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from calibration.proof_kinds import Proof
from calibration.proof_list import declared_proofs
from calibration.proof_page import page
from calibration.replays import free_worlds
from sim.fingerprint import fingerprint

OWN_SOURCES = (
    "proofs.py", "proof_kinds.py", "proof_crime.py", "proof_domains.py", "proof_list.py", "proof_page.py",
    "findings.py", "measures.py", "replays.py", "rows.py", "rows_domains.py", "experiments.py",
    "experiments_domains.py", "experiments_levers.py", "experiments_partners.py", "experiments_places.py",
    "experiments_streets.py",
)  # fmt: skip
TABLE, NOTES = "proofs.csv", "proof_notes.toml"
COLUMNS = (
    "id",
    "kind",
    "value",
    "low",
    "high",
    "says",
    "says_low",
    "says_high",
    "off",
    "agrees",
    "detail",
    "fingerprint",
)
NUMBERS = ("value", "low", "high", "says", "says_low", "says_high", "off")


def fingerprint_of_proofs() -> str:
    """Return a hash of the model and of the proofs' own sources: equal hash, equal table."""
    whole = hashlib.sha256(fingerprint().encode())
    for name in OWN_SOURCES:
        whole.update(files("calibration").joinpath(name).read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


def live(name: str, folder: Path) -> tuple[str, float]:
    """Live one proof and keep it in a folder, unless it is there; return its id and the seconds it took."""
    target = folder / f"{name}.json"
    if target.exists():
        return name, 0.0
    began = time.monotonic()
    proof = next(one for one in declared_proofs() if one.id == name)
    kept = asdict(proof.measure())
    draft = folder / f".{name}.{os.getpid()}"
    draft.write_text(json.dumps(kept, default=float), encoding="utf-8")
    draft.rename(target)
    free_worlds()
    return name, time.monotonic() - began


def _job(job: tuple[str, Path]) -> tuple[str, float, str]:
    try:
        return *live(*job), ""
    except Exception:
        return job[0], 0.0, traceback.format_exc()


def _as_row(proof: Proof, kept: Mapping[str, Any], mark: str) -> dict[str, str]:
    numbers = {name: "" if kept[name] is None else f"{kept[name]:.5g}" for name in NUMBERS}
    return numbers | {
        "id": proof.id, "kind": proof.kind, "agrees": "yes" if kept["agrees"] else "no", "detail": kept["detail"],
        "fingerprint": mark,
    }  # fmt: skip


def table_rows() -> list[dict[str, str]]:
    """Return the rows of the committed table."""
    text = files("calibration").joinpath(TABLE).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def notes() -> dict[str, dict[str, str]]:
    """Return the explanations of proofs that do not agree with their source, by id: ``nl`` and ``en``."""
    return tomllib.loads(files("calibration").joinpath(NOTES).read_text(encoding="utf-8"))


def _write(rows: Sequence[Mapping[str, str]], out: Path) -> None:
    target = Path(str(files("calibration").joinpath(TABLE)))
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    out.write_bytes(page(rows, notes()).encode("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this module; returns 1 when a proof could not be lived."""
    usual = Path(__file__).resolve().parents[1] / "docs" / "proofs.md"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--out", type=Path, default=usual, help="page to write (default: docs/proofs.md)")
    parser.add_argument("--page", action="store_true", help="only write the page anew, from the table there is")
    asked = parser.parse_args(arguments)
    if asked.page:
        asked.out.write_bytes(page(table_rows(), notes()).encode("utf-8"))
        return 0
    proofs = declared_proofs()
    mark = fingerprint_of_proofs()  # of the sources as they are now, whatever is edited meanwhile
    folder = Path("output") / "proofs" / mark[:16]
    folder.mkdir(parents=True, exist_ok=True)
    broken = 0
    with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
        # the quick ones first; rows are lived over many draws
        jobs = [(proof.id, folder) for proof in sorted(proofs, key=lambda proof: proof.kind == "row")]
        for done, (name, seconds, trouble) in enumerate(pool.imap_unordered(_job, jobs), start=1):
            print(f"{done} of {len(jobs)}: {name} ({seconds:.0f} s)", file=sys.stderr)
            if trouble:
                broken += 1
                print(trouble, file=sys.stderr)
    if broken:
        print(f"{broken} proofs could not be lived; the table is as it was", file=sys.stderr)
        return 1
    rows = [_as_row(one, json.loads((folder / f"{one.id}.json").read_text(encoding="utf-8")), mark) for one in proofs]
    _write(rows, asked.out)
    failed = [row["id"] for row in rows if row["agrees"] == "no"]
    print(f"{len(rows) - len(failed)} of {len(rows)} proofs agree with their source")
    for name in failed:
        print(f"does not agree: {name}{'' if name in notes() else ' (add a note to calibration/proof_notes.toml)'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
