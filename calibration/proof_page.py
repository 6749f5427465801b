"""The page of proofs (``docs/proofs.md``), made from the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from calibration.findings import MANY
from calibration.proof_kinds import KINDS, Proof
from calibration.proof_list import declared_proofs
from sim.outcomes import OUTCOMES

INTRODUCTION = """\
# Proofs

Made from `calibration/proofs.csv` by `python -m calibration.proofs`. Do not edit this page: make it again.

Does the model do what research says, when one thing is changed and everything else is the same? Each row below is one
such test, lived inside the model. *Switched* is what was done, and to what it was compared. *Found* is what moved: a
ratio (1 is no change), unless it says otherwise. *Source* is what the study, pattern or parameter says, with the range
that counts as agreement. A row that does not agree stays in the table, with the reason.

*Doet het model wat onderzoek zegt, als er één ding verandert en al het andere gelijk blijft? Elke rij is zo'n proef,
nagespeeld in het model: wat is omgezet, wat bewoog, wat zegt de bron, en klopt dat? Een verhouding van 1 is geen
verandering. Wat niet klopt, blijft in de tabel staan met de reden.*

That a study comes back shows that the model carries it as meant. It is no proof that the study holds here: how sure a
number is stands in the [parameter book](parameters.md), what cannot be known in [design.md](design.md#7-honest-limits).
"""

HEAD = ("switched", "what moved", "found", "source", "agrees")


def page(rows: Sequence[Mapping[str, str]], explained: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page of the given rows."""
    by_id = {row["id"]: row for row in rows}
    proofs = [proof for proof in declared_proofs() if proof.id in by_id]
    agreeing = sum(by_id[proof.id]["agrees"] == "yes" for proof in proofs)
    parts = [
        INTRODUCTION,
        f"{agreeing} of {len(proofs)} proofs agree with their source. *{agreeing} van {len(proofs)} kloppen.*\n",
    ]
    for kind, (title, title_nl, text, text_nl) in KINDS.items():
        mine = [proof for proof in proofs if proof.kind == kind]
        parts.append(f"## {title}\n\n*{title_nl}.* {text} *{text_nl}*\n")
        lines = [_cells(proof, by_id[proof.id], explained.get(proof.id, {})) for proof in mine]
        parts.append(_table((("row", *HEAD) if kind == "row" else HEAD), lines))
    return "\n".join(parts)


def _cells(proof: Proof, row: Mapping[str, str], explained: Mapping[str, str]) -> tuple[str, ...]:
    verdict = "yes" if row["agrees"] == "yes" else f"**no**: {explained.get('en', '')}<br>*{explained.get('nl', '')}*"
    switched, moved = (f"{en}<br>*{nl}*" for en, nl in ((proof.en, proof.nl), (proof.moved_en, proof.moved_nl)))
    cells = (switched, moved, _found(row), _says(proof, row), verdict)
    return (proof.id, *cells) if proof.kind == "row" else cells


def _found(row: Mapping[str, str]) -> str:
    if row["kind"] == "lever":
        return row["value"] + _details(row["detail"])
    text = _short(row["value"])
    if (row["low"], row["high"]) != (row["value"], row["value"]):
        text += f" ({_short(row['low'])} to {_short(row['high'])})"
    if row["off"]:
        text += f"; off {_short(row['off'])}"
    return text + _details(row["detail"])


def _details(detail: str) -> str:
    parts = []
    for part in filter(None, detail.split("; ")):
        name, _, change = part.partition("=")
        outcome = OUTCOMES[name]
        parts.append(f"<br>{outcome.name_en}: {change} *({outcome.name_nl.lower()})*")
    return "".join(parts)


def _says(proof: Proof, row: Mapping[str, str]) -> str:
    if proof.kind == "lever":
        return "1 or more"
    low, high = _short(row["says_low"]), _short(row["says_high"])
    above = float(row["says_high"]) >= MANY
    text = f"{low} or more" if above else (low if low == high else f"{low} to {high}")
    if row["says"] and text != _short(row["says"]):
        text = f"{_short(row['says'])} ({text})"
    return f"{text}<br>{proof.source}"


def _short(number: str) -> str:
    text = f"{float(number):.3f}".rstrip("0").rstrip(".") if number else ""
    return "0" if text == "-0" else text


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, lines)]) + "\n"
