"""What a report says of costs and gains, of who pays, of where a difference comes from, and of states without data."""

import csv
import json
from pathlib import Path

import fake_ledger
import pytest

from app.cli import main
from app.words import Words
from results.store import Store

PAIR = ["compare", "preventie-met-gezag", "--against", "geen-programma", "--workers", "1", "--quiet"]
ONE = [*PAIR, "--area", "breda-noord", "--years", "2", "--draws", "3"]


@pytest.fixture(autouse=True)
def ledger(fake: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.worlds.simulate", fake_ledger.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_ledger.codebook_outcomes)
    monkeypatch.setattr("scenarios.codebook.parameter_entries", fake_ledger.parameters)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def part(out: str, title: str) -> list[list[str]]:
    """Return the lines of the table under a title, cut at wide gaps."""
    lines = out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(title))
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[start + 1 :] if line]


def test_the_balance_for_society_in_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *ONE)
    table = part(out, "Kosten en baten voor de maatschappij, 2025 tot en met 2026")
    few = "te weinig om te zeggen"
    # 11,000 / 1.1 + 11,000 / 1.331 = 18,264; over 1,000 residents
    assert table[:4] == [
        ["Regel", "Euro per bewoner", "90%-interval", "Euro in totaal"],
        ["Het programma", "−18,3", few, "−18.264"],
        ["Slachtoffers", "+9,1", few, "+9.132"],
        ["Saldo (netto contante waarde)", "−9,1", few, "−9.132"],
    ]
    assert "Saldo boven nul in 0% van de gepaarde toekomsten" in out
    assert "discontovoet van 1,60%: −10,8 euro; bij 2,90%: −10,7 euro" in out
    assert "gelijk als de baten 2,0 keer zo groot zijn" in out
    assert "Niet in deze balans: +3.653 euro programmageld" in out
    assert "teruggerekend naar de start met 21,00% per jaar" in out


def test_the_balance_for_society_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *PAIR, "--area", "breda-noord", "--years", "2", "--draws", "20", "--language", "en")
    table = part(out, "Costs and gains for society, 2025 to 2026")
    assert table[1] == ["Het programma (en)", "−18.3", "−18.3 to −18.3", "−18,264"]
    assert "Costs and gains are equal when the gains are 2.0 times as large" in out


def test_who_pays_and_who_gains(capsys: pytest.CaptureFixture[str]) -> None:
    table = part(shown(capsys, *ONE), "Wie betaalt en wie er beter van wordt")
    few = "te weinig om te zeggen"
    assert table[1:7] == [
        ["Betaalt per saldo"],
        ["Gemeente", "−18.264", few, "0%"],
        ["Wordt er per saldo beter van"],
        ["UWV", "+1.826", few, "100%"],
        ["Geen verschil"],
        ["Huishoudens", "0", few, "50%"],
    ]


def test_what_an_outcome_costs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    few = "te weinig om te zeggen"
    name = "Huishoudens minder met problematische schulden, laatste jaar"
    table = part(shown(capsys, *ONE), "Wat een betere uitkomst kost, tot en met 2026")
    assert table[1] == [name, "+20", few, "913"]
    monkeypatch.setattr("scenarios.worlds.simulate", fake_ledger.gainless)
    out = shown(capsys, *ONE)
    assert part(out, "Wat een betere uitkomst kost")[1] == [name, "0", few, "- geen verbetering"]
    assert "Er zijn geen baten" in out


def test_where_a_difference_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    table = part(shown(capsys, *ONE), "Waar het verschil voor wie er woont vandaan komt, 2026")
    assert table[0] == ["Uitkomst", "Verschil", "Veranderde levens", "Andere bewoners", "Veranderde plek"]
    assert table[1] == ["problem_debt_share (nl) (%)", "−2,0", "−1,2", "0,0", "−0,8"]
    out = shown(capsys, *PAIR, "--area", "breda-noord", "--years", "1", "--draws", "20", "--language", "en")
    assert "−1.2 (−1.2 to −1.2)" in out


def test_states_without_data_come_last_and_are_no_headline(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *ONE)
    lines = out.splitlines()
    title = "Standen van het model waarvoor geen gegevens bestaan, 2026"
    assert lines.index(title) > lines.index("Wat het geld kocht")
    assert "Sociale samenhang" not in out[: out.index(title)]
    assert "Sociale samenhang (basis = 100)" in out[out.index(title) :]
    assert "Deze standen meet niemand." in out


def test_what_piles_up_stands_beside_what_chance_would_give(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *ONE)
    assert "8,0% van de huishoudens in het scenario; 5,0% als de domeinen los van elkaar stonden" in out


def test_lines_of_the_ledger_are_no_headline(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *ONE, "--view", "people")
    assert "Saldo van UWV" not in out
    assert out.count("UWV") == 1


def test_json_holds_balance_and_split(capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(shown(capsys, *ONE, "--json"))
    found = content["balance"]
    assert found["net"]["total"] == pytest.approx(-5500 / 1.1 - 5500 / 1.331)
    assert found["net"]["total_low"] is None
    assert found["break_even"] == pytest.approx(2)
    assert [row["outcome"] for row in found["payers"]] == [
        f"flow_payer_{name}" for name in ("municipality", "uwv", "households")
    ]
    assert found["goals"][0]["gained"] == 20
    assert [entry["rate"] for entry in found["at_rates"]] == [0.016, 0.21, 0.029]
    assert {row["outcome"] for row in content["split"]} == set(fake_ledger.PLACE_AND_PEOPLE)
    assert content["split"][0]["year"] == 2026


def test_without_flows_there_is_no_balance(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import fake_model

    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.simulate)
    out = shown(capsys, *ONE)
    assert Words("nl")("balance.line") not in out
    assert "vandaan komt" not in out
    content = json.loads(shown(capsys, *ONE, "--json"))
    assert (content["balance"], content["split"]) == (None, [])


def test_arrivals_stand_in_the_outcomes_and_not_in_the_comparison(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown(capsys, *ONE, "--out", "out")
    store = Store.open(tmp_path / "out")
    assert {"arrival:before", "arrival:since"} < set(store.read_outcomes()["group"])
    with (tmp_path / "out" / "comparison.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["group"] for row in rows} == {"all"}
    balances = [row for row in rows if row["outcome"] == "npv_society_per_resident" and row["year"] == "2026"]
    assert float(balances[0]["difference"]) == pytest.approx(-9.132, abs=0.001)
    assert store.codebook().outcome("cohesion_mean").latent
    assert store.codebook().outcome("npv_society_per_resident").kept_by == "results"
