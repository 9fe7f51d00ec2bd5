"""Whole comparisons in separate processes: killed drivers, dead workers and a Dask cluster give the same table."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PLANTED = """
    import os, signal
    import attrs
    from ganreg import Component, Regularizer, hookimpl

    @attrs.frozen(kw_only=True)
    class Failing(Regularizer):
        def generator_penalty(self, step):
            raise ValueError("planted")

    @attrs.frozen(kw_only=True)
    class Deadly(Regularizer):
        def generator_penalty(self, step):
            os.kill(os.getpid(), signal.SIGKILL)

    @hookimpl
    def ganreg_regularizers():
        return [
            Component("failing", "planted:Failing", "raises"),
            Component("deadly", "planted:Deadly", "kills its process"),
        ]
"""
ALTERNATIVES = "none|failing|deadly|feature-matching"
COMMAND = [
    sys.executable, "-c", "from ganreg.cli import main; main()", "compare", "gaussian-1d",
    "--dataset", "gaussian-1d:samples=200", "-g", "mlp:latent_dim=1,widths=[8]", "-d", "mlp:widths=[8]",
    "-r", ALTERNATIVES, "--steps", "400", "--seeds", "1", "--samples", "50", "-m", "kolmogorov-smirnov:bootstrap=2",
    "--threads", "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The variables of an environment with a plugin whose regularizers fail or kill their process."""
    site = tmp_path_factory.mktemp("site")
    (site / "planted.py").write_text(textwrap.dedent(PLANTED))
    information = site / "planted-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[ganreg]\nplanted = planted\n")
    return os.environ | {"PYTHONPATH": str(site), "GANREG_CACHE": str(site / "cache"), "TF_CPP_MIN_LOG_LEVEL": "3"}


@pytest.fixture(scope="module")
def undisturbed(environment, tmp_path_factory):
    """The folder of a comparison that was not interrupted, and what was printed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "comparison"
    process = run(folder, environment, "--jobs", "2")
    assert process.returncode == 0, process.stderr
    return folder, process.stdout


def run(folder, environment, *more):
    return subprocess.run(
        [*COMMAND, "--out", str(folder), *more], capture_output=True, text=True, env=environment, check=False, cwd="/"
    )


def results(folder):
    return (folder / "results.csv").read_bytes()


def table(printed):
    """Returns the table without the column of seconds; a row without a score has one cell less."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in printed.split("\n\n")[0].splitlines()]
    assert rows[0][-2] == "SECONDS"
    return [row[:-2] + row[-1:] for row in rows]


def states(folder):
    found = {}
    for path in sorted(folder.glob("trials/*/trial.json")):
        found[path.parent.name] = json.loads(path.read_text())["state"]
    return found


def wait_for(condition, seconds=240):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_failures_and_dead_processes_are_results(undisturbed):
    folder, printed = undisturbed

    outcomes = states(folder)

    assert [outcomes[name] for name in sorted(outcomes)] == ["finished", "failed", "failed", "finished"]
    assert "planted" in json.loads((folder / "trials" / "0001-failing-seed-0" / "trial.json").read_text())["error"]
    assert "its process died 2 times" in printed
    assert len(table(printed)) == 5


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_comparison_that_is_resumed_gives_the_same_table(undisturbed, environment, tmp_path, number):
    folder = tmp_path / "comparison"
    process = subprocess.Popen(
        [*COMMAND, "--out", str(folder), "--jobs", "2"], env=environment, stderr=subprocess.PIPE, text=True, cwd="/"
    )
    wait_for(lambda: any(folder.glob("trials/*/checkpoints/ckpt-*.json")))
    process.send_signal(number)
    _, said = process.communicate()
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number, said
    assert len(states(folder)) < 4

    again = run(folder, environment, "--jobs", "1")

    assert again.returncode == 0, again.stderr
    assert results(folder) == results(undisturbed[0])
    assert table(again.stdout) == table(undisturbed[1])


def test_a_worker_that_is_killed_once_changes_nothing(undisturbed, environment, tmp_path):
    folder = tmp_path / "comparison"
    process = subprocess.Popen(
        [*COMMAND, "--out", str(folder), "--jobs", "2"], env=environment, stdout=subprocess.PIPE, text=True, cwd="/"
    )
    trial = folder / "trials" / "0000-none-seed-0"
    wait_for(lambda: any(trial.glob("checkpoints/ckpt-*.json")))
    os.kill(int((trial / ".trial.lock").read_text()), signal.SIGKILL)

    printed, _ = process.communicate()

    assert json.loads((trial / "trial.json").read_text())["attempts"] == 2
    assert results(folder) == results(undisturbed[0])
    assert table(printed) == table(undisturbed[1])


@pytest.fixture
def cluster(environment, tmp_path):
    """The address of a Dask scheduler with two workers on this machine."""
    pytest.importorskip("distributed")
    with contextlib.ExitStack() as stack:
        scheduler = _started(stack, "scheduler", "--port", "0", "--no-dashboard", env=environment, log=tmp_path / "s")
        wait_for(lambda: "Scheduler at" in scheduler.read_text())
        address = re.search(r"tcp://\S+", scheduler.read_text())[0].rstrip(",")
        for number in range(2):
            folder = tmp_path / f"worker-{number}"
            _started(
                stack, "worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder),
                env=environment, log=tmp_path / f"w{number}",
            )  # fmt: skip
        wait_for(lambda: scheduler.read_text().count("Register worker") == 2)
        yield address


def _started(stack, role, *arguments, env, log):
    host = ("--host", "127.0.0.1")
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", role, *arguments, *host], env=env, stdout=file, stderr=file
        )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return log


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_table(undisturbed, environment, cluster, tmp_path):
    folder = tmp_path / "comparison"
    process = subprocess.Popen(
        [*COMMAND, "--out", str(folder), "--scheduler", cluster],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    trial = folder / "trials" / "0000-none-seed-0"
    wait_for(lambda: any(trial.glob("checkpoints/ckpt-*.json")))
    os.kill(int((trial / ".trial.lock").read_text()), signal.SIGKILL)

    printed, said = process.communicate()

    assert process.returncode == 0, said
    assert json.loads((trial / "trial.json").read_text())["attempts"] == 2
    assert results(folder) == results(undisturbed[0])
    assert table(printed) == table(undisturbed[1])


def test_workers_do_not_outlive_a_driver_that_is_killed(environment, tmp_path):
    folder = tmp_path / "comparison"
    process = subprocess.Popen(
        [*COMMAND, "--steps", "1000000", "--out", str(folder), "--jobs", "1"],
        env=environment,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    lock = folder / "trials" / "0000-none-seed-0" / ".trial.lock"
    wait_for(lambda: lock.exists() and lock.read_text().strip())
    worker = Path("/proc") / lock.read_text().strip()
    assert worker.exists()

    process.kill()
    process.wait()

    wait_for(lambda: not worker.exists(), seconds=30)
    shutil.rmtree(folder)
