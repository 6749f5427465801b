"""What decides, on the page of comparison: from the draws that are there, and from what was worked out beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from app.browser import compare_decides
from app.browser.compare_decides import Choice, decision_tables
from app.browser.compare_doubt import values_over_draws
from app.browser.speech import speech
from app.browser.visit import FIRST_YEAR
from app.tables import Table
from calibration.decisions import packaged
from calibration.decisions.structure import worlds
from calibration.groups import groups
from calibration.sensitivity import tables as found_before
from results.tables import COMPARISON, OUTCOMES, typed
from scenarios.live.board import cells
from scenarios.live.summary import Summary

AREA = "vlaardingen-westwijk"
DRAWS = tuple(range(1, 31))
NPV = "npv_society_per_resident"


def flow(scenario: str, draw: int, name: str, euros: float) -> dict[str, Any]:
    return {
        "scenario": scenario, "area": AREA, "draw": draw, "seed": 1, "year": FIRST_YEAR, "view": "people",
        "group": "all", "outcome": name, "value": euros, "expected": euros, "numerator": euros, "denominator": 1.0,
        "expected_numerator": euros,
    }  # fmt: skip


def choice(gains: Sequence[float], scenario: str = "integraal", reference: str = "versnipperd") -> Choice:
    """Return a choice in which the scenario gains so much per resident, draw by draw."""
    rows = []
    for draw, gain in zip(DRAWS, gains, strict=True):
        for side, own in (("scenario", gain), ("reference", 0.0)):
            paid = -1000.0 if side == "scenario" else 0.0
            rows.append(flow(side, draw, "flow_society_programme", paid))
            rows.append(flow(side, draw, "flow_society_crime", 10.0 * own - paid))
            rows.append(flow(side, draw, "residents_at_start", 10.0))
    differences = np.zeros((len(DRAWS), 1, len(cells())))
    differences[:, 0, cells()[NPV, "people"]] = gains
    empty = typed(pd.DataFrame(columns=list(COMPARISON)), COMPARISON)
    summary = Summary(
        empty, {}, typed(pd.DataFrame(rows), OUTCOMES), DRAWS, differences, np.full((1, len(cells())), 10.0)
    )
    return Choice(summary, AREA, FIRST_YEAR, scenario, reference, "mijn plan", "het andere")


def tables(of: Choice, language: str = "en") -> dict[str, Table]:
    return {table.title: table for table in decision_tables(of, speech(language))}


@pytest.fixture(autouse=True)
def nothing_packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_decides, "packaged_table", lambda name: ())
    monkeypatch.setattr(found_before, "packaged_table", lambda name: ())


def test_the_assumption_that_decides_is_worth_knowing_and_named_with_where_it_turns() -> None:
    peers = values_over_draws(AREA, DRAWS)["offending.peers"]
    middle = float(np.median(peers))
    found = tables(choice((peers - middle) / peers.std()))
    worth = next(table for title, table in found.items() if "worth to know" in title)
    names = [row[0] for row in worth.rows]
    assert names[0] == "everything"
    assert any(name.startswith("Influence of friends who offend (the choice turns at") for name in names)
    assert float(worth.rows[0][2].replace(",", "")) == pytest.approx(10 * float(worth.rows[0][1]), rel=0.1)


@pytest.mark.parametrize(("language", "says"), [("nl", "Geen onzekerheid gezien"), ("en", "No uncertainty seen")])
def test_where_one_option_is_always_better_nothing_is_worth_knowing(language: str, says: str) -> None:
    found = tables(choice([-5.0] * len(DRAWS)), language)
    assert len(found) == 2
    worth = list(found.values())[1]
    assert len(worth.rows) == 1
    assert any(note.startswith(says) for note in worth.notes)


def test_break_even_is_that_of_the_balance() -> None:
    found = next(iter(tables(choice([-50.0] * len(DRAWS))).values()))
    assert found.rows[0] == ["mijn plan"]
    times = {row[0]: row[1] for row in found.rows[1:]}
    # 1000 paid, 500 back
    assert times["All gains together"] == "2.0 times as large"
    assert times["All costs together"] == "0.50 times as large"


def made_before(monkeypatch: pytest.MonkeyPatch) -> None:
    stands = {"area": AREA, "years": "10", "points": "96", "failed": "0"}
    made = {
        packaged.CHOICE: ({"areas": AREA, "years": "20"},),
        packaged.WORLDS: tuple(
            {
                **{switch: "second" if second else "first" for switch, second in world.second.items()},
                "gain_per_resident": "-2.0" if world.second["peers"] else "1.0",
            }
            for world in worlds()
        ),
    }
    same = {"difference": "integrated_balance", **stands}
    before = {
        found_before.SCREENING: tuple(
            {**same, "group": name, "effect": f"{30 - place}", "better": "0.25"} for place, name in enumerate(groups())
        ),
        found_before.VARIANCE: tuple(
            {**same, "kind": "group", "thing": thing, "total": "0.4", "total_error": "0.1"}
            for thing in ("alliance", "chance", "other")
        ),
    }
    monkeypatch.setattr(compare_decides, "packaged_table", lambda name: made[name])
    monkeypatch.setattr(found_before, "packaged_table", lambda name: before[name])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_was_worked_out_before_stands_beside_the_choice_it_is_about(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    made_before(monkeypatch)
    found = list(tables(choice([-5.0] * len(DRAWS)), language).values())
    assert len(found) == 5
    regret, switch, doubt = found[2:]
    assert [row[0] for row in regret.rows] == ["het andere", "mijn plan"]
    assert regret.rows[0][4] == regret.rows[1][4] == "16"
    assert len(switch.rows) == 10
    names = [row[0] for row in doubt.rows]
    assert names[0] == groups()["alliance"].name(language)
    assert groups()["chance"].name(language) in names
    assert "40%" in doubt.rows[0][2]


@pytest.mark.parametrize(("scenario", "reference"), [("", "versnipperd"), ("onderwijs", "versnipperd")])
def test_what_was_worked_out_before_is_not_told_of_another_choice(
    monkeypatch: pytest.MonkeyPatch, scenario: str, reference: str
) -> None:
    made_before(monkeypatch)
    assert len(tables(choice([-5.0] * len(DRAWS), scenario, reference))) == 2
