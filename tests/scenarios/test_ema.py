"""The model as one of the EMA workbench: names, ranges, directions, and the same numbers as a run of our own."""

import pickle
import sys
from math import isnan

import pytest

from scenarios.catalogue import load_scenario
from scenarios.codebook import MAY_BE_EMPTY
from scenarios.design import CENTRAL_DRAW, Task
from scenarios.ema import EmaError, ema_model, latin_hypercube, name_of, path_of, with_levers
from scenarios.worlds import simulate
from sim.levers import declared_levers
from sim.outcomes import OUTCOMES as ALL_OUTCOMES
from sim.parameters import declared_parameters
from sim.scenario_errors import ScenarioError

ema_workbench = pytest.importorskip("ema_workbench")

AREA, YEARS, SAMPLE, SEED = "vlaardingen-westwijk", 1, 0.02, 1
OUTCOMES = ("crimes_per_1000", "programme_euros_spent", "npv_society_per_resident", "good_health_share")
UNCERTAINTIES = ("services.stop_effect", "police.stops_per_hour", "services.mentoring_cost")
BUDGET = "programme.preventie_met_gezag.budget_national"


def model(**changes):
    settings = {
        "scenario": load_scenario("preventie-met-gezag"),
        "reference": load_scenario("geen-programma"),
        "area": AREA,
        "years": YEARS,
        "sample": SAMPLE,
        "seed": SEED,
        "outcomes": OUTCOMES,
        "uncertainties": UNCERTAINTIES,
        "levers": [BUDGET],
    }
    return ema_model(**{**settings, **changes})


def test_every_path_has_a_name_of_its_own_that_leads_back() -> None:
    paths = [*declared_parameters(), *declared_levers()]
    names = [name_of(path) for path in paths]
    assert all(name.isidentifier() for name in names)
    assert [path_of(name) for name in names] == paths
    assert len(set(names)) == len(names)


def test_ranges_come_from_the_declarations() -> None:
    made = model()
    ranges = {one.name: (one.lower_bound, one.upper_bound) for one in [*made.uncertainties, *made.levers]}
    stops = declared_parameters()["police.stops_per_hour"].distribution
    effect = declared_parameters()["services.stop_effect"].distribution
    assert ranges["police__stops_per_hour"] == (stops.low or stops.p05, stops.high or stops.p95)
    assert ranges["services__stop_effect"] == (effect.p05, effect.p95)
    assert ranges[name_of(BUDGET)] == (declared_levers()[BUDGET].low, declared_levers()[BUDGET].high)


def test_directions_come_from_the_outcomes() -> None:
    scalar = ema_workbench.ScalarOutcome
    kinds = {one.name: one.kind for one in model().outcomes}
    assert kinds == {
        "crimes_per_1000": scalar.MINIMIZE,
        "programme_euros_spent": scalar.INFO,
        "npv_society_per_resident": scalar.MAXIMIZE,
        "good_health_share": scalar.MAXIMIZE,
    }


def test_by_default_all_that_is_uncertain_and_the_levers_of_the_scenario() -> None:
    made = model(uncertainties=None, levers=None)
    uncertain = [path for path, one in declared_parameters().items() if one.distribution.kind != "fixed"]
    assert [path_of(one.name) for one in made.uncertainties] == uncertain
    assert {path_of(one.name) for one in made.levers} == set(load_scenario("preventie-met-gezag").levers)


def test_an_evaluation_is_a_pair_of_our_own_runs() -> None:
    changes = {"services.stop_effect": 1.15, "police.stops_per_hour": 0.05}
    scenarios = (load_scenario("preventie-met-gezag"), load_scenario("geen-programma"))
    task = Task(AREA, CENTRAL_DRAW, SEED, SAMPLE, 2, (), scenarios, changes=tuple(sorted(changes.items())))
    with_it, without = (
        {
            (row["outcome"], row["view"]): row["expected"]
            for row in run.rows
            if row["year"] == 2026 and row["group"] == "all"
        }
        for run in simulate(task)
    )
    function = model(years=2).function
    found = function(**{name_of(path): value for path, value in changes.items()})
    for name in OUTCOMES:
        view = "people" if name.startswith("npv") else "place"
        assert found[name] == with_it[name, view] - without[name, view], name
    assert found["crimes_per_1000"] != function()["crimes_per_1000"]


