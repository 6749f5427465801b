"""Boxes in which something is common, and cases that come from a stored batch."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from results.reading import Results
from results.store import Store
from scenarios.batch import open_store, run_design, write_tables
from scenarios.catalogue import load_scenario
from scenarios.codebook import build_codebook
from scenarios.design import Design, Sweep, Task
from scenarios.discovery import find_box, stored_cases
from scenarios.ema import EmaError, name_of
from scenarios.runs import Run
from scenarios.sweeps import Quantity, points_of
from sim.parameters import load_parameters

STOP, COST = "services.stop_effect", "services.mentoring_cost"
BUDGET = "programme.preventie_met_gezag.budget_national"
PROGRAMME, NOTHING = load_scenario("preventie-met-gezag"), load_scenario("geen-programma")
AREAS = ("vlaardingen-westwijk", "rotterdam-zuid")
PERSONS = {"vlaardingen-westwijk": 1_000.0, "rotterdam-zuid": 3_000.0}


def cases(count: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(1)
    return pd.DataFrame(random.random((count, 3)), columns=[name_of(path) for path in (STOP, COST, BUDGET)])


def test_a_box_holds_what_makes_it_common() -> None:
    pytest.importorskip("ema_workbench")
    found = cases()
    inside = (found[name_of(STOP)] > 0.6) & (found[name_of(COST)] < 0.5)
    box = find_box(found, inside)
    assert {STOP, COST} <= set(box.limits)
    low, high = box.limits[STOP]
    assert 0.5 < low < 0.7
    assert high > 0.95
    assert 0.4 < box.limits[COST][1] < 0.6
    assert box.p_values[STOP] < 0.001
    assert box.coverage > 0.8
    assert box.density > 0.8
    among = pd.Series(True, index=found.index)
    for path, (low, high) in box.limits.items():
        among &= found[name_of(path)].between(low, high)
    assert box.cases == among.sum()
    assert box.density == pytest.approx(inside[among].mean())
    assert box.coverage == pytest.approx(inside[among].sum() / inside.sum())


@pytest.mark.parametrize("value", [True, False])
def test_without_a_difference_there_is_no_box(value: bool) -> None:
    pytest.importorskip("ema_workbench")
    with pytest.raises(EmaError, match=f"{'all' if value else 'none'} of the 200 cases are of interest"):
        find_box(cases(), np.full(200, value))


def rows(task: Task, crimes: float) -> list[dict[str, object]]:
    persons = PERSONS[task.area]
    row = {"view": "place", "group": "all", "outcome": "crimes_per_1000", "denominator": persons}
    found = []
    for year in (2025, 2026):
        numerator = crimes * persons * (year - 2024)
        level = numerator / persons
        found.append(
            {**row, "year": year, "value": level, "expected": level, "numerator": numerator}
            | {"expected_numerator": numerator}
        )
    return found


def stopping(task: Task) -> list[Run]:
    """Crimes follow the stops and the budget of the scenario, and the luck of the seed."""
    parameters = load_parameters(task.draw, task.area).with_values(dict(task.changes))
    found = []
    for scenario in task.scenarios:
        money = scenario.schedule(task.area).value(BUDGET, scenario.start_month) / 1e8
        crimes = task.seed + money * parameters[STOP]
        found.append(Run(scenario.id, task.area, task.draw, task.seed, rows(task, crimes), 0.0))
    return found


def stored(folder: Path, sweep: Sweep | None, draws: tuple[int, ...], areas: tuple[str, ...] = AREAS) -> Results:
    design = Design((PROGRAMME, NOTHING), NOTHING.id, areas, draws, (1, 2), 0.1, 2, sweep=sweep)
    facts = {"scenarios": [PROGRAMME.id, NOTHING.id], "reference": NOTHING.id, "areas": list(areas)}
    store = Store.create(folder, facts)
    open_store(store, design)
    store.write_json("codebook.json", build_codebook(design.scenarios, areas))
    write_tables(run_design(design, stopping, store=store), store)
    return Results(store)


def sweep_of(*quantities: Quantity) -> Sweep:
    return Sweep("grid", 0, 0, quantities, points_of("grid", quantities, 0, 0))


def test_cases_of_a_swept_parameter(tmp_path: Path) -> None:
    values = (1.0, 1.1, 1.2)
    found = stored(tmp_path / "out", sweep_of(Quantity("parameter", STOP, values)), (0,))
    inputs, difference = stored_cases(found, PROGRAMME.id, [STOP], "crimes_per_1000")
    assert inputs[name_of(STOP)].tolist() == list(values)
    # in the second year twice 0.82 times the effect, in both areas and for either seed
    assert difference == pytest.approx([2 * 0.82 * value for value in values])


def test_cases_of_a_swept_lever_against_one_reference(tmp_path: Path) -> None:
    values = (0.0, 50e6, 100e6)
    found = stored(tmp_path / "out", sweep_of(Quantity("lever", BUDGET, values)), (0,))
    inputs, difference = stored_cases(found, PROGRAMME.id, [BUDGET], "crimes_per_1000")
    effect = load_parameters(0)[STOP]
    assert inputs[name_of(BUDGET)].tolist() == list(values)
    assert difference == pytest.approx([2 * value / 1e8 * effect for value in values])


def test_cases_of_draws(tmp_path: Path) -> None:
    found = stored(tmp_path / "out", None, (1, 2, 3))
    inputs, difference = stored_cases(found, PROGRAMME.id, [STOP, COST], "crimes_per_1000")
    drawn = [load_parameters(draw) for draw in (1, 2, 3)]
    assert inputs[name_of(STOP)].tolist() == [one[STOP] for one in drawn]
    assert inputs[name_of(COST)].tolist() == [one[COST] for one in drawn]
    assert difference == pytest.approx([2 * 0.82 * one[STOP] for one in drawn])


def test_an_area_alone_has_the_values_of_that_area(tmp_path: Path) -> None:
    found = stored(tmp_path / "out", None, (1, 2), AREAS[:1])
    local = next(path for path in load_parameters(1) if load_parameters(1)[path] != load_parameters(1, AREAS[0])[path])
    inputs, _ = stored_cases(found, PROGRAMME.id, [local], "crimes_per_1000")
    assert inputs[name_of(local)].tolist() == [load_parameters(draw, AREAS[0])[local] for draw in (1, 2)]


def test_what_was_neither_swept_nor_drawn_is_refused(tmp_path: Path) -> None:
    found = stored(tmp_path / "out", sweep_of(Quantity("parameter", STOP, (1.0, 1.1))), (0,))
    with pytest.raises(EmaError, match=f"'{COST}' is neither swept nor does it differ"):
        stored_cases(found, PROGRAMME.id, [COST], "crimes_per_1000")
