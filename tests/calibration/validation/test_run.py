"""Living the hold-outs: kept parts are not lived again, areas that were not lived leave cells open."""

import json
from pathlib import Path

import pytest

from calibration.validation import run
from calibration.validation.holdouts import load_holdouts
from calibration.validation.lives import LAST_YEAR, live_area, sample_of
from calibration.validation.quantities import needs, value_of
from calibration.validation.run import live_draws, rows_of
from sim.areas import area_ids

AREA, SAMPLE = "den-haag-zuidwest", 0.01
CELLS = load_holdouts()


@pytest.fixture(scope="module")
def measures() -> dict[str, float]:
    return live_area(AREA, 1, SAMPLE)


def test_what_the_cells_of_an_area_need_is_measured(measures: dict[str, float]) -> None:
    mine = [cell for cell in CELLS if needs(cell, CELLS) == (AREA,)]
    assert {cell.quantity for cell in mine} >= {"residents_growth", "welfare_wijk_share"}
    for cell in mine:
        assert value_of(cell, {AREA: measures}, CELLS) is not None, cell.id


def test_measures_are_of_the_whole_area_and_parts_fit_in_wholes(measures: dict[str, float]) -> None:
    assert measures["residents_base"] == pytest.approx(70_205, rel=0.2)
    assert 0 < measures["inflow_12plus"] < measures["lived_12plus"]
    assert 0 <= measures["minor_suspects_first"] <= measures["minor_suspects"]
    assert 0 < measures["weak_end"] < measures["homes"]
    assert measures["welfare_share:wijk:WK051836:part"] < measures["welfare_share:wijk:WK051836:whole"]
    assert LAST_YEAR == 2024


def test_what_other_areas_are_needed_for_stays_open(measures: dict[str, float]) -> None:
    rows = {row["id"]: row for row in rows_of({1: {AREA: measures}})}
    assert rows["H02d"]["median"] is not None
    assert rows["P36"]["median"] is not None  # lived by a proof, in no area
    for name in ("H03d", "H06", "H14", "P31"):
        assert rows[name]["median"] is None
        assert rows[name]["crps"] is None
        assert rows[name]["inside"] is None


def test_relative_figures_are_over_the_mean_of_their_set() -> None:
    mine = [cell for cell in CELLS if cell.group == "H03"]
    by_area = {
        cell.scope.removeprefix("area:"): {
            "problem_debt_share:part": 10.0 * (place + 1),
            "problem_debt_share:whole": 100.0,
        }
        for place, cell in enumerate(mine)
    }
    values = [value_of(cell, by_area, CELLS) for cell in mine]
    assert values == pytest.approx([(place + 1) / 5 for place in range(9)])


def test_the_change_without_policy_is_a_share_of_the_whole_change() -> None:
    area = {"homes": 100.0, "weak_base": 60.0, "weak_end": 50.0, "weak_end_without": 52.0}
    by_area = dict.fromkeys(area_ids(), area)
    by_id = {cell.id: cell for cell in CELLS}
    assert value_of(by_id["P31"], by_area, CELLS) == pytest.approx(-0.2)
    assert value_of(by_id["P31b"], by_area, CELLS) == pytest.approx(0.8)


def test_a_finished_part_is_kept_and_not_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []

    def pretend(area: str, draw: int, sample: float | None) -> dict[str, float]:
        lived.append(draw)
        return {"homes": float(draw)}

    monkeypatch.setattr(run, "live_area", pretend)
    first = live_draws(1, [AREA], SAMPLE, folder=tmp_path)
    again = live_draws(2, [AREA], SAMPLE, folder=tmp_path)
    assert lived == [1, 2]
    assert first == {1: {AREA: {"homes": 1.0}}}
    assert again == {1: {AREA: {"homes": 1.0}}, 2: {AREA: {"homes": 2.0}}}
    assert json.loads((tmp_path / f"{AREA}-1.json").read_text(encoding="utf-8")) == {"homes": 1.0}
    assert not list(tmp_path.glob(".*"))


def test_an_area_lives_some_thousands_of_residents_unless_asked_otherwise() -> None:
    assert sample_of(AREA, 0.5) == 0.5
    assert sample_of(AREA, None) == pytest.approx(5_000 / 70_205)
    assert sample_of("vlaardingen-westwijk", None) < 1
