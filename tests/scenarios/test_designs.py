"""Designs: every mistake has its sentence, and what is read is what is written."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from scenarios.catalogue import load_scenario
from scenarios.design import Design
from scenarios.design_errors import SENTENCES, DesignError
from scenarios.design_file import GROUPS, load_design, parse_design
from scenarios.parameter_limits import limits_of
from sim.areas import area_ids
from sim.parameters import declared_parameters
from sim.scenario import ScenarioError

GOOD = {
    "schema": "1",
    "scenarios": '["preventie-met-gezag"]',
    "areas": '["breda-noord"]',
    "draws": "2",
    "seeds": "1",
    "sample": "0.1",
    "years": "2",
}
SHARE = "programme.preventie_met_gezag.share_limits"
AUTHORITY = "programme.preventie_met_gezag.share_authority"
RATE = "demography.elsewhere_share"
FIXED = next(
    path
    for path, one in declared_parameters().items()
    if one.distribution.kind == "fixed" and not isinstance(one.value, list)
)
DRAWN = next(
    path
    for path, one in declared_parameters().items()
    if one.distribution.kind != "fixed" and not isinstance(one.value, list)
)


def text(changes: dict[str, str | None] | None = None, more: str = "") -> str:
    kept = {**GOOD, **(changes or {})}
    return "".join(f"{key} = {value}\n" for key, value in kept.items() if value is not None) + more


def sweep(method: str, *lines: str, levers: str = "", parameters: str = "") -> str:
    tables = (f"[sweep.levers]\n{levers}\n" if levers else "") + (
        f"[sweep.parameters]\n{parameters}\n" if parameters else ""
    )
    return "\n".join(("[sweep]", f'method = "{method}"', *lines, tables))


SHARES = [path for path, one in declared_parameters().items() if one.unit == "share" and isinstance(one.value, float)]
GRID = "\n".join(f'"{path}" = {[part / 1000 for part in range(100)]}' for path in SHARES[:12])
"""A hundred values of each of twelve parameters."""

MISTAKES = {
    "unknown key": (text({"sampel": "0.1"}), "unknown_key", "sampel", "sample"),
    "no schema": (text({"schema": None}), "missing_key", "schema", ""),
    "another schema": (text({"schema": "3"}), "bad_schema", "3", "2"),
    "a schema that is true": (text({"schema": "true"}), "bad_schema", "", ""),
    "no scenarios": (text({"scenarios": None}), "missing_key", "scenarios", ""),
    "no areas": (text({"areas": None}), "missing_key", "areas", ""),
    "scenarios is a text": (text({"scenarios": '"preventie-met-gezag"'}), "wrong_type", "scenarios", ""),
    "no scenario": (text({"scenarios": "[]"}), "wrong_type", "scenarios", ""),
    "a scenario is a number": (text({"scenarios": "[1]"}), "wrong_type", "scenarios", "1"),
    "a scenario twice": (text({"scenarios": '["integraal", "integraal"]'}), "twice", "scenarios", "integraal"),
    "only the reference": (text({"scenarios": '["geen-programma"]'}), "only_reference", "geen-programma", ""),
    "unknown area": (text({"areas": '["breda-nord"]'}), "unknown_area", "breda-nord", "breda-noord"),
    "an area twice": (text({"areas": '["breda-noord", "breda-noord"]'}), "twice", "areas", "breda-noord"),
    "areas is a number": (text({"areas": "3"}), "wrong_type", "areas", "3"),
    "no area": (text({"areas": "[]"}), "wrong_type", "areas", ""),
    "a text for draws": (text({"draws": '"many"'}), "wrong_type", "draws", "many"),
    "half a draw": (text({"draws": "1.5"}), "wrong_type", "draws", "1.5"),
    "draws below zero": (text({"draws": "-1"}), "out_of_range", "draws", "-1"),
    "too many draws": (text({"draws": "10001"}), "out_of_range", "draws", "10001"),
    "a draw twice": (text({"draws": "[1, 1]"}), "twice", "draws", "1"),
    "no draws": (text({"draws": "[]"}), "wrong_type", "draws", ""),
    "no seeds": (text({"seeds": "0"}), "out_of_range", "seeds", "0"),
    "a seed below zero": (text({"seeds": "[-1]"}), "out_of_range", "seeds", "-1"),
    "a seed that is too large": (text({"seed": "2147483648"}), "out_of_range", "seed", ""),
    "true is no number": (text({"seeds": "true"}), "wrong_type", "seeds", ""),
    "all streets and more": (text({"sample": "1.5"}), "out_of_range", "sample", "1.5"),
    "no streets": (text({"sample": "0"}), "out_of_range", "sample", "0"),
    "sample is a text": (text({"sample": '"0,1"'}), "wrong_type", "sample", "0,1"),
    "sample is no number": (text({"sample": "nan"}), "wrong_type", "sample", "nan"),
    "no years": (text({"years": "0"}), "out_of_range", "years", "0"),
    "more years than a scenario lasts": (text({"years": "1000"}), "out_of_range", "years", "1000"),
    "half a year": (text({"years": "0.5"}), "wrong_type", "years", "0.5"),
    "an unknown group": (text({"groups": '["street"]'}), "out_of_range", "groups", "street"),
    "a bad id": (text({"id": '"Mijn ontwerp"'}), "bad_id", "id", "Mijn ontwerp"),
    "draws that are not there": (text({"draws_from": '"fit.parquet"'}), "file_missing", "fit.parquet", ""),
    "too many runs": (text({"draws": "10000", "seeds": "1000"}), "too_many", "20000000", "1000000"),
    "sweep is a number": (text({"sweep": "1"}), "wrong_type", "sweep", "1"),
    "sweep without a method": (text(more=f'[sweep.levers]\n"{SHARE}" = [0.1]'), "missing_key", "sweep.method", ""),
    "an unknown method": (text(more=sweep("hypercube", levers=f'"{SHARE}" = [0.1]')), "out_of_range", "hypercube", ""),
    "a method that is a list": (text(more='[sweep]\nmethod = ["grid"]\n'), "out_of_range", "sweep.method", "grid"),
    "an unknown key of a sweep": (text(more=sweep("grid", "sizes = 2")), "unknown_key", "sweep.sizes", "size"),
    "an empty sweep": (text(more=sweep("grid")), "sweep_empty", "sweep", ""),
    "levers is a list": (text(more=sweep("grid", "levers = [1]")), "wrong_type", "sweep.levers", ""),
    "an unknown lever": (
        text(more=sweep("grid", levers='"programme.preventie_met_gezag.share_limit" = [0.1]')), "unknown_lever",
        "share_limit", "share_limits",
    ),
    "an unknown parameter": (
        text(more=sweep("grid", parameters='"demography.elsewhere_shares" = [0.1]')), "unknown_parameter",
        "elsewhere_shares", RATE,
    ),
    "values that are no list": (text(more=sweep("grid", levers=f'"{SHARE}" = 0.1')), "values_wanted", SHARE, "grid"),
    "an empty list": (text(more=sweep("grid", levers=f'"{SHARE}" = []')), "values_wanted", SHARE, ""),
    "a value that is a text": (text(more=sweep("grid", levers=f'"{SHARE}" = ["a"]')), "wrong_type", SHARE, "a"),
    "a value outside the lever": (text(more=sweep("grid", levers=f'"{SHARE}" = [1.5]')), "out_of_range", SHARE, "1.5"),
    "infinite": (text(more=sweep("grid", parameters=f'"{RATE}" = [inf]')), "wrong_type", RATE, "inf"),
    "lists of different length": (
        text(more=sweep("list", levers=f'"{SHARE}" = [0.1, 0.2]\n"{AUTHORITY}" = [0.1]')), "unequal", AUTHORITY, "2",
    ),
    "size where it means nothing": (
        text(more=sweep("grid", "size = 4", levers=f'"{SHARE}" = [0.1]')), "out_of_range", "sweep.size", "sobol",
    ),
    "no size": (text(more=sweep("sobol", levers=f'"{SHARE}" = {{}}')), "missing_key", "sweep.size", ""),
    "no power of two": (
        text(more=sweep("sobol", "size = 6", levers=f'"{SHARE}" = {{}}')), "power_of_two", "6", "8",
    ),
    "size of nothing": (
        text(more=sweep("sobol", "size = 0", levers=f'"{SHARE}" = {{}}')), "out_of_range", "sweep.size", "",
    ),
    "a seed of a sweep that is a text": (
        text(more=sweep("sobol", "size = 4", 'seed = "a"', levers=f'"{SHARE}" = {{}}')), "wrong_type", "seed", "",
    ),
    "a range that is a list": (
        text(more=sweep("sobol", "size = 4", levers=f'"{SHARE}" = [0.1]')), "range_wanted", SHARE, "low",
    ),
    "half a range": (
        text(more=sweep("sobol", "size = 4", levers=f'"{SHARE}" = {{ low = 0.1 }}')), "range_wanted", SHARE, "high",
    ),
    "low above high": (
        text(more=sweep("sobol", "size = 4", levers=f'"{SHARE}" = {{ low = 0.3, high = 0.1 }}')), "low_above_high",
        "0.3", "0.1",
    ),
    "a range with something else": (
        text(more=sweep("sobol", "size = 4", levers=f'"{SHARE}" = {{ low = 0.1, heigh = 0.3 }}')), "unknown_key",
        "heigh", "high",
    ),
    "a parameter without doubt": (
        text(more=sweep("sobol", "size = 4", parameters=f'"{FIXED}" = {{}}')), "no_distribution", FIXED, "low",
    ),
    "a grid of more points than there are": (text(more=sweep("grid", parameters=GRID)), "too_many", "1e+24", ""),
    "a list of seeds and a first": (text({"seeds": "[1, 2]", "seed": "3"}), "seed_and_list", "seed", ""),
    "a sample of more points than there are": (
        text(more=sweep("saltelli", "size = 524288", parameters=f'"{RATE}" = {{ low = 0, high = 1 }}')), "too_many", "",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    content, code, found, allowed = MISTAKES[name]
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "mijn.toml"
    place.write_text(content, encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        load_design(place)
    assert caught.value.code == code
    told = []
    for language in ("nl", "en"):
        assert main(["batch", str(place), "--language", language]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert printed.err.endswith(".\n")
        assert printed.err.startswith(f"wijklab: {place if code != 'file_missing' else tmp_path}")
        assert found in printed.err
        assert allowed in printed.err
        assert "Traceback" not in printed.err
        assert "{" not in printed.err.replace("{}", "")
        told.append(printed.err)
    assert told[0] != told[1]
    assert [path.name for path in tmp_path.iterdir()] == ["mijn.toml"]


def test_mistakes_cover_every_sentence_but_those_of_files() -> None:
    of_files = {"unknown_design", "draws_file", "draws_changed", "draw_missing", "points_changed"}
    elsewhere = {*of_files, "start", "no_salib", "shard"}
    assert {code for _, code, _, _ in MISTAKES.values()} | elsewhere == set(SENTENCES)


def test_sentences_say_the_same_in_both_languages() -> None:
    for code, sentences in SENTENCES.items():
        assert set(sentences) == {"nl", "en"}, code
        fields = [{field for _, field, _, _ in Formatter().parse(one) if field} for one in sentences.values()]
        assert fields[0] == fields[1], code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a = " + b"[" * 3_000 + b"]" * 3_000, 2),
        (b"schema = 1\n" + b"# long\n" * 40_000, 2),
        (b'schema = 1\nid = "\xff"\n', 2),
        (b"schema = 1\nschema = 1\n", 2),
        (b"schema =", 2),
        (b"schema = 1\nsample = 1e999\n", 2),
    ],
    ids=["deep", "huge", "no utf-8", "a key twice", "half a line", "too large a number"],
)
def test_a_file_that_is_no_design_is_one_sentence(
    content: bytes, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "mijn.toml"
    place.write_bytes(content)
    for language in ("nl", "en"):
        assert main(["batch", str(place), "--language", language]) == code
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert "mijn.toml" in printed.err
        assert len(printed.err) < 2_000


@pytest.mark.parametrize("content", [text({"scenarios": '["integral"]'}), text({"reference": '"geen-program"'})])
def test_an_unknown_scenario_names_the_nearest(content: str) -> None:
    with pytest.raises(ScenarioError, match=r"integraal|geen-programma"):
        parse_design(content, "x.toml")


def test_levers_that_do_not_go_together_are_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "mijn.toml"
    place.write_text(text(more=sweep("grid", levers=f'"{SHARE}" = [0.9]\n"{AUTHORITY}" = [0.9]')))
    assert main(["batch", str(place), "--out", "out"]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert not list(tmp_path.glob("out/[!.]*"))


def draws_table(folder: Path, draws: tuple[int, ...] = (1, 2), path: str = DRAWN, value: float = 0.5) -> Path:
    rows = {
        "draw": list(draws),
        "area": ["all"] * len(draws),
        "parameter": [path] * len(draws),
        "value": [value] * len(draws),
    }
    pq.write_table(pa.table(rows), folder / "fit.parquet")
    return folder / "fit.parquet"


def test_draws_made_elsewhere(tmp_path: Path) -> None:
    draws_table(tmp_path)
    design = parse_design(text({"draws_from": '"fit.parquet"'}), "x", folder=tmp_path)
    assert design.tasks()[0].changes == ((DRAWN, 0.5),)
    again = parse_design(design.to_toml(), "x", folder=tmp_path)
    assert again.tasks() == design.tasks()
    # draw 0 is the central set and needs no row
    parse_design(text({"draws_from": '"fit.parquet"', "draws": "[0, 2]"}), "x", folder=tmp_path)
    refusals = {"draw_missing": {"draws": "3"}}
    for code, changes in refusals.items():
        with pytest.raises(DesignError) as caught:
            parse_design(text({"draws_from": '"fit.parquet"', **changes}), "x", folder=tmp_path)
        assert caught.value.code == code
    before = design.to_toml()
    draws_table(tmp_path, value=0.6)
    with pytest.raises(DesignError) as caught:
        parse_design(before, "x", folder=tmp_path)
    assert caught.value.code == "draws_changed"
    assert "fit.parquet" in caught.value.sentence("nl")


def test_points_are_pinned() -> None:
    design = parse_design(text(more=sweep("sobol", "size = 4", parameters=f'"{RATE}" = {{ low = 0, high = 1 }}')), "x")
    assert design.sweep is not None
    assert design.sweep.checksum in design.to_toml()
    with pytest.raises(DesignError) as caught:
        parse_design(design.to_toml().replace(design.sweep.checksum, "0" * 64), "x")
    assert caught.value.code == "points_changed"


@pytest.mark.parametrize(
    ("path", "value"), [("services.stop_effect", 900.0), ("school.vacancies", 1.5), ("services.mentoring_cost", -1.0)]
)
def test_a_parameter_is_moved_only_as_far_as_it_can_be(path: str, value: float, tmp_path: Path) -> None:
    with pytest.raises(DesignError) as caught:
        parse_design(text(more=sweep("grid", parameters=f'"{path}" = [{value}]')), "x")
    assert caught.value.code == "out_of_range"
    draws_table(tmp_path, path=path, value=value)
    with pytest.raises(DesignError) as caught:
        parse_design(text({"draws_from": '"fit.parquet"'}), "x", folder=tmp_path)
    assert caught.value.code == "out_of_range"
    for known, parameter in declared_parameters().items():
        if not isinstance(parameter.value, list):
            low, high = limits_of(parameter)
            assert low <= parameter.value <= high, known


@pytest.mark.parametrize("kind", ["text", "columns", "no parameter", "no number", "words"])
def test_draws_that_are_none(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "fit.parquet"
    if kind == "text":
        place.write_text("draw,area,parameter,value\n")
    elif kind == "columns":
        pq.write_table(pa.table({"draw": [1]}), place)
    elif kind == "words":
        pq.write_table(pa.table({"draw": ["a"], "area": ["all"], "parameter": [DRAWN], "value": [1.0]}), place)
    else:
        draws_table(
            tmp_path,
            path=DRAWN + "x" if kind == "no parameter" else DRAWN,
            value=float("nan") if kind == "no number" else 1.0,
        )
    with pytest.raises(DesignError) as caught:
        parse_design(text({"draws_from": '"fit.parquet"'}), "x", folder=tmp_path)
    expected = {"no parameter": "unknown_parameter", "no number": "wrong_type"}.get(kind, "draws_file")
    assert caught.value.code == expected
    assert "fit.parquet" in caught.value.sentence("nl")
    assert "\n" not in caught.value.sentence("en")


SCALARS = [path for path, one in declared_parameters().items() if not isinstance(one.value, list)]
DOUBTED = [path for path in SCALARS if declared_parameters()[path].distribution.kind != "fixed"]


def within(path: str) -> st.SearchStrategy[float]:
    """Values that a parameter may be given."""
    low, high = limits_of(declared_parameters()[path])
    return st.floats(low, high)


def halves(path: str) -> str:
    """The lower half of what a parameter may be given, as a range."""
    low, high = limits_of(declared_parameters()[path])
    return f"{{ low = {low!r}, high = {(low + high) / 2!r} }}"


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Any design that may be asked for: scenarios and areas, draws and seeds by number or list, a sweep or none."""
    some = draw(st.lists(st.sampled_from(["integraal", "vogelaar"]), min_size=1, unique=True))
    quoted = ", ".join(f'"{name}"' for name in some)
    areas = draw(st.lists(st.sampled_from(area_ids()), min_size=1, max_size=3, unique=True))
    changes = {
        "id": '"{}"'.format(draw(st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True))),
        "scenarios": f"[{quoted}]",
        "areas": "[" + ", ".join(f'"{name}"' for name in areas) + "]",
        "draws": str(draw(st.integers(0, 5) | st.lists(st.integers(0, 10_000), min_size=1, max_size=4, unique=True))),
        "seeds": str(
            draw(st.integers(1, 3) | st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=3, unique=True))
        ),
        "sample": repr(draw(st.floats(0.001, 1))),
        "years": str(draw(st.integers(1, 10))),
        "groups": str(draw(st.lists(st.sampled_from(GROUPS), unique=True))),
    }
    return parse_design(text(changes, draw(sweeps())), "any.toml")


