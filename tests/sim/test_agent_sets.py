"""Agent sets over columns in Mesa's words, and the handles on one person."""

from typing import Any

import mesa
import numpy as np
import pytest

from sim.agents.agentset import ColumnAgentSet, Resident, Youth
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.catalogue import YOUTH_AGES


@pytest.fixture
def model(whole_base: NeighbourhoodModel) -> NeighbourhoodModel:
    return whole_base.branch(whole_base.scenario)


def test_sets_hold_who_they_should(model: NeighbourhoodModel) -> None:
    people = model.people
    inside = people.column("status") == c.INSIDE
    assert len(model.residents) == inside.sum()
    age = people.column("age")
    assert len(model.youths) == (inside & (age >= YOUTH_AGES[0]) & (age < YOUTH_AGES[1])).sum()


def test_get_and_select_work_on_columns(model: NeighbourhoodModel) -> None:
    youths = model.youths
    age, sex = youths.get(["age", "sex"])
    assert age.size == sex.size == len(youths)
    assert (youths.get("age") == age).all()
    calls = []

    def grown(columns: Any) -> Any:
        calls.append(columns)
        return (columns.age >= 18) & (columns.sex == c.WOMAN)

    women = youths.select(grown)
    assert len(calls) == 1, "the condition is called once, with columns"
    assert isinstance(women, ColumnAgentSet)
    assert len(women) == ((age >= 18) & (sex == c.WOMAN)).sum()
    assert women.get("age").min() >= 18
    assert len(youths.select(at_most=7)) == 7
    assert len(youths.select(grown).select(lambda columns: columns.enrolled)) <= len(women)
    assert youths.get("minor_events").shape == (c.WINDOW, len(youths))
    assert set(youths.get("stage")) <= {"none", "incidental", "repeat", "hardened"}
    assert np.unique(youths.get("unique_id")).size == len(youths)
    with pytest.raises(AttributeError, match="no column 'colour'"):
        youths.get("colour")


def test_agg_and_groupby_agree_with_numpy(model: NeighbourhoodModel) -> None:
    youths = model.youths
    skill = youths.get("skill")
    assert youths.agg("skill", "mean") == pytest.approx(skill.mean())
    assert youths.agg("skill", np.std) == pytest.approx(skill.std())
    assert youths.agg("enrolled", "sum") == youths.get("enrolled").sum()
    groups = youths.groupby("age")
    assert set(groups) == set(range(*YOUTH_AGES))
    assert sum(groups.count().values()) == len(youths)
    assert groups.agg("age", "max") == {age: age for age in range(*YOUTH_AGES)}
    assert all(isinstance(members, ColumnAgentSet) for members in groups.values())
    with pytest.raises(ValueError, match="choose one of"):
        youths.agg("skill", "mode")


def test_a_handle_is_a_mesa_agent_that_is_not_registered(model: NeighbourhoodModel) -> None:
    before = len(model.agents)
    handles = list(model.youths.select(at_most=20))
    assert len(handles) == 20
    for youth in handles:
        assert isinstance(youth, Youth)
        assert isinstance(youth, mesa.Agent)
        assert youth not in model.agents
    assert len(model.agents) == before
    assert type(model.residents[0]) is Resident


def test_a_handle_reads_and_writes_its_row(model: NeighbourhoodModel) -> None:
    youth = model.youths[3]
    row = int(model.youths.rows[3])
    assert youth.age == model.people.age[row]
    assert youth.unique_id == int(model.people.life[row])
    assert youth.stage in ("none", "incidental", "repeat", "hardened")
    youth.skill = 1.5
    assert model.people.skill[row] == np.float32(1.5)
    assert model.youths[3].skill == 1.5
    assert youth.minor_events.shape == (c.WINDOW,)
    before = model.people.skill.copy()
    model.youths[4].skill = -1.0
    assert (model.people.skill != before).sum() == 1
    with pytest.raises(AttributeError, match="no 'colour'"):
        _ = youth.colour
    with pytest.raises(AttributeError, match="no column 'colour'"):
        youth.colour = "red"


def test_handles_are_equal_by_life(model: NeighbourhoodModel, whole_base: NeighbourhoodModel) -> None:
    one, same, other = model.youths[0], model.youths[0], model.youths[1]
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert len({one, same, other}) == 2
    assert one in model.youths
    assert one != whole_base.youths[0], "the same person in another world is somebody else"


def test_a_handle_stays_with_the_person_not_the_row(model: NeighbourhoodModel) -> None:
    youth = model.youths[0]
    model.people.life[youth.row] += np.uint64(1)
    with pytest.raises(LookupError, match="not in the model any more"):
        _ = youth.age


def test_what_cannot_be_done_raises_with_the_reason(model: NeighbourhoodModel) -> None:
    with pytest.raises(NotImplementedError, match="moving or dying"):
        model.youths[0].remove()
    for name in ("do", "shuffle", "shuffle_do"):
        with pytest.raises(NotImplementedError, match="order of activation"):
            getattr(model.youths, name)("step")


def test_setting_a_column_of_a_set_changes_only_its_members(model: NeighbourhoodModel) -> None:
    before = model.people.column("skill").copy()
    girls = model.youths.select(lambda columns: columns.sex == c.WOMAN)
    girls.set("skill", 9.0)
    changed = np.flatnonzero(model.people.column("skill") != before)
    assert np.array_equal(changed, np.sort(girls.rows))
