"""The catalogue: what is bought has its numbers, levers and names; nothing has an effect without evidence."""

import re

import numpy as np
import pytest
from small_worlds import OF_GEZAG, line_of

from sim.levers import declared_levers
from sim.mechanisms.income import PENSION_AGE
from sim.parameters import load_parameters
from sim.parameters.loader import declared_parameters
from sim.programme.budget import FRAMEWORK, PREFIX
from sim.programme.catalogue import (
    BOUGHT,
    BY_NAME,
    GEZAG_PILLARS,
    HOUR_RULES,
    IN_CUSTODY,
    INTERVENTIONS,
    KINDS,
    LINES,
    NUMBER,
    OFFERED,
    ON_SCHOOL,
    PILLAR_NAMES,
    SANCTIONS,
    SERIOUS_ONLY,
    of_pillar,
)
from sim.programme.finding import Sight
from sim.programme.services import Effects
from sim.scenario import Scenario, Texts

P = load_parameters()
AREA = "heerlen-noord"

CHECKS = {"E08", "E10", "E11", "E14", "E15", "E20", "E21", "E31", "E32", "E40", "E44"}
"""Rows of the evidence on crime that the model is compared with and that are never put in."""

ONLY_CHECKED = ("sport_membership", "prolific_list", "wijkagent", "police_hours", "youth_probation", "supported_work")
"""No row on crime is an input for these: sport as such E14, lists of offenders E31, wijkagenten E40, hours E44."""

OF_PLACES = ("cost", "months", "accept", "drop_out", "regular")
OF_HOURS = {
    "jeugdboa": ("police.boa_post", "police.jeugdboa_effect"),
    "hot_spots": ("police.police_hour", "police.hot_spots_effect", "police.hot_spot_hours"),
    "problem_oriented": ("police.police_hour", "police.problem_oriented_effect", "police.problem_hours"),
    "wijkagent": ("police.wijkagent_residents", "trust.wijkagent"),
    "procedural_justice": ("police.training_cost", "police.training_lasts", "trust.fair_share"),
}
OTHERWISE = {"home_improvement": ("homes.grant", "homes.total"), "meeting_places": ("programme.post_cost",)}
"""What has its price elsewhere."""

ON_STREETS = {"street_lighting", "camera_watch", "greening"}
"""Their effects are on streets and have no curve."""

HARMFUL = {"scared_straight", "processing", "youth_custody", "stop"}


@pytest.mark.parametrize("name", BOUGHT)
def test_every_intervention_has_its_numbers(name: str) -> None:
    one = BY_NAME[name]
    if one.delivery == "places":
        low, high = P.table(f"services.{name}_age")
        assert 0 < low < high < (28 if name in OF_GEZAG else PENSION_AGE)
        values = {part: P[f"services.{name}_{part}"] for part in OF_PLACES}
        assert values["cost"] > 0
        assert values["months"] >= 1
        assert 0 < values["accept"] <= 1
        assert 0 <= values["drop_out"] < 0.2
        assert values["regular"] >= 0
    elif name in OTHERWISE:
        assert all(P[path] > 0 for path in OTHERWISE[name])
    elif one.delivery not in ("hours", "training"):
        assert P[f"services.{name}_cost"] > 0
    else:
        assert all(P[path] > 0 for path in OF_HOURS[name])


def test_the_delivery_and_the_way_of_finding_fit() -> None:
    assert {name for name in BOUGHT if BY_NAME[name].delivery in ("hours", "training")} == set(OF_HOURS)
    for one in INTERVENTIONS:
        assert (one.delivery == "places") == (one.found is not None) == (one.name in OFFERED), one.name
        if one.found not in (None, "everyone"):
            assert callable(getattr(Sight, f"_{one.found}")), one.name
    assert set(of_pillar("authority")) == {BY_NAME[name] for name in OF_HOURS}


@pytest.mark.parametrize("name", OF_GEZAG)
def test_every_intervention_has_its_levers(name: str) -> None:
    levers = declared_levers()
    mix = levers[f"{PREFIX}mix.{name}"]
    assert (mix.low, mix.high, mix.default, mix.scope) == (0, 1, BY_NAME[name].weight, "any")
    for path, scope in (("euros", "area"), ("euros_national", "national")):
        lever = levers[f"{PREFIX}{path}.{name}"]
        assert (lever.scope, lever.low, lever.default) == (scope, 0, 0)
        assert lever.high > 1e7


def test_everything_is_bought_by_a_line() -> None:
    """What Preventie met gezag does not buy stands in the mix of one other line, under its pillar's usual weight."""
    levers = declared_levers()
    lines = {name: [line.name for line in LINES if name in dict(line.mix)] for name in BOUGHT}
    for name in set(BOUGHT) - set(OF_GEZAG):
        (line,) = lines[name]
        mix = levers[f"programme.{line}.mix.{name}"]
        assert (mix.low, mix.high, mix.default, mix.scope) == (0, 1, BY_NAME[name].weight, "any")
    for line in LINES:
        assert {weight >= 0 for _, weight in line.mix} <= {True}
        assert sum(weight for _, weight in line.mix) == pytest.approx(1.0) or not line.mix
        assert {
            f"programme.{line.name}.{part}" for part in ("budget", "budget_national", "structural")
        } <= levers.keys()


