"""The proofs: what was switched, what moved, what the source says, and whether they agree.

``python -m calibration.proofs`` lives all of them, keeps each finished one under ``output/proofs`` and goes on there after
an interruption. The results are the table ``calibration/proofs.csv`` and the page ``docs/proofs.md``, which a test
checks for freshness. A proof that fails stays in both, with its explanation (``calibration/proof_notes.toml``).
"""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

import argparse
import csv
import gc
import hashlib
import json
import multiprocessing
import os
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from calibration import experiments as lab
from calibration.experiments import Found
from calibration.replays import DRAWS, ROWS, STREET_ROWS
from sim.fingerprint import fingerprint
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES
from sim.parameters.loader import declared_parameters

Kind = Literal["row", "null", "mechanism", "lever"]

KINDS: Mapping[Kind, tuple[str, str, str, str]] = {
    "row": (
        "Studies replayed", "Studies nagespeeld",
        f"Every evidence row that goes into the model as a number is lived as a trial with the persons, the contrast and the follow-up of its source. *Found* is the rate ratio at the central parameters; in brackets the 5th and 95th percentile over {DRAWS} draws of all parameters. *Source* is the row itself, with its own 5th and 95th percentile.",
        "Elke evidentierij die als getal het model ingaat, wordt nagespeeld als proef met de personen, de vergelijking en de looptijd van de bron.",
    ),
    "null": (
        "What must not work", "Wat niet mag werken",
        "Rows of which the source found nothing, and rows that are never put in: here the trial has to show nothing, or no more than the source. Where an interval is given it has to lie inside as a whole (equivalence); otherwise no luck is left.",
        "Rijen waarvan de bron niets vond, en rijen die nooit zijn ingevoerd.",
    ),
    "mechanism": (
        "Mechanisms", "Mechanismen",
        "One mechanism is switched and everything else held. *Off* is the same with the mechanism's parameter at nothing: a ratio of 1.",
        "Eén mechanisme wordt omgezet, al het andere blijft gelijk.",
    ),
    "lever": (
        "Levers", "Knoppen",
        "Every lever is pulled for two years in the smallest area, with money for the programme where it needs that. *Found* counts the outcomes that differ, those of money itself left out; named are the three that changed most. Small numbers jump: this shows that a lever is connected, not how well it works.",
        "Elke knop gaat twee jaar om in het kleinste gebied. Geteld worden de uitkomsten die verschillen.",
    ),
}  # fmt: skip
"""Kinds of proof: heading and explanation in English, heading and explanation in Dutch where they differ."""


@dataclass(frozen=True)
class Proof:
    """One declared proof.

    Attributes:
        id: its name; of a row the number of the row.
        kind: section of the page.
        nl: what was switched, in Dutch.
        en: what was switched, in English.
        moved_nl: what was measured, in Dutch.
        moved_en: what was measured, in English.
        source: where the expectation comes from: a row, a pattern, or parameters.
        measure: lives the proof.
    """

    id: str
    kind: Kind
    nl: str
    en: str
    moved_nl: str
    moved_en: str
    source: str
    measure: Callable[[], Found]


STREET_SPOTS = 300
"""Hot spots in the lottery, of the streets of a large area."""

CRIME = ("delicten", "offences")
SEEN = {
    "E07": ("ernstige delicten", "serious offences"),
    "E24": ("kans op voortijdig schoolverlaten", "chance of early school leaving"),
    "E34": ("vindt werk binnen een jaar", "finds work within a year"),
    "E36": ("ernstige delicten", "serious offences"),
}
"""What a row's ratio applies to, where it is not all offences."""


def _rows() -> list[Proof]:
    found = []
    for row in ROWS:
        moved = SEEN.get(row.id, CRIME)
        source = declared_parameters()[row.path].source
        found.append(Proof(row.id, "row", row.nl, row.en, *moved, source, partial(lab.replay, row)))
        if row.null:
            found.append(
                Proof(f"{row.id}-null", "null", f"{row.nl}: geen effect", f"{row.en}: no effect", *moved, source,
                      partial(lab.equivalence, row))
            )  # fmt: skip
    for street in STREET_ROWS:
        found.append(
            Proof(street.id, "row", f"{street.nl}, door loting", f"{street.en}, by lottery",
                  "delicten op de gelote straten", "crime on the streets drawn", declared_parameters()[street.path].source,
                  partial(lab.replay_on_streets, street, STREET_SPOTS))
        )  # fmt: skip
    return found


