"""What is held out is listed cell by cell, apart from what is fitted, and no fit can read it."""

import csv
from importlib.resources import files
from types import FunctionType

import pytest

from calibration.targets import HELD_OUT, NAMES_HELD_OUT, TargetError, load_targets
from calibration.validation import holdouts
from calibration.validation.holdouts import left_out, load_holdouts
from calibration.validation.quantities import WORKED, needs, quantities
from calibration.validation.verdicts import families
from sim.areas import area_ids, load_area

CELLS = load_holdouts()


def called_from(module: str) -> FunctionType:
    """Return a function that reads the hold-outs as if it stood in a module."""
    return FunctionType(
        compile("load_holdouts()", module, "eval"), {"__name__": module, "load_holdouts": load_holdouts}
    )


@pytest.mark.parametrize("module", ["calibration.fit", "calibration.fit.run", "calibration.fit.waves.first"])
def test_a_fit_that_tries_to_read_a_hold_out_fails(module: str) -> None:
    with pytest.raises(TargetError, match="part of the fit"):
        called_from(module)()


def test_whoever_is_not_the_fit_may_read_them() -> None:
    assert called_from("calibration.fitness")() == CELLS


def test_a_fit_that_calls_somebody_who_reads_them_fails_as_well() -> None:
    fit = FunctionType(
        compile("helper()", "fit", "eval"), {"__name__": "calibration.fit.run", "helper": called_from("elsewhere")}
    )
    with pytest.raises(TargetError):
        fit()


def test_no_cell_is_a_target_and_every_number_is_one_a_fit_refuses() -> None:
    assert {cell.id for cell in CELLS}.isdisjoint(target.id for target in load_targets())
    assert len({cell.id for cell in CELLS}) == len(CELLS)
    assert all(NAMES_HELD_OUT.fullmatch(cell.id) for cell in CELLS)


def test_held_out_patterns_of_the_evidence_are_there() -> None:
    assert {"P31", "P36"} <= {cell.id for cell in CELLS if cell.use == HELD_OUT}


def test_every_cell_has_a_range_people_a_source_and_a_licence() -> None:
    for cell in CELLS:
        assert cell.low <= cell.value <= cell.high, cell.id
        assert cell.n > 0, cell.id
        assert cell.source, cell.id
        assert cell.licence, cell.id


def test_figures_of_others_say_how_they_were_translated() -> None:
    assert all(cell.note for cell in CELLS if not cell.own)


def test_police_figures_say_that_their_licence_was_not_read() -> None:
    of_police = [cell for cell in CELLS if "Politie" in cell.source or "registered_crimes" in cell.quantity]
    assert of_police
    assert all("not read" in cell.licence for cell in of_police)


def test_registered_suspects_of_municipalities_are_no_hold_outs_since_p02_is_derived_from_them() -> None:
    assert all(cell.use == "check" for cell in CELLS if cell.quantity.startswith("suspects_relative"))


def test_every_quantity_is_named_worked_out_and_belongs_to_a_family() -> None:
    used = {cell.quantity for cell in CELLS}
    assert used == set(quantities()) == set(WORKED)
    assert {one.family for one in quantities().values()} <= set(families())


def test_cells_name_areas_and_wijken_that_exist() -> None:
    wijken = {wijk.code for name in area_ids() for wijk in load_area(name).wijken}
    for cell in CELLS:
        kind, _, name = cell.scope.partition(":")
        assert kind in ("area", "wijk", "set", "any", "programme", "bench")
        assert kind != "area" or name in area_ids()
        assert kind != "wijk" or name in wijken
        assert set(needs(cell, CELLS)) <= set(area_ids())


def test_margins_are_left_out_and_the_reason_is_said() -> None:
    kinds = {row["why"] for row in left_out()}
    assert {"margin", "fitted", "input"} <= kinds
    assert all(row["reason"].strip() for row in left_out())


def test_residents_of_the_base_year_are_a_margin_and_those_of_2025_are_not() -> None:
    growth = [cell for cell in CELLS if cell.quantity == "residents_growth"]
    assert growth
    assert all(load_area(cell.scope.removeprefix("area:")).certainty == "high" for cell in growth)


def test_a_row_that_does_not_belong_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = files("calibration").joinpath("holdouts.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    for change in ({"use": "calibrate"}, {"id": "P02"}):
        monkeypatch.setattr(holdouts, "_table", lambda name, c=change: [rows[0] | c])
        with pytest.raises(TargetError, match="does not belong"):
            load_holdouts()
