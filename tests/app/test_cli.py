"""The command line against a fake model: what goes where, exit codes, sentences, precedence of options."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import fake_model
import pyarrow.parquet as pq
import pytest

from app.cli import main
from results.store import Store
from scenarios.catalogue import scenario_ids
from sim.areas import area_ids
from sim.levers import declared_levers
from sim.programme.catalogue import LINES

ROOT = str(Path(__file__).parents[2])
PAIR = ["compare", "preventie-met-gezag", "--against", "geen-programma", "--workers", "1"]
ONE = [*PAIR, "--area", "breda-noord", "--years", "2", "--draws", "3"]


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = call(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("wijklab: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


pytestmark = pytest.mark.usefixtures("fake")


def test_a_comparison_in_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, *PAIR, "--area", "breda-noord", "--years", "2")
    assert code == 0
    assert "Preventie met gezag vergeleken met Geen programma" in out
    assert "Breda-Noord, 2025-2026" in out
    assert "Wie er woont, 2026" in out
    assert "−1,0  −1,8 tot −0,1" in out
    assert "98%" in out
    assert "parametertrekkingen: 20, toevalsreeksen (seeds) per trekking: 2, eerste: 1" in out
    assert "zekerheid over welke wijken erbij horen: laag" in out
    assert "te weinig" not in out
    assert "trekkingen: 20, seeds per trekking: 2" in err


def test_a_comparison_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, *PAIR, "--area", "breda-noord", "--years", "2", "--language", "en")
    assert code == 0
    assert "compared with No programme" in out
    assert "−1.8 to −0.1" in out
    assert "+820,000" in out
    assert "parameter draws: 20" in out


def test_the_money_is_shown_a_year_and_in_total(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *ONE)
    lines = {line.split(" ")[0]: line.split() for line in out.splitlines()}
    assert lines["programme_euros_budget"][-4:] == ["0", "820.000", "+820.000", "+1.640.000"]
    assert lines["programme_posts_filled"][-1] == "-"


def test_outcomes_stand_under_the_headings_of_their_sections(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *ONE)
    lines = [line.split(" (nl)")[0] for line in out.splitlines()]
    start = lines.index("Criminaliteit en verdachten")
    shown = [line for line in lines[start:] if line][: 4 + 4]
    assert shown == [
        "Criminaliteit en verdachten",
        "registered_suspects_12_24_per_10k",
        "Jongeren en loopbanen",
        "new_hardened",
        "Werk",
        "employed_share",
        "Wonen en verhuizen",
        "inflow_share",
    ]
    assert "Schade en neveneffecten" not in out
    assert "Housing and moving" in call(capsys, *ONE, "--language", "en")[1]


def test_what_the_money_bought_is_shown_by_intervention(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *ONE)
    lines = [line for line in out.splitlines() if line]
    start = lines.index("Wat het geld kocht")
    assert lines[start + 1].split() == [
        *("Per", "jaar", "Uitgegeven,", "euro", "Ongebruikt,", "euro", "Posten", "Plaatsen", "Geplaatst")
    ]
    assert lines[start + 2 : start + 6 : 2] == ["Perspectief bieden", "Grenzen stellen"]
    assert lines[start + 3].split() == ["mentoren", "-", "-", "-", "-", "82", "(0)"]
    assert lines[start + 5].split() == ["Halt", "745.455", "(0)", "-", "10", "(0)", "-", "-"]
    _, out, _ = call(capsys, *ONE, "--language", "en")
    assert "What the money bought" in out
    assert "Setting limits" in out
    bought = {row["intervention"]: row for row in json.loads(call(capsys, *ONE, "--json")[1])["bought"]}
    assert list(bought) == ["mentoring", "halt"]
    assert bought["halt"]["posts_scenario"] == pytest.approx(10.25)
    assert bought["halt"]["places_scenario"] is None


def test_interventions_are_told_without_being_asked_for_and_stay_out_of_the_comparison(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call(capsys, *ONE, "--out", "out")
    store = Store.open(tmp_path / "out")
    groups = set(store.read_outcomes()["group"])
    assert groups == {"all", "service:halt", "service:mentoring"}
    with (tmp_path / "out" / "comparison.csv").open(encoding="utf-8") as lines:
        assert {row["group"] for row in csv.DictReader(lines)} == {"all"}
    assert store.codebook().interventions["halt"].name == {"nl": "Halt", "en": "Halt"}
    assert store.codebook().interventions["jeugdboa"].pillar["nl"] == "gezag tonen"


def test_few_draws_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *ONE)
    assert out.count("te weinig om te zeggen") == 5
    _, out, _ = call(capsys, *ONE, "--language", "en", "--draws", "0")
    assert out.count("too few to say") == 5
    assert "central parameters only" in out


def test_several_areas_are_added_and_shown_with_care(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, *PAIR, "--area", "breda-noord,delft-west", "--area", "delft-west", "--draws", "1")
    assert code == 0
    assert "alle 2 gebieden samen" in out
    assert "Verschillen tussen gebieden vragen voorzichtigheid" in out
    assert "Breda-Noord" in out
    assert "Delft-West" in out


def test_all_is_every_area(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *PAIR, "--area", "all", "--draws", "1", "--replicates", "1", "--json")
    assert json.loads(out)["areas"] == list(area_ids())


def test_json_is_one_line_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, *ONE, "--json")
    assert code == 0
    assert out.count("\n") == 1
    content = json.loads(out)
    assert content["draws"] == [1, 2, 3]
    assert content["seeds"] == [1, 2]
    first = content["comparison"][0]
    assert first["low"] is None
    assert first["difference"] == pytest.approx(-0.1)
    assert {row["outcome"] for row in content["money"]} == {name for name in fake_model.OUTCOMES if "programme" in name}


def test_a_year_and_a_view_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, *ONE, "--year", "2025")
    assert "Wie er woont, 2025" in out
    assert "2025 tot en met 2026" in refused(capsys, *ONE, "--year", "2030", "--quiet")
    assert "place, people, exposed" in refused(capsys, *ONE, "--view", "everyone")


def test_quiet_shows_results_only(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([*ONE, "--quiet"], ["--quiet", *ONE]):
        code, out, err = call(capsys, *arguments)
        assert (code, err) == (0, "")
        assert out


REFUSALS = {
    "unknown scenario": (["compare", "preventie", "--area", "breda-noord"], "preventie-met-gezag"),
    "unknown reference": ([*ONE, "--against", "geen-programa"], "bedoelde u 'geen-programma'"),
    "same scenario": ([*ONE, "--against", "preventie-met-gezag"], "allebei"),
    "another start": ([*ONE, "--against", "gerealiseerd-beleid"], "2022-01"),
    "unknown area": ([*PAIR, "--area", "breda-nord"], "bedoelde u 'breda-noord'"),
    "no area": (PAIR, "--area ontbreekt"),
    "no scenario": (["compare"], "SCENARIO ontbreekt"),
    "too many years": ([*ONE, "--years", "21"], "20 jaar"),
    "no years": ([*ONE, "--years", "0"], "1 tot en met 20"),
    "negative draws": ([*ONE, "--draws", "-1"], "0 tot en met"),
    "no replicates": ([*ONE, "--replicates", "0"], "1 tot en met"),
    "sample too large": ([*ONE, "--sample", "1.5"], "0.001 tot en met 1"),
    "sample no number": ([*ONE, "--sample", "veel"], "geen getal"),
    "draws no whole number": ([*ONE, "--draws", "3.5"], "geen geheel getal"),
    "no workers": ([*ONE, "--workers", "0"], "--workers"),
    "negative seed": ([*ONE, "--seed", "-1"], "--seed"),
    "unknown group": ([*ONE, "--groups", "wijk,street"], "wijk, age, start"),
    "unknown option": ([*ONE, "--sede", "1"], "bedoelde u '--seed'"),
    "unknown command": (["compar"], "bedoelde u 'compare'"),
    "unknown language": (["--language", "fr", "areas"], "nl, en"),
    "missing file": (["compare", "weg.toml", "--area", "breda-noord"], "weg.toml"),
    "config missing": (["--config", "weg.toml", "areas"], "configuratiebestand weg.toml"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_wrong_request_is_one_sentence(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, part = REFUSALS[kind]
    dutch = refused(capsys, *arguments)
    assert part in dutch
    if kind != "unknown language":
        assert refused(capsys, *arguments, "--language", "en") != dutch


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, *ONE, "--against", "niets", "--debug")
    assert code == 2
    assert "Traceback" in err


def test_without_out_nothing_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call(capsys, *ONE)
    assert list(tmp_path.iterdir()) == []


def test_out_holds_the_files_of_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = call(capsys, *ONE, "--out", "out/eerste")
    assert code == 0
    assert "Bewaard in out/eerste" in err
    folder = tmp_path / "out" / "eerste"
    store = Store.open(folder)
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert set(store.manifest["files"]) == on_disk
    wanted = {
        "design.toml",
        "runs.parquet",
        "failures.parquet",
        "draws.parquet",
        "comparison.csv",
        "codebook.json",
    }
    assert wanted | {"manifest.json", "scenarios/geen-programma.toml"} <= on_disk
    assert len([name for name in on_disk if name.startswith("outcomes/")]) == 12
    with (folder / "comparison.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 2 * len(fake_model.OUTCOMES)
    assert rows[0]["low"] == ""
    draws = pq.read_table(folder / "draws.parquet").to_pandas()
    assert set(draws["draw"]) == {1, 2, 3}
    assert set(draws["area"]) == {"all", "breda-noord"}
    manifest = store.manifest
    assert manifest["options"]["years"] == 2
    assert manifest["options"]["sample"] == manifest["sample"]
    assert manifest["seeds"] == [1, 2]
    assert manifest["status"] == "done"
    assert len(manifest["fingerprint"]) == 64
    assert manifest["commit"]
    assert 0.1 < manifest["elsewhere_share"] <= 1
    assert manifest["machine"]["cpu_features"]
    assert store.codebook().outcome("employed_share").better == "higher"


def test_an_existing_folder_is_refused_unless_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call(capsys, *ONE, "--out", "out")
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert "bestaat al" in refused(capsys, *ONE, "--out", "out")
    code, _, _ = call(capsys, *ONE, "--out", "out", "--overwrite", "--draws", "1")
    assert code == 0
    assert (tmp_path / "out" / "mine.txt").exists()
    assert len(list((tmp_path / "out" / "outcomes").iterdir())) == 4
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.txt").write_text("mine")
    assert "geen manifest" in refused(capsys, *ONE, "--out", "elsewhere", "--overwrite")


def test_a_failed_run_is_told_and_exits_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.failing)
    code, out, err = call(capsys, *ONE, "--out", "out", "--replicates", "1")
    assert code == 1
    assert "3 van de 6 runs mislukten" in err
    assert "Traceback" not in err
    assert "(seeds) per trekking: 1" in out
    assert len(Store.open(tmp_path / "out").read_table("failures.parquet")) == 3


def test_when_every_run_fails_there_is_no_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(task: object) -> None:
        raise RuntimeError("no world")

    monkeypatch.setattr("scenarios.worlds.simulate", broken)
    code, out, err = call(capsys, *ONE, "--out", "out")
    assert (code, out) == (1, "")
    assert "no world" in err


def test_an_interrupt_leaves_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.interrupted)
    code, out, err = call(capsys, *ONE)
    assert (code, out) == (130, "")
    assert "onderbroken" in err
    code, _, err = call(capsys, *ONE, "--out", "out")
    assert code == 130
    assert "wat klaar was staat in out" in err
    store = Store.open(tmp_path / "out")
    assert store.manifest["status"] == "interrupted"
    assert len(store.read_outcomes()) > 0


def test_option_over_variable_over_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def draws(*more: str) -> int:
        code, out, _ = call(capsys, *PAIR, "--json", *more)
        assert code == 0
        return len(json.loads(out)["draws"])

    (tmp_path / "wijklab.toml").write_text('draws = 2\n[compare]\narea = "breda-noord"\nyears = 1\nreplicates = 1\n')
    assert draws() == 2
    monkeypatch.setenv("WIJKLAB_DRAWS", "3")
    assert draws() == 3
    assert draws("--draws", "4") == 4
    (tmp_path / "other.toml").write_text('draws = 5\narea = ["breda-noord", "delft-west"]\n')
    assert draws("--config", "other.toml") == 3
    monkeypatch.delenv("WIJKLAB_DRAWS")
    assert draws("--config", "other.toml") == 5
    code, out, _ = call(capsys, "--config", "other.toml", *PAIR, "--json", "--draws", "0")
    assert json.loads(out)["areas"] == ["breda-noord", "delft-west"]
    assert code == 0


def test_the_language_comes_from_everywhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def heading(*arguments: str) -> str:
        return call(capsys, *arguments)[1].split()[0]

    assert heading("areas") == "Gebied"
    assert heading("areas", "--language", "en") == heading("--language=en", "areas") == "Area"
    assert heading("--language", "nl", "areas", "--language", "en") == "Area"
    (tmp_path / "wijklab.toml").write_text('language = "en"\n')
    assert heading("areas") == "Area"
    monkeypatch.setenv("WIJKLAB_LANGUAGE", "nl")
    assert heading("areas") == "Gebied"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("drawz = 2", "bedoelde u 'draws'"),
        ("[compare]\ndrawz = 2", "compare.drawz"),
        ("draws = = 2", "geen geldige TOML"),
        ("[draws]\na = 1", "is een tabel"),
        ("compare = 3", "compare"),
        ('draws = "veel"', "geen geheel getal"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(
    text: str, part: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "wijklab.toml").write_text(text)
    assert part in refused(capsys, *PAIR, "--area", "breda-noord")


def test_the_areas_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "areas")
    assert code == 0
    assert all(area in out for area in area_ids())
    _, out, _ = call(capsys, "areas", "--json")
    assert [row["id"] for row in json.loads(out)] == list(area_ids())
    assert set(json.loads(out)[0]) == {"id", "name", "municipality", "residents", "wijken", "certainty"}


def test_the_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "scenarios")
    assert "geen-programma: Geen programma (vanaf 2025-01, 20 jaar)" in out
    _, out, _ = call(capsys, "scenarios", "--json", "--language", "en")
    assert [row["id"] for row in json.loads(out)] == list(scenario_ids())
    assert {"geen-programma", "gerealiseerd-beleid", "preventie-met-gezag"} <= set(scenario_ids())


@pytest.mark.parametrize(("language", "name", "pillar"), [("nl", "NAAM", "PIJLER"), ("en", "NAME", "PILLAR")])
def test_the_levers_are_listed_family_by_family(
    capsys: pytest.CaptureFixture[str], language: str, name: str, pillar: str
) -> None:
    prefix = "programme.preventie_met_gezag."
    code, out, err = call(capsys, "levers", "--language", language)
    assert (code, err) == (0, "")
    paths = [line.split(" ")[0] for line in out.splitlines() if " (" in line and not line.startswith(" ")]
    lines = [f"programme.{line.name}.mix" for line in LINES if line.mix]
    families = [*(f"{prefix}{stem}" for stem in ("mix", "euros", "euros_national")), *lines]
    last = [
        f"{prefix}pillar_euros_national.{pillar}",
        f"{prefix}pillar_euros.{pillar}",
        *(f"{prefix}{stem}.{name}" for stem in ("mix", "euros_national", "euros")),
        *(f"{stem}.{name}" for stem in lines),
    ]
    assert paths[-len(last) :] == last
    whole = [path for path in declared_levers() if path.rpartition(".")[0] not in families and "pillar_" not in path]
    assert paths[: -len(last)] == whole
    assert "police.hours.problem_oriented" in whole
    assert "mentoring, cbt_at_school" in out
    assert len(out.splitlines()) < len(declared_levers()), "families, not every lever"
    assert max(len(line) for line in out.splitlines()) < 130


def test_every_lever_is_listed_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "levers", "--all")
    for path, lever in declared_levers().items():
        assert f"\n{path} (" in f"\n{out}"
        assert lever.description["nl"].split()[0] in out
    _, out, _ = call(capsys, "levers", "--json")
    assert out.count("\n") == 1
    found = json.loads(out)
    assert [row["path"] for row in found] == list(declared_levers())
    assert set(found[0]["title"]) == {"nl", "en"}
    assert json.loads(call(capsys, "levers", "--all", "--json")[1]) == found


def test_a_model_under_test_can_be_shown_month_by_month(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.model.month_table", lambda language: [("offend", "Youths offend or not.")])
    assert "1  offend  Youths offend or not." in call(capsys, "month")[1]
    assert json.loads(call(capsys, "month", "--json")[1]) == [{"step": "offend", "what": "Youths offend or not."}]


def test_nothing_asked_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys)
    assert code == 0
    assert "compare" in out
    assert "Vergelijk een scenario" in out
    assert "Compare a scenario" in call(capsys, "--language", "en", "--help")[1]


def test_the_version_is_told_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version")[1] == call(capsys, "compare", "--version")[1]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from app.cli import main; main(['compare', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'pandas', 'mesa', 'scipy', 'sim.model')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": ROOT}, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_a_closed_pipe_is_no_error() -> None:
    code = "import sys; from app.cli import main; sys.exit(main(['scenarios', '--json']))"
    script = f'{sys.executable} -c "{code}" | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_patterns_are_shown_with_their_reasons(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}

    def measure(**options: object) -> list[dict[str, object]]:
        asked.update(options)
        base = {"scope": "any", "use": "calibrate", "target": 2.4, "low": 2.0, "high": 2.9}
        return [
            {"id": "P01a", **base, "value": 2.5, "in_range": True, "reason": None},
            {"id": "P02", **base, "value": 3.5, "in_range": False, "reason": None},
            {"id": "P03", **base, "value": None, "in_range": None, "reason": "too few"},
        ]

    def known() -> dict[str, dict[str, str]]:
        return {"P02": {"nl": "daarom", "en": "for this reason"}}

    monkeypatch.setitem(
        sys.modules, "calibration.patterns", SimpleNamespace(measure_patterns=measure, known_misses=known)
    )
    code, out, _ = call(capsys, "patterns", "--area", "breda-noord", "--workers", "1")
    assert code == 0
    assert "2,00 tot 2,90" in out
    assert "niet gemeten: too few" in out
    assert "P02: daarom" in out
    assert "1 van de 2 gemeten patronen binnen bereik; 1 niet gemeten." in out
    assert (asked["area"], asked["sample"], asked["workers"]) == ("breda-noord", None, 1)
    assert len(json.loads(call(capsys, "patterns", "--json")[1])) == 3
    assert "--area" in refused(capsys, "patterns", "--area", "all")