@st.composite
def sweeps(draw: st.DrawFn) -> str:
    method = draw(st.sampled_from(["none", "grid", "list", "latin-hypercube", "sobol", "saltelli"]))
    if method == "none":
        return ""
    parameters = draw(st.lists(st.sampled_from(DOUBTED), min_size=1, max_size=2, unique=True))
    length = draw(st.integers(1, 2))
    if method in ("grid", "list"):
        lever = f'"{SHARE}" = {draw(st.lists(st.floats(0, 0.3), min_size=length, max_size=length))}'
        values = {path: draw(st.lists(within(path), min_size=length, max_size=length)) for path in parameters}
        return sweep(method, levers=lever, parameters="\n".join(f'"{path}" = {own}' for path, own in values.items()))
    ranged = {path: draw(st.just("{}") | st.just(halves(path))) for path in parameters}
    size = f"size = {draw(st.sampled_from([1, 2, 4]))}"
    lever = f'"{SHARE}" = {{ low = 0.05, high = 0.25 }}' if draw(st.booleans()) else ""
    lines = "\n".join(f'"{path}" = {value}' for path, value in ranged.items())
    return sweep(method, size, f"seed = {draw(st.integers(0, 2**31 - 1))}", levers=lever, parameters=lines)


@given(designs())
@settings(max_examples=15, deadline=None)
def test_what_is_written_is_what_was_read(design: Design) -> None:
    again = parse_design(design.to_toml(), "again.toml")
    assert list(again.runs()) == list(design.runs())
    assert again.tasks() == design.tasks()
    assert again.to_toml() == design.to_toml()
    names = [run for run, _ in design.runs()]
    assert len(set(names)) == len(names)
    assert all(
        set(facts) <= {"scenario", "area", "draw", "seed", "sample", "years", *design.swept_columns}
        for _, facts in design.runs()
    )


