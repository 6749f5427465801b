"""Institutions are Mesa agents, a month reads as a table of contents, and Mesa's own tools run the model."""

import inspect
import re
from typing import Any

import mesa
import numpy as np
from small_worlds import AREA, AT_START, make_world

from sim.agents.alliance import Alliance
from sim.agents.care import CareTeam
from sim.agents.corporaties import Corporatie
from sim.agents.debt_help import DebtHelp
from sim.agents.employers import Employers
from sim.agents.enforcement import Jeugdboas, Wijkagenten
from sim.agents.housing_fund import HousingFund
from sim.agents.justice import JusticeChain
from sim.agents.municipality import Municipality
from sim.agents.police import PoliceTeam
from sim.agents.residents_groups import ResidentsGroups
from sim.agents.schools import School
from sim.agents.social import SocialOrganisations
from sim.model import NeighbourhoodModel, month_table

TINY = {"area": AREA, "sample": 0.05, "start": AT_START}


def test_institutions_are_registered_mesa_agents(small_start: NeighbourhoodModel) -> None:
    model = small_start
    kinds = {kind: len(model.agents_by_type[kind]) for kind in model.agents_by_type}
    one_of_each = {
        Municipality, JusticeChain, Employers, Alliance, DebtHelp, CareTeam, SocialOrganisations, ResidentsGroups,
        HousingFund,
    }  # fmt: skip
    assert kinds.keys() == {School, PoliceTeam, Jeugdboas, Wijkagenten, Corporatie, *one_of_each}
    assert all(kinds[kind] == 1 for kind in one_of_each)
    assert kinds[Corporatie] == len(model.corporaties) > 1
    assert kinds[School] == len(model.schools_of_area.schools) > 1
    assert kinds[PoliceTeam] == kinds[Jeugdboas] == kinds[Wijkagenten] >= 1
    assert isinstance(model, mesa.Model)
    assert model.municipality in model.agents


def test_the_month_table_lists_the_parts_of_a_month_in_order() -> None:
    source = inspect.getsource(NeighbourhoodModel.live_month)
    called = re.findall(r"^\s+self\.(\w+)\(\)$", source, flags=re.MULTILINE)
    table = month_table()
    assert [name for name, _ in table] == called
    assert len(called) >= 7
    assert all(sentence.endswith(".") and len(sentence) > 20 for _, sentence in table)
    assert "self.live_month()" in inspect.getsource(NeighbourhoodModel.step)


def run_batch(seeds: list[int], months: int) -> dict[int, list[dict[str, Any]]]:
    """Run Mesa's own batch in both of its forms; return what was collected by seed."""
    collect = {"month": lambda m: m.label, "mean_skill": lambda m: m.residents.agg("skill", "mean")}
    options: dict[str, Any] = {"max_steps": months, "data_collection_period": 1, "display_progress": False}
    fixed = {**TINY, "collect": [collect]}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        rows = mesa.batch_run(NeighbourhoodModel, parameters=fixed, rng=seeds, **options)
    else:
        rows = mesa.batch_run(NeighbourhoodModel, parameters={**fixed, "rng": seeds}, **options)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["RunId"], []).append({name: row[name] for name in collect})
    return found


def test_mesa_batch_run_two_seeds_differ_and_one_repeats() -> None:
    months = 3
    runs = run_batch([1, 2, 1], months)
    assert len(runs) == 3
    first, second, third = runs.values()
    assert [row["month"] for row in first][:months] == ["2022-02", "2022-03", "2022-04"]
    assert first != second
    assert first == third


def test_a_data_collector_counts_the_months_lived_since_the_start() -> None:
    model = NeighbourhoodModel(rng=1, collect={"residents": lambda m: len(m.residents)}, **TINY)
    assert model.steps == 0, "preparing the world is not a step"
    for _ in range(4):
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == model.steps == 4
    assert table["residents"].iloc[-1] == len(model.residents)
    assert table["residents"].nunique() > 1


def test_a_model_of_ones_own_may_collect_in_its_step() -> None:
    class Counting(NeighbourhoodModel):
        """As Mesa's tutorial does it."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.datacollector = mesa.DataCollector(model_reporters={"youths": lambda m: len(m.youths)})

    model = Counting(rng=1, **TINY)
    model.step()
    assert len(model.datacollector.get_model_vars_dataframe()) == 1


def test_mesa_does_not_decide_anything() -> None:
    """The seed is kept as an integer and nothing is drawn from Mesa's own generator."""
    one, other = make_world(sample=0.05), make_world(sample=0.05)
    other.random.seed(99)
    other.rng = np.random.default_rng(99)
    before = other.rng.bit_generator.state
    for model in (one, other):
        for _ in range(3):
            model.step()
    assert one.seed_value == 1
    assert other.rng.bit_generator.state == before
    assert np.array_equal(one.people.column("life"), other.people.column("life"))
