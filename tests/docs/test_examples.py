"""The scripts in docs/examples, at a size that answers in seconds."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from scenarios.catalogue import load_scenario
from sim.model import NeighbourhoodModel

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SAMPLE = 0.02


def example(name: str) -> ModuleType:
    """Load a script as a module: the lines under its ``__main__`` do not run."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_mesa_batch_run_collects_every_month_of_every_run() -> None:
    found = example("mesa_batch_run").run(seeds=(1, 2), months=3, sample=SAMPLE)
    runs = found.groupby(["scenario", "seed"])["month"].agg(list)
    assert sorted(runs.index) == [(name, seed) for name in ("geen-programma", "preventie-met-gezag") for seed in (1, 2)]
    assert all(months == ["2025-01", "2025-02", "2025-03"] for months in runs)

    model = NeighbourhoodModel("vlaardingen-westwijk", load_scenario("preventie-met-gezag"), rng=2, sample=SAMPLE)
    for _ in range(3):
        model.step()
    last = found.query("scenario == 'preventie-met-gezag' and seed == 2").iloc[-1]
    assert last["residents"] == len(model.residents) / model.fraction


def test_mesa_differences_are_policy_minus_reference_by_seed() -> None:
    module = example("mesa_batch_run")
    rows = pd.DataFrame(
        {
            "scenario": np.repeat([module.POLICY, module.REFERENCE], 4),
            "seed": [1, 1, 2, 2] * 2,
            "suspects": [1.0, 2, 3, 4, 5, 6, 7, 8],
            "enrolled": [10.0, 20, 30, 40, 1, 2, 3, 4],
        }
    )
    found = module.differences(rows)
    assert found["suspects"].to_dict() == {1: 3.0 - 11.0, 2: 7.0 - 15.0}
    assert found["enrolled"].to_dict() == {1: 18.0, 2: 36.0}


def test_scenario_discovery_evaluates_and_tells() -> None:
    pytest.importorskip("ema_workbench")
    module = example("scenario_discovery")
    cases, difference = module.evaluate(points=2, years=1, sample=SAMPLE)
    assert cases.shape == (2, len(module.UNCERTAINTIES))
    assert difference.shape == (2,)
    assert "of 2 cases" in module.tell(cases, difference)


def test_scenario_discovery_says_where_harm_is() -> None:
    pytest.importorskip("ema_workbench")
    module = example("scenario_discovery")
    random = np.random.default_rng(1)
    cases = pd.DataFrame(random.random((100, 6)), columns=[module.name_of(path) for path in module.UNCERTAINTIES])
    told = module.tell(cases, np.where(cases["services__stop_effect"] > 0.6, 1.0, -1.0))
    lines = told.splitlines()
    assert lines[0].endswith(f"more crime in {(cases['services__stop_effect'] > 0.6).sum()} of 100 cases.")
    assert float(lines[1].partition("box ")[2].partition("%")[0]) > 80
    assert lines[3].startswith("  services.stop_effect is between 0.6")
    assert "chance" not in lines[3]
    assert "All cases agree" in module.tell(cases, np.ones(100))


def test_solara_viz_draws_the_page_and_lives_a_month() -> None:
    solara = pytest.importorskip("solara")
    import ipyvuetify
    from solara.widgets import GridLayout

    module = example("solara_viz")
    worlds = []

    class Watched(module.Westwijk):  # type: ignore[misc, name-defined]
        def __init__(self, policy: str = module.POLICY, rng: int = 1) -> None:
            super().__init__(policy, rng, SAMPLE)
            worlds.append(self)

    module.Westwijk = Watched

    @solara.component
    def Shell():  # noqa: N802
        with solara.AppLayout():
            module.Page()

    _, page = solara.render(Shell(), handle_error=False)
    try:
        buttons = {button.children[0]: button for button in page.find(ipyvuetify.Btn).widgets if button.children}
        plots = page.find(GridLayout).widget.items
        before = [plot.value for plot in plots]
        buttons["Step"].click()
        assert worlds[0].label == "2025-02"
        after = [plot.value for plot in page.find(GridLayout).widget.items]
        assert len(before) == 2
        assert all(one != other for one, other in zip(before, after, strict=True))

        page.find(ipyvuetify.Select).widget.v_model = "geen-programma"
        buttons["Reset"].click()
        assert worlds[-1].label == "2025-01"
        assert worlds[-1].levers.value("programme.preventie_met_gezag.budget_national", worlds[-1].month) == 0
        assert worlds[0].levers.value("programme.preventie_met_gezag.budget_national", worlds[0].month) > 0
    finally:
        page.close()


def test_solara_viz_counts_each_youth_once() -> None:
    pytest.importorskip("solara")
    module = example("solara_viz")
    model = module.Westwijk(sample=SAMPLE)
    low, high = module.AGES
    youths = model.residents.select(lambda people: (people.age >= low) & (people.age < high))
    assert sum(module.activities(model).values()) == pytest.approx(len(youths) / model.fraction)
    assert model.area.id == module.AREA
