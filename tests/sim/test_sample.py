"""A sample of whole streets gives the effects of the full area, within chance (design D16)."""

from functools import cache

import numpy as np
import pytest

from scenarios.catalogue import load_scenario
from sim.calendar import BASE
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters
from sim.scenario import Scenario, parse_scenario

AREA = "schiedam-nieuwland-oost"
PROGRAMME = "programme.preventie_met_gezag."
SMALL, SEEDS = 0.1, 8
MONTHS = 24
HELP = {"budget": 5_000_000, "share_limits": 0.0, "mix.mentoring": 1.0, "mix.cbt_at_school": 0.0,
        "mix.after_school_hours": 0.0, "mix.scared_straight": 0.0}  # fmt: skip


def scenario(name: str, levers: dict[str, float]) -> Scenario:
    national = "".join(
        f'"{PROGRAMME}{path}" = {{ "2025" = {value} }}\n' for path, value in levers.items() if path != "budget"
    )
    own = (
        f'[areas.{AREA}.levers]\n"{PROGRAMME}budget" = {{ "2025" = {levers["budget"]} }}\n'
        if "budget" in levers
        else ""
    )
    text = (
        f'schema = 1\nid = "{name}"\ntitle = {{ nl = "x", en = "x" }}\nexplanation = {{ nl = "x", en = "x" }}\n'
        f'start = "2025-01"\n[levers]\n{national}{own}'
    )
    return parse_scenario(text, name)


def expected(model: NeighbourhoodModel, outcome: str) -> float:
    rows = [r for r in model.outcome_rows() if r["outcome"] == outcome and r["view"] == "place"]
    return sum(r["expected_numerator"] for r in rows) / sum(r["denominator"] for r in rows)


@cache
def start_world(sample: float, seed: int) -> NeighbourhoodModel:
    return NeighbourhoodModel(AREA, load_scenario("geen-programma"), seed, sample)


def difference(sample: float, seed: int, lever: str) -> float:
    """Return the effect of one lever on its outcome, per unit of the outcome."""
    before = load_scenario("geen-programma")
    if lever == "place":
        worlds = [
            NeighbourhoodModel(
                AREA, before, seed, sample, start=BASE,
                parameters=load_parameters(0, AREA).with_values({"register.hours_per_resident": hours}),
            )
            for hours in (1.1, 2.2)
        ]  # fmt: skip
        outcome = "registered_suspects_12plus_per_10k"
    else:
        start = start_world(sample, seed)
        levers = HELP if lever == "person" else {"processing_threshold": 0.0}
        worlds = [start.branch(before), start.branch(scenario(lever, levers))]
        outcome = "registered_suspects_12_24_per_10k" if lever == "person" else "early_school_leavers_share"
    for world in worlds:
        for _ in range(MONTHS):
            world.step()
    without, with_lever = (expected(world, outcome) for world in worlds)
    return with_lever / without - 1


@pytest.mark.parametrize("lever", ["person", "place", "capacity"])
def test_effects_of_a_sample_agree_with_the_full_area(lever: str) -> None:
    small = np.array([difference(SMALL, seed, lever) for seed in range(1, SEEDS + 1)])
    full = np.array([difference(1.0, seed, lever) for seed in (1, 2)])
    # ten small worlds would hold as many people as one full area
    error = small.std(ddof=1) * np.sqrt(1 / SEEDS + 1 / (10 * full.size))
    assert abs(small.mean() - full.mean()) < 3 * error + 1e-9
    if lever != "capacity":
        assert abs(full.mean()) > 0.005, "the lever must do something for the comparison to mean anything"
