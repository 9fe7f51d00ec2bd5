"""`ganreg resume`: what it says, and its exit codes; as a process of its own where signals are sent."""

import errno
import os
import re
import resource
import signal
import subprocess
import sys
import time

import pytest

import ganreg
from ganreg.contract.callbacks import UpdateCallback

WEIGHTS = r"Weights sha256:([0-9a-f]{64}) \(graph, 10 updates a call; \d+ threads; ganreg .*, tensorflow .*, keras .*\)"


@pytest.fixture
def failing(monkeypatch):
    """Lets a training fail at iteration 30, as a plugin's callback would."""

    class Failing(UpdateCallback):
        every = 30

        def on_iteration(self, iteration):
            raise ValueError("no more")

    def fail():
        monkeypatch.setattr("ganreg.runs.session.plugin_callbacks", lambda run: {Failing(): "acme-gan"})

    yield fail
    monkeypatch.undo()


def weights(answer):
    return re.search(WEIGHTS, answer.out)[1]


@pytest.mark.slow
def test_from_a_failure_to_the_same_weights(ganreg_command, failing, monkeypatch, tmp_path, tiny_training):
    straight = ganreg_command(*tiny_training, "--steps", 50, "--out", tmp_path / "straight")
    assert straight.code == 0
    assert straight.out.splitlines()[-1].startswith("Trained digits for 50 iterations; the run is in ")
    assert re.search(r"Writing \d+ checkpoints paused the training for", straight.out)

    failing()
    failed = ganreg_command(*tiny_training, "--steps", 50, "--out", tmp_path / "run")
    assert failed.code == 1
    assert failed.err.splitlines()[-2:] == [
        "Error: callback 'Failing' of acme-gan failed in on_iteration: ValueError: no more",
        "The checkpoint at iteration 30 is intact; when the problem is fixed, resume from it: "
        f"ganreg resume {tmp_path / 'run'}",
    ]
    monkeypatch.undo()
    resumed = ganreg_command("resume", tmp_path / "run")
    assert resumed.code == 0
    assert "resuming" in resumed.err
    assert "from iteration 30 of 50" in resumed.err
    assert weights(resumed) == weights(straight)

    ended = ganreg_command("resume", tmp_path / "run")
    assert ended.code == 0
    assert "has already completed its 50 iterations; train further with --steps" in ended.err
    assert weights(ended) == weights(straight)


@pytest.mark.slow
def test_a_finished_run_is_trained_further(ganreg_command, tiny_training, tmp_path):
    ganreg_command(*tiny_training, "--steps", 50, "--out", tmp_path / "run")

    further = ganreg_command("resume", tmp_path / "run", "--steps", 60)

    assert further.code == 0
    assert "for 60 iterations" in further.out


@pytest.mark.slow
def test_another_seed_is_refused(ganreg_command, tiny_training, tmp_path):
    path = tmp_path / "run"
    ganreg_command(*tiny_training, "--steps", 20, "--seed", 1, "--out", path)
    recipe = path / "recipe.toml"
    recipe.write_text(recipe.read_text().replace("seed = 1", "seed = 2"))

    refused = ganreg_command("resume", path, "--steps", 30)

    assert refused.code == 2
    assert "seed: 2, was 1" in refused.err
    assert "--allow-changes" in refused.err


def test_what_is_no_run(ganreg_command, tmp_path):
    answer = ganreg_command("resume", tmp_path / "nothing")

    assert answer.code == 2
    assert answer.err == f"Error: {tmp_path / 'nothing'} holds no run: there is no recipe.toml in it\n"


def start(*arguments, **options):
    command = [sys.executable, "-c", "from ganreg.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def until(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def rows(path):
    return (path / "metrics.csv").read_text().count("\n") if (path / "metrics.csv").exists() else 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal(ganreg_command, tmp_path, number, tiny_training):
    path = tmp_path / "run"
    with start(*tiny_training, "--steps", 10**7, "--checkpoint-every", 10**6, "--out", path) as process:
        until(lambda: rows(path) > 5, process)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    iteration = int(re.search(r"at iteration (\d+) of 10000000", err)[1])
    assert err.splitlines()[-1].endswith(f"resume with: ganreg resume {path}")
    assert int(ganreg.load(path).iterations) == iteration
    assert ganreg_command("resume", path, "--steps", iteration + 10).code == 0


@pytest.mark.slow
def test_a_second_signal_ends_at_once(tmp_path, tiny_training):
    path = tmp_path / "run"
    arguments = [*tiny_training[:-2], "--updates-per-call", 10**6, "--steps", 10**7, "--out", path]
    with start(*arguments) as process:
        until((path / "checkpoints" / "ckpt-0.json").exists, process)
        time.sleep(1)  # within the first call, which takes minutes
        process.send_signal(signal.SIGTERM)
        until(lambda: "SIGTERM: " in process.stderr.readline(), process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 128 + signal.SIGTERM
        process.stdout.close()


@pytest.mark.slow
def test_two_processes(ganreg_command, tmp_path, tiny_training):
    path = tmp_path / "run"
    with start(*tiny_training, "--steps", 10**7, "--out", path) as process:
        until(lambda: rows(path) > 5, process)
        answer = ganreg_command("resume", path)
        process.kill()
        process.communicate()
    assert answer.code == 2
    assert f"is in use by process {process.pid}" in answer.err


@pytest.mark.slow
def test_a_full_disk(ganreg_command, tmp_path, tiny_training):
    """No file may grow beyond 30 kB, which metrics.csv and TensorBoard's file would."""
    path = tmp_path / "run"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    arguments = [*tiny_training, "--steps", 2000, "--checkpoint-every", 50, "--sample-every", 10**6, "--out", path]
    with start(*arguments, preexec_fn=limit) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    error, way_on = err.splitlines()[-2:]
    assert error.startswith(f"Error: cannot write {path}{os.sep}")
    assert f": {os.strerror(errno.EFBIG)}; have the limit" in error
    assert way_on.endswith(f"ganreg resume {path}")
    assert not list(path.rglob("*.tmp*"))
    done = int(ganreg.load(path).iterations)
    assert done % 50 == 0
    assert ganreg_command("resume", path).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("way", ["kill", "truncate", "flip"])
def test_runs_survive(way):
    command = [sys.executable, "benchmarks/survival.py", "--count", "3", "--by", way]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stdout.splitlines()[-1] == "3 of 3"