NULLS = (
    Proof("E14", "null", "lid van een sportclub", "member of a sports club", *CRIME, "E14: sport as such does not cut crime", lab.sport_membership),
    Proof("P34", "null", "op de lijst van veelplegers, tegenover vergelijkbaren", "on the list of prolific offenders, against matched others", *CRIME, "E31, P34: no difference between matched groups in two years", lab.listed_against_matched),
    Proof("P34-before", "mechanism", "op de lijst van veelplegers: twee jaar na tegenover twee jaar voor", "on the list of prolific offenders: two years after against two years before", *CRIME, "P34: falls by selection and regression to the mean", lab.listed_before_and_after),
    Proof("P35-serious-1", "mechanism", "bijbaan met mentor, eerste jaar", "side job with a mentor, first year", "ernstige delicten", "serious offences", "E07, P35: 0.65 to 0.98", partial(lab.side_job, "serious", False)),
    Proof("P35-serious-2", "null", "bijbaan met mentor, tweede jaar", "side job with a mentor, second year", "ernstige delicten", "serious offences", "E07, P35: gone in months 13 to 24", partial(lab.side_job, "serious", True)),
    Proof("P35-minor-1", "null", "bijbaan met mentor, eerste jaar", "side job with a mentor, first year", "lichte delicten", "minor offences", "E07: none on property offences", partial(lab.side_job, "minor", False)),
    Proof("P35-minor-2", "null", "bijbaan met mentor, tweede jaar", "side job with a mentor, second year", "lichte delicten", "minor offences", "E07: none on property offences", partial(lab.side_job, "minor", True)),
    Proof("E03-2", "null", "gedragstraining op school, tweede jaar", "CBT at school, second year", *CRIME, "E03: gone in the second year", partial(lab.second_year, "E03", 1.0)),
    Proof("E09-register", "null", "MST, drie jaar in het register", "MST, three years on the register", "geregistreerd als verdachte", "registered as a suspect", "E09: the trial saw less reported, nothing on the register; at most half of the effect is left", lab.mst_on_the_register),
    Proof("E40-crime", "null", "meer wijkagenten, twee jaar", "more wijkagenten, two years", "delicten in het gebied", "crimes in the area", "E40: no effect on crime", lab.wijkagenten_and_crime),
    Proof("E40-trust", "mechanism", "meer wijkagenten, twee jaar", "more wijkagenten, two years", "vertrouwen (SD)", "trust (SD)", "E40: satisfaction and legitimacy rise", lab.wijkagenten_and_trust),
    Proof("E44", "mechanism", "tien procent meer politie-uren, een jaar", "ten per cent more police hours, one year", "elasticiteit van delicten", "elasticity of crimes", "E44: -0.17 (property) to -0.34 (violence); never put in", lab.elasticity_of_police),
)  # fmt: skip

