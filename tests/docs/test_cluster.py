"""The cluster page: SLURM with a stand-in for sbatch, and the containers of the Kubernetes file on this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from results.reading import open_results

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ROOT = Path(__file__).parents[2]
SECONDS = 240

DESIGN = """
schema = 1
id = "tiny"
scenarios = ["preventie-met-gezag"]
reference = "geen-programma"
areas = ["vlaardingen-westwijk"]
draws = 2
seeds = 1
sample = 0.02
years = 1
"""

SBATCH = """#!/bin/bash
cp "$1" "$JOBS/job.sh"
setsid bash "$JOBS/job.sh" > "$JOBS/job.log" 2>&1 &
echo "Submitted batch job $!"
"""

SCANCEL = """#!/bin/bash
echo "$1" >> "$JOBS/cancelled"
kill -- "-$1"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SLURM and containers are POSIX"),
]


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def environment(**more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **more,
    }


def check_result(out: Path) -> None:
    found = open_results(out)
    assert found.manifest["status"] == "done"
    assert set(found.runs["status"]) == {"done"}
    assert len(found.runs) == 4
    assert len(found.failures) == 0


def test_slurm_example_runs_a_design_on_its_jobs(tmp_path: Path, design: Path) -> None:
    pytest.importorskip("dask_jobqueue")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (commands / name).write_text(text, encoding="utf-8")
        (commands / name).chmod(0o755)
    asked = [str(design), "out", "--queue", "short", "--account", "mine", "--jobs", "1", "--cores", "2"]
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "slurm.py"), *asked, "--memory", "4GB", "--wait", "100"],
        cwd=tmp_path,
        env=environment(PATH=f"{commands}:{os.environ['PATH']}", JOBS=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "out"
    check_result(tmp_path / "out")
    job = (tmp_path / "job.sh").read_text(encoding="utf-8")
    assert "#SBATCH -p short" in job
    assert "export OMP_NUM_THREADS=1" in job
    assert " tls://" in job
    assert (tmp_path / "cancelled").exists()
    assert not list(tmp_path.glob(".dask-jobqueue*"))


def documents() -> dict[tuple[str, str], Any]:
    with (EXAMPLES / "kubernetes.yaml").open(encoding="utf-8") as file:
        return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(file)}


def container(kind: str, name: str) -> dict[str, Any]:
    return documents()[kind, name]["spec"]["template"]["spec"]["containers"][0]


def test_the_kubernetes_file_hangs_together() -> None:
    found = documents()
    pods = {
        name: one["spec"]["template"]["spec"] for (kind, name), one in found.items() if kind in ("Deployment", "Job")
    }
    assert set(pods) == {"wijklab-scheduler", "wijklab-workers", "wijklab-batch"}
    assert len({pod["containers"][0]["image"] for pod in pods.values()}) == 1
    for name, pod in pods.items():
        one = pod["containers"][0]
        assert one["envFrom"] == [{"configMapRef": {"name": "wijklab-dask"}}], name
        assert {mount["name"] for mount in one["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
        assert pod["automountServiceAccountToken"] is False
    service = found["Service", "wijklab-scheduler"]["spec"]
    assert service["type"] == "ClusterIP"
    labels = found["Deployment", "wijklab-scheduler"]["spec"]["template"]["metadata"]["labels"]
    assert service["selector"] == labels


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def wait_for(port: str) -> None:
    for _ in range(SECONDS):
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1):
            return
        time.sleep(1)
    raise TimeoutError("the scheduler does not answer")


@contextmanager
def running(command: list[str], settings: dict[str, str], folder: Path) -> Iterator[None]:
    process = subprocess.Popen(command, env=settings, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_the_containers_of_the_kubernetes_file_do_a_design(tmp_path: Path, design: Path) -> None:
    security = pytest.importorskip("distributed").Security.temporary()
    (tmp_path / "tls.crt").write_text(security.tls_ca_file, encoding="utf-8")
    (tmp_path / "tls.key").write_text(security.tls_client_key, encoding="utf-8")
    port = free_port()

    def here(text: str) -> str:
        for there, local in (
            ("/tls/", f"{tmp_path}/"),
            ("wijklab-scheduler:8786", f"127.0.0.1:{port}"),
            ("/designs/design.toml", str(design)),
            ("/results/out", str(tmp_path / "out")),
        ):
            text = text.replace(there, local)
        return port if text == "8786" else text

    settings = environment(
        **{name: here(text) for name, text in documents()["ConfigMap", "wijklab-dask"]["data"].items()}
    )
    scheduler, worker, batch = (
        [here(word) for word in container(kind, name)["command"]]
        for kind, name in (
            ("Deployment", "wijklab-scheduler"),
            ("Deployment", "wijklab-workers"),
            ("Job", "wijklab-batch"),
        )
    )
    # as installed by whoever runs these tests, whether or not the command is on the path
    batch = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))", *batch[1:]]
    with running([*scheduler, "--host", "127.0.0.1"], settings, tmp_path), running(worker, settings, tmp_path):
        wait_for(port)
        stranger = subprocess.run(
            [*batch[:-1], str(tmp_path / "stranger")],
            env=environment(DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="3s"),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert stranger.returncode == 2
        done = subprocess.run(batch, env=settings, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    check_result(tmp_path / "out")
