"""The wall: a fit sees the rows of use ``calibrate`` and no others, whatever it asks for."""

from pathlib import Path

import pytest

from calibration import targets
from calibration.targets import CALIBRATE, TargetError, fit_targets, load_targets


def test_a_fit_gets_the_rows_to_be_fitted_and_no_others() -> None:
    assert {row.use for row in fit_targets()} == {CALIBRATE}
    assert set(fit_targets()) == set(load_targets(CALIBRATE)) < set(load_targets())


def test_a_fit_gets_what_it_asks_for_in_that_order() -> None:
    assert [row.id for row in fit_targets(["P14", "P02"])] == ["P14", "P02"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("P31", "kept for validation"),
        ("P36", "kept for validation"),
        ("H01", "kept for validation"),
        ("H07b", "kept for validation"),
        ("P20", "of use 'construct'"),
        ("P05", "of use 'check'"),
        ("P09", "the nearest is 'P09"),
        ("", "there is no target"),
    ],
)
def test_a_fit_that_asks_for_anything_else_fails(asked: str, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        fit_targets(["P02", asked])


def test_a_fit_counts_nothing_twice() -> None:
    with pytest.raises(TargetError, match="twice"):
        fit_targets(["P02", "P02"])


def test_a_use_that_does_not_exist_or_is_held_out_is_refused() -> None:
    with pytest.raises(TargetError, match="kept for validation"):
        load_targets("HOLDOUT")
    with pytest.raises(TargetError, match="choose from"):
        load_targets("fit")


@pytest.mark.parametrize(("old", "new"), [("P02,", "P31,"), ("P02,", "H12,"), (",calibrate,", ",calibrated,")])
def test_a_file_with_a_row_that_does_not_belong_there_is_refused(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (Path(targets.__file__).parent / "targets.csv").read_text(encoding="utf-8")
    (tmp_path / "targets.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(targets, "files", lambda _: tmp_path)
    with pytest.raises(TargetError):
        fit_targets()
