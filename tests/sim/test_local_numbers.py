"""What an area knows itself replaces what the model assumes there, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.catalogue import load_scenario
from sim.areas import LocalNumbers, area_with, load_area
from sim.model import NeighbourhoodModel
from sim.parameters.loader import ParameterError
from sim.snapshot import SnapshotError
from sim.world import start_world

AREA = "heerlen-noord"
FIRST = {"area": AREA, "seed": 3, "sample": 0.02}


def lived(draw=0, local=None, months=12):
    world = start_world(**FIRST, draw=draw, local=local).branch(load_scenario("preventie-met-gezag"))
    for _ in range(months):
        world.step()
    return world


def test_nothing_filled_in_changes_nothing():
    assert lived(local=LocalNumbers(AREA, 2025)).outcome_rows() == lived().outcome_rows()


def test_figures_replace_those_of_the_area():
    packaged = load_area(AREA).figures
    known = area_with(AREA, LocalNumbers(AREA, 2024, figures=(("corporatie_share", 0.31),))).figures
    assert (known["corporatie_share"].value, known["corporatie_share"].status) == (0.31, "local")
    assert {name for name in packaged if packaged[name] != known[name]} == {"corporatie_share"}
    few, many = (
        start_world(**FIRST, draw=0, local=LocalNumbers(AREA, 2024, figures=(("corporatie_share", share),)))
        for share in (0.2, 0.4)
    )
    assert np.sum(few.dwellings.tenure == 1) < np.sum(many.dwellings.tenure == 1)


def test_a_parameter_known_here_has_no_doubt_here():
    local = LocalNumbers(AREA, 2025, parameters=(("school.vacancies", 0.05),))
    values = {start_world(**FIRST, draw=draw, local=local).p["school.vacancies"] for draw in (0, 1, 2)}
    assert values == {0.05}
    assert start_world(**FIRST, draw=1).p["school.vacancies"] != 0.05


def test_known_money_is_paid_whatever_the_draw():
    local = LocalNumbers(AREA, 2025, line_shares=(("preventie_met_gezag", 0.05),))
    scenario = load_scenario("preventie-met-gezag")
    without_own = replace_areas(scenario)
    budgets = set()
    for draw in (0, 1, 2):
        world = start_world(**FIRST, draw=draw, local=local).branch(without_own)
        world.step()
        budgets.add(round(world.municipality.budget / world.fraction))
    assert len(budgets) == 1


def replace_areas(scenario):
    return scenario.model_copy(update={"areas": {}})


def test_a_world_with_local_numbers_is_restored_only_with_them(tmp_path):
    local = LocalNumbers(AREA, 2025, line_shares=(("onderwijs", 0.1),))
    world = start_world(**FIRST, draw=0, local=local)
    world.save(tmp_path / "world")
    NeighbourhoodModel.restore(tmp_path / "world", local=local)
    with pytest.raises(SnapshotError, match="local numbers"):
        NeighbourhoodModel.restore(tmp_path / "world", local=replace(local, line_shares=(("onderwijs", 0.2),)))
    with pytest.raises(SnapshotError, match="local numbers"):
        NeighbourhoodModel.restore(tmp_path / "world")


def test_wrong_local_numbers_are_refused():
    with pytest.raises(ValueError, match="not of"):
        area_with(AREA, LocalNumbers("rotterdam-zuid", 2025))
    with pytest.raises(ValueError, match="no figure 'corporaties'"):
        area_with(AREA, LocalNumbers(AREA, 2025, figures=(("corporaties", 0.3),)))
    with pytest.raises(ParameterError, match=r"nearest is 'school.vacancies'"):
        start_world(**FIRST, draw=0, local=LocalNumbers(AREA, 2025, parameters=(("school.vacancy", 0.1),)))


def test_changed_parameters_hold_in_the_world():
    world = start_world(**FIRST, draw=2, changes={"school.vacancies": 0.2})
    assert world.p["school.vacancies"] == 0.2
    with pytest.raises(ParameterError):
        start_world(**FIRST, draw=0, changes={"school.vacancy": 0.1})
