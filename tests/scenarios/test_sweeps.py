"""Sweeps: the points are where they should be, the same every time, and a swept world is the world it says it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fake_model
import numpy as np
import pandas as pd
from batch_tools import DESIGN, run_into
from hypothesis import given, settings
from hypothesis import strategies as st

from results.reading import open_results
from scenarios import worlds
from scenarios.catalogue import REALISED, load_scenario
from scenarios.design import SCENARIOS_AT_ONCE, Design
from scenarios.design_file import parse_design
from scenarios.sweep_file import LEAST, MOST
from scenarios.sweeps import Method, Quantity, number_of_points, points_of
from sim.parameters import declared_parameters

SHARE = "programme.preventie_met_gezag.share_limits"
BUDGET = "programme.preventie_met_gezag.budget"
RATE = "demography.elsewhere_share"
DRAWN = [
    path
    for path, one in declared_parameters().items()
    if one.distribution.kind != "fixed" and not isinstance(one.value, list)
]


def design(sweep: str, draws: int = 1) -> Design:
    return parse_design(DESIGN.format(draws=draws) + "[sweep]\n" + sweep, "swept.toml")


ranges = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=4,
)


def quantities(spans: list[tuple[float, float]]) -> list[Quantity]:
    return [
        Quantity("lever" if number % 2 else "parameter", f"q.{number}", low=low, high=high)
        for number, (low, high) in enumerate(spans)
    ]


@given(
    st.sampled_from(["latin-hypercube", "sobol", "saltelli"]),
    ranges,
    st.sampled_from([1, 2, 8, 16]),
    st.integers(0, 2**31),
)
@settings(max_examples=60, deadline=None)
def test_points_are_the_same_every_time_and_within_their_ranges(
    method: Method, spans: list[tuple[float, float]], size: int, seed: int
) -> None:
    wanted = quantities(spans)
    points = points_of(method, wanted, size, seed)
    assert points == points_of(method, wanted, size, seed)
    assert [point.number for point in points] == list(range(1, len(points) + 1))
    expected = size * (len(spans) + 2) if method == "saltelli" else size
    assert len(points) == expected == number_of_points(method, wanted, size)
    for point in points:
        values = point.columns()
        assert set(values) == {one.column for one in wanted}
        assert all(one.low <= values[one.column] <= one.high for one in wanted)  # type: ignore[operator]
    if method == "latin-hypercube":
        for one in wanted:
            shares = [(point.columns()[one.column] - one.low) / (one.high - one.low) for point in points]  # type: ignore[operator]
            # one point in every stratum; what rounding puts on an edge may belong to either side
            strata = sorted(int(share * size + 1e-6) for share in shares)
            assert strata == list(range(size)) or all(
                abs(share * size - round(share * size)) < 1e-6
                for share, stratum in zip(sorted(shares), range(size), strict=True)
                if int(share * size + 1e-6) != stratum
            )


def test_another_seed_is_another_choice() -> None:
    for method in ("latin-hypercube", "sobol", "saltelli"):
        assert points_of(method, quantities([(0, 1), (0, 1)]), 8, 1) != points_of(
            method, quantities([(0, 1), (0, 1)]), 8, 2
        )


def test_a_sobol_sequence_halves_every_range_evenly() -> None:
    points = points_of("sobol", quantities([(0, 1)] * 3), 64, 5)
    for name in points[0].columns():
        assert sum(point.columns()[name] < 0.5 for point in points) == 32


def test_saltelli_changes_one_quantity_at_a_time() -> None:
    """The rows of a block are A, then A with one column of B, then B: what Sobol indices are computed from."""
    dimensions = 3
    points = points_of("saltelli", quantities([(0, 1)] * dimensions), 4, 1)
    rows = np.array([[point.columns()[name] for name in sorted(point.columns())] for point in points])
    names = sorted(points[0].columns())
    order = [names.index(one.column) for one in quantities([(0, 1)] * dimensions)]
    blocks = rows[:, order].reshape(4, dimensions + 2, dimensions)
    for block in blocks:
        for at in range(dimensions):
            expected = block[0].copy()
            expected[at] = block[-1][at]
            np.testing.assert_array_equal(block[1 + at], expected)


def test_a_grid_is_every_combination_and_a_list_one_after_the_other() -> None:
    one, other = Quantity("lever", "a", values=(1.0, 2.0)), Quantity("parameter", "b", values=(5.0, 6.0, 7.0))
    grid = points_of("grid", [one, other], 0, 1)
    assert [tuple(point.columns().values()) for point in grid] == [(a, b) for a in (1, 2) for b in (5, 6, 7)]
    listed = points_of("list", [one, Quantity("parameter", "b", values=(5.0, 6.0))], 0, 1)
    assert [tuple(point.columns().values()) for point in listed] == [(1, 5), (2, 6)]
    assert number_of_points("grid", [one, other], 0) == 6


def test_a_whole_distribution_is_its_middle() -> None:
    """What is asked for without a range goes from the 5th to the 95th percentile of what the parameter files say."""
    for path in DRAWN[:: max(1, len(DRAWN) // 12)]:
        parameter = declared_parameters()[path]
        low, high = (parameter.distribution.quantile(share, parameter.value) for share in (LEAST, MOST))
        found = design(f'method = "latin-hypercube"\nsize = 8\n[sweep.parameters]\n"{path}" = {{}}\n').sweep
        assert found is not None
        values = [value for point in found.points for _, value in point.parameters]
        assert all(low <= value <= high for value in values), path
        assert len(set(values)) > 1, path


def test_when_levers_alone_are_swept_the_reference_is_run_once() -> None:
    points = 3 * SCENARIOS_AT_ONCE
    values = [round(0.01 * number, 2) for number in range(1, points + 1)]
    swept = design(f'method = "list"\n[sweep.levers]\n"{SHARE}" = {values}\n')
    assert swept.sweep is not None
    assert not swept.sweep.moves_parameters
    runs = [run for run, _ in swept.runs()]
    assert len(set(runs)) == len(runs) == 2 * (points + 1)
    assert sum(run.startswith("geen-programma.") for run in runs) == 2
    assert not any("geen-programma~" in run for run in runs)
    assert max(len(task.scenarios) for task in swept.tasks()) <= SCENARIOS_AT_ONCE
    # a scenario at a point does what the scenario does, but for the lever
    at = {each.id: each for task in swept.tasks() for each in task.scenarios}
    seventh = at["preventie-met-gezag~0007"]
    assert seventh.schedule("breda-noord").value(SHARE, seventh.start_month) == 0.07
    plain = load_scenario("preventie-met-gezag")
    assert seventh.schedule("breda-noord").value(fake_model.BUDGET, seventh.start_month) == plain.schedule(
        "breda-noord"
    ).value(fake_model.BUDGET, plain.start_month)


def test_when_parameters_are_swept_the_reference_is_run_at_every_point() -> None:
    swept = design(
        f'method = "grid"\n[sweep.levers]\n"{SHARE}" = [0.1, 0.2]\n[sweep.parameters]\n"{RATE}" = [0.3, 0.4]\n'
    )
    names = {run.split(".")[0] for run, _ in swept.runs()}
    assert names == {
        f"{name}~{number:04d}" for name in ("preventie-met-gezag", "geen-programma") for number in range(1, 5)
    }
    changes = {task.scenarios[-1].id: dict(task.changes) for task in swept.tasks()}
    assert changes == {f"geen-programma~{number:04d}": {RATE: 0.3 if number % 2 else 0.4} for number in range(1, 5)}


def test_a_lever_of_areas_is_set_in_each_area() -> None:
    swept = design(f'method = "grid"\n[sweep.levers]\n"{BUDGET}" = [1000, 2000]\n')
    for task in swept.tasks():
        values = {each.id: each.schedule(task.area).value(BUDGET, each.start_month) for each in task.scenarios}
        assert values["preventie-met-gezag~0001"] == 1000
        assert values["preventie-met-gezag~0002"] == 2000


def test_the_table_of_runs_says_what_was_swept(tmp_path: Path) -> None:
    levers = f'method = "grid"\n[sweep.levers]\n"{SHARE}" = [0.1, 0.2]\n'
    for name, parameters in (("levers", ""), ("both", f'[sweep.parameters]\n"{RATE}" = [0.3]\n')):
        assert run_into(tmp_path / name, design(levers + parameters))[0] == "done"
        results = open_results(tmp_path / name)
        runs = results.runs.set_index("run_id")
        columns = [f"lever:{SHARE}"] + ([f"parameter:{RATE}"] if parameters else [])
        place = list(runs.columns).index("years") + 1
        assert list(runs.columns[place:]) == [*columns, "status", "seconds", "attempt"]
        mine = runs[runs["scenario"].str.startswith("preventie")]
        expected = mine["scenario"].map({"preventie-met-gezag~0001": 0.1, "preventie-met-gezag~0002": 0.2})
        pd.testing.assert_series_equal(mine[columns[0]], expected, check_names=False)
        others = runs[~runs["scenario"].str.startswith("preventie")]
        assert others[columns[0]].isna().all()
        if parameters:
            assert (runs[columns[1]] == 0.3).all()
        # points are compared when somebody asks, each with the reference it belongs to
        assert not (tmp_path / name / "comparison.csv").exists()
        found = results.compare("preventie-met-gezag~0002")
        assert set(found["reference"]) == {"geen-programma~0002" if parameters else "geen-programma"}


def test_a_swept_world_is_the_world_that_is_built_with_those_values(tmp_path: Path) -> None:
    """The real model, bit for bit: a parameter and a lever through a design, and both set by hand."""
    from results.ledger import balance_rows
    from scenarios.variants import vary
    from sim.world import start_world

    parameter = "schools.truancy" if "schools.truancy" in DRAWN else DRAWN[0]
    value = declared_parameters()[parameter].value
    sweep = (
        f'method = "grid"\n[sweep.levers]\n"{SHARE}" = [0.15]\n[sweep.parameters]\n"{parameter}" = [{value * 1.01!r}]\n'
    )
    swept = replace(design(sweep), areas=("vlaardingen-westwijk",), sample=0.02, years=1)
    (task,) = swept.tasks()
    runs = {run.scenario: run for run in worlds.simulate(task)}
    assert [run.failure for run in runs.values()] == [None, None]
    changes = {parameter: value * 1.01}
    world = start_world("vlaardingen-westwijk", 1, 1, 0.02, before=load_scenario(REALISED), changes=changes)
    for scenario in (
        vary(load_scenario("preventie-met-gezag"), "by-hand", {SHARE: 0.15}),
        load_scenario("geen-programma"),
    ):
        model = world.branch(scenario)
        for _ in range(12):
            model.step()
        counted = model.outcome_rows(task.groups)
        name = "preventie-met-gezag~0001" if scenario.id == "by-hand" else "geen-programma~0001"
        assert [*counted, *balance_rows(counted, model.p[worlds.DISCOUNT_RATE])] == list(runs[name].rows)
