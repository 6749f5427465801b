"""Forecasts are frozen once, read strictly and scored as theory says."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from calibration.forecasts.figures import Figure, FigureError, read_figures
from calibration.forecasts.frozen import (
    QUANTILES,
    Frozen,
    FrozenError,
    chance,
    freeze,
    frozen_names,
    here,
    main,
    read_frozen,
    rows_of,
)
from calibration.forecasts.lives import YEARS, live_area
from calibration.forecasts.naive import forecasted
from calibration.forecasts.scoring import LEVELS, crps_of_quantiles, score_figures, summaries
from sim.areas import area_ids
from sim.outcomes import OUTCOMES

AREA, OUTCOME = "delft-west", "employed_share"
FACTS = {"date": "2026-11-22", "commit": "abc", "fingerprint": "f", "posterior": "prior", "draws": 20}


def parts(draws: int = 20, n: float = 10_000.0) -> dict[tuple[str, int], dict[str, tuple[float, float]]]:
    def value(what: str, draw: int) -> float:
        return 300.0 + draw if "per_" in what else 0.5 + draw / 1000

    return {
        (AREA, draw): {f"{what}:{year}": (value(what, draw), n) for what in forecasted() for year in YEARS}
        for draw in range(1, draws + 1)
    }


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    freeze("2026-11", rows_of(parts()), FACTS, tmp_path)
    return read_frozen("2026-11", tmp_path)


def figures(tmp_path: Path, *lines: str, head: str = "area,outcome,year,value") -> Path:
    path = tmp_path / "new.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_forecast_has_every_outcome_and_year_with_rising_quantiles(frozen: Frozen) -> None:
    assert {(row["outcome"], row["year"]) for row in frozen.rows} == {
        (what, year) for what in OUTCOMES if what in forecasted() for year in YEARS
    }
    for row in frozen.rows:
        values = [row[f"q{q:02d}"] for q in QUANTILES]
        assert values == sorted(values)
        assert row["national_sd"] > 0
        assert row["last_sd"] > 0


def test_it_stands_with_its_commit_date_and_checksum(frozen: Frozen, tmp_path: Path) -> None:
    content = (tmp_path / "2026-11.csv").read_bytes()
    assert frozen.facts["sha256"] == hashlib.sha256(content).hexdigest()
    assert frozen.facts["commit"] == "abc"
    assert frozen.facts["date"] == "2026-11-22"


def test_it_is_never_written_over(frozen: Frozen, tmp_path: Path) -> None:
    before = (tmp_path / "2026-11.csv").read_bytes()
    with pytest.raises(FrozenError, match="never written over"):
        freeze("2026-11", rows_of(parts(30)), FACTS, tmp_path)
    assert (tmp_path / "2026-11.csv").read_bytes() == before


def test_a_name_that_cannot_be_a_file_is_refused_before_anything_is_lived(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["../Nieuw"]) == 2
    assert "is no name" in capsys.readouterr().err


def test_a_table_changed_afterwards_is_found_out(frozen: Frozen, tmp_path: Path) -> None:
    path = tmp_path / "2026-11.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.5", "0.6", 1), encoding="utf-8")
    with pytest.raises(FrozenError, match="changed after"):
        read_frozen("2026-11", tmp_path)


def test_every_committed_forecast_is_as_it_was_frozen() -> None:
    for name in frozen_names():
        found = read_frozen(name)
        assert {row["area"] for row in found.rows} == set(area_ids())
        assert (here() / f"{name}.toml").is_file()


def test_small_numbers_are_less_sure() -> None:
    assert chance(300.0, 1_000, 1e4) == pytest.approx(1e4 * np.sqrt(0.03 / 1_000))
    wide, narrow = (
        next(row for row in rows_of(parts(n=n)) if row["outcome"] == "registered_suspects_12_24_per_10k")
        for n in (500.0, 50_000.0)
    )
    assert wide["q95"] - wide["q05"] > 2 * (narrow["q95"] - narrow["q05"])


def test_a_last_figure_of_its_own_is_surer_than_one_that_is_borrowed() -> None:
    what = forecasted()["inflow_share"]
    own, borrowed = what.naive("last", "groningen-noord", 2026), what.naive("last", AREA, 2026)
    assert own[0] == 0.14
    assert own[1] / own[0] < borrowed[1] / borrowed[0]
    assert what.naive("last", AREA, 2029)[1] > borrowed[1]


def test_an_area_lives_to_the_last_year_that_is_forecast() -> None:
    found = live_area("vlaardingen-westwijk", 1, 0.05)
    assert set(found) == {f"{what}:{year}" for what in forecasted() for year in YEARS}
    assert all(value >= 0 and whole > 0 for value, whole in found.values())


def test_quantile_scores_tend_to_the_crps() -> None:
    z = (1.0 - 0.0) / 1.0
    known = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    five = crps_of_quantiles([float(norm.ppf(level)) for level in LEVELS], 1.0)
    assert five == pytest.approx(known, rel=0.15)
    assert crps_of_quantiles([2.0] * 5, 2.0) == 0


def test_scores_say_how_far_what_is_covered_and_who_is_better(frozen: Frozen, tmp_path: Path) -> None:
    row = next(row for row in frozen.rows if row["outcome"] == OUTCOME and row["year"] == 2026)
    exact = figures(tmp_path, f"{AREA},{OUTCOME},2026,{row['q50']}", f"{AREA},{OUTCOME},2027,0.9")
    scored = score_figures(frozen, read_figures(exact, frozen))
    assert scored[0].inside_50
    assert scored[0].inside_90
    assert not scored[1].inside_90
    assert scored[0].crps < scored[1].crps
    assert scored[0].crps < scored[0].crps_national
    one, everything = summaries(scored)
    assert one.outcome == OUTCOME
    assert everything.outcome == "all"
    assert (everything.figures, everything.covered_90) == (2, 0.5)
    assert one.skill_national == everything.skill_national


def test_fewer_people_behind_a_figure_make_the_naive_forecasts_less_sure(frozen: Frozen) -> None:
    figure = Figure(AREA, OUTCOME, 2026, 0.71, None)
    many, few = (score_figures(frozen, [replace(figure, n=n)])[0] for n in (1e6, 30.0))
    assert few.crps_national > many.crps_national


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"delft-wets,{OUTCOME},2026,0.5", "unknown_area"),
        (f"{AREA},employed,2026,0.5", "unknown_outcome"),
        (f"{AREA},{OUTCOME},2025,0.5", "unknown_year"),
        (f"{AREA},{OUTCOME},2026,nan", "number"),
        (f"{AREA},{OUTCOME},2026,inf", "number"),
        (f"{AREA},{OUTCOME},2026,", "number"),
        (f'{AREA},{OUTCOME},2026,"0,5"', "comma"),
        (f"{AREA},{OUTCOME},2026,64", "per_cent"),
        (f"{AREA},{OUTCOME},2026,-0.1", "range"),
        (f"{AREA},{OUTCOME},2026,640", "range"),
        (f"{AREA},{OUTCOME},2026", "cells"),
        (f"{AREA},{OUTCOME},2026,0.5,7", "cells"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(line: str, code: str, frozen: Frozen, tmp_path: Path) -> None:
    with pytest.raises(FigureError) as error:
        read_figures(figures(tmp_path, f"{AREA},{OUTCOME},2029,0.5", line), frozen)
    assert error.value.code == code
    assert error.value.details["line"] == 3


@pytest.mark.parametrize(
    ("head", "lines", "code"),
    [
        ("area,outcome,year", [], "column_absent"),
        ("area,outcome,year,value,colour", [], "column_strange"),
        ("area,outcome,year,value,value", [], "column_strange"),
        ("area,outcome,year,value", [], "empty"),
        ("area,outcome,year,value,n", [f"{AREA},{OUTCOME},2026,0.5,0"], "no_people"),
        ("area,outcome,year,value", [f"{AREA},{OUTCOME},2026,0.5"] * 2, "twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    head: str, lines: list[str], code: str, frozen: Frozen, tmp_path: Path
) -> None:
    with pytest.raises(FigureError) as error:
        read_figures(figures(tmp_path, *lines, head=head), frozen)
    assert error.value.code == code


@pytest.mark.parametrize(("content", "code"), [(b"\xff\xfe\xfa", "encoding"), (b"a" * 2_000_001, "large")])
def test_a_file_that_is_no_table_is_refused(content: bytes, code: str, frozen: Frozen, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_bytes(content)
    with pytest.raises(FigureError) as error:
        read_figures(path, frozen)
    assert error.value.code == code
    with pytest.raises(FigureError, match="missing"):
        read_figures(tmp_path / "none.csv", frozen)


def test_people_columns_and_a_mark_at_the_beginning_are_read(frozen: Frozen, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_bytes(("\ufeffarea, outcome ,year,value,n\n" + f"{AREA}, {OUTCOME},2026, 0.5 ,1200\n").encode())
    expected: Any = (Figure(AREA, OUTCOME, 2026, 0.5, 1200.0),)
    assert read_figures(path, frozen) == expected
