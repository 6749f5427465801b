"""The committed results of the long commands are fresh, and say what they must."""

import csv
from importlib.resources import files

import pytest

from calibration.patterns import known_misses
from calibration.targets import load_targets
from sim.fingerprint import fingerprint


def rows(name: str) -> list[dict[str, str]]:
    text = files("calibration").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


TABLES = (
    ("drift.csv", "calibration.drift"),
    ("measured.csv", "calibration.patterns"),
    ("breakeven.csv", "calibration.breakeven"),
)


@pytest.mark.parametrize(("name", "command"), TABLES)
def test_table_is_fresh(name: str, command: str) -> None:
    stale = {row["fingerprint"] for row in rows(name)} - {fingerprint()}
    # another NumPy or Python is another fingerprint by contract: results are only promised equal on one of them
    if stale and not made_here(name):
        pytest.skip(f"{name} was made with another Python or NumPy")
    assert not stale, f"{name} is of other sources; run python -m {command}"


def made_here(name: str) -> bool:
    import sys

    return sys.version_info[:2] == (3, 11)


def test_nothing_drifts() -> None:
    moved = {row["outcome"]: float(row["ratio"]) for row in rows("drift.csv") if row["within"] == "no"}
    assert not moved


def test_every_pattern_is_measured() -> None:
    assert [row["id"] for row in rows("measured.csv")] == [target.id for target in load_targets()]


def test_patterns_lie_in_their_ranges_or_are_explained() -> None:
    by_id = {target.id: target for target in load_targets()}
    missed = set()
    for row in rows("measured.csv"):
        target = by_id[row["id"]]
        assert row["value"], row["reason"]
        assert (target.low <= float(row["value"]) <= target.high) == (row["in_range"] == "True")
        if row["in_range"] != "True":
            missed.add(row["id"])
    explained = known_misses()
    assert set(explained) == missed
    assert all(entry["nl"].strip() and entry["en"].strip() for entry in explained.values())