MECHANISMS = (
    Proof("P37", "mechanism", "minderjarige met een licht eerste feit: formele afdoening, tegenover Halt", "minor with a minor first offence: formal processing, against Halt", *CRIME, "P37", lab.processed_or_diverted),
    Proof("E19-register", "mechanism", "afschriklessen", "scared-straight lessons", "geregistreerd als verdachte", "registered as a suspect", "E19: harm shows in the register too", lab.harm_in_the_register),
    Proof("low-income", "mechanism", "laag inkomen voor iedereen, tegenover niemand", "low income for everybody, against nobody", *CRIME, "offending.low_income", lab.low_income),
    Proof("idle", "mechanism", "iedereen zonder school en werk, tegenover niemand", "everybody without school and work, against nobody", *CRIME, "offending.not_in_school_or_work", lab.idleness),
    Proof("family", "mechanism", "een verdachte in het gezin, tegenover geen", "a suspect in the family, against none", *CRIME, "careers.family", lab.family),
    Proof("partner", "mechanism", "samenwonen met een partner, tegenover zonder", "living with a partner, against without", *CRIME, "careers.partner", lab.partner),
    Proof("trust", "mechanism", "een standaardafwijking minder vertrouwen", "one standard deviation less trust", *CRIME, "trust.offending", lab.trust),
    Proof("own-recent", "mechanism", "vorige maand drie delicten, tegenover geen", "three offences last month, against none", *CRIME, "offending.own_recent", lab.own_recent),
    Proof("role", "mechanism", "een rol op de drugsmarkt", "a role on the drug market", *CRIME, "careers.role_ratio", lab.role),
    Proof("friends", "mechanism", "alle vrienden plegen delicten, tegenover geen", "all friends offend, against none", *CRIME, "offending.peers", lab.friends),
    Proof("earlier-partner", "mechanism", "een vriend met wie eerder een delict werd gepleegd", "a friend with whom one offended before", "odds om weer samen te gaan", "odds of going together again", "careers.co_offending", lab.earlier_partner),
    Proof("half-exposure", "mechanism", "de helft van de vrienden die delicten pleegden stopt, bij iedereen", "half of the friends who offended stop, for everybody", *CRIME, "offending.peers with frozen centres (D15)", lab.exposure_halved),
    Proof("half-low-income", "mechanism", "de helft van wie een laag inkomen heeft niet meer", "half of those with a low income no longer have one", *CRIME, "offending.low_income with frozen centres (D15)", partial(lab.need_halved, "offending.low_income", "low_income", False)),
    Proof("half-idle", "mechanism", "de helft van wie zonder school of werk zit krijgt werk", "half of those without school or work get work", *CRIME, "offending.not_in_school_or_work with frozen centres (D15)", partial(lab.need_halved, "offending.not_in_school_or_work", "work", 1)),
    Proof("half-propensity", "mechanism", "ieders eigen neiging gehalveerd, eerste maand", "everybody's own propensity halved, first month", *CRIME, "the hazard is a product (D15)", partial(lab.propensity_halved, 1)),
    Proof("half-propensity-year", "mechanism", "hetzelfde, na een jaar", "the same, after a year", *CRIME, "own recent offending, itself lower, adds to it", partial(lab.propensity_halved, 12)),
    Proof("stop-trust", "mechanism", "iedereen een keer staande gehouden", "everybody stopped once", "vertrouwen (SD)", "trust (SD)", "E42: trust.stop", partial(lab.stop_costs_trust, False)),
    Proof("fair-stop-trust", "mechanism", "hetzelfde, eerlijk bejegend", "the same, fairly treated", "vertrouwen (SD)", "trust (SD)", "E41: trust.fair_share", partial(lab.stop_costs_trust, True)),
    Proof("recruit-exposure", "mechanism", "geronseld met alleen gewicht voor verharde daders in gezin of klas", "recruited with weight for hardened offenders in family or class alone", "odds onder geronselden", "odds among the recruited", "careers.exposure", partial(lab.recruitment, "exposure")),
    Proof("recruit-poor", "mechanism", "hetzelfde voor laag inkomen", "the same for low income", "odds onder geronselden", "odds among the recruited", "careers.poor", partial(lab.recruitment, "poor")),
    Proof("recruit-idle", "mechanism", "hetzelfde voor zonder school of werk", "the same for without school or work", "odds onder geronselden", "odds among the recruited", "careers.idle", partial(lab.recruitment, "idle")),
    Proof("recruit-active", "mechanism", "hetzelfde voor wie delicten pleegt", "the same for who offends", "odds onder geronselden", "odds among the recruited", "careers.active", partial(lab.recruitment, "active")),
    Proof("roles-closed", "mechanism", "iedereen met een rol een jaar vast, niemand neemt over", "everybody with a role detained for a year, nobody takes over", "delicten van wie een rol heeft", "offences of role holders", "careers.replacement 0: the crime falls until roles open again", partial(lab.roles_after_custody, 0.0, 0.1, 0.7)),
    Proof("roles-replaced", "mechanism", "hetzelfde, elke rol wordt overgenomen", "the same, every role is taken over", "delicten van wie een rol heeft", "offences of role holders", "careers.replacement 1: the crime does not fall", partial(lab.roles_after_custody, 1.0, 0.95, 2.0)),
    Proof("regression", "mechanism", "straten met de meeste delicten, het jaar erna, zonder dat er iets gebeurt", "streets with most crime, the year after, with nothing done", "delicten daar, tegenover alle straten", "crime there, against all streets", "regression to the mean: below 1 without any policy", lab.regression_to_the_mean),
    Proof("displacement", "mechanism", "politie op hot spots, 30 % van de tegengehouden pogingen elders", "hot-spot policing, 30 % of the stopped attempts made elsewhere", "voorkomen delicten, tegenover 0 % elders", "crimes prevented, against 0 % elsewhere", "places.displacement: 0 to 0.3", partial(lab.displacement, 0.3)),
    Proof("hours-crime", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "delicten in het gebied", "crimes in the area", "E44: down", partial(lab.police_hours, "crimes_per_1000", 0.8, 0.999)),
    Proof("hours-registered", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "geregistreerd per delict", "registered per crime", "more police register more of what happens", partial(lab.police_hours, "registered_crimes_per_1000", 1.005, 1.2, "crimes_per_1000")),
    Proof("hours-suspects", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "geregistreerde verdachten", "registered suspects", "more police clear more of what is registered", partial(lab.police_hours, "registered_suspects_12plus_per_10k", 1.005, 1.3)),
    Proof("targeting-signals", "mechanism", "mentoren voor wie de meeste signalen heeft, tegenover loting onder iedereen", "mentors for who has most signals, against a lottery among everyone", "risicopunten van de deelnemers", "risk points of the participants", "lever targeting", partial(lab.targeting, 1.0, 0.0)),
    Proof("targeting-risk", "mechanism", "mentoren voor het hoogste zichtbare risico, tegenover de meeste signalen", "mentors for the highest visible risk, against most signals", "risicopunten van de deelnemers", "risk points of the participants", "lever targeting", partial(lab.targeting, 2.0, 1.0)),
    Proof("framework-risk", "mechanism", "kwaliteitskader, tegenover geen", "quality framework, against none", "risicopunten van wie een mentor krijgt", "risk points of who gets a mentor", "lever quality_framework", lab.framework_reaches),
    Proof("framework-harm", "mechanism", "kwaliteitskader, tegenover geen", "quality framework, against none", "jongeren naar afschriklessen", "youths sent to scared-straight lessons", "lever quality_framework: nothing harmful is bought", lab.framework_and_harm),
    Proof("threshold", "mechanism", "drempel voor formele afdoening van niets naar alles", "threshold of formal processing from nothing to everything", "minderjarigen formeel afgedaan", "minors formally processed", "lever processing_threshold", lab.formal_share),
)  # fmt: skip


