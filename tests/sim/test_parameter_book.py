from pathlib import Path

from sim.levers import declared_levers
from sim.parameters import declared_parameters
from sim.parameters.book import book, main

COMMITTED = Path(__file__).parents[2] / "docs" / "parameters.md"


def test_the_committed_book_is_fresh() -> None:
    fresh = COMMITTED.read_text(encoding="utf-8") == book()  # no diff of a hundred pages
    assert fresh, "docs/parameters.md is out of date: run `python -m sim.parameters.book`"


def test_every_parameter_and_every_lever_is_in_it_once() -> None:
    lines = book().splitlines()
    for path in [*declared_parameters(), *declared_levers()]:
        assert sum(line.startswith(f"| `{path}` |") for line in lines) == 1, path


def test_a_row_holds_everything_that_is_known_of_a_parameter() -> None:
    path, parameter = next(
        entry for entry in declared_parameters().items() if entry[1].distribution.kind == "lognormal"
    )
    row = next(line for line in book().splitlines() if line.startswith(f"| `{path}` |"))
    texts = parameter.description
    known = (texts.nl, texts.en, parameter.unit, parameter.source, parameter.grade)
    for text in (*known, "lognormal", f"{parameter.distribution.p95:.6g}"):
        assert text in row


def test_every_line_of_a_table_has_as_many_cells() -> None:
    cells: list[int] = []
    for line in book().splitlines():
        if not line.startswith("|"):
            cells = []
            continue
        cells.append(line.replace("\\|", "").count("|"))
        assert cells[-1] == cells[0], line


def test_it_writes_where_it_is_told(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "book.md")])
    assert (tmp_path / "book.md").read_bytes() == book().encode("utf-8")
