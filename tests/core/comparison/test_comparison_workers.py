"""Processes that trials run in: set up before anything is imported, and ended with the comparison."""

import os
import subprocess
import sys
import time

import pytest

from ganreg.comparison.workers import DaskWorkers, LocalWorkers
from ganreg.errors import RunError


@pytest.fixture
def one(tmp_path):
    """A single process of this machine."""
    workers = LocalWorkers(1, threads=3, log=tmp_path / "workers.log")
    yield workers
    workers.close()


def test_threads_are_set_before_anything_is_imported(one):
    assert one.submit(os.getenv, "OMP_NUM_THREADS").result() == "3"
    assert one.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "3"


def test_what_they_say_goes_to_a_file(one, tmp_path):
    one.submit(os.system, "echo said on stdout; echo said on stderr >&2").result()

    assert (tmp_path / "workers.log").read_text().splitlines() == ["said on stdout", "said on stderr"]


@pytest.mark.slow
def test_they_end_with_a_parent_that_is_killed(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from ganreg.comparison.workers import LocalWorkers\n"
        "workers = LocalWorkers(1, 1, Path(sys.argv[1]))\n"
        "print(workers.submit(eval, \"__import__('os').getpid()\").result(), flush=True)\n"
        "workers.submit(eval, \"__import__('time').sleep(600)\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, check=False
    )

    pid, deadline = int(process.stdout), time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} lives on")


def test_without_distributed_the_error_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(RunError, match=r'pip install "ganreg\[distributed\]"'):
        DaskWorkers("tcp://127.0.0.1:1")
