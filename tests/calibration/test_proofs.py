"""The proofs are fresh, agree with their sources or say why not, and their page is the generated one."""

import sys
from pathlib import Path

import pytest

from calibration import proofs
from calibration.proofs import declared_proofs, fingerprint_of_proofs, notes, page, table_rows
from calibration.rows import ROWS, STREET_ROWS
from calibration.rows_domains import DOMAIN_ROWS, MEASURE_ROWS
from sim.levers import declared_levers
from sim.parameters.loader import declared_parameters

PAGE = Path(__file__).parents[2] / "docs" / "proofs.md"
DECLARED = {proof.id: proof for proof in declared_proofs()}


def test_the_table_is_fresh() -> None:
    stale = {row["fingerprint"] for row in table_rows()} - {fingerprint_of_proofs()}
    # another NumPy or Python is another fingerprint by contract: results are only promised equal on one of them
    if stale and sys.version_info[:2] != (3, 11):
        pytest.skip("proofs.csv was made with another Python or NumPy")
    assert not stale, "proofs.csv is of other sources; run python -m calibration.proofs"


def test_every_declared_proof_is_in_the_table_once() -> None:
    assert len(DECLARED) == len(declared_proofs())
    assert [row["id"] for row in table_rows()] == list(DECLARED)


def test_every_proof_agrees_or_is_explained() -> None:
    for row in table_rows():
        if row["agrees"] == "yes":
            assert row["id"] not in notes(), f"{row['id']} agrees; take its note away"
        else:
            assert notes().get(row["id"], {}).keys() == {"nl", "en"}, f"{row['id']} does not agree: explain it"


def test_verdicts_follow_from_the_numbers() -> None:
    for row in table_rows():
        if row["kind"] == "row" or row["agrees"] == "no":
            continue  # each draw of a row is compared with what that draw says
        value, low, high = (float(row[name]) for name in ("value", "says_low", "says_high"))
        assert low - 1e-4 <= value <= high + 1e-4, row["id"]
        assert float(row["low"]) <= value <= float(row["high"])


def test_the_page_is_the_generated_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(table_rows(), notes()), "run python -m calibration.proofs --page"


STATED = ("_effect", "_skill", "_leaving", "_absence", "_unemployment", "_employment")
"""How the parameters of services end that hold what a study found."""


def test_every_row_that_is_an_effect_and_every_lever_has_a_proof() -> None:
    replayed = {row.path for row in (*ROWS, *STREET_ROWS, *DOMAIN_ROWS, *MEASURE_ROWS)}
    effects = {
        path
        for path in declared_parameters()
        if path.endswith("_effect") or (path.startswith("services.") and path.endswith(STATED))
    }
    assert effects - replayed == set()
    assert set(declared_levers()) <= set(DECLARED)


def test_every_switch_of_the_new_domains_has_a_proof() -> None:
    """Each parameter that stands for a mechanism of the alliance or of the streets is named by a proof."""
    sources = " ".join(proof.source for proof in DECLARED.values())
    for path in declared_parameters():
        if path.split(".")[0] in ("alliance", "fragmentation", "surroundings", "trends"):
            assert path in sources or path in WITHOUT_PROOF, path


WITHOUT_PROOF = {
    "alliance.mature", "alliance.plan_months", "surroundings.weights", "surroundings.nuisance",
    "surroundings.physical_greening", "trends.years", "trends.work_realised",
}  # fmt: skip
"""Shapes of something that has one: the end of a curve, a duration, weights of an index, the fading of a trend."""


def test_a_finished_proof_is_kept_and_not_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (tmp_path / "stop-trust.json").exists()
    proofs.live("stop-trust", tmp_path)
    kept = (tmp_path / "stop-trust.json").read_text(encoding="utf-8")
    monkeypatch.setattr(proofs, "declared_proofs", lambda: pytest.fail("lived again"))
    assert proofs.live("stop-trust", tmp_path) == ("stop-trust", 0.0)
    assert (tmp_path / "stop-trust.json").read_text(encoding="utf-8") == kept
