"""A mechanism that is broken on purpose is noticed: some pattern, hold-out or proof leaves its range.

The closest earlier model carried for years a criminal record and a peer effect that did nothing or the wrong thing.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from calibration import findings
from calibration.experiments import friends, own_recent
from calibration.findings import Found
from calibration.probe import measure_area
from calibration.probe_domains import Measures
from calibration.recipes import RECIPES
from calibration.replays import free_worlds
from calibration.targets import load_targets
from calibration.validation.holdouts import load_holdouts
from calibration.validation.lives import live_area
from calibration.validation.scores import score_of
from scenarios.catalogue import REALISED, load_scenario
from sim.calendar import MONTHS_PER_YEAR
from sim.mechanisms import debts, offending
from sim.mechanisms.offending import Offending
from sim.mechanisms.register import Register
from sim.model import NeighbourhoodModel

AREA, SAMPLE, SEED = "vlaardingen-westwijk", 0.6, 1
TARGETS = {target.id: target for target in load_targets()}
FIRST_SUSPECTS = next(cell for cell in load_holdouts() if cell.id == "H10")


KEPT = (findings.real_area, findings.people_area, findings.minors, findings.adults)
"""Worlds and benches that proofs make once and keep."""


def forget() -> None:
    for kept in KEPT:
        kept.cache_clear()
    free_worlds()


@pytest.fixture(autouse=True)
def worlds_of_their_own() -> Iterator[None]:
    """Keep no world that a broken mechanism made, nor one that was made before it broke."""
    forget()
    yield
    forget()


def measured() -> Measures:
    return measure_area(AREA, SAMPLE, SEED, before=load_scenario(REALISED))


@pytest.fixture(scope="module")
def sound() -> Measures:
    return measured()


def in_range(pattern: str, measures: Measures) -> bool:
    target = TARGETS[pattern]
    return target.low <= RECIPES[pattern].value(measures) <= target.high


def peers_the_wrong_way(patch: pytest.MonkeyPatch) -> None:
    right = Offending._peer_factors
    patch.setattr(Offending, "_peer_factors", lambda self, centre: 1 / right(self, centre))


def own_offending_without_effect(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offending, "saturating", lambda events: np.zeros(np.shape(events)))


def problem_debt_is_left_as_soon_as_a_bill(patch: pytest.MonkeyPatch) -> None:
    """Take the chance of a year for the chance of a month."""
    right = debts.fall_behind

    def fall_behind(model: NeighbourhoodModel) -> None:
        sound = model.p
        model.p = sound.with_values({"debts.leaves": MONTHS_PER_YEAR * sound["debts.leaves"]})
        right(model)
        model.p = sound

    patch.setattr("sim.model.fall_behind", fall_behind)


def everybody_offends_alone(patch: pytest.MonkeyPatch) -> None:
    right = Offending.__init__

    def alone(self: Offending, *given: Any) -> None:
        right(self, *given)
        self.together = np.zeros_like(self.together)

    patch.setattr(Offending, "__init__", alone)


def everybody_counts_as_known(patch: pytest.MonkeyPatch) -> None:
    """Take a record of nothing for a record: ``>=`` where ``>`` was meant."""
    patch.setattr(Register, "known_from", lambda self, model: np.iinfo(np.int32).min)


@pytest.mark.parametrize(
    ("breaks", "proof"),
    [
        (peers_the_wrong_way, friends),
        (own_offending_without_effect, own_recent),
    ],
)
def test_a_proof_notices(
    breaks: Callable[[pytest.MonkeyPatch], None], proof: Callable[[], Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proof().agrees
    forget()
    breaks(monkeypatch)
    assert not proof().agrees


@pytest.mark.parametrize(
    ("breaks", "pattern"),
    [
        (problem_debt_is_left_as_soon_as_a_bill, "P26"),
        (everybody_offends_alone, "P13"),
        (everybody_counts_as_known, "P06"),
    ],
)
def test_a_pattern_notices(
    breaks: Callable[[pytest.MonkeyPatch], None], pattern: str, sound: Measures, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert in_range(pattern, sound)
    breaks(monkeypatch)
    assert not in_range(pattern, measured())


def first_suspects() -> bool:
    found = live_area(AREA, SEED, SAMPLE)
    return score_of(FIRST_SUSPECTS, [found["minor_suspects_first"] / found["minor_suspects"]] * 2).inside


def test_a_hold_out_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_suspects()
    everybody_counts_as_known(monkeypatch)
    assert not first_suspects()
