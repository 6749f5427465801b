"""Every pattern that is not kept for validation has a recipe, and recipes divide what is added up."""

from pathlib import Path

import pytest

from calibration import bench_patterns, patterns, targets
from calibration.bench_patterns import BENCH
from calibration.recipes import RECIPES
from calibration.targets import HELD_OUT, Target, TargetError, load_targets

BY_ID = {target.id: target for target in load_targets()}


def row_of(pattern: str, by_area: dict[str, dict[str, float]]) -> dict[str, object]:
    return patterns._row(BY_ID[pattern], by_area)


def in_range(pattern: str, value: float) -> bool:
    target: Target = BY_ID[pattern]
    return target.low <= value <= target.high


def test_every_target_has_a_recipe_and_no_other() -> None:
    assert set(RECIPES) == set(BY_ID)


def test_what_is_kept_for_validation_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(targets.__file__).parent / "targets.csv").read_text(encoding="utf-8")
    (tmp_path / "targets.csv").write_text(text.replace(",calibrate,", f",{HELD_OUT},", 1), encoding="utf-8")
    monkeypatch.setattr(targets, "files", lambda _: tmp_path)
    with pytest.raises(TargetError, match="kept for validation"):
        load_targets()


def test_measures_are_added_before_they_are_divided() -> None:
    by_area = {"one": {"employed": 1.0, "workers": 10.0}, "two": {"employed": 89.0, "workers": 90.0}}
    assert row_of("P21", by_area)["value"] == pytest.approx(0.9)


def test_a_pattern_of_one_area_is_measured_there_alone() -> None:
    by_area = {
        "arnhem-oost": {"low_12plus": 2.0, "residents_12plus": 10.0},
        "breda-noord": {"low_12plus": 9.0, "residents_12plus": 10.0},
    }
    assert row_of("P24e", by_area)["value"] == pytest.approx(0.2)
    assert row_of("P24a", by_area)["value"] == pytest.approx(0.55)


def test_the_bench_is_no_area() -> None:
    by_area = {"one": {"employed": 6.0, "workers": 10.0}, BENCH: {"employed": 1.0, "workers": 1.0, "P20": 0.0}}
    assert row_of("P21", by_area)["value"] == pytest.approx(0.6)
    assert row_of("P20", by_area)["value"] == 0.0
    assert row_of("P20", by_area)["in_range"] is True


def test_where_there_is_nobody_there_is_a_reason_and_no_value() -> None:
    found = row_of("P23", {"one": {"found_work": 0.0}})
    assert found["value"] is None
    assert "found_work" in str(found["reason"])


def test_exit_rates_and_monthly_signals() -> None:
    m = {
        "welfare_exits_short": 30.0, "welfare_short": 60.0, "welfare_exits_long": 20.0, "welfare_long": 100.0,
        "debt_signals_2023": 48.0, "residents_2023": 1000.0,
    }  # fmt: skip
    assert RECIPES["P22b"].value(m) == pytest.approx(2.5)
    assert RECIPES["P27a"].value(m) == pytest.approx(4.0)


def test_tutoring_adds_what_its_study_found_and_hours_alone_nothing() -> None:
    pupils = bench_patterns._pupils()
    assert in_range("P19", bench_patterns._gain(pupils, "tutoring", bench_patterns.SCHOOL_YEAR))
    hours = bench_patterns._gain(pupils, "extended_hours", bench_patterns.HOURS_YEARS * 12)
    assert in_range("P20", hours)


def test_an_alliance_takes_years_and_never_works_on_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_range("P40", bench_patterns.years_until_it_works())
    monkeypatch.setitem(bench_patterns.STRUCTURAL, "programme.alliantie.integrated", 0.0)
    assert bench_patterns.years_until_it_works() == bench_patterns.LONGEST
