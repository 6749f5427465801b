"""Trials among areas: a programme that is none changes nothing, in either design."""

import pytest

from calibration.trials.areas import OUTCOME, YEARS_BEFORE, AreaPlan, run_area_trial

AREAS = ("vlaardingen-westwijk", "delft-west", "breda-noord", "lelystad-oost")


@pytest.mark.parametrize("design", ["matched", "stepped"])
def test_no_programme_against_no_programme_is_nothing(design: str) -> None:
    none = "geen-programma"
    plan = AreaPlan(design, AREAS, scenario=none, reference=none, years=3, steps=2, sample=0.03)
    seen: list[tuple[int, int]] = []
    found = run_area_trial(plan, progress=lambda done, total: seen.append((done, total)))
    assert found.happened == 0.0
    assert found.usual > 0
    assert all(power.expected == 0.0 and power.areas is None for power in found.power.values())
    assert seen[-1] == (len(AREAS), len(AREAS))
    first = YEARS_BEFORE + (design == "stepped")
    assert min(found.assignments.starts[0]) == first


def test_a_programme_changes_the_areas_that_have_it_and_twice_is_the_same() -> None:
    plan = AreaPlan("matched", AREAS[:2], scenario="huidig-beleid", outcome=OUTCOME, years=2, sample=0.1)
    found = run_area_trial(plan)
    assert found.happened != 0.0
    assert found.power[2].expected == pytest.approx(found.happened)
    assert repr(run_area_trial(plan)) == repr(found)
