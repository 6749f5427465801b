"""The shipped posterior is where draws come from, unless a design says otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios import posterior as shipped
from scenarios.catalogue import load_scenario
from scenarios.design import POSTERIOR, Design
from scenarios.design_file import parse_design
from scenarios.live import work
from scenarios.live.cache import Cache
from scenarios.live.runs import LiveRun, WorldKey
from scenarios.posterior import Posterior, drawn_values, posterior_changes, shipped_draws
from sim.parameters import load_parameters

AREA = "vlaardingen-westwijk"
LOCAL = "offending.level"
TEXT = f'schema = 2\nscenarios = ["integraal"]\nareas = ["{AREA}"]\ndraws = 2\nsample = 0.05\nyears = 1\n'


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> Posterior:
    path = next(iter(load_parameters(0).values))
    rows = {1: ((path, 0.25), (LOCAL, 1.5)), 3: ((path, 0.5), (LOCAL, 2.0))}
    found = Posterior("ab" * 32, {n: tuple(sorted(row)) for n, row in rows.items()}, {})
    monkeypatch.setattr(shipped, "posterior", lambda: found)
    return found


def test_the_central_set_is_not_fitted(fitted: Posterior) -> None:
    assert posterior_changes(0, AREA) == {}


def test_a_draw_has_its_own_row_or_another(fitted: Posterior) -> None:
    assert fitted.row_of(3) == fitted.rows[3]
    assert fitted.row_of(1) == fitted.rows[1]
    assert fitted.row_of(2) == fitted.rows[3]
    assert {fitted.row_of(draw) for draw in range(4, 8)} == set(fitted.rows.values())


def test_what_is_not_fitted_keeps_its_prior(fitted: Posterior) -> None:
    values, prior = drawn_values(1), load_parameters(1).values
    assert {path for path in values if values[path] != prior[path]} == set(fitted.parameters)


def test_areas_keep_their_deviations(fitted: Posterior) -> None:
    country, here = load_parameters(1)[LOCAL], load_parameters(1, AREA)[LOCAL]
    assert here != country
    assert posterior_changes(1, AREA)[LOCAL] == pytest.approx(1.5 * here / country)
    assert posterior_changes(1)[LOCAL] == 1.5


def test_a_design_takes_it_and_pins_it(fitted: Posterior) -> None:
    design = parse_design(TEXT, "x")
    assert design.drawn is not None
    assert design.drawn.file == POSTERIOR
    (task, *_) = design.tasks()
    assert dict(task.changes) == posterior_changes(1, AREA)
    assert parse_design(design.to_toml(), "x") == design
    with pytest.raises(ValueError, match="draws"):
        parse_design(design.to_toml().replace("ab" * 32, "cd" * 32), "x")


@pytest.mark.parametrize("text", [TEXT + 'draws_from = "prior"\n', TEXT.replace("schema = 2", "schema = 1")])
def test_the_prior_can_be_asked_for_and_is_what_old_designs_meant(fitted: Posterior, text: str) -> None:
    design = parse_design(text, "x")
    assert design.drawn is None
    assert all(task.changes == () for task in design.tasks())
    assert parse_design(design.to_toml(), "x") == design


def test_worlds_of_other_posteriors_have_other_names(fitted: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = WorldKey(AREA, 1, 1, 0.1).name
    central = WorldKey(AREA, 0, 1, 0.1).name
    monkeypatch.setattr(shipped, "posterior", lambda: None)
    assert WorldKey(AREA, 1, 1, 0.1).name != mine
    assert WorldKey(AREA, 0, 1, 0.1).name == central


def test_a_kept_world_of_a_fitted_draw_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = LiveRun(WorldKey(AREA, 1, 1, 0.02), load_scenario("geen-programma"), 1)
    cache = Cache(tmp_path, 10**9)
    first = work.branch(cache, run)

    def never(*given: object) -> None:
        raise AssertionError("a world that was kept is made anew")

    monkeypatch.setattr(work, "_found", never)
    second = work.branch(cache, run)
    found = shipped.posterior()
    assert found is not None
    for path, value in posterior_changes(1, AREA).items():
        assert first.p[path] == second.p[path] == value
    assert set(found.parameters) == set(posterior_changes(1, AREA))


def test_without_a_posterior_there_is_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "posterior", lambda: None)
    assert shipped_draws((1, 2), (AREA,)) is None
    assert posterior_changes(1) == {}


def test_what_is_shipped_can_be_read_and_lies_within_limits() -> None:
    from scenarios.parameter_limits import limits_of
    from sim.parameters import declared_parameters

    found = shipped.posterior()
    assert found is not None, "no posterior is shipped"
    table = pd.read_parquet(Path(shipped.__file__).parent / shipped.FOLDER / shipped.TABLE)
    assert list(table.columns) == ["draw", "area", "parameter", "value"]
    for path, values in table.groupby("parameter")["value"]:
        low, high = limits_of(declared_parameters()[path])
        assert low <= values.min() <= values.max() <= high
        assert np.ptp(values) > 0
    assert {len(row) for row in found.rows.values()} == {len(found.parameters)}
    assert isinstance(parse_design(TEXT, "x"), Design)
