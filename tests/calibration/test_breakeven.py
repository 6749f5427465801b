"""The break-even of the alliance: the table is of today's model, and is read as it should be."""

from __future__ import annotations

import pytest

from calibration.breakeven import CHANNELS, EVERYTHING, LEVELS, break_even, packaged, table


def rows(*points: tuple[float, float]) -> list[dict[str, str]]:
    """Return rows of one channel: improvement and balance per resident."""
    first = points[0][1]
    return [
        {
            "channel": "reach", "improvement": f"{level}", "balance_per_resident": f"{balance}",
            "gain_per_resident": f"{balance - first}",
        }
        for level, balance in points
    ]  # fmt: skip


def test_it_pays_where_the_balance_passes_zero() -> None:
    (one,) = break_even(rows((0.0, -30.0), (0.25, -10.0), (0.5, 10.0)))
    assert one.at == pytest.approx(0.375)
    assert one.cost == pytest.approx(30.0)
    assert one.gains == {0.0: 0.0, 0.25: pytest.approx(20.0), 0.5: pytest.approx(40.0)}


def test_it_may_pay_at_once_or_never() -> None:
    assert break_even(rows((0.0, 1.0), (0.25, 2.0)))[0].at == 0.0
    assert break_even(rows((0.0, -9.0), (0.25, -1.0)))[0].at is None


def test_worlds_are_added_before_they_are_divided() -> None:
    def world(residents: float, gain: float) -> list[dict[str, object]]:
        runs = [("versnipperd", "", 0.0, 0.0), ("integraal", "none", 0.0, -2.0)]
        runs += [("integraal", channel, level, -2.0 + gain) for channel in CHANNELS for level in LEVELS[1:]]
        return [
            {"scenario": s, "channel": c, "improvement": i, "euros": e * residents, "residents": residents}
            for s, c, i, e in runs
        ]

    found = {(row["channel"], row["improvement"]): row for row in table([world(100, 1.0), world(300, 5.0)])}
    assert found["reach", "0.25"]["gain_per_resident"] == "4.00"
    assert found["reach", "0.25"]["balance_per_resident"] == "2.00"
    assert found[EVERYTHING, "0"]["balance_per_resident"] == "-2.00"


def test_the_packaged_table_has_every_channel_and_improvement() -> None:
    found = {(row["channel"], float(row["improvement"])) for row in packaged()}
    assert found == {(channel, level) for channel in CHANNELS for level in LEVELS}