def _levers() -> list[Proof]:
    return [
        Proof(path, "lever", one.title["nl"], one.title["en"], "uitkomsten die verschillen", "outcomes that differ",
              "every lever does something", partial(lab.lever, path))
        for path, one in declared_levers().items()
    ]  # fmt: skip


def declared_proofs() -> tuple[Proof, ...]:
    """Return all proofs, in the order of the page."""
    found = [*_rows(), *NULLS, *MECHANISMS, *_levers()]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda proof: order.index(proof.kind)))


# --- living them

OWN_SOURCES = ("proofs.py", "replays.py", "experiments.py")
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
    gc.collect()  # worlds do not go by themselves
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


# --- the page

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
    cells = (
        f"{proof.en}<br>*{proof.nl}*", f"{proof.moved_en}<br>*{proof.moved_nl}*", _found(row), _says(proof, row), verdict
    )  # fmt: skip
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
    above = float(row["says_high"]) >= lab.MANY
    text = f"{low} or more" if above else (low if low == high else f"{low} to {high}")
    if row["says"] and text != _short(row["says"]):
        text = f"{_short(row['says'])} ({text})"
    return f"{text}<br>{proof.source}"


def _short(number: str) -> str:
    return f"{float(number):.3f}".rstrip("0").rstrip(".") if number else ""


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, lines)]) + "\n"


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
