"""All proofs, in the order of the page."""

from __future__ import annotations

from functools import partial

from calibration import experiments_levers, proof_crime, proof_domains
from calibration.proof_kinds import KINDS, Proof
from sim.levers import declared_levers


def _levers() -> list[Proof]:
    return [
        Proof(path, "lever", one.title["nl"], one.title["en"], "uitkomsten die verschillen", "outcomes that differ",
              "every lever does something", partial(experiments_levers.lever, path))
        for path, one in declared_levers().items()
    ]  # fmt: skip


def declared_proofs() -> tuple[Proof, ...]:
    """Return all proofs, in the order of the page."""
    found = [*proof_crime.rows(), *proof_domains.rows(), *proof_crime.NULLS, *proof_domains.NULLS]
    found += [*proof_crime.MECHANISMS, *proof_domains.MECHANISMS, *proof_domains.ALLIANCE, *proof_domains.LINES]
    order = list(KINDS)
    return tuple(sorted([*found, *_levers()], key=lambda proof: order.index(proof.kind)))
