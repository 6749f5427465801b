"""The journal: whole lines, whatever was killed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.journal import JOURNAL, Entry, Journal

texts = st.text(max_size=40)
entries = st.builds(
    Entry,
    run=st.text(min_size=1, max_size=30),
    seconds=st.floats(0, 1e6),
    attempt=st.integers(1, 2),
    checksum=texts,
    stage=texts,
    type=texts,
    message=texts,
    traceback=texts,
)


@given(st.lists(entries, max_size=5), st.integers(0, 400))
def test_lines_come_back_and_half_a_line_does_not(
    tmp_path_factory: pytest.TempPathFactory, added: list[Entry], cut: int
) -> None:
    """Also with line ends, quotes and any other sign in what an error said."""
    journal = Journal(tmp_path_factory.mktemp("j"))
    ends = [0]
    for entry in added:
        journal.add(entry)
        ends.append(journal.path.stat().st_size)
    assert list(journal.entries()) == added
    if added:
        left = max(0, ends[-1] - cut)
        os.truncate(journal.path, left)
        whole = sum(end <= left for end in ends[1:])
        assert list(journal.entries()) == added[:whole]
        # what is added after a half line starts a line of its own
        journal.add(added[0])
        assert list(journal.entries()) == [*added[:whole], added[0]]


def test_a_line_that_does_not_fit_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, write = Journal(tmp_path), os.write
    journal.add(Entry("first", 1.0))
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, content: write(file, content[:5]))
        with pytest.raises(OSError, match="space") as caught:
            journal.add(Entry("second", 1.0))
    assert caught.value.errno == errno.ENOSPC
    journal.add(Entry("third", 1.0))
    assert [entry.run for entry in journal.entries()] == ["first", "third"]


def test_no_journal_is_no_runs(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert list(journal.entries()) == []
    journal.remove()
    journal.add(Entry("a", 0.0, stage="run"))
    assert [entry.failed for entry in journal.entries()] == [True]
    journal.remove()
    assert not (tmp_path / JOURNAL).exists()
