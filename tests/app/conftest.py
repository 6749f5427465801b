"""Commands against fake models, which workers can import too."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (str(HERE), str(HERE.parent / "scenarios")):
    if folder not in sys.path:
        sys.path.insert(0, folder)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put the fake model in the place of the real one, in an empty folder without settings from outside."""
    import fake_model

    monkeypatch.setattr("scenarios.worlds.simulate", fake_model.simulate)
    monkeypatch.setattr("scenarios.codebook.outcome_entries", fake_model.codebook_outcomes)
    for name in [name for name in os.environ if name.startswith("WIJKLAB_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