def test_the_reference_is_the_usual_one_and_may_stand_among_the_scenarios() -> None:
    design = parse_design(text({"scenarios": '["geen-programma", "integraal"]'}), "x")
    assert [each.id for each in design.scenarios] == ["integraal", "geen-programma"]
    assert design.reference == "geen-programma"
    assert parse_design(text({"reference": '"versnipperd"'}), "x").reference == "versnipperd"


def test_all_areas_and_a_sample_that_answers() -> None:
    design = parse_design(text({"areas": '"all"', "sample": None}), "x")
    assert design.areas == area_ids()
    assert 0 < design.sample < 0.2


def test_a_scenario_may_stand_beside_the_design(tmp_path: Path) -> None:
    own = load_scenario("integraal").model_copy(update={"id": "mijn-plan"})
    (tmp_path / "plan.toml").write_text(own.to_toml(), encoding="utf-8")
    (tmp_path / "ontwerp ë.toml").write_text(text({"scenarios": '["plan.toml"]'}), encoding="utf-8")
    design = load_design(tmp_path / "ontwerp ë.toml")
    assert design.scenarios[0].id == "mijn-plan"
    assert design.id == "ontwerp"


@pytest.mark.parametrize("name", ["small", "share-of-limits", "when-does-it-help"])
def test_the_examples_are_designs(name: str) -> None:
    design = load_design(Path(__file__).parents[2] / f"scenarios/designs/{name}.toml")
    assert design.id == name
    assert len(list(design.runs())) >= 24
    assert parse_design(design.to_toml(), "x").tasks() == design.tasks()
