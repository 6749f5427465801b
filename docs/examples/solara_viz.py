r"""One neighbourhood, a twentieth of its streets, in Mesa's own page: step, play, reset, another policy or seed.

    SOLARA_TELEMETRY_MIXPANEL_ENABLE=false \
        solara run docs/examples/solara_viz.py --host localhost --no-check-version

Unless it is told not to, Solara calls outside services at its start. Keep it on ``localhost``: it is a page for the one
who runs it. Needs the extra: ``pip install "wijklab[viz]"``.
"""

from __future__ import annotations

import numpy as np
import solara
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from scenarios.catalogue import REALISED, load_scenario, scenario_ids
from sim.model import NeighbourhoodModel
from sim.programme.services import open_counts

AREA = "vlaardingen-westwijk"
POLICY = "preventie-met-gezag"
AGES = (15, 27)
"""Ages shown by what they do, from and below."""

POLICIES = [name for name in scenario_ids() if name != REALISED]
"""What can be chosen: what was really done before the start is no policy for after it."""


def suspects(model: NeighbourhoodModel) -> float:
    """Return who was registered as a suspect this month, in persons of the whole area."""
    return len(model.suspects.rows) / model.fraction


def enrolled(model: NeighbourhoodModel) -> float:
    """Return how many places of services are taken, in persons of the whole area."""
    return sum(open_counts(model).values()) / model.fraction


class Westwijk(NeighbourhoodModel):
    """Vlaardingen Westwijk under one policy, with months collected for the page.

    Args:
        policy: id of a scenario in the library.
        rng: the seed.
        sample: share of the streets.
    """

    def __init__(self, policy: str = POLICY, rng: int = 1, sample: float = 0.05) -> None:
        reporters = {"suspects": suspects, "enrolled": enrolled}
        super().__init__(AREA, scenario=load_scenario(policy), rng=rng, sample=sample, collect=reporters)
        # Mesa 3.5 takes a scenario of a model for one of its own kind; the levers have been read by now
        self.scenario = None
        self.datacollector.collect(self)


def activities(model: NeighbourhoodModel) -> dict[str, float]:
    """Return how many youths are at school, at work, or neither, in persons of the whole area."""
    low, high = AGES
    youths = model.residents.select(lambda people: (people.age >= low) & (people.age < high))
    school, work = youths.get("enrolled"), youths.get("work") > 0
    counts = {"at school": school, "at work": work & ~school, "neither": ~school & ~work}
    return {name: float(np.count_nonzero(who)) / model.fraction for name, who in counts.items()}


@solara.component
def Activities(model: NeighbourhoodModel) -> None:  # noqa: N802 - a component has the name of a class
    """Bars of what youths do now."""
    update_counter.get()
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.subplots()
    found = activities(model)
    axes.barh(list(found), list(found.values()))
    axes.set_xlabel("persons")
    axes.set_title(f"Residents of {AGES[0]} to {AGES[1] - 1}, {model.label}")
    solara.FigureMatplotlib(figure, dependencies=[update_counter.value, model.label])


def label_persons(axes: Axes) -> None:
    """Say what the lines count, beside Mesa's plot; a step is a month."""
    axes.set_ylabel("persons")


PARAMETERS = {
    "policy": {
        "type": "Select",
        "value": POLICY,
        "values": POLICIES,
        "label": "Policy",
    },
    "rng": {"type": "SliderInt", "value": 1, "label": "Seed", "min": 1, "max": 50, "step": 1},
}

PLOT = make_plot_component({"suspects": "tab:red", "enrolled": "tab:blue"}, post_process=label_persons)


@solara.component
def Page() -> None:  # noqa: N802
    """The page: a world of its own for every visitor."""
    model = solara.use_memo(Westwijk, [])
    SolaraViz(model, components=[PLOT, (Activities, 0)], model_params=PARAMETERS, name="Wijklab: Vlaardingen Westwijk")
