"""Results are read lazily, filtered, compared in any pair, and the same in portions as at once."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from results import reading
from results.comparison import ComparisonError
from results.filters import FilterError
from results.reading import Results, open_results
from results.store import Store, StoreError, arrow_schema, outcome_bytes, outcomes_name, parquet_bytes
from results.tables import COMPARISON, DRAWS, FAILURES, OUTCOMES, RUNS, table

ROOT = Path(__file__).parents[2]
OLD = Path(__file__).parent / "store-schema-1"
SCENARIOS = ("one", "two", "none")
AREAS = ("north", "south")
UNIT = {"nl": "aandeel", "en": "share"}


def codebook() -> dict[str, Any]:
    """Four outcomes: a rate, a count, one that is neutral, and one that can be absent."""
    kinds = {"rate": ("lower", False), "count": ("higher", True), "neutral": (None, False), "again": ("lower", False)}
    return {
        "schema": 3,
        "outcomes": {
            name: {"short": name, "name": UNIT, "unit": UNIT, "kind": "flow", "views": ["place", "people"]}
            | {"better": better, "total": total, "can_be_empty": name == "again", "section": ""}
            | {"latent": False, "kept_by": "sim"}
            for name, (better, total) in kinds.items()
        },
        "sections": {},
        "interventions": {},
        "scenarios": {},
        "areas": {},
    }


def rows_of(scenario: str, area: str, draw: int, seed: int) -> list[dict[str, Any]]:
    chance = np.random.default_rng([draw, seed, len(area), SCENARIOS.index(scenario)])
    groups = ["all", f"wijk:{area}-1", f"wijk:{area}-2", "age:0-11", "service:halt", "arrival:new"]
    found = []
    for year in (2025, 2026):
        for view in ("place", "people"):
            for group in groups:
                for outcome, total in (("rate", False), ("count", True), ("neutral", False), ("again", False)):
                    if outcome == "again" and (draw + seed) % 3 == 0:
                        continue  # absent in some runs
                    numerator, size = float(chance.normal(50, 5)), 1.0 if total else 200.0
                    expected = np.nan if outcome == "neutral" else float(chance.normal(50, 1))
                    key = {"scenario": scenario, "area": area, "draw": draw, "seed": seed}
                    found.append(
                        key
                        | {"year": year, "view": view, "group": group, "outcome": outcome}
                        | {"value": numerator / size, "expected": expected / size, "numerator": numerator}
                        | {"denominator": size, "expected_numerator": expected}
                    )
    return found


def write_store(folder: Path, parts: dict[tuple[str, str, int, int], bytes], failed: int = 0) -> Path:
    """Write a whole store straight from bytes; the last ``failed`` runs of the first scenario failed."""
    names = {f"{s}.{a}.{d:04d}.{z:04d}": (s, a, d, z) for s, a, d, z in parts}
    lost = sorted(name for name, key in names.items() if key[0] == SCENARIOS[0])[::-1][:failed]
    scenarios = list(dict.fromkeys(key[0] for key in parts))
    areas = list(dict.fromkeys(key[1] for key in parts))
    store = Store.create(
        folder,
        {"fingerprint": "f", "scenarios": scenarios, "reference": scenarios[-1], "areas": areas, "local_data": None},
    )
    store.expect(outcomes_name(name) for name in names)
    (folder / "outcomes").mkdir()
    sums = {}
    for name, key in names.items():
        if name not in lost:
            (folder / outcomes_name(name)).write_bytes(parts[key])
            sums[name] = hashlib.sha256(parts[key]).hexdigest()
    runs = [
        {"run_id": name, "scenario": s, "area": a, "draw": d, "seed": z, "sample": 0.1, "years": 2}
        | {"status": "failed" if name in lost else "done", "seconds": 1.0, "attempt": 1}
        for name, (s, a, d, z) in sorted(names.items())
    ]
    store.write_json("codebook.json", codebook())
    store.write_table("runs.parquet", table(runs, RUNS), RUNS)
    key = ("scenario", "area", "draw", "seed")
    failures = [
        {"run_id": name, **dict(zip(key, names[name], strict=True)), "attempt": 1}
        | {"stage": "run", "type": "ValueError", "message": "no", "traceback": "somewhere"}
        for name in lost
    ]
    store.write_table("failures.parquet", table(failures, FAILURES), FAILURES)
    store.write_table("draws.parquet", table([], DRAWS), DRAWS)
    store.write_checksums(sums)
    store.finish(status="done")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parts = {
        (scenario, area, draw, seed): outcome_bytes(rows_of(scenario, area, draw, seed))
        for scenario in SCENARIOS
        for area in AREAS
        for draw in range(1, 22)
        for seed in (1, 2)
    }
    return write_store(tmp_path_factory.mktemp("small") / "out", parts, failed=1)


@pytest.fixture
def results(small: Path) -> Results:
    return open_results(small)


def test_opening_reads_the_manifest_only(small: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes((small / "manifest.json").read_bytes())
    found = open_results(tmp_path)
    assert found.scenarios == ("one", "two")
    assert found.reference == "none"
    with pytest.raises(StoreError, match=r"no runs\.parquet"):
        found.outcomes()


def test_only_the_files_that_are_asked_for_are_read(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "out")
    for path in (tmp_path / "out/outcomes").glob("two.*"):
        path.write_bytes(b"spoilt")
    found = open_results(tmp_path / "out")
    assert set(found.outcomes(scenario=["one", "none"], year=2026)["scenario"]) == {"one", "none"}
    with pytest.raises(StoreError, match=r"run two\.north\.0001\.0001 .* damaged") as caught:
        found.outcomes(scenario="two")
    assert caught.value.code == "damaged"


def test_filters(results: Results) -> None:
    everything = results.outcomes()
    assert len(everything) == results.count() == sum(batch.num_rows for batch in results.batches())
    assert {name: str(kind) for name, kind in everything.dtypes.items()} == dict(OUTCOMES)
    key = ["scenario", "area", "draw", "seed", "year", "view", "group", "outcome"]
    for wanted, test in {
        "scenario": ("two", everything["scenario"] == "two"),
        "area": (["south"], everything["area"] == "south"),
        "draw": ([1, 2], everything["draw"].isin([1, 2])),
        "seed": (2, everything["seed"] == 2),
        "year": (2026, everything["year"] == 2026),
        "view": ("people", everything["view"] == "people"),
        "group": ("wijk:", everything["group"].str.startswith("wijk:")),
        "outcome": (["rate", "again"], everything["outcome"].isin(["rate", "again"])),
    }.items():
        value, rows = test
        found = results.outcomes(**{wanted: value})
        pd.testing.assert_frame_equal(
            found.sort_values(key, ignore_index=True), everything[rows].sort_values(key, ignore_index=True)
        )
        assert 0 < len(found) < len(everything)
        assert results.count(**{wanted: value}) == len(found)
    both = results.outcomes(["outcome", "value"], group=["all", "age:"], year=2025, scenario="one")
    assert list(both) == ["outcome", "value"]
    assert len(both) == results.count(group=["all", "age:0-11"], year=2025, scenario="one")
    with pytest.raises(ValueError, match="there is no column 'jaar'"):
        results.outcomes(jaar=2025)
    nothing = results.outcomes(area="north", group="wijk:south-1")
    assert nothing.empty
    assert list(nothing) == list(OUTCOMES)


MISSPELT: list[tuple[str, Any, str]] = [
    ("scenario", "too", "there is no scenario 'too' here; did you mean 'two'"),
    ("area", "nort", "did you mean 'north'.*there are: north, south"),
    ("view", "peeple", "did you mean 'people'"),
    ("group", "age:0-12", "did you mean 'age:0-11'"),
    ("group", "wijkje:", "there is no group 'wijkje:'"),
    ("outcome", "rates", "did you mean 'rate'"),
    ("year", 2030, "did you mean '2026'.*there are: 2025, 2026"),
    ("draw", 99, "did you mean '21'"),
    ("year", "2025", "year: found '2025'; this has to be a whole number"),
    ("year", 2025.5, "whole number"),
    ("seed", True, "whole number"),
    ("area", 3, "area: found 3; this has to be a text"),
    ("outcome", [], "outcome: an empty list chooses nothing"),
    ("area", (name for name in ()), "an empty list"),
]


@pytest.mark.parametrize(("name", "value", "message"), MISSPELT)
def test_a_filter_that_nothing_fits_is_a_sentence(results: Results, name: str, value: Any, message: str) -> None:
    with pytest.raises(FilterError, match=message) as caught:
        results.outcomes(**{name: value})
    assert caught.value.name == name
    if name not in ("scenario", "draw", "seed") and not hasattr(value, "send"):
        with pytest.raises(FilterError, match=message):
            results.compare("one", **{name: value})


def test_filters_take_what_frames_hold(results: Results) -> None:
    frame = results.outcomes(["year", "draw", "area"], seed=1)
    year, draw = frame["year"].iloc[0], frame["draw"].iloc[-1]
    assert isinstance(year, np.integer)
    assert len(results.outcomes(year=year)) == results.count(year=2025) > 0
    assert results.count(draw=np.array([draw])) == results.count(draw=int(draw)) > 0
    assert results.count(year=(each for each in (2025, 2026))) == results.count()
    assert results.count(area=frame["area"].unique()) == results.count(area="all") == results.count()
    pd.testing.assert_frame_equal(
        results.compare("one", outcome=(name for name in ("rate",))), results.compare("one", outcome="rate")
    )
    pd.testing.assert_frame_equal(results.compare("one", area="all"), results.compare("one"))


def test_the_sum_is_that_of_all_areas(results: Results, tmp_path: Path) -> None:
    third = {
        (scenario, area, 1, 1): outcome_bytes(rows_of(scenario, area, 1, 1))
        for scenario in ("one", "none")
        for area in (*AREAS, "west")
    }
    found = open_results(write_store(tmp_path / "out", third))
    assert set(found.compare(area=["north", "west"])["area"]) == {"north", "west"}
    assert set(found.spread(area=["north", "west"])["area"]) == {"north", "west"}
    assert set(found.compare(area=["west", "south", "north"])["area"]) == {*AREAS, "west", "all"}


@pytest.mark.parametrize("name", ["draw", "seed"])
def test_a_comparison_is_over_all_draws_and_seeds(results: Results, name: str) -> None:
    for method in (results.compare, results.spread):
        with pytest.raises(FilterError, match=f"{name}: a comparison is over all draws and seeds"):
            method("one", **{name: 1})


def test_a_point_has_to_be_named(tmp_path: Path) -> None:
    names = ("one~0001", "one~0002", "none")
    rows = pd.DataFrame(rows_of("one", "north", 1, 1))
    parts = {(s, "north", 1, 1): outcome_bytes(rows.assign(scenario=s).to_dict("records")) for s in names}
    found = open_results(write_store(tmp_path / "out", parts))
    with pytest.raises(ComparisonError, match="at points of a sweep only; choose one, as 'one~0001'") as caught:
        found.compare("one")
    assert caught.value.code == "points"
    assert len(found.compare("one~0002")) > 0
    with pytest.raises(ComparisonError, match="one scenario with one other"):
        found.compare(["one~0001", "one~0002"])  # type: ignore[arg-type]


# --- damage


@pytest.mark.parametrize("how", ["truncated", "gone", "another run"])
def test_a_damaged_part_is_named(small: Path, tmp_path: Path, how: str) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "out"))
    place, other = (folder / outcomes_name(f"two.north.0003.{seed}") for seed in ("0001", "0002"))
    open_results(folder).check()
    if how == "gone":
        place.unlink()
    else:
        place.write_bytes(other.read_bytes() if how == "another run" else place.read_bytes()[:-9])
    with pytest.raises(StoreError, match=r"two\.north\.0003\.0001.*the same batch mends") as caught:
        open_results(folder).check()
    assert (caught.value.code, caught.value.details) == ("damaged", {"found": "two.north.0003.0001"})
    if how != "another run":
        for read in (lambda found: found.outcomes(), lambda found: list(found.batches()), lambda found: found.count()):
            with pytest.raises(StoreError, match=r"two\.north\.0003\.0001"):
                read(open_results(folder))


@pytest.mark.parametrize("content", [b"", b"x" * 40, b'{"schema": 3}'])
@pytest.mark.parametrize("name", ["runs.parquet", "failures.parquet", "codebook.json", "checksums.sha256"])
def test_an_unreadable_file_is_named(small: Path, tmp_path: Path, name: str, content: bytes) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "out"))
    (folder / name).write_bytes(content)
    found = open_results(folder)
    with pytest.raises(StoreError, match=f"the file {name} is damaged or not there") as caught:
        (found.runs, found.failures, found.codebook, found.check())
    assert (caught.value.code, caught.value.details) == ("unreadable", {"file": name})


def test_the_first_schema_kept_no_checksums(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(OLD, tmp_path / "out"))
    open_results(folder).check()
    next(folder.glob("outcomes/*.parquet")).unlink()
    with pytest.raises(StoreError, match="damaged or gone"):
        open_results(folder).check()


def test_sql_says_the_same(results: Results) -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    files = f"'{results.folder}/outcomes/*.parquet'"
    query = f"SELECT scenario, avg(value) AS mean, count(*) AS n FROM {files} GROUP BY scenario"
    found = connection.sql(query).df().set_index("scenario").sort_index()
    outcomes = results.outcomes(["scenario", "value"]).groupby("scenario")["value"].agg(["mean", "size"])
    assert found["n"].to_dict() == outcomes["size"].to_dict()
    np.testing.assert_allclose(found["mean"], outcomes["mean"], rtol=1e-12)


def test_any_two_scenarios_by_anything(results: Results) -> None:
    whole = results.compare("one", "two")
    assert list(whole) == list(COMPARISON)
    assert set(whole["area"]) == {"north", "south", "all"}
    assert not whole["group"].str.startswith(("service:", "arrival:")).any()
    assert not ((whole["area"] == "all") & whole["group"].str.startswith("wijk:")).any()
    turned = results.compare("two", "one")
    np.testing.assert_array_equal(whole["difference"], -turned["difference"])
    np.testing.assert_allclose(whole["low"], -turned["high"], rtol=1e-12)
    for wanted in ({"year": 2026}, {"view": "people"}, {"group": "wijk:"}, {"group": "age:0-11"}, {"outcome": "count"}):
        (name, value), part = *wanted.items(), results.compare("one", "two", **wanted)
        rows = whole[name].str.startswith(value) if value == "wijk:" else whole[name] == value
        pd.testing.assert_frame_equal(part, whole[rows].reset_index(drop=True), check_exact=True)
    one_area = results.compare("one", "two", area="north")
    expected = whole[whole["area"] == "north"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one_area, expected, check_exact=True)
    # the mean over seeds, then the median over draws, of expectations
    rows = results.outcomes(scenario=["one", "two"], area="north", year=2025, view="place", group="all", outcome="rate")
    values = rows.pivot_table(index=["draw", "seed"], columns="scenario", values="expected").dropna()
    difference = (values["one"] - values["two"]).groupby("draw").mean().median()
    cell = whole.query("area == 'north' and year == 2025 and view == 'place' and group == 'all' and outcome == 'rate'")
    assert cell["difference"].item() == pytest.approx(difference, rel=1e-9)
    assert cell["draws"].item() == 21


def test_who_is_not_there_is_a_sentence(results: Results) -> None:
    with pytest.raises(ComparisonError, match="say which scenario: one, two"):
        results.compare()
    with pytest.raises(ComparisonError, match="no outcomes of scenario 'three'"):
        results.compare("three")
    with pytest.raises(FilterError, match="there is no area 'east'"):
        results.compare("one", area="east")


@pytest.mark.parametrize("at_once", [1, 5_000, 10_000])
def test_in_portions_it_is_the_same(results: Results, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    compared, spread = results.compare("one"), results.spread("one")
    assert "again" in set(compared["outcome"])
    portions: list[int] = []
    whole = reading.compare
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(reading, "compare", lambda rows, *rest: portions.append(len(rows)) or whole(rows, *rest))
    pd.testing.assert_frame_equal(results.compare("one"), compared, check_exact=True)
    pd.testing.assert_frame_equal(results.spread("one"), spread, check_exact=True)
    assert len(portions) > 1
    assert sum(portions) == results.count(scenario=["one", "none"])


def test_a_pair_that_failed_is_left_out_on_both_sides_and_in_the_sum(results: Results) -> None:
    (lost,) = results.failures.itertuples()
    assert (lost.scenario, lost.area, lost.draw, lost.seed) == ("one", "south", 21, 2)
    found = results.spread("one", outcome="rate", group="all", view="place", year=2025).set_index("area")
    assert found["seeds"].to_dict() == {"north": 2, "south": 1, "all": 1}
    assert found["draws"].to_dict() == {"north": 21, "south": 21, "all": 21}


def test_when_all_runs_failed_there_are_no_rows(tmp_path: Path) -> None:
    parts = {(name, "north", 1, 1): outcome_bytes(rows_of(name, "north", 1, 1)) for name in SCENARIOS[:1]}
    found = open_results(write_store(tmp_path / "out", parts, failed=1))
    assert list(found.outcomes()) == list(OUTCOMES)
    assert len(found.outcomes()) == found.count() == 0
    assert len(found.failures) == 1


def test_ten_thousand_runs_are_opened_and_compared(tmp_path: Path) -> None:
    """Two scenarios, a hundred draws, fifty seeds; made from bytes, since only reading is the point here."""
    draws, seeds = 100, 50
    base = pd.DataFrame(rows_of("one", "north", 1, 1)).query("group == 'all' and view == 'place'")
    schema = arrow_schema(OUTCOMES)
    parts = {}
    for scenario in ("one", "none"):
        content = pa.Table.from_pandas(base.assign(scenario=scenario), schema=schema, preserve_index=False)
        content = content.replace_schema_metadata()
        for draw in range(1, draws + 1):
            for seed in range(1, seeds + 1):
                size = content.num_rows
                numbered = content.set_column(2, "draw", pa.array([draw] * size, pa.int64()))
                numbered = numbered.set_column(3, "seed", pa.array([seed] * size, pa.int64()))
                parts[scenario, "north", draw, seed] = parquet_bytes(numbered)
    folder = write_store(tmp_path / "out", parts)
    assert len(parts) == 10_000
    started = time.monotonic()
    found = open_results(folder)
    assert len(found.runs) == 10_000
    compared = found.compare()
    assert time.monotonic() - started < 60
    assert set(compared["draws"]) == {draws}
    assert set(compared["seeds"]) == {seeds}
    assert (compared["difference"] == 0).all()


def test_a_store_of_the_first_schema_is_read_and_compared() -> None:
    found = open_results(OLD)
    assert found.manifest["schema"] == 2
    assert found.manifest["local_data"] is None
    assert json.loads((OLD / "manifest.json").read_text())["schema"] == 1
    kept = pd.read_csv(OLD / "comparison.csv")
    (name,) = found.scenarios
    groups = list(dict.fromkeys(kept["group"]))
    fresh = found.compare(name, group=groups)
    assert len(fresh) == len(kept)
    np.testing.assert_allclose(fresh["difference"], kept["difference"], rtol=1e-9, atol=1e-12)
    assert found.count() == len(found.outcomes()) > 0
    assert len(found.spread(name)) > 0


@pytest.mark.parametrize("schema", [3, 99, None, "2"])
def test_a_schema_of_tomorrow_is_refused(tmp_path: Path, schema: object) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": schema, "files": []}))
    with pytest.raises(StoreError, match=f"schema {schema}; this version reads schema 2") as caught:
        open_results(tmp_path)
    assert caught.value.code == "schema"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema": 2, "files": "x"}', "\x00"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StoreError):
        open_results(tmp_path)
    with pytest.raises(StoreError):
        open_results(tmp_path / "nowhere")


def test_nothing_is_unpickled() -> None:
    """What comes from disk or network is Parquet, npy without objects, TOML or JSON."""
    danger = re.compile(
        r"pickle\.loads?\b|import (cloud)?pickle|from (cloud)?pickle|read_pickle|allow_pickle\s*=\s*True|joblib\.load"
        r"|\bmarshal\b|\bshelve\b|yaml\.load\("
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in ("sim", "results", "scenarios", "calibration", "app", "tools", "benchmarks")
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if danger.search(line)
    ]
    assert found == []
    assert pq.read_schema(next(OLD.glob("outcomes/*.parquet"))).names == list(OUTCOMES)