def test_every_pillar_and_rule_has_its_levers() -> None:
    levers = declared_levers()
    for pillar in GEZAG_PILLARS:
        assert levers[f"{PREFIX}pillar_euros.{pillar}"].scope == "area"
        assert levers[f"{PREFIX}pillar_euros_national.{pillar}"].scope == "national"
    usual = [levers[f"police.hours.{rule}"].default for rule in HOUR_RULES]
    assert sum(usual) == pytest.approx(1.0)
    assert not [path for path in levers if "{" in path]


def test_every_lever_reads_in_two_languages() -> None:
    for lever in declared_levers().values():
        for texts in (lever.title, lever.description):
            assert set(texts) == {"nl", "en"}, lever.path
            assert all(text.strip() and "{" not in text for text in texts.values()), lever.path
        assert lever.description["nl"] != lever.description["en"], lever.path
    for one in INTERVENTIONS:
        lever = declared_levers()[f"programme.{line_of(one.name)}.mix.{one.name}"]
        assert one.nl in lever.title["nl"]
        assert one.en in lever.title["en"]
    for pillar in GEZAG_PILLARS:
        nl, en = PILLAR_NAMES[pillar]
        lever = declared_levers()[f"{PREFIX}pillar_euros.{pillar}"]
        assert nl in lever.title["nl"]
        assert en in lever.title["en"]


def test_names_are_unique() -> None:
    assert len(BOUGHT) == len(INTERVENTIONS) == len({one.nl for one in INTERVENTIONS})
    assert len({one.en for one in INTERVENTIONS}) == len(INTERVENTIONS)
    titles = [lever.title["nl"] for lever in declared_levers().values()]
    assert len(set(titles)) == len(titles)


def test_kinds_of_case_are_numbered_once() -> None:
    assert sorted(NUMBER.values()) == list(range(len(KINDS)))
    assert len(KINDS) <= 255, "a kind is kept in one byte"
    assert tuple(KINDS[: len(OFFERED)]) == OFFERED
    assert not set(OFFERED) & set(SANCTIONS)
    assert set(IN_CUSTODY) <= set(KINDS)
    assert set(SERIOUS_ONLY) <= set(KINDS)


@pytest.mark.parametrize("pillar", GEZAG_PILLARS)
def test_the_usual_weights_of_a_pillar_add_up_to_one(pillar: str) -> None:
    part = of_pillar(pillar)
    assert all(one.weight > 0 for one in part)
    assert sum(one.weight for one in part) == pytest.approx(1.0)
    assert max(FRAMEWORK[one.quality] for one in part) > 0, "a quality framework leaves something to buy"


@pytest.mark.parametrize("name", ONLY_CHECKED)
def test_what_is_only_checked_has_no_effect_parameter(name: str) -> None:
    assert not [path for path in P if path.split(".")[-1] in (f"{name}_effect", f"{name}_effect_serious")]
    if name in KINDS:
        assert Effects.from_parameters(P).log_effect[NUMBER[name]] == 0.0


def test_every_effect_leans_on_a_row_that_may_be_put_in() -> None:
    effects = [path for path in P if path.endswith("_effect")]
    assert len(effects) > 20
    for path in effects:
        rows = set(re.findall(r"\bE\d\d\b", declared_parameters()[path].source))
        assert rows, f"{path} has no row"
        assert rows - CHECKS, f"{path} leans on rows that are only compared with"


def test_a_curve_has_all_of_its_parts() -> None:
    kinds = {path.removeprefix("services.").removesuffix("_effect") for path in P if path.endswith("_effect")}
    kinds = {kind for kind in kinds if not kind.startswith("police.")} - {"community_service", *ON_STREETS} | {
        "short_prison"
    }
    assert kinds <= set(KINDS)
    for kind in kinds:
        for part in ("lag", "full_months", "half_life"):
            assert P[f"services.{kind}_{part}"] >= (0 if part == "full_months" else 0.5), (kind, part)
    at_school = {kind for names in ON_SCHOOL.values() for kind in names}
    for kind in set(KINDS) - kinds - at_school:
        assert not [path for path in P if path == f"services.{kind}_lag"], f"{kind} has half a curve"


def test_what_harms_harms_and_what_helps_helps() -> None:
    for path in (path for path in P if path.endswith("_effect")):
        name = path.split(".")[1].removesuffix("_effect")
        assert (P[path] > 1) == (name in HARMFUL), path
    helpful = [name for name in BOUGHT if BY_NAME[name].quality in ("effective", "promising")]
    assert not HARMFUL & set(helpful)
    assert BY_NAME["scared_straight"].quality == BY_NAME["prosecution"].quality == "harmful"


@pytest.mark.parametrize("draw", [0, 1, 2, 3])
def test_the_direct_part_of_an_effect_is_no_larger_than_the_whole(draw: int) -> None:
    p = load_parameters(draw)
    direct = Effects.from_parameters(p).log_effect
    for name in OFFERED:
        whole = np.log(p.values.get(f"services.{name}_effect", 1.0))
        assert abs(direct[NUMBER[name]]) <= abs(whole) * (1 + 1e-9), name
        assert direct[NUMBER[name]] * whole >= 0, name


def test_a_scenario_may_set_every_lever_of_the_catalogue() -> None:
    """As a reader would: all that is declared for an area is taken, and read back."""
    own = {path: {"2025-01": lever.default} for path, lever in declared_levers().items() if lever.scope != "national"}
    texts = Texts(nl="Proef", en="Trial")
    head = {"schema": 1, "id": "proef", "title": texts, "explanation": texts, "start": "2025-01"}
    scenario = Scenario.model_validate(head | {"areas": {AREA: {"levers": own}}})
    assert scenario.areas[AREA].levers.keys() == own.keys()
