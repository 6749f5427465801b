"""The notebooks run from top to bottom in an empty folder, and are kept without outputs."""

import os
from pathlib import Path

import nbformat
import pytest

from results.reading import open_results

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
SECONDS = 600


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_is_one_for_modellers_and_one_for_researchers() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["modeller", "researcher"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    if path.stem == "researcher":
        pytest.importorskip("duckdb")
    # the kernel is a process of its own: it finds what these tests find, and leaves no trace in a home
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    here = tmp_path / "here"
    here.mkdir()
    notebook = read(path)
    client.NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(here)}}
    ).execute()
    assert {entry.name for entry in here.iterdir()} == {"output"}
    last = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(last) > 5
    if path.stem == "modeller":
        assert len(open_results(here / "output/modeller/variant").runs) == 3 * 5 * 2
        assert len(open_results(here / "output/modeller/sweep").runs) == 4 * 2
    else:
        exports = {entry.name for entry in (here / "output/researcher/exports").iterdir()}
        assert {"comparison.csv", "suspects.sav"} <= exports
