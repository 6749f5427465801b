"""Lines of the programme: no money and no lever changes no bit; all of them on, every equality of the engine holds."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_worlds import (
    ALL_ELSE,
    ALL_LINES,
    AREA,
    PLACES_OF_GEZAG,
    buying,
    columns_that_differ,
    counted,
    digest,
    everything,
    live,
    lives,
    make_scenario,
    make_world,
    open_of,
    unlike,
)

from sim.calendar import SCENARIO_START, month_label
from sim.levers import declared_levers
from sim.model import NeighbourhoodModel
from sim.population import columns as c
from sim.programme.budget import PREFIX
from sim.programme.catalogue import BOUGHT, BY_NAME, LINES

MONTHS = 14
ROOT = Path(__file__).resolve().parents[2]
ALONE = 0.03
"""Sample of worlds that are built anew."""

INERT = ("extra_funding", "extended_hours", "sport_membership")
"""Money for these pays for places in which nothing happens that is known to work."""


@pytest.fixture(scope="module")
def without(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return live(small_start.branch(make_scenario({}, base="geen-programma")), MONTHS)


@pytest.fixture(scope="module")
def with_all(small_start: NeighbourhoodModel) -> NeighbourhoodModel:
    return live(small_start.branch(everything()), MONTHS)


def assert_same(one: NeighbourhoodModel, other: NeighbourhoodModel) -> None:
    assert unlike(one, other) == []
    groups = ("age", "wijk", "start", "service")
    assert one.outcome_rows(groups) == other.outcome_rows(groups)


# --- nothing


@pytest.mark.parametrize("line", [line.name for line in LINES])
def test_a_line_without_a_euro_changes_no_bit(
    small_start: NeighbourhoodModel, without: NeighbourhoodModel, line: str
) -> None:
    """Whatever its mix and however incidental it is."""
    own = {f"programme.{line}.budget": {"2025-01": 0.0}}
    if line != "preventie_met_gezag":
        own[f"programme.{line}.structural"] = {"2025-01": 0.5 if line == "alliantie" else 0.0}
    for number, (name, _) in enumerate(dict(next(one for one in LINES if one.name == line).mix).items()):
        own[f"programme.{line}.mix.{name}"] = {"2025-01": (number % 3) / 2}
    ran_off = {"volkshuisvesting": 0.0, "armoede_en_schulden": 0.0, "onderwijs": 0.0}
    if line in ran_off:  # realised policy says the same of what runs off
        own[f"programme.{line}.structural"] = {"2025-01": ran_off[line]}
    elif line != "alliantie":
        own.pop(f"programme.{line}.structural", None)  # how fast older posts run off
    zero = live(small_start.branch(make_scenario({}, own, base="geen-programma")), MONTHS)
    assert_same(without, zero)


def test_every_lever_at_its_default_changes_no_bit() -> None:
    """All that is declared for an area is set to what holds without a word: no programme at all."""
    start = make_world(scenario=None, sample=ALONE, start=SCENARIO_START)
    month = month_label(SCENARIO_START)
    own = {path: {month: lever.default} for path, lever in declared_levers().items() if lever.scope != "national"}
    said = live(start.branch(make_scenario({}, own)), MONTHS)
    assert_same(live(start.branch(None), MONTHS), said)


@pytest.mark.parametrize("lever", sorted(ALL_ELSE))
def test_every_other_lever_does_something(
    small_start: NeighbourhoodModel, without: NeighbourhoodModel, lever: str
) -> None:
    """What the equality above could miss. The alliance needs years: here only its stock moves."""
    own = {lever: {"2025-01": ALL_ELSE[lever]}, "housing.new_homes": {"2025-01": ALL_ELSE["housing.new_homes"]}}
    if lever != "housing.new_homes":
        own.pop("housing.new_homes")
    changed = unlike(without, live(small_start.branch(make_scenario({}, own, base="geen-programma")), MONTHS))
    assert [name for name in changed if not name.startswith("year")]


# --- everything


def test_every_line_buys(with_all: NeighbourhoodModel, without: NeighbourhoodModel) -> None:
    municipality = with_all.municipality
    for line, euros in ALL_LINES.items():
        assert municipality.by_line[line] > 0.1 * euros * with_all.fraction, line
    bought = {name for (_, name), stock in municipality.stocks.items() if stock.posts > 0}
    assert bought >= {name for name in BOUGHT if name not in ("home_improvement", "intensive_preschool")}
    for name in ("tutoring", "vve", "basic_job", "retraining", "small_classes"):
        assert open_of(with_all, name).size > open_of(without, name).size, name
    assert with_all.social.meeting > 0
    assert all(with_all.social.segments.values())
    assert with_all.housing_fund.committed > 0
    assert with_all.alliance.coordination > 0
    assert (with_all.people.column("skill_gain") > 0).any()
    assert with_all.dwellings.used > without.dwellings.used


def test_blocks_and_threads_do_not_matter_with_every_line_on(
    small_start: NeighbourhoodModel, with_all: NeighbourhoodModel
) -> None:
    for block_rows, threads in ((1000, 1), (10**9, 1), (256, 2)):
        twin = small_start.branch(everything())
        twin.block_rows, twin.threads = block_rows, threads
        assert_same(with_all, live(twin, MONTHS))


def test_saved_and_restored_goes_on_the_same_with_every_line_on(
    small_start: NeighbourhoodModel, with_all: NeighbourhoodModel, tmp_path: Path
) -> None:
    for after in (0, 7):
        first = live(small_start.branch(everything()), after)
        first.save(tmp_path / f"world {after}")
        second = NeighbourhoodModel.restore(tmp_path / f"world {after}", everything())
        assert unlike(first, second) == []
        assert_same(with_all, live(second, MONTHS - after))


def test_a_branch_half_way_goes_on_as_its_trunk_would_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    trunk = live(small_start.branch(everything()), 7)
    branch = trunk.branch(trunk.scenario)
    trunk.begin()
    before = digest(trunk)
    live(branch, 12)
    assert digest(trunk) == before, "a branch touched its trunk"
    assert_same(live(trunk, 12), branch)


def lived_anew() -> str:
    """Return the digest of a world built and lived with every line on: a task for another process."""
    return digest(live(make_world(sample=ALONE, scenario=everything("2022-01")), MONTHS))


def test_hash_seeds_do_not_matter_with_every_line_on() -> None:
    code = "from test_lines import lived_anew; print(lived_anew())"
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONHASHSEED": "20250101", "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == lived_anew()  # this process has a hash seed of its own


def test_people_and_homes_add_up_every_month_with_every_line_on(small_start: NeighbourhoodModel) -> None:
    """Residents change by births, deaths, arrivals and departures; homes by what is built."""
    model = small_start.branch(everything())
    people = model.people

    def there() -> tuple[set[int], dict[str, int], int]:
        inside = people.column("status") == c.INSIDE
        totals = {name: counted(model, name) for name in ("births", "deaths", "inflow", "outflow")}
        return set(people.column("life")[inside].tolist()), totals, model.dwellings.used

    before, totals, homes = there()
    first = homes
    for _ in range(24):
        model.step()
        now, counts, built = there()
        change = {name: counts[name] - totals[name] for name in counts}
        assert len(now - before) == change["births"] + change["inflow"]
        assert len(before - now) == change["deaths"] + change["outflow"]
        assert built >= homes
        before, totals, homes = now, counts, built
        occupied = model.dwellings.column("household")
        lived_in = occupied[occupied >= 0]
        assert np.unique(lived_in).size == lived_in.size
        assert np.array_equal(np.sort(lived_in), np.flatnonzero(model.households.column("size") > 0))
    improved = sum(year.money.get("homes_built", 0.0) for year in model.counts.years.values())
    assert homes - first == improved > 0
    free = people._free
    assert np.unique(free).size == free.size
    assert np.array_equal(np.sort(free), np.flatnonzero(people.column("status") == c.FREE))


def test_a_free_row_holds_nothing(with_all: NeighbourhoodModel) -> None:
    for table in (with_all.people, with_all.households, with_all.cases):
        for column in table.columns:
            values = getattr(table, column.name)[..., table._free]
            assert (values == np.array(column.empty, dtype=column.dtype)).all(), column.name


# --- what does nothing


@pytest.mark.parametrize("name", INERT)
def test_what_does_nothing_changes_money_and_enrolment_alone(
    small_start: NeighbourhoodModel, without: NeighbourhoodModel, name: str
) -> None:
    paid = live(small_start.branch(make_scenario({}, buying({name: 2e6}), base="geen-programma")), MONTHS)
    assert open_of(paid, name).size > open_of(without, name).size + 10
    assert columns_that_differ(lives(without), lives(paid)) == set()
    for table in ("households", "dwellings", "streets"):
        assert not [part for part in unlike(without, paid) if part.startswith(table)]
    one, two = (
        {
            (r["year"], r["view"], r["group"], r["outcome"]): r["value"]
            for r in model.outcome_rows(("age", "wijk", "start"))
        }
        for model in (without, paid)
    )
    differ = {key[3] for key in one if one[key] != two[key]}
    money = {
        outcome for outcome in differ if outcome.startswith(("programme_", "flow_society_programme", "flow_payer"))
    }
    assert "programme_euros_spent" in money
    assert differ <= money | {"enrolled_not_offending_share"}, differ


def test_pay_for_gezag_alone_reaches_no_other_line(small_start: NeighbourhoodModel) -> None:
    own = buying(dict.fromkeys(PLACES_OF_GEZAG, 10_000.0))
    model = live(small_start.branch(make_scenario({}, own, base="geen-programma")), 1)
    assert {line for line, euros in model.municipality.by_line.items() if euros} == {"preventie_met_gezag"}
    spent = sum(own[f"euros.{name}"]["2025-01"] for name in PLACES_OF_GEZAG)
    assert model.municipality.budget == pytest.approx(spent * model.fraction)
    assert all(BY_NAME[name].delivery == "places" for name in PLACES_OF_GEZAG)


def test_the_prefix_is_that_of_one_line() -> None:
    assert PREFIX.split(".")[1] in ALL_LINES
    assert set(ALL_LINES) == {line.name for line in LINES}
    assert AREA == "vlaardingen-westwijk"
