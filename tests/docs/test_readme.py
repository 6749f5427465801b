"""The lines of Python in the README run, with less time and fewer people."""

import re
from pathlib import Path
from typing import Any

import pytest

from results.reading import Results

README = Path(__file__).parents[2] / "README.md"
SMALLER = {"years=5": "years=1, draws=1, sample=0.02", "year=2029": "year=2025"}


def test_the_lines_of_python_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for text, smaller in SMALLER.items():
        assert text in code
        code = code.replace(text, smaller)
    names: dict[str, Any] = {}
    exec(code, names)
    assert isinstance(names["results"], Results)
    assert set(names["results"].compare()["area"]) == {"heerlen-noord", "breda-noord", "vlaardingen-westwijk", "all"}
    assert (tmp_path / "output" / "more-mentors.xlsx").stat().st_size > 0
    assert "difference" in capsys.readouterr().out