def test_a_lever_holds_in_the_scenario_alone() -> None:
    function = model(scenario=load_scenario("geen-programma")).function
    assert function() == dict.fromkeys(OUTCOMES, 0.0)
    assert function(**{name_of(BUDGET): 82_000_000.0})["programme_euros_spent"] > 0


def test_a_lever_of_areas_goes_to_the_area() -> None:
    base = load_scenario("preventie-met-gezag")
    budget, targeting = "programme.preventie_met_gezag.budget", "programme.preventie_met_gezag.targeting"
    changed = with_levers(base, AREA, {budget: 5e6, targeting: 2.0, BUDGET: 1e6})
    schedule, start = changed.schedule(AREA), base.start_month
    assert [schedule.value(path, start) for path in (budget, targeting, BUDGET)] == [5e6, 2.0, 1e6]
    elsewhere = changed.schedule("rotterdam-zuid")
    assert elsewhere.value(targeting, start) == base.schedule("rotterdam-zuid").value(targeting, start)


def test_the_workbench_runs_it_over_a_hypercube() -> None:
    made = model()
    points = latin_hypercube(made, 2, seed=3)
    experiments, outcomes = ema_workbench.perform_experiments(made, scenarios=points)
    first = {name: float(experiments[name].iloc[0]) for name in map(name_of, UNCERTAINTIES)}
    assert len(experiments) == len(points)
    assert {name: outcomes[name][0] for name in OUTCOMES} == made.function(**first)


def test_a_hypercube_is_the_same_each_time_and_fills_the_ranges() -> None:
    made = model()
    points = [dict(point) for point in latin_hypercube(made, 10, seed=5)]
    assert points == [dict(point) for point in latin_hypercube(made, 10, seed=5)]
    assert points != [dict(point) for point in latin_hypercube(made, 10, seed=6)]
    for one in made.uncertainties:
        width = one.upper_bound - one.lower_bound
        tenths = sorted(int(10 * (point[one.name] - one.lower_bound) / width) for point in points)
        assert tenths == list(range(10))


def test_it_crosses_to_a_worker() -> None:
    function = model().function
    assert pickle.loads(pickle.dumps(function)) == function


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"uncertainties": ["services.stop_efect"]}, "no parameter 'services.stop_efect'; did you mean 'services.stop"),
        ({"uncertainties": ["police.usual_stop"]}, "'police.usual_stop' has no distribution"),
        ({"levers": ["programme.preventie_met_gezag.budgt"]}, "no lever 'programme.preventie_met_gezag.budgt'; did"),
        ({"outcomes": ["crimes_per_100"]}, "no outcome 'crimes_per_100'; did you mean 'crimes_per_1000'?"),
        ({"outcomes": ["crimes_per_1000"], "view": "people"}, "has no view 'people'; it has: place"),
    ],
)
def test_mistakes_are_told_in_one_sentence(changes, sentence) -> None:
    with pytest.raises(EmaError, match=sentence.replace("?", r"\?")) as caught:
        model(**changes)
    assert "\n" not in str(caught.value)


def test_an_outcome_that_takes_more_years_is_refused() -> None:
    with pytest.raises(EmaError, match="does not exist after 1 years in view 'place'; take more years"):
        model(outcomes=["reconvicted_within_2_years_juvenile_share"]).function()


def test_what_nobody_is_left_to_measure_is_not_a_number() -> None:
    names = [name for name in ALL_OUTCOMES if name.startswith(MAY_BE_EMPTY) and "place" in ALL_OUTCOMES[name].views]
    scenarios = (load_scenario("preventie-met-gezag"), load_scenario("geen-programma"))
    runs = simulate(Task(AREA, CENTRAL_DRAW, SEED, SAMPLE, 3, (), scenarios))
    measured = [
        {row["outcome"] for row in run.rows if (row["year"], row["view"], row["group"]) == (2027, "place", "all")}
        for run in runs
    ]
    found = model(outcomes=names, years=3, view="place").function()
    assert {name for name in names if isnan(found[name])} == set(names) - set.intersection(*measured)
    assert any(map(isnan, found.values()))


def test_a_value_that_no_scenario_may_have_is_refused() -> None:
    with pytest.raises(ScenarioError):
        model().function(**{name_of(BUDGET): -1.0})


def test_without_the_workbench_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(ImportError, match=r'pip install "wijklab\[ema\]"'):
        model()
