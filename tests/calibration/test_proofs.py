"""The proofs are fresh, agree with their sources or say why not, and their page is the generated one."""

import sys
from pathlib import Path

import pytest

from calibration import proofs
from calibration.proofs import declared_proofs, fingerprint_of_proofs, notes, page, table_rows
from calibration.replays import ROWS, STREET_ROWS
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


def test_every_row_that_is_an_effect_and_every_lever_has_a_proof() -> None:
    replayed = {row.path for row in (*ROWS, *STREET_ROWS)}
    effects = {path for path in declared_parameters() if path.endswith("_effect")}
    assert effects - replayed == set()
    assert set(declared_levers()) <= set(DECLARED)


def test_a_finished_proof_is_kept_and_not_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (tmp_path / "stop-trust.json").exists()
    proofs.live("stop-trust", tmp_path)
    kept = (tmp_path / "stop-trust.json").read_text(encoding="utf-8")
    monkeypatch.setattr(proofs, "declared_proofs", lambda: pytest.fail("lived again"))
    assert proofs.live("stop-trust", tmp_path) == ("stop-trust", 0.0)
    assert (tmp_path / "stop-trust.json").read_text(encoding="utf-8") == kept
