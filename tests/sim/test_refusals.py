"""Settings that would explode are refused, and settings of a modeller are never silently ignored."""

import pytest

from sim.areas import load_area
from sim.draws import Draws
from sim.mechanisms.offending import Offending
from sim.parameters import ParameterError, load_parameters
from sim.parameters.loader import frozen_centres
from sim.population.synthesis import frame_of

STRUCTURE = {
    "population.vacancy": 0.06,
    "population.children_per_family": 2.2,
    "population.single_parent_share": 0.2,
    "population.single_parent_women": 0.6,
    "population.residents_per_street": 50.0,
    "population.tenure_clustering": 0.1,
}


def test_a_draw_that_reproduces_too_much_is_refused() -> None:
    usual = load_parameters()
    Offending(usual, frozen_centres())
    with pytest.raises(ParameterError, match="reproduction"):
        Offending(usual.with_values({"offending.own_recent": 3.0}), frozen_centres())


@pytest.mark.parametrize(("path", "value"), STRUCTURE.items())
def test_a_parameter_of_the_frame_changes_the_frame(path: str, value: float) -> None:
    area, draws, usual = load_area("vlaardingen-westwijk"), Draws(1), load_parameters()
    before = frame_of(area, draws, usual, 1.0)
    after = frame_of(area, draws, usual.with_values({path: value}), 1.0)
    same = [
        getattr(before, name).tobytes() == getattr(after, name).tobytes()
        for name in ("person_household", "person_position", "person_sex", "dwelling_street", "dwelling_tenure")
    ]
    assert not all(same)
