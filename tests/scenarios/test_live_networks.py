"""Networks read from a world: what the ties carry adds up, and listening changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.catalogue import load_scenario
from scenarios.live import work
from scenarios.live.board import Board
from scenarios.live.cache import Cache
from scenarios.live.networks import COUNTED, AllianceYears, alliance_years
from scenarios.live.runs import LiveRun, WorldKey
from sim.agents.alliance import TIES

WORLD = WorldKey("vlaardingen-westwijk", 0, 1, 0.15)
YEARS = 4


@pytest.fixture(scope="module", autouse=True)
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """This process works as a worker does."""
    before = work._desk
    folder: Path = tmp_path_factory.mktemp("cache")
    work._desk = work.Desk(Cache(folder), Board(1))
    yield
    work._desk = before


@pytest.fixture(scope="module")
def integrated() -> AllianceYears:
    return alliance_years(LiveRun(WORLD, load_scenario("integraal"), YEARS), 0, False)


def test_the_ties_carry_the_referrals_of_the_area(integrated: AllianceYears) -> None:
    for year, total in enumerate(integrated.outcomes["referrals"]):
        carried = sum(tie.referrals[year] for tie in integrated.ties if tie.referrals is not None)
        assert carried == pytest.approx(total)
        assert total > 0


def test_every_tie_is_there_and_signals_are_no_referrals(integrated: AllianceYears) -> None:
    assert {(tie.seer, tie.owner) for tie in integrated.ties} == {
        (seer, owner) for owner, seers in TIES.items() for seer in seers
    }
    for tie in integrated.ties:
        assert (tie.referrals is None) == (tie.owner not in COUNTED)
        assert len(tie.chance) == len(tie.months) == YEARS
        assert all(0 < chance <= 1 for chance in tie.chance)


def test_listening_changes_nothing(integrated: AllianceYears) -> None:
    run = LiveRun(WORLD, load_scenario("integraal"), YEARS)
    model = work.branch(work.desk().cache, run)
    for _ in range(12 * YEARS):
        model.step()
    unheard = {
        row["year"]: row["value"]
        for row in model.outcome_rows(())
        if (row["outcome"], row["view"], row["group"]) == ("referrals", "place", "all")
    }
    assert tuple(unheard[year] for year in sorted(unheard)) == integrated.outcomes["referrals"]


def test_coordination_grows_only_where_partners_work_as_one(integrated: AllianceYears) -> None:
    apart = alliance_years(LiveRun(WORLD, load_scenario("geen-programma"), 1), 0, False)
    assert apart.outcomes["coordination_mean"] == (0.0,)
    grown = integrated.outcomes["coordination_mean"]
    assert list(grown) == sorted(grown)
    assert grown[-1] > grown[0] > 0
