"""What travels with results: the codebook of the real model and the facts of a manifest."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from results.codebook import Codebook
from scenarios import provenance
from scenarios.catalogue import load_scenario, scenario_ids
from scenarios.codebook import build_codebook
from scenarios.design import Design
from sim.programme.catalogue import PILLAR_NAMES

AREAS = ("breda-noord", "vlaardingen-westwijk")


def test_the_codebook_holds_what_a_reader_needs() -> None:
    content = build_codebook([load_scenario(name) for name in scenario_ids()], AREAS)
    codebook = Codebook.from_content(json.loads(json.dumps(content, allow_nan=False)))
    shorts = [outcome.short for outcome in codebook.outcomes.values()]
    assert len(set(shorts)) == len(shorts)
    for outcome in codebook.outcomes.values():
        assert re.fullmatch(r"[a-z0-9_]+", outcome.id)
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,19}", outcome.short)
        assert outcome.name["nl"]
        assert outcome.name["en"]
        assert outcome.unit["nl"]
        assert outcome.views
        assert outcome.section in codebook.sections
    assert all(one.name["nl"] and one.name["en"] for one in codebook.interventions.values())
    assert {row.pillar["nl"] for row in codebook.interventions.values()} == {nl for nl, _ in PILLAR_NAMES.values()}
    assert codebook.outcome("programme_euros_spent").total
    assert not codebook.outcome("employed_share").total
    assert set(content["areas"]) == set(AREAS)
    assert set(content["scenarios"]) == set(scenario_ids())
    for parameter in content["parameters"].values():
        assert {"value", "unit", "description", "source", "grade", "distribution"} <= set(parameter)
    figure = content["areas"]["breda-noord"]["figures"]["low_income"]
    assert {"value", "status", "year", "source", "note"} == set(figure)


def test_the_manifest_says_where_results_come_from() -> None:
    scenarios = tuple(load_scenario(name) for name in ("preventie-met-gezag", "geen-programma"))
    design = Design(scenarios, "geen-programma", AREAS, (1, 2), (5,), 0.1, 3)
    facts = provenance.manifest_facts(design, "f00d", ["wijklab", "compare"], {"draws": 2})
    json.dumps(facts, allow_nan=False)
    assert facts["fingerprint"] == "f00d"
    assert facts["command"] == ["wijklab", "compare"]
    assert facts["seeds"] == [5]
    assert facts["packages"]["numpy"] != provenance.UNKNOWN
    assert facts["machine"]["cpu_features"] == sorted(facts["machine"]["cpu_features"])
    assert 0 < facts["elsewhere_share"] <= 1


def test_outside_git_the_commit_is_unknown(tmp_path: Path) -> None:
    source = Path(provenance.__file__).parent
    (tmp_path / "scenarios").mkdir()
    for name in ("provenance.py", "design.py", "__init__.py"):
        shutil.copy(source / name, tmp_path / "scenarios" / name)
    # A repository around it that does not know the file is not ours either.
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    code = "from scenarios.provenance import commit; print(commit())"
    root = str(source.parent)
    script = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {root!r}]; {code}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "unknown"
