"""The page of interventions is fresh, complete, and says of every row what is put in."""

from pathlib import Path

import pytest

from sim.parameters.interventions import main, page
from sim.programme.catalogue import INTERVENTIONS, LINES, PILLAR_NAMES, SANCTIONS

COMMITTED = Path(__file__).parents[2] / "docs" / "interventions.md"
BOUGHT, _, PUNISHED = page().partition("## What police and justice do")


def cells(part: str, name: str) -> list[str]:
    """Return the cells of the one row about something."""
    (row,) = [line for line in part.splitlines() if f"| `{name}` |" in line]
    return row.strip("| ").split(" | ")


def test_the_committed_page_is_fresh() -> None:
    fresh = COMMITTED.read_text(encoding="utf-8") == page()
    assert fresh, "docs/interventions.md is out of date: run `python -m sim.parameters.interventions`"


def test_every_intervention_and_every_sanction_has_one_row() -> None:
    for one in INTERVENTIONS:
        row = cells(BOUGHT, one.name)
        assert {one.en, one.nl} == set(row[0].replace("*", "").split("<br>"))
        assert PILLAR_NAMES[one.pillar][1] in row[2]
        assert row[5][0].isdigit()
    for name in SANCTIONS:
        assert cells(PUNISHED, name)


def test_every_line_says_who_pays_how_it_is_divided_and_what_it_buys() -> None:
    for line in LINES:
        row = cells(BOUGHT, line.name)
        assert row[2].startswith("Rijk")
        assert row[4].split(" ")[0].replace(".", "").isdigit()
        assert all(f"`{name}`" in row[5] for name, _ in line.mix)


def test_every_line_of_a_table_has_as_many_cells() -> None:
    widths: list[int] = []
    for line in page().splitlines():
        widths = [*widths, line.count("|")] if line.startswith("|") else []
        assert len(set(widths)) <= 1, line


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mentoring", "on all offending<br>"),
        ("side_job", "on serious offending<br>"),
        ("focused_deterrence", "on serious offending<br>"),
        ("jeugdboa", "on crime at the place<br>"),
        ("prosecution", "on all offending of minors<br>"),
        ("community_service", "against short prison<br>"),
        ("sport_membership", "nothing put in<br>"),
        ("prolific_list", "nothing put in<br>"),
        ("youth_probation", "nothing put in<br>"),
        ("wijkagent", "nothing put in on crime"),
        ("supported_work", "nothing put in on offending"),
        ("supported_work", "on finding work"),
        ("tutoring", "SD of skill after a full school year"),
        ("truancy", "on absence"),
        ("small_classes", "on leaving school early"),
        ("basic_job", "on being without work"),
        ("early_warning", "accept debt help"),
        ("debt_counselling", "are out of debt"),
        ("home_improvement", "on burglary"),
        ("extended_hours", "nothing put in<br>"),
        ("street_lighting", "on crime at the place<br>"),
    ],
)
def test_a_row_says_what_its_effect_is_on(name: str, text: str) -> None:
    assert text in " ".join(cells(BOUGHT, name))


def test_short_prison_is_the_other_side_of_community_service() -> None:
    assert "against short prison" in cells(BOUGHT, "community_service")[9]
    served = float(cells(BOUGHT, "community_service")[9].split(" ")[0])
    assert float(cells(PUNISHED, "short_prison")[3].split(" ")[0]) == pytest.approx(1 / served, abs=0.005)


def test_it_writes_where_it_is_told(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_bytes() == page().encode("utf-8")
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "nowhere" / "page.md")])
