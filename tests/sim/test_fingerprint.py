"""The fingerprint changes with what can change a result, and with nothing else."""

import os
import subprocess
import sys
from pathlib import Path

from sim.fingerprint import fingerprint, fingerprint_of

VERSIONS = {"numpy": "2.4", "python": "3.11"}


def package(folder: Path) -> Path:
    (folder / "parameters").mkdir(parents=True)
    (folder / "model.py").write_bytes(b"a = 1\n")
    (folder / "parameters" / "a.toml").write_bytes(b"x = 1\n")
    (folder / "centres.npy").write_bytes(b"1\r\n2")
    return folder


def test_content_names_and_versions_count(tmp_path: Path) -> None:
    folder = package(tmp_path / "a")
    seen = {fingerprint_of(folder, VERSIONS), fingerprint_of(folder, {**VERSIONS, "numpy": "2.5"})}
    (folder / "model.py").write_bytes(b"a = 2\n")
    seen.add(fingerprint_of(folder, VERSIONS))
    (folder / "model.py").rename(folder / "model2.py")
    seen.add(fingerprint_of(folder, VERSIONS))
    (folder / "centres.npy").write_bytes(b"1\n2")
    seen.add(fingerprint_of(folder, VERSIONS))
    assert len(seen) == 5


def test_caches_hidden_files_and_line_ends_do_not_count(tmp_path: Path) -> None:
    plain, other = package(tmp_path / "a"), package(tmp_path / "b")
    (other / "__pycache__").mkdir()
    (other / "__pycache__" / "model.cpython-311.pyc").write_bytes(b"x")
    (other / ".hidden").write_bytes(b"x")
    (other / "model.py").write_bytes(b"a = 1\r\n")
    assert fingerprint_of(plain, VERSIONS) == fingerprint_of(other, VERSIONS)


def test_the_packaged_model_has_one_fingerprint_in_every_process() -> None:
    command = [sys.executable, "-c", "from sim.fingerprint import fingerprint; print(fingerprint())"]
    root = str(Path(__file__).parents[2])
    found = {
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    # Not the cached one: what counts is what is on disk now.
    assert found == {fingerprint.__wrapped__()}
    assert fingerprint() is fingerprint()
    assert len(fingerprint()) == 64
