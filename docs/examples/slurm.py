"""A design on a SLURM cluster: workers as jobs, a scheduler in this process, encrypted.

    python docs/examples/slurm.py scenarios/designs/small.toml output/small --queue short --account myproject --jobs 4

Run it on a login node, or as a small job of its own, from a folder that all nodes see. The same command goes on where
it stopped. Needs the extra: ``pip install "wijklab[cluster]" cryptography``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import dask
from dask_jobqueue import SLURMCluster
from distributed.security import Security

from app.cli import main as wijklab
from scenarios.executors import ONE_THREAD

SCRATCH = "/tmp"
"""Where workers may write on their own node; results go through the scheduler to this process."""

EVERY_CONNECTION = "distributed.comm.tls"


def arguments() -> argparse.Namespace:
    """Return what was asked on the command line."""
    parser = argparse.ArgumentParser(description="Run a design on SLURM.")
    parser.add_argument("design", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--queue", help="partition; that of jobqueue.yaml unless given")
    parser.add_argument("--account", help="who pays; that of jobqueue.yaml unless given")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--cores", type=int, default=8, help="cores of a job, each a worker of its own")
    parser.add_argument("--memory", default="16GB", help="memory of a job")
    parser.add_argument("--walltime", default="04:00:00", help="longest time of a job")
    parser.add_argument("--interface", help="network between the nodes, such as ib0")
    parser.add_argument("--wait", type=int, default=3600, help="seconds to wait for the jobs to begin")
    return parser.parse_args()


def run(asked: argparse.Namespace) -> int:
    """Start the jobs, run the design on them, and return the exit code of ``wijklab batch``."""
    # certificates for this batch alone: hidden files in this folder that only you can read, gone when it ends
    security = Security.temporary()
    with SLURMCluster(
        queue=asked.queue,
        account=asked.account,
        cores=asked.cores,
        processes=asked.cores,
        memory=asked.memory,
        walltime=asked.walltime,
        interface=asked.interface,
        job_script_prologue=[f"export {name}={value}" for name, value in ONE_THREAD.items()],
        local_directory=SCRATCH,
        security=security,
        shared_temp_directory=str(Path.cwd()),
        scheduler_options={"dashboard": False},
    ) as cluster:
        cluster.scale(jobs=asked.jobs)
        print(f"{asked.jobs} jobs were asked for; the batch begins when all of them run.", file=sys.stderr)
        cluster.wait_for_workers(asked.jobs * asked.cores, timeout=asked.wait)
        own = {
            f"{EVERY_CONNECTION}.ca-file": security.tls_ca_file,
            f"{EVERY_CONNECTION}.client.cert": security.tls_client_cert,
            f"{EVERY_CONNECTION}.client.key": security.tls_client_key,
        }
        with dask.config.set(own):
            where = ["--scheduler", cluster.scheduler_address, "--out", str(asked.out)]
            return wijklab(["batch", str(asked.design), *where])


if __name__ == "__main__":
    sys.exit(run(arguments()))
